"""Which records a form offers before it knows its company."""

from odoo import models
from odoo.fields import Domain


def check_company_domain_once_known(self, companies):
    """For models whose records give a new record its company: `_check_company_domain`.

    A new charge takes its company from its unit. Odoo would offer units without a
    company until there is one, so nothing could be chosen at all. What belongs to a
    record that has a company is checked as ever.

    :param companies: as in Odoo; an empty text is a form without a company
    """
    if companies == "":
        return Domain.TRUE
    return models.BaseModel._check_company_domain(self, companies)
