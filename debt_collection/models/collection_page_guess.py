"""Who tries links that were never made: counted by network address, and made to wait.

A link holds 80 random bits and a signature: nobody finds one by trying. What is limited is the noise, and that somebody
tries at all is in the server's log. The address is the one the request comes from: behind a proxy of one's own that is
the proxy's for everybody, unless Odoo runs with `proxy_mode`.
"""

import ipaddress
import logging

from odoo import api, fields, models
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

MOST = 20  # wrong links from one address
MINUTES = 10


class CollectionPageGuess(models.Model):
    _name = "collection.page.guess"
    _description = "Wrong Links Tried"
    _log_access = False

    # a row each, never written again: workers that count at the same moment do not wait for each other, nor fail
    address = fields.Char(required=True, help="A network address; of IPv6 the 64 bits that are one household's.")
    date = fields.Datetime(required=True)
    told = fields.Boolean(required=True, help="No link: the server's log was told that this address has to wait.")

    _address_date_idx = models.Index("(address, date)")

    @api.model
    def _network(self, address):
        """Return the address that is counted: whoever has one IPv6 address has 2^64 of them."""
        try:
            ip = ipaddress.ip_address(address or "")
        except ValueError:
            return "?"
        if ip.version == 6 and ip.ipv4_mapped:
            # of a server that listens to both: those are many households
            ip = ip.ipv4_mapped
        return str(ipaddress.ip_network((ip, 64), strict=False)) if ip.version == 6 else str(ip)

    @api.model
    def _is_limited(self, address):
        """Tell whether an address has tried too many wrong links of late; the server's log is told so once.

        :param address: str, as the request came from
        """
        network = self._network(address)
        [(number, told)] = self.env.execute_query(
            SQL(
                """
                SELECT count(*) FILTER (WHERE NOT told), bool_or(told)
                  FROM collection_page_guess
                 WHERE address = %s AND date > (now() AT TIME ZONE 'UTC') - make_interval(mins => %s)
                """,
                network,
                MINUTES,
            )
        )
        if number >= MOST and not told:
            self._add(network, told=True)
            _logger.warning(
                "Collections: %s has tried %s links to debtors' pages that were never made; it waits", network, number
            )
        return number >= MOST

    @api.model
    def _count(self, address):
        """Count a wrong link.

        :param address: str, as the request came from
        """
        self._add(self._network(address), told=False)

    @api.model
    def _add(self, network, told):
        self.env.cr.execute(
            SQL(
                "INSERT INTO collection_page_guess (address, date, told) VALUES (%s, now() AT TIME ZONE 'UTC', %s)",
                network,
                told,
            )
        )

    @api.autovacuum
    def _gc_guesses(self):
        """Forget who has not tried for a day."""
        self.env.cr.execute(
            "DELETE FROM collection_page_guess WHERE date < (now() AT TIME ZONE 'UTC') - interval '1 day'"
        )
