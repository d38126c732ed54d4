"""What somebody chose to pay: checked when it is chosen, signed on its way through Odoo's form, checked once more."""

from datetime import timedelta
from itertools import islice

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL
from odoo.tools.misc import hash_sign, verify_hash_signed

from ..tools.page_amount import parse_amount

_SCOPE = "debt_collection-checkout"
_HOURS = 24  # a form left open longer is opened anew
ATTEMPTS_AN_HOUR = 10
_JUST_NOW = timedelta(minutes=10)


class CollectionCheckout(models.Model):
    _inherit = "collection.checkout"

    @api.model
    def _choose(self, offers, key, what, line_ids=(), amount=""):
        """Return what is to be paid, as a dict.

        :param offers: of `_offers`
        :param key: str, of one of them
        :param what: "now", "open", "instalment", or "other": some lines, or an amount, or an amount of some lines
        :param line_ids: [str], as they came with the request
        :param amount: str, as somebody wrote it; empty: the lines in whole
        :return: dict: `offer`, `amounts` ({line id: amount}, the oldest due first), `total`
        :raises UserError: in a sentence that says what to do
        """
        offer = next((offer for offer in offers if offer["key"] == key), None)
        if not offer:
            raise self._changed()
        if what == "other":
            chosen = self._some(offer, line_ids, amount or "")
        elif what in ("now", "open", "instalment"):
            chosen = offer[what]
        else:
            chosen = {}
        if not chosen:
            raise UserError(self.env._("Choose what you want to pay, or write an amount."))
        return {"offer": offer, "amounts": chosen, "total": offer["currency"].round(sum(chosen.values()))}

    @api.model
    def _some(self, offer, line_ids, text):
        wanted, to_pay = set(line_ids), {line["line_id"]: line["to_pay"] for line in offer["lines"]}
        chosen = {line_id: amount for line_id, amount in to_pay.items() if str(line_id) in wanted}
        if len(chosen) != len(wanted):
            raise self._changed()
        if not text.strip():
            return chosen
        currency, chosen = offer["currency"], chosen or offer["open"]
        try:
            amount = float(parse_amount(text, currency.decimal_places))
        except ValueError:
            amount = 0.0
        if currency.compare_amounts(amount, 0) <= 0:
            raise UserError(
                self.env._(
                    "Write the amount in %(currency)s as a number above zero, with at most %(decimals)s decimals.",
                    currency=currency.name,
                    decimals=currency.decimal_places,
                )
            )
        most = sum(chosen.values())
        if currency.compare_amounts(amount, most) > 0:
            raise UserError(
                self.env._("This is more than is open. Write an amount of at most %s.", currency.format(most))
            )
        return self._oldest_first(chosen, amount, currency)

    @api.model
    def _changed(self):
        return UserError(
            self.env._("What is owed has changed since this page was opened. Look again, and choose anew.")
        )

    # ---- signed ---------------------------------------------------------------------------------------------------

    @api.model
    def _sign(self, debtor, choice):
        """Return a choice of `_choose`, signed, as text that can stand in a form."""
        offer, digits = choice["offer"], choice["offer"]["currency"].decimal_places
        said = [
            debtor.id,
            offer["key"],
            [[line_id, f"{amount:.{digits}f}"] for line_id, amount in choice["amounts"].items()],
        ]
        # sudo: for the secret of the database, which does not leave the signature
        return hash_sign(self.sudo().env, _SCOPE, said, expiration_hours=_HOURS)

    @api.model
    def _signed(self, debtor, text):
        """Return the choice that was signed, having checked that it can still be paid.

        From here on, nobody else begins to pay for this debtor until the transaction has ended.
        :param text: as it came with the request
        :return: as `_choose`
        :raises UserError: when it was not signed for this debtor, is old, or the ledger has changed since
        """
        try:
            # sudo: see above
            said = verify_hash_signed(self.sudo().env, _SCOPE, text)
        except (AttributeError, ValueError):  # what is no text, or none that was signed here
            said = None
        if not said or said[0] != debtor.id:
            raise self._changed()
        # written, not only locked: who had to wait begins anew, and sees what was begun meanwhile
        self.env.cr.execute(SQL("UPDATE collection_debtor SET page_key = page_key WHERE id = %s", debtor.id))
        self._check_attempts(debtor)
        _debtor_id, key, pairs = said
        chosen = {line_id: float(amount) for line_id, amount in pairs}
        if self._under_way(debtor).line_ids.move_line_id.filtered(lambda line: line.id in chosen):
            raise UserError(
                self.env._("A payment of this is being processed already. Wait until it has arrived, then look again.")
            )
        offers = self._offers(debtor, self.env["collection.page"]._lines(debtor))
        offer = next((offer for offer in offers if offer["key"] == key), None)
        open_now = {line["line_id"]: line["to_pay"] for line in offer["lines"]} if offer else {}
        for line_id, amount in chosen.items():
            if line_id not in open_now or offer["currency"].compare_amounts(amount, open_now[line_id]) > 0:
                raise self._changed()
        return {"offer": offer, "amounts": chosen, "total": offer["currency"].round(sum(chosen.values()))}

    @api.model
    def _check_attempts(self, debtor):
        """Check that payments for a debtor are not tried over and over: a page to try cards on is what it must not be.

        :raises UserError:
        """
        tried = self.sudo().search_count(
            [
                ("debtor_id", "=", debtor.id),
                ("transaction_id.state", "in", ("draft", "cancel", "error")),
                ("create_date", ">", fields.Datetime.now() - timedelta(hours=1)),
            ]
        )  # sudo: how many there are
        if tried >= ATTEMPTS_AN_HOUR:
            raise UserError(
                self.env._("A payment was begun many times without success. Try again in an hour, or write to us.")
            )

    # ---- begun ----------------------------------------------------------------------------------------------------

    @api.model
    def _begin(self, debtor, transaction, choice, lang):
        """Keep what was chosen beside the transaction that pays it.

        :return: collection.checkout
        """
        lines = {line["line_id"]: line for line in choice["offer"]["lines"]}
        return self.sudo().create(
            {
                "transaction_id": transaction.id,
                "debtor_id": debtor.id,
                "currency_id": transaction.currency_id.id,
                "amount": transaction.amount,
                "lang": lang,
                "line_ids": [
                    fields.Command.create(
                        {
                            "move_line_id": line_id,
                            "name": lines[line_id]["move_name"],
                            "date_due": lines[line_id]["date_due"],
                            "amount": amount,
                        }
                    )
                    for line_id, amount in choice["amounts"].items()
                ],
            }
        )  # sudo: who has the link to the page pays for the debtor

    @api.model
    def _begun_elsewhere(self, debtor, choice, own_transaction_id):
        """Tell whether somebody else has begun to pay some of this a moment ago, and not yet paid."""
        return bool(
            self.sudo().search_count(
                [
                    ("debtor_id", "=", debtor.id),
                    ("transaction_id.state", "=", "draft"),
                    ("transaction_id", "!=", own_transaction_id),
                    ("create_date", ">", fields.Datetime.now() - _JUST_NOW),
                    ("line_ids.move_line_id", "in", list(choice["amounts"])),
                ],
                limit=1,
            )
        )  # sudo: whether there is one

    @api.model
    def _reference_prefix(self, choice):
        """Return what a payment is called: its first three invoices."""
        names = {line["line_id"]: line["move_name"] for line in choice["offer"]["lines"]}
        return "-".join(islice(dict.fromkeys(names[line_id] for line_id in choice["amounts"]), 3))
