"""Whom the rules give which cases: one statement says which rule is whose, one more who has how many."""

import heapq
import itertools
from collections import Counter

from odoo import api, models
from odoo.tools import SQL


class CollectionAssignRule(models.Model):
    _inherit = "collection.assign.rule"

    @api.model
    def _give(self, company, candidates, today):
        """Return who gets which case; nothing is written. The largest claims are handed out first.

        :param company: res.company (its root's rules are taken)
        :param candidates: SQL of a query with the columns key, partner_id, amount and strategy_id
        :param today: datetime.date, on which nobody who is away is given anything
        :return: [(key, rule id, user id, amount)] of those that a rule matches
        """
        # sudo: the rules hold for whoever opens cases
        rules = self.sudo().search([("company_id", "=", company.root_id.id)])
        away = self.env["collection.absence"]._away(today)
        collectors = {rule: rule._usable() - away for rule in rules}
        rules = rules.filtered(lambda rule: collectors[rule])
        if not rules:
            return []
        takers = rules._takers(collectors)
        return [(key, rule_id, next(takers[rule_id]), amount) for key, rule_id, amount in rules._matched(candidates)]

    def _matched(self, candidates):
        """Return [(key, id of the first of these rules that matches, amount)], the largest amounts first."""
        self.env["res.partner"].flush_model(["country_id", "lang", "category_id"])
        return self.env.execute_query(
            SQL(
                """
                SELECT key, rule_id, amount
                  FROM (SELECT candidate.key, candidate.amount,
                               CASE %(rules)s END AS rule_id
                          FROM (%(candidates)s) candidate
                          JOIN res_partner partner ON partner.id = candidate.partner_id) matched
                 WHERE rule_id IS NOT NULL
              ORDER BY amount DESC, key
                """,
                rules=SQL(" ").join(SQL("WHEN %s THEN %s", rule._condition(), rule.id) for rule in self),
                candidates=candidates,
            )
        )

    def _condition(self):
        """Return the SQL condition of this rule on `candidate` and its `partner`."""
        self.ensure_one()
        conditions = [SQL("true")]
        if self.country_ids:
            conditions.append(SQL("partner.country_id = ANY(%s)", self.country_ids.ids))
        if self.lang_ids:
            conditions.append(SQL("partner.lang = ANY(%s)", self.lang_ids.mapped("code")))
        if self.strategy_ids:
            conditions.append(SQL("candidate.strategy_id = ANY(%s)", self.strategy_ids.ids))
        if self.amount_from:
            conditions.append(SQL("candidate.amount >= %s", self.amount_from))
        if self.amount_to:
            conditions.append(SQL("candidate.amount <= %s", self.amount_to))
        if self.category_ids:
            tags = self.env["res.partner.category"].with_context(active_test=False)
            conditions.append(
                SQL(
                    """
                    EXISTS (SELECT
                              FROM res_partner_res_partner_category_rel tagged
                             WHERE tagged.partner_id = partner.id AND tagged.category_id = ANY(%s))
                    """,
                    tags.search([("id", "child_of", self.category_ids.ids)]).ids,
                )
            )
        return SQL(" AND ").join(conditions)

    def _takers(self, collectors):
        """Return {rule id: endless iterator of the user ids that it gives its next cases to}.

        :param collectors: {rule: res.users who may be given a case, in the order of their turns}
        """
        open_cases = self._open_cases_of(collectors)
        last = self._last_turns()
        takers = {}
        for rule in self:
            user_ids = collectors[rule].ids
            if rule.mode == "fewest":
                takers[rule.id] = self._fewest_first(user_ids, open_cases)
            else:
                takers[rule.id] = self._in_turn(user_ids, rule._usable().ids, last.get(rule.id), open_cases)
        return takers

    def _open_cases_of(self, collectors):
        """Return a Counter of the open cases of all these collectors: {user id: number}."""
        if "fewest" not in self.mapped("mode"):
            return Counter()
        users = self.env["res.users"].union(*collectors.values())
        # sudo: the numbers alone
        groups = (
            self.env["collection.case"]
            .sudo()
            ._read_group(
                [("state", "=", "open"), ("user_id", "in", users.ids), ("company_id", "in", self.company_id.ids)],
                ["user_id"],
                ["__count"],
            )
        )
        return Counter({user.id: number for user, number in groups})

    def _last_turns(self):
        """Return {rule id: id of the user who was given its last case}."""
        self.env["collection.assign.turn"].flush_model()
        return dict(
            self.env.execute_query(
                SQL(
                    """
                    SELECT rule.id, last.user_id
                      FROM unnest(%s) rule(id)
        CROSS JOIN LATERAL (SELECT user_id
                              FROM collection_assign_turn
                             WHERE rule_id = rule.id
                          ORDER BY id DESC
                             LIMIT 1) last
                    """,
                    self.ids,
                )
            )
        )

    @api.model
    def _fewest_first(self, user_ids, open_cases):
        """Yield whoever has the fewest cases; what others rules give counts when it is this one's turn again."""
        waiting = [(open_cases[user_id], order, user_id) for order, user_id in enumerate(user_ids)]
        heapq.heapify(waiting)
        while True:
            known, order, user_id = waiting[0]
            if open_cases[user_id] != known:
                heapq.heapreplace(waiting, (open_cases[user_id], order, user_id))
                continue
            open_cases[user_id] += 1
            heapq.heapreplace(waiting, (open_cases[user_id], order, user_id))
            yield user_id

    @api.model
    def _in_turn(self, user_ids, all_ids, last_id, open_cases):
        """Yield each in turn, beginning after who was the last; those who are away keep their place in the order."""
        start = all_ids.index(last_id) + 1 if last_id in all_ids else 0
        present = [user_id for user_id in [*all_ids[start:], *all_ids[:start]] if user_id in user_ids]
        for user_id in itertools.cycle(present):
            open_cases[user_id] += 1
            yield user_id

    @api.model
    def _remember(self, given):
        """Note to whom each rule gave how many; the one who was given the last case comes last.

        :param given: as `_give` returns it
        """
        turns = {}
        for _key, rule_id, user_id, _amount in given:
            # taken out and put in again: the order of a dict is that of the keys' first coming
            turns[rule_id, user_id] = turns.pop((rule_id, user_id), 0) + 1
        # sudo: written by what is done
        self.env["collection.assign.turn"].sudo().create(
            [
                {"rule_id": rule_id, "user_id": user_id, "case_count": number}
                for (rule_id, user_id), number in turns.items()
            ]
        )
