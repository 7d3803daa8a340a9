from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..local_time import get_today


class PropertyFeeCorrectionWizard(models.TransientModel):
    """Shows what billed periods are short of or over by today's prices, areas,
    charges and payers, and bills the differences."""

    _name = "property.fee.correction.wizard"
    _description = "Correct Billed Periods"

    community_id = fields.Many2one("property.community", required=True, readonly=True)
    currency_id = fields.Many2one(related="community_id.currency_id")
    unit_ids = fields.Many2many(
        "property.unit",
        string="Units",
        domain="[('community_id', '=', community_id)]",
        help="Empty: all units of the community.",
    )
    charge_ids = fields.Many2many(
        "property.recurring.charge",
        string="Recurring Charges",
        domain="[('community_id', '=', community_id)]",
        help="Empty: everything billed to the units.",
    )
    date_from = fields.Date(
        string="Bills From",
        required=True,
        default=lambda self: get_today(self).replace(day=1),
        help="Billed periods with this day or a later one are reckoned anew.",
    )
    date_to = fields.Date(string="Bills To", help="Empty: all that is billed.")
    invoice_date = fields.Date(
        required=True,
        default=get_today,
        help="Day of the bills and credit notes.",
    )
    reason = fields.Char(help="Why the bills are corrected. It stands on the run.")
    line_ids = fields.One2many(
        "property.fee.correction.wizard.line", "wizard_id", readonly=True
    )
    is_previewed = fields.Boolean(readonly=True)
    amount_total = fields.Monetary(string="Difference", compute="_compute_totals")
    refusal_count = fields.Integer(string="Left Uncorrected", compute="_compute_totals")

    @api.depends("line_ids")
    def _compute_totals(self):
        for wizard in self:
            wizard.amount_total = sum(wizard.line_ids.mapped("difference"))
            wizard.refusal_count = len(wizard.line_ids.filtered("reason"))

    @api.model
    def default_get(self, fields):
        """From units, communities or charges that the user has chosen."""
        values = super().default_get(fields)
        records = self.env[
            self.env.context.get("active_model") or "property.unit"
        ].browse(self.env.context.get("active_ids") or ())
        if records._name == "property.community":
            communities = records
        elif records._name in ("property.unit", "property.recurring.charge"):
            communities = records.community_id
            is_unit = records._name == "property.unit"
            name = "unit_ids" if is_unit else "charge_ids"
            values[name] = [Command.set(records.ids)]
        else:
            return values
        if len(communities) > 1:
            raise UserError(
                self.env._(
                    "Correct the bills of one community at a time: these are of %s.",
                    ", ".join(communities.mapped("display_name")),
                )
            )
        values["community_id"] = communities.id
        return values

    # ----------------------------------------------------------------- preview
    def action_preview(self):
        """Show what would be billed. Nothing is."""
        self.ensure_one()
        self.line_ids.unlink()
        self.line_ids.create(self._prepare_lines(self._compute_result()))
        self.is_previewed = True
        return self._get_wizard_action()

    def _compute_result(self):
        """Engine ``Result`` of what is asked for."""
        units = self.unit_ids
        if not units and self.charge_ids:
            units = self.charge_ids.unit_id
        elif not units:
            units = (
                self.env["property.unit"]
                .with_context(active_test=False)
                .search([("community_id", "=", self.community_id.id)])
            )
        return self.env["property.fee.correction"]._compute_corrections(
            units, self.date_from, self.date_to, charges=self.charge_ids or None
        )

    def _prepare_lines(self, result):
        """Values of the preview rows, those left uncorrected first."""
        Refusal = self.env["property.billing.refusal"]
        reasons = dict(Refusal._fields["reason"]._description_selection(self.env))
        rows = [
            {
                "unit_id": refusal.unit_id,
                "item_id": refusal.item_id,
                "date_from": refusal.date_from,
                "date_to": refusal.date_to,
                "reason": reasons.get(refusal.reason, refusal.reason),
            }
            for refusal in result.refusals
        ]
        rows += [
            self.env["property.fee.correction"]._prepare_preview(line)
            for line in result.lines
        ]
        return [{"wizard_id": self.id, **row} for row in rows]

    # -------------------------------------------------------------------- post
    def action_post(self):
        """Bill the differences as they were shown, and open the run."""
        self.ensure_one()
        if not (self.reason or "").strip():
            raise UserError(self.env._("Say why the bills are corrected."))
        service = self.env["property.fee.correction"]
        service._hold(self.community_id)
        lines = self._compute_result().lines
        self._check_as_shown(lines)
        run = service._bill(
            self.community_id, lines, self.reason.strip(), self.invoice_date
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": run._name,
            "res_id": run.id,
            "views": [(False, "form")],
        }

    def _check_as_shown(self, lines):
        """What is billed is what was shown, and something.

        :raise UserError: when it is not
        """
        currency = self.currency_id
        rows = self.line_ids.filtered(lambda row: not row.reason)
        shown = [(row.unit_id.id, row.partner_id.id, row.difference) for row in rows]
        now = [(line.unit_id, line.partner_id, float(line.amount)) for line in lines]
        if len(shown) != len(now) or any(
            old[:2] != new[:2] or currency.compare_amounts(old[2], new[2])
            for old, new in zip(shown, now, strict=True)
        ):
            raise UserError(
                self.env._(
                    "What is to be corrected has changed since the preview. Look at "
                    "it again."
                )
            )
        if not lines:
            raise UserError(
                self.env._(
                    "Nothing to correct: every bill is as it would be made today."
                )
            )

    def _get_wizard_action(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Correct Billed Periods"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }
