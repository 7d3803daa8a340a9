import { Component, useEffect, useRef, useState } from "@odoo/owl";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";

/** Finds the account of whoever stands at the desk. */
export class CounterSearch extends Component {
    static template = "property_fee_billing.CounterSearch";
    static props = {
        communityId: Number,
        // a new number puts the focus here
        focusCount: Number,
        formatMoney: Function,
        onPick: Function,
        onError: Function,
        isBusy: Boolean,
    };

    setup() {
        this.orm = useService("orm");
        this.input = useRef("input");
        this.list = useRef("list");
        this.keepLast = new KeepLast();
        this.state = useState({ results: null, active: 0, isLoading: false });
        this.searched = "";
        this.searchSoon = useDebounced(() => this.search(), 250);
        useEffect(
            () => {
                this.input.el.focus();
                this.input.el.select();
            },
            () => [this.props.focusCount]
        );
        useEffect(
            () => {
                this.clear();
            },
            () => [this.props.communityId]
        );
        useEffect(
            () => {
                const active = this.list.el && this.list.el.querySelector(".active");
                if (active) {
                    active.scrollIntoView({ block: "nearest" });
                }
            },
            () => [this.state.active]
        );
    }

    get query() {
        return this.input.el.value.trim();
    }

    clear() {
        this.input.el.value = "";
        this.searched = "";
        this.state.results = null;
    }

    async search() {
        const query = this.query;
        if (query === this.searched && this.state.results) {
            return;
        }
        this.searched = query;
        if (!query) {
            this.state.results = null;
            return;
        }
        this.state.isLoading = true;
        try {
            this.state.results = await this.keepLast.add(
                this.orm.call("property.counter", "search_accounts", [
                    query,
                    this.props.communityId,
                ])
            );
            this.state.active = 0;
        } catch (error) {
            this.searched = "";
            this.props.onError(error);
        } finally {
            this.state.isLoading = false;
        }
    }

    /** Enter picks; typed faster than the search, it searches first. */
    async onEnter() {
        this.searchSoon.cancel();
        const isShown = this.state.results && this.query === this.searched;
        if (isShown) {
            return this.pick(this.state.results[this.state.active]);
        }
        await this.search();
        const results = this.state.results || [];
        const same = results.filter((row) => row.unit.toLowerCase() === this.query.toLowerCase());
        if (same.length === 1 || results.length === 1) {
            await this.pick(same[0] || results[0]);
        }
    }

    async pick(row) {
        if (!row || this.props.isBusy) {
            return;
        }
        await this.props.onPick(row);
        this.state.results = null;
    }

    onKeydown(ev) {
        if (ev.isComposing) {
            return; // an input method is at work: Enter is its own
        }
        const count = (this.state.results || []).length;
        if (ev.key === "Enter") {
            ev.preventDefault();
            ev.stopPropagation();
            if (!ev.repeat) {
                this.onEnter();
            }
        } else if (ev.key === "ArrowDown" && count) {
            ev.preventDefault();
            this.state.active = (this.state.active + 1) % count;
        } else if (ev.key === "ArrowUp" && count) {
            ev.preventDefault();
            this.state.active = (this.state.active - 1 + count) % count;
        } else if (ev.key === "Escape" && this.query) {
            ev.stopPropagation();
            this.clear();
        }
    }
}
