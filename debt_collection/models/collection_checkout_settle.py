"""Money that has come in online settles what was chosen, and nothing else."""

import logging

from odoo import fields, models
from psycopg2 import OperationalError

_logger = logging.getLogger(__name__)


class CollectionCheckout(models.Model):
    _inherit = "collection.checkout"

    def _account(self):
        """Return the receivable account on which most of what was chosen stands, or none."""
        self.ensure_one()
        lines = self.line_ids.filtered("move_line_id")
        accounts = lines.grouped(lambda line: line.move_line_id.account_id)
        return max(
            accounts, key=lambda account: sum(accounts[account].mapped("amount")), default=lines.move_line_id.account_id
        )

    def _settle(self, payment):
        """Reconcile a payment with what was chosen, bring the case in line, log it and say thank you.

        Whatever goes wrong here, the payment stands, and somebody is told to look.
        :param payment: account.payment, posted
        """
        self.ensure_one()
        try:
            with self.env.cr.savepoint():
                applied = self._reconcile(payment)
        except OperationalError:  # somebody else writes the same entries: Odoo tries again
            raise
        except Exception:
            _logger.exception("Online payment %s could not be reconciled as chosen", self.reference)
            applied = 0.0
        # the parts of an authorized payment are captured one by one
        self.write({"date_paid": fields.Datetime.now(), "amount_applied": self.amount_applied + applied})
        try:
            with self.env.cr.savepoint():
                self._tell(payment, applied)
        except OperationalError:
            raise
        except Exception:
            _logger.exception("Online payment %s was entered, and could not be told of", self.reference)

    def _reconcile(self, payment):
        """Reconcile a payment with what is still open of what was chosen.

        What was chosen in whole comes first; then the rest, the oldest due first.
        :return: the amount applied
        """
        credit = payment.move_id.line_ids.filtered(
            lambda line: line.account_id == payment.destination_account_id and not line.reconciled
        )
        pairs = [
            (line.move_line_id, line.amount)
            for line in self.line_ids
            if line.move_line_id.account_id == credit.account_id and self._is_open(line.move_line_id)
        ]
        whole = [
            line
            for line, amount in pairs
            if self.currency_id.compare_amounts(amount, line.amount_residual_currency) >= 0
        ]
        partly = [line for line, _amount in pairs if line not in whole]
        before = credit.amount_residual_currency
        credit._reconcile_plan([credit | line for line in whole + partly])
        return self.currency_id.round(credit.amount_residual_currency - before)

    def _is_open(self, line):
        return line.parent_state == "posted" and not line.reconciled and line.amount_residual_currency > 0
