"""Messages a person sends by a link: the words of the level as plain text, ready to be sent or copied."""

from markupsafe import Markup
from odoo import models


class CollectionAction(models.Model):
    _inherit = "collection.action"

    def _message_texts(self):
        """Return {action: the plain text of the message}: the level's words and what is owed, in the debtor's language.

        :raises Exception: whatever a broken template raises
        """
        texts = {}
        for language, actions in self.grouped(lambda action: action._language()).items():
            words = actions.with_context(lang=language)._words_in(language)
            for action in actions.with_context(lang=language):
                texts[action] = "\n".join([action._plain_words(words[action]["body"]), "", *action._claim_lines()])
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
