"""Each addon's README.rst and store page, made of the fragments in its `readme/`.

    python readmes.py [--write]

Fragments are Markdown, named and ordered as in OCA: DESCRIPTION.md, CONFIGURE.md...
What they may use is what `blocks` and `_inline` know: headings of the second level,
paragraphs, lists without nesting, fenced code, images, bold, italics, code, links.
"""

import ast
import html
import re
import sys
import textwrap
from dataclasses import dataclass
from pathlib import Path

#: Fragment -> title of its section; a description begins the page.
SECTIONS = {
    "DESCRIPTION": None,
    "INSTALL": "Installation",
    "CONFIGURE": "Configuration",
    "USAGE": "Usage",
    "DEVELOP": "Development",
    "ROADMAP": "Known issues / Roadmap",
    "HISTORY": "Changelog",
    "CONTRIBUTORS": "Contributors",
}
#: Where images are, seen from a fragment and from the addon's folder.
IMAGES = "../static/description/"
INLINE = re.compile(
    r"`(?P<code>[^`]+)`|\*\*(?P<bold>[^*]+)\*\*|\*(?P<italic>[^*\s][^*]*)\*"
    r"|\[(?P<label>[^\]]+)\]\((?P<target>[^)\s]+)\)"
)
ITEM = re.compile(r"(?P<mark>-|\d+\.) +(?P<text>.*)")
PICTURE = re.compile(r"!\[(?P<alt>[^\]]*)\]\((?P<path>[^)\s]+)\)$")


@dataclass(frozen=True)
class Block:
    """A paragraph, heading, list, piece of code or image of a fragment."""

    kind: str
    lines: tuple
    #: language of code, path of an image
    detail: str = ""


def blocks(text):
    """The blocks of a fragment, in order.

    :raise ValueError: for what this subset of Markdown does not have
    """
    lines = text.rstrip().split("\n")
    while lines:
        line = lines.pop(0)
        if not line.strip():
            continue
        if line.startswith("```"):
            code = []
            while lines and not lines[0].startswith("```"):
                code.append(lines.pop(0))
            if not lines:
                raise ValueError("code without an end")
            lines.pop(0)
            yield Block("code", tuple(code), line[3:].strip())
        elif line.startswith("## "):
            yield Block("heading", (line[3:].strip(),))
        elif line.startswith("#"):
            raise ValueError(f"only headings of the second level: {line}")
        elif picture := PICTURE.match(line):
            yield Block("image", (picture["alt"],), picture["path"])
        elif item := ITEM.match(line):
            kind = "bullets" if item["mark"] == "-" else "numbers"
            yield Block(kind, tuple(_items(line, lines)))
        else:
            paragraph = [line.strip()]
            while lines and lines[0].strip():
                paragraph.append(lines.pop(0).strip())
            yield Block("text", (" ".join(paragraph),))


def _items(line, lines):
    """Texts of a list that starts with this line; takes its other lines away."""
    texts = [ITEM.match(line)["text"].strip()]
    while lines and lines[0].strip():
        following = lines.pop(0)
        if item := ITEM.match(following):
            texts.append(item["text"].strip())
        elif following.startswith("  "):
            texts[-1] += " " + following.strip()
        else:
            raise ValueError(f"a list needs an empty line after it: {following}")
    return texts


def _inline(text, styles, escape):
    """The text with its marked parts in another markup."""
    parts, end = [], 0
    for found in INLINE.finditer(text):
        parts.append(escape(text[end : found.start()]))
        name = found.lastgroup
        if name == "target":
            parts.append(styles["link"](escape(found["label"]), found["target"]))
        else:
            parts.append(styles[name](escape(found[name])))
        end = found.end()
    return "".join([*parts, escape(text[end:])])


RST = {
    "code": "``{}``".format,
    "bold": "**{}**".format,
    "italic": "*{}*".format,
    "link": "`{} <{}>`__".format,
}
HTML = {
    "code": "<code>{}</code>".format,
    "bold": "<b>{}</b>".format,
    "italic": "<i>{}</i>".format,
    "link": lambda label, target: f'<a href="{html.escape(target)}">{label}</a>',
}


