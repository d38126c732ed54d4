"""What the contact rules want a message to say, and what is missing to say it."""

from odoo import api, models


class CollectionContactRule(models.Model):
    _inherit = "collection.contact.rule"

    @api.model
    def _phrase_rules(self, actions):
        """Return {action: the rules that say what its message has to say}."""
        moment = self.env["collection.case"]._moment()
        rules = self._in_force(actions.company_id, moment.date()).filtered(lambda rule: rule.kind == "phrases")
        if not rules:
            return dict.fromkeys(actions, rules)
        cases = {action: action.case_id.sudo() for action in actions}  # sudo: as `_judge`
        return {action: rules.filtered(lambda rule, a=action: rule._applies(cases[a], a.channel)) for action in actions}

    @api.model
    def _wants_opt_out(self, actions):
        """Return those of some actions whose message has to say how to opt out of the channel."""
        electronic = actions.filtered(lambda action: action.channel in ("email", "sms", "whatsapp", "social"))
        wanted = self._phrase_rules(electronic)
        return electronic.filtered(lambda action: any(wanted[action].mapped("says_opt_out")))

    def _phrases(self, action, language):
        """Return the phrases that these rules want in the message of an action, and what is missing to say them.

        :param language: code of the debtor's language
        :return: ([str], [str]); the second in the user's language, each a sentence that says what to fill in
        """
        said, missing = [], []
        company = action.company_id.sudo()  # sudo: the creditor's name and number, as on any invoice
        user = action._contact_user()
        debtor = action.with_context(lang=language)
        if any(self.mapped("says_creditor")):
            said.append(debtor.env._("Creditor: %s", company.name))
        if any(self.mapped("says_employee")):
            if user:
                said.append(debtor.env._("Your case is handled by %s.", user.name))
            else:
                missing.append(self.env._("The message has to name an employee: give the case a collector."))
        if any(self.mapped("says_callback")):
            if phone := user.phone or company.phone:
                said.append(debtor.env._("Call us back on %s.", phone))
            else:
                missing.append(
                    self.env._(
                        "The message has to name a number to call back: fill in the phone of %s or of the collector.",
                        company.name,
                    )
                )
        if any(self.mapped("says_hours")):
            calendar = (self.filtered("says_hours").calendar_id or company.resource_calendar_id)[:1]
            if hours := calendar and calendar._collection_hours_words(language):
                said.append(debtor.env._("You reach us: %s.", hours))
            else:
                missing.append(self.env._("The message has to name working hours: set those of %s.", company.name))
        said += [text for text in self.with_context(lang=language).mapped("says_text") if text]
        return said, missing
