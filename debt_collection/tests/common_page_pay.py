"""Paying on the page, as Odoo's payment form and a provider do it."""

from .common_page import PageCommon


class PagePayCommon(PageCommon):
    """Odoo's provider for demonstrations takes the money, or does not."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        demo = cls.env.ref("payment.payment_provider_demo").sudo()
        cls.provider = demo.copy({"company_id": cls.company.id, "state": "test", "is_published": True})
        cls.method = cls.env.ref("payment_demo.payment_method_demo").sudo()
        cls.method.active = True
        cls.checkouts = cls.env["collection.checkout"].sudo()
        cls.page = cls.env["collection.page"].sudo()
        cls.collector = cls._user("collector", "debt_collection.group_collection_collector")
        cls.company.collection_user_id = cls.collector

    def _offers(self, debtor):
        self.env.invalidate_all()
        debtor = debtor.sudo()
        return self.checkouts._offers(debtor, self.page._lines(debtor))

    def _token(self, debtor, what="now", lines=(), amount="", currency=None):
        """Choose, and return what the payment form carries of it."""
        offers = self._offers(debtor)
        offer = next(offer for offer in offers if currency in (None, offer["currency"]))
        line_ids = [str(line.id) for line in lines]
        choice = self.checkouts._choose(offers, offer["key"], what, line_ids, amount)
        return self.checkouts._sign(debtor, choice)

    def _transaction(self, debtor, token, **values):
        """Press the form's button: begin the transaction, as the form's script does."""
        self.env.flush_all()
        values = {
            "provider_id": self.provider.id,
            "payment_method_id": self.method.id,
            "token_id": None,
            "amount": 1.0,
            "flow": "direct",
            "tokenization_requested": False,
            "landing_route": "/",
            "is_validation": False,
            "access_token": token,
            **values,
        }
        answer = self.make_jsonrpc_request(f"{debtor._page_path()}/pay/transaction", values)
        self.env.invalidate_all()
        return self.checkouts.search([("reference", "=", answer["reference"])])

    def _begin(self, debtor, what="now", lines=(), amount="", currency=None):
        """Choose and begin to pay; return the checkout."""
        return self._transaction(debtor, self._token(debtor, what, lines, amount, currency))

    def _end(self, checkout, state="done"):
        """Let the provider answer, and Odoo enter the payment."""
        transaction = checkout.transaction_id
        transaction._process("demo", {"reference": transaction.reference, "simulated_state": state})
        transaction._post_process()
        self.env.invalidate_all()
        return checkout

    def _pay_online(self, debtor, *choice, **values):
        return self._end(self._begin(debtor, *choice, **values))

    def _open(self, *invoices):
        """Return what is open of the instalments of invoices, in their order."""
        self.env.invalidate_all()
        return [line.amount_residual_currency for invoice in invoices for line in self._receivable(invoice)]
