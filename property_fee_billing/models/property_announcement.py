from odoo import Command, api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ..local_time import get_today


class PropertyAnnouncement(models.Model):
    """News for the owners of a community, of some buildings or of some units.

    Not a notice about money (property.notice), which is evidence: this is what used to
    hang in the entrance hall. Owners read it in the portal; who has read it is counted.
    """

    _name = "property.announcement"
    _description = "Announcement to Owners"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "published_on desc, id desc"
    _check_company_auto = True

    name = fields.Char(string="Title", required=True, translate=True, tracking=True)
    body = fields.Html(string="Text", translate=True, sanitize="email_outgoing")
    community_id = fields.Many2one(
        "property.community",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
        tracking=True,
    )
    company_id = fields.Many2one(
        related="community_id.company_id", store=True, index=True, precompute=True
    )
    building_ids = fields.Many2many(
        "property.building",
        string="Buildings",
        check_company=True,
        domain="[('community_id', '=', community_id)]",
        help="Empty, with no units either: all of the community.",
    )
    unit_ids = fields.Many2many(
        "property.unit",
        string="Units",
        check_company=True,
        domain="[('community_id', '=', community_id)]",
        help="Units besides those of the buildings.",
    )
    attachment_ids = fields.Many2many(
        "ir.attachment", string="Files", bypass_search_access=True
    )
    state = fields.Selection(
        [("draft", "Draft"), ("published", "Published"), ("ended", "Ended")],
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        index=True,
        tracking=True,
        group_expand=True,
    )
    published_on = fields.Date(readonly=True, copy=False, tracking=True)
    date_to = fields.Date(
        string="Shown Until", help="Last day in the portal. Empty: until it is ended."
    )
    mailed_on = fields.Datetime(readonly=True, copy=False, tracking=True)
    mail_count = fields.Integer(string="E-Mails Sent", readonly=True, copy=False)
    read_ids = fields.One2many("property.announcement.read", "announcement_id")
    read_count = fields.Integer(string="Read By", compute="_compute_read_count")
    audience_count = fields.Integer(string="Owners", compute="_compute_audience_count")

    @api.depends("read_ids")
    def _compute_read_count(self):
        counts = dict(
            self.env["property.announcement.read"]._read_group(
                [("announcement_id", "in", self.ids)], ["announcement_id"], ["__count"]
            )
        )
        for announcement in self:
            announcement.read_count = counts.get(announcement, 0)

    @api.depends("community_id", "building_ids", "unit_ids")
    def _compute_audience_count(self):
        for announcement in self:
            announcement.audience_count = len(announcement._get_audience())

    @api.constrains("building_ids", "unit_ids", "community_id")
    def _check_scope(self):
        for announcement in self:
            places = announcement.building_ids.community_id
            places |= announcement.unit_ids.community_id
            if places - announcement.community_id:
                raise ValidationError(
                    self.env._(
                        "%(announcement)s is for community %(community)s: buildings "
                        "and units must be of it.",
                        announcement=announcement.name,
                        community=announcement.community_id.name,
                    )
                )

    # ----------------------------------------------------------------- audience
    def _get_unit_domain(self):
        """Domain of the units it is for."""
        self.ensure_one()
        if not self.building_ids and not self.unit_ids:
            return Domain("community_id", "=", self.community_id._origin.id)
        return Domain("building_id", "in", self.building_ids._origin.ids) | Domain(
            "id", "in", self.unit_ids._origin.ids
        )

    def _get_audience(self):
        """Whom it is for: who owns or rents one of the units today."""
        self.ensure_one()
        if not self.community_id:
            return self.env["res.partner"]
        today = get_today(self)
        groups = self.env["property.ownership"]._read_group(
            Domain("unit_id", "any", self._get_unit_domain())
            & (Domain("date_from", "=", False) | Domain("date_from", "<=", today))
            & (Domain("date_to", "=", False) | Domain("date_to", ">=", today)),
            [],
            ["partner_id:recordset"],
        )
        return groups[0][0]

    @api.model
    def _get_for_partner(self, partner):
        """Published announcements for a person, the newest first, with more rights.

        They follow from the units that the portal shows the person today.
        """
        # Visitors have no rights on announcements: these are for a unit of theirs.
        announcements = self.sudo()
        units = partner._get_portal_units()
        today = get_today(self)
        to_all = Domain("building_ids", "=", False) & Domain("unit_ids", "=", False)
        return announcements.search(
            Domain("state", "=", "published")
            & (Domain("date_to", "=", False) | Domain("date_to", ">=", today))
            & Domain("community_id", "in", units.community_id.ids)
            & (
                to_all
                | Domain("building_ids", "in", units.building_id.ids)
                | Domain("unit_ids", "in", units.ids)
            )
        )

    def _get_read(self, partner):
        """Those of these that a person has read."""
        reads = self.env["property.announcement.read"].search(
            [("announcement_id", "in", self.ids), ("partner_id", "=", partner.id)]
        )
        return reads.announcement_id

    def _mark_read(self, partner):
        """A person opened these; each is counted once for everybody."""
        self.env["property.announcement.read"].create(
            [
                {"announcement_id": announcement.id, "partner_id": partner.id}
                for announcement in self - self._get_read(partner)
            ]
        )

    # ------------------------------------------------------------------ actions
    def action_publish(self):
        """Show it in the portal."""
        for announcement in self.filtered(lambda one: one.state == "draft"):
            if not announcement.body:
                raise UserError(
                    self.env._("%s has no text yet.", announcement.display_name)
                )
            # owners read the files, who may read no others
            announcement.attachment_ids.generate_access_token()
            announcement.write(
                {
                    "state": "published",
                    "published_on": get_today(self),
                }
            )

    def action_end(self):
        """Take it out of the portal."""
        self.filtered(lambda one: one.state == "published").write({"state": "ended"})

    def action_reset_to_draft(self):
        """Mend it, and publish it anew."""
        self.filtered(lambda one: one.state != "draft").write({"state": "draft"})

    def action_mail(self):
        """Queue an e-mail to everybody it is for, in their language, once."""
        for announcement in self:
            if announcement.state != "published" or announcement.mailed_on:
                raise UserError(
                    self.env._(
                        "%s: publish it first; it is mailed once.",
                        announcement.display_name,
                    )
                )
            audience = announcement._get_audience()
            values = [
                value
                for lang, partners in audience.filtered("email_normalized")
                .grouped("lang")
                .items()
                for value in announcement.with_context(
                    lang=lang or self.env.lang
                )._prepare_mails(partners)
            ]
            # E-mails are the system's; whoever may publish has them sent.
            self.env["mail.mail"].sudo().create(values)
            announcement.write(
                {"mailed_on": fields.Datetime.now(), "mail_count": len(values)}
            )

    def _prepare_mails(self, partners):
        """Values of e-mails to people of one language."""
        self.ensure_one()
        sender = self.company_id.email_formatted or self.env.user.email_formatted
        return [
            {
                "subject": f"{self.community_id.name}: {self.name}",
                "body_html": self.body,
                "email_from": sender,
                "email_to": partner.email_formatted,
                "attachment_ids": [
                    Command.link(file.id) for file in self.attachment_ids
                ],
                "auto_delete": True,
                "state": "outgoing",
            }
            for partner in partners
        ]

    def action_open_reads(self):
        """Who has read it, and when."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Read By"),
            "res_model": "property.announcement.read",
            "views": [(False, "list")],
            "domain": [("announcement_id", "=", self.id)],
        }
