import { useHotkey } from "@web/core/hotkeys/hotkey_hook";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { FormController } from "@web/views/form/form_controller";
import { formView } from "@web/views/form/form_view";

/**
 * A case opened from My day: “Next case” goes to the next one in place, and so does whatever handles the case for
 * today (a call logged, a promise, a dispute, a hold, a reminder sent).
 */
export class MyDayFormController extends FormController {
    setup() {
        super.setup();
        this.notification = useService("notification");
        this.seen = [];
        // before the pager's own, which knows nothing of what was handled
        useHotkey("alt+n", () => this.nextCase(), { bypassEditableProtection: true });
    }

    get modelParams() {
        const params = super.modelParams;
        params.hooks.onRootLoaded = (root) => this.onCaseLoaded(root);
        return params;
    }

    async onCaseLoaded(root) {
        const { resId, data } = root;
        const handled = this.shown === resId && !this.shownHandled && data.worked_today;
        this.shown = resId;
        this.shownHandled = data.worked_today;
        if (handled) {
            this.notification.add(_t("%s is handled for today.", data.display_name), { type: "success" });
            await this.nextCase();
        }
    }

    async beforeExecuteActionButton(clickParams) {
        if (clickParams.name === "action_next_case") {
            await this.nextCase();
            return false;
        }
        return super.beforeExecuteActionButton(clickParams);
    }

    async nextCase() {
        if (!(await this.model.root.save())) {
            return;
        }
        const current = this.model.root.resId;
        this.seen = [...this.seen.filter((id) => id !== current), current];
        const next = await this.orm.call("collection.case", "get_next_of_day", [this.seen]);
        if (next) {
            const ids = this.model.config.resIds;
            await this.model.load({ resId: next, resIds: ids.includes(next) ? ids : [...ids, next] });
        } else {
            await this.actionService.doAction("debt_collection.collection_case_action_my_day", {
                clearBreadcrumbs: true,
            });
        }
    }
}

registry.category("views").add("collection_my_day_form", { ...formView, Controller: MyDayFormController });
