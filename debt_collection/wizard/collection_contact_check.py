"""Whether the debtor may be contacted now, for the wizards by which a person does it."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime


class CollectionContactCheck(models.AbstractModel):
    _name = "collection.contact.check"
    _description = "Contact Within the Rules"

    case_id = fields.Many2one("collection.case", required=True, ondelete="cascade")
    date = fields.Datetime(required=True, default=fields.Datetime.now)
    local_time = fields.Char(string="Time There", compute="_compute_local_time", help="What time it is for the debtor.")
    rule_kind = fields.Selection([("warning", "Warning"), ("block", "Not allowed")], compute="_compute_rule")
    rule_text = fields.Char(compute="_compute_rule")
    override_reason = fields.Char(
        string="Why All the Same", help="Why the debtor is contacted against the rule. It is kept in the log."
    )

    def _contact_channel(self):
        """Return the code of the channel by which the debtor is contacted, or None when it is no contact of ours."""
        raise NotImplementedError

    def _contact_rule_depends(self):
        """Return the names of the fields on which it depends whether the debtor may be contacted."""
        return ["case_id", "date"]

    @api.depends("case_id")
    def _compute_local_time(self):
        for wizard in self:
            wizard.local_time = wizard._local(fields.Datetime.now(), "EEEE HH:mm") if wizard.case_id else False

    def _local(self, moment, pattern="short"):
        """Return a moment (UTC) as it is for the debtor, with the name of the zone."""
        zone = self.case_id.debtor_id._zone()
        return self.env._(
            "%(time)s (%(zone)s)", time=format_datetime(self.env, moment, tz=zone, dt_format=pattern), zone=zone
        )

    @api.depends(lambda self: self._contact_rule_depends())
    def _compute_rule(self):
        for wizard in self:
            channel = wizard.case_id and wizard._contact_channel()
            _moment, reason, may_override = (
                wizard.case_id._contact_allowed(channel, wizard.date) if channel else (None, None, True)
            )
            wizard.rule_kind = reason and ("warning" if may_override else "block")
            # it says itself from when the debtor may be contacted
            wizard.rule_text = reason

    def _keep_to_the_rules(self):
        """Refuse a contact that no rule lets pass; of one that needs a reason, keep that in the log.

        :raises UserError: says which rule, and from when it is allowed
        """
        self.ensure_one()
        if self.rule_kind == "block":
            raise UserError(self.env._("The debtor may not be contacted this way now: %s", self.rule_text))
        if self.rule_kind and not (self.override_reason or "").strip():
            raise UserError(
                self.env._("A contact rule says no: %s Wait, or say why the debtor is contacted all the same.",
                           self.rule_text)
            )  # fmt: skip
        if self.rule_kind:
            self.case_id._override_contact_rule(self._contact_channel(), self.override_reason, self.rule_text)
