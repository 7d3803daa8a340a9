from odoo import fields, models


class PropertyAnnouncementRead(models.Model):
    """That somebody opened an announcement; once for each."""

    _name = "property.announcement.read"
    _description = "Announcement Read"
    _order = "create_date desc, id desc"

    announcement_id = fields.Many2one(
        "property.announcement", required=True, index=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        "res.partner", required=True, index=True, ondelete="cascade"
    )

    _once = models.UniqueIndex(
        "(announcement_id, partner_id)", "This person has read it already."
    )
