"""A notice whose channel the debtor has refused since it was proposed does not leave; the next channel takes over."""

from odoo import models


class CollectionAction(models.Model):
    _inherit = "collection.action"

    def _refused(self):
        """Return {action: why, in words} of those whose channel cannot be used for their debtor any more."""
        refused = {}
        for (company, channel), actions in self.grouped(lambda a: (a.company_id, a.channel)).items():
            partners = actions.partner_id.sudo()  # sudo: as for the address a notice goes to
            debtors = partners._collections_debtors(company)
            if not debtors:
                continue
            addresses = partners._collections_addresses(channel, company)
            for action in actions.filtered(lambda a, debtors=debtors: a.partner_id.id in debtors):
                debtor, address = debtors[action.partner_id.id], addresses[action.partner_id]
                known = address if address._collections_reachable(channel) else None
                if refusal := debtor._refuses(channel, known):
                    label = dict(self._fields["channel"]._description_selection(self.env))[channel]
                    refused[action] = self.env._(
                        "%(channel)s is not to be used for this debtor: %(reason)s",
                        channel=label,
                        reason=refusal.reason,
                    )
        return refused

    def _drop_refused(self):
        """End those of these that wait and whose channel the debtor has refused; the next channel takes over."""
        waiting = self.filtered(lambda action: action.state in ("proposed", "approved", "deferred"))
        decided = waiting.filtered(lambda action: action.state != "proposed")
        refused = waiting._refused()
        for reason, actions in self.browse(action.id for action in refused).grouped(refused.get).items():
            actions._set_state("skipped", outcome=reason)
            actions._log("skipped", reason)
            actions._fall_back(decided)
