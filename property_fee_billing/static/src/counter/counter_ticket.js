import { roundDecimals } from "@web/core/utils/numbers";

// Keys that put the rest into a method; F3 is for the search, F5 reloads the page.
const METHOD_KEYS = ["F2", "F4", "F6", "F7", "F8", "F9"];

/**
 * What the cashier has ticked and typed for one account, and the live sums of it. The
 * server works every amount out again.
 */
export class CounterTicket {
    /**
     * @param {Object} account of `property.counter.get_account`
     */
    constructor(account) {
        this.account = account;
        this.bills = account.bills.map((bill) => this.prepareBill(bill));
        this.methods = account.methods.map((method, index) => ({
            ...method,
            key: METHOD_KEYS[index] || "",
            // an amount that was typed; null while there is none
            typed: null,
            reference: "",
        }));
        // the method that takes what the others leave
        const cash = this.methods.find((method) => method.is_cash);
        this.restId = (cash || this.methods[0] || {}).id;
        this.received = null;
        this.keepChange = false;
        this.purpose = "";
        this.note = "";
        this.creditUnitId = (account.unit || account.units[0] || {}).id || false;
        // an answer may be lost on its way: asked again, the server takes nothing twice
        this.requestKey = Date.now().toString(36) + Math.random().toString(36).slice(2);
        // whether the payer, not the order of the community, chose the bills
        this.isDesignated = false;
    }

    prepareBill(bill, isTicked = bill.partner_id === this.account.partner.id) {
        return {
            ...bill,
            isTicked,
            isLateFeeTicked: isTicked && bill.late_fee > 0,
            // money for the bill itself, discount taken off, without the late fee
            pay: this.getWhole(bill),
            isOpen: false,
            isChanged: false,
        };
    }

    // -------------------------------------------------------------------- sums
    round(amount) {
        return roundDecimals(amount, this.account.community.decimals);
    }

    sum(amounts) {
        return this.round(amounts.reduce((total, amount) => total + amount, 0));
    }

    /** Money that settles all of a bill, its late fee apart. */
    getWhole(bill) {
        return this.round(bill.residual - bill.discount);
    }

    isWhole(bill) {
        const pay = this.round(bill.pay);
        return pay >= this.getWhole(bill) && pay <= this.round(bill.residual);
    }

    isTooMuch(bill) {
        return this.round(bill.pay) > this.round(bill.residual);
    }

    getBillMoney(bill) {
        return (bill.isTicked ? bill.pay : 0) + (bill.isLateFeeTicked ? bill.late_fee : 0);
    }

    /** Money that the ticked bills ask for. */
    get due() {
        return this.sum(this.bills.map((bill) => this.getBillMoney(bill)));
    }

    /** Money that all open bills ask for. */
    get open() {
        return this.sum(this.bills.map((bill) => bill.to_pay));
    }

    get discount() {
        const bills = this.bills.filter((bill) => bill.isTicked && this.isWhole(bill));
        return this.sum(bills.map((bill) => bill.discount));
    }

    /** What typed methods leave to the method that takes the rest. */
    get rest() {
        const typed = this.sum(this.methods.map((method) => method.typed || 0));
        return Math.max(0, this.round(this.due - typed));
    }

    getAmount(method) {
        if (method.typed !== null) {
            return method.typed;
        }
        if (method.id !== this.restId) {
            return 0;
        }
        if (!method.is_cash || this.received === null) {
            return this.rest;
        }
        return this.isChangeKept ? this.received : Math.min(this.rest, this.received);
    }

    get paid() {
        return this.sum(this.methods.map((method) => this.getAmount(method)));
    }

    get cash() {
        const methods = this.methods.filter((method) => method.is_cash);
        return this.sum(methods.map((method) => this.getAmount(method)));
    }

    get hasCash() {
        return this.methods.some((method) => method.is_cash);
    }

    /** With nothing to settle, money is handed over to be kept. */
    get isChangeKept() {
        return this.keepChange || !this.due;
    }

    /** Notes and coins to give back. */
    get change() {
        return this.received === null ? 0 : Math.max(0, this.round(this.received - this.cash));
    }

