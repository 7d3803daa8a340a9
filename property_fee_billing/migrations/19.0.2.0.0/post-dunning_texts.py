"""Short messages of the shipped ladder lead to a page where these bills are paid.

The ladder is a proposal that firms edit. What nobody has edited says so now, in the
languages in which nobody has edited it.
"""

from odoo import SUPERUSER_ID, api

from odoo.addons.property_fee_billing.renewal import renew

FORMER = {
    "{{ object.community_id.name }}: {{ object.total_text }} is open for"
    " {{ object.unit_id.display_name }}. If you have paid, please ignore this.",
    "{{ object.community_id.name }}：{{ object.unit_id.display_name }} 有"
    " {{ object.total_text }} 未缴。如已缴费，请忽略。",
    "{{ object.community_id.name }}：{{ object.unit_id.display_name }} 有"
    " {{ object.total_text }} 未繳。如已繳費，請忽略。",
    "{{ object.community_id.name }}: please pay {{ object.total_text }} for"
    " {{ object.unit_id.display_name }} by {{ object.deadline_text }}."
    " Dispute a line or ask for a plan: {{ object.portal_url }}",
    "{{ object.community_id.name }}：请于 {{ object.deadline_text }} 前缴清"
    " {{ object.unit_id.display_name }} 的 {{ object.total_text }}。"
    "对项目有异议或申请分期：{{ object.portal_url }}",
    "{{ object.community_id.name }}：請於 {{ object.deadline_text }} 前繳清"
    " {{ object.unit_id.display_name }} 的 {{ object.total_text }}。"
    "對項目有異議或申請分期：{{ object.portal_url }}",
}


def migrate(cr, version):
    """Renew the short messages of the shipped levels."""
    if not version:
        return
    env = api.Environment(cr, SUPERUSER_ID, {})
    renew(env, "property_fee_billing/data/property_dunning_data.xml", "text", FORMER)
