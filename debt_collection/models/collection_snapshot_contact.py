"""How each channel did, day by day: counted when the days for an answer have passed, and kept."""

from odoo import fields, models

from ..fields import BareMany2one


class CollectionSnapshotContact(models.Model):
    _name = "collection.snapshot.contact"
    _description = "Daily Contacts"
    _order = "date desc, id desc"
    _rec_name = "date"
    _log_access = False

    company_id = BareMany2one("res.company", required=True, readonly=True)
    date = fields.Date(required=True, readonly=True, help="The day of the contacts.")
    user_id = BareMany2one("res.users", string="Collector", readonly=True, help="Who had the debtors on that day.")
    channel = fields.Selection(lambda self: self.env["collection.channel"]._selection(), required=True, readonly=True)
    attempts = fields.Integer(readonly=True, help="Contacts that left or were made.")
    reached = fields.Integer(readonly=True, help="People who were reached, whoever they were.")
    right_party = fields.Integer(readonly=True, help="The one who decides was reached.")
    answered = fields.Integer(readonly=True, help="Followed by a reply, a promise or a payment in time.")
    cost = fields.Float(readonly=True, digits=(16, 4), help="In company currency.")

    _day_uniq = models.UniqueIndex("(company_id, date, channel, COALESCE(user_id, 0))", "A day is published once.")
