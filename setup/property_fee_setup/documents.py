"""Every document in each language, from the demo database, as PDF and as pages."""

import subprocess

from . import demo
from .console import SetupError, say, step
from .settings import SETUP


def draw(odoo, languages, refresh_docs):
    """Print the documents and draw their pages.

    :param odoo: `odoo_command.Odoo` on the durable server
    :param languages: codes of languages
    :param refresh_docs: whether the small pictures in `docs` are made anew
    :raise SetupError: with the log that says why
    """
    demo.build(odoo)
    settings = odoo.settings
    folder = settings.local / "documents"
    log = settings.logs / "documents.log"
    pictures = settings.checkout / "docs" / "images" / "documents"
    small = ["--small", str(pictures)] if refresh_docs else []
    with step("Printing the documents"), log.open("wb") as output:
        code = subprocess.run(
            [
                *(odoo.environment.python, "-m", "property_fee_setup.document_pages"),
                *(str(folder), *small, *languages),
            ],
            env={**odoo.variables(), "PYTHONPATH": str(SETUP)},
            cwd=settings.checkout,
            stderr=output,
            check=False,
        ).returncode
    if code:
        raise SetupError("A document could not be printed.", f"read {log}")
    say(f"    {len(list(folder.glob('*.pdf')))} documents, page by page: {folder}")
