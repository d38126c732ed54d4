"""Taking a promise: what may be promised, and what is wrong with it, in words."""

from datetime import timedelta

from odoo import Command, api, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date


class CollectionPromise(models.Model):
    _inherit = "collection.promise"

    @api.model
    def _make(self, case, items, amount, date, origin="case", **values):
        """Take a debtor's promise: reminders of these items wait until its date and the days of tolerance.

        Whoever may write the case, or keeps the accounts, may take one.
        :param case: collection.case
        :param items: collection.item of that case, in one currency
        :param amount: float, in the items' currency, more than zero and at most what is open of them
        :param date: datetime.date, today or later
        :param origin: where it was made: "case", "call" (whose entry in the log is the caller's to write) or "portal"
        :param values: kind, bank, document_number, document_date, attachment_ids (ir.attachment) of a document
        :return: the collection.promise
        :raises UserError: says what is wrong; nothing is saved
        """
        case._check_may_work()
        attachments = values.pop("attachment_ids", None) or self.env["ir.attachment"]
        attachments.check_access("write")
        # sudo: promises are written by what is done; access to the case is checked above
        case, items = case.sudo(), items.sudo()
        case._reassess()
        items = items.sorted(lambda item: (item.date_due, item.id))
        available = self._available(items)
        self._check_debtor(case)
        self._check_items(case, items, available)
        amount = items.currency_id.round(amount)
        self._check_terms(case, items.currency_id, amount, sum(available.values()), date)
        self._check_document(values)
        today = case._today()
        tolerance = case.company_id._collection_settings().collection_promise_tolerance
        promise = self.sudo().create(
            {
                "case_id": case.id,
                "origin": origin,
                "amount": amount,
                "currency_id": items.currency_id.id,
                "date_made": today,
                "date": date,
                "date_judged": date + timedelta(days=tolerance),
                "amount_paid": 0,
                "amount_reduced": 0,
                "line_ids": self._lines(items, amount, available, today),
                "attachment_ids": [Command.set(attachments.ids)],
                **values,
            }
        )
        # sudo: whoever sees the promise sees its scan; that the user may give it away is checked above
        attachments.sudo().write({"res_model": self._name, "res_id": promise.id})
        case.action_ids.filtered(lambda action: action.line_ids.item_id <= items).action_exclude()
        if origin != "call":
            case._log_contact(
                channel="note", direction="in", outcome="promise", summary=promise._summary(), user_id=self.env.uid
            )
        case._reassess()
        return promise.sudo(self.env.su)

    def _summary(self):
        """Return what the log says of a promise made: what it is, and for which items."""
        self.ensure_one()
        return self.env._(
            "%(promise)s: %(items)s",
            promise=self._name_of(self.env),
            items=", ".join(self.line_ids.item_id.mapped("name")),
        )

    @api.model
    def _available(self, items):
        """Return {item: what may be promised of it, in its currency}: what is open, less disputes, after credits."""
        return {
            item: item.currency_id.round(max(min(item.amount_claim, item.amount_currency - item.amount_disputed), 0.0))
            for item in items
        }

    @api.model
    def _promised_items(self, items):
        """Return those of some items that are in an open promise or an active payment plan."""
        domain = [("item_id", "in", items.ids), ("live", "=", True)]
        return (
            self.env["collection.promise.line"].search(domain).item_id
            | self.env["collection.plan.item"].search(domain).item_id
        )

    @api.model
    def _suggested_items(self, case):
        """Return the items a promise would cover if nobody chose: all overdue of one currency, the company's first."""
        today = case._today()
        items = case.open_item_ids.filtered(lambda item: item.date_due < today and not item.no_followup)
        items -= self._promised_items(items)
        available = self._available(items)
        items = items.filtered(lambda item: not item.currency_id.is_zero(available[item]))
        currencies = items.currency_id
        currency = case.company_id.currency_id if case.company_id.currency_id in currencies else currencies[:1]
        return items.filtered(lambda item: item.currency_id == currency)

    @api.model
    def _lines(self, items, amount, available, today):
        """Return the commands of the lines: the amount falls on the items in their order, the oldest due first."""
        self.env["account.partial.reconcile"].flush_model()
        self.env["account.move.line"].flush_model()
        paid_before = dict(
            self.env.execute_query(
                SQL(
                    """
                    WITH %s
                    SELECT item_id, sum(amount_currency) FROM settled WHERE is_payment AND date >= %s GROUP BY item_id
                    """,
                    self.env["collection.ledger"]._settled_cte(
                        SQL("(SELECT id FROM collection_item WHERE id = ANY(%s))", items.ids)
                    ),
                    today,
                )
            )
        )
        commands = []
        for item in items:
            share = min(available[item], amount)
            amount = item.currency_id.round(amount - share)
            commands.append(
                Command.create(
                    {
                        "item_id": item.id,
                        "amount": share,
                        "amount_open": item.amount_currency,
                        "amount_paid_before": paid_before.get(item.id, 0.0),
                    }
                )
            )
        return commands

    # ---- what may be wrong ----------------------------------------------------------------------------------------

    @api.model
    def _check_debtor(self, case):
        if case.state == "closed":
            raise UserError(
                self.env._(
                    "The case of %s is closed: nothing is overdue, nothing is left to promise.", case.display_name
                )
            )
        limit = case.company_id._collection_settings().collection_max_broken_promises
        broken = case.debtor_id.broken_promise_count
        if limit and broken >= limit:
            raise UserError(
                self.env._(
                    "%(debtor)s has broken %(number)s promises already: the company takes no further one. Ask for the "
                    "payment itself, or agree on a payment plan.",
                    debtor=case.display_name,
                    number=broken,
                )
            )

    @api.model
    def _check_items(self, case, items, available):
        if not items:
            raise UserError(self.env._("Choose what is promised: at least one invoice."))
        for item in items:
            if item.case_id != case:
                raise UserError(
                    self.env._(
                        "%(number)s is not in the case of %(debtor)s: leave it out.",
                        number=item.name,
                        debtor=case.display_name,
                    )
                )
        if len(items.currency_id) > 1:
            raise UserError(
                self.env._(
                    "A promise is in one currency, and these invoices are in %s: make a promise for each currency.",
                    ", ".join(items.currency_id.mapped("name")),
                )
            )
        domain = [("item_id", "in", items.ids), ("live", "=", True)]
        for line in self.env["collection.promise.line"].sudo().search(domain, limit=1):
            raise UserError(
                self.env._(
                    "%(number)s is promised already for %(date)s: leave it out, or cancel that promise first.",
                    number=line.item_id.name,
                    date=format_date(self.env, line.promise_id.date),
                )
            )
        for line in self.env["collection.plan.item"].sudo().search(domain, limit=1):
            raise UserError(
                self.env._("%s is paid by a payment plan: leave it out, or end the plan first.", line.item_id.name)
            )
        for item in items:
            if item.currency_id.is_zero(available[item]):
                raise UserError(self._nothing_left(item))

    @api.model
    def _nothing_left(self, item):
        """Return why nothing of an item can be promised."""
        if not item.is_open:
            return self.env._("%s is paid: leave it out.", item.name)
        if item.no_followup:
            return self.env._("%s is left out of follow-up: take it in again first, or leave it out.", item.name)
        if not item.currency_id.is_zero(item.amount_disputed):
            return self.env._("%s is disputed: resolve the dispute first, or leave it out.", item.name)
        return self.env._("%s is covered by a credit that is not applied yet: leave it out.", item.name)

    @api.model
    def _check_terms(self, case, currency, amount, limit, date):
        if currency.compare_amounts(amount, 0) <= 0:
            raise UserError(self.env._("Enter how much is promised: more than zero."))
        if currency.compare_amounts(amount, limit) > 0:
            raise UserError(
                self.env._(
                    "%(amount)s is more than is owed: %(open)s is open of these invoices, after credits and disputes.",
                    amount=currency.format(amount),
                    open=currency.format(limit),
                )
            )
        if not date or date < case._today():
            raise UserError(self.env._("A promise is for today or a day to come: enter another date."))

    @api.model
    def _check_document(self, values):
        if values.get("kind", "promise") != "promise" and not (values.get("bank") and values.get("document_number")):
            raise UserError(self.env._("Enter the bank and the number of the document."))
