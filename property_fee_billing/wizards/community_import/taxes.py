"""The sales taxes that a workbook names by their percent."""

from odoo.fields import Command


class SalesTaxes:
    """Finds or makes the taxes of one company, contained in the price.

    Fee managers may price in taxes but not edit them: all that is read or made here
    with more rights are plain percent taxes of the company, and their group.
    """

    def __init__(self, env):
        self.env = env
        self._taxes = {}

    def get_tax(self, percent):
        """The company's sales tax of that percent, contained in the price. 0 is a tax
        too, so that what is sold without tax stands in the tax report."""
        if percent not in self._taxes:
            self._taxes[percent] = self._find_or_create_tax(percent)
        return self._taxes[percent]

    def _find_or_create_tax(self, percent):
        # see the class
        taxes = self.env["account.tax"].sudo()
        domain = [
            ("company_id", "=", self.env.company.id),
            ("type_tax_use", "=", "sale"),
            ("amount_type", "=", "percent"),
            ("amount", "=", float(percent)),
            ("active", "=", True),
        ]
        found = taxes.search(domain).filtered("price_include")[:1]
        return found or taxes.create(self._prepare_tax_values(percent))

    def _prepare_tax_values(self, percent):
        """Values of a sales tax contained in the price."""
        account = self._get_tax_account()
        repartition = [
            Command.create({"repartition_type": "base"}),
            Command.create({"repartition_type": "tax", "account_id": account.id}),
        ]
        return {
            "name": self._get_free_tax_name(percent),
            "company_id": self.env.company.id,
            "type_tax_use": "sale",
            "amount_type": "percent",
            "amount": float(percent),
            "price_include_override": "tax_included",
            "tax_group_id": self._get_tax_group(percent).id,
            "invoice_repartition_line_ids": repartition,
            "refund_repartition_line_ids": repartition,
        }

    def _get_tax_account(self):
        """The account on which the company's sales taxes are owed already."""
        lines = (
            self.env["account.tax.repartition.line"]
            .sudo()  # see the class
            .search(
                [
                    ("company_id", "=", self.env.company.id),
                    ("repartition_type", "=", "tax"),
                    ("tax_id.type_tax_use", "=", "sale"),
                    ("account_id", "!=", False),
                ],
                order="id",
            )
        )
        # see the class
        default = self.env.company.sudo().account_sale_tax_id
        return (lines.filtered(lambda line: line.tax_id == default) or lines)[
            :1
        ].account_id

    def _get_tax_group(self, percent):
        """The group under which the totals of a bill show a tax of that percent."""
        company = self.env.company
        name = self.env._("Tax %s%%", format(percent.normalize(), "f"))
        country = company.account_fiscal_country_id or company.country_id
        groups = self.env["account.tax.group"].sudo()  # see the class
        group = groups.search(
            [
                ("company_id", "=", company.id),
                ("name", "=", name),
                ("country_id", "in", (country.id, False)),
            ],
            limit=1,
        )
        return group or groups.create(
            {"name": name, "company_id": company.id, "country_id": country.id}
        )

    def _get_free_tax_name(self, percent):
        """Names of taxes are unique in a company."""
        text = format(percent.normalize(), "f")
        base = name = self.env._("%s%% included", text)
        taken = set(
            self.env["account.tax"]
            .sudo()  # see the class
            .search([("company_id", "=", self.env.company.id)])
            .mapped("name")
        )
        number = 1
        while name in taken:
            number += 1
            name = f"{base} {number}"
        return name
