"""What a promise says, for the wizards that ask for it: which items, how much, by when."""

from odoo import api, fields, models


class CollectionPromiseTerms(models.AbstractModel):
    _name = "collection.promise.terms"
    _description = "Terms of a Promise"

    case_id = fields.Many2one("collection.case", required=True, ondelete="cascade")
    promise_item_ids = fields.Many2many(
        "collection.item",
        string="Invoices",
        compute="_compute_promise_item_ids",
        store=True,
        readonly=False,
        domain="[('case_id', '=', case_id), ('is_open', '=', True)]",
        help="Reminders of these wait for the promise; of others they go on.",
    )
    promise_currency_id = fields.Many2one("res.currency", compute="_compute_promise_open")
    promise_open = fields.Monetary(
        string="Open of These",
        compute="_compute_promise_open",
        currency_field="promise_currency_id",
        help="After credits, without what is disputed.",
    )
    promise_amount = fields.Monetary(
        string="Amount Promised",
        compute="_compute_promise_amount",
        store=True,
        readonly=False,
        currency_field="promise_currency_id",
    )
    promise_date = fields.Date(string="Pays By")

    @api.depends("case_id")
    def _compute_promise_item_ids(self):
        for wizard in self:
            wizard.promise_item_ids = self.env["collection.promise"]._suggested_items(wizard.case_id)

    @api.depends("promise_item_ids")
    def _compute_promise_open(self):
        for wizard in self:
            items = wizard.promise_item_ids._origin
            wizard.promise_currency_id = items.currency_id[:1]
            wizard.promise_open = sum(self.env["collection.promise"]._available(items).values())

    @api.depends("promise_item_ids")
    def _compute_promise_amount(self):
        for wizard in self:
            wizard.promise_amount = wizard.promise_open
