"""What the stories of the page's main part share."""

from lxml import html

from .common_page import PageCommon


class SeeCommon(PageCommon):
    def _glance(self, debtor):
        """Return what the page says at a glance: (heading, [to pay now, per currency], {words: amounts})."""
        page = html.fromstring(self._get(debtor).text)
        section = page.get_element_by_id("page_glance")
        words = [" ".join(term.text_content().split()) for term in section.iter("dt")]
        amounts = [self._plain(detail.text_content()) for detail in section.iter("dd")]
        facts = {}
        for word, amount in zip(words, amounts, strict=True):
            facts.setdefault(word, []).append(amount)
        pay = [self._plain(big.text_content()) for big in section.find_class("big")]
        return " ".join(section.find("h2").text_content().split()), pay, facts

    def _items(self, debtor, **query):
        """Return [(number, amount, [badges], text)] of the items listed."""
        page = html.fromstring(self._get(debtor, **query).text)
        return [
            (
                item.find(".//h3").text_content().strip(),
                self._plain(item.find_class("amount")[0].text_content()),
                [badge.text_content() for badge in item.find_class("badge")],
                self._plain(" ".join(item.text_content().split())),
            )
            for item in page.get_element_by_id("page_items")
        ]

    def _plain(self, amount):
        return amount.replace("\N{NO-BREAK SPACE}", " ").replace("\N{ZERO WIDTH NO-BREAK SPACE}", "").strip()
