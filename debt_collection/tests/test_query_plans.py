"""How the database reads the journal items for a batch of notices: by the debtors of the batch, never all of them.

The planner decides by size. So the stories take place in a ledger of twenty thousand lines, written by SQL, and
the plan looked at is the one it really chooses: no setting is turned off for it.
"""

import json
from contextlib import contextmanager
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import SQL

from .common import CollectionCommon, day

DEBTORS = 10000
LINES = 20000


@tagged("post_install", "-at_install")
class TestPlans(CollectionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._fill_ledger()

    @classmethod
    def _fill_ledger(cls):
        """Copy the receivable line of an invoice for many debtors, two a debtor; of four debtors one has paid all."""
        line = cls._receivable(cls._invoice(100, day(-400), cls._partner("Copied")))
        cls.env.flush_all()
        [[first]] = cls.env.execute_query(
            SQL(
                """
                WITH many AS (
                    INSERT INTO res_partner (id, commercial_partner_id, name, active, type, autopost_bills)
                    SELECT id, id, 'Debtor ' || id, true, 'contact', 'ask'
                      FROM (SELECT nextval('res_partner_id_seq') AS id FROM generate_series(1, %s)) AS numbered
                 RETURNING id
                )
                SELECT min(id) FROM many
                """,
                DEBTORS,
            )
        )
        columns = (
            "move_id", "journal_id", "company_id", "company_currency_id", "currency_id", "account_id", "move_name",
            "parent_state", "name", "display_type", "date", "date_maturity", "debit", "credit", "balance",
            "amount_currency",
        )  # fmt: skip
        names = SQL(", ").join(map(SQL.identifier, columns))
        cls.env.cr.execute(
            SQL(
                """
                INSERT INTO account_move_line (%s, partner_id, amount_residual, amount_residual_currency, reconciled)
                SELECT %s, %s + n %% %s,
                       CASE WHEN n %% 4 > 0 THEN 100 ELSE 0 END, CASE WHEN n %% 4 > 0 THEN 100 ELSE 0 END, n %% 4 = 0
                  FROM account_move_line, generate_series(1, %s) n
                 WHERE account_move_line.id = %s
                """,
                names,
                names,
                first,
                DEBTORS,
                LINES,
                line.id,
            )
        )
        for table in ("account_move_line", "res_partner"):
            cls.env.cr.execute(SQL("ANALYZE %s", SQL.identifier(table)))
        cls.env.invalidate_all()
        cls.many = cls.env["res.partner"].browse(range(first, first + DEBTORS))

    @contextmanager
    def _plans(self):
        """Yield a list that receives (statement, plan) of what is executed meanwhile and reads journal items."""
        plans = []
        cursor = type(self.env.cr)
        execute = cursor.execute

        def explained(cr, query, params=None, *args, **options):
            code, values = (query.code, query.params) if isinstance(query, SQL) else (query, params)
            if "account_move_line" in code:
                # beforehand: a temporary table may be gone afterwards
                statement = cr._obj.mogrify(code, values).decode()
                cr._obj.execute("EXPLAIN (FORMAT JSON) " + statement)
                plans.append((statement, cr._obj.fetchone()[0][0]["Plan"]))
            return execute(cr, query, params, *args, **options)

        with patch.object(cursor, "execute", explained):
            yield plans

    def _scans(self, plan):
        """Return the nodes of a plan that read journal items."""
        nodes, found = [plan], []
        while nodes:
            node = nodes.pop()
            nodes += node.get("Plans", [])
            by_heap = node.get("Relation Name") == "account_move_line" and node["Node Type"] != "Bitmap Heap Scan"
            # what reads the heap of an index found before it is shown as a node of its own
            by_index = node["Node Type"] == "Bitmap Index Scan" and "account_move_line" in node["Index Name"]
            if by_heap or by_index:
                found.append(node)
        return found

    def assertReadsByDebtor(self, plans):
        """Check that statements find journal items by debtor or number, whatever the size of the ledger."""
        self.assertTrue(plans, "nothing was read: the check would prove nothing")
        for statement, plan in plans:
            for node in self._scans(plan):
                told = f"{json.dumps(node, indent=1)}\nin\n{statement}"
                self.assertNotEqual(node["Node Type"], "Seq Scan", told)
                self.assertRegex(node.get("Index Cond", ""), r"partner_id|\bid\b|move_id", told)

    def test_assessing_one_debtor_reads_the_lines_of_that_debtor_alone(self):
        self._invoice(100, day(-10))
        with self._plans() as plans:
            self._assess(day(0), partners=self.debtor)
            self._assess(day(1), partners=self.debtor)
        self.assertReadsByDebtor(plans)

    def test_a_second_look_at_a_batch_reads_the_lines_of_its_debtors_alone(self):
        batch = self.many[:100]
        with self._plans() as plans:
            self.env["collection.ledger"]._positions(self.company, batch, day(0))
            steps = self.env["collection.ledger"]._steps(self.company, batch, day(0))
        self.assertEqual(len(steps), 75, "of four debtors one has paid")
        self.assertReadsByDebtor(plans)

    def test_the_look_before_a_mail_leaves_reads_the_lines_of_its_debtor_alone(self):
        with self._plans() as plans:
            self.env["collection.ledger"]._positions(self.company, self.many[0], day(0))
            self.env["collection.ledger"]._steps(self.company, self.many[0], day(0))
        self.assertReadsByDebtor(plans)

    def test_a_whole_dispatch_never_reads_all_lines(self):
        self._invoice(100, day(-10))
        self._assess(day(0), partners=self.debtor)
        run = self._run(day(0), assess=False)
        run.action_approve()
        with self._plans() as plans:
            self._dispatch(day(0))
        self.assertEqual(run.action_ids.filtered(lambda a: a.partner_id == self.debtor).state, "queued")
        self.assertReadsByDebtor(plans)
