"""A debtor signs a payment plan on its page: once, for the terms shown, with a signature that is one."""

import base64

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_page_plan import PagePlanCommon, picture


@tagged("post_install", "-at_install")
class TestPagePlanSign(PagePlanCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.case = cls._owing((600, 20), (100, 10))
        cls.mine = cls.case.debtor_id
        cls.case.user_id = cls.env.user
        cls.plan = cls.case._make_plan(cls.case.open_item_ids, [(cls._in_days(7), 350), (cls._in_days(37), 350)])
        cls.plan.action_offer()

    def test_a_signed_plan_is_active_and_its_items_are_not_reminded_of(self):
        answer = self._sign(self.mine)
        self.assertTrue(answer["force_refresh"])
        self.assertRegex(answer["redirect_url"], r"^/collections/page/[\w-]{32}\?done=[0-9a-f]{32}$")
        self.assertRecordValues(
            self.plan,
            [{"state": "active", "signed_by": "Ann Other", "sign_address": "127.0.0.1", "date_accepted": self.today}],
        )
        self.assertEqual({line["state"] for line in self._lines(self.mine)}, {"planned"})
        self.assertFalse(self._run(self.today).action_ids)
        done = self._text(self.url_open(answer["redirect_url"]))
        self.assertIn(f"You have signed payment plan {self.plan.name}", done)

    def test_the_agreement_holds_the_signature_and_is_sent_and_kept(self):
        self._sign(self.mine, name="Ann  \n Other")
        agreement = self.plan.agreement_id
        self.assertEqual(self.plan.signed_by, "Ann Other")
        # a test renders no PDF but its HTML
        self.assertIn(self.plan.signature, agreement.raw)
        for words in (b"Signed by", b"Ann Other", b"127.0.0.1", b"350.00", b"700.00"):
            self.assertIn(words, agreement.raw)
        mail = self._mails(self.case)[:1]
        self.assertIn("is signed", mail.subject)
        self.assertEqual(mail.attachment_ids, agreement)
        entry = self.case.contact_ids[:2].filtered("document_ids")
        self.assertIn("signed on the debtor's page by Ann Other, from 127.0.0.1", entry.summary)
        self.assertRecordValues(entry, [{"direction": "in", "user_id": False}])
        answer = self._get(self.mine, "/plan/agreement")
        self.assertEqual(answer.content, agreement.raw)
        self.assertIn("attachment", answer.headers["Content-Disposition"])
        notified = self.env["mail.message"].search([("model", "=", "collection.plan"), ("res_id", "=", self.plan.id)])
        self.assertIn(self.env.user.partner_id, notified.notified_partner_ids)

    def test_the_page_shows_the_instalments_of_an_active_plan(self):
        self._sign(self.mine)
        self._pay(self.case.open_item_ids.sorted("date_due")[0].move_line_id.move_id, self.today, 350)
        self._assess(self.today)
        page = self._text(self._get(self.mine, "/plan"))
        self.assertIn("Still to pay: $ 350.00 of $ 700.00", page.replace("\xa0", " "))
        self.assertNotIn("Show the instalments", page)

    def test_a_signature_sent_twice_counts_once(self):
        url = self._sign_url(self.mine)
        first, second = (self._sign(self.mine, url=url) for _time in range(2))
        self.assertEqual(first, second)
        self.assertEqual(self._agreements(), 1)
        again = self._sign(self.mine, url=url.replace(url[-32:], "0" * 32))
        self.assertIn("signed already", again["error"])
        self.assertEqual(self._agreements(), 1)

    def _agreements(self):
        attachments = self.env["ir.attachment"].sudo()
        return attachments.search_count(
            [("res_model", "=", "collection.plan"), ("res_id", "=", self.plan.id), ("res_field", "=", False)]
        )

    def test_what_is_no_signature_is_refused(self):
        svg = base64.b64encode(b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>").decode()
        for name, signature in [
            ("Ann Other", ""),
            ("Ann Other", "not base64!"),
            ("Ann Other", "QUJD"),
            ("Ann Other", svg),
            ("Ann Other", picture(kind="JPEG")),
            ("Ann Other", picture(drawn=False)),
            ("Ann Other", picture(5000, 10)),
            ("Ann Other", "A" * 1_500_000),
            ("Ann Other", picture()[:200]),
            ("Ann Other", ["a", "list"]),
            ("Ann Other", {"a": "dict"}),
            ("", picture()),
            ("A", picture()),
            ("12 34", picture()),
            ("A" * 101, picture()),
            (["Ann"] * 40, picture()),
            (None, picture()),
        ]:
            with self.subTest(name=str(name)[:20], signature=str(signature)[:20]):
                answer = self._sign(self.mine, name, signature)
                self.assertTrue(answer["error"])
                self.assertNotIn("force_refresh", answer)
        self.assertRecordValues(self.plan, [{"state": "draft", "signed_by": False, "signature": False}])

    def test_script_in_the_name_is_text(self):
        self._sign(self.mine, name="<script>alert(1)</script>")
        self.assertEqual(self.plan.state, "active")
        self.assertNotIn(b"<script>alert(1)", self.plan.agreement_id.raw)
        self.assertIn(b"&lt;script&gt;alert(1)", self.plan.agreement_id.raw)

    def test_what_else_is_in_the_file_of_a_signature_is_left_behind(self):
        raw = base64.b64decode(picture()) + b"<script>alert(1)</script>"
        self._sign(self.mine, signature=base64.b64encode(raw).decode())
        self.assertNotIn(b"script", base64.b64decode(self.plan.signature))

    def test_other_terms_than_those_shown_cannot_be_signed(self):
        url = self._sign_url(self.mine)
        self.plan.sudo().line_ids[0].date = self._in_days(9)
        self.assertIn("has changed", self._sign(self.mine, url=url)["error"])
        altered = self._sign_url(self.mine).replace("terms=", "terms=0")
        self.assertIn("has changed", self._sign(self.mine, url=altered)["error"])
        self.assertEqual(self.plan.state, "draft")

    def test_the_plan_of_another_debtor_cannot_be_signed(self):
        other = self._owing((100, 20), partner=self._partner("Somebody Else"))
        mine = self._sign_url(self.mine)
        theirs = other.debtor_id._page_path()
        url = mine.replace(mine.split("/plan/")[0], theirs)
        self.assertIn("has changed", self._sign(other.debtor_id, url=url)["error"])
        self.assertEqual(self.plan.state, "draft")
        self.assertEqual(self._get(other.debtor_id, "/plan/agreement").status_code, 404)

    def test_a_link_that_opens_nothing_signs_nothing(self):
        url = self._sign_url(self.mine)
        self.mine._revoke_page()
        self.assertEqual(self._sent(url).status_code, 404)
        self.assertEqual(self.plan.state, "draft")

    def test_nobody_changes_or_deletes_the_agreement_that_was_signed(self):
        self._sign(self.mine)
        collector = self._user("signed.collector", "debt_collection.group_collection_collector")
        self.case.user_id = collector
        agreement = self.plan.agreement_id.with_user(collector)
        with self.assertRaisesRegex(UserError, "stays as it was"):
            agreement.write({"raw": b"another"})
        with self.assertRaisesRegex(UserError, "cannot be deleted"):
            agreement.unlink()

    def test_a_draft_that_was_not_offered_cannot_be_signed(self):
        url = self._sign_url(self.mine)
        self.plan.sudo().offered_on = False
        self.assertTrue(self._sign(self.mine, url=url)["error"])
        self.assertEqual(self.plan.state, "draft")

    def test_a_plan_whose_item_is_disputed_meanwhile_cannot_be_signed(self):
        item = self.case.open_item_ids[:1]
        reason = self.env["collection.dispute.reason"].search([], limit=1)
        self.env["collection.dispute"]._raise(self.case, {item: 10}, reason)
        self.assertIn("what is owed has changed", self._sign(self.mine)["error"])
        self.assertRecordValues(self.plan, [{"state": "draft", "signed_by": False, "signature": False}])

    def test_interest_is_invoiced_when_the_debtor_signs(self):
        self.plan.action_cancel()
        self.product_a.taxes_id = False
        self.company.collection_plan_product_id = self.product_a
        plan = self.case._make_plan(self.case.open_item_ids, [(self._in_days(7), 730)], interest=30)
        plan.action_offer()
        self._sign(self.mine)
        self.assertEqual(plan.state, "active")
        self.assertRecordValues(plan.interest_move_id, [{"state": "posted", "amount_total": 30}])

    def test_the_agreement_is_right_to_left_in_arabic(self):
        self.env["res.lang"]._activate_lang("ar_001")
        self.debtor.lang = "ar_001"
        page = self._get(self.mine, "/plan/sign")
        self.assertRegex(page.text, r"<html[^>]*dir=\"rtl\"")
        self._sign(self.mine, name="ليلى منصور")
        self.assertRecordValues(self.plan, [{"signed_lang": "ar_001", "signed_by": "ليلى منصور"}])
        agreement = self.plan.agreement_id.raw.decode()
        self.assertIn("ليلى منصور", agreement)
        self.assertIn('dir="rtl"', agreement)
