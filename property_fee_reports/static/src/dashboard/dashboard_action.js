import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { ControlPanel } from "@web/search/control_panel/control_panel";
import { formatFloat, formatMonetary, formatPercentage } from "@web/views/fields/formatters";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { DashboardChart } from "./dashboard_chart";

const COLORS = {
    billed: "#a3a8b4",
    collected: "#1f9d6b",
    planned: "#3f6fb5",
    forecast: "#8e6fc2",
    open: "#c2703d",
    arrears: "#c0392b",
};
// the older, the redder
const AGES = [
    "#7fb3a4",
    "#e6c65c",
    "#e3a94d",
    "#dd8b41",
    "#d46c37",
    "#c64f31",
    "#b0352c",
    "#932428",
    "#741a24",
];
const CHOICE = "property_fee_reports.dashboard_community";

/** The first page of the app: what is collected, what is open, what waits for someone. */
export class DashboardAction extends Component {
    static template = "property_fee_reports.DashboardAction";
    static components = { ControlPanel, DashboardChart };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ data: null });
        onWillStart(() => this.load(Number(browserChoice()) || false));
    }

    async load(communityId) {
        this.state.data = await this.orm.call("property.fee.dashboard", "get_data", [communityId]);
        window.sessionStorage.setItem(CHOICE, this.state.data.community_id || "");
    }

    choose(ev) {
        return this.load(Number(ev.target.value) || false);
    }

    open(action) {
        return this.action.doAction(action);
    }

    // ------------------------------------------------------------------ figures
    get data() {
        return this.state.data;
    }

    /** A figure as people read it: "90.3%", "¥ 1,234.00", "1,520". */
    format(value, kind) {
        if (value === null || value === undefined) {
            return "–";
        }
        if (kind === "money") {
            return this.formatMoney(value);
        }
        return kind === "count"
            ? formatFloat(value, { digits: [16, 0] })
            : formatPercentage(value, { digits: [16, 1] });
    }

    formatMoney(value, currencyId = this.data.currency_id) {
        return formatMonetary(value || 0, { currencyId });
    }

    /** Short, for axes: "1.2M". */
    formatShort(value) {
        return formatFloat(value, { humanReadable: true, decimals: 1 });
    }

    detail(tile) {
        if (!tile.detail) {
            return "";
        }
        const kind = tile.kind === "units" ? "count" : "money";
        const [part, whole] = tile.detail.map((value) => this.format(value, kind));
        return _t("%(part)s of %(whole)s", { part, whole });
    }

    monthLabel(month) {
        const [year, number] = month.split("-");
        return `${year.slice(2)}-${number}`;
    }

    // ------------------------------------------------------------------- charts
    get moneyChart() {
        const trend = this.data.trend;
        const line = (key, label) => ({
            type: "line",
            // before the bars
            order: -1,
            label,
            data: trend.map((row) => row[key]),
            borderColor: COLORS[key],
            backgroundColor: COLORS[key],
            borderDash: key === "forecast" ? [4, 4] : [],
            pointRadius: 3,
            spanGaps: false,
        });
        const datasets = [
            {
                label: _t("Billed"),
                data: trend.map((row) => row.billed),
                backgroundColor: COLORS.billed,
            },
            {
                label: _t("Collected"),
                data: trend.map((row) => row.collected),
                backgroundColor: COLORS.collected,
            },
        ];
        if (trend.some((row) => row.planned !== null)) {
            datasets.push(line("planned", _t("Planned to Collect")));
            datasets.push(line("forecast", _t("Forecast")));
        }
        return {
            type: "bar",
            labels: trend.map((row) => this.monthLabel(row.month)),
            datasets,
            format: (value) => this.formatMoney(value),
            formatAxis: (value) => this.formatShort(value),
            onPick: (index) => this.open(trend[index].action),
        };
    }

    get rateChart() {
        const trend = this.data.trend;
        const line = (key, label, color) => ({
            label,
            data: trend.map((row) => row[key]),
            borderColor: color,
            backgroundColor: color,
            pointRadius: 3,
        });
        return {
            type: "line",
            labels: trend.map((row) => this.monthLabel(row.month)),
            datasets: [
                line("rate_amount", _t("Collection Rate by Amount"), COLORS.collected),
                line("rate_arrears", _t("Prior-Arrears Clearing Rate"), COLORS.arrears),
            ],
            format: (value) => this.format(value, "rate"),
            formatAxis: (value) => formatPercentage(value, { digits: [16, 0] }),
            onPick: (index, set) =>
                this.open(set === 0 ? trend[index].rate_action : trend[index].action),
        };
    }

    get ageChart() {
        const bars = this.data.ageing;
        return {
            type: "bar",
            labels: bars.map((bar) => bar.label),
            datasets: [
                {
                    label: _t("Open"),
                    data: bars.map((bar) => bar.amount),
                    backgroundColor: AGES,
                },
            ],
            hideLegend: true,
            format: (value) => this.formatMoney(value),
            formatAxis: (value) => this.formatShort(value),
            onPick: (index) => this.open(bars[index].action),
        };
    }
}

function browserChoice() {
    return window.sessionStorage.getItem(CHOICE);
}

registry.category("actions").add("property_fee_dashboard", DashboardAction);
