"""When a debtor may be contacted, on its case: what time it is there, and from when by which channel."""

from markupsafe import Markup
from odoo import api, fields, models
from odoo.tools import format_datetime

from .collection_contact_rule_judge import Request


class CollectionCase(models.Model):
    _inherit = "collection.case"

    debtor_time = fields.Char(compute="_compute_debtor_time", string="Their Time")
    call_waits = fields.Char(compute="_compute_contact_times", help="Why the debtor may not be called now.")
    contact_times = fields.Html(compute="_compute_contact_times", sanitize=False, string="When to Contact")

    @api.depends("debtor_id.tz")
    def _compute_debtor_time(self):
        zones = self.debtor_id.sudo()._zones()  # sudo: what time it is for the debtor of a case one may see
        now = self._moment()
        for case in self:
            case.debtor_time = self.env._(" / ").join(
                self.env._(
                    "%(time)s in %(zone)s",
                    time=format_datetime(self.env, now, tz=zone, dt_format="EEE HH:mm"),
                    zone=zone.split("/")[-1].replace("_", " "),
                )
                for zone in zones.get(case.debtor_id.sudo(), ())
            )

    @api.depends("contact_ids", "strategy_id", "debtor_id.tz")
    def _compute_contact_times(self):
        channels = self.env["collection.channel"].search([("active", "=", True)])
        requests = [Request(case, channel.code) for case in self for channel in channels]
        answers = iter(self.env["collection.contact.rule"]._judge(requests, self._moment()))
        for case in self:
            found = {channel: next(answers) for channel in channels}
            case.call_waits = next(
                (answer.reason for channel, answer in found.items() if channel.code == "call"), False
            )
            case.contact_times = self._contact_times_table(found)

    @api.model
    def _contact_times_table(self, answers):
        """Return the HTML of {collection.channel: Answer}."""
        rows = Markup().join(
            Markup('<tr><td class="pe-4 fw-bold text-nowrap">%s</td><td class="%s">%s</td></tr>')
            % (
                channel.name,
                "text-warning-emphasis" if answer.reason else "text-success",
                answer.reason or self.env._("Now"),
            )
            for channel, answer in answers.items()
        )
        return Markup('<table class="table table-sm w-auto mb-0">%s</table>') % rows
