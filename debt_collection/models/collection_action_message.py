"""Messages a person sends by a link: the words of the level as plain text, ready to be sent or copied."""

from markupsafe import Markup
from odoo import models


class CollectionAction(models.Model):
    _inherit = "collection.action"

    def _message_texts(self):
        """Return {action: the plain text of the message}, in the debtor's language.

        A level's SMS is short enough for a message; else the words of its e-mail, and what is owed.
        :raises Exception: whatever a broken template raises
        """
        short = self.filtered(lambda action: action.level_id.sms_text and not action.body)
        texts = short._sms_texts()
        for language, actions in (self - short).grouped(lambda action: action._language()).items():
            words = actions.with_context(lang=language)._words_in(language)
            phrases = actions._message_phrases(language)
            for action in actions.with_context(lang=language):
                texts[action] = "\n".join(
                    [action._plain_words(words[action]["body"]), "", *action._claim_lines(), *phrases[action]]
                )
        return texts

    def _schedule_messages(self, activity_type, addresses):
        """Give these messages to the collectors to send.

        :param activity_type: external id of a mail.activity.type
        :param addresses: {action: the number or profile it goes to}
        """
        self._schedule_by_hand(
            activity_type,
            {
                action: Markup("<p>%s</p><ul>%s</ul><p>%s</p>")
                % (
                    addresses[action],
                    Markup().join(Markup("<li>%s</li>") % item for item in action._claim_lines()),
                    self.env._("Press “Do it” on the case: the message is ready to be sent."),
                )
                for action in self
            },
        )
