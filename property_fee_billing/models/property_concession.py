from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class PropertyConcession(models.Model):
    """A reduction of one item on one unit for a time, with reason and evidence.

    Concessions do not stack: on each day the one most favourable to the owner
    counts. Only approved ones count.
    """

    _name = "property.concession"
    _description = "Concession"
    _inherit = [
        "property.unit.mixin",
        "mail.thread",
        "mail.activity.mixin",
        "property.audited.mixin",
    ]
    _order = "unit_id, date_from desc nulls last"
    _audit_kind = "concession"
    _audit_columns = (
        "unit_id=property_unit.code",
        "item_id=property_fee_item.code",
        "factor",
        "date_from",
        "date_to",
        "state",
    )
    _audit_name = ("unit_id=property_unit.code", "item_id=property_fee_item.code")
    _audit_reason = ("reason", "note")

    item_id = fields.Many2one(
        "property.fee.item",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        domain="[('community_id', 'in', (community_id, False))]",
        tracking=True,
    )
    factor = fields.Float(
        digits=(7, 6),
        required=True,
        default=1.0,
        tracking=True,
        help="What remains to pay: 0.7 is 70 % of the amount.",
    )
    date_from = fields.Date(tracking=True, help="First day, included.")
    date_to = fields.Date(tracking=True, help="Last day, included.")
    reason = fields.Selection(
        [
            ("vacancy", "Vacancy"),
            ("hardship", "Hardship"),
            ("goodwill", "Goodwill"),
            ("service_failure", "Service Failure"),
            ("veteran", "Veteran or Family"),
            ("other", "Other"),
        ],
        required=True,
        default="vacancy",
        tracking=True,
    )
    note = fields.Text()
    evidence_ids = fields.Many2many(
        "ir.attachment",
        help="Application, meter reading, certificate.",
    )
    state = fields.Selection(
        [("draft", "To Approve"), ("approved", "Approved"), ("refused", "Refused")],
        required=True,
        default="draft",
        copy=False,
        tracking=True,
        # a board shows all stages, in this order
        group_expand=True,
    )
    approved_by_id = fields.Many2one(
        "res.users", string="Decided By", readonly=True, copy=False
    )
    approved_on = fields.Datetime(string="Decided On", readonly=True, copy=False)

    _factor_range = models.Constraint(
        "CHECK (factor >= 0 AND factor <= 1)",
        "The factor must be from 0 (nothing to pay) to 1 (no reduction).",
    )
    _dates_ordered = models.Constraint(
        "CHECK (date_from <= date_to)",
        "The first day must not be after the last day.",
    )

    @api.depends("unit_id", "item_id", "factor")
    def _compute_display_name(self):
        for concession in self:
            concession.display_name = (
                f"{concession.unit_id.display_name} {concession.item_id.code} "
                f"× {concession.factor:g}"
            )

    @api.constrains("item_id", "unit_id")
    def _check_item_community(self):
        for concession in self:
            community = concession.item_id.community_id
            if community and community != concession.community_id:
                raise ValidationError(
                    self.env._(
                        "Item %(item)s is of another community than unit %(unit)s.",
                        item=concession.item_id.code,
                        unit=concession.unit_id.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        """Only who may decide can enter a concession as decided."""
        for vals in vals_list:
            # who decided is noted, never said
            vals.update(approved_by_id=False, approved_on=False)
            if vals.get("state", "draft") != "draft":
                vals.update(self._prepare_decision())
        concessions = super().create(vals_list)
        concessions.filtered(
            lambda concession: concession.state != "draft"
        )._check_may_decide()
        return concessions

    def write(self, vals):
        """Guard the decision and what it vouches for."""
        if {"state", "approved_by_id", "approved_on"} & vals.keys():
            self._check_may_decide()
        if self._get_decided_fields() & vals.keys():
            for concession in self:
                if concession.state == "approved":
                    raise UserError(
                        self.env._(
                            "Concession %s is approved: end it with its last day, "
                            "or take the approval back first.",
                            concession.display_name,
                        )
                    )
        return super().write(vals)

    @api.model
    def _get_decided_fields(self):
        """Fields that an approval vouches for."""
        return {"unit_id", "item_id", "factor", "date_from", "reason"}

    @api.model
    def _prepare_decision(self):
        """Who decided, and when."""
        return {
            "approved_by_id": self.env.uid,
            "approved_on": fields.Datetime.now(),
        }

    def _check_may_decide(self):
        if self and not (
            self.env.su
            or self.env.user.has_group("property_fee_billing.group_fee_manager")
        ):
            raise UserError(
                self.env._("Only a fee manager may decide on a concession.")
            )

    def action_approve(self):
        """Let the concession count, and note who decided."""
        self.write({"state": "approved", **self._prepare_decision()})

    def action_refuse(self):
        """Refuse the concession, and note who decided."""
        self.write({"state": "refused", **self._prepare_decision()})

    def action_reset_to_draft(self):
        """Take the decision back."""
        self._check_may_decide()
        self.write({"state": "draft", "approved_by_id": False, "approved_on": False})

    @api.ondelete(at_uninstall=False)
    def _unlink_except_approved(self):
        for concession in self:
            if concession.state == "approved":
                raise UserError(
                    self.env._(
                        "Concession %s is approved and cannot be deleted. End it with "
                        "its last day.",
                        concession.display_name,
                    )
                )
