"""What the stories of write-offs share: reasons, an account for bad debts, a limit, and who asks and approves."""

from odoo import Command
from odoo.exceptions import UserError

from .common import DAY, CollectionCommon

COLLECTOR = "debt_collection.group_collection_collector"
MANAGER = "debt_collection.group_collection_manager"


class WriteOffCommon(CollectionCommon):
    """The company allows write-offs up to 1,000 to one person; bad debts have an account."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bad_debt = cls.env["account.account"].create(
            {"name": "Bad debts", "code": "655000", "account_type": "expense"}
        )
        cls.company.write(
            {
                "collection_bad_debt_account_id": cls.bad_debt.id,
                "collection_write_off_limit": 1000,
                "collection_small_balance": 5,
            }
        )
        cls.keep = cls.env["collection.write.off.reason"].create({"name": "Insolvent"})
        cls.relief = cls.env["collection.write.off.reason"].create({"name": "Relief", "tax_treatment": "reverse"})
        cls.carla = cls._user("carla", COLLECTOR)
        cls.boss = cls._user("boss", MANAGER)

    def _ask(self, case=None, on=DAY, user=None, **values):
        """Fill in the wizard of a case, by default on all that is overdue."""
        case = case or self._case()
        wizard = self.env["collection.write.off.make"]
        wizard = self._on(wizard.with_user(user) if user else wizard, on)
        return wizard.create({"case_id": case.id, "reason_id": self.keep.id, "date": on, **values})

    def _give_up(self, case=None, on=DAY, user=None, **values):
        """Confirm the wizard; return the write-off."""
        case = case or self._case()
        known = case.sudo().write_off_ids
        self._ask(case, on, user, **values).action_confirm()
        return case.sudo().write_off_ids - known

    def _undo(self, write_off, operation, why="A mistake", user=None, on=DAY):
        wizard = self.env["collection.write.off.undo"]
        wizard = self._on(wizard.with_user(user) if user else wizard, on)
        wizard.create(
            {"write_off_id": write_off.id, "operation": operation, "reason": why, "date": on}
        ).action_confirm()

    def _taxed(self, amount, due, partner=None, taxes=None, **values):
        """Return a posted invoice with taxes, due on a day."""
        return self._create_invoice_one_line(
            price_unit=amount, name="Goods", tax_ids=taxes or self._tax_15(), partner_id=partner or self.debtor,
            invoice_date=due, invoice_date_due=due, invoice_payment_term_id=False, post=True, **values,
        )  # fmt: skip

    def _tax_15(self, **values):
        """Return a sales tax of 15 % with grids of its own and a tax account."""
        tags = {
            name: self.env["account.account.tag"].create({"name": name, "applicability": "taxes"})
            for name in ("base sale", "tax sale", "base refund", "tax refund")
        }
        account = self.company_data["default_account_tax_sale"]

        def repartition(document):
            return [
                Command.create({"repartition_type": "base", "tag_ids": tags[f"base {document}"].ids}),
                Command.create(
                    {
                        "repartition_type": "tax",
                        "account_id": account.id,
                        "tag_ids": tags[f"tax {document}"].ids,
                    }
                ),
            ]

        return self.env["account.tax"].create(
            {
                "name": "15 % with grids",
                "amount": 15,
                "type_tax_use": "sale",
                "invoice_repartition_line_ids": repartition("sale"),
                "refund_repartition_line_ids": repartition("refund"),
                **values,
            }
        )

    def _booked(self, write_off):
        """Return the entry's journal items: [(account, amount in currency, balance)], largest debit first."""
        return [
            (line.account_id, line.amount_currency, line.balance)
            for line in write_off.entry_ids.line_ids.sorted(lambda line: (-line.balance, line.id))
        ]

    def assertRefused(self, words, function, *args, **values):
        """Check that something is refused with words that say why, and that nothing is written off."""
        before = self.env["collection.write.off"].search_count([])
        with self.assertRaises(UserError) as refused, self.env.cr.savepoint():
            function(*args, **values)
        self.assertIn(words, str(refused.exception))
        self.env.invalidate_all()
        self.assertEqual(self.env["collection.write.off"].search_count([]), before)
