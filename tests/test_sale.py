"""The bridge to Odoo's sales: it comes by itself, warns on a quotation, and asks a manager who presses Confirm."""

import http.cookiejar
import json
import urllib.request

import pytest

import stories
from odoo_process import sql

# a customer who owes 1,000.00, a salesman, a collections manager who sells too, and quotations
SHOP = (
    stories.DEBTORS
    + """
company.write({"collection_credit_amount": 500, "collection_credit_block": True})
customer = debtor("Deco Addict")
invoice(customer, 1000, 12)
env["collection.case"]._assess(company)
for login, groups in (
    ("sam", "sales_team.group_sale_salesman_all_leads"),
    ("mia", "sales_team.group_sale_salesman_all_leads,debt_collection.group_collection_manager"),
):
    env["res.users"].create({
        "name": login, "login": login, "password": login,
        "group_ids": [Command.set([env.ref(group).id for group in groups.split(",")])]})
product = env["product.product"].create({"name": "Desk", "type": "service"})

def quotation(partner):
    return env["sale.order"].create(
        {"partner_id": partner.id, "order_line": [Command.create({"product_id": product.id, "price_unit": 10})]})

orders = quotation(customer) | quotation(customer) | quotation(debtor("Good Customer"))
result = {"ids": orders.ids, "warnings": orders.with_user(env["res.users"].search([("login", "=", "sam")])).mapped(
    "partner_credit_warning")}
"""
)


@pytest.fixture
def database(new_database):
    return new_database("sale")


class Client:
    """What the web client says to the server."""

    def __init__(self, url, login):
        self.url = url
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
        database = self("/web/database/list")[0]
        self("/web/session/authenticate", db=database, login=login, password=login)

    def __call__(self, route, **params):
        body = json.dumps({"jsonrpc": "2.0", "method": "call", "params": params}).encode()
        request = urllib.request.Request(f"{self.url}{route}", body, {"Content-Type": "application/json"})
        with self.opener.open(request, timeout=60) as answer:
            told = json.load(answer)
        if "error" in told:
            raise PermissionError(told["error"]["data"]["message"])
        return told["result"]

    def press(self, model, method, record_id):
        return self("/web/dataset/call_button", model=model, method=method, args=[[record_id]], kwargs={})

    def write(self, model, record_id, **values):
        return self("/web/dataset/call_kw", model=model, method="write", args=[[record_id], values], kwargs={})


def state(database, order):
    return sql(database, f"SELECT state FROM sale_order WHERE id = {order}")[0][0]


def test_an_order_of_a_customer_in_collections_takes_a_manager_and_a_reason(database, odoo_shell, odoo_server):
    # the bridge came by itself: the template was made by installing sale
    assert sql(database, "SELECT state FROM ir_module_module WHERE name = 'debt_collection_sale'") == [["installed"]]
    shop = odoo_shell(SHOP)
    owed, again, good = shop["ids"]
    warned, _again, fine = shop["warnings"]
    assert "Deco Addict is in collections" in warned
    assert not fine

    server = odoo_server()
    sam = Client(server.url, "sam")
    with pytest.raises(PermissionError, match="A collections manager can confirm, with a reason"):
        sam.press("sale.order", "action_confirm", owed)
    assert state(database, owed) == "draft"
    sam.press("sale.order", "action_confirm", good)
    assert state(database, good) == "sale"

    mia = Client(server.url, "mia")
    question = mia.press("sale.order", "action_confirm", owed)
    assert (question["res_model"], state(database, owed)) == ("collection.credit.override", "draft")
    with pytest.raises(PermissionError, match="Say why"):
        mia.press(question["res_model"], "action_confirm", question["res_id"])
    mia.write(question["res_model"], question["res_id"], reason="Pays in advance")
    mia.press(question["res_model"], "action_confirm", question["res_id"])
    assert state(database, owed) == "sale"
    logged = sql(database, "SELECT summary, user_name FROM collection_contact")
    assert [(summary.partition(" ")[2], name) for summary, name in logged] == [
        ("confirmed all the same: Pays in advance", "mia")
    ]

    # what is not a person's press of that button goes on as always: another program, a payment, the portal
    odoo_shell("env['sale.order'].browse(order).action_confirm()", order=again)
    assert state(database, again) == "sale"


def test_uninstalling_sales_takes_the_bridge_along_and_leaves_collections(database, odoo_shell):
    odoo_shell(SHOP)
    odoo_shell('env["ir.module.module"].search([("name", "=", "sale")]).button_immediate_uninstall()')
    assert sql(
        database, "SELECT name, state FROM ir_module_module WHERE name LIKE 'debt_collection%' AND state = 'installed'"
    ) == [["debt_collection", "installed"]]
    assert odoo_shell('result = env["collection.case"].search([]).mapped("stage")') == ["new"]
