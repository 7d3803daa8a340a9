import { Component } from "@odoo/owl";
import { deserializeDateTime } from "@web/core/l10n/dates";

/** The last receipts of the session: to look one up or print it again. */
export class CounterReceipts extends Component {
    static template = "property_fee_billing.CounterReceipts";
    static props = {
        receipts: Array,
        formatMoney: Function,
        onOpen: Function,
        onPrint: Function,
    };

    formatTime(time) {
        return deserializeDateTime(time).toFormat("HH:mm");
    }
}
