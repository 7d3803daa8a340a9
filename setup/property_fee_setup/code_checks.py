"""Checks on Python files of the addons that no linter has.

    python code_checks.py FILE...

- ``sudo()`` needs its reason: a comment on the statement, or directly above it.
- ``SQL(...)`` is a constant text with parameters: pylint-odoo looks at ``execute`` and
  takes whatever is inside ``SQL`` for safe.

Run by pre-commit, over the files it names; tests are left out.
"""

import ast
import sys
from pathlib import Path

SUDO = "sudo() without its reason: say in a comment here or directly above why"
QUERY = "SQL() of a text that is put together: use a constant and parameters"
#: Where ``SQL`` gets text that the file itself holds: say so on that line.
CONSTANT = "SQL: constant"


def findings(text):
    """All findings on the code of one file, as (line, message)."""
    lines = text.split("\n")
    for statement, call in calls(ast.parse(text)):
        if gives_rights(call) and not has_comment(lines, statement, call):
            yield call.end_lineno, SUDO
        elif is_built_query(call) and not any(
            CONSTANT in line for line in lines[statement.lineno - 2 : call.end_lineno]
        ):
            yield call.lineno, QUERY


def calls(tree):
    """Every call, with the innermost statement it is part of."""
    found = {}
    for statement in ast.walk(tree):
        if isinstance(statement, ast.stmt):
            for node in ast.walk(statement):
                if isinstance(node, ast.Call):
                    # walked from outside in: the last statement is the innermost
                    found[node] = statement
    return sorted(
        ((statement, call) for call, statement in found.items()),
        key=lambda pair: (pair[1].end_lineno, pair[1].end_col_offset),
    )


def gives_rights(call):
    """``x.sudo()``, ``x.with_user(SUPERUSER_ID)``; ``x.sudo(False)`` and
    ``x.sudo(env.su)`` give no more than there were."""
    if not isinstance(call.func, ast.Attribute):
        return False
    given = [ast.unparse(value) for value in (*call.args, *call.keywords)]
    return (call.func.attr == "sudo" and given in ([], ["True"], ["flag=True"])) or (
        call.func.attr == "with_user" and given == ["SUPERUSER_ID"]
    )


def has_comment(lines, statement, call):
    """Whether a comment stands directly above the statement or on it."""
    first = statement.lineno
    if getattr(statement, "decorator_list", None):
        first = min(node.lineno for node in statement.decorator_list)
    above = lines[first - 2].strip() if first > 1 else ""
    return above.startswith("#") or any(
        "#" in line for line in lines[first - 1 : call.end_lineno]
    )


def is_built_query(call):
    """``SQL(f"...")``, ``SQL("..." % x)``, ``SQL("..." + x)``, ``SQL(text)``."""
    return (
        isinstance(call.func, ast.Name)
        and call.func.id == "SQL"
        and bool(call.args)
        and not isinstance(call.args[0], ast.Constant)
    )


def main(names):
    """Print the findings on the addons' files among these; 1 where there are any."""
    found = 0
    for name in names:
        path = Path(name)
        if path.parts[0].startswith("property_fee") and "tests" not in path.parts:
            for line, message in findings(path.read_text()):
                found = 1
                sys.stdout.write(f"{name}:{line}: {message}\n")
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
