"""What has settled our items: payments, and what is no payment (credit notes, write-offs), from the reconciliations."""

from odoo import api, models
from odoo.tools import SQL


class CollectionLedger(models.AbstractModel):
    _inherit = "collection.ledger"

    @api.model
    def _settled_cte(self, items):
        """Return the SQL of `settled`: a row per reconciliation of an item's journal item with a credit.

        :param items: SQL of a select of the item ids to read, in parentheses
        :return: SQL, without the word WITH. Columns: item_id, date (of the payment or credit, not of the matching),
            amount_currency (positive, in the item's currency), is_payment (money: the credit stands in a bank, cash
            or card journal; else it is a credit note, a write-off or another entry)
        """
        return SQL(
            """
            settled AS (
                SELECT item.id AS item_id, credit.date, partial.debit_amount_currency AS amount_currency,
                       journal.type IN ('bank', 'cash', 'credit') AS is_payment
                  FROM collection_item item
                  JOIN account_partial_reconcile partial ON partial.debit_move_id = item.move_line_id
                  JOIN account_move_line credit ON credit.id = partial.credit_move_id
                  JOIN account_journal journal ON journal.id = credit.journal_id
                 WHERE item.id IN %s
            )
            """,
            items,
        )
