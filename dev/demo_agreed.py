"""What debtors of the demo company answer, and what comes of it: each through the wizard that a person would use."""

from datetime import timedelta

from odoo import fields
from odoo.tests import Form

from demo_claims import claim
from demo_tell import heading, step

# customer numbers, see debt_collection/demo/demo_data.py
PROMISES, PLANS, OBJECTS, PAYS_INTEREST, SETTLES = "C014", "C025", "C001", "C002", "C020"


def weeks_before(office):
    """What two debtors have agreed to before today: one breaks the promise, one pays a part of an instalment."""
    heading("The weeks before")
    _promise_that_breaks(office)
    _plan_paid_in_part(office)


def answers_of_today(office):
    """An objection accepted, interest invoiced, a settlement paid and what is left written off."""
    heading("What debtors answer")
    _settings(office)
    _objection(office)
    _interest(office)
    _settlement(office)


def _case(env, ref):
    return env["collection.case"].search([("partner_id.ref", "=", ref), ("state", "=", "open")])


def _open_case(office, ref, days):
    """Return the case of a debtor, opened so many days from now, as somebody sees it on that day."""
    env = office.on(days)
    partner = env["res.partner"].search([("ref", "=", ref), ("parent_id", "=", False)])
    env["collection.case"].sudo()._assess(env.company, partners=partner, today=office.today(days))
    return _case(env, ref)


def _promise_that_breaks(office):
    with step("a promise") as said:
        case = _open_case(office, PROMISES, -12)
        wizard = Form(case.env["collection.log.call"].with_context(default_case_id=case.id))
        wizard.direction, wizard.outcome = "in", "promise"
        wizard.date = fields.Datetime.now() - timedelta(days=12)
        wizard.promise_date = office.today(-6)
        wizard.notes = "Waits for the season to begin; pays the whole invoice next week."
        wizard.save().action_confirm()
        office.env.cr.commit()
        said.append(case.promise_ids.display_name)
    with step("judged today") as said:
        today = _open_case(office, PROMISES, 0)
        office.env.cr.commit()
        said.append(today.promise_ids.state)
    claim("nothing was paid, the promise is broken", today.promise_ids.state == "broken")
    claim("its case comes first in the worklist", today == today.search([("state", "=", "open")])[:1])


def _plan_paid_in_part(office):
    with step("a payment plan") as said:
        case = _open_case(office, PLANS, -40)
        wizard = Form(case.env["collection.plan.make"].with_context(default_case_id=case.id))
        wizard.number, wizard.frequency, wizard.date_first = 4, "monthly", office.today(-20)
        wizard.accepted, wizard.accept_reason = True, "By telephone, confirmed by e-mail"
        wizard.save().action_confirm()
        plan = case.plan_ids
        said.append(f"{plan.name}: {len(plan.line_ids)} instalments of {plan.line_ids[0].amount:,.2f}")
    with step("a part is paid") as said:
        lines = case.open_item_ids.move_line_id
        payment = office.env["account.payment.register"].with_context(
            active_model="account.move.line", active_ids=lines.ids
        )
        payment.create({"payment_date": office.today(-19), "amount": 900})._create_payments()
        case = _open_case(office, PLANS, 0)
        office.env.cr.commit()
        said.append(f"{plan.amount_paid:,.2f} of {plan.line_ids[0].amount:,.2f}")
    with step("adapted") as said:
        action = plan.with_env(office.env).action_adapt()
        wizard = Form(office.env["collection.plan.make"].with_context(**action["context"]))
        wizard.accepted, wizard.accept_reason = True, "By telephone"
        wizard.save().action_confirm()
        adapted = case.plan_ids.filtered(lambda one: one.state == "active")
        office.env.cr.commit()
        said.append(f"{adapted.name}: {len(adapted.line_ids)} instalments of {adapted.line_ids[0].amount:,.2f}")
    currency = adapted.currency_id
    claim(
        "the new plan is the rest, at what was really paid, and the old one keeps its payment",
        not currency.compare_amounts(adapted.amount_total, sum(case.open_item_ids.mapped("amount_currency")))
        and not currency.compare_amounts(adapted.line_ids[0].amount, 900)
        and (plan.state, plan.amount_paid) == ("cancelled", 900),
    )


