def logins():
    return []


DATABASE = "property_fee"


def build(odoo):
    raise NotImplementedError
