"""How payment plans are doing: reconciled payments fill the instalments, oldest first; missed ones end a plan."""

from odoo import api, models


class CollectionPlan(models.Model):
    _inherit = "collection.plan"

    @api.model
    def _judge(self, company, partner_ids, today):
        """Judge the active plans of some debtors of a company: a few statements, whatever their number.

        :param company: res.company, a root
        :param partner_ids: ids of commercial entities
        :param today: datetime.date
        """
