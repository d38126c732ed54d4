"""When a debtor may be contacted: what the law, a regulator or the company itself says, as dated rows.

A row demands one thing (`kind`) of the contacts in its scope. What it means is computed by tools/contact_rules.py;
collection_contact_rule_judge.py asks it for many cases at once, collection_contact_rule_words.py says it in words.
"""

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import ormcache

KINDS = [
    ("cap", "At most a number of contacts in some days"),
    ("gap", "A pause between two contacts"),
    ("conversation", "A pause after a conversation"),
    ("hours", "Only at certain hours, by the debtor's clock"),
    ("working_time", "Only in working hours, not on public holidays"),
    ("holidays", "Not on public holidays"),
    ("response", "Not before the debtor has answered"),
    ("objection", "Not while an objection is open"),
    ("ban", "Never"),
    ("phrases", "What a message has to say"),
]
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class CollectionContactRule(models.Model):
    _name = "collection.contact.rule"
    _description = "Contact Rule"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    law = fields.Char(
        string="Law or Source", translate=True, help="Named when the rule defers a contact. Empty: the rule's own name."
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    preset = fields.Selection(
        [
            ("us", "United States: Regulation F"),
            ("sa", "Saudi Arabia: SAMA"),
            ("eg", "Egypt: FRA"),
            ("general", "General business"),
        ],
        readonly=True,
        copy=False,
    )
    company_id = fields.Many2one(
        "res.company",
        domain=[("parent_id", "=", False)],
        index=True,
        help="Empty: the rule holds for every company.",
    )
    date_from = fields.Date(string="In Force From", help="Empty: always has been.")
    date_to = fields.Date(string="In Force Until", help="The last day. Empty: until further notice.")

    # whom and what it is about
    channel_ids = fields.Many2many("collection.channel", string="Channels", help="Empty: every channel.")
    country_ids = fields.Many2many(
        "res.country",
        string="Debtor's Country",
        help="Empty: wherever the debtor is. A debtor without a country counts as living in the company's.",
    )
    category_ids = fields.Many2many("res.partner.category", string="Debtor's Tags", help="Empty: whatever the tags.")
    strategy_ids = fields.Many2many("collection.strategy", string="Strategies", help="Empty: every strategy.")
    debtor_kind = fields.Selection(
        [("any", "Persons and companies"), ("person", "Persons"), ("company", "Companies")],
        string="Debtors",
        required=True,
        default="any",
    )
    manual = fields.Selection(
        [("warn", "Warned; may go on with a reason"), ("block", "Stopped")],
        string="A Person Who Calls Is",
        required=True,
        default="warn",
        help="What leaves by itself always waits. A person who contacts the debtor against the rule is stopped, or "
        "warned and goes on with a reason that is kept in the log.",
    )

    # what it demands
    kind = fields.Selection(KINDS, string="It Demands", required=True, default="hours")
    number = fields.Integer(string="At Most", default=7)
    days = fields.Integer(default=7)
    gap = fields.Integer(string="Pause", default=2)
    gap_unit = fields.Selection([("hours", "hours"), ("days", "days")], default="days", required=True)
    hour_from = fields.Float(string="From", default=8.0)
    hour_to = fields.Float(string="To", default=21.0)
    monday = fields.Boolean(default=True)
    tuesday = fields.Boolean(default=True)
    wednesday = fields.Boolean(default=True)
    thursday = fields.Boolean(default=True)
    friday = fields.Boolean(default=True)
    saturday = fields.Boolean(default=True)
    sunday = fields.Boolean(default=True)
    calendar_id = fields.Many2one(
        "resource.calendar",
        string="Working Hours",
        help="Empty: those of the debtor's company. Its public holidays are the time off that is nobody's own.",
    )
    says_creditor = fields.Boolean(string="Creditor's Name")
    says_callback = fields.Boolean(string="Number to Call Back")
    says_hours = fields.Boolean(string="Working Hours to Call")
    says_employee = fields.Boolean(string="Employee's Name")
    says_opt_out = fields.Boolean(string="How to Opt Out", help="In every electronic message.")
    says_text = fields.Text(string="Own Words", translate=True)

    _cap_positive = models.Constraint(
        "CHECK(kind != 'cap' OR (number > 0 AND days > 0))",
        "How many contacts in how many days? Both are at least one.",
    )
    _gap_positive = models.Constraint("CHECK(kind != 'gap' OR gap > 0)", "How long is the pause? At least one.")
    _conversation_positive = models.Constraint(
        "CHECK(kind != 'conversation' OR days > 0)", "How many days is the pause after a conversation? At least one."
    )
    _hours_in_order = models.Constraint(
        "CHECK(kind != 'hours' OR (hour_from >= 0 AND hour_to <= 24 AND hour_from < hour_to))",
        "The hours begin before they end, on the same day.",
    )
    _dates_in_order = models.Constraint(
        "CHECK(date_from <= date_to)", "A rule is in force from a day until the same or a later day."
    )

    @api.constrains("kind", *WEEKDAYS)
    def _check_weekdays(self):
        for rule in self:
            if rule.kind == "hours" and not any(rule[weekday] for weekday in WEEKDAYS):
                raise ValidationError(
                    self.env._("“%s” needs a day of the week on which it allows contacts.", rule.name)
                )

    @api.constrains(
        "kind", "says_creditor", "says_callback", "says_hours", "says_employee", "says_opt_out", "says_text"
    )
    def _check_phrases(self):
        for rule in self:
            said = (rule.says_creditor, rule.says_callback, rule.says_hours, rule.says_employee, rule.says_opt_out)
            if rule.kind == "phrases" and not any(said) and not (rule.says_text or "").strip():
                raise ValidationError(self.env._("What does a message have to say, by “%s”?", rule.name))

    def _applies(self, case, channel):
        """Tell whether this rule is about contacts with the debtor of a case by a channel.

        :param case: collection.case, read with rights to its contact
        :param channel: code
        """
        self.ensure_one()
        partner = case.partner_id
        company = case.company_id
        country = partner.country_id or partner.state_id.country_id or company.country_id
        return (
            (not self.company_id or self.company_id == company)
            and (not self.channel_ids or channel in self.channel_ids.mapped("code"))
            and (not self.country_ids or country in self.country_ids)
            and (not self.category_ids or bool(partner.category_id & self.category_ids))
            and (not self.strategy_ids or case.strategy_id in self.strategy_ids)
            and (self.debtor_kind == "any" or (self.debtor_kind == "company") == partner.is_company)
        )

    @api.model
    def _in_force(self, companies, day):
        """Return the rules of some companies on a day, in their order.

        sudo: rules hold for whoever contacts a debtor, whether or not that one may see them.
        """
        return (
            self.sudo()
            .browse(self._active_ids())
            .filtered(
                lambda rule: (
                    (not rule.company_id or rule.company_id in companies)
                    and (not rule.date_from or rule.date_from <= day)
                    and (not rule.date_to or day <= rule.date_to)
                )
            )
        )

    @api.model
    @ormcache()
    def _active_ids(self):
        """Return the ids of the rules that are not archived: asked for each notice that leaves, seldom changed."""
        return self.sudo().search([("active", "=", True)])._ids

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    def action_use_preset(self):
        """Give the current company its own rows of a preset (`preset` in the context), and show them.

        Rows it has already stay as they are; those it has archived are in force again.
        """
        preset = self.env.context.get("preset")
        company = self.env.company.root_id
        self.check_access("create")
        every = self.with_context(active_test=False)
        rules = every.search([("preset", "=", preset), ("company_id", "=", company.id)])
        if rules:
            rules.active = True
        else:
            rows = every.search([("preset", "=", preset), ("company_id", "=", False)])
            rules = every.browse()
            for row in rows:
                rules |= row.copy({"preset": preset, "company_id": company.id, "active": True, "name": row.name})
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("debt_collection.collection_contact_rule_action"),
            "target": "main",
        }
