"""What a retention rule would erase today: of which cases, how much; and what a legal hold keeps."""

from dateutil.relativedelta import relativedelta
from odoo import models
from odoo.tools import SQL

# what of the log a purpose covers; None: neither
_WORDS = {
    "words": SQL("entry.channel NOT IN ('call', 'visit', 'note')"),
    "notes": SQL("entry.channel IN ('call', 'visit', 'note')"),
    "closed": SQL("TRUE"),
    "documents": SQL("FALSE"),
}
_DOCUMENTS = ("documents", "closed")
# what is kept with the case, and with what was sent, agreed and disputed on it
_FILES = SQL(
    """
    FROM (SELECT id FROM ir_attachment WHERE res_model = 'collection.case' AND res_id = quiet.id
       UNION ALL
          SELECT file.id
            FROM (SELECT 'collection.action' AS model, id FROM collection_action WHERE case_id = quiet.id
               UNION ALL
                  SELECT 'collection.promise', id FROM collection_promise WHERE case_id = quiet.id
               UNION ALL
                  SELECT 'collection.plan', id FROM collection_plan WHERE case_id = quiet.id
               UNION ALL
                  SELECT 'collection.dispute', id FROM collection_dispute WHERE case_id = quiet.id) kept
            JOIN ir_attachment file ON file.res_model = kept.model AND file.res_id = kept.id) erasable
   WHERE true
    """
)


class CollectionRetention(models.Model):
    _inherit = "collection.retention"

    def _due(self, company, after=0, limit=None):
        """Return what is due in a root company: one dict per case with something to erase, in the order of ids.

        A case is due when it is closed and nothing was logged of it for the rule's months; what retention itself has
        logged is no activity. The log that a merged case left behind waits for the case that goes on.

        :param after: id of the case to go on after
        :param limit: int, how many cases
        :return: [{"case_id", "held" (bool), "texts", "documents", "messages", "files"}], the last four are numbers
        """
        self.ensure_one()
        self.env.flush_all()
        return self.env.execute_query_dict(
            SQL(
                """
                WITH quiet AS (
                    SELECT closed.id, closed.debtor_id
                      FROM collection_case closed
                     WHERE closed.company_id = %(company)s
                       AND closed.state = 'closed'
                       AND closed.id > %(after)s
                       AND (closed.date_close IS NULL OR closed.date_close <= %(until)s)
                       AND NOT EXISTS (
                           SELECT FROM collection_contact entry
                            WHERE entry.case_id = closed.id AND entry.date >= %(until)s::date + 1
                              AND NOT EXISTS (
                                  SELECT FROM collection_retention_erasure erasure WHERE erasure.contact_id = entry.id
                              )
                       )
                       AND NOT EXISTS (
                           SELECT FROM collection_case going_on
                            WHERE closed.close_reason = 'merged' AND going_on.debtor_id = closed.debtor_id
                              AND going_on.state = 'open'
                       )
                ),
                found AS (
                    SELECT quiet.id AS case_id,
                           EXISTS (
                               SELECT FROM collection_legal_hold hold
                                WHERE hold.debtor_id = quiet.debtor_id AND hold.date_lifted IS NULL
                                  AND (hold.case_id IS NULL OR hold.case_id = quiet.id)
                           ) AS held,
                           (%(texts)s) AS texts, (%(documents)s) AS documents, (%(messages)s) AS messages,
                           (%(files)s) AS files
                      FROM quiet
                )
                SELECT * FROM found WHERE texts + documents + messages + files > 0 ORDER BY case_id %(limit)s
                """,
                company=company.id,
                after=after,
                until=self.env["collection.case"]._today() - relativedelta(months=self.months),
                limit=SQL("LIMIT %s", limit) if limit else SQL(),
                **{kind: self._count(kind) for kind in ("texts", "documents", "messages", "files")},
            )
        )

    def _sources(self):
        """Return {kind: SQL of a FROM and WHERE that finds what is to erase of the case `quiet.id`}."""
        return {
            "texts": SQL(
                "FROM collection_contact_text erasable JOIN collection_contact entry ON entry.id = erasable.contact_id "
                "WHERE entry.case_id = quiet.id AND erasable.body IS NOT NULL AND %s",
                _WORDS[self.purpose],
            ),
            "documents": SQL(
                "FROM collection_contact_document erasable JOIN collection_contact entry "
                "ON entry.id = erasable.contact_id WHERE entry.case_id = quiet.id AND erasable.checksum IS NOT NULL"
            )
            if self.purpose in _DOCUMENTS
            else None,
            "messages": SQL("FROM mail_message erasable WHERE model = 'collection.case' AND res_id = quiet.id")
            if self.purpose == "closed"
            else None,
            "files": _FILES if self.purpose == "closed" else None,
        }

    def _count(self, kind):
        source = self._sources()[kind]
        return SQL("SELECT COUNT(*) %s", source) if source else SQL("0")

    def _to_erase(self, kind, case_ids):
        """Return the ids of what of a kind is to be erased of some cases.

        :return: list of ids
        """
        source = self._sources()[kind]
        if not source:
            return []
        rows = self.env.execute_query(
            SQL(
                """
                SELECT erasable.id
                  FROM unnest(%s::int[]) AS quiet (id)
            CROSS JOIN LATERAL (SELECT erasable.id %s) erasable
                """,
                case_ids,
                source,
            )
        )
        return [row[0] for row in rows]
