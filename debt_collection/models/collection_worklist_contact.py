"""What the log says of a case in the worklist: when the debtor was last in contact, and that it was handled today."""

from odoo import SUPERUSER_ID, api, models
from odoo.tools import SQL

# a contact that came about; an attempt, a notice that came back and a machine's answer are none
CAME_ABOUT = (
    "sent",
    "printed",
    "reached",
    "third_party",
    "promise",
    "dispute",
    "refuses",
    "call_back",
    "received",
    "opt_out",
    "opt_in",
    "visited",
)


class CollectionContact(models.Model):
    _inherit = "collection.contact"

    @api.model
    def _came_about(self):
        """Return the SQL condition on an entry: it is a contact with the debtor, ours or theirs, that came about."""
        return SQL("direction IN ('out', 'in') AND outcome = ANY(%s) AND corrects_id IS NULL", list(CAME_ABOUT))

    @api.model
    def _append(self, vals_list):
        """Append, and note on the cases when the debtor was last in contact and who was handled today."""
        contacts = super()._append(vals_list)
        contacts._note_on_cases()
        return contacts

    def _note_on_cases(self):
        """Write on the cases what these entries say, where it is new; a case changes by it once or twice a day."""
        by_a_person = self.env.uid != SUPERUSER_ID and self.env.user._is_internal()
        noted = {}
        for contact in self.filtered(lambda contact: not contact.corrects_id):
            came_about = contact.direction != "internal" and contact.outcome in CAME_ABOUT
            handled = by_a_person and contact._is_work()
            if came_about or handled:
                date, before = noted.get(contact.case_id.id, (None, False))
                date = max(filter(None, (date, came_about and contact.date.date())), default=None)
                noted[contact.case_id.id] = (date, before or handled)
        if noted:
            self._note(noted)

    def _is_work(self):
        """Tell whether this entry, made by a person, handles the case for the day: a note of anything does not."""
        if self.outcome in ("scheduled", "skipped"):
            return False
        return (self.channel != "note" and self.direction != "internal") or self.outcome in ("promise", "dispute")

    @api.model
    def _note(self, noted):
        """Write on cases what was noted of them.

        :param noted: {case id: (datetime.date of the last contact or None, bool, whether it was handled today)}
        """
        cases = self.env["collection.case"].sudo()  # sudo: what is done is noted, by whoever it was done
        cases.flush_model(["last_contact_date", "worked_on"])
        today = cases._today()
        dates, handled = zip(*noted.values(), strict=True)
        rows = self.env.execute_query(
            SQL(
                """
                UPDATE collection_case c
                   SET last_contact_date = greatest(c.last_contact_date, noted.date),
                       worked_on = CASE WHEN noted.handled THEN %(today)s ELSE c.worked_on END
                  FROM unnest(%(ids)s::int[], %(dates)s::date[], %(handled)s::bool[]) noted(id, date, handled)
                  JOIN collection_case before ON before.id = noted.id
                 WHERE c.id = noted.id
                   AND (noted.date > coalesce(c.last_contact_date, '-infinity')
                        OR (noted.handled AND c.worked_on IS DISTINCT FROM %(today)s))
             RETURNING c.id, %(today)s - coalesce(before.last_contact_date, before.date_open, %(today)s)
                """,
                today=today,
                ids=list(noted),
                dates=list(dates),
                handled=list(handled),
            )
        )
        if rows:
            cases.browse(id_ for id_, _silence in rows).invalidate_recordset(
                ["last_contact_date", "worked_on", "worked_today"]
            )
            # of the points only those for a silence change by a contact, where it had lasted long enough for any
            enough = self.env["collection.worklist.rule"]._first_silence()
            broken = [id_ for id_, silence in rows if enough is not None and silence >= enough]
            if broken:
                cases._score(today, case_ids=broken)
