"""A notice on the screen: as it would leave now, or as it left."""

from markupsafe import Markup
from odoo import api, fields, models

from ..tools.page_link import without_keys
from ..tools.text import first_line


class CollectionAction(models.Model):
    _inherit = "collection.action"

    preview_to = fields.Char(string="To", compute="_compute_preview_head")
    preview_subject = fields.Char(string="Subject Shown", compute="_compute_preview_head")

    @api.depends("subject", "level_id", "channel", "state")
    def _compute_preview_head(self):
        """Say to whom the notice would leave now, or left, and under which subject."""
        for action in self:
            address = action._address()
            address = address.with_context(lang=action._language(address))
            mail = action.sudo().mail_id  # sudo: the text that went out
            if action.channel == "call":
                action.preview_to = action.case_id.partner_phone
                action.preview_subject = False
            elif action.channel in self.env["collection.channel"]._on_paper():
                action.preview_to = ", ".join(action._address_lines(address))
                action.preview_subject = False
            else:
                action.preview_to = ", ".join(filter(None, [address.name, address.email]))
                action.preview_subject = mail.subject if action.state == "sent" and mail else action.words_subject

    @api.depends("line_ids", "subject", "body", "level_id", "state")
    def _compute_preview_html(self):
        """Show the notice as it would leave now, or as it left; what does not render says why."""
        for action in self:
            try:
                action.preview_html = action._kept_html() or action.with_context(collection_preview=True)._preview()
            except Exception as error:
                # a template's error carries a traceback: its first line says which template
                reason = self.env._("The text could not be made: %s", first_line(error))
                action.preview_html = Markup("<p>%s</p>") % reason

    def _kept_html(self):
        """Return a sent notice as it left, from the log: the e-mail itself, or the words of anything else.

        Without the keys to the debtor's page that it carried: the document that is kept has them.
        """
        self.ensure_one()
        if self.state != "sent":
            return None
        entries = self.env["collection.contact"].search([("action_id", "=", self.id)], order="seq desc")
        # what was received has its documents too, and is not the notice
        kept = entries.filtered(lambda entry: entry.outcome == "sent").document_ids[:1]
        if kept.mimetype == "text/html" and kept.attachment_id:
            html = kept.sudo().attachment_id.raw.decode()  # sudo: the text that went out
            return Markup(without_keys(html))
        texts = entries.text_ids
        if texts and not texts[:1].body:
            return Markup("<p>%s</p>") % self.env._("The words of this notice have been erased.")
        return texts[:1].body and Markup('<div style="white-space: pre-wrap;">%s</div>') % texts[:1].body

    def _preview(self):
        """Return the HTML of the notice as it would leave now; of a call, what the caller sees."""
        self.ensure_one()
        if self.channel == "call":
            return self._call_note()
        verdict = self._live_verdict()
        if not verdict:
            return self._render_notice()
        return self._render_notice(self._live_lines(verdict), level=verdict.level)

    def _live_verdict(self):
        """Return the Verdict on an open action that would leave as the ledger is now, now or when a contact rule allows
        it; None for any other."""
        self.ensure_one()
        if self.state not in ("proposed", "approved", "deferred"):
            return None
        verdict = self._look_again()[self]
        return verdict if verdict.rows else None

    def _live_lines(self, verdict=None):
        """Return the lines of an open action as the ledger is now; None when they stand as they are."""
        verdict = verdict or self._live_verdict()
        if not verdict:
            return None
        today = self.env["collection.case"]._today()
        return [
            {
                "name": row["move_name"],
                "date_invoice": row["date_invoice"],
                "date_due": row["date_due"],
                "amount_original": float(row["original_currency"]),
                "amount_currency": float(row["residual_currency"]),
                "amount_claim": float(row["claim_currency"]),
                "days_overdue": (today - row["date_due"]).days,
                "currency": self.env["res.currency"].browse(row["currency_id"]),
                "item": self.env["collection.item"].browse(row["item_id"] or ()),
                # sudo: for its reference, its bank account and the link alone
                "move": self.env["account.move"].sudo().browse(row["move_id"]),
            }
            for row in verdict.rows
        ]

    @api.depends("line_ids")
    def _compute_items_html(self):
        for action in self:
            action.items_html = self._render_values("debt_collection.notice_items", action._notice_values())
