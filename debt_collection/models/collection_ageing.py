"""What each debtor owed at the end of any day, by age: a row per open line, read from the ledger and stored nowhere."""

from odoo import api, fields, models
from odoo.tools import SQL


class CollectionAgeing(models.Model):
    """How it works: the table is a query that the context completes (see `_at`): the day, the basis, the company.

    So that one list, pivot or graph shows any day, and Odoo's own search, grouping and export work on it.
    """

    _name = "collection.ageing"
    _description = "Aged Receivable"
    _inherit = ["collection.aged"]
    _auto = False
    _order = "date_due, id"

    name = fields.Char(string="Number", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    company_currency_id = fields.Many2one("res.currency", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Debtor", readonly=True)
    country_id = fields.Many2one("res.country", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    bucket = fields.Selection("_selection_bucket", string="Age", readonly=True)
    days = fields.Integer(
        readonly=True, aggregator=None, help="Days since the due date, or the invoice date, on the day of the ageing."
    )
    amount = fields.Monetary(
        currency_field="company_currency_id",
        string="Open",
        readonly=True,
        help="In company currency; credits are negative. The total is the balance of the receivable accounts.",
    )
    amount_currency = fields.Monetary(string="Open in Currency", readonly=True, help="Credits are negative.")
    move_id = fields.Many2one("account.move", string="Invoice", readonly=True)
    move_line_id = fields.Many2one("account.move.line", string="Journal Item", readonly=True)
    date_invoice = fields.Date(string="Invoice Date", readonly=True)
    date_due = fields.Date(string="Due Date", readonly=True)
    invoice_user_id = fields.Many2one("res.users", string="Salesperson", readonly=True)
    user_id = fields.Many2one(
        "res.users", string="Collector", readonly=True, help="Who had the debtor on the day of the ageing."
    )
    strategy_id = fields.Many2one("collection.strategy", readonly=True)
    level_id = fields.Many2one("collection.level", readonly=True)

    @api.model
    def _at(self, at, basis="due", company=None):
        """Return this model as it reads the ledger of a day.

        :param at: datetime.date, the last day that counts
        :param basis: "due" or "invoice", the date from which the days run
        :param company: res.company, or None for all that the user has switched to
        """
        # rows are known by their journal item, whatever the day: what was read of another day is forgotten
        self.invalidate_model()
        return self.with_context(
            collection_ageing_date=fields.Date.to_string(at),
            collection_ageing_basis=basis,
            collection_ageing_company=company.id if company else False,
        )

    @api.model
    def _day(self):
        """Return (datetime.date, basis) of the ageing."""
        at = fields.Date.to_date(self.env.context.get("collection_ageing_date"))
        basis = "invoice" if self.env.context.get("collection_ageing_basis") == "invoice" else "due"
        return at or self.env["collection.case"]._today(), basis

    @api.model
    def _companies(self):
        """Return the companies whose lines are shown: what the user has switched to, with the branches under it."""
        # sudo: only which branches there are; archived ones too, since what they are owed is in their root's balance
        companies = self.env["res.company"].sudo().with_context(active_test=False)
        domain = [("id", "child_of", self.env.companies.ids)]
        if company_id := self.env.context.get("collection_ageing_company"):
            domain.append(("id", "child_of", company_id))
        return companies.search(domain)

    @api.model
    def _selection_bucket(self):
        """Return [(key, label)] of the buckets, as the current company has set them, and of the credits."""
        buckets = self.env.company._collection_buckets()
        if self._day()[1] == "invoice":
            # by invoice date nothing is "not due": the first bucket begins on the day of the invoice
            first = self.env._("0–%s days", self.env.company._collection_limits()[0])
            buckets = [("b1", first), *buckets[2:]]
        return [*buckets, ("credit", self.env._("Credits"))]

    @property
    def _table_query(self):
        self.env["collection.ledger"]._prepare()
        for model in ("account.move", "account.partial.reconcile", "res.partner", "collection.assignment"):
            self.env[model].flush_model()
        companies = self._companies()
        roots = companies.root_id or self.env.company.root_id
        return SQL(" UNION ALL ").join(self._root_query(root, companies) for root in roots)

    def _root_query(self, root, companies):
        """Return the SQL of the rows of one root company, of these companies only."""
        at, basis = self._day()
        ledger = self.env["collection.ledger"]
        days = SQL("%s::date - %s", at, SQL("date_invoice") if basis == "invoice" else SQL("date_due"))
        return SQL(
            """
            (WITH %(past_line)s
            SELECT past_line.line_id AS id, past_line.line_id AS move_line_id, past_line.move_id,
                   past_line.move_name AS name, past_line.company_id, %(currency)s AS company_currency_id,
                   past_line.partner_id, partner.country_id, past_line.currency_id,
                   CASE WHEN past_line.is_debit THEN %(bucket)s ELSE 'credit' END AS bucket,
                   %(days)s AS days,
                   past_line.residual AS amount, past_line.residual_currency AS amount_currency,
                   past_line.date_invoice, past_line.date_due, move.invoice_user_id,
                   assigned.user_id, assigned.strategy_id, assigned.level_id
              FROM past_line
              JOIN account_move move ON move.id = past_line.move_id
              JOIN res_partner partner ON partner.id = past_line.partner_id
              %(assigned)s
             WHERE past_line.company_id = ANY(%(companies)s))
            """,
            past_line=ledger._past_line_cte(root, at),
            currency=root.currency_id.id,
            # one measure for all companies on a screen: the current one's
            bucket=ledger._bucket(self.env.company, SQL("greatest(%s, 1)", days) if basis == "invoice" else days),
            days=days,
            assigned=self.env["collection.assignment"]._assigned(root, SQL("past_line.partner_id"), at),
            companies=companies.ids,
        )

    def action_open_invoice(self):
        """Open the invoice, or the entry, as the user's own rights allow."""
        self.ensure_one()
        return self.move_id._collection_form()
