from collections import defaultdict
from dataclasses import dataclass, field

from odoo import api, models

from odoo.addons.base.models.res_bank import sanitize_account_number

from ..file_text import normalize

# What each piece of evidence is worth. One of the first group and an exact amount make
# a match sure (from 90); an amount and a name alone never do.
WHERE_POINTS = {"reference": 60, "bill": 60, "code": 40, "code_loose": 20}
WHO_POINTS = {
    "account": 30,
    "account_before": 30,
    "name": 20,
    "name_other": 15,
    "name_before": 15,
}
ACCOUNT_AND_NAME = 5
AMOUNT_POINTS = 35
PART_POINTS = 10
MORE_POINTS = 5
COUNTER_POINTS = {"counter": 40, "reference": 45, "name": 20}
# days between the counter and the bank, and what they are worth
COUNTER_DAYS = ((3, 15), (10, 10))
MAX_COUNTER_DAYS = 45
# a suggestion this near makes the best one unsure
RIVAL_MARGIN = 15
MIN_SCORE = 30
MAX_SUGGESTIONS = 5
# an amount that fits more units says nothing by itself
MAX_SAME_AMOUNT = 3


@dataclass
class Candidate:
    """What a line may be, with what speaks for it."""

    unit: object = None
    payment: object = None
    bills: list = field(default_factory=list)
    late_fee: int = 0
    points: int = 0
    evidence: list = field(default_factory=list)
    is_designated: bool = False

    def add(self, points, *evidence):
        """Count one piece of evidence: a code and words."""
        self.points += points
        self.evidence.append(evidence)


