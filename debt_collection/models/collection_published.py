"""What was published stays as it was: rows that the scheduled action writes once, and nobody changes."""

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class CollectionPublished(models.AbstractModel):
    _name = "collection.published"
    _description = "Published Figures"
    _log_access = False

    # names of the amounts that stood at the end of a day; a class that has some names its own
    _stocks = ()

    @api.model
    def _read_group_select(self, aggregate_spec, query):
        """Of several days, show what was owed on average: the sum of a stock over days would mean nothing."""
        name, _separator, function = aggregate_spec.partition(":")
        if name in self._stocks and function == "avg":
            return SQL(
                "SUM(%s) / NULLIF(COUNT(DISTINCT %s), 0)",
                self._field_to_sql(self._table, name, query),
                self._field_to_sql(self._table, "date", query),
            )
        return super()._read_group_select(aggregate_spec, query)

    @api.model_create_multi
    def create(self, vals_list):
        """Figures are taken by the scheduled action, never entered."""
        if not self.env.su:
            raise UserError(self.env._("Figures are taken from the ledger by the scheduled action, not entered."))
        return super().create(vals_list)

    def write(self, vals):
        """Refuse: what was published stays."""
        if not self.env.su:
            raise UserError(
                self.env._(
                    "Published figures cannot be changed. What the ledger says today is shown by “Compare with the"
                    " ledger”."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        if not self.env.su:
            raise UserError(self.env._("Published figures cannot be deleted."))
