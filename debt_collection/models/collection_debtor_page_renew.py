"""A debtor whose link is too old asks for a new one: it goes to the e-mail address that is known, once a day."""

from odoo import models
from odoo.exceptions import UserError


class CollectionDebtor(models.Model):
    _inherit = "collection.debtor"

    def _renew_page_link(self, form_key):
        """Send a new link to this debtor's own e-mail address; nothing where there is none, or today one was sent.

        :param form_key: str, see collection.page.act
        """
        self.ensure_one()
        language = self.env["collection.page"]._language(self)
        debtor = self.with_company(self.company_id).with_context(lang=language)
        acts = debtor.env["collection.page.act"].sudo()  # sudo: whoever has a link that was made for the debtor

        def send():
            acts._check_limit(debtor, "link", 1, debtor.env._("A new link was sent today already."), days=1)
            debtor._page_confirm(
                debtor.env._("Your new link"),
                [
                    debtor.env._("You asked for a new link to the page on which you see what is owed, and pay."),
                    debtor.env._("If it was not you, there is nothing for you to do."),
                ],
                language=language,
            )
            return debtor.env._("A new link was sent to your e-mail address.")

        try:
            with self.env.cr.savepoint():
                acts._once(debtor, "link", form_key, send)
        except UserError:
            # whoever asks is told the same, whether something was sent or not
            return
