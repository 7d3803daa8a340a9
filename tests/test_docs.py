"""What the pages for readers name is there: links, pictures, commands, hooks."""

import ast
import re
import subprocess
from pathlib import Path

from property_fee_setup import cli, readmes

from odoo.tests import BaseCase, TransactionCase, tagged

CHECKOUT = Path(__file__).parents[1]
PAGES = [
    *sorted(CHECKOUT.glob("*.md")),
    *sorted(CHECKOUT.glob("docs/*.md")),
    *sorted(CHECKOUT.glob("property_fee_*/readme/*.md")),
]
CODE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"!?\[[^\]]*\]\((?P<target>[^)\s]+)\)")
COMMAND = re.compile(r"\./setup/([\w-]+)")
#: A path of the checkout, or of one of its addons, in code.
PATH = re.compile(r"`((?:property_fee_\w+|tests|setup|docs)/[\w./-]+\.\w+)`")
HOOK = re.compile(r"`(?:[\w.]+\.)?(_(?:prepare|get)_\w+)(?:\([^`]*\))?`")
LARGEST_PICTURE = 200_000


def get_anchors(page):
    """Anchors of a page's headings, as the usual hosts make them."""
    headings = re.findall(r"^#+ (.+)$", CODE.sub("", page.read_text()), re.MULTILINE)
    kept = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings)
    return {heading.replace(" ", "-") for heading in kept}


