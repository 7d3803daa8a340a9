"""What tests/test_portal_attacks.py needs to know of this addon's routes and methods;
see the file of this name in property_fee_billing."""

VICTIMS = {
    "complaint_id": lambda case: case.complaint.id,
    "category": lambda case: case.complaint.category_id.id,
    "category_id": lambda case: case.complaint.category_id.id,
    "lines": lambda case: case.bill.invoice_line_ids[:1].id,
    "place": lambda case: f"unit-{case.unit.id}",
    "rating": lambda case: "1",
    "reason": lambda case: "guess",
    "feedback": lambda case: "guess",
    "filterby": lambda case: "all",
}

PUBLIC_ROUTES = {
    "/my/complaints/<int:complaint_id>": "a complaint's own token lets in, as in mails",
    "/my/complaints/<int:complaint_id>/accept": "the same",
    "/my/complaints/<int:complaint_id>/reopen": "the same",
    "/my/complaints/<int:complaint_id>/rate": "the same",
    "/property/complaints/wechat/<string:token>": "the token of a team lets in",
    "/fees/service/<string:key>": "service standards are public",
}


def set_up(case):
    """A complaint of the victim about their bill, answered and not accepted yet."""
    case.complaint = case.env["property.complaint"].create(
        {
            "subject": "Secretsubject",
            "description": "Secretwords",
            "unit_id": case.unit.id,
            "partner_id": case.victim.id,
            "category_id": case.env.ref("property_fee_complaints.category_noise").id,
            "outcome": "valid",
            "decision": "<p>Secretdecision</p>",
        }
    )
    case.complaint.action_propose()
    case.secrets |= {
        "Secretsubject",
        "Secretwords",
        "Secretdecision",
        case.complaint.name,
    }
