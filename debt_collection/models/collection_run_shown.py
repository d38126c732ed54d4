"""What the form of a batch lists: its largest claims. A batch may have 100,000 actions, and a form reads every id."""

from odoo import api, fields, models

SHOWN = 200


class CollectionRun(models.Model):
    _inherit = "collection.run"

    shown_action_ids = fields.One2many(
        "collection.action",
        string="Proposals",
        compute="_compute_shown_action_ids",
        help="The largest claims of the batch.",
    )
    shows_all = fields.Boolean(compute="_compute_shown_action_ids")

    @api.depends("action_ids")
    def _compute_shown_action_ids(self):
        for run in self:
            actions = self.env["collection.action"].search(
                [("run_id", "=", run.id)], order="amount desc, id", limit=SHOWN + 1
            )
            run.shown_action_ids = actions[:SHOWN]
            run.shows_all = len(actions) <= SHOWN
