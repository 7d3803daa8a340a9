from odoo import models
from odoo.tools import SQL

#: Writes a row of property.audit.entry for each watched column that changes. The row
#: is written by the database, so an import, a batch in SQL and a cascade leave it, too.
#: Arguments: kind, model, columns, columns of the name, columns of the reason, parent.
#: A column may say what it refers to: ``partner_id=res_partner.name``.
FUNCTIONS = (
    """
    CREATE OR REPLACE FUNCTION property_audit_text(record jsonb, spec text)
    RETURNS text LANGUAGE plpgsql STABLE AS $$
    DECLARE
        value text := record ->> split_part(spec, '=', 1);
        target text := split_part(spec, '=', 2);
        label text;
    BEGIN
        IF value IS NULL OR target = '' THEN
            RETURN value;
        END IF;
        EXECUTE format(
            'SELECT %%I::text FROM %%I WHERE id = $1',
            split_part(target, '.', 2), split_part(target, '.', 1)
        ) INTO label USING value::int;
        RETURN concat_ws(' ', label, '(' || value || ')');
    END $$
    """,
    """
    CREATE OR REPLACE FUNCTION property_audit() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        older jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END;
        newer jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END;
        subject jsonb := COALESCE(newer, older);
        owner jsonb := subject;
        spec text;
        field text;
    BEGIN
        IF TG_ARGV[5] <> '' THEN
            EXECUTE format(
                'SELECT to_jsonb(t) FROM %%I t WHERE id = $1',
                split_part(TG_ARGV[5], '=', 2)
            ) INTO owner USING (subject ->> split_part(TG_ARGV[5], '=', 1))::int;
            -- gone already, where both go at once
            owner := COALESCE(owner, subject);
        END IF;
        FOREACH spec IN ARRAY string_to_array(TG_ARGV[2], ',') LOOP
            field := split_part(spec, '=', 1);
            CONTINUE WHEN older ->> field IS NOT DISTINCT FROM newer ->> field;
            INSERT INTO property_audit_entry (
                date, user_id, kind, operation, model, res_id, name, field,
                old_value, new_value, reason, unit_id, community_id, company_id
            ) VALUES (
                clock_timestamp() AT TIME ZONE 'UTC',
                CASE WHEN TG_OP = 'DELETE'
                     THEN NULLIF(current_setting('property.audit_user', TRUE), '')::int
                     ELSE (newer ->> 'write_uid')::int END,
                TG_ARGV[0], lower(TG_OP), TG_ARGV[1], (subject ->> 'id')::int,
                (SELECT string_agg(property_audit_text(owner, part), ' ')
                   FROM unnest(string_to_array(TG_ARGV[3], ',')) part),
                field,
                property_audit_text(older, spec), property_audit_text(newer, spec),
                (SELECT string_agg(NULLIF(owner ->> part, ''), ': ')
                   FROM unnest(string_to_array(TG_ARGV[4], ',')) part),
                CASE WHEN TG_TABLE_NAME = 'property_unit' THEN subject ->> 'id'
                     ELSE owner ->> 'unit_id' END::int,
                (owner ->> 'community_id')::int, (owner ->> 'company_id')::int
            );
        END LOOP;
        RETURN NULL;
    END $$
    """,
)


class PropertyAuditedMixin(models.AbstractModel):
    """A model whose changes of importance are kept in the audit trail: who, when, the
    value before and after, and the reason.

    A model says what is watched; the trigger is made anew with every update.
    """

    _name = "property.audited.mixin"
    _description = "Watched by the Audit Trail"

    #: One of property.audit.entry's kinds.
    _audit_kind = None
    #: Columns to watch, each with what it refers to: ``partner_id=res_partner.name``.
    _audit_columns = ()
    #: Columns, as above, that name the record after it is gone.
    _audit_name = ("name",)
    #: Columns that say why.
    _audit_reason = ()
    #: ``rate_id=property_fee_rate``: whose name, reason and community count instead.
    _audit_parent = ""
    #: SQL condition on ``NEW`` of the new rows to keep; None: new rows are no change.
    _audit_insert = "TRUE"

    def init(self):
        """Make the trigger of a model that is watched."""
        super().init()
        if not self._audit_kind:
            return
        cr = self.env.cr
        for statement in FUNCTIONS:
            # SQL: constant, of this file
            cr.execute(SQL(statement))
        events = {"update": None, "delete": None, "insert": self._audit_insert}
        for event, condition in events.items():
            name = SQL.identifier(f"property_audit_{event}")
            table = SQL.identifier(self._table)
            cr.execute(SQL("DROP TRIGGER IF EXISTS %s ON %s", name, table))
            if event == "insert" and not condition:
                continue
            # SQL: constant, an attribute of a class
            watched = SQL("WHEN (%s)", SQL(condition)) if condition else SQL()
            cr.execute(
                SQL(
                    "CREATE TRIGGER %(name)s AFTER %(event)s ON %(table)s FOR EACH ROW"
                    " %(watched)s EXECUTE FUNCTION property_audit(%(kind)s, %(model)s,"
                    " %(columns)s, %(label)s, %(reason)s, %(parent)s)",
                    name=name,
                    event=self._get_audit_event(event),
                    table=table,
                    watched=watched,
                    kind=self._audit_kind,
                    model=self._name,
                    columns=",".join(self._audit_columns),
                    label=",".join(self._audit_name),
                    reason=",".join(self._audit_reason),
                    parent=self._audit_parent,
                )
            )

    def _get_audit_event(self, event):
        """``INSERT``, ``DELETE`` or ``UPDATE OF`` the columns that are watched: other
        writes cost nothing."""
        if event != "update":
            return {"insert": SQL("INSERT"), "delete": SQL("DELETE")}[event]
        columns = (column.partition("=")[0] for column in self._audit_columns)
        return SQL("UPDATE OF %s", SQL(", ").join(map(SQL.identifier, columns)))

    def unlink(self):
        """Tell the database who deletes; a deleted row does not say."""
        self.env.cr.execute(
            SQL("SELECT set_config('property.audit_user', %s, TRUE)", str(self.env.uid))
        )
        return super().unlink()
