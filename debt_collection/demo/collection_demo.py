"""What the demo data file calls; nothing else of the demo company is read before it is asked for."""

from odoo import api, models


class CollectionDemo(models.AbstractModel):
    _name = "collection.demo"
    _description = "Collections Demo Company"

    @api.model
    def _load(self, company=None):
        """Load the demo company into a company, the main one by default; nothing happens where it is already.

        :param company: res.company
        """
        # imported here: a database without demo data does not read it
        from .demo_company import DemoCompany

        if not self.env.ref("debt_collection.demo_user_amira", raise_if_not_found=False):
            DemoCompany(self.env, company or self.env.ref("base.main_company")).load()
