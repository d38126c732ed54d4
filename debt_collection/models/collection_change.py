"""The queue of whom to assess: append-only, no unique index, no foreign key.

It can never make an accountant wait or fail: a payment, a credit note, an unreconcile or a posting inserts its rows in
one statement and goes on. The day's work puts in whom the day has changed. Any number of processes take from it, each
what no other is working on.
"""

from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import SQL


class CollectionChange(models.Model):
    _name = "collection.change"
    _description = "Ledger Change to Assess"
    _log_access = False

    company = fields.Integer(required=True)
    partner = fields.Integer(required=True)

    @api.model
    def _note(self, records):
        """Note that something changed for the partners of these journal items or actions.

        Assess finds the debtor, their commercial entity as it is by then: nothing is read of them here.
        """
        pairs = {
            (record.company_id.id, record.partner_id.id)
            for record in records.sudo()  # sudo: only company and partner are read, to be noted
            if record.partner_id
        }
        if pairs:
            self.env.cr.execute(
                SQL(
                    "INSERT INTO collection_change (company, partner) VALUES %s",
                    SQL(", ").join(SQL("(%s, %s)", company, partner) for company, partner in sorted(pairs)),
                )
            )

    @api.model
    def _note_stale(self, company):
        """Note whom the ledger, the rules or the day have changed since they were assessed, unless they wait already.

        :return: number of debtors noted
        """
        self.env["collection.ledger"]._prepare()
        self.env.cr.execute(
            SQL(
                """
                %(stale)s
                INSERT INTO collection_change (company, partner)
                SELECT %(company)s, partner_id
                  FROM stale
                 WHERE NOT EXISTS (SELECT FROM collection_change waiting
                                    WHERE waiting.partner = stale.partner_id AND waiting.company = %(company)s)
                """,
                stale=self.env["collection.case"]._stale_cte(company),
                company=company.root_id.id,
            )
        )
        return self.env.cr.rowcount

    @api.model
    def _waiting(self):
        """Return how many rows wait, for the progress of a scheduled action."""
        return self.env.execute_query(SQL("SELECT count(*) FROM collection_change"))[0][0]

    @api.model
    def _take(self, limit):
        """Take up to `limit` rows out of the queue, with the locks of their debtors, until the transaction ends.

        :return: {root company: [ids of commercial entities]}; whom another process has locked waits on
        """
        # SKIP LOCKED: what another worker is taking is its to assess
        self.env.cr.execute(
            SQL(
                """
                WITH batch AS MATERIALIZED (
                    SELECT id FROM collection_change ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED
                ),
                taken AS (
                    DELETE FROM collection_change change USING batch WHERE change.id = batch.id
                 RETURNING company, partner
                )
                -- who was moved under another contact is assessed with that one
                SELECT DISTINCT taken.company, debtor.id
                  FROM taken
                  JOIN res_partner partner ON partner.id = taken.partner
            CROSS JOIN LATERAL (VALUES (partner.id), (partner.commercial_partner_id)) debtor (id)
                """,
                limit,
            ),
            log_exceptions=False,
        )
        noted, wanted = defaultdict(set), defaultdict(set)
        for company_id, partner_id in self.env.cr.fetchall():
            noted[company_id].add(partner_id)
        # sudo: which root a branch belongs to
        for company in self.env["res.company"].sudo().browse(noted).exists():
            wanted[company.root_id] |= noted[company.id]
        return {company: self._lock(company, partner_ids) for company, partner_ids in wanted.items()}

    @api.model
    def _lock(self, company, partner_ids):
        """Lock the debtors of some partners; put those back that another process holds. Return the ids of the others.

        A partner who is no debtor yet has nothing to lock: the unique index keeps two processes apart.
        """
        self.env.cr.execute(
            SQL(
                """
                WITH locked AS MATERIALIZED (
                    SELECT id
                      FROM collection_debtor
                     WHERE company_id = %(company)s AND partner_id = ANY(%(partners)s)
                       FOR NO KEY UPDATE SKIP LOCKED
                )
                INSERT INTO collection_change (company, partner)
                SELECT company_id, partner_id
                  FROM collection_debtor
                 WHERE company_id = %(company)s AND partner_id = ANY(%(partners)s)
                   AND NOT EXISTS (SELECT FROM locked WHERE locked.id = collection_debtor.id)
             RETURNING partner
                """,
                company=company.id,
                partners=list(partner_ids),
            ),
            log_exceptions=False,
        )
        return sorted(partner_ids - {partner_id for (partner_id,) in self.env.cr.fetchall()})
