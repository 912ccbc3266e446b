"""Blocks of Markdown: headings, paragraphs, lists and tables that bear their anchors; front matter; a page of these.

Written for Python-Markdown with attr_list, md_in_html, sane_lists, tables and toc, the extensions of mkdocs.yml.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import frontmatter
import yaml
from markdown.extensions.toc import slugify_unicode, unique

from archive.reading.model import Block, Kind
from archive.text.escaping import Write, escape, escape_attribute
from archive.text.tables import parse

_SLUG_LENGTH = 60


def inside(name: str, content: list[str], **attributes: str) -> list[str]:
    """The lines `content` inside an HTML block in which Markdown goes on; attributes with _ for - and class_ for class."""
    given = "".join(
        f' {key.strip("_").replace("_", "-")}="{escape_attribute(value)}"'
        for key, value in attributes.items()
    )
    return [
        f'<{name}{given} markdown="1">',
        "",
        *content,
        *([""] if content and content[-1] else []),
        f"</{name}>",
        "",
    ]


def heading(text: str, level: int, anchor: str, slug: str = "", write: Write = escape) -> list[str]:
    """A heading that bears `anchor` and, for reading only, a slug made of its words."""
    named = f'<span id="{slug}"></span>' if slug else ""
    return [f"{'#' * level} {named}{_lines(text, write)} {{ #{anchor} }}", ""]


def slugs(headings: list[str], taken: Iterable[str] = ()) -> list[str]:
    """A word slug for each heading, no two alike, none in the form of an anchor or among `taken`; "" where it has no words."""
    used = set(taken)
    made = []
    for text in headings:
        slug = slugify_unicode(text, "-")[:_SLUG_LENGTH].strip("-")
        if re.fullmatch(r"p\d+", slug):
            slug = f"{slug}-"
        made.append(unique(slug, used) if slug else "")
    return made


def paragraph(text: str, anchor: str, write: Write = escape) -> list[str]:
    """A paragraph that bears `anchor`; `write` makes Markdown of its words."""
    return [_lines(text, write), f"{{ #{anchor} }}", ""]


def points(blocks: list[tuple[Block, str]], write: Write = escape) -> list[str]:
    """A list of points, nested by depth; paragraphs of a point under it. Each is given with its anchor.

    A list in which a point has several paragraphs is written loose throughout: Python-Markdown would else put the anchor of
    a paragraph on the wrong element.
    """
    loose = any(block.kind is Kind.PARAGRAPH for block, _ in blocks)
    lines: list[str] = []
    for index, (block, anchor) in enumerate(blocks):
        indent = "    " * max(block.level - 1, 0)
        words = _lines(f"{block.mark} {block.text}".strip(), write)
        bullet = "    " if block.kind is Kind.PARAGRAPH else "- "
        if loose and index:
            lines.append("")
        lines += [f"{indent}{bullet}{words}", f"{indent}    {{ #{anchor} }}"]
    return [*lines, ""]


def table(text: str, anchor: str, write: Write = escape) -> list[str]:
    """The table that the pipes in `text` draw, in a frame that bears `anchor` and scrolls where the window is narrow.

    Markdown knows no table without a head, so that one is written in HTML, its cells in Markdown.
    """
    made = parse(text)
    rows = [[write(cell) for cell in row] for row in made.rows]
    if made.has_header_row:
        drawn = [f"| {' | '.join(row)} |" for row in rows]
        lines = [drawn[0], "|---" * len(rows[0]) + "|", *drawn[1:], ""]
    else:
        cells = [
            line
            for row in rows
            for line in ("<tr>", *(f'<td markdown="1">{cell}</td>' for cell in row), "</tr>")
        ]
        lines = ['<table markdown="1">', '<tbody markdown="1">', *cells, "</tbody>", "</table>", ""]
        lines = [line.replace("<tr>", '<tr markdown="1">') for line in lines]
    return inside(
        "div",
        lines,
        class_="table-frame",
        id=anchor,
        tabindex="0",
        role="group",
        aria_label="Table",
    )


def _lines(text: str, write: Write) -> str:
    """Words that stand on several lines of the source keep their lines."""
    return " <br>".join(write(line) for line in text.split("\n"))


class _Quoted(str):
    """A string that YAML writes in quotes, so that no engine reads a date, a number or a truth into it."""


class _Dumper(yaml.CSafeDumper):
    """libyaml's, which writes the same as PyYAML's own, several times as fast."""


_Dumper.add_representer(
    _Quoted,
    lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", str(text), style='"'),
)


def page(meta: dict[str, Any], lines: list[str]) -> str:
    """A page: its front matter and its Markdown."""
    body = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
    post = frontmatter.Post(body, **{key: _quoted(value) for key, value in meta.items()})
    return frontmatter.dumps(post, Dumper=_Dumper, sort_keys=False, width=10**6) + "\n"


def _quoted(value: Any) -> Any:
    if isinstance(value, str):
        return _Quoted(value)
    if isinstance(value, dict):
        return {key: _quoted(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_quoted(part) for part in value]
    return value
