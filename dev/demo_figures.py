"""The manager's month at the demo company: figures published and recomputed, reports, statements; the collector's day.

What is printed is recomputed here from Odoo's own entries, and has to be the same.
"""

from datetime import timedelta

from dateutil.relativedelta import relativedelta

from demo_claims import claim
from demo_tell import heading, step, table

TOLD = ["receivables", "overdue", "sales", "collected", "dso", "best_possible_dso", "add", "cei", "recovery_rate",
        "days_to_collect_weighted", "percent_current", "at_risk_rate"]  # fmt: skip
# see debt_collection/demo/demo_data.py
VIP, ARABIC, ENGLISH = "C028", "C008", "C016"
TARGETS = {"amira": 20_000, "paul": 12_000}


def who_had_whom(office):
    """Date the collectors of the demo company back to its first invoice: they were there before the add-on was."""
    office.env["collection.assignment"].sudo()._follow(office.company, office.today(-270))
    office.env.cr.commit()


def managers_month(office, folder):
    """Publish the figures, recompute them, and make what managers and debtors get on paper and as spreadsheets.

    :param folder: where the files go
    """
    heading("The manager's month")
    env = office.env
    last = env["collection.case"]._today().replace(day=1) - timedelta(days=1)
    first = last.replace(day=1)
    _publish(env, office.company)
    _kpis(env, office.company, first, last)
    _ageing(env, office.company, first + timedelta(days=10), folder)
    _statements(env, office.company, last - relativedelta(months=6), last, folder)
    _periodic_report(office, folder)
    env.cr.commit()


def collectors_morning(office):
    """Set what a manager sets, and tell whom a collector has to handle first, and why."""
    heading("The collector's morning")
    env = office.env
    users = env["res.users"].search([("login", "in", list(TARGETS))]).grouped("login")
    env["collection.target"].create(
        [
            {"user_id": users[login].id, "amount": amount, "promise_target": 10, "contact_target": 30}
            for login, amount in TARGETS.items()
        ]
    )
    cases = env["collection.case"]
    cases.search([("partner_id.ref", "=", VIP), ("state", "=", "open")]).action_set_importance("vip")
    amira = env(user=users["amira"], context=dict(env.context, lang="en_US"))["collection.case"]
    with step("Amira's day") as said:
        day = amira.get_day()
        listed = amira.search(amira._day_domain(), order="worklist_points desc, worklist_date, id")
        said.append(f"{day['to_do']} to do, {day['handled']} handled, {day['collected']} collected today")
    table(
        ["debtor", "to collect", "points", "why"],
        [[c.partner_id.ref, c.amount_claim, c.worklist_points, c.worklist_parts or ""] for c in listed[:5]],
    )
    claim(
        "the points of each case are the sum of their parts",
        [case.partner_id.ref for case in listed if case.worklist_points != _sum_of(case.worklist_parts)],
    )
    claim("who has most points comes first", listed.mapped("worklist_points") == sorted(
        listed.mapped("worklist_points"), reverse=True
    ))  # fmt: skip
    env.cr.commit()


def _publish(env, company):
    with step("figures published") as said:
        published = env["collection.snapshot"].sudo()
        published._cron_snapshot()
        days = sorted(set(published.search([("company_id", "=", company.id)]).mapped("date")))
        months = set(env["collection.snapshot.debtor"].sudo().search([]).mapped("date"))
        said.append(f"{len(days)} days, {len(months)} months of each debtor")
    shown = published.search([("company_id", "=", company.id), ("date", "=", days[-1])])
    claim(
        "yesterday's receivables are the balance of the accounts",
        company.currency_id.is_zero(sum(shown.mapped("receivables")) - _balance(env, company, days[-1])),
    )


def _kpis(env, company, first, last):
    """Print the KPIs of a month beside those of the month before."""
    kpi = env["collection.kpi"]
    with step("KPIs recomputed") as said:
        before = kpi._compute(company, first - relativedelta(months=1), first - timedelta(days=1))[None]
        values = kpi._compute(company, first, last)[None]
        said.append(f"{first} to {last}")
    labels = {one["code"]: one["label"] for one in kpi._definitions()}
    table(
        ["", "the month before", "last month"],
        [[labels[code], _figure(before[code]), _figure(values[code])] for code in TOLD],
    )
    claim(
        "the receivables of a past day are the balance of the accounts on that day",
        company.currency_id.is_zero(float(values["receivables"]) - _balance(env, company, last)),
    )
    frozen = env["collection.snapshot"].sudo().search([("company_id", "=", company.id), ("date", "=", last)])
    claim(
        "recomputed and published are the same",
        company.currency_id.is_zero(float(values["receivables"]) - sum(frozen.mapped("receivables"))),
    )


def _ageing(env, company, day, folder):
    with step("aged receivables") as said:
        lines = env["collection.ageing"]._at(day)
        total = sum(amount for [amount] in lines._read_group([], [], ["amount:sum"]))
        (folder / "ageing.xlsx").write_bytes(lines._workbook())
        said.append(f"{day}: {total:,.2f}, ageing.xlsx")
    claim("their total is the balance on that day", company.currency_id.is_zero(total - _balance(env, company, day)))


def _statements(env, company, first, last, folder):
    with step("statements of account") as said:
        for ref, name in ((ENGLISH, "statement.pdf"), (ARABIC, "statement_ar.pdf")):
            partner = env["res.partner"].search([("ref", "=", ref)])
            pdf = env["collection.statement"]._print(partner, company, first, last)[partner]
            (folder / name).write_bytes(pdf)
            said.append(name)


def _periodic_report(office, folder):
    """Send the weekly report to two people, one of whom reads Arabic, and keep what arrived."""
    env, before = office.env, office.mailbox.count
    with step("weekly report") as said:
        schedule = env["collection.report.schedule"].search([("company_id", "=", office.company.id)], limit=1)
        schedule.recipient_ids.unlink()
        for email, language in (("manager@cedar-office.example", "en_US"), ("mudir@cedar-office.example", "ar_001")):
            person = env["res.partner"].create({"name": email.split("@")[0].title(), "email": email, "lang": language})
            schedule.recipient_ids = [(0, 0, {"partner_id": person.id})]
        schedule._run(env["collection.case"]._today())._send()
        env["mail.mail"].sudo().process_email_queue()
        env.cr.commit()
        messages = office.mailbox.messages()[before:]
        said.append(f"{len(messages)} messages")
    claim("both have the report as PDF and as a spreadsheet", [
        message["To"]
        for message in messages
        if {part.get_filename().rsplit(".")[-1] for part in message.iter_attachments()} != {"pdf", "xlsx"}
    ] + [""] * abs(len(messages) - 2))  # fmt: skip
    for message in messages:
        suffix = "_ar" if "mudir" in message["To"] else ""
        for part in message.iter_attachments():
            (folder / f"report{suffix}.{part.get_filename().rsplit('.')[-1]}").write_bytes(part.get_content())


def _balance(env, company, day):
    """Return the balance of the receivable accounts at the end of a day, from Odoo's own entries."""
    lines = env["account.move.line"].sudo()
    domain = [
        ("company_id", "child_of", company.root_id.id),
        ("account_id.account_type", "=", "asset_receivable"),
        ("parent_state", "=", "posted"),
        ("partner_id", "!=", False),
        ("date", "<=", day),
    ]
    [(balance,)] = lines._read_group(domain, [], ["balance:sum"])
    return balance


def _sum_of(parts):
    return sum(int(part.split()[0]) for part in (parts or "").split(" · ") if part)


def _figure(value):
    return "—" if value is None else f"{float(value):,.1f}"
