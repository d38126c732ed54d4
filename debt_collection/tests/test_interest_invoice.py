"""Interest on an invoice: its lines, its account, never twice for a day, and free again when the invoice falls."""

import psycopg2
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import DAY, day
from .test_interest import InterestCommon


@tagged("post_install", "-at_install")
class TestInterestInvoice(InterestCommon):
    def _wizard(self, on=DAY, case=None, **values):
        case = self._on(case or self._case(), on)
        wizard = self.env["collection.interest.invoice"].browse(case.action_invoice_interest()["res_id"])
        wizard = self._on(wizard, on)
        wizard.write(values)
        return wizard

    def _bill(self, on=DAY, case=None, **values):
        """Return the invoice that the wizard makes on a day."""
        action = self._wizard(on, case, **values).action_confirm()
        return self.env["account.move"].browse(action["res_id"])

    def _log(self):
        return self.env["collection.contact"].search([], order="id desc", limit=1)

    def test_interest_is_invoiced_with_its_computation_as_lines(self):
        invoice = self._late(1000)
        self._pay(invoice, day(-4), amount=600)
        move = self._bill(invoice_state="posted")
        self.assertEqual((move.state, move.partner_id, move.invoice_date_due), ("posted", self.debtor, day(0)))
        self.assertEqual(move.amount_total, 47.6)
        lines = move.invoice_line_ids.sorted("id")
        self.assertEqual(lines.mapped("price_unit"), [6, 1.6, 40])
        self.assertEqual(lines.account_id, self.income)
        self.assertFalse(lines.tax_ids)
        for words in (invoice.name, "1,000.00", "03/01/2025", "03/06/2025", "6 days", "36.50 %"):
            self.assertIn(words, lines[0].name)
        for words in ("400.00", "03/07/2025", "03/10/2025", "4 days"):
            self.assertIn(words, lines[1].name)
        self.assertEqual(lines[2].name, f"Compensation for late payment of {invoice.name}")
        self.assertIn(move.name, self._log().summary)
        self.assertIn("47.60", self._log().summary)

    def test_the_charge_keeps_how_it_was_computed(self):
        invoice = self._late(1000)
        self._pay(invoice, day(-4), amount=600)
        move = self._bill()
        self.assertEqual(move.state, "draft")
        charge = self._item(invoice).case_id.interest_charge_ids.filtered(lambda c: c.kind == "interest")
        self.assertEqual((charge.date_from, charge.date_to, charge.amount), (day(-9), day(0), 7.6))
        self.assertEqual(
            [(line.base, line.rate, line.days, line.amount) for line in charge.line_ids],
            [(1000, 36.5, 6, 6), (400, 36.5, 4, 1.6)],
        )

    def test_the_next_invoice_goes_on_from_where_the_last_one_ended(self):
        invoice = self._late(1000)
        self.assertEqual(self._bill().amount_total, 50)
        with self.assertRaisesRegex(UserError, "no interest on this case"):
            self._wizard()
        # five days more, and no compensation any more
        self.assertEqual(self._bill(day(5)).amount_total, 5)
        self.assertEqual(self._interest(invoice, day(5)), (0, 0))

    def test_the_interest_of_an_invoice_paid_late_is_invoiced_from_the_closed_case(self):
        invoice = self._late(1000)
        case = self._case()
        self._pay(invoice, day(2))
        self._assess(day(3))
        self.assertEqual(case.state, "closed")
        self.assertEqual(self._bill(day(9), case).amount_total, 52)

    def test_interest_bears_no_interest(self):
        self._late(1000)
        move = self._bill(invoice_state="posted")
        self._assess(day(20))
        self.assertEqual(self._interest(move, day(20)), (0, 0))

    def test_items_left_out_keep_their_interest(self):
        first, second = self._late(1000), self._late(500)
        wizard = self._wizard()
        wizard.line_ids.filtered(lambda line: line.name == second.name).selected = False
        move = self.env["account.move"].browse(wizard.action_confirm()["res_id"])
        self.assertEqual(move.amount_total, 50)
        self.assertEqual(self._interest(second, day(0)), (5, 40))
        self.assertEqual(self._interest(first, day(0)), (0, 0))

    def test_an_instalment_can_be_invoiced_without_the_one_before(self):
        self._create_invoice_one_line(
            price_unit=1000, name="Goods", tax_ids=self.env["account.tax"], partner_id=self.debtor,
            invoice_date=day(-100), invoice_payment_term_id=self.pay_terms_b, post=True,
        )  # fmt: skip
        self._assess(day(0))
        wizard = self._wizard()
        first, second = wizard.line_ids.sorted("date_due")
        self.assertEqual((first.compensation, second.compensation), (40, 0))
        first.selected = False
        move = self.env["account.move"].browse(wizard.action_confirm()["res_id"])
        # 700 due 31 December 2024, 69 days at 0.70
        self.assertEqual(move.amount_total, 48.3)

    def test_a_branch_invoices_the_interest_on_its_own_invoices(self):
        branch = self._branch()
        self._late(1000)
        self._late(500, company_id=branch.id)
        action = self._wizard().action_confirm()
        moves = self.env["account.move"].search(action["domain"])
        self.assertEqual({move.company_id: move.amount_total for move in moves}, {self.company: 50, branch: 45})

    def test_interest_bears_the_taxes_of_the_setting_not_of_the_product(self):
        product = self.company.collection_interest_product_id
        product.taxes_id = self.tax_sale_a
        self._late(1000)
        move = self._bill()
        self.assertEqual(move.amount_total, 50)
        move.unlink()
        self.company.collection_interest_tax_ids = self.tax_sale_a  # 15 %
        self.assertEqual(self._bill().amount_total, 57.5)

    def test_a_scheme_in_use_is_archived_not_deleted(self):
        with self.assertRaisesRegex(UserError, "Archive it"):
            self.scheme.unlink()

    def test_compensation_can_wait(self):
        invoice = self._late(1000)
        self.assertEqual(self._bill(compensation=False).amount_total, 10)
        self.assertEqual(self._interest(invoice, day(0)), (0, 40))

    def test_up_to_an_earlier_day(self):
        invoice = self._late(1000)
        self.assertEqual(self._bill(date=day(-5)).amount_total, 45)
        self.assertEqual(self._interest(invoice, day(0)), (5, 0))

    def test_currencies_have_invoices_of_their_own(self):
        euro = self.setup_other_currency("EUR")
        self._late(1000)
        self._late(100, currency_id=euro)
        action = self._wizard().action_confirm()
        moves = self.env["account.move"].search(action["domain"])
        self.assertEqual({move.currency_id.name: move.amount_total for move in moves}, {"USD": 50, "EUR": 81})

    def test_each_invoice_is_in_the_debtors_language(self):
        self.debtor.lang = "fr_FR"
        self._late(1234.5)
        self.assertIn("1 234,50", self._bill().invoice_line_ids[0].name.replace("\xa0", " ").replace("\u202f", " "))

    # ---- free again -----------------------------------------------------------------------------------------------

    def test_a_draft_that_is_deleted_frees_its_days(self):
        invoice = self._late(1000)
        self._bill().unlink()
        self.assertEqual(self._interest(invoice, day(0)), (10, 40))
        self.assertEqual(self._bill().amount_total, 50)

    def test_an_invoice_cancelled_frees_its_days_and_cannot_come_back_beside_another(self):
        invoice = self._late(1000)
        move = self._bill()
        move.button_cancel()
        self.assertEqual(self._interest(invoice, day(0)), (10, 40))
        again = self._bill()
        with self.assertRaisesRegex(UserError, "put on another invoice"), mute_logger("odoo.sql_db"):
            move.button_draft()
        again.unlink()
        # nothing was freed by looking: the days of the first are taken up again when it is a draft again
        self.assertEqual(self._interest(invoice, day(0)), (10, 40))
        self.env["collection.interest.charge"].sudo()._free(self._item(invoice))
        move.button_draft()
        self.assertEqual(self._interest(invoice, day(0)), (0, 0))
        move.action_post()
        self.assertEqual(self._interest(invoice, day(0)), (0, 0))

    def test_an_invoice_reversed_frees_its_days(self):
        invoice = self._late(1000)
        move = self._bill(invoice_state="posted")
        self.assertEqual(self._interest(invoice, day(0)), (0, 0))
        move._reverse_moves(cancel=True)
        self.assertEqual(move.payment_state, "reversed")
        self.assertEqual(self._interest(invoice, day(0)), (10, 40))
        self.assertEqual(self._bill().amount_total, 50)

    # ---- never twice, never wrong ---------------------------------------------------------------------------------

    def test_the_database_takes_no_day_twice(self):
        invoice = self._late(1000)
        charge = self._bill() and self._item(invoice).case_id.interest_charge_ids.sudo()
        for one in charge:
            values = {"date_from": day(0), "date_to": day(3)} if one.kind == "interest" else {}
            with self.assertRaises(psycopg2.IntegrityError), mute_logger("odoo.sql_db"), self.cr.savepoint():
                one.copy(values)
        free = charge.filtered(lambda c: c.kind == "interest").copy({"date_from": day(1), "date_to": day(3)})
        self.assertTrue(free)

    def test_what_changed_since_it_was_shown_is_not_invoiced(self):
        invoice = self._late(1000)
        first, second = self._wizard(), self._wizard()
        first.action_confirm()
        with self.assertRaisesRegex(UserError, "look again"):
            second.action_confirm()
        self.assertEqual(
            self.env["collection.interest.charge"].search_count([("item_id", "=", self._item(invoice).id)]), 2
        )

    def test_without_product_or_account_nothing_is_made(self):
        self._late(1000)
        wizard = self._wizard()
        self.company.collection_interest_account_id = False
        with self.assertRaisesRegex(UserError, "product and the account"):
            wizard.action_confirm()
        self.assertFalse(self.env["collection.interest.charge"].search([]))

    def test_a_day_to_come_is_refused(self):
        self._late(1000)
        with self.assertRaisesRegex(ValidationError, "today at the latest"):
            self._wizard(date=day(1))

    def test_nothing_chosen_is_refused(self):
        self._late(1000)
        wizard = self._wizard()
        wizard.line_ids.selected = False
        with self.assertRaisesRegex(UserError, "Choose at least one"):
            wizard.action_confirm()

    def test_an_item_of_another_debtor_is_refused(self):
        self._late(1000)
        other = self._late(1000, partner=self._partner("Azure"))
        wizard = self._wizard()
        wizard.line_ids.item_id = self._item(other)
        with self.assertRaisesRegex(UserError, "Only items of this case"):
            wizard.action_confirm()

    def test_without_a_scheme_a_sentence_says_where_to_turn_it_on(self):
        self._late(1000)
        self.company.collection_interest = False
        with self.assertRaisesRegex(UserError, "settings of Collections"):
            self._case().action_invoice_interest()

    def test_a_collector_without_accounting_cannot_invoice(self):
        self._late(1000)
        carla = self._user("carla", "debt_collection.group_collection_collector")
        with self.assertRaises(AccessError):
            self._case().with_user(carla).action_invoice_interest()
        charges = self.env["collection.interest.charge"].with_user(carla)
        with self.assertRaises(AccessError):
            charges.create({"item_id": self._case().item_ids.id, "kind": "interest"})

    def test_another_company_does_not_see_what_was_invoiced(self):
        self._late(1000)
        self._bill()
        other = self.env["res.company"].create({"name": "Other"})
        stranger = self._user("stranger", "account.group_account_invoice", companies=other)
        self.assertFalse(self.env["collection.interest.charge"].with_user(stranger).search([]))
        billing = self._user("billing", "account.group_account_invoice")
        self.assertEqual(self.env["collection.interest.charge"].with_user(billing).search_count([]), 2)

    def test_somebody_who_only_writes_invoices_can_invoice_interest(self):
        self._late(1000)
        billing = self._user("billing", "account.group_account_invoice")
        action = self._on(self._case(), DAY).with_user(billing).action_invoice_interest()
        wizard = self._on(self.env["collection.interest.invoice"].browse(action["res_id"]), DAY).with_user(billing)
        move = self.env["account.move"].browse(wizard.action_confirm()["res_id"])
        self.assertEqual(move.amount_total, 50)

    def test_a_fee_is_an_invoice_due_at_once(self):
        self._late(1000)
        product = self.company.collection_interest_product_id
        product.taxes_id = False
        move = self._on(self._case(), DAY)._fee_invoice(product, 25, self.company.currency_id, "Returned cheque")
        self.assertEqual((move.state, move.amount_total, move.invoice_date_due), ("posted", 25, day(0)))
        self.assertEqual(move.invoice_line_ids.name, "Returned cheque")

    # ---- what the debtor and the collector are shown --------------------------------------------------------------

    def test_the_case_shows_what_it_bears(self):
        self._late(1000)
        page = str(self._on(self._case(), DAY).interest_html)
        for words in ("36.50", "Interest and compensation to date", "50.00"):
            self.assertIn(words, page)
        self.company.collection_interest = False
        self.env.invalidate_all()
        self.assertFalse(self._case().interest_html)

    def _action(self):
        return self._on(self._run(DAY).action_ids, DAY)

    def test_a_notice_claims_interest_only_where_its_level_says_so(self):
        self._late(1000, due=-13)
        action = self._action()
        [total] = action._notice_values()["totals"]
        self.assertEqual((total["interest"], total["compensation"], total["to_pay"]), (0, 0, 1000))
        self.friendly.claim_interest = True
        [total] = action._notice_values()["totals"]
        self.assertEqual((total["interest"], total["compensation"], total["to_pay"]), (13, 40, 1053))
        text = action._plain_words(action._render_notice()).replace("\xa0", " ")
        for words in (
            "Interest to date",
            "13.00",
            "Compensation for late payment",
            "40.00",
            "1,053.00",
            "36.50 %",
            "The Late Act",
        ):
            self.assertIn(words, text)
        [total] = self.env["collection.action"]._totals_with_interest(action._line_values(), {})
        self.assertEqual(total["to_pay"], 1000)

    def test_a_preview_shows_interest_as_the_ledger_is_now(self):
        self.friendly.claim_interest = True
        invoice = self._late(1000, due=-13)
        action = self._action()
        self._pay(invoice, day(-3), amount=500)
        action.invalidate_recordset()
        # ten days at 1.00, three at 0.50
        self.assertIn("11.50", action.preview_html)
        self.assertIn("551.50", action.preview_html)
