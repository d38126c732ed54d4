"""The entry of a write-off: posted, matched with what it writes off through Odoo's own reconciliation, and undone."""

from odoo import Command, models
from odoo.exceptions import UserError
from odoo.tools import format_date


class CollectionWriteOff(models.Model):
    _inherit = "collection.write.off"

    def _post_entries(self, date=None):
        """Write off what is open now of the items, never more than was asked for: an entry a company and currency.

        :param date: datetime.date of the entry; default the write-off's
        :raises UserError: when nothing is open any more, an account or journal is missing, or the period is closed
        """
        self.ensure_one()
        # the entries first: of what another process is paying at this moment, the second to come waits and looks again
        self.line_ids.move_line_id.lock_for_update()
        self.line_ids.move_line_id.invalidate_recordset(["amount_residual", "amount_residual_currency"])
        lines = self.line_ids._open()
        if not lines:
            raise UserError(self.env._("Nothing of %s is open any more: there is nothing to write off.", self.name))
        total = sum(
            self._post_entry(company, currency, group, date or self.date)
            for (company, currency), group in lines.grouped(
                lambda line: (line.move_line_id.company_id, line.currency_id)
            ).items()
        )
        self.write({"state": "posted", "date": date or self.date, "amount_posted": total, "problem": False})
        self.line_ids.live = False

    def _post_entry(self, company, currency, lines, date):
        """Post one entry for lines of a company in a currency, and match each with its journal item.

        :return: what is written off, in company currency
        """
        # sudo: collectors and managers have no right to post; that this was allowed or approved is checked before
        settings = self.company_id._collection_settings()
        account = settings._collection_bad_debt_account(self.reason_id)
        journal = settings._collection_write_off_journal()
        self._check_period(company, journal, date)
        prepared = []
        for line in lines:
            line.amount_posted = self._amount_to_post(line)
            prepared.append(line._prepare_entry_lines(account, line.amount_posted))
        # the tax lines are what they are: Odoo would compute them anew from the bases
        entry = (
            self.env["account.move"]
            .sudo()
            .with_company(company)
            .with_context(skip_invoice_sync=True)
            .create(
                {
                    "move_type": "entry",
                    "company_id": company.id,
                    "journal_id": journal.id,
                    "currency_id": currency.id,
                    "date": date,
                    "ref": f"{self.name}: {self.reason_id.name}",
                    "line_ids": [Command.create(values) for group in prepared for values in group],
                }
            )
        )
        entry._post(soft=False)
        lines.entry_id = entry
        journal_items = iter(entry.line_ids.sorted("id"))
        pairs = []
        for line, group in zip(lines, prepared, strict=True):
            receivable, *_losses = (next(journal_items) for _values in group)
            pairs.append(line.move_line_id | receivable)
        self.env["account.move.line"].sudo()._reconcile_plan(pairs)  # sudo: as above
        return -sum(receivable["balance"] for receivable, *_losses in prepared)

    def _check_period(self, company, journal, date):
        """Refuse a date in a closed period: Odoo would post on the first open day, and say nothing.

        :raises UserError: what is closed until when
        """
        # sudo: the company's lock dates, whoever asks
        closed = company.sudo()._get_violated_lock_dates(date, self.tax_treatment == "reverse", journal)
        if closed:
            raise UserError(
                self.env._(
                    "The books of %(company)s are closed on %(date)s: %(locks)s. Choose a later day.",
                    company=company.name,
                    date=format_date(self.env, date),
                    locks=company._format_lock_dates(closed),
                )
            )

    def _amount_to_post(self, line):
        """Return what is written off of a line: what it asks for, or what is open where that is less."""
        return min(line.amount, line.move_line_id.amount_residual_currency)

    def _reverse(self, date, why):
        """Undo: reverse the entries through Odoo; the items are owed again.

        :param date: datetime.date of the reversing entries
        :param why: str, in words
        """
        self.ensure_one()
        if self.state != "posted":
            raise UserError(self.env._("%s is not written off: there is nothing to reverse.", self.name))
        # sudo: the right to reverse a write-off is checked before; an entry an accountant has undone stays undone
        entries = self.entry_ids.sudo().filtered(
            lambda entry: (
                entry.state == "posted" and not entry.reversal_move_ids.filtered(lambda r: r.state == "posted")
            )
        )
        for entry in entries:
            self._check_period(entry.company_id, entry.journal_id, date)
        entries._reverse_moves(
            [{"date": date, "ref": self.env._("Reversal of %s", entry.name)} for entry in entries], cancel=True
        )
        self.write({"state": "reversed", "problem": False})
        self._done_waiting()
        self._reassess()
        self._log(self.env._("Write-off %(name)s reversed: %(why)s", name=self.name, why=why))
