"""Propose: which step is due, for which items, and why. One action per case and channel, a line per item.

A proposal changes nothing: no level, no case, no mail. It may be repeated; what is in an open proposal is not taken by
another batch.
"""

from odoo import api, models
from odoo.tools import SQL


class CollectionAction(models.Model):
    _inherit = "collection.action"

    @api.model
    def _propose(self, run):
        """Insert the proposals that are due on the date of a batch.

        A debtor gets one notice covering all its items overdue, in the tone of the highest level among them once it
        has left: a level received with it, or one that an item still unpaid has had before. Each channel of that
        level is an action; where a debtor cannot be reached by e-mail a letter takes over, and without a postal
        address a call.
        :param run: collection.run; its filters restrict whom is looked at
        :return: number of actions proposed
        """
        company, today = run.company_id.root_id, run.date
        cr = self.env.cr
        # one proposal at a time per company: a second one waits here, and finds taken what the first took (or, where
        # its transaction began earlier, fails on it and is tried again)
        cr.execute("SELECT pg_advisory_xact_lock(hashtext('collection_propose'), %s)", [company.id])
        ledger = self.env["collection.ledger"]
        ledger._prepare()
        # besides the ledger: addresses, blacklist and channels decide how each debtor is reached
        for model in (
            "collection.action",
            "collection.action.line",
            "collection.channel",
            "res.partner",
            "mail.blacklist",
        ):
            self.env[model].flush_model()
        run.flush_recordset()
        cr.execute("DROP TABLE IF EXISTS collection_tmp_step")
        cr.execute(
            SQL(
                """
                CREATE TEMP TABLE collection_tmp_step ON COMMIT DROP AS
                WITH %(ledger)s, %(position)s, %(steps)s,
                claimable AS (
                    SELECT step.*, c.id AS case_id,
                           step.next_date <= %(today)s
                               AND CASE WHEN c.stage = 'courtesy' THEN step.next_delay <= 0
                                        ELSE step.next_delay >= 0 END AS is_due,
                           position.excess_credit, position.foreign_credit
                      FROM step
                      JOIN collection_case c ON c.debtor_id = step.debtor_id AND c.state = 'open'
                      JOIN position ON position.partner_id = step.partner_id
                     WHERE step.claim > 0
                       AND step.item_id IS NOT NULL
                       AND NOT step.no_followup AND NOT step.held AND NOT step.left_alone
                       AND coalesce(c.hold_until <= %(today)s, true)
                       AND c.stage NOT IN ('agency', 'legal')
                       AND (step.date_due < %(today)s OR step.next_date <= %(today)s)
                       %(filters)s
                       -- what is open waits for its own end; a scheduled call keeps nothing else from happening
                       AND NOT EXISTS (
                           SELECT FROM collection_action a
                            WHERE a.case_id = c.id
                              AND (a.state IN ('proposed', 'approved', 'sending', 'deferred', 'unknown')
                                   OR (a.state = 'queued' AND a.channel != 'call')
                                   OR (a.state = 'cancelled' AND a.run_id = %(run)s)))
                ),
                summed AS (
                    SELECT claimable.*,
                           sum(claim) FILTER (WHERE date_due < %(today)s OR is_due) OVER (PARTITION BY case_id) AS total
                      FROM claimable
                ),
                graded AS (
                    SELECT summed.*,
                           is_due AND total >= greatest(next_min_amount, strategy_min_amount, 0)
                               AND total > excess_credit AS steps
                      FROM summed
                )
                SELECT graded.*,
                       bool_or(steps) OVER (PARTITION BY case_id) AS case_steps,
                       -- the level an item has once this notice has left, as far as it may set the tone
                       CASE WHEN steps THEN next_level_id
                            WHEN level_delay >= 0 AND total >= coalesce(level_min_amount, 0) THEN level_id
                       END AS tone_level_id,
                       CASE WHEN steps THEN next_delay
                            WHEN level_delay >= 0 AND total >= coalesce(level_min_amount, 0) THEN level_delay
                       END AS tone_delay
                  FROM graded
                 WHERE steps OR date_due < %(today)s
                """,
                ledger=ledger._ctes(company),
                position=ledger._position_cte(today),
                steps=self.env["collection.strategy"]._step_ctes(company, today),
                today=today,
                run=run.id,
                filters=self._propose_filters(run),
            )
        )
        language = self.env["res.lang"]._lang_get(company.partner_id.lang or "en_US")
        env = self.with_context(lang=language.code).env
        cr.execute(
            SQL(
                """
                WITH tone AS (
                    SELECT DISTINCT ON (step.case_id)
                           step.case_id, step.partner_id, step.tone_level_id AS level_id, step.total,
                           step.foreign_credit
                      FROM collection_tmp_step step
                     WHERE step.case_steps AND step.tone_level_id IS NOT NULL
                  ORDER BY step.case_id, step.tone_delay DESC, step.line_id
                ),
                -- why now: the highest step that an item takes, the oldest item first
                cause AS (
                    SELECT DISTINCT ON (step.case_id)
                           step.case_id, step.next_level_id, step.next_delay, step.date_due, step.move_id
                      FROM collection_tmp_step step
                     WHERE step.steps
                  ORDER BY step.case_id, step.next_delay DESC, step.date_due, step.line_id
                ),
                reach AS (
                    SELECT tone.case_id,
                           EXISTS (SELECT FROM res_partner a
                                    WHERE a.active AND a.email_normalized IS NOT NULL
                                      AND (a.id = tone.partner_id OR (a.commercial_partner_id = tone.partner_id
                                                                      AND a.type IN ('collections', 'invoice')))
                                      AND NOT EXISTS (SELECT FROM mail_blacklist b
                                                       WHERE b.email = a.email_normalized AND b.active)) AS email,
                           EXISTS (SELECT FROM res_partner a
                                    WHERE a.active AND coalesce(a.street, '') != ''
                                      AND (coalesce(a.city, '') != '' OR coalesce(a.zip, '') != '')
                                      AND (a.id = tone.partner_id OR (a.commercial_partner_id = tone.partner_id
                                                                      AND a.type IN ('collections', 'invoice')))
                           ) AS post
                      FROM tone
                ),
                wanted AS (
                    -- where a fallback is a channel of the level anyway, one action serves both
                    SELECT DISTINCT ON (tone.case_id, resolved.channel)
                           tone.*, channel.code AS wanted_channel, resolved.channel
                      FROM tone
                      JOIN reach ON reach.case_id = tone.case_id
                      JOIN collection_channel_collection_level_rel rel ON rel.collection_level_id = tone.level_id
                      JOIN collection_channel channel ON channel.id = rel.collection_channel_id AND channel.active
                CROSS JOIN LATERAL (
                           SELECT CASE WHEN channel.code = 'email' AND NOT reach.email
                                       THEN CASE WHEN reach.post THEN 'letter' ELSE 'call' END
                                       WHEN channel.code = 'letter' AND NOT reach.post
                                       THEN CASE WHEN reach.email THEN 'email' ELSE 'call' END
                                       ELSE channel.code
                                  END AS channel
                           ) resolved
                     WHERE %(levels)s
                  ORDER BY tone.case_id, resolved.channel, (channel.code = resolved.channel) DESC
                ),
                added AS (
                    INSERT INTO collection_action (run_id, case_id, company_id, partner_id, level_id, channel, state,
                                                   currency_id, amount, needs_look, reason,
                                                   create_uid, write_uid, create_date, write_date)
                    SELECT %(run)s, wanted.case_id, %(company)s, wanted.partner_id, wanted.level_id, wanted.channel,
                           'proposed', %(currency)s, wanted.total, wanted.foreign_credit,
                           CASE WHEN cause.next_delay < 0
                                THEN format(%(text_courtesy)s, m.name, to_char(cause.date_due, %(dates)s))
                                ELSE format(%(text_late)s, m.name, %(today)s - cause.date_due,
                                            coalesce(level.name->>%(lang)s, level.name->>'en_US'), cause.next_delay)
                           END
                           || CASE WHEN wanted.wanted_channel = wanted.channel THEN ''
                                   WHEN wanted.wanted_channel = 'email' AND wanted.channel = 'letter'
                                   THEN ' ' || %(text_no_email)s
                                   WHEN wanted.wanted_channel = 'email' THEN ' ' || %(text_no_email_no_post)s
                                   WHEN wanted.channel = 'email' THEN ' ' || %(text_no_post)s
                                   ELSE ' ' || %(text_no_post_no_email)s
                              END
                           || CASE WHEN wanted.foreign_credit THEN ' ' || %(text_foreign)s ELSE '' END,
                           %(uid)s, %(uid)s, now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
                      FROM wanted
                      JOIN cause ON cause.case_id = wanted.case_id
                      JOIN account_move m ON m.id = cause.move_id
                      JOIN collection_level level ON level.id = cause.next_level_id
                  ORDER BY wanted.case_id, wanted.channel
                        ON CONFLICT DO NOTHING
                 RETURNING id, case_id, channel
                )
                INSERT INTO collection_action_line (action_id, item_id, level_id, channel, round, live, name,
                                                    date_invoice, date_due, currency_id, amount_original,
                                                    amount_currency, amount_claim, amount_residual, days_overdue)
                SELECT added.id, step.item_id, CASE WHEN step.steps THEN step.next_level_id END, added.channel,
                       step.round, true, step.move_name, step.date_invoice, step.date_due, step.currency_id,
                       step.original_currency, step.residual_currency, step.claim_currency, step.residual,
                       %(today)s - step.date_due
                  FROM added
                  JOIN collection_tmp_step step ON step.case_id = added.case_id
                    ON CONFLICT DO NOTHING
                """,
                run=run.id,
                company=company.id,
                currency=company.currency_id.id,
                today=today,
                uid=self.env.uid,
                lang=language.code,
                dates=language._sql_date_format(),
                levels=SQL("tone.level_id = ANY(%s)", run.level_ids.ids) if run.level_ids else SQL("true"),
                text_late=env._(
                    "%(number)s is %(days)s days late; “%(level)s” is due after %(delay)s days.",
                    number="%1$s",
                    days="%2$s",
                    level="%3$s",
                    delay="%4$s",
                ),
                text_courtesy=env._("%(number)s falls due on %(date)s.", number="%1$s", date="%2$s"),
                text_no_email=env._("There is no e-mail address that can be used: a letter instead."),
                text_no_email_no_post=env._("There is neither an e-mail nor a postal address: a call instead."),
                text_no_post=env._("There is no postal address: an e-mail instead."),
                text_no_post_no_email=env._("There is neither a postal nor an e-mail address: a call instead."),
                text_foreign=env._("A credit is open in another currency: look before sending."),
            )
        )
        cr.execute(
            # an item that already has its level by this channel takes no second one; an action without any is void
            """
            DELETE FROM collection_action a
             WHERE a.run_id = %s AND a.state = 'proposed'
               AND NOT EXISTS (SELECT FROM collection_action_line l WHERE l.action_id = a.id AND l.level_id IS NOT NULL)
            """,
            [run.id],
        )
        cr.execute("DROP TABLE collection_tmp_step")
        self.env.invalidate_all()
        return self.search_count([("run_id", "=", run.id), ("state", "=", "proposed")])

    @api.model
    def _propose_filters(self, run):
        filters = SQL()
        if run.strategy_ids:
            filters = SQL("AND c.strategy_id = ANY(%s)", run.strategy_ids.ids)
        if run.collector_ids:
            filters = SQL("%s AND c.user_id = ANY(%s)", filters, run.collector_ids.ids)
        return filters
