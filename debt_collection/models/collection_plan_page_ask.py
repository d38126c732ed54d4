"""A debtor asks for a payment plan on its page: what it may ask for, and what follows.

Within the company's limits the plan is offered for signature at once; above them a person decides. A draft pauses
nothing, so that asking is no way to put off collection.
"""

from datetime import date, timedelta

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..tools import schedule
from .collection_case_position import STAGES_OF_OTHERS

FIRST_DAYS = 30  # the latest first instalment, counted from today
STATES = ("overdue", "held", "not_due")


class CollectionPlan(models.Model):
    _inherit = "collection.plan"

    # ---- what may be asked for ------------------------------------------------------------------------------------

    @api.model
    def _page_items(self, debtor, lines):
        """Return those open lines of a debtor (see collection.page) that may be paid in instalments.

        What is promised, disputed or in a plan already is not among them.
        """
        case = debtor._page_case()
        return [
            line
            for line in lines
            if line["payable"]
            and line["state"] in STATES
            and line["item"].case_id == case
            and case.state == "open"
            and not line["disputed_currency"]
        ]

    @api.model
    def _page_minimum(self, company, currency):
        """Return the smallest instalment of a company, in a currency at today's rate. 0: any."""
        minimum = company._collection_settings().collection_page_plan_minimum
        today = self.env["collection.case"]._today()
        return company.currency_id._convert(minimum, currency, company, today)

    @api.model
    def _page_check_may_ask(self, debtor, doing=0):
        """Check that a debtor may ask for a plan now.

        :param doing: 1 while it is asked for, see `collection.page.act._check_limit`; 0 beforehand
        :raises UserError: in the debtor's language, with what it can do instead
        """
        settings = debtor.company_id._collection_settings()
        if not settings.collection_page_plans:
            raise UserError(debtor.env._("Instalments are not agreed on this page. Write to us: we will find a way."))
        states = {plan._page_state() for plan in self._page_plans(debtor)}
        if "active" in states:
            raise UserError(debtor.env._("You are paying in instalments already. Write to us about anything else."))
        if states & {"offered", "waiting"}:
            raise UserError(debtor.env._("You have asked for a payment plan already. Look at how it stands below."))
        self.env["collection.page.act"]._check_limit(
            debtor,
            "plan",
            settings.collection_page_plans + self._page_lapsed_count(debtor) + doing - 1,
            debtor.env._(
                "You cannot ask for another payment plan on this page for now. "
                "Write to us: we will look at it together."
            ),
        )

    @api.model
    def _page_lapsed_count(self, debtor):
        """Return how many plans of the period were neither signed nor declined before they should have begun.

        They have paused nothing, and those that waited for us in vain are our own fault: they do not count.
        """
        today = self.env["collection.case"]._today()
        days = debtor.company_id._collection_settings().collection_page_period
        # sudo: of the debtor whose page it is
        return self.sudo().search_count(
            [
                ("case_id.debtor_id", "=", debtor.id),
                ("asked_online", "=", True),
                ("date_accepted", "=", False),
                ("decline_reason", "=", False),
                ("next_date", "<", today),
                ("date_start", ">", today - timedelta(days=days)),
            ]
        )

    @api.model
    def _page_terms(self, debtor, lines, line_ids, number, frequency, first):
        """Return the terms that a debtor asks for, with the schedule computed here.

        :param lines: of collection.page
        :param line_ids: numbers of journal items, as they came with the request
        :param number: str, of instalments
        :param frequency: str, see the field
        :param first: str, the first day (ISO 8601)
        :return: dict with items (collection.item), currency, total, schedule [(date, amount)], frequency, payday
        :raises UserError: in the debtor's language
        """
        company, words = debtor.company_id, debtor.env._
        chosen = self._page_chosen(debtor, lines, line_ids)
        currency = chosen[0]["currency"]
        total = currency.round(sum(line["amount"] for line in chosen))
        most = company._collection_settings().collection_page_plan_number
        number = _number(number)
        if not number or not 2 <= number <= most:
            raise UserError(words("Choose between 2 and %s instalments.", most))
        try:
            parts = schedule.equal_parts(total, number, currency.rounding)
        except schedule.TooSmall:
            parts = [0]
        minimum = self._page_minimum(company, currency)
        if currency.compare_amounts(float(parts[0]), minimum or currency.rounding) < 0:
            raise UserError(
                words(
                    "Each instalment would be less than %s. Choose fewer instalments.",
                    currency.format(minimum or currency.rounding),
                )
            )
        if frequency not in self._page_frequencies(debtor):
            raise UserError(words("Choose how often you want to pay."))
        payday = debtor.payday if frequency == "payday" else 0
        dated = schedule.schedule(parts, self._page_first(debtor, first), frequency, payday)
        self._page_check_first(debtor, dated[0][0])
        return {
            "items": self.env["collection.item"].union(*(line["item"] for line in chosen)),
            "currency": currency,
            "total": total,
            "schedule": [(day, float(amount)) for day, amount in dated],
            "frequency": frequency,
            "payday": payday,
        }

    @api.model
    def _page_chosen(self, debtor, lines, line_ids):
        chosen = self.env["collection.page"]._chosen(debtor, line_ids, self._page_items(debtor, lines))
        if not chosen:
            raise UserError(debtor.env._("Choose what you want to pay in instalments."))
        if len({line["currency"] for line in chosen}) > 1:
            raise UserError(debtor.env._("A payment plan is in one currency. Choose invoices in the same one."))
        return chosen

    @api.model
    def _page_frequencies(self, debtor):
        """Return {frequency: words} of what this debtor can choose, in its language."""
        frequencies = {
            "monthly": debtor.env._("Every month"),
            "weekly": debtor.env._("Every week"),
        }
        if debtor.payday:
            frequencies["payday"] = debtor.env._("On your payday, day %s of the month", debtor.payday)
        return frequencies

    @api.model
    def _page_first(self, debtor, first):
        try:
            day = date.fromisoformat(first or "")
        except ValueError:
            day = None
        if not day:
            raise UserError(debtor.env._("Choose the day of the first instalment."))
        self._page_check_first(debtor, day)
        return day

    @api.model
    def _page_check_first(self, debtor, day):
        today = self.env["collection.case"]._today()
        last = today + timedelta(days=FIRST_DAYS)
        if not today <= day <= last:
            raise UserError(
                debtor.env._(
                    "The first instalment can be paid from today until %s. Choose a day between.",
                    format_date(debtor.env, last),
                )
            )

    # ---- asked ----------------------------------------------------------------------------------------------------

    @api.model
    def _page_ask(self, debtor, line_ids, number, frequency, first):
        """Make the plan a debtor asks for, and offer it at once or have a person decide.

        :param debtor: collection.debtor, with rights, in its language; the others see `_page_terms`
        :return: collection.plan, with rights
        :raises UserError: nothing is saved then
        """
        case = debtor._page_open_case()
        case._reassess()  # what is open now, and what is not
        self._page_check_may_ask(debtor, doing=1)
        lines = self.env["collection.page"]._lines(debtor)
        terms = self._page_terms(debtor, lines, line_ids, number, frequency, first)
        # the log and the activity are read by colleagues
        case = case.with_context(lang=self.env["res.lang"]._collection_language(debtor.company_id)[0])
        for plan in self._page_plans(debtor).with_context(lang=case.env.lang):
            plan._end(
                "cancelled", case.env._("Payment plan %s was not signed in time; another is asked for.", plan.name)
            )
        plan = case._make_plan(
            terms["items"], terms["schedule"], frequency=terms["frequency"], payday=terms["payday"]
        ).sudo()  # sudo: what follows was asked for by the debtor, whose page it is
        plan.asked_online = True
        case._log_contact(
            channel="note",
            direction="in",
            outcome="received",
            summary=case.env._("Asked for payment plan %s on the debtor's page.", plan.name),
        )
        if plan._page_is_within_limits():
            plan._page_offer()
        else:
            plan._ask_to_decide()
            plan._page_tell_waiting(debtor)
        return plan

    def _page_is_within_limits(self):
        """Tell whether this plan waits for nobody.

        A person decides when the total is above the company's limit, an earlier plan has defaulted, or others have the
        case.
        """
        self.ensure_one()
        company, case = self.company_id, self.case_id
        most = company._collection_settings().collection_page_plan_amount
        today = self.env["collection.case"]._today()
        total = self.currency_id._convert(self.amount_total, company.currency_id, company, today)
        if not most or company.currency_id.compare_amounts(total, most) > 0 or case.stage in STAGES_OF_OTHERS:
            return False
        return not self.search_count(
            [("case_id.debtor_id", "=", case.debtor_id.id), ("state", "=", "defaulted")], limit=1
        )

    def _ask_to_decide(self):
        """Give the collector an activity: this plan waits for a decision."""
        self.ensure_one()
        user = self.case_id.user_id or self.company_id._collection_settings().collection_user_id
        if user:
            self.activity_schedule(
                "debt_collection.mail_activity_type_plan_asked",
                user_id=user.id,
                date_deadline=self.env["collection.case"]._today(),
                summary=self.env._("Decide about the payment plan asked for"),
            )

    def _page_tell_waiting(self, debtor):
        """Confirm to the debtor that its plan is being looked at."""
        debtor._page_confirm(
            debtor.env._("We have received your request to pay in instalments"),
            [
                debtor.env._(
                    "You asked to pay %(total)s in %(number)s instalments, the first on %(first)s.",
                    total=self.currency_id.with_env(debtor.env).format(self.amount_total),
                    number=len(self.line_ids),
                    first=format_date(debtor.env, self.next_date),
                ),
                debtor.env._("We will look at it and write to you. Until then nothing changes: reminders go on."),
            ],
        )


def _number(text):
    """Return the whole number that a text is, or None."""
    try:
        return int(text or "")
    except ValueError:
        return None
