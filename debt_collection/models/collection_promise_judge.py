"""Whether promises were kept: judged by payments really reconciled, again whenever their debtor is assessed."""

from odoo import api, models


class CollectionPromise(models.Model):
    _inherit = "collection.promise"

    @api.model
    def _judge(self, company, partner_ids, today):
        """Judge the promises of some debtors of a company: a few statements, whatever their number.

        :param company: res.company, a root
        :param partner_ids: ids of commercial entities
        :param today: datetime.date
        """