    /** Notes and coins that could be kept instead of given back. */
    get keepable() {
        const method = this.methods.find((candidate) => candidate.id === this.restId);
        if (!method || !method.is_cash || method.typed !== null || !this.due) {
            return 0;
        }
        return Math.max(0, this.round((this.received || 0) - this.rest));
    }

    get credit() {
        return Math.max(0, this.round(this.paid - this.due));
    }

    get missing() {
        return Math.max(0, this.round(this.due - this.paid));
    }

    // ----------------------------------------------------------------- changes
    tick(bill, isTicked) {
        bill.isTicked = isTicked;
        bill.isLateFeeTicked = isTicked && bill.late_fee > 0;
        this.isDesignated = true;
    }

    tickAll(isTicked) {
        for (const bill of this.bills) {
            this.tick(bill, isTicked);
        }
    }

    tickLateFee(bill, isTicked) {
        bill.isLateFeeTicked = isTicked;
        this.isDesignated = true;
    }

    /** Money for one bill, typed; nothing typed leaves the bill unpaid. */
    setPay(bill, amount) {
        const whole = this.getWhole(bill);
        const isWhole = amount === null || (amount >= whole && amount <= bill.residual);
        bill.pay = isWhole ? whole : this.round(amount);
        bill.isTicked = amount !== null;
        this.isDesignated = true;
    }

    setAmount(method, amount) {
        method.typed = amount === null ? null : this.round(amount);
        if (this.restId === method.id) {
            this.restId = undefined;
        }
    }

    /** Let a method take what the others leave. */
    putRest(method) {
        this.restId = method.id;
        method.typed = null;
        if (!this.cash && this.due) {
            this.received = null;
        }
    }

    /**
     * A part payment: what the server says the money settles.
     *
     * @param {Array} items of `property.counter.distribute`
     */
    spread(items) {
        const amounts = new Map(items.map((item) => [item.id, item]));
        for (const bill of this.bills) {
            const item = amounts.get(bill.id);
            bill.isTicked = Boolean(item);
            bill.isLateFeeTicked = false;
            bill.pay = item ? this.round(item.amount - item.discount) : this.getWhole(bill);
        }
        this.isDesignated = false;
    }

    /**
     * Take up bills as they are now. What was typed stays where it still fits; bills
     * that differ are marked.
     *
     * @param {Object} account of `property.counter.get_account`
     * @param {boolean} isOwn whether the cashier made what is new, and wants it paid
     */
    refresh(account, isOwn = false) {
        const known = new Map(this.bills.map((bill) => [bill.id, bill]));
        this.account = account;
        this.bills = account.bills.map((data) => {
            const bill = known.get(data.id);
            if (!bill) {
                return { ...this.prepareBill(data, isOwn), isChanged: !isOwn };
            }
            const differs = ["residual", "discount", "late_fee"].some(
                (name) => this.round(bill[name]) !== this.round(data[name])
            );
            if (!differs) {
                return Object.assign(bill, data);
            }
            const wasWhole = this.isWhole(bill);
            Object.assign(bill, data, { isChanged: true });
            if (wasWhole) {
                bill.pay = this.getWhole(bill);
            }
            bill.isLateFeeTicked = bill.isLateFeeTicked && bill.late_fee > 0;
            return bill;
        });
    }

    /** Values for `property.counter.register`. */
    getValues() {
        const bills = this.bills.filter((bill) => bill.isTicked || bill.isLateFeeTicked);
        return {
            community_id: this.account.community.id,
            partner_id: this.account.partner.id,
            unit_id: this.creditUnitId,
            bills: bills.map((bill) => ({
                id: bill.id,
                amount: !bill.isTicked ? 0 : this.isWhole(bill) ? bill.residual : bill.pay,
                residual: bill.residual,
                late_fee: bill.isLateFeeTicked ? bill.late_fee : 0,
            })),
            is_designated: this.isDesignated,
            methods: this.methods
                .map((method) => ({
                    id: method.id,
                    amount: this.getAmount(method),
                    reference: method.reference,
                }))
                .filter((method) => method.amount),
            purpose: this.credit ? this.purpose : "",
            note: this.note,
            request_key: this.requestKey,
        };
    }
}
