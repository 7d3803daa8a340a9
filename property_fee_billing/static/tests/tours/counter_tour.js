import { rpc } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

/** Find a unit: its code, then Enter. */
function find(unit) {
    return [
        { content: "Find the unit", trigger: "input[name='search']", run: `edit ${unit}` },
        { content: "Pick it", trigger: "input[name='search']", run: "press Enter" },
        { content: "It is shown", trigger: `.o_counter_unit:contains('${unit}')` },
    ];
}

/** Enter, wherever the cashier types, takes the money. */
const take = {
    content: "Take the money",
    trigger: "input[name='received']",
    run: "press Enter",
};

function receipt(number) {
    return [
        { content: "The receipt is there", trigger: `.o_counter_number:contains('${number}')` },
        { content: "It can be printed", trigger: ".o_counter_taken button[name='print']" },
        { content: "Next", trigger: "button[name='new']:focus", run: "press Enter" },
        { content: "The desk is free", trigger: ".o_counter_help" },
    ];
}

registry.category("web_tour.tours").add("property_fee_counter", {
    url: "/odoo",
    steps: () => [
        stepUtils.showAppsMenuItem(),
        {
            content: "Open the app",
            trigger: ".o_app[data-menu-xmlid='property_fee_billing.menu_property_fee_root']",
            run: "click",
        },
        {
            content: "Open the money menu",
            trigger: "[data-menu-xmlid='property_fee_billing.menu_property_fee_money']",
            run: "click",
        },
        {
            content: "Open the counter",
            trigger:
                ".dropdown-item[data-menu-xmlid='property_fee_billing.menu_property_counter']",
            run: "click",
        },
        {
            content: "Count the drawer first",
            trigger: "input[name='opening_amount']:focus",
            run: "edit 100",
        },
        { trigger: "input[name='opening_amount']", run: "press Enter" },

        // Two bills in cash: find, Enter, Enter.
        ...find("3-1201"),
        {
            content: "The oldest bill comes first and both are ticked",
            trigger: ".o_counter_bill:eq(0):contains('827.90') input:checked",
        },
        { trigger: ".o_counter_bill:eq(1):contains('150.00') input:checked" },
        { content: "Both are due", trigger: "[data-sum='due']:contains('977.90')" },
        {
            content: "Why the amount is what it is",
            trigger: ".o_counter_bill:eq(0) .o_counter_more button",
            run: "click",
        },
        { trigger: ".o_counter_lines:contains('Property Service')" },
        {
            content: "A thousand is handed over",
            trigger: "input[name='received']",
            run: "edit 1000",
        },
        { content: "The change", trigger: "[data-sum='change']:contains('22.10')" },
        take,
        { trigger: ".o_counter_taken [data-sum='change']:contains('22.10')" },
        ...receipt("JADE-R000001"),

        // A part of a bill, in two methods.
        ...find("3-1202"),
        {
            content: "A part of it",
            trigger: ".o_counter_bill input[name='pay']",
            run: "edit 500",
        },
        {
            content: "300 in cash",
            trigger: "[data-method='Drawer'] input[name='amount']",
            run: "edit 300",
        },
        { trigger: "[data-sum='missing']:contains('200.00')" },
        {
            content: "The rest by bank",
            trigger: "[data-method='Drawer'] input[name='amount']",
            run: "press F4",
        },
        {
            content: "Its reference",
            trigger: "[data-method='Bank'] input[name='reference']",
            run: "edit SLIP 7",
        },
        { trigger: "[data-sum='paid']:contains('500.00')" },
        take,
        ...receipt("JADE-R000002"),

        // Less cash than is due: the server says what it settles, then takes it.
        ...find("3-1202"),
        { trigger: "[data-sum='due']:contains('327.90')" },
        { trigger: "input[name='received']", run: "edit 27.90" },
        { trigger: "button[name='take'][data-part='yes']" },
        take,
        { trigger: "[data-sum='due']:contains('27.90')" },
        { trigger: "button[name='take'][data-part='no']" },
        take,
        ...receipt("JADE-R000003"),

        // Somebody else takes money for the bill meanwhile: refused, nothing is lost.
        ...find("3-1203"),
        { trigger: "input[name='note']", run: "edit For Cid" },
        {
            content: "Another desk takes 40 of the 100",
            trigger: "[data-sum='due']:contains('100.00')",
            async run() {
                const call = (model, method, args, kwargs = {}) =>
                    rpc(`/web/dataset/call_kw/${model}/${method}`, {
                        model,
                        method,
                        args,
                        kwargs,
                    });
                const [row] = await call("property.counter", "search_accounts", ["3-1203"]);
                const account = await call("property.counter", "get_account", [
                    row.community_id,
                    row.unit_id,
                ]);
                await call("property.counter", "register", [
                    {
                        community_id: row.community_id,
                        unit_id: row.unit_id,
                        partner_id: row.partner_id,
                        methods: [{ id: account.methods[0].id, amount: 40 }],
                    },
                ]);
            },
        },
        take,
        {
            content: "One sentence says why",
            trigger: ".o_counter_error:contains('60.00'):contains('100.00')",
        },
        {
            content: "The bill is shown as it is now",
            trigger: ".o_counter_bill.table-warning:contains('60.00')",
        },
        {
            content: "What was typed is still there",
            trigger: "input[name='note']:value(For Cid)",
        },
        take,
        ...receipt("JADE-R000005"),

        {
            content: "The session's receipts are listed",
            trigger: ".o_counter_receipts:contains('JADE-R000005')",
        },
        {
            content: "Close the session",
            trigger: "button[name='close_session']",
            run: "click",
        },
        {
            content: "It asks for the count",
            trigger: ".modal .o_field_widget[name='counted_amount'] input",
            run: "edit 1505.80 && click .modal-body",
        },
        { trigger: ".modal button[name='action_close']", run: "click" },
        {
            content: "It is closed",
            trigger: ".o_statusbar_status button.o_arrow_button_current[data-value='closed']",
        },
    ],
});
