"""Checks on text files: clean white space, XML that parses, translations that fit.

    python text_checks.py FILE...

Run by pre-commit in the project's virtual environment, over the files it names.
"""

import re
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sdf]|\{\w+\}")
CONFLICT = re.compile(r"^(<{7} |={7}$|>{7} )")


def white_space(text):
    """Findings on blanks, line ends and leftovers of a merge, as (line, message)."""
    if "\r" in text:
        yield 1, "has line ends of Windows"
    if text.startswith("\ufeff"):
        yield 1, "starts with a byte order mark"
    for number, line in enumerate(text.split("\n"), 1):
        if line != line.rstrip():
            yield number, "blanks at the end of the line"
        if CONFLICT.match(line):
            yield number, "leftover of a merge"
    if text and not text.endswith("\n"):
        yield text.count("\n") + 1, "no line end at the end of the file"
    if text.endswith("\n\n"):
        yield text.count("\n"), "empty lines at the end of the file"


def xml(text):
    """Findings on XML: not well-formed, or two records with one identifier."""
    try:
        tree = ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        yield error.position[0], str(error)
        return
    seen = set()
    for element in tree.iter():
        identifier = element.get("id")
        if element.tag in ("record", "template", "menuitem") and identifier:
            if identifier in seen and tree.tag == "odoo":
                yield 1, f"two records have the id {identifier}"
            seen.add(identifier)


def translations(path):
    """Findings on a .po file: entries twice, other placeholders than the source."""
    import polib

    seen = set()
    for entry in polib.pofile(str(path)):
        if entry.obsolete:
            continue
        if entry.msgid in seen:
            yield entry.linenum, f"{entry.msgid!r} is there twice"
        seen.add(entry.msgid)
        if entry.msgstr and placeholders(entry.msgid) != placeholders(entry.msgstr):
            yield entry.linenum, f"other placeholders than in {entry.msgid!r}"


def placeholders(text):
    """Sorted placeholders of a message, as in `%(name)s`, `%s`, `{name}`."""
    return sorted(PLACEHOLDER.findall(text))


def findings(path):
    """All findings on one file, as (line, message)."""
    text = path.read_bytes().decode()
    yield from white_space(text)
    if path.suffix in (".xml", ".svg"):
        yield from xml(text)
    if path.suffix in (".po", ".pot"):
        yield from translations(path)


def main(names):
    """Print the findings on these files; 1 where there are any."""
    found = 0
    for name in names:
        for line, message in findings(Path(name)):
            found = 1
            sys.stdout.write(f"{name}:{line}: {message}\n")
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
