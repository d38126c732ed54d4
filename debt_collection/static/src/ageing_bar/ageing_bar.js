import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** What a debtor owes, by age: one coloured bar with a legend. Value: [{bucket, label, amount, share}]. */
export class CollectionAgeingBar extends Component {
    static template = "debt_collection.AgeingBar";
    static props = { ...standardFieldProps };

    get segments() {
        return this.props.record.data[this.props.name] || [];
    }

    /** The bar in words, for those who do not see it. */
    get description() {
        const parts = this.segments.map((segment) => `${segment.label}: ${segment.amount}`);
        return _t("Open amounts by age: %s", parts.join("; "));
    }
}

export const collectionAgeingBar = {
    component: CollectionAgeingBar,
    displayName: _t("Ageing bar"),
    supportedTypes: ["json"],
};

registry.category("fields").add("collection_ageing_bar", collectionAgeingBar);
