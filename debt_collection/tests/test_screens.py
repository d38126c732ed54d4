"""What the screens show where there are many: the beginning of a long list, found by name, added up."""

from unittest.mock import patch

from odoo.tests import tagged

from .common import CollectionCommon, day

SHOWN = "odoo.addons.debt_collection.models.collection_run_shown.SHOWN"


@tagged("post_install", "-at_install")
class TestScreens(CollectionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.small, cls.large = cls._partner("Small Debtor"), cls._partner("Large Debtor")
        for customer, amount in ((cls.small, 10), (cls.large, 900), (cls.debtor, 100)):
            cls._invoice(amount, day(-10), customer)

    def test_a_batch_shows_its_largest_claims_and_says_when_there_are_more(self):
        run = self._run(day(0))
        self.assertEqual(
            run.shown_action_ids.partner_id.mapped("name"), ["Large Debtor", "Deco Addict", "Small Debtor"]
        )
        self.assertTrue(run.shows_all)
        run.invalidate_recordset()
        with patch(SHOWN, 2):
            self.assertEqual(run.shown_action_ids.partner_id.mapped("name"), ["Large Debtor", "Deco Addict"])
            self.assertFalse(run.shows_all)
        full_list = self.env["collection.action"].search(run.action_open_actions()["domain"])
        self.assertEqual(full_list.partner_id, self.small | self.large | self.debtor)

    def test_a_debtor_written_to_by_two_channels_is_claimed_from_once(self):
        self.friendly.channels = self._channels("email", "letter")
        run = self._run(day(0))
        self.assertRecordValues(run, [{"action_count": 6, "debtor_count": 3, "amount": 1010}])
        run.action_ids.filtered(lambda action: action.partner_id == self.large).action_exclude()
        run.invalidate_recordset()
        self.assertRecordValues(run, [{"debtor_count": 2, "amount": 110}])

    def test_a_collector_finds_own_cases_by_the_debtors_name_and_no_others(self):
        carla = self._user("carla", "debt_collection.group_collection_collector")
        self._assess(day(0))
        self._case(self.small).user_id = carla
        self._case(self.large).user_id = self.env.user
        cases = self.env["collection.case"].with_user(carla)
        self.assertEqual(cases.search([("debtor_id.name", "ilike", "small")]).partner_id, self.small)
        self.assertFalse(cases.search([("debtor_id.name", "ilike", "large")]))
