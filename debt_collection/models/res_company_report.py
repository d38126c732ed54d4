"""What a company decides about its figures: the age buckets, and over how many days an answer or a recovery counts."""

import itertools

from odoo import api, fields, models
from odoo.exceptions import ValidationError

LIMITS = ("collection_bucket_1", "collection_bucket_2", "collection_bucket_3", "collection_bucket_4")


class ResCompany(models.Model):
    _inherit = "res.company"

    collection_bucket_1 = fields.Integer(string="First Bucket Up To", default=30)
    collection_bucket_2 = fields.Integer(string="Second Bucket Up To", default=60)
    collection_bucket_3 = fields.Integer(string="Third Bucket Up To", default=90)
    collection_bucket_4 = fields.Integer(string="Fourth Bucket Up To", default=120)
    collection_response_days = fields.Integer(
        string="Days for an Answer",
        default=7,
        help="A contact counts as answered by a reply, a promise or a payment within this many days.",
    )
    collection_recovery_days = fields.Integer(
        string="Days for a Recovery",
        default=30,
        help="Comparisons count what was recovered within this many days after a contact.",
    )
    collection_cei_by_month = fields.Boolean(
        string="CEI With the Sales of an Average Month",
        help="For a period of several months, some divide its sales by their number. Off: the sales as they are.",
    )

    _collection_response_days_positive = models.Constraint(
        "CHECK(collection_response_days > 0)", "An answer takes at least a day."
    )
    _collection_recovery_days_positive = models.Constraint(
        "CHECK(collection_recovery_days > 0)", "A recovery takes at least a day."
    )

    @api.constrains(*LIMITS)
    def _check_collection_buckets(self):
        for company in self:
            limits = [0, *(company[name] for name in LIMITS)]
            if any(after <= before for before, after in itertools.pairwise(limits)):
                raise ValidationError(
                    self.env._("Each age bucket ends later than the one before, and the first after day 0.")
                )

    def _collection_limits(self):
        """Return the last days overdue of the first four buckets, as the root company has set them."""
        settings = self._collection_settings()
        return tuple(settings[name] for name in LIMITS)

    def _collection_buckets(self):
        """Return the age buckets, youngest first, as [(key, label)]: `not_due`, `b1` to `b5`; credits are no bucket."""
        first, labels = 1, [("not_due", self.env._("Not due"))]
        for number, limit in enumerate(self._collection_limits(), start=1):
            labels.append((f"b{number}", self.env._("%(first)s–%(last)s days", first=first, last=limit)))
            first = limit + 1
        return [*labels, ("b5", self.env._("Over %s days", first - 1))]
