"""Post-dated cheques and promissory notes: promises with a document, and what a bounced one sets off."""

import base64

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger
from psycopg2.errors import CheckViolation

from .common import CollectionCommon, day


@tagged("post_install", "-at_install")
class TestCheque(CollectionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.carla = cls._user("carla", "debt_collection.group_collection_collector", name="Carla")
        cls.colin = cls._user("colin", "debt_collection.group_collection_collector", name="Colin")
        cls.invoice = cls._invoice(1000, day(-15))
        cls._assess(day(0))
        cls.case = cls._case()
        cls.item = cls._item(cls.invoice)

    def _cheque(self, **values):
        values = {
            "kind": "cheque",
            "bank": "First Bank",
            "document_number": "000123",
            "promise_date": day(10),
            **values,
        }
        wizard = self._on(self.env["collection.promise.make"].with_user(self.carla), day(0))
        wizard.create({"case_id": self.case.id, **values}).action_confirm()
        return self.case.promise_ids.sorted("id")[-1:]

    def _bounce(self, cheque, on, user=None, **values):
        wizard = self._on(self.env["collection.promise.end"].with_user(user or self.carla), day(on))
        wizard = wizard.create({"promise_id": cheque.id, "how": "bounce", "reason": "Insufficient funds", **values})
        return wizard.action_confirm()

    def _judge(self, on):
        self._assess(day(on), partners=self.debtor)

    def _charge(self, amount):
        product = self.env["product.product"].create({"name": "Returned cheque", "taxes_id": False})
        self.company.write({"collection_bounce_product_id": product.id, "collection_bounce_fee": amount})

    def test_a_cheque_is_a_promise_with_a_document(self):
        cheque = self._cheque(promise_amount=700)
        self.assertRecordValues(
            cheque,
            [
                {
                    "kind": "cheque",
                    "bank": "First Bank",
                    "document_number": "000123",
                    "document_date": day(10),
                    "amount": 700,
                    "date": day(10),
                    "state": "open",
                }
            ],
        )
        self.assertIn("000123", self.case.contact_ids.sorted("seq")[-1].summary)
        self.assertTrue(cheque.line_ids.live)

    def test_a_cheque_has_a_bank_and_a_number(self):
        for missing in ("bank", "document_number"):
            with self.assertRaisesRegex(UserError, "bank and the number"):
                self._cheque(**{missing: False})
        self.assertFalse(self.case.promise_ids)

    def test_who_sees_the_cheque_sees_its_scan(self):
        scan = (
            self.env["ir.attachment"]
            .with_user(self.carla)
            .create({"name": "cheque.png", "datas": base64.b64encode(b"scan"), "res_model": "collection.promise.make"})
        )
        cheque = self._cheque(attachment_ids=scan.ids)
        self.assertEqual((scan.res_model, scan.res_id), ("collection.promise", cheque.id))
        self.assertEqual(scan.with_user(self.colin).raw, b"scan")

    def test_a_cheque_that_clears_is_a_promise_kept(self):
        note = self._cheque(kind="note")
        self._pay(self.invoice, day(11))
        self._judge(11)
        self.assertEqual(note.state, "kept")

    def test_a_cheque_bounced_is_a_promise_broken_at_once(self):
        cheque = self._cheque()
        self._bounce(cheque, 4)
        self.assertRecordValues(cheque, [{"state": "broken", "bounce_reason": "Insufficient funds"}])
        self.assertFalse(cheque.line_ids.live)
        self.assertEqual(self.case.debtor_id.broken_promise_count, 1)
        self.assertEqual(self.item.round, 2)
        entries = self.case.contact_ids.filtered(lambda entry: "Insufficient funds" in entry.summary)
        self.assertRecordValues(entries, [{"user_name": "Carla"}])
        self.assertFalse(self.env["account.move"].search([("line_ids.product_id.name", "=", "Returned cheque")]))

    def test_a_cheque_that_had_counted_as_paid_is_broken_when_it_comes_back(self):
        cheque = self._cheque()
        payment = self._pay(self.invoice, day(9))
        self._judge(9)
        self.assertEqual(cheque.state, "kept")
        payment.action_draft()
        payment.action_cancel()
        self._bounce(cheque, 12)
        self.assertEqual(cheque.state, "broken")

    def test_a_cheque_already_late_is_told_to_have_bounced(self):
        cheque = self._cheque()
        self._judge(14)
        self.assertEqual(cheque.state, "broken")
        self._bounce(cheque, 15)
        self.assertIn("Insufficient funds", self.case.contact_ids.sorted("seq")[-1].summary)
        self.assertEqual((self.item.round, self.case.debtor_id.broken_promise_count), (2, 1))

    def test_nothing_paid_later_mends_a_bounced_cheque(self):
        cheque = self._cheque()
        self._bounce(cheque, 4)
        self._pay(self.invoice, day(5))
        self._judge(6)
        self.assertEqual(cheque.state, "broken")
        with self.assertRaisesRegex(UserError, "ended already"):
            self._bounce(cheque, 7)

    def test_after_a_bounced_cheque_another_promise_may_be_made(self):
        self._bounce(self._cheque(), 4)
        second = self.env["collection.promise"]._make(self._on(self.case, day(4)), self.item, 1000, day(8))
        self.assertEqual(second.state, "open")
        self.assertTrue(second.line_ids.live)

    def test_the_fee_of_a_bounced_cheque_is_an_invoice_when_the_company_charges_one(self):
        self._charge(25)
        cheque = self._cheque()
        self._bounce(cheque, 4)
        fee = cheque.fee_move_id
        self.assertRecordValues(
            fee,
            [
                {
                    "state": "posted",
                    "move_type": "out_invoice",
                    "partner_id": self.debtor.id,
                    "amount_total": 25,
                    "invoice_date": day(4),
                }
            ],
        )
        self.assertIn("Returned cheque: Cheque 000123", fee.invoice_line_ids.name)
        self.assertTrue(self.case.contact_ids.filtered(lambda e: fee.name in e.summary and "25.00" in e.summary))

    def test_the_fee_may_be_waived(self):
        self._charge(25)
        cheque = self._cheque()
        self._bounce(cheque, 4, charge_fee=False)
        self.assertEqual(cheque.state, "broken")
        self.assertFalse(cheque.fee_move_id)

    def test_a_spoken_promise_does_not_bounce(self):
        promise = self._cheque(kind="promise")
        with self.assertRaisesRegex(UserError, "cheque or a promissory note"):
            self._bounce(promise, 2)

    def test_settings_below_zero_are_refused(self):
        for name in ("collection_promise_tolerance", "collection_max_broken_promises", "collection_bounce_fee"):
            with self.assertRaises(CheckViolation), mute_logger("odoo.sql_db"), self.cr.savepoint():
                self.company[name] = -1
                self.company.flush_recordset()
