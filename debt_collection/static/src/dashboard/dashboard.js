import { Component, onWillStart, useState } from "@odoo/owl";
import { DateTimeInput } from "@web/core/datetime/datetime_input";
import { deserializeDate, serializeDate } from "@web/core/l10n/dates";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { useSetupAction } from "@web/search/action_hook";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { CollectionChart } from "./chart";
import { CollectionHeatMap } from "./heat_map";
import { CollectionTable } from "./table";
import { CollectionTile } from "./tile";

const MODEL = "collection.dashboard";
const CUSTOM = "custom";

/** The manager's page. The server says every figure in words; here they are laid out, and asked for again. */
export class CollectionDashboard extends Component {
    static template = "debt_collection.Dashboard";
    static components = {
        CollectionChart,
        CollectionHeatMap,
        CollectionTable,
        CollectionTile,
        DateTimeInput,
        Layout,
    };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.keepLast = new KeepLast();
        this.state = useState({ ask: null, data: null, busy: false });
        // whoever comes back from the records of a figure finds the page as it was
        useSetupAction({ getLocalState: () => ({ ask: { ...this.state.ask } }) });
        onWillStart(async () => {
            this.filters = await this.orm.call(MODEL, "get_filters");
            this.state.ask = this.props.state?.ask || {
                company_id: this.filters.company_id,
                user_id: false,
                ...this.datesOf(this.filters.period),
            };
            await this.load();
        });
    }

    get periods() {
        return this.filters.periods;
    }

    get isCustom() {
        return this.state.ask.period === CUSTOM;
    }

    datesOf(code) {
        const { date_from, date_to } = this.periods.find((period) => period.code === code);
        return { period: code, date_from, date_to };
    }

    day(name) {
        return deserializeDate(this.state.ask[name]);
    }

    /** Ask for the page; an answer that is overtaken by a later question is dropped. */
    async load() {
        const { company_id, date_from, date_to, user_id } = this.state.ask;
        this.state.busy = true;
        try {
            this.state.data = await this.keepLast.add(
                this.orm.call(MODEL, "get_data", [company_id, date_from, date_to, user_id])
            );
        } finally {
            this.state.busy = false;
        }
    }

    ask(changes) {
        Object.assign(this.state.ask, changes);
        return this.load();
    }

    onPeriod(ev) {
        const code = ev.target.value;
        if (code === CUSTOM) {
            // the days stay until they are changed
            this.state.ask.period = CUSTOM;
            return;
        }
        return this.ask(this.datesOf(code));
    }

    onDay(name, value) {
        if (value) {
            return this.ask({ [name]: serializeDate(value) });
        }
    }

    onCompany(ev) {
        return this.ask({ company_id: parseInt(ev.target.value), user_id: false });
    }

    onCollector(ev) {
        return this.ask({ user_id: parseInt(ev.target.value) || false });
    }

    async onCompute() {
        this.state.busy = true;
        try {
            await this.orm.call(MODEL, "compute_now");
        } finally {
            this.state.busy = false;
        }
        await this.load();
    }

    /** Show the records behind a figure. */
    async open(target) {
        const action = await this.orm.call(MODEL, "open_records", [], {
            company_id: this.state.ask.company_id,
            ...target,
        });
        return this.action.doAction(action);
    }
}

registry.category("actions").add("debt_collection.dashboard", CollectionDashboard);
