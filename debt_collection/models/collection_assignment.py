"""Who had a debtor when: the collector, strategy and level of a past day, which a case does not remember."""

from odoo import api, fields, models
from odoo.tools import SQL

from ..fields import BareMany2one


class CollectionAssignment(models.Model):
    _name = "collection.assignment"
    _description = "Dated Assignment"
    _order = "date_from desc, id desc"
    _rec_name = "date_from"
    _log_access = False

    company_id = BareMany2one("res.company", required=True, readonly=True)
    debtor_id = fields.Many2one("collection.debtor", required=True, ondelete="cascade", readonly=True)
    user_id = BareMany2one("res.users", string="Collector", readonly=True)
    strategy_id = BareMany2one("collection.strategy", readonly=True)
    level_id = BareMany2one("collection.level", readonly=True)
    date_from = fields.Date(string="From", required=True, readonly=True)
    date_to = fields.Date(string="To", readonly=True, help="The last day; empty: still.")

    _debtor_day_uniq = models.Constraint("UNIQUE(debtor_id, date_from)", "A debtor is assigned once a day.")
    _current = models.UniqueIndex("(debtor_id) WHERE date_to IS NULL")

    @api.model
    def _follow(self, company, today, debtor_ids=None):
        """Note the collector, strategy and level of each debtor's latest case where they have changed; two statements.

        A closed case counts until the next one opens: what its debtor pays is to the credit of who collected it. A
        day has one assignment: what changes again on the same day takes its place.
        :param company: res.company (its root is taken)
        :param today: datetime.date, the first day of what is noted
        :param debtor_ids: ids of collection.debtor, or None for all of the company
        """
        self.flush_model()
        self.env["collection.case"].flush_model()
        changed = SQL(
            """
            -- a user's day may be ahead of the scheduled action's
            SELECT latest.debtor_id, latest.user_id, latest.strategy_id, latest.level_id,
                   greatest(%s, current.date_from) AS date_from
              FROM (SELECT DISTINCT ON (debtor_id) debtor_id, user_id, strategy_id, level_id
                      FROM collection_case
                     WHERE company_id = %s AND debtor_id IS NOT NULL %s
                  ORDER BY debtor_id, state = 'open' DESC, id DESC) latest
         LEFT JOIN collection_assignment current
                ON current.debtor_id = latest.debtor_id AND current.date_to IS NULL
             WHERE current.id IS NULL
                OR (latest.user_id, latest.strategy_id, latest.level_id)
                   IS DISTINCT FROM (current.user_id, current.strategy_id, current.level_id)
            """,
            today,
            company.root_id.id,
            SQL("AND debtor_id = ANY(%s)", list(debtor_ids)) if debtor_ids is not None else SQL(),
        )
        self.env.cr.execute(
            SQL(
                """
                WITH changed AS (%(changed)s),
                ended AS (
                    UPDATE collection_assignment ended
                       SET date_to = changed.date_from - 1
                      FROM changed
                     WHERE ended.debtor_id = changed.debtor_id AND ended.date_to IS NULL
                       AND ended.date_from < changed.date_from
                )
                SELECT debtor_id, user_id, strategy_id, level_id, date_from FROM changed
                """,
                changed=changed,
            )
        )
        rows = self.env.cr.fetchall()
        if not rows:
            return
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO collection_assignment (company_id, debtor_id, user_id, strategy_id, level_id, date_from)
                SELECT %(company)s, changed.*
                  FROM unnest(%(debtors)s::int[], %(users)s::int[], %(strategies)s::int[], %(levels)s::int[],
                              %(days)s::date[]) changed
                    ON CONFLICT (debtor_id, date_from)
                    DO UPDATE SET user_id = excluded.user_id, strategy_id = excluded.strategy_id,
                                  level_id = excluded.level_id
                """,
                company=company.root_id.id,
                **dict(
                    zip(
                        ("debtors", "users", "strategies", "levels", "days"),
                        (list(column) for column in zip(*rows, strict=True)),
                        strict=True,
                    )
                ),
            )
        )
        self.invalidate_model()

    @api.model
    def _assigned(self, company, partner, at):
        """Return the SQL of a lateral join that names who had a debtor on a day: columns of `assigned`.

        :param company: res.company (its root is taken)
        :param partner: SQL of the id of the commercial entity, as it is today
        :param at: SQL of the day, or a datetime.date
        :return: SQL `LEFT JOIN LATERAL (...) assigned ON true`: user_id, strategy_id, level_id; NULL before the first
            assignment
        """
        return SQL(
            """
            LEFT JOIN LATERAL (
                SELECT assignment.user_id, assignment.strategy_id, assignment.level_id
                  FROM collection_debtor debtor
                  JOIN collection_assignment assignment ON assignment.debtor_id = debtor.id
                 WHERE debtor.company_id = %(company)s AND debtor.partner_id = %(partner)s
                   AND assignment.date_from <= %(at)s
                   AND (assignment.date_to IS NULL OR assignment.date_to >= %(at)s)
            ) assigned ON true
            """,
            company=company.root_id.id,
            partner=partner,
            at=at,
        )
