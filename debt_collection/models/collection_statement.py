"""Statements of account: what a debtor owed at the beginning of a period, what happened, what it owed at the end.

How it works. A movement is a posted receivable line of the debtor, in the line's own currency, on its accounting date.
What is matched across currencies, or with a line of somebody else (a parent who pays for its subsidiary), leaves the
one and enters the other on the day of the matching: two movements more. So the closing balance of each currency is at
once the sum of its entries and what the ledger says is open at the end of that day, to the cent.
"""

from odoo import api, models
from odoo.tools import SQL


class CollectionStatement(models.AbstractModel):
    _name = "collection.statement"
    _description = "Statement of Account"

    @api.model
    def _statement(self, partner, company, date_from, date_to):
        """Return the statement of one debtor; see `_statements`."""
        return self._statements(partner, company, date_from, date_to)[partner.commercial_partner_id.id]

    @api.model
    def _statements(self, partners, company, date_from, date_to):
        """Return the statements of some debtors, in a few statements of SQL whatever their number.

        :param partners: res.partner, any contacts; their commercial entities are read
        :param company: res.company (its root and all its branches are read)
        :param date_from: datetime.date, the first day, or nothing: from the first entry on
        :param date_to: datetime.date, the last day
        :return: {id of commercial entity: {"currencies": [...], "total"}}. Per currency: currency, opening, movements,
            debit, credit, closing, open, ageing, open_credit and overdue; amounts in that currency, positive when owed
            to the company. movements: dicts with date, kind, number, reference, date_due, debit, credit, balance;
            open: dicts with number, date, date_due, days_late, amount, is_debit; ageing: [(bucket, label, amount)],
            debits alone. `total` is the closing balance in company currency, at book value: information.
        """
        date_from = date_from or None
        ids = partners.sudo().commercial_partner_id.ids  # sudo: only the link to the commercial entity is read
        self.env["collection.ledger"]._prepare()
        self.env["account.partial.reconcile"].flush_model()
        self.env["account.journal"].flush_model(["type"])
        accounts = {}
        for partner_id, currency, *balances in self._balances(ids, company, date_from, date_to):
            accounts[partner_id, currency] = self._account(currency, *balances)
        for row in self._movements(ids, company, date_from, date_to) if accounts else ():
            self._add_movement(accounts[row.pop("partner_id"), row.pop("currency")], row)
        totals = dict.fromkeys(ids, 0.0)
        for row in self._open_lines(ids, company, date_to) if accounts else ():
            totals[row["partner_id"]] += float(row.pop("residual"))
            account = accounts.get((row.pop("partner_id"), row.pop("currency")))
            if account:
                self._add_open(account, row)
        statements = {partner_id: {"currencies": [], "total": totals[partner_id]} for partner_id in ids}
        buckets = company.with_context(lang=self.env.lang)._collection_buckets()
        own = company.root_id.sudo().currency_id
        for (partner_id, currency), account in sorted(
            accounts.items(), key=lambda entry: (entry[0][1] != own, entry[0][1].name)
        ):
            if account["movements"] or account["open"] or not currency.is_zero(account["opening"]):
                account["ageing"] = [(key, label, currency.round(account["ageing"][key])) for key, label in buckets]
                statements[partner_id]["currencies"].append(account)
        return statements

    # ---- the figures ----------------------------------------------------------------------------------------------

    @api.model
    def _account(self, currency, opening, closing):
        """Return what the statement says in one currency, without what is listed."""
        return {
            "currency": currency,
            "opening": currency.round(float(opening)),
            "closing": currency.round(float(closing)),
            "running": float(opening),
            "debit": 0.0,
            "credit": 0.0,
            "movements": [],
            "open": [],
            "open_credit": 0.0,
            "overdue": 0.0,
            "ageing": dict.fromkeys(("not_due", "b1", "b2", "b3", "b4", "b5"), 0.0),
        }

    @api.model
    def _add_movement(self, account, row):
        currency = account["currency"]
        amount = float(row.pop("amount"))
        account["running"] = currency.round(account["running"] + amount)
        row.update(debit=max(amount, 0.0), credit=max(-amount, 0.0), balance=account["running"])
        for side in ("debit", "credit"):
            account[side] = currency.round(account[side] + row[side])
        account["movements"].append(row)

    @api.model
    def _add_open(self, account, row):
        currency = account["currency"]
        row["amount"] = amount = float(row["amount"])
        if currency.is_zero(amount):
            return  # of the rate alone: nothing of this currency is open
        if row["is_debit"]:
            account["ageing"][row["bucket"]] += amount
            if row["days_late"] > 0:
                account["overdue"] = currency.round(account["overdue"] + amount)
        else:
            account["open_credit"] = currency.round(account["open_credit"] - amount)
        account["open"].append(row)

    # ---- what it reads --------------------------------------------------------------------------------------------

    @api.model
    def _balances(self, ids, company, date_from, date_to):
        """Return [(partner id, res.currency, opening, closing)] of each debtor and currency with any entry."""
        rows = self.env.execute_query(
            SQL(
                """
                WITH %s
                SELECT partner_id, currency_id,
                       coalesce(sum(amount) FILTER (WHERE date < %s), 0), sum(amount)
                  FROM movement
              GROUP BY partner_id, currency_id
                """,
                self._movement_ctes(ids, company, date_to),
                date_from,
            )
        )
        currencies = self.env["res.currency"]
        return [(partner_id, currencies.browse(currency_id), *amounts) for partner_id, currency_id, *amounts in rows]

    @api.model
    def _movements(self, ids, company, date_from, date_to):
        """Return the movements of the period as dicts, of each debtor and currency in the order of their dates."""
        rows = self.env.execute_query_dict(
            SQL(
                """
                WITH %(movements)s
                SELECT movement.partner_id, movement.currency_id AS currency, movement.date, movement.amount,
                       CASE WHEN movement.other_id IS NOT NULL AND other.currency_id = movement.currency_id
                            THEN 'transfer'
                            WHEN movement.other_id IS NOT NULL THEN 'conversion'
                            WHEN m.move_type IN ('out_invoice', 'out_receipt') THEN 'invoice'
                            WHEN m.move_type = 'out_refund' THEN 'credit_note'
                            WHEN journal.type IN ('bank', 'cash', 'credit') AND movement.amount < 0 THEN 'payment'
                            WHEN journal.type IN ('bank', 'cash', 'credit') THEN 'refund'
                            WHEN journal.id = root.currency_exchange_journal_id THEN 'exchange'
                            WHEN EXISTS (SELECT FROM collection_write_off_line off WHERE off.entry_id = m.id)
                            THEN 'write_off'
                            ELSE 'entry'
                       END AS kind,
                       coalesce(l.move_name, m.name) AS number,
                       CASE WHEN movement.other_id IS NOT NULL THEN other.move_name
                            ELSE coalesce(nullif(m.ref, ''), nullif(m.payment_reference, m.name),
                                          nullif(l.name, l.move_name))
                       END AS reference,
                       CASE WHEN movement.other_id IS NULL AND movement.amount > 0
                                 AND m.move_type IN ('out_invoice', 'out_receipt')
                            THEN coalesce(l.date_maturity, l.date)
                       END AS date_due
                  FROM movement
                  JOIN account_move_line l ON l.id = movement.line_id
                  JOIN account_move m ON m.id = l.move_id
                  JOIN account_journal journal ON journal.id = l.journal_id
                  JOIN res_company root ON root.id = %(root)s
             LEFT JOIN account_move_line other ON other.id = movement.other_id
                 WHERE movement.amount != 0 %(since)s
              ORDER BY movement.partner_id, movement.currency_id, movement.date, movement.other_id IS NOT NULL,
                       l.move_id, coalesce(l.date_maturity, l.date), l.id, movement.other_id
                """,
                movements=self._movement_ctes(ids, company, date_to),
                root=company.root_id.id,
                since=SQL("AND movement.date >= %s", date_from) if date_from else SQL(),
            )
        )
        return self._with_currency(rows)

    @api.model
    def _open_lines(self, ids, company, date_to):
        """Return the lines that were open at the end of a day as dicts, the oldest due first."""
        ledger = self.env["collection.ledger"]
        rows = self.env.execute_query_dict(
            SQL(
                """
                WITH %(past)s
                SELECT partner_id, currency_id AS currency, move_name AS number, date_invoice AS date, date_due,
                       %(at)s::date - date_due AS days_late, residual, residual_currency AS amount, is_debit,
                       line_id, %(bucket)s AS bucket
                  FROM past_line
              ORDER BY partner_id, is_debit DESC, date_due, line_id
                """,
                past=ledger._past_line_cte(company, date_to, ids),
                at=date_to,
                bucket=ledger._bucket(company, SQL("%s::date - date_due", date_to)),
            )
        )
        return self._with_currency(rows)

    @api.model
    def _with_currency(self, rows):
        currencies = self.env["res.currency"]
        for row in rows:
            row["currency"] = currencies.browse(row["currency"])
        return rows

    @api.model
    def _movement_ctes(self, ids, company, date_to):
        """Return the SQL of `movement`, without the word WITH: what raised or lowered what debtors owe, until a day.

        Columns: partner_id, currency_id, date, amount (in that currency, positive when the debtor owes more),
        line_id, other_id (the line it was matched with, where that is of another currency or debtor; else NULL)
        """
        return SQL(
            """
            entry AS (
                SELECT l.id AS line_id, p.commercial_partner_id AS partner_id, l.currency_id, l.date,
                       l.amount_currency AS amount
                  FROM account_move_line l
                  JOIN res_partner p ON p.id = l.partner_id
                  JOIN account_account a ON a.id = l.account_id AND a.account_type = 'asset_receivable'
                 WHERE p.commercial_partner_id = ANY(%(ids)s)
                   AND l.parent_state = 'posted'
                   AND l.company_id = ANY(%(companies)s)
                   AND l.date <= %(to)s
            ),
            movement AS (
                SELECT partner_id, currency_id, date, amount, line_id, NULL::int AS other_id
                  FROM entry
             UNION ALL
                SELECT entry.partner_id, entry.currency_id, matched.max_date, matched.amount, entry.line_id,
                       matched.other_id
                  FROM entry
          CROSS JOIN LATERAL (
                           SELECT max_date, credit_move_id AS other_id, -debit_amount_currency AS amount
                             FROM account_partial_reconcile
                            WHERE debit_move_id = entry.line_id
                        UNION ALL
                           SELECT max_date, debit_move_id, credit_amount_currency
                             FROM account_partial_reconcile
                            WHERE credit_move_id = entry.line_id) matched
                  JOIN account_move_line other ON other.id = matched.other_id
             LEFT JOIN res_partner other_partner ON other_partner.id = other.partner_id
                 WHERE matched.max_date <= %(to)s
                   AND (other.currency_id != entry.currency_id
                        OR other_partner.commercial_partner_id IS DISTINCT FROM entry.partner_id)
            )
            """,
            ids=list(ids),
            companies=self.env["collection.ledger"]._branches(company).ids,
            to=date_to,
        )

    @api.model
    def _interest(self, partners, company, until):
        """Return {partner id: {res.currency: interest and compensation to a day that nobody has invoiced yet}}.

        :param until: datetime.date, the last day counted
        """
        # sudo: items of debtors whose account the caller may read
        items = self.env["collection.item"].sudo()
        items = items.search(
            [
                ("case_id.partner_id", "in", partners.ids),
                ("case_id.company_id", "=", company.root_id.id),
                ("is_open", "=", True),
            ]
        )
        totals = {}
        for item, accrued in self.env["collection.interest"]._accrued(items, until).items():
            owed = totals.setdefault(item.case_id.partner_id.id, {})
            owed[item.currency_id] = item.currency_id.round(owed.get(item.currency_id, 0.0) + accrued.total)
        return totals
