"""By what the figures are grouped: who had the debtor on the figure's own day, or what the debtor is."""

from odoo import api, models
from odoo.tools import SQL

from .collection_kpi import DATED


class CollectionKpi(models.AbstractModel):
    _inherit = "collection.kpi"

    @api.model
    def _summed(self, scope, ctes, measures, *extra):
        """Return the figures of debtors and days, summed by what they are grouped by: [dict].

        :param scope: a Scope
        :param ctes: SQL, without the word WITH, that defines `figure`: partner_id (the commercial entity), day and the
            measures
        :param measures: names of the columns to sum
        :param extra: names of further columns to group by
        :return: dicts with `key`, each measure (0 where there is nothing), and the extra columns
        """
        key, joins, condition = self._key(scope)
        self.env.cr.execute(
            SQL(
                """
                WITH %(ctes)s
                SELECT %(columns)s, %(sums)s
                  FROM figure
                  %(joins)s
                 WHERE %(condition)s
              GROUP BY %(positions)s
                """,
                ctes=ctes,
                columns=SQL(", ").join([SQL("%s AS key", key), *(SQL.identifier("figure", name) for name in extra)]),
                positions=SQL(", ").join(SQL(str(number + 1)) for number in range(len(extra) + 1)),
                sums=self._sums(measures),
                joins=joins,
                condition=condition,
            )
        )
        return self.env.cr.dictfetchall()

    @api.model
    def _sums(self, measures):
        return SQL(", ").join(
            SQL("coalesce(sum(%s), 0) AS %s", SQL.identifier("figure", measure), SQL.identifier(measure))
            for measure in measures
        )

    @api.model
    def _key(self, scope):
        """Return (SQL of what `figure` is grouped by, SQL of its joins, SQL of the condition)."""
        joins, condition = [], SQL("true")
        if scope.group_by in DATED or scope.user_ids is not None:
            joins.append(
                self.env["collection.assignment"]._assigned(scope.company, SQL("figure.partner_id"), SQL("figure.day"))
            )
        if scope.user_ids is not None:
            condition = SQL("assigned.user_id = ANY(%s)", list(scope.user_ids))
        if scope.group_by in DATED:
            key = SQL.identifier("assigned", scope.group_by)
        elif scope.group_by == "country_id":
            joins.append(SQL("LEFT JOIN res_partner partner ON partner.id = figure.partner_id"))
            key = SQL("partner.country_id")
        elif scope.group_by == "segment":
            joins.append(
                SQL("LEFT JOIN res_partner_res_partner_category_rel tagged ON tagged.partner_id = figure.partner_id")
            )
            key = SQL("tagged.category_id")
        elif scope.group_by == "channel":
            key = SQL("figure.channel")
        else:
            key = SQL("NULL::int")
        return key, SQL(" ").join(joins), condition

    @api.model
    def _partner_of(self, scope, partner):
        """Return the SQL of the partner of a figure: NULL where nothing is grouped by it, so that less is sorted."""
        return partner if scope.group_by or scope.user_ids is not None else SQL("NULL::int")

    @api.model
    def _day_of(self, scope, day):
        """Return the SQL of the day of a figure: that of its month where no figure goes by who had the debtor then."""
        if scope.group_by in DATED or scope.user_ids is not None:
            return day
        return SQL("date_trunc('month', %s)::date", day)

    @api.model
    def _names_of_groups(self, group_by, keys):
        """Return {key: name} of groups, for a person; who has none is said so.

        :param group_by: one of GROUPS
        :param keys: the keys of `_compute`
        """
        if group_by == "channel":
            names = dict(self.env["collection.channel"]._selection())
        else:
            model = {
                "user_id": "res.users",
                "strategy_id": "collection.strategy",
                "level_id": "collection.level",
                "segment": "res.partner.category",
                "country_id": "res.country",
            }[group_by]
            # sudo: names alone, also of what was archived since or belongs to a company the user does not see
            records = self.env[model].sudo().browse(filter(None, keys)).exists()
            names = {record.id: record.display_name for record in records}
        none = {
            "user_id": self.env._("No collector"),
            "strategy_id": self.env._("No strategy"),
            "level_id": self.env._("No level"),
            "segment": self.env._("No tag"),
            "country_id": self.env._("No country"),
        }.get(group_by)
        return {key: none if key is None else names.get(key, self.env._("Deleted")) for key in keys}
