"""Erase what is due: in batches, each committed with what the log says about it, so that it goes on where it was."""

import logging

from odoo import api, models

from ..batches import TROUBLE, checkpoint

_logger = logging.getLogger(__name__)

BATCH = 500


class CollectionRetention(models.Model):
    _inherit = "collection.retention"

    @api.model
    def _cron_erase(self):
        """Erase what every rule that is on says is due (scheduled action)."""
        for rule in self.search([("active", "=", True)]):
            for company in rule._companies():
                if not rule._erase(company):
                    # the time is over: it is called again, and goes on
                    return
        checkpoint(self.env, remaining=0)

    def _erase(self, company):
        """Erase what this rule says is due in a root company.

        :return: bool, whether it came to the end; else the scheduled action's time was over
        """
        self.ensure_one()
        run = self.env["collection.retention.run"]
        last = 0
        while due := self._due(company, after=last, limit=BATCH):
            last = due[-1]["case_id"]
            free = [row for row in due if not row["held"]]
            if not free:
                continue
            try:
                with self.env.cr.savepoint():
                    run = run or run._begin(self, company)
                    self._erase_cases(run, free)
            except TROUBLE:
                # somebody works on one of these cases: the next run takes them
                _logger.info("Collections: cases up to %s are erased by the next run", last)
                run = run.exists()
            if not checkpoint(self.env, len(free), remaining=1):
                return False
        return True

    def _erase_cases(self, run, rows):
        """Erase what is due of some cases, say so in their logs and in the record of the run.

        :param run: collection.retention.run
        :param rows: of `_due`
        """
        case_ids = [row["case_id"] for row in rows]
        # sudo: the scheduled action's own rights; the salts too
        env = self.sudo().env
        env["collection.contact.text"].browse(self._to_erase("texts", case_ids))._erase()
        env["collection.contact.document"].browse(self._to_erase("documents", case_ids))._erase()
        env["ir.attachment"].browse(self._to_erase("files", case_ids)).unlink()
        env["mail.message"].browse(self._to_erase("messages", case_ids)).unlink()
        entries = env["collection.contact"]._append(
            [
                {
                    "case_id": row["case_id"],
                    "channel": "note",
                    "direction": "internal",
                    "outcome": "note",
                    "summary": self._said(row),
                }
                for row in rows
            ]
        )
        run._add(entries, rows)

    def _said(self, row):
        """Return what the log says was erased of a case."""
        return self.env._(
            "Erased under the rule “%(rule)s”: the words of %(texts)s entries, %(documents)s documents, %(messages)s "
            "messages and %(files)s files of the case.",
            rule=self.name,
            **{kind: row[kind] for kind in ("texts", "documents", "messages", "files")},
        )
