"""The KPIs of a period on one screen: beside the period before, or by collector, level, country ..."""

from datetime import timedelta

from dateutil.relativedelta import relativedelta
from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import date_utils, format_date, formatLang

from ..tools.workbook import workbook

# unit: (decimals on the screen, kind in the workbook)
UNITS = {
    "days": (1, "days"),
    "percent": (1, "percent"),
    "times": (3, "money"),
    "number": (0, "number"),
    "money": (2, "money"),
}
MONTHS = {"month": 1, "quarter": 3, "year": 12}


class CollectionKpiReport(models.TransientModel):
    _name = "collection.kpi.report"
    _description = "KPIs of a Period"

    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    period = fields.Selection(
        [
            ("this_month", "This month"),
            ("last_month", "Last month"),
            ("this_quarter", "This quarter"),
            ("last_quarter", "Last quarter"),
            ("this_year", "This year"),
            ("last_year", "Last year"),
            ("custom", "Other days"),
        ],
        default="last_month",
        required=True,
    )
    date_from = fields.Date(
        string="From", compute="_compute_dates", store=True, precompute=True, readonly=False, required=True
    )
    date_to = fields.Date(
        string="To", compute="_compute_dates", store=True, precompute=True, readonly=False, required=True
    )
    compare = fields.Boolean(string="Compare With the Period Before", default=True)
    group_by = fields.Selection(
        [
            ("user_id", "Collector"),
            ("strategy_id", "Strategy"),
            ("level_id", "Level"),
            ("segment", "Tag"),
            ("country_id", "Country"),
            ("channel", "Channel"),
        ],
        help="Collector, strategy and level as they were on each figure's own day. A debtor with two tags counts in "
        "both.",
    )
    table = fields.Json(compute="_compute_table")

    def _compute_display_name(self):
        for report in self:
            report.display_name = self.env._("KPIs")

    @api.depends("period")
    def _compute_dates(self):
        today = self.env["collection.case"]._today()
        for report in self:
            if report.period == "custom":
                report.date_from = report.date_from or date_utils.start_of(today, "month")
                report.date_to = report.date_to or today
                continue
            which, unit = report.period.split("_")
            if which == "last":
                day = date_utils.start_of(today, unit) - timedelta(days=1)
                report.date_from, report.date_to = date_utils.start_of(day, unit), day
            else:
                # what is still to come is due by nobody
                report.date_from, report.date_to = date_utils.start_of(today, unit), today

    @api.constrains("date_from", "date_to")
    def _check_dates(self):
        for report in self:
            if report.date_from > report.date_to:
                raise ValidationError(self.env._("The period ends before it begins: choose a later last day."))

    @api.depends("company_id", "date_from", "date_to", "compare", "group_by")
    def _compute_table(self):
        for report in self:
            complete = report.company_id and report.date_from and report.date_to
            report.table = report._shown() if complete and report.date_from <= report.date_to else False

    def _period_before(self):
        """Return (first, last day) of the period before: the month, quarter or year before, or as many days.

        What has not ended yet is compared with the same days of the one before.
        """
        self.ensure_one()
        if self.period == "custom":
            length = self.date_to - self.date_from
            return self.date_from - length - timedelta(days=1), self.date_from - timedelta(days=1)
        which, unit = self.period.split("_")
        back = relativedelta(months=MONTHS[unit])
        if which == "last" or self.date_to == date_utils.end_of(self.date_to, unit):
            return self.date_from - back, self.date_from - timedelta(days=1)
        return self.date_from - back, self.date_to - back

    def _figures(self):
        """Return [(dict of a column, {code: value})]: the groups, or the period and the one before.

        A column: label, date_from, date_to and key, by which its records are opened.
        """
        self.ensure_one()
        kpis, company = self.env["collection.kpi"], self.company_id
        kpis._check_may_read(company)
        period = (self.date_from, self.date_to)
        dates = {"date_from": str(period[0]), "date_to": str(period[1])}
        if self.group_by:
            found = kpis._compute(company, *period, self.group_by)
            names = kpis._names_of_groups(self.group_by, found)
            # by name; who has none comes last
            keys = sorted(found, key=lambda key: (key is None, names[key].lower()))
            return [({"label": names[key], "key": key, **dates}, found[key]) for key in keys]
        columns = [({"label": self._name_of(*period), "key": None, **dates}, kpis._compute(company, *period)[None])]
        if self.compare:
            first, last = self._period_before()
            before = {"label": self._name_of(first, last), "key": None, "date_from": str(first), "date_to": str(last)}
            columns.append((before, kpis._compute(company, first, last)[None]))
        return columns

    def _name_of(self, first, last):
        return self.env._("%(first)s to %(last)s", first=format_date(self.env, first), last=format_date(self.env, last))

    def _definitions(self, columns):
        """Return the definitions of what can be said of these columns: of channels, only what the log tells."""
        definitions = self.env["collection.kpi"]._definitions(self.company_id)
        told = {code for _column, values in columns for code in values}
        return [row for row in definitions if row["code"] in told]

    # ---- on the screen --------------------------------------------------------------------------------------------

    def _shown(self):
        """Return what the widget shows: the columns, and a row for each KPI with its words and coloured change."""
        columns = self._figures()
        return {
            "company_id": self.company_id.id,
            "group_by": self.group_by,
            "columns": [column for column, _values in columns],
            "change": not self.group_by and self.compare,
            "rows": [
                {
                    "code": row["code"],
                    "label": row["label"],
                    "help": row["help"],
                    "cells": [self._text(values[row["code"]], row["unit"]) for _column, values in columns],
                    **(self._change(row, *columns) if not self.group_by and self.compare else {}),
                }
                for row in self._definitions(columns)
            ],
        }

    def _change(self, row, now, before):
        """Return the words of a change, and whether it is for the better."""
        value, earlier = now[1][row["code"]], before[1][row["code"]]
        if value is None or earlier is None:
            return {"change": "", "tone": ""}
        decimals, _kind = UNITS[row["unit"]]
        difference = round(value - earlier, decimals)
        words = self._text(abs(difference), row["unit"])
        if row["unit"] == "percent":
            # the difference of two rates
            words = self.env._("%s points", formatLang(self.env, abs(difference), digits=decimals))
        if not difference:
            return {"change": words, "tone": ""}
        tone = ""
        if row["better"]:
            tone = "better" if (difference > 0) == (row["better"] == "up") else "worse"
        return {"change": f"+{words}" if difference > 0 else f"−{words}", "tone": tone}

    def _text(self, value, unit):
        """Return a value in words of the user's language; a dash for what cannot be said."""
        if value is None:
            return "–"
        if unit == "money":
            return self.company_id.root_id.sudo().currency_id.format(value)  # sudo: the currency of the figures
        number = formatLang(self.env, value, digits=UNITS[unit][0])
        return self.env._("%s%%", number) if unit == "percent" else number

    # ---- what a person does ---------------------------------------------------------------------------------------

    @api.model
    def action_open(self):
        """Open the screen on last month."""
        self.env["collection.kpi"]._check_may_read(self.env.company)
        report = self.create({})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("KPIs"),
            "res_model": self._name,
            "res_id": report.id,
            "views": [(False, "form")],
        }

    def action_export(self):
        """Download the KPIs as a workbook: a row for each group or period, and what each figure means."""
        self.ensure_one()
        columns = self._figures()
        definitions = self._definitions(columns)
        first = dict(self._fields["group_by"]._description_selection(self.env)).get(self.group_by)
        figures = (
            self.env._("KPIs"),
            [[first or self.env._("Period"), "text"], *[[row["label"], UNITS[row["unit"]][1]] for row in definitions]],
            [[column["label"], *(values[row["code"]] for row in definitions)] for column, values in columns],
        )
        meaning = (
            self.env._("What they mean"),
            [(self.env._("KPI"), "text"), (self.env._("Formula"), "text")],
            [[row["label"], row["help"]] for row in definitions],
        )
        rtl = self.env["res.lang"]._get_data(code=self.env.user.lang).direction == "rtl"
        name = f"kpi_{self.date_from}_{self.date_to}.xlsx"
        return self.env["collection.download"]._offer(name, workbook([figures, meaning], rtl))
