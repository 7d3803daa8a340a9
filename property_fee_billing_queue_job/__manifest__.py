{
    "name": "Property Fee Billing: Job Queue",
    "version": "19.0.2.0.0",
    "summary": "Post billing runs on several Odoo nodes through the OCA job queue",
    "author": "Property Fee Contributors",
    "license": "LGPL-3",
    "category": "Accounting/Accounting",
    "depends": ["property_fee_billing", "queue_job"],
    "data": [
        "data/queue_job_channel_data.xml",
        "data/queue_job_function_data.xml",
        "views/property_billing_run_views.xml",
    ],
    "auto_install": True,
}
