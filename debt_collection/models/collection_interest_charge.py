"""Interest or compensation that was put on an invoice: for which item, for which days, how it was computed."""

import psycopg2
from odoo import api, fields, models
from odoo.exceptions import UserError


class CollectionInterestCharge(models.Model):
    _name = "collection.interest.charge"
    _description = "Interest Invoiced"
    _order = "item_id, date_from, id"
    _rec_name = "item_id"
    _log_access = False

    item_id = fields.Many2one("collection.item", required=True, ondelete="restrict", index=True)
    case_id = fields.Many2one(related="item_id.case_id")
    kind = fields.Selection([("interest", "Interest"), ("compensation", "Compensation")], required=True)
    scheme_id = fields.Many2one("collection.interest.scheme", ondelete="set null")
    date_from = fields.Date(string="From", help="The first day that bears interest.")
    date_to = fields.Date(string="Until", help="The last one, that day included.")
    currency_id = fields.Many2one("res.currency", required=True)
    amount = fields.Monetary(required=True)
    line_ids = fields.One2many("collection.interest.charge.line", "charge_id", string="Computation")
    move_id = fields.Many2one("account.move", string="Invoice of Interest", ondelete="set null", index="btree_not_null")
    late_move_id = fields.Many2one("account.move", string="Late Invoice", ondelete="set null", index="btree_not_null")
    live = fields.Boolean(
        default=True, help="These days are invoiced. Off: their invoice was cancelled, reversed or deleted."
    )

    _days = models.Constraint(
        "CHECK(kind != 'interest' OR date_from <= date_to)", "Interest is for a day at least: from, then until."
    )
    # ranges of one number stand in for the equality that a GiST index has only with an extension of PostgreSQL
    _once = models.Constraint(
        "EXCLUDE USING gist (int4range(item_id, item_id, '[]') WITH &&, daterange(date_from, date_to, '[]') WITH &&) "
        "WHERE (live AND kind = 'interest')",
        "The interest on this item for these days has been invoiced already. Close this and look again.",
    )
    _one_compensation = models.UniqueIndex(
        "(late_move_id) WHERE live AND kind = 'compensation'",
        "The compensation for this invoice has been invoiced already. Close this and look again.",
    )

    def _standing(self):
        """Return those among these whose invoice stands: neither cancelled, nor reversed, nor deleted."""
        return self.filtered(
            lambda charge: (
                charge.live
                and charge.move_id
                and charge.move_id.state != "cancel"
                and charge.move_id.payment_state != "reversed"
            )
        )

    @api.model
    def _of(self, items):
        """Return the charges of some items that stand."""
        return self.search([("item_id", "in", items.ids), ("live", "=", True)])._standing()

    @api.model
    def _free(self, items):
        """Let the days be invoiced again of which the invoice does not stand any more."""
        live = self.search([("item_id", "in", items.ids), ("live", "=", True)])
        (live - live._standing()).live = False
        self.flush_model()

    def _take_again(self):
        """Count charges whose invoice stands once more.

        :raises UserError: when their days were put on another invoice meanwhile
        """
        try:
            with self.env.cr.savepoint():
                self.live = True
                self.flush_recordset()
        except psycopg2.IntegrityError as error:
            names = ", ".join(dict.fromkeys(self.item_id.mapped("name")))
            raise UserError(
                self.env._("The interest on %s was put on another invoice meanwhile: delete this one.", names)
            ) from error
