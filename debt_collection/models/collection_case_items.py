"""The items of the cases, brought in line with the open lines of their debtors (the part of assess that does it)."""

from odoo import api, models
from odoo.tools import SQL


class CollectionCase(models.Model):
    _inherit = "collection.case"

    @api.model
    def _refresh_orphans(self, company, partner_ids):
        """End the items whose line is settled or gone; give those whose line was replaced their new one."""
        cr = self.env.cr
        cr.execute(
            SQL(
                """
                UPDATE collection_item item
                   SET is_open = false, amount_currency = 0, amount_claim = 0, amount_residual = 0,
                       move_line_id = (SELECT l.id FROM account_move_line l WHERE l.id = item.move_line_id),
                       move_id = (SELECT m.id FROM account_move m WHERE m.id = item.move_id)
                  FROM collection_debtor debtor
                  JOIN collection_case c ON c.debtor_id = debtor.id
                 WHERE debtor.company_id = %(company)s
                   AND debtor.partner_id = ANY(%(partners)s)
                   AND item.case_id = c.id
                   AND item.is_open
                   AND NOT EXISTS (SELECT FROM collection_tmp_line line WHERE line.item_id = item.id)
                """,
                company=company.id,
                partners=partner_ids,
            )
        )
        # re-posting an invoice may replace its lines: the item, and so its level, passes to the move's remaining
        # lines, lowest level first; what was sent for it stays sent
        cr.execute(
            """
            WITH orphan AS (
                SELECT item.id, item.move_id, item.case_id,
                       row_number() OVER (PARTITION BY item.move_id
                                              ORDER BY coalesce(level.delay_days, -1000), item.id) AS rank
                  FROM collection_item item
             LEFT JOIN collection_level level ON level.id = item.level_id
                 WHERE item.move_line_id IS NULL
                   AND item.move_id IN (SELECT move_id FROM collection_tmp_line WHERE is_debit AND item_id IS NULL)
            ),
            fresh AS (
                SELECT line_id, move_id, original_currency,
                       row_number() OVER (PARTITION BY move_id ORDER BY date_due, line_id) AS rank
                  FROM collection_tmp_line
                 WHERE is_debit AND item_id IS NULL AND move_id IN (SELECT move_id FROM orphan)
            ),
            passed AS (
                UPDATE collection_item item
                   SET move_line_id = fresh.line_id
                  FROM orphan
                  JOIN fresh ON fresh.move_id = orphan.move_id AND fresh.rank = orphan.rank
                 WHERE item.id = orphan.id
             RETURNING item.id, item.move_line_id, item.case_id
            )
            UPDATE collection_tmp_line line
               SET item_id = passed.id, item_case_id = passed.case_id, item_amount_original = NULL
              FROM passed
             WHERE line.line_id = passed.move_line_id
            """
        )

    @api.model
    def _refresh_items(self, company):
        """Give each open debit of a debtor with an open case its item; an item once chased stays what the ledger says
        when its case has closed (covered, left out)."""
        columns = [
            ("move_id", SQL("line.move_id")),
            ("company_id", SQL("line.company_id")),
            ("name", SQL("coalesce(line.move_name, '/')")),
            ("date_invoice", SQL("line.date_invoice")),
            ("date_due", SQL("line.date_due")),
            ("currency_id", SQL("line.currency_id")),
            ("amount_original", SQL("line.original_currency")),
            ("amount_currency", SQL("line.residual_currency")),
            ("amount_claim", SQL("line.claim_currency")),
            ("amount_residual", SQL("line.residual")),
            ("no_followup", SQL("line.no_followup")),
            ("is_open", SQL("true")),
        ]
        names = SQL(", ").join(SQL.identifier(name) for name, _value in columns)
        values = SQL(", ").join(value for _name, value in columns)
        self.env.cr.execute(
            SQL(
                """
                UPDATE collection_item item
                   SET %(assignments)s, case_id = coalesce(position.case_id, item.case_id)
                  FROM collection_tmp_line line
                  JOIN collection_tmp_position position ON position.partner_id = line.partner_id
                 WHERE item.id = line.item_id
                   -- without an open case, what is left is as it is for the debtor's cases of before
                   AND (position.case_id IS NOT NULL
                        OR EXISTS (SELECT FROM collection_case c
                                    WHERE c.id = line.item_case_id AND c.debtor_id = position.debtor_id))
                   AND (%(current)s, item.case_id) IS DISTINCT FROM
                       (%(values)s, coalesce(position.case_id, item.case_id))
                """,
                assignments=SQL(", ").join(SQL("%s = %s", SQL.identifier(name), value) for name, value in columns),
                current=SQL(", ").join(SQL.identifier("item", name) for name, _value in columns),
                values=values,
            )
        )
        self.env.cr.execute(
            SQL(
                """
                WITH replaced AS (
                    -- re-posting may split an invoice in more parts than before, or split a line that keeps its id
                    SELECT DISTINCT move_id
                      FROM collection_tmp_line
                     WHERE item_id IS NOT NULL AND item_amount_original IS DISTINCT FROM original_currency
                ),
                inherited AS (
                    -- the new parts start where the lowest one stands
                    SELECT DISTINCT ON (item.move_id) item.move_id, item.round, item.level_id, item.level_date
                      FROM replaced
                      JOIN account_move_line l ON l.move_id = replaced.move_id
                      JOIN collection_item item ON item.move_line_id = l.id
                 LEFT JOIN collection_level level ON level.id = item.level_id
                  ORDER BY item.move_id, coalesce(level.delay_days, -1000), item.id
                )
                INSERT INTO collection_item (move_line_id, case_id, round, level_id, level_date, %(names)s)
                SELECT line.line_id, position.case_id, coalesce(inherited.round, 1), inherited.level_id,
                       inherited.level_date, %(values)s
                  FROM collection_tmp_line line
                  JOIN collection_tmp_position position ON position.partner_id = line.partner_id
             LEFT JOIN inherited ON inherited.move_id = line.move_id
                 WHERE line.is_debit AND line.item_id IS NULL AND position.case_id IS NOT NULL
                    ON CONFLICT (move_line_id) WHERE move_line_id IS NOT NULL DO NOTHING
                """,
                names=names,
                values=values,
            )
        )
