"""How long the server takes for the screens of a collections department, asked as the web client asks.

The views are the user's own (`get_views`), and from their arch follows what the client reads: every field of a list, a
form's fields with the first page of each list in it. A collector, with the record rules of one, has a third of the
cases. Nothing of what is made here stays.
"""

import json
import statistics
import time

from lxml import etree
from odoo.tools import SQL
from odoo.tools.safe_eval import safe_eval

from measure import row

DATABASE = "proposed"
PAGE = 80
INNER_PAGE = 40  # a list inside a form, where its view says no other limit
COUNTED = 10_001  # beyond which the client shows "10000+"
# what the client's widgets read beside the field they stand on
WIDGETS = {
    "list_activity": (
        "activity_exception_decoration activity_exception_icon activity_state activity_summary activity_type_icon "
        "activity_type_id"
    ),
}
TIMES = 7
BIG_CASE = 2000


def measure(env):
    """Return a row per screen, in milliseconds of the server's time.

    :param env: the environment of a database that is assessed and has a batch proposed; rolled back at the end
    """
    try:
        return list(_rows(env))
    finally:
        env.cr.rollback()


def _rows(env):
    collector, manager = _users(env)
    mine = _action(env, "collection_case_action_mine", collector.uid)
    every = _action(env, "collection_case_action_all", manager.uid)
    own = [*mine, ("user_id", "=", collector.uid)]
    day = list(collector["collection.case"]._day_domain())
    day_view = collector.ref("debt_collection.collection_case_view_list_my_day").id
    old = [*own, ("bucket", "in", ("91_120", "over_120"))]
    name = max(collector["collection.case"].search(own, limit=PAGE).debtor_id.mapped("name"), key=len)
    called = [*own, "|", ("debtor_id.name", "ilike", name), ("partner_id", "child_of", name)]
    opened = [*every, ("state", "=", "open")]
    waiting = [("state", "in", ("proposed", "approved", "deferred", "queued", "unknown", "failed"))]
    run = _largest_run(manager)
    in_run = run.action_open_actions()["domain"]
    for words, reach, request in (
        ("open My day, first page", 300, _list(collector, "collection.case", day, day_view)),
        ("open My cases, first page", 300, _list(collector, "collection.case", own)),
        ("My cases and the unassigned", 300, _list(collector, "collection.case", mine)),
        ("My cases, filtered by age", 300, _list(collector, "collection.case", old)),
        ("My cases, a debtor's name searched", 300, _list(collector, "collection.case", called)),
        ("My cases, grouped by age", 300, _groups(collector, "collection.case", own, "bucket")),
        ("open All cases, first page", 300, _list(manager, "collection.case", opened)),
        ("All cases, grouped by age", 300, _groups(manager, "collection.case", opened, "bucket")),
        ("open Actions, first page", 300, _list(manager, "collection.action", waiting)),
        ("open Batches", 1000, _list(manager, "collection.run", [])),
        (f"open a batch of {run.action_count} actions", 1000, _form(run)),
        ("its full list, first page", 300, _list(manager, "collection.action", in_run)),
    ):
        yield _row(env, words, reach, request)
    case = _big_case(collector)
    yield _row(env, f"open a case of {len(case.open_item_ids)} open items", 700, _form(case))


def _row(env, name, reach, request):
    """Time a request and its answer's JSON, the server warm and nothing of its records in the cache."""
    times = []
    for _ in range(1 + TIMES):
        env.invalidate_all()
        start = time.perf_counter()
        json.dumps(request(), default=str)
        times.append(1000 * (time.perf_counter() - start))
    # the first one fills the server's own caches
    return row(name, statistics.median(times[1:]), "ms", None, reach)


# ---- what the client asks -------------------------------------------------------------------------------------


# each returns the request; views are read before, once, as the client does
def _list(env, model, domain, view=False):
    """The first page of a list, and how many there are; of the model's own view or of another."""
    records = env[model].with_context(bin_size=True)
    arch = _arch(records, "list", view)
    asked = {
        "specification": _specification(records, arch),
        "limit": int(arch.get("limit", PAGE)),
        "order": arch.get("default_order", ""),
        "count_limit": COUNTED,
    }
    return lambda: records.web_search_read(domain, **asked)


def _groups(env, model, domain, by):
    """The groups of a list, folded, with the sums of its columns."""
    records = env[model]
    aggregates = []
    for name, field in records.fields_get(_specification(records, _arch(records, "list"))).items():
        if field.get("aggregator") and field["type"] in ("integer", "float", "monetary"):
            aggregates.append(f"{name}:{field['aggregator']}")
        if field.get("aggregator") and field.get("currency_field"):
            aggregates += [f"{field['currency_field']}:array_agg_distinct", f"{name}:sum_currency"]
    aggregates = list(dict.fromkeys(aggregates))
    return lambda: records.web_read_group(domain, [by], aggregates, limit=PAGE)


