"""Registered letters: printed as letters are, handed in at the counter, and followed until they arrive or come back."""

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date


class CollectionAction(models.Model):
    _inherit = "collection.action"

    _protected = frozenset(["delivered_on", "delivered_to"])

    tracking_ref = fields.Char(
        string="Tracking Number",
        copy=False,
        index="btree_not_null",
        help="What the carrier gave when it was handed in.",
    )
    tracking_url = fields.Char(compute="_compute_tracking_url", string="Tracking Page")
    delivered_on = fields.Date(readonly=True, copy=False)
    delivered_to = fields.Char(string="Signed by", readonly=True, copy=False)
    document_ids = fields.Many2many(
        "ir.attachment", compute="_compute_document_ids", string="Documents", help="The letter as printed, and proofs."
    )

    @api.depends("tracking_ref", "company_id.collection_registered_url")
    def _compute_tracking_url(self):
        for action in self:
            action.tracking_url = action.company_id._collection_tracking_url(action.tracking_ref)

    @api.depends("state", "tracking_ref", "delivered_on")
    def _compute_document_ids(self):
        documents = self.env["collection.contact.document"].search(
            [("contact_id.action_id", "in", self.ids), ("attachment_id", "!=", False)], order="id"
        )
        documents = documents.grouped(lambda document: document.contact_id.action_id.id)
        for action in self:
            action.document_ids = action.id in documents and documents[action.id].attachment_id

    @api.constrains("tracking_ref")
    def _check_tracking_ref(self):
        numbered = self.filtered("tracking_ref")
        for action in numbered:
            if action.channel != "registered" or action.state != "sent":
                raise ValidationError(
                    self.env._(
                        "%s is not a registered letter that was printed: it has no tracking number.",
                        action.display_name,
                    )
                )
        # sudo: a number belongs to one letter of the company, whoever sees it
        known = self.sudo().search(
            [("company_id", "in", numbered.company_id.ids), ("tracking_ref", "in", numbered.mapped("tracking_ref"))],
            order="id",
        )
        for letters in known.grouped(lambda action: (action.company_id, action.tracking_ref)).values():
            if len(letters) > 1:
                now = (letters & self.sudo())[-1:]
                raise ValidationError(
                    self.env._(
                        "The tracking number %(number)s is given to %(first)s already: scan the one of %(second)s "
                        "again.",
                        number=now.tracking_ref,
                        first=(letters - now)[:1].case_id.debtor_id.name,
                        second=now.case_id.debtor_id.name,
                    )
                )

    def write(self, vals):
        """Note in the log which tracking number a registered letter was given, and when it was changed."""
        if "tracking_ref" not in vals:
            return super().write(vals)
        vals = dict(vals, tracking_ref="".join((vals["tracking_ref"] or "").split()) or False)
        changed = self.filtered(lambda action: (action.tracking_ref or False) != vals["tracking_ref"])
        result = super().write(vals)
        for action in changed:
            action._log_result(
                "note",
                self.env._("Tracking number of the registered letter: %s", vals["tracking_ref"])
                if vals["tracking_ref"]
                else self.env._("The tracking number of the registered letter was removed."),
                direction="internal",
            )
        return result

    @api.model
    def _dispatch_registered(self, actions):
        """Print registered letters, apart from the others: they are handed in at the counter."""
        actions._print_batches()

    def _log_result(self, outcome, summary, documents=None, **values):
        """Add what became of a registered letter to the contact log of its case.

        :param documents: the proofs, see `_append` of collection.contact
        """
        self.ensure_one()
        values.setdefault("direction", "out")
        self.case_id._log_contact(
            channel=self.channel,
            outcome=outcome,
            summary=summary,
            action_id=self.id,
            documents=documents,
            **values,
        )

    def _check_on_its_way(self):
        """Check that this is a registered letter of which nobody knows yet whether it arrived.

        :raises UserError:
        """
        self.ensure_one()
        if self.channel != "registered" or self.state != "sent":
            raise UserError(self.env._("%s is not a registered letter on its way.", self.display_name))
        if self.delivered_on:
            raise UserError(self.env._("The delivery of %s is noted already.", self.display_name))

    def _mark_delivered(self, day, signed_by, documents):
        """Note that a registered letter was delivered, with its proof.

        :param day: datetime.date
        :param signed_by: str, or False
        :param documents: see `_log_result`
        """
        self._check_on_its_way()
        # sudo: written by what is done; the wizard has checked access to the case
        self.sudo().write({"delivered_on": day, "delivered_to": signed_by})
        on = format_date(self.env, day)
        self._log_result(
            "delivered",
            self.env._("Registered letter delivered on %(date)s, signed by %(name)s.", date=on, name=signed_by)
            if signed_by
            else self.env._("Registered letter delivered on %s.", on),
            documents=documents,
        )

    def _mark_returned(self, reason, documents):
        """Note that a registered letter came back undelivered: its level does not count any more.

        :param reason: str, in words
        :param documents: see `_log_result`
        """
        self._check_on_its_way()
        if documents:
            self._log_result("note", self.env._("The registered letter that came back."), documents, direction="in")
        # sudo: written by what is done; the wizard has checked access to the case
        self.sudo()._mark_bounced(reason)

    # ---- buttons --------------------------------------------------------------------------------------------------

    def action_tracking(self):
        """Ask for the tracking number of a registered letter."""
        self._check_on_its_way()
        return self._registered_wizard("tracking", self.env._("Handed in at the counter"))

    def action_delivered(self):
        """Ask when a registered letter was delivered, who signed, and for the proof."""
        self._check_on_its_way()
        return self._registered_wizard("delivered", self.env._("Delivered"))

    def action_returned(self):
        """Ask why a registered letter came back."""
        self._check_on_its_way()
        return self._registered_wizard("returned", self.env._("Came back"))

    def _registered_wizard(self, step, title):
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": "collection.registered.step",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_action_id": self.id, "default_step": step},
        }

    def action_open_tracking(self):
        """Open the carrier's page about this letter."""
        self.ensure_one()
        if not self.tracking_url:
            raise UserError(
                self.env._(
                    "The tracking page of your carrier is missing in the settings of Collections, under Letters."
                )
            )
        return {"type": "ir.actions.act_url", "url": self.tracking_url, "target": "new"}