class PropertyBankMatcher(models.AbstractModel):
    """Finds what bank lines are for, and says how sure that is and why.

    Evidence of three kinds adds up: where (payment reference, bill number, unit code in
    the text), who (account, name), how much. Money the counter took already is found by
    the amount with a reference or the day.
    """

    _name = "property.bank.matcher"
    _description = "Bank Matcher"

    @api.model
    def _match(self, lines):
        """Make the suggestions of open lines anew.

        :param lines: account.bank.statement.line, of one or more journals
        :return: property.bank.suggestion
        """
        values = []
        for journal, own in lines.grouped("journal_id").items():
            communities = journal._get_fee_communities()
            values += self._get_suggestions(journal, own)
            only = communities if len(communities) == 1 else communities.browse()
            self._set_communities(own, values, only)
        # What the system found is its own to keep; who sees it, the rules say.
        Suggestion = self.env["property.bank.suggestion"].sudo()
        Suggestion.search([("statement_line_id", "in", lines.ids)]).unlink()
        return Suggestion.create(values).sudo(False)

    @api.model
    def _set_communities(self, lines, values, only):
        """Note for whose staff each line is: of the best suggestion, else of the one
        community that uses the journal."""
        best = {}
        for vals in values:
            best.setdefault(vals["statement_line_id"], vals["community_id"])
        groups = defaultdict(lambda: lines.browse())
        for line in lines:
            groups[best.get(line.id, only.id)] += line
        for community_id, found in groups.items():
            changed = found.filtered(
                lambda line, c=community_id: line.fee_queue_community_id.id != c
            )
            # as above: whose line it is, nobody types in
            changed.sudo().fee_queue_community_id = community_id

    @api.model
    def _get_suggestions(self, journal, lines):
        """Values of property.bank.suggestion, for each line the best first."""
        loader = self.env["property.bank.loader"]
        facts = loader._load(journal, lines)
        found = {line: self._get_units(facts, line) for line in lines}
        wanted = defaultdict(set)
        for line, units in found.items():
            for unit in units:
                wanted[line.date].update(bill.id for bill in facts.units[unit].bills)
        loader._load_days(facts, wanted)
        values = []
        for line, units in found.items():
            candidates = self._score_units(facts, line, units)
            candidates += self._score_payments(facts, line)
            candidates = [one for one in candidates if one.points >= MIN_SCORE]
            candidates.sort(key=lambda one: -one.points)
            values += [
                self._prepare_suggestion(facts, line, one)
                for one in candidates[:MAX_SUGGESTIONS]
            ]
        return values

    @api.model
    def _get_text(self, line):
        """What of a line is searched for references."""
        return " ".join(filter(None, (line.payment_ref, line.ref)))

    # ---------------------------------------------------------------- where, who
    @api.model
    def _get_units(self, facts, line):
        """Units that anything but the amount speaks for, then those by amount.

        :return: ``{unit id: {"where": (code, words), "who": {code: words},
            "bills": [named bills]}}``
        """
        units = defaultdict(lambda: {"where": None, "who": {}, "bills": []})
        text = self._get_text(line)
        for unit, match in facts.references.find(text).items():
            units[unit]["where"] = ("reference", match.reference)
        for bill_id in facts.numbers.find(text):
            bill = facts.bills[bill_id]
            found = units[bill.unit_id]
            found["bills"].append(bill)
            found["where"] = found["where"] or ("bill", bill.name)
        for unit, match in facts.codes.find(text).items():
            code = "code_loose" if match.is_loose else "code"
            units[unit]["where"] = units[unit]["where"] or (code, match.reference)
        self._add_people(facts, line, units)
        same = facts.amounts.get(facts.cents(line.amount), ())
        if len(same) <= MAX_SAME_AMOUNT:
            for unit in same:
                units.setdefault(unit, {"where": None, "who": {}, "bills": []})
        return dict(units)

    @api.model
    def _add_people(self, facts, line, units):
        """Units of whoever paid, by account and by name."""

        def add(unit, code, word):
            if unit in facts.units:
                units[unit]["who"].setdefault(code, word)

        number = sanitize_account_number(line.account_number)
        for partner in facts.accounts.get(number, ()):
            for unit in facts.partner_units.get(partner, ()):
                add(unit, "account", facts.partner_names[partner])
        for unit in facts.paid_before.get(line.account_number, ()):
            add(unit, "account_before", facts.units[unit].code)
        name = normalize(line.partner_name or "")
        if not name:
            return
        for partner in facts.names.get(name, ()):
            for unit in facts.partner_units.get(partner, ()):
                is_payer = facts.units[unit].people[partner]
                add(unit, "name" if is_payer else "name_other", line.partner_name)
        for unit in facts.names_before.get(name, ()):
            add(unit, "name_before", line.partner_name)

    # --------------------------------------------------------------- how much
    @api.model
    def _score_units(self, facts, line, units):
        """A Candidate for each unit, and one for all units named together."""
        candidates = []
        for unit_id, found in units.items():
            unit = facts.units[unit_id]
            candidate = Candidate(unit=unit)
            self._add_where_and_who(candidate, found)
            self._add_amount(facts, line, candidate, found["bills"])
            candidates.append(candidate)
        named = [
            facts.units[unit_id]
            for unit_id, found in units.items()
            if found["where"] and found["where"][0] in ("reference", "bill")
        ]
        if len(named) > 1:
            candidates += self._score_together(facts, line, units, named)
        return candidates

    @api.model
    def _add_where_and_who(self, candidate, found):
        if found["where"]:
            code, word = found["where"]
            candidate.add(WHERE_POINTS[code], code, word)
        candidate.is_designated = bool(found["bills"])
        who = sorted(found["who"].items(), key=lambda item: -WHO_POINTS[item[0]])
        for place, (code, word) in enumerate(who[:2]):
            if not place:
                candidate.add(WHO_POINTS[code], code, word)
            elif who[0][0].startswith("account") and code.startswith("name"):
                candidate.add(ACCOUNT_AND_NAME, code, word)

    @api.model
    def _score_together(self, facts, line, units, named):
        """One payment for all units that are named."""
        bills = [bill for unit in named for bill in unit.bills]
        due = [bill for bill in bills if bill.due <= line.date]
        amount = facts.cents(line.amount)
        chosen = next(
            (part for part in (due, bills) if part and _sum(part) == amount), None
        )
        if not chosen or len({unit.community_id for unit in named}) > 1:
            return []
        candidate = Candidate(unit=named[0], bills=chosen)
        words = ", ".join(units[unit.id]["where"][1] for unit in named)
        candidate.add(WHERE_POINTS["reference"], "reference", words)
        candidate.add(AMOUNT_POINTS, "amount_units", _names(chosen))
        return [candidate]

    @api.model
    def _add_amount(self, facts, line, candidate, named):
        """What the amount says: the bills it fits, or how it differs."""
        amount = facts.cents(line.amount)
        bills = candidate.unit.bills
        for code, chosen, late_fee in self._get_fits(facts, line, candidate, named):
            if chosen and amount == self._get_total(
                facts, line, code, chosen, late_fee
            ):
                candidate.bills = chosen
                candidate.late_fee = late_fee
                candidate.add(AMOUNT_POINTS, code, _names(chosen))
                return
        candidate.bills = _cover(named or bills, amount)
        total = _text(facts, _sum(bills))
        if not bills:
            candidate.add(0, "nothing_open")
        elif amount < _sum(bills):
            candidate.add(PART_POINTS, "part", total)
        else:
            candidate.add(MORE_POINTS, "more", total)

    @api.model
    def _get_fits(self, facts, line, candidate, named):
        """What an amount may be exactly: (code, bills, late fee), simplest first."""
        bills = candidate.unit.bills
        due = [bill for bill in bills if bill.due <= line.date]
        if named:
            yield "amount_bill", named, 0
        for bill in bills:
            yield "amount_bill", [bill], 0
        yield "amount_due", due, 0
        yield "amount_open", bills, 0
        for bill in bills:
            yield "discount", [bill], 0
        yield "discount", bills, 0
        for part in ([bill] for bill in due):
            yield "late_fee", part, self._get_late_fee(facts, line, part)
        yield "late_fee", due, self._get_late_fee(facts, line, due)
        yield "late_fee", bills, self._get_late_fee(facts, line, bills)
        for partner in dict.fromkeys(bill.partner_id for bill in bills):
            own = [
                bill
                for bill in facts.partner_bills[partner]
                if facts.units[bill.unit_id].community_id == candidate.unit.community_id
            ]
            if len({bill.unit_id for bill in own}) > 1:
                yield "amount_payer", [one for one in own if one.due <= line.date], 0
                yield "amount_payer", own, 0

    @api.model
    def _get_total(self, facts, line, code, bills, late_fee):
        """What bills come to, -1 when they do not come to anything of that kind."""
        if code == "late_fee":
            return _sum(bills) + late_fee if late_fee else -1
        if code == "discount":
            discount = sum(facts.discounts.get((b.id, line.date), 0) for b in bills)
            return _sum(bills) - discount if discount else -1
        return _sum(bills)

    @api.model
    def _get_late_fee(self, facts, line, bills):
        return sum(facts.late_fees.get((bill.id, line.date), 0) for bill in bills)

    # ----------------------------------------------------------------- counter
    @api.model
    def _score_payments(self, facts, line):
        """Candidates for money that the counter took already, of the same amount."""
        text = self._get_text(line)
        receipts = units = None
        best = {}
        for payment in facts.by_amount.get(facts.cents(line.amount), ()):
            days = (line.date - payment.date).days
            if not -1 <= days <= MAX_COUNTER_DAYS:
                continue
            if receipts is None:
                receipts = facts.receipts.find(text)
                units = facts.references.find(text)
            candidate = Candidate(
                unit=facts.units.get(payment.unit_id), payment=payment
            )
            candidate.add(COUNTER_POINTS["counter"], "counter", payment.receipt)
            if payment.id in receipts:
                word = receipts[payment.id].reference
                candidate.add(COUNTER_POINTS["reference"], "reference", word)
            elif payment.unit_id in units:
                word = units[payment.unit_id].reference
                candidate.add(COUNTER_POINTS["reference"], "reference", word)
            for limit, points in COUNTER_DAYS:
                if days <= limit:
                    candidate.add(points, "day", payment.date.isoformat())
                    break
            name = facts.partner_names.get(payment.partner_id)
            if name and normalize(name) == normalize(line.partner_name or ""):
                candidate.add(COUNTER_POINTS["name"], "name", name)
            if candidate.points > getattr(best.get(payment.id), "points", -1):
                best[payment.id] = candidate
        return list(best.values())

    # ------------------------------------------------------------------ values
    @api.model
    def _prepare_suggestion(self, facts, line, candidate):
        """Values of the suggestion of a candidate."""
        unit, payment = candidate.unit, candidate.payment
        bills = candidate.bills
        payer = payment.partner_id if payment else self._get_payer(unit, bills)
        settled = min(facts.cents(line.amount), _sum(bills) + candidate.late_fee)
        return {
            "statement_line_id": line.id,
            "community_id": payment.community_id if payment else unit.community_id,
            "unit_id": unit.id if unit else False,
            "partner_id": payer,
            "bill_ids": [(6, 0, [bill.id for bill in bills])],
            "payment_id": payment.id if payment else False,
            "amount": settled / facts.scale,
            "late_fee": candidate.late_fee / facts.scale,
            "score": min(100, candidate.points),
            "is_designated": candidate.is_designated,
            "evidence": candidate.evidence,
        }

    @api.model
    def _get_payer(self, unit, bills):
        """Who a receipt is made out to: the payer of the bills, else of the unit."""
        if bills:
            return bills[0].partner_id
        payers = [partner for partner, is_payer in unit.people.items() if is_payer]
        return next(iter(payers or unit.people), False)

    # -------------------------------------------------------------------- sure
    @api.model
    def _get_sure(self, lines):
        """The suggestions that need nobody's look.

        :return: property.bank.suggestion, at most one for a line
        """
        # as the system: what is sure does not hang on who started the import
        lines = lines.sudo()
        # as above
        sure = self.env["property.bank.suggestion"].sudo()
        for line in lines:
            found = line.fee_suggestion_ids.sorted("score", reverse=True)
            best, rival = found[:1], found[1:2]
            if not best or line.fee_is_held:
                continue
            limit = best.community_id._get_match_threshold(line.journal_id)
            is_near = rival and best.score - rival.score <= RIVAL_MARGIN
            if best.score >= limit and not is_near:
                sure += best
        return sure


def _sum(bills):
    return sum(bill.residual for bill in bills)


def _names(bills, limit=4):
    """Names of bills, not too many."""
    names = [bill.name for bill in bills[:limit]]
    return ", ".join([*names, "…"] if len(bills) > limit else names)


def _cover(bills, amount):
    """The bills, oldest first, that an amount reaches."""
    chosen = []
    for bill in bills:
        if amount <= 0:
            break
        chosen.append(bill)
        amount -= bill.residual
    return chosen


def _text(facts, cents):
    """Cents as an amount: plain digits, whatever the language."""
    return f"{cents / facts.scale:,.{len(str(facts.scale)) - 1}f}"
