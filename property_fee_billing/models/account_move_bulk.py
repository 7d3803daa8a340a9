import re

from odoo import models

from .property_bulk_mixin import CREATE_KEY, POST_KEY


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = ["account.move", "property.bulk.mixin"]

    def write(self, vals):
        """Override of `account`: of bills made in bulk, write only what changes."""
        if CREATE_KEY in self.env.context and vals == {"is_manually_modified": False}:
            # set on every created bill, one by one, though none is otherwise
            self = self.filtered("is_manually_modified")
        plan = self.env.context.get(POST_KEY)
        if plan is None or vals != {"state": "posted", "posted_before": True}:
            return super().write(vals)
        # neither totals nor tax, term or rounding lines come of the new state
        settled = self.browse(plan.settled)
        self = self.with_context(skip_invoice_sync=True)
        with self.env.protecting(plan.get_settled_fields(self.env), settled):
            return super().write(vals)

    def _post(self, soft=True):
        """Override of `account`: count the bills of payers together."""
        posted = super()._post(soft=soft)
        plan = self.env.context.get(POST_KEY)
        if plan is not None:
            self.env["res.partner"]._write_ranks(plan)
        return posted

    def _compute_name(self):
        """Override of `account`: bills of a plan are numbered in its order."""
        plan = self.env.context.get(POST_KEY)
        if plan is None:
            return super()._compute_name()
        ours = self.filtered(
            lambda move: (
                move.id in plan.rank
                and move.state == "posted"
                and move.date
                and (not move.name or move.name == "/")
            )
        ).sorted(lambda move: plan.rank[move.id])
        super(AccountMove, self - ours)._compute_name()
        with self.env.protecting(self._get_number_fields(), ours):
            for move in ours:
                move._set_next_sequence()
            # taking the first number had Odoo store the empty ones already
            ours.modified(["name"])
        ours._inverse_name()
        return None

    def _set_next_sequence(self):
        """Override of `account`: the first bill of a sequence takes its number the
        locking way; as the lock then holds until the transaction ends, the next
        ones of the batch count on from it."""
        plan = self.env.context.get(POST_KEY)
        if plan is None or self.id not in plan.rank or self.journal_id.is_self_billing:
            return super()._set_next_sequence()
        key = (self.journal_id, self.date, self._is_own_sequence_refund())
        if key not in plan.numbering:
            super()._set_next_sequence()
            layout, values = self._get_sequence_format_param(self.name)
            plan.numbering[key] = (layout, values, self.sequence_prefix)
            return None
        layout, values, prefix = plan.numbering[key]
        self.name = name = self._locked_increment(layout, dict(values))
        number = re.match(r"\d+", name[len(prefix) :])
        if prefix[-1:].isdigit() or not name.startswith(prefix) or not number:
            # where the number begins is not plain to see
            self._compute_split_sequence()
        else:
            self.sequence_prefix = prefix
            self.sequence_number = int(number[0])
        return None

    def _get_number_fields(self):
        names = ("name", "sequence_prefix", "sequence_number")
        return [self._fields[name] for name in names]

    def _is_own_sequence_refund(self):
        """Whether the bill is numbered in a sequence of credit notes."""
        return self.journal_id.refund_sequence and self.move_type == "out_refund"


class AccountMoveLine(models.Model):
    _name = "account.move.line"
    _inherit = ["account.move.line", "property.bulk.mixin"]

    def _add_known_values(self, plan, vals_list):
        """Override: debit and credit, which `account` takes out of given values."""
        for vals in vals_list:
            balance = vals["balance"]
            vals["debit"] = balance if balance > 0.0 else 0.0
            vals["credit"] = -balance if balance < 0.0 else 0.0
        return super()._add_known_values(plan, vals_list)

    def _check_caba_non_caba_shared_tags(self):
        """Override of `account`: of lines with the same taxes one is looked at."""
        if CREATE_KEY not in self.env.context:
            return super()._check_caba_non_caba_shared_tags()
        examples = {
            (line.tax_ids, line.tax_repartition_line_id, line.move_id.move_type): line
            for line in self
        }
        lines = self.concat(*examples.values())
        return super(AccountMoveLine, lines)._check_caba_non_caba_shared_tags()
