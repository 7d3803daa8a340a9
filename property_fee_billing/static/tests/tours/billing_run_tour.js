import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

// A fee manager bills a month: new run, compute, look at the preview, post.
registry.category("web_tour.tours").add("property_fee_billing_run", {
    url: "/odoo",
    steps: () => [
        stepUtils.showAppsMenuItem(),
        {
            content: "Open the app",
            trigger: ".o_app[data-menu-xmlid='property_fee_billing.menu_property_fee_root']",
            run: "click",
        },
        {
            content: "Open the places menu",
            trigger: "[data-menu-xmlid='property_fee_billing.menu_property_fee_places']",
            run: "click",
        },
        {
            content: "Open the communities",
            trigger:
                ".dropdown-item[data-menu-xmlid='property_fee_billing.menu_property_community']",
            run: "click",
        },
        {
            content: "The community is there",
            trigger: ".o_kanban_record:contains('Jade Garden')",
        },
        {
            content: "Open the billing menu",
            trigger: "[data-menu-xmlid='property_fee_billing.menu_property_fee_billing']",
            run: "click",
        },
        {
            content: "Open the billing runs",
            trigger:
                ".dropdown-item[data-menu-xmlid='property_fee_billing.menu_property_billing_run']",
            run: "click",
        },
        {
            content: "The runs are shown",
            trigger: ".o_list_view th[data-name='invoice_date']",
        },
        {
            content: "New",
            trigger: ".o_list_button_add, .o-kanban-button-new",
            run: "click",
        },
        {
            content: "Name the community",
            trigger: ".o_field_widget[name='community_ids'] input",
            run: "edit Jade",
        },
        {
            content: "Choose it",
            trigger: ".o-autocomplete--dropdown-item:contains('Jade Garden')",
            run: "click",
        },
        {
            content: "It is chosen",
            trigger: ".o_field_widget[name='community_ids'] .o_tag:contains('Jade Garden')",
        },
        {
            content: "Compute the preview",
            trigger: "button[name='action_compute']",
            run: "click",
        },
        {
            content: "The preview shows the total of the item",
            trigger: ".o_field_widget[name='item_total_ids'] td:contains('250.24')",
        },
        {
            content: "Post the bills",
            trigger: "button[name='action_post']",
            run: "click",
        },
        {
            content: "Posting is for good: confirm",
            trigger: ".modal-footer .btn-primary",
            run: "click",
        },
        {
            content: "The run is done",
            trigger: ".o_statusbar_status button.o_arrow_button_current[data-value='done']",
        },
        {
            content: "Look at the fee lines",
            trigger: "button[name='action_open_lines']",
            run: "click",
        },
        {
            content: "Each says why it is that amount",
            trigger: ".o_data_row:contains('89.37 m² × 2.80')",
        },
    ],
});
