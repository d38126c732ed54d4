"""A ledger of some forty entries made at random through Odoo, and the KPIs computed from it one entry at a time."""

import itertools
import random
from datetime import date, timedelta
from decimal import Decimal

from odoo import Command

from .common import CollectionCommon, day

SEED = 6
FIRST, LAST = day(-240), day(60)
MONEY = ("bank", "cash", "credit")


class KpiCommon(CollectionCommon):
    """Five customers, one of whom also buys through a contact, a second currency, and whatever customers do."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.euro = cls.setup_other_currency(
            "EUR", rates=[("1900-01-01", 2.0), ("2024-11-01", 1.6), ("2025-02-01", 2.5)]
        )
        cls.random = random.Random(SEED)
        tags = cls.env["res.partner.category"].create([{"name": "Retail"}, {"name": "Export"}])
        countries = [cls.env.ref(f"base.{code}") for code in ("us", "fr")]
        cls.customers = cls.env["res.partner"]
        for number in range(5):
            cls.customers |= cls._partner(
                f"Customer {number}",
                country_id=countries[number % 2].id if number < 4 else False,
                category_id=[Command.set(tags[: number % 3].ids)],
            )
        cls.contact = cls.env["res.partner"].create({"name": "Buyer", "parent_id": cls.customers[0].id})
        for _number in range(20):
            cls._sell()
        cls._settle_at_random()
        # bought at one rate, paid at another: in full with a gain, in part with a loss
        for issued, amount in ((date(2024, 10, 15), 300), (date(2024, 12, 15), 100)):
            invoice = cls._invoice(300, day(-60), cls.customers[0], currency_id=cls.euro, invoice_date=issued)
            cls._pay(invoice, issued + timedelta(days=70), amount=amount)

    @classmethod
    def _any_day(cls, first=FIRST, last=LAST):
        return first + timedelta(days=cls.random.randint(0, (last - first).days))

    @classmethod
    def _sell(cls):
        """Post an invoice: one in four in euros, one in four by instalments, one in eight credited in part."""
        issued = cls._any_day()
        customer = cls.random.choice([*cls.customers, cls.contact])
        values = {"invoice_date": issued}
        if cls.random.random() < 0.25:
            values["currency_id"] = cls.euro
        if cls.random.random() < 0.25:
            values["invoice_payment_term_id"] = cls.pay_terms_b
        amount = cls.random.randint(10000, 200000) / 100
        due = issued + timedelta(days=cls.random.choice([0, 15, 30, 45]))
        cls._invoice(amount, due, customer, **values)
        if cls.random.random() < 0.2:
            cls._credit_note(
                cls.random.randint(1000, 9000) / 100, issued + timedelta(days=10), customer.commercial_partner_id
            )

    @classmethod
    def _settle_at_random(cls):
        """Pay in full or in part, early or late; match some credits; leave others; send money back; undo some of it."""
        invoices = cls.env["account.move"].search(
            [("company_id", "=", cls.company.id), ("move_type", "=", "out_invoice"), ("state", "=", "posted")],
            order="id",
        )
        paid = []
        for invoice in invoices:
            lot = cls.random.random()
            on = invoice.invoice_date + timedelta(days=cls.random.randint(-5, 110))
            if lot < 0.45:
                paid.append(cls._pay(invoice, on))
            elif lot < 0.65:
                paid.append(cls._pay(invoice, on, amount=round(invoice.amount_residual * 0.4, 2)))
            elif lot < 0.75:
                paid.append(cls._pay(invoice, on, amount=round(invoice.amount_residual * 0.3, 2)))
                cls._pay(invoice, on + timedelta(days=20))
        # what came in and is matched with nothing, or much later with an invoice that is older than it
        for customer in cls.customers[:3]:
            payment = cls._payment(cls.random.randint(5000, 30000) / 100, cls._any_day(), customer)
            if customer != cls.customers[0]:
                cls._match(customer, payment.move_id)
        for note in cls.env["account.move"].search(
            [("company_id", "=", cls.company.id), ("move_type", "=", "out_refund"), ("state", "=", "posted")],
            order="id",
        )[::2]:
            cls._match(note.commercial_partner_id, note)
        # money sent back, a payment unmatched, a cheque that bounced
        cls.env["account.payment"].create(
            {
                "amount": 25,
                "date": day(-20),
                "payment_type": "outbound",
                "partner_type": "customer",
                "partner_id": cls.customers[2].id,
            }
        ).action_post()
        cls._receivable(paid[1].move_id).remove_move_reconcile()
        cls._bounce(paid[2])
        # an opening balance, which nobody follows up, and one paid since
        for number in range(2):
            opening = cls._opening(cls.customers[3], 300 + number, day(-200))
            if number:
                payment = cls._payment(301, day(-150), cls.customers[3])
                (cls._receivable(opening) + cls._receivable(payment.move_id)).reconcile()

    @classmethod
    def _match(cls, customer, move):
        """Match a credit with the oldest open debit of its customer and currency."""
        debit = cls.env["account.move.line"].search(
            [
                ("partner_id", "child_of", customer.id),
                ("account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("amount_residual", ">", 0),
                ("currency_id", "=", move.currency_id.id),
            ],
            order="date_maturity, id",
            limit=1,
        )
        if debit:
            (debit + cls._receivable(move).filtered(lambda line: not line.reconciled)).reconcile()

    @classmethod
    def _bounce(cls, payment):
        """Reverse a payment ten days later: what it paid is open again."""
        cls._receivable(payment.move_id).remove_move_reconcile()
        payment.move_id._reverse_moves([{"date": payment.date + timedelta(days=10)}], cancel=True)

    @classmethod
    def _opening(cls, customer, amount, on):
        account = customer.property_account_receivable_id
        entry = cls.env["account.move"].create(
            {
                "move_type": "entry",
                "date": on,
                "journal_id": cls.company_data["default_journal_misc"].id,
                "line_ids": [
                    Command.create({"account_id": account.id, "partner_id": customer.id, "debit": amount}),
                    Command.create({"account_id": cls.company_data["default_account_revenue"].id, "credit": amount}),
                ],
            }
        )
        entry.action_post()
        return entry

    @classmethod
    def _had(cls, customer, user, date_from, date_to=None, company=None):
        """Note who had a customer when."""
        debtor = cls.env["collection.debtor"].sudo()._get(company or cls.company, customer)
        cls.env["collection.assignment"].sudo().create(
            {
                "company_id": debtor.company_id.id,
                "debtor_id": debtor.id,
                "user_id": user.id,
                "date_from": date_from,
                "date_to": date_to,
            }
        )


class Slow:
    """The KPIs of a period, from the entries one at a time: nothing is read that Odoo or the program has summed.

    :param counts: function (customer, day) -> whether a figure of that customer and day counts
    """

    def __init__(self, company, date_from, date_to, counts=lambda customer, on: True):
        self.date_from, self.date_to, self.counts = date_from, date_to, counts
        self.before = date_from - timedelta(days=1)
        self.lines = company.env["account.move.line"].search(
            [
                ("company_id", "=", company.id),
                ("account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("partner_id", "!=", False),
            ]
        )
        self.matched = {line: [] for line in self.lines}
        for line in self.lines:
            for partial in line.matched_credit_ids:
                other = partial.credit_move_id
                self.matched[line].append((max(line.date, other.date), -_dec(partial.amount), other))
            for partial in line.matched_debit_ids:
                other = partial.debit_move_id
                self.matched[line].append((max(line.date, other.date), _dec(partial.amount), other))

    def open(self, line, at):
        """What was open of a line at the end of a day."""
        if line.date > at:
            return Decimal(0)
        return _dec(line.balance) + sum(amount for on, amount, _other in self.matched[line] if on <= at)

    def customer(self, line):
        return line.partner_id.commercial_partner_id

    def within(self, on):
        return self.date_from <= on <= self.date_to

    def stock(self, at):
        """{line: open} of the lines that count at the end of a day."""
        rows = {line: self.open(line, at) for line in self.lines if self.counts(self.customer(line), at)}
        return {line: amount for line, amount in rows.items() if amount}

    def buckets(self, at):
        result = {name: Decimal(0) for name in ("not_due", "b1", "b2", "b3", "b4", "b5")}
        for line, amount in self.stock(at).items():
            if amount > 0:
                late = (at - (line.date_maturity or line.date)).days
                limits = ((0, "not_due"), (30, "b1"), (60, "b2"), (90, "b3"), (120, "b4"))
                result[next((name for limit, name in limits if late <= limit), "b5")] += amount
        return result

    def sales(self, first, last):
        return sum(
            (
                _dec(line.balance)
                for line in self.lines
                if line.move_id.move_type in ("out_invoice", "out_refund")
                and first <= line.date <= last
                and self.counts(self.customer(line), line.date)
            ),
            Decimal(0),
        )

    def collected(self):
        return sum(
            (
                -_dec(line.balance)
                for line in self.lines
                if line.journal_id.type in MONEY
                and self.within(line.date)
                and self.counts(self.customer(line), line.date)
            ),
            Decimal(0),
        )

    def items(self):
        """The debits that somebody is to pay."""
        return [
            line
            for line in self.lines
            if line.balance > 0 and line.journal_id.type not in MONEY and not line.no_followup
        ]

    def recovery(self):
        due = paid = Decimal(0)
        for line in self.items():
            if (line.date_maturity or line.date) > self.date_to:
                continue
            if line.date < self.date_from and self.counts(self.customer(line), self.before):
                due += self.open(line, self.before)
            elif self.within(line.date) and self.counts(self.customer(line), line.date):
                due += _dec(line.balance)
            for on, amount, other in self.matched[line]:
                if other.journal_id.type in MONEY and self.within(on) and self.counts(self.customer(line), on):
                    paid -= amount
        return paid * 100 / due if due else None

    def days(self):
        """[(amount, days since the due date, days since the invoice date)] of what was paid in full."""
        rows = []
        for line in self.items():
            matched = [row for row in self.matched[line] if row[0] <= self.date_to]
            if not matched or self.open(line, self.date_to):
                continue
            on = max(row[0] for row in matched)
            if (
                self.within(on)
                and any(row[2].journal_id.type in MONEY for row in matched)
                and self.counts(self.customer(line), on)
            ):
                due, issued = line.date_maturity or line.date, line.invoice_date or line.date
                rows.append((_dec(line.balance), (on - due).days, (on - issued).days))
        return rows

    def at_risk(self):
        billed = unpaid = Decimal(0)
        for line in self.lines:
            if line.move_id.move_type != "out_invoice":
                continue
            on = line.move_id.invoice_date + timedelta(days=90)
            if self.within(on) and self.counts(self.customer(line), on):
                billed += _dec(line.balance)
                unpaid += self.open(line, on)
        return unpaid * 100 / billed if billed else None

    def count_back(self):
        left, days, last = sum(self.stock(self.date_to).values()), Decimal(0), self.date_to
        for _month in range(36):
            if left <= 0:
                return days
            first = date(last.year, last.month, 1)
            sold = self.sales(first, last)
            if left < sold:
                return days + left * last.day / sold
            left, days, last = left - sold, days + last.day, first - timedelta(days=1)
        return None if left > 0 else days

    def values(self):
        """{code: value} of every KPI the ledger tells, written out as the textbook has them."""
        length = (self.date_to - self.date_from).days + 1
        opening, closing = sum(self.stock(self.before).values()), sum(self.stock(self.date_to).values())
        before, after = self.buckets(self.before), self.buckets(self.date_to)
        not_due, total = after["not_due"], sum(after.values())
        sold = self.sales(self.date_from, self.date_to)
        could = opening + sold - not_due
        paid, number = self.days(), len(self.days())
        amount = sum(row[0] for row in paid)
        names = list(after)
        return {
            "receivables": closing,
            "overdue": total - not_due,
            "sales": sold,
            "collected": self.collected(),
            "dso": closing / sold * length if sold else None,
            "dso_count_back": self.count_back(),
            "best_possible_dso": not_due / sold * length if sold else None,
            "add": (closing - not_due) / sold * length if sold else None,
            "cei": (opening + sold - closing) / could * 100 if could else None,
            "recovery_rate": self.recovery(),
            "days_to_collect": sum(row[1] for row in paid) / number if paid else None,
            "days_to_collect_weighted": sum(row[0] * row[1] for row in paid) / amount if paid else None,
            "days_to_pay": sum(row[2] for row in paid) / number if paid else None,
            "days_to_pay_weighted": sum(row[0] * row[2] for row in paid) / amount if paid else None,
            "percent_current": not_due / total * 100 if total else None,
            "turnover": sold / ((opening + closing) / 2) if opening + closing else None,
            "at_risk_rate": self.at_risk(),
            **{
                f"roll_{number}": after[newer] / before[older] * 100 if before[older] else None
                for number, (older, newer) in enumerate(itertools.pairwise(names))
            },
        }


def _dec(amount):
    return Decimal(str(round(amount, 2)))
