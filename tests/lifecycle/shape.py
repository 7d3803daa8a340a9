"""What an installation is made of: the structure of the database, and the records that
the addons bring. Two databases with the same code must have the same."""

import re

from odoo.tools import SQL

MODULES = (
    "property_fee_billing",
    "property_fee_billing_queue_job",
    "property_fee_complaints",
    "property_fee_reports",
)
#: Fields that say nothing of what an addon brings: clocks, counters, chance, people.
PASSING = {
    "account.analytic.plan": {"color"},
    # those of Odoo's models are said by whichever addon came last
    "ir.model": {"name"},
    "ir.cron": {"nextcall", "lastcall", "failure_count", "first_failure_date"},
    "ir.sequence": {"number_next"},
    "ir.ui.menu": {"parent_path"},
    "ir.ui.view": {"arch_prev", "arch_updated"},
    "mail.template": {"user_id"},
    "res.groups": {"user_ids"},
    "survey.survey": {"access_token", "session_code"},
}
#: Records of Odoo's about the code itself, compared by what they are called alone.
BY_NAME = {"ir.model.fields.selection", "ir.model.constraint"}


def get_structure(cr):
    """Columns, constraints, indexes, triggers, functions, views and sequences of a
    database, as ``{kind and name: definition}``."""
    parts = {}
    for kind, query in _STRUCTURE.items():
        cr.execute(query)
        for name, definition in cr.fetchall():
            parts[f"{kind} {name}"] = _plain(definition)
    return parts


def _plain(definition):
    """Without casts and brackets: a restored index writes them in another way."""
    return re.sub(r"::(character varying|text)(\[\])?|[()\s]+", "", definition)


_STRUCTURE = {
    "column": """
        SELECT c.relname || '.' || a.attname,
               format_type(a.atttypid, a.atttypmod)
               || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END
          FROM pg_class c
          JOIN pg_attribute a ON a.attrelid = c.oid
         WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'v')
           AND a.attnum > 0 AND NOT a.attisdropped""",
    "constraint": """
        SELECT conrelid::regclass || '.' || conname, pg_get_constraintdef(oid)
          FROM pg_constraint
         WHERE connamespace = 'public'::regnamespace AND contype <> 'n'""",
    "index": """
        SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'""",
    "trigger": """
        SELECT tgrelid::regclass || '.' || tgname, pg_get_triggerdef(oid)
          FROM pg_trigger WHERE NOT tgisinternal""",
    "function": """
        SELECT p.oid::regprocedure::text, p.prosrc
          FROM pg_proc p
          LEFT JOIN pg_depend d ON d.objid = p.oid AND d.deptype = 'e'
         WHERE p.pronamespace = 'public'::regnamespace AND d.objid IS NULL""",
    "field": """
        SELECT model || '.' || name,
               concat_ws(' ', ttype, relation, field_description ->> 'en_US',
                         required, readonly)
          FROM ir_model_fields WHERE model LIKE 'property.%' OR name LIKE 'fee_%'""",
    "view": """
        SELECT viewname, definition FROM pg_views WHERE schemaname = 'public'""",
}


def get_records(env, modules):
    """What the addons brought: ``{"xml id": {field: value}}``.

    Other records are named by their xml id, or by what they are called where they have
    none, as their numbers are others in every database. Of records that belong to the
    firm once they are there (``noupdate``) only the English words are taken: their
    translations stay as they were, unless a migration renews them.
    """
    rows = env.execute_query(
        SQL(
            """
            SELECT module || '.' || name, model, res_id, noupdate FROM ir_model_data
             WHERE module = ANY(%s)
               -- which addon a field is said to be of depends on who came first
               AND model <> 'ir.model.fields'
             ORDER BY 1
            """,
            list(modules),
        )
    )
    names = _Names(env)
    found = {}
    kept = {name for name, _model, _id, is_kept in rows if is_kept}
    for model in sorted({model for _name, model, _id, _is_kept in rows}):
        own = {name: id_ for name, row_model, id_, _ in rows if row_model == model}
        if model not in env or model in BY_NAME:
            found.update({name: {"model": model} for name in own})
        else:
            found.update(_describe(env[model], own, names, kept))
    return found


