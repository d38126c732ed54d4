"""The contact rules at the second look: what waits and until when, what must not leave, what cannot be said yet."""

from datetime import timedelta

from odoo import api, fields, models

from .collection_action_look import Verdict
from .collection_contact_rule_judge import Request


class CollectionAction(models.Model):
    _inherit = "collection.action"

    def _keep_the_rules(self, verdicts):
        """Put off, or give up, what would be sent against what the debtor wants or a contact rule demands.

        With `collection_any_channel` in the context it is asked whether the step stands, by whatever channel.
        :param verdicts: {action: Verdict}, changed in place
        """
        if self.env.context.get("collection_any_channel"):
            return
        refused = self._sending(verdicts)._refused()
        verdicts.update({action: Verdict("fail", reason) for action, reason in refused.items()})
        unsaid = self._sending(verdicts)._unsaid()
        verdicts.update({action: Verdict("look", reason) for action, reason in unsaid.items()})
        sending = self._sending(verdicts)
        if not sending:
            return
        at = self.env["collection.case"]._moment()
        tomorrow = self.env["collection.case"]._today() + timedelta(days=1)
        answers = self.env["collection.contact.rule"]._judge(sending._requests(verdicts), at, taking=True)
        for action, answer in zip(sending, answers, strict=True):
            if answer.moment == at:
                continue
            if answer.moment:
                # what it would say is kept, for whoever looks at it meanwhile
                verdicts[action] = verdicts[action]._replace(kind="defer", reason=answer.reason, moment=answer.moment)
            elif answer.code in ("response", "objection"):
                # nobody knows when that ends: asked again each day
                verdicts[action] = verdicts[action]._replace(kind="defer", reason=answer.reason, date=tomorrow)
            else:
                verdicts[action] = Verdict("fail", answer.reason)

    def _sending(self, verdicts):
        """Return those that would be sent: first what leaves by itself, then what a person does some time later."""
        by_hand = self.env["collection.channel"]._by_hand()
        sending = self.filtered(lambda action: verdicts[action].kind == "send")
        return sending.sorted(lambda action: (action.channel in by_hand, action.id))

    def _requests(self, verdicts):
        """Return the Requests of these actions to the contact rules, with the payday where their level asks for it."""
        around = self.filtered(lambda action: verdicts[action].level.around_payday)
        paydays = around.case_id.debtor_id._paydays()
        return [
            Request(
                action.case_id,
                action.channel,
                paydays[action.case_id.debtor_id] if action in around else None,
                verdicts[action].level.payday_days,
                action.id,
            )
            for action in self
        ]

    def _unsaid(self):
        """Return {action: why} of the messages that cannot say yet what a contact rule wants in them."""
        messages = self.filtered(lambda action: action.channel not in ("call", "visit"))
        missing = {}
        for action, rules in self.env["collection.contact.rule"]._phrase_rules(messages).items():
            if rules and (unsaid := rules._phrases(action, self.env.lang)[1]):
                missing[action] = self.env._(
                    "%(rule)s: %(missing)s", rule=rules[0].law or rules[0].name, missing=" ".join(unsaid)
                )
        return missing

    def _message_phrases(self, language):
        """Return {action: [str]}: what the contact rules want a short message (SMS, WhatsApp) to say, in a language."""
        rules = self.env["collection.contact.rule"]
        wanted, opting_out = rules._phrase_rules(self), rules._wants_opt_out(self)
        phrases = {action: wanted[action]._phrases(action, language)[0] for action in self}
        for action in opting_out:
            # a short message carries no page to confirm on: the way out is a person
            company, user = action.company_id.sudo(), action._contact_user()  # sudo: as on any invoice
            if reach := user.phone or company.phone or user.email or company.email:
                words = action.with_context(lang=language).env._("To get no more messages like this: %s", reach)
                phrases[action] = [*phrases[action], words]
        return phrases

    @api.model
    def _wake_dispatch(self, moments):
        """Have dispatch run at some moments (UTC), once in each minute."""
        minutes = {_next_minute(moment) for moment in moments}
        minutes = {minute for minute in minutes if minute > fields.Datetime.now()}
        if not minutes:
            return
        # sudo: the scheduled action runs by itself, whoever's notice waits for it
        cron = self.env.ref("debt_collection.ir_cron_dispatch").sudo()
        triggers = self.env["ir.cron.trigger"].sudo()
        known = triggers.search([("cron_id", "=", cron.id), ("call_at", "in", list(minutes))]).mapped("call_at")
        if new := sorted(minutes - set(known)):
            cron._trigger(at=new)


def _next_minute(moment):
    """Return the first full minute that is not before a moment (and after midnight sharp, see `_exactly`)."""
    minute = moment.replace(second=0, microsecond=0)
    return minute if minute == moment and (moment.hour or moment.minute) else minute + timedelta(minutes=1)
