"""One episode of owing: from the first overdue item until nothing is overdue any more."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.http import request

from ..fields import BareMany2one

BUCKETS = [
    ("not_due", "Not due"),
    ("1_30", "1–30 days"),
    ("31_60", "31–60 days"),
    ("61_90", "61–90 days"),
    ("91_120", "91–120 days"),
    ("over_120", "Over 120 days"),
]


class CollectionCase(models.Model):
    _name = "collection.case"
    _description = "Collection Case"
    _inherit = ["mail.thread", "mail.activity.mixin", "collection.protected"]
    _order = "promise_broken desc, next_action_date, amount_overdue desc, id"
    _rec_names_search = ["debtor_id.name", "partner_id"]
    _protected = frozenset(
        [
            "company_id",
            "debtor_id",
            "partner_id",
            "strategy_id",
            "level_id",
            "stage",
            "state",
            "close_reason",
            "date_open",
            "date_close",
            "currency_id",
            "amount_due",
            "amount_overdue",
            "amount_credit",
            "amount_disputed",
            "amount_claim",
            "foreign_credit",
            "promise_broken",
            "oldest_due_date",
            "bucket",
            "next_level_id",
            "next_action_date",
            "reason",
            "hold_until",
            "hold_reason",
            "item_ids",
            "action_ids",
            "contact_ids",
            "promise_ids",
            "plan_ids",
            "dispute_ids",
        ]
    )

    company_id = BareMany2one("res.company", required=True, readonly=True)
    # who may see the case may see its debtor: searching by name need not ask for the debtor's cases once more
    debtor_id = BareMany2one("collection.debtor", required=True, index=True, readonly=True, bypass_search_access=True)
    partner_id = BareMany2one("res.partner", string="Contact", index=True, readonly=True)
    user_id = fields.Many2one("res.users", string="Collector", tracking=True)
    strategy_id = BareMany2one("collection.strategy", readonly=True)
    level_id = BareMany2one("collection.level", readonly=True, help="The highest level among the items overdue.")
    stage = fields.Selection(
        [
            ("courtesy", "About to fall due"),
            ("new", "New"),
            ("reminding", "Reminding"),
            ("promised", "Promised"),
            ("plan", "Payment plan"),
            ("disputed", "Disputed"),
            ("hold", "On hold"),
            ("agency", "Agency"),
            ("legal", "Legal"),
            ("closed", "Closed"),
        ],
        default="new",
        required=True,
        readonly=True,
    )
    state = fields.Selection([("open", "Open"), ("closed", "Closed")], default="open", required=True, readonly=True)
    close_reason = fields.Selection(
        [
            ("paid", "Nothing overdue any more"),
            ("written_off", "Written off, in full or in part"),
            ("covered", "Covered by credits"),
            ("excluded", "Left out of follow-up"),
            ("merged", "Merged into another debtor"),
            ("moved", "Owed by another debtor"),
        ],
        string="Closed Because",
        readonly=True,
    )
    date_open = fields.Date(string="Opened On", readonly=True)
    date_close = fields.Date(string="Closed On", readonly=True)
    currency_id = BareMany2one("res.currency", readonly=True)
    amount_due = fields.Monetary(readonly=True, help="Every open item, before credits, not yet due ones included.")
    amount_overdue = fields.Monetary(readonly=True, help="The part past due, without what is not followed up.")
    amount_credit = fields.Monetary(readonly=True, help="Payments and credit notes not yet applied to an invoice.")
    amount_disputed = fields.Monetary(
        string="Disputed", readonly=True, help="Neither reminded of nor claimed before the dispute is resolved."
    )
    amount_claim = fields.Monetary(
        string="To Collect", readonly=True, help="Overdue less credits, within each currency: what a notice claims."
    )
    foreign_credit = fields.Boolean(
        string="Credit in Another Currency",
        readonly=True,
        help="A credit is open in a currency in which nothing is owed. A person looks before sending.",
    )
    promise_broken = fields.Boolean(
        readonly=True, help="A promise was broken, and nobody has been contacted since: first in the worklist."
    )
    oldest_due_date = fields.Date(readonly=True)
    days_overdue = fields.Integer(string="Days Late", compute="_compute_days_overdue", search="_search_days_overdue")
    bucket = fields.Selection(BUCKETS, string="Age", readonly=True)
    next_level_id = BareMany2one("collection.level", string="Next Step", readonly=True)
    next_action_date = fields.Date(string="Next Step On", readonly=True)
    hold_until = fields.Date(string="On Hold Until", readonly=True, tracking=True)
    hold_reason = fields.Char(string="Why on Hold", readonly=True)
    reason = fields.Char(string="Why", readonly=True, help="What comes next and why, in words.")
    item_ids = fields.One2many("collection.item", "case_id", string="Items")
    open_item_ids = fields.One2many("collection.item", "case_id", domain=[("is_open", "=", True)], string="Open Items")
    action_ids = fields.One2many("collection.action", "case_id", string="Actions")
    contact_ids = fields.One2many("collection.contact", "case_id", string="Contact Log")
    promise_ids = fields.One2many("collection.promise", "case_id", string="Promises")
    plan_ids = fields.One2many("collection.plan", "case_id", string="Payment Plans")
    dispute_ids = fields.One2many("collection.dispute", "case_id", string="Disputes")
    do_not_follow_up = fields.Boolean(related="debtor_id.do_not_follow_up")
    do_not_follow_up_until = fields.Date(related="debtor_id.do_not_follow_up_until")
    do_not_follow_up_reason = fields.Char(related="debtor_id.do_not_follow_up_reason")
    sending_stopped = fields.Boolean(compute="_compute_sending_stopped")
    ageing = fields.Json(
        compute="_compute_ageing", help="What is open per bucket, after credits, and what is disputed."
    )
    partner_email = fields.Char(compute="_compute_address", string="E-mail")
    partner_phone = fields.Char(compute="_compute_address", string="Phone")
    proposed_count = fields.Integer(compute="_compute_proposed_count")

    create_uid = BareMany2one("res.users", string="Created by", readonly=True)
    write_uid = BareMany2one("res.users", string="Last Updated by", readonly=True)

    _one_open_case = models.UniqueIndex(
        "(debtor_id) WHERE state = 'open'", "A debtor has one open case at a time. Work with the open one."
    )

    # in the order of the list: the first page is read without sorting the rest
    _worklist = models.Index("(promise_broken DESC, next_action_date, amount_overdue DESC, id) WHERE state = 'open'")
    _worklist_of_collector = models.Index(
        "(user_id, promise_broken DESC, next_action_date, amount_overdue DESC, id) WHERE state = 'open'"
    )

    @api.model
    def _today(self):
        """Return the day it is for the user, or the day a simulation says (context `collection_today`).

        A simulation is a script: what comes with a request is the client's word, and decides nothing.
        """
        simulated = None if request else fields.Date.to_date(self.env.context.get("collection_today"))
        return simulated or fields.Date.context_today(self)

    @api.depends("debtor_id.name", "partner_id.display_name")
    def _compute_display_name(self):
        for case in self:
            case.display_name = case.partner_id.display_name or case.debtor_id.name

    @api.depends("oldest_due_date")
    def _compute_days_overdue(self):
        today = self._today()
        for case in self:
            case.days_overdue = (today - case.oldest_due_date).days if case.oldest_due_date else 0

    @api.model
    def _search_days_overdue(self, operator, value):
        mirrored = {">": "<", ">=": "<=", "<": ">", "<=": ">="}
        if operator in ("in", "not in"):
            dates = [days is not False and self._today() - timedelta(days=int(days)) for days in value]
            return [("oldest_due_date", operator, dates)]
        if operator not in mirrored:
            return NotImplemented
        return [("oldest_due_date", mirrored[operator], self._today() - timedelta(days=int(value)))]

    def _compute_sending_stopped(self):
        for case in self:
            case.sending_stopped = case.company_id._collection_settings().collection_stopped

    @api.depends("open_item_ids.amount_residual", "open_item_ids.date_due")
    def _compute_ageing(self):
        """The ageing is read from the ledger, live: [{bucket, label, amount, share in per cent}]."""
        labels = dict(self._fields["bucket"]._description_selection(self.env), disputed=self.env._("Disputed"))
        today = self._today()
        for company, cases in self.grouped("company_id").items():
            steps = self.env["collection.ledger"]._steps(company, cases.partner_id, today) if company else {}
            for case in cases:
                amounts = dict.fromkeys(labels, 0.0)
                for row in steps.get(case.partner_id.id, ()):
                    amounts[self._bucket((today - row["date_due"]).days)] += float(row["claim"])
                    amounts["disputed"] += float(row["disputed"])
                total = sum(amounts.values())
                case.ageing = [
                    {
                        "bucket": bucket,
                        "label": labels[bucket],
                        "amount": case.currency_id.format(amount) if case.currency_id else str(amount),
                        "share": 100 * amount / total,
                    }
                    for bucket, amount in amounts.items()
                    if total and amount
                ]

    @api.model
    def _bucket(self, days):
        """Return the key of the bucket for a number of days past the due date."""
        limits = [(0, "not_due"), (30, "1_30"), (60, "31_60"), (90, "61_90"), (120, "91_120")]
        return next((bucket for limit, bucket in limits if days <= limit), "over_120")

    @api.depends("partner_id")
    def _compute_address(self):
        for case in self:
            # sudo: the collector of a case sees where its debtor can be reached
            partner = case.partner_id.sudo()
            address = partner._collections_address("email", case.company_id) if partner else partner
            case.partner_email = address.email
            case.partner_phone = address.phone or partner.phone

    @api.depends("action_ids.state")
    def _compute_proposed_count(self):
        for case in self:
            case.proposed_count = len(
                case.action_ids.filtered(lambda a: a.state in ("proposed", "approved", "deferred"))
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A case cannot be deleted: its log is evidence. It closes by itself when paid."))

    def _check_may_work(self):
        """Check that the user may agree on something with these debtors: writes the case, or keeps the accounts.

        :raises AccessError:
        """
        self.check_access("read" if self.env.user.has_group("account.group_account_invoice") else "write")

    def _reassess(self):
        """Bring these cases in line with the ledger now."""
        for company, cases in self.grouped("company_id").items():
            # sudo: assess writes what the ledger says, whoever asks for it
            self.sudo()._assess(company, partners=cases.partner_id)

    def _log_contact(self, **values):
        """Add an entry to the contact log of this case; see collection.contact for the values."""
        self.ensure_one()
        # sudo: nobody has write access to the log; it grows by what is done, in the name of who did it
        values.setdefault("user_id", self.env.user.id)
        return self.env["collection.contact"].sudo()._append([dict(values, case_id=self.id)])
