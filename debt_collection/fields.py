"""Fields of ours, beside Odoo's."""

from odoo import fields
from odoo.tools import sql


class BareMany2one(fields.Many2one):
    """A many2one whose column has no foreign key; for tables that grow by a hundred thousand rows in a statement.

    PostgreSQL checks every key of every row with a query of its own, which costs many times the insert, and locks the
    row pointed to: an accountant who deletes an invoice would wait for us. Whoever deletes what such a field points
    to lets go of it (see collection.item, account.move.line).
    """

    def update_db_foreign_key(self, model, column):
        """Make no foreign key; drop the one that an earlier version made."""
        constraint = f"{model._table}_{self.name}_fkey"
        if sql.constraint_definition(model.env.cr, model._table, constraint):
            sql.drop_constraint(model.env.cr, model._table, constraint)
