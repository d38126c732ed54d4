"""What comes back to notices that left by a real mail server: an answer, an out-of-office, a bounce."""

import stories
from delivery_report import returned

MAILBOX = """
domain = env["mail.alias.domain"].create({"name": "collect.example"})
company = env.ref("base.main_company")
company.alias_domain_id = domain
company.collection_alias_name = "money"
company.collection_user_id = env.ref("base.user_admin")
env.cr.commit()
"""
FEED = """
for raw in mails:
    env["mail.thread"].message_process(False, raw)
"""
CASES = """
env.cr.commit()
result = {
    case.partner_id.name: {
        "came": [[c.channel, c.outcome, c.address] for c in case.contact_ids.sorted("seq") if c.direction == "in"],
        "actions": case.action_ids.mapped("state"),
        "to do": len(case.activity_ids),
        "chatter": " ".join(case.message_ids.mapped("body")),
    }
    for case in env["collection.case"].search([])
}
"""


def reply(notice, subject, body, *headers):
    lines = [
        f"From: {notice['X-Rcpt-To']}",
        f"To: {notice['Reply-To']}",
        f"Subject: {subject}",
        f"Message-ID: <answer-{notice['X-Rcpt-To']}>",
        f"In-Reply-To: {notice['Message-ID']}",
        *headers,
    ]
    return "\r\n".join(lines) + f"\r\n\r\n{body}\r\n"


def bounce(notice):
    return returned(notice["X-Rcpt-To"], "bounce@collect.example", notice.as_string())


def test_an_answer_an_out_of_office_and_a_bounce_reach_their_cases(odoo_shell, smtp, database):
    smtp.use_in(database)
    odoo_shell(MAILBOX + stories.APPROVED + "\nenv.cr.commit()\n" + stories.DISPATCH, count=3)
    answered, away, gone = sorted(smtp.messages(), key=lambda message: message["X-Rcpt-To"])
    assert "money@collect.example" in answered["Reply-To"]
    mails = [
        reply(answered, "Re: Reminder", "I pay on Friday."),
        reply(away, "Automatic reply: Reminder", "I am away.", "Auto-Submitted: auto-replied"),
        bounce(gone),
    ]
    cases = odoo_shell(FEED + CASES, mails=mails)
    assert cases["Debtor 00"]["came"] == [["email", "received", "debtor.00@example.com"]]
    assert "I pay on Friday." in cases["Debtor 00"]["chatter"]
    assert cases["Debtor 00"]["to do"] == 1
    assert cases["Debtor 01"]["came"] == [["email", "auto_reply", "debtor.01@example.com"]]
    assert cases["Debtor 01"]["to do"] == 0
    assert cases["Debtor 02"]["came"] == [["email", "bounced", "debtor.02@example.com"]]
    assert "no such mailbox" in cases["Debtor 02"]["chatter"]
    assert [cases[f"Debtor 0{number}"]["actions"][0] for number in range(2)] == ["sent", "sent"]
    assert "failed" in cases["Debtor 02"]["actions"]
