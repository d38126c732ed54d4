import { Component } from "@odoo/owl";

/** Roll rates: months by pairs of buckets; the deeper the colour, the more has grown older. The number is written. */
export class CollectionHeatMap extends Component {
    static template = "debt_collection.HeatMap";
    static props = { roll: Object, open: Function };

    /** At its deepest the colour still leaves the number readable. */
    shade(cell) {
        return `background-color: rgba(var(--o-collection-heat), ${(cell.intensity * 0.6).toFixed(2)})`;
    }
}
