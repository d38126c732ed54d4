"""One thing that is missing on a case."""

from odoo import Command, fields, models
from odoo.exceptions import UserError


class CollectionMissingLine(models.TransientModel):
    _name = "collection.missing.line"
    _description = "Missing on a Case"

    missing_id = fields.Many2one("collection.missing", required=True, ondelete="cascade")
    kind = fields.Char(required=True, readonly=True)
    name = fields.Char(string="What", required=True, readonly=True)
    user_id = fields.Many2one("res.users", string="Who Can Fill It In", required=True)
    res_model = fields.Char(readonly=True)
    res_id = fields.Integer(readonly=True)
    attachment_ids = fields.Many2many("ir.attachment", string="Proof")
    is_asked = fields.Boolean(readonly=True)

    def action_open(self):
        """Open the form in which it is filled in, as the user's own rights allow; for a proof, ask for the file."""
        self.ensure_one()
        if self.kind == "proof":
            return {
                "type": "ir.actions.act_window",
                "name": self.name,
                "res_model": self._name,
                "res_id": self.id,
                "views": [(False, "form")],
                "target": "new",
            }
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "views": [(False, "form")],
        }

    def action_ask(self):
        """Ask whoever can fill it in, by an activity on the case, once."""
        self.ensure_one()
        case = self.missing_id.case_id
        case._check_may_work()
        activities = self.env["mail.activity"].sudo()  # sudo: a colleague is asked; access is checked above
        activity_type = self.env.ref("debt_collection.activity_missing", raise_if_not_found=False)
        domain = [
            ("res_model", "=", "collection.case"),
            ("res_id", "=", case.id),
            ("user_id", "=", self.user_id.id),
            ("summary", "=", self.name),
        ]
        if not activities.search_count(domain, limit=1):
            activities.create(
                {
                    "res_model_id": self.env["ir.model"]._get_id("collection.case"),
                    "res_id": case.id,
                    "activity_type_id": activity_type.id if activity_type else False,
                    "summary": self.name,
                    "note": self.env._(
                        "Asked by %s: without it the debtor cannot be reached or claimed from.", self.env.user.name
                    ),
                    "date_deadline": self.env["collection.case"]._today(),
                    "user_id": self.user_id.id,
                }
            )
        self.is_asked = True
        return self.missing_id._show()

    def action_attach(self):
        """Keep the files chosen as the proof of delivery of the item, and say so in the log.

        :raises UserError: when no file is chosen
        """
        self.ensure_one()
        case = self.missing_id.case_id
        case._check_may_work()
        item = self.env["collection.item"].sudo().browse(self.res_id)  # sudo: who works on the case; checked above
        if self.kind != "proof" or item.case_id != case:
            raise UserError(self.env._("A proof of delivery is kept with an item of this case."))
        if not self.attachment_ids:
            raise UserError(self.env._("Choose the file that shows the delivery first."))
        files = self.attachment_ids.sudo()
        files.write({"res_model": "collection.item", "res_id": item.id})
        item.proof_ids = [Command.link(file.id) for file in files]
        case._log_contact(
            channel="note",
            direction="internal",
            outcome="note",
            summary=self.env._(
                "Proof of delivery of %(number)s: %(files)s", number=item.name, files=", ".join(files.mapped("name"))
            ),
            documents=files,
        )
        return self.env["collection.missing"].create({"case_id": case.id})._show()
