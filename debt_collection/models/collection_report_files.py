"""The periodic report as files: the PDF of a page or more to read, the workbook with every account."""

import unicodedata

from odoo import api, models
from odoo.modules import module
from odoo.tools import format_amount, format_date, formatLang

from ..tools import sheets
from ..tools.workbook import workbook

# accounts on paper; the workbook has all of them
LISTED = 200
PAPER = "debt_collection.report_periodic"


class CollectionReport(models.AbstractModel):
    _inherit = "collection.report"

    XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

    @api.model
    def _files(self, data, title, lang):
        """Return the files of a report in a language.

        :param data: see `_gather`
        :param title: str, in that language
        :return: {"pdf": bytes, "xlsx": bytes}
        """
        report = self.with_context(lang=lang)
        accounts = report._in_words(data)
        files = {"xlsx": report._workbook(data, title, accounts)}
        # letters of a right-to-left script are ruined by some servers' wkhtmltopdf: rather in English, then
        if report._is_rtl() and not self.env["ir.actions.report"]._collection_prints_rtl():
            report = self.with_context(lang="en_US")
            title, accounts = report.env._("Collections report"), report._in_words(data, LISTED)
        files["pdf"] = report._pdf(data, title, accounts)
        return files

    @api.model
    def _is_rtl(self):
        return self.env["res.lang"]._get_data(code=self.env.lang or "en_US").direction == "rtl"

    @api.model
    def _in_words(self, data, limit=None):
        """Return the accounts with obstacle, step, step_date, why, level, collector and last_how in words.

        :param limit: how many, None for all
        """
        env, settings = self.env, data["company"]._collection_settings()
        rows = data["accounts"][:limit]
        levels = self._names_of("collection.level", rows, "level_id", "next_level_id")
        users = self._names_of("res.users", rows, "user_id")
        channels = dict(env["collection.channel"]._selection())
        stages = dict(env["collection.case"]._fields["stage"]._description_selection(env))
        told = []
        for row in rows:
            step, date, why = self._recommend(row, settings, data["today"], levels)
            told.append(
                {
                    **row,
                    "status": stages["closed" if row["state"] != "open" else row["stage"]],
                    "level": levels.get(row["level_id"]),
                    "collector": users.get(row["user_id"]),
                    "last_how": channels.get(row["last_channel"]),
                    "obstacle": "; ".join(self._obstacles(row, settings)),
                    "step": step,
                    "step_date": date,
                    "why": why,
                }
            )
        return told

    def _names_of(self, model, rows, *columns):
        ids = {row[column] for row in rows for column in columns} - {None}
        # sudo: the names alone
        return {record.id: record.display_name for record in self.env[model].sudo().browse(ids).exists()}

    @api.model
    def _workbook(self, data, title, accounts):
        """Return the workbook: the summary, and every account."""
        env = self.env
        columns = [
            ["debtor", env._("Debtor"), "text"],
            ["collector", env._("Collector"), "text"],
            ["status", env._("Status"), "text"],
            ["claim", env._("To collect"), "money"],
            ["overdue", env._("Overdue"), "money"],
            ["days_late", env._("Days late"), "number"],
            ["level", env._("Level"), "text"],
            ["contacts", env._("Contacts in the period"), "number"],
            ["last_contact", env._("Last contact"), "date"],
            ["last_how", env._("By"), "text"],
            ["due", env._("Due in the period"), "money"],
            ["recovered", env._("Recovered"), "money"],
            ["obstacle", env._("What stands in the way"), "text"],
            ["step", env._("Recommended next step"), "text"],
            ["step_date", env._("On"), "date"],
            ["why", env._("Why"), "text"],
        ]
        rows = [[row[name] for name, _label, _kind in columns] for row in accounts]
        if rows:
            total = {name: sum(row[name] for row in accounts) for name in ("claim", "overdue", "due", "recovered")}
            rows.append([(env._("Total"),), *(total.get(name) for name, _label, _kind in columns[1:])])
        summary = [
            [env._("Company"), data["company"].name],
            [env._("Period"), self._period(data)],
            *([[env._("Collector"), data["user"].name]] if data["user"] else []),
            [env._("Accounts as of"), format_date(env, data["today"])],
            *([label, text] for label, text in self._summary(data)),
        ]
        return workbook(
            [
                (env._("Summary"), [(title, "text"), ("", "text")], summary),
                (env._("Accounts"), [(label, kind) for _name, label, kind in columns], rows),
            ],
            rtl=self._is_rtl(),
        )

    def _period(self, data):
        return f"{format_date(self.env, data['date_from'])} – {format_date(self.env, data['date_to'])}"

    @api.model
    def _summary(self, data):
        """Return [(label, value in words)] of the summary; a dash for what cannot be said."""
        return [
            (label, self._text(data["figures"].get(code), unit, data["company"]))
            for code, label, unit in self._labels()
        ]

    @api.model
    def _text(self, value, unit, company):
        """Return a figure in the words of the language."""
        env = self.env
        if value is None:
            return "—"
        if unit == "money":
            return format_amount(env, value, company.currency_id)
        if unit == "percent":
            return env._("%s %%", formatLang(env, value, digits=1))
        if unit == "days":
            return env._("%s days", formatLang(env, value, digits=1))
        return formatLang(env, value, digits=0)

    @api.model
    def _pdf(self, data, title, accounts):
        """Return the PDF: the summary, and the accounts of which most is to be collected."""
        if module.current_test and not self.env.context.get("force_report_rendering"):
            return sheets.blank(1)
        company = data["company"]
        # sudo: the paper alone
        reports = self.env["ir.actions.report"].sudo().with_company(company)
        margins = {"data-report-margin-top": 10, "data-report-margin-bottom": 10, "data-report-header-spacing": 0}
        html = self._html(data, title, accounts)
        return reports._run_wkhtmltopdf([html], report_ref=PAPER, landscape=True, specific_paperformat_args=margins)

    @api.model
    def _html(self, data, title, accounts):
        env, company, rtl = self.env, data["company"], self._is_rtl()
        shown = [
            {
                **row,
                **{name: format_amount(env, row[name], company.currency_id) for name in ("claim", "due", "recovered")},
                "last_contact": row["last_contact"] and format_date(env, row["last_contact"]),
                "step_date": row["step_date"] and format_date(env, row["step_date"]),
            }
            for row in accounts[:LISTED]
        ]
        values = {
            "title": title,
            "company": company,
            "collector": data["user"].name,
            "period": self._period(data),
            "today": format_date(env, data["today"]),
            "summary": self._summary(data),
            "accounts": shown,
            "number": len(data["accounts"]),
            "lang": env.lang,
            "direction": "rtl" if rtl else "ltr",
            "start": "right" if rtl else "left",
            "end": "left" if rtl else "right",
            "reads": _reads,
        }
        # sudo: the template lays out what is gathered here, and reads nothing of its own
        return env["ir.qweb"].sudo()._render("debt_collection.periodic", values, lang=env.lang)


def _reads(text):
    """Return the direction in which a text runs, by its first letter; wkhtmltopdf knows no dir="auto"."""
    kinds = (unicodedata.bidirectional(letter) for letter in text or "")
    return "rtl" if next((kind for kind in kinds if kind in ("L", "R", "AL")), "L") != "L" else "ltr"
