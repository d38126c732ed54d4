"""What follows when the judgement of payment plans changes: completed, put back, or defaulted."""

from odoo import models
from odoo.tools import SQL


class CollectionPlan(models.Model):
    _inherit = "collection.plan"

    def _turn(self, state, company, today):
        """Do what follows from a new judgement of these plans, which is written on them already.

        :param state: "completed", "active" (completed until a payment was taken back) or "defaulted"
        """
        plans = self.with_context(lang=self.env["res.lang"]._collection_language(company)[0])
        plans.plan_item_ids.live = state == "active"
        plans.env.flush_all()
        if state == "defaulted":
            plans._climb_again(company)
            plans._call_collectors(company, today)
        plans._log_turn(state)

    def _climb_again(self, company):
        """Begin another round for the items of these plans, below the level that their strategy names.

        What is next is so that level; where the strategy names none, they go on from the level they had.
        """
        self.env["collection.item"].flush_model()
        self.env.cr.execute(
            SQL(
                """
                UPDATE collection_item item
                   SET round = item.round + 1,
                       level_id = CASE WHEN resumed.id IS NULL THEN item.level_id ELSE below.id END,
                       level_date = CASE WHEN resumed.id IS NULL THEN item.level_date END
                  FROM collection_plan_item planned
                  JOIN collection_plan plan ON plan.id = planned.plan_id
                  JOIN collection_case c ON c.id = plan.case_id
                  JOIN collection_debtor debtor ON debtor.id = c.debtor_id
             LEFT JOIN collection_strategy strategy ON strategy.id = coalesce(debtor.strategy_id, %(default_strategy)s)
             LEFT JOIN collection_level resumed ON resumed.id = strategy.plan_default_level_id AND resumed.active
             LEFT JOIN LATERAL (SELECT l.id
                                  FROM collection_level l
                                 WHERE l.strategy_id = resumed.strategy_id
                                   AND l.active
                                   AND l.delay_days >= 0
                                   AND l.delay_days < resumed.delay_days
                              ORDER BY l.delay_days DESC
                                 LIMIT 1) below ON true
                 WHERE planned.plan_id = ANY(%(plans)s)
                   AND item.id = planned.item_id
                """,
                plans=self.ids,
                default_strategy=company._collection_settings().collection_strategy_id.id or None,
            )
        )
        self.env["collection.item"].invalidate_model(["round", "level_id", "level_date"], flush=False)

    def _call_collectors(self, company, today):
        """Give each collector an activity on the case, the company's default collector where there is none."""
        default = company._collection_settings().collection_user_id
        # many at once are not worth a mail each
        cases = self.case_id.with_context(mail_activity_quick_update=True)
        for user, group in cases.grouped(lambda case: case.user_id or default).items():
            if user:
                group.activity_schedule(
                    "mail.mail_activity_data_todo",
                    date_deadline=today,
                    summary=self.env._("The payment plan has defaulted: talk to the debtor, or let reminders go on."),
                    user_id=user.id,
                )

    def _log_turn(self, state):
        """Add an entry to the contact log of each case."""
        entries = []
        for plan in self:
            values = {"plan": plan.name, "left": plan.currency_id.format(plan.amount_left)}
            if state == "completed":
                summary = self.env._("Payment plan %s completed: every instalment is paid.", plan.name)
            elif state == "active":
                summary = self.env._(
                    "Payment plan %(plan)s goes on: a payment was taken back, %(left)s is still to pay.", **values
                )
            else:
                missed = len(plan.line_ids.filtered(lambda line: line.state == "missed"))
                summary = self.env._(
                    "Payment plan %(plan)s has defaulted: %(missed)s instalments were missed, "
                    "%(left)s is still to pay. Reminders go on.",
                    missed=missed,
                    **values,
                )
            entries.append(
                {
                    "case_id": plan.case_id.id,
                    "channel": "note",
                    "direction": "internal",
                    "outcome": "note",
                    "summary": summary,
                }
            )
        # sudo: the log grows by what is done, see collection.contact
        self.env["collection.contact"].sudo()._append(entries)
