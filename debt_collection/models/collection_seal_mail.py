"""The seal leaves the house: mailed with all it covers, and mailed again until it has left."""

import json
from datetime import timedelta

from markupsafe import Markup
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..batches import checkpoint
from ..tools.text import first_line


class CollectionSeal(models.Model):
    _inherit = "collection.seal"

    @api.model
    def _mail_waiting(self):
        """Mail the seals that have not left; while one does not, try again in an hour."""
        for seal in self.search([("mail_state", "in", ("waiting", "failed"))], order="date, id"):
            seal._mail()
            checkpoint(self.env)
        if self.search_count([("mail_state", "=", "failed")], limit=1):
            cron = self.env.ref("debt_collection.ir_cron_seal", raise_if_not_found=False)
            if cron:
                cron._trigger(at=fields.Datetime.now() + timedelta(hours=1))

    def _mail(self):
        """Mail this seal to the address of its company, and note whether it left."""
        self.ensure_one()
        seal = (
            self.sudo()
        )  # sudo: who may seal, or the scheduled action, mails what is sealed; only its state is written
        address = seal.company_id.collection_seal_email
        if not address:
            seal.write({"mail_state": "house", "mail_failure": False})
            return
        mail = self.env["mail.mail"].sudo().create(seal._mail_values(address))
        mail.send()
        if mail.state == "sent":
            seal.write(
                {
                    "mail_state": "sent",
                    "mail_address": address,
                    "mailed_at": fields.Datetime.now(),
                    "mail_failure": False,
                }
            )
        else:
            reason = (
                first_line(mail.failure_reason) if mail.failure_reason else self.env._("The mail server refused it.")
            )
            # a new mail is made next time: Odoo's own queue is not to send this one as well
            mail.cancel()
            seal.write({"mail_state": "failed", "mail_failure": reason})

    def _mail_values(self, address):
        """Return the values of the mail of this seal, in the language of its company."""
        company = self.company_id
        env = self.with_context(lang=company.partner_id.lang or "en_US").env
        date = format_date(env, self.date)
        lines = [
            env._("The contact log of %(company)s was sealed on %(date)s.", company=company.name, date=date),
            env._("Cases with new entries: %s", self.case_count),
            env._("Seal no. %(number)s: %(hash)s", number=self.number, hash=self.hash),
            env._("Seal before it: %s", self.prev_hash),
            env._(
                "Please keep this mail with its attachment, out of reach of whoever runs the system. Should anybody "
                "ever doubt the log, compare it with this file: in Odoo under Collections, Configuration, Seals, Check "
                "against a mailed seal; or without Odoo, as docs/seal.md of the add-on says."
            ),
        ]
        return {
            "subject": env._("Seal of the contact log of %(company)s, %(date)s", company=company.name, date=date),
            "body_html": Markup().join(Markup("<p>%s</p>") % line for line in lines),
            "email_to": address,
            "email_from": company.email_formatted or env.user.email_formatted,
            "attachment_ids": self._file().ids,
            "auto_delete": False,
        }

    def _file(self):
        """Return the attachment with all this seal covers; made once, and again only if somebody changed it."""
        self.ensure_one()
        name = f"seal-{self.date.isoformat()}.json"
        raw = json.dumps(self._as_dict(), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
        attachments = self.env["ir.attachment"].sudo()  # sudo: the file of a seal the user may read
        mine = [("res_model", "=", self._name), ("res_id", "=", self.id), ("name", "=", name)]
        for attachment in attachments.search(mine):
            if attachment.raw == raw:
                return attachment
        return attachments.create(
            {"name": name, "raw": raw, "mimetype": "application/json", "res_model": self._name, "res_id": self.id}
        )

    def action_mail(self):
        """Mail this seal now, whether it has left before or not.

        :raises UserError: without an address in the settings
        """
        self.ensure_one()
        self.check_access("read")
        if not self.company_id.sudo().collection_seal_email:  # sudo: a setting
            raise UserError(self.env._("Say in the settings of Collections where the seals are mailed to."))
        self._mail()

    def action_download(self):
        """Download the file of this seal."""
        self.ensure_one()
        self.check_access("read")
        return {"type": "ir.actions.act_url", "url": f"/web/content/{self._file().id}?download=true", "target": "self"}
