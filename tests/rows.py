"""One row of every model for one community, made from what the database says."""

from collections import defaultdict

from psycopg2 import Error

from odoo.tools import SQL, mute_logger, sql

COMMUNITY = "property.community"
DAY = "2026-01-15"
#: What a column that must not be empty gets, by its type.
VALUES = {
    "int4": 1,
    "int8": 1,
    "numeric": 1,
    "float8": 1,
    "bool": False,
    "date": DAY,
    "timestamp": DAY,
}
DEPTH = 4


def get_path(env, name, depth=DEPTH):
    """The fields from a model to its community, e.g. ``unit_id.community_id``.

    :return: None where no way of fields that are always set, or stored, leads there
    """
    if name == COMMUNITY:
        return "id"
    fields = env[name]._fields.values()
    direct = [field for field in fields if field.comodel_name == COMMUNITY]
    for field in direct:
        is_found = field.store or field.related or field.search
        if field.type == "many2one" and is_found:
            return field.name
    for field in direct:
        # not those whose staff a user is
        if field.type == "many2many" and field.store and "member" not in field.name:
            return field.name
    if depth:
        for field in fields:
            target = field.comodel_name
            if (
                field.type == "many2one"
                and field.store
                and (field.required or target == "property.unit")
                and target.startswith("property.")
                and target != name
            ):
                rest = get_path(env, target, depth - 1)
                # what merely uses a thing of a community is not part of it
                if rest and (
                    target == "property.unit"
                    or field.ondelete == "cascade"
                    or _is_always_set(env[target], rest)
                ):
                    return f"{field.name}.{rest}"
    return None


def _is_always_set(model, path):
    field = model._fields[path.partition(".")[0]]
    return path == "id" or field.required or bool(field.related)


class Rows:
    """Finds, or makes in the database, a row of each model that is of a community."""

    def __init__(self, env, community, partner):
        """:param partner: whose the rows are, where they are a person's"""
        self.env = env(su=True)
        self.community = community
        self.partner = partner
        self.keys = self._get_keys()
        self.models = {
            model._table: name
            for name, model in env.registry.items()
            if not model._abstract
        }
        self.found = {COMMUNITY: community.ids}
        self.making = set()
        self.problems = {}

    def _get_keys(self):
        """``{table: {column: table it refers to}}``."""
        keys = defaultdict(dict)
        for table, column, target in self.env.execute_query(
            SQL(
                """
                SELECT conrelid::regclass::text, a.attname, confrelid::regclass::text
                  FROM pg_constraint c
                  JOIN pg_attribute a ON a.attrelid = conrelid AND a.attnum = conkey[1]
                 WHERE contype = 'f' AND cardinality(conkey) = 1
                """
            )
        ):
            keys[table][column] = target
        return keys

    def get(self, name):
        """Ids of rows of the model in the community; one is made if there is none."""
        if name not in self.found:
            ids = self._search(name) or self._make(name)
            if not ids and self.making:
                # perhaps when what is being made is there
                self.problems.pop(name, None)
                return ids
            self.found[name] = ids
        return self.found[name]

    def _search(self, name):
        model = self.env[name].with_context(active_test=False)
        path = get_path(self.env, name)
        domain = [(path, "in", self.community.ids)] if path else []
        return model.search(domain, limit=5).ids

    def _make(self, name):
        model = self.env[name]
        table = model._table
        if sql.table_kind(self.env.cr, table) != sql.TableKind.Regular:
            return []
        self.making.add(name)
        self.env.flush_all()
        try:
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                [[key]] = self.env.execute_query(self._get_insert(model))
                self._link(model.browse(key))
        except Error as error:
            self.problems[name] = str(error).split("\n", 1)[0]
            return []
        finally:
            self.making.discard(name)
        self.env.invalidate_all()
        return [key]

    def _get_insert(self, model):
        values = {}
        for column, info in sql.table_columns(self.env.cr, model._table).items():
            if column in ("id", "create_uid", "write_uid"):
                continue
            target = self.keys[model._table].get(column)
            is_needed = info["is_nullable"] == "NO"
            if target:
                value = self._get_target(target, is_needed)
            elif is_needed:
                value = self._get_value(model, column, info["udt_name"])
            else:
                continue
            if value is not None:
                values[column] = value
        return SQL(
            "INSERT INTO %s (%s) VALUES (%s) RETURNING id",
            SQL.identifier(model._table),
            SQL(", ").join(map(SQL.identifier, values)),
            SQL(", ").join(SQL("%s", value) for value in values.values()),
        )

    def _get_target(self, table, is_needed):
        """An id that the column may hold: of the community, or any."""
        name = self.models.get(table)
        if table == "res_company":
            return self.community.company_id.id
        if table == "res_partner":
            return self.partner.id
        if name and get_path(self.env, name):
            if name in self.making:
                return None
            return next(iter(self.get(name)), None)
        if not is_needed and not table.startswith("property_"):
            return None
        if table.startswith("property_") and name not in self.making:
            return next(iter(self.get(name)), None)
        rows = self.env.execute_query(
            SQL("SELECT max(id) FROM %s", SQL.identifier(table))
        )
        return rows[0][0]

    def _get_value(self, model, column, kind):
        field = model._fields.get(column)
        if field is not None and field.type == "selection":
            return next(iter(dict(field._description_selection(self.env))))
        if column == "year":
            return int(DAY[:4])
        if kind == "jsonb":
            return '{"en_US": "x"}'
        return VALUES.get(kind, f"x {model._name} {column}")

    def _link(self, record):
        """Rows that belong to communities by a table between."""
        path = get_path(self.env, record._name) or ""
        field = record._fields.get(path)
        if field is not None and field.type == "many2many":
            self.env.cr.execute(
                SQL(
                    "INSERT INTO %s (%s, %s) VALUES (%s, %s)",
                    SQL.identifier(field.relation),
                    SQL.identifier(field.column1),
                    SQL.identifier(field.column2),
                    record.id,
                    self.community.id,
                )
            )