@tagged("post_install", "-at_install")
class TestDocs(BaseCase):
    def each(self, pattern):
        """Pairs of a page and a match in it."""
        for page in PAGES:
            for found in pattern.finditer(page.read_text()):
                yield page, found

    def test_each_link_and_picture_is_there(self):
        dead = []
        for page, found in self.each(LINK):
            target, _hash, anchor = found["target"].partition("#")
            if target.startswith(("http:", "https:", "mailto:")):
                continue
            path = (page.parent / target).resolve() if target else page
            wrong = not path.exists() or (anchor and anchor not in get_anchors(path))
            if wrong:
                dead.append(f"{page.relative_to(CHECKOUT)}: {found['target']}")
        self.assertFalse(dead)

    def test_the_developers_page_lists_its_sections(self):
        text = (CHECKOUT / "docs" / "developer.md").read_text()
        sections = re.findall(r"^## (.+)$", CODE.sub("", text), re.MULTILINE)
        self.assertEqual(re.findall(r"^- \[(.+)\]\(#", text, re.MULTILINE), sections)

    def test_each_picture_is_used_and_small(self):
        used = {
            (page.parent / found["target"]).resolve()
            for page, found in self.each(LINK)
            if found["target"].endswith(".png")
        }
        kept = set(CHECKOUT.glob("docs/images/*.png"))
        self.assertFalse(kept - used, "no page shows these")
        for picture in kept:
            self.assertLess(picture.stat().st_size, LARGEST_PICTURE, picture.name)

    def test_each_command_is_there(self):
        for page, found in self.each(COMMAND):
            with self.subTest(page=page.name, command=found[0]):
                self.assertTrue((CHECKOUT / "setup" / found[1]).is_file())

    def test_each_option_of_a_command_is_in_its_help(self):
        helps = {
            name: subprocess.run(
                [CHECKOUT / "setup" / name, "--help"],
                capture_output=True,
                text=True,
                timeout=120,
                check=True,
            ).stdout
            for name in ("run", "lint")
            if name in cli.COMMANDS
        }
        options = re.compile(r"\./setup/(run|lint)((?: +--?[\w-]+(?: [\w.]+)?)+)")
        for page, found in self.each(options):
            for option in re.findall(r"--[\w-]+", found[2]):
                with self.subTest(page=page.name, command=found[0]):
                    self.assertIn(option, helps[found[1]])

    def test_each_file_named_in_code_is_there(self):
        made = ("setup/.local/",)
        for page, found in self.each(PATH):
            if not found[1].startswith(made):
                there = list(CHECKOUT.glob(found[1]))
                there += CHECKOUT.glob(f"property_fee_*/{found[1]}")
                self.assertTrue(there, f"{page.name}: {found[1]}")

    def test_each_hook_named_is_a_method(self):
        defined = set()
        for path in CHECKOUT.glob("property_fee_*/**/*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.FunctionDef):
                    defined.add(node.name)
        # hooks of Odoo's that are extended here are defined here as well
        missing = {
            f"{page.relative_to(CHECKOUT)}: {found[1]}"
            for page, found in self.each(HOOK)
            if found[1] not in defined and not found[1].endswith("_")
        }
        self.assertFalse(missing)


@tagged("post_install", "-at_install")
class TestTables(TransactionCase):
    """Tables of the pages that name what a database has."""

    def test_each_hook_of_the_developers_page_is_a_method_of_its_model(self):
        text = (CHECKOUT / "docs" / "developer.md").read_text()
        rows = re.findall(r"^\| `([a-z][\w.]+)` \| `(_\w+)` \|", text, re.MULTILINE)
        self.assertGreater(len(rows), 30)
        missing = [
            row for row in rows if not hasattr(self.env.registry.get(row[0]), row[1])
        ]
        self.assertFalse(missing)

    def test_the_administrators_page_lists_all_scheduled_jobs(self):
        text = (CHECKOUT / "docs" / "administrator.md").read_text()
        rows = re.findall(
            r"^\| (Property [Ff]ees: [^|]+?) \| (\d+ \w+) \|", text, re.MULTILINE
        )
        jobs = self.env["ir.cron"].with_context(lang="en_US").search([])
        ours = jobs.filtered(lambda job: job.name.lower().startswith("property fees:"))
        found = [
            (job.name, f"{job.interval_number} {job.interval_type}") for job in ours
        ]
        self.assertEqual(sorted(rows), sorted(found))


@tagged("post_install", "-at_install")
class TestReadmes(BaseCase):
    """README.rst and store page are made of fragments."""

    def test_the_pages_of_all_addons_are_fresh(self):
        self.assertFalse(readmes.stale(CHECKOUT))

    def test_each_addon_has_the_licence_of_the_project_and_says_what_it_changed(self):
        text = (CHECKOUT / "LICENSE").read_text()
        self.assertIn("GNU LESSER GENERAL PUBLIC LICENSE", text)
        self.assertIn("Version 3, 29 June 2007", text)
        changes = (CHECKOUT / "CHANGELOG.md").read_text()
        for path in CHECKOUT.glob("property_fee_*/__manifest__.py"):
            manifest = ast.literal_eval(path.read_text())
            self.assertEqual(manifest["license"], "LGPL-3", path)
            self.assertIn(f"## {manifest['version']}\n", changes)

    def test_each_picture_of_a_fragment_is_in_the_addon(self):
        for addon in CHECKOUT.glob("property_fee_*"):
            html = (addon / "static/description/index.html").read_text()
            for picture in re.findall(r'src="([^"]+)"', html):
                self.assertTrue((addon / "static/description" / picture).is_file())

    def test_markdown_becomes_both_markups(self):
        text = (
            "Pay *now* by `take`, **once**: [how](https://x.test/a).\n\n"
            "- one\n  more\n- two\n\n```sh\nodoo -i\n```\n"
        )
        text_block, bullets, code = readmes.blocks(text)
        self.assertEqual(
            readmes.as_rst(text_block),
            "Pay *now* by ``take``, **once**: `how <https://x.test/a>`__.",
        )
        self.assertEqual(
            readmes.as_html(text_block),
            "<p>Pay <i>now</i> by <code>take</code>, <b>once</b>: "
            '<a href="https://x.test/a">how</a>.</p>',
        )
        self.assertEqual(readmes.as_rst(bullets), "- one more\n- two")
        self.assertEqual(readmes.as_rst(code), ".. code-block:: sh\n\n    odoo -i")

    def test_what_this_markdown_does_not_have_is_refused(self):
        for text in ("# Title\n", "- one\nno blank line\n", "```sh\nodoo\n"):
            with self.assertRaises(ValueError):
                list(readmes.blocks(text))

    def test_readmes_are_valid_restructuredtext(self):
        from docutils.core import publish_doctree

        for page in CHECKOUT.glob("property_fee_*/README.rst"):
            with self.subTest(addon=page.parent.name):
                settings = {"report_level": 2, "halt_level": 2}
                publish_doctree(page.read_text(), settings_overrides=settings)
