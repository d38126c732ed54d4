"""Credits that nobody has applied: payments and credit notes left open, beside what they could pay."""

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL


class CollectionUnapplied(models.Model):
    """Read from the ledger as it is now, in the companies that the user has switched to; stored nowhere."""

    _name = "collection.unapplied"
    _description = "Unapplied Credit"
    _auto = False
    _order = "date, id"

    name = fields.Char(string="Number", readonly=True)
    kind = fields.Selection(
        [("payment", "Payment"), ("credit_note", "Credit note"), ("other", "Other entry")], readonly=True
    )
    date = fields.Date(readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    company_currency_id = fields.Many2one("res.currency", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Debtor", readonly=True)
    user_id = fields.Many2one("res.users", string="Collector", readonly=True)
    move_line_id = fields.Many2one("account.move.line", string="Journal Item", readonly=True)
    move_id = fields.Many2one("account.move", string="Entry", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    amount_currency = fields.Monetary(string="Not Applied", readonly=True, help="What is left of it.")
    amount = fields.Monetary(
        string="Not Applied (Company Currency)", currency_field="company_currency_id", readonly=True
    )
    could_pay_count = fields.Integer(
        string="Items", readonly=True, aggregator=None, help="Open items of the debtor in its currency."
    )
    could_pay_amount = fields.Monetary(
        string="Open Items", readonly=True, aggregator=None, help="What is open of them, in its currency."
    )
    could_pay_oldest = fields.Char(readonly=True)
    oldest_due_date = fields.Date(string="Oldest Due", readonly=True)
    owes_otherwise = fields.Boolean(readonly=True, help="Something is open in another currency, or on another account.")
    could_pay = fields.Char(compute="_compute_could_pay", help="The oldest items that it could pay.")
    vendor_balance = fields.Monetary(
        string="We Owe Them",
        currency_field="company_currency_id",
        readonly=True,
        aggregator=None,
        help="What is open on the payable accounts for the same company: bills less what was paid ahead.",
    )

    @api.depends("could_pay_count", "could_pay_oldest", "owes_otherwise", "currency_id")
    def _compute_could_pay(self):
        for credit in self:
            if credit.could_pay_count > 3:
                credit.could_pay = self.env._(
                    "%(numbers)s and %(others)s more",
                    numbers=credit.could_pay_oldest,
                    others=credit.could_pay_count - 3,
                )
            elif credit.could_pay_count:
                credit.could_pay = credit.could_pay_oldest
            elif credit.owes_otherwise:
                credit.could_pay = self.env._(
                    "Nothing in %s: what is owed is in another currency or on another account.",
                    credit.currency_id.name,
                )
            else:
                credit.could_pay = self.env._("Nothing: the debtor owes nothing.")

    @property
    def _table_query(self):
        self.env["collection.ledger"]._prepare()
        for model in ("account.move", "account.account", "account.journal"):
            self.env[model].flush_model()
        companies = self.env.companies.sudo()  # sudo: which root they have, and its currency
        return SQL(" UNION ALL ").join(self._root_query(root, companies) for root in companies.root_id)

    def _root_query(self, root, companies):
        """Return the SQL of the credits of one root company, of these companies only."""
        return SQL(
            """
            (WITH %(open_line)s,
            seen AS (
                SELECT open_line.*, l.account_id, l.date, l.journal_id
                  FROM open_line
                  JOIN account_move_line l ON l.id = open_line.line_id
                 WHERE open_line.company_id = ANY(%(companies)s)
            ),
            debtor AS (
                SELECT DISTINCT partner_id FROM seen WHERE NOT is_debit
            ),
            debit AS (
                SELECT partner_id, currency_id, account_id, count(*) AS number, sum(residual_currency) AS amount,
                       min(date_due) AS oldest_due_date,
                       array_to_string((array_agg(move_name ORDER BY date_due, line_id))[1:3], ', ') AS oldest
                  FROM seen
                 WHERE is_debit AND partner_id IN (SELECT partner_id FROM debtor)
              GROUP BY partner_id, currency_id, account_id
            ),
            vendor AS (
                SELECT p.commercial_partner_id AS partner_id, -sum(l.amount_residual) AS balance
                  FROM account_move_line l
                  JOIN account_account account ON account.id = l.account_id
                                              AND account.account_type = 'liability_payable'
                  JOIN res_partner p ON p.id = l.partner_id
                 WHERE l.reconciled IS NOT TRUE AND l.parent_state = 'posted' AND l.company_id = ANY(%(companies)s)
                   AND p.commercial_partner_id IN (SELECT partner_id FROM debtor)
              GROUP BY p.commercial_partner_id
            )
            SELECT credit.line_id AS id, credit.line_id AS move_line_id, credit.move_id, credit.move_name AS name,
                   CASE WHEN move.move_type = 'out_refund' THEN 'credit_note'
                        WHEN journal.type IN ('bank', 'cash', 'credit') THEN 'payment'
                        ELSE 'other' END AS kind,
                   credit.date, credit.company_id, %(currency)s AS company_currency_id, credit.partner_id,
                   open_case.user_id, credit.currency_id,
                   -credit.residual_currency AS amount_currency, -credit.residual AS amount,
                   coalesce(debit.number, 0) AS could_pay_count, coalesce(debit.amount, 0) AS could_pay_amount,
                   debit.oldest AS could_pay_oldest, debit.oldest_due_date,
                   credit.partner_id IN (SELECT partner_id FROM debit) AND debit.number IS NULL AS owes_otherwise,
                   coalesce(vendor.balance, 0) AS vendor_balance
              FROM seen credit
              JOIN account_move move ON move.id = credit.move_id
              JOIN account_journal journal ON journal.id = credit.journal_id
         LEFT JOIN debit ON debit.partner_id = credit.partner_id AND debit.currency_id = credit.currency_id
                        AND debit.account_id = credit.account_id
         LEFT JOIN vendor ON vendor.partner_id = credit.partner_id
         LEFT JOIN collection_case open_case ON open_case.partner_id = credit.partner_id
                                            AND open_case.company_id = %(root)s AND open_case.state = 'open'
             WHERE NOT credit.is_debit)
            """,
            open_line=self.env["collection.ledger"]._open_line_cte(root),
            companies=companies.filtered(lambda company: company.root_id == root).ids,
            root=root.id,
            currency=root.currency_id.id,
        )

    def action_open_entry(self):
        """Open the payment's entry or the credit note, as the user's own rights allow."""
        self.ensure_one()
        return self.move_id._collection_form()

    def action_open_journal_items(self):
        """Open all of the debtor's receivable lines, matched ones too, where a match can be undone."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("account.action_account_moves_all")
        action.update(
            name=self.env._("Journal items: %s", self.partner_id.display_name),
            domain=[
                ("account_id.account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("partner_id", "child_of", self.partner_id.id),
                ("company_id", "child_of", self.company_id.root_id.id),
            ],
            context={},
        )
        action["display_name"] = action["name"]
        return action

    def action_reconcile(self):
        """Ask which open items this credit pays.

        :raises AccessError: for who may not reconcile in accounting
        """
        self.ensure_one()
        if not self.env.user.has_group("account.group_account_invoice"):
            raise AccessError(self.env._("Only an accountant may apply a credit: ask one to do it."))
        wizard = self.env["collection.unapplied.apply"]._open_for(self.move_line_id)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Apply %s", self.name),
            "res_model": wizard._name,
            "res_id": wizard.id,
            "views": [(False, "form")],
            "target": "new",
        }
