"""Of which day, counted from which date, and for which company the ageing is shown."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL, format_date

# more debtors than a person reads in a pivot, and than a browser likes to draw
PIVOT_DEBTORS = 1000


class CollectionAgeingShow(models.TransientModel):
    _name = "collection.ageing.show"
    _description = "Show Aged Receivables"

    date = fields.Date(required=True, default=lambda self: self.env["collection.case"]._today())
    basis = fields.Selection(
        [("due", "Due date"), ("invoice", "Invoice date")], string="Days Since", required=True, default="due"
    )
    company_id = fields.Many2one(
        "res.company",
        domain=lambda self: [("id", "in", self.env.companies.ids)],
        help="With its branches. Empty: all the companies you have switched to.",
    )
    amounts = fields.Selection(
        [("company", "In company currency"), ("currency", "Per currency")], required=True, default="company"
    )

    @api.constrains("date")
    def _check_date(self):
        for wizard in self:
            if wizard.date > self.env["collection.case"]._today():
                raise ValidationError(
                    self.env._("What will be owed is not known yet: choose today or an earlier day for the ageing.")
                )

    def _ageing(self):
        self.ensure_one()
        return self.env["collection.ageing"]._at(self.date, self.basis, self.company_id)

    def _title(self):
        """Return what the ageing is called on its screen and its file."""
        day = format_date(self.env, self.date)
        if self.basis == "invoice":
            return self.env._("Aged receivables at %s, by invoice date", day)
        return self.env._("Aged receivables at %s, by due date", day)

    def action_show(self):
        """Open the ageing: pivot, graph and list."""
        ageing = self._ageing()
        ageing.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("debt_collection.collection_ageing_action")
        action["name"] = action["display_name"] = self._title()
        per_currency = self.amounts == "currency"
        [(debtors,)] = self.env.execute_query(
            SQL("SELECT count(DISTINCT partner_id) FROM (%s) ageing", ageing._table_query)
        )
        action["context"] = {
            **{name: value for name, value in ageing.env.context.items() if name.startswith("collection_ageing_")},
            "pivot_row_groupby": ["partner_id" if debtors <= PIVOT_DEBTORS else "user_id"],
            "pivot_column_groupby": ["currency_id", "bucket"] if per_currency else ["bucket"],
            "pivot_measures": ["amount_currency" if per_currency else "amount"],
            "graph_measure": "amount_currency" if per_currency else "amount",
            "graph_groupbys": ["currency_id", "bucket"] if per_currency else ["bucket"],
        }
        return action

    def action_download(self):
        """Download the ageing as a spreadsheet."""
        content = self._ageing()._workbook(by_currency=self.amounts == "currency")
        name = self._title().replace("/", "-")
        return self.env["collection.download"]._offer(f"{name}.xlsx", content)