def _fill(text, mark=""):
    return textwrap.fill(
        mark + text,
        width=88,
        subsequent_indent=" " * len(mark),
        break_long_words=False,
        break_on_hyphens=False,
    )


def as_rst(block):
    """A block in reStructuredText."""
    texts = [_inline(text, RST, str) for text in block.lines]
    indented = "\n".join(f"    {line}".rstrip() for line in block.lines)
    return {
        "text": lambda: _fill(texts[0]),
        "heading": lambda: f"{texts[0]}\n{'-' * len(texts[0])}",
        "bullets": lambda: "\n".join(_fill(text, "- ") for text in texts),
        "numbers": lambda: "\n".join(_fill(text, "#. ") for text in texts),
        "code": lambda: f".. code-block:: {block.detail or 'text'}\n\n{indented}",
        "image": lambda: (
            f".. image:: {block.detail.removeprefix('../')}\n    :alt: {block.lines[0]}"
        ),
    }[block.kind]()


def as_html(block):
    """A block in HTML; images are beside the page."""
    texts = [_inline(text, HTML, html.escape) for text in block.lines]
    items = "".join(f"\n<li>{text}</li>" for text in texts)
    source = html.escape("\n".join(block.lines))
    return {
        "text": lambda: f"<p>{texts[0]}</p>",
        "heading": lambda: f"<h3>{texts[0]}</h3>",
        "bullets": lambda: f"<ul>{items}\n</ul>",
        "numbers": lambda: f"<ol>{items}\n</ol>",
        "code": lambda: f"<pre>{source}</pre>",
        "image": lambda: (
            f'<p><img class="img-fluid" src="{block.detail.removeprefix(IMAGES)}" '
            f'alt="{source}"/></p>'
        ),
    }[block.kind]()


def pages(addon):
    """What README.rst and the store page of an addon have to say.

    :param addon: folder of the addon
    :return: dict of path -> text
    :raise ValueError: for a fragment that cannot be read, with its path
    """
    manifest = ast.literal_eval((addon / "__manifest__.py").read_text())
    name, summary = manifest["name"], manifest["summary"]
    rst = [f"{'=' * len(name)}\n{name}\n{'=' * len(name)}", _fill(summary + ".")]
    store = [f"<h1>{html.escape(name)}</h1>\n<p>{html.escape(summary)}.</p>"]
    for fragment, title in SECTIONS.items():
        path = addon / "readme" / f"{fragment}.md"
        if not path.is_file():
            continue
        if title:
            rst.append(f"{title}\n{'=' * len(title)}")
            store.append(f"<h2>{title}</h2>")
        try:
            for block in blocks(path.read_text()):
                rst.append(as_rst(block))
                store.append(as_html(block))
        except ValueError as error:
            raise ValueError(f"{path}: {error}") from error
    rst.append(
        f"License and author\n{'=' * 18}\n\n"
        f"{manifest['license']}, by {manifest['author']}."
    )
    body = "\n".join(store)
    return {
        addon / "README.rst": "\n\n".join(rst) + "\n",
        addon / "static" / "description" / "index.html": (
            f'<section class="oe_container">\n{body}\n</section>\n'
        ),
    }


def stale(checkout):
    """Pages that are not what their fragments say, as path -> right text."""
    wanted = {}
    for fragments in sorted(checkout.glob("*/readme")):
        wanted.update(pages(fragments.parent))
    return {
        path: text
        for path, text in wanted.items()
        if not path.is_file() or path.read_text() != text
    }


def main(arguments):
    """Name the pages that are stale, or write them; 1 where some were named."""
    checkout = Path(__file__).resolve().parents[2]
    found = stale(checkout)
    for path, text in found.items():
        if "--write" in arguments:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        else:
            name = path.relative_to(checkout)
            sys.stdout.write(f"{name}: not made of its fragments; setup/lint --fix\n")
    return 1 if found and "--write" not in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
