"""What is grouped by age: the buckets stand in the order of their age, not of their keys."""

from odoo import api, models
from odoo.tools import SQL

from ..tools.kpi import BUCKETS


class CollectionAged(models.AbstractModel):
    _name = "collection.aged"
    _description = "Amounts by Age"

    @api.model
    def _read_group_orderby(self, order, groupby_terms, query):
        """Show the youngest bucket first, and the credits last."""
        if "bucket" not in groupby_terms:
            return super()._read_group_orderby(order, groupby_terms, query)
        bucket = groupby_terms["bucket"]
        groupby_terms["bucket"] = SQL("array_position(%s, %s)", [*BUCKETS, "credit"], bucket)
        try:
            return super()._read_group_orderby(order, groupby_terms, query)
        finally:
            groupby_terms["bucket"] = bucket
