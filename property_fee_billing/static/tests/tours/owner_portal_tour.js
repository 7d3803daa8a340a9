import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");
/** A picture of one pixel. */
const PIXEL =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

/** Choose a file, as a phone's camera would give it. */
function photograph(selector) {
    return {
        content: "Take a photo",
        trigger: selector,
        run() {
            const bytes = Uint8Array.from(atob(PIXEL), (char) => char.charCodeAt(0));
            const files = new DataTransfer();
            files.items.add(new File([bytes], "dial.png", { type: "image/png" }));
            document.querySelector(selector).files = files.files;
        },
    };
}

/** Pick a day in a date field of the browser. */
function pick(content, trigger, day) {
    return {
        content,
        trigger,
        run() {
            const input = document.querySelector(trigger);
            input.value = day;
            input.dispatchEvent(new Event("change", { bubbles: true }));
        },
    };
}

function go(content, trigger) {
    return { content, trigger, run: "click", expectUnloadPage: true };
}

tours.add("property_owner_statement", {
    url: "/my/statements",
    steps: () => [
        pick("First day", "#date_from", "2026-01-01"),
        pick("Last day", "#date_to", "2026-02-28"),
        go("Show them", "#portal_statement_actions button[type='submit']"),
        { content: "Opening balance", trigger: "[data-name='opening'][data-amount='100.00']" },
        { content: "The bill with its item", trigger: "li:contains('Property Service')" },
        {
            content: "The closing balance is the ledger's",
            trigger: "[data-name='closing'][data-amount='200.24']",
        },
    ],
});

tours.add("property_owner_reading", {
    url: "/my",
    steps: () => [
        go("Open the units", ".o_portal_docs a[href$='/my/units']"),
        go("Open the flat", "a:contains('3-1201')"),
        go("Open its meters", "#portal_unit_actions a[href*='/readings']"),
        { content: "Type the reading", trigger: "input[type='number']", run: "edit 9000" },
        photograph("input[type='file']"),
        go("Send it", "main form button[type='submit']"),
        {
            content: "It asks whether that can be",
            trigger: ".alert-warning:has(input[type='checkbox'])",
        },
        { content: "It can", trigger: "input[type='checkbox']", run: "check" },
        photograph("input[type='file']"),
        go("Send it again", "main form button[type='submit']"),
        { content: "It was taken", trigger: ".alert-success" },
        { content: "And waits", trigger: "li[data-state='sent']:contains('9000')" },
    ],
});

tours.add("property_owner_request", {
    url: "/my/requests",
    steps: () => [
        go("Ask for a reduction", "a[href$='/my/requests/new/concession']"),
        { content: "It is empty", trigger: "#concession_reason", run: "select vacancy" },
        { content: "Of the service fee", trigger: "#item_id", run: "selectByLabel Property Service" },
        pick("From this month", "#date_from", `${new Date().toISOString().slice(0, 8)}01`),
        { content: "Why", trigger: "#note", run: "edit We are abroad" },
        photograph("#evidence_ids"),
        go("Send it", "main form button[type='submit']"),
        { content: "It waits", trigger: "li[data-state='new']:contains('Property Service')" },
    ],
});

tours.add("property_owner_request_decision", {
    url: "/odoo/property-owner-requests",
    steps: () => [
        { content: "Open it", trigger: ".o_kanban_record:contains('Property Service')", run: "click" },
        { content: "Its evidence", trigger: ".o_field_widget[name='evidence_ids']:contains('dial.png')" },
        {
            content: "Grant 30 %",
            trigger: ".o_field_widget[name='factor'] input",
            run: "edit 70 && press Tab",
        },
        { content: "Approve", trigger: "button[name='action_approve']", run: "click" },
        { content: "It is done", trigger: ".o_field_widget[name='concession_id']:contains('0.7')" },
    ],
});

tours.add("property_public_tariff", {
    steps: () => [
        { content: "The community", trigger: "h1:contains('Jade Garden')" },
        { content: "The price today", trigger: ".border-success:contains('2.80')" },
        { content: "Whom to call", trigger: "a[href='tel:0571-1234']" },
        { content: "Look back", trigger: "details > summary", run: "click" },
        { content: "The price before", trigger: "details[open]:contains('2.50')" },
        {
            content: "Nothing is wider than a phone",
            trigger: "body",
            run() {
                if (document.documentElement.scrollWidth > window.innerWidth) {
                    throw new Error("The page is wider than the screen");
                }
            },
        },
    ],
});
