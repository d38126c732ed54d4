"""Books the demo company: its debtors, nine months of invoices, their payments and credit notes, up to today.

Everything goes through Odoo's own business methods, many at a time where they allow it. The same day gives the same
company: what is left to chance comes from a generator with a fixed seed.
"""

import base64
import random
from datetime import timedelta

from odoo import Command, fields
from odoo.tools import file_open

from . import demo_data as data

HISTORY_DAYS = 270
TERM_DAYS = 30
# banks are looked at once a week: payments of a week are registered together
BANK_DAYS = 7


class DemoCompany:
    """Loads the demo company into a company."""

    def __init__(self, env, company):
        quiet = {"tracking_disable": True, "mail_create_nosubscribe": True, "no_reset_password": True, "lang": "en_US"}
        self.env = env(context=dict(env.context, **quiet), su=True)
        self.company = company.with_env(self.env).root_id
        self.env = self.company.with_company(self.company).env
        self.company = self.company.with_env(self.env)
        self.today = fields.Date.context_today(self.company)
        self.random = random.Random(19)

    def load(self):
        """Load everything, in the order in which it depends on each other."""
        self._languages()
        self._company()
        self._currencies()
        self._users()
        self._debtors()
        self._invoices()
        self._credit_notes()
        self._payments()

    # ---- the company ----------------------------------------------------------------------------------------------

    def _languages(self):
        for code in ("ar_001", "fr_FR"):
            self.env["res.lang"]._activate_and_install_lang(code)

    def _company(self):
        company = self.company
        if not company.chart_template:
            self.env["account.chart.template"].try_loading("generic_coa", company, install_demo=False)
        # a company that already has a name of its own keeps it, and its address and logo
        if company.name == "My Company":
            with file_open("debt_collection/demo/logo.png", "rb") as logo:
                company.write(
                    data.COMPANY
                    | {"country_id": self.env.ref(data.COMPANY_COUNTRY).id, "logo": base64.b64encode(logo.read())}
                )
            company.partner_id.lang = "en_US"
        journals = self.env["account.journal"].search(
            [("company_id", "=", company.id), ("type", "in", ("bank", "sale"))], order="type, sequence, id"
        )
        self.bank = journals.filtered(lambda journal: journal.type == "bank")[:1]
        self.sales = journals.filtered(lambda journal: journal.type == "sale")[:1]
        if not company.partner_id.bank_ids:
            account = self.env["res.partner.bank"].create(
                {
                    "partner_id": company.partner_id.id,
                    "acc_number": data.IBAN,
                    "bank_id": self.env["res.bank"].create(data.BANK).id,
                }
            )
            if not self.bank.bank_account_id:
                self.bank.bank_account_id = account

    def _currencies(self):
        """Take the euro in use (the dollar where the company keeps its books in euros), with a rate a month."""
        code, rate = ("USD", 1.09) if self.company.currency_id.name == "EUR" else ("EUR", 0.92)
        self.other = self.env["res.currency"].with_context(active_test=False).search([("name", "=", code)])
        self.other.active = True
        known = set(self.other.rate_ids.filtered(lambda r: r.company_id in (False, self.company)).mapped("name"))
        days = [self.today - timedelta(days=30 * month) for month in range(14)]
        self.env["res.currency.rate"].create(
            [
                {
                    "currency_id": self.other.id,
                    "company_id": self.company.id,
                    "name": day,
                    "rate": round(rate + self.random.uniform(-0.02, 0.02), 4),
                }
                for day in days
                if day not in known
            ]
        )

    def _users(self):
        self.users = {}
        for login, name, language, groups in data.USERS:
            user = self.env["res.users"].create(
                {
                    "login": login,
                    "password": login,
                    "name": name,
                    "lang": language,
                    "email": f"{login}@cedar-office.example",
                    "phone": "+961 1 555 011",
                    "notification_type": "inbox",
                    "company_id": self.company.id,
                    "company_ids": [Command.set(self.company.ids)],
                    "group_ids": [Command.link(self.env.ref(group).id) for group in ("base.group_user", *groups)],
                }
            )
            self.env["ir.model.data"].create(
                {
                    "module": "debt_collection",
                    "name": f"demo_user_{login}",
                    "model": "res.users",
                    "res_id": user.id,
                    "noupdate": True,
                }
            )
            self.users[login] = user
        self.company.collection_user_id = self.company.collection_user_id or self.users["amira"]

    # ---- debtors --------------------------------------------------------------------------------------------------

    def _debtors(self):
        """Create the contacts, their addresses, and what is set per debtor."""
        names = ("ref", "name", "lang", "street", "city", "zip", "email", "phone")
        partners = self.env["res.partner"].create(
            [
                {name: getattr(debtor, name) for name in names}
                | {"country_id": self.env.ref(f"base.{debtor.country}").id, "is_company": True}
                for debtor in data.DEBTORS
            ]
        )
        self.partners = {debtor.ref: partner for debtor, partner in zip(data.DEBTORS, partners, strict=True)}
        self.env["res.partner"].create(
            [
                {
                    "parent_id": self.partners[debtor.ref].id,
                    "type": kind,
                    "name": name,
                    "email": email,
                    "lang": debtor.lang,
                    "street": debtor.street,
                    "city": debtor.city,
                    "zip": debtor.zip,
                    "country_id": self.partners[debtor.ref].country_id.id,
                }
                for debtor in data.DEBTORS
                for kind, name, email in debtor.children
            ]
        )
        self.env["mail.blacklist"].create(
            [{"email": debtor.email} for debtor in data.DEBTORS if debtor.special == data.BLACKLISTED]
        )
        self.env["collection.debtor"].create(
            [
                {
                    "company_id": self.company.id,
                    "partner_id": self.partners[debtor.ref].id,
                    "name": self.partners[debtor.ref].display_name,
                    "user_id": self.users[debtor.collector].id,
                }
                for debtor in data.DEBTORS
                if debtor.collector
            ]
        )

    # ---- invoices, credit notes, payments -------------------------------------------------------------------------

    def _invoices(self):
        """Create and post every invoice, and remember what is to become of each."""
        planned = []
        for debtor in data.DEBTORS:
            planned += [(debtor, self._past_due_date(debtor), None) for _number in range(debtor.history)]
            planned += [(debtor, self.today - timedelta(days=item.days), item) for item in debtor.open]
        # numbered in the order in which they were issued
        planned.sort(key=lambda row: (row[1], row[0].ref))
        self.instalments = self.env["account.payment.term"].create(
            {
                "name": "40% in 30 days, 30% in 60, 30% in 90",
                "company_id": self.company.id,
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": share, "nb_days": days})
                    for share, days in ((40, 30), (30, 60), (30, 90))
                ],
            }
        )
        moves = self.env["account.move"].create([self._invoice_vals(*row) for row in planned])
        moves.action_post()
        for move, (_debtor, _due, item) in zip(moves, planned, strict=True):
            if item and item.no_followup:
                move.no_followup = True
        self.booked = [(move, debtor, due, item) for move, (debtor, due, item) in zip(moves, planned, strict=True)]

    def _past_due_date(self, debtor):
        """Draw the due date of an invoice that is settled by now, however late this debtor pays."""
        last = max(debtor.habit, 0) + 15 + BANK_DAYS
        return self.today - timedelta(days=self.random.randint(last, HISTORY_DAYS - TERM_DAYS))

    def _invoice_vals(self, debtor, due, item):
        vals = {
            "move_type": "out_invoice",
            "journal_id": self.sales.id,
            "partner_id": self._address(debtor).id,
            "currency_id": self._currency(debtor).id,
            "invoice_date": due - timedelta(days=TERM_DAYS),
            "invoice_line_ids": self._lines(item.amount if item else None),
        }
        if item and item.terms:
            return vals | {"invoice_payment_term_id": self.instalments.id}
        return vals | {"invoice_date_due": due, "invoice_payment_term_id": False}

    def _address(self, debtor):
        """Return whom invoices are made out to: the address for invoices where there is one."""
        return self.env["res.partner"].browse(self.partners[debtor.ref].address_get(["invoice"])["invoice"])

    def _currency(self, debtor):
        return self.other if debtor.currency else self.company.currency_id

    def _lines(self, amount):
        """Return the lines of an invoice: goods drawn at random, or one line of a given amount."""
        goods = self.random.sample(data.GOODS, self.random.randint(1, 3))
        quantities = [self.random.randint(1, 8) for _line in goods]
        if amount:
            goods, quantities = [("Furniture and supplies as ordered", amount)], [1]
        return [
            Command.create({"name": name, "quantity": quantity, "price_unit": price, "tax_ids": [Command.clear()]})
            for (name, price), quantity in zip(goods, quantities, strict=True)
        ]

    def _credit_notes(self):
        """Credit some invoices in part and reconcile; leave one credit note open in another currency."""
        for move, _debtor, _due, item in self.booked:
            if item and item.credited:
                note = move._reverse_moves(
                    [{"invoice_date": self.today - timedelta(days=14), "ref": "Damaged in transit"}]
                )
                note.invoice_line_ids.price_unit = item.credited
                note.action_post()
                (move + note).line_ids.filtered(lambda line: line.account_type == "asset_receivable").reconcile()
        for debtor in data.DEBTORS:
            if debtor.special == data.FOREIGN_CREDIT:
                vals = self._invoice_vals(debtor, self.today, data.Open(0, data.FOREIGN_CREDIT_AMOUNT))
                vals.update(
                    move_type="out_refund",
                    currency_id=self.other.id,
                    invoice_date=self.today - timedelta(days=10),
                    invoice_date_due=self.today - timedelta(days=10),
                )
                self.env["account.move"].create(vals).action_post()

    def _payments(self):
        """Register what was paid: settled invoices by the debtor's habit, the parts, and one payment left unmatched."""
        settled = {}
        for move, debtor, due, item in self.booked:
            if not item:
                paid = due + timedelta(days=round(self.random.gauss(debtor.habit, 4)))
                paid += timedelta(days=-paid.toordinal() % BANK_DAYS)
                day = min(max(paid, move.invoice_date), self.today - timedelta(days=1))
                settled.setdefault((day, move.currency_id), self.env["account.move"])
                settled[day, move.currency_id] |= move
            elif item.paid:
                self._register(move, self.today - timedelta(days=20), amount=item.paid)
        for (day, _currency), moves in sorted(settled.items(), key=lambda row: (row[0][0], row[0][1].id)):
            self._register(moves, day)
        for debtor in data.DEBTORS:
            if debtor.special == data.COVERED:
                self.env["account.payment"].create(
                    {
                        "payment_type": "inbound",
                        "partner_type": "customer",
                        "partner_id": self.partners[debtor.ref].id,
                        "amount": sum(item.amount for item in debtor.open),
                        "currency_id": self._currency(debtor).id,
                        "date": self.today - timedelta(days=2),
                        "journal_id": self.bank.id,
                        "memo": "Transfer without a reference",
                    }
                ).action_post()

    def _register(self, moves, day, **values):
        """Register payment of invoices in one currency, as from the button: a payment per invoice."""
        self.env["account.payment.register"].with_context(active_model="account.move", active_ids=moves.ids).create(
            {"payment_date": day, "journal_id": self.bank.id, "group_payment": False, **values}
        )._create_payments()
