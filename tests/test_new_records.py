from odoo.fields import Domain
from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from odoo.addons.property_fee_billing.tests.common import PropertyFeeCommon


@tagged("post_install", "-at_install")
class TestNewRecords(PropertyFeeCommon):
    """A new record that is entered by hand: what its fields offer in the browser,
    before it has a company. (Odoo's `Form` leaves out the domains.)"""

    def test_what_gives_a_record_its_company_can_be_chosen(self):
        offers = {
            "property.building": "community_id",
            "property.unit": "building_id",
            "property.meter": "unit_id",
            "property.oneoff.charge": "unit_id",
            "property.recurring.charge": "standard_id",
            "property.fee.rate": "standard_id",
            "property.fee.standard": "item_id",
            "property.deposit": "unit_id",
            "property.complaint": "unit_id",
            "property.charging.plan": "community_id",
        }
        for model, name in offers.items():
            with self.subTest(model=model):
                domain = self.get_domain(model, name)
                comodel = self.env[model]._fields[name].comodel_name
                self.assertTrue(
                    self.env[comodel].with_user(self.manager).search_count(domain)
                )

    def test_no_field_is_left_that_offers_nothing(self):
        """All fields of the suite that ask for the record's own company."""
        nothing = Domain("company_id", "=", False)
        stuck = []
        for name in self.env.registry:
            fields = self.env[name]._fields
            company = fields.get("company_id")
            if not name.startswith("property.") or not company or not company.related:
                continue
            stuck += [
                f"{name}.{field.name}"
                for field in fields.values()
                if field.relational
                and field.check_company
                and field.comodel_name.startswith("property.")
                and Domain(self.get_domain(name, field.name)) == nothing
            ]
        self.assertFalse(stuck)

    def test_a_record_with_a_company_offers_that_companys_only(self):
        other = self.env["res.company"].create({"name": "Other"})
        domain = self.get_domain("property.meter", "unit_id", other.id)
        self.assertFalse(self.env["property.unit"].search(domain))

    def get_domain(self, model, name, company_id=False):
        """The domain of a field as the browser reckons it on a new record."""
        domain = self.env[model].fields_get([name], ["domain"])[name]["domain"]
        if not isinstance(domain, str):
            return domain
        values = dict.fromkeys(self.env[model]._fields, False)
        return safe_eval(domain, {**values, "company_id": company_id})
