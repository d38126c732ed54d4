"""New debtors, new cases and new items: inserted in one statement (the part of assess that does it)."""

from odoo import api, models
from odoo.tools import SQL


class CollectionCase(models.Model):
    _inherit = "collection.case"

    @api.model
    def _open_cases(self, company, today):
        """Open a case for each debtor that has none and should, and give each open debit of a case its item.

        :return: number of cases opened
        """
        case_columns, item_columns = self._case_columns(company), self._item_columns()
        [(opened,)] = self.env.execute_query(
            SQL(
                """
                WITH opening AS (
                    SELECT * FROM collection_tmp_position WHERE case_id IS NULL AND (opens OR is_courtesy)
                ),
                added AS (
                    INSERT INTO collection_debtor (company_id, partner_id, name, broken_promise_count, payday,
                                                   ledger_digest, assessed_on, reassess_on, last_notice_date)
                    SELECT %(company)s, opening.partner_id, coalesce(partner.complete_name, partner.name, '?'), 0, 0,
                           opening.ledger_digest, %(today)s, opening.reassess_on, opening.last_notice_date
                      FROM opening
                      JOIN res_partner partner ON partner.id = opening.partner_id
                     WHERE opening.debtor_id IS NULL
                 RETURNING id, partner_id
                ),
                opened AS (
                    INSERT INTO collection_case (company_id, debtor_id, user_id, state, date_open,
                                                 create_uid, write_uid, create_date, write_date, %(case_names)s)
                    SELECT %(company)s, coalesce(position.debtor_id, added.id), position.user_id, 'open', %(today)s,
                           %(uid)s, %(uid)s, now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC', %(case_values)s
                      FROM opening position
                 LEFT JOIN added ON added.partner_id = position.partner_id
                 RETURNING id, partner_id
                ),
                open_case AS (
                    SELECT partner_id, id AS case_id FROM opened
                 UNION ALL
                    SELECT partner_id, case_id FROM collection_tmp_position WHERE case_id IS NOT NULL
                ),
                -- re-posting may split an invoice in more parts than before, or split a line that keeps its id
                replaced AS (
                    SELECT DISTINCT move_id
                      FROM collection_tmp_line
                     WHERE item_id IS NOT NULL AND item_original IS DISTINCT FROM original_currency
                ),
                -- the new parts start where the lowest one stands
                inherited AS (
                    SELECT DISTINCT ON (line.move_id) line.move_id, line.round, line.level_id, line.level_date
                      FROM replaced
                      JOIN collection_tmp_line line ON line.move_id = replaced.move_id AND line.item_id IS NOT NULL
                 LEFT JOIN collection_level level ON level.id = line.level_id
                  ORDER BY line.move_id, coalesce(level.delay_days, -1000), line.item_id
                ),
                chased AS (
                    INSERT INTO collection_item (move_line_id, case_id, round, level_id, level_date, %(item_names)s)
                    SELECT line.line_id, open_case.case_id, coalesce(inherited.round, 1), inherited.level_id,
                           inherited.level_date, %(item_values)s
                      FROM collection_tmp_line line
                      JOIN open_case ON open_case.partner_id = line.partner_id
                 LEFT JOIN inherited ON inherited.move_id = line.move_id
                     WHERE line.is_debit AND line.item_id IS NULL
                )
                SELECT count(*) FROM opened
                """,
                case_names=SQL(", ").join(SQL.identifier(name) for name, _value in case_columns),
                case_values=SQL(", ").join(value for _name, value in case_columns),
                item_names=SQL(", ").join(SQL.identifier(name) for name, _value in item_columns),
                item_values=SQL(", ").join(value for _name, value in item_columns),
                company=company.id,
                today=today,
                uid=self.env.uid,
            )
        )
        return opened
