"""What collectors have reached of their targets: read from the ledger and the log, in a statement a company."""

from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.query import Query

RESULTS = ("collected", "promise_count", "contact_count")


class CollectionTarget(models.Model):
    _inherit = "collection.target"

    collected = fields.Monetary(
        compute="_compute_results",
        help="Money received, less what went back, from the debtors who were the collector's on the day.",
    )
    promise_count = fields.Integer(
        string="Promises", compute="_compute_results", help="Made by these debtors in the month and not cancelled."
    )
    contact_count = fields.Integer(
        string="Contacts",
        compute="_compute_results",
        help="Calls, visits and messages that the collector made in the month, by the contact log. Notices that "
        "left by themselves are none.",
    )
    reached = fields.Float(string="Reached (%)", compute="_compute_reached", aggregator=None)
    promise_reached = fields.Float(string="Promises (%)", compute="_compute_reached", aggregator=None)
    contact_reached = fields.Float(string="Contacts (%)", compute="_compute_reached", aggregator=None)

    @api.depends("company_id", "user_id", "month")
    def _compute_results(self):
        self.update(dict.fromkeys(RESULTS, 0))
        saved = self.filtered(lambda target: isinstance(target.id, int))
        for company, targets in saved.grouped("company_id").items():
            self._flush_results()
            for row in self.env.execute_query_dict(self._results_of(company, SQL("target.id = ANY(%s)", targets.ids))):
                self.browse(row.pop("id")).update(row)

    @api.depends("collected", "promise_count", "contact_count", "amount", "promise_target", "contact_target")
    def _compute_reached(self):
        for target in self:
            target.reached = 100 * target.collected / target.amount if target.amount else 0
            target.promise_reached = 100 * target.promise_count / target.promise_target if target.promise_target else 0
            target.contact_reached = 100 * target.contact_count / target.contact_target if target.contact_target else 0

    @api.model
    def _flush_results(self):
        self.flush_model()
        self.env["account.move.line"].flush_model()
        for name in ("assignment", "debtor", "case", "promise", "contact"):
            self.env[f"collection.{name}"].flush_model()

    @api.model
    def _results_of(self, company, condition):
        """Return the SQL of the results of targets of a company: id, collected, promise_count, contact_count.

        :param company: res.company, a root
        :param condition: SQL on `target`
        """
        # relies on account_move_line_date_name_id_idx (date DESC, ...): the lines of the months asked for
        return SQL(
            """
            WITH target AS MATERIALIZED (
                SELECT id, user_id, month AS first, (month + interval '1 month')::date AS next
                  FROM collection_target target
                 WHERE company_id = %(company)s AND %(condition)s
            ),
            month AS (SELECT DISTINCT first, next FROM target),
            received AS (
                SELECT month.first, assigned.user_id, -sum(line.balance) AS amount
                  FROM month
                  JOIN account_move_line line ON line.date >= month.first AND line.date < month.next
                  JOIN account_account account ON account.id = line.account_id
                                              AND account.account_type = 'asset_receivable'
                  JOIN account_journal journal ON journal.id = line.journal_id
                                              AND journal.type IN ('bank', 'cash', 'credit')
                  JOIN res_partner partner ON partner.id = line.partner_id
                  %(received_from)s
                 WHERE line.parent_state = 'posted' AND line.company_id = ANY(%(companies)s)
              GROUP BY month.first, assigned.user_id
            ),
            promised AS (
                SELECT month.first, assigned.user_id, count(*) AS number
                  FROM month
                  JOIN collection_promise promise ON promise.date_made >= month.first AND promise.date_made < month.next
                  JOIN collection_case c ON c.id = promise.case_id AND c.company_id = %(company)s
                  %(promised_by)s
                 WHERE promise.state != 'cancelled'
              GROUP BY month.first, assigned.user_id
            ),
            contacted AS (
                SELECT month.first, contact.user_ref AS user_id, count(*) AS number
                  FROM month
                  JOIN collection_contact contact ON contact.date >= month.first AND contact.date < month.next
                 WHERE contact.company_id = %(company)s
                   AND contact.direction = 'out'
                   AND contact.channel = ANY(%(by_hand)s)
                   AND contact.corrects_id IS NULL
                   -- what came to nothing is no contact made
                   AND contact.outcome NOT IN ('scheduled', 'skipped', 'failed', 'unknown', 'override')
              GROUP BY month.first, contact.user_ref
            )
            SELECT target.id, coalesce(received.amount, 0) AS collected,
                   coalesce(promised.number, 0) AS promise_count, coalesce(contacted.number, 0) AS contact_count
              FROM target
         LEFT JOIN received ON received.first = target.first AND received.user_id = target.user_id
         LEFT JOIN promised ON promised.first = target.first AND promised.user_id = target.user_id
         LEFT JOIN contacted ON contacted.first = target.first AND contacted.user_id = target.user_id
            """,
            company=company.id,
            condition=condition,
            companies=self.env["collection.ledger"]._branches(company).ids,
            received_from=self.env["collection.assignment"]._assigned(
                company, SQL("partner.commercial_partner_id"), SQL("line.date")
            ),
            promised_by=self.env["collection.assignment"]._assigned(
                company, SQL("c.partner_id"), SQL("promise.date_made")
            ),
            by_hand=self.env["collection.channel"]._by_hand(),
        )

    def _read_group_select(self, aggregate_spec, query: Query):
        """Results can be added up in a pivot and a graph, though no column holds them."""
        name, _colon, function = aggregate_spec.partition(":")
        if name not in RESULTS or function != "sum":
            return super()._read_group_select(aggregate_spec, query)
        alias = query.make_alias(self._table, "result")
        self._flush_results()
        # sudo: the roots of the companies at hand; which targets are read is decided by the query
        companies = self.env.companies.sudo().root_id
        results = SQL(" UNION ALL ").join(
            SQL("SELECT * FROM (%s) of_company", self._results_of(company, SQL("true"))) for company in companies
        )
        query.add_join(
            "LEFT JOIN",
            alias,
            SQL("(%s)", results),
            SQL("%s = %s", SQL.identifier(alias, "id"), SQL.identifier(self._table, "id")),
        )
        return SQL("SUM(%s)", SQL.identifier(alias, name))
