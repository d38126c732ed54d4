"""What the stories share: a company with a chart of accounts, a ladder of levels, and verbs of the trade."""

from datetime import date, timedelta

from odoo import SUPERUSER_ID, Command
from odoo.addons.account.tests.common import AccountTestInvoicingCommon
from odoo.tests import new_test_user

DAY = date(2025, 3, 10)  # the day the stories begin, a Monday


def day(days):
    """Return the day that many days after the stories begin."""
    return DAY + timedelta(days=days)


class CollectionCommon(AccountTestInvoicingCommon):
    """A company in dollars, with the ladder: note -3, friendly 3, reminder 10, firm 20, final 35."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.strategy = cls.env["collection.strategy"].create({"name": "Ladder", "min_gap_days": 5, "min_amount": 1.0})
        cls.company.write({"collection_strategy_id": cls.strategy.id, "collection_user_id": False})
        cls.note = cls._level("Note", -3)
        cls.friendly = cls._level("Friendly", 3)
        cls.reminder = cls._level("Reminder", 10)
        cls.firm = cls._level("Firm", 20)
        cls.final = cls._level("Final", 35, automatic=False)
        cls.debtor = cls._partner("Deco Addict")

    @classmethod
    def get_default_groups(cls):
        """The stories are told by a collections manager who may also book payments."""
        return super().get_default_groups() | cls.env.ref("debt_collection.group_collection_manager")

    # ---- the world ------------------------------------------------------------------------------------------------

    @classmethod
    def _level(cls, name, delay, channels=("email",), strategy=None, **values):
        template = (
            cls.env["mail.template"]
            .sudo()
            .create(
                {
                    "name": name,
                    "model_id": cls.env["ir.model"]._get_id("collection.action"),
                    "subject": f"{name} from {{{{ object.company_id.name }}}}",
                    "body_html": f"<p>{name} words for <t t-out='object.partner_id.name'/></p>",
                    "use_default_to": False,
                }
            )
        )
        return cls.env["collection.level"].create(
            {
                "name": name,
                "strategy_id": (strategy or cls.strategy).id,
                "delay_days": delay,
                "channels": [Command.set(cls._channels(*channels).ids)],
                "mail_template_id": template.id,
                **values,
            }
        )

    @classmethod
    def _channels(cls, *codes):
        return cls.env["collection.channel"].with_context(active_test=False).search([("code", "in", codes)])

    @classmethod
    def _partner(cls, name, **values):
        """Return a customer who pays at once, with an e-mail and a postal address."""
        slug = name.lower().replace(" ", ".")
        return cls.env["res.partner"].create(
            {
                "name": name,
                "is_company": True,
                "email": f"{slug}@example.com",
                "street": "1 Main Street",
                "city": "Springfield",
                "lang": "en_US",
                "property_payment_term_id": cls.pay_terms_a.id,
                **values,
            }
        )

    @classmethod
    def _branch(cls, name="Branch"):
        branch = cls.env["res.company"].create({"name": name, "parent_id": cls.company.id})
        cls.cr.precommit.run()  # it shares the chart of accounts of its root from here on
        cls.env.user.company_ids |= branch
        return branch

    @classmethod
    def _user(cls, login, groups, **values):
        companies = values.pop("companies", cls.company)
        return new_test_user(
            cls.env, login=login, groups=groups, company_id=companies[0].id,
            company_ids=[Command.set(companies.ids)], **values,
        )  # fmt: skip

    @classmethod
    def _invoice(cls, amount, due, partner=None, **values):
        """Return a posted invoice without taxes, due on a day."""
        values.setdefault("invoice_date", due - timedelta(days=30))
        terms = {} if values.get("invoice_payment_term_id") else {"invoice_payment_term_id": False}
        return cls._create_invoice_one_line(
            price_unit=amount, name="Goods", tax_ids=cls.env["account.tax"], partner_id=partner or cls.debtor,
            invoice_date_due=due, post=True, **terms, **values,
        )  # fmt: skip

    @classmethod
    def _credit_note(cls, amount, on, partner=None, **values):
        """Return a posted credit note that nobody has matched yet."""
        return cls._invoice(amount, on, partner, move_type="out_refund", invoice_date=on, **values)

    @classmethod
    def _pay(cls, invoices, on, amount=None, **values):
        """Register a payment on invoices, as the button does."""
        wizard = cls.env["account.payment.register"].with_context(active_model="account.move", active_ids=invoices.ids)
        if amount is not None:
            values["amount"] = amount
        return wizard.create({"payment_date": on, **values})._create_payments()

    @classmethod
    def _payment(cls, amount, on, partner=None, currency=None):
        """Return a posted payment that nobody has matched yet."""
        return cls.init_payment(amount, post=True, date=on, partner=partner or cls.debtor, currency=currency)

    @classmethod
    def _receivable(cls, move):
        return move.line_ids.filtered(lambda line: line.account_type == "asset_receivable").sorted("date_maturity")

    # ---- the verbs ------------------------------------------------------------------------------------------------

    @classmethod
    def _on(cls, record, on):
        """Return a record as somebody sees it on a simulated day."""
        return record.with_context(collection_today=on.isoformat())

    @classmethod
    def _assess(cls, on, company=None, partners=None):
        return cls.env["collection.case"].sudo()._assess(company or cls.company, partners=partners, today=on)

    @classmethod
    def _case(cls, partner=None, company=None):
        """Return the open case of a customer, or none."""
        return cls.env["collection.case"].search(
            [
                ("partner_id", "=", (partner or cls.debtor).id),
                ("company_id", "=", (company or cls.company).id),
                ("state", "=", "open"),
            ]
        )

    @classmethod
    def _item(cls, move):
        return cls.env["collection.item"].search([("move_id", "=", move.id)])

    @classmethod
    def _run(cls, on, company=None, assess=True, **values):
        """Return a batch proposed on a day, the ledger having been assessed."""
        if assess:
            cls._assess(on, company)
        run = cls.env["collection.run"].create({"company_id": (company or cls.company).id, "date": on, **values})
        run.action_propose()
        return run

    @classmethod
    def _dispatch(cls, on, company=None):
        """Do what the scheduled action does on a day."""
        return cls.env(user=SUPERUSER_ID)["collection.action"]._dispatch(company or cls.company, today=on)

    @classmethod
    def _leave(cls, actions, on):
        """Let queued e-mails leave on a day, as the mail server's yes would (tests have no mail server)."""
        for action in cls._on(actions.filtered(lambda a: a.state == "queued" and a.channel == "email"), on).sudo():
            text = action._plain_words(action.mail_id.body_html)
            action._mark_sent("Sent.", addresses={action.id: action._address().email}, texts={action.id: text})

    @classmethod
    def _follow_up(cls, on, company=None):
        """Assess, propose, approve, dispatch and let the e-mails leave: a whole day. Return the actions sent."""
        run = cls._run(on, company)
        if not run.action_ids:
            return run.action_ids
        run.action_ids.action_approve()
        cls._dispatch(on, company)
        cls._leave(run.action_ids, on)
        return run.action_ids.filtered(lambda action: action.state == "sent")

    def assertSteps(self, actions, *expected):
        """Check which levels were proposed or sent to whom: (customer, level, channel), in any order."""
        found = sorted((a.partner_id.name, a.level_id.name, a.channel) for a in actions)
        self.assertEqual(found, sorted((p.name, level.name, channel) for p, level, channel in expected))
