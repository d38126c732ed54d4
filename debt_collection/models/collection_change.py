"""The queue of what changed in the ledger: append-only, no unique index, no foreign key.

It can never make an accountant wait or fail: a payment, a credit note, an unreconcile or a posting inserts its rows in
one statement and goes on. The dispatch action takes them from here and assesses the debtors.
"""

from odoo import api, fields, models
from odoo.tools import SQL


class CollectionChange(models.Model):
    _name = "collection.change"
    _description = "Ledger Change to Assess"
    _log_access = False

    company = fields.Integer(required=True)
    partner = fields.Integer(required=True)

    @api.model
    def _note(self, lines):
        """Note that something changed for the debtors of these journal entries or journal items."""
        pairs = {
            (record.company_id.id, record.partner_id.commercial_partner_id.id)
            for record in lines.sudo()  # sudo: only company and partner are read, to be noted
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
    def _take(self):
        """Take everything out of the queue; return {root company: partners that still exist}."""
        # SKIP LOCKED: what another worker is taking is its to assess
        self.env.cr.execute(
            """
            WITH taken AS (
                DELETE FROM collection_change
                 WHERE id IN (SELECT id FROM collection_change ORDER BY id FOR UPDATE SKIP LOCKED)
             RETURNING company, partner
            )
            SELECT DISTINCT company, partner FROM taken
            """
        )
        by_company = {}
        for company_id, partner_id in self.env.cr.fetchall():
            company = self.env["res.company"].browse(company_id).exists().root_id
            if company:
                by_company.setdefault(company, set()).add(partner_id)
        partners = self.env["res.partner"].with_context(active_test=False)
        return {company: partners.browse(ids).exists() for company, ids in by_company.items()}
