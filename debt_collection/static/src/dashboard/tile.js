import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";

const WORDS = { success: _t("better"), danger: _t("worse"), muted: "" };

/** A figure with its name, its change against the period before, and what it is to be read against. */
export class CollectionTile extends Component {
    static template = "debt_collection.Tile";
    static props = { tile: Object, open: Function };

    get change() {
        return this.props.tile.change;
    }

    /** What the colour says, for those who do not see it. */
    get judgement() {
        return WORDS[this.change.tone].toString();
    }
}
