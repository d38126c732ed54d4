"""Payment plans on the debtor's page: asked for, offered, signed there, and what the page shows of them."""

import json
from hashlib import sha256

from odoo import api, fields, models
from odoo.tools import float_repr


class CollectionPlan(models.Model):
    _inherit = "collection.plan"
    _protected = frozenset(
        [
            "asked_online",
            "offered_on",
            "decline_reason",
            "signed_by",
            "signed_on",
            "signed_lang",
            "signature",
            "sign_address",
        ]
    )

    asked_online = fields.Boolean(
        string="Asked For Online", readonly=True, help="The debtor has asked for this plan on its page."
    )
    offered_on = fields.Date(
        readonly=True, help="From that day on the debtor can sign this plan on its page. Empty: it cannot."
    )
    decline_reason = fields.Char(string="Declined Because", readonly=True, help="What the debtor was told.")
    signed_by = fields.Char(readonly=True, help="The name given with the signature on the debtor's page.")
    signed_on = fields.Datetime(readonly=True)
    signed_lang = fields.Char(readonly=True, help="The language of the agreement as it was signed.")
    signature = fields.Binary(attachment=True, readonly=True, copy=False)
    sign_address = fields.Char(
        string="Signed From", readonly=True, help="The network address that the signature came from."
    )

    @api.model
    def _page_plans(self, debtor):
        """Return the plans that a debtor's page shows, the newest first: active, waiting, to be signed.

        A draft of a colleague is shown when it has been offered, and not before.

        :param debtor: collection.debtor
        :return: collection.plan, with rights
        """
        # sudo: of the debtor whose page it is
        return self.sudo().search(
            [
                ("case_id.debtor_id", "=", debtor.id),
                "|",
                ("state", "=", "active"),
                "&",
                "&",
                ("state", "=", "draft"),
                ("case_id.state", "=", "open"),
                "|",
                ("asked_online", "=", True),
                ("offered_on", "!=", False),
            ]
        )

    def _page_state(self):
        """Return how a plan stands for the debtor.

        :return: "active", "lapsed" (a draft whose first instalment is past), "offered" (to be signed) or "waiting"
        """
        self.ensure_one()
        if self.state == "active":
            return "active"
        if self.next_date < self.env["collection.case"]._today():
            return "lapsed"
        return "offered" if self.offered_on else "waiting"

    @api.model
    def _page_to_sign(self, debtor):
        """Return the plans that a debtor can sign now, with rights, the oldest first."""
        return self._page_plans(debtor).filtered(lambda plan: plan._page_state() == "offered").sorted("id")

    @api.model
    def _page_declined(self, debtor):
        """Return the debtor's last plan when it was declined in the period of the limits, with rights; or none."""
        # sudo: of the debtor whose page it is
        last = self.sudo().search([("case_id.debtor_id", "=", debtor.id)], limit=1)
        days = debtor.company_id._collection_settings().collection_page_period
        since = fields.Date.subtract(self.env["collection.case"]._today(), days=days)
        return last.filtered(lambda plan: plan.decline_reason and plan.date_start > since)

    def _terms_digest(self):
        """Return what changes when anything in the agreement does: a signature is for these terms and no others."""
        self.ensure_one()

        def exact(amount):
            return float_repr(amount, self.currency_id.decimal_places)

        terms = [
            self.id,
            self.name,
            self.currency_id.name,
            exact(self.amount_total),
            exact(self.amount_interest),
            self.grace_days,
            self.missed_limit,
            [(line.item_id.id, line.item_id.name, exact(line.amount)) for line in self.plan_item_ids],
            [(line.date.isoformat(), exact(line.amount)) for line in self.line_ids],
        ]
        return sha256(json.dumps(terms).encode()).hexdigest()
