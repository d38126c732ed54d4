"""What counts as owed, due, credited and excluded: the only code that decides it.

How it works. Every question starts from the same table expressions over Odoo's own journal items:

* `open_line`: posted receivable lines that are not reconciled, one per instalment, with their debtor (the
  commercial entity of the partner, as it is today) within a root company and its branches;
* `line`: the same, and of the debits, owed to us, what remains of each once the debtor's unapplied credits (payments
  and credit notes) are virtually applied within the currency, oldest due first.

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
        for model in ("debtor", "item", "strategy", "level", "case"):
            self.env[f"collection.{model}"].flush_model()

    @api.model
    def _ctes(self, company, partner_ids=None):
        """Return the SQL of `open_line`, `credit` and `line` for a company's root, without the word WITH.

        :param company: a res.company; its root and all the root's branches are read
        :param partner_ids: ids of the commercial entities to read, or None for all
        :return: SQL. `line` has a row per open line: line_id, move_id, company_id, partner_id, currency_id, date_due,
            residual and claim (company currency), residual_currency, original_currency and claim_currency (line's
            currency), is_debit, no_followup, move_name, date_invoice. Of debits all amounts are positive; `claim` is
            what is left after credits.
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
            -- the credits of a debtor are taken off what fell due first; most debtors have none
            covered AS (
                SELECT line_id,
                       -- rounding dust is not a debt
                       CASE WHEN open_currency < rounding / 2 THEN 0 ELSE open_currency END AS open_currency
                  FROM (SELECT open_line.line_id, currency.rounding,
                               least(residual_currency,
                                     greatest(sum(residual_currency) OVER (PARTITION BY partner_id, currency_id
                                                                               ORDER BY date_due, line_id)
                                              - credit.amount_currency, 0)) AS open_currency
                          FROM open_line
                          JOIN credit USING (partner_id, currency_id)
                          JOIN res_currency currency ON currency.id = currency_id
                         WHERE is_debit AND NOT no_followup) running
            ),
            uncovered AS (
                SELECT open_line.*,
                       CASE WHEN no_followup OR NOT is_debit THEN 0
                            ELSE coalesce(covered.open_currency, residual_currency)
                       END AS claim_currency
                  FROM open_line
             LEFT JOIN covered ON covered.line_id = open_line.line_id
            ),
            line AS (
                SELECT uncovered.*,
                       CASE WHEN claim_currency = 0 THEN 0
                            WHEN claim_currency = residual_currency THEN residual
                            ELSE round(residual * claim_currency / residual_currency, %(digits)s)
                       END AS claim
                  FROM uncovered
            )
            """,
            open_line=self._open_line_cte(company, partner_ids),
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
        # sudo: branches are read to find the lines; the callers check access to what they show
        companies = (
            self.env["res.company"]
            .sudo()
            .with_context(active_test=False)
            .search([("id", "child_of", company.root_id.id)])
        )
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
    def _position_cte(self, today, more=None):
        """Return the SQL of `position`: a row per debtor with something open, from `line`.

        :param today: datetime.date; a line is overdue when its due date is before it
        :param more: SQL of further aggregates over `line`, each after a comma
        :return: SQL. Amounts in company currency: due (all open debits before credits), overdue (past due,
            `no_followup` left out), credit, claim (overdue less credits), not_due_claim, excess_credit (credits that
            found nothing to cover in their currency); oldest_due_date of what is claimed, next_due_date of what is
            not yet due; foreign_credit: there is a claim, and a credit is left over in another currency.
        """
        return SQL(
            """
            owed AS (
                SELECT partner_id,
                       coalesce(sum(residual) FILTER (WHERE is_debit), 0) AS due,
                       coalesce(sum(residual) FILTER (WHERE is_debit AND date_due < %(today)s AND NOT no_followup), 0)
                           AS overdue,
                       coalesce(sum(claim) FILTER (WHERE date_due < %(today)s), 0) AS claim,
                       coalesce(sum(claim) FILTER (WHERE date_due >= %(today)s), 0) AS not_due_claim,
                       coalesce(-sum(residual) FILTER (WHERE NOT is_debit), 0) AS credit,
                       min(date_due) FILTER (WHERE date_due < %(today)s AND claim > 0) AS oldest_due_date,
                       min(date_due) FILTER (WHERE date_due >= %(today)s AND claim > 0) AS next_due_date
                       %(more)s
                  FROM line
              GROUP BY partner_id
            ),
            -- per currency, for the few debtors who have a credit
            balance AS (
                SELECT partner_id, currency_id,
                       -sum(residual) FILTER (WHERE NOT is_debit) AS credit,
                       -sum(residual_currency) FILTER (WHERE NOT is_debit) AS credit_currency,
                       coalesce(sum(residual_currency) FILTER (WHERE is_debit AND NOT no_followup), 0)
                           AS followed_currency
                  FROM line
                 WHERE partner_id IN (SELECT partner_id FROM line WHERE NOT is_debit)
              GROUP BY partner_id, currency_id
            ),
            excess AS (
                SELECT partner_id, sum(credit * (credit_currency - followed_currency) / credit_currency) AS amount
                  FROM balance
                 WHERE credit_currency > followed_currency
              GROUP BY partner_id
            ),
            position AS (
                SELECT owed.*,
                       coalesce(excess.amount, 0) AS excess_credit,
                       owed.claim > 0 AND coalesce(excess.amount, 0) > 0 AS foreign_credit
                  FROM owed
             LEFT JOIN excess USING (partner_id)
            )
            """,
            today=today,
            more=more or SQL(),
        )

    @api.model
    def _positions(self, company, partners=None, today=None):
        """Return what each debtor of a company owes now, straight from the journal items.

        :param company: res.company (its root is taken)
        :param partners: res.partner, any contacts; their commercial entities are read; None for all
        :param today: datetime.date, default the user's today
        :return: {partner id: dict of the columns of `position`}, amounts in company currency, positive
        """
        today = today or self.env["collection.case"]._today()
        self._prepare()
        return {
            row["partner_id"]: row
            for row in self._fetch(
                SQL(
                    "WITH %s, %s SELECT * FROM position",
                    self._ctes(company, self._commercial_ids(partners)),
                    self._position_cte(today),
                )
            )
        }

    @api.model
    def _steps(self, company, partners, today):
        """Return the open debits of some debtors with the step that is next for each (see collection.strategy).

        :return: {partner id: [dict, oldest due first]}: the columns of `step`, and the invoice's name, date and
            payment reference
        """
        self._prepare()
        rows = self._fetch(
            SQL(
                """
                WITH %(ledger)s, %(chased)s, %(steps)s
                SELECT * FROM step ORDER BY date_due, line_id
                """,
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
    def _commercial_ids(self, partners):
        # sudo: only the link to the commercial entity is read
        return (
            None if partners is None else partners.sudo().with_context(prefetch_fields=False).commercial_partner_id.ids
        )

    @api.model
    def _fetch(self, query):
        self.env.cr.execute(query)
        return self.env.cr.dictfetchall()
