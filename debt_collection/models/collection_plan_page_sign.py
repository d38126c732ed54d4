"""A debtor signs a payment plan on its page: what is signed, by whom, when and from where stands in the agreement."""

import base64
import binascii
import logging
import struct
import unicodedata
from io import BytesIO

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime
from PIL import Image

from .collection_plan_agreement import AGREEMENT

LARGEST = 1 << 20  # bytes of a signature
WIDEST = 2000  # pixels: a small file can be a picture that fills the memory
NAME = range(2, 101)  # characters
BROKEN = (binascii.Error, ValueError, OSError, EOFError, SyntaxError, struct.error, Image.DecompressionBombError)

_logger = logging.getLogger(__name__)


class CollectionPlan(models.Model):
    _inherit = "collection.plan"

    def _page_sign(self, debtor, name, signature, address):
        """Accept this offered plan with the signature given on the debtor's page.

        :param debtor: collection.debtor, with rights, in the language of the page
        :param name: str, of who signs
        :param signature: str, a PNG in base64
        :param address: str, the network address it came from
        :return: str, what the debtor is told
        :raises UserError: in the debtor's language; nothing is saved then
        """
        self.ensure_one()
        words = debtor.env._
        name = self._signer(debtor, name)
        picture = self._signature_picture(debtor, signature)
        # the log is read by colleagues
        plan = self.with_context(lang=self.env["res.lang"]._collection_language(self.company_id)[0])
        try:
            plan._check_signable()
        except UserError as error:
            raise UserError(
                words(
                    "This plan cannot be signed as it stands, because what is owed has changed. "
                    "Write to us, and we will send you another."
                )
            ) from error
        try:
            plan.write(
                {
                    "signed_by": name,
                    "signed_on": fields.Datetime.now(),
                    "signed_lang": debtor.env.lang,
                    "signature": base64.b64encode(picture),
                    "sign_address": address,
                }
            )
            plan.env.flush_all()
            reports = self.env["ir.actions.report"].sudo()  # sudo: the report is ours, of the debtor's own plan
            content, kind = reports._render_qweb_pdf(AGREEMENT, self.ids)
            plan._accept(agreement=content, filename=f"{self.name.replace('/', '-')}.{kind}")
        except UserError as error:
            _logger.exception("Payment plan %s could not be signed", self.name)
            raise UserError(
                words("This plan cannot be signed here at the moment. Write to us, and we will see to it.")
            ) from error
        plan.case_id._log_contact(
            channel="note",
            direction="in",
            outcome="received",
            summary=plan.env._(
                "Payment plan %(plan)s signed on the debtor's page by %(name)s, from %(address)s.",
                plan=plan.name,
                name=name,
                address=address,
            ),
            documents=plan.agreement_id,
        )
        plan._tell_collector()
        return self._page_tell_signed(debtor)

    def _check_signable(self):
        """Check that this plan is still as it was offered: no item is disputed, or paid by another plan, by now.

        :raises UserError:
        """
        self.case_id._check_commit()
        self.case_id._check_plan_items(self.item_ids, self.previous_plan_id, accepting=True)

    def _signer(self, debtor, name):
        """Return the name of who signs, as it is kept.

        :raises UserError:
        """
        printable = "".join(" " if unicodedata.category(letter)[0] == "C" else letter for letter in str(name or ""))
        name = " ".join(printable.split())
        if len(name) not in NAME or not any(letter.isalpha() for letter in name):
            raise UserError(debtor.env._("Write your full name: between 2 and 100 letters."))
        return name

    def _signature_picture(self, debtor, signature):
        """Return the PNG that a signature is, written anew: whatever else came in the file is left behind.

        :raises UserError: when it is none, too large, or empty
        """
        refusal = UserError(debtor.env._("Your signature did not arrive. Draw it again, or choose “Auto”, and sign."))
        if not isinstance(signature, str) or not signature:
            raise refusal
        if len(signature) > LARGEST * 4 // 3 + 4:
            raise UserError(debtor.env._("The picture of your signature is too large. Draw it instead."))
        try:
            raw = base64.b64decode(signature, validate=True)
            # Odoo has Pillow read what was cut off: whether it is whole is looked at apart
            Image.open(BytesIO(raw), formats=["PNG"]).verify()
            with Image.open(BytesIO(raw), formats=["PNG"]) as image:
                if max(image.size) > WIDEST:
                    raise UserError(debtor.env._("The picture of your signature is too large. Draw it instead."))
                drawn = image.convert("RGBA")
        except BROKEN as error:
            raise refusal from error
        if not drawn.getchannel("A").getbbox():
            raise refusal
        picture = BytesIO()
        drawn.save(picture, "PNG")
        return picture.getvalue()

    def _tell_collector(self):
        """Tell the collector that the debtor has signed."""
        user = self.case_id.user_id or self.company_id._collection_settings().collection_user_id
        if user:
            self.message_notify(
                partner_ids=user.partner_id.ids,
                subject=self.env._("%(debtor)s has signed %(plan)s", debtor=self.partner_id.name, plan=self.name),
                body=self.env._(
                    "The payment plan is active: its items are paid by instalments, the first on %s.",
                    fields.Date.to_string(self.line_ids[:1].date),
                ),
                author_id=self.company_id.partner_id.id,
            )

    def _page_tell_signed(self, debtor):
        """Confirm the signature by e-mail, with the agreement; return the sentence that the page says."""
        words = debtor.env._
        done = words("You have signed payment plan %s. Thank you: from now on you pay in instalments.", self.name)
        mail = debtor._page_confirm(
            words("Your payment plan %s is signed", self.name),
            [
                done,
                words("The agreement is attached. You will also find it, and every instalment, on your page."),
                words("As long as the instalments are paid on time, we do not remind you of what is in the plan."),
            ],
        )
        if mail:
            mail.attachment_ids = self.agreement_id
        return done

    # ---- the agreement --------------------------------------------------------------------------------------------

    def _language(self):
        """Return the language of the agreement: the one it was signed in, is shown in, or the debtor has chosen."""
        debtor = self.case_id.debtor_id.sudo()  # sudo: the language alone
        installed = dict(self.env["res.lang"].get_installed())
        wanted = (self.signed_lang, self.env.context.get("collection_agreement_language"), debtor._chosen_language())
        return next((code for code in wanted if code in installed), None) or super()._language()

    def _agreement_values(self):
        values = super()._agreement_values()
        # the clock of the creditor, said with its name: a debtor's own may be anywhere
        tz = self.company_id.sudo().partner_id.tz or "UTC"
        when = format_datetime(self.env, self.signed_on, tz=tz, lang_code=values["lang"]) if self.signed_on else ""
        return {**values, "signed_on": f"{when} ({tz})" if when else ""}
