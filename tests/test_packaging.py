"""What a firm with its own Odoo installs by pip, and tests there."""

import ast
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from property_fee_setup import addons, settings

from odoo.tests import BaseCase, tagged
from odoo.tests.loader import get_test_modules

CHECKOUT = settings.SETUP.parent


@tagged("post_install", "-at_install")
class TestPackaging(BaseCase):
    def test_each_addon_builds_into_a_wheel_with_all_that_its_manifest_names(self):
        found = addons.find(CHECKOUT)
        self.assertTrue(found)
        for addon in found:
            with self.subTest(addon=addon.name):
                manifest = ast.literal_eval(
                    (addon.folder / "__manifest__.py").read_text()
                )
                wheel, names = self._build(addon.folder)
                self.assertTrue(
                    wheel.startswith(f"odoo_addon_{addon.name}-{manifest['version']}"),
                    wheel,
                )
                inside = f"odoo/addons/{addon.name}/"
                for name in ["__init__.py", *manifest.get("data", [])]:
                    self.assertIn(inside + name, names)

    def test_odoos_own_runner_finds_each_test_file(self):
        for addon in addons.find(CHECKOUT):
            with self.subTest(addon=addon.name):
                modules = get_test_modules(addon.name)
                self.assertEqual(
                    sorted(module.__name__.rpartition(".")[2] for module in modules),
                    sorted(path.stem for path in addon.folder.glob("tests/test_*.py")),
                )

    def _build(self, folder):
        """Name of the wheel that pip builds, offline, and the files in it."""
        with tempfile.TemporaryDirectory() as target:
            pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps"]
            options = ["--no-build-isolation", "--no-index", "--wheel-dir", target]
            answer = subprocess.run(
                [*pip, *options, folder], capture_output=True, text=True, check=False
            )
            self.assertEqual(answer.returncode, 0, answer.stderr)
            (wheel,) = Path(target).glob("*.whl")
            with zipfile.ZipFile(wheel) as content:
                return wheel.name, content.namelist()
