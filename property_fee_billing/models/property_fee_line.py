from odoo import api, fields, models
from odoo.exceptions import UserError

from .field_labels import get_field_labels

KINDS = [
    ("recurring", "Recurring Charge"),
    ("metered", "Meter Reading"),
    ("shared", "Shared Cost"),
    ("oneoff", "One-Off Charge"),
]


class PropertyFeeLine(models.Model):
    """The receivable: one row per charge, period and constant segment.

    Lines are made by a billing run, in bulk, and once posted never change. The
    database itself refuses a second live line for the same charge and day, the same
    reading, share or one-off charge, so nothing can be billed twice, whatever
    crashes or races.
    """

    _name = "property.fee.line"
    _description = "Fee Line"
    _order = "community_id, unit_id, date_from, id"
    _check_company_auto = True
    # who and when stand on the run and on the bill
    _log_access = False

    run_id = fields.Many2one(
        "property.billing.run", required=True, index=True, ondelete="restrict"
    )
    unit_id = fields.Many2one(
        "property.unit", required=True, index=True, ondelete="restrict"
    )
    building_id = fields.Many2one(
        related="unit_id.building_id", string="Building", store=False
    )
    community_id = fields.Many2one(
        "property.community", required=True, index=True, ondelete="restrict"
    )
    # Not stored: a column with a foreign key costs every insert, for what the
    # community says already.
    company_id = fields.Many2one(related="community_id.company_id")
    currency_id = fields.Many2one(related="community_id.currency_id")
    partner_id = fields.Many2one(
        "res.partner", string="Payer", required=True, index=True, ondelete="restrict"
    )
    kind = fields.Selection(KINDS, required=True)
    item_id = fields.Many2one(
        "property.fee.item", required=True, index=True, ondelete="restrict"
    )
    rate_id = fields.Many2one(
        "property.fee.rate", index="btree_not_null", ondelete="restrict"
    )
    # not stored, like the company: the rate belongs to it for good
    standard_id = fields.Many2one(related="rate_id.standard_id")
    recurring_charge_id = fields.Many2one(
        "property.recurring.charge", index="btree_not_null", ondelete="restrict"
    )
    reading_id = fields.Many2one(
        "property.meter.reading", index="btree_not_null", ondelete="restrict"
    )
    shared_cost_id = fields.Many2one(
        "property.shared.cost", index="btree_not_null", ondelete="restrict"
    )
    oneoff_charge_id = fields.Many2one(
        "property.oneoff.charge", index="btree_not_null", ondelete="restrict"
    )
    corrects_id = fields.Many2one(
        "property.fee.line",
        string="Corrected Line",
        index="btree_not_null",
        ondelete="restrict",
        help="The posted line this difference corrects.",
    )
    date_from = fields.Date(required=True)
    date_to = fields.Date(required=True)
    quantity = fields.Float(digits=(16, 4))
    price_unit = fields.Float(digits=(16, 6))
    factor = fields.Float(digits=(7, 6), default=1.0)
    amount = fields.Monetary(required=True)
    is_catch_up = fields.Boolean(
        string="Catch-Up", help="Was billable before the first day of its run."
    )
    explanation = fields.Json(
        help="How the amount came about; see engine/explanation for its keys."
    )
    explanation_text = fields.Char(
        string="Why This Amount", compute="_compute_explanation_text"
    )
    state = fields.Selection(
        [("draft", "Draft"), ("posted", "Posted"), ("cancelled", "Cancelled")],
        required=True,
        default="draft",
    )
    move_line_id = fields.Many2one(
        "account.move.line",
        string="Bill Line",
        index="btree_not_null",
        ondelete="restrict",
    )
    move_id = fields.Many2one(related="move_line_id.move_id", string="Bill")

    _dates_ordered = models.Constraint(
        "CHECK (date_from <= date_to)",
        "The first day must not be after the last day.",
    )
    # A flat box from the first to the last day, at the height of the charge: boxes
    # meet where a day of a charge does. They are whole numbers, so exact, and cost
    # the database a third less than ranges.
    _charge_day_once = models.Constraint(
        "EXCLUDE USING gist (box("
        "point(date_from - date '2000-01-01', recurring_charge_id),"
        " point(date_to - date '2000-01-01', recurring_charge_id)) WITH &&)"
        " WHERE (recurring_charge_id IS NOT NULL AND corrects_id IS NULL"
        " AND state IN ('draft', 'posted'))",
        "These days of this charge are billed already.",
    )
    # a correction gives a line for each billed reading it bears on, by its day
    _reading_once = models.UniqueIndex(
        "(reading_id, date_to) WHERE reading_id IS NOT NULL AND corrects_id IS NULL"
        " AND state IN ('draft', 'posted')",
        "This reading is billed already.",
    )
    _share_once = models.UniqueIndex(
        "(shared_cost_id, unit_id) WHERE shared_cost_id IS NOT NULL"
        " AND corrects_id IS NULL AND state IN ('draft', 'posted')",
        "This unit's share of this cost is billed already.",
    )
    _oneoff_once = models.UniqueIndex(
        "(oneoff_charge_id) WHERE oneoff_charge_id IS NOT NULL"
        " AND corrects_id IS NULL AND state IN ('draft', 'posted')",
        "This one-off charge is billed already.",
    )
    # what a run still has to post, and the figures of its preview
    _run_draft = models.Index("(run_id, community_id, unit_id) WHERE state = 'draft'")

    @api.depends("item_id", "date_from", "date_to")
    def _compute_display_name(self):
        for line in self:
            line.display_name = (
                f"{line.unit_id.code} {line.item_id.name} "
                f"{line.date_from} – {line.date_to}"
            )

    @api.depends_context("lang")
    def _compute_explanation_text(self):
        """One sentence in the user's language; see property.fee.explanation."""
        explain = self.env["property.fee.explanation"]._get_sentence
        for line in self:
            line.explanation_text = explain(line.explanation or {}, line.currency_id)

    # --------------------------------------------------------- posted is posted
    def write(self, vals):
        """Posted is posted: only what does not make the amount may change."""
        locked = vals.keys() - self._get_mutable_fields()
        if locked:
            posted = self.filtered(lambda line: line.state != "draft")
            if posted:
                raise UserError(
                    self.env._(
                        "Fee line %(line)s is posted and never changes (%(fields)s). "
                        "Correct it with a credit note or a difference line.",
                        line=posted[0].display_name,
                        fields=get_field_labels(self, locked),
                    )
                )
        return super().write(vals)

    @api.model
    def _get_mutable_fields(self):
        """Fields that may still change after posting: none makes the amount."""
        return {"state", "move_line_id"}

    @api.ondelete(at_uninstall=False)
    def _unlink_except_posted(self):
        for line in self:
            if line.state != "draft":
                raise UserError(
                    self.env._(
                        "Fee line %s is posted and cannot be deleted.",
                        line.display_name,
                    )
                )

    def action_open_invoice(self):
        """Open the bill the line stands on."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": self.move_id.id,
            "views": [(False, "form")],
        }
