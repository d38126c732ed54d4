"""A file that was just made for a user, to be downloaded and forgotten."""

import base64

from odoo import api, fields, models


class CollectionDownload(models.TransientModel):
    _name = "collection.download"
    _description = "Download"

    name = fields.Char(required=True)
    content = fields.Binary(attachment=False, required=True)

    @api.model
    def _offer(self, name, content):
        """Return the action that downloads a file; only the user who asked for it can.

        :param name: of the file, with its ending
        :param content: bytes
        """
        file = self.create({"name": name, "content": base64.b64encode(content)})
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/collection.download/{file.id}/content/{file.name}?download=true",
            "target": "download",
        }
