"""Who is away and who covers: while it lasts, the cover sees and works on the absent collector's cases."""

from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError


class CollectionAbsence(models.Model):
    _name = "collection.absence"
    _description = "Absence of a Collector"
    _order = "date_from desc, id desc"

    user_id = fields.Many2one(
        "res.users",
        string="Collector",
        required=True,
        ondelete="cascade",
        default=lambda self: self.env.user,
        domain=lambda self: [("all_group_ids", "in", self.env.ref("debt_collection.group_collection_collector").ids)],
    )
    cover_id = fields.Many2one(
        "res.users",
        string="Covered By",
        ondelete="cascade",
        domain=lambda self: [("all_group_ids", "in", self.env.ref("debt_collection.group_collection_collector").ids)],
        help="Sees and works on the cases of who is away, until the last day. Empty: nobody does.",
    )
    date_from = fields.Date(
        string="From", required=True, default=lambda self: self.env["collection.case"]._today(), help="The first day."
    )
    date_to = fields.Date(string="To", required=True, help="The last day.")
    state = fields.Selection(
        [("coming", "Coming"), ("now", "Now"), ("over", "Over")], compute="_compute_state", search="_search_state"
    )
    case_count = fields.Integer(compute="_compute_case_count", string="Open Cases")
    warning = fields.Char(compute="_compute_warning")

    _dates_in_order = models.Constraint(
        "CHECK(date_from <= date_to)", "An absence ends on the day it begins, or later: correct its dates."
    )

    @api.depends("user_id", "date_from", "date_to")
    def _compute_display_name(self):
        for absence in self:
            absence.display_name = self.env._(
                "%(collector)s, %(first)s to %(last)s",
                collector=absence.user_id.name or "",
                first=tools.format_date(self.env, absence.date_from),
                last=tools.format_date(self.env, absence.date_to),
            )

    @api.depends("date_from", "date_to")
    def _compute_state(self):
        today = self.env["collection.case"]._today()
        for absence in self:
            if not absence.date_from or not absence.date_to:
                absence.state = False
            elif absence.date_to < today:
                absence.state = "over"
            else:
                absence.state = "now" if absence.date_from <= today else "coming"

    @api.model
    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = self.env["collection.case"]._today()
        domains = {
            "coming": [("date_from", ">", today)],
            "now": [("date_from", "<=", today), ("date_to", ">=", today)],
            "over": [("date_to", "<", today)],
        }
        return fields.Domain.OR([domains[state] for state in value if state in domains])

    @api.depends("user_id")
    def _compute_case_count(self):
        # sudo: the number alone, of cases that may be a colleague's
        counts = dict(
            self.env["collection.case"]
            .sudo()
            ._read_group([("state", "=", "open"), ("user_id", "in", self.user_id.ids)], ["user_id"], ["__count"])
        )
        for absence in self:
            absence.case_count = counts.get(absence.user_id, 0)

    @api.depends("cover_id", "date_from", "date_to")
    def _compute_warning(self):
        for absence in self:
            away = absence.cover_id and self.sudo().search(  # sudo: whether, not why
                [
                    ("user_id", "=", absence.cover_id.id),
                    ("date_from", "<=", absence.date_to),
                    ("date_to", ">=", absence.date_from),
                ],
                limit=1,
            )
            absence.warning = bool(away) and self.env._(
                "%(cover)s is away, too, from %(first)s to %(last)s, and nobody stands in for a cover.",
                cover=absence.cover_id.name,
                first=tools.format_date(self.env, away.date_from),
                last=tools.format_date(self.env, away.date_to),
            )

    @api.constrains("user_id", "cover_id")
    def _check_cover(self):
        for absence in self:
            if absence.cover_id == absence.user_id:
                raise ValidationError(self.env._("Who is away cannot be the cover: choose somebody else."))
            for user in absence.cover_id | absence.user_id:
                # sudo: the groups alone
                if not user.sudo().has_group("debt_collection.group_collection_collector"):
                    raise ValidationError(
                        self.env._("%s is no collector: an administrator gives that right on the user.", user.name)
                    )

    @api.constrains("user_id", "date_from", "date_to")
    def _check_overlap(self):
        for absence in self:
            other = self.search(
                [
                    ("id", "!=", absence.id),
                    ("user_id", "=", absence.user_id.id),
                    ("date_from", "<=", absence.date_to),
                    ("date_to", ">=", absence.date_from),
                ],
                limit=1,
            )
            if other:
                raise ValidationError(
                    self.env._("These days overlap with another absence (%s): change that one.", other.display_name)
                )

    @api.model_create_multi
    def create(self, vals_list):
        """Covers see what they cover at once."""
        absences = super().create(vals_list)
        self._forget_covers()
        return absences

    def write(self, vals):
        """Covers see what they cover at once, and no longer what they do not."""
        result = super().write(vals)
        self._forget_covers()
        # Odoo asks before a record is written: nobody makes an own absence another's, to see that one's cases
        self.check_access("write")
        return result

    def unlink(self):
        """Covers no longer see what they do not cover."""
        result = super().unlink()
        self._forget_covers()
        return result

    @api.model
    def _forget_covers(self):
        """Have who covers whom looked up anew, by this transaction and, once it is done, by others."""
        self.env.registry.clear_cache()
        self.env.cr.postcommit.add(self.env.registry.clear_cache)

    @api.model
    def _covered_ids(self):
        """Return the ids of the users whom the current user covers today; those whom these cover are not followed."""
        return self._covered_on(self.env.uid, self.env["collection.case"]._today())

    @tools.ormcache("user_id", "day")
    def _covered_on(self, user_id, day):
        # sudo: whom a user covers decides what the user sees
        covered = self.sudo().search([("cover_id", "=", user_id), ("date_from", "<=", day), ("date_to", ">=", day)])
        return tuple(covered.user_id.ids)

    @api.model
    def _away(self, day):
        """Return the users who are away on a day."""
        # sudo: whether, for who hands out cases
        return self.sudo().search([("date_from", "<=", day), ("date_to", ">=", day)]).user_id
