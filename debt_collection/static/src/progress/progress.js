import { Component, onMounted, onWillUnmount, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

const SHORT = 2000;
const LONG = 20000;
// what does not move for this many looks (deferred ones, scheduled calls) is looked at less often
const PATIENCE = 30;

/** How far a batch is. While it proposes or sends, the record is read again every two seconds; unsaved changes are left alone. */
export class CollectionProgress extends Component {
    static template = "debt_collection.Progress";
    static props = { ...standardWidgetProps };

    setup() {
        this.state = useState({ still: 0 });
        onMounted(() => this.schedule());
        onWillUnmount(() => {
            this.gone = true;
            browser.clearTimeout(this.timer);
        });
    }

    get data() {
        return this.props.record.data;
    }

    get percent() {
        return Math.round(this.data.progress);
    }

    get isMoving() {
        const { state, waiting_count, paused } = this.data;
        return !paused && (state === "proposing" || (state === "sending" && waiting_count > 0));
    }

    schedule() {
        this.timer = browser.setTimeout(() => this.look(), this.state.still < PATIENCE ? SHORT : LONG);
    }

    async look() {
        const record = this.props.record;
        if (["proposing", "sending"].includes(this.data.state) && !document.hidden && !(await record.isDirty())) {
            const before = this.data.summary;
            try {
                await record.load();
            } catch {
                // the connection is lost for a moment: look again later
                this.state.still = PATIENCE;
            }
            this.state.still = before === this.data.summary ? this.state.still + 1 : 0;
        }
        if (!this.gone) {
            this.schedule();
        }
    }
}

export const collectionProgress = { component: CollectionProgress };

registry.category("view_widgets").add("collection_progress", collectionProgress);
