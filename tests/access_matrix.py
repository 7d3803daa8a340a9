"""Who may do what, as the database has it: the table in docs/access.md."""

from collections import defaultdict

LETTERS = {
    "perm_create": "c",
    "perm_read": "r",
    "perm_write": "w",
    "perm_unlink": "u",
}
#: Roles that are Odoo's own and have a part in ours.
OTHERS = (
    ("account.group_account_user", "Accountant"),
    ("base.group_portal", "Portal"),
    ("base.group_public", "Public"),
)


def get_roles(env):
    """``[(name, all groups that the role comes with)]``, ours first."""
    category = env.ref("property_fee_billing.module_category_property_fees")
    groups = env["res.groups"].search([("privilege_id.category_id", "=", category.id)])
    ours = groups.sorted(
        lambda group: (group.privilege_id.sequence, group.sequence, group.id)
    )
    roles = [(group.name, group | group.all_implied_ids) for group in ours]
    for xmlid, name in OTHERS:
        group = env.ref(xmlid)
        roles.append((name, group | group.all_implied_ids))
    return roles


def get_models(env):
    """Names of our models, and of Odoo's whose records are of a community; those that
    hold no data are left out."""
    names = []
    for name, model in env.registry.items():
        if model._abstract:
            continue
        is_ours = model._original_module.startswith("property_fee")
        if is_ours or any(
            field.type == "many2one"
            and field.comodel_name == "property.community"
            and field.store
            for field in model._fields.values()
        ):
            names.append(name)
    return sorted(names)


def get_rights(env):
    """``{(model, group id, 0 for everybody): {letter: whether a row is ours}}``."""
    rights = defaultdict(lambda: defaultdict(bool))
    rows = env["ir.model.access"].search([("active", "=", True)])
    ids = rows.get_external_id()
    for row in rows:
        is_ours = ids[row.id].startswith("property_fee")
        for field, letter in LETTERS.items():
            if row[field]:
                rights[row.model_id.model, row.group_id.id or 0][letter] |= is_ours
    return rights


def get_cell(rights, model, groups):
    """``crw``; in brackets what comes from rows of Odoo's own addons alone."""
    found = defaultdict(bool)
    for group in (0, *groups.ids):
        for letter, is_ours in rights.get((model, group), {}).items():
            found[letter] |= is_ours
    own = "".join(letter for letter in "crwu" if found.get(letter))
    odoo = "".join(letter for letter in "crwu" if letter in found and not found[letter])
    return own + (f"({odoo})" if odoo else "") or "-"


def get_matrix(env):
    """The tables, one for each addon, as Markdown."""
    roles = get_roles(env)
    rights = get_rights(env)
    names = [name for name, _groups in roles]
    by_addon = defaultdict(list)
    for model in get_models(env):
        addon = env.registry[model]._original_module
        by_addon[addon if addon.startswith("property_fee") else "odoo"].append(model)
    parts = []
    for addon in sorted(by_addon, key=lambda name: (name == "odoo", name)):
        title = "Models of Odoo" if addon == "odoo" else f"`{addon}`"
        lines = [
            f"### {title}",
            "",
            "| model | " + " | ".join(names) + " |",
            "| --- |" + " --- |" * len(names),
        ]
        for model in by_addon[addon]:
            mark = " *" if env[model]._transient else ""
            cells = [get_cell(rights, model, groups) for _name, groups in roles]
            lines.append(f"| {model}{mark} | " + " | ".join(cells) + " |")
        parts.append("\n".join(lines))
    return "\n\n".join(parts)
