"""What stands in the way of each account, and what is best done next: rules, in words."""

from odoo import api, models
from odoo.tools import format_date

# past due for so long that another reminder changes little
OLD_DAYS = 120
# so many notices without an answer, and somebody should speak with the debtor
SILENT_NOTICES = 3


class CollectionReport(models.AbstractModel):
    _inherit = "collection.report"

    @api.model
    def _obstacles(self, row, settings):
        """Return in words what stands in the way of an account, [str].

        :param row: dict, see `_accounts`
        :param settings: res.company, the root with its settings
        """
        env, found = self.env, []
        if row["state"] != "open":
            return found
        if row["legal_status"]:
            marks = dict(env["collection.debtor"]._fields["legal_status"]._description_selection(env))
            found.append(marks[row["legal_status"]])
        elif row["left_alone"]:
            until = row["do_not_follow_up_until"]
            words = (
                env._("Not followed up until %s", format_date(env, until)) if until else env._("Not to be followed up")
            )
            why = row["do_not_follow_up_reason"]
            found.append(env._("%(what)s: %(why)s", what=words, why=why) if why else words)
        if row["promise_broken"]:
            found.append(env._("Promise for %s broken", format_date(env, row["promised_for"])))
        if row["disputed"] and not settings.currency_id.is_zero(row["disputed"]):
            amount = settings.currency_id.with_env(env).format(row["disputed"])
            if row["dispute_deadline"]:
                deadline = format_date(env, row["dispute_deadline"])
                found.append(env._("%(amount)s disputed, to be resolved by %(date)s", amount=amount, date=deadline))
            else:
                found.append(env._("%s disputed", amount))
        if row["hold_until"]:
            until = format_date(env, row["hold_until"])
            found.append(env._("On hold until %(date)s: %(reason)s", date=until, reason=row["hold_reason"] or "—"))
        if row["unreachable"]:
            found.append(env._("No address or number reaches the debtor"))
        if row["unproven"]:
            found.append(env._("No proof of delivery of %s invoices", row["unproven"]))
        if row["foreign_credit"]:
            found.append(env._("A credit in another currency has to be looked at"))
        return found

    @api.model
    def _recommend(self, row, settings, today, levels):
        """Return (step, date or None, why): what is best done next about an account.

        What the strategy says comes first. Where it says nothing: a rule, from the most urgent to the least.
        :param row: dict, see `_accounts`
        :param levels: {id: name}
        """
        env, small = self.env, settings.collection_small_balance
        if row["state"] != "open":
            reasons = dict(env["collection.case"]._fields["close_reason"]._description_selection(env))
            return env._("None"), None, reasons.get(row["close_reason"], "")
        if row["next_level_id"]:
            name = levels.get(row["next_level_id"]) or env._("Next step of the strategy")
            return name, row["next_action_date"], row["reason"] or ""
        if row["promise_broken"]:
            date = format_date(env, row["promised_for"])
            return env._("Call"), today, env._("The promise for %s was broken: ask why, and for a new day.", date)
        if row["dispute_deadline"] and row["dispute_deadline"] < today:
            date = format_date(env, row["dispute_deadline"])
            why = env._("The dispute was to be resolved by %s: nothing is collected before it is.", date)
            return env._("Escalate the dispute"), today, why
        if row["left_alone"] or row["hold_until"] or row["stage"] in self._waiting_stages():
            return env._("Wait"), row["next_action_date"] or row["hold_until"], row["reason"] or ""
        if row["claim"] and settings.currency_id.compare_amounts(row["claim"], small) <= 0:
            why = env._("It is up to the small balance of %s: a reminder costs more.", small_text(settings, env))
            return env._("Write off"), today, why
        if row["is_last_level"] and (row["days_late"] or 0) > OLD_DAYS:
            why = env._("%s days late, and every level was sent: another reminder will not help.", row["days_late"])
            return env._("Hand over to an agency or a lawyer, or write off"), today, why
        if row["notices"] >= SILENT_NOTICES:
            why = env._("%s contacts without an answer or a payment: write no more, speak with them.", row["notices"])
            return env._("Call or visit"), today, why
        return env._("Decide"), row["next_action_date"] or today, row["reason"] or env._("The strategy has no step.")

    @api.model
    def _waiting_stages(self):
        """Return the stages in which others are to act: there is something to wait for."""
        return ("promised", "plan", "disputed", "hold", "agency", "legal")


def small_text(settings, env):
    """Return the amount of small balances in words."""
    return settings.currency_id.with_env(env).format(settings.collection_small_balance)
