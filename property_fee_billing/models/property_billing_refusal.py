from odoo import api, fields, models


class PropertyBillingRefusal(models.Model):
    """Something a run could not bill, with the reason and what to do."""

    _name = "property.billing.refusal"
    _description = "Refused in Billing"
    _order = "run_id, unit_id, id"

    run_id = fields.Many2one(
        "property.billing.run", required=True, index=True, ondelete="cascade"
    )
    unit_id = fields.Many2one(
        "property.unit", required=True, index=True, ondelete="cascade"
    )
    community_id = fields.Many2one(
        "property.community", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, index=True)
    currency_id = fields.Many2one(related="community_id.currency_id")
    item_id = fields.Many2one("property.fee.item", ondelete="cascade")
    recurring_charge_id = fields.Many2one(
        "property.recurring.charge", ondelete="cascade"
    )
    reading_id = fields.Many2one("property.meter.reading", ondelete="cascade")
    shared_cost_id = fields.Many2one("property.shared.cost", ondelete="cascade")
    oneoff_charge_id = fields.Many2one("property.oneoff.charge", ondelete="cascade")
    date_from = fields.Date()
    date_to = fields.Date()
    amount = fields.Monetary(
        help="What would be billed were the reason gone, where that is known."
    )
    reason = fields.Selection(
        [
            ("no_payer", "No payer"),
            ("no_rate", "No rate in force"),
            ("not_published", "Price not published in time"),
            ("no_basis", "No area"),
            ("formula_error", "Formula cannot be worked out"),
            ("reading_exceeds_digits", "Reading exceeds the meter's digits"),
            ("reading_negative", "Reading below zero"),
            ("reading_before_start", "Reading before the meter's first day"),
            ("previous_reading_refused", "Earlier reading refused"),
            ("reading_already_covered", "Usage billed with a later reading"),
            ("unknown_reading", "Corrected reading unknown"),
            ("posting_failed", "Posting failed"),
        ],
        required=True,
    )
    detail = fields.Text(
        help="What the system said, where the reason alone is not all."
    )
    message = fields.Char(string="What To Do", compute="_compute_message")

    @api.depends("reason", "unit_id", "item_id", "date_from", "date_to", "detail")
    def _compute_message(self):
        advice = self._get_advice()
        for refusal in self:
            refusal.message = advice.get(refusal.reason, refusal.detail)

    @api.model
    def _get_advice(self):
        """Reason code to the sentence that says how to mend it."""
        check_reading = self.env._(
            "Check the reading and its meter, then compute again."
        )
        return {
            "no_payer": self.env._(
                "Enter who pays for the unit on these days, then compute again."
            ),
            "no_rate": self.env._(
                "Put a rate of the standard in force for these days, then compute "
                "again."
            ),
            "not_published": self.env._(
                "Publish the rate in time before it starts, with its proof, or have "
                "the community bill prices that are not published; then compute again."
            ),
            "no_basis": self.env._("Enter the unit's area, then compute again."),
            "formula_error": self.env._(
                "Mend the standard's formula or the unit's figures, then compute again."
            ),
            "reading_exceeds_digits": check_reading,
            "reading_negative": check_reading,
            "reading_before_start": check_reading,
            "unknown_reading": check_reading,
            "previous_reading_refused": self.env._(
                "Mend the earlier reading of the meter, then compute again."
            ),
            "reading_already_covered": self.env._(
                "Nothing is owed for it: delete the reading, or record a correction "
                "of the later one."
            ),
            "posting_failed": self.env._(
                "Mend what the detail names, then compute and post again."
            ),
        }

    @api.depends("unit_id", "reason")
    def _compute_display_name(self):
        reasons = dict(self._fields["reason"]._description_selection(self.env))
        for refusal in self:
            refusal.display_name = (
                f"{refusal.unit_id.display_name}: {reasons.get(refusal.reason, '')}"
            )
