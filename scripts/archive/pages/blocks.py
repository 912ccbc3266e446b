"""Write blocks of Markdown with their anchors, and whole pages.

The Markdown is for Python-Markdown with the extensions of mkdocs.yml: attr_list, md_in_html,
sane_lists, tables and toc.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import frontmatter
import yaml
from markdown.extensions.toc import slugify_unicode, unique

from archive.reading.model import Block, Kind
from archive.text.escaping import Write, escape, escape_attribute
from archive.text.tables import parse

_SLUG_LENGTH = 60


def html_block(name: str, content: list[str], **attributes: str) -> list[str]:
    """Return an HTML element around `content`, which stays Markdown; nothing around nothing.

    The names of attributes have _ for -, and class_ stands for class.
    """
    written = "".join(
        f' {key.strip("_").replace("_", "-")}="{escape_attribute(value)}"'
        for key, value in attributes.items()
    )
    begin, end = [f'<{name}{written} markdown="1">', ""], [f"</{name}>", ""]
    return [*begin, *content, *([""] if content[-1] else []), *end] if content else []


def heading(text: str, level: int, anchor: str, slug: str = "", write: Write = escape) -> list[str]:
    """Return a heading with its `anchor` and an optional second id, its word slug."""
    target = f'<span id="{slug}"></span>' if slug else ""
    return [f"{'#' * level} {target}{_lines(text, write)} {{ #{anchor} }}", ""]


def slugs(headings: list[str], taken: Iterable[str] = ()) -> Iterator[str]:
    """Yield a unique word slug for each heading; "" for a heading without words.

    No slug is among `taken`, and none looks like an anchor: a heading "P7" becomes "p7-".
    """
    used = set(taken)
    words = (slugify_unicode(text, "-")[:_SLUG_LENGTH].strip("-") for text in headings)
    unlike_anchors = (re.sub(r"\Ap\d+\Z", r"\g<0>-", slug) for slug in words)
    # Headings of the same words are counted from the last of them on, not from the first.
    last: dict[str, str] = {}
    for slug in unlike_anchors:
        last[slug] = unique(last.get(slug, slug), used) if slug else ""
        yield last[slug]


def paragraph(text: str, anchor: str, write: Write = escape) -> list[str]:
    """Return a paragraph with its `anchor`; `write` turns its words into Markdown."""
    return [_lines(text, write), f"{{ #{anchor} }}", ""]


def points(blocks: list[tuple[Block, str]], linked: Callable[[Block], Write]) -> list[str]:
    """Return a list of points, nested by level, from blocks and their anchors.

    `linked` returns what writes the words of a block. Where the point around a block is not in the
    text, it moves up.

    A paragraph among the blocks belongs to the point before it. Such a list is written loose
    throughout: in a tight one Python-Markdown puts the paragraph's anchor on the wrong element.
    """
    loose = any(block.kind is Kind.PARAGRAPH for block, _ in blocks)
    lines: list[str] = []
    depth = 0
    for block, anchor in blocks:
        is_point = block.kind is not Kind.PARAGRAPH
        depth = min(block.level or 1, depth + is_point)
        indent = "    " * depth
        words = _lines(f"{block.mark} {block.text}".strip(), linked(block))
        if loose and lines:
            lines.append("")
        bullet = f"{indent[4:]}- " if is_point else indent
        lines += [f"{bullet}{words}", f"{indent}{{ #{anchor} }}"]
    return [*lines, ""]


def table(text: str, anchor: str, write: Write = escape, *, has_heads: bool = False) -> list[str]:
    """Return the table of `text` in a frame with its `anchor`.

    `has_heads`: the first row has the heads of the columns, without a rule below it. The frame
    scrolls in a narrow window. Markdown has no table without a head: such a table is written in
    HTML, with Markdown in its cells.
    """
    parsed = parse(text)
    rows = [[write(cell) for cell in row] for row in parsed.rows]
    if parsed.has_header_row or (has_heads and any(parsed.rows[0])):
        markdown_rows = [f"| {' | '.join(row)} |" for row in rows]
        lines = [markdown_rows[0], "|---" * len(rows[0]) + "|", *markdown_rows[1:], ""]
    else:
        cells = ([f'<td markdown="1">{cell}</td>' for cell in row] for row in rows)
        lines = [
            '<table markdown="1">',
            '<tbody markdown="1">',
            *(line for row in cells for line in ('<tr markdown="1">', *row, "</tr>")),
            "</tbody>",
            "</table>",
            "",
        ]
    return html_block(
        "div",
        lines,
        class_="table-frame",
        id=anchor,
        tabindex="0",
        role="group",
        aria_label="Table",
    )


def _lines(text: str, write: Write) -> str:
    """Return `text` as Markdown, with a line break where the source has one."""
    return " <br>".join(write(line) for line in text.split("\n"))


class _Dumper(yaml.CSafeDumper):
    """Quotes every string but the names of fields: unquoted, "2022" would be read as a number."""

    def represent_mapping(self, tag: str, mapping: Any, flow_style: bool | None = None) -> Any:
        """Return the node of a mapping, with the names of its fields in quotes only if needed."""
        node = super().represent_mapping(tag, mapping, flow_style)
        for name, _ in node.value:
            name.style = None
        return node

    def ignore_aliases(self, _data: Any) -> bool:
        """Write a value out wherever it stands, without a YAML anchor."""
        return True


_Dumper.add_representer(
    str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"')
)


def page(meta: dict[str, Any], lines: list[str]) -> str:
    """Return a whole page: `meta` as front matter, then `lines` of Markdown."""
    post = frontmatter.Post(re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip(), **meta)
    return frontmatter.dumps(post, Dumper=_Dumper, sort_keys=False, width=10**6) + "\n"
