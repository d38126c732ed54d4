"""One thing we are about to do for a case: a notice by one channel, from proposed to sent."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..fields import BareMany2one
from ..tools.text import first_line

STATES = [
    ("proposed", "Proposed"),
    ("approved", "Approved"),
    ("queued", "Queued"),
    ("sending", "Sending"),
    ("sent", "Sent"),
    ("deferred", "Waiting"),
    ("skipped", "Not sent"),
    ("failed", "Failed"),
    ("unknown", "Unknown"),
    ("cancelled", "Cancelled"),
]
# an open action holds its case's channel; a live one keeps its items from receiving the same level again
OPEN_STATES = ("proposed", "approved", "queued", "sending", "deferred", "unknown")
LIVE_STATES = (*OPEN_STATES, "sent")


class CollectionAction(models.Model):
    _name = "collection.action"
    _description = "Collection Action"
    _inherit = ["collection.protected"]
    _order = "id desc"
    _protected = frozenset(
        [
            "run_id",
            "case_id",
            "company_id",
            "partner_id",
            "level_id",
            "channel",
            "state",
            "scheduled_at",
            "reason",
            "outcome",
            "needs_look",
            "own_fault",
            "amount",
            "currency_id",
            "line_ids",
            "mail_id",
            "letter_id",
            "approved_by_id",
            "sent_at",
            "sent_on",
        ]
    )

    run_id = fields.Many2one("collection.run", string="Batch", ondelete="set null", index=True, readonly=True)
    case_id = BareMany2one("collection.case", required=True, index=True, readonly=True)
    company_id = BareMany2one("res.company", required=True, readonly=True)
    partner_id = BareMany2one("res.partner", index="btree_not_null", readonly=True)
    user_id = fields.Many2one(related="case_id.user_id", string="Collector")
    level_id = BareMany2one("collection.level", readonly=True)
    channel = fields.Selection(lambda self: self.env["collection.channel"]._selection(), required=True, readonly=True)
    state = fields.Selection(STATES, default="proposed", required=True, index=True, readonly=True)
    scheduled_at = fields.Datetime(string="Not Before", readonly=True, help="Not sent before this moment.")
    reason = fields.Char(string="Why", readonly=True)
    outcome = fields.Char(readonly=True, help="What came of it, or what it waits for.")
    needs_look = fields.Boolean(
        string="A Person Has to Look", readonly=True, help="Not sent before a person has approved it."
    )
    currency_id = BareMany2one("res.currency", readonly=True)
    amount = fields.Monetary(readonly=True, help="What the notice claims, in company currency, after credits.")
    line_ids = fields.One2many("collection.action.line", "action_id", readonly=True)
    subject = fields.Char(help="Empty: the level's own subject, in the debtor's language.")
    body = fields.Html(
        string="Text",
        help="Empty: the level's own words, in the debtor's language. The table of items, the totals and how to pay "
        "are always those of the moment it leaves.",
    )
    words_subject = fields.Char(string="Subject to Send", compute="_compute_words", inverse="_inverse_words_subject")
    words_body = fields.Html(string="Text to Send", compute="_compute_words", inverse="_inverse_words_body")
    mail_id = fields.Many2one("mail.mail", ondelete="set null", index="btree_not_null", readonly=True)
    activity_id = fields.Many2one("mail.activity", ondelete="set null", index="btree_not_null", readonly=True)
    letter_id = fields.Many2one("ir.attachment", string="Letters (PDF)", ondelete="set null", readonly=True)
    own_fault = fields.Boolean(
        readonly=True, help="It failed here, not at the debtor's: the channel can be tried again."
    )
    approved_by_id = fields.Many2one("res.users", ondelete="set null", readonly=True)
    sent_at = fields.Datetime(readonly=True)
    sent_on = fields.Date(readonly=True, help="The day it left, as the strategy counts days.")
    preview_html = fields.Html(compute="_compute_preview_html", sanitize=False, string="Preview")
    items_html = fields.Html(compute="_compute_items_html", sanitize=False)
    create_uid = BareMany2one("res.users", string="Created by", readonly=True)
    write_uid = BareMany2one("res.users", string="Last Updated by", readonly=True)

    _one_open = models.UniqueIndex(
        f"(case_id, channel) WHERE state IN {OPEN_STATES}",
        "This case already has an open action by this channel.",
    )
    # what dispatch takes its batches from, in its order
    _waiting = models.Index("(company_id, run_id, id) WHERE state IN ('approved', 'deferred')")
    # what the day's number of reminders counts
    _sent_on = models.Index("(company_id, sent_on) WHERE state = 'sent'")

    @api.depends("case_id", "level_id", "channel")
    def _compute_display_name(self):
        channels = dict(self._fields["channel"]._description_selection(self.env))
        for action in self:
            action.display_name = " · ".join(
                filter(None, [action.case_id.display_name, action.level_id.name, channels.get(action.channel)])
            )

    @api.depends("subject", "body", "level_id", "channel")
    def _compute_words(self):
        for action in self:
            try:
                words = action._words()
            except Exception as error:
                # a broken template is shown where one can write instead of it
                reason = self.env._("The text could not be made: %s", first_line(error))
                words = {"subject": action.subject, "body": reason}
            action.words_subject = words["subject"]
            action.words_body = words["body"]

    def _inverse_words_subject(self):
        for action in self:
            action.subject = action.words_subject

    def _inverse_words_body(self):
        for action in self:
            action.body = action.words_body

    @api.ondelete(at_uninstall=False)
    def _unlink_unsent(self):
        if self.filtered(lambda action: action.state in ("sending", "sent", "unknown")):
            raise UserError(self.env._("What was sent is kept: it says what the debtor was told."))

    def _set_state(self, state, **values):
        """Move actions to a state: the one place where it is written, with its lines kept in step.

        :param state: one of STATES
        :param values: further values to write
        """
        # sudo: state and outcome are written here alone, and the lines move with their action
        self.sudo().write(dict(values, state=state))
        # searched for: most often there is none, of any number of actions
        live = state in LIVE_STATES
        lines = self.env["collection.action.line"].sudo()
        lines.search([("action_id", "in", self.ids), ("live", "!=", live)]).live = live

    def _log(self, outcome, summary, address=None, text=None, documents=None, costs=None):
        """Add an entry for each of these actions to the contact log.

        :param address: {action id: the address used}
        :param text: {action id: the words that went out}
        :param documents: {action id: what went out, kept as it was; see `_append` of collection.contact}
        :param costs: {action id: what it cost, in company currency}
        """
        vals_list = [
            {
                "case_id": action.case_id.id,
                "action_id": action.id,
                "channel": action.channel,
                "direction": "out",
                "outcome": outcome,
                "summary": summary,
                "amount": action.amount,
                "user_id": action.approved_by_id.id or self.env.uid,
                "address": (address or {}).get(action.id),
                "text": (text or {}).get(action.id),
                "documents": (documents or {}).get(action.id),
                "cost": (costs or {}).get(action.id),
            }
            for action in self
        ]
        # sudo: nobody has write access to the log; it grows by what is done
        return self.env["collection.contact"].sudo()._append(vals_list)

    # ---- what a person decides ------------------------------------------------------------------------------------

    def action_approve(self):
        """Approve the proposed ones among these: they are sent when dispatch next runs."""
        self.check_access("write")
        proposed = self.filtered(lambda action: action.state == "proposed")
        proposed._set_state("approved", approved_by_id=self.env.uid, scheduled_at=fields.Datetime.now())

    def action_exclude(self):
        """Take the open ones among these out of their batch; nothing is sent, and the step can be proposed again."""
        self.check_access("write")
        waiting = self.filtered(lambda action: action.state in ("proposed", "approved", "deferred"))
        waiting._set_state("cancelled", outcome=self.env._("Excluded by %s.", self.env.user.name))

    def action_propose_again(self):
        """Put excluded, skipped or failed actions back among the proposed, unless something else took their place."""
        self.check_access("write")
        back = self.filtered(lambda action: action.state in ("cancelled", "skipped", "failed"))
        taken = self.search([("case_id", "in", back.case_id.ids), ("state", "in", OPEN_STATES)])
        for action in back:
            if action.case_id.state == "closed":
                raise UserError(
                    self.env._("The case of %s is closed: nothing is overdue.", action.case_id.display_name)
                )
            if taken.filtered(lambda t, a=action: t.case_id == a.case_id and t.channel == a.channel):
                raise UserError(
                    self.env._("%s already has an open action by this channel.", action.case_id.display_name)
                )
        back._set_state("proposed", outcome=False, mail_id=False)

    def action_hold(self):
        """Ask until when and why the case of this action is left alone; its proposals are excluded."""
        self.ensure_one()
        return self.case_id.action_hold()

    def action_mark_delivered(self):
        """Settle unknown actions: the notice did arrive (the debtor or the mail server's log says so)."""
        self.check_access("write")
        self.filtered(lambda action: action.state == "unknown")._mark_sent(
            self.env._("Found to have left, by %s.", self.env.user.name)
        )

    def action_mark_not_delivered(self):
        """Settle unknown actions: the notice did not leave; the step can be proposed again."""
        self.check_access("write")
        for action in self.filtered(lambda action: action.state == "unknown"):
            summary = self.env._("Found not to have left, by %s.", self.env.user.name)
            action._set_state("failed", outcome=summary)
            action._log("failed", summary)

    def action_edit_text(self):
        """Open the form in which the words of this one notice are edited, filled with the level's own words."""
        self.ensure_one()
        if self.state != "proposed":
            raise UserError(self.env._("Only a proposed notice can be edited."))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Edit the text"),
            "res_model": "collection.action",
            "res_id": self.id,
            "views": [(self.env.ref("debt_collection.collection_action_view_form_text").id, "form")],
            "target": "new",
        }

    def action_preview(self):
        """Show the notice as it would leave now, or as it left, in a dialog."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": "collection.action",
            "res_id": self.id,
            "views": [(self.env.ref("debt_collection.collection_action_view_form_preview").id, "form")],
            "target": "new",
        }

    def action_reset_text(self):
        """Go back to the level's own words."""
        self.write({"subject": False, "body": False})

    def action_preview_letter(self):
        """Show the letter as the PDF it will be."""
        return self.env.ref("debt_collection.report_notice_letter").report_action(self, config=False)

    def action_open_case(self):
        """Open the case of this action."""
        self.ensure_one()
        return self.case_id.get_formview_action()

    @api.model
    def _cancel_open(self, case_ids, reason):
        """Cancel what is open for some cases, save what is being sent this moment (a mail in the queue is looked
        at again before it leaves)."""
        actions = self.search(
            [("case_id", "in", case_ids), ("state", "in", ("proposed", "approved", "queued", "deferred"))]
        )
        if actions:
            decided = actions.filtered(lambda action: action.state != "proposed")
            actions._set_state("cancelled", outcome=reason)
            # sudo: mails and activities of ours, whoever's payment made them needless
            actions.mail_id.sudo().filtered(lambda mail: mail.state == "outgoing").cancel()
            actions.activity_id.sudo().unlink()
            decided._log("skipped", reason)
