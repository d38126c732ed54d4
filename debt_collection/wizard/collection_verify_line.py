"""An entry of the contact log that does not verify, and what is wrong with it."""

from odoo import fields, models


class CollectionVerifyLine(models.TransientModel):
    _name = "collection.verify.line"
    _description = "Entry That Does Not Verify"

    verify_id = fields.Many2one("collection.verify", required=True, ondelete="cascade")
    contact_id = fields.Many2one("collection.contact", ondelete="cascade")
    case_id = fields.Many2one(related="contact_id.case_id")
    seq = fields.Integer(string="No.")
    date = fields.Datetime(related="contact_id.date")
    summary = fields.Char(related="contact_id.summary")
    fault = fields.Char(string="What Is Wrong")
