{
    "name": "Property Fee Billing",
    "version": "19.0.1.0.0",
    "summary": "Bill owners of managed communities exactly, and say why each amount "
    "is what it is",
    "author": "Property Fee Contributors",
    "license": "LGPL-3",
    "category": "Accounting/Accounting",
    "depends": [
        "account",
        "account_payment",
        "portal",
        "mail",
        "product",
        "analytic",
    ],
    "external_dependencies": {"python": ["openpyxl", "simpleeval"]},
    "data": [
        "security/property_fee_groups.xml",
        "security/ir.model.access.csv",
        "security/property_fee_rules.xml",
        "data/property_fee_data.xml",
        "data/ir_cron_data.xml",
    ],
    "application": True,
}
