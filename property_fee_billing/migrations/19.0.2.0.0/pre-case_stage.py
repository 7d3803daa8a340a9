"""Levels of reminders say which stage an arrears case is in after them.

The stage is new. Odoo would work it out from the kind of a level, and then the first,
friendly reminder of the shipped ladder would be a "reminder" here and "friendly" where
the addon is installed afresh. So the column is made and filled before Odoo does it.
"""

from odoo.tools.sql import column_exists, create_column


def migrate(cr, version):
    """Fill the stage of levels that have none because there was no such column."""
    if not version or column_exists(cr, "property_dunning_level", "case_stage"):
        return
    create_column(cr, "property_dunning_level", "case_stage", "varchar")
    # as _compute_case_stage of property.dunning.level
    cr.execute(
        """
        UPDATE property_dunning_level level
           SET case_stage = CASE
               WHEN is_legal OR kind = 'lawyer_letter' THEN 'legal'
               WHEN is_demand OR kind = 'demand' THEN 'demand'
               WHEN id = friendly.res_id THEN 'friendly'
               WHEN kind = 'reminder' THEN 'reminder' END
          FROM (SELECT (SELECT res_id FROM ir_model_data
                         WHERE module = 'property_fee_billing'
                           AND name = 'dunning_level_friendly') AS res_id) friendly
        """
    )
