from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .company_domain import check_company_domain_once_known

FEE_CLASSES = [
    ("public_service", "Public Service"),
    ("parking", "Parking"),
    ("on_request", "On Request"),
    ("metered", "Metered"),
    ("shared", "Shared Cost"),
    ("deposit", "Deposit"),
    ("late_fee", "Late Fee"),
    ("collection_cost", "Collection Cost"),
    ("other", "Other"),
]


class PropertyFeeItem(models.Model):
    """What is charged for. Its product gives the income account and the taxes."""

    _name = "property.fee.item"
    _description = "Fee Item"
    _inherit = ["mail.thread"]
    _order = "sequence, code"
    _check_company_auto = True
    _check_company_domain = check_company_domain_once_known
    _rec_names_search = ["code", "name"]

    code = fields.Char(required=True, tracking=True)
    name = fields.Char(required=True, translate=True, tracking=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    color = fields.Integer()
    fee_class = fields.Selection(
        FEE_CLASSES, required=True, default="public_service", tracking=True
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    community_id = fields.Many2one(
        "property.community",
        index=True,
        ondelete="restrict",
        check_company=True,
        help="Empty: used by all communities of the company.",
    )
    product_id = fields.Many2one(
        "product.product",
        required=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
        domain="[('type', '=', 'service')]",
        help="Gives income account and taxes. Made by itself when left empty.",
    )
    tax_ids = fields.Many2many(
        related="product_id.taxes_id",
        string="Taxes",
        # taxes chosen on a new item go to the product that is made for it
        readonly=False,
    )
    deposit_problem = fields.Char(
        compute="_compute_deposit_problem",
        help="Why deposits cannot be taken on this item yet.",
    )
    standard_ids = fields.One2many("property.fee.standard", "item_id")
    standard_count = fields.Integer(compute="_compute_standard_count")

    _code_unique = models.UniqueIndex(
        "(company_id, code, (COALESCE(community_id, 0)))",
        "There is already a fee item with this code.",
    )

    @api.depends("standard_ids")
    def _compute_standard_count(self):
        counts = dict(
            self.env["property.fee.standard"]._read_group(
                [("item_id", "in", self.ids)], ["item_id"], ["__count"]
            )
        )
        for item in self:
            item.standard_count = counts.get(item, 0)

    @api.depends("fee_class", "product_id.property_account_income_id", "tax_ids")
    def _compute_deposit_problem(self):
        for item in self:
            item.deposit_problem = item._get_deposit_problem()

    def _get_deposit_problem(self):
        """What keeps an item of class deposit from being one, or False.

        A deposit is owed back: it stands on a liability account, and no tax is due
        on it.
        """
        self.ensure_one()
        if self.fee_class != "deposit" or not self.product_id:
            return False
        # whoever takes a deposit need not see accounts and products
        product = self.product_id.sudo().with_company(self.company_id)
        account = product.product_tmpl_id.get_product_accounts()["income"]
        if account.account_type not in ("liability_current", "liability_non_current"):
            return self.env._(
                "Item %(item)s is a deposit: set the income account of its product to "
                "a liability account, now it is %(account)s.",
                item=self.display_name,
                account=account.display_name or self.env._("none"),
            )
        if product.taxes_id.filtered(lambda tax: tax.company_id == self.company_id):
            return self.env._(
                "Item %s is a deposit: it is owed back, so its product must have no "
                "taxes.",
                self.display_name,
            )
        return False

    def _check_deposit_item(self):
        """Refuse an item that deposits cannot be taken on.

        :raise ValidationError: what to set right
        """
        for item in self:
            if item.fee_class != "deposit":
                raise ValidationError(
                    self.env._("Item %s is not of class deposit.", item.display_name)
                )
            problem = item._get_deposit_problem()
            if problem:
                raise ValidationError(problem)

    @api.depends("code", "name")
    def _compute_display_name(self):
        for item in self:
            item.display_name = f"{item.code} {item.name}" if item.code else item.name

    @api.model_create_multi
    def create(self, vals_list):
        """Make the service product of an item that names none."""
        without = [vals for vals in vals_list if not vals.get("product_id")]
        # A fee manager may add a fee but need not hold rights on all products.
        products = (
            self.env["product.product"]
            .sudo()
            .create([self._prepare_product_values(vals) for vals in without])
        )
        for vals, product in zip(without, products, strict=True):
            vals["product_id"] = product.id
        return super().create(vals_list)

    @api.model
    def _prepare_product_values(self, vals):
        """Values of the service product of an item made from ``vals``."""
        company = self.env["res.company"].browse(
            vals.get("company_id") or self.env.company.id
        )
        values = {
            "name": vals.get("name"),
            "default_code": vals.get("code"),
            "type": "service",
            "sale_ok": True,
            "purchase_ok": False,
            "company_id": company.id,
        }
        if "tax_ids" in vals:
            values["taxes_id"] = vals.pop("tax_ids")
        return values

    def action_open_standards(self):
        """Open the item's standards."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "property_fee_billing.property_fee_standard_action"
        )
        action["domain"] = [("item_id", "=", self.id)]
        action["context"] = {"default_item_id": self.id}
        return action
