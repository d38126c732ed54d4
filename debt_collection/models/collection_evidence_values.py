"""What an evidence file says of a case, as plain values in the language of the file."""

from functools import cache

import pytz
from odoo import models
from odoo.tools import SQL, format_amount, format_date, format_datetime

from ..tools.text import filled_lines


class CollectionCase(models.Model):
    _inherit = "collection.case"

    def _evidence_values(self, annexes):
        """Return what the templates of the evidence file show; the language is that of the context.

        :param annexes: of `_evidence_annexes`
        """
        self.ensure_one()
        language = self.env.lang or "en_US"
        company, debtor = self.company_id, self.partner_id
        direction = self.env["res.lang"]._get_data(code=language).direction
        zone = company.partner_id.tz or company.resource_calendar_id.tz or "UTC"
        entries = self.contact_ids.sorted("seq")
        return {
            "lang": language,
            "direction": direction,
            "start": "right" if direction == "rtl" else "left",
            "end": "left" if direction == "rtl" else "right",
            "title": self.env._("Evidence file, case %s", self.id),
            "o": self,
            "company": company,
            "debtor": debtor,
            "debtor_name": debtor.name or self.debtor_id.name,
            "company_lines": filled_lines(company.partner_id._display_address(without_company=True)),
            "debtor_lines": filled_lines(debtor._display_address(without_company=True)) if debtor else [],
            "today": self._today(),
            # a long header does not run over what stands at the top, as on letters
            "margin_top": self.env["collection.action"].with_company(company)._letter_top()["margin"] + 6,
            "zone": zone,
            "money": lambda amount, currency: format_amount(self.env, amount, currency, lang_code=language),
            "day": cache(lambda date: format_date(self.env, date, lang_code=language)),
            "moment": lambda moment: format_datetime(self.env, moment, tz=_zone(zone), lang_code=language),
            "summary": self._evidence_summary(entries),
            "items": self._evidence_items(),
            "entries": self._evidence_entries(entries, annexes),
            "commitments": self._evidence_commitments(),
            "annexes": annexes,
            "verification": self._evidence_verification(entries),
            "last_seq": entries[-1:].seq,
        }

    def _label(self, record, field):
        return dict(record._fields[field]._description_selection(self.env)).get(record[field], record[field] or "")

    def _evidence_summary(self, entries):
        """Return [(what, in words)]: the case in a few lines."""
        day = lambda date: format_date(self.env, date)  # noqa: E731
        rows = [
            (self.env._("State"), self._label(self, "stage")),
            (self.env._("Opened on"), day(self.date_open)),
        ]
        if self.state == "closed":
            closed = " · ".join(filter(None, [day(self.date_close), self._label(self, "close_reason")]))
            rows.append((self.env._("Closed on"), closed))
        rows += [
            (self.env._("Total open"), self.currency_id.format(self.amount_due)),
            (self.env._("Overdue"), self.currency_id.format(self.amount_overdue)),
            (self.env._("Disputed"), self.currency_id.format(self.amount_disputed)),
            (self.env._("Credits not applied"), self.currency_id.format(self.amount_credit)),
            (self.env._("Level reached"), self.level_id.name or "–"),
            (self.env._("Collector"), self.user_id.name or "–"),
            (self.env._("Entries in the log"), str(len(entries))),
        ]
        return rows

    def _evidence_items(self):
        """Return one dict per item: its numbers and dates, what has settled it and when, what is open."""
        items = self.item_ids.sorted(lambda item: (item.date_due, item.id))
        settled = self._evidence_settled(items)
        return [
            {
                "name": item.name,
                "date_invoice": item.date_invoice,
                "date_due": item.date_due,
                "currency": item.currency_id,
                "original": item.amount_original,
                "settled": settled.get(item.id, []),
                # of a line that accounting has replaced or deleted, what was known of it last
                "open": item.move_line_id.amount_residual_currency if item.move_line_id else item.amount_currency,
                "level": item.level_id.name,
                "level_date": item.level_date,
            }
            for item in items
        ]

    def _evidence_settled(self, items):
        """Return {item id: [{"date", "amount" (positive, in the item's currency), "what" (in words)}]}."""
        if not items:
            return {}
        self.env.flush_all()
        ids = SQL("(SELECT unnest(%s::int[]))", items.ids)
        rows = self.env.execute_query_dict(
            SQL(
                "WITH %s SELECT item_id, date, amount_currency, is_payment FROM settled ORDER BY date, item_id",
                self.env["collection.ledger"]._settled_cte(ids),
            )
        )
        result = {}
        for row in rows:
            what = self.env._("Payment") if row["is_payment"] else self.env._("Credit note, write-off or other entry")
            result.setdefault(row["item_id"], []).append(
                {"date": row["date"], "amount": float(row["amount_currency"]), "what": what}
            )
        return result

    def _evidence_entries(self, entries, annexes):
        """Return one dict per entry of the log, in its order."""
        numbers = {}
        for annex in annexes:
            for seq in annex["entries"]:
                numbers.setdefault(seq, []).append(annex["number"])
        return [
            {
                "seq": entry.seq,
                "date": entry.date,
                "channel": self._label(entry, "channel"),
                "direction": self._label(entry, "direction"),
                "outcome": self._label(entry, "outcome"),
                "who": entry.user_name,
                "address": entry.address,
                "summary": entry.summary,
                "cost": entry.cost,
                "corrects": entry.corrects_seq,
                "annexes": numbers.get(entry.seq, []),
                # what was sent is shown as it was sent, among the annexes
                "words": "" if entry.seq in numbers else (entry.text_ids.body or "").strip(),
            }
            for entry in entries
        ]

    def _evidence_paid(self, agreed):
        """Return what came of a promise or a plan, in words."""
        return self.env._(
            "%(state)s; paid %(amount)s",
            state=self._label(agreed, "state"),
            amount=agreed.currency_id.format(agreed.amount_paid),
        )

    def _evidence_commitments(self):
        """Return [{"date", "what", "outcome"}] of what was agreed, disputed, charged and given up, by date."""
        rows = [
            {
                "date": promise.date_made,
                "what": promise._name_of(self.env),
                "outcome": self._evidence_paid(promise),
            }
            for promise in self.promise_ids
        ]
        rows += [
            {
                "date": plan.date_start,
                "what": self.env._(
                    "Payment plan %(name)s of %(amount)s: %(instalments)s",
                    name=plan.name,
                    amount=plan.currency_id.format(plan.amount_total),
                    instalments=", ".join(
                        f"{format_date(self.env, line.date)} {plan.currency_id.format(line.amount)}"
                        for line in plan.line_ids
                    ),
                ),
                "outcome": self._evidence_paid(plan),
            }
            for plan in self.plan_ids
        ]
        rows += [
            {
                "date": dispute.date_open,
                "what": self.env._(
                    "Dispute of %(amount)s: %(reason)s",
                    amount=dispute.currency_id.format(dispute.amount),
                    reason=": ".join(filter(None, [dispute.reason_id.name, dispute.description])),
                ),
                "outcome": ": ".join(filter(None, [self._label(dispute, "state"), dispute.resolution])),
            }
            for dispute in self.dispute_ids
        ]
        return sorted(rows + self._evidence_charges(), key=lambda row: row["date"])

    def _evidence_charges(self):
        """Return the rows of interest and compensation that were invoiced, and of what was written off."""
        charges = self.env["collection.interest.charge"].search([("item_id", "in", self.item_ids.ids)])
        rows = [
            {
                "date": charge.move_id.invoice_date or charge.date_to or charge.item_id.date_due,
                "what": self.env._(
                    "%(kind)s of %(amount)s on %(item)s",
                    kind=self._label(charge, "kind"),
                    amount=charge.currency_id.format(charge.amount),
                    item=charge.item_id.name,
                ),
                "outcome": charge.move_id.name if charge.live and charge.move_id else self.env._("Withdrawn"),
            }
            for charge in charges
        ]
        lines = self.env["collection.write.off.line"].search([("item_id", "in", self.item_ids.ids)])
        rows += [
            {
                "date": line.write_off_id.date,
                "what": self.env._(
                    "Write-off %(name)s of %(amount)s on %(item)s",
                    name=line.write_off_id.name,
                    amount=line.currency_id.format(line.amount),
                    item=line.name,
                ),
                "outcome": self._label(line.write_off_id, "state"),
            }
            for line in lines
        ]
        return rows

    def _evidence_verification(self, entries):
        """Return whether the log verifies, entry by entry and against its seals.

        :return: {"count", "broken" (numbers of the entries that do not verify), "seal" (the last that covers the case),
            "sealed_seq" (the last entry it covers), "disagreements" (in words)}
        """
        broken = entries._verify_chain() if entries else entries
        heads = self.env["collection.seal.head"].search([("case_id", "=", self.id)], order="seq desc")
        rows = self.env["collection.seal"]._disagreements(
            SQL(
                """
                SELECT head.case_id, head.seq, head.hash, seal.date
                  FROM collection_seal_head head
                  JOIN collection_seal seal ON seal.id = head.seal_id
                 WHERE head.case_id = %s
                """,
                self.id,
            )
        )
        return {
            "count": len(entries),
            "broken": sorted(broken.mapped("seq")),
            "seal": heads[:1].seal_id,
            "sealed_seq": heads[:1].seq,
            "disagreements": [self.env["collection.seal"]._in_words(row) for row in rows],
        }


def _zone(name):
    return name if name in pytz.all_timezones_set else "UTC"
