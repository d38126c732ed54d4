"""Log a call: the debtor objects, and the dispute is raised in the same step."""

from odoo import api, fields, models


class CollectionLogCall(models.TransientModel):
    _inherit = "collection.log.call"

    dispute_item_ids = fields.Many2many(
        "collection.item",
        "collection_log_call_dispute_rel",
        string="Disputed Invoices",
        domain="[('case_id', '=', case_id), ('is_open', '=', True)]",
        help="What is disputed is neither reminded of nor claimed until the dispute is resolved. Empty: only noted.",
    )
    dispute_currency_id = fields.Many2one("res.currency", compute="_compute_dispute_open")
    dispute_open = fields.Monetary(
        string="Can Be Disputed", compute="_compute_dispute_open", currency_field="dispute_currency_id"
    )
    dispute_amount = fields.Monetary(
        string="Disputed Amount",
        compute="_compute_dispute_amount",
        store=True,
        readonly=False,
        currency_field="dispute_currency_id",
        help="The whole, or a part: it falls on the invoices in their order, the oldest due first.",
    )
    dispute_reason_id = fields.Many2one("collection.dispute.reason", string="Reason")

    @api.depends("dispute_item_ids")
    def _compute_dispute_open(self):
        for wizard in self:
            items = wizard.dispute_item_ids._origin
            wizard.dispute_currency_id = items.currency_id[:1]
            wizard.dispute_open = sum(items._disputable().values())

    @api.depends("dispute_item_ids")
    def _compute_dispute_amount(self):
        for wizard in self:
            wizard.dispute_amount = wizard.dispute_open

    def _raise_dispute(self):
        """Raise the dispute on the invoices chosen; without any it is only noted that the debtor objects."""
        if self.outcome == "dispute" and self.dispute_item_ids:
            self.env["collection.dispute"]._raise(
                self.case_id,
                self._disputed_amounts(),
                self.dispute_reason_id,
                description=self.notes,
                origin="call",
            )

    def _disputed_amounts(self):
        """Return {item: what of it is disputed}: the amount falls on the items in their order, the oldest due first."""
        left, amounts = self.dispute_amount, {}
        items = self.dispute_item_ids.sorted(lambda item: (item.date_due, item.id))
        for item, disputable in items._disputable().items():
            amounts[item] = item.currency_id.round(min(disputable, left))
            left = item.currency_id.round(left - amounts[item])
        # more than can be disputed stays on the last, where it is refused in words
        amounts[items[-1]] += left
        return {item: amount for item, amount in amounts.items() if not item.currency_id.is_zero(amount)}
