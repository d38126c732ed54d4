"""Letters of a company that posts them with Snailmail wait in its queue, and are sent when it says so."""

from odoo import api, models


class CollectionAction(models.Model):
    _inherit = "collection.action"

    @api.model
    def _dispatch_letter(self, actions):
        """Print the letters of companies that post them themselves; queue the others with Snailmail."""
        posted = actions.filtered(lambda action: action.company_id._collection_settings().collection_snailmail)
        result = super()._dispatch_letter(actions - posted)
        posted._queue_snailmail()
        return result

    def _queue_snailmail(self):
        """Make the letters of these actions and put them in Snailmail's queue; those that cannot be posted fail.

        All in one transaction: a crash leaves them approved, and no letter.
        """
        if not self:
            return
        company = self.company_id[:1]._collection_settings()
        addresses = self._addresses()
        standing = self._fail_unpostable(addresses)
        # Snailmail's own paper, unless its cover page carries the address
        standing = standing.with_context(snailmail_layout=not company.snailmail_cover)
        printed = standing._print_letters(addresses)
        actions = self.browse(printed)
        # sudo: the queue is Snailmail's; what is posted was approved
        letters = self.env["snailmail.letter"].sudo()
        letters = letters.create(
            [
                {
                    "model": "collection.case",
                    "res_id": action.case_id.id,
                    "partner_id": addresses[action].id,
                    "user_id": action.approved_by_id.id or self.env.uid,
                    "company_id": company.id,
                    "color": company.snailmail_color,
                    "cover": company.snailmail_cover,
                    "duplex": company.snailmail_duplex,
                    "collection_action_id": action.id,
                    "collection_address": ", ".join(action._address_lines(addresses[action])),
                    "collection_words": printed[action.id].words,
                }
                for action in actions
            ]
        )
        for letter in letters:
            letter._attach(printed[letter.collection_action_id.id].document)
        actions._set_state("queued", outcome=self.env._("Waits for Snailmail to post it."))
        self.env.ref("snailmail.snailmail_print").sudo()._trigger()  # sudo: only its start is asked for

    def _fail_unpostable(self, addresses):
        """Fail the letters that Snailmail would refuse for their address or paper; return the others.

        :param addresses: {action: res.partner}
        """
        letters = self.env["snailmail.letter"]
        lost = self.filtered(lambda action: not letters._is_valid_address(addresses[action]))
        for action in lost:
            action._mark_failed(
                self.env._(
                    "Snailmail needs street, city, postcode and country: complete the address of %s.",
                    addresses[action].display_name or action.partner_id.sudo().name,  # sudo: see _addresses
                )
            )
        return self - lost

    @api.model
    def _cancel_open(self, case_ids, reason):
        """Take the letters of what is cancelled out of Snailmail's queue."""
        result = super()._cancel_open(case_ids, reason)
        # sudo: letters of ours, whoever's payment made them needless
        letters = self.env["snailmail.letter"].sudo()
        letters.search(
            [
                ("state", "=", "pending"),
                ("collection_action_id.case_id", "in", case_ids),
                ("collection_action_id.state", "=", "cancelled"),
            ]
        ).cancel()
        return result
