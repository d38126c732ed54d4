"""Where a debtor is written to, and its collections at a glance."""

from odoo import api, fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    type = fields.Selection(selection_add=[("collections", "Collections")], ondelete={"collections": "set default"})
    collection_case_count = fields.Integer(
        compute="_compute_collection_case_count", groups="debt_collection.group_collection_collector"
    )

    def _compute_collection_case_count(self):
        counts = dict(
            self.env["collection.case"]._read_group(
                [("partner_id", "in", self.commercial_partner_id.ids), ("stage", "!=", "courtesy")],
                ["partner_id"],
                ["__count"],
            )
        )
        for partner in self:
            partner.collection_case_count = counts.get(partner.commercial_partner_id, 0)

    def unlink(self):
        """Let go of what is deleted: debtors and cases keep the name."""
        result = super().unlink()
        for model in ("collection.debtor", "collection.case", "collection.action"):
            # sudo: our link alone, whoever deletes the contact
            self.env[model].sudo().search([("partner_id", "in", self.ids)]).partner_id = False
        return result

    def action_open_collection_cases(self):
        """Open the open case of this contact's commercial entity, or the list of its cases."""
        self.ensure_one()
        cases = self.env["collection.case"].search(
            [("partner_id", "=", self.commercial_partner_id.id), ("stage", "!=", "courtesy")]
        )
        action = self.env["ir.actions.act_window"]._for_xml_id("debt_collection.collection_case_action_all")
        action["domain"] = [("id", "in", cases.ids)]
        action["context"] = {}
        case = cases.filtered(lambda c: c.state == "open")
        if len(case) == 1:
            action.update(res_id=case.id, views=[(False, "form")])
        return action

    def action_open_collection_debtor(self):
        """Open what is set for this debtor in the current company: strategy, collector, do not follow up."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "collection.debtor",
            "res_id": self.env["collection.debtor"]._get(self.env.company, self).id,
            "views": [(False, "form")],
        }

    @api.model
    def _collections_address_order(self):
        """Return the address types a notice looks for, the best first; the commercial entity itself comes last."""
        return ("collections", "invoice")

    def _collections_address(self, channel="email"):
        """Return the contact a notice of this commercial entity goes to; see `_collections_addresses`."""
        self.ensure_one()
        return self._collections_addresses(channel)[self]

    def _collections_addresses(self, channel):
        """Return {commercial entity: the contact its notice goes to}, in one search.

        The first of: an address of type Collections, an address of type Invoice, the entity itself, that can be
        reached by the channel; when none can, the first that exists.
        :param channel: code of a channel
        """
        order = self._collections_address_order()
        children = self.with_context(active_test=True).search(
            [("commercial_partner_id", "in", self.ids), ("type", "in", order)], order="id"
        )
        children = children.sorted(lambda child: order.index(child.type)).grouped("commercial_partner_id")
        addresses = {}
        for partner in self:
            candidates = [*children.get(partner, ()), partner]
            reachable = (contact for contact in candidates if contact._collections_reachable(channel))
            addresses[partner] = next(reachable, candidates[0])
        return addresses

    def _collections_reachable(self, channel):
        """Tell whether this contact can be reached: a valid e-mail that is not blacklisted, a postal
        address, a phone number.

        :param channel: code of a channel
        """
        self.ensure_one()
        medium = self.env["collection.channel"]._media()[channel]
        if medium == "email":
            return bool(self.email_normalized) and not self.is_blacklisted
        if medium == "post":
            return bool(self.street and (self.city or self.zip))
        if medium == "phone":
            return bool(self.phone)
        return False
