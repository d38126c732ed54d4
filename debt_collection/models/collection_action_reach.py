"""By which channel a step reaches a debtor: what the level wants, what takes over, and why.

How it works. Of each debtor is found what can be used: the channels for which an address is known and which neither
the debtor has refused nor a mark rules out. Thousands of debtors have the same few combinations of level, usable,
preferred and failed channels; each combination is resolved once. `resolved` is asked when a step is proposed, and again
when a channel has failed, so that both give the same answer.
"""

import json

from odoo import api, models
from odoo.tools import SQL

# as a person would go on where a level names no fallbacks of its own
USUAL = ("email", "letter", "call")
# a call that nobody knows the number for: the last resort, which goes to a person
NO_NUMBER = "call:no_number"


class CollectionAction(models.Model):
    _inherit = "collection.action"

    # whom a channel has failed to reach is looked up for each case that is proposed for
    _failed = models.Index("(case_id) WHERE state = 'failed'")

    @api.model
    def _reach_conditions(self):
        """Return {medium: SQL condition on the contact `a`}: an address is known by which that medium reaches."""
        return {
            "email": SQL(
                """
                a.email_normalized IS NOT NULL
                AND NOT EXISTS (SELECT FROM mail_blacklist b WHERE b.email = a.email_normalized AND b.active)
                """
            ),
            "post": SQL("coalesce(a.street, '') != '' AND (coalesce(a.city, '') != '' OR coalesce(a.zip, '') != '')"),
            "phone": SQL("coalesce(a.phone, '') != ''"),
            "profile": SQL("false"),
        }

    @api.model
    def _reach_keys(self):
        """Return {medium: SQL of the key of the address of the contact `a`}, as preferences compare it."""
        return {
            "email": SQL("a.email_normalized"),
            "phone": SQL(
                "right(regexp_replace(translate(a.phone, %s, %s), '[^0-9]', '', 'g'), 9)",
                "٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹",
                "01234567890123456789",
            ),
        }

    @api.model
    def _known_addresses(self):
        """Return the SQL of VALUES (medium, whether it is known, key), a row a medium, of the contact `a`."""
        keys = self._reach_keys()
        return SQL(", ").join(
            SQL("(%s, %s, %s)", medium, condition, keys.get(medium, SQL("NULL")))
            for medium, condition in self._reach_conditions().items()
        )

    @api.model
    def _is_address_of(self, debtor):
        """Return the SQL condition on the contact `a`: whoever writes to a debtor may write there.

        :param debtor: str, alias of rows with partner_id and representative_id
        """
        return SQL(
            """
            a.active
            AND (a.id = %(debtor)s.representative_id
                 OR (%(debtor)s.representative_id IS NULL
                     AND a.commercial_partner_id = %(debtor)s.partner_id
                     AND (a.id = %(debtor)s.partner_id OR a.type IN ('collections', 'invoice'))))
            """,
            debtor=SQL.identifier(debtor),
        )

    @api.model
    def _refusal(self, debtor):
        """Return the SQL condition on `channel` (code) and `address` (key): not to be used for a debtor.

        :param debtor: str, alias of rows with debtor_id and representative_id
        """
        return SQL(
            """
            (%(debtor)s.representative_id IS NOT NULL AND channel.code != ALL(%(in_writing)s))
            OR EXISTS (SELECT
                         FROM collection_channel_preference p
                        WHERE p.debtor_id = %(debtor)s.debtor_id
                          AND p.kind != 'preferred'
                          AND coalesce(p.channel = channel.code, true)
                          AND (p.address_key IS NULL OR p.address_key = address.key))
            """,
            debtor=SQL.identifier(debtor),
            in_writing=self.env["collection.channel"]._to_representatives(),
        )

    @api.model
    def _chains(self):
        """Return [(level id, wanted channel, its medium, is it the level's first, channel, its medium, what it needs)]:
        for each channel of each level what may carry it, the best first."""
        channels = self.env["collection.channel"]
        media = channels._media()
        # sudo: levels of every company are settings, read to know what follows on what
        levels = self.env["collection.level"].sudo().search([("active", "=", True)])
        active = set(channels.search([("active", "=", True)]).mapped("code"))
        rows = []
        for level in levels:
            wanted = [channel.code for channel in level.channels.sorted() if channel.active]
            own = [fallback.channel_id.code for fallback in level.fallback_ids]
            for place, code in enumerate(wanted):
                # a call that nobody has a number for stays one, unless the level says otherwise
                followers = own or (USUAL if code != "call" else ())
                carriers = dict.fromkeys([code, *(follower for follower in followers if follower in active)])
                needs = [(carrier, carrier) for carrier in carriers]
                if "call" in active and (not own or "call" in {*own, *wanted}):
                    needs.append(("call", NO_NUMBER))
                # another channel of the level may be the one the debtor prefers
                needs += [(other, other) for other in wanted if other not in carriers]
                rows += [
                    (level.id, code, media[code], place == 0, carrier, media[carrier], need) for carrier, need in needs
                ]
        return rows

    @api.model
    def _prepare_reach(self):
        """Flush what `_resolved_ctes` reads."""
        for model in (
            "collection.action",
            "collection.action.line",
            "collection.channel.preference",
            "collection.debtor",
            "res.partner",
            "mail.blacklist",
        ):
            self.env[model].flush_model()

    @api.model
    def _resolved_ctes(self, env):
        """Return the SQL of `resolved` (case_id, wanted, channel, words): a row for each channel a step takes.

        Reads `tone` (case_id, partner_id, debtor_id, representative_id, level_id), one row a case, and `stepping`
        (case_id, item_id, level_id, round): the items that take the step. `words` say why another channel than the
        wanted one is taken, NULL where it is that one. A case without a row cannot be reached by any channel.
        :param env: whose language the words are in
        """
        media = self.env["collection.channel"]._media()
        ordinary = [
            SQL(
                "CASE WHEN bool_or(%s) THEN %s::text[] ELSE '{}' END",
                condition,
                [code for code, of in media.items() if of == medium],
            )
            for medium, condition in self._reach_conditions().items()
        ]
        columns = list(zip(*self._chains(), strict=True)) or [()] * 7
        return SQL(
            """
            -- few debtors have refused anything or are represented: of those alone each address is looked at
            particular AS (
                SELECT peculiar.case_id, array_agg(found.token ORDER BY found.token) AS usable
                  FROM (SELECT *
                          FROM tone
                         WHERE representative_id IS NOT NULL
                            OR debtor_id IN (SELECT debtor_id
                                               FROM collection_channel_preference
                                              WHERE kind != 'preferred')) peculiar
             CROSS JOIN LATERAL (
                        SELECT channel.code || CASE WHEN bool_or(NOT refused.is_so) THEN '' ELSE ':refused' END AS token
                          FROM res_partner a
                    CROSS JOIN LATERAL (VALUES %(known)s) address (medium, is_known, key)
                          JOIN unnest(%(codes)s::text[], %(media)s::text[]) channel (code, medium)
                            ON channel.medium = address.medium
                    CROSS JOIN LATERAL (SELECT %(refusal)s AS is_so) refused
                         WHERE address.is_known AND %(is_address)s
                      GROUP BY channel.code
                     UNION ALL
                        SELECT %(no_number)s
                         WHERE peculiar.representative_id IS NULL
                           AND NOT EXISTS (SELECT
                                             FROM collection_channel_preference p
                                            WHERE p.debtor_id = peculiar.debtor_id AND p.kind != 'preferred'
                                              AND p.channel = 'call' AND p.address_key IS NULL)
                     UNION ALL
                        -- a row in any case: who is particular is never taken for an ordinary debtor
                        SELECT ':particular'
                        ) found
              GROUP BY peculiar.case_id
            ),
            preferred AS (
                SELECT debtor_id, array_agg(DISTINCT channel ORDER BY channel) AS channels
                  FROM collection_channel_preference
                 WHERE kind = 'preferred' AND channel IS NOT NULL
              GROUP BY debtor_id
            ),
            -- what was tried for this very step in vain
            failed AS (
                SELECT action.case_id, array_agg(DISTINCT action.channel ORDER BY action.channel) AS channels
                  FROM tone
                  JOIN collection_action action ON action.case_id = tone.case_id AND action.state = 'failed'
                                               AND action.own_fault IS NOT TRUE
                  JOIN collection_action_line line ON line.action_id = action.id
                  JOIN stepping ON stepping.case_id = action.case_id
                               AND (stepping.item_id, stepping.level_id, stepping.round)
                                   = (line.item_id, line.level_id, line.round)
              GROUP BY action.case_id
            ),
            means AS (
                SELECT tone.case_id, tone.level_id,
                       coalesce(particular.usable, ordinary.usable) AS usable,
                       coalesce(preferred.channels, '{}') AS preferred,
                       coalesce(failed.channels, '{}') AS failed
                  FROM tone
            CROSS JOIN LATERAL (
                       SELECT %(ordinary)s || %(no_number)s::text AS usable
                         FROM res_partner a
                        WHERE a.commercial_partner_id = tone.partner_id
                          AND (a.id = tone.partner_id OR a.type IN ('collections', 'invoice'))
                          AND a.active
                       ) ordinary
             LEFT JOIN particular ON particular.case_id = tone.case_id
             LEFT JOIN preferred ON preferred.debtor_id = tone.debtor_id
             LEFT JOIN failed ON failed.case_id = tone.case_id
            ),
            chain AS (
                SELECT *
                  FROM unnest(%(level)s::int[], %(wanted)s::text[], %(wanted_medium)s::text[], %(is_first)s::bool[],
                              %(carrier)s::text[], %(carrier_medium)s::text[], %(needs)s::text[])
                       WITH ORDINALITY
                       AS chain (level_id, wanted, wanted_medium, is_first, channel, medium, needs, place)
            ),
            carried AS (
                SELECT DISTINCT ON (way.level_id, way.usable, way.preferred, way.failed, chain.wanted)
                       way.*, chain.wanted, chain.wanted_medium, chain.channel, chain.medium, chain.needs,
                       chain.is_first AND chain.needs = ANY(way.preferred) AS is_preferred
                  FROM (SELECT DISTINCT level_id, usable, preferred, failed FROM means) way
                  JOIN chain ON chain.level_id = way.level_id
                            AND chain.needs = ANY(way.usable)
                            AND chain.channel != ALL(way.failed)
              ORDER BY way.level_id, way.usable, way.preferred, way.failed, chain.wanted,
                       (chain.is_first AND chain.needs = ANY(way.preferred)) DESC, chain.place
            ),
            -- where a fallback is a channel of the level anyway, one action serves both
            way AS (
                SELECT DISTINCT ON (level_id, usable, preferred, failed, channel)
                       level_id, usable, preferred, failed, wanted, channel,
                       nullif(concat_ws(' ',
                           format(%(words)s::jsonb ->> CASE
                               WHEN wanted = channel THEN NULL
                               WHEN is_preferred THEN 'preferred'
                               WHEN wanted = ANY(failed) THEN 'failed'
                               WHEN wanted || ':refused' = ANY(usable) THEN 'refused'
                               WHEN wanted_medium = 'email' AND medium != 'post' AND 'letter' != ALL(usable)
                               THEN 'no_email_no_post'
                               WHEN wanted_medium = 'post' AND medium != 'email' AND 'email' != ALL(usable)
                               THEN 'no_post_no_email'
                               ELSE 'no_' || wanted_medium END,
                               %(instead)s::jsonb ->> channel, %(labels)s::jsonb ->> wanted,
                               %(labels)s::jsonb ->> channel),
                           CASE WHEN needs = %(no_number)s THEN %(text_no_number)s END), '') AS words
                  FROM carried
              ORDER BY level_id, usable, preferred, failed, channel, (wanted = channel) DESC, wanted
            ),
            resolved AS (
                SELECT means.case_id, way.wanted, way.channel, way.words
                  FROM means
                  JOIN way ON way.level_id = means.level_id AND way.usable = means.usable
                          AND way.preferred = means.preferred AND way.failed = means.failed
            )
            """,
            known=self._known_addresses(),
            codes=list(media),
            media=list(media.values()),
            refusal=self._refusal("peculiar"),
            is_address=self._is_address_of("peculiar"),
            no_number=NO_NUMBER,
            ordinary=SQL(" || ").join(ordinary),
            level=list(columns[0]),
            wanted=list(columns[1]),
            wanted_medium=list(columns[2]),
            is_first=list(columns[3]),
            carrier=list(columns[4]),
            carrier_medium=list(columns[5]),
            needs=list(columns[6]),
            words=json.dumps(self._words_of_taking_over(env)),
            **self._named_for_sql(env),
            text_no_number=env._("No phone number that can be used is known: find one first."),
        )

    @api.model
    def _words_of_taking_over(self, env):
        """Return {why: sentence}: %1$s is what takes over, %2$s the channel wanted, %3$s the one taken."""
        taken = {"channel": "%1$s"}
        return {
            "no_email": env._("There is no e-mail address that can be used: %(channel)s instead.", **taken),
            "no_post": env._("There is no postal address: %(channel)s instead.", **taken),
            "no_phone": env._("There is no phone number: %(channel)s instead.", **taken),
            "no_profile": env._("There is no profile on a social network: %(channel)s instead.", **taken),
            "no_email_no_post": env._("There is neither an e-mail nor a postal address: %(channel)s instead.", **taken),
            "no_post_no_email": env._("There is neither a postal nor an e-mail address: %(channel)s instead.", **taken),
            "failed": env._("%(failed)s failed: %(channel)s instead.", failed="%2$s", **taken),
            "refused": env._(
                "%(refused)s is not to be used for this debtor: %(channel)s instead.", refused="%2$s", **taken
            ),
            "preferred": env._("Prefers %(channel)s.", channel="%3$s"),
        }

    @api.model
    def _named_for_sql(self, env):
        """Return {"labels", "instead"}: JSON of the names of channels, alone and as what takes over in a sentence."""
        labels = dict(env["collection.channel"]._selection())
        instead = {
            **labels,
            "email": env._("an e-mail"),
            "letter": env._("a letter"),
            "registered": env._("a registered letter"),
            "sms": env._("an SMS"),
            "call": env._("a call"),
            "whatsapp": env._("a WhatsApp message"),
            "social": env._("a message on a social network"),
            "visit": env._("a visit"),
        }
        return {"labels": json.dumps(labels), "instead": json.dumps(instead)}
