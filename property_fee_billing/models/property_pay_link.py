import hashlib
from datetime import timedelta

from markupsafe import Markup

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import consteq
from odoo.tools.misc import hmac

from ..local_time import get_today
from ..qr_code import make_qr_image

# 128 bits of the signature: guessing is hopeless, and the link stays short for an SMS.
SIGNATURE_LENGTH = 32


class PropertyPayLink(models.Model):
    """A link that lets whoever has it see and pay certain bills, without an account.

    The address carries the link's id and a signature over it; nothing that opens it is
    stored. It shows the bills and what they come to today, of the debtor only a masked
    name. It ends on its last day, or when staff revoke it.
    """

    _name = "property.pay.link"
    _description = "Payment Link"
    _order = "id desc"
    _check_company_auto = True

    community_id = fields.Many2one(
        "property.community",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="community_id.company_id", store=True, index=True, precompute=True
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Debtor",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    bill_ids = fields.Many2many(
        "account.move",
        "property_pay_link_bill_rel",
        "link_id",
        "move_id",
        string="Bills",
        readonly=True,
    )
    bill_key = fields.Char(
        readonly=True, index=True, help="Stands for the bills, to find the link again."
    )
    expires_on = fields.Date(
        string="Last Day", required=True, readonly=True, help="The last day it opens."
    )
    is_revoked = fields.Boolean(string="Revoked", readonly=True)
    revoked_by_id = fields.Many2one("res.users", readonly=True)
    revoked_at = fields.Datetime(readonly=True)
    visit_count = fields.Integer(string="Opened", readonly=True)
    last_visit = fields.Datetime(string="Last Opened", readonly=True)
    state = fields.Selection(
        [("valid", "Valid"), ("expired", "Expired"), ("revoked", "Revoked")],
        compute="_compute_state",
    )
    url = fields.Char(string="Address", compute="_compute_url")
    qr_code = fields.Html(string="QR Code", compute="_compute_qr_code", sanitize=False)

    @api.depends("is_revoked", "expires_on")
    def _compute_state(self):
        today = get_today(self)
        for link in self:
            if link.is_revoked:
                link.state = "revoked"
            else:
                link.state = "valid" if link.expires_on >= today else "expired"

    @api.depends("bill_ids")
    def _compute_url(self):
        for link in self:
            link.url = link._get_url()

    @api.depends("url")
    def _compute_qr_code(self):
        for link in self:
            image = make_qr_image(self.env, link.url)
            link.qr_code = Markup('<img src="%s" width="200" height="200"/>') % image

    @api.depends("partner_id", "bill_ids")
    def _compute_display_name(self):
        for link in self:
            names = ", ".join(link.bill_ids.mapped("name"))
            link.display_name = f"{link.partner_id.display_name}: {names}"

    # ------------------------------------------------------------------- making
    @api.model
    def _get_links(self, groups):
        """Links for sets of bills; those there are already are given again while they
        last for half of their time.

        The number of queries does not depend on the number of sets.

        :param list groups: account.move recordsets, each of one debtor and community
        :return: property.pay.link, in the order of ``groups``, with more rights
        """
        # Whoever may read bills may send their debtors a link to them; links are not
        # theirs to write.
        self = self.sudo()
        today = get_today(self)
        keys = [self._get_bill_key(bills) for bills in groups]
        found = {}
        for link in self.search(
            [
                ("bill_key", "in", keys),
                ("is_revoked", "=", False),
                ("expires_on", ">=", today),
            ],
            order="expires_on",
        ):
            half = link.community_id.pay_link_days // 2
            if link.expires_on >= today + timedelta(days=half):
                found[link.bill_key] = link
        missing = {
            key: bills
            for key, bills in zip(keys, groups, strict=True)
            if key not in found
        }
        created = self.create(
            [self._prepare_link(key, bills, today) for key, bills in missing.items()]
        )
        found.update(zip(missing, created, strict=True))
        return self.browse(found[key].id for key in keys)

    @api.model
    def _get_bill_key(self, bills):
        """What stands for a set of bills."""
        text = ",".join(str(bill_id) for bill_id in sorted(bills.ids))
        return hashlib.sha256(text.encode()).hexdigest()

    @api.model
    def _prepare_link(self, key, bills, today):
        """Values of a new link.

        :raise ValueError: the bills are not of one debtor and community
        """
        community = bills.fee_community_id
        community.ensure_one()
        bills.partner_id.ensure_one()
        return {
            "community_id": community.id,
            "partner_id": bills.partner_id.id,
            "bill_ids": [Command.set(bills.ids)],
            "bill_key": key,
            "expires_on": today + timedelta(days=community.pay_link_days),
        }

    # ---------------------------------------------------------------- signature
    def _get_token(self):
        """The id and its signature, as they stand in the address."""
        self.ensure_one()
        # the secret of the database signs; it is not shown
        signature = hmac(self.env(su=True), "property-pay-link", self.id)
        return f"{self.id}-{signature[:SIGNATURE_LENGTH]}"

    def _get_url(self):
        """The address of the page, short enough for an SMS."""
        self.ensure_one()
        return f"{self.get_base_url()}/pay/{self._get_token()}"

    @api.model
    def _find(self, token):
        """The link of a token while it is valid, with more rights; else an empty one.

        Nothing tells a visitor whether a link was tampered with, expired or revoked.
        """
        number = token.partition("-")[0]
        if not (number.isdecimal() and len(number) < 10):
            return self.browse()
        # the visitor has no rights; the signature is what lets them in
        link = self.sudo().browse(int(number))
        if not consteq(link._get_token(), token) or not link.exists():
            return self.browse()
        return link if link.state == "valid" else self.browse()

    def _get_masked_name(self):
        """The debtor's name with all but its first letter hidden."""
        self.ensure_one()
        name = (self.partner_id.name or "").strip()
        return f"{name[:1]}**"

    def _note_visit(self):
        """Count that somebody opened it."""
        self.ensure_one()
        self.visit_count += 1
        self.last_visit = fields.Datetime.now()

    # ------------------------------------------------------------------ actions
    def action_revoke(self):
        """End the links now; who and when is kept."""
        self.check_access("read")
        if not self.env.user.has_group("property_fee_billing.group_front_desk"):
            raise AccessError(self.env._("Only staff revoke payment links."))
        # checked above; links are never edited otherwise
        self.sudo().filtered(lambda link: not link.is_revoked).write(
            {
                "is_revoked": True,
                "revoked_by_id": self.env.uid,
                "revoked_at": fields.Datetime.now(),
            }
        )
