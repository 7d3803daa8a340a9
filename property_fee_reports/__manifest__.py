{
    "name": "Property Fee Reports",
    "version": "19.0.1.0.0",
    "summary": "Receipts, day sheets and other documents of property fees, as PDF and "
    "workbook",
    "author": "Property Fee Contributors",
    "license": "LGPL-3",
    "category": "Accounting/Accounting",
    "depends": ["property_fee_billing"],
    "external_dependencies": {"python": ["cn2an", "xlsxwriter"]},
    "data": [
        "security/ir.model.access.csv",
        "report/property_paperformat_data.xml",
        "report/property_document_templates.xml",
        "report/property_receipt_report.xml",
        "report/property_day_sheet_report.xml",
        "report/property_ownership_transfer_report.xml",
        "wizards/property_day_sheet_wizard_views.xml",
        "views/property_cashier_session_views.xml",
        "views/property_ownership_transfer_views.xml",
    ],
}
