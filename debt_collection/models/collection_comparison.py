"""What was recovered after contacts of one kind and of another: strategies, channels, collectors, levels, wordings.

How it works. The unit is a case's first notice of a subject in the period (of a channel, of a level ...): a case counts
once for each subject that it met, however often. What the notice claimed is set against the money reconciled with the
same items from the day it left until so many days after, and never more than was claimed. A payment that follows two
subjects counts for both: who was written to and called was helped by both. Notices whose days have not all passed are
left out and counted apart. Written-off and credited amounts are not recovered.
"""

from odoo import api, models
from odoo.tools import SQL

from ..tools import comparison

# with a smaller probability than this a difference is told from chance
SIGNIFICANT = 0.05
# pairs put into words
TOLD = 10


class CollectionComparison(models.AbstractModel):
    _name = "collection.comparison"
    _description = "Comparison of What Was Recovered"

    @api.model
    def _subjects(self):
        """Return [(code, label)] of what can be compared."""
        labels = {
            "strategy": self.env._("Strategies"),
            "level": self.env._("Levels"),
            "channel": self.env._("Channels"),
            "collector": self.env._("Collectors"),
            "wording": self.env._("Wording"),
        }
        return list(labels.items())

    @api.model
    def _key(self, subject):
        """Return the SQL, on `action`, `level` and `assigned`, of the text that tells the groups of a subject apart.

        A notice for which it is NULL is not compared. Wording is the text its level has now for the channel, or one's
        own where the words were changed for this notice; what is said in a call or written by hand is not known.
        """
        if subject == "strategy":
            return SQL("coalesce(level.strategy_id, assigned.strategy_id)::text")
        if subject == "level":
            return SQL("action.level_id::text")
        if subject == "channel":
            return SQL("action.channel")
        if subject == "collector":
            return SQL("coalesce(assigned.user_id, 0)::text")
        return SQL(
            """
            CASE WHEN NOT action.channel = ANY(%(written)s) THEN NULL
                 WHEN action.body IS NOT NULL THEN 'own'
                 WHEN action.channel = 'sms' THEN 'sms,' || level.id
                 WHEN action.channel = ANY(%(paper)s)
                 THEN 'template,' || coalesce(level.letter_template_id, level.mail_template_id)
                 ELSE 'template,' || level.mail_template_id
            END
            """,
            paper=self.env["collection.channel"]._on_paper(),
            written=["email", "sms", *self.env["collection.channel"]._on_paper()],
        )

    @api.model
    def _ctes(self, company, subject, date_from, date_to, days, today):
        """Return the SQL, without the word WITH, of `first` (a case's first notice of each group) and `measured`.

        :param company: res.company (its root is taken)
        :param subject: code of `_subjects`
        :param days: int, over how many days after the notice a payment counts
        :return: SQL. `first`: id, case_id, sent_on, key; is_over when its days have all passed. `measured`, of those:
            case_id, key, claimed and recovered in company currency
        """
        for name in ("action", "action.line", "item", "case", "level", "assignment", "debtor"):
            self.env[f"collection.{name}"].flush_model()
        self.env["account.partial.reconcile"].flush_model()
        self.env["account.move.line"].flush_model(["journal_id"])
        return SQL(
            """
            notice AS (
                SELECT action.id, action.case_id, action.sent_on, %(key)s AS key
                  FROM collection_action action
                  JOIN collection_case c ON c.id = action.case_id
             LEFT JOIN collection_level level ON level.id = action.level_id
                  %(assigned)s
                 WHERE c.company_id = %(company)s AND action.state = 'sent'
                   AND action.sent_on BETWEEN %(date_from)s AND %(date_to)s
            ),
            first AS (
                SELECT DISTINCT ON (case_id, key)
                       id, case_id, sent_on, key, sent_on + %(days)s < %(today)s AS is_over
                  FROM notice
                 WHERE key IS NOT NULL
              ORDER BY case_id, key, sent_on, id
            ),
            claimed AS (
                SELECT first.key, first.case_id, first.sent_on, item.move_line_id,
                       line.amount_residual * line.amount_claim / line.amount_currency AS amount
                  FROM first
                  JOIN collection_action_line line ON line.action_id = first.id
                  JOIN collection_item item ON item.id = line.item_id
                 WHERE is_over AND item.move_line_id IS NOT NULL AND line.amount_claim > 0 AND line.amount_currency > 0
            ),
            measured AS (
                SELECT claimed.key, claimed.case_id, sum(claimed.amount) AS claimed,
                       sum(least(coalesce(paid.amount, 0), claimed.amount)) AS recovered
                  FROM claimed
     LEFT JOIN LATERAL (SELECT sum(partial.amount) AS amount
                          FROM account_partial_reconcile partial
                          JOIN account_move_line credit ON credit.id = partial.credit_move_id
                          JOIN account_journal journal ON journal.id = credit.journal_id
                         WHERE partial.debit_move_id = claimed.move_line_id
                           AND partial.max_date BETWEEN claimed.sent_on AND claimed.sent_on + %(days)s
                           AND journal.type IN ('bank', 'cash', 'credit')) paid ON true
              GROUP BY claimed.key, claimed.case_id
            )
            """,
            key=self._key(subject),
            assigned=self.env["collection.assignment"]._assigned(company, SQL("c.partner_id"), SQL("action.sent_on")),
            company=company.root_id.id,
            date_from=date_from,
            date_to=date_to,
            days=days,
            today=today,
        )

    @api.model
    def _measure(self, company, subject, date_from, date_to, days, today):
        """Return what was recovered after the notices of each group of a subject; in one statement.

        :return: [dict], most cases first: key, name, cases, paid (cases that paid anything), too_recent (cases left
            out), claimed and recovered (company currency), share (of cases) and amount_share, with share_interval and
            amount_interval ((low, high) at 95 %, or None); shares are fractions, None without cases
        """
        rows = self.env["collection.ledger"]._fetch(
            SQL(
                """
                WITH %s,
                result AS (
                    SELECT key, count(*) AS cases, count(*) FILTER (WHERE recovered > 0) AS paid,
                           sum(claimed) AS claimed, sum(recovered) AS recovered,
                           sum(claimed * claimed) AS xx, sum(claimed * recovered) AS xy,
                           sum(recovered * recovered) AS yy
                      FROM measured
                  GROUP BY key
                ),
                waiting AS (
                    SELECT key, count(*) AS too_recent FROM first WHERE NOT is_over GROUP BY key
                )
                SELECT key, coalesce(cases, 0) AS cases, coalesce(paid, 0) AS paid,
                       coalesce(too_recent, 0) AS too_recent, coalesce(claimed, 0) AS claimed,
                       coalesce(recovered, 0) AS recovered, xx, xy, yy
                  FROM result
             FULL JOIN waiting USING (key)
              ORDER BY cases DESC NULLS LAST, key
                """,
                self._ctes(company, subject, date_from, date_to, days, today),
            )
        )
        names = self._names(subject, [row["key"] for row in rows])
        for row in rows:
            row["name"] = names[row["key"]]
            squares = [row.pop(name) for name in ("xx", "xy", "yy")]
            number = row["cases"]
            row["share"] = row["paid"] / number if number else None
            row["share_interval"] = comparison.wilson(row["paid"], number)
            row["amount_share"] = float(row["recovered"] / row["claimed"]) if number else None
            row["amount_interval"] = (
                comparison.ratio_interval(number, row["claimed"], row["recovered"], *squares) if number else None
            )
        return rows

    @api.model
    def _names(self, subject, keys):
        """Return {key: what a group is called}."""
        if subject == "channel":
            labels = dict(self.env["collection.channel"]._selection())
            return {key: labels.get(key, key) for key in keys}
        if subject == "collector":
            names = self._display_names("res.users", map(int, keys))
            return {key: names.get(int(key)) or self.env._("Nobody, or not known any more") for key in keys}
        if subject == "wording":
            templates = self._display_names("mail.template", self._ids_of(keys, "template"))
            levels = self._display_names("collection.level", self._ids_of(keys, "sms"))
            return {key: self._wording_name(key, templates, levels) for key in keys}
        names = self._display_names(f"collection.{subject}", map(int, keys))
        return {key: names.get(int(key)) or self.env._("Deleted since") for key in keys}

    def _display_names(self, model, ids):
        # sudo: the names alone, of what was used in the company
        return {record.id: record.display_name for record in self.env[model].sudo().browse(filter(None, ids)).exists()}

    def _ids_of(self, keys, kind):
        return [int(key.partition(",")[2]) for key in keys if key.startswith(f"{kind},")]

    def _wording_name(self, key, templates, levels):
        kind, _comma, number = key.partition(",")
        if kind == "own":
            return self.env._("Words changed by hand")
        if kind == "sms":
            return self.env._("SMS of %s", levels.get(int(number)) or self.env._("a deleted level"))
        return templates.get(int(number)) or self.env._("Deleted since")

    @api.model
    def _case_ids(self, company, subject, date_from, date_to, days, today, key):
        """Return the ids of the cases that were counted for a group."""
        rows = self.env.execute_query(
            SQL(
                "WITH %s SELECT case_id FROM measured WHERE key = %s",
                self._ctes(company, subject, date_from, date_to, days, today),
                key,
            )
        )
        return [case_id for (case_id,) in rows]

    @api.model
    def _sentences(self, rows):
        """Return in plain sentences what can be told of the differences between groups, and what cannot.

        :param rows: see `_measure`
        """
        rows = [row for row in rows if row["cases"]]
        if not rows:
            return [self.env._("There is nothing to compare yet: no notice of this period is old enough.")]
        if len(rows) == 1:
            return [
                self.env._("Only %s was used in this period: there is nothing to compare it with.", rows[0]["name"])
            ]
        pairs = comparison.pairs([(row["name"], row["paid"], row["cases"]) for row in rows])
        told = [self._sentence(*pair, len(pairs)) for pair in pairs[:TOLD]]
        if len(pairs) > TOLD:
            told.append(self.env._("Of %s more pairs less can be told.", len(pairs) - TOLD))
        return told

    def _sentence(self, better, other, probability, number):
        """Return what can be told of two groups.

        :param better: (name, cases that paid, cases), as `other`, whose share is not larger
        :param probability: of so large a difference by chance, corrected for the number of pairs
        :param number: of pairs looked at
        """
        (name, paid, cases), (other_name, other_paid, other_cases) = better, other
        share, other_share = paid / cases, other_paid / other_cases
        words = {
            "name": name,
            "other": other_name,
            "share": f"{100 * share:.0f}",
            "other_share": f"{100 * other_share:.0f}",
            "cases": cases,
            "other_cases": other_cases,
        }
        if probability < SIGNIFICANT:
            return self.env._(
                "%(name)s recovers more than %(other)s (%(share)s %% against %(other_share)s %% of cases paid); so "
                "large a difference would be rare by chance (1 in %(odds)s).",
                odds=self._odds(probability),
                **words,
            )
        needed = comparison.cases_needed(share, other_share, SIGNIFICANT / number)
        if needed is None:
            return self.env._(
                "%(name)s and %(other)s do equally well: %(share)s %% of %(cases)s and of %(other_cases)s cases paid.",
                **words,
            )
        return self.env._(
            "%(name)s against %(other)s (%(share)s %% against %(other_share)s %% of cases paid): the difference can be "
            "chance; with %(cases)s and %(other_cases)s cases it cannot be told. About %(needed)s cases each would be "
            "needed.",
            needed=needed,
            **words,
        )

    def _odds(self, probability):
        """Return 1 / probability in two digits, as people say it."""
        if probability < 1e-6:
            return self.env._("more than %s", f"{10**6:,}")
        odds = 1 / probability
        digits = max(len(str(int(odds))) - 2, 0)
        return f"{round(odds / 10**digits) * 10**digits:,}"
