"""Who owes: what is set per company and commercial partner, and stays when cases come and go."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..fields import BareMany2one


class CollectionDebtor(models.Model):
    _name = "collection.debtor"
    _description = "Debtor"
    _inherit = ["collection.protected"]
    _order = "name, id"
    _log_access = False
    _rec_names_search = ["name", "partner_id"]
    _protected = frozenset(["legal_status", "representative_id", "legal_date", "legal_reference"])

    company_id = BareMany2one("res.company", required=True)
    # let go of when the contact is deleted, which must not be held back by us; the name stays
    partner_id = BareMany2one("res.partner", index=True)
    name = fields.Char(required=True, help="The name as it was when the contact was last seen.")
    strategy_id = fields.Many2one(
        "collection.strategy",
        help="Empty: the company's strategy.",
        domain="[('company_id', 'in', (False, company_id))]",
    )
    user_id = fields.Many2one("res.users", string="Collector", help="Empty: the company's default collector.")
    do_not_follow_up = fields.Boolean(help="Nothing is sent to this debtor by itself or in a batch.")
    do_not_follow_up_until = fields.Date(help="The day from which the debtor is followed up again. Empty: for good.")
    do_not_follow_up_reason = fields.Char()
    tz = fields.Selection(
        lambda self: self.env["res.partner"]._fields["tz"]._description_selection(self.env), string="Time Zone"
    )
    payday = fields.Integer(help="The day of the month on which this debtor gets paid. 0: not known.")
    broken_promise_count = fields.Integer(readonly=True)
    last_notice_date = fields.Date(readonly=True, help="The day the last notice really left.")
    # what assess saw the last time (see collection_case_stale.py); empty: it has to look again
    ledger_digest = fields.Char(readonly=True, copy=False)
    assessed_on = fields.Date(readonly=True, copy=False)
    reassess_on = fields.Date(readonly=True, copy=False)
    case_ids = fields.One2many("collection.case", "debtor_id")
    preference_ids = fields.One2many("collection.channel.preference", "debtor_id", string="Channels")

    _company_partner_uniq = models.Constraint("UNIQUE(company_id, partner_id)", "A contact is one debtor of a company.")
    _payday_range = models.Constraint("CHECK(payday BETWEEN 0 AND 31)", "A payday is a day of the month, 1 to 31.")

    @api.model
    def _get(self, company, partner):
        """Return the debtor of a partner's commercial entity in a company's root; made when missing."""
        partner = partner.commercial_partner_id
        domain = [("company_id", "=", company.root_id.id), ("partner_id", "=", partner.id)]
        return self.search(domain, limit=1) or self.create(
            {"company_id": company.root_id.id, "partner_id": partner.id, "name": partner.display_name}
        )

    @api.model
    def _left_alone(self, today):
        """Return the SQL condition on `debtor` (whose row may be missing): nothing is sent to this debtor at all.

        :param today: datetime.date
        """
        # without an end date, or until a later day; with a mark whoever represents the debtor is written to
        return SQL(
            """
            coalesce(debtor.do_not_follow_up AND coalesce(debtor.do_not_follow_up_until > %s, true)
                     OR (debtor.legal_status IS NOT NULL AND debtor.representative_id IS NULL), false)
            """,
            today,
        )

    def write(self, vals):
        """Cases take over what is set on their debtor at once."""
        result = super().write({"ledger_digest": False, **vals})
        if vals.keys() & self._told_to_cases():
            cases = self.case_ids.filtered(lambda case: case.state == "open")
            if "user_id" in vals:
                for case in cases:
                    company = case.company_id._collection_settings()
                    case.user_id = case.debtor_id.user_id or company.collection_user_id
            cases._reassess()
        return result

    @api.model
    def _told_to_cases(self):
        """Return the names of the fields whose change the cases take over at once."""
        return {"strategy_id", "user_id", "do_not_follow_up", "do_not_follow_up_until"}

    @api.ondelete(at_uninstall=False)
    def _unlink_without_cases(self):
        # a debtor who was ever pursued stays: the cases and their log are evidence
        if self.case_ids:
            raise UserError(self.env._("A debtor with cases cannot be deleted. Set “Do not follow up” instead."))

    def action_follow_up_again(self):
        """Take back “do not follow up”, and say so in the log."""
        self.write({"do_not_follow_up": False, "do_not_follow_up_until": False, "do_not_follow_up_reason": False})
        for case in self.case_ids.filtered(lambda c: c.state == "open"):
            case._log_contact(
                channel="note", direction="internal", outcome="note", summary=self.env._("Followed up again.")
            )

    @api.model
    def _fold(self, sources, target):
        """Fold the debtors of some contacts into the debtor of another: cases, items and open actions pass over.

        The log entries stay where they were written, on a case that is closed as merged.
        :param sources: res.partner about to be merged away
        :param target: res.partner that stays
        """
        target = target.commercial_partner_id
        for source in self.search([("partner_id", "in", (sources - target).ids)]):
            kept = self.search([("company_id", "=", source.company_id.id), ("partner_id", "=", target.id)])
            if not kept:
                source.write({"partner_id": target.id, "name": target.display_name})
                source.case_ids.partner_id = target
                source.case_ids.action_ids.partner_id = target
                continue
            open_case = kept.case_ids.filtered(lambda case: case.state == "open")
            merged = source.case_ids.filtered(lambda case: case.state == "open")
            if merged and open_case:
                self.env["collection.action"]._cancel_open(merged.ids, self.env._("Merged into %s.", kept.name))
                merged._log_contact(
                    channel="note",
                    direction="internal",
                    outcome="note",
                    summary=self.env._("Merged into %s; the case goes on there.", kept.name),
                )
                merged.item_ids.case_id = open_case
                # what was agreed goes on where its items do
                for agreed in (merged.promise_ids, merged.plan_ids, merged.dispute_ids):
                    agreed.case_id = open_case
                merged.write(
                    {"state": "closed", "stage": "closed", "close_reason": "merged", "next_action_date": False}
                )
            source.case_ids.action_ids.partner_id = target
            source.case_ids.write({"debtor_id": kept.id, "partner_id": target.id})
            kept._take_over(source)
            kept.last_notice_date = max(filter(None, (kept.last_notice_date, source.last_notice_date)), default=False)
            source.invalidate_recordset()
            source.unlink()
        self.env.flush_all()

    def _take_over(self, source):
        """Take over from a debtor that is merged into this one how it wants to be treated."""
        if source.do_not_follow_up and not self.do_not_follow_up:
            # left alone is left alone, under whichever name
            self.write(
                {
                    "do_not_follow_up": True,
                    "do_not_follow_up_until": source.do_not_follow_up_until,
                    "do_not_follow_up_reason": source.do_not_follow_up_reason,
                }
            )
        source.preference_ids.debtor_id = self
