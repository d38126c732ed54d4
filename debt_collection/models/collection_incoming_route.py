"""Whose mail it is: by the message it answers, by who sent it, by whom it was sent to."""

import re

from odoo import api, models
from odoo.tools import email_normalize


class CollectionIncoming(models.Model):
    _inherit = "collection.incoming"

    @api.model
    def _lead(self, routes, message_dict, answered, parent):
        """Return the routes of Odoo's gateway, with what debtors write led to their cases.

        :param routes: list of (model, thread id, custom values, user id, alias)
        :param message_dict: the mail as Odoo has parsed it; gets its parent back where it is led to a case
        :param answered: collection.case whose message it answers, or none
        :param parent: mail.message it answers, or none
        """
        led = {}
        for number, (model, thread_id, custom_values, user_id, alias) in enumerate(routes or ()):
            case = self.env["collection.case"]
            if model == "collection.case" and thread_id:
                case = self._current(case.browse(thread_id))
            elif model == "collection.incoming" and not thread_id:
                company = self._company(custom_values)
                case = answered.filtered(lambda one, company=company: one.company_id == company)
                case = case or self._case_of_sender(company, message_dict.get("email_from"))
            if case:
                if parent and answered:
                    message_dict["parent_id"] = parent.id
                # to the mailbox and to the catchall: once all the same
                led[case] = ("collection.case", case.id, {}, user_id, self.env["mail.alias"])
            else:
                led[number] = (model, thread_id, custom_values, user_id, alias)
        return list(led.values())

    @api.model
    def _company(self, custom_values):
        company = self.env["res.company"].browse((custom_values or {}).get("company_id") or []).exists()
        return (company or self.env.company).root_id

    @api.model
    def _case_of_message(self, message):
        """Return the case that a message of ours is about, as it stands now: a notice, an instalment, a dispute."""
        case = self.env["collection.case"]
        if not message.res_id or not (message.model or "").startswith("collection."):
            return case
        if message.model == case._name:
            return self._current(case.browse(message.res_id).exists())
        record = self.env[message.model].browse(message.res_id).exists() if message.model in self.env else case
        record = record.plan_id if record and "plan_id" in record._fields else record
        return self._current(record.case_id) if record and "case_id" in record._fields else case

    @api.model
    def _current(self, case):
        """Return the open case of a case's debtor, or the case itself when none is open."""
        return case.debtor_id.case_ids.filtered(lambda one: one.state == "open")[:1] or case

    @api.model
    def _case_of_sender(self, company, sender):
        """Return the open case, or else the last closed one, of the debtor who writes from an address.

        An address of two debtors of the company is nobody's: a person decides.
        :param company: res.company, a root
        :param sender: the address, with or without a name
        """
        key = email_normalize(sender)
        none = self.env["collection.case"]
        if not key:
            return none
        partners = self.env["res.partner"].with_context(active_test=False).search([("email_normalized", "=", key)])
        debtors = self.env["collection.debtor"].search(
            [("company_id", "=", company.id), ("partner_id", "in", partners.commercial_partner_id.ids)]
        )
        if not debtors.case_ids:
            # a person has said before whose address it is
            assigned = [("sender_key", "=", key), ("state", "=", "assigned"), ("company_id", "=", company.id)]
            debtors = self.search(assigned).case_id.debtor_id
        debtors = debtors.filtered("case_ids")
        if len(debtors) != 1:
            return none
        return debtors.case_ids.sorted(lambda one: (one.state == "open", one.id))[-1:]

    @api.model
    def _company_addressed(self, head):
        """Return the company to whose collections mailbox a mail is addressed, or whose notice it answers.

        :param head: Message with the headers alone, which may be broken
        """
        words = " ".join(str(head.get(name) or "") for name in ("To", "Cc", "Delivered-To", "X-Original-To"))
        addresses = [address.lower() for address in re.findall(r"[^\s<>,;\"]+@[^\s<>,;\"]+", words)]
        company = self.env["res.company"].search([("collection_alias_id.alias_full_name", "in", addresses)], limit=1)
        if company:
            return company
        references = re.findall(r"<[^<>\s]+>", f"{head.get('References') or ''} {head.get('In-Reply-To') or ''}")
        message = self.env["mail.message"].search([("message_id", "in", references[-32:])], limit=1)
        return self._case_of_message(message).company_id
