"""Whether the log is still what was sealed: which case does not agree, and from which entry on."""

from odoo import api, models
from odoo.tools import SQL, format_date

from ..tools import seal as seals


class CollectionSeal(models.Model):
    _inherit = "collection.seal"

    @api.model
    def _verify(self, company):
        """Compare every seal of a root company with the log, and the seals with each other.

        :return: (words per seal that does not verify, rows of `_disagreements`)
        """
        # sudo: all of the company, whoever asks; callers check access
        mine = self.sudo().search([("company_id", "=", company.id)], order="number")
        words, previous = [], seals.GENESIS
        for number, seal in enumerate(mine, start=1):
            content = seal._as_dict()
            if content["hash"] != seals.digest(content):
                words.append(self.env._("Seal of %s: its hash is not that of what it covers.", self._day(seal.date)))
            if content["previous"] != previous or seal.number != number:
                words.append(self.env._("Seal of %s: it does not follow the seal before it.", self._day(seal.date)))
            previous = content["hash"]
        heads = SQL(
            """
            SELECT head.case_id, head.seq, head.hash, seal.date
              FROM collection_seal_head head
              JOIN collection_seal seal ON seal.id = head.seal_id
             WHERE seal.company_id = %s
            """,
            company.id,
        )
        return words, self._disagreements(heads)

    @api.model
    def _disagreements(self, heads):
        """Return one dict per case whose log is not what was sealed, in the order of the cases.

        :param heads: SQL of a select with case_id, seq, hash, date
        :return: [{"case_id", "seq" (the first sealed entry that differs), "missing" (bool), "date" (of its seal),
            "good_seq" (the last sealed entry before it that still agrees, 0 for none)}]
        """
        self.env["collection.contact"].flush_model()
        rows = self.env.execute_query_dict(
            SQL(
                """
                WITH sealed AS (%s),
                compared AS (
                    SELECT sealed.case_id, sealed.seq, sealed.date, entry.id IS NULL AS missing,
                           entry.hash IS NOT DISTINCT FROM sealed.hash AS agrees
                      FROM sealed
                 LEFT JOIN collection_contact entry ON entry.case_id = sealed.case_id AND entry.seq = sealed.seq
                ),
                first_wrong AS (
                    SELECT DISTINCT ON (case_id) case_id, seq, date, missing
                      FROM compared
                     WHERE NOT agrees
                  ORDER BY case_id, seq, date
                )
                SELECT wrong.case_id, wrong.seq, wrong.missing, wrong.date, COALESCE(MAX(good.seq), 0) AS good_seq
                  FROM first_wrong wrong
             LEFT JOIN compared good ON good.case_id = wrong.case_id AND good.seq < wrong.seq AND good.agrees
              GROUP BY wrong.case_id, wrong.seq, wrong.missing, wrong.date
              ORDER BY wrong.case_id
                """,
                heads,
            )
        )
        return rows

    @api.model
    def _against(self, mailed):
        """Compare a seal as it left the house with the seal that is kept, and with the log.

        :param mailed: dict as mailed (see tools/seal.py), with a hash that is right
        :return: (words, rows of `_disagreements`)
        """
        # sudo: see _verify
        kept = self.sudo().search([("company_id", "=", mailed["company"]), ("date", "=", mailed["date"])])
        words = []
        if not kept:
            words.append(self.env._("There is no seal of %s any more: it has been removed.", self._day(mailed["date"])))
        elif kept.hash != mailed["hash"]:
            words.append(
                self.env._(
                    "The seal of %s is not the one that was mailed: it has been made anew.", self._day(kept.date)
                )
            )
        cases, numbers, hashes = (list(column) for column in zip(*mailed["heads"], strict=True))
        heads = SQL(
            """
            SELECT head.*, %s::date AS date
              FROM unnest(%s::int[], %s::int[], %s::text[]) AS head (case_id, seq, hash)
            """,
            mailed["date"],
            cases,
            numbers,
            hashes,
        )
        return words, self._disagreements(heads)

    @api.model
    def _in_words(self, row):
        """Return a row of `_disagreements` as a sentence."""
        # sudo: the name of a case of the company whose log is checked
        case = self.env["collection.case"].sudo().browse(row["case_id"]).exists()
        values = {
            "case": case.display_name or "",
            "id": row["case_id"],
            "seq": row["seq"],
            "from": row["good_seq"] + 1,
            "date": self._day(row["date"]),
        }
        if row["missing"]:
            return self.env._(
                "%(case)s (case %(id)s): entry %(seq)s, sealed on %(date)s, is missing. The log is not what it was "
                "from entry %(from)s on.",
                **values,
            )
        return self.env._(
            "%(case)s (case %(id)s): entry %(seq)s is not the one sealed on %(date)s. The log was written anew from "
            "entry %(from)s on, or from a later one up to it.",
            **values,
        )

    @api.model
    def _day(self, date):
        return format_date(self.env, date)
