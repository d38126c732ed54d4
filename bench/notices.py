"""Notices: e-mails beside Odoo's own `send_mail_batch`, letters beside wkhtmltopdf alone on the same pages."""

import statistics
import time
from contextlib import contextmanager

from markupsafe import Markup
from odoo.modules import module

from measure import row

DATABASE = "proposed"
NOTICES = 500
BATCH = 100
ROUNDS = 3

# the table as an administrator would write it into a template of Odoo's: the same items, values and styles
TABLE = Markup("""
<table border="0" width="100%" style="border-collapse: collapse; font-size: 14px; color: #1f2937;">
    <thead>
        <tr>
            <th style="padding: 6px; text-align: left;">Number<div style="font-size: 12px;">Invoice date</div></th>
            <th style="padding: 6px; text-align: left;">Due date<div style="font-size: 12px;">Days late</div></th>
            <th style="padding: 6px; text-align: right;">Still open<div style="font-size: 12px;">Original</div></th>
        </tr>
    </thead>
    <tbody>
        <tr t-foreach="object.line_ids" t-as="line">
            <td style="padding: 8px 6px; border-bottom: 1px solid #e5e7eb;">
                <div style="font-weight: bold;" t-out="line.name"/>
                <div style="font-size: 12px;" t-out="format_date(line.date_invoice)"/>
            </td>
            <td style="padding: 8px 6px; border-bottom: 1px solid #e5e7eb;">
                <div t-out="format_date(line.date_due)"/>
                <div style="font-size: 12px; color: #b45309;">Days late: <t t-out="line.days_overdue"/></div>
            </td>
            <td style="padding: 8px 6px; border-bottom: 1px solid #e5e7eb; text-align: right;">
                <div style="font-weight: bold;" t-out="format_amount(line.amount_currency, line.currency_id)"/>
                <div style="font-size: 12px;" t-out="format_amount(line.amount_original, line.currency_id)"/>
            </td>
        </tr>
        <tr>
            <td colspan="2" style="padding: 8px 6px; font-weight: bold;">Amount to pay</td>
            <td style="padding: 8px 6px; font-weight: bold; text-align: right;" t-out="object.claim_text"/>
        </tr>
    </tbody>
</table>
""")


def measure(env):
    """Return the rows of what notices cost; what is made for it is rolled back.

    :param env: environment of a database with a ledger that is assessed and a batch that is proposed
    :return: the rows (measure.row)
    """
    with _undone(env):
        notices = env["collection.action"].search([("state", "=", "proposed")], limit=NOTICES, order="id")
        _reachable(notices)
        return [_emails(env, notices), _letters(env, notices)]


def _reachable(notices):
    """Let the notices go to debtors that can be written to, whatever the ledger gave them."""
    env = notices.env
    env.flush_all()
    env.cr.execute(
        """
        UPDATE res_partner
           SET email = coalesce(email, 'debtor' || id || '@example.com'),
               email_normalized = lower(coalesce(email, 'debtor' || id || '@example.com')),
               street = coalesce(street, '1 Main Street'),
               zip = coalesce(zip, '12345'),
               city = coalesce(city, 'Springfield')
         WHERE id = ANY(%s)
        """,
        [notices.partner_id.ids],
    )
    env.invalidate_all()
    notices.company_id.collection_daily_cap = 0
    notices.company_id.filtered(lambda company: not company.email).email = "billing@example.com"
    notices.channel = "email"
    notices._set_state("approved", scheduled_at=False)
    env.flush_all()


def _emails(env, notices):
    """Prepare, queue and log the e-mails, all but SMTP, beside `send_mail_batch` of the same words and table."""
    words = notices[:1].level_id.mail_template_id
    template = env["mail.template"].create(
        {
            "name": "The same table",
            "model_id": env["ir.model"]._get_id("collection.action"),
            "subject": words.subject,
            "body_html": words.body_html + TABLE,
            "use_default_to": False,
            "partner_to": "{{ object.partner_id.id }}",
            "email_from": "{{ object.company_id.email }}",
            "lang": "{{ object.partner_id.lang }}",
            "auto_delete": False,
        }
    )
    batches = [notices[start : start + BATCH] for start in range(0, len(notices), BATCH)]

    def floor():
        for batch in batches:
            env.invalidate_all()
            template.send_mail_batch(batch.ids)
            env.flush_all()

    def dispatch():
        for batch in batches:
            env.invalidate_all()
            taken = batch._take(batch.company_id[:1], ["email"], BATCH, batch.ids)
            taken._dispatch_batch()
            env.flush_all()
            env.invalidate_all()
            left = taken.filtered(lambda action: action.state == "queued")
            assert len(left) == len(batch), "every notice of the measure can be sent"
            left._mark_sent(
                "Sent.",
                addresses={action.id: action.mail_id.recipient_ids.email for action in left},
                texts={action.id: action._plain_words(action.mail_id.body_html) for action in left},
            )
            env.flush_all()

    ours, theirs = _interleaved(env, dispatch, floor)
    each = 1000 / len(notices)
    return row("dispatch an e-mail: rendered, queued and logged", ours * each, "ms", theirs * each, 1.5)


def _letters(env, notices):
    """Print and log the letters, beside the calls of wkhtmltopdf on the same pages.

    One call for all of them is no floor: its memory grows with the square of the letters, to 20 GB for 500.
    """
    notices = notices.with_context(force_report_rendering=True)
    notices.channel = "letter"
    notices.line_ids.channel = "letter"
    env.flush_all()
    calls = []
    report = type(env["ir.actions.report"])
    run_wkhtmltopdf = report._run_wkhtmltopdf

    def timed(self, *args, **options):
        start = time.perf_counter()
        try:
            return run_wkhtmltopdf(self, *args, **options)
        finally:
            calls.append(time.perf_counter() - start)

    def dispatch():
        env.invalidate_all()
        taken = notices._take(notices.company_id[:1], ["letter"], NOTICES, notices.ids)
        taken._dispatch_batch()
        env.flush_all()
        assert set(taken.mapped("state")) == {"sent"}, "every letter of the measure can be printed"

    report._run_wkhtmltopdf = timed
    try:
        with _undone(env):
            start = time.perf_counter()
            dispatch()
            took = time.perf_counter() - start
    finally:
        report._run_wkhtmltopdf = run_wkhtmltopdf
    note = f"{len(calls)} calls of wkhtmltopdf"
    return row(f"{len(notices)} letters in one PDF", took, "s", sum(calls), 1.3, note=note)


def _interleaved(env, *functions):
    """Return the median seconds of each function, called in turn, each time undone; the first round warms up."""
    took = {function: [] for function in functions}
    for _round in range(ROUNDS + 1):
        for function in functions:
            with _undone(env):
                start = time.perf_counter()
                function()
                took[function].append(time.perf_counter() - start)
    return [statistics.median(took[function][1:]) for function in functions]


class _Undo(Exception):
    pass


@contextmanager
def _undone(env):
    """Undo at the end what is written meanwhile. What commits on the way takes part, as in Odoo's tests."""
    testing, module.current_test = module.current_test, module.current_test or True
    try:
        with env.cr.savepoint():
            yield
            raise _Undo
    except _Undo:
        env.invalidate_all()
    finally:
        module.current_test = testing
