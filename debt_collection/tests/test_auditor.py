"""An auditor reads everything of every collector in the auditor's companies, and changes nothing.

Told of every model, menu and button there is, whoever adds them: what is new is looked at, too.
"""

import contextlib
import inspect

from lxml import etree
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import SQL, mute_logger

from ..models.ir_ui_view import READING
from .common import day
from .common_write_off import COLLECTOR, WriteOffCommon

AUDITOR = "debt_collection.group_collection_auditor"
# what else would show that something was done
OTHERS = (
    "account_move",
    "account_move_line",
    "account_partial_reconcile",
    "mail_message",
    "mail_activity",
    "mail_mail",
    "res_partner",
    "res_company",
)


@tagged("post_install", "-at_install")
class TestAuditor(WriteOffCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.auditor = cls._user("audra", AUDITOR)
        cls.dan = cls._user("dan", COLLECTOR)
        cls.invoices = [cls._invoice(100 * n, day(-12), cls.debtor) for n in (1, 2, 3)]
        cls._run(day(0))
        cls.case = cls._case()
        cls.case.user_id = cls.dan
        cls.case._log_contact(channel="note", direction="internal", outcome="note", summary="Said", text="Words")
        cls.case.activity_schedule("mail.mail_activity_data_call", user_id=cls.dan.id)
        cls._on(cls.env["collection.promise.make"], day(0)).create(
            {"case_id": cls.case.id, "promise_date": day(5), "promise_amount": 50}
        ).action_confirm()
        cls.env["collection.dispute"]._raise(
            cls._on(cls.case, day(0)),
            {cls._on(cls._item(cls.invoices[1]), day(0)): 200},
            cls.env.ref("debt_collection.dispute_reason_damaged"),
        )
        cls.env["collection.assignment"]._follow(cls.company, day(0))
        cls.env["collection.assign.rule"].create({"name": "All", "user_ids": cls.dan.ids})
        cls.env["collection.absence"].create(
            {"user_id": cls.dan.id, "cover_id": cls.carla.id, "date_from": day(0), "date_to": day(9)}
        )
        cls.env["collection.target"].create({"user_id": cls.dan.id, "amount": 100, "month": day(0)})
        cls.env["collection.reassignment"]._make(cls.case, cls.carla, cls.dan, True, True, False)
        cls.env["collection.assign.turn"].sudo().create(
            {"rule_id": cls.env["collection.assign.rule"].search([], limit=1).id, "user_id": cls.dan.id}
        )
        cls.env.flush_all()

    # ---- what there is --------------------------------------------------------------------------------------------

    def _models(self, transient=False):
        """Return the models of ours as the auditor has them."""
        env = self.env(user=self.auditor, context={"allowed_company_ids": self.company.ids})
        return [
            env[name]
            for name, model in sorted(self.env.registry.items())
            if name.startswith("collection.") and not model._abstract and model._transient == transient
        ]

    def _as_it_is(self):
        """Return {table: digest of all its rows} of what an auditor could change."""
        self.env.flush_all()
        tables = [*OTHERS, *(model._table for model in self._models() if model._auto and not model._table_query)]
        return dict(
            self.env.execute_query(
                SQL(" UNION ALL ").join(
                    SQL(
                        "SELECT %s, md5(string_agg(t::text, ',' ORDER BY t::text)) FROM %s t",
                        table,
                        SQL.identifier(table),
                    )
                    for table in tables
                )
            )
        )

    def _click_everything(self, record):
        """Call each button's method of a record as the auditor; return the names of those that changed something."""
        before, changing = self._as_it_is(), []
        for name, method in inspect.getmembers(type(record), inspect.isfunction):
            wanted = [p for p in list(inspect.signature(method).parameters.values())[1:] if p.default is p.empty
                      and p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]  # fmt: skip
            if (
                not name.startswith("action_")
                or wanted
                or not method.__module__.startswith("odoo.addons.debt_collection")
            ):
                continue
            savepoint = self.cr.savepoint()
            try:
                # a refusal is as good as a reading
                with contextlib.suppress(AccessError, UserError):
                    getattr(record, name)()
                    if self._as_it_is() != before:
                        changing.append(f"{record._name}.{name}")
            finally:
                savepoint.rollback()
                savepoint.close(rollback=False)
                self.env.invalidate_all()
        return changing

    # ---- reads everything -----------------------------------------------------------------------------------------

    def test_the_auditor_reads_whatever_there_is_of_any_collector(self):
        for model in self._models():
            own = [("company_id", "in", (False, self.company.id))] if "company_id" in model._fields else []
            everything = model.sudo().with_context(active_test=False).search(own, limit=5)
            found = model.with_context(active_test=False).search(own, limit=5)
            self.assertEqual(found, everything, model._name)
            found.read()
        self.assertIn(self.case, self.env["collection.case"].with_user(self.auditor).search([]))

    def test_another_companys_records_are_behind_a_wall(self):
        other = self.setup_other_company()["company"]
        stranger = self._user("stranger", AUDITOR, companies=other)
        for record in (self.case, self.case.debtor_id, self.case.item_ids, self.case.contact_ids):
            with self.assertRaises(AccessError, msg=record._name):
                record.with_user(stranger).read(["display_name"])

    def test_a_collector_who_audits_reads_all_and_works_on_own_cases_alone(self):
        both = self._user("both", f"{COLLECTOR},{AUDITOR}")
        self.assertTrue(self.case.with_user(both).read(["amount_due"]))
        for record in (self.case, self.case.action_ids):
            with self.assertRaises(AccessError):
                record.with_user(both).check_access("write")

    def test_every_screen_in_the_menu_opens(self):
        env = self.env(user=self.auditor, context={"allowed_company_ids": self.company.ids})
        visible = env["ir.ui.menu"]._visible_menu_ids()
        menus = self.env["ir.ui.menu"].search(
            [("id", "child_of", self.env.ref("debt_collection.menu_collections").id), ("id", "in", list(visible))]
        )
        opened = set()
        for action in menus.mapped("action"):
            if action and action._name == "ir.actions.act_window":
                self._open(env, action)
                opened.add(action.res_model)
        self.assertLessEqual(
            {"collection.case", "collection.action", "collection.run", "collection.promise", "collection.contact",
             "collection.strategy", "collection.debtor", "collection.target", "collection.verify"},
            opened,
        )  # fmt: skip

    def _open(self, env, action):
        """Read what the views of an action show, as the web client does."""
        model = env[action.res_model]
        record = model if model._transient else model.search([], limit=1)
        for view_id, kind in action.views:
            with self.subTest(action=action.name, view=kind):
                views = model.get_views([(view_id, kind), (False, "search")])
                arch = etree.fromstring(views["views"][kind]["arch"])
                if kind == "form":
                    if record or model._transient:
                        Form(record, view=view_id or None)
                    continue
                names = {node.get("name") for node in arch.iter("field")} & set(model._fields)
                if kind in ("pivot", "graph"):
                    measures = [node.get("name") for node in arch.iter("field") if node.get("type") == "measure"]
                    model.formatted_read_group([], [], ["__count", *(f"{name}:sum" for name in measures)])
                else:
                    model.web_search_read([], {name: {} for name in names}, limit=5)

    def test_no_button_that_changes_something_is_shown(self):
        shown = {}
        for model in self._models():
            for kind in ("form", "list", "kanban"):
                if self.env["ir.ui.view"].search_count([("model", "=", model._name), ("type", "=", kind)]):
                    arch = etree.fromstring(model.get_view(view_type=kind)["arch"])
                    names = {button.get("name") for button in arch.xpath("//button[@type='object']")}
                    shown[model._name, kind] = {name for name in names if not name.startswith(READING)}
        self.assertTrue(shown)
        self.assertFalse({key: names for key, names in shown.items() if names})
        # who works on cases keeps the buttons
        arch = self.env["collection.case"].with_user(self.dan).get_view(view_type="form")["arch"]
        self.assertIn("action_log_call", arch)

    def test_the_log_is_verified_and_exported_by_an_auditor(self):
        wizard = self.env["collection.verify"].with_user(self.auditor).create({"company_id": self.company.id})
        wizard.action_verify()
        self.assertEqual(wizard.state, "right")
        self.assertEqual(wizard.action_export()["type"], "ir.actions.act_url")
        other = self.setup_other_company()["company"]
        with self.assertRaises(AccessError):
            self.env["collection.contact"].with_user(self.auditor)._check_may_export(other)

    # ---- changes nothing ------------------------------------------------------------------------------------------

    def test_no_model_of_ours_may_be_written_by_an_auditor(self):
        for model in self._models():
            for operation in ("create", "write", "unlink"):
                self.assertFalse(model.has_access(operation), f"{operation} of {model._name}")
            self.assertTrue(model.has_access("read"), model._name)
            record = model.search([], limit=1)
            with self.assertRaises(UserError, msg=model._name), mute_logger("odoo.models.unlink"):
                record.unlink() if record else model.create({})

    @mute_logger("odoo.sql_db")
    def test_no_button_changes_anything_when_an_auditor_calls_it(self):
        changing, clicked = [], 0
        for model in self._models():
            record = model.search([], limit=1)
            if record:
                clicked += 1
                changing += self._click_everything(record)
        self.assertGreater(clicked, 20)
        self.assertFalse(changing)

    @mute_logger("odoo.sql_db")
    def test_no_question_an_auditor_may_be_asked_changes_anything(self):
        changing = []
        for model in self._models(transient=True):
            if not model.has_access("create"):
                continue
            savepoint = self.cr.savepoint()
            try:
                # what wants an answer that only a person has cannot be asked here
                with contextlib.suppress(AssertionError, AccessError, UserError):
                    changing += self._click_everything(Form(model).save())
            finally:
                savepoint.rollback()
                savepoint.close(rollback=False)
                self.env.invalidate_all()
        self.assertFalse(changing)

    def test_an_auditor_neither_writes_to_a_debtor_nor_plans_anything(self):
        case = self.case.with_user(self.auditor)
        with self.assertRaises(AccessError):
            case.message_post(body="Pay now")
        with self.assertRaises(AccessError):
            case.activity_schedule("mail.mail_activity_data_todo")
