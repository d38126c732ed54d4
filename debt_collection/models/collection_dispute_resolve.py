"""Resolve a dispute: accepted, rejected, or withdrawn."""

from odoo import models
from odoo.exceptions import AccessError, UserError
from odoo.tools import html2plaintext


class CollectionDispute(models.Model):
    _inherit = "collection.dispute"

    def action_resolve(self):
        """Ask what was found; the button says what comes of it (context `dispute_outcome`)."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("debt_collection.collection_dispute_resolve_action")
        action["context"] = {
            "default_dispute_id": self.id,
            "default_outcome": self.env.context.get("dispute_outcome", "accepted"),
        }
        return action

    def action_open_credit_notes(self):
        """Open the credit notes prepared for this dispute, as the user's own rights allow."""
        self.ensure_one()
        notes = self.credit_note_ids
        action = {
            "type": "ir.actions.act_window",
            "name": self.env._("Credit Notes"),
            "res_model": "account.move",
            "domain": [("id", "in", notes.ids)],
            "views": [(False, "list"), (False, "form")],
        }
        return action if len(notes) != 1 else {**action, "res_id": notes.id, "views": [(False, "form")]}

    def action_open_case(self):
        """Open the case this dispute is about."""
        self.ensure_one()
        return self.case_id.get_formview_action()

    def _accept(self, resolution):
        """The debtor is right: a credit note is prepared, a draft for review, and nothing is claimed meanwhile.

        :param resolution: what was found, in words; on the credit note, too
        :return: account.move, the drafts, one for each invoice
        :raises UserError: in words for a person, with nothing saved
        """
        self._check_open()
        if not self.env["account.move"].has_access("create"):
            raise AccessError(
                self.env._(
                    "To accept a dispute is to prepare a credit note, for which you have no rights. Make somebody of "
                    "accounting responsible for this dispute."
                )
            )
        notes = self._prepare_credit_notes(resolution)
        self._resolve("accepted", resolution, credit_note_ids=notes.ids)
        self._log(
            self.env._(
                "Dispute over %(amount)s accepted; to be reviewed and confirmed: %(number)s credit notes.",
                amount=self._amount_text(),
                number=len(notes),
            ),
            text=resolution,
        )
        self._reassess()
        return notes

    def _reject(self, resolution, tell=True):
        """The debtor is wrong: the items return to where they were, in their next round, and the debtor is told.

        :param resolution: what was found, in words; when the debtor is told, part of the message
        :param tell: bool, whether an e-mail to the debtor is queued
        :raises UserError: when the debtor cannot be told, with nothing saved
        """
        self._check_open()
        self._resolve("rejected", resolution)
        # sudo: a round is what the flow counts, and what is left out of claims follows the dispute
        lines = self.sudo().line_ids
        lines.live = False
        for item in lines.item_id.filtered("is_open"):
            item.round += 1
        self._log(
            self.env._("Dispute over %s rejected: it is claimed again.", self._amount_text()),
            text=resolution,
        )
        if tell:
            self._tell()
        self._reassess()

    def _withdraw(self, resolution):
        """The debtor objects no more, or nothing is left to object to: the items go on as if nothing had been said."""
        self._check_open()
        self._resolve("cancelled", resolution)
        self.sudo().line_ids.live = False  # sudo: what of it is left out of claims follows the dispute
        self._log(self.env._("Dispute over %s withdrawn.", self._amount_text()), text=resolution)
        self._reassess()

    def _check_open(self):
        self.ensure_one()
        # who may correct an invoice may resolve what is objected to it
        self.check_access("read" if self.env.user.has_group("account.group_account_invoice") else "write")
        if self.state != "open":
            raise UserError(self.env._("This dispute is resolved already."))

    def _resolve(self, state, resolution, **values):
        # sudo: the state is the outcome of what is done here; access is checked by `_check_open`
        dispute = self.sudo()
        dispute.write(
            {
                "state": state,
                "resolution": resolution,
                "date_resolved": self.env["collection.case"]._today(),
                **values,
            }
        )
        dispute.activity_ids.action_feedback()

    def _reassess(self):
        # sudo: the responsible may be a colleague who does not work on the case; items may have passed to another case
        self.sudo().line_ids.item_id.case_id._reassess()

    def _tell(self):
        """Queue the e-mail that tells the debtor of a rejection, in the debtor's language, and log its words."""
        dispute = self.sudo()  # sudo: the words are made of the case and its debtor
        case, address = dispute.case_id, dispute.address_id
        if case.sending_stopped:
            raise UserError(
                self.env._("All sending is stopped in the settings of Collections. Reject without telling the debtor.")
            )
        if not address.email_normalized:
            raise UserError(
                self.env._(
                    "%s has no e-mail address. Add one, or reject without telling the debtor by e-mail.",
                    case.partner_id.display_name,
                )
            )
        template = self.env.ref("debt_collection.template_dispute_rejected").sudo()
        mail = self.env["mail.mail"].sudo().browse(template.send_mail(dispute.id))
        dispute.told = True
        self._log(
            self.env._("E-mail queued: %s", mail.subject),
            channel="email",
            direction="out",
            address=address.email,
            text=html2plaintext(mail.body_html),
        )
