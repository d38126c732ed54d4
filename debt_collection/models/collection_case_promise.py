"""The promises of a case: taken from it, shown on it, and going with their items."""

from odoo import api, fields, models


class CollectionCase(models.Model):
    _inherit = "collection.case"

    broken_promise_count = fields.Integer(related="debtor_id.broken_promise_count", string="Broken Promises")
    # the one that matters now, for the banner
    promise_id = fields.Many2one("collection.promise", compute="_compute_promise_id", string="Current Promise")
    promise_state = fields.Selection(
        lambda self: self.env["collection.promise"]._fields["state"]._description_selection(self.env),
        compute="_compute_promise_id",
        string="State of the Promise",
    )

    @api.depends("promise_ids.state", "promise_ids.date")
    def _compute_promise_id(self):
        """A payment to match comes first, then the newest promise, if it is open or broken."""
        for case in self:
            promises = case.promise_ids.sorted("id", reverse=True).filtered(
                lambda promise: promise.state != "cancelled"
            )
            to_match = promises.filtered(lambda promise: promise.state == "to_match")
            newest = promises[:1].filtered(lambda promise: promise.state in ("open", "broken"))
            case.promise_id = to_match[:1] or newest
            case.promise_state = case.promise_id.state

    def action_promise(self):
        """Ask what the debtor promises, and by when."""
        return self._wizard("debt_collection.collection_promise_make_action")

    def action_promises(self):
        """Open every promise of the debtor."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("debt_collection.collection_promise_action")
        action["domain"] = [("case_id.debtor_id", "=", self.debtor_id.id)]
        action["context"] = {}
        return action

    @api.model
    def _take_promises_along(self):
        """Let promises go with their items, when these pass to another case; reads collection_tmp_line."""
        self.env.cr.execute(
            """
            UPDATE collection_promise promise
               SET case_id = item.case_id
              FROM collection_tmp_line aside
              JOIN collection_item item ON item.id = aside.item_id
              JOIN collection_promise_line line ON line.item_id = item.id
             WHERE promise.id = line.promise_id
               AND promise.case_id != item.case_id
            """
        )
