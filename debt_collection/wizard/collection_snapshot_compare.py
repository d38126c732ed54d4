"""A published day beside what the ledger says of it today, and what explains the difference."""

from odoo import api, fields, models
from odoo.fields import Command

from ..models.collection_snapshot_difference import CAUSES


class CollectionSnapshotCompare(models.TransientModel):
    _name = "collection.snapshot.compare"
    _description = "Published Figures Against the Ledger"

    company_id = fields.Many2one("res.company", required=True, readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(required=True, readonly=True)
    taken_at = fields.Datetime(string="Taken On", readonly=True)
    backfilled = fields.Boolean(readonly=True)
    differs = fields.Boolean(readonly=True)
    line_ids = fields.One2many("collection.snapshot.compare.line", "compare_id", readonly=True)
    cause_ids = fields.One2many("collection.snapshot.compare.cause", "compare_id", readonly=True)
    cut_off = fields.Boolean(readonly=True, help="There are more entries than are shown.")

    @api.model
    def _open(self, company, date):
        """Compare a published day with the ledger; return the action that shows it.

        :param company: res.company
        :param date: datetime.date
        """
        found = self.env["collection.snapshot"]._difference(company, date)
        root, causes = company.root_id, found["causes"]
        differs = [bool(not root.sudo().currency_id.is_zero(figure["difference"])) for figure in found["figures"]]
        kinds = [cause["kind"] for cause in causes]
        compare = self.create(
            {
                "company_id": root.id,
                "date": date,
                "taken_at": found["taken_at"],
                "backfilled": found["backfilled"],
                "differs": any(differs),
                "line_ids": [
                    Command.create(
                        {name: figure[name] for name in ("label", "published", "ledger", "difference")}
                        | {"differs": different}
                    )
                    for figure, different in zip(found["figures"], differs, strict=True)
                ],
                "cause_ids": [Command.create(cause) for cause in causes],
                "cut_off": any(kinds.count(kind) >= CAUSES for kind in set(kinds)),
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Published against the ledger"),
            "res_model": self._name,
            "res_id": compare.id,
            "view_mode": "form",
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }

    def action_entries(self):
        """Open all the entries that explain the difference."""
        return self.cause_ids._entries()
