"""Who tries links that were never made: counted by network address, and made to wait.

A link holds 80 random bits and a signature: nobody finds one by trying. What is limited is the noise, and that somebody
tries at all is in the server's log.
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

    address = fields.Char(required=True, help="A network address; of IPv6 the 64 bits that are one household's.")
    since = fields.Datetime(required=True)
    number = fields.Integer(required=True)

    _address_uniq = models.Constraint("UNIQUE(address)", "An address is counted once.")

    @api.model
    def _network(self, address):
        """Return the address that is counted: whoever has one IPv6 address has 2^64 of them."""
        try:
            ip = ipaddress.ip_address(address or "")
        except ValueError:
            return "?"
        return str(ipaddress.ip_network((ip, 64), strict=False)) if ip.version == 6 else str(ip)

    @api.model
    def _is_limited(self, address):
        """Tell whether an address has tried too many wrong links of late.

        :param address: str, as the request came from
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT FROM collection_page_guess
                 WHERE address = %s AND number >= %s AND since > (now() AT TIME ZONE 'UTC') - make_interval(mins => %s)
                """,
                self._network(address),
                MOST,
                MINUTES,
            )
        )
        return bool(rows)

    @api.model
    def _count(self, address):
        """Count a wrong link; the last that is let pass is told to the server's log."""
        network = self._network(address)
        [(number,)] = self.env.execute_query(
            SQL(
                """
                INSERT INTO collection_page_guess AS guess (address, since, number)
                     VALUES (%(address)s, now() AT TIME ZONE 'UTC', 1)
                ON CONFLICT (address) DO UPDATE
                        SET number = CASE WHEN guess.since > %(begin)s THEN guess.number + 1 ELSE 1 END,
                            since = CASE WHEN guess.since > %(begin)s THEN guess.since ELSE EXCLUDED.since END
                  RETURNING number
                """,
                address=network,
                begin=SQL("(now() AT TIME ZONE 'UTC') - make_interval(mins => %s)", MINUTES),
            )
        )
        if number == MOST:
            _logger.warning(
                "Collections: %s has tried %s links to debtors' pages that were never made; it waits", network, number
            )

    @api.autovacuum
    def _gc_guesses(self):
        """Forget who has not tried for a day."""
        self.env.cr.execute(
            "DELETE FROM collection_page_guess WHERE since < (now() AT TIME ZONE 'UTC') - interval '1 day'"
        )
