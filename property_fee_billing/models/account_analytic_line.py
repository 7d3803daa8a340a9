from odoo import models

from .property_bulk_mixin import POST_KEY


class AccountAnalyticLine(models.Model):
    _name = "account.analytic.line"
    _inherit = ["account.analytic.line", "property.bulk.mixin"]

    # analytic items come of posting
    _bulk_key = POST_KEY
