"""Invoices tell collections that something changed, and show the case they belong to."""

from odoo import fields, models
from odoo.tools import SQL


class AccountMove(models.Model):
    _inherit = "account.move"

    collection_case_id = fields.Many2one(
        "collection.case",
        compute="_compute_collection_case_id",
        groups="debt_collection.group_collection_collector",
    )

    def _compute_collection_case_id(self):
        cases = dict(
            self.env["collection.case"]
            .search(
                [("item_ids.move_line_id.move_id", "in", self.ids), ("state", "=", "open"), ("stage", "!=", "courtesy")]
            )
            .item_ids.filtered("is_open")
            .grouped("move_id")
        )
        for move in self:
            move.collection_case_id = cases[move].case_id[:1] if move in cases else False

    def _collection_form(self):
        """Return the action that opens this entry, as the user's own rights allow."""
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
        }

    def action_open_collection_case(self):
        """Open the case that chases this invoice."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "collection.case",
            "res_id": self.collection_case_id.id,
            "views": [(False, "form")],
        }

    def _post(self, soft=True):
        """Note the debtors of what is posted."""
        posted = super()._post(soft)
        posted.line_ids._note_collections()
        return posted

    def unlink(self):
        """Let go of what is deleted: our copies of number, dates and amounts stay."""
        result = super().unlink()
        if self:
            # sudo: our link alone, whoever deletes the entry
            items = self.env["collection.item"].sudo()
            items._let_go("move_id", SQL("move_id = ANY(%s) AND move_line_id IS NULL", self.ids))
        return result

    def _inverse_no_followup(self):
        """Note the debtors of what is left out of follow-up, or taken in again, on the invoice."""
        result = super()._inverse_no_followup()
        self.line_ids._note_collections()
        return result

    def button_draft(self):
        """Note the debtors of what is set back to draft."""
        result = super().button_draft()
        self.line_ids._note_collections()
        return result
