"""Installing, uninstalling and installing again, each addon alone and all of them.

An addon that goes must take along all that it put into the database, and leave the
books as they are: entries, payments, what is reconciled, numbers, taxes, analytic
items.
"""

from . import test_upgrade
from .addons import outside_dependencies
from .console import run_logged, say, step
from .odoo_command import complaints
from .settings import fingerprint

BASE = "property_fee_install_base"
UNINSTALLED = "tests/lifecycle/uninstalled.py"
DEMONSTRATED = "tests/lifecycle/demonstrated.py"
DEMO_DATA = ("--with-demo",)
#: An addon that installs itself where billing and the job queue are.
BRIDGE = "property_fee_billing_queue_job"


def run(odoo, names):
    """Run these tests, or all; the exit code.

    :param odoo: `odoo_command.Odoo`
    :param names: keys of `TESTS`
    """
    code = 0
    for name in names or TESTS:
        scene = Scene(odoo, name)
        TESTS[name](scene)
        say(f"    {name}: {'FAILED' if scene.code else 'well'}")
        code = code or scene.code
    return code


class Scene:
    """A database to install addons in, and what came of it."""

    def __init__(self, odoo, name):
        self.odoo = odoo
        self.database = f"property_fee_install_{name}"
        self.code = 0

    def begin(self, base):
        """A fresh copy of a database."""
        self.odoo.databases.duplicate(base, self.database)

    def install(self, names, title, options=()):
        """Install addons; what Odoo has to say about it is a failure."""
        with step(f"Installing {title}"):
            log = self.odoo.install(self.database, names, options=options)
        self._look_into(log)

    def uninstall(self, names, title):
        """Uninstall addons as the button does, dependent ones included."""
        log = self.odoo.settings.logs / f"odoo-{self.database}-uninstall.log"
        with step(f"Uninstalling {title}"):
            run_logged(
                [
                    *(self.odoo.environment.python, "-m", "odoo", "module"),
                    *("uninstall", "-d", self.database, *names),
                ],
                log,
                f"Uninstalling {', '.join(names)}",
                env=self.odoo.variables(),
            )
        self._look_into(log)

    def _look_into(self, log):
        for complaint in complaints(log):
            say(f"    {complaint}")
            self.code = 1

    def note(self, name, *more):
        """Note what the database is like now; see `tests.lifecycle.note`."""
        test_upgrade.note(self.odoo, self.database, name, *more)

    def get_noted(self, name):
        """File of what was noted."""
        return test_upgrade.get_noted(self.odoo, self.database, name)

    def test(self, tests):
        """Run tests of `tests/lifecycle` on the database."""
        files = {name: self.get_noted(name) for name in ("structure", "books")}
        code = test_upgrade.run_tests(self.odoo, self.database, tests, files)
        self.code = self.code or code

    def get_needed(self, addon):
        """The addons that an addon needs and it itself, by name, in order."""
        here = {other.name: other for other in self.odoo.addons}
        found = {}
        for name in addon.depends:
            if name in here:
                found.update(self.get_needed(here[name]))
        return {**found, addon.name: addon}

    def get_order(self):
        """All addons, those that others need first."""
        return sorted(
            self.odoo.addons,
            key=lambda addon: (len(self.get_needed(addon)), addon.name),
        )


# ----------------------------------------------------------------------- tests
def _test_alone(scene):
    """Each addon with nothing but what it needs, then away, then there again."""
    _make_base(scene.odoo)
    for addon in scene.odoo.addons:
        needed = scene.get_needed(addon)
        scene.begin(BASE)
        outside = outside_dependencies(needed.values())
        with step(f"{addon.name}: what it needs ({', '.join(outside)})"):
            scene.odoo.install(scene.database, outside)
        if BRIDGE in needed:
            # as the bridge comes by itself, its own test is `order`
            needed.pop(BRIDGE)
        scene.note("structure")
        scene.install([addon.name], f"{addon.name} alone")
        scene.uninstall(list(needed), f"{', '.join(needed)}")
        scene.test(f"{UNINSTALLED}::TestEmpty")
        scene.install([addon.name], f"{addon.name} once more")


def _test_order(scene):
    """One after the other; the bridge comes by itself, whoever comes first."""
    _make_base(scene.odoo)
    names = [addon.name for addon in scene.get_order() if addon.name != BRIDGE]
    for order in (["queue_job", *names], [*names, "queue_job"]):
        scene.begin(BASE)
        for name in order:
            scene.install([name], f"{name}, in the order {', '.join(order)}")
        state = scene.odoo.databases.query(
            f"SELECT state FROM ir_module_module WHERE name = '{BRIDGE}'",
            scene.database,
        )
        if state != "installed":
            say(f"    {BRIDGE} did not come by itself: {state}")
            scene.code = 1


def _test_demo(scene):
    """All with demo data, looked at, and away."""
    odoo = scene.odoo
    names = [addon.name for addon in odoo.addons]
    base = _make_base(odoo, demo=True)
    scene.begin(base)
    with step("With demo data: what they need"):
        odoo.install(scene.database, odoo.needed_modules(), options=DEMO_DATA)
    scene.note("structure")
    scene.install(names, "all addons with demo data", DEMO_DATA)
    scene.test(DEMONSTRATED)
    scene.uninstall(names, "all addons with demo data")
    scene.test(f"{UNINSTALLED}::TestEmpty")


def _test_worked(scene):
    """Three months of work in a Chinese company, then all away, one after the other."""
    odoo = scene.odoo
    test_upgrade.make_fresh(odoo)
    scene.begin(test_upgrade.BASE)
    scene.note("structure")
    scene.begin(test_upgrade.FRESH)
    folder = odoo.settings.local
    with step("Three months of the sample community"):
        test_upgrade.work(odoo, "months", folder, scene.database)
    scene.note("books", scene.get_noted("structure"))
    for addon in reversed(scene.get_order()):
        scene.uninstall([addon.name], f"{addon.name}, after the work")
        scene.test(f"{UNINSTALLED}::TestBooks")
    scene.test(UNINSTALLED)
    names = [addon.name for addon in odoo.addons]
    scene.install(names, "all addons once more")
    with step("Once more: importing and billing the sample community"):
        test_upgrade.work(odoo, "anew", folder, scene.database)
    scene.test(f"{UNINSTALLED}::TestBooks::test_what_was_booked_before_is_unchanged")


TESTS = {
    "alone": _test_alone,
    "order": _test_order,
    "demo": _test_demo,
    "worked": _test_worked,
}


def _make_base(odoo, demo=False):
    """A database with Odoo's accounting and nothing else; its name."""
    name = f"{BASE}_demo" if demo else BASE
    odoo.databases.template(
        name,
        fingerprint(str(odoo.environment.folder)),
        f"Accounting{' with demo data' if demo else ''}",
        lambda: (
            odoo.databases.make_empty(name),
            odoo.install(name, ["account"], options=DEMO_DATA if demo else ()),
        ),
    )
    return name
