"""The lint step: all hooks of .pre-commit-config.yaml, without network."""

import subprocess

from . import readmes
from .console import SetupError, say


def run(settings, environment, fix=False):
    """Run the hooks over all files that git knows; the exit code.

    :param fix: let ruff repair and format first, and make the READMEs anew
    """
    inside = subprocess.run(
        ["git", "rev-parse", "--is-inside-work-tree"],
        cwd=settings.checkout,
        capture_output=True,
        check=False,
    )
    if inside.returncode:
        raise SetupError(
            f"{settings.checkout} is no git checkout, and the lint step checks the "
            "files that git lists.",
            "clone the repository with git.",
        )
    say("==> Lint")
    commands = [["-m", "pre_commit", "run", "--all-files", "--color=never"]]
    if fix:
        repairs = [["-m", "ruff", "check", "--fix"], ["-m", "ruff", "format"]]
        commands = [*repairs, [readmes.__file__, "--write"], *commands]
    code = 0
    for command in commands:
        code = subprocess.run(
            [environment.python, *command],
            cwd=settings.checkout,
            env=environment.variables(),
            check=False,
        ).returncode
    say("    lint failed" if code else "    lint is clean")
    return code
