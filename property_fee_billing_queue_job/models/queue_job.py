from odoo import fields, models


class QueueJob(models.Model):
    """Tells which run a job posts."""

    _inherit = "queue.job"

    fee_run_id = fields.Many2one(
        "property.billing.run",
        string="Billing Run",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
