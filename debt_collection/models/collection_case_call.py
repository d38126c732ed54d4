"""The calls of a case: the one agreed for a moment, and the queue of those whom a collector calls next."""

from datetime import datetime, time, timedelta

import pytz
from odoo import api, fields, models
from odoo.tools import format_datetime


class CollectionCase(models.Model):
    _inherit = "collection.case"

    call_at = fields.Datetime(
        string="Call Again",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The debtor does not come up in the call queue before this moment.",
    )
    # the call-back that was agreed; none where a call nobody answered is tried again
    call_activity_id = fields.Many2one(
        "mail.activity", readonly=True, copy=False, ondelete="set null", index="btree_not_null"
    )

    @api.model
    def _call_queue(self):
        """Return the cases the current user calls now: the call-backs due first, then in the order of the worklist.

        A case is in it, own, covered or nobody's, for a call that is scheduled or agreed, from the moment
        that was noted.
        """
        now = fields.Datetime.now()
        mine = [("state", "=", "open"), ("is_within_reach", "=", True)]
        agreed = self.search([*mine, ("call_activity_id", "!=", False), ("call_at", "<=", now)], order="call_at, id")
        actions = self.env["collection.action"].search(
            [("channel", "=", "call"), ("state", "=", "queued"), ("case_id", "any", mine)], order="id"
        )
        scheduled = actions.case_id.filtered(lambda case: not case.call_at or case.call_at <= now)
        return agreed + self.search([("id", "in", (scheduled - agreed).ids)])

    def _call_action(self):
        """Return the scheduled call of this case, or none."""
        self.ensure_one()
        return self.env["collection.action"].search(
            [("case_id", "=", self.id), ("channel", "=", "call"), ("state", "=", "queued")], limit=1
        )

    def _last_contacts(self):
        """Return the last five entries of the debtor's log, in this case and earlier ones, that say what happened."""
        self.ensure_one()
        return self.env["collection.contact"].search(
            [("case_id.debtor_id", "=", self.debtor_id.id), ("outcome", "!=", "scheduled")], limit=5
        )

    def _call_script(self):
        """Return the HTML of what is said in a call: of the scheduled call's level, or of the level reached; in the
        debtor's language.
        """
        self.ensure_one()
        action = self._call_action()
        language = action._language() if action else self._call_language()
        level = (action.level_id or self.level_id).sudo()  # sudo: the words alone
        return level.with_context(lang=language).call_script

    def _call_language(self):
        """Return the code of the language the debtor is spoken to in, where it is installed."""
        installed = dict(self.env["res.lang"].get_installed())
        # sudo: the language alone, of the debtor and of the company
        chosen = self.debtor_id.sudo()._chosen_language()
        wanted = (chosen, self.partner_id.sudo().lang, self.company_id.sudo().partner_id.lang, "en_US")
        return next((code for code in wanted if code in installed), next(iter(installed)))

    def _agree_call_back(self, at, note):
        """Schedule a call for a moment that was agreed: it comes up in the queue then, and is an activity.

        :param at: datetime (UTC) to come
        :param note: str, what it is about; or False
        """
        self.ensure_one()
        zone = self.env.tz.zone
        values = {
            "summary": self.env._("Call back at %s", format_datetime(self.env, at, tz=zone, dt_format="short")),
            "date_deadline": pytz.utc.localize(at).astimezone(self.env.tz).date(),
            "note": note,
        }
        # sudo: the activity may be a colleague's, whose case this is; access to the case is checked by who calls this
        case = self.sudo()
        if case.call_activity_id:
            case.call_activity_id.write(values)
        else:
            case.call_activity_id = case.with_context(mail_activity_quick_update=True).activity_schedule(
                "mail.mail_activity_data_call", user_id=(self.user_id or self.env.user).id, **values
            )
        case.call_at = at

    def _try_call_tomorrow(self):
        """Let the call that nobody answered come up again tomorrow, as days are for the user."""
        self.ensure_one()
        tomorrow = pytz.utc.localize(fields.Datetime.now()).astimezone(self.env.tz).date() + timedelta(days=1)
        midnight = self.env.tz.localize(datetime.combine(tomorrow, time.min))
        # sudo: see _agree_call_back
        case = self.sudo()
        case.call_at = midnight.astimezone(pytz.utc).replace(tzinfo=None)
        case.call_activity_id.date_deadline = tomorrow

    def _forget_call_back(self):
        """Note that what was agreed to be called is over; its activity is the caller's to settle."""
        # sudo: see _agree_call_back
        self.sudo().write({"call_at": False, "call_activity_id": False})

    def _call_back_made(self):
        """Note that the debtor was called: the call-back that was agreed is done."""
        activities = self.sudo().call_activity_id  # sudo: see _agree_call_back
        self.filtered("call_at")._forget_call_back()
        activities.action_done()
