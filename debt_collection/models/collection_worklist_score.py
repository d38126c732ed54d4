"""How urgent cases are: points for what the manager's rules name, and the day from which a case is on the list.

How it works. What the rules ask for (`_worklist_measures`) and the day are SQL over `subject`, a row per case. Assess
computes both on its temporary table, so that they are written with the rest of what it says of a case; a statement of
its own (`_score`) does it for cases whose ledger has not changed, because the days went by.
"""

from odoo import api, models
from odoo.tools import SQL

# nobody has to call: not yet due, or with others
STAGES_OFF_THE_LIST = ("courtesy", "agency", "legal", "closed")


class CollectionCase(models.Model):
    _inherit = "collection.case"

    @api.model
    def _worklist_measures(self, today):
        """Return {kind of a rule: SQL of the number it looks at, NULL: none}; what holds or not is 0 where it holds."""
        return {
            "promise_broken": SQL("CASE WHEN subject.promise_broken THEN 0 END"),
            "promise_due": SQL("CASE WHEN promised.date = %s THEN 0 END", today),
            "amount": SQL("subject.claim"),
            "age": SQL("%s::date - subject.oldest_due_date", today),
            # who was never contacted has heard nothing since the case opened
            "silence": SQL("%s::date - coalesce(subject.last_contact_date, subject.date_open, %s)", today, today),
            "behaviour": SQL("debtor.broken_promise_count"),
            "importance": SQL("CASE debtor.importance WHEN 'vip' THEN 2 WHEN 'important' THEN 1 END"),
        }

    @api.model
    def _worklist_points(self, today):
        """Return the SQL of the points of `subject`."""
        measures = self._worklist_measures(today)
        scales = self.env["collection.worklist.rule"]._scales()
        of_all = self._scale_sql(scales.pop(None), measures)
        if not scales:
            return of_all
        own = (SQL("WHEN %s THEN %s", id_, self._scale_sql(scale, measures)) for id_, scale in scales.items())
        return SQL("CASE subject.strategy_id %s ELSE %s END", SQL(" ").join(own), of_all)

    @api.model
    def _scale_sql(self, scale, measures):
        """Return the SQL of what the rules of a scale add up to: of each kind the highest threshold that is met."""
        sums = [
            SQL(
                "coalesce((%s::int[])[width_bucket((%s)::numeric, %s::numeric[])], 0)",
                [points for _threshold, points in steps],
                measures[kind],
                [threshold for threshold, _points in steps],
            )
            for kind, steps in scale.items()
        ]
        return SQL(" + ").join(sums) if sums else SQL("0")

    @api.model
    def _worklist_day(self, today):
        """Return the SQL of the day from which `subject` is on the list of its collector, NULL: not at all."""
        return SQL(
            """
            CASE WHEN subject.stage = ANY(%(off)s) OR %(left_alone)s THEN NULL
                 WHEN subject.hold_until > %(today)s THEN subject.hold_until
                 -- a call that was agreed, or is tried again, is what comes next
                 WHEN subject.call_at IS NOT NULL THEN subject.call_at::date
                 WHEN subject.promise_broken THEN subject.date_open
                 WHEN promised.date = %(today)s OR subject.stage = 'promised'
                 THEN coalesce(promised.date, subject.next_action_date)
                 -- an instalment is late on the day after it fell due
                 WHEN subject.stage = 'plan' THEN subject.next_action_date + 1
                 ELSE subject.next_action_date
            END
            """,
            off=list(STAGES_OFF_THE_LIST),
            left_alone=self.env["collection.debtor"]._left_alone(today),
            today=today,
        )

    @api.model
    def _subject_joins(self, today, case_ids):
        """Return the SQL that joins to `subject` what is asked of its debtor and its promises.

        :param case_ids: SQL condition on the column case_id of promises
        """
        return SQL(
            """
            LEFT JOIN collection_debtor debtor ON debtor.id = subject.debtor_id
            LEFT JOIN (SELECT case_id, min(date) AS date
                         FROM collection_promise
                        WHERE state = 'open' AND date >= %s AND %s
                     GROUP BY case_id) promised ON promised.case_id = subject.case_id
            """,
            today,
            case_ids,
        )

    @api.model
    def _subjects(self, condition):
        """Return the SQL of `subject` for the open cases that meet a condition (on collection_case)."""
        return SQL(
            """
            (SELECT id AS case_id, debtor_id, strategy_id, amount_claim AS claim, promise_broken, oldest_due_date,
                    stage, next_action_date, hold_until, last_contact_date, date_open, call_at
               FROM collection_case
              WHERE state = 'open' AND %s) subject
            """,
            condition,
        )

    @api.model
    def _score(self, today, company=None, case_ids=None):
        """Write the points and the day of open cases where they have changed. One statement.

        :param today: datetime.date
        :param company: res.company (its root is taken), or None for every one
        :param case_ids: ids of collection.case, or None for all
        """
        self.flush_model()
        self.env["collection.debtor"].flush_model()
        self.env["collection.promise"].flush_model()
        condition, of_promises = SQL("true"), SQL("true")
        if case_ids is not None:
            condition, of_promises = SQL("id = ANY(%s)", list(case_ids)), SQL("case_id = ANY(%s)", list(case_ids))
        if company:
            condition = SQL("%s AND company_id = %s", condition, company.root_id.id)
        # compiling costs more than the statement takes
        self.env.cr.execute("SET LOCAL jit = off")
        self.env.cr.execute(
            SQL(
                """
                WITH scored AS (
                    SELECT subject.case_id, %(points)s AS points, %(day)s AS day
                      FROM %(subject)s
                      %(joins)s
                )
                UPDATE collection_case c
                   SET worklist_points = scored.points, worklist_date = scored.day
                  FROM scored
                 WHERE c.id = scored.case_id
                   AND (c.worklist_points, c.worklist_date) IS DISTINCT FROM (scored.points, scored.day)
                """,
                points=self._worklist_points(today),
                day=self._worklist_day(today),
                subject=self._subjects(condition),
                joins=self._subject_joins(today, of_promises),
            )
        )
        self.invalidate_model(["worklist_points", "worklist_date", "worklist_parts"])

    @api.model
    def _score_positions(self, today):
        """Add the points and the day to collection_tmp_position, which assess writes on the cases."""
        self.env.cr.execute(
            SQL(
                """
                ALTER TABLE collection_tmp_position ADD COLUMN worklist_points int, ADD COLUMN worklist_date date;
                WITH subject AS (
                    SELECT position.partner_id, position.case_id, position.debtor_id, position.strategy_id,
                           position.claim, position.promise_broken, position.oldest_due_date, position.stage,
                           position.next_action_date, position.hold_until,
                           c.last_contact_date, coalesce(c.date_open, %(today)s) AS date_open, c.call_at
                      FROM collection_tmp_position position
                 LEFT JOIN collection_case c ON c.id = position.case_id
                ),
                scored AS (
                    SELECT subject.partner_id, %(points)s AS points, %(day)s AS day
                      FROM subject
                      %(joins)s
                )
                UPDATE collection_tmp_position position
                   SET worklist_points = scored.points, worklist_date = scored.day
                  FROM scored
                 WHERE position.partner_id = scored.partner_id
                """,
                today=today,
                points=self._worklist_points(today),
                day=self._worklist_day(today),
                joins=self._subject_joins(today, SQL("case_id IN (SELECT case_id FROM collection_tmp_position)")),
            )
        )

    @api.model
    def _worklist_values(self, case_ids, today):
        """Return {case id: (id of its strategy or None, {kind of a rule: the number it looks at, None: none})}."""
        measures = self._worklist_measures(today)
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                "SELECT subject.case_id, subject.strategy_id, %s FROM %s %s",
                SQL(", ").join(measures.values()),
                self._subjects(SQL("id = ANY(%s)", list(case_ids))),
                self._subject_joins(today, SQL("case_id = ANY(%s)", list(case_ids))),
            )
        )
        return {id_: (strategy, dict(zip(measures, values, strict=True))) for id_, strategy, *values in rows}
