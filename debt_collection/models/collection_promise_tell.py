"""Who is told that a promise was judged, or judged anew: the log, and of what needs a person, the collector."""

from odoo import api, models
from odoo.tools import format_date


class CollectionPromise(models.Model):
    _inherit = "collection.promise"

    @api.model
    def _tell(self, company, changed, today):
        """Write judgements into the log of their cases; give the collectors what a person has to look at.

        :param company: res.company, in whose language it is said
        :param changed: [(promise id, state before, state after)]
        :param today: datetime.date
        """
        lang, _dates = self.env["res.lang"]._collection_language(company)
        # sudo: cases, the log and the collectors' activities are written by what has happened
        promises = self.sudo().with_context(lang=lang).browse([promise_id for promise_id, _before, _after in changed])
        summaries = {
            promise: promise._judgement(before)
            for promise, (_id, before, _after) in zip(promises, changed, strict=True)
        }
        promises.env["collection.contact"]._append(
            [
                {
                    "case_id": promise.case_id.id,
                    "channel": "note",
                    "direction": "internal",
                    "outcome": "note",
                    "summary": summary,
                }
                for promise, summary in summaries.items()
            ]
        )
        promises.activity_id.unlink()
        # a case that has closed is nobody's to look at; it opens again when something is owed
        self._give_to_collectors(
            company,
            {
                promise: summary
                for promise, summary in summaries.items()
                if promise.state in ("broken", "to_match") and promise.case_id.state == "open"
            },
            today,
        )

    def _judgement(self, before):
        """Return a sentence on what became of this promise, that was in a state before."""
        name, paid = self._name_of(self.env), self.currency_id.format(self.amount_paid)
        now = {
            "open": lambda: self.env._("%(promise)s: open.", promise=name),
            "kept": lambda: self.env._("%(promise)s: kept, %(paid)s was paid.", promise=name, paid=paid),
            "partial": lambda: self.env._("%(promise)s: kept in part, %(paid)s was paid.", promise=name, paid=paid),
            "broken": lambda: self.env._(
                "%(promise)s: broken, nothing was paid by %(day)s.",
                promise=name,
                day=format_date(self.env, self.date_judged),
            ),
            "to_match": lambda: self.env._(
                "%(promise)s: a payment or credit of the debtor is not matched yet. Look whether it pays what was "
                "promised.",
                promise=name,
            ),
            "cancelled": lambda: self.env._(
                "%(promise)s: cancelled, nothing is left to pay of what was promised.", promise=name
            ),
        }[self.state]
        if self.bounce_reason:
            return self.env._("%(promise)s: broken, it bounced: %(reason)s", promise=name, reason=self.bounce_reason)
        if before in ("open", "to_match"):
            return now()
        states = dict(self._fields["state"]._description_selection(self.env))
        return self.env._(
            "%(judgement)s It was judged “%(before)s” before: the payments have changed since.",
            judgement=now(),
            before=states[before],
        )

    @api.model
    def _give_to_collectors(self, company, summaries, today):
        """Schedule an activity on the case of each promise for its collector, or the company's.

        :param summaries: {collection.promise: what the activity says}
        :param today: datetime.date, the day it is due
        """
        case_model = self.env["ir.model"]._get_id("collection.case")
        activity_type = self.env.ref("mail.mail_activity_data_todo", raise_if_not_found=False)
        collector = company._collection_settings().collection_user_id
        self.browse().union(*summaries).case_id.mapped("display_name")  # an activity would read them one by one
        # sudo: see _tell; they are in the collectors' list, not a mail each
        activities = self.env["mail.activity"].sudo().with_context(mail_activity_quick_update=True)
        activities = activities.create(
            [
                {
                    "res_model_id": case_model,
                    "res_id": promise.case_id.id,
                    "activity_type_id": activity_type.id if activity_type else False,
                    "summary": summary,
                    "date_deadline": today,
                    "user_id": (promise.case_id.user_id or collector).id,
                }
                for promise, summary in summaries.items()
            ]
        )
        for promise, activity in zip(summaries, activities, strict=True):
            promise.activity_id = activity
