"""What must hold after a torture: what is looked at, and what is said of what does not hold."""

from collections import Counter

import odoo_process

# Notes every state that a committed transaction gave to an action, whatever became of the action since.
HISTORY = """
CREATE TABLE torture_history (action_id int, state varchar);
CREATE FUNCTION torture_note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN INSERT INTO torture_history VALUES (NEW.id, NEW.state); RETURN NULL; END $$;
CREATE TRIGGER torture_note AFTER INSERT OR UPDATE OF state ON collection_action
FOR EACH ROW EXECUTE FUNCTION torture_note();
"""

# The log's chains verify, and what the kills left of the assessment was made good.
LAST_LOOK = """
from odoo import fields
company = env.ref("base.main_company")
result = {
    "broken chain": env["collection.contact"].search([])._verify_chain().ids,
    "still to assess": env["collection.case"]._assess(company, today=fields.Date.to_date(today)),
}
"""
NOTHING_TO_SAY = {"broken chain": [], "still to assess": {"opened": 0, "closed": 0, "updated": 0}}


def broken_promises(database, deliveries, payments, kills):
    """Return in sentences what should not be so after the kills, the restart and a run to the end.

    :param deliveries: [(moment announced, address, subject)], what the mail server has
    :param payments: the accountant's diary, [dict]
    :param kills: int, how many workers were killed
    """
    taken = Counter((address, step) for _moment, address, step in deliveries)
    actions = _actions(database)
    broken = [f"{address} got {step} {times} times" for (address, step), times in taken.items() if times > 1]
    for notice in set(taken) | set(actions):
        states, times = actions.get(notice, Counter()), taken[notice]
        if states["sent"] != times and not (times == 1 and states["unknown"] == 1 and not states["sent"]):
            broken.append(f"{notice} was taken {times} times, its actions are {dict(states)}")
    unknown = sum(states["unknown"] for states in actions.values())
    if unknown > kills:
        broken.append(f"{unknown} unknown after {kills} kills")
    broken += [f"{what}: {row}" for what, query in NEVER.items() for row in odoo_process.sql(database, query)]
    settled = {page["address"]: page["ended"] for page in payments if page.get("settled") and not page["failed"]}
    # the mail is announced well within a second of the last look at the ledger
    broken += [
        f"{address} paid {moment - settled[address]:.1f} s before {step} was announced"
        for moment, address, step in deliveries
        if moment - settled.get(address, moment) > 1
    ]
    return broken


def _actions(database):
    """Return {(address, level): Counter of the states of its actions}."""
    query = """
        SELECT partner.email, level.name->>'en_US', action.state
          FROM collection_action action
          JOIN res_partner partner ON partner.id = action.partner_id
          JOIN collection_level level ON level.id = action.level_id
    """
    states = {}
    for address, step, state in odoo_process.sql(database, query):
        states.setdefault((address, step), Counter())[state] += 1
    return states


# what must give no row when everything has come to its end
NEVER = {
    "an action approved is left, or has no reason": """
        SELECT id, state, outcome FROM collection_action
         WHERE state IN ('proposed', 'approved', 'queued', 'sending')
            OR (state IN ('deferred', 'skipped', 'failed', 'unknown', 'cancelled') AND coalesce(outcome, '') = '')
    """,
    "a notice failed, though the mail server takes everything": """
        SELECT id, outcome FROM collection_action WHERE state = 'failed'
    """,
    "an action once approved is gone": """
        SELECT DISTINCT action_id FROM torture_history history
         WHERE state != 'proposed'
           AND NOT EXISTS (SELECT FROM collection_action action WHERE action.id = history.action_id)
    """,
    "an action that was sent or unknown went on": """
        SELECT DISTINCT action.id, action.state FROM collection_action action
          JOIN torture_history history ON history.action_id = action.id
         WHERE history.state IN ('sent', 'unknown') AND action.state != history.state
    """,
    "the log does not say what became of an action": """
        SELECT action.id, action.state, array_agg(contact.outcome) FROM collection_action action
     LEFT JOIN collection_contact contact ON contact.action_id = action.id
         WHERE action.state IN ('sent', 'unknown', 'failed', 'skipped')
      GROUP BY action.id
        HAVING array_agg(contact.outcome::text) IS DISTINCT FROM ARRAY[action.state::text]
    """,
    "a debtor has two open cases": """
        SELECT debtor_id FROM collection_case WHERE state = 'open' GROUP BY debtor_id HAVING count(*) > 1
    """,
    "an item received a level twice": """
        SELECT line.item_id, line.level_id FROM collection_action_line line
          JOIN collection_action action ON action.id = line.action_id
         WHERE action.state IN ('sent', 'unknown') AND line.level_id IS NOT NULL
      GROUP BY line.item_id, line.level_id, line.channel, line.round HAVING count(*) > 1
    """,
    "an item's level is not the last one sent": """
        SELECT item.id, item.level_id, sent.level_id FROM collection_item item
     LEFT JOIN (SELECT DISTINCT ON (line.item_id) line.item_id, line.level_id FROM collection_action_line line
                  JOIN collection_action action ON action.id = line.action_id AND action.state = 'sent'
                  JOIN collection_level level ON level.id = line.level_id
              ORDER BY line.item_id, level.delay_days DESC) sent ON sent.item_id = item.id
         WHERE item.level_id IS DISTINCT FROM sent.level_id
    """,
    "a mail does not say what became of its notice": """
        SELECT action.id, action.state, mail.state FROM mail_mail mail
          JOIN collection_action action ON action.id = mail.collection_action_id
         WHERE mail.state != CASE WHEN action.state = 'sent' THEN 'sent' ELSE 'cancel' END
    """,
    "a change in the ledger was not assessed": "SELECT id FROM collection_change",
}
