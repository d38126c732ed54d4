"""A statement of account that was sent or is to be: to whom, which way, and what became of it."""

from odoo import api, fields, models
from odoo.tools import format_date


class CollectionStatementLine(models.Model):
    _name = "collection.statement.line"
    _description = "Statement of Account Sent"
    _order = "id"

    run_id = fields.Many2one("collection.statement.run", string="Batch", ondelete="cascade", index="btree_not_null")
    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    partner_id = fields.Many2one("res.partner", string="Contact", ondelete="set null", index="btree_not_null")
    name = fields.Char(string="Debtor", required=True)
    date_from = fields.Date(string="From")
    date_to = fields.Date(string="To", required=True)
    channel = fields.Selection([("email", "E-mail"), ("letter", "Letter")], string="Way")
    address = fields.Char()
    state = fields.Selection(
        [
            ("draft", "Would go"),
            ("waiting", "Waiting"),
            ("queued", "In the mail queue"),
            ("sent", "Sent"),
            ("printed", "Printed"),
            ("failed", "Failed"),
            ("skipped", "Left out"),
        ],
        default="draft",
        required=True,
    )
    reason = fields.Char(string="Why")
    anew = fields.Boolean(string="Sent Anew")
    mail_id = fields.Many2one("mail.mail", ondelete="set null", index="btree_not_null", copy=False)
    pdf_id = fields.Many2one("ir.attachment", string="Statement", ondelete="set null", copy=False)
    user_id = fields.Many2one("res.users", string="By", default=lambda self: self.env.user, ondelete="set null")

    # nobody gets the same one twice from batches, unless asked anew
    _once = models.UniqueIndex(
        "(company_id, partner_id, date_from, date_to) "
        "WHERE run_id IS NOT NULL AND NOT anew AND state IN ('waiting', 'queued', 'sent', 'printed')",
        "This debtor has had the statement of this month already. Tick “Send anew” to send it again.",
    )
    _waiting = models.Index("(run_id, id) WHERE state = 'waiting'")
    _queued = models.Index("(id) WHERE state = 'queued'")

    @api.model
    def _ways(self, partners, company):
        """Return [(commercial entity, channel, address in words, why none)]: which way each can be sent a statement.

        By e-mail; by letter where e-mail is refused or reaches nobody. Who represents a debtor is written to instead.
        The channel is False for whoever is left alone, with the reason, or has no address, with None.
        :param partners: res.partner, commercial entities
        """
        today = self.env["collection.case"]._today()
        partners = partners.sudo()  # sudo: where debtors can be reached
        debtors = self.env["collection.debtor"].sudo()
        found = debtors.search([("company_id", "=", company.root_id.id), ("partner_id", "in", partners.ids)])
        found = found.grouped("partner_id")
        addresses = {code: partners._collections_addresses(code, company) for code in ("email", "letter")}
        ways = []
        for partner in partners:
            debtor = found.get(partner, debtors)
            if reason := self._left_alone(debtor, today):
                ways.append((partner, (False, None, reason)))
                continue
            for channel, of_channel in addresses.items():
                address = of_channel[partner]
                if address._collections_reachable(channel) and not (debtor and debtor._refuses(channel, address)):
                    lines = address.email if channel == "email" else address.contact_address_inline
                    ways.append((partner, (channel, lines, None)))
                    break
            else:
                ways.append((partner, (False, None, None)))
        return ways

    @api.model
    def _left_alone(self, debtor, today):
        """Return why a debtor gets nothing at all, in words, or None; see `collection.debtor._left_alone`."""
        until = debtor.do_not_follow_up_until
        if debtor.do_not_follow_up and (not until or until > today):
            return self.env._(
                "Not to be followed up: %s", debtor.do_not_follow_up_reason or self.env._("no reason given")
            )
        return debtor._reason_not_by("email") if debtor.legal_status else None

    def _period(self):
        """Return the period of this statement in words, in the language of the environment."""
        self.ensure_one()
        if not self.date_from:
            return self.env._("Until %s", format_date(self.env, self.date_to))
        return self.env._(
            "%(first)s to %(last)s",
            first=format_date(self.env, self.date_from),
            last=format_date(self.env, self.date_to),
        )

    def action_open_pdf(self):
        """Download the statement as it was made."""
        self.ensure_one()
        self.check_access("read")
        pdf = self.sudo().pdf_id  # sudo: the file of a statement the user may read
        return pdf and self.env["collection.download"]._offer(pdf.name, pdf.raw)