class _Names:
    """Xml ids of records, each model's read once."""

    def __init__(self, env):
        self.env = env
        self.known = {}

    def get(self, model, ids):
        """Names of records, sorted."""
        if model not in self.known:
            rows = self.env.execute_query(
                SQL(
                    "SELECT res_id, min(module || '.' || name) FROM ir_model_data"
                    " WHERE model = %s GROUP BY res_id",
                    model,
                )
            )
            self.known[model] = dict(rows)
        known = self.known[model]
        return sorted(known.get(id_) or self._call(model, id_) for id_ in ids)

    def _call(self, model, id_):
        record = self.env[model].browse(id_).exists()
        return record.display_name or "" if record else "(gone)"


def _describe(model, own, names, kept):
    """Values of the records of one model, by xml id."""
    fields = [
        field
        for name, field in model._fields.items()
        if field.store
        and field.column_type
        and name not in PASSING.get(model._name, ())
        and name not in ("id", "create_date", "create_uid", "write_date", "write_uid")
        and not name.startswith(("message_", "activity_"))
    ]
    relations = [
        field
        for field in model._fields.values()
        if field.type == "many2many"
        and field.store
        and field.name not in PASSING.get(model._name, ())
    ]
    model.flush_model()
    rows = model.env.execute_query_dict(
        SQL(
            "SELECT id, %s FROM %s WHERE id = ANY(%s)",
            SQL(", ").join(SQL.identifier(field.name) for field in fields),
            SQL.identifier(model._table),
            list(own.values()),
        )
    )
    by_id = {row["id"]: row for row in rows}
    related = {field.name: _get_related(model.env, field) for field in relations}
    found = {}
    for name, id_ in own.items():
        row = by_id.get(id_)
        if row is None:
            found[name] = {"model": model._name, "gone": True}
            continue
        values = {"model": model._name}
        for field in fields:
            value = row[field.name]
            if field.type == "many2one" and value:
                value = names.get(field.comodel_name, [value])
            elif field.type == "reference" and value:
                comodel, _comma, number = value.partition(",")
                value = names.get(comodel, [int(number)])
            elif field.type == "many2one_reference":
                continue
            elif field.translate and value and name in kept:
                value = {"en_US": value.get("en_US")}
            values[field.name] = _normal(value)
        for field in relations:
            others = related[field.name].get(id_, ())
            values[field.name] = names.get(field.comodel_name, others)
        found[name] = values
    return found


def _get_related(env, field):
    """``{id: [ids]}`` of a many2many field."""
    rows = env.execute_query(
        SQL(
            "SELECT %s, array_agg(%s) FROM %s GROUP BY 1",
            SQL.identifier(field.column1),
            SQL.identifier(field.column2),
            SQL.identifier(field.relation),
        )
    )
    return dict(rows)


def _normal(value):
    """Views hold the same text with other white space between tags, and the numbers of
    actions on their buttons."""
    if isinstance(value, str):
        return re.sub(r'(?<= name=")\d+(?=")', "#", re.sub(r"\s+", " ", value)).strip()
    if isinstance(value, dict):
        return {key: _normal(part) for key, part in value.items()}
    return value


def get_differences(left, right):
    """Readable lines of what is in one of two mappings, or another in both."""
    lines = []
    for key in sorted(left.keys() | right.keys()):
        if key not in right:
            lines.append(f"only upgraded: {key}: {left[key]}")
        elif key not in left:
            lines.append(f"only fresh: {key}: {right[key]}")
        elif left[key] != right[key]:
            lines.append(f"{key}: {_get_difference(left[key], right[key])}")
    return lines


def _get_difference(left, right):
    if isinstance(left, dict) and isinstance(right, dict):
        keys = sorted(
            key for key in left.keys() | right.keys() if left.get(key) != right.get(key)
        )
        return "; ".join(
            f"{key}: {left.get(key)!r} upgraded, {right.get(key)!r} fresh"
            for key in keys
        )
    return f"{left!r} upgraded, {right!r} fresh"


def show(lines, most=40):
    """The first of some lines, for a failed test."""
    rest = [f"... {len(lines) - most} more"] if len(lines) > most else []
    return "\n".join(["", *(line[:400] for line in lines[:most]), *rest])
