"""What only the flow may write: a state, a level, an amount is the outcome of what was done, not of an RPC call."""

from odoo import models
from odoo.exceptions import AccessError


class CollectionProtected(models.AbstractModel):
    _name = "collection.protected"
    _description = "Fields Written by What Is Done"

    # names of the fields that collectors and accountants change only through the methods of the model; a class that
    # extends the model names its own
    _protected = frozenset()

    def write(self, vals):
        """Refuse protected fields to whoever is neither the flow itself (superuser) nor a collections manager."""
        protected = frozenset().union(*(vars(part).get("_protected", ()) for part in type(self).__mro__))
        forged = protected & vals.keys()
        if forged and not self.env.su and not self.env.user.has_group("debt_collection.group_collection_manager"):
            raise AccessError(
                self.env._(
                    "%(fields)s of %(model)s cannot be written directly: use the buttons.",
                    fields=", ".join(sorted(self._fields[name]._description_string(self.env) for name in forged)),
                    model=self._description,
                )
            )
        return super().write(vals)
