import { Component, useState } from "@odoo/owl";
import { MoneyInput } from "./money_input";

/** Asks for the count of the drawer that a session begins with. */
export class CounterSession extends Component {
    static template = "property_fee_billing.CounterSession";
    static components = { MoneyInput };
    static props = {
        community: Object,
        openingAmount: Number,
        error: String,
        isBusy: Boolean,
        onOpen: Function,
    };

    setup() {
        this.state = useState({ amount: this.props.openingAmount });
    }

    onSubmit() {
        this.props.onOpen(this.state.amount || 0);
    }
}
