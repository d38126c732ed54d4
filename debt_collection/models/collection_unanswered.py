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
    first_date = fields.Datetime(string="First", readonly=True, help="The first contact since the last answer.")
    last_date = fields.Datetime(string="Last", readonly=True, help="The last contact.")
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
        for model in ("collection.case", "collection.contact", "account.move.line", "account.journal", "res.partner"):
            self.env[model].flush_model()
        return SQL(
            """
            WITH receivable AS (
                SELECT id FROM account_account WHERE account_type = 'asset_receivable'
            ),
            entry AS (
                SELECT contact.case_id, contact.date, contact.channel,
                       contact.direction = 'in' OR contact.outcome = ANY(%(spoken)s) AS is_answer
                  FROM collection_contact contact
                  JOIN collection_case open_case ON open_case.id = contact.case_id AND open_case.state = 'open'
                 WHERE (contact.direction = 'out' AND contact.outcome = ANY(%(contacts)s)
                        OR contact.direction = 'in' AND contact.outcome != ALL(%(silent)s)
                        OR contact.outcome = ANY(%(spoken)s))
                   -- what was corrected was not so, and what came back reached nobody
                   AND NOT EXISTS (SELECT FROM collection_contact correction
                                    WHERE correction.case_id = contact.case_id AND correction.corrects_id = contact.id
                                      AND correction.outcome != 'note')
                   AND NOT EXISTS (SELECT FROM collection_contact bounce
                                    WHERE bounce.case_id = contact.case_id AND bounce.action_id = contact.action_id
                                      AND bounce.outcome = 'bounced')
            ),
            answer AS (
                SELECT case_id, max(date) AS date FROM entry WHERE is_answer GROUP BY case_id
            ),
            payment AS (
                SELECT p.commercial_partner_id AS partner_id,
                       split_part(company.parent_path, '/', 1)::int AS company_id,
                       max(l.date) AS date
                  FROM account_move_line l
                  JOIN account_journal journal ON journal.id = l.journal_id
                                              AND journal.type IN ('bank', 'cash', 'credit')
                  JOIN res_company company ON company.id = l.company_id
                  JOIN res_partner p ON p.id = l.partner_id
                 WHERE l.account_id IN (SELECT id FROM receivable) AND l.parent_state = 'posted' AND l.balance < 0
              GROUP BY 1, 2
            )
            SELECT c.id, c.id AS case_id, c.company_id, c.partner_id, c.user_id, c.strategy_id, c.level_id,
                   c.currency_id, c.amount_claim, count(*) AS contact_count, min(entry.date) AS first_date,
                   max(entry.date) AS last_date,
                   greatest(max(answer.date)::date, max(payment.date)) AS answered_on,
                   string_agg(DISTINCT entry.channel, ',') AS channel_codes
              FROM collection_case c
              JOIN entry ON entry.case_id = c.id AND NOT entry.is_answer
         LEFT JOIN answer ON answer.case_id = c.id
         LEFT JOIN payment ON payment.partner_id = c.partner_id AND payment.company_id = c.company_id
             WHERE (answer.date IS NULL OR entry.date > answer.date)
               -- a payment has a day, no hour: what was sent on that day may have led to it
               AND (payment.date IS NULL OR entry.date >= payment.date + 1)
          GROUP BY c.id
            """,
            contacts=list(CONTACTS),
            spoken=list(SPOKEN),
            silent=list(SILENT),
        )

    def action_open_case(self):
        """Open the case."""
        self.ensure_one()
        return self.case_id.get_formview_action()
