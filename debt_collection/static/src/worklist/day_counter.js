import { Component, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";
import { useService } from "@web/core/utils/hooks";

/** How far the collector's day is: handled and still to do, promised and collected today. Read again with the list. */
export class CollectionDayCounter extends Component {
    static template = "debt_collection.DayCounter";
    static props = { list: { type: Object, optional: true } };

    setup() {
        this.orm = useService("orm");
        this.day = useState({});
        onWillStart(() => this.count());
        onWillUpdateProps(() => this.count());
    }

    async count() {
        Object.assign(this.day, await this.orm.silent.call("collection.case", "get_day"));
    }

    /** Show the cases of one of the search's filters alone. */
    show(name) {
        const search = this.env.searchModel;
        const [filter] = search.getSearchItems((item) => item.name === name);
        search.query = [];
        search.toggleSearchItem(filter.id);
    }
}
