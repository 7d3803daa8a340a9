from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

KINDS = [
    ("price", "Price"),
    ("concession", "Concession"),
    ("waiver", "Waiver, Credit or Write-Off"),
    ("void", "Voided Receipt"),
    ("area", "Area"),
    ("payer", "Owner or Payer"),
]

_TABLE = (
    """
    CREATE TABLE IF NOT EXISTS property_audit_entry (
        id serial PRIMARY KEY,
        date timestamp NOT NULL,
        user_id int,
        kind varchar NOT NULL,
        operation varchar NOT NULL,
        model varchar NOT NULL,
        res_id int NOT NULL,
        name varchar,
        field varchar NOT NULL,
        old_value varchar,
        new_value varchar,
        reason varchar,
        unit_id int,
        community_id int,
        company_id int
    )
    """,
    """
    CREATE INDEX IF NOT EXISTS property_audit_entry_record
        ON property_audit_entry (model, res_id)
    """,
    """
    CREATE INDEX IF NOT EXISTS property_audit_entry_community
        ON property_audit_entry (community_id, date)
    """,
    """
    CREATE OR REPLACE FUNCTION property_audit_stays() RETURNS trigger
    LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'Entries of the audit trail are neither changed nor deleted.';
    END $$
    """,
    """
    CREATE OR REPLACE TRIGGER property_audit_stays
    BEFORE UPDATE OR DELETE OR TRUNCATE ON property_audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION property_audit_stays()
    """,
)
FUNCTIONS = ("property_audit", "property_audit_text", "property_audit_stays")


class PropertyAuditEntry(models.Model):
    """One value that was changed: who, when, before, after and why.

    Rows are written by triggers on the models that take ``property.audited.mixin``,
    and by nothing else; nobody changes or deletes them. The table has no foreign keys:
    an entry outlives what it is about.
    """

    _name = "property.audit.entry"
    _description = "Audit Trail"
    _auto = False
    _log_access = False
    _order = "date desc, id desc"
    _rec_names_search = ["name", "reason"]

    date = fields.Datetime(string="When", readonly=True)
    user_id = fields.Many2one(
        "res.users",
        string="Who",
        readonly=True,
        help="Empty: changed in the database, not through Odoo.",
    )
    kind = fields.Selection(KINDS, readonly=True)
    operation = fields.Selection(
        [("insert", "New"), ("update", "Changed"), ("delete", "Deleted")],
        string="Change",
        readonly=True,
    )
    model = fields.Char(string="Model Name", readonly=True)
    model_label = fields.Char(string="Record Type", compute="_compute_labels")
    res_id = fields.Many2oneReference(
        string="Record ID", model_field="model", readonly=True
    )
    name = fields.Char(
        string="Record", readonly=True, help="As it was called at the time."
    )
    field = fields.Char(string="Field Name", readonly=True)
    field_label = fields.Char(string="Field", compute="_compute_labels")
    old_value = fields.Char(string="Stored Before", readonly=True)
    new_value = fields.Char(string="Stored After", readonly=True)
    old_text = fields.Char(string="Before", compute="_compute_labels")
    new_text = fields.Char(string="After", compute="_compute_labels")
    reason = fields.Char(readonly=True)
    unit_id = fields.Many2one("property.unit", readonly=True)
    community_id = fields.Many2one("property.community", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)

    def init(self):
        """Make the table and what keeps its rows as they are."""
        for statement in _TABLE:
            # SQL: constant, of this file
            self.env.cr.execute(SQL(statement))
        return super().init()

    @api.depends("model", "field", "old_value", "new_value")
    @api.depends_context("lang")
    def _compute_labels(self):
        """Names of fields and of choices in the reader's language."""
        for entry in self:
            field = None
            if entry.model in self.env:
                model = self.env[entry.model]
                entry.model_label = self.env["ir.model"]._get(entry.model).name
                field = model._fields.get(entry.field)
            else:
                entry.model_label = entry.model
            entry.field_label = (
                field._description_string(self.env) if field else entry.field
            )
            choices = {}
            if field is not None and field.type == "selection":
                choices = dict(field._description_selection(self.env))
            entry.old_text = choices.get(entry.old_value, entry.old_value)
            entry.new_text = choices.get(entry.new_value, entry.new_value)

    @api.depends("name", "field")
    def _compute_display_name(self):
        for entry in self:
            entry.display_name = f"{entry.name or ''} {entry.field}".strip()

    def action_open_record(self):
        """What was changed, as it is now."""
        self.ensure_one()
        record = self.env[self.model].browse(self.res_id).exists()
        if not record:
            raise UserError(self.env._("%s is no longer there.", self.name))
        return record.get_formview_action()

    # ------------------------------------------------------------------ guards
    # pylint: disable=method-required-super
    @api.model_create_multi
    def create(self, vals_list):
        """Refused: the database alone writes the trail."""
        return self._refuse()

    def write(self, vals):
        """Refused, also as the system."""
        return self._refuse()

    def unlink(self):
        """Refused, also as the system."""
        # no ondelete guard: it would not hold while a module is removed
        return self._refuse()

    def _refuse(self):
        raise UserError(
            self.env._("Entries of the audit trail are neither made nor changed.")
        )
