import { Component, useState } from "@odoo/owl";
import { deserializeDate, formatDate } from "@web/core/l10n/dates";

/** Who it is: unit, payer, what is open, credits, and ways to related work. */
export class CounterAccount extends Component {
    static template = "property_fee_billing.CounterAccount";
    static props = {
        ticket: Object,
        formatMoney: Function,
        onShowPayer: Function,
        onAction: Function,
        onClose: Function,
    };

    setup() {
        this.ticket = useState(this.props.ticket);
    }

    get account() {
        return this.ticket.account;
    }

    formatDate(value) {
        return formatDate(deserializeDate(value));
    }
}
