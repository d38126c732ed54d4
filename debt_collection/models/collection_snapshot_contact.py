"""How each channel did, day by day: counted when the days for an answer have passed, and kept."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..fields import BareMany2one


class CollectionSnapshotContact(models.Model):
    _name = "collection.snapshot.contact"
    _description = "Daily Contacts"
    _inherit = ["collection.published"]
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

    @api.model
    def _take(self, company, today):
        """Publish the contacts of all days since the last published one whose days for an answer have passed.

        What is a contact, and answered, is what the KPIs say (see collection_kpi_contacts.py).
        :param company: res.company (its root is taken)
        :param today: datetime.date, not complete yet
        """
        company = company.root_id
        last = today - timedelta(days=company._collection_settings().collection_response_days + 1)
        self.env["collection.ledger"]._prepare()
        self.env["collection.contact"].flush_model()
        first = self._first_to_take(company)
        if not first or first > last:
            return
        self.env.cr.execute(
            SQL(
                """
                WITH RECURSIVE %(ctes)s
                INSERT INTO collection_snapshot_contact (company_id, date, user_id, channel, attempts, reached,
                                                         right_party, answered, cost)
                SELECT %(company)s, figure.day, assigned.user_id, figure.channel, count(*),
                       count(*) FILTER (WHERE figure.is_reached), count(*) FILTER (WHERE figure.is_right_party),
                       count(*) FILTER (WHERE figure.is_answered), coalesce(sum(figure.cost), 0)
                  FROM figure
                       %(assigned)s
                 WHERE figure.is_attempt AND figure.channel = ANY(%(channels)s)
              GROUP BY figure.day, assigned.user_id, figure.channel
                    ON CONFLICT DO NOTHING
                """,
                ctes=self.env["collection.kpi"]._contact_ctes(company, first, last),
                company=company.id,
                channels=[code for code, _label in self.env["collection.channel"]._selection()],
                assigned=self.env["collection.assignment"]._assigned(
                    company, SQL("figure.partner_id"), SQL("figure.day")
                ),
            )
        )
        self.invalidate_model()

    @api.model
    def _first_to_take(self, company):
        """Return the day after the last published one, or that of the first entry of the log, if there is any."""
        self.flush_model()
        [(first,)] = self.env.execute_query(
            SQL(
                """
                SELECT coalesce((SELECT max(date) + 1 FROM collection_snapshot_contact WHERE company_id = %(company)s),
                                (SELECT min(date)::date FROM collection_contact WHERE company_id = %(company)s))
                """,
                company=company.id,
            )
        )
        return first
