"""Paying on the page: what came from the browser is not believed, and what is being paid is not paid twice."""

from datetime import timedelta
from urllib.parse import quote

from lxml import html
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools.misc import hash_sign

from .common_page_pay import PagePayCommon


@tagged("post_install", "-at_install")
class TestPagePaySafe(PagePayCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.first = cls._invoice(100, cls._in_days(-30))
        cls.second = cls._invoice(200, cls._in_days(-20))
        cls._assess(cls.today)
        cls.owner = cls._case().debtor_id
        cls.somebody = cls._owing((999, 12), partner=cls._partner("Somebody Else")).debtor_id

    def _refused(self, debtor, token, **values):
        """Begin a transaction that is refused; return the sentence, or the name of the error."""
        before = self.env["payment.transaction"].sudo().search_count([])
        params = {"provider_id": self.provider.id, "payment_method_id": self.method.id, "flow": "direct"}
        self.env.flush_all()
        answer = self.opener.post(
            f"{self.base_url()}{debtor._page_path()}/pay/transaction",
            json={"jsonrpc": "2.0", "method": "call", "params": {**params, "access_token": token, **values}},
            timeout=60,
        )
        self.env.invalidate_all()
        if answer.status_code != 200:
            self.assertEqual(self.env["payment.transaction"].sudo().search_count([]), before)
            return {400: "BadRequest", 404: "NotFound"}[answer.status_code]
        self.assertNotIn("result", answer.json())
        self.assertEqual(self.env["payment.transaction"].sudo().search_count([]), before)
        error = answer.json()["error"]["data"]
        return error["message"] if error["name"].endswith("UserError") else error["name"]

    def _chosen(self, what="other", **query):
        """Return the answer to choosing on the page."""
        key = self._offers(self.owner)[0]["key"]
        return self._get(self.owner, "/pay", **{"for": key, "what": what, **query})

    # ---- the form -------------------------------------------------------------------------------------------------

    def test_the_form_shows_what_will_be_paid_and_begins_nothing(self):
        page = self._chosen("now")
        self.assertEqual(page.status_code, 200)
        words = self._text(page)
        for shown in (self.first.name, self.second.name, "$\u00a0300.00"):
            self.assertIn(" ".join(shown.split()), words)
        form = html.fromstring(page.text).get_element_by_id("o_payment_form")
        self.assertEqual(form.get("data-amount"), "300.0")
        self.assertTrue(form.get("data-transaction-route").endswith("/pay/transaction"))
        self.assertFalse(self.checkouts.search([("debtor_id", "=", self.owner.id)]))
        self.assertIn("noindex", page.headers["X-Robots-Tag"])
        self.assertEqual(page.headers["Cache-Control"], "no-store")

    def test_the_link_of_an_invoice_in_a_notice_leads_to_paying_it_alone(self):
        line = self._receivable(self.second)
        page = self._get(self.owner, "/pay", line=line.id)
        [form] = html.fromstring(page.text).xpath("//form[@id='o_payment_form']")
        self.assertEqual(float(form.get("data-amount")), line.amount_residual_currency)
        self.assertNotIn(self.first.name, self._text(page))

    def test_the_form_is_from_right_to_left_in_arabic(self):
        self.env["res.lang"]._activate_lang("ar_001")
        self.debtor.lang = "ar_001"
        page = html.fromstring(self._chosen("now").text)
        self.assertEqual((page.get("dir"), page.get("lang")), ("rtl", "ar-001"))

    def test_saved_cards_are_neither_shown_nor_made(self):
        self.provider.allow_tokenization = True
        token = self.env["payment.token"].sudo().create(
            {
                "provider_id": self.provider.id,
                "payment_method_id": self.method.id,
                "partner_id": self.debtor.id,
                "payment_details": "4242 of the boss",
                "provider_ref": "x",
            }
        )  # fmt: skip
        page = self._chosen("now")
        self.assertNotIn("4242", page.text)
        self.assertNotIn("o_payment_tokenize_checkbox", page.text)
        chosen = self._token(self.owner)
        self.assertIn("BadRequest", self._refused(self.owner, chosen, flow="token", token_id=token.id))
        self.assertIn("BadRequest", self._refused(self.owner, chosen, token_id=token.id))
        self.assertIn("BadRequest", self._refused(self.owner, chosen, is_validation=True))
        checkout = self._transaction(self.owner, chosen, tokenization_requested=True)
        self.assertFalse(checkout.transaction_id.tokenize)

    # ---- what is chosen -------------------------------------------------------------------------------------------

    def test_amounts_that_cannot_be_paid_are_refused_in_a_sentence(self):
        for amount in ("0", "-5", "nan", "NaN", "inf", "1e3", "0.001", "10.5555", "abc", "0,00"):
            page = self._chosen(amount=quote(amount))
            self.assertEqual(page.status_code, 422, amount)
            self.assertIn("number above zero", self._text(page), amount)
            self.assertNotIn("o_payment_form", page.text)
        page = self._chosen(amount="300.01")
        self.assertEqual(page.status_code, 422)
        self.assertIn("more than is open. Write an amount of at most $ 300.00", self._text(page))
        self.assertIn('value="300.01"', page.text)
        self.assertEqual(self._chosen(amount="300").status_code, 200)

    def test_more_than_the_chosen_items_is_refused(self):
        page = self._chosen(line=self._receivable(self.first).id, amount="100.01")
        self.assertEqual(page.status_code, 422)
        self.assertIn("at most $ 100.00", self._text(page))

    def test_nothing_chosen_is_said(self):
        for page in (self._chosen(), self._chosen(amount="%20"), self._chosen("nonsense"), self._chosen("instalment")):
            self.assertEqual(page.status_code, 422)
            self.assertIn("Choose what you want to pay", self._text(page))

    def test_items_of_another_debtor_or_currency_are_refused(self):
        foreign = self._invoice(
            80, self._in_days(-10), currency_id=self.setup_other_currency("EUR", rates=[("2016-01-01", 2.0)]).id
        )
        theirs = self.somebody.case_ids.item_ids.move_line_id
        paid = self._invoice(40, self._in_days(-9))
        self._pay(paid, self.today)
        keys = {offer["currency"].name: offer["key"] for offer in self._offers(self.owner)}
        wrong = (theirs.id, self._receivable(foreign).id, self._receivable(paid).id, "1%20OR%201", "-1", "٣")
        for line in wrong:
            page = self._get(self.owner, "/pay", **{"for": keys["USD"], "what": "other", "line": line})
            self.assertEqual(page.status_code, 422, line)
            self.assertIn("has changed", self._text(page))
        for key in ("EUR-999999", "nonsense", ""):
            self.assertEqual(self._get(self.owner, "/pay", **{"for": key, "what": "open"}).status_code, 422, key)

    # ---- what is signed -------------------------------------------------------------------------------------------

    def test_a_choice_that_was_not_signed_here_is_refused(self):
        token = self._token(self.owner)
        altered = token[:60] + ("A" if token[60] != "A" else "B") + token[61:]
        cut = token[: len(token) // 2]
        for wrong in (altered, cut, "", "x", "ÿ", None, 7, [], {}, True):
            self.assertIn("has changed", self._refused(self.owner, wrong), wrong)

    def test_a_choice_of_another_debtor_or_of_another_use_is_refused(self):
        self.assertIn("has changed", self._refused(self.owner, self._token(self.somebody)))
        said = [self.owner.id, self._offers(self.owner)[0]["key"], [[self._receivable(self.first).id, "1.00"]]]
        other_use = hash_sign(self.env(su=True), "somewhere else", said, expiration_hours=1)
        self.assertIn("has changed", self._refused(self.owner, other_use))
        old = hash_sign(self.env(su=True), "debt_collection-checkout", said, expiration=timedelta(seconds=-5))
        self.assertIn("has changed", self._refused(self.owner, old))

    def test_a_choice_sent_again_after_it_was_paid_is_refused(self):
        token = self._token(self.owner)
        self._end(self._transaction(self.owner, token))
        self.assertIn("has changed", self._refused(self.owner, token))

    def test_what_was_paid_since_it_was_chosen_is_refused_in_a_sentence(self):
        token = self._token(self.owner)
        self._pay(self.first, self.today, amount=10)
        self.assertEqual(
            self._refused(self.owner, token),
            "What is owed has changed since this page was opened. Look again, and choose anew.",
        )

    def test_amount_partner_and_landing_page_of_the_browser_are_not_taken(self):
        checkout = self._transaction(
            self.owner, self._token(self.owner), amount=0.01, landing_route="https://evil.example/"
        )
        transaction = checkout.transaction_id
        self.assertEqual((transaction.amount, transaction.partner_id), (300, self.debtor))
        self.assertTrue(transaction.landing_route.startswith("/collections/page/"))
        self.assertTrue(transaction.landing_route.endswith(f"/paid/{transaction.reference}"))
        for values in ({"partner_id": 1}, {"currency_id": 1}, {"reference_prefix": "x"}, {"custom_create_values": {}}):
            self.assertIn("BadRequest", self._refused(self.owner, self._token(self.owner), **values), values)

    def test_a_provider_that_is_not_offered_is_refused(self):
        token = self._token(self.owner)
        values = {"name": "Hidden", "company_id": self.company.id, "state": "test", "is_published": False}
        hidden = self.provider.copy(values)
        elsewhere = self.env.ref("payment.payment_provider_demo").id
        for provider_id in (hidden.id, elsewhere, 0, None, "1", -1):
            self.assertIn("BadRequest", self._refused(self.owner, token, provider_id=provider_id), provider_id)
        self.assertIn("BadRequest", self._refused(self.owner, token, payment_method_id=0))
        self.assertIn("BadRequest", self._refused(self.owner, token, flow="offline"))

    def test_without_a_link_nothing_is_begun(self):
        path = self.owner._page_path()
        self.owner._revoke_page()
        answer = self.opener.post(
            f"{self.base_url()}{path}/pay/transaction",
            json={"jsonrpc": "2.0", "method": "call", "params": {"access_token": self._token(self.owner)}},
            timeout=60,
        )
        self.assertEqual(answer.status_code, 404)
        self.assertEqual(self._get(path, "/pay").status_code, 404)

    # ---- under way ------------------------------------------------------------------------------------------------

    def test_what_is_being_paid_is_not_offered_and_cannot_be_paid_again(self):
        token = self._token(self.owner)
        checkout = self._end(self._begin(self.owner, "other", self._receivable(self.first)), "pending")
        [offer] = self._offers(self.owner)
        self.assertEqual([line["move_name"] for line in offer["lines"]], [self.second.name])
        page = self._text(self._get(self.owner))
        self.assertIn("A payment of $ 100.00 has been on its way since", page)
        self.assertIn("is being processed already", self._refused(self.owner, token))
        landed = self._text(self._get(self.owner, f"/paid/{checkout.reference}"))
        self.assertIn("Your payment is on its way", landed)
        self._end(checkout)
        self.assertEqual(self._open(self.first, self.second), [0, 200])

    def test_money_that_is_not_entered_yet_is_under_way(self):
        checkout = self._begin(self.owner)
        checkout.transaction_id._process("demo", {"reference": checkout.reference, "simulated_state": "done"})
        self.assertFalse(self._offers(self.owner))
        self.assertEqual(self.checkouts._under_way(self.owner), checkout)

    def test_an_invoice_that_is_being_paid_in_odoos_portal_is_not_offered(self):
        values = {"provider_id": self.provider.id, "payment_method_id": self.method.id, "partner_id": self.debtor.id}
        self.env["payment.transaction"].sudo().create(
            {
                **values,
                "amount": 100,
                "currency_id": self.company.currency_id.id,
                "reference": "portal",
                "operation": "online_direct",
                "state": "pending",
                "invoice_ids": [(4, self.first.id)],
            }
        )
        [offer] = self._offers(self.owner)
        self.assertEqual(list(offer["open"].values()), [200])

    def test_payments_are_not_begun_over_and_over(self):
        for _time in range(10):
            self._begin(self.owner)
        self.assertIn("Try again in an hour", self._refused(self.owner, self._token(self.owner)))
        self._begin(self.somebody)

    def test_an_announced_transfer_is_still_to_be_made(self):
        checkout = self._end(self._begin(self.owner), "pending")
        path = f"/paid/{quote(checkout.reference)}"
        self.assertIn("on its way", self._text(self._get(self.owner, path)))
        self.provider.write({"code": "none", "pending_msg": "<p>To the bank, please</p>"})
        page = self._text(self._get(self.owner, path))
        self.assertIn("We wait for your transfer", page)
        self.assertIn("To the bank, please", page)

    def test_who_pays_is_told_that_somebody_has_just_begun(self):
        self.assertNotIn("Somebody has begun", self._text(self._chosen("now")))
        self._begin(self.owner)
        self.assertNotIn("Somebody has begun", self._text(self._chosen("now")))  # the same browser
        self.opener.cookies.clear()
        self.assertIn("Somebody has begun", self._text(self._chosen("now")))

    def test_after_a_payment_that_failed_or_was_cancelled_one_tries_again(self):
        for state, words in (("error", "did not go through"), ("cancel", "It was cancelled, and nothing was paid")):
            checkout = self._end(self._begin(self.owner), state)
            landed = self._get(self.owner, f"/paid/{checkout.reference}")
            self.assertIn(words, self._text(landed))
            self.assertIn(f"{self.owner._page_path()}/pay", landed.text)
        self.assertEqual(self._open(self.first, self.second), [100, 200])
        checkout = self._pay_online(self.owner)
        self.assertEqual(self._open(self.first, self.second), [0, 0])
        landed = self._text(self._get(self.owner, f"/paid/{checkout.reference}"))
        self.assertIn("Thank you for your payment We have received $ 300.00", landed)
        self.assertIn("Nothing is open any more.", landed)

    def test_the_reference_of_another_debtor_shows_nothing(self):
        checkout = self._pay_online(self.somebody)
        answer = self._get(self.owner, f"/paid/{checkout.reference}")
        self.assertEqual(answer.status_code, 404)
        self.assertNotIn("999", self._text(answer))
        self.assertEqual(self._text(answer), self._text(self._get(self.owner, "/paid/nothing")))

    # ---- whether at all -------------------------------------------------------------------------------------------

    def test_without_online_payment_the_bank_is_pointed_to(self):
        def shown():
            return self._text(self._get(self.owner))

        self.assertIn("Pay what is due now: $ 300.00", shown())
        self.env["ir.config_parameter"].sudo().set_param("account_payment.enable_portal_payment", "False")
        self.assertNotIn("Pay what is overdue", shown())
        self.assertIn("Please pay by bank transfer", shown())
        self.env["ir.config_parameter"].sudo().set_param("account_payment.enable_portal_payment", "True")
        self.provider.state = "disabled"
        self.assertIn("Please pay by bank transfer", shown())

    def test_an_amount_that_no_provider_takes_is_said(self):
        self.provider.maximum_amount = 150
        page = self._chosen("now")
        self.assertIn("This amount cannot be paid online", self._text(page))
        self.assertIn("BadRequest", self._refused(self.owner, self._token(self.owner)))
        self.assertEqual(self._chosen(line=self._receivable(self.first).id).status_code, 200)

    def test_colleagues_read_online_payments_and_change_none(self):
        checkout = self._pay_online(self.owner).with_user(self.collector)
        self.assertEqual((checkout.state, checkout.items), ("done", f"{self.first.name} and {self.second.name}"))
        self.assertEqual(checkout.debtor_id._page_case().checkout_count, 1)
        for forged in (
            lambda: checkout.write({"amount_applied": 0}),
            lambda: checkout.line_ids.write({"amount": 1}),
            checkout.unlink,
            lambda: checkout.create({"transaction_id": 1}),
        ):
            self.assertRaises(AccessError, forged)
