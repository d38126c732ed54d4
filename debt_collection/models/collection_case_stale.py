"""Whom assess has to look at: the debtors whom the ledger, the rules or the day have changed since the last time.

How it works. Assess notes on each debtor a digest of the open lines it saw and of the rules it went by, and the first
day on which the same lines would give another answer (one falls due, a step comes, a hold ends). A debtor is stale
when the digest of the lines as they are now is another one, or that day has come. One statement reads the open lines,
as any aggregate over them would, and no table of ours but the debtors. What is written on debtors, items and cases by
other ways than assess clears the digest.
"""

import hashlib

from odoo import api, models
from odoo.tools import SQL


class CollectionCase(models.Model):
    _inherit = "collection.case"

    def write(self, vals):
        """Let assess look again at what was written here by others than itself."""
        result = super().write(vals)
        # sudo: what assess noted for itself
        self.debtor_id.sudo().ledger_digest = False
        return result

    @api.model
    def _stale(self, company, today=None):
        """Return the ids of the commercial entities that have to be assessed.

        :param company: res.company (its root is taken)
        :param today: datetime.date; default today
        """
        self.env["collection.ledger"]._prepare()
        self.env.cr.execute(SQL("%s SELECT partner_id FROM stale", self._stale_cte(company, today)))
        return [partner_id for (partner_id,) in self.env.cr.fetchall()]

    @api.model
    def _stale_cte(self, company, today=None):
        """Return the SQL of `stale`, with the word WITH: a row (partner_id) per debtor to assess."""
        company = company.root_id
        return SQL(
            """
            WITH %(open_line)s,
            ledger AS (
                SELECT partner_id, %(digest)s AS digest, min(date_due) FILTER (WHERE is_debit) AS first_due
                  FROM open_line
              GROUP BY partner_id
            ),
            debtor AS (
                SELECT partner_id, ledger_digest, assessed_on, reassess_on
                  FROM collection_debtor
                 WHERE company_id = %(company)s AND partner_id IS NOT NULL
            ),
            stale AS (
                SELECT coalesce(ledger.partner_id, debtor.partner_id) AS partner_id
                  FROM ledger
             FULL JOIN debtor ON debtor.partner_id = ledger.partner_id
                 WHERE CASE WHEN debtor.partner_id IS NULL THEN ledger.first_due <= %(today)s + %(lead)s
                            ELSE debtor.ledger_digest IS DISTINCT FROM %(rules)s || coalesce(ledger.digest, '')
                                 OR NOT (debtor.assessed_on <= %(today)s
                                         AND coalesce(debtor.reassess_on > %(today)s, true))
                       END
            )
            """,
            open_line=self.env["collection.ledger"]._open_line_cte(company),
            digest=self._digest(),
            company=company.id,
            today=today or self._today(),
            lead=self._lead_days(),
            rules=self._rules_digest(company, self._reason_texts(company)),
        )

    @api.model
    def _digest(self):
        """Return the SQL of an aggregate over `open_line`: the digest of a debtor's lines, in any order."""
        return SQL(
            """
            to_hex(bit_xor(hash_record_extended(
                (line_id, company_id, currency_id, date_due, residual, residual_currency, original_currency,
                 no_followup, move_name, date_invoice), 0)))
            """
        )

    @api.model
    def _lead_days(self):
        """Return how many days before a due date the first note of any strategy goes out."""
        [(lead,)] = self.env.execute_query(
            SQL("SELECT coalesce(-min(delay_days), 0) FROM collection_level WHERE delay_days < 0 AND active")
        )
        return lead

    @api.model
    def _rules_digest(self, company, texts):
        """Return a digest of what assess goes by besides the ledger: strategies, levels, settings, words, language.

        :param texts: what `_reason_texts` gives for the company
        """
        settings = company._collection_settings()
        [rows] = self.env.execute_query(
            SQL(
                """
                SELECT (SELECT string_agg(strategy::text, '|' ORDER BY id) FROM collection_strategy strategy),
                       (SELECT string_agg(level::text, '|' ORDER BY id) FROM collection_level level)
                """
            )
        )
        said = (rows, settings.collection_strategy_id.id, company.currency_id.id, sorted(texts.items()))
        return hashlib.sha256(repr(said).encode()).hexdigest()[:16] + ":"
