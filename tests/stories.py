"""Snippets that set a scene in Odoo: debtors with invoices past due, a batch that is approved."""

DEBTORS = """
from datetime import timedelta
from odoo import Command, fields

def day(days):
    return fields.Date.today() + timedelta(days=days)

def debtor(name, **values):
    slug = name.lower().replace(" ", ".")
    return env["res.partner"].create({"name": name, "is_company": True, "email": f"{slug}@example.com", **values})

def invoice(partner, amount, days_late, **values):
    move = env["account.move"].create({
        "move_type": "out_invoice", "partner_id": partner.id, "invoice_date": day(-days_late - 30),
        "invoice_date_due": day(-days_late), "invoice_payment_term_id": False,
        "invoice_line_ids": [Command.create({"name": "Goods", "price_unit": amount, "tax_ids": []})], **values})
    move.action_post()
    return move

def pay(move):
    env["account.payment.register"].with_context(active_model="account.move", active_ids=move.ids).create(
        {})._create_payments()

def user(name, *groups, **values):
    login = name.lower()
    return env["res.users"].with_context(no_reset_password=True).create({
        "name": name, "login": login, "password": login,
        "group_ids": [Command.set([env.ref(group).id for group in groups])], **values})

company = env.ref("base.main_company")
"""

APPROVED = (
    DEBTORS
    + """
for number in range(count):
    invoice(debtor(f"Debtor {number:02}"), 100 + number, 5)
env["collection.case"]._assess(company)
run = env["collection.run"].create({})
run.action_propose()
run.action_approve()
run.state = "sending"
result = run.action_ids.ids
"""
)

DISPATCH = """
env["collection.action"]._dispatch(env.ref("base.main_company"))
"""

STATES = """
result = {
    "actions": {a.partner_id.name: a.state for a in env["collection.action"].search([])},
    "mails": sorted(env["mail.mail"].search([("collection_action_id", "!=", False)]).mapped("state")),
    "log": {c.partner_name: c.outcome for c in env["collection.contact"].search([], order="id")},
    "reasons": {a.partner_id.name: a.outcome for a in env["collection.action"].search([])},
    "levels": {i.debtor_id.name: i.level_id.name for i in env["collection.item"].search([])},
    "chain": env["collection.contact"].search([])._verify_chain().ids,
}
"""
