import { Component, useState } from "@odoo/owl";
import { deserializeDate, formatDate } from "@web/core/l10n/dates";
import { MoneyInput } from "./money_input";

/** The open bills of an account: which are paid, and how much of each. */
export class CounterBills extends Component {
    static template = "property_fee_billing.CounterBills";
    static components = { MoneyInput };
    static props = {
        ticket: Object,
        formatMoney: Function,
    };

    setup() {
        this.ticket = useState(this.props.ticket);
    }

    get hasDiscount() {
        return this.ticket.bills.some((bill) => bill.discount);
    }

    get hasLateFee() {
        return this.ticket.bills.some((bill) => bill.late_fee);
    }

    get hasSeveralUnits() {
        return new Set(this.ticket.bills.map((bill) => bill.unit_id)).size > 1;
    }

    get columnCount() {
        return 6 + this.hasDiscount + this.hasLateFee;
    }

    get isAllTicked() {
        return this.ticket.bills.every((bill) => bill.isTicked);
    }

    get lateFees() {
        const bills = this.ticket.bills.filter((bill) => bill.isLateFeeTicked);
        return this.ticket.sum(bills.map((bill) => bill.late_fee));
    }

    get pays() {
        const bills = this.ticket.bills.filter((bill) => bill.isTicked);
        return this.ticket.sum(bills.map((bill) => bill.pay));
    }

    get residual() {
        return this.ticket.sum(this.ticket.bills.map((bill) => bill.residual));
    }

    formatDate(value) {
        return formatDate(deserializeDate(value));
    }

    /** The months that the bill charges for, as the language writes them. */
    getPeriod(bill) {
        if (!bill.date_from || !bill.date_to) {
            return this.formatDate(bill.date);
        }
        const first = deserializeDate(bill.date_from);
        const last = deserializeDate(bill.date_to);
        return luxon.Interval.fromDateTimes(first, last).toLocaleString({
            month: "short",
            year: "numeric",
        });
    }

    isRefused(bill) {
        return this.ticket.isTooMuch(bill) || bill.pay < 0;
    }
}
