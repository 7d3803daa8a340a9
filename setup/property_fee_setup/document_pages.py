"""The documents of `documents`, printed inside Odoo, in Odoo's environment.

    python -m property_fee_setup.document_pages FOLDER [--small FOLDER] LANGUAGE...

What the documents need is made in the demo database and taken back again.
"""

import argparse
import shutil
import subprocess
from pathlib import Path

from PIL import Image

import odoo
from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry

from .console import say
from .demo import DATABASE

#: Two units of the sample community: one with a concession, metered and shared fees,
#: one with several fees by the month, which is sold.
UNITS = ("1-0401", "1-0102")
DPI, SMALL_DPI = 110, 72
COLOURS = 24


def main():
    """Print each document in each language and draw its pages."""
    options = _read_options()
    odoo.tools.config.parse_config([f"--database={DATABASE}", "--log-level=warn"])
    shutil.rmtree(options.folder, ignore_errors=True)
    options.folder.mkdir(parents=True)
    for lang in options.languages:
        with Registry(DATABASE).cursor() as cr:
            # a server on this database may go on, but its scheduled jobs wait
            cr.execute("LOCK TABLE ir_cron IN EXCLUSIVE MODE")
            for name, content in print_documents(cr, lang):
                path = options.folder / f"{name}-{lang}.pdf"
                path.write_bytes(content)
                pages = draw(path)
                if options.small:
                    draw_small(path, options.small)
                say(f"    {path.name}: {pages} {'page' if pages == 1 else 'pages'}")
            # what was made for the documents is nobody's
            cr.rollback()


def _read_options():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--small", type=Path, metavar="FOLDER")
    parser.add_argument("languages", nargs="+")
    return parser.parse_args()


def print_documents(cr, lang):
    """Generator of (name, PDF) of every document in a language."""
    # on Python's path once the configuration is read
    from odoo.addons.property_fee_reports.tests.sample_documents import SampleDocuments

    env = api.Environment(cr, SUPERUSER_ID, {})
    units = env["property.unit"].search([("code", "in", UNITS)])
    units = units.sorted(lambda unit: UNITS.index(unit.code))
    for sample in SampleDocuments(env, units, lang).make():
        report = env.ref(sample.report).with_env(sample.records.env)
        yield sample.name, report._print_documents(sample.records.ids)


def draw(path):
    """Draw the pages of a PDF beside it; their number."""
    _draw(path, path.with_suffix(""), DPI)
    return len(list(path.parent.glob(f"{path.stem}-*.png")))


def draw_small(path, folder):
    """The first page of a PDF as a picture for the documentation."""
    folder.mkdir(parents=True, exist_ok=True)
    picture = folder / f"{path.stem}.png"
    _draw(path, picture.with_suffix(""), SMALL_DPI, "-singlefile")
    with Image.open(picture) as page:
        # one palette for grey letters and a few colours
        small = page.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    small.save(picture, optimize=True)


def _draw(path, stem, dpi, *options):
    subprocess.run(
        ["pdftoppm", "-png", "-r", str(dpi), *options, str(path), str(stem)], check=True
    )


if __name__ == "__main__":
    main()
