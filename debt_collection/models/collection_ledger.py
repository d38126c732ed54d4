"""What counts as owed, due, credited and excluded: the only code that decides it.

How it works. Every question starts from the same table expressions over Odoo's own journal items:

* `open_line`: posted receivable lines that are not reconciled, one per instalment, with their debtor (the
  commercial entity of the partner, as it is today) within a root company and its branches;
* `line`: the same with what has been agreed on each (see collection_ledger_commitments.py), and of the debits, owed to
  us, what remains of the undisputed part once the debtor's unapplied credits (payments and credit notes) are virtually
  applied within the currency, oldest due first.

`no_followup` excludes debits only: Odoo sets it by default on general journals, and a credit from an opening balance
is the debtor's money all the same (DESIGN.md, rule 4).
"""

from odoo import api, models
from odoo.tools import SQL


class CollectionLedger(models.AbstractModel):
    _name = "collection.ledger"
    _description = "Collection Ledger"

    @api.model
    def _prepare(self):
        """Flush what the SQL of this model reads."""
        self.env["account.move.line"].flush_model()
        self.env["res.partner"].flush_model(["commercial_partner_id", "parent_id"])
        for model in (
            "debtor", "item", "strategy", "level", "case",
            "promise", "promise.line", "plan", "plan.item", "dispute", "dispute.line", "write.off", "write.off.line",
        ):  # fmt: skip
            self.env[f"collection.{model}"].flush_model()

    @api.model
    def _ctes(self, company, partner_ids=None):
        """Return the SQL of `open_line`, `credit` and `line` for a company's root, without the word WITH.

        :param company: a res.company; its root and all the root's branches are read
        :param partner_ids: ids of the commercial entities to read, or None for all
        :return: SQL. `line` has a row per open line: line_id, move_id, company_id, partner_id, currency_id, date_due,
            residual, disputed and claim (company currency), residual_currency, original_currency, disputed_currency and
            claim_currency (line's currency), is_debit, no_followup, move_name, date_invoice, and of `committed`
            is_planned, promised_until, instalment_on, resolve_by and judge_on. Of debits all amounts are positive;
            `claim` is what is left of the undisputed part after credits.
        """
        # relies on account_move_line_unreconciled_index (account_id, partner_id) WHERE reconciled IS NOT TRUE
        return SQL(
            """
            %(open_line)s,
            credit AS (
                SELECT partner_id, currency_id, -sum(residual_currency) AS amount_currency
                  FROM open_line
                 WHERE NOT is_debit
              GROUP BY partner_id, currency_id
            ),
            %(committed)s,
            pursued AS (
                SELECT open_line.*,
                       CASE WHEN is_debit AND NOT no_followup
                            THEN least(coalesce(committed.disputed_currency, 0), residual_currency)
                            ELSE 0
                       END AS disputed_currency,
                       coalesce(committed.is_planned, false) AS is_planned,
                       committed.promised_until, committed.instalment_on, committed.resolve_by, committed.judge_on
                  FROM open_line
             LEFT JOIN committed ON committed.line_id = open_line.line_id
            ),
            -- the credits of a debtor are taken off what fell due first; most debtors have none
            covered AS (
                SELECT line_id,
                       -- rounding dust is not a debt
                       CASE WHEN open_currency < rounding / 2 THEN 0 ELSE open_currency END AS open_currency
                  FROM (SELECT pursued.line_id, currency.rounding,
                               least(residual_currency - disputed_currency,
                                     greatest(sum(residual_currency - disputed_currency)
                                                  OVER (PARTITION BY partner_id, currency_id ORDER BY date_due, line_id)
                                              - credit.amount_currency, 0)) AS open_currency
                          FROM pursued
                          JOIN credit USING (partner_id, currency_id)
                          JOIN res_currency currency ON currency.id = currency_id
                         WHERE is_debit AND NOT no_followup) running
            ),
            uncovered AS (
                SELECT pursued.*,
                       CASE WHEN no_followup OR NOT is_debit THEN 0
                            ELSE coalesce(covered.open_currency, residual_currency - disputed_currency)
                       END AS claim_currency
                  FROM pursued
             LEFT JOIN covered ON covered.line_id = pursued.line_id
            ),
            line AS (
                SELECT uncovered.*,
                       CASE WHEN claim_currency = 0 THEN 0
                            WHEN claim_currency = residual_currency THEN residual
                            ELSE round(residual * claim_currency / residual_currency, %(digits)s)
                       END AS claim,
                       CASE WHEN disputed_currency = 0 THEN 0
                            WHEN disputed_currency = residual_currency THEN residual
                            ELSE round(residual * disputed_currency / residual_currency, %(digits)s)
                       END AS disputed
                  FROM uncovered
            )
            """,
            open_line=self._open_line_cte(company, partner_ids),
            committed=self._committed_cte(partner_ids),
            digits=company.root_id.sudo().currency_id.decimal_places,
        )

    @api.model
    def _open_line_cte(self, company, partner_ids=None):
        """Return the SQL of `open_line`: the posted receivable lines that are not reconciled, see `_ctes`."""
        self.env["account.account"].flush_model(["account_type"])
        # what stands on an account that was archived since is owed all the same; each account with nothing open would
        # be looked up for every debtor
        accounts = self.env.execute_query(
            SQL(
                """
                SELECT a.id
                  FROM account_account a
                 WHERE a.account_type = 'asset_receivable'
                   AND EXISTS (SELECT FROM account_move_line l WHERE l.account_id = a.id AND l.reconciled IS NOT TRUE)
                """
            )
        )
        companies = self._branches(company)
        restriction = SQL()
        if partner_ids is not None:
            restriction = SQL("AND p.commercial_partner_id = ANY(%s)", list(partner_ids))
        return SQL(
            """
            open_line AS (
                SELECT l.id AS line_id,
                       l.move_id,
                       l.company_id,
                       p.commercial_partner_id AS partner_id,
                       l.currency_id,
                       coalesce(l.date_maturity, l.date) AS date_due,
                       l.amount_residual AS residual,
                       l.amount_residual_currency AS residual_currency,
                       l.amount_currency AS original_currency,
                       coalesce(l.no_followup, false) AS no_followup,
                       l.amount_residual_currency > 0
                           OR (l.amount_residual_currency = 0 AND l.amount_residual > 0) AS is_debit,
                       l.move_name,
                       coalesce(l.invoice_date, l.date) AS date_invoice
                  FROM account_move_line l
                  JOIN res_partner p ON p.id = l.partner_id
                 WHERE l.account_id = ANY(%(accounts)s)
                   AND l.reconciled IS NOT TRUE
                   AND l.parent_state = 'posted'
                   AND l.company_id = ANY(%(companies)s)
                   AND (l.amount_residual != 0 OR l.amount_residual_currency != 0)
                   %(restriction)s
            )
            """,
            accounts=[account_id for (account_id,) in accounts],
            companies=companies.ids,
            restriction=restriction,
        )

    @api.model
    def _chased_cte(self, condition):
        """Return the SQL of `chased`: the rows of `line`, with where the item of each stands.

        :param condition: SQL, which lines

        Adds item_id, case_id, round, level_id, level_date, item_hold_until and item_original; NULL without an item.
        """
        return SQL(
            """
            chased AS (
                SELECT line.*,
                       item.id AS item_id, item.case_id AS item_case_id, item.round, item.level_id, item.level_date,
                       item.hold_until AS item_hold_until, item.amount_original AS item_original
                  FROM line
             LEFT JOIN collection_item item ON item.move_line_id = line.line_id
                 WHERE %s
            )
            """,
            condition,
        )

    @api.model
    def _steps(self, company, partners, today):
        """Return the open debits of some debtors with the step that is next for each (see collection.strategy).

        :return: {partner id: [dict, oldest due first]}: the columns of `step`, and of the debtor's `position`
            total_claim (overdue), total_not_due, total_disputed, excess_credit and foreign_credit
        """
        self._prepare()
        rows = self._fetch(
            SQL(
                """
                WITH %(ledger)s, %(position)s, %(chased)s, %(steps)s
                SELECT step.*, position.claim AS total_claim, position.not_due_claim AS total_not_due,
                       position.disputed AS total_disputed, position.excess_credit, position.foreign_credit
                  FROM step
                  JOIN position ON position.partner_id = step.partner_id
              ORDER BY step.date_due, step.line_id
                """,
                position=self._position_cte(today),
                chased=self._chased_cte(SQL("is_debit")),
                ledger=self._ctes(company, self._commercial_ids(partners)),
                steps=self.env["collection.strategy"]._step_ctes(company.root_id, today),
            )
        )
        steps = {}
        for row in rows:
            steps.setdefault(row["partner_id"], []).append(row)
        return steps

    @api.model
    def _excluded(self, company):
        """Return (number, amount in company currency) of open receivable debits that `no_followup` excludes."""
        self._prepare()
        [(number, amount)] = self.env.execute_query(
            SQL(
                "WITH %s SELECT count(*), coalesce(sum(residual), 0) FROM line WHERE is_debit AND no_followup",
                self._ctes(company),
            )
        )
        return number, amount

    @api.model
    def _branches(self, company):
        """Return a company's root with all its branches, archived ones too."""
        # sudo: branches are read to find the lines; the callers check access to what they show
        companies = self.env["res.company"].sudo().with_context(active_test=False)
        return companies.search([("id", "child_of", company.root_id.id)])

    @api.model
    def _commercial_ids(self, partners):
        # sudo: only the link to the commercial entity is read
        return (
            None if partners is None else partners.sudo().with_context(prefetch_fields=False).commercial_partner_id.ids
        )

    @api.model
    def _fetch(self, query):
        self.env.cr.execute(query)
        return self.env.cr.dictfetchall()
