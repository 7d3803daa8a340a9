import { Component, useEffect, useRef, useState } from "@odoo/owl";
import { MoneyInput } from "./money_input";

/** How it is paid: methods, cash handed over, what is kept; and the button to take it. */
export class CounterPayment extends Component {
    static template = "property_fee_billing.CounterPayment";
    static components = { MoneyInput };
    static props = {
        ticket: Object,
        error: String,
        isTaking: Boolean,
        formatMoney: Function,
        onTake: Function,
        // a new number puts the focus on the money
        focusCount: Number,
    };

    setup() {
        this.ticket = useState(this.props.ticket);
        this.root = useRef("root");
        useEffect(
            () => {
                const input = this.root.el.querySelector("input[name=received], input[name=amount]");
                if (input) {
                    input.focus();
                }
            },
            () => [this.props.focusCount]
        );
    }

    get currencyId() {
        return this.ticket.account.community.currency_id;
    }

    /** Money can be received that is less than what is due: then a part is paid. */
    get isPartPayment() {
        return Boolean(
            this.ticket.missing && this.ticket.paid && this.ticket.account.community.allow_partial
        );
    }
}
