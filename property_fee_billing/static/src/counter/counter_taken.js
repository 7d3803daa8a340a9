import { Component, useEffect, useRef } from "@odoo/owl";

/** What was taken: the number of the receipt, the change, and the way to the next. */
export class CounterTaken extends Component {
    static template = "property_fee_billing.CounterTaken";
    static props = {
        taken: Object,
        formatMoney: Function,
        onPrint: Function,
        onOpen: Function,
        onNew: Function,
    };

    setup() {
        this.next = useRef("next");
        useEffect(
            () => this.next.el.focus(),
            () => []
        );
    }
}
