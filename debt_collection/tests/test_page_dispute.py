"""A debtor objects to an invoice on its page; the collector sees it, with what was sent along."""

from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common_page import PageCommon
from .test_page_file import PDF, SVG, picture

WORDS = "The box was <script>alert(1)</script> broken & wet."


@tagged("post_install", "-at_install")
class TestPageDispute(PageCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.collector = cls._user("clara", "debt_collection.group_collection_collector", name="Clara")
        cls.company.collection_user_id = cls.collector
        cls.reason = cls.env.ref("debt_collection.dispute_reason_damaged")
        cls.reason.write({"days": 10, "user_id": False})
        cls.invoice = cls._invoice(300, cls._in_days(-12))
        cls.second = cls._invoice(80, cls._in_days(-11))
        cls._assess(cls.today)
        cls.case = cls._case()
        cls.page = cls.case.debtor_id

    def _object(self, invoice=None, files=None, **values):
        """Send the form; the invoice of 300 by default."""
        item = self._item(invoice or self.invoice)
        values = {"item": item.id, "reason": self.reason.id, "text": WORDS, **values}
        return self._send(self.page, "/object", files, **values)

    def _disputes(self):
        return self.case.dispute_ids.sorted("id")

    def assertRefused(self, answer, words):
        """Check that the form came again, saying why, and that nothing was done."""
        self.assertEqual(answer.status_code, 422)
        self.assertIn(words, self._text(answer))
        self.assertFalse(self._disputes())
        self.assertFalse(self.env["collection.page.act"].search([("debtor_id", "=", self.page.id)]))

    # ---- what follows ---------------------------------------------------------------------------------------------

    def test_an_objection_is_raised_confirmed_and_told_to_whoever_looks_into_it(self):
        answer = self._object(
            files=[("files", ("C:\\x\\photo.png", picture(), "image/png")), ("files", ("a.pdf", PDF))]
        )
        self.assertEqual(answer.status_code, 303)
        dispute = self._disputes()
        self.assertEqual((dispute.amount, dispute.state, dispute.origin), (300, "open", "page"))
        self.assertEqual(dispute.description, WORDS)
        self.assertEqual(dispute.deadline, self._in_days(10))
        self.assertEqual(dispute.user_id, self.collector)
        self.assertEqual(dispute.activity_ids.user_id, self.collector)
        page = self._text(self._get(answer.headers["Location"]))
        self.assertIn(f"Your objection to $ 300.00 of {self.invoice.name} is with us.", page)
        mail = self.env["mail.mail"].sudo().search([("model", "=", "collection.case"), ("res_id", "=", self.case.id)])
        self.assertIn("objection", mail.subject)
        self.assertIn("&lt;script&gt;", mail.body_html)
        self.assertNotIn("<script", mail.body_html)

    def test_the_log_keeps_the_words_and_the_files_as_they_came(self):
        self._object(files=[("files", ("photo.png", picture(), "text/html")), ("files", ("a.pdf", PDF))])
        entry = self.case.contact_ids.filtered(lambda contact: contact.outcome == "dispute")
        self.assertEqual((entry.direction, entry.user_name), ("in", False))
        self.assertEqual(entry.sudo().text_ids.body, WORDS)
        documents = entry.sudo().document_ids
        self.assertEqual(documents.mapped("name"), ["photo.png", "a.pdf"])
        self.assertEqual([document.attachment_id.raw for document in documents], [picture(), PDF])
        self.assertTrue(all(not contact.user_ref for contact in entry))
        self.assertEqual(self.case.sudo()._verify_log()[0] if hasattr(self.case, "_verify_log") else True, True)

    def test_the_collector_opens_the_files_and_nobody_without_a_login_does(self):
        self._object(files=[("files", ("photo.png", picture(), "image/png"))])
        files = self.env["ir.attachment"].search(
            [("res_model", "=", "collection.dispute"), ("res_id", "=", self._disputes().id)]
        )
        self.assertEqual(files.with_user(self.collector).raw, picture())
        self.assertFalse(files.public or files.access_token)
        with self.assertRaises(AccessError):
            files.with_user(self.env.ref("base.public_user")).check_access("read")
        self.assertEqual(self.url_open(f"/web/content/{files.id}").status_code, 404)
        for part in ("", "/object"):
            self.assertNotIn("/web/content", self._get(self.page, part).text)

    def test_what_is_objected_to_is_not_reminded_of_and_a_part_leaves_the_rest(self):
        self._object(amount="100,50")
        dispute = self._disputes()
        self.assertEqual(dispute.amount, 100.5)
        self.assertEqual(self._item(self.invoice)._disputable(), {self._item(self.invoice): 199.5})
        mail = self.env["mail.mail"].sudo().search([("res_id", "=", self.case.id), ("model", "=", "collection.case")])
        self.assertIn("199.50", mail.body_html)

    def test_the_instalments_of_an_invoice_are_objected_to_as_one(self):
        partner = self._partner("By Parts")
        terms = self.env["account.payment.term"].create(
            {
                "name": "Two parts",
                "line_ids": [
                    (0, 0, {"value": "percent", "value_amount": 40, "nb_days": 0}),
                    (0, 0, {"value": "percent", "value_amount": 60, "nb_days": 10}),
                ],
            }
        )
        invoice = self._invoice(
            100, self._in_days(-40), partner, invoice_payment_term_id=terms.id, invoice_date=self._in_days(-40)
        )
        self._assess(self.today)
        case = self._case(partner)
        self.assertEqual(len(case.open_item_ids), 2)
        [row] = case.debtor_id._page_objectionable()
        self.assertEqual((row["name"], row["amount"]), (invoice.name, 100))
        self._send(case.debtor_id, "/object", item=row["key"], amount="70", reason=self.reason.id, text="Wrong")
        # the first instalment is 40, what is left of the 70 falls on the second
        self.assertEqual(sorted(case.dispute_ids.line_ids.mapped("amount")), [30, 40])
        self.assertFalse(case.debtor_id._page_objectionable())

    def test_who_looks_into_it_is_the_reasons_else_the_collector_and_never_the_visitor(self):
        sales = self._user("sam", "account.group_account_invoice", name="Sam")
        self.reason.user_id = sales
        self._object()
        self.assertEqual(self._disputes().user_id, sales)
        self.reason.user_id = False
        self.case.user_id = False
        self.company.collection_user_id = False
        manager = self.env["collection.dispute"]._managers(self.company).sorted("id")[0]
        self._object(self.second)
        self.assertEqual(self._disputes()[1].user_id, manager)

    def test_where_nobody_could_look_into_it_the_debtor_is_asked_to_write(self):
        self.case.user_id = False
        self.company.collection_user_id = False
        disputes = type(self.env["collection.dispute"])
        with patch.object(disputes, "_managers", lambda self, company: self.env["res.users"]):
            self.assertRefused(self._object(), "Please write to us")

    def test_what_is_logged_is_in_the_companys_language_and_what_is_said_in_the_debtors(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.page.lang = "fr_FR"
        self.reason.with_context(lang="fr_FR").name = "Abîmé"
        self.assertIn("Abîmé", self._text(self._get(self.page, "/object")))
        self._object()
        entry = self.case.contact_ids.filtered(lambda contact: contact.outcome == "dispute")
        self.assertIn("Disputes $ 300.00", entry.summary.replace("\xa0", " "))
        self.assertNotIn("Abîmé", entry.summary)

    # ---- what the debtor sees of it -------------------------------------------------------------------------------

    def test_the_debtor_sees_what_came_of_it_and_the_answer_only_once_it_was_told(self):
        self._object()
        self.assertIn("We are looking into it", self._text(self._get(self.page, "/object")))
        self._disputes()._reject("Delivered whole, signed for.", tell=False)
        page = self._text(self._get(self.page, "/object"))
        self.assertIn("Not accepted", page)
        self.assertNotIn("signed for", page)
        self._object(self.second)
        self._disputes()[1]._reject("The price was agreed.", tell=True)
        page = self._text(self._get(self.page, "/object"))
        self.assertIn("The price was agreed.", page)
        self.assertNotIn("signed for", page)

    def test_who_looked_into_it_and_what_was_said_inside_is_not_on_the_page(self):
        self._object()
        self._disputes().message_post(body="He always complains")
        self.assertNotIn("He always complains", self._get(self.page, "/object").text)

    def test_another_debtors_objections_are_not_on_the_page(self):
        other = self._owing((55, 12), partner=self._partner("Somebody Else"))
        self._object()
        page = self._text(self._get(other.debtor_id, "/object"))
        self.assertIn("55.00", page)
        self.assertNotIn(self.invoice.name, page)

    def test_a_script_in_the_text_is_shown_as_words_when_the_form_comes_again(self):
        answer = self._object(amount="nothing")
        self.assertIn("&lt;script&gt;alert(1)", answer.text)
        self.assertNotIn("<script>", answer.text)

    # ---- what is refused ------------------------------------------------------------------------------------------

    def test_amounts_that_are_none_or_more_than_is_owed_are_refused(self):
        for amount in ("NaN", "inf", "-5", "0", "0.001", "300.01", "1e2", "99999999999999999999", "five"):
            with self.subTest(amount):
                answer = self._object(amount=amount)
                self.assertRefused(answer, "amount")
                self.assertIn(f'value="{amount}"', answer.text)

    def test_a_form_without_what_it_needs_is_refused(self):
        self.assertRefused(self._object(text="  "), "in your own words")
        self.assertRefused(self._object(text="x" * 4001), "at most 4000 characters")
        self.assertRefused(self._object(reason=""), "Choose what is wrong")
        self.assertRefused(self._object(item=""), "Choose one invoice")

    def test_another_debtors_invoice_cannot_be_objected_to(self):
        other = self._owing((55, 12), partner=self._partner("Somebody Else"))
        for item in (other.open_item_ids.id, "1 OR 1=1", -1, "x" * 5000):
            self.assertRefused(self._object(item=item), "Choose one invoice")
        self.assertFalse(other.dispute_ids)

    def test_an_archived_reason_is_not_offered_and_not_taken(self):
        self.reason.active = False
        self.assertNotIn(self.reason.name, self._text(self._get(self.page, "/object")))
        self.assertRefused(self._object(), "Choose what is wrong")

    def test_a_file_that_is_not_taken_leaves_nothing_behind(self):
        before = self.env["ir.attachment"].search_count([])
        good = ("files", ("a.pdf", PDF))
        self.assertRefused(self._object(files=[good, ("files", ("photo.png", SVG, "image/png"))]), "cannot be taken")
        self.assertRefused(self._object(files=[good] * 6), "At most 5 files")
        self.assertRefused(self._object(files=[("files", ("a.pdf", b""))]), "is empty")
        self.assertEqual(self.env["ir.attachment"].search_count([]), before)

    def test_a_huge_form_is_answered_in_words(self):
        huge = PDF + b"\0" * (26 * 2**20)
        answer = self._object(files=[("files", ("a.pdf", huge))])
        self.assertEqual(answer.status_code, 303)
        self.assertIn("too large: at most 10 MB each", self._text(self._get(answer.headers["Location"])))
        self.assertFalse(self._disputes())

    def test_a_form_sent_twice_raises_one_dispute(self):
        path, form = self._form(self._get(self.page, "/object"), "/object")
        form |= {"item": self._item(self.invoice).id, "reason": self.reason.id, "text": WORDS}
        answers = [self._post(path, form), self._post(path, form)]
        self.assertEqual([answer.status_code for answer in answers], [303, 303])
        self.assertEqual(len(self._disputes()), 1)

    def test_a_form_of_another_site_is_refused(self):
        path, form = self._form(self._get(self.page, "/object"), "/object")
        form |= {"item": self._item(self.invoice).id, "reason": self.reason.id, "text": WORDS, "csrf_token": "x"}
        self.assertEqual(self._post(path, form).status_code, 400)
        self.assertFalse(self._disputes())

    def test_an_invoice_is_objected_to_once_whatever_came_of_it(self):
        for end in ("_reject", "_withdraw"):
            invoice = self.invoice if end == "_reject" else self.second
            self._object(invoice)
            dispute = self._disputes()[-1]
            dispute._withdraw("Settled") if end == "_withdraw" else dispute._reject("No", tell=False)
        self.assertEqual(self.page._page_objectionable(), [])
        self.assertIn("no overdue invoice that you could object to", self._text(self._get(self.page, "/object")))
        again = {"form_key": "0" * 32, "item": self._item(self.invoice).id, "reason": self.reason.id, "text": "Again"}
        with self.assertRaisesRegex(Exception, "Choose one invoice"):
            self.page.sudo()._page_object(again["item"], "", str(self.reason.id), "Again", [])

    def test_what_a_colleague_raised_does_not_use_up_the_debtors_word(self):
        item = self._item(self.invoice)
        self.env["collection.dispute"]._raise(self.case, {item: 100}, self.reason)
        [row, _second] = self.page._page_objectionable()
        self.assertEqual(row["amount"], 200)

    def test_the_limit_is_said_and_nothing_more_is_taken(self):
        self.company.collection_page_disputes = 1
        path, form = self._form(self._get(self.page, "/object"), "/object")
        self._object()
        page = self._get(self.page, "/object")
        self.assertIn("as often as is possible here", self._text(page))
        self.assertNotIn("<form", page.text)
        # a form that was open all the while
        form |= {"item": self._item(self.second).id, "reason": self.reason.id, "text": "And this"}
        answer = self._post(path, form)
        self.assertEqual(answer.status_code, 422)
        self.assertEqual(len(self._disputes()), 1)

    def test_a_company_that_takes_none_offers_none(self):
        self.assertIn("Object to an invoice", self._text(self._get(self.page)))
        self.company.collection_page_disputes = 0
        self.assertNotIn("Object to an invoice", self._text(self._get(self.page)))
        self.assertNotIn("<form", self._get(self.page, "/object").text)

    def test_without_an_open_case_there_is_nothing_to_object_to(self):
        path, form = self._form(self._get(self.page, "/object"), "/object")
        self._pay(self.invoice | self.second, self.today)
        self._assess(self.today)
        self.assertFalse(self._case())
        self.assertIn("no overdue invoice", self._text(self._get(self.page, "/object")))
        answer = self._post(path, {**form, "item": "1", "reason": self.reason.id, "text": "Too late"})
        self.assertEqual(answer.status_code, 422)
        self.assertIn("Nothing is overdue any more", self._text(answer))
