import { Component, onWillStart, useExternalListener, useRef, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { ConnectionLostError, RPCError } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { ControlPanel } from "@web/search/control_panel/control_panel";
import { formatMonetary } from "@web/views/fields/formatters";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { CounterAccount } from "./counter_account";
import { CounterBills } from "./counter_bills";
import { CounterPayment } from "./counter_payment";
import { CounterReceipts } from "./counter_receipts";
import { CounterSearch } from "./counter_search";
import { CounterSession } from "./counter_session";
import { CounterTaken } from "./counter_taken";
import { CounterTicket } from "./counter_ticket";

/**
 * The counter: find who stands at the desk, see what is open, take the money.
 *
 * Its state goes round: no session (count the drawer), search, an account (`ticket`),
 * money taken (`taken`), search again.
 */
export class CounterAction extends Component {
    static template = "property_fee_billing.CounterAction";
    static components = {
        ControlPanel,
        CounterAccount,
        CounterBills,
        CounterPayment,
        CounterReceipts,
        CounterSearch,
        CounterSession,
        CounterTaken,
    };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.ui = useService("ui");
        this.root = useRef("root");
        this.formatMoney = this.formatMoney.bind(this);
        this.state = useState({
            communities: [],
            desk: null,
            ticket: null,
            // number of the ticket, so that its components begin anew with each
            ticketCount: 0,
            taken: null,
            error: "",
            isLoading: false,
            isTaking: false,
            searchFocus: 0,
            moneyFocus: 0,
        });
        useExternalListener(window, "keydown", this.onKeydown.bind(this), { capture: true });
        onWillStart(() => this.start());
    }

    get community() {
        return this.state.desk.community;
    }

    formatMoney(amount) {
        return formatMonetary(amount, { currencyId: this.community.currency_id });
    }

    call(method, ...args) {
        return this.orm.call("property.counter", method, args);
    }

    // -------------------------------------------------------------------- desk
    async start() {
        const params = this.props.action.params || {};
        const { communities, desk } = await this.call("get_start", params.community_id || false);
        Object.assign(this.state, { communities, desk: desk || null });
    }

    async chooseCommunity(communityId) {
        await this.attempt(async () => {
            this.state.desk = await this.call("get_desk", communityId);
            this.state.ticket = null;
            this.state.taken = null;
            this.focusSearch();
        });
    }

    async openSession(amount) {
        await this.attempt(async () => {
            await this.call("open_session", this.community.id, amount);
            this.state.desk = await this.call("get_desk", this.community.id);
        });
    }

    /** Ask for the count; once it is closed, show the session with what was taken. */
    async closeSession() {
        const session = this.state.desk.session;
        const action = await this.orm.call("property.cashier.session", "action_open_close", [
            [session.id],
        ]);
        await this.action.doAction(action, {
            onClose: async () => {
                this.state.desk = await this.call("get_desk", this.community.id);
                if (!this.state.desk.session) {
                    await this.openSessionForm(session.id);
                }
            },
        });
    }

    openSessionForm(sessionId) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "property.cashier.session",
            res_id: sessionId,
            views: [[false, "form"]],
        });
    }

    // ----------------------------------------------------------------- account
    async pick(row) {
        await this.loadAccount(row.unit_id, row.partner_id);
    }

    /** All units of the payer on one screen. */
    async showPayer() {
        await this.loadAccount(false, this.state.ticket.account.partner.id);
    }

    async loadAccount(unitId, partnerId) {
        await this.attempt(async () => {
            const account = await this.call(
                "get_account",
                this.community.id,
                unitId,
                unitId ? false : partnerId
            );
            this.state.taken = null;
            this.state.ticketCount++;
            this.state.ticket = new CounterTicket(account);
        });
    }

    /** The account as it is now; what was typed stays. */
    async refreshAccount(isOwn = false) {
        const ticket = this.state.ticket;
        const { unit, partner, community } = ticket.account;
        const account = await this.call(
            "get_account",
            community.id,
            unit.id || false,
            unit ? false : partner.id
        );
        ticket.refresh(account, isOwn);
    }

    async openAccountAction(key) {
        const { unit, partner, community } = this.state.ticket.account;
        await this.attempt(async () => {
            const action = await this.call(
                "open_account_action",
                key,
                community.id,
                unit.id || false,
                partner.id
            );
            await this.action.doAction(action, {
                // new bills may have come: take the account up again
                onClose: () => this.attempt(() => this.refreshAccount(true)),
            });
        });
    }

    closeAccount() {
        this.state.ticket = null;
        this.state.taken = null;
        this.state.error = "";
        this.focusSearch();
    }

    focusSearch() {
        this.state.searchFocus++;
    }

    // -------------------------------------------------------------------- money
    async take() {
        const ticket = this.state.ticket;
        if (this.state.isTaking || !ticket) {
            return;
        }
        this.state.isTaking = true;
        this.state.error = "";
        try {
            if (ticket.missing && ticket.paid && ticket.account.community.allow_partial) {
                await this.spread(ticket);
            } else {
                await this.register(ticket);
            }
        } catch (error) {
            await this.explain(error);
        } finally {
            this.state.isTaking = false;
        }
    }

    /** Less money than is due: the server says what it settles; Enter then takes it. */
    async spread(ticket) {
        const { unit, partner, community } = ticket.account;
        const ticked = ticket.bills.filter((bill) => bill.isTicked).map((bill) => bill.id);
        ticket.spread(
            await this.call(
                "distribute",
                community.id,
                ticket.paid,
                unit.id || false,
                partner.id,
                ticked
            )
        );
    }

    async register(ticket) {
        const values = ticket.getValues();
        const result = await this.call("register", values);
        const names = new Map(ticket.methods.map((method) => [method.id, method.name]));
        this.state.taken = {
            ...result,
            unit: ticket.account.unit ? ticket.account.unit.name : "",
            partner: ticket.account.partner.name,
            received: ticket.received,
            change: ticket.change,
            methods: values.methods.map((method) => ({ ...method, name: names.get(method.id) })),
        };
        this.state.ticket = null;
        // the receipt is there, whatever becomes of the list of receipts
        await this.attempt(async () => {
            this.state.desk = await this.call("get_desk", this.community.id);
        });
    }

    // ----------------------------------------------------------------- receipts
    async printReceipt(receiptId) {
        await this.attempt(async () => {
            const action = await this.orm.call("property.receipt", "action_print", [[receiptId]]);
            await this.action.doAction(action);
        });
    }

    openReceipt(receiptId) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "property.receipt",
            res_id: receiptId,
            views: [[false, "form"]],
        });
    }

    // ------------------------------------------------------------------- errors
    /** Do something on the server; if it refuses, say why. */
    async attempt(work) {
        this.state.isLoading = true;
        this.state.error = "";
        try {
            await work();
        } catch (error) {
            this.showError(error);
        } finally {
            this.state.isLoading = false;
        }
    }

    /** One sentence for what the server refuses. */
    showError(error) {
        if (error instanceof ConnectionLostError) {
            this.state.error = _t(
                "No answer from the server. Look at the receipts of this session before you take the money again."
            );
        } else if (error instanceof RPCError && error.exceptionName?.startsWith("odoo.")) {
            this.state.error = error.data.message;
        } else if (error instanceof RPCError && error.exceptionName?.startsWith("psycopg2.")) {
            this.state.error = _t(
                "The server lost its database for a moment. Look at the receipts of this session, then try again: no money is taken twice."
            );
        } else {
            this.state.error = _t("Something went wrong; nothing was taken.");
            throw error;
        }
    }

    /** Money was refused: say why, and show the bills as they are now. */
    async explain(error) {
        this.showError(error);
        if (error instanceof RPCError) {
            const reason = this.state.error;
            await this.attempt(() => this.refreshAccount());
            this.state.error = reason;
        }
    }

    // --------------------------------------------------------------------- keys
    onKeydown(ev) {
        const isElsewhere =
            ev.target !== document.body && !this.root.el.contains(ev.target);
        if (ev.isComposing || isElsewhere || this.ui.activeElement !== document) {
            return;
        }
        if (this.state.desk && this.state.desk.session && this.onKey(ev)) {
            ev.preventDefault();
            ev.stopPropagation();
        }
    }

    /** @returns {boolean} whether the key was one of the counter's */
    onKey(ev) {
        if (ev.altKey || ev.ctrlKey || ev.metaKey) {
            return false;
        }
        if (ev.key === "F3") {
            this.focusSearch();
            return true;
        }
        if (this.state.taken) {
            return this.onTakenKey(ev);
        }
        return this.state.ticket ? this.onTicketKey(ev) : false;
    }

    onTakenKey(ev) {
        if (ev.target.name === "search") {
            return false;
        }
        if (ev.key.toLowerCase() === "p" && !ev.repeat) {
            this.printReceipt(this.state.taken.id);
            return true;
        }
        if (ev.key === "Escape") {
            this.closeAccount();
            return true;
        }
        // a key held down must not take the receipt off the screen
        return ev.key === "Enter" && ev.repeat;
    }

    onTicketKey(ev) {
        const method = this.state.ticket.methods.find((method) => method.key === ev.key);
        if (method) {
            this.state.ticket.putRest(method);
            return true;
        }
        if (ev.target.name === "search") {
            return false;
        }
        if (ev.key === "Escape") {
            this.closeAccount();
            return true;
        }
        const isOwnEnter = ["BUTTON", "A", "TEXTAREA"].includes(ev.target.tagName);
        if (ev.key === "Enter" && !isOwnEnter) {
            if (!ev.repeat) {
                this.take();
            }
            return true;
        }
        return false;
    }
}

registry.category("actions").add("property_fee_billing.counter", CounterAction);
