"""Whose a case is: mine are those of whom I cover today, too."""

from odoo import api, fields, models


class CollectionCase(models.Model):
    _inherit = "collection.case"

    is_mine = fields.Boolean(
        string="Mine",
        compute="_compute_is_mine",
        search="_search_is_mine",
        help="The user's own, or of a collector whom the user covers today.",
    )
    # what the record rules of collectors ask for. They name a field that is searched anew each time: the values in a
    # rule are kept until a server's caches are cleared, and an absence begins and ends by itself at midnight
    is_within_reach = fields.Boolean(
        compute="_compute_is_mine", search="_search_is_within_reach", help="Mine, or nobody's."
    )

    @api.depends("user_id")
    @api.depends_context("uid", "collection_today")
    def _compute_is_mine(self):
        mine = self._mine()
        for case in self:
            case.is_mine = case.user_id.id in mine
            case.is_within_reach = case.is_mine or not case.user_id

    @api.model
    def _search_is_mine(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("user_id", "in" if True in value else "not in", self._mine())]

    @api.model
    def _search_is_within_reach(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("user_id", "in" if True in value else "not in", [*self._mine(), False])]

    @api.model
    def _mine(self):
        """Return the ids of the users whose cases are the current user's today."""
        return [self.env.uid, *self.env["collection.absence"]._covered_ids()]
