"""Log a call: when the debtor is called again."""

import pytz
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime

# of whom somebody else, or nobody, was reached, a further call may be planned too
AGAIN = ("call_back", "no_answer", "third_party")


class CollectionLogCall(models.TransientModel):
    _inherit = "collection.log.call"

    call_back_at = fields.Datetime(help="The debtor comes up in the call queue at this moment.")
    call_back_zone = fields.Selection(
        [("mine", "My time"), ("debtor", "The debtor's time")], string="In", default="mine", required=True
    )
    zones_differ = fields.Boolean(compute="_compute_call_back")
    call_back_text = fields.Char(compute="_compute_call_back")

    @api.depends("case_id", "call_back_at", "call_back_zone")
    def _compute_call_back(self):
        """Say the moment in both times, and what the contact rules say of it."""
        now = pytz.utc.localize(fields.Datetime.now())
        for wizard in self:
            zone = pytz.timezone(wizard.case_id.debtor_id._zone()) if wizard.case_id else self.env.tz
            wizard.zones_differ = now.astimezone(zone).utcoffset() != now.astimezone(self.env.tz).utcoffset()
            moment = wizard.case_id and wizard._call_back_moment()
            wizard.call_back_text = wizard._call_back_words(moment) if moment else False

    def _call_back_words(self, moment):
        _allowed, reason, _may_override = self.case_id._contact_allowed("call", moment)
        words = self.env._(
            "%(mine)s for you, %(theirs)s for the debtor.",
            mine=format_datetime(self.env, moment, tz=self.env.tz.zone, dt_format="short"),
            theirs=self._local(moment),
        )
        return f"{words} {reason}" if reason else words

    def _call_back_moment(self):
        """Return the moment (UTC) of the next call, as entered in the user's time or in the debtor's; or False."""
        if not self.call_back_at or self.call_back_zone == "mine":
            return self.call_back_at
        clock = pytz.utc.localize(self.call_back_at).astimezone(self.env.tz).replace(tzinfo=None)
        zone = pytz.timezone(self.case_id.debtor_id._zone())
        return zone.localize(clock).astimezone(pytz.utc).replace(tzinfo=None)

    def _settles(self):
        """Where a further call is planned, the scheduled one stays to be made."""
        return super()._settles() and not self._plans_call()

    def _plans_call(self):
        return bool(self.outcome in AGAIN and self.call_back_at and not self.corrects_id)

    def _check_outcome(self):
        if self._plans_call() and self._call_back_moment() <= fields.Datetime.now():
            raise UserError(self.env._("A call back is for a moment to come: enter another one."))
        return super()._check_outcome()

    def _plan_next_call(self):
        """Agree on the next call, or let one nobody answered come up again tomorrow; a call that was made is over."""
        case = self.case_id
        if self._plans_call():
            case._agree_call_back(self._call_back_moment(), self.notes)
        elif self.outcome == "no_answer" and self.direction == "out":
            if case.call_activity_id or case._call_action():
                case._try_call_tomorrow()
        elif self._settles():
            case._call_back_made()
