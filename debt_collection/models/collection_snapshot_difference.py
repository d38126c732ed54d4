"""What was published beside what the ledger says today of the same day, and what was entered or taken back since."""

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date

from ..tools.kpi import BUCKETS
from .collection_snapshot import FIGURES

# so many of each kind are shown
CAUSES = 200


class CollectionSnapshot(models.Model):
    _inherit = "collection.snapshot"

    def action_compare(self):
        """Show the figures of this day beside what the ledger says of it today."""
        self.ensure_one()
        self.check_access("read")
        return self.env["collection.snapshot.compare"]._open(self.company_id, self.date)

    @api.model
    def _difference(self, company, date):
        """Return what was published of a day and what the ledger says of it today, in the buckets of then.

        :param company: res.company (its root is taken)
        :param date: datetime.date
        :return: dict: taken_at, backfilled, limits, figures [{"name", "label", "published", "ledger", "difference"}] in
            company currency (ledger less published; float), and causes (see `_causes`), none without a difference
        :raises UserError: when nothing was published of that day
        """
        rows = self._sums(company, SQL("date = %s", date), None)
        if not rows:
            raise UserError(self.env._("Nothing is published for %s.", format_date(self.env, date)))
        [published] = rows
        [taken_at] = self.env.execute_query(
            SQL(
                "SELECT min(taken_at) FROM collection_snapshot WHERE company_id = %s AND date = %s",
                company.root_id.id,
                date,
            )
        )[0]
        limits = tuple(map(int, published["limits"].split(", ")))
        self.env["collection.ledger"]._prepare()
        self.env.cr.execute(self._figures(company, date, date, limits, by_collector=False))
        [ledger] = self.env.cr.dictfetchall()
        currency = company._collection_settings().currency_id
        labels = self._labels(limits)
        figures = []
        for name in FIGURES:
            today = float(ledger[name])
            figures.append(
                {
                    "name": name,
                    "label": labels[name],
                    "published": published[name],
                    "ledger": today,
                    "difference": currency.round(today - published[name]),
                }
            )
        differs = any(not currency.is_zero(figure["difference"]) for figure in figures)
        return {
            "taken_at": taken_at,
            "backfilled": published["backfilled"],
            "limits": limits,
            "figures": figures,
            "causes": self._causes(company, date, taken_at) if differs else [],
        }

    @api.model
    def _labels(self, limits):
        """Return {name of a figure: its label}, the buckets by the limits they were published with."""
        labels = {name: field["string"] for name, field in self.fields_get(FIGURES, ["string"]).items()}
        first = 1
        for name, limit in zip(BUCKETS[1:], limits, strict=False):
            labels[name] = self.env._("%(first)s–%(last)s days", first=first, last=limit)
            first = limit + 1
        return {**labels, "b5": self.env._("Over %s days", first - 1)}

    @api.model
    def _causes(self, company, date, taken_at):
        """Return what has been done since a moment that changes the figures of a day before it, the latest first.

        :return: [dict]: kind ("posted", "changed", "withdrawn", "matched" or "unmatched"), happened_at (datetime), date
            (that of the entry or of the reconciliation), name, other_name (of what it was matched with), partner_name,
            amount (company currency; of entries what they add to the receivables) and move_ids
        """
        self.env["account.move.line"].flush_model()
        self.env["account.partial.reconcile"].flush_model()
        self.env["collection.snapshot.undone"].flush_model()
        values = {
            "at": date,
            "taken_at": taken_at,
            "accounts": self.env["collection.ledger"]._receivable_accounts(),
            "companies": self.env["collection.ledger"]._branches(company).ids,
            "root": company.root_id.id,
            "state": self.env["ir.model.fields"]._get("account.move", "state").id,
            "limit": CAUSES,
        }
        causes = []
        for query in (self._entries_since, self._matched_since, self._unmatched_since):
            self.env.cr.execute(query(values))
            causes += self.env.cr.dictfetchall()
        return sorted(causes, key=lambda cause: cause["happened_at"], reverse=True)

    @api.model
    def _entries_since(self, values):
        # whether an entry was posted, reset or cancelled later than it was made is told by its chatter alone
        return SQL(
            """
            SELECT CASE WHEN move.state != 'posted' THEN 'withdrawn'
                        WHEN move.create_date > %(taken_at)s THEN 'posted'
                        ELSE 'changed'
                   END AS kind,
                   CASE WHEN move.create_date > %(taken_at)s THEN move.create_date ELSE move.write_date
                   END AS happened_at,
                   move.date, move.name, NULL AS other_name, min(partner.name) AS partner_name,
                   sum(line.balance)::float AS amount, ARRAY[move.id] AS move_ids
              FROM account_move move
              JOIN account_move_line line ON line.move_id = move.id AND line.account_id = ANY(%(accounts)s)
              JOIN res_partner partner ON partner.id = line.partner_id
             WHERE move.company_id = ANY(%(companies)s)
               AND move.date <= %(at)s
               AND move.write_date > %(taken_at)s
               AND (move.state = 'posted' AND move.create_date > %(taken_at)s
                    OR move.posted_before AND move.create_date <= %(taken_at)s AND EXISTS (
                        SELECT FROM mail_message message
                          JOIN mail_tracking_value tracking ON tracking.mail_message_id = message.id
                         WHERE message.model = 'account.move' AND message.res_id = move.id
                           AND message.date > %(taken_at)s AND tracking.field_id = %(state)s))
          GROUP BY move.id
          ORDER BY abs(sum(line.balance)) DESC
             LIMIT %(limit)s
            """,
            **values,
        )

    @api.model
    def _matched_since(self, values):
        return SQL(
            """
            SELECT 'matched' AS kind, partial.create_date AS happened_at, partial.max_date AS date,
                   debit.move_name AS name, credit.move_name AS other_name, partner.name AS partner_name,
                   partial.amount::float AS amount, ARRAY[debit.move_id, credit.move_id] AS move_ids
              FROM account_partial_reconcile partial
              JOIN account_move_line debit ON debit.id = partial.debit_move_id
              JOIN account_move_line credit ON credit.id = partial.credit_move_id
         LEFT JOIN res_partner partner ON partner.id = debit.partner_id
             WHERE partial.create_date > %(taken_at)s AND partial.max_date <= %(at)s
               AND debit.account_id = ANY(%(accounts)s)
               AND debit.company_id = ANY(%(companies)s)
          ORDER BY partial.amount DESC
             LIMIT %(limit)s
            """,
            **values,
        )

    @api.model
    def _unmatched_since(self, values):
        return SQL(
            """
            SELECT 'unmatched' AS kind, undone_at AS happened_at, date, debit_name AS name, credit_name AS other_name,
                   partner_name, amount::float, ARRAY[debit_move_id, credit_move_id] AS move_ids
              FROM collection_snapshot_undone
             WHERE company_id = %(root)s AND undone_at > %(taken_at)s AND date <= %(at)s
          ORDER BY amount DESC
             LIMIT %(limit)s
            """,
            **values,
        )
