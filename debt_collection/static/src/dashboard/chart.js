/* global Chart */
import { Component, onWillStart, useEffect, useRef, useState } from "@odoo/owl";
import { loadBundle } from "@web/core/assets";
import { hexToRGBA } from "@web/core/colors/colors";
import { localization } from "@web/core/l10n/localization";
import { _t } from "@web/core/l10n/translation";
import { user } from "@web/core/user";

// the buckets as in the bar of a case: from calm to alarming
const COLORS = {
    not_due: "#9fc5a8",
    b1: "#f5d76e",
    b2: "#f0ad4e",
    b3: "#e2763b",
    b4: "#c9432f",
    b5: "#7d1d1d",
    dso: "#3188e6",
    best: "#43a047",
    collected: "#43a699",
};
const GRID = "rgba(128, 128, 128, 0.2)";

/** A chart of the dashboard, or the same as a table. A click on a bar or a point shows its records. */
export class CollectionChart extends Component {
    static template = "debt_collection.Chart";
    static props = { chart: Object, open: Function };

    setup() {
        this.canvas = useRef("canvas");
        this.state = useState({ table: false });
        this.compact = new Intl.NumberFormat(`${user.lang}-u-nu-latn`, {
            notation: "compact",
            maximumFractionDigits: 1,
        });
        onWillStart(() => loadBundle("web.chartjs_lib"));
        useEffect(
            (canvas, chart) => {
                if (canvas) {
                    const drawn = new Chart(canvas, this.config(chart));
                    return () => drawn.destroy();
                }
            },
            () => [this.canvas.el, this.props.chart]
        );
    }

    get kind() {
        return this.props.chart.kind;
    }

    get toggle() {
        return this.state.table ? _t("Show as a chart") : _t("Show as a table");
    }

    target(dataset, number) {
        const { date_from, date_to } = this.props.chart.points[number];
        return { ...dataset.target, date_from, date_to };
    }

    dataset({ key, label, values }) {
        const color = COLORS[key];
        if (this.kind !== "line") {
            return { label, data: values, backgroundColor: color, maxBarThickness: 42, borderRadius: 2 };
        }
        return {
            label,
            data: values,
            borderColor: color,
            backgroundColor: hexToRGBA(color, 0.1),
            borderDash: key === "best" ? [6, 4] : [],
            borderWidth: 2,
            fill: key === "dso",
            pointRadius: 2,
            pointHitRadius: 12,
            spanGaps: false,
            tension: 0.25,
        };
    }

    config(chart) {
        const rtl = localization.direction === "rtl";
        const stacked = this.kind === "stacked";
        const color = getComputedStyle(this.canvas.el).color;
        const aside = rtl ? { rtl, textDirection: "rtl" } : {};
        return {
            type: this.kind === "line" ? "line" : "bar",
            data: {
                labels: chart.points.map((point) => point.label),
                datasets: chart.datasets.map((dataset) => this.dataset(dataset)),
            },
            options: {
                maintainAspectRatio: false,
                animation: { duration: 250 },
                // the last label stands half outside
                layout: { padding: rtl ? { left: 28 } : { right: 20 } },
                interaction: { mode: stacked ? "nearest" : "index", intersect: stacked },
                onClick: (_ev, [element]) => {
                    if (element) {
                        this.props.open(this.target(chart.datasets[element.datasetIndex], element.index));
                    }
                },
                onHover: (ev, elements) => {
                    ev.native.target.style.cursor = elements.length ? "pointer" : "default";
                },
                plugins: {
                    legend: {
                        display: chart.datasets.length > 1,
                        position: "bottom",
                        labels: { color, boxWidth: 12, boxHeight: 12 },
                        ...aside,
                    },
                    tooltip: {
                        ...aside,
                        callbacks: {
                            title: ([item]) => chart.points[item.dataIndex].title,
                            label: ({ datasetIndex, dataIndex }) => {
                                const { label, texts } = chart.datasets[datasetIndex];
                                return ` ${label}: ${texts[dataIndex]}`;
                            },
                        },
                    },
                },
                scales: {
                    x: {
                        stacked,
                        reverse: rtl,
                        grid: { display: false },
                        ticks: { color, maxRotation: 0, autoSkipPadding: 12 },
                    },
                    y: {
                        stacked,
                        position: rtl ? "right" : "left",
                        beginAtZero: true,
                        border: { display: false },
                        grid: { color: GRID },
                        ticks: { color, maxTicksLimit: 6, callback: (value) => this.compact.format(value) },
                    },
                },
            },
        };
    }
}
