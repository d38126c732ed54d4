"""The second look: whether an action still stands, for which items and in which tone, as the ledger is now."""

from collections import namedtuple
from datetime import datetime, time, timedelta

from odoo import api, models
from odoo.tools import format_date

# kind: "send", "skip", "defer" (until the day `date`, or the datetime `moment`), "fail" (not by this channel) or "look"
# (a person has to); rows: the open debits to be named
Verdict = namedtuple(
    "Verdict", "kind reason level rows stepping total date moment", defaults=(None, (), (), 0, None, None)
)


class CollectionAction(models.Model):
    _inherit = "collection.action"

    def _apply(self, verdicts):
        """Write what a second look found; return the actions that go on.

        :param verdicts: {action: Verdict} for these actions
        """
        standing = self.filtered(lambda action: verdicts[action].kind == "send")
        standing._refresh_lines(verdicts)

        def outcome(action):
            return verdicts[action]._replace(level=None, rows=(), stepping=(), total=0)

        for verdict, actions in (self - standing).grouped(outcome).items():
            if verdict.kind == "defer":
                waits_for = _exactly(verdict.moment) if verdict.moment else datetime.combine(verdict.date, time.min)
                actions._set_state("deferred", outcome=verdict.reason, scheduled_at=waits_for)
            elif verdict.kind == "look":
                actions._set_state("proposed", outcome=verdict.reason, needs_look=True)
            elif verdict.kind == "fail":
                actions._mark_failed(verdict.reason)
            else:
                actions._set_state("skipped", outcome=verdict.reason)
                actions._log("skipped", verdict.reason)
        self._wake_dispatch({verdicts[action].moment for action in self - standing} - {None})
        return standing

    def _look_again(self):
        """Return {action: Verdict}, from the ledger and the rules as they are now.

        One statement for each company, and a handful for the contact rules, whatever the number of actions.
        """
        today = self.env["collection.case"]._today()
        verdicts = {}
        for company, actions in self.grouped("company_id").items():
            steps = self.env["collection.ledger"]._steps(company, actions.partner_id, today)
            for action in actions:
                verdicts[action] = action._verdict(steps.get(action.partner_id.id, []), today)
        verdicts = {action: verdicts[action] for action in self}
        self._keep_the_rules(verdicts)
        return verdicts

    def _verdict(self, rows, today):
        """Return the Verdict on this action: does it still stand, for which items, in which tone?

        :param rows: [dict], the open debits of the debtor (see `_steps` of the ledger)
        """
        self.ensure_one()
        if reason := self._reason_to_be_silent(rows, today):
            return Verdict("skip", reason)
        claimable = [row for row in rows if row["claim"] > 0 and not row["no_followup"] and not row["held"]]
        # what was posted since the last assessment has no item yet
        by_item = {row["item_id"]: row for row in claimable if row["item_id"]}
        stepping = {}
        for line in self.line_ids:
            row = by_item.get(line.item_id.id)
            if row and line.level_id and line.level_id._still_due(row, line, today):
                stepping[line.item_id.id] = line.level_id
        named = [row for row in claimable if row["date_due"] < today or row["item_id"] in stepping]
        total = sum(row["claim"] for row in named)
        taken = {
            item: level
            for item, level in stepping.items()
            if max(level.min_amount, by_item[item]["strategy_min_amount"] or 0) <= total
        }
        if not taken:
            return self._verdict_no_step(stepping, by_item, today)
        stepping = taken
        if total <= rows[0]["excess_credit"]:
            return Verdict("skip", self.env._("A credit in another currency covers what is owed."))
        if rows[0]["foreign_credit"] and not self.approved_by_id:
            return Verdict("look", self.env._("A credit is open in another currency: look before sending."))
        # an item that had a level before and is still unpaid keeps the tone up; once it is settled the tone comes down
        had = self.env["collection.level"].browse(
            row["level_id"] for row in named if row["level_id"] and row["level_delay"] >= 0
        )
        level = max(
            [*stepping.values(), *had.filtered(lambda level: level.min_amount <= total)],
            key=lambda level: level.delay_days,
        )
        if self.body and level != self.level_id:
            return Verdict("look", self.env._("What is owed has changed since the text was written: read it again."))
        # the other channel of a notice that left today is the same notice
        same_notice = any(by_item[item]["level_id"] == received.id for item, received in stepping.items())
        free = not same_notice and self._free_from(claimable[0])
        if free and free > today:
            contacted = format_date(self.env, claimable[0]["last_notice_date"])
            reason = self.env._("Contacted on %s: the days between two contacts are not over.", contacted)
            return Verdict("defer", reason, date=free)
        return Verdict("send", None, level, named, stepping, total)

    def _reason_to_be_silent(self, rows, today):
        """Return why nothing may be sent to this debtor at all, or None."""
        case = self.case_id
        if case.state != "open" or not rows or rows[0]["total_claim"] + rows[0]["total_not_due"] <= 0:
            if rows and rows[0]["total_disputed"]:
                return self.env._("What is owed is disputed.")
            return self.env._("Nothing is owed any more: paid or credited since it was proposed.")
        if rows[0]["left_alone"]:
            return self.env._("Not followed up: %s", case.do_not_follow_up_reason or "")
        if case.hold_until and case.hold_until > today:
            return self.env._("On hold until %s.", format_date(self.env, case.hold_until))
        return None

    @api.model
    def _free_from(self, row):
        """Return the day from which the debtor may be contacted again, by the strategy's minimum gap; None: at once."""
        return row["last_notice_date"] and row["last_notice_date"] + timedelta(days=row["min_gap_days"])

    def _verdict_no_step(self, stepping, by_item, today):
        """Return the Verdict where no item takes its step now: settled, too little, or meant for another day.

        :param stepping: {item id: level} that are due, for less than their minimum
        :param by_item: {item id: dict}, the rows of `step` that are still claimable
        """
        if stepping:
            return Verdict("skip", self.env._("Less is owed than the minimum: no reminder."))
        lines = self.line_ids.filtered(lambda line: line.item_id.id in by_item)
        if not lines:
            reason = self.env._(
                "What it was about has been settled, promised, disputed, held or put into a plan since it was proposed."
            )
            return Verdict("skip", reason)
        days = [
            by_item[line.item_id.id]["date_due"] + timedelta(days=line.level_id.delay_days)
            for line in lines.filtered("level_id")
        ]
        later = [day for day in days if day > today]
        if later:
            reason = self.env._("Not due before %s.", format_date(self.env, min(later)))
            return Verdict("defer", reason, date=min(later))
        return Verdict("skip", self.env._("The step is not the one that is due any more."))

    def _refresh_lines(self, verdicts):
        """Make the lines what the notices say now: amounts, days, items settled or new since they were proposed.

        Most lines are as they were: only what differs is written.
        """
        gone, new = self.line_ids.browse(), []
        for action in self:
            verdict = verdicts[action]
            stale, changed, added = action._changes(verdict)
            gone |= stale
            new += added
            for line, vals in changed.items():
                line.write(vals)
            if action.level_id != verdict.level or action.currency_id.compare_amounts(action.amount, verdict.total):
                action.write({"level_id": verdict.level.id, "amount": verdict.total})
        gone.unlink()
        self.env["collection.action.line"].create(new)

    def _stands_as_written(self, verdict):
        """Tell whether a notice would say now what it says already."""
        self.ensure_one()
        return self.level_id == verdict.level and not any(self._changes(verdict))

    def _changes(self, verdict):
        """Return what in the lines is not as it is now.

        :return: (lines gone, {line: values that differ}, [values of a new line])
        """
        self.ensure_one()
        today = self.env["collection.case"]._today()
        lines = {line.item_id.id: line for line in self.line_ids if line.item_id}
        named = {row["item_id"] for row in verdict.rows}
        changed, added = {}, []
        for row in verdict.rows:
            level = verdict.stepping.get(row["item_id"])
            vals = {
                "level_id": level.id if level else False,
                "name": row["move_name"],
                "date_invoice": row["date_invoice"],
                "date_due": row["date_due"],
                "currency_id": row["currency_id"],
                "amount_original": row["original_currency"],
                # what is disputed is not named at all
                "amount_currency": row["residual_currency"] - row["disputed_currency"],
                "amount_claim": row["claim_currency"],
                "amount_residual": row["residual"] - row["disputed"],
                "days_overdue": (today - row["date_due"]).days,
            }
            line = lines.get(row["item_id"])
            if not line:
                vals.update(action_id=self.id, item_id=row["item_id"], channel=self.channel, round=row["round"])
                added.append(vals)
            elif differing := _differences(line, vals):
                changed[line] = differing
        return self.line_ids.filtered(lambda line: line.item_id.id not in named), changed, added


def _exactly(moment):
    """Return a moment as it is waited for: midnight sharp stands for a whole day, of the user's (see `_due`)."""
    return moment + timedelta(seconds=1) if moment.time() == time.min else moment


def _differences(line, vals):
    """Return those of some values that are not what a record has; amounts differ by their currency's rounding."""
    return {name: value for name, value in vals.items() if not _same(line, name, value)}


def _same(line, name, value):
    field, now = line._fields[name], line[name]
    if field.type == "many2one":
        return now.id == value
    if field.type == "monetary":
        return not line[field.get_currency_field(line)].compare_amounts(now, float(value))
    return (now or None) == (value or None)