def _form(record):
    """A record's form, with the first page of each list in it."""
    record = record.with_context(bin_size=True)
    specification = _specification(record, _arch(record, "form"))
    return lambda: record.web_read(specification)


def _arch(records, kind, view=False):
    return etree.fromstring(records.get_views([(view, kind)])["views"][kind]["arch"])


def _specification(records, arch):
    """Return what `web_read` is asked for by the client that shows this arch."""
    specification = {}
    for node in _fields(arch):
        field = records._fields[node.get("name")]
        hidden = node.get("invisible") in ("1", "True") or node.get("column_invisible") in ("1", "True")
        asked = specification.setdefault(field.name, {})
        if field.type == "many2one":
            asked["fields"] = {} if hidden else {"display_name": {}}
        elif field.type in ("one2many", "many2many") and not hidden:
            asked.update(_inner(records, field, node))
        for beside in WIDGETS.get(node.get("widget"), "").split():
            many2one = records._fields[beside].type == "many2one"
            specification.setdefault(beside, {"fields": {"display_name": {}}} if many2one else {})
    specification.setdefault("display_name", {})
    return specification


def _fields(node):
    """The fields of a view, without those of the views inside its fields."""
    for child in node:
        if child.tag == "field":
            yield child
        else:
            yield from _fields(child)


def _inner(records, field, node):
    """What is asked for the records of a field that holds many: a list's first page, or the names of tags."""
    arch = node.find("list")
    if arch is None:
        tags = (node.get("widget") or "").startswith("many2many_tags")
        return {"fields": {"display_name": {}}, "limit": INNER_PAGE} if tags else {}
    asked = {
        "fields": _specification(records.env[field.comodel_name], arch),
        "limit": int(arch.get("limit", INNER_PAGE)),
    }
    if arch.get("default_order"):
        asked["order"] = arch.get("default_order")
    return asked


def _action(env, name, uid):
    """The domain of one of our window actions."""
    action = env["ir.actions.act_window"]._for_xml_id(f"debt_collection.{name}")
    return safe_eval(action["domain"], {"uid": uid})


# ---- whose screens, and of what -------------------------------------------------------------------------------


def _users(env):
    """Return the environments of a collector, who has a third of the cases, and of a collections manager."""
    users = env["res.users"].with_context(no_reset_password=True, tracking_disable=True, mail_create_nosubscribe=True)
    made = users.create(
        [
            {"name": f"Bench {group}", "login": f"bench_{group}", "group_ids": [(6, 0, env.ref(xmlid).ids)]}
            for group, xmlid in (
                ("collector", "debt_collection.group_collection_collector"),
                ("manager", "debt_collection.group_collection_manager"),
            )
        ]
    )
    env.flush_all()
    env.cr.execute("UPDATE collection_case SET user_id = %s WHERE id %% 3 = 0", [made[0].id])
    env.cr.execute("ANALYZE collection_case")
    return [
        env(user=user, su=False, context={"lang": "en_US", "allowed_company_ids": env.company.ids}) for user in made
    ]


def _largest_run(env):
    [[run, _count], *_rest] = env["collection.action"]._read_group(
        [("run_id", "!=", False)], ["run_id"], ["__count"], order="__count DESC"
    )
    return run


def _big_case(env):
    """Return a case of the collector's with a great many open items, all of them invoices of the ledger's own kind."""
    case = env["collection.case"].search([("state", "=", "open"), ("user_id", "=", env.uid)], limit=1)
    line = case.sudo().open_item_ids.move_line_id[:1]
    env.flush_all()
    env.cr.execute("SELECT nextval('account_move_id_seq') FROM generate_series(1, %s)", [BIG_CASE])
    moves = [move for (move,) in env.cr.fetchall()]
    # rows of a table are cloned whole, so that no column of Odoo's is named here
    env.cr.execute(
        SQL(
            """
            INSERT INTO account_move
            SELECT (jsonb_populate_record(m, jsonb_build_object(
                       'id', new.id, 'name', 'MANY/' || new.id, 'sequence_prefix', 'MANY/', 'sequence_number', new.id
                   ))).*
              FROM account_move m, unnest(%(moves)s) AS new(id)
             WHERE m.id = %(move)s
            """,
            moves=moves,
            move=line.move_id.id,
        )
    )
    env.cr.execute(
        SQL(
            """
            INSERT INTO account_move_line
            SELECT (jsonb_populate_record(l, jsonb_build_object(
                       'id', nextval('account_move_line_id_seq'), 'move_id', new.id, 'move_name', 'MANY/' || new.id,
                       'date_maturity', current_date - (new.id %% 200)::int
                   ))).*
              FROM account_move_line l, unnest(%(moves)s) AS new(id)
             WHERE l.id = %(line)s
            """,
            moves=moves,
            line=line.id,
        )
    )
    # sudo: assess is the scheduled action's work
    case.sudo()._assess(env.company, partners=case.partner_id)
    return case
