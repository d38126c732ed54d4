"""Settlements: the debtor promises a share, and the rest is written off by itself once the share is paid."""

import logging

from odoo import api, models
from odoo.exceptions import LockError, UserError, ValidationError
from odoo.tools import SQL

_logger = logging.getLogger(__name__)


class CollectionWriteOff(models.Model):
    _inherit = "collection.write.off"

    def _make_promise(self):
        """Take the debtor's promise of the share, on every item of the settlement: none is reminded of meanwhile."""
        self.ensure_one()
        return self.env["collection.promise"]._make(
            self.case_id, self.line_ids.item_id, self.share_amount, self.share_date, origin="settlement"
        )

    def _end_promise(self):
        """Take back the promise of a settlement that ends before it is judged."""
        if self.promise_id.state in ("open", "to_match"):
            self.promise_id._cancel(self.env._("The settlement has ended."))

    @api.model
    def _settle(self, company, partner_ids, today):
        """Carry out, or end, the settlements of some debtors whose promise has been judged. Call after judging.

        One statement finds them. What cannot be posted (a closed period, no account) waits with the reason and an
        activity, and is tried again the next time; the others go on. Where the payment of a share is taken back after
        the rest was written off, a person is asked to look: nothing is reversed by itself.
        :param company: res.company, a root
        :param partner_ids: ids of commercial entities, or None for all
        :param today: datetime.date of the entries
        """
        self.flush_model()
        for model, names in (("promise", ["state"]), ("case", ["partner_id"]), ("item", ["case_id"])):
            self.env[f"collection.{model}"].flush_model(names)
        debtors = SQL("true")
        if partner_ids is not None:
            # items follow their debtor through a merge; the case it was agreed in does not
            debtors = SQL(
                """
                EXISTS (SELECT FROM collection_write_off_line line
                          JOIN collection_item item ON item.id = line.item_id
                          JOIN collection_case c ON c.id = item.case_id
                         WHERE line.write_off_id = write_off.id AND c.partner_id = ANY(%s))
                """,
                list(partner_ids),
            )
        judged = self.env.execute_query(
            SQL(
                """
                SELECT write_off.id
                  FROM collection_write_off write_off
                  JOIN collection_promise promise ON promise.id = write_off.promise_id
                 WHERE write_off.company_id = %(company)s
                   AND (write_off.state = 'awaiting' AND promise.state IN ('kept', 'partial', 'broken', 'cancelled')
                        OR write_off.state = 'posted' AND (promise.state != 'kept') != (write_off.problem IS NOT NULL))
                   AND %(debtors)s
              ORDER BY write_off.id
                """,
                company=company.id,
                debtors=debtors,
            )
        )
        # sudo: what was agreed is carried out by itself, whoever's payment it was
        for write_off in self.sudo().browse(write_off_id for (write_off_id,) in judged).try_lock_for_update():
            kept = write_off.promise_id.state == "kept"
            if write_off.state == "posted":
                write_off._doubt(not kept)
            elif kept:
                write_off._settle_one(today)
            else:
                write_off._end("cancelled", write_off._words_of_failure())

    def _doubt(self, taken_back):
        """Ask a person to look at a settlement whose payment was taken back, until it is paid again."""
        if not taken_back:
            self.problem = False
            self._done_waiting()
            return
        self.problem = self.env._(
            "The payment of the share was taken back after the rest was written off. Reverse the write-off, or see to "
            "the payment."
        )
        self._tell(self.problem)
        self._log(f"{self.name}: {self.problem}")

    def _settle_one(self, today):
        """Write off the rest of a settlement whose share is paid; on trouble leave it waiting and say why."""
        self.ensure_one()
        if not self.line_ids._open():
            self._end("cancelled", self.env._("Settlement %s: everything was paid, nothing to write off.", self.name))
            return
        try:
            with self.env.cr.savepoint():
                self._post_entries(today)
                self.env.flush_all()
        except LockError:
            # somebody is at these journal items this moment: the next time
            self.env.invalidate_all()
            return
        except (UserError, ValidationError) as error:
            self.env.invalidate_all()
            _logger.info("Collections: settlement %s cannot be posted: %s", self.name, error)
            problem = self.env._("The share is paid and the rest cannot be written off: %s", error)
            if self.problem != problem:
                self.write({"problem": problem})
                self._tell(problem)
            return
        self._done_waiting()
        self._log(
            self.env._(
                "Settlement %(name)s: the share is paid, %(amount)s written off.",
                name=self.name,
                amount=self.currency_id.format(self.amount_posted),
            )
        )

    def _words_of_failure(self):
        """Return why a settlement ends, from what became of its promise."""
        if self.promise_id.state == "cancelled":
            return self.env._("Settlement %s cancelled with its promise: the full debt is owed.", self.name)
        return self.env._("Settlement %s not kept: it is cancelled, and the full debt is owed again.", self.name)

    def _tell(self, note):
        """Ask who approved or requested it, in an activity, to look."""
        user = self.approver_id or self.requester_id or self.case_id.user_id
        self.activity_schedule(
            "mail.mail_activity_data_todo",
            user_id=user.id or self.env.uid,
            summary=self.env._("Settlement to look at"),
            note=note,
        )
