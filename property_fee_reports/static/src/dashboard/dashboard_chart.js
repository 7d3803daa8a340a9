import { Component, onWillStart, onWillUnmount, useEffect, useRef } from "@odoo/owl";
import { loadBundle } from "@web/core/assets";

/**
 * One chart. `chart`: {type, labels, datasets, format, formatAxis, onPick(index, set),
 * hideLegend}, the formats for its values and their axis.
 */
export class DashboardChart extends Component {
    static template = "property_fee_reports.DashboardChart";
    static props = { chart: Object, title: String };

    setup() {
        this.canvas = useRef("canvas");
        onWillStart(() => loadBundle("web.chartjs_lib"));
        useEffect(
            () => {
                this.draw();
            },
            () => [this.props.chart]
        );
        onWillUnmount(() => this.drawn?.destroy());
    }

    draw() {
        this.drawn?.destroy();
        const { type, labels, datasets, format, formatAxis, onPick, hideLegend } = this.props.chart;
        this.drawn = new window.Chart(this.canvas.el, {
            type,
            data: { labels, datasets },
            options: {
                responsive: true,
                maintainAspectRatio: false,
                animation: false,
                interaction: { mode: "nearest", intersect: false },
                onClick: (_ev, [picked]) => picked && onPick(picked.index, picked.datasetIndex),
                onHover: (ev, picked) => {
                    ev.native.target.style.cursor = picked.length ? "pointer" : "default";
                },
                plugins: {
                    legend: { display: !hideLegend, position: "bottom" },
                    tooltip: {
                        callbacks: {
                            label: (item) => `${item.dataset.label}: ${format(item.raw)}`,
                        },
                    },
                },
                scales: {
                    x: { grid: { display: false } },
                    y: { beginAtZero: true, ticks: { callback: (value) => formatAxis(value) } },
                },
            },
        });
    }
}
