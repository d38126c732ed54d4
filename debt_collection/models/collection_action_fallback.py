"""What follows when a channel has failed: the next one at once, or a person who is told that none is left."""

from odoo import api, fields, models
from odoo.tools import SQL


class CollectionAction(models.Model):
    _inherit = "collection.action"

    def _fall_back(self, decided):
        """Let the next channel take over from these notices that did not reach their debtors; in this transaction.

        What takes over is what a proposal would say now, less what is under way, was sent or was excluded by a person
        for the same step. Nothing does where nothing is to be sent any more: paid, promised, held, left alone. Where
        no channel is left, the collector is told.
        :param decided: the ones among these that were approved, by a person or by themselves: what takes over is too
        """
        # sudo: what follows on a failure follows whoever finds it: the mail server, a collector, a job
        standing = self.sudo().filtered(
            lambda action: action.case_id.stage not in ("agency", "legal") and action.line_ids.level_id
        )
        if not standing:
            return self.browse()
        # the step itself, not the channel that is given up
        verdicts = standing.with_context(collection_any_channel=True)._look_again()
        standing = standing.filtered(lambda action: verdicts[action].kind != "skip")
        made, unreached = [], {}
        for company, actions in standing.grouped("company_id").items():
            company_made, company_unreached = actions._put_next_channels(company, decided)
            made += company_made
            unreached |= company_unreached
        made = self.browse(made)
        if made.filtered(lambda action: action.state == "approved"):
            self.env["collection.run"]._trigger_dispatch()
        self._tell_unreached(unreached)
        return made

    def _put_next_channels(self, company, decided):
        """Insert the actions that take over; see `_fall_back`.

        :return: ([ids of the actions], {case id: level id} of the cases that no channel reaches)
        """
        self.env.flush_all()
        lang, _dates = self.env["res.lang"]._collection_language(company)
        env = self.with_context(lang=lang).env
        cr = self.env.cr
        cr.execute(
            SQL(
                """
                WITH failed_action AS (
                    SELECT DISTINCT ON (action.case_id) action.*
                      FROM collection_action action
                     WHERE action.id = ANY(%(actions)s)
                  ORDER BY action.case_id, action.id
                ),
                tone AS (
                    SELECT failed_action.case_id, failed_action.partner_id, failed_action.level_id,
                           debtor.id AS debtor_id,
                           CASE WHEN debtor.legal_status IS NOT NULL THEN debtor.representative_id END
                               AS representative_id
                      FROM failed_action
                      JOIN collection_case c ON c.id = failed_action.case_id
                      JOIN collection_debtor debtor ON debtor.id = c.debtor_id
                ),
                stepping AS (
                    SELECT action.case_id, line.item_id, line.level_id, line.round
                      FROM collection_action_line line
                      JOIN collection_action action ON action.id = line.action_id
                     WHERE action.id = ANY(%(actions)s) AND line.level_id IS NOT NULL
                ),
                -- by which channels the same step is under way, has left, or was excluded by a person
                begun AS (
                    SELECT DISTINCT action.case_id, action.channel
                      FROM collection_action action
                      JOIN collection_action_line line ON line.action_id = action.id
                      JOIN stepping ON stepping.case_id = action.case_id
                                   AND (stepping.item_id, stepping.level_id, stepping.round)
                                       = (line.item_id, line.level_id, line.round)
                     WHERE action.case_id = ANY(%(cases)s)
                       AND action.state != 'failed' AND action.id != ALL(%(actions)s)
                ),
                %(resolved)s,
                added AS (
                    INSERT INTO collection_action (run_id, case_id, company_id, partner_id, level_id, channel, state,
                                                   scheduled_at, approved_by_id, currency_id, amount, needs_look,
                                                   subject, body, reason, create_uid, write_uid, create_date,
                                                   write_date)
                    SELECT before.run_id, before.case_id, before.company_id, before.partner_id, before.level_id,
                           resolved.channel,
                           CASE WHEN before.id = ANY(%(decided)s) THEN 'approved' ELSE 'proposed' END,
                           CASE WHEN before.id = ANY(%(decided)s) THEN %(now)s END,
                           before.approved_by_id, before.currency_id, before.amount, before.needs_look,
                           before.subject, before.body,
                           coalesce(resolved.words, format(%(text_instead)s, %(labels)s::jsonb ->> before.channel,
                                                           %(instead)s::jsonb ->> resolved.channel)),
                           %(uid)s, %(uid)s, now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
                      FROM failed_action before
                      JOIN resolved ON resolved.case_id = before.case_id
                     WHERE (resolved.case_id, resolved.channel) NOT IN (SELECT case_id, channel FROM begun)
                        ON CONFLICT DO NOTHING
                 RETURNING id, case_id, channel
                ),
                named AS (
                    INSERT INTO collection_action_line (action_id, item_id, level_id, channel, round, live, name,
                                                        date_invoice, date_due, currency_id, amount_original,
                                                        amount_currency, amount_claim, amount_residual, days_overdue)
                    SELECT added.id, line.item_id, line.level_id, added.channel, line.round, true, line.name,
                           line.date_invoice, line.date_due, line.currency_id, line.amount_original,
                           line.amount_currency, line.amount_claim, line.amount_residual, line.days_overdue
                      FROM added
                      JOIN failed_action before ON before.case_id = added.case_id
                      JOIN collection_action_line line ON line.action_id = before.id
                        ON CONFLICT DO NOTHING
                 RETURNING action_id, level_id
                )
                SELECT tone.case_id, tone.level_id, added.id,
                       EXISTS (SELECT FROM named WHERE named.action_id = added.id AND named.level_id IS NOT NULL),
                       EXISTS (SELECT FROM resolved WHERE resolved.case_id = tone.case_id)
                  FROM tone
             LEFT JOIN added ON added.case_id = tone.case_id
                """,
                actions=self.ids,
                cases=self.case_id.ids,
                decided=decided.ids,
                now=fields.Datetime.now(),
                uid=self.env.uid,
                resolved=self._resolved_ctes(env),
                text_instead=env._("%(failed)s failed: %(channel)s instead.", failed="%1$s", channel="%2$s"),
                **self._named_for_sql(env),
            )
        )
        rows = cr.fetchall()
        self.env.invalidate_all()
        made = [action_id for _case, _level, action_id, _takes_step, _reached in rows if action_id]
        void = [action_id for _case, _level, action_id, takes_step, _reached in rows if action_id and not takes_step]
        self.browse(void).unlink()
        unreached = {case_id: level_id for case_id, level_id, _action, _takes_step, reached in rows if not reached}
        return [action_id for action_id in made if action_id not in void], unreached

    @api.model
    def _tell_unreached(self, unreached):
        """Tell the collectors, once for each case and level, that no channel reaches the debtor.

        :param unreached: {case id: level id}
        """
        # sudo: whoever proposes or sends tells the collector
        levels = self.env["collection.level"].sudo().browse(dict.fromkeys(unreached.values()))
        # nobody looks for an address because of a note before the due date
        late = set(levels.filtered(lambda level: level.delay_days >= 0).ids)
        unreached = {case_id: level_id for case_id, level_id in unreached.items() if level_id in late}
        if not unreached:
            return
        activity_type = self.env.ref("debt_collection.activity_unreached", raise_if_not_found=False)
        if not activity_type:
            return
        cases = self.env["collection.case"].sudo().browse(unreached)
        activities = self.env["mail.activity"].sudo()
        known = activities.with_context(active_test=False).search(
            [
                ("res_model", "=", "collection.case"),
                ("res_id", "in", cases.ids),
                ("activity_type_id", "=", activity_type.id),
            ]
        )
        told = {(activity.res_id, activity.summary) for activity in known}
        model = self.env["ir.model"]._get_id("collection.case")
        vals_list = []
        for case in cases:
            lang, _dates = self.env["res.lang"]._collection_language(case.company_id)
            env = self.with_context(lang=lang).env
            summary = env._(
                "No channel reaches this debtor: %s", env["collection.level"].sudo().browse(unreached[case.id]).name
            )
            user = case.user_id or case.company_id._collection_settings().collection_user_id
            if (case.id, summary) in told:
                continue
            vals_list.append(
                {
                    "res_model_id": model,
                    "res_id": case.id,
                    "activity_type_id": activity_type.id,
                    "summary": summary,
                    "note": env._("See on the case what is missing, fill it in or ask for it, or decide what to do."),
                    "date_deadline": self.env["collection.case"]._today(),
                    "user_id": user.id or self.env.uid,
                }
            )
        activities.with_context(mail_activity_quick_update=True).create(vals_list)
