"""What was agreed with a debtor, what was said last, and how it is treated: part of its picture."""

from odoo import api, models


class CollectionPicture(models.AbstractModel):
    _inherit = "collection.picture"

    @api.model
    def _agreements(self, partner, root):
        """Return the open promises and plans, how the others ended, and the last contacts."""
        domain = [("case_id.partner_id", "=", partner.id), ("company_id", "=", root.id)]
        # sudo: of a debtor whose account the user may read
        promises, plans = self.env["collection.promise"].sudo(), self.env["collection.plan"].sudo()
        counts = dict(promises._read_group(domain, ["state"], ["__count"]))
        names = dict(promises._fields["state"]._description_selection(self.env))
        plan_names = dict(plans._fields["state"]._description_selection(self.env))
        plan_counts = dict(plans._read_group(domain, ["state"], ["__count"]))
        judged = sum(counts.get(state, 0) for state in ("kept", "partial", "broken"))
        contacts = self.env["collection.contact"].sudo().search(domain, limit=5)
        return {
            "promises": promises.search([*domain, ("state", "in", ("open", "to_match"))], order="date, id", limit=10),
            "promise_outcomes": [(names[state], number) for state, number in counts.items() if state != "open"],
            "promises_kept": (counts.get("kept", 0), judged),
            "plans": plans.search([*domain, ("state", "in", ("draft", "active"))], order="id", limit=10),
            "plan_outcomes": [
                (plan_names[state], number) for state, number in plan_counts.items() if state not in ("draft", "active")
            ],
            "contacts": contacts,
            "channels": dict(contacts._fields["channel"]._description_selection(self.env)),
            "outcomes": dict(contacts._fields["outcome"]._description_selection(self.env)),
        }

    @api.model
    def _treatment(self, partner, root):
        """Return strategy and collector of a debtor, its own or the company's."""
        debtors = self.env["collection.debtor"].sudo()  # sudo: see _agreements
        debtor = debtors.search([("company_id", "=", root.id), ("partner_id", "=", partner.id)], limit=1)
        case = debtor.case_ids.filtered(lambda one: one.state == "open")
        return {
            "debtor": debtor,
            "strategy": debtor.strategy_id or root.collection_strategy_id,
            "collector": case.user_id or debtor.user_id or root.collection_user_id,
        }
