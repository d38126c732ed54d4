"""Asks for which period, in which language and which way a statement of account is wanted."""

from dateutil.relativedelta import relativedelta
from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

DAY = relativedelta(days=1)

SENDERS = ("debt_collection.group_collection_collector", "account.group_account_invoice")


class CollectionStatementMake(models.TransientModel):
    _name = "collection.statement.make"
    _description = "Statement of Account"

    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    partner_ids = fields.Many2many("res.partner", string="Debtors", required=True)
    period = fields.Selection(
        [
            ("month", "This month"),
            ("last_month", "Last month"),
            ("quarter", "This quarter"),
            ("year", "This year"),
            ("twelve", "Last 12 months"),
            ("all", "Everything"),
            ("custom", "Other dates"),
        ],
        default="twelve",
        required=True,
    )
    date_from = fields.Date(string="From", compute="_compute_dates", store=True, readonly=False)
    date_to = fields.Date(string="To", compute="_compute_dates", store=True, readonly=False)
    lang = fields.Selection(
        lambda self: self.env["res.lang"].get_installed(), string="Language", help="Empty: the debtor's language."
    )
    show = fields.Selection(
        [("movements", "All movements and what is open"), ("open", "Only what is open")],
        default="movements",
        required=True,
    )
    with_interest = fields.Boolean(
        help="The interest for late payment up to the last day, for information: it is not part of the balance."
    )

    @api.model
    def default_get(self, fields):
        """Take the debtors from the contacts or the cases the user comes from."""
        values = super().default_get(fields)
        model = self.env.context.get("active_model")
        if not values.get("partner_ids") and model in ("res.partner", "collection.case"):
            selected = self.env[model].browse(self.env.context.get("active_ids") or [])
            partners = selected.partner_id if model == "collection.case" else selected
            values["partner_ids"] = [Command.set(partners.commercial_partner_id.ids)]
        return values

    @api.depends("period")
    def _compute_dates(self):
        today = self.env["collection.case"]._today()
        month = today.replace(day=1)
        starts = {
            "month": month,
            "last_month": month - relativedelta(months=1),
            "quarter": month - relativedelta(months=(month.month - 1) % 3),
            "year": month.replace(month=1),
            "twelve": today - relativedelta(years=1) + DAY,
            "all": False,
        }
        for wizard in self.filtered(lambda one: one.period != "custom"):
            wizard.date_from = starts[wizard.period]
            wizard.date_to = month - DAY if wizard.period == "last_month" else today

    @api.constrains("date_from", "date_to", "period")
    def _check_dates(self):
        for wizard in self:
            if not wizard.date_to:
                raise ValidationError(self.env._("Say up to which day the statement goes."))
            if wizard.date_from and wizard.date_from > wizard.date_to:
                raise ValidationError(self.env._("The first day of a statement comes before its last."))

    # ---- the buttons ----------------------------------------------------------------------------------------------

    def action_pdf(self):
        """Download the statements as one PDF."""
        partners = self._debtors()
        printed = self.env["collection.statement"]._print(
            partners, self.company_id, self.date_from, self.date_to, self.lang, **self._options(partners)
        )
        return self._offer("pdf", self.env["collection.statement"]._joined(printed.values()))

    def action_xlsx(self):
        """Download the statements as one spreadsheet, in one language."""
        partners = self._debtors()
        statements = self.env["collection.statement"]
        return self._offer(
            "xlsx",
            statements._workbook(
                partners, self.company_id, self.date_from, self.date_to, self.lang, **self._options(partners)
            ),
        )

    def action_send(self):
        """Send each debtor its statement by e-mail.

        :raises UserError: while sending is stopped, or for who does not want, or cannot be sent, e-mail
        :raises AccessError: to who only reads
        """
        if not any(map(self.env.user.has_group, SENDERS)):
            raise AccessError(self.env._("Statements are sent by collectors and accountants."))
        partners = self._debtors()
        if self.company_id._collection_settings().collection_stopped:
            raise UserError(self.env._("All sending is stopped in the settings of Collections."))
        # sudo: kept for who may read all of them; whose account it is, is checked above
        lines = self.env["collection.statement.line"].sudo()
        vals_list = []
        for partner, (channel, address, reason) in lines._ways(partners, self.company_id):
            if channel != "email":
                reason = reason or self.env._("no e-mail address that can be used")
                raise UserError(
                    self.env._(
                        "Nothing was sent: %(name)s cannot get a statement by e-mail (%(reason)s). Print it instead.",
                        name=partner.display_name,
                        reason=reason,
                    )
                )
            vals_list.append(
                {
                    "company_id": self.company_id.root_id.id,
                    "partner_id": partner.id,
                    "name": partner.display_name,
                    "date_from": self.date_from,
                    "date_to": self.date_to,
                    "channel": channel,
                    "address": address,
                    "state": "waiting",
                }
            )
        sent = lines.create(vals_list)
        printed = sent._printed(
            self.company_id, self.date_from, self.date_to, language=self.lang, **self._options(partners)
        )
        if len(printed) < len(sent):
            raise UserError((sent - sent.browse(line.id for line in printed))[0].reason)
        for line, pdf in printed.items():
            line.pdf_id = line._keep(pdf)
        sent._queue()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("On its way: %s", ", ".join(sent.mapped("address"))),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _debtors(self):
        """Return the commercial entities asked for, whose account the user may read.

        :raises AccessError:
        :raises UserError: when nobody is chosen
        """
        self.ensure_one()
        self.company_id.check_access("read")
        partners = self.partner_ids.commercial_partner_id
        if not partners:
            raise UserError(self.env._("Choose whose statement you want."))
        self.env["collection.statement"]._check_readable(partners, self.company_id)
        return partners

    def _options(self, partners):
        interest = None
        if self.with_interest:
            interest = self.env["collection.statement"]._interest(partners, self.company_id, self.date_to)
        return {"with_movements": self.show == "movements", "interest": interest}

    def _offer(self, ending, content):
        statements = self.env["collection.statement"]
        partners = self.partner_ids.commercial_partner_id
        name = partners.name if len(partners) == 1 else self.company_id.name
        return self.env["collection.download"]._offer(statements._file_name(name, self.date_to, ending), content)
