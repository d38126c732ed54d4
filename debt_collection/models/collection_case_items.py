"""The items of the cases, brought in line with the open debits of their debtors (the part of assess that does it)."""

from odoo import api, models
from odoo.tools import SQL


class CollectionCase(models.Model):
    _inherit = "collection.case"

    @api.model
    def _refresh_items(self, company, partners, today):
        """Give each open debit of a debtor with an open case its item; end those that are settled or gone."""
        cr = self.env.cr
        scope = (
            SQL()
            if partners is None
            else SQL("AND debtor_id IN (SELECT id FROM collection_debtor WHERE partner_id = ANY(%s))", partners.ids)
        )
        # re-posting an invoice may replace its lines: the item, and so its level, passes to the move's remaining
        # lines, lowest level first; what was sent for it stays sent
        cr.execute(
            SQL(
                """
                WITH orphan AS (
                    SELECT item.id, item.move_id,
                           row_number() OVER (PARTITION BY item.move_id
                                                  ORDER BY coalesce(level.delay_days, -1000), item.id) AS rank
                      FROM collection_item item
                 LEFT JOIN collection_level level ON level.id = item.level_id
                     WHERE item.move_line_id IS NULL AND item.move_id IS NOT NULL
                ),
                fresh AS (
                    SELECT debt.line_id, debt.move_id,
                           row_number() OVER (PARTITION BY debt.move_id ORDER BY debt.date_due, debt.line_id) AS rank
                      FROM collection_tmp_debt debt
                     WHERE debt.move_id IN (SELECT move_id FROM orphan)
                       AND NOT EXISTS (SELECT FROM collection_item item WHERE item.move_line_id = debt.line_id)
                )
                UPDATE collection_item item
                   SET move_line_id = fresh.line_id
                  FROM orphan
                  JOIN fresh ON fresh.move_id = orphan.move_id AND fresh.rank = orphan.rank
                 WHERE item.id = orphan.id
             RETURNING item.move_id
                """
            )
        )
        replaced_moves = [move_id for (move_id,) in cr.fetchall()]
        # re-posting may as well keep a line's id and split its amount
        cr.execute(
            """
            SELECT DISTINCT debt.move_id
              FROM collection_tmp_debt debt
              JOIN collection_item item ON item.move_line_id = debt.line_id
             WHERE item.amount_original IS DISTINCT FROM debt.original_currency
            """
        )
        replaced_moves += [move_id for (move_id,) in cr.fetchall()]
        # who is moved under another contact was contacted all the same: the days between two contacts go along
        cr.execute(
            """
            UPDATE collection_debtor debtor
               SET last_notice_date = moved.last_notice_date
              FROM (SELECT position.debtor_id, max(before.last_notice_date) AS last_notice_date
                      FROM collection_tmp_debt debt
                      JOIN collection_tmp_position position ON position.partner_id = debt.partner_id
                      JOIN collection_item item ON item.move_line_id = debt.line_id
                      JOIN collection_debtor before ON before.id = item.debtor_id
                     WHERE item.debtor_id != position.debtor_id
                  GROUP BY position.debtor_id) moved
             WHERE debtor.id = moved.debtor_id
               AND coalesce(debtor.last_notice_date < moved.last_notice_date, moved.last_notice_date IS NOT NULL)
            """
        )
        columns = [
            ("debtor_id", SQL("position.debtor_id")),
            ("case_id", SQL("coalesce(c.id, known.case_id)")),
            ("move_id", SQL("debt.move_id")),
            ("company_id", SQL("debt.company_id")),
            ("name", SQL("coalesce(m.name, '/')")),
            ("date_invoice", SQL("coalesce(m.invoice_date, m.date)")),
            ("date_due", SQL("debt.date_due")),
            ("currency_id", SQL("debt.currency_id")),
            ("amount_original", SQL("debt.original_currency")),
            ("amount_currency", SQL("debt.residual_currency")),
            ("amount_claim", SQL("debt.claim_currency")),
            ("amount_residual", SQL("debt.residual")),
            ("no_followup", SQL("debt.no_followup")),
            ("is_open", SQL("true")),
        ]
        cr.execute(
            SQL(
                """
                INSERT INTO collection_item AS item (move_line_id, round, level_id, level_date, create_uid, write_uid,
                                                     create_date, write_date, %(names)s)
                SELECT debt.line_id, coalesce(inherited.round, 1), inherited.level_id, inherited.level_date,
                       %(uid)s, %(uid)s, now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC', %(values)s
                  FROM collection_tmp_debt debt
                  JOIN collection_tmp_position position ON position.partner_id = debt.partner_id
             LEFT JOIN collection_case c ON c.debtor_id = position.debtor_id AND c.state = 'open'
             LEFT JOIN collection_item known ON known.move_line_id = debt.line_id
                  JOIN account_move m ON m.id = debt.move_id
             LEFT JOIN LATERAL (
                       -- re-posted in more parts than before: the new parts start where the lowest one stands
                       SELECT i.round, i.level_id, i.level_date
                         FROM collection_item i
                    LEFT JOIN collection_level level ON level.id = i.level_id
                        WHERE i.move_id = debt.move_id AND debt.move_id = ANY(%(replaced)s)
                     ORDER BY coalesce(level.delay_days, -1000), i.id
                        LIMIT 1
                       ) inherited ON true
                       -- an item once chased stays as the ledger says when its case has closed (covered, left out)
                 WHERE c.id IS NOT NULL OR (known.id IS NOT NULL AND position.debtor_id IS NOT NULL)
                    ON CONFLICT (move_line_id) WHERE move_line_id IS NOT NULL
                    DO UPDATE SET %(assignments)s
                 WHERE (%(current)s) IS DISTINCT FROM (%(excluded)s)
                """,
                names=SQL(", ").join(SQL.identifier(name) for name, _value in columns),
                values=SQL(", ").join(value for _name, value in columns),
                assignments=SQL(", ").join(
                    SQL("%s = %s", SQL.identifier(name), SQL.identifier("excluded", name)) for name, _value in columns
                ),
                current=SQL(", ").join(SQL.identifier("item", name) for name, _value in columns),
                excluded=SQL(", ").join(SQL.identifier("excluded", name) for name, _value in columns),
                replaced=replaced_moves,
                uid=self.env.uid,
            )
        )
        cr.execute(
            SQL(
                """
                UPDATE collection_item item
                   SET is_open = false, amount_currency = 0, amount_claim = 0, amount_residual = 0
                  FROM collection_debtor debtor
                 WHERE debtor.id = item.debtor_id
                   AND debtor.company_id = %(company)s
                   AND item.is_open
                   %(scope)s
                   AND NOT EXISTS (SELECT FROM collection_tmp_debt debt WHERE debt.line_id = item.move_line_id)
                """,
                company=company.id,
                scope=scope,
            )
        )
