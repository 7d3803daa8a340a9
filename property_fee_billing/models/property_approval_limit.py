import math

from odoo import api, fields, models

APPROVAL_KINDS = [
    ("credit_note", "Credit Note"),
    ("waiver", "Waiver"),
    ("write_off", "Write-Off"),
    ("refund", "Refund"),
    ("deposit_forfeit", "Deposit Forfeit"),
    ("payment_plan", "Payment Plan"),
]


class PropertyApprovalLimit(models.Model):
    """Up to which amount the members of a group may give money away.

    A limit of one company takes the place of the general one of the same group and
    kind. Of the limits of a user's groups the highest counts; without any it is 0.
    """

    _name = "property.approval.limit"
    _description = "Approval Limit"
    _order = "kind, company_id nulls first, is_unlimited, amount, id"

    kind = fields.Selection(APPROVAL_KINDS, required=True)
    group_id = fields.Many2one(
        "res.groups", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        "res.company", index=True, help="Empty: for all companies without their own."
    )
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    amount = fields.Monetary(
        string="Up To",
        help="In the currency of the company. What is above waits for somebody whose "
        "limit suffices.",
    )
    is_unlimited = fields.Boolean(string="No Limit")

    _kind_once = models.UniqueIndex(
        "(kind, group_id, (COALESCE(company_id, 0)))",
        "This group already has a limit of this kind.",
    )
    _amount_positive = models.Constraint(
        "CHECK (amount >= 0)", "A limit cannot be negative."
    )

    @api.depends("company_id")
    @api.depends_context("company")
    def _compute_currency_id(self):
        for limit in self:
            limit.currency_id = (limit.company_id or self.env.company).currency_id

    @api.depends("kind", "group_id")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for limit in self:
            limit.display_name = f"{limit.group_id.name}: {kinds.get(limit.kind, '')}"

    @api.model
    def _get_limits(self, kind, company):
        """``{res.groups: amount}`` of a kind in a company; infinite: no limit."""
        # What somebody may do is looked up whoever asks, also without access to the
        # configuration.
        limits = self.sudo().search(
            [("kind", "=", kind), ("company_id", "in", (False, company.id))]
        )
        return {
            # those of the company come last
            limit.group_id: math.inf if limit.is_unlimited else limit.amount
            for limit in limits.sorted(lambda limit: bool(limit.company_id))
        }

    @api.model
    def _get_user_limit(self, user, kind, company):
        """Up to which amount, in the company's currency, a user may do it alone."""
        # own groups: see _get_limits
        groups = user.sudo().all_group_ids
        limits = self._get_limits(kind, company)
        return max(
            (amount for group, amount in limits.items() if group in groups),
            default=0.0,
        )

    @api.model
    def _get_approvers(self, kind, community, amount):
        """Who may approve an amount: staff of the community or, if none of them may,
        those who oversee all communities.

        :param float amount: in the company's currency
        :return: res.users
        """
        company = community.company_id
        groups = self.env["res.groups"].union(
            *(
                group
                for group, limit in self._get_limits(kind, company).items()
                if limit >= amount
            )
        )
        # who may approve is no secret to who asks for it
        users = groups.sudo().all_user_ids.filtered(
            lambda user: user.active and not user.share and company in user.company_ids
        )
        # nor who works there
        staff = users & community.sudo().member_ids
        return (
            staff
            or users.filtered(
                lambda user: user.has_group("property_fee_billing.group_administrator")
            )
        ).sudo(False)
