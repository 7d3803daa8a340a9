"""What tests/test_portal_attacks.py has to know of this addon's routes and methods.

A new route or method is attacked by itself. Where the attack cannot tell what to send
it fails and names what is missing: add it here, or in a file of this name in the tests
of your own addon, under the same names.
"""

#: Name of a route's or method's argument, or the route with it, to what an attacker
#: would send: the id of something of the victim's. ``case`` has ``victim``
#: (res.partner), ``unit``, ``bill``, ``receipt`` of theirs, and what ``set_up`` made.
VICTIMS = {
    "unit_id": lambda case: case.unit.id,
    "bill_id": lambda case: case.bill.id,
    "bill_ids": lambda case: case.bill.ids,
    "invoice_id": lambda case: case.bill.id,
    "receipt_id": lambda case: case.receipt.id,
    "community_id": lambda case: case.unit.community_id.id,
    "partner_id": lambda case: case.victim.id,
    "selection": lambda case: str(case.bill.id),
    "bill": lambda case: case.bill.id,
    "unit": lambda case: case.unit.id,
    "token": lambda case: f"{case.link.id}-{'0' * 32}",
    "access_token": lambda case: "0" * 36,
    "key": lambda case: "guess",
    "code": lambda case: "guess",
    "due": lambda case: "open",
    "amount": lambda case: 1.0,
    "payment_reference": lambda case: "guess",
    "months": lambda case: 1,
    "offer": lambda case: 0,
    "page": lambda case: 1,
    "report_type": lambda case: "pdf",
    "reference": lambda case: case.bill.name,
    "currency_id": lambda case: case.bill.currency_id.id,
    "company_id": lambda case: case.bill.company_id.id,
    "announcement_id": lambda case: case.announcement.id,
    "request_id": lambda case: case.request.id,
    # of one route alone
    ("/my/requests/new/<string:kind>", "kind"): lambda case: "concession",
    ("/my/statements/<string:kind>", "kind"): lambda case: "xlsx",
}

#: Routes that need no login, and why that is right.
PUBLIC_ROUTES = {
    "/my/fees/<int:bill_id>": "a bill's own token lets in, as in Odoo's mails",
    "/pay/<string:token>": "the signature of the link lets in",
    "/pay/<string:token>/transaction": "the signature of the link lets in",
    "/my/invoices/<int:invoice_id>": "of account: a bill's own token lets in",
    "/my/invoices/overdue": "of account_payment: asks for a login itself",
    "/invoice/transaction/<int:invoice_id>": "of account_payment: a bill's own token",
    "/payment/pay": "of payment: its own signature lets in",
    "/fees/tariff/<string:key>": "prices are public",
    "/fees/verify/<string:code>": "the signature on the document lets in",
}


def set_up(case):
    """Make more things of the victim's; ``case.secrets`` takes the words by which a
    leak of them is recognized."""
    case.link = case.env["property.pay.link"]._get_links([case.bill])
    case.announcement = case.env["property.announcement"].create(
        {
            "name": "Leak in your bathroom",
            "body": "<p>Please call.</p>",
            "community_id": case.unit.community_id.id,
            "unit_ids": [(6, 0, case.unit.ids)],
        }
    )
    case.announcement.action_publish()
    case.request = case.env["property.owner.request"].create(
        {
            "kind": "concession",
            "unit_id": case.unit.id,
            "partner_id": case.victim.id,
            "item_id": case.item.id,
            "date_from": "2026-03-01",
            "note": "Lost the job at the mill",
        }
    )
    case.secrets |= {"Leak in your bathroom", "at the mill"}
    case.secrets |= {case.unit.code, case.bill.name, case.receipt.name, "4,321.09"}
