from odoo import api, fields, models


class RatingRating(models.Model):
    """Ratings of complaints know their community, by which record rules keep them
    apart: Odoo lets every employee read every rating."""

    _inherit = "rating.rating"

    property_community_id = fields.Many2one(
        "property.community",
        string="Community",
        compute="_compute_property_community_id",
        store=True,
        index="btree_not_null",
    )

    @api.depends("res_model", "res_id")
    def _compute_property_community_id(self):
        ratings = self.filtered(lambda one: one.res_model == "property.complaint")
        (self - ratings).property_community_id = False
        # also for who rates without a login
        complaints = self.env["property.complaint"].sudo()
        found = complaints.browse(ratings.mapped("res_id")).exists()
        communities = {complaint.id: complaint.community_id for complaint in found}
        for rating in ratings:
            rating.property_community_id = communities.get(rating.res_id)
