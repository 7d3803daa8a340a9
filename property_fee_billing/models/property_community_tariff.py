import uuid

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from ..qr_code import make_qr_image


class PropertyCommunity(models.Model):
    """How a community publishes its prices, and whether it bills others."""

    _inherit = "property.community"

    tariff_rule_from = fields.Date(
        string="Published Prices Only From",
        tracking=True,
        help="Rates that start on or after this day are audited, published, decided "
        "and only then put in force, and billing refuses what was not published in "
        "time. Empty: any rate in force is billed.",
    )
    tariff_notice_days = fields.Integer(
        string="Days of Notice",
        default=30,
        tracking=True,
        help="Days that a price must have been published before it starts.",
    )
    tariff_token = fields.Char(
        string="Secret of the Price List",
        default=lambda self: uuid.uuid4().hex,
        copy=False,
        index="btree_not_null",
        groups="property_fee_billing.group_fee_manager",
        help="Part of the address of the public price list that nobody can guess.",
    )
    tariff_slug = fields.Char(
        string="Public Address",
        copy=False,
        index="btree_not_null",
        help="A readable name in the address of the price list, e.g. jade-garden. "
        "Anybody can then find the list. Empty: only who has the link or QR code.",
    )
    tariff_url = fields.Char(
        string="Price List",
        compute="_compute_tariff_url",
        help="The public page with the prices of this community.",
    )
    tariff_qr = fields.Char(
        string="QR Code for the Notice Board", compute="_compute_tariff_url"
    )

    _tariff_slug_unique = models.Constraint(
        "UNIQUE (tariff_slug)", "Another community has this public address."
    )
    _tariff_notice_days_positive = models.Constraint(
        "CHECK (tariff_notice_days >= 0)", "The days of notice cannot be negative."
    )

    def _init_column(self, column_name):
        """Override: communities that are there already get each a secret of its own."""
        if column_name != "tariff_token":
            return super()._init_column(column_name)
        self.env.cr.execute(
            SQL(
                "UPDATE property_community SET tariff_token ="
                " replace(gen_random_uuid()::text, '-', '') WHERE tariff_token IS NULL"
            )
        )
        return None

    @api.constrains("tariff_slug")
    def _check_tariff_slug(self):
        """What stands well in an address, and cannot be taken for a secret."""
        for community in self.filtered("tariff_slug"):
            slug = community.tariff_slug
            plain = self.env["ir.http"]._slugify(slug)
            if slug != plain or len(slug) > 30:
                raise ValidationError(
                    self.env._(
                        "Public address %s: up to 30 small letters, digits and "
                        "hyphens, please.",
                        slug,
                    )
                )

    @api.depends("tariff_slug", "tariff_token")
    def _compute_tariff_url(self):
        for community in self:
            url = community._get_tariff_url() if community.id else ""
            community.tariff_url = url
            community.tariff_qr = make_qr_image(self.env, url) if url else ""

    def _get_tariff_url(self):
        """Address of the public price list."""
        self.ensure_one()
        # whoever may see a community may give its public list away
        key = self.tariff_slug or self.sudo().tariff_token
        return f"{self.get_base_url()}/fees/tariff/{key}"

    @api.model
    def _find_by_tariff_key(self, key):
        """The community of a public address, with more rights; empty if there is none.

        The secret goes on working where there is a readable address: it may hang on a
        board.
        """
        # Visitors have no rights at all; the key is what opens this page, and the page
        # shows published prices alone.
        return self.sudo().search(
            ["|", ("tariff_token", "=", key), ("tariff_slug", "=", key)], limit=1
        )

    def action_renew_tariff_link(self):
        """A new secret address; the old one, and QR codes with it, lead nowhere."""
        for community in self:
            community.tariff_token = uuid.uuid4().hex

    def action_open_tariff(self):
        """Look at the public page."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": self._get_tariff_url(),
            "target": "new",
        }

    # --------------------------------------------------------------------- rule
    def _is_rate_bound(self, date_from):
        """Whether a rate that starts on a day must have been published in time."""
        self.ensure_one()
        first = self.tariff_rule_from
        return bool(first and date_from and date_from >= first)

    def _get_late_publication_sql(self):
        """SQL condition on property_fee_rate: bound by the rule, and not published in
        time. The same as ``_is_rate_bound`` and ``_check_notice_given`` of the rate."""
        self.ensure_one()
        if not self.tariff_rule_from:
            return SQL("FALSE")
        return SQL(
            "date_from >= %s AND (publication_date IS NULL"
            " OR publication_date + %s > date_from)",
            self.tariff_rule_from,
            self.tariff_notice_days,
        )
