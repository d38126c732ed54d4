"""While a collector is away, the cover sees and works on the cases, and only then."""

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .common import day
from .test_assign import AssignCommon


@tagged("post_install", "-at_install")
class TestAbsence(AssignCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partners = [cls._owing(name, 100) for name in ("Of Anna", "Of Bert", "Of Cleo")]
        for partner, user in zip(cls.partners, (cls.anna, cls.bert, cls.cleo), strict=True):
            cls.env["collection.debtor"]._get(cls.company, partner).user_id = user
        cls._assess(day(0))
        cls._run(day(0))
        cls.case = cls._case(cls.partners[0])
        cls.case._log_contact(channel="note", direction="internal", outcome="note", summary="Said", text="Words")
        cls._away(cls.anna, cls.bert, day(1), day(3))

    @classmethod
    def _away(cls, user, cover, first, last):
        return cls.env["collection.absence"].create(
            {"user_id": user.id, "cover_id": cover.id, "date_from": first, "date_to": last}
        )

    def _seen(self, user, on, model="collection.case", path="partner_id", domain=()):
        self.env.invalidate_all()
        records = self._on(self.env[model].with_user(user), on).search(list(domain))
        return {name for name in records.sudo().mapped(f"{path}.name") if name.startswith("Of")}

    def test_the_cover_sees_what_the_absent_collector_has_while_it_lasts(self):
        for on, seen in ((0, {"Of Bert"}), (1, {"Of Anna", "Of Bert"}), (3, {"Of Anna", "Of Bert"}), (4, {"Of Bert"})):
            self.assertEqual(self._seen(self.bert, day(on)), seen, on)
            self.assertEqual(self._seen(self.bert, day(on), domain=[("is_mine", "=", True)]), seen, on)
        self.assertEqual(self._seen(self.cleo, day(2)), {"Of Cleo"})
        self.assertEqual(self._seen(self.anna, day(2)), {"Of Anna"}, "who is away may look all the same")

    def test_with_the_case_the_cover_sees_all_that_belongs_to_it(self):
        for model, path in (
            ("collection.debtor", "partner_id"),
            ("collection.item", "case_id.partner_id"),
            ("collection.action", "partner_id"),
            ("collection.action.line", "action_id.partner_id"),
            ("collection.contact", "case_id.partner_id"),
            ("collection.contact.text", "contact_id.case_id.partner_id"),
        ):
            self.assertIn("Of Anna", self._seen(self.bert, day(2), model, path), model)
            self.assertNotIn("Of Anna", self._seen(self.bert, day(4), model, path), model)

    def test_mine_is_what_i_have_and_what_i_cover(self):
        cases = self.env["collection.case"].browse([self._case(partner).id for partner in self.partners])
        cases = self._on(cases.with_user(self.bert), day(2))
        self.assertEqual([case.is_mine for case in cases.sudo()], [True, True, False])
        self.assertEqual(
            self._seen(self.env.user, day(2), domain=[("is_mine", "=", False)]), {"Of Anna", "Of Bert", "Of Cleo"}
        )

    def test_the_cover_works_on_the_cases_and_no_longer_afterwards(self):
        def call(on):
            self.env.invalidate_all()
            return (
                self._on(self.env["collection.log.call"].with_user(self.bert), on)
                .create({"case_id": self.case.id, "outcome": "reached", "notes": "Will see"})
                .action_confirm()
            )

        call(day(2))
        self.assertEqual(self.case.contact_ids[0].user_id, self.bert)
        self._on(self.case.with_user(self.bert), day(2)).action_ids.action_exclude()
        with self.assertRaises(AccessError):
            call(day(4))

    def test_the_cover_of_a_cover_is_not_followed_and_the_screen_says_so(self):
        absence = self._away(self.bert, self.cleo, day(2), day(2))
        self.assertEqual(self._seen(self.cleo, day(2)), {"Of Bert", "Of Cleo"})
        mine = self.env["collection.absence"].search([("user_id", "=", self.anna.id)])
        self.assertIn("Bert is away, too", mine.warning)
        self.assertFalse(absence.warning)

    def test_an_absence_taken_back_ends_at_once(self):
        self.assertIn("Of Anna", self._seen(self.bert, day(2)))
        absence = self.env["collection.absence"].search([("user_id", "=", self.anna.id)])
        absence.cover_id = self.cleo
        self.assertEqual(self._seen(self.bert, day(2)), {"Of Bert"})
        self.assertEqual(self._seen(self.cleo, day(2)), {"Of Anna", "Of Cleo"})
        absence.unlink()
        self.assertEqual(self._seen(self.cleo, day(2)), {"Of Cleo"})

    def test_where_it_stands(self):
        absence = self.env["collection.absence"].search([("user_id", "=", self.anna.id)])
        for on, state in ((0, "coming"), (1, "now"), (3, "now"), (4, "over")):
            seen = self._on(absence, day(on))
            seen.invalidate_recordset(["state"])
            self.assertEqual(seen.state, state)
            self.assertIn(absence, seen.search([("state", "in", [state])]))
            self.assertNotIn(absence, seen.search([("state", "in", list({"coming", "now", "over"} - {state}))]))

    def test_a_collector_enters_own_absence_and_nobody_elses(self):
        absences = self.env["collection.absence"].with_user(self.cleo)
        values = {"cover_id": self.bert.id, "date_from": day(10), "date_to": day(11)}
        own = absences.create(values)
        self.assertEqual(own.user_id, self.cleo)
        with self.assertRaises(AccessError):
            absences.create({**values, "user_id": self.anna.id, "cover_id": self.cleo.id, "date_from": day(11)})
        with self.assertRaises(AccessError):
            own.user_id = self.anna
        with self.assertRaises(AccessError):
            own.with_user(self.bert).date_to = day(30)
        self.assertEqual(own.with_user(self.bert).search([]).user_id, self.anna | self.cleo, "who covers sees it")

    def test_what_cannot_be_is_refused(self):
        clerk = self._user("clerk", "base.group_user")
        for user, cover, first, last in (
            (self.cleo, self.cleo, 5, 6),
            (self.cleo, clerk, 5, 6),
            (self.anna, self.cleo, 3, 6),
        ):
            with self.assertRaises(ValidationError):
                self._away(user, cover, day(first), day(last))
