import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

// Steps of Odoo's demo provider: what it shall answer, then pay.
const payWithDemo = () => [
    {
        content: "Choose the demo provider",
        trigger: "input[name='o_payment_radio'][data-provider-code='demo']:first",
        run: "click",
    },
    {
        content: "Let the payment succeed",
        trigger: "select[id='simulated_payment_state']",
        run: "select done",
    },
    {
        content: "Pay",
        trigger: "button[name='o_payment_submit_button']:not([disabled])",
        run: "click",
        expectUnloadPage: true,
    },
];

// An owner opens the invitation, chooses a password and finds out what is owed and why.
tours.add("property_portal_first_login", {
    steps: () => [
        {
            content: "Choose a password",
            trigger: "form[class*='oe_'] input[name='password']",
            run: "edit a-Long-Password-1",
        },
        {
            content: "Repeat it",
            trigger: "input[name='confirm_password']",
            run: "edit a-Long-Password-1",
        },
        {
            content: "Set it",
            trigger: ".oe_login_buttons button[type='submit']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Open the units",
            trigger: ".o_portal_index_card a[href$='/my/units']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Open the unit",
            trigger: "a.card:contains('3-1201')",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "What is open",
            trigger: "section[aria-labelledby='portal_unit_balance_title'] dd:contains('250.24')",
        },
        {
            content: "Open the bill",
            trigger: ".o_fee_row a",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Why it is that amount",
            trigger: ".o_fee_line .o_fee_why:contains('89.37 m² × 2.80')",
        },
    ],
});

// An owner ticks three bills, pays them at once and gets the receipt.
tours.add("property_portal_pay", {
    url: "/my/fees?filterby=unpaid",
    steps: () => [
        {
            content: "Nothing is ticked, nothing can be paid",
            trigger: ".o_fee_total_bar button[disabled]",
        },
        {
            content: "Tick all",
            trigger: "#o_fee_select_all",
            run: "check",
        },
        {
            content: "They are counted and summed",
            trigger: ".o_fee_total_bar:contains('3'):contains('1,177.90')",
        },
        {
            content: "Go and pay",
            trigger: ".o_fee_total_bar button:not([disabled])",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "The server says what they come to",
            trigger: "section[aria-labelledby='portal_quote_title']:contains('1,177.90')",
        },
        ...payWithDemo(),
        {
            content: "The receipt",
            trigger: "h1:contains('JADE-R')",
        },
        {
            content: "What it settled",
            trigger: "section[aria-labelledby='portal_receipt_lines_title']:contains('827.90')",
        },
    ],
});

// Somebody with a link of two bills pays them without an account.
tours.add("property_pay_link", {
    steps: () => [
        {
            content: "A masked name",
            trigger: "main span:contains('A**')",
        },
        {
            content: "What the bills come to",
            trigger: "section[aria-labelledby='portal_quote_title']:contains('1,127.90')",
        },
        ...payWithDemo(),
        {
            content: "Paid",
            trigger: ".alert-info[role='status']",
        },
    ],
});
