"""Who sees and does what: collectors their own and unassigned cases, accountants the batches, nobody the past."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import CollectionCommon, day

COLLECTOR = "debt_collection.group_collection_collector"


@tagged("post_install", "-at_install")
class TestSecurity(CollectionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.carla = cls._user("carla", COLLECTOR)
        cls.dan = cls._user("dan", COLLECTOR)
        cls.accountant = cls._user("anna", "account.group_account_invoice")
        cls.clerk = cls._user("clerk", "base.group_user")
        cls.dans, cls.nobodys = cls._partner("Dan's"), cls._partner("Nobody's")
        for customer, user in ((cls.debtor, cls.carla), (cls.dans, cls.dan)):
            cls.env["collection.debtor"]._get(cls.company, customer).user_id = user
        cls.invoices = {customer: cls._invoice(100, day(-10), customer) for customer in
                        (cls.debtor, cls.dans, cls.nobodys)}  # fmt: skip
        cls.batch = cls._run(day(0))
        cls.case = cls._case()
        for customer in cls.invoices:
            cls._case(customer)._log_contact(
                channel="note", direction="internal", outcome="note", summary=customer.name, text="Words"
            )

    def _as(self, user, record):
        record.invalidate_recordset()
        return self._on(record.with_user(user), day(0))

    def _seen(self, user, model, path):
        """Return the customers whose records of a model a user finds."""
        records = self.env[model].with_user(user).with_context(allowed_company_ids=user.company_ids.ids).search([])
        return set(records.sudo().mapped(path)) & {self.debtor, self.dans, self.nobodys}

    # ---- who sees what --------------------------------------------------------------------------------------------

    def test_a_collector_sees_own_and_unassigned_and_nothing_else(self):
        for model, path in (
            ("collection.case", "partner_id"),
            ("collection.debtor", "partner_id"),
            ("collection.item", "case_id.partner_id"),
            ("collection.action", "partner_id"),
            ("collection.action.line", "action_id.partner_id"),
            ("collection.contact", "case_id.partner_id"),
            ("collection.contact.text", "contact_id.case_id.partner_id"),
        ):
            self.assertEqual(self._seen(self.carla, model, path), {self.debtor, self.nobodys}, model)
            self.assertEqual(self._seen(self.accountant, model, path), {self.debtor, self.dans, self.nobodys}, model)
        with self.assertRaises(AccessError):
            self._case(self.dans).with_user(self.carla).read(["amount_due"])

    def test_who_is_no_collector_sees_nothing(self):
        for model in ("case", "debtor", "item", "action", "action.line", "contact", "contact.text", "run", "strategy"):
            with self.assertRaises(AccessError, msg=model):
                self.env[f"collection.{model}"].with_user(self.clerk).search([])

    def test_another_companys_debtors_are_behind_a_wall(self):
        other = self.setup_other_company()["company"]
        other.collection_strategy_id = self.strategy
        self._invoice(70, day(-10), company_id=other)
        self._run(day(0), other)
        case = self._case(company=other)
        case._log_contact(channel="note", direction="internal", outcome="note", summary="Over there")
        for record in (case, case.debtor_id, case.item_ids, case.action_ids, case.action_ids.line_ids,
                       case.contact_ids, case.action_ids.run_id):  # fmt: skip
            for user in (self.carla, self.accountant):
                with self.assertRaises(AccessError, msg=f"{record._name} for {user.login}"):
                    record.with_user(user).read(["id", "display_name"])

    def test_a_user_of_a_branch_sees_the_cases_of_its_root(self):
        branch = self._branch()
        local = self._user("local", COLLECTOR, companies=branch)
        self.assertEqual(self._seen(local, "collection.case", "partner_id"), {self.nobodys})
        self.assertEqual(self._seen(local, "collection.item", "case_id.partner_id"), {self.nobodys})

    # ---- who does what --------------------------------------------------------------------------------------------

    def test_a_collector_works_on_an_own_case_without_hindrance(self):
        case = self._as(self.carla, self.case)
        self.env["collection.log.call"].with_user(self.carla).create(
            {"case_id": case.id, "outcome": "reached", "notes": "Will see", "next_step": "Ask again"}
        ).action_confirm()
        self.assertIn("Friendly words", case.action_ids.preview_html)
        self.assertIn(self.invoices[self.debtor].name, case.action_ids.items_html)
        case.action_ids.action_edit_text()
        case.action_ids.words_body = "<p>In my own words</p>"
        self.assertIn("In my own words", case.action_ids.preview_html)
        case.action_ids.action_exclude()
        case.action_ids.action_propose_again()
        self._on(self.env["collection.hold"].with_user(self.carla), day(0)).create(
            {"case_id": case.id, "until": day(5), "reason": "Asked for time"}
        ).action_confirm()
        self.assertEqual(case.action_ids.state, "cancelled")
        case.action_release()
        case.action_refresh()
        self.env["collection.do.not.follow.up"].with_user(self.carla).create(
            {"case_id": case.id, "reason": "Bankrupt"}
        ).action_confirm()
        self.assertTrue(case.do_not_follow_up)
        case.action_follow_up_again()
        self.assertFalse(case.do_not_follow_up)
        for name in ("action_open_partner", "action_log_call", "action_hold", "action_do_not_follow_up",
                     "action_reconcile_credits"):  # fmt: skip
            self.assertTrue(getattr(case, name)(), name)
        self.assertTrue(case.ageing)
        self.assertEqual(case.partner_email, self.debtor.email)
        self.assertFalse(case.contact_ids._verify_chain())
        self.assertEqual(set(case.contact_ids.mapped("user_id")), {self.env.user, self.carla})

    def test_a_collector_does_nothing_to_anothers_case(self):
        foreign = self._case(self.dans)
        values = {"case_id": foreign.id, "reason": "Mischief"}
        for model, more in (
            ("log.call", {"outcome": "reached"}), ("hold", {"until": day(9)}), ("do.not.follow.up", {}),
        ):  # fmt: skip
            fields = {key: value for key, value in values.items() if model != "log.call" or key != "reason"}
            with self.assertRaises(AccessError, msg=model):
                self._on(self.env[f"collection.{model}"].with_user(self.carla), day(0)).create(
                    {**fields, **more}
                ).action_confirm()
        with self.assertRaises(AccessError):
            foreign.action_ids.with_user(self.carla).action_exclude()
        with self.assertRaises(AccessError):
            foreign.debtor_id.with_user(self.carla).do_not_follow_up = True

    def test_a_collector_runs_no_batch_and_changes_no_strategy(self):
        with self.assertRaises(AccessError):
            self.env["collection.run"].with_user(self.carla).create({"company_id": self.company.id})
        for name in ("action_propose", "action_approve", "action_send"):
            with self.assertRaises(UserError, msg=name):
                getattr(self._as(self.carla, self.batch), name)()
        self.assertEqual(set(self.batch.action_ids.mapped("state")), {"proposed"})
        with self.assertRaises(AccessError):
            self.strategy.with_user(self.carla).min_gap_days = 1
        with self.assertRaises(AccessError):
            self.final.with_user(self.carla).delay_days = 36

    def test_an_accountant_runs_a_batch_without_other_groups(self):
        self.batch.action_exclude_all()
        run = self._on(self.env["collection.run"].with_user(self.accountant), day(0)).create(
            {"company_id": self.company.id, "date": day(0)}
        )
        run.action_propose()
        self.assertEqual(len(run.action_ids), 3)
        excluded = run.action_ids.filtered(lambda action: action.partner_id == self.dans)
        excluded.action_exclude()
        self.assertIn("Friendly words", (run.action_ids - excluded)[0].preview_html)
        run.action_approve()
        run.action_send()
        self.assertEqual(sorted(run.action_ids.mapped("state")), ["cancelled", "queued", "queued"])
        self.assertEqual((run.action_ids - excluded).approved_by_id, self.accountant)
        self.assertTrue(run.summary)

    def test_an_accountant_who_pays_closes_the_case_without_other_groups(self):
        invoice = self.invoices[self.dans].with_user(self.accountant)
        self.env["account.payment.register"].with_user(self.accountant).with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({"payment_date": day(0)})._create_payments()
        self.env["collection.case"].sudo()._cron_assess_changed()
        self.assertFalse(self._case(self.dans))

    # ---- the past -------------------------------------------------------------------------------------------------

    def test_nobody_changes_or_deletes_the_log(self):
        entry = self.case.contact_ids
        for user in (self.carla, self.accountant, self.env.user, self.env.ref("base.user_admin")):
            for action in (lambda e: e.write({"summary": "Nothing"}), lambda e: e.unlink()):
                with self.assertRaises(UserError, msg=user.login):
                    action(entry.with_user(user))
        self.assertEqual(entry.summary, self.debtor.name)

    def test_nobody_deletes_a_case_or_rewrites_what_an_action_said(self):
        for user in (self.carla, self.accountant, self.env.user):
            with self.assertRaises(UserError, msg=user.login):
                self.case.with_user(user).unlink()
            with self.assertRaises(AccessError, msg=user.login):
                self.case.action_ids.line_ids.with_user(user).amount_claim = 1
            with self.assertRaises(AccessError, msg=user.login):
                self.case.action_ids.with_user(user).unlink()

    def test_a_state_a_level_or_an_amount_cannot_be_written_from_outside(self):
        case = self._as(self.carla, self.case)
        for record, vals in (
            (case.action_ids, {"state": "sent"}),
            (case.action_ids, {"amount": 1}),
            (case, {"state": "closed"}),
            (case, {"amount_claim": 0}),
            (case.open_item_ids, {"level_id": self.final.id}),
        ):
            with self.assertRaises(AccessError):
                record.write(vals)
        case.action_ids.action_approve()
        self.assertEqual(case.action_ids.mapped("state"), ["approved"])

    def test_who_may_not_write_an_action_may_not_approve_it(self):
        with self.assertRaises(AccessError):
            self.batch.action_ids.with_user(self.clerk).action_approve()
        dans = self._case(self.dans).action_ids
        with self.assertRaises(AccessError):
            dans.with_user(self.carla).action_approve()
