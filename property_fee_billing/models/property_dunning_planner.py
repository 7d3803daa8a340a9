from collections import defaultdict
from datetime import timedelta

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import format_date

from ..engine.dunning import choose_level
from ..local_time import get_local_date


class PropertyDunningPlanner(models.AbstractModel):
    """Decides who gets which level on a day, and who is left out and why.

    Works on all bills of a community at once: each fact is asked for once for all of
    them. ``engine/dunning.py`` chooses the level; the gates here hold a bill back.

    A *group* is a dictionary: ``level``, ``unit``, ``partner``, ``channel``,
    ``address`` and ``lines`` (values of property.notice.line). A *skip* is values of
    property.dunning.skip.
    """

    _name = "property.dunning.planner"
    _description = "Planning of Reminders"

    @api.model
    def _plan(self, community, date, bills=None, ignore=None):
        """Plan one community.

        :param date: the day of the reminders
        :param bills: account.move to look at; all unpaid ones if not given
        :param ignore: property.notice drafts that this plan would replace
        :return: (list of groups, list of skips)
        """
        policy = community._get_dunning_policy()
        refusal = self._get_community_refusal(community, policy, date)
        if refusal:
            return [], [refusal]
        levels = policy._get_levels()
        domain = self._get_bill_domain(community, levels, date)
        if bills is not None:
            domain &= Domain("id", "in", bills.ids)
        bills = self.env["account.move"].search(domain, order="invoice_date_due, id")
        facts = self._load_facts(policy, levels, bills, date, ignore)
        skips = []
        chosen = []
        for bill in bills:
            level, skip = self._choose(bill, levels, facts, date)
            if skip:
                skips.append(skip)
            elif level:
                chosen.append((bill, level))
        groups = self._group(chosen, facts)
        return self._check_groups(groups, policy, facts, skips), skips

    @api.model
    def _get_bill_domain(self, community, levels, date):
        """Unpaid bills that are due, or soon enough for the first level."""
        ahead = max((-level.days for level in levels), default=0)
        return (
            self.env["account.move"]._get_unpaid_domain()
            & Domain("fee_community_id", "=", community.id)
            & Domain("invoice_date_due", "<=", date + timedelta(days=max(ahead, 0)))
        )

    # ------------------------------------------------------------ whole community
    @api.model
    def _get_community_refusal(self, community, policy, date):
        """Why nothing of a community is demanded, as a skip; None if it may be."""
        if not policy:
            return self._prepare_skip(
                community,
                "no_policy",
                self.env._("Choose a dunning policy for the community."),
            )
        if not policy.max_bank_age:
            return None
        last = community._get_last_bank_line_date()
        if last and last >= date - timedelta(days=policy.max_bank_age):
            return None
        detail = (
            self.env._(
                "The newest bank line is of %(date)s, more than %(days)s days ago. "
                "Import the bank lines first.",
                date=format_date(self.env, last),
                days=policy.max_bank_age,
            )
            if last
            else self.env._(
                "A bank journal has no lines yet. Import the bank lines first, or "
                "switch the check off in the policy."
            )
        )
        amount = self.env["account.move"]._read_group(
            self.env["account.move"]._get_overdue_domain(date)
            & Domain("fee_community_id", "=", community.id),
            [],
            ["amount_residual:sum"],
        )[0][0]
        return {
            **self._prepare_skip(community, "bank_stale", detail),
            "amount": amount,
        }

    @api.model
    def _prepare_skip(self, community, reason, detail):
        """Values of a skip of a whole community."""
        return {"community_id": community.id, "reason": reason, "detail": detail}

    # ----------------------------------------------------------------------- facts
    @api.model
    def _load_facts(self, policy, levels, bills, date, ignore):
        """What is known of all bills, each asked once.

        :return: dictionary of dictionaries by bill id
        """
        sent, failed = self._load_history(levels, bills, ignore)
        return {
            "steps": levels._get_steps(),
            "sent": sent,
            "failed": failed,
            "expired": bills._get_expired_demands(date),
            "due": bills._get_dunning_due_dates(),
            "on_plan": set(bills._get_bills_on_plan().ids),
            "disputed": bills._get_disputed_amounts(),
            "unmatched": self._load_unmatched(policy, bills),
            "pending": self._load_pending(bills),
            "lines": {
                values["move_id"]: values
                for values in self.env["property.notice.line"]._prepare_lines(
                    bills, date
                )
            },
        }

    @api.model
    def _load_history(self, levels, bills, ignore):
        """What went out already.

        :return: ``{bill id: {level id: day sent, None while it waits}}`` and
            ``{(bill id, level id): addresses that failed}``
        """
        sent, failed = defaultdict(dict), defaultdict(set)
        domain = [("move_id", "in", bills.ids), ("level_id", "in", levels.ids)]
        if ignore:
            domain.append(("notice_id", "not in", ignore.ids))
        # what was sent is a fact, whoever may see it
        lines = self.env["property.notice.line"].sudo().search(domain)
        for line in lines:
            notice = line.notice_id
            if notice.state == "failed":
                failed[line.move_id.id, line.level_id.id].add(notice.address)
            elif notice.state != "cancelled":
                waits = notice.state in ("draft", "ready")
                sent[line.move_id.id][line.level_id.id] = (
                    None if waits else get_local_date(notice, notice.sent_on)
                )
        return sent, failed

    @api.model
    def _load_unmatched(self, policy, bills):
        """Bills that an unmatched bank line probably pays.

        :return: ``{bill id: property.bank.suggestion}``
        """
        if "property.bank.suggestion" not in self.env:
            return {}
        # collectors need not see the bank's lines to be held back by them
        suggestions = (
            self.env["property.bank.suggestion"]
            .sudo()
            .search(
                [
                    ("score", ">=", policy.min_match_score),
                    ("statement_line_id.is_reconciled", "=", False),
                    "|",
                    ("unit_id", "in", bills.fee_unit_id.ids),
                    ("bill_ids", "in", bills.ids),
                ]
            )
        )
        by_unit = {}
        by_bill = {}
        for suggestion in suggestions:
            by_unit.setdefault(suggestion.unit_id.id, suggestion)
            for bill_id in suggestion.bill_ids.ids:
                by_bill.setdefault(bill_id, suggestion)
        by_unit.pop(False, None)
        found = {}
        for bill in bills:
            suggestion = by_bill.get(bill.id) or by_unit.get(bill.fee_unit_id.id)
            if suggestion:
                found[bill.id] = suggestion
        return found

    @api.model
    def _load_pending(self, bills):
        """Ids of bills for which an online payment is under way."""
        # only whether there is one is asked
        transactions = (
            self.env["payment.transaction"]
            .sudo()
            .search(
                [
                    ("invoice_ids", "in", bills.ids),
                    ("state", "in", ("pending", "authorized")),
                ]
            )
        )
        return set(transactions.invoice_ids.ids)

    # ---------------------------------------------------------------- one bill
    @api.model
    def _choose(self, bill, levels, facts, date):
        """The level of a bill, or why it is left out.

        :return: (property.dunning.level or None, skip or None)
        """
        choice = choose_level(
            facts["steps"],
            facts["due"].get(bill.id, bill.invoice_date_due),
            facts["sent"].get(bill.id, {}),
            facts["expired"].get(bill.id),
            date,
        )
        if not choice.level_id:
            return None, None
        level = levels.browse(choice.level_id)
        reason, detail = self._get_hold(bill, facts)
        if not reason and choice.reason:
            reason = choice.reason
            detail = self._get_choice_detail(choice)
        if reason:
            return None, self._prepare_bill_skip(bill, level, reason, detail)
        return level, None

    @api.model
    def _get_hold(self, bill, facts):
        """Why a bill is not demanded at all: (reason, detail), or (None, None)."""
        if bill.id in facts["on_plan"]:
            return "on_plan", self.env._("A payment plan is kept.")
        if suggestion := facts["unmatched"].get(bill.id):
            line = suggestion.statement_line_id
            return "unmatched_receipt", self.env._(
                "Bank line of %(date)s, %(amount)s, is probably for it (score "
                "%(score)s). Match it first.",
                date=format_date(self.env, line.date),
                amount=line.currency_id.format(line.amount),
                score=suggestion.score,
            )
        if bill.id in facts["pending"]:
            return "payment_pending", self.env._("An online payment is under way.")
        if bill.id not in facts["lines"]:
            return "disputed", self.env._("All that is open of it is disputed.")
        return None, None

    @api.model
    def _get_choice_detail(self, choice):
        """The reason of the engine in words."""
        if choice.reason == "former_waits":
            return self.env._("The former level waits to be sent or delivered.")
        if choice.reason == "no_expired_demand":
            return self.env._(
                "No delivered demand whose deadline has passed: the legal stage is "
                "closed."
            )
        return self.env._("Not before %s.", format_date(self.env, choice.day))

    @api.model
    def _prepare_bill_skip(self, bill, level, reason, detail):
        """Values of the skip of a bill."""
        return {
            "community_id": bill.fee_community_id.id,
            "unit_id": bill.fee_unit_id.id,
            "partner_id": bill.partner_id.id,
            "move_id": bill.id,
            "level_id": level.id,
            "reason": reason,
            "detail": detail,
            "amount": bill.amount_residual,
        }

    # -------------------------------------------------------------------- groups
    @api.model
    def _group(self, chosen, facts):
        """One group for all bills of a unit and debtor on the same level."""
        groups = {}
        for bill, level in chosen:
            key = (bill.fee_unit_id, bill.partner_id, level)
            group = groups.setdefault(
                key,
                {
                    "unit": bill.fee_unit_id,
                    "partner": bill.partner_id,
                    "level": level,
                    "bills": [],
                    "lines": [],
                },
            )
            group["bills"].append(bill)
            group["lines"].append(facts["lines"][bill.id])
        return list(groups.values())

    @api.model
    def _check_groups(self, groups, policy, facts, skips):
        """Leave out groups that reach nobody or ask for too little.

        :param skips: list that what is left out is added to
        """
        kept = []
        for group in groups:
            reason, detail = self._get_group_hold(group, policy, facts)
            if not reason:
                kept.append(group)
                continue
            skips += [
                self._prepare_bill_skip(bill, group["level"], reason, detail)
                for bill in group["bills"]
            ]
        return kept

    @api.model
    def _get_group_hold(self, group, policy, facts):
        """Why a group is not sent: (reason, detail), or (None, None)."""
        level = group["level"]
        hold = self._choose_channel(group, level.channel, facts)
        if hold[0] and level.fallback_channel:
            hold = self._choose_channel(group, level.fallback_channel, facts)
        if hold[0]:
            return hold
        total = sum(line["amount"] + line["late_fee"] for line in group["lines"])
        currency = group["unit"].community_id.currency_id
        if currency.compare_amounts(total, policy.min_amount) < 0:
            return "small_amount", currency.format(total)
        return None, None

    @api.model
    def _choose_channel(self, group, channel, facts):
        """Send a group by a channel, if the debtor can be reached by it.

        :return: (reason, detail) why not, or (None, None)
        """
        level = group["level"]
        address = self.env["property.notice"]._get_address(
            channel, group["partner"], group["unit"]
        )
        group.update(channel=channel, address=address)
        if not address or (channel == "sms" and "sms.sms" not in self.env):
            labels = dict(level._fields["channel"]._description_selection(self.env))
            return "no_address", self.env._(
                "%(debtor)s cannot be reached by %(channel)s.",
                debtor=group["partner"].display_name,
                channel=labels[channel],
            )
        if any(
            address in facts["failed"][bill.id, level.id] for bill in group["bills"]
        ):
            return "address_failed", self.env._(
                "The last message to %s failed. Send it again, correct the address, or "
                "write by another channel.",
                address,
            )
        return None, None
