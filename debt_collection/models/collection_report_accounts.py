"""The status of each account for the periodic report: a row per debtor, in one statement whatever their number."""

from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

from .collection_case_numbers import REACHED
from .collection_kpi_contacts import ATTEMPTS


class CollectionReport(models.AbstractModel):
    _inherit = "collection.report"

    @api.model
    def _attempt_cte(self, company, date_from, date_to):
        """Return the SQL of `attempt`: what was done in a period to reach debtors, from the log.

        Entries that were corrected since do not count; their corrections do. Days are the company's.
        :return: SQL. Columns: case_id, debtor_id, partner_id, channel, date (UTC), day
        """
        zone = company.sudo().resource_calendar_id.tz or self.env.user.tz or "UTC"
        moment = self.env["collection.kpi"]._moment
        self.env["collection.contact"].flush_model()
        return SQL(
            """
            attempt AS (
                SELECT contact.case_id, c.debtor_id, c.partner_id, contact.channel, contact.date,
                       ((contact.date AT TIME ZONE 'UTC') AT TIME ZONE %(zone)s)::date AS day
                  FROM collection_contact contact
                  JOIN collection_case c ON c.id = contact.case_id
                 WHERE c.company_id = %(company)s
                   AND contact.date >= %(start)s AND contact.date < %(end)s
                   AND contact.direction = 'out' AND contact.outcome = ANY(%(attempts)s)
                   AND NOT EXISTS (SELECT FROM collection_contact later WHERE later.corrects_id = contact.id
                                      AND later.case_id = contact.case_id)
            )
            """,
            company=company.id,
            start=moment(date_from, zone),
            end=moment(date_to + timedelta(days=1), zone),
            zone=zone,
            attempts=list(ATTEMPTS),
        )

    @api.model
    def _accounts(self, company, date_from, date_to, user, today):
        """Return the accounts of a company, what is to be collected most first: open cases past due, and those that
        were closed since the period began.

        `due` is what was past due at the start of the period or fell due in it (invoices and other debits, as they
        were), `recovered` the money reconciled with that in the period.
        :param user: res.users, the collector; empty for all
        :return: [dict] with the columns of the statement; amounts float in company currency, days as dates
        """
        for name in ("debtor", "level", "promise", "dispute", "assignment"):
            self.env[f"collection.{name}"].flush_model()
        ledger = self.env["collection.ledger"]
        ledger._prepare()
        self.env["account.partial.reconcile"].flush_model()
        self.env["res.partner"].flush_model(["complete_name"])
        rows = ledger._fetch(
            SQL(
                """
                WITH %(past)s, %(attempt)s,
                listed AS (
                    SELECT DISTINCT ON (c.debtor_id) c.*
                      FROM collection_case c
                     WHERE c.company_id = %(company)s AND c.stage != 'courtesy' AND c.partner_id IS NOT NULL
                       AND (c.state = 'open'
                            OR (c.date_close >= %(date_from)s AND c.close_reason NOT IN ('merged', 'moved')))
                       %(of_collector)s
                  ORDER BY c.debtor_id, c.state = 'open' DESC, c.id DESC
                ),
                -- what was past due at the start, or fell due
                due_line AS (
                    SELECT partner_id, line_id, residual AS amount
                      FROM past_line
                     WHERE is_debit AND date_due <= %(date_to)s
                 UNION ALL
                    SELECT p.commercial_partner_id, l.id, l.balance
                      FROM account_move_line l
                      JOIN account_account account ON account.id = l.account_id
                                                  AND account.account_type = 'asset_receivable'
                      JOIN account_journal journal ON journal.id = l.journal_id
                                                  AND journal.type NOT IN ('bank', 'cash', 'credit')
                      JOIN res_partner p ON p.id = l.partner_id
                     WHERE l.parent_state = 'posted' AND l.company_id = ANY(%(companies)s) AND l.balance > 0
                       AND l.date BETWEEN %(date_from)s AND %(date_to)s
                       AND coalesce(l.date_maturity, l.date) <= %(date_to)s
                ),
                paid AS (
                    SELECT partial.debit_move_id AS line_id, sum(partial.amount) AS amount
                      FROM account_partial_reconcile partial
                      JOIN account_move_line credit ON credit.id = partial.credit_move_id
                      JOIN account_journal journal ON journal.id = credit.journal_id
                                                  AND journal.type IN ('bank', 'cash', 'credit')
                     WHERE partial.max_date BETWEEN %(date_from)s AND %(date_to)s
                       AND partial.company_id = ANY(%(companies)s)
                  GROUP BY partial.debit_move_id
                ),
                flow AS (
                    SELECT partner_id, sum(due_line.amount) AS due, coalesce(sum(paid.amount), 0) AS recovered
                      FROM due_line
                 LEFT JOIN paid USING (line_id)
                  GROUP BY partner_id
                ),
                contacted AS (
                    SELECT debtor_id, count(*) AS contacts,
                           (array_agg(day ORDER BY date DESC))[1] AS last_contact,
                           (array_agg(channel ORDER BY date DESC))[1] AS last_channel
                      FROM attempt
                  GROUP BY debtor_id
                ),
                disputed AS (
                    SELECT case_id, min(deadline) AS dispute_deadline
                      FROM collection_dispute
                     WHERE state = 'open'
                  GROUP BY case_id
                ),
                broken AS (
                    SELECT case_id, max(date) AS promised_for
                      FROM collection_promise
                     WHERE state = 'broken'
                  GROUP BY case_id
                ),
                highest AS (
                    SELECT strategy_id, max(delay_days) AS delay_days
                      FROM collection_level
                     WHERE active
                  GROUP BY strategy_id
                ),
                %(silence)s,
                unproven AS (%(unproven)s)
                SELECT listed.id AS case_id, listed.state, listed.stage, listed.close_reason, listed.user_id,
                       coalesce(partner.complete_name, debtor.name) AS debtor,
                       CASE WHEN listed.state = 'open' THEN listed.amount_claim ELSE 0 END AS claim,
                       CASE WHEN listed.state = 'open' THEN listed.amount_overdue ELSE 0 END AS overdue,
                       listed.amount_disputed AS disputed,
                       CASE WHEN listed.state = 'open' THEN %(today)s - listed.oldest_due_date END AS days_late,
                       listed.level_id, listed.next_level_id, listed.next_action_date, listed.reason,
                       listed.hold_until, listed.hold_reason, listed.promise_broken, listed.foreign_credit,
                       debtor.legal_status, debtor.do_not_follow_up_until, debtor.do_not_follow_up_reason,
                       %(left_alone)s AS left_alone,
                       broken.promised_for, disputed.dispute_deadline,
                       coalesce(level.delay_days >= highest.delay_days, false) AS is_last_level,
                       coalesce(contacted.contacts, 0) AS contacts, contacted.last_contact, contacted.last_channel,
                       coalesce(flow.due, 0) AS due, coalesce(flow.recovered, 0) AS recovered,
                       coalesce(silence.notices, 0) AS notices, coalesce(unproven.items, 0) AS unproven
                  FROM listed
                  JOIN collection_debtor debtor ON debtor.id = listed.debtor_id
             LEFT JOIN res_partner partner ON partner.id = listed.partner_id
             LEFT JOIN collection_level level ON level.id = listed.level_id
             LEFT JOIN highest ON highest.strategy_id = listed.strategy_id
             LEFT JOIN flow ON flow.partner_id = listed.partner_id
             LEFT JOIN contacted ON contacted.debtor_id = listed.debtor_id
             LEFT JOIN disputed ON disputed.case_id = listed.id
             LEFT JOIN broken ON broken.case_id = listed.id
             LEFT JOIN silence ON silence.case_id = listed.id
             LEFT JOIN unproven ON unproven.case_id = listed.id
              ORDER BY claim DESC, recovered DESC, listed.id
                """,
                past=ledger._past_line_cte(company, date_from - timedelta(days=1)),
                attempt=self._attempt_cte(company, date_from, date_to),
                company=company.id,
                companies=ledger._branches(company).ids,
                date_from=date_from,
                date_to=date_to,
                today=today,
                of_collector=SQL("AND c.user_id = %s", user.id) if user else SQL(),
                left_alone=self.env["collection.debtor"]._left_alone(today),
                silence=self._silence_cte(),
                unproven=self._unproven_query(company, today),
            )
        )
        unreachable = set(self.env["collection.case"]._unreachable_ids(SQL("c.company_id = %s", company.id)))
        for row in rows:
            row["unreachable"] = row["case_id"] in unreachable
            for name in ("claim", "overdue", "disputed", "due", "recovered"):
                row[name] = float(row[name] or 0)
        return rows

    @api.model
    def _silence_cte(self):
        """Return the SQL of `silence`: how many notices and calls each case of `listed` with no next step has had since
        its debtor last answered or paid anything."""
        return SQL(
            """
            idle AS (SELECT id AS case_id FROM listed WHERE state = 'open' AND next_level_id IS NULL),
            answer AS (
                SELECT case_id, max(date) AS date
                  FROM (SELECT contact.case_id, contact.date
                          FROM idle
                          JOIN collection_contact contact USING (case_id)
                         WHERE contact.outcome = ANY(%(reached)s) OR contact.outcome = 'received'
                     UNION ALL
                        SELECT item.case_id, partial.max_date
                          FROM idle
                          JOIN collection_item item USING (case_id)
                          JOIN account_partial_reconcile partial ON partial.debit_move_id = item.move_line_id) answer
              GROUP BY case_id
            ),
            silence AS (
                SELECT contact.case_id, count(*) AS notices
                  FROM idle
                  JOIN collection_contact contact USING (case_id)
             LEFT JOIN answer USING (case_id)
                 WHERE contact.direction = 'out' AND contact.outcome = ANY(%(attempts)s)
                   AND (answer.date IS NULL OR contact.date > answer.date)
              GROUP BY contact.case_id
            )
            """,
            reached=list(REACHED),
            attempts=list(ATTEMPTS),
        )

    @api.model
    def _unproven_query(self, company, today):
        """Return the SQL of the cases with overdue invoices without a proof of delivery, where the company asks for it:
        case_id, items."""
        if not company._collection_settings().collection_require_proof:
            return SQL("SELECT NULL::int AS case_id, 0 AS items WHERE false")
        return SQL(
            """
            SELECT item.case_id, count(*) AS items
              FROM collection_item item
              JOIN account_move move ON move.id = item.move_id AND move.move_type = 'out_invoice'
             WHERE item.is_open AND NOT coalesce(item.no_followup, false) AND item.date_due < %s
               AND NOT EXISTS (SELECT FROM collection_item_proof_rel proof WHERE proof.collection_item_id = item.id)
          GROUP BY item.case_id
            """,
            today,
        )
