{
    "name": "Property Fee Complaints",
    "version": "19.0.1.0.0",
    "summary": "Complaints of owners: answered in time, looked into, and settled in "
    "money where they should be",
    "author": "Property Fee Contributors",
    "license": "LGPL-3",
    "category": "Accounting/Accounting",
    "depends": ["property_fee_billing", "rating", "survey", "resource"],
    "data": [
        "security/property_complaint_groups.xml",
        "security/ir.model.access.csv",
        "security/property_complaint_rules.xml",
        "data/property_complaint_data.xml",
        "data/property_complaint_stage_data.xml",
        "data/property_complaint_category_data.xml",
        "views/property_complaint_category_views.xml",
        "views/property_complaint_stage_views.xml",
        "views/property_complaint_team_views.xml",
        "views/property_complaint_views.xml",
        "views/property_complaint_menus.xml",
    ],
    "application": True,
}
