"""How e-mails leave, seen at a real mail server: each at most once, none to a debtor who has paid."""

import time
from collections import Counter

import pytest

import stories
from odoo_process import sql, wait_until

QUEUE_RUN = 'env["mail.mail"].process_email_queue()\n'


def recipients(smtp):
    return [message["X-Rcpt-To"] for message in smtp.messages()]


@pytest.fixture
def approved(odoo_shell, smtp, database):
    """approved(count) prepares a batch of that many e-mails, approved; queued=True puts them in the queue as well.

    They stay in the queue because the mail server is away meanwhile.
    """
    smtp.use_in(database)

    def prepare(count, queued=False):
        if not queued:
            return odoo_shell(stories.APPROVED, count=count)
        smtp.close()
        result = odoo_shell(stories.APPROVED + "\nenv.cr.commit()\n" + stories.DISPATCH, count=count)
        smtp.open()
        return result

    return prepare


def test_each_debtor_gets_its_notice_once_and_the_log_says_so(approved, odoo_shell, smtp):
    approved(3)
    states = odoo_shell(stories.DISPATCH + stories.DISPATCH + stories.STATES)
    assert sorted(recipients(smtp)) == [f"debtor.0{number}@example.com" for number in range(3)]
    assert set(states["actions"].values()) == {"sent"}
    assert set(states["levels"].values()) == {"Friendly reminder"}
    assert set(states["log"].values()) == {"sent"}
    assert states["chain"] == []


def test_the_log_keeps_the_message_as_the_server_took_it(approved, odoo_shell, smtp):
    approved(1)
    kept = odoo_shell(
        stories.DISPATCH
        + """
documents = env["collection.contact"].search([]).document_ids
result = [(d.name, d.mimetype, d.size, d.attachment_id.raw.decode("utf-8", "replace")) for d in documents]
"""
    )
    [message] = smtp.messages()
    html = message.get_body(("html",)).get_content()
    name, mimetype, size, content = kept[0]
    assert (name, mimetype, size) == ("message.html", "text/html", len(content.encode()))
    # the server's copy is the same words, laid out for the wire
    assert content.split() == html.split()
    files = [part.get_filename() for part in message.iter_attachments()]
    assert [name for name, *_rest in kept[1:]] == files


def test_who_ran_the_queue_sees_what_became_of_it(approved, odoo_shell, smtp):
    approved(2, queued=True)
    states = odoo_shell(QUEUE_RUN + stories.STATES)
    assert len(recipients(smtp)) == 2
    assert set(states["actions"].values()) == {"sent"}


def test_two_workers_dispatching_the_same_batch_send_each_notice_once(approved, odoo_shell, smtp):
    # queued first, so that every worker has all of them to send
    approved(40, queued=True)
    assert recipients(smtp) == []
    smtp.delay = 0.05
    workers = [odoo_shell.start(stories.DISPATCH), odoo_shell.start(QUEUE_RUN), odoo_shell.start(stories.DISPATCH)]
    for worker in workers:
        worker.result()
    assert set(Counter(recipients(smtp)).values()) == {1}
    assert len(recipients(smtp)) == 40
    assert set(odoo_shell(stories.STATES)["actions"].values()) == {"sent"}


def test_jobs_that_share_actions_send_each_notice_once(approved, odoo_shell, smtp):
    actions = approved(20)
    smtp.delay = 0.02
    job = 'env["collection.action"].browse(ids)._dispatch_these()\n'
    jobs = [odoo_shell.start(job, ids=ids) for ids in (actions, actions[:15], actions[5:])]
    for one in jobs:
        one.result()
    assert sorted(recipients(smtp)) == [f"debtor.{number:02}@example.com" for number in range(20)]
    assert set(odoo_shell(stories.STATES)["actions"].values()) == {"sent"}


def test_two_workers_preparing_the_same_batch_prepare_each_notice_once(approved, odoo_shell, smtp):
    approved(30)
    for worker in [odoo_shell.start(stories.DISPATCH) for _number in range(3)]:
        worker.result()
    assert sorted(recipients(smtp)) == [f"debtor.{number:02}@example.com" for number in range(30)]


def test_a_worker_killed_in_mid_send_leaves_one_notice_unknown_and_none_twice(approved, odoo_shell, smtp):
    approved(5)
    smtp.patience = 2
    worker = odoo_shell.start(stories.DISPATCH)
    wait_until(lambda: smtp.holding)
    worker.process.kill()
    worker.process.wait()
    smtp.patience = None
    time.sleep(1)  # whatever the server had begun to take has arrived
    before = odoo_shell(stories.STATES)["actions"]
    assert Counter(before.values())["sending"] == 1
    states = odoo_shell(stories.DISPATCH + stories.DISPATCH + stories.STATES)
    [interrupted] = [name for name, state in before.items() if state == "sending"]
    assert states["actions"][interrupted] == "unknown"
    assert Counter(states["actions"].values()) == {"sent": 4, "unknown": 1}
    assert states["log"][interrupted] == "unknown"
    assert sorted(states["mails"]) == ["cancel", "sent", "sent", "sent", "sent"]
    assert max(Counter(recipients(smtp)).values()) == 1
    # not counted as a step until a person has settled it
    assert not states["levels"][interrupted]


