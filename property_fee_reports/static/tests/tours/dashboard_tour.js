import { registry } from "@web/core/registry";

const back = (what) => [
    { content: `back from ${what}`, trigger: ".o_breadcrumb a, .breadcrumb-item a", run: "click" },
    { content: "the dashboard again", trigger: ".o_fee_dashboard .o_fee_tile[name=rate_amount]" },
];

registry.category("web_tour.tours").add("property_fee_dashboard_tour", {
    url: "/odoo/property-fees",
    steps: () => [
        {
            content: "the rate of this month: 250 of 500",
            trigger: ".o_fee_tile[name=rate_amount] .o_fee_value:contains('50')",
        },
        { content: "charts are drawn", trigger: ".o_fee_chart canvas" },
        { content: "open what the rate is of", trigger: ".o_fee_tile[name=rate_amount]", run: "click" },
        { content: "its two lines", trigger: ".o_list_view .o_data_row:nth-child(2)" },
        ...back("collection"),
        { content: "open units that have not paid", trigger: ".o_fee_tile[name=rate_units]", run: "click" },
        { content: "the one unit", trigger: ".o_list_view .o_data_row:contains('3-1202')" },
        ...back("units"),
        { content: "open what is past due", trigger: ".o_fee_tile[name=past_due]", run: "click" },
        { content: "the old bill", trigger: ".o_list_view .o_data_row:contains('3-1203')" },
        ...back("arrears"),
        { content: "open notices to deliver", trigger: ".o_fee_row[name=notices]", run: "click" },
        { content: "their list", trigger: ".o_list_view, .o_kanban_view, .o_view_nocontent" },
        ...back("notices"),
        { content: "open the run", trigger: ".o_fee_row[name=run]", run: "click" },
        { content: "its form", trigger: ".o_form_view" },
        ...back("run"),
        {
            content: "one community",
            trigger: "select[name=community]",
            run: "selectByLabel Jade Garden",
        },
        {
            content: "its own rate",
            trigger: ".o_fee_tile[name=rate_amount] .o_fee_detail:contains('500')",
        },
    ],
});
