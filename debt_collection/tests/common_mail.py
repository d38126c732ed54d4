"""What the stories about mail share: a company with an e-mail domain, and raw messages fed to Odoo's gateway."""

from textwrap import dedent

from .common import DAY, CollectionCommon, day


class MailCommon(CollectionCommon):
    """The company receives at collect.example, its collections mailbox is money@collect.example."""

    counter = 0

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.domain = cls.env["mail.alias.domain"].create({"name": "collect.example"})
        cls.company.alias_domain_id = cls.domain
        cls.company.collection_alias_name = "money"
        cls.carla = cls._user(
            "carla", "debt_collection.group_collection_collector", email="carla@collect.example", name="Carla"
        )
        cls.company.collection_user_id = cls.carla

    def _sent(self, partner=None, on=DAY):
        """Return the action of a reminder that has left, with its mail."""
        self._invoice(100, day(-10), partner)
        return self._follow_up(on)

    @classmethod
    def _mail(cls, sender="deco.addict@example.com", to="money@collect.example", subject="Re: Reminder",
              body="I pay on Friday.", answers=None, headers="", number=None):  # fmt: skip
        """Return a raw mail.

        :param answers: mail.mail or mail.message that it answers
        :param headers: str, further header lines
        """
        MailCommon.counter += 1
        number = number or f"<{MailCommon.counter}@debtor.example>"
        lines = [f"From: {sender}", f"To: {to}", f"Subject: {subject}", f"Message-ID: {number}"]
        if answers:
            lines += [f"In-Reply-To: {answers.message_id}", f"References: {answers.message_id}"]
        lines += [line for line in dedent(headers).strip().splitlines() if line]
        lines += ["MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit"]
        return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()

    @classmethod
    def _dsn(cls, original, status="5.1.1", action="failed", diagnostic="550 5.1.1 User unknown", subject="Returned",
             to="bounce@collect.example", recipient="deco.addict@example.com", with_original=True):  # fmt: skip
        """Return a raw delivery status notification (RFC 3464) about a mail."""
        MailCommon.counter += 1
        returned = f"Message-ID: {original.message_id}\nSubject: Reminder\nTo: {recipient}\n" if with_original else ""
        text = f"""\
From: Mail Delivery Subsystem <MAILER-DAEMON@mx.example.com>
To: {to}
Subject: {subject}
Message-ID: <dsn{MailCommon.counter}@mx.example.com>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="edge"

--edge
Content-Type: text/plain; charset=utf-8

This is the mail system. Your message could not be delivered.
--edge
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.com

Final-Recipient: rfc822; {recipient}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {diagnostic}

--edge
Content-Type: text/rfc822-headers

{returned}
--edge--
"""
        return text.replace("\n", "\r\n").encode()

    def _arrive(self, raw):
        """Feed a raw mail to Odoo's gateway, as a mail server's pipe would."""
        result = self.env["mail.thread"].sudo().message_process(False, raw)
        self.env.flush_all()
        self.env.invalidate_all()
        return result

    def _log_in(self, case=None):
        """Return the incoming entries of a case's log, first come first."""
        return (case or self._case()).contact_ids.filtered(lambda entry: entry.direction == "in").sorted("seq")

    def _waiting(self):
        return self.env["collection.incoming"].search([("state", "=", "new")])
