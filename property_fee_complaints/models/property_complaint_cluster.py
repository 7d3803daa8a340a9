from odoo import api, fields, models

from odoo.addons.property_fee_billing.local_time import get_today


class PropertyComplaintCluster(models.Model):
    """Complaints of several units about one thing, worked as one matter."""

    _name = "property.complaint.cluster"
    _description = "Complaint Cluster"
    _inherit = ["property.numbered.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "date desc, id desc"
    _check_company_auto = True

    community_id = fields.Many2one(
        "property.community", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        related="community_id.company_id", store=True, precompute=True
    )
    category_id = fields.Many2one(
        "property.complaint.category", required=True, index=True, ondelete="restrict"
    )
    date = fields.Date(string="Found On", required=True, default=get_today)
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        domain="[('share', '=', False)]",
        tracking=True,
    )
    note = fields.Html(string="Findings", help="What is behind all of them.")
    complaint_ids = fields.One2many("property.complaint", "cluster_id")
    complaint_count = fields.Integer(string="Complaints", compute="_compute_counts")
    open_count = fields.Integer(string="Open", compute="_compute_counts")
    unit_count = fields.Integer(string="Units", compute="_compute_counts")

    @api.depends("complaint_ids.state", "complaint_ids.unit_id")
    def _compute_counts(self):
        for cluster in self:
            complaints = cluster.complaint_ids
            cluster.complaint_count = len(complaints)
            cluster.unit_count = len(complaints.unit_id)
            cluster.open_count = len(
                complaints.filtered(lambda complaint: complaint.state != "closed")
            )

    @api.depends("name", "category_id", "community_id")
    def _compute_display_name(self):
        for cluster in self:
            names = (
                cluster.name,
                cluster.category_id.display_name,
                cluster.community_id.name,
            )
            cluster.display_name = " ".join(filter(None, names))

    def _notify_complainants(self, complaints):
        """Tell everybody newly in the cluster that it is known and who works on it."""
        complaints._send("mail_template_cluster")

    def action_open_complaints(self):
        """The complaints that are one matter."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "property_fee_complaints.property_complaint_action"
        )
        action["domain"] = [("cluster_id", "=", self.id)]
        action["context"] = {}
        return action
