"""Debtors who were contacted, perhaps many times, and have not answered: a row per open case, read from the log."""

from odoo import api, fields, models
from odoo.tools import SQL

from .collection_contact_rule_judge import SILENT

# what of the log is a contact that waits for an answer: neither what failed nor a number that was not the debtor's
CONTACTS = ("sent", "printed", "third_party", "no_answer", "visited")
# what a contact of ours may end in that is an answer
SPOKEN = ("reached", "promise", "dispute", "refuses", "call_back")


class CollectionUnanswered(models.Model):
    """Counted since the last answer: something that came in, a conversation, a promise or a payment."""

    _name = "collection.unanswered"
    _description = "Debtor Without an Answer"
    _auto = False
    _order = "contact_count desc, last_date, id"
    _rec_name = "partner_id"

    case_id = fields.Many2one("collection.case", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Debtor", readonly=True)
    user_id = fields.Many2one("res.users", string="Collector", readonly=True)
    strategy_id = fields.Many2one("collection.strategy", readonly=True)
    level_id = fields.Many2one("collection.level", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    amount_claim = fields.Monetary(string="To Collect", readonly=True)
    contact_count = fields.Integer(string="Contacts", readonly=True, help="Contacts since the last answer.")
    first_date = fields.Date(string="First", readonly=True, help="The first contact since the last answer.")
    last_date = fields.Date(string="Last", readonly=True, help="The last contact.")
    answered_on = fields.Date(
        string="Last Answer", readonly=True, help="The last reply, conversation, promise or payment before."
    )
    channel_codes = fields.Char(readonly=True)
    channels = fields.Char(compute="_compute_channels", help="The ways by which the debtor was contacted.")

    @api.depends("channel_codes")
    def _compute_channels(self):
        labels = dict(self.env["collection.channel"]._selection())
        for row in self:
            row.channels = ", ".join(labels.get(code, code) for code in (row.channel_codes or "").split(",") if code)

    @property
    def _table_query(self):
        for model in ("collection.case", "collection.contact", "account.move.line", "account.account", "res.partner"):
            self.env[model].flush_model()
        return SQL(
            """
            WITH entry AS (
                SELECT contact.case_id, contact.date, contact.channel, answer.is_answer,
                       max(contact.date) FILTER (WHERE answer.is_answer) OVER (PARTITION BY contact.case_id) AS answered
                  FROM collection_contact contact
                  JOIN collection_case open_case ON open_case.id = contact.case_id AND open_case.state = 'open'
            CROSS JOIN LATERAL (SELECT contact.direction = 'in' AND contact.outcome != ALL(%(silent)s)
                                       OR contact.outcome = ANY(%(spoken)s) AS is_answer) answer
                 WHERE (answer.is_answer OR contact.direction = 'out' AND contact.outcome = ANY(%(contacts)s))
                   -- what was corrected was not so, and what came back reached nobody; both are few
                   AND NOT EXISTS (SELECT FROM collection_contact correction
                                    WHERE correction.corrects_id = contact.id AND correction.corrects_id IS NOT NULL
                                      AND correction.outcome != 'note')
                   AND NOT EXISTS (SELECT FROM collection_contact bounce
                                    WHERE bounce.action_id = contact.action_id AND bounce.action_id IS NOT NULL
                                      AND bounce.outcome = 'bounced')
            ),
            payment AS (
                SELECT p.commercial_partner_id AS partner_id,
                       split_part(company.parent_path, '/', 1)::int AS company_id,
                       max(l.date) AS date
                  FROM account_move_line l
                  JOIN account_account account ON account.id = l.account_id
                                              AND account.account_type = 'asset_receivable'
                  JOIN account_journal journal ON journal.id = l.journal_id
                                              AND journal.type IN ('bank', 'cash', 'credit')
                  JOIN res_company company ON company.id = l.company_id
                  JOIN res_partner p ON p.id = l.partner_id
                 WHERE l.parent_state = 'posted' AND l.balance < 0
                   -- what was paid before a case opened answers nothing that was said in it
                   AND l.date >= (SELECT min(date_open) FROM collection_case WHERE state = 'open')
              GROUP BY 1, 2
            )
            -- by the entry's case: Odoo's conditions on the id reach the log
            SELECT entry.case_id AS id, entry.case_id, c.company_id, c.partner_id, c.user_id, c.strategy_id,
                   c.level_id, c.currency_id, c.amount_claim, count(*) AS contact_count,
                   min(entry.date)::date AS first_date, max(entry.date)::date AS last_date,
                   greatest(max(entry.answered)::date, max(payment.date)) AS answered_on,
                   string_agg(DISTINCT entry.channel, ',') AS channel_codes
              FROM entry
              JOIN collection_case c ON c.id = entry.case_id
         LEFT JOIN payment ON payment.partner_id = c.partner_id AND payment.company_id = c.company_id
                          AND payment.date >= c.date_open
             WHERE NOT entry.is_answer
               AND (entry.answered IS NULL OR entry.date > entry.answered)
               -- a payment has a day, no hour: what was sent on that day may have led to it
               AND (payment.date IS NULL OR entry.date >= payment.date + 1)
          GROUP BY entry.case_id, c.id
            """,
            contacts=list(CONTACTS),
            spoken=list(SPOKEN),
            silent=list(SILENT),
        )

    def action_open_case(self):
        """Open the case."""
        self.ensure_one()
        return self.case_id.get_formview_action()
