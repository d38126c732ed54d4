import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/**
 * KPIs, one a row: their values, and the change or a column for each group. A click opens what is behind a figure.
 * Value: {company_id, group_by, columns: [{label, key, date_from, date_to}], change, rows: [{code, label, help, cells, change, tone}]}.
 */
export class CollectionKpiTable extends Component {
    static template = "debt_collection.KpiTable";
    static props = { ...standardFieldProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
    }

    get table() {
        return this.props.record.data[this.props.name] || { columns: [], rows: [] };
    }

    tone(row) {
        return { better: "text-success", worse: "text-danger" }[row.tone] || "text-muted";
    }

    /** What a colour says, for those who do not see it. */
    words(row) {
        return { better: _t("Better"), worse: _t("Worse") }[row.tone] || "";
    }

    async open(row, column) {
        const action = await this.orm.call("collection.kpi", "open_records", [
            row.code,
            this.table.company_id,
            column.date_from,
            column.date_to,
            false,
            this.table.group_by || null,
            column.key,
        ]);
        this.action.doAction(action);
    }
}

registry.category("fields").add("collection_kpi_table", {
    component: CollectionKpiTable,
    displayName: _t("KPI table"),
    supportedTypes: ["json"],
});
