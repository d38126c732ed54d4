"""A mail to the collections mailbox that belongs to no case yet: it waits until somebody assigns or ignores it."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize

from ..tools import incoming_mail


class CollectionIncoming(models.Model):
    _name = "collection.incoming"
    _description = "Mail to Assign"
    _inherit = ["mail.thread", "mail.activity.mixin", "collection.protected"]
    _order = "id desc"
    _primary_email = "email_from"
    _protected = frozenset(["name", "email_from", "sender_key", "body", "company_id", "date", "state", "automatic"])

    name = fields.Char(string="Subject", readonly=True)
    email_from = fields.Char(string="From", readonly=True)
    sender_key = fields.Char(readonly=True, index="btree_not_null")
    body = fields.Html(readonly=True, sanitize=True)
    date = fields.Datetime(string="Received", required=True, readonly=True, default=fields.Datetime.now)
    automatic = fields.Boolean(string="Automatic Reply", readonly=True)
    state = fields.Selection(
        [("new", "To assign"), ("assigned", "Assigned"), ("ignored", "Ignored")],
        required=True,
        readonly=True,
        default="new",
        index=True,
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade")
    case_id = fields.Many2one(
        "collection.case",
        ondelete="set null",
        index="btree_not_null",
        domain="[('company_id', '=', company_id)]",
        help="Whose mail it is. Later mails from the same sender then reach the case by themselves.",
    )

    @api.depends("name", "email_from")
    def _compute_display_name(self):
        for mail in self:
            mail.display_name = mail.name or mail.email_from or self.env._("Mail without a subject")

    # ---- what comes in --------------------------------------------------------------------------------------------

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        """Note a mail that nobody is known to have written. It never raises: Odoo would turn the sender away."""
        incoming_mail.strip_nul(msg_dict)
        company = self.env["res.company"].browse((custom_values or {}).get("company_id") or []).exists()
        mail = self.create(
            {
                "name": msg_dict.get("subject"),
                "email_from": msg_dict.get("email_from"),
                "sender_key": email_normalize(msg_dict.get("email_from")),
                "body": msg_dict.get("body"),
                "company_id": (company or self.env.company).root_id.id,
                "automatic": incoming_mail.is_automatic(
                    incoming_mail.headers(self.env.context.get("collection_mail") or b""), msg_dict.get("subject")
                ),
            }
        )
        mail._ask_to_assign()
        return mail

    def message_update(self, msg_dict, update_vals=None):
        """A further mail about one that was ignored is looked at again."""
        incoming_mail.strip_nul(msg_dict)
        self.filtered(lambda mail: mail.state == "ignored").state = "new"
        return super().message_update(msg_dict, update_vals)

    def _message_post_after_hook(self, message, msg_values):
        """Keep each mail as it arrived."""
        result = super()._message_post_after_hook(message, msg_values)
        raw = self.env.context.get("collection_mail")
        if raw and message.message_type == "email":
            self._keep_original(self, raw, message)
        return result

    @api.model
    def _keep_original(self, record, raw, message=None):
        """Return the mail as it arrived, kept with a record as an attachment.

        :param raw: bytes
        :param message: mail.message made of it, whose number tells which one it is
        """
        # sudo: what a debtor sent is kept whoever lets it in
        return (
            self.env["ir.attachment"]
            .sudo()
            .create(
                {
                    "name": f"message-{message.id}.eml" if message else "message.eml",
                    "raw": raw,
                    "mimetype": "message/rfc822",
                    "res_model": record._name,
                    "res_id": record.id,
                }
            )
        )

    @api.model
    def _keep_unreadable(self, raw, reason):
        """Keep a mail that could not be read, when it is addressed to a collections mailbox or answers a notice.

        :param raw: bytes
        :param reason: str, why it could not be read
        :return: the record, none when it is not ours to keep
        """
        head = incoming_mail.headers(raw)
        company = self._company_addressed(head)
        if not company:
            return self.browse()
        sender = _text(head.get("From"))
        mail = self.create(
            {
                "name": _text(head.get("Subject")),
                "email_from": sender,
                "sender_key": email_normalize(sender),
                "company_id": company.id,
            }
        )
        self._keep_original(mail, raw)
        mail._message_log(
            body=self.env._("This mail could not be read: %s. It is attached as it arrived.", _text(reason))
        )
        mail._ask_to_assign()
        return mail

    def _ask_to_assign(self):
        """Give the default collector an activity for each of these mails, which the counter of activities shows."""
        for mail in self.filtered(lambda one: not one.automatic):
            if user := mail.company_id._collection_settings().collection_user_id:
                mail.activity_schedule(
                    "mail.mail_activity_data_todo", user_id=user.id, summary=self.env._("Assign to a case, or ignore")
                )

    # ---- what a person does ---------------------------------------------------------------------------------------

    def action_assign(self):
        """Move the mail to the case that was chosen: it becomes an incoming entry of that case's log."""
        self.ensure_one()
        if not self.case_id:
            raise UserError(self.env._("Choose the case first."))
        if self.state == "assigned":
            raise UserError(self.env._("This mail is assigned already."))
        self.case_id._check_may_work()
        mail, case = self.sudo(), self.case_id.sudo()  # sudo: who works on the case takes its mail; checked above
        if case.company_id != mail.company_id:
            raise UserError(
                self.env._("This mail was sent to %s: choose a case of that company.", mail.company_id.name)
            )
        messages = mail.message_ids.filtered(lambda one: one.message_type == "email").sorted("id")
        originals = mail._originals()
        messages.write({"model": case._name, "res_id": case.id})
        (messages.attachment_ids | originals).write({"res_model": case._name, "res_id": case.id})
        for message in messages:
            case._receive(message, originals.filtered(lambda one, m=message: one.name == f"message-{m.id}.eml"))
        if not messages:
            case._receive_unreadable(mail, originals)
        mail.state = "assigned"
        mail.activity_ids.action_feedback(feedback=self.env._("Assigned to %s.", case.display_name))
        case._reassess()
        return {
            "type": "ir.actions.act_window",
            "res_model": "collection.case",
            "res_id": case.id,
            "views": [(False, "form")],
        }

    def action_ignore(self):
        """Put mails aside that are about no case."""
        self.check_access("write")
        mails = self.sudo().filtered(lambda mail: mail.state == "new")  # sudo: the state alone, checked above
        mails.write({"state": "ignored"})
        mails.activity_ids.action_feedback(feedback=self.env._("Ignored."))

    def action_take_back(self):
        """Look again at mails that were ignored."""
        self.check_access("write")
        self.sudo().filtered(lambda mail: mail.state == "ignored").state = "new"  # sudo: the state alone

    def _originals(self):
        self.ensure_one()
        return self.env["ir.attachment"].search(
            [("res_model", "=", self._name), ("res_id", "=", self.id), ("mimetype", "=", "message/rfc822")]
        )


def _text(value):
    """Return a header of a broken mail as text that can be stored."""
    return str(value or "").encode("utf-8", "replace").decode("utf-8").replace("\x00", "")[:2000]
