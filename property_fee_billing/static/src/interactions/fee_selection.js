import { Interaction } from "@web/public/interaction";
import { registry } from "@web/core/registry";

/**
 * Ticking bills to pay: shows what they come to. Only for the eye: the server works out
 * every amount anew on the next page.
 */
export class FeeSelection extends Interaction {
    static selector = ".o_fee_selection";
    dynamicContent = {
        "input[name='bill']": { "t-on-change": this.updateTotal },
        ".o_fee_select_all": { "t-on-change": this.selectAll },
        ".o_fee_total_bar button": { "t-att-disabled": () => !this.ticked.length },
        ".o_fee_count": { "t-out": () => `${this.ticked.length}` },
        ".o_fee_total": { "t-out": () => this.total },
    };

    setup() {
        this.updateTotal();
    }

    get boxes() {
        return [...this.el.querySelectorAll("input[name='bill']")];
    }

    updateTotal() {
        this.ticked = this.boxes.filter((box) => box.checked);
        const cents = this.ticked.reduce(
            (sum, box) => sum + Math.round(parseFloat(box.dataset.amount) * 100),
            0
        );
        const language = document.documentElement.lang || "en-US";
        this.total = new Intl.NumberFormat(language, {
            style: "currency",
            currency: this.el.dataset.currency,
            currencyDisplay: "narrowSymbol",
        }).format(cents / 100);
    }

    selectAll(ev) {
        for (const box of this.boxes) {
            box.checked = ev.currentTarget.checked;
        }
        this.updateTotal();
    }
}

registry.category("public.interactions").add("property_fee_billing.fee_selection", FeeSelection);
