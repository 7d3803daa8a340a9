"""Owners may read what is theirs by any interface: record rules let the portal through
to the rules that say what is an owner's (security/property_portal_rules.xml).

Record rules are ``noupdate``. One that still is as it was shipped gets what the rule
says now; one that somebody has changed stays as it is.
"""

from odoo import SUPERUSER_ID, api

from odoo.addons.property_fee_billing.renewal import renew

FORMER = (
    "[(1, '=', 1)] if user.has_group('property_fee_billing.group_administrator')"
    " or user.has_group('property_fee_billing.group_auditor')"
    " or user.has_group('account.group_account_user')"
    " else [('community_id.member_ids', 'in', user.id)]"
)


def migrate(cr, version):
    """Renew the rules of communities."""
    if not version:
        return
    env = api.Environment(cr, SUPERUSER_ID, {})
    path = "property_fee_billing/security/property_fee_rules.xml"
    renew(env, path, "domain_force", {FORMER})
