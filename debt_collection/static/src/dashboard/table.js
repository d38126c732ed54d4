import { Component } from "@odoo/owl";

/** A list of the dashboard; what has a target opens it. Columns of kind `share` carry a bar. */
export class CollectionTable extends Component {
    static template = "debt_collection.Table";
    static props = { table: Object, open: Function };

    classes(number) {
        const kind = this.props.table.columns[number].kind;
        return {
            "text-end": !["text", "minor"].includes(kind),
            "text-nowrap": !["text", "minor"].includes(kind),
            "ps-3": kind === "minor",
            "d-none d-sm-table-cell": kind.startsWith("minor"),
        };
    }
}
