"""Cases that passed from their collectors to another: what was done, so that it can be put back."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL


class CollectionReassignment(models.Model):
    _name = "collection.reassignment"
    _description = "Reassignment of Cases"
    _order = "id desc"
    _rec_name = "to_user_id"

    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade")
    create_date = fields.Datetime(string="On", readonly=True)
    create_uid = fields.Many2one("res.users", string="By", readonly=True)
    from_names = fields.Char(string="From", readonly=True)
    to_user_id = fields.Many2one("res.users", string="To", required=True, readonly=True, ondelete="cascade")
    reason = fields.Char(string="Why", readonly=True)
    future = fields.Boolean(string="Future Cases Too", readonly=True)
    case_count = fields.Integer(string="Cases", readonly=True)
    # {table: {id of who had them, "0" for nobody: [ids]}}
    moved = fields.Json(readonly=True)
    state = fields.Selection([("done", "Done"), ("undone", "Put back")], default="done", required=True, readonly=True)
    undone_on = fields.Datetime(string="Put Back On", readonly=True)
    undone_by_id = fields.Many2one("res.users", string="Put Back By", readonly=True, ondelete="set null")

    @api.model
    def _make(self, cases, to_user, from_user, future, activities, reason):
        """Pass open cases of a company to a collector, with a note in each log; and remember who had them.

        :param cases: collection.case, open, none of them the collector's already
        :param to_user: res.users
        :param from_user: res.users who had all of them, or none
        :param future: bool, the debtors' next cases are the new collector's, too; with `from_user`, also those of
            debtors of that one who have no open case now
        :param activities: bool, what the former collectors have planned on these cases passes over
        :param reason: str or False
        :return: collection.reassignment
        """
        self._check_manager()
        company = cases.company_id.ensure_one()
        # sudo: the names alone, of who may have left
        former = {case.id: case.user_id for case in cases.sudo()}
        moved = {"collection_case": self._by_former({case_id: user.id for case_id, user in former.items()})}
        if activities:
            moved["mail_activity"] = self._by_former(self._planned(cases, to_user))
        if future:
            moved["collection_debtor"] = self._by_former(self._debtors(cases, from_user, to_user))
        values = {"user": to_user.name, "reason": reason}
        nobody = self.env._("nobody")
        self.env["collection.case"]._hand_over(
            dict.fromkeys(cases.ids, to_user.id),
            {
                case.id: self.env._(
                    "Passed from %(former)s to %(user)s: %(reason)s", former=former[case.id].name or nobody, **values
                )
                if reason
                else self.env._("Passed from %(former)s to %(user)s.", former=former[case.id].name or nobody, **values)
                for case in cases
            },
        )
        for table in moved.keys() - {"collection_case"}:
            self._write_users(table, [(id_, to_user.id) for ids in moved[table].values() for id_ in ids])
        # sudo: nobody writes what was done by hand
        return self.sudo().create(
            {
                "company_id": company.id,
                "from_names": ", ".join(sorted({user.name or nobody for user in former.values()})),
                "to_user_id": to_user.id,
                "reason": reason,
                "future": future,
                "case_count": len(cases),
                "moved": moved,
            }
        )

    @api.model
    def _check_manager(self):
        if not self.env.user.has_group("debt_collection.group_collection_manager"):
            raise AccessError(self.env._("Only a collections manager may pass cases from one collector to another."))

    @api.model
    def _by_former(self, users):
        """Return {str of a user id, "0" for nobody: [ids]} of {id: user id}."""
        result = {}
        for id_, user_id in users.items():
            result.setdefault(str(user_id or 0), []).append(id_)
        return result

    @api.model
    def _planned(self, cases, to_user):
        """Return {id of an activity: user id} of what the collectors of cases have planned on them."""
        self.env["mail.activity"].flush_model()
        self.env["collection.case"].flush_model(["user_id"])
        return dict(
            self.env.execute_query(
                SQL(
                    """
                    SELECT activity.id, activity.user_id
                      FROM mail_activity activity
                      JOIN collection_case c ON c.id = activity.res_id AND c.user_id = activity.user_id
                     WHERE activity.res_model = 'collection.case' AND activity.active AND c.id = ANY(%s)
                       AND activity.user_id != %s
                    """,
                    cases.ids,
                    to_user.id,
                )
            )
        )

    @api.model
    def _debtors(self, cases, from_user, to_user):
        """Return {debtor id: user id, or None} of those whose own collector becomes another."""
        self.env["collection.debtor"].flush_model(["user_id"])
        return dict(
            self.env.execute_query(
                SQL(
                    """
                    SELECT id, user_id
                      FROM collection_debtor
                     WHERE company_id = %(company)s AND (id = ANY(%(debtors)s) OR user_id = %(former)s)
                       AND user_id IS DISTINCT FROM %(user)s
                    """,
                    company=cases.company_id.id,
                    debtors=cases.debtor_id.ids,
                    former=from_user.id or None,
                    user=to_user.id,
                )
            )
        )

    @api.model
    def _write_users(self, table, rows):
        """Write the users of many records in one statement: nobody is sent a mail a record.

        :param table: "collection_debtor" or "mail_activity"
        :param rows: [(id, user id or None)]
        """
        model = {"collection_debtor": "collection.debtor", "mail_activity": "mail.activity"}[table]
        self.env.cr.execute(
            SQL(
                """
                UPDATE %s record SET user_id = given.user_id
                  FROM unnest(%s::int[], %s::int[]) given(id, user_id)
                 WHERE record.id = given.id
                """,
                SQL.identifier(table),
                [id_ for id_, _user_id in rows],
                [user_id for _id, user_id in rows],
            )
        )
        self.env[model].invalidate_model(["user_id"])

    def action_open_cases(self):
        """Open the cases that passed over."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Cases passed to %s", self.to_user_id.name),
            "res_model": "collection.case",
            "domain": [("id", "in", [id_ for ids in self.moved["collection_case"].values() for id_ in ids])],
            "views": [(False, "list"), (False, "form")],
        }

    def action_undo(self):
        """Put back what still is as it was passed on; what has been passed on again, or has closed, stays."""
        self._check_manager()
        for reassignment in self:
            if reassignment.state != "done":
                raise UserError(self.env._("These cases have been put back already."))
            reassignment._undo()

    def _undo(self):
        self.ensure_one()
        former = {
            table: {id_: int(user_id) or None for user_id, ids in by_former.items() for id_ in ids}
            for table, by_former in self.moved.items()
        }
        to_user = self.to_user_id
        cases = self.env["collection.case"].search(
            [("id", "in", list(former["collection_case"])), ("state", "=", "open"), ("user_id", "=", to_user.id)]
        )
        # sudo: the names alone, of who may have left
        names = {user.id: user.name for user in self.env["res.users"].sudo().browse(
            filter(None, set(former["collection_case"].values())))}  # fmt: skip
        collectors = {case.id: former["collection_case"][case.id] for case in cases}
        self.env["collection.case"]._hand_over(
            collectors,
            {
                case_id: self.env._(
                    "Put back from %(user)s to %(former)s.",
                    user=to_user.name,
                    former=names.get(user_id) or self.env._("nobody"),
                )
                for case_id, user_id in collectors.items()
            },
        )
        for table in former.keys() - {"collection_case"}:
            still = self.env.execute_query(
                SQL(
                    "SELECT id FROM %s WHERE id = ANY(%s) AND user_id = %s",
                    SQL.identifier(table),
                    list(former[table]),
                    to_user.id,
                )
            )
            self._write_users(table, [(id_, former[table][id_]) for (id_,) in still])
        # sudo: nobody writes what was done by hand
        self.sudo().write({"state": "undone", "undone_on": fields.Datetime.now(), "undone_by_id": self.env.uid})
