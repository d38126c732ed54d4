"""The whole picture of one debtor, read live in a few statements, for the Collections tab of its contact."""

from dateutil.relativedelta import relativedelta
from odoo import api, models
from odoo.tools import SQL

# the rows a person reads; the statement of account has all
SHOWN = 80
# the colours of the ageing bar, youngest first
COLOURS = {"not_due": "not_due", "b1": "1_30", "b2": "31_60", "b3": "61_90", "b4": "91_120", "b5": "over_120"}


class CollectionPicture(models.AbstractModel):
    _name = "collection.picture"
    _description = "Picture of a Debtor"

    @api.model
    def _of(self, partner, company):
        """Return what the Collections tab shows of a debtor, or None where nothing was ever entered.

        :param partner: res.partner, a commercial entity whose account the user may read
        :param company: res.company (its root is taken)
        """
        self.env["collection.ledger"]._prepare()
        if not self._has_entries(partner, company):
            return None
        today = self.env["collection.case"]._today()
        lines = self._open_lines(partner, company, today)
        debits = [line for line in lines if line["is_debit"]]
        root = company.root_id.sudo()  # sudo: the currency and the defaults of the creditor
        return {
            "today": today,
            "currency": root.currency_id,
            "totals": self._totals(lines),
            "ageing": self._ageing(debits, company),
            "items": debits[:SHOWN],
            "more": max(len(debits) - SHOWN, 0),
            "states": self._states(),
            "behaviour": self._behaviour(partner, company, today),
            "last_payment": self._last_payment(partner, company),
            "turnover": self._turnover(partner, company, today),
            **self._agreements(partner, root),
            **self._treatment(partner, root),
        }

    # ---- what is owed ---------------------------------------------------------------------------------------------

    @api.model
    def _has_entries(self, partner, company):
        [(found,)] = self.env.execute_query(SQL("SELECT EXISTS (%s)", self._entries(partner, company, SQL("1"))))
        return found

    @api.model
    def _entries(self, partner, company, columns, joins=None, condition=None):
        """Return the SQL of a select over the posted receivable lines `l` of a debtor."""
        return SQL(
            """
            SELECT %(columns)s
              FROM account_move_line l
              JOIN res_partner p ON p.id = l.partner_id AND p.commercial_partner_id = %(partner)s
              JOIN account_account a ON a.id = l.account_id AND a.account_type = 'asset_receivable'
              %(joins)s
             WHERE l.parent_state = 'posted' AND l.company_id = ANY(%(companies)s) %(condition)s
            """,
            columns=columns,
            partner=partner.id,
            joins=joins or SQL(),
            companies=self.env["collection.ledger"]._branches(company).ids,
            condition=condition or SQL(),
        )

    @api.model
    def _open_lines(self, partner, company, today):
        """Return the open lines as dicts, debits first and the oldest due first, each with its state."""
        ledger = self.env["collection.ledger"]
        rows = self.env.execute_query_dict(
            SQL(
                """
                WITH %(ledger)s, %(chased)s
                SELECT chased.*, %(bucket)s AS bucket, %(today)s::date - date_due AS days_late,
                       CASE WHEN no_followup THEN 'no_followup'
                            WHEN is_planned THEN 'planned'
                            WHEN promised_until IS NOT NULL THEN 'promised'
                            WHEN greatest(item_hold_until, c.hold_until) > %(today)s THEN 'held'
                            WHEN claim_currency = 0 AND disputed_currency = 0 THEN 'covered'
                            WHEN date_due >= %(today)s THEN 'not_due'
                            ELSE 'overdue'
                       END AS state
                  FROM chased
             LEFT JOIN collection_case c ON c.id = chased.item_case_id
              ORDER BY is_debit DESC, date_due, line_id
                """,
                ledger=ledger._ctes(company, partner.ids),
                chased=ledger._chased_cte(SQL("true")),
                bucket=ledger._bucket(company, SQL("%s::date - date_due", today)),
                today=today,
            )
        )
        currencies = self.env["res.currency"]
        levels = self.env["collection.level"].sudo()  # sudo: the name alone
        for row in rows:
            row["currency"] = currencies.browse(row["currency_id"])
            row["level"] = levels.browse(row["level_id"]).name if row["level_id"] else ""
        return rows

    @api.model
    def _states(self):
        """Return {state of an open line: (in words, colour)}."""
        states = dict(self.env["collection.item"]._fields["status"]._description_selection(self.env))
        colours = {"overdue": "danger", "disputed": "warning", "planned": "info", "promised": "info"}
        return {state: (words, colours.get(state, "secondary")) for state, words in states.items()}

    @api.model
    def _totals(self, lines):
        """Return a dict per currency: what is open, and of it overdue, not due, disputed, promised, planned; credits.

        Overdue, promised, planned and not due are without what is disputed, which is shown apart.
        """
        totals = {}
        for line in lines:
            currency = line["currency"]
            total = totals.setdefault(
                currency, dict.fromkeys(("due", "overdue", "not_due", "disputed", "promised", "planned", "credit"), 0.0)
            )
            residual, disputed = float(line["residual_currency"]), float(line["disputed_currency"])
            if not line["is_debit"]:
                total["credit"] -= residual
                continue
            total["due"] += residual
            total["disputed"] += disputed
            if line["state"] in ("promised", "planned"):
                total[line["state"]] += residual - disputed
            if not line["no_followup"]:
                total["overdue" if line["days_late"] > 0 else "not_due"] += residual - disputed
        return [
            {"currency": currency, **{name: currency.round(amount) for name, amount in total.items()}}
            for currency, total in totals.items()
        ]

    @api.model
    def _ageing(self, debits, company):
        """Return the value of the ageing bar: what is claimed per bucket after credits, and what is disputed."""
        currency = company.root_id.sudo().currency_id
        labels = dict(company._collection_buckets(), disputed=self.env._("Disputed"))
        amounts = dict.fromkeys(labels, 0.0)
        for line in debits:
            amounts[line["bucket"]] += float(line["claim"])
            amounts["disputed"] += float(line["disputed"])
        whole = sum(amounts.values())
        return [
            {
                "bucket": COLOURS.get(key, key),
                "label": labels[key],
                "amount": currency.format(amount),
                "share": 100 * amount / whole,
            }
            for key, amount in amounts.items()
            if not currency.is_zero(amount)
        ]

    # ---- how it pays ----------------------------------------------------------------------------------------------

    @api.model
    def _behaviour(self, partner, company, today):
        """Return how the invoices were paid that became fully paid in the last 12 months, or None without any.

        :return: {"late", "in_time", "to_pay", "to_collect", "longest"}: numbers of invoices (instalments each count),
            average days from the invoice and from the due date to the last payment, weighted by amount; longest delay
        """
        paid = self._entries(
            partner,
            company,
            SQL(
                """
                l.balance, max(credit.date) AS paid_on,
                coalesce(l.date_maturity, l.date) AS due, coalesce(l.invoice_date, l.date) AS issued
                """
            ),
            SQL(
                """
                JOIN account_move m ON m.id = l.move_id AND m.move_type IN ('out_invoice', 'out_receipt')
                JOIN account_partial_reconcile partial ON partial.debit_move_id = l.id
                JOIN account_move_line credit ON credit.id = partial.credit_move_id
                JOIN account_journal journal ON journal.id = credit.journal_id
                     AND journal.type IN ('bank', 'cash', 'credit')
                """
            ),
            SQL("AND l.reconciled AND l.balance > 0 GROUP BY l.id"),
        )
        [row] = self.env.execute_query_dict(
            SQL(
                """
                SELECT count(*) FILTER (WHERE paid_on > due) AS late,
                       count(*) FILTER (WHERE paid_on <= due) AS in_time,
                       sum(balance * (paid_on - issued)) / sum(balance) AS to_pay,
                       sum(balance * (paid_on - due)) / sum(balance) AS to_collect,
                       greatest(max(paid_on - due), 0) AS longest
                  FROM (%s) paid
                 WHERE paid_on > %s AND paid_on <= %s
                """,
                paid,
                today - relativedelta(years=1),
                today,
            )
        )
        return row if row["late"] or row["in_time"] else None

    @api.model
    def _last_payment(self, partner, company):
        """Return {"date", "amount", "currency"} of the last money that came in, or None."""
        rows = self.env.execute_query_dict(
            self._entries(
                partner,
                company,
                SQL("l.date, -l.amount_currency AS amount, l.currency_id AS currency"),
                SQL("JOIN account_journal journal ON journal.id = l.journal_id"),
                SQL(
                    """
                    AND journal.type IN ('bank', 'cash', 'credit') AND l.balance < 0
                    ORDER BY l.date DESC, l.id DESC LIMIT 1
                    """
                ),
            )
        )
        for row in rows:
            return row | {"currency": self.env["res.currency"].browse(row["currency"])}
        return None

    @api.model
    def _turnover(self, partner, company, today):
        """Return [(period in words, invoiced less credit notes, paid)] in company currency, of its last years."""
        year = today.replace(month=1, day=1)
        last_year = year - relativedelta(years=1)
        [row] = self.env.execute_query_dict(
            SQL(
                """
                SELECT coalesce(sum(sold) FILTER (WHERE date >= %(year)s), 0) AS sold,
                       coalesce(sum(paid) FILTER (WHERE date >= %(year)s), 0) AS paid,
                       coalesce(sum(sold) FILTER (WHERE date >= %(last)s AND date < %(year)s), 0) AS sold_last,
                       coalesce(sum(paid) FILTER (WHERE date >= %(last)s AND date < %(year)s), 0) AS paid_last,
                       coalesce(sum(sold), 0) AS sold_ever, coalesce(sum(paid), 0) AS paid_ever
                  FROM (%(entries)s) entry
                 WHERE date <= %(today)s
                """,
                year=year,
                last=last_year,
                today=today,
                entries=self._entries(
                    partner,
                    company,
                    SQL(
                        """
                        l.date,
                        CASE WHEN m.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
                             THEN l.balance END AS sold,
                        CASE WHEN journal.type IN ('bank', 'cash', 'credit') THEN -l.balance END AS paid
                        """
                    ),
                    SQL(
                        """
                        JOIN account_move m ON m.id = l.move_id
                        JOIN account_journal journal ON journal.id = l.journal_id
                        """
                    ),
                ),
            )
        )
        return [
            (self.env._("This year"), float(row["sold"]), float(row["paid"])),
            (self.env._("Last year"), float(row["sold_last"]), float(row["paid_last"])),
            (self.env._("Ever"), float(row["sold_ever"]), float(row["paid_ever"])),
        ]
