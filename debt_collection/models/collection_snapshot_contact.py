"""How each channel did, day by day: counted when the days for an answer have passed, and kept."""

from odoo import api, fields, models
from odoo.tools import SQL

from ..fields import BareMany2one

RIGHT_PARTY = ("reached", "promise", "dispute", "refuses", "call_back", "opt_out")
REACHED = (*RIGHT_PARTY, "third_party")
ATTEMPTS = (*REACHED, "sent", "printed", "delivered", "no_answer", "wrong_number", "visited")


class CollectionSnapshotContact(models.Model):
    _name = "collection.snapshot.contact"
    _description = "Daily Contacts"
    _inherit = ["collection.published"]
    _order = "date desc, id desc"
    _rec_name = "date"
    _log_access = False

    company_id = BareMany2one("res.company", required=True, readonly=True)
    date = fields.Date(required=True, readonly=True, help="The day of the contacts.")
    user_id = BareMany2one("res.users", string="Collector", readonly=True, help="Who had the debtors on that day.")
    channel = fields.Selection(lambda self: self.env["collection.channel"]._selection(), required=True, readonly=True)
    attempts = fields.Integer(readonly=True, help="Contacts that left or were made.")
    reached = fields.Integer(readonly=True, help="People who were reached, whoever they were.")
    right_party = fields.Integer(readonly=True, help="The one who decides was reached.")
    answered = fields.Integer(readonly=True, help="Followed by a reply, a promise or a payment in time.")
    cost = fields.Float(readonly=True, digits=(16, 4), help="In company currency.")

    _day_uniq = models.UniqueIndex("(company_id, date, channel, COALESCE(user_id, 0))", "A day is published once.")

    @api.model
    def _take(self, company, today):
        """Publish the contacts of all days since the last published one whose days for an answer have passed.

        :param company: res.company (its root is taken)
        :param today: datetime.date, not complete yet
        """
        company = company.root_id
        days = company._collection_settings().collection_response_days
        self.env["collection.ledger"]._prepare()
        self.env["collection.contact"].flush_model()
        self.env.cr.execute(
            SQL(
                """
                WITH attempt AS (
                    SELECT entry.channel, entry.outcome, entry.date AS at, entry.date::date AS date, entry.cost,
                           debtor.id AS debtor_id, debtor.partner_id
                      FROM collection_contact entry
                      JOIN collection_case ON collection_case.id = entry.case_id
                      JOIN collection_debtor debtor ON debtor.id = collection_case.debtor_id
                     WHERE entry.company_id = %(company)s
                       AND entry.direction = 'out'
                       AND entry.corrects_id IS NULL
                       AND entry.channel = ANY(%(channels)s)
                       AND entry.outcome = ANY(%(attempts)s)
                       AND entry.date < %(today)s::date - %(days)s
                       AND entry.date >= coalesce((SELECT max(date) + 1 FROM collection_snapshot_contact
                                                    WHERE company_id = %(company)s), '-infinity')
                )
                INSERT INTO collection_snapshot_contact (company_id, date, user_id, channel, attempts, reached,
                                                         right_party, answered, cost)
                SELECT %(company)s, attempt.date, assigned.user_id, attempt.channel, count(*),
                       count(*) FILTER (WHERE attempt.outcome = ANY(%(reached)s)),
                       count(*) FILTER (WHERE attempt.outcome = ANY(%(right_party)s)),
                       count(*) FILTER (WHERE %(answered)s),
                       coalesce(sum(attempt.cost), 0)
                  FROM attempt
                       %(assigned)s
              GROUP BY attempt.date, assigned.user_id, attempt.channel
                    ON CONFLICT DO NOTHING
                """,
                company=company.id,
                channels=[code for code, _label in self.env["collection.channel"]._selection()],
                attempts=list(ATTEMPTS),
                reached=list(REACHED),
                right_party=list(RIGHT_PARTY),
                today=today,
                days=days,
                answered=self._answered(company, days),
                assigned=self.env["collection.assignment"]._assigned(
                    company, SQL("attempt.partner_id"), SQL("attempt.date")
                ),
            )
        )
        self.invalidate_model()

    @api.model
    def _answered(self, company, days):
        """Return the SQL that tells whether an `attempt` was followed by an answer within so many days."""
        accounts = self.env.execute_query(SQL("SELECT id FROM account_account WHERE account_type = 'asset_receivable'"))
        return SQL(
            """
            attempt.outcome = 'promise'
            OR EXISTS (SELECT FROM collection_contact reply
                         JOIN collection_case ON collection_case.id = reply.case_id
                        WHERE collection_case.debtor_id = attempt.debtor_id
                          AND reply.direction = 'in' AND reply.outcome NOT IN ('auto_reply', 'bounced')
                          AND reply.date >= attempt.at AND reply.date::date <= attempt.date + %(days)s)
            OR EXISTS (SELECT FROM collection_promise promise
                         JOIN collection_case ON collection_case.id = promise.case_id
                        WHERE collection_case.debtor_id = attempt.debtor_id
                          AND promise.state != 'cancelled'
                          AND promise.date_made BETWEEN attempt.date AND attempt.date + %(days)s)
            OR EXISTS (SELECT FROM res_partner partner
                         JOIN account_move_line line ON line.partner_id = partner.id
                         JOIN account_journal journal ON journal.id = line.journal_id
                        WHERE partner.commercial_partner_id = attempt.partner_id
                          AND line.account_id = ANY(%(accounts)s)
                          AND line.company_id = ANY(%(companies)s)
                          AND line.parent_state = 'posted' AND line.balance < 0
                          AND journal.type IN ('bank', 'cash', 'credit')
                          AND line.date BETWEEN attempt.date AND attempt.date + %(days)s)
            """,
            days=days,
            accounts=[account_id for (account_id,) in accounts],
            companies=self.env["collection.ledger"]._branches(company).ids,
        )
