"""The agreement of a payment plan: what it says, in the debtor's language, on paper and by e-mail."""

from markupsafe import Markup
from odoo import models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..tools.text import filled_lines

AGREEMENT = "debt_collection.report_plan_agreement"


class CollectionPlan(models.Model):
    _inherit = "collection.plan"

    def _address(self):
        """Return the contact that what is written about this plan goes to."""
        self.ensure_one()
        # sudo: where the debtor of the user's own case can be reached
        return self.case_id.partner_id.sudo()._collections_address("email", self.company_id)

    def _language(self):
        """Return the code of the language the debtor is written to: chosen, of the address, the debtor, the company."""
        self.ensure_one()
        installed = dict(self.env["res.lang"].get_installed())
        company = self.company_id.sudo()  # sudo: the language of the creditor
        chosen = self.case_id.debtor_id.sudo()._chosen_language()  # sudo: the language alone
        wanted = (chosen, self._address().lang, self.case_id.partner_id.sudo().lang, company.partner_id.lang, "en_US")
        return next((code for code in wanted if code in installed), next(iter(installed)))

    def _agreement_values(self):
        """Return what the QWeb template of the agreement shows of this plan."""
        self.ensure_one()
        language = self._language()
        actions = self.env["collection.action"].with_context(lang=language)
        case, address = self.case_id, self._address().with_context(lang=language)
        company = self.company_id.sudo()  # sudo: name, address and accounts of the creditor, as on any invoice
        user = case.user_id.sudo() or company._collection_settings().collection_user_id
        lines = [
            {"currency": self.currency_id, "move": item.sudo().move_id, "reference": item.name}
            for item in self.item_ids
        ]
        plan = self.with_context(lang=language)
        debtor = case.partner_id.sudo().with_context(lang=language)
        return {
            **actions._frame(company, user, language),
            "plan": plan,
            "debtor": debtor,
            "opening": plan.env._(
                "%(creditor)s and %(debtor)s agree that these open items are paid in instalments:",
                creditor=company.name,
                debtor=debtor.name,
            ),
            "terms": plan.env._(
                "An instalment that is not paid %(days)s days after its date counts as missed. With %(number)s missed "
                "instalments this agreement ends, and what is still open is due at once.",
                days=self.grace_days,
                number=self.missed_limit,
            ),
            "address_lines": filled_lines(address._display_address(without_company=True)),
            "banks": actions._banks(company, lines),
            "reference": self.name,
            "unbilled_interest": 0.0 if self.interest_move_id else self.amount_interest,
        }

    def _schedule_text(self):
        """Return the instalments as plain lines, for the contact log."""
        return "\n".join(
            f"{format_date(self.env, line.date)}  {self.currency_id.format(line.amount)}" for line in self.line_ids
        )

    def action_print_agreement(self):
        """Print the agreement, to be signed."""
        return self.env.ref(AGREEMENT).report_action(self)

    def action_send_agreement(self):
        """Send the agreement to the debtor by e-mail, from the case, and say so in the log.

        :raises UserError: without an address, or while all sending is stopped
        """
        self.ensure_one()
        self.case_id._check_commit()
        address = self._address()
        if self.company_id._collection_settings().collection_stopped:
            raise UserError(self.env._("All sending is stopped in the settings of Collections."))
        if not address._collections_reachable("email"):
            raise UserError(self.env._("%s has no e-mail address that can be used.", address.display_name))
        template = self.env.ref("debt_collection.template_plan_agreement")
        reports = self.env["ir.actions.report"].sudo()  # sudo: the report is ours, of a plan the user may read
        pdf, _kind = reports._render_qweb_pdf(AGREEMENT, self.ids)
        language = self._language()
        body = template._render_field("body_html", self.ids, set_lang=language)[self.id]
        # sudo: who may work on the case writes to its debtor; access is checked above
        self.case_id.sudo().message_post(
            body=Markup(body),
            subject=template._render_field("subject", self.ids, set_lang=language)[self.id],
            partner_ids=address.ids,
            author_id=self.env.user.partner_id.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            email_add_signature=False,
            attachments=[(f"{self.name.replace('/', '-')}.pdf", pdf)],
        )
        self._log(
            self.env._("Agreement of payment plan %s sent.", self.name),
            channel="email",
            direction="out",
            outcome="sent",
            address=address.email,
            text=self.env["collection.action"]._plain_words(body),
        )
