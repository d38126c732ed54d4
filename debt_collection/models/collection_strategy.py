"""What should happen when: the levels an item climbs, and the one rule that says which step is next."""

from odoo import api, fields, models
from odoo.tools import SQL


class CollectionStrategy(models.Model):
    _name = "collection.strategy"
    _description = "Collection Strategy"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", domain=[("parent_id", "=", False)], help="Empty: every company may follow this strategy."
    )
    level_ids = fields.One2many("collection.level", "strategy_id", string="Levels", copy=True)
    min_gap_days = fields.Integer(
        string="Days Between Two Contacts",
        default=5,
        help="A debtor is not contacted again before this many days have passed since the last notice that left.",
    )
    min_amount = fields.Monetary(
        string="Minimum Overdue",
        currency_field="currency_id",
        help="A debtor who owes less than this, past due and after credits, in the company's currency, gets no case.",
    )
    automatic = fields.Boolean(
        string="Send Without Asking",
        help="Off: every step is proposed and waits for a person's approval. "
        "On: the steps whose level also runs by itself are sent without asking.",
    )
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")

    _min_gap_positive = models.Constraint(
        "CHECK(min_gap_days >= 0)", "The days between two contacts cannot be negative."
    )
    _min_amount_positive = models.Constraint("CHECK(min_amount >= 0)", "The minimum overdue cannot be negative.")

    @api.depends("company_id")
    @api.depends_context("company")
    def _compute_currency_id(self):
        for strategy in self:
            strategy.currency_id = (strategy.company_id or self.env.company).currency_id

    @api.ondelete(at_uninstall=False)
    def _unlink_unused(self):
        # the database deletes the levels of a strategy with it, and asks nobody
        self.with_context(active_test=False).level_ids._unlink_unused()
        # sudo: the cases of whatever company go on with another strategy, or none
        self.env["collection.case"].sudo().search([("strategy_id", "in", self.ids)]).strategy_id = False

    @api.model
    def _step_ctes(self, company, today):
        """Return the SQL of the table expression `step`: for each row of `chased`, what comes next and when.

        Reads `chased` (see collection.ledger) and the tables of debtors, levels and strategies. An item climbs one
        level at a time, by its own days overdue; the next level waits for the longer of the strategy's minimum gap
        and the difference of the two delays, counted from the last notice that really left (DESIGN.md, rule 3). A
        level before the due date is for items not yet due, and only for those.
        """
        # a rule in one place: assess shows what it says, propose and dispatch act on it
        return SQL(
            """
            -- from the due date on: the lowest level above the one an item has (0: none)
            level_above AS (
                SELECT DISTINCT ON (l.strategy_id, coalesce(reached.id, 0))
                       l.strategy_id, coalesce(reached.id, 0) AS level_id, l.id
                  FROM collection_level l
            CROSS JOIN (SELECT id, delay_days FROM collection_level UNION ALL SELECT NULL, NULL) reached
                 WHERE l.active AND l.delay_days >= 0
                   AND (reached.id IS NULL OR l.delay_days > reached.delay_days)
              ORDER BY l.strategy_id, coalesce(reached.id, 0), l.delay_days
            ),
            -- computed once: the planner would evaluate the sub-select wherever its column is named
            climbing AS MATERIALIZED (
                SELECT chased.*,
                       debtor.id AS debtor_id,
                       debtor.last_notice_date,
                       CASE WHEN debtor.do_not_follow_up THEN debtor.do_not_follow_up_until END AS left_alone_until,
                       debtor.legal_status,
                       CASE WHEN debtor.legal_status IS NOT NULL THEN debtor.representative_id END AS representative_id,
                       %(left_alone)s AS left_alone,
                       coalesce(debtor.strategy_id, %(default_strategy)s) AS strategy_id,
                       strategy.min_gap_days,
                       strategy.min_amount AS strategy_min_amount,
                       level.delay_days AS level_delay,
                       level.min_amount AS level_min_amount,
                       CASE WHEN chased.date_due > %(today)s THEN (
                           -- the latest note that is due, else the first level there is
                           SELECT l.id
                             FROM collection_level l
                            WHERE l.strategy_id = strategy.id
                              AND l.active
                              AND (level.id IS NULL OR l.delay_days > level.delay_days)
                         ORDER BY (l.delay_days < 0 AND chased.date_due + l.delay_days <= %(today)s) DESC,
                                  CASE WHEN l.delay_days < 0 AND chased.date_due + l.delay_days <= %(today)s
                                       THEN -l.delay_days ELSE l.delay_days END
                            LIMIT 1
                       ) ELSE level_above.id END AS next_level_id
                  FROM chased
             LEFT JOIN collection_debtor debtor
                    ON debtor.company_id = %(company)s AND debtor.partner_id = chased.partner_id
             LEFT JOIN collection_strategy strategy ON strategy.id = coalesce(debtor.strategy_id, %(default_strategy)s)
             LEFT JOIN collection_level level ON level.id = chased.level_id
             LEFT JOIN level_above ON level_above.strategy_id = strategy.id
                                  AND level_above.level_id = coalesce(level.id, 0)
            ),
            step AS (
                SELECT climbing.*,
                       -- a plan, a promise and a hold keep an item from being reminded of
                       is_planned OR promised_until IS NOT NULL
                           OR coalesce(climbing.item_hold_until > %(today)s, false) AS held,
                       next_level.delay_days AS next_delay,
                       next_level.min_amount AS next_min_amount,
                       greatest(
                           climbing.date_due + next_level.delay_days,
                           climbing.level_date
                               + greatest(climbing.min_gap_days, next_level.delay_days - climbing.level_delay),
                           climbing.last_notice_date + climbing.min_gap_days,
                           climbing.item_hold_until,
                           climbing.promised_until + 1,
                           climbing.left_alone_until
                       ) AS next_date
                  FROM climbing
             LEFT JOIN collection_level next_level ON next_level.id = climbing.next_level_id
            )
            """,
            company=company.id,
            today=today,
            left_alone=self.env["collection.debtor"]._left_alone(today),
            default_strategy=company._collection_settings().collection_strategy_id.id or None,
        )
