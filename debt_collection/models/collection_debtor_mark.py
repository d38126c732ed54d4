"""Marks on a debtor: insolvent, deceased, represented by a lawyer; who represents the debtor is written to instead."""

from odoo import api, fields, models
from odoo.tools import format_date


class CollectionDebtor(models.Model):
    _inherit = "collection.debtor"

    legal_status = fields.Selection(
        [
            ("insolvent", "Insolvent"),
            ("deceased", "Deceased"),
            ("lawyer", "Represented by a lawyer"),
        ],
        string="Mark",
        readonly=True,
        help="The debtor is not contacted by any channel. Whoever represents it is written to, where one is known.",
    )
    representative_id = fields.Many2one(
        "res.partner", string="Represented By", readonly=True, ondelete="set null", index="btree_not_null",
        help="Administrator, heir or lawyer: who is written to instead, by e-mail or letter. Empty: nobody is.",
    )  # fmt: skip
    legal_date = fields.Date(string="Marked Since", readonly=True)
    legal_reference = fields.Char(
        string="Reference of the Mark", readonly=True, help="Such as the court's case number."
    )

    @api.model
    def _told_to_cases(self):
        return super()._told_to_cases() | {"legal_status", "representative_id"}

    @api.model
    def _reasons_left_alone(self):
        """Return {mark: why a debtor with it is left alone, where nobody is known to write to}."""
        return {
            "insolvent": self.env._("Insolvent: left alone. Name the administrator to write to instead."),
            "deceased": self.env._("Deceased: left alone. Name whoever settles the estate to write to instead."),
            "lawyer": self.env._("Represented by a lawyer: left alone. Name the lawyer to write to instead."),
        }

    def _reason_not_by(self, channel):
        """Return why a mark forbids a channel for this debtor, in words; None where it does not.

        :param channel: code of a channel
        """
        self.ensure_one()
        if not self.legal_status:
            return None
        if not self.representative_id:
            return self._reasons_left_alone()[self.legal_status]
        if channel not in self.env["collection.channel"]._to_representatives():
            mark = dict(self._fields["legal_status"]._description_selection(self.env))[self.legal_status]
            return self.env._(
                "%(mark)s: only %(name)s is contacted, in writing.",
                mark=mark,
                name=self.representative_id.sudo().display_name,  # sudo: the name alone
            )
        return None

    def _set_mark(self, status, representative=None, date=None, reference=None):
        """Mark a debtor, or take the mark off; what is under way ends, the log says so, and the cases follow.

        :param status: "insolvent", "deceased", "lawyer", or False to take the mark off
        :param representative: res.partner who is written to instead, or none
        :param date: datetime.date from which it holds; default today
        :param reference: str, such as a court's case number
        :raises AccessError: for whoever may work on none of the debtor's cases and keeps no accounts
        """
        self.ensure_one()
        self._check_may_set_channels()
        debtor = self.sudo()  # sudo: who works on the case may say what holds for its debtor; checked above
        before = debtor.legal_status
        debtor.write(
            {
                "legal_status": status,
                "representative_id": representative.id if status and representative else False,
                "legal_date": status and (date or self.env["collection.case"]._today()),
                "legal_reference": status and reference,
            }
        )
        summary = debtor._mark_words(before)
        open_cases = debtor.case_ids.filtered(lambda case: case.state == "open")
        # what was meant for the debtor itself does not go out; it is proposed anew for whoever is written to
        self.env["collection.action"].sudo()._cancel_open(open_cases.ids, summary)
        for case in open_cases or debtor.case_ids[:1]:
            case._log_contact(
                channel="note", direction="internal", outcome="note", user_id=self.env.uid, summary=summary
            )
        open_cases._reassess()

    def _mark_words(self, before):
        """Return what was marked, or taken off, as the log says it."""
        labels = dict(self._fields["legal_status"]._description_selection(self.env))
        if not self.legal_status:
            return self.env._("No longer marked: %s.", labels.get(before, ""))
        words = {
            "mark": labels[self.legal_status],
            "date": format_date(self.env, self.legal_date),
            "reference": self.legal_reference or "–",
            "name": self.representative_id.display_name,
        }
        if self.representative_id:
            return self.env._(
                "%(mark)s since %(date)s (reference: %(reference)s). Only %(name)s is contacted, in writing.", **words
            )
        return self.env._(
            "%(mark)s since %(date)s (reference: %(reference)s). Nobody is contacted: no representative is known.",
            **words,
        )

    def action_mark(self):
        """Ask which mark this debtor gets, and who represents it."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("debt_collection.collection_mark_action")
        action["context"] = {
            "default_debtor_id": self.id,
            "default_status": self.legal_status,
            "default_representative_id": self.representative_id.id,
            "default_date": self.legal_date,
            "default_reference": self.legal_reference,
        }
        return action

    def action_unmark(self):
        """Take the mark off, and say so in the log."""
        self.ensure_one()
        self._set_mark(False)

    def _take_over(self, source):
        if source.legal_status and not self.legal_status:
            names = ("legal_status", "representative_id", "legal_date", "legal_reference")
            self.write({name: source._fields[name].convert_to_write(source[name], source) for name in names})
        return super()._take_over(source)
