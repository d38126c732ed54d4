"""What counts as owed, due, credited and excluded: the only code that decides it.

How it works. Every question starts from the same two table expressions over Odoo's own journal items:

* `open_line`: posted receivable lines that are not reconciled, one per instalment, with their debtor (the
  commercial entity of the partner, as it is today) within a root company and its branches;
* `debt`: the lines that are owed to us, each with what remains of it once the debtor's unapplied credits (payments
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
        self.env["account.move"].flush_model(["state", "name", "invoice_date", "payment_reference"])
        self.env["res.partner"].flush_model(["commercial_partner_id", "parent_id"])
        for model in ("debtor", "item", "strategy", "level", "case"):
            self.env[f"collection.{model}"].flush_model()

    @api.model
    def _ctes(self, company, partners=None):
        """Return the SQL of `open_line`, `credit` and `debt` for a company's root, without the word WITH.

        :param company: a res.company; its root and all the root's branches are read
        :param partners: commercial entities to read, or None for all
        :return: SQL. `debt` has, a row per open debit line: line_id, move_id, company_id, partner_id, currency_id,
            date_due, residual and claim (company currency), residual_currency, original_currency and claim_currency
            (line's currency), no_followup. All amounts are positive; `claim` is what is left after credits.
        """
        # sudo: accounts and branches are read to find the lines; the callers check access to what they show
        # what stands on an account that was archived since is owed all the same
        accounts = (
            self.env["account.account"]
            .sudo()
            .with_context(active_test=False)
            .search([("account_type", "=", "asset_receivable")])
        )
        companies = (
            self.env["res.company"]
            .sudo()
            .with_context(active_test=False)
            .search([("id", "child_of", company.root_id.id)])
        )
        restriction = SQL()
        if partners is not None:
            restriction = SQL(
                "AND l.partner_id IN (SELECT id FROM res_partner WHERE commercial_partner_id = ANY(%s))", partners.ids
            )
        # relies on account_move_line_unreconciled_index (account_id, partner_id) WHERE reconciled IS NOT TRUE
        return SQL(
            """
            open_line AS (
                SELECT l.id AS line_id,
                       l.move_id,
                       l.company_id,
                       coalesce(p.commercial_partner_id, p.id) AS partner_id,
                       l.currency_id,
                       coalesce(l.date_maturity, l.date) AS date_due,
                       l.amount_residual AS residual,
                       l.amount_residual_currency AS residual_currency,
                       l.amount_currency AS original_currency,
                       coalesce(l.no_followup, false) AS no_followup
                  FROM account_move_line l
                  JOIN res_partner p ON p.id = l.partner_id
                 WHERE l.account_id = ANY(%(accounts)s)
                   AND l.reconciled IS NOT TRUE
                   AND l.parent_state = 'posted'
                   AND l.company_id = ANY(%(companies)s)
                   AND (l.amount_residual != 0 OR l.amount_residual_currency != 0)
                   %(restriction)s
            ),
            credit AS (
                SELECT partner_id, currency_id, -sum(residual_currency) AS amount_currency, -sum(residual) AS amount
                  FROM open_line
                 WHERE residual_currency < 0 OR (residual_currency = 0 AND residual < 0)
              GROUP BY partner_id, currency_id
            ),
            running AS (
                SELECT open_line.*,
                       currency.rounding,
                       coalesce(credit.amount_currency, 0) AS credit_currency,
                       sum(CASE WHEN no_followup THEN 0 ELSE residual_currency END)
                           OVER (PARTITION BY open_line.partner_id, open_line.currency_id
                                     ORDER BY date_due, line_id) AS running_currency
                  FROM open_line
                  JOIN res_currency currency ON currency.id = open_line.currency_id
             LEFT JOIN credit ON credit.partner_id = open_line.partner_id
                             AND credit.currency_id = open_line.currency_id
                 WHERE residual_currency > 0 OR (residual_currency = 0 AND residual > 0)
            ),
            uncovered AS (
                SELECT running.*,
                       CASE WHEN no_followup THEN 0
                            ELSE least(residual_currency, greatest(running_currency - credit_currency, 0))
                       END AS open_currency
                  FROM running
            ),
            debt AS (
                SELECT line_id, move_id, company_id, partner_id, currency_id, date_due, residual, residual_currency,
                       original_currency, no_followup,
                       -- rounding dust is not a debt
                       CASE WHEN open_currency < rounding / 2 THEN 0 ELSE open_currency END AS claim_currency,
                       CASE WHEN open_currency < rounding / 2 THEN 0
                            WHEN open_currency = residual_currency THEN residual
                            ELSE round(residual * open_currency / residual_currency, %(digits)s)
                       END AS claim
                  FROM uncovered
            )
            """,
            accounts=accounts.ids,
            companies=companies.ids,
            restriction=restriction,
            digits=company.root_id.sudo().currency_id.decimal_places,
        )

    @api.model
    def _position_cte(self, today, source="debt"):
        """Return the SQL of `position`: a row per debtor with something open, from `debt` and `credit`.

        :param today: datetime.date; a line is overdue when its due date is before it
        :param source: the table (or table expression) that has the columns of `debt`
        :return: SQL. Amounts in company currency: due (all open debits before credits), overdue (past due,
            `no_followup` left out), credit, claim (overdue less credits), not_due_claim, excess_credit (credits that
            found nothing to cover in their currency); oldest_due_date of what is claimed, next_due_date of what is
            not yet due; foreign_credit: there is a claim, and a credit is left over in another currency.
        """
        return SQL(
            """
            owed AS (
                SELECT partner_id,
                       currency_id,
                       sum(residual) AS due,
                       coalesce(sum(residual) FILTER (WHERE date_due < %(today)s AND NOT no_followup), 0) AS overdue,
                       coalesce(sum(claim) FILTER (WHERE date_due < %(today)s), 0) AS claim,
                       coalesce(sum(claim) FILTER (WHERE date_due >= %(today)s), 0) AS not_due_claim,
                       coalesce(sum(residual_currency) FILTER (WHERE NOT no_followup), 0) AS followed_currency,
                       min(date_due) FILTER (WHERE date_due < %(today)s AND claim > 0) AS oldest_due_date,
                       min(date_due) FILTER (WHERE date_due >= %(today)s AND claim > 0) AS next_due_date
                  FROM %(source)s
              GROUP BY partner_id, currency_id
            ),
            balance AS (
                SELECT coalesce(owed.partner_id, credit.partner_id) AS partner_id,
                       owed.due, owed.overdue, owed.claim, owed.not_due_claim, owed.oldest_due_date, owed.next_due_date,
                       credit.amount AS credit,
                       CASE WHEN credit.amount_currency > coalesce(owed.followed_currency, 0)
                            THEN credit.amount * (credit.amount_currency - coalesce(owed.followed_currency, 0))
                                 / credit.amount_currency
                       END AS excess_credit
                  FROM owed
             FULL JOIN credit ON credit.partner_id = owed.partner_id AND credit.currency_id = owed.currency_id
            ),
            position AS (
                SELECT partner_id,
                       coalesce(sum(due), 0) AS due,
                       coalesce(sum(overdue), 0) AS overdue,
                       coalesce(sum(claim), 0) AS claim,
                       coalesce(sum(not_due_claim), 0) AS not_due_claim,
                       coalesce(sum(credit), 0) AS credit,
                       coalesce(sum(excess_credit), 0) AS excess_credit,
                       min(oldest_due_date) AS oldest_due_date,
                       min(next_due_date) AS next_due_date,
                       coalesce(sum(claim), 0) > 0 AND coalesce(sum(excess_credit), 0) > 0 AS foreign_credit
                  FROM balance
              GROUP BY partner_id
            )
            """,
            today=today,
            source=SQL.identifier(source),
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
                    self._ctes(company, self._commercial(partners)),
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
                WITH %(ledger)s, %(steps)s
                SELECT step.*, m.name AS move_name, coalesce(m.invoice_date, m.date) AS date_invoice,
                       m.payment_reference
                  FROM step
                  JOIN account_move m ON m.id = step.move_id
              ORDER BY step.date_due, step.line_id
                """,
                ledger=self._ctes(company, self._commercial(partners)),
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
                "WITH %s SELECT count(*), coalesce(sum(residual), 0) FROM debt WHERE no_followup",
                self._ctes(company),
            )
        )
        return number, amount

    @api.model
    def _commercial(self, partners):
        # sudo: only the link to the commercial entity is read
        return None if partners is None else partners.sudo().commercial_partner_id

    @api.model
    def _fetch(self, query):
        self.env.cr.execute(query)
        return self.env.cr.dictfetchall()
