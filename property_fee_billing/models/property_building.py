from odoo import api, fields, models

from .company_domain import check_company_domain_once_known


class PropertyBuilding(models.Model):
    _name = "property.building"
    _description = "Building"
    _order = "community_id, code"
    _check_company_auto = True
    _check_company_domain = check_company_domain_once_known
    _rec_names_search = ["code", "name"]

    code = fields.Char(required=True, help="Unique in the community.")
    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    community_id = fields.Many2one(
        "property.community",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    company_id = fields.Many2one(
        related="community_id.company_id", store=True, index=True, precompute=True
    )
    unit_ids = fields.One2many("property.unit", "building_id")
    unit_count = fields.Integer(compute="_compute_unit_count")

    _code_unique = models.Constraint(
        "UNIQUE (community_id, code)",
        "This community already has a building with this code.",
    )

    @api.depends("unit_ids")
    def _compute_unit_count(self):
        counts = dict(
            self.env["property.unit"]._read_group(
                [("building_id", "in", self.ids)], ["building_id"], ["__count"]
            )
        )
        for building in self:
            building.unit_count = counts.get(building, 0)

    @api.depends("code", "name", "community_id.code")
    def _compute_display_name(self):
        for building in self:
            building.display_name = f"{building.community_id.code} {building.name}"

    def action_open_units(self):
        """Open the building's units."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "property_fee_billing.property_unit_action"
        )
        action["domain"] = [("building_id", "=", self.id)]
        action["context"] = {"default_building_id": self.id}
        return action
