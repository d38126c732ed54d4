"""An SMS on the screen: number, text and segments, as it would leave now or as it left."""

from markupsafe import Markup
from odoo import models
from odoo.exceptions import UserError

from ..tools import sms


class CollectionAction(models.Model):
    _inherit = "collection.action"

    def _compute_preview_head(self):
        """Say to which number an SMS would leave now, or left."""
        texts = self.filtered(lambda action: action.channel == "sms")
        numbers = texts._sms_numbers()
        for action in texts:
            number, address, refusal = numbers[action]
            if action.state == "sent":
                number, refusal = action._sms_sent_to(), None
            action.preview_to = refusal or ", ".join(filter(None, [address.name, number]))
            action.preview_subject = False
        return super(CollectionAction, self - texts)._compute_preview_head()

    def _preview(self):
        """Show the text of an SMS with its length."""
        if self.channel != "sms":
            return super()._preview()
        verdict = self._live_verdict()
        action = self
        if verdict:
            rows = tuple(
                (line["name"], line["date_due"], line["currency"].id, line["amount_claim"])
                for line in self._live_lines(verdict)
            )
            action = self.with_context(collection_lines=(self.id, rows))
        text = action._sms_texts_in(self._language(), verdict.level if verdict else self.level_id)[self]
        encoding, characters, number = sms.segments(text)
        length = self.env._(
            "%(characters)s characters (%(encoding)s), segments: %(segments)s",
            characters=characters,
            encoding=encoding,
            segments=number,
        )
        return Markup('<div dir="auto" style="white-space: pre-wrap;">%s</div><p><small>%s</small></p><p>%s</p>') % (
            text,
            length,
            self._sms_too_long(text) or "",
        )

    def action_edit_text(self):
        """An SMS says what its level says: it is short, and its amounts are those of the moment it leaves."""
        if self.channel == "sms":
            raise UserError(self.env._("The text of an SMS is that of its level: change it there."))
        return super().action_edit_text()