def _settings(office):
    """Fill in what interest and write-offs need: products and accounts, as an administrator would once."""
    company, env = office.company, office.env
    expenses = env["account.account"].search(
        [("company_ids", "in", company.ids), ("account_type", "=", "expense")], order="code", limit=1
    )
    income = env["account.account"].search(
        [("company_ids", "in", company.ids), ("account_type", "=", "income_other")], order="code", limit=1
    )
    product = env["product.product"].create({"name": "Late-payment interest", "type": "service", "taxes_id": False})
    contract = env.ref("debt_collection.interest_contract")
    company.write(
        {
            "collection_bad_debt_account_id": expenses.id,
            "collection_write_off_limit": 2000,
            "collection_interest": True,
            "collection_interest_scheme_id": contract.id,
            "collection_interest_product_id": product.id,
            "collection_interest_account_id": income.id,
        }
    )


def _objection(office):
    env = office.env
    with step("an objection") as said:
        case = _case(env, OBJECTS)
        item = case.open_item_ids.filtered(lambda one: one.status == "overdue").sorted("amount_currency")[0]
        wizard = Form(env["collection.dispute.raise"].with_context(default_case_id=case.id))
        wizard.reason_id = env.ref("debt_collection.dispute_reason_damaged")
        wizard.description = "Two of the chairs came with broken arms."
        for number, line in enumerate(wizard.line_ids._records):
            if line["item_id"] == item.id:
                with wizard.line_ids.edit(number) as chosen:
                    chosen.disputed = True
                    chosen.amount = 350
        wizard.save().action_confirm()
        env.cr.commit()
        said.append(f"350.00 of {item.name}; {case.amount_claim:,.2f} are left to collect")
    dispute = case.dispute_ids
    claim("what is disputed is not claimed", not case.currency_id.compare_amounts(case.amount_disputed, 350))
    with step("accepted") as said:
        wizard = Form(
            env["collection.dispute.resolve"].with_context(default_dispute_id=dispute.id, default_outcome="accepted")
        )
        wizard.resolution = "The driver confirms it: credit the two chairs."
        wizard.save().action_confirm()
        env.cr.commit()
        said.append("a credit note waits to be confirmed")
    note = dispute.credit_note_ids
    claim(
        "the credit note is a draft of that amount",
        (note.state, note.move_type) == ("draft", "out_refund")
        and not note.currency_id.compare_amounts(note.amount_total, 350),
    )


def _interest(office):
    env = office.env
    with step("interest") as said:
        case = _case(env, PAYS_INTEREST)
        action = case.action_invoice_interest()
        wizard = env["collection.interest.invoice"].browse(action["res_id"])
        wizard.invoice_state = "posted"
        wizard.action_confirm()
        env.cr.commit()
        invoice = case.interest_charge_ids.move_id
        said.append(f"{invoice.name}: {invoice.amount_total:,.2f}")
    claim(
        "nothing is left to invoice for the same days",
        not env["collection.interest"]._accrued(case.item_ids, office.today(0)),
    )


def _settlement(office):
    env = office.env
    with step("a settlement") as said:
        case = _case(env, SETTLES)
        owed, lines = case.amount_claim, case.open_item_ids.move_line_id
        wizard = Form(env["collection.write.off.make"].with_context(default_case_id=case.id))
        wizard.kind, wizard.reason_id = "settlement", env.ref("debt_collection.write_off_reason_agreed")
        wizard.share_amount, wizard.share_date = 2400, office.today(10)
        wizard.save().action_confirm()
        env.cr.commit()
        said.append(f"2,400.00 of {owed:,.2f}")
    write_off = case.write_off_ids
    claim("nothing is written off before the share is paid", write_off.state == "awaiting" and not write_off.entry_ids)
    with step("its share is paid") as said:
        payment = env["account.payment.register"].with_context(active_model="account.move.line", active_ids=lines.ids)
        payment.create({"amount": 2400})._create_payments()
        env.cr.commit()
        env["collection.case"].sudo()._cron_assess_changed()
        # what the settlement has written off is the next change of the ledger
        env["collection.case"].sudo()._cron_assess_changed()
        env.cr.commit()
        said.append(f"{write_off.amount_posted:,.2f} written off with {write_off.entry_ids.name}")
    claim("the rest is written off and the case closed", (write_off.state, case.state) == ("posted", "closed"))