def test_a_database_that_goes_away_in_mid_run_ends_it_and_the_next_run_goes_on(approved, odoo_shell, smtp, database):
    approved(5)
    smtp.patience = 1
    worker = odoo_shell.start('env["collection.action"]._cron_dispatch()\n')
    wait_until(lambda: smtp.holding)
    sql(
        "postgres",
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database}'",
    )
    smtp.patience = None
    with pytest.raises(AssertionError, match=r"dispatching for company \d+ failed"):
        worker.result()
    states = odoo_shell(stories.DISPATCH + stories.STATES)
    # what was being handed over just then is nobody's to know; everything else has left, and nothing twice
    counts = Counter(states["actions"].values())
    assert set(counts) <= {"sent", "unknown"}
    assert counts["unknown"] <= 1
    assert max(Counter(recipients(smtp)).values()) == 1
    assert len(recipients(smtp)) >= counts["sent"]
    assert states["chain"] == []


def test_a_debtor_who_pays_while_the_mail_waits_in_the_queue_is_not_reminded(approved, odoo_shell, smtp):
    approved(2, queued=True)
    odoo_shell(
        stories.DEBTORS
        + """
partner = env["res.partner"].search([("name", "=", "Debtor 00")])
pay(env["account.move"].search([("partner_id", "=", partner.id), ("move_type", "=", "out_invoice")]))
env.cr.commit()
"""
        # through Odoo's own queue, as its scheduled action would
        + QUEUE_RUN
    )
    assert recipients(smtp) == ["debtor.01@example.com"]
    states = odoo_shell(stories.STATES)
    assert states["actions"] == {"Debtor 00": "skipped", "Debtor 01": "sent"}
    assert states["log"] == {"Debtor 00": "skipped", "Debtor 01": "sent"}
    assert "paid" in states["reasons"]["Debtor 00"]


def test_a_debtor_who_pays_part_while_the_mail_waits_gets_the_new_amount(approved, odoo_shell, smtp):
    approved(1, queued=True)
    odoo_shell(
        stories.DEBTORS
        + """
move = env["account.move"].search([("move_type", "=", "out_invoice")])
env["account.payment.register"].with_context(active_model="account.move", active_ids=move.ids).create(
    {"amount": 58.0})._create_payments()
env.cr.commit()
"""
        + stories.DISPATCH
    )
    [message] = smtp.messages()
    text = message.get_body(("html",)).get_content()
    assert "42.00" in text


def test_stopping_all_sending_stops_what_is_queued_too(approved, odoo_shell, smtp):
    approved(2, queued=True)
    stop = 'env.ref("base.main_company").collection_stopped = {}\nenv.cr.commit()\n'
    odoo_shell(stop.format(True) + QUEUE_RUN + stories.DISPATCH)
    assert recipients(smtp) == []
    odoo_shell(stop.format(False) + stories.DISPATCH)
    assert len(recipients(smtp)) == 2


def test_a_refused_address_fails_with_the_reason_and_earns_no_next_level(approved, odoo_shell, smtp):
    approved(2)
    smtp.refused = {"debtor.00@example.com"}
    states = odoo_shell(stories.DISPATCH + stories.STATES)
    assert states["actions"] == {"Debtor 00": "failed", "Debtor 01": "sent"}
    assert "no such mailbox" in states["reasons"]["Debtor 00"]
    assert not states["levels"]["Debtor 00"]
    assert recipients(smtp) == ["debtor.01@example.com"]


def test_a_connection_lost_once_the_server_has_the_text_leaves_the_notice_unknown(approved, odoo_shell, smtp):
    approved(2)
    smtp.drops = "DATA"
    states = odoo_shell(stories.DISPATCH + stories.DISPATCH + stories.STATES)
    assert sorted(states["actions"].values()) == ["sent", "unknown"]
    # the server may have taken it, and this one has: it is not sent again
    assert max(Counter(recipients(smtp)).values()) == 1
    assert sorted(states["mails"]) == ["cancel", "sent"]


def test_a_connection_lost_before_the_text_puts_the_notice_back_in_the_queue(approved, odoo_shell, smtp):
    approved(2)
    smtp.drops = "MAIL"
    states = odoo_shell(stories.DISPATCH + stories.STATES)
    assert "unknown" not in states["actions"].values()
    assert "queued" in states["actions"].values()
    states = odoo_shell(stories.DISPATCH + stories.STATES)
    assert set(states["actions"].values()) == {"sent"}
    assert sorted(recipients(smtp)) == ["debtor.00@example.com", "debtor.01@example.com"]


def test_ordinary_mails_of_odoo_leave_as_always(odoo_shell, smtp, database):
    smtp.use_in(database)
    odoo_shell(
        """
env["mail.mail"].create({"subject": "Hello", "body_html": "<p>Hi</p>", "email_to": "a@example.com",
                         "email_from": "b@example.com"})
env.cr.commit()
"""
        + QUEUE_RUN
    )
    assert recipients(smtp) == ["a@example.com"]


def test_a_neutralised_copy_writes_to_nobody(approved, odoo_shell, smtp):
    approved(2, queued=True)
    odoo_shell(
        """
from odoo.modules.neutralize import neutralize_database
neutralize_database(env.cr)
"""
    )
    smtp.open()
    odoo_shell('env["ir.mail_server"].with_context(active_test=False).search([]).active = True')
    odoo_shell(QUEUE_RUN)
    odoo_shell(stories.DISPATCH)
    assert recipients(smtp) == []
