"""How a collector learns what a debtor has done on the page."""

from odoo import models


class CollectionCase(models.Model):
    _inherit = "collection.case"

    def _tell_from_page(self, words, task=None):
        """Tell the collector, or the company's default one, what the debtor has done on the page.

        The chatter says it in the debtor's name.
        :param words: str, which is escaped, or Markup; in the language colleagues read
        :param task: str, what a person has to do: an activity, one however often it is asked for while it waits
        """
        self.ensure_one()
        user = self.user_id or self.company_id._collection_settings().collection_user_id
        self.with_context(mail_post_autofollow_author_skip=True).message_post(
            body=words, author_id=self.partner_id.id, partner_ids=user.partner_id.ids
        )
        kind = "debt_collection.mail_activity_type_answer"
        if task and user and not self.activity_search([kind], additional_domain=[("summary", "=", task)]):
            # the message above tells the collector already: no second mail
            self.with_context(mail_activity_quick_update=True).activity_schedule(
                kind, user_id=user.id, date_deadline=self._today(), summary=task
            )
