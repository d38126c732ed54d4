"""Before chasing, a case shows what is missing to reach and to claim, and who can fill it in."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import day
from .test_reach import ReachCommon


@tagged("post_install", "-at_install")
class TestMissing(ReachCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.carla = cls._user("carla", "debt_collection.group_collection_collector", name="Carla")
        cls.sam = cls._user("sam", "base.group_user", name="Sam")
        cls.invoice.invoice_user_id = cls.sam
        cls.debtor.write({"phone": "+1 555 0100", "country_id": cls.env.ref("base.us").id})
        cls.invoice.invoice_pdf_report_id = cls.env["ir.attachment"].create(
            {
                "name": "invoice.pdf",
                "raw": b"%PDF",
                "res_model": "account.move",
                "res_id": cls.invoice.id,
                "res_field": "invoice_pdf_report_file",
            }
        )
        cls._assess(day(0))
        cls.case = cls._case()
        cls.case.user_id = cls.carla

    def _missing(self):
        self.case.invalidate_recordset()
        return {one.kind: one for one in self._on(self.case.with_user(self.carla), day(0))._missing()}

    def test_nothing_is_missing_of_who_is_well_known(self):
        self.assertEqual(self._missing(), {})
        self.assertFalse(self.case.missing_text)

    def test_each_gap_is_named_with_who_can_fill_it_in(self):
        self.debtor.write({"email": False, "phone": False, "city": False, "zip": False, "lang": False})
        self.invoice.invoice_pdf_report_id.unlink()
        missing = self._missing()
        self.assertEqual(
            {kind: (one.text, one.user) for kind, one in missing.items()},
            {
                "email": ("There is no e-mail address.", self.sam),
                "phone": ("There is no phone number.", self.sam),
                "post": ("The postal address is incomplete: city or postcode is missing.", self.sam),
                "lang": ("It is not known which language to write in.", self.carla),
                "pdf": (f"No PDF is kept of {self.invoice.name}.", self.env.user),
            },
        )
        self.assertEqual(missing["pdf"].record, self.invoice)
        self.assertEqual(missing["email"].record, self.debtor)

    def test_an_address_that_cannot_be_used_is_missing_too(self):
        self._says("invalid", address=self.debtor.email)
        self._says("invalid", address=self.debtor.phone)
        self._says("invalid", "letter")
        texts = {kind: one.text for kind, one in self._missing().items()}
        self.assertEqual(
            texts,
            {
                "email": f"The e-mail address {self.debtor.email} cannot be used: refused, blocked or bounced.",
                "phone": "The number +1 555 0100 cannot be used: refused, or not the debtor's.",
                "post": "Letters are refused, or came back.",
            },
        )

    def test_a_proof_of_delivery_is_asked_for_where_the_company_wants_it(self):
        self.company.collection_require_proof = True
        self.assertEqual(self._missing()["proof"].text, f"No proof of delivery of {self.invoice.name}.")
        wizard = self.env["collection.missing"].with_user(self.carla).with_context(collection_today=day(0).isoformat())
        [line] = wizard.create({"case_id": self.case.id}).line_ids
        with self.assertRaisesRegex(UserError, "Choose the file"):
            line.action_attach()
        line.attachment_ids = self.env["ir.attachment"].with_user(self.carla).create(
            {"name": "delivery note.pdf", "raw": b"signed"}
        )  # fmt: skip
        line.action_attach()
        self.assertEqual(self._item(self.invoice).proof_ids.name, "delivery note.pdf")
        self.assertNotIn("proof", self._missing())
        self.assertEqual(self.case.contact_ids.summary, f"Proof of delivery of {self.invoice.name}: delivery note.pdf")

    def test_who_can_fill_it_in_is_asked_once(self):
        self.debtor.phone = False
        wizard = self.env["collection.missing"].with_user(self.carla).with_context(collection_today=day(0).isoformat())
        for _time in range(2):
            wizard.create({"case_id": self.case.id}).line_ids.action_ask()
        self.assertRecordValues(
            self.case.activity_ids,
            [{"user_id": self.sam.id, "summary": "There is no phone number.", "date_deadline": day(0)}],
        )

    def test_what_is_missing_on_other_peoples_cases_is_not_theirs_to_ask_for(self):
        self.case.user_id = self.env.user
        with self.assertRaises(AccessError):
            self.case.with_user(self.carla).action_missing()

    def test_of_a_marked_debtor_whoever_represents_it_is_missing(self):
        self.case.debtor_id._set_mark("deceased")
        self.assertEqual(list(self._missing()), ["representative"])
        heir = self.env["res.partner"].create({"name": "Heir", "email": "heir@example.com"})
        self.case.debtor_id._set_mark("deceased", heir)
        self.assertEqual(list(self._missing()), ["post"], "nobody calls an heir")
