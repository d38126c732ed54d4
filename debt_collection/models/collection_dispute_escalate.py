"""What becomes of disputes by itself: nobody forgets one, and an accepted amount waits for its credit note."""

from odoo import api, models
from odoo.tools import SQL, format_date


class CollectionDispute(models.Model):
    _inherit = "collection.dispute"

    @api.model
    def _escalate(self, company, today):
        """Ask the collections managers about the open disputes whose deadline has passed, once for each.

        :param company: res.company (its root is taken)
        :param today: datetime.date
        :return: the disputes escalated
        """
        # sudo: the day's work looks at every dispute of the company
        late = self.sudo().search(
            [
                ("company_id", "=", company.root_id.id),
                ("state", "=", "open"),
                ("deadline", "<", today),
                ("date_escalated", "=", False),
            ]
        )
        if not late:
            return late
        managers = self._managers(company.root_id)
        model_id = self.env["ir.model"]._get_id(self._name)
        warning, root = self.env.ref("mail.mail_activity_data_warning"), self.env.ref("base.user_root")
        # without a message to each manager for each: the list of activities says it
        self.env["mail.activity"].sudo().with_context(mail_activity_quick_update=True).create(
            [
                {
                    "res_model_id": model_id,
                    "res_id": dispute.id,
                    "activity_type_id": warning.id,
                    "date_deadline": today,
                    "user_id": manager.id,
                    "summary": self.with_context(lang=manager.lang).env._("Dispute not resolved in time"),
                }
                for dispute in late
                for manager in managers - dispute.user_id or managers
            ]
        )
        late.date_escalated = today
        self.env["collection.contact"].sudo()._append(
            [
                {
                    "case_id": dispute.case_id.id,
                    "channel": "note",
                    "direction": "internal",
                    "outcome": "note",
                    "user_id": root.id,
                    "summary": self.env._(
                        "Dispute over %(amount)s not resolved by %(date)s: the collections managers were asked.",
                        amount=dispute._amount_text(),
                        date=format_date(self.env, dispute.deadline),
                    ),
                }
                for dispute in late
            ]
        )
        return late

    @api.model
    def _managers(self, company):
        """Return the collections managers who work in a company."""
        # sudo: who they are, and where they work
        users = self.env.ref("debt_collection.group_collection_manager").sudo().all_user_ids
        return users.filtered(lambda user: user.active and company in user.company_ids) - self.env.ref("base.user_root")

    @api.model
    def _end_accepted(self, company, partner_ids=None):
        """Give accepted amounts back to the ledger, once no draft credit note stands for them any more.

        Until then they are not claimed, though the ledger still has them. A posted credit note takes them off there;
        a draft that was deleted or cancelled has them claimed again.
        :param company: res.company, a root
        :param partner_ids: ids of commercial entities; None for all
        :return: the debtors concerned
        """
        self.env["account.move"].flush_model(["state"])
        self.flush_model(["state", "credit_note_ids"])
        self.env["collection.dispute.line"].flush_model(["live"])
        self.env.cr.execute(
            SQL(
                """
                UPDATE collection_dispute_line line
                   SET live = false
                  FROM collection_dispute dispute
                  JOIN collection_case c ON c.id = dispute.case_id
                 WHERE line.live
                   AND dispute.id = line.dispute_id
                   AND dispute.state = 'accepted'
                   AND c.company_id = %(company)s
                   %(restriction)s
                   AND NOT EXISTS (SELECT FROM collection_dispute_credit_note note
                                     JOIN account_move move ON move.id = note.move_id
                                    WHERE note.dispute_id = dispute.id AND move.state = 'draft')
             RETURNING c.debtor_id
                """,
                company=company.id,
                restriction=SQL() if partner_ids is None else SQL("AND c.partner_id = ANY(%s)", list(partner_ids)),
            )
        )
        debtors = {debtor_id for (debtor_id,) in self.env.cr.fetchall()}
        self.env["collection.dispute.line"].invalidate_model(["live"])
        return self.env["collection.debtor"].browse(debtors)

    @api.model
    def _daily(self, company, today):
        """Do the day's work on the disputes of a company: escalate, and look for drafts that are gone."""
        self._escalate(company, today)
        # sudo: assess looks again at whom this concerns
        self._end_accepted(company.root_id).sudo().ledger_digest = False
