"""What a debtor promises, or hands over a cheque or note for."""

from odoo import api, fields, models


class CollectionPromiseMake(models.TransientModel):
    _name = "collection.promise.make"
    _description = "Promise to Pay"
    _inherit = ["collection.promise.terms"]

    kind = fields.Selection(
        lambda self: self.env["collection.promise"]._fields["kind"]._description_selection(self.env),
        string="What Is Given",
        default="promise",
        required=True,
    )
    promise_date = fields.Date(required=True)
    bank = fields.Char(help="The bank the document is drawn on.")
    document_number = fields.Char(string="Number")
    document_date = fields.Date(
        string="Date on the Document", compute="_compute_document_date", store=True, readonly=False
    )
    attachment_ids = fields.Many2many("ir.attachment", string="Scan")

    @api.depends("kind", "promise_date")
    def _compute_document_date(self):
        for wizard in self:
            wizard.document_date = wizard.kind != "promise" and wizard.promise_date

    def action_confirm(self):
        """Take the promise; what is wrong with it is said, and nothing is saved."""
        self.ensure_one()
        document = {}
        if self.kind != "promise":
            document = {name: self[name] for name in ("bank", "document_number", "document_date", "attachment_ids")}
        self.env["collection.promise"]._make(
            self.case_id, self.promise_item_ids, self.promise_amount, self.promise_date, kind=self.kind, **document
        )
        return {"type": "ir.actions.act_window_close"}
