"""The debtor's page at the demo company: from the link in a notice to paid, over HTTP, as a debtor's phone does it."""

import json
import re
import urllib.request
from http.cookiejar import CookieJar

from lxml import html

from demo_claims import claim, sent_emails
from demo_mails import receivers, words
from demo_tell import heading, step

LINK = re.compile(r"/collections/page/[\w-]{32}")


def enable_online_payment(env):
    """Let Odoo's provider for demonstrations take payments: nothing leaves this machine."""
    provider = env.ref("payment.payment_provider_demo").sudo()
    provider.write({"state": "test", "is_published": True})
    env.ref("payment_demo.payment_method_demo").sudo().active = True
    env.cr.commit()


def debtor_pays_online(office, actions, language="ar_001"):
    """Open the page from the link in the notice of somebody who reads a language, pay what is overdue, and be thanked.

    :param actions: the e-mails of the day
    :return: customer number of who paid
    """
    env = office.env
    heading("A debtor opens the link")
    action = max(
        (
            one
            for one in sent_emails(actions)
            if one.partner_id.lang == language and one.case_id.state == "open" and len(one.line_ids.currency_id) == 1
        ),
        key=lambda one: one.amount,
    )
    partner, case = action.partner_id, action.case_id
    enable_online_payment(env)
    with step("the notice") as said:
        [message] = [
            message for message in office.mailbox.messages()
            if action._address().email in receivers(message) and LINK.search(words(message))
        ][-1:]  # fmt: skip
        path = LINK.search(words(message)).group()
        said.append(f"to {partner.ref}, {env['res.lang']._lang_get(language).name}")
    phone = Phone(office.server.url)
    with step("the page") as said:
        page = phone.open(path)
        owed = sum(case.open_item_ids.mapped("amount_claim"))
        said.append(f"{len(page)} bytes")
    numbers = case.open_item_ids.filtered("is_open").mapped("name")
    claim("the page names each open invoice", [number for number in numbers if number not in page])
    claim(
        "the page is in the language of the notice",
        html.fromstring(page).get("lang") == language.replace("_", "-"),
    )
    with step("pay what is overdue") as said:
        reference = phone.pay(path, page)
        # what the server has written since
        env.cr.commit()
        env.invalidate_all()
        checkout = env["collection.checkout"].search([("reference", "=", reference)])
        said.append(f"{checkout.currency_id.name} {checkout.amount:,.2f} of {owed:,.2f}, {reference}")
    claim("what was paid is what was overdue after credits", checkout.currency_id.is_zero(checkout.amount_left))
    claim("nothing is overdue any more", case.open_item_ids.filtered(lambda item: item.status == "overdue"))
    with step("thank you") as said:
        env["mail.mail"].sudo().process_email_queue()
        env.cr.commit()
        thanks = [message for message in office.mailbox.messages() if reference in words(message)]
        said.append(f"{len(thanks)} message")
    claim("the debtor was thanked once", len(thanks) == 1)
    return partner.ref


def links_to_open(env, languages=("en_US", "ar_001")):
    """Return [(language, address)] of pages of debtors who still owe something, one for each language."""
    cases = env["collection.case"].search([("state", "=", "open"), ("amount_overdue", ">", 0)], order="amount_due desc")
    links = []
    for language in languages:
        for case in cases.filtered(lambda one, language=language: one.partner_id.lang == language)[:1]:
            links.append((env["res.lang"]._lang_get(language).name, case.debtor_id.sudo()._page_url()))
    return links


class Phone:
    """A browser without scripts: it opens pages, and sends what Odoo's payment form would."""

    def __init__(self, url):
        self.url = url
        self.browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def open(self, path):
        """Return the page at a path."""
        with self.browser.open(self.url + path, timeout=60) as answer:
            return answer.read().decode()

    def call(self, path, **params):
        """Return what a JSON route answers."""
        body = json.dumps({"jsonrpc": "2.0", "method": "call", "params": params}).encode()
        wanted = urllib.request.Request(self.url + path, body, {"Content-Type": "application/json"})
        with self.browser.open(wanted, timeout=60) as answer:
            said = json.load(answer)
        if "error" in said:
            raise AssertionError(said["error"]["data"]["message"])
        return said.get("result")

    def pay(self, path, page):
        """Pay what is overdue with the provider for demonstrations; return the reference of the payment."""
        [choose, *_others] = html.fromstring(page).xpath("//a[contains(@href, 'what=now')]/@href")
        [form] = html.fromstring(self.open(choose)).xpath("//form[@id='o_payment_form']")
        [method] = form.xpath(".//input[@name='o_payment_radio' and @data-provider-code='demo']")[:1]
        begun = self.call(
            form.get("data-transaction-route"),
            provider_id=int(method.get("data-provider-id")),
            payment_method_id=int(method.get("data-payment-option-id")),
            token_id=None,
            amount=float(form.get("data-amount")),
            flow="direct",
            tokenization_requested=False,
            landing_route=form.get("data-landing-route"),
            is_validation=False,
            access_token=form.get("data-access-token"),
        )
        self.call(
            "/payment/demo/simulate_payment",
            reference=begun["reference"],
            payment_details="1234",
            simulated_state="done",
        )
        self.open("/payment/status")
        ended = self.call("/payment/status/poll")
        self.open(ended["landing_route"])
        return begun["reference"]
