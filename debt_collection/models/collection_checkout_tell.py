"""Who is told that somebody has paid online: the log, the collector when something is left, the debtor."""

from odoo import models
from odoo.tools import format_list


class CollectionCheckout(models.Model):
    _inherit = "collection.checkout"

    def _tell(self, payment, applied):
        """Bring the case in line with the ledger, log the payment, and thank the debtor.

        :param payment: account.payment, posted
        :param applied: what of it has settled what was chosen
        """
        self.ensure_one()
        debtor = self.debtor_id
        case = debtor._page_case()
        if case.state == "open":
            case._reassess()
        # what is logged is read by colleagues
        told = self.with_context(lang=debtor.company_id.partner_id.lang or "en_US")
        words = {
            "amount": told.currency_id.format(payment.amount),
            "items": told._named(),
            "reference": payment.payment_transaction_id.reference,
        }
        if case:
            told_case = case.with_context(lang=told.env.lang)
            told_case._log_contact(
                channel="note",
                direction="in",
                outcome="note",
                user_id=None,
                summary=told.env._("Paid %(amount)s online: %(items)s (%(reference)s)", **words),
            )
        left = self.currency_id.round(payment.amount - applied)
        if not self.currency_id.is_zero(left):
            told._ask_to_apply(case or payment, told.currency_id.format(left), words)
        told._thank(payment)

    def _ask_to_apply(self, record, left, words):
        """Have somebody look at what of a payment has settled nothing: it is a credit of the debtor now.

        :param record: the case, or the payment of a debtor who has none
        :param left: str, the amount
        """
        sentence = self.env._(
            "%(left)s of the online payment %(reference)s settles nothing: what was chosen (%(items)s) was paid "
            "meanwhile, or cannot be reconciled with it. Refund it, or apply it to something else.",
            left=left,
            **words,
        )
        settings = self.company_id._collection_settings()
        user = self.debtor_id._page_case().user_id or self.debtor_id.user_id or settings.collection_user_id
        if record._name == "collection.case":
            record.with_context(lang=self.env.lang)._log_contact(
                channel="note", direction="internal", outcome="note", user_id=None, summary=sentence
            )
        if user:
            record.activity_schedule(
                "mail.mail_activity_data_todo",
                user_id=user.id,
                summary=self.env._("Refund or apply an online payment"),
                note=sentence,
            )
        else:
            record.message_post(body=sentence)

    def _thank(self, payment):
        """Tell the debtor what was paid and what is still open, in the language it was paid in.

        :param self: in the language of colleagues, who read in the log that this was said
        """
        said = self.with_context(lang=self.lang)
        still = said._still_open(said.env["collection.page"]._lines(said.debtor_id))
        totals = [total["currency"].format(total["amount"]) for total in still]
        self.debtor_id._page_confirm(
            said.env._("Thank you for your payment"),
            [
                said.env._(
                    "We have received %(amount)s for %(items)s. The reference of the payment is %(reference)s.",
                    amount=said.currency_id.format(payment.amount),
                    items=said._named(),
                    reference=payment.payment_transaction_id.reference,
                ),
                said.env._("Still open: %s.", format_list(said.env, totals))
                if totals
                else said.env._("Nothing is open any more."),
            ],
            self.lang,
        )

    def _still_open(self, lines):
        """Return what is open after credits, per currency.

        :param lines: of `collection.page._lines`
        :return: [{"currency", "amount"}], without what is zero
        """
        totals = {}
        for line in lines:
            if line["is_debit"]:
                amount = float(line["claim_currency"] + line["disputed_currency"])
                totals[line["currency"]] = totals.get(line["currency"], 0.0) + amount
        return [
            {"currency": currency, "amount": currency.round(amount)}
            for currency, amount in totals.items()
            if not currency.is_zero(amount)
        ]
