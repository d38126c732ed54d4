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
                SELECT line_id, move_id,
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
             RETURNING item.*
            )
            UPDATE collection_tmp_line line
               SET item_id = passed.id, item_case_id = passed.case_id, item_original = NULL, round = passed.round,
                   level_id = passed.level_id, level_date = passed.level_date, item_hold_until = passed.hold_until
              FROM passed
             WHERE line.line_id = passed.move_line_id
            """
        )

    @api.model
    def _item_columns(self):
        """Return [(column, SQL of its value from `line`)] of what assess owns on an item, besides its case."""
        return [
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

    @api.model
    def _refresh_items(self, company):
        """Write the ledger's figures on the items that differ from them."""
        columns = self._item_columns()
        self.env.cr.execute(
            SQL(
                """
                UPDATE collection_item item
                   SET %(assignments)s, case_id = coalesce(open_case.id, item.case_id)
                  FROM collection_tmp_line line
             LEFT JOIN collection_case open_case ON open_case.partner_id = line.partner_id
                                                AND open_case.company_id = %(company)s
                                                AND open_case.state = 'open'
                 WHERE line.item_id IS NOT NULL
                   AND item.id = line.item_id
                   -- an item once chased stays what the ledger says when its debtor's case has closed
                   AND (open_case.id IS NOT NULL
                        OR EXISTS (SELECT FROM collection_case c
                                    WHERE c.id = line.item_case_id AND c.partner_id = line.partner_id))
                   AND (%(current)s, item.case_id) IS DISTINCT FROM
                       (%(values)s, coalesce(open_case.id, item.case_id))
                """,
                assignments=SQL(", ").join(SQL("%s = %s", SQL.identifier(name), value) for name, value in columns),
                current=SQL(", ").join(SQL.identifier("item", name) for name, _value in columns),
                values=SQL(", ").join(value for _name, value in columns),
                company=company.id,
            )
        )
