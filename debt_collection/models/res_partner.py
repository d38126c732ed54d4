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

    def _collections_address(self, channel="email", company=None):
        """Return the contact a notice of this commercial entity goes to; see `_collections_addresses`."""
        self.ensure_one()
        return self._collections_addresses(channel, company)[self]

    def _collections_addresses(self, channel, company=None):
        """Return {commercial entity: the contact its notice goes to}, in one search.

        The first of: an address of type Collections, an address of type Invoice, the entity itself, that can be
        reached by the channel; when none can, the first that exists. With a company, what the entity has said as its
        debtor counts: an address it prefers comes first, one that is refused or invalid is passed over, and who
        represents a debtor with a mark is written to instead.
        :param channel: code of a channel
        :param company: res.company whose debtors these are (its root is taken)
        """
        order = self._collections_address_order()
        children = self.with_context(active_test=True).search(
            [("commercial_partner_id", "in", self.ids), ("type", "in", order)], order="id"
        )
        children = children.sorted(lambda child: order.index(child.type)).grouped("commercial_partner_id")
        debtors = self._collections_debtors(company)
        addresses = {}
        for partner in self:
            candidates = [*children.get(partner, ()), partner]
            debtor = debtors.get(partner.id)
            if debtor and debtor.legal_status and debtor.representative_id:
                candidates = [debtor.representative_id.with_env(self.env)]
            elif debtor:
                candidates.sort(key=lambda contact, debtor=debtor: not debtor._prefers(channel, contact))
            reachable = [contact for contact in candidates if contact._collections_reachable(channel)]
            usable = (contact for contact in reachable if not (debtor and debtor._refuses(channel, contact)))
            addresses[partner] = next(usable, (reachable or candidates)[0])
        return addresses

    def _collections_debtors(self, company):
        """Return {id: collection.debtor} of those of these entities that have preferences or a mark, in one search."""
        if not company:
            return {}
        # sudo: what a debtor has said holds, whoever writes to it
        debtors = self.env["collection.debtor"].sudo()
        found = debtors.search(
            [
                ("company_id", "=", company.root_id.id),
                ("partner_id", "in", self.ids),
                "|",
                ("preference_ids", "!=", False),
                ("legal_status", "!=", False),
            ]
        )
        return {debtor.partner_id.id: debtor for debtor in found}

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

    def _collections_key(self, channel):
        """Return the address of this contact by which a channel reaches it, as preferences compare it; or False."""
        self.ensure_one()
        medium = self.env["collection.channel"]._media()[channel]
        address = {"email": self.email_normalized, "phone": self.phone}.get(medium)
        return self.env["collection.channel.preference"]._key(address)
