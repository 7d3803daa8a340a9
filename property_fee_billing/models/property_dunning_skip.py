from odoo import fields, models

REASONS = [
    ("bank_stale", "Bank Lines Too Old"),
    ("no_policy", "No Policy"),
    ("on_plan", "Payment Plan Kept"),
    ("disputed", "Disputed"),
    ("unmatched_receipt", "Probably Paid, Not Matched"),
    ("payment_pending", "Online Payment Under Way"),
    ("interval", "Too Soon after the Former Level"),
    ("former_waits", "Former Level Not Delivered Yet"),
    ("no_expired_demand", "No Expired Demand"),
    ("no_address", "No Address"),
    ("address_failed", "Address Failed"),
    ("small_amount", "Below the Least Amount"),
    ("changed", "Paid or Changed Meanwhile"),
    ("error", "Error"),
]


class PropertyDunningSkip(models.Model):
    """A bill, or a whole community, that a dunning run leaves out, and why."""

    _name = "property.dunning.skip"
    _description = "Skipped by a Dunning Run"
    _order = "run_id desc, reason, unit_id, id"
    _check_company_auto = True

    run_id = fields.Many2one(
        "property.dunning.run", required=True, index=True, ondelete="cascade"
    )
    community_id = fields.Many2one(
        "property.community", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="community_id.company_id", store=True, precompute=True
    )
    currency_id = fields.Many2one(related="community_id.currency_id")
    unit_id = fields.Many2one(
        "property.unit", index="btree_not_null", ondelete="cascade"
    )
    partner_id = fields.Many2one("res.partner", string="Debtor", ondelete="cascade")
    move_id = fields.Many2one(
        "account.move", string="Bill", index="btree_not_null", ondelete="cascade"
    )
    level_id = fields.Many2one("property.dunning.level", ondelete="cascade")
    reason = fields.Selection(REASONS, required=True)
    detail = fields.Char(help="What is behind the reason, and what to do.")
    amount = fields.Monetary(help="Not demanded because of this.")
