"""A case with a log of three entries, and ways to tamper with it behind Odoo's back."""

import io

from odoo.tools import SQL
from PIL import Image

from ..triggers import TRIGGERS
from .common import CollectionCommon, day


class LogCommon(CollectionCommon):
    """Two notices that left, and a call."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls._invoice(100, day(-10))
        cls._follow_up(day(0))
        cls._follow_up(day(7))
        cls.case = cls._case()
        cls.case._log_contact(channel="call", direction="in", outcome="refuses", summary="Says it is too much")

    def _entries(self):
        self.env.invalidate_all()
        return self.case.contact_ids.sorted("seq")

    def _log(self, **values):
        entry = {"channel": "note", "direction": "internal", "outcome": "note", "summary": "Noted", **values}
        return self.case._log_contact(**entry)

    def _attachment(self, name, content):
        return self.env["ir.attachment"].create({"name": name, "raw": content})

    def _picture(self, width, height):
        file = io.BytesIO()
        Image.new("RGB", (width, height)).save(file, "PNG")
        return file.getvalue()

    def _faults(self):
        """Return {entry: what verifying finds wrong with it}, of the whole case."""
        log = self.env["collection.contact"].sudo()
        findings = log._verify(log._scope_of_case(self.case))
        return {log.browse(finding.contact_id).sudo(False): finding.faults for finding in findings if finding.faults}

    def _tamper(self, record, **values):
        """Change a row behind Odoo's back, and past the triggers of the database."""
        for column, value in values.items():
            self._behind_odoo(
                SQL(
                    "UPDATE %s SET %s = %s WHERE id = %s",
                    SQL.identifier(record._table), SQL.identifier(column), value, record.id,
                )
            )  # fmt: skip

    def _behind_odoo(self, query, *parameters):
        """Run SQL as somebody does who may switch the triggers off."""
        self.env.flush_all()
        for switch in ("DISABLE", "ENABLE"):
            for table in ("collection_contact", "collection_contact_text", "collection_contact_document"):
                for trigger in TRIGGERS:
                    self.env.cr.execute(
                        SQL(
                            "ALTER TABLE %s %s TRIGGER %s",
                            SQL.identifier(table), SQL(switch), SQL.identifier(trigger),
                        )
                    )  # fmt: skip
            if switch == "DISABLE":
                self.env.cr.execute(query, list(parameters) or None)
        self.env.invalidate_all()
