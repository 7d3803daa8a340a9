from odoo import api, fields, models
from odoo.exceptions import UserError

KINDS = [
    ("due", "Fell Due"),
    ("demand", "Delivered Demand"),
    ("part_payment", "Part Payment"),
    ("acknowledgement", "Acknowledgement"),
    ("suit", "Suit or Arbitration"),
]
ORIGIN_MODELS = (
    "property.notice",
    "account.move",
    "property.payment.plan",
    "property.arrears.case",
)


class PropertyLimitationEvent(models.Model):
    """What started the limitation of a bill, or started it anew: its history.

    Rows are written by account.move, see ``_restart_limitation``, and never by hand.
    """

    _name = "property.limitation.event"
    _description = "Limitation Event"
    _order = "date desc, id desc"
    _check_company_auto = True

    move_id = fields.Many2one(
        "account.move", string="Bill", required=True, index=True, ondelete="cascade"
    )
    date = fields.Date(required=True)
    kind = fields.Selection(KINDS, required=True)
    limitation_date = fields.Date(
        string="Lapses", required=True, help="Last day of the claim after this event."
    )
    origin_ref = fields.Reference(
        "_selection_origin", string="Origin", help="The document that shows it."
    )
    partial_id = fields.Many2one(
        "account.partial.reconcile",
        string="Reconciliation",
        index="btree_not_null",
        ondelete="cascade",
        help="The payment; the event goes when it is taken back.",
    )
    unit_id = fields.Many2one(related="move_id.fee_unit_id")
    community_id = fields.Many2one(
        related="move_id.fee_community_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="move_id.company_id", store=True, precompute=True
    )

    _due_once = models.UniqueIndex(
        "(move_id) WHERE kind = 'due'", "The clock of this bill has started already."
    )

    @api.model
    def _selection_origin(self):
        """Models whose documents restart a limitation."""
        return [
            (name, self.env[name]._description)
            for name in ORIGIN_MODELS
            if name in self.env
        ]

    def write(self, vals):
        """Rows stay as they are; only what follows from them is worked out again."""
        # merging partners or accounts, Odoo writes references on no record at all
        if self and vals.keys() - {"limitation_date"}:
            raise UserError(self.env._("The history of a limitation never changes."))
        return super().write(vals)
