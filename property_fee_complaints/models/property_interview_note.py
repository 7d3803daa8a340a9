from odoo import api, fields, models

from odoo.addons.property_fee_billing.local_time import get_today


class PropertyInterviewNote(models.Model):
    """What an owner said in a talk: at the door, on the phone, at a meeting."""

    _name = "property.interview.note"
    _description = "Interview"
    _inherit = ["property.payer.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "date desc, id desc"
    _check_company_auto = True

    name = fields.Char(string="Subject", required=True, tracking=True)
    date = fields.Date(required=True, default=get_today, index=True, tracking=True)
    kind = fields.Selection(
        [
            ("visit", "Visit"),
            ("phone", "Phone"),
            ("meeting", "Meeting"),
            ("counter", "Counter"),
        ],
        required=True,
        default="visit",
        tracking=True,
    )
    user_id = fields.Many2one(
        "res.users",
        string="Interviewer",
        required=True,
        default=lambda self: self.env.user,
        index=True,
        tracking=True,
    )
    community_id = fields.Many2one(
        "property.community",
        compute="_compute_community_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
    )
    company_id = fields.Many2one(
        related="community_id.company_id", store=True, index=True, precompute=True
    )
    partner_id = fields.Many2one(string="Owner")
    owner_survey_id = fields.Many2one(
        "property.owner.survey",
        index="btree_not_null",
        check_company=True,
        domain="[('community_id', '=', community_id)]",
        help="The survey it was held for, if any.",
    )
    complaint_id = fields.Many2one(
        "property.complaint", index="btree_not_null", check_company=True
    )
    satisfaction = fields.Selection(
        [
            ("1", "Very Dissatisfied"),
            ("2", "Dissatisfied"),
            ("3", "Neutral"),
            ("4", "Satisfied"),
            ("5", "Very Satisfied"),
        ],
        tracking=True,
        help="As the owner put it.",
    )
    body = fields.Html(string="What Was Said")
    follow_up = fields.Text(string="What Follows from It", tracking=True)

    @api.depends("unit_id", "owner_survey_id")
    def _compute_community_id(self):
        for note in self:
            note.community_id = (
                note.unit_id.community_id
                or note.owner_survey_id.community_id
                or note.community_id
            )
