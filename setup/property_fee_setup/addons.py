"""The addons of this checkout: which there are, which can go in, what changed."""

import ast
import hashlib
from dataclasses import dataclass
from pathlib import Path

#: Not loaded into the database, so a change in them needs no update of it.
NOT_LOADED = {"tests", "__pycache__", "readme"}

#: Modules of Odoo that no addon needs, to try ours with: a payment provider that takes
#: no money, and the chart of accounts of China. In the tests' database and the demo's.
TO_TRY = ("payment_demo", "l10n_cn")


@dataclass(frozen=True)
class Addon:
    """A folder with a manifest."""

    folder: Path
    depends: tuple

    @property
    def name(self):
        """Technical name, the folder's."""
        return self.folder.name

    def content_hash(self):
        """Key of all that installing or updating the addon puts into a database."""
        digest = hashlib.sha256()
        for path in sorted(self.folder.rglob("*")):
            inside = path.relative_to(self.folder)
            if path.is_file() and not NOT_LOADED.intersection(inside.parts):
                digest.update(str(inside).encode() + b"\0" + path.read_bytes())
        return digest.hexdigest()[:12]


def find(checkout):
    """All addons at the top of the checkout, by name."""
    manifests = sorted(checkout.glob("*/__manifest__.py"))
    return [_read(manifest) for manifest in manifests]


def _read(manifest):
    values = ast.literal_eval(manifest.read_text())
    return Addon(manifest.parent, tuple(values.get("depends", ("base",))))


def installable(addons, folders):
    """The addons whose dependencies are all here, and the others with what they lack.

    An optional bridge to a module that this machine does not have is left out this way.

    :param addons: list of `Addon`
    :param folders: addons folders of Odoo and the virtual environment
    :return: (list of `Addon` that can be installed, dict of name -> missing modules)
    """
    here = {addon.name: addon for addon in addons}
    missing = {}

    def lacks(name, path=()):
        if name in path:
            return set()
        if name in here:
            needs = here[name].depends
            return set().union(*(lacks(need, (*path, name)) for need in needs))
        found = any((f / name / "__manifest__.py").is_file() for f in folders)
        return set() if found else {name}

    for addon in addons:
        lacking = lacks(addon.name)
        if lacking:
            missing[addon.name] = sorted(lacking)
    return [addon for addon in addons if addon.name not in missing], missing


def outside_dependencies(addons):
    """Modules that the addons need and that are not among them, sorted."""
    names = {addon.name for addon in addons}
    return sorted({need for addon in addons for need in addon.depends} - names)
