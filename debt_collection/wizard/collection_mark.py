"""Which mark a debtor gets, and who represents it from then on."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CollectionMark(models.TransientModel):
    _name = "collection.mark"
    _description = "Mark a Debtor"

    debtor_id = fields.Many2one("collection.debtor", required=True, ondelete="cascade")
    status = fields.Selection(
        lambda self: self.env["collection.debtor"]._fields["legal_status"]._description_selection(self.env),
        string="Mark",
        required=True,
    )
    representative_id = fields.Many2one(
        "res.partner",
        string="Represented By",
        help="Administrator, heir or lawyer: who is written to instead, by e-mail or letter. Empty: nobody is.",
    )
    date = fields.Date(string="Since", default=lambda self: self.env["collection.case"]._today())
    reference = fields.Char(help="Such as the court's case number.")

    @api.constrains("date")
    def _check_date(self):
        for wizard in self:
            if wizard.date and wizard.date > self.env["collection.case"]._today():
                raise ValidationError(self.env._("A mark holds from today or from a day before."))

    @api.constrains("representative_id")
    def _check_representative(self):
        for wizard in self:
            # sudo: which contact the debtor is, nothing else
            if wizard.representative_id and wizard.representative_id == wizard.debtor_id.sudo().partner_id:
                raise ValidationError(self.env._("The debtor is represented by somebody else than itself."))

    def action_confirm(self):
        """Mark the debtor, end what is under way, and say so in the log."""
        self.ensure_one()
        self.debtor_id._set_mark(self.status, self.representative_id, self.date, self.reference)
        return {"type": "ir.actions.act_window_close"}
