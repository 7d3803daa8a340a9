from odoo.addons.property_fee_billing.uninstall import drop_restrictions


def uninstall_hook(env):
    """Let the records of our data files go although complaints and trainings refer to
    them; the tables of those go as well."""
    drop_restrictions(env, "property_fee_complaints")
