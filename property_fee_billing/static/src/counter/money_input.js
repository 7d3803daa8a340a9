import { Component, useEffect, useRef } from "@odoo/owl";
import { parseMonetary } from "@web/views/fields/parsers";
import { formatMonetary } from "@web/views/fields/formatters";

/**
 * An amount to type. Says the amount at each key, null when nothing is typed, and
 * nothing while it is no number.
 */
export class MoneyInput extends Component {
    static template = "property_fee_billing.MoneyInput";
    static props = {
        value: { type: [Number, { value: null }] },
        currencyId: Number,
        label: String,
        onChange: Function,
        placeholder: { type: String, optional: true },
        className: { type: String, optional: true },
        name: { type: String, optional: true },
        isInvalid: { type: Boolean, optional: true },
        autofocus: { type: Boolean, optional: true },
    };

    setup() {
        this.input = useRef("input");
        // what is being typed is left as it is; from outside a new amount comes in
        useEffect(
            (text) => {
                if (this.parse(this.input.el.value) !== this.props.value) {
                    this.input.el.value = text;
                }
            },
            () => [this.text]
        );
        useEffect(
            () => {
                if (this.props.autofocus) {
                    this.input.el.focus();
                }
            },
            () => []
        );
    }

    get text() {
        return this.props.value === null ? "" : this.format(this.props.value);
    }

    format(value) {
        return formatMonetary(value, { currencyId: this.props.currencyId, noSymbol: true });
    }

    /** @returns {number|null|undefined} undefined for what is no number */
    parse(text) {
        if (!text.trim()) {
            return null;
        }
        try {
            const value = parseMonetary(text);
            return Number.isFinite(value) ? value : undefined;
        } catch {
            return undefined;
        }
    }

    onInput(ev) {
        const value = this.parse(ev.target.value);
        ev.target.classList.toggle("is-invalid", value === undefined);
        if (value !== undefined) {
            this.props.onChange(value);
        }
    }

    /** Leaving, the amount is shown as it was understood. */
    onBlur(ev) {
        ev.target.classList.remove("is-invalid");
        ev.target.value = this.text;
    }
}
