"""What a debtor objects to on its page: which invoices it can, once each, and what becomes of it."""

from odoo import models
from odoo.exceptions import UserError

from ..tools.page_amount import parse_amount

LONGEST_TEXT = 4000  # characters


class CollectionDebtor(models.Model):
    _inherit = "collection.debtor"

    def _page_objectionable(self):
        """Return what this debtor can object to on its page, the oldest due first; none when no case is open.

        What is to be paid in instalments is one invoice. One that was objected to here before is left out, whatever
        came of it: the next word about it is for a person.
        :return: dicts of key (str, names it in the form), name, date_due, items (collection.item), currency, amount
            (what is open and not disputed, in the currency)
        """
        self.ensure_one()
        case = self._page_case()
        if case.state != "open":
            return []
        items = case.open_item_ids.filtered(lambda item: not item.no_followup)
        items = items.sorted(lambda item: (item.date_due, item.id))
        before = self.env["collection.dispute.line"].search(
            [("item_id", "in", items.ids), ("dispute_id.origin", "=", "page")]
        )
        disputable = items._disputable()
        rows = []
        for group in items.grouped(_invoice).values():
            currency = group[0].currency_id
            amount = currency.round(sum(disputable[item] for item in group))
            if group & before.item_id or currency.is_zero(amount):
                continue
            rows.append(
                {
                    "key": str(group[0].id),
                    "name": group[0].name if len(group) == 1 else group.move_id.name,
                    "date_due": group[0].date_due,
                    "items": group,
                    "currency": currency,
                    "amount": amount,
                }
            )
        return rows

    def _page_check_objections(self, coming=0):
        """Check that this debtor may object on its page.

        :param coming: int, of objections that are not being done yet: 1 before the form is shown
        :raises UserError: with what to do instead
        """
        company = self.company_id
        self.env["collection.page.act"]._check_limit(
            self,
            "dispute",
            company._collection_settings().collection_page_disputes - coming,
            self.env._(
                "You have objected as often as is possible here for now. Please write to us about anything else."
            ),
        )

    def _page_object(self, key, amount, reason_id, text, files):
        """Raise what this debtor objects to, and confirm it; to be called in what `collection.page.act._once` does.

        :param key: str, of one of `_page_objectionable`
        :param amount: str as it was typed, in the currency of the invoice; empty: the whole
        :param reason_id: str, id of a reason that is in use
        :param text: str, what the debtor says
        :param files: of `collection.page.file._taken`
        :return: the sentence the debtor is told
        :raises UserError: in words for the debtor, with nothing saved
        """
        case = self._page_open_case()
        self._page_check_objections()
        row = next((row for row in self._page_objectionable() if row["key"] == key), None)
        if not row:
            raise UserError(
                self.env._(
                    "Choose one invoice. One that is paid, or that you objected to before, is not there any more."
                )
            )
        reasons = self.env["collection.dispute.reason"].search([("active", "=", True)])
        reason = reasons.filtered(lambda reason: str(reason.id) == reason_id)
        text = (text or "").replace("\0", "").strip()
        if not reason:
            raise UserError(self.env._("Choose what is wrong."))
        if not text:
            raise UserError(self.env._("Say in your own words what is wrong, so that we can look into it."))
        if len(text) > LONGEST_TEXT:
            raise UserError(self.env._("Your text is too long: at most %s characters.", LONGEST_TEXT))
        amount = self._page_objected_amount(row, amount)
        # what is logged is read by colleagues
        case = case.with_context(lang=case.company_id.partner_id.lang or "en_US")
        disputes = case.env["collection.dispute"]
        dispute = disputes._raise(
            case,
            {item.with_env(case.env): part for item, part in _share(row["items"], amount).items()},
            reason.with_env(case.env),
            description=text,
            user=self._page_looks_into(case, reason),
            attachments=self.env["collection.page.file"]._attach(files, disputes._name).with_env(case.env),
            origin="page",
        )
        return self._page_confirm_objection(dispute, row)

    def _page_objected_amount(self, row, typed):
        """Return the amount objected to; see `_page_object`."""
        currency = row["currency"]
        if not (typed or "").strip():
            return row["amount"]
        try:
            amount = currency.round(float(parse_amount(typed, currency.decimal_places)))
        except ValueError as error:
            raise UserError(
                self.env._("Write the amount in digits, such as %s, or leave it empty.", currency.format(row["amount"]))
            ) from error
        if currency.compare_amounts(amount, 0.0) <= 0 or currency.compare_amounts(amount, row["amount"]) > 0:
            raise UserError(
                self.env._(
                    "Of %(invoice)s you can object to any amount up to %(amount)s. Leave it empty for the whole.",
                    invoice=row["name"],
                    amount=currency.format(row["amount"]),
                )
            )
        return amount

    def _page_looks_into(self, case, reason):
        """Return who looks into an objection: never whoever happens to be logged in where the page is open."""
        settings = self.company_id._collection_settings()
        managers = self.env["collection.dispute"]._managers(self.company_id)
        groups = set(reason._group_ids())
        candidates = [reason.user_id, case.user_id, self.user_id, settings.collection_user_id, *managers.sorted("id")]
        for user in candidates:
            if user.active and groups & set(user.all_group_ids.ids):
                return user
        raise UserError(self.env._("Objections cannot be taken here at the moment. Please write to us."))

    def _page_confirm_objection(self, dispute, row):
        """Confirm to the debtor what was raised, and return it as a sentence."""
        day = self.env["collection.page"]._frame(self, "", self.env.context["lang"])["day"]
        said = self.env._(
            "Your objection to %(amount)s of %(invoice)s is with us. We look into it and answer by %(date)s.",
            amount=row["currency"].format(dispute.amount),
            invoice=row["name"],
            date=day(dispute.deadline),
        )
        lines = [said, self.env._("Until then we do not ask you for this amount.")]
        rest = row["currency"].round(row["amount"] - dispute.amount)
        if not row["currency"].is_zero(rest):
            lines.append(
                self.env._(
                    "The rest of %(invoice)s, %(amount)s, remains to be paid.",
                    invoice=row["name"],
                    amount=row["currency"].format(rest),
                )
            )
        lines += [self.env._("What you wrote:"), dispute.description]
        self._page_confirm(self.env._("We have received your objection"), lines)
        return " ".join(lines[:-2])


def _invoice(item):
    """Return what the instalments of an invoice have in common; other entries are what each of their lines is."""
    move = item.move_id
    return (move._name, move.id) if move.is_invoice(include_receipts=True) else (item._name, item.id)


def _share(items, amount):
    """Return {item: what of it is disputed}: an amount falls on the instalments in their order."""
    amounts = {}
    for item, disputable in items._disputable().items():
        part = item.currency_id.round(min(disputable, amount))
        if not item.currency_id.is_zero(part):
            amounts[item] = part
            amount = item.currency_id.round(amount - part)
    return amounts
