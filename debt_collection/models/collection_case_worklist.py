"""The points of a case in the worklist: stored, with what they are for shown beside them, and kept up by assess."""

from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.sql import column_exists, table_exists

from ..tools import worklist


class CollectionCase(models.Model):
    _inherit = "collection.case"
    _protected = frozenset(["worklist_points", "worklist_date", "worked_on", "last_contact_date"])

    worklist_points = fields.Integer(
        string="Points", readonly=True, copy=False, default=0, aggregator="avg", help="The more, the sooner to call."
    )
    worklist_parts = fields.Char(
        string="Points For", compute="_compute_worklist_parts", help="What the points are made of."
    )
    worklist_date = fields.Date(
        string="On the List From",
        readonly=True,
        copy=False,
        help="The day from which the case is in its collector's day. Empty: it rests.",
    )
    worked_on = fields.Date(string="Handled On", readonly=True, copy=False, help="It comes up again on another day.")
    worked_today = fields.Boolean(string="Handled Today", compute="_compute_worked_today")
    last_contact_date = fields.Date(
        string="Last Contact", readonly=True, copy=False, help="The last contact that came about, ours or theirs."
    )

    best_phone = fields.Char(
        string="Phone to Call", compute="_compute_best_phone", help="The number at which the debtor is best reached."
    )

    # in the order of the list, with the day in it: the first page is read without visiting who is not due
    _my_day = models.Index("(user_id, worklist_points DESC, worklist_date, id) WHERE state = 'open'")

    def _auto_init(self):
        """Where there are cases already, take the days of their last contacts from the log, once."""
        cr = self.env.cr
        upgrading = table_exists(cr, "collection_contact") and not column_exists(cr, self._table, "last_contact_date")
        result = super()._auto_init()
        if upgrading:
            self._take_last_contacts()
        return result

    @api.model
    def _take_last_contacts(self):
        """Write on every case the day of its last contact, from the log."""
        self.env.cr.execute(
            SQL(
                """
                UPDATE collection_case c
                   SET last_contact_date = last.date
                  FROM (SELECT case_id, max(date)::date AS date
                          FROM collection_contact
                         WHERE %s
                      GROUP BY case_id) last
                 WHERE c.id = last.case_id
                """,
                self.env["collection.contact"]._came_about(),
            )
        )

    @api.depends("worked_on")
    @api.depends_context("collection_today", "tz")
    def _compute_worked_today(self):
        today = self._today()
        for case in self:
            case.worked_today = case.worked_on == today

    @api.depends("worklist_points", "last_contact_date", "debtor_id.importance", "amount_claim", "promise_broken")
    @api.depends_context("collection_today", "tz", "lang")
    def _compute_worklist_parts(self):
        rules = self.env["collection.worklist.rule"]
        scales = rules._scales()
        values = self._worklist_values(self.ids, self._today())
        for case in self:
            strategy, numbers = values.get(case.id, (None, {}))
            met = worklist.parts(scales.get(strategy, scales[None]), numbers)
            case.worklist_parts = " · ".join(rules._words(*part, case.currency_id) for part in met if part[2])

    def _compute_best_phone(self):
        numbers = self._numbers("call")
        for case in self:
            case.best_phone = next((number.number for number in numbers[case] if number.usable), False)

    # ---- kept up by assess ----------------------------------------------------------------------------------------

    @api.model
    def _put_positions_aside(self, company, partner_ids, today):
        result = super()._put_positions_aside(company, partner_ids, today)
        self._score_positions(today)
        return result

    @api.model
    def _case_columns(self, company):
        return [
            *super()._case_columns(company),
            ("worklist_points", SQL("position.worklist_points")),
            ("worklist_date", SQL("position.worklist_date")),
        ]

    @api.model
    def _assess(self, company, partners=None, today=None):
        """Assess; of a whole company, count the points of those too for whom only a day went by."""
        result = super()._assess(company, partners, today)
        if partners is None:
            self._score(today or self._today(), company)
        return result

    @api.model
    def _cron_assess(self):
        """Once everybody is assessed, count the points of those too for whom only a day went by."""
        result = super()._cron_assess()
        if not self.env["collection.change"]._waiting():
            companies = self.env["res.company"]._collection_roots()
            self._each_company(companies, lambda company: self._score(self._today(), company))
        return result
