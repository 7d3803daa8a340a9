import { registry } from "@web/core/registry";
import { formatPercentage } from "@web/views/fields/formatters";

/** A rate in a pivot: empty where there is nothing to divide by, instead of 0 %. */
function formatRate(value, options) {
    const isEmpty = value === false || value === null || value === undefined;
    return isEmpty ? "" : formatPercentage(value, options);
}
formatRate.extractOptions = formatPercentage.extractOptions;

registry.category("formatters").add("property_fee_rate", formatRate);
