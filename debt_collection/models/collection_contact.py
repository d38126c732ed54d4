"""What happened: the contact log. Append-only and hash-chained per case; evidence, where the chatter is convenience."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import plaintext2html

from ..triggers import protect

# what an entry is evidence of; the links to an action, a user and a currency may be lost with those
EVIDENCE = (
    "id",
    "case_id",
    "company_id",
    "seq",
    "partner_ref",
    "partner_name",
    "channel",
    "direction",
    "outcome",
    "date",
    "user_ref",
    "user_name",
    "address",
    "summary",
    "amount",
    "currency_name",
    "cost",
    "corrects_id",
    "corrects_seq",
    "text_digest",
    "documents_digest",
    "hash",
    "prev_hash",
    "hash_version",
)


class CollectionContact(models.Model):
    _name = "collection.contact"
    _description = "Contact Log"
    _order = "date desc, id desc"
    _rec_name = "summary"
    _log_access = False

    case_id = fields.Many2one("collection.case", required=True, ondelete="restrict", index=True)
    company_id = fields.Many2one("res.company", required=True, ondelete="restrict", index=True)
    case_user_id = fields.Many2one(related="case_id.user_id", string="Collector")
    seq = fields.Integer(string="No.", required=True)
    # debtor and user are plain copies: an entry stays what it was when contacts and users come and go
    partner_ref = fields.Integer(string="Contact ID")
    partner_name = fields.Char(string="Debtor")
    channel = fields.Selection(
        lambda self: [*self.env["collection.channel"]._selection(), ("note", self.env._("Note"))], required=True
    )
    direction = fields.Selection(
        [("out", "Outgoing"), ("in", "Incoming"), ("internal", "Internal")], required=True, default="out"
    )
    outcome = fields.Selection(
        [
            ("sent", "Sent"),
            ("printed", "Printed"),
            ("failed", "Failed"),
            ("skipped", "Not sent"),
            ("unknown", "Unknown whether it left"),
            ("scheduled", "Call scheduled"),
            ("reached", "Reached the person who decides"),
            ("third_party", "Reached someone else"),
            ("no_answer", "No answer"),
            ("wrong_number", "Wrong number"),
            ("promise", "Promises to pay"),
            ("dispute", "Objects"),
            ("refuses", "Refuses"),
            ("call_back", "Call back"),
            ("delivered", "Delivered"),
            ("bounced", "Came back"),
            ("received", "Message received"),
            ("auto_reply", "Automatic reply"),
            ("opt_out", "Does not want to be contacted this way"),
            ("opt_in", "May be contacted this way again"),
            ("visited", "Visited"),
            ("override", "Against a contact rule"),
            ("note", "Note"),
        ],
        required=True,
    )
    date = fields.Datetime(required=True)
    user_id = fields.Many2one("res.users", ondelete="set null")
    user_ref = fields.Integer(string="User ID")
    user_name = fields.Char(string="By")
    address = fields.Char(help="The e-mail, number or postal address used.")
    summary = fields.Char(required=True)
    amount = fields.Monetary(help="What the notice claimed, in company currency.")
    currency_id = fields.Many2one("res.currency", ondelete="set null")
    currency_name = fields.Char(string="Currency Code")
    cost = fields.Float(digits=(16, 4))
    action_id = fields.Many2one("collection.action", ondelete="set null", index="btree_not_null")
    corrects_id = fields.Many2one("collection.contact", ondelete="restrict")
    corrects_seq = fields.Integer(string="Corrects No.")
    text_ids = fields.One2many("collection.contact.text", "contact_id", string="Texts")
    text = fields.Html(compute="_compute_text", sanitize=True)
    document_ids = fields.One2many("collection.contact.document", "contact_id", string="Documents")
    text_digest = fields.Char(readonly=True)
    documents_digest = fields.Char(readonly=True)
    hash = fields.Char(readonly=True)
    prev_hash = fields.Char(readonly=True)
    hash_version = fields.Integer(readonly=True)

    _case_seq_uniq = models.Constraint(
        "UNIQUE(case_id, seq)", "Somebody else added to this log at the same moment. Please try again."
    )

    def init(self):
        """Have PostgreSQL refuse whatever is not an entry more."""
        protect(self.env.cr, self._table, kept=EVIDENCE, erasable=("action_id", "user_id", "currency_id"))

    @api.depends("text_ids.body")
    def _compute_text(self):
        for contact in self:
            body = contact.text_ids.body
            contact.text = plaintext2html(body) if body else False

    @api.model_create_multi
    def create(self, vals_list):
        """Entries are appended by what is done; see `_append`."""
        if not self.env.su:
            raise UserError(self.env._("The contact log is written by what is done: log a call from the case."))
        return super().create(vals_list)

    def write(self, vals):  # pylint: disable=method-required-super
        """Refuse: evidence is not changed. A correction is a new entry."""
        raise UserError(self.env._("The contact log cannot be changed. Log a correction instead."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("The contact log cannot be deleted."))

    def action_correct(self):
        """Open the log wizard for an entry that corrects this one."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("debt_collection.collection_log_call_action")
        action["name"] = action["display_name"] = self.env._("Correct an entry")
        action["context"] = {
            "default_case_id": self.case_id.id,
            "default_corrects_id": self.id,
            "default_outcome": "note",
        }
        return action
