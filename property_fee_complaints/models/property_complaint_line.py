from odoo import api, fields, models

from odoo.addons.property_fee_billing.models.property_billing_loader import to_decimal


class PropertyComplaintLine(models.Model):
    """A bill line that is complained of: what was billed and why, and what it comes to
    when it is reckoned again by what is known now."""

    _name = "property.complaint.line"
    _description = "Bill Line Complained Of"
    _order = "id"
    _check_company_auto = True

    complaint_id = fields.Many2one(
        "property.complaint", required=True, index=True, ondelete="cascade"
    )
    community_id = fields.Many2one(
        related="complaint_id.community_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="complaint_id.company_id", store=True, precompute=True
    )
    currency_id = fields.Many2one(related="complaint_id.currency_id")
    unit_id = fields.Many2one(related="complaint_id.unit_id")
    move_line_id = fields.Many2one(
        "account.move.line",
        string="Bill Line",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('fee_unit_id', '=', unit_id), ('fee_item_id', '!=', False),"
        " ('display_type', '=', 'product'), ('parent_state', '=', 'posted'),"
        " ('move_type', '=', 'out_invoice')]",
    )
    move_id = fields.Many2one(related="move_line_id.move_id", string="Bill", store=True)
    item_id = fields.Many2one(related="move_line_id.fee_item_id")
    date_from = fields.Date(related="move_line_id.fee_date_from")
    date_to = fields.Date(related="move_line_id.fee_date_to")
    amount_billed = fields.Monetary(related="move_line_id.price_total", string="Billed")
    amount_open = fields.Monetary(related="move_line_id.fee_amount_open", string="Open")
    amount = fields.Monetary(
        string="Disputed",
        compute="_compute_amount",
        store=True,
        readonly=False,
        precompute=True,
        help="What of it is in dispute; by default all that is open.",
    )
    dispute_id = fields.Many2one(
        "property.fee.dispute",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="What holds the line while the complaint is looked into.",
    )
    dispute_state = fields.Selection(related="dispute_id.state", string="Hold")
    explanation = fields.Char(string="Why This Amount", compute="_compute_explanation")
    recalculated_at = fields.Datetime(readonly=True, copy=False)
    amount_recalculated = fields.Monetary(
        string="Reckoned Again",
        readonly=True,
        copy=False,
        help="By the areas, rates, concessions and readings as they are known now.",
    )
    difference = fields.Monetary(compute="_compute_difference")
    recalculation = fields.Char(
        string="How", readonly=True, copy=False, help="Why the new amount differs."
    )

    _once = models.UniqueIndex(
        "(complaint_id, move_line_id)", "This bill line is on the complaint already."
    )

    @api.depends("move_line_id")
    def _compute_amount(self):
        for line in self:
            line.amount = line.move_line_id.fee_amount_open

    @api.depends("amount_recalculated", "amount_billed", "recalculated_at")
    def _compute_difference(self):
        for line in self:
            line.difference = (
                line.amount_recalculated - line.amount_billed
                if line.recalculated_at
                else 0.0
            )

    @api.depends("move_line_id")
    @api.depends_context("lang")
    def _compute_explanation(self):
        fee_lines = self._get_fee_lines()
        for line in self:
            fee_line = fee_lines.get(line.move_line_id.id)
            line.explanation = fee_line.explanation_text if fee_line else ""

    def _get_fee_lines(self):
        """``{bill line id: property.fee.line}``"""
        # why a billed amount is what it is may be read by whoever may read the bill
        found = (
            self.env["property.fee.line"]
            .sudo()
            .search([("move_line_id", "in", self.move_line_id.ids)])
        )
        return {line.move_line_id.id: line for line in found}

    def action_recalculate(self):
        """Reckon the amounts again by what is known now. Nothing is billed."""
        now = fields.Datetime.now()
        fee_lines = self._get_fee_lines()
        for unit, lines in self.grouped("unit_id").items():
            known = lines.filtered(lambda line: line.move_line_id.id in fee_lines)
            corrections = known._get_corrections(unit, fee_lines) if known else {}
            for line in known:
                fee_line = fee_lines[line.move_line_id.id]
                found = corrections.get(fee_line.id, [])
                line.write(
                    {
                        "recalculated_at": now,
                        "amount_recalculated": line._get_new_amount(fee_line, found),
                        "recalculation": line._get_new_reason(found),
                    }
                )

    def _get_corrections(self, unit, fee_lines):
        """What the engine would bill as differences of these lines today.

        :param dict fee_lines: see ``_get_fee_lines``
        :return: ``{property.fee.line id: [engine Line]}``
        """
        mine = [fee_lines[line.move_line_id.id] for line in self]
        result = self.env["property.fee.correction"]._compute_corrections(
            unit,
            min(line.date_from for line in mine),
            max(line.date_to for line in mine),
        )
        corrections = {}
        for line in result.lines:
            corrections.setdefault(line.corrects_id, []).append(line)
        return corrections

    def _get_new_amount(self, fee_line, corrections):
        """Taxes included, as the bill line is: a fee line may be without."""
        billed = to_decimal(f"{fee_line.amount:.6f}")
        due = billed + sum(line.amount for line in corrections)
        total = to_decimal(f"{self.amount_billed:.6f}")
        return self.currency_id.round(float(total * due / billed if billed else due))

    def _get_new_reason(self, corrections):
        """Why it differs, in one sentence; that it does not, where it does not."""
        explain = self.env["property.fee.explanation"]._get_sentence
        sentences = [
            explain(line.explanation, self.currency_id) for line in corrections
        ]
        return " ".join(sentences) or self.env._("As it was billed.")
