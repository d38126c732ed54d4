"""One step of a strategy: when, by which channels, in which words."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class CollectionLevel(models.Model):
    _name = "collection.level"
    _description = "Collection Level"
    _order = "strategy_id, delay_days, sequence, id"

    strategy_id = fields.Many2one("collection.strategy", required=True, ondelete="cascade", index=True)
    sequence = fields.Integer(default=10)
    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    delay_days = fields.Integer(
        string="Days After Due Date",
        required=True,
        help="The step is due this many days after an item's due date. Negative: before it, for items not yet due.",
    )
    channels = fields.Many2many(
        "collection.channel",
        default=lambda self: self.env.ref("debt_collection.channel_email", raise_if_not_found=False),
        required=True,
        help="Each is used. The first is replaced by the channel a debtor prefers, where that is one of the level's.",
    )
    fallback_ids = fields.One2many(
        "collection.level.fallback",
        "level_id",
        string="Fallbacks",
        copy=True,
        help="What takes over, in this order, when a channel cannot reach the debtor or has failed. Empty: an e-mail, "
        "a letter, then a call.",
    )
    automatic = fields.Boolean(
        string="Runs by Itself",
        default=True,
        help="Sent without asking, where the strategy as a whole sends without asking.",
    )
    min_amount = fields.Monetary(
        string="Minimum Amount",
        currency_field="currency_id",
        help="The step is not taken while the notice would claim less than this, in the company's currency.",
    )
    currency_id = fields.Many2one(related="strategy_id.currency_id")
    mail_template_id = fields.Many2one(
        "mail.template",
        string="E-mail Text",
        domain=[("model", "=", "collection.action")],
        default=lambda self: self.env.ref("debt_collection.template_reminder", raise_if_not_found=False),
        help="Subject and words of the e-mail. The table of items, the totals and how to pay are added below it.",
    )
    letter_template_id = fields.Many2one(
        "mail.template",
        string="Letter Text",
        domain=[("model", "=", "collection.action")],
        help="Subject and words of the letter. Empty: those of the e-mail.",
    )
    call_script = fields.Html(
        translate=True, help="What the caller says; shown on the activity.", sanitize_overridable=False
    )
    attach_invoices = fields.Boolean(help="The PDFs of the invoices claimed are attached to the e-mail.")

    _delay_uniq = models.Constraint(
        "UNIQUE(strategy_id, delay_days)", "Two levels of a strategy cannot fall on the same day."
    )
    _min_amount_positive = models.Constraint("CHECK(min_amount >= 0)", "The minimum amount cannot be negative.")

    @api.depends("name", "delay_days")
    def _compute_display_name(self):
        for level in self:
            level.display_name = level.name

    @api.ondelete(at_uninstall=False)
    def _unlink_unused(self):
        # an item that has received a level would begin again at the lowest
        # sudo: an item anywhere counts, of whatever company
        items = self.env["collection.item"].sudo().search([("level_id", "in", self.ids)], limit=1)
        if items:
            raise UserError(self.env._("“%s” was sent already. Archive it instead.", items.level_id.name))
        # sudo: what comes next, in whatever company, is another level until assess says it anew
        self.env["collection.case"].sudo().search([("next_level_id", "in", self.ids)]).next_level_id = False
        self.env["collection.action"].sudo().search([("level_id", "in", self.ids)]).level_id = False

    @api.constrains("channels")
    def _check_channels(self):
        for level in self:
            if not level.channels:
                raise ValidationError(self.env._("“%s” needs a channel: how should the debtor be reached?", level.name))

    def _text_template(self, channel):
        """Return the mail.template (or none) with the words of this level for a channel's code."""
        self.ensure_one()
        on_paper = channel in self.env["collection.channel"]._on_paper()
        return (on_paper and self.letter_template_id) or self.mail_template_id

    def _still_due(self, row, line, today):
        """Tell whether an item may still receive this level.

        :param row: dict, the item's row of `step` (see collection.strategy), as the ledger is now
        :param line: the collection.action.line that says it should
        :param today: datetime.date
        """
        self.ensure_one()
        if row["round"] != line.round:
            return False
        if self.delay_days < 0:
            return row["date_due"] >= today >= row["date_due"] + timedelta(days=self.delay_days)
        return (today - row["date_due"]).days >= self.delay_days and (
            row["level_delay"] is None or row["level_delay"] <= self.delay_days
        )
