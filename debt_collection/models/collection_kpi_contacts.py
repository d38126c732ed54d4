"""What the contact log says of a period: who was tried, who was reached, who answered, and what it cost.

How it works. An attempt is an entry for something of ours that left or was made: sent or printed, a call or visit
whatever came of it, and what was done by hand and ticked off. What failed, was skipped, or may not have left is none.
A correction is no entry of its own: its outcome, unless it is a note, and its cost, where it has one, take the place
of those of the entry it corrects.
"""

from datetime import datetime, time, timedelta

import pytz
from odoo import api, models
from odoo.tools import SQL

from .collection_case_numbers import REACHED

ATTEMPTS = ("sent", "printed", "no_answer", "wrong_number", "visited", "third_party", *REACHED)
# what comes in and is no answer
NO_ANSWER = ("auto_reply", "delivered", "bounced", "note", "third_party", "no_answer", "wrong_number", "unknown")
CONTACTS = ("contacts", "reached", "right_party", "answered", "accounts", "cost")


class CollectionKpi(models.AbstractModel):
    _inherit = "collection.kpi"

    @api.model
    def _contacts(self, scope, date_from, date_to):
        """Return what the log says of a period: [dict] with `key` and CONTACTS.

        `answered` are the attempts followed by a message or call of the debtor, a promise, or money of the debtor, from
        that moment (promises and money: from that day) to the end of the days for an answer; `accounts` the debtors
        with an attempt.
        """
        key, joins, condition = self._key(scope)
        self.env.cr.execute(
            SQL(
                """
                WITH RECURSIVE %(ctes)s
                SELECT %(key)s AS key,
                       count(*) FILTER (WHERE is_attempt) AS contacts,
                       count(*) FILTER (WHERE is_attempt AND is_reached) AS reached,
                       count(*) FILTER (WHERE is_attempt AND is_right_party) AS right_party,
                       count(*) FILTER (WHERE is_attempt AND is_answered) AS answered,
                       count(DISTINCT debtor_id) FILTER (WHERE is_attempt) AS accounts,
                       coalesce(sum(cost), 0) AS cost
                  FROM figure
                  %(joins)s
                 WHERE %(condition)s
              GROUP BY 1
                """,
                ctes=self._contact_ctes(scope.company, date_from, date_to),
                key=key,
                joins=joins,
                condition=condition,
            )
        )
        return self.env.cr.dictfetchall()

    @api.model
    def _contact_ctes(self, company, date_from, date_to):
        """Return the SQL that defines `figure`, a row per entry of the log that counts; to be used WITH RECURSIVE.

        :param company: res.company, a root
        :return: SQL. Columns: id, debtor_id, partner_id, channel, day (in the company's time zone), cost, is_attempt,
            is_reached, is_right_party and is_answered
        """
        zone = self._zone(company)
        wait = company.sudo().collection_response_days
        return SQL(
            """
            correction AS (
                SELECT first.corrects_id AS contact_id, first.id, first.outcome, first.cost
                  FROM collection_contact first
                 WHERE first.corrects_id IS NOT NULL AND first.company_id = %(company)s
             UNION ALL
                SELECT correction.contact_id, next.id, next.outcome, next.cost
                  FROM correction
                  JOIN collection_contact next ON next.corrects_id = correction.id
            ),
            corrected AS (
                SELECT contact_id,
                       (array_agg(outcome ORDER BY id DESC) FILTER (WHERE outcome != 'note'))[1] AS outcome,
                       (array_agg(cost ORDER BY id DESC) FILTER (WHERE cost != 0))[1] AS cost
                  FROM correction
              GROUP BY contact_id
            ),
            entry AS MATERIALIZED (
                SELECT contact.id, c.debtor_id, debtor.partner_id, contact.channel, contact.date, contact.direction,
                       (contact.date AT TIME ZONE 'UTC' AT TIME ZONE %(zone)s)::date AS day,
                       coalesce(corrected.outcome, contact.outcome) AS outcome,
                       coalesce(corrected.cost, contact.cost, 0) AS cost
                  FROM collection_contact contact
                  JOIN collection_case c ON c.id = contact.case_id
                  JOIN collection_debtor debtor ON debtor.id = c.debtor_id
             LEFT JOIN corrected ON corrected.contact_id = contact.id
                 WHERE contact.company_id = %(company)s
                   AND contact.date >= %(start)s AND contact.date < %(end)s
                   AND contact.corrects_id IS NULL
                   AND contact.channel != 'note'
            ),
            attempt AS MATERIALIZED (
                SELECT id, debtor_id, partner_id, day, date, outcome
                  FROM entry
                 WHERE direction = 'out'
                   AND (outcome = ANY(%(attempts)s) OR outcome = 'note' AND channel = ANY(%(by_hand)s))
            ),
            -- a promise and a payment have a day; the end of it, so that one of the same day counts
            answer AS (
                SELECT c.debtor_id, contact.date AS moment,
                       (contact.date AT TIME ZONE 'UTC' AT TIME ZONE %(zone)s)::date AS day
                  FROM collection_contact contact
                  JOIN collection_case c ON c.id = contact.case_id
                 WHERE contact.company_id = %(company)s
                   AND contact.date >= %(start)s AND contact.date < %(answers_end)s
                   AND contact.direction = 'in'
                   AND contact.outcome != ALL(%(no_answer)s)
             UNION ALL
                SELECT c.debtor_id, 'infinity', promise.date_made
                  FROM collection_promise promise
                  JOIN collection_case c ON c.id = promise.case_id
                 WHERE promise.company_id = %(company)s
                   AND promise.date_made BETWEEN %(date_from)s AND %(last)s
             UNION ALL
                SELECT debtor.id, 'infinity', l.date
                  FROM account_move_line l
                  JOIN res_partner p ON p.id = l.partner_id
                  JOIN collection_debtor debtor ON debtor.partner_id = p.commercial_partner_id
                                               AND debtor.company_id = %(company)s
                 WHERE l.account_id = ANY(%(accounts)s)
                   AND l.date BETWEEN %(date_from)s AND %(last)s
                   AND l.parent_state = 'posted'
                   AND l.company_id = ANY(%(companies)s)
                   AND l.journal_id = ANY(%(money)s)
                   AND l.balance < 0
            ),
            answered AS (
                SELECT DISTINCT attempt.id
                  FROM attempt
                  JOIN answer ON answer.debtor_id = attempt.debtor_id
                             AND answer.moment >= attempt.date
                             AND answer.day BETWEEN attempt.day AND attempt.day + %(wait)s
            ),
            figure AS (
                SELECT entry.id, entry.debtor_id, entry.partner_id, entry.channel, entry.day, entry.cost,
                       attempt.id IS NOT NULL AS is_attempt,
                       entry.outcome = 'third_party' OR entry.outcome = ANY(%(reached)s) AS is_reached,
                       entry.outcome = ANY(%(reached)s) AS is_right_party,
                       answered.id IS NOT NULL OR entry.outcome = 'promise' AS is_answered
                  FROM entry
             LEFT JOIN attempt ON attempt.id = entry.id
             LEFT JOIN answered ON answered.id = entry.id
            )
            """,
            company=company.id,
            zone=zone,
            start=self._moment(date_from, zone),
            end=self._moment(date_to + timedelta(days=1), zone),
            answers_end=self._moment(date_to + timedelta(days=wait + 1), zone),
            date_from=date_from,
            last=date_to + timedelta(days=wait),
            wait=wait,
            attempts=list(ATTEMPTS),
            by_hand=self.env["collection.channel"]._by_hand(),
            no_answer=list(NO_ANSWER),
            reached=list(REACHED),
            accounts=self.env["collection.ledger"]._receivable_accounts(),
            companies=self.env["collection.ledger"]._branches(company).ids,
            money=self._money_journals(),
        )

    @api.model
    def _zone(self, company):
        """Return the name of the time zone in which a company's days begin."""
        # sudo: where the company is
        company = company.sudo()
        zone = company.partner_id.tz or company.resource_calendar_id.tz
        return zone if zone in pytz.all_timezones_set else "UTC"

    @api.model
    def _moment(self, day, zone):
        """Return the moment, in UTC, at which a day begins in a time zone."""
        local = pytz.timezone(zone).localize(datetime.combine(day, time.min))
        return local.astimezone(pytz.utc).replace(tzinfo=None)
