"""Paying by bank transfer: where to, with which reference, and the code to scan where Odoo makes one."""

from odoo import api, models


class CollectionPage(models.AbstractModel):
    _inherit = "collection.page"

    @api.model
    def _bank_transfer(self, debtor, debits, glances):
        """Return banks (dicts of `collection.action._banks`, each with its codes) and the reference to quote.

        :param debits: the open debits, see `_lines`
        :param glances: see `_glances`
        """
        # sudo: bank accounts to pay to, and what the debtor's own invoices say
        actions = self.env["collection.action"].sudo()
        # of what is to be paid now; a debtor who owes nothing now may pay early
        chosen = [line for line in debits if self._is_now(line)] or debits
        chosen = [{**line, "reference": line["move"].payment_reference or line["move_name"]} for line in chosen]
        if not chosen:
            return {"banks": [], "reference": ""}
        reference = actions._reference(chosen) or debtor.partner_id.ref or debtor.partner_id.name
        banks = actions._banks(debtor.company_id, chosen)
        structured = chosen[0]["reference"] if len(chosen) == 1 else ""
        for bank in banks:
            bank["codes"] = list(self._codes(bank["account"], debtor, glances, reference, structured))
        return {"banks": banks, "reference": reference}

    @api.model
    def _codes(self, account, debtor, glances, reference, structured):
        """Yield {"words", "image"} of each code to scan that Odoo makes for what is to be paid now.

        :param account: res.partner.bank
        :param reference: str, what the debtor quotes
        :param structured: str, the reference of the one invoice, which may have the structure of a country; or ""
        """
        for glance in glances:
            currency = glance["currency"]
            if glance["pay"] <= 0 or account.currency_id not in (currency, self.env["res.currency"]):
                continue
            image = account.build_qr_code_base64(
                glance["pay"], reference, structured, currency, debtor.partner_id, silent_errors=True
            )
            if image:
                amount = self._said(self._money(glance["pay"], currency))
                yield {"words": self.env._("Scan it with the app of your bank to pay %s.", amount), "image": image}
