"""My day: the cases a collector handles today, one after the other, and how far the day is."""

from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

ORDER = "worklist_points desc, worklist_date, id"


class CollectionCase(models.Model):
    _inherit = "collection.case"

    # what was handled today: the counter of the day
    _handled = models.Index("(worked_on, user_id) WHERE worked_on IS NOT NULL")

    @api.model
    def _day_domain(self):
        """Return the domain of the current user's cases that are to be handled today and have not been yet."""
        today = self._today()
        due = Domain([("state", "=", "open"), ("is_mine", "=", True), ("worklist_date", "<=", today)])
        return due & (Domain("worked_on", "=", False) | Domain("worked_on", "<", today))

    @api.model
    def get_next_of_day(self, seen_ids):
        """Return whom to handle next: the first of the day among those not yet looked at.

        :param seen_ids: ids of the cases that have been looked at; once all of them have, it begins anew, but for the
            last of them
        :return: id of a case, or False where nothing is left to do today
        """
        self._check_is_collector()
        of_day = self._day_domain()
        for seen in (seen_ids, seen_ids[-1:]):
            case = self.search(of_day & Domain("id", "not in", seen), order=ORDER, limit=1)
            if case:
                return case.id
        return False

    def action_next_case(self):
        """Open the next case of the day; the screen of My day does it in place (see static/src/worklist)."""
        self.ensure_one()
        following = self.get_next_of_day(self.ids)
        action = self.env["ir.actions.act_window"]._for_xml_id("debt_collection.collection_case_action_my_day")
        if following:
            form = self.env.ref("debt_collection.collection_case_view_form_my_day")
            action.update(res_id=following, views=[(form.id, "form")])
        return action

    def action_done_today(self):
        """Take these cases off today's list: they come up again tomorrow, where they are still due."""
        self.check_access("write")
        self._note_worked()

    def _note_worked(self):
        """Note that somebody has handled these cases today."""
        self.env["collection.contact"]._note({case.id: (None, True) for case in self})

    def action_send_now(self):
        """Let the next reminder leave without waiting for a batch: what is proposed, or what is due to be.

        :raises UserError: where there is nothing to send, in a sentence that says why
        """
        self.ensure_one()
        self.check_access("write")
        if self.sending_stopped:
            raise UserError(
                self.env._("All sending is stopped in the settings of Collections. Ask a manager to allow it again.")
            )
        proposed = self._proposed() or self._propose_alone()
        if not proposed:
            raise UserError(self.env._("There is nothing to send now. %s", self.reason or ""))
        proposed.action_approve()
        self.env["collection.run"]._trigger_dispatch()
        self._note_worked()
        names = ", ".join(proposed.mapped("display_name"))
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("Approved, and on its way: %s", names),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _proposed(self):
        return self.action_ids.filtered(lambda action: action.state == "proposed")

    def _propose_alone(self):
        """Propose what is due for this case, in a batch of its own, and return it."""
        self.ensure_one()
        # sudo: batches are the managers'; what a collector sends of an own case needs one as its place
        run = self.env["collection.run"].sudo().create({"company_id": self.company_id.id, "user_id": self.env.uid})
        self.env["collection.action"].sudo()._propose_cases(run, self.id - 1, 1, last=self.id)
        self.invalidate_recordset(["action_ids"])
        proposed = self._proposed()
        if proposed:
            run.state = "approved"  # as its proposals are about to be
        else:
            run.unlink()
        return proposed

    # ---- the counter of the day -----------------------------------------------------------------------------------

    @api.model
    def get_day(self):
        """Return how far the current user's day is: {handled, to_do: numbers of own cases; promised, collected:
        amounts of today as text, in the currency of the current company}.
        """
        self._check_is_collector()
        today, currency = self._today(), self.env.company.root_id.currency_id
        return {
            "handled": self.search_count([("worked_on", "=", today), ("is_mine", "=", True)]),
            "to_do": self.search_count(self._day_domain()),
            "promised": currency.format(self._promised_on(today, currency)),
            "collected": currency.format(self._collected_on(today, currency)),
        }

    @api.model
    def _check_is_collector(self):
        if not self.env.user.has_group("debt_collection.group_collection_collector"):
            raise AccessError(self.env._("Only collectors have a worklist."))

    @api.model
    def _promised_on(self, day, currency):
        """Return what debtors of the current user promised on a day, taken back or not, in a currency."""
        sums = self.env["collection.promise"]._read_group(
            [("date_made", "=", day), ("case_id.is_mine", "=", True), ("state", "!=", "cancelled")],
            ["company_id", "currency_id"],
            ["amount:sum"],
        )
        return sum(promised._convert(amount, currency, company, day) for company, promised, amount in sums)

    @api.model
    def _collected_on(self, day, currency):
        """Return what came in on a day from debtors of the current user, by accounting date, in a currency.

        Receivable lines of posted entries in bank, cash and credit card journals, positive when they pay.
        """
        roots = self.env.companies.root_id
        lines = self.env["account.move.line"]
        lines.flush_model()
        self.flush_model(["company_id", "partner_id", "user_id", "state", "date_close"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT root.id, -sum(line.balance)
                  FROM account_move_line line
                  JOIN account_account account ON account.id = line.account_id
                                              AND account.account_type = 'asset_receivable'
                  JOIN account_journal journal ON journal.id = line.journal_id
                                              AND journal.type IN ('bank', 'cash', 'credit')
                  JOIN res_company company ON company.id = line.company_id
                  JOIN res_company root ON root.id = split_part(company.parent_path, '/', 1)::int
                  JOIN res_partner partner ON partner.id = line.partner_id
                 WHERE line.date = %(day)s
                   AND line.parent_state = 'posted'
                   AND root.id = ANY(%(roots)s)
                   AND EXISTS (SELECT FROM collection_case c
                                WHERE c.company_id = root.id
                                  AND c.partner_id = partner.commercial_partner_id
                                  AND c.user_id = ANY(%(users)s)
                                  AND (c.state = 'open' OR c.date_close >= %(day)s))
              GROUP BY root.id
                """,
                day=day,
                roots=roots.ids,
                users=self._mine(),
            )
        )
        # sudo: only the currency of a root company, of which the user may know a branch alone
        companies = {company.id: company for company in roots.sudo()}
        return sum(
            companies[id_].currency_id._convert(float(amount), currency, companies[id_], day) for id_, amount in rows
        )
