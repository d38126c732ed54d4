"""What is missing to reach a debtor and to claim from it, who can fill it in, and whom nothing reaches at all."""

from collections import namedtuple

from odoo import api, fields, models
from odoo.tools import SQL, format_list

# kind: what is missing; text: in words; user: who can fill it in; record: whose form is opened for it
Missing = namedtuple("Missing", "kind text user record")
# how much of it the case itself names
SHOWN = 6


class CollectionCase(models.Model):
    _inherit = "collection.case"

    missing_text = fields.Text(
        string="Missing", compute="_compute_missing_text", help="What is missing to reach the debtor and to claim."
    )
    unreachable = fields.Boolean(
        string="Cannot Be Reached",
        compute="_compute_unreachable",
        search="_search_unreachable",
        help="No address, number or profile is known that can be used.",
    )

    @api.depends("debtor_id.preference_ids", "open_item_ids")
    def _compute_missing_text(self):
        for case in self:
            missing = case._missing() if case.state == "open" else []
            lines = [one.text for one in missing]
            if len(lines) > SHOWN:
                lines[SHOWN:] = [self.env._("And %s more.", len(lines) - SHOWN)]
            case.missing_text = "\n".join(lines) or False

    def _missing(self):
        """Return [Missing]: what is missing to reach the debtor of this case and to claim what is overdue."""
        self.ensure_one()
        case = self.sudo()  # sudo: who may see the case is told what is missing, not what its contact or invoices say
        overdue = case.open_item_ids.filtered(lambda item: item.status == "overdue")
        moves = overdue.move_id.filtered(lambda move: move.is_sale_document())
        company = case.company_id._collection_settings()
        collector = case.user_id or company.collection_user_id or self.env.user
        seller = next((user for user in moves.sorted("invoice_date_due").invoice_user_id if user.active), collector)
        return [
            *case._missing_addresses(seller),
            *case._missing_about_debtor(collector),
            *case._missing_papers(moves, overdue, company, seller, collector),
        ]

    def _missing_addresses(self, seller):
        """Return [Missing] of what is needed to write to the debtor and to call it."""
        partner, debtor, missing = self.partner_id, self.debtor_id, []
        if not partner:
            return missing
        if debtor.legal_status and not debtor.representative_id:
            text = self.env._("It is not known who represents the debtor: nobody can be written to.")
            return [Missing("representative", text, seller, debtor)]
        for channel, kind in (("email", "email"), ("call", "phone"), ("letter", "post")):
            if debtor.legal_status and channel not in self.env["collection.channel"]._to_representatives():
                continue
            address = partner._collections_address(channel, self.company_id)
            known = address._collections_reachable(channel)
            if known and not debtor._refuses(channel, address):
                continue
            text = self._missing_words(kind, address, known)
            missing.append(Missing(kind, text, seller, address))
        return missing

    def _missing_words(self, kind, address, known):
        """Return in words what is missing of an address.

        :param kind: "email", "phone" or "post"
        :param known: bool, there is one, which is refused or does not reach the debtor
        """
        if kind == "email":
            if known or address.email_normalized:
                return self.env._("The e-mail address %s cannot be used: refused, blocked or bounced.", address.email)
            if address.email:
                return self.env._("“%s” is not an e-mail address.", address.email)
            return self.env._("There is no e-mail address.")
        if kind == "phone":
            if known:
                return self.env._("The number %s cannot be used: refused, or not the debtor's.", address.phone)
            return self.env._("There is no phone number.")
        if known:
            return self.env._("Letters are refused, or came back.")
        parts = []
        if not address.street:
            parts.append(self.env._("street"))
        if not address.city and not address.zip:
            parts.append(self.env._("city or postcode"))
        return self.env._("The postal address is incomplete: %s is missing.", format_list(self.env, parts))

    def _missing_about_debtor(self, collector):
        """Return [Missing] of what one has to know of the debtor to write well and at a good time."""
        partner, missing = self.partner_id, []
        if partner and not partner.lang:
            missing.append(
                Missing("lang", self.env._("It is not known which language to write in."), collector, partner)
            )
        has_rules = self.env["collection.contact.rule"].search_count([], limit=1)
        if partner and has_rules and not (self.debtor_id.tz or partner.tz or partner.country_id):
            text = self.env._("Neither country nor time zone is known: the contact rules go by the company's time.")
            missing.append(Missing("zone", text, collector, partner))
        return missing

    def _missing_papers(self, moves, overdue, company, seller, collector):
        """Return [Missing] of what a debtor, or a court, asks to see.

        :param moves: account.move, the invoices overdue
        :param overdue: collection.item
        """
        missing = []
        without = moves.filtered(lambda move: not move.invoice_pdf_report_id)
        if without:
            text = self.env._("No PDF is kept of %s.", format_list(self.env, without.mapped("name")))
            accountant = without.create_uid[:1].filtered("active") or collector
            missing.append(Missing("pdf", text, accountant, without[:1]))
        if company.collection_require_proof:
            unproven = overdue.filtered(lambda item: item.move_id in moves and not item.proof_ids)
            missing += [
                Missing("proof", self.env._("No proof of delivery of %s.", item.name), seller, item)
                for item in unproven.sorted("date_due")
            ]
        return missing

    def action_missing(self):
        """Show what is missing, to open what has to be filled in or to ask whoever can."""
        self.ensure_one()
        self._check_may_work()
        wizard = self.env["collection.missing"].create({"case_id": self.id})
        return wizard._show()

    def _compute_unreachable(self):
        unreachable = self.browse(self._unreachable_ids(SQL("c.id = ANY(%s)", self.ids)))
        for case in self:
            case.unreachable = case in unreachable

    @api.model
    def _search_unreachable(self, operator, value):
        if operator not in ("in", "not in"):
            return NotImplemented
        wanted = (operator == "in") == (True in value)
        return [("id", "in" if wanted else "not in", self._unreachable_ids(SQL("true")))]

    @api.model
    def _unreachable_ids(self, condition):
        """Return the ids of open cases whose debtors no address, number or profile reaches; in one statement.

        :param condition: SQL on `c`, which cases
        """
        actions = self.env["collection.action"]
        actions._prepare_reach()
        self.flush_model(["state", "debtor_id", "partner_id"])
        media = self.env["collection.channel"]._media()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT who.id
                  FROM (SELECT c.id, c.partner_id, debtor.id AS debtor_id,
                               CASE WHEN debtor.legal_status IS NOT NULL THEN debtor.representative_id END
                                   AS representative_id
                          FROM collection_case c
                          JOIN collection_debtor debtor ON debtor.id = c.debtor_id
                         WHERE c.state = 'open' AND %(condition)s) who
                 WHERE NOT EXISTS (
                       SELECT
                         FROM res_partner a
                   CROSS JOIN LATERAL (VALUES %(known)s) address (medium, is_known, key)
                         JOIN unnest(%(codes)s::text[], %(media)s::text[]) channel (code, medium)
                           ON channel.medium = address.medium
                        WHERE address.is_known AND %(is_address)s AND NOT (%(refusal)s))
                """,
                condition=condition,
                known=actions._known_addresses(),
                codes=list(media),
                media=list(media.values()),
                is_address=actions._is_address_of("who"),
                refusal=actions._refusal("who"),
            )
        )
        return [case_id for (case_id,) in rows]
