"""How our letters are handed to Snailmail: looked at again, once, and their reminder is told what came of it.

Odoo's own queue commits after the service has answered, so that a kill posts a letter twice, and tries what failed
again by itself. Ours take another way: what is handed over is marked, and committed, before; a letter found marked is
unknown, and one that failed is given up, for its reminder can be proposed again.
"""

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import html2plaintext
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

# sets the advisory locks on what is being handed over apart from other uses of such locks in the database
LETTER_LOCK = 1_147_366_490


class SnailmailLetter(models.Model):
    _inherit = "snailmail.letter"

    # it goes with its action, as an e-mail does
    collection_action_id = fields.Many2one(
        "collection.action", string="Reminder", ondelete="cascade", index="btree_not_null", readonly=True
    )
    collection_address = fields.Char(readonly=True)
    collection_words = fields.Text(readonly=True)
    collection_handed_over = fields.Boolean(readonly=True)

    _one_per_action = models.UniqueIndex(
        "(collection_action_id) WHERE state = 'pending'", "This reminder waits in Snailmail's queue already."
    )

    def write(self, vals):
        """Tell the reminders what became of their letters.

        :raises UserError: for a letter that was given up: sent again, it would be a second one
        """
        ours = self.filtered("collection_action_id") if "state" in vals else self.browse()
        if vals.get("state") == "pending" and ours.filtered(lambda letter: letter.state != "pending"):
            raise UserError(
                self.env._("This letter was given up: propose the reminder again, in the actions of Collections.")
            )
        result = super().write(vals)
        for letter in ours:
            letter._tell()
        return result

    def _tell(self):
        """Let the queued reminder of this letter be sent or failed, as Snailmail says."""
        self.ensure_one()
        action = self.collection_action_id.sudo()  # sudo: what came of it is so, whoever hears it
        if action.state != "queued":
            return
        if self.state == "sent":
            action._mark_sent(
                self.env._("Letter posted by Snailmail."),
                addresses={action.id: self.collection_address},
                texts={action.id: self.collection_words},
                documents={action.id: self.attachment_id},
                costs={action.id: action.company_id._collection_letter_costs_of("letter")},
            )
        elif self.state == "error":
            said = " ".join(html2plaintext(self.info_msg or "", include_references=False).split())
            reason = said or self._get_error_message(self.error_code)
            action._mark_failed(self.env._("Snailmail did not post the letter: %s", reason))
            # not again by itself: the level can be proposed again
            self.write({"state": "canceled"})
        elif self.state == "canceled":
            action._mark_failed(self.env._("The letter was cancelled in Snailmail's queue."))

    def _attach(self, document):
        """Keep the pages that are posted: the letter's own, with the margins and the cover that Snailmail asks for.

        :param document: bytes, a PDF
        """
        self.ensure_one()
        pdf = self._overwrite_margins(document)
        if self.cover:
            pdf = self._append_cover_page(pdf)
        action = self.collection_action_id
        self.attachment_id = self.env["ir.attachment"].create(
            {
                "name": action._letter_name(),
                "raw": pdf,
                "mimetype": "application/pdf",
                "res_model": "collection.action",
                "res_id": action.id,
            }
        )

    def _snailmail_print_valid_address(self):  # pylint: disable=missing-return
        """Hand over the letters that are not ours as always, and ours one at a time."""
        ours = self.filtered("collection_action_id")
        if others := self - ours:
            super(SnailmailLetter, others)._snailmail_print_valid_address()

        def transmit(letter):
            # named in full: it is another record than the one of this method
            super(SnailmailLetter, letter)._snailmail_print_valid_address()  # noqa: UP008

        for letter in ours:
            # of the session, for what is written before is committed; a worker that dies frees it
            self.env.cr.execute("SELECT pg_try_advisory_lock(%s, %s)", [LETTER_LOCK, letter.id])
            if not self.env.cr.fetchone()[0]:
                continue
            try:
                letter._hand_over(transmit)
            finally:
                self.env.cr.execute("SELECT pg_advisory_unlock(%s, %s)", [LETTER_LOCK, letter.id])

    def _hand_over(self, transmit):
        """Hand one letter over, if it still should be. Commits as it goes.

        :param transmit: function of a letter, Odoo's own handing over of it
        """
        self.ensure_one()
        # what another worker has written meanwhile is read
        self.env.cr.commit()  # pylint: disable=invalid-commit
        self.env.invalidate_all()
        action = self.collection_action_id.sudo()  # sudo: see _tell
        if self.state != "pending":
            return
        if self.collection_handed_over:
            self._lose(self.env._("The worker that was handing it over is gone: it may or may not have been posted."))
            return
        if action.state == "queued" and (
            action.company_id._collection_settings().collection_stopped or action.run_id.paused
        ):
            return
        if not self._still_stands(action):
            return
        self.collection_handed_over = True
        self.env.cr.commit()  # pylint: disable=invalid-commit
        try:
            transmit(self)
        except Exception as error:
            self.env.cr.rollback()
            if _never_left(error):
                self.collection_handed_over = False
            else:
                self._lose(self.env._("Snailmail did not answer: it may or may not have been posted. %s", error))
        self.env.cr.commit()  # pylint: disable=invalid-commit

    def _still_stands(self, action):
        """Tell whether a letter says what is owed now; one that does not is taken out of the queue."""
        if action.state != "queued":
            self.cancel()
            return False
        verdict = action._look_again()[action]
        if verdict.kind == "send" and action._stands_as_written(verdict):
            return True
        if verdict.kind == "send":
            # printed anew when dispatch next runs
            action._set_state("approved", outcome=self.env._("What is owed has changed: the letter is made again."))
        else:
            action._apply({action: verdict})
        self.cancel()
        return False

    def _lose(self, reason):
        """Note that nobody knows whether this letter was posted: it is never handed over again."""
        self.collection_action_id.sudo()._mark_unknown(reason)  # sudo: see _tell
        self.cancel()


def _never_left(error):
    """Tell whether no connection was made at all, so that nothing can have been posted."""
    cause = error.__context__
    reason = getattr(cause.args[0], "reason", None) if cause and cause.args else None
    return isinstance(reason, NewConnectionError | ConnectTimeoutError)
