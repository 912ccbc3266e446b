"""Text as Markdown: any words in, the same words on the rendered page; and blocks, lists and front matter.

Written for Python-Markdown with attr_list, md_in_html, sane_lists, tables and toc, the extensions of mkdocs.yml.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urljoin

import frontmatter
import yaml
from markdown.extensions.toc import slugify_unicode, unique

from archive.language import foreign_runs
from archive.reading import Block, Kind
from archive.tables import parse

# A part of a line, as (start, end), with the marks that go before and after it.
Dress = tuple[int, int, str, str]
# What makes Markdown of the words of a line.
Write = Callable[[str], str]

# Special anywhere in a line. Braces make attributes (attr_list), bars make tables; a backslash does not take their meaning.
_ANYWHERE = {
    **{c: f"\\{c}" for c in "\\`*_[]#"},
    **{"&": "&amp;", "<": "&lt;", ">": "&gt;", "{": "&#123;", "}": "&#125;", "|": "&#124;"},
}
_SIGN = re.compile(f"[{re.escape(''.join(_ANYWHERE))}]")
# Special at the head of a line: lists, rules, definitions, fences, admonitions, setext underlines.
_AT_HEAD = re.compile(r"^(?:[-+=~:^]|!!!|\?\?\?|\d+[.)])")
_SLUG_LENGTH = 60


def escape(text: str, language: str = "en") -> str:
    """`text` on one line, white space collapsed, so that Markdown reads nothing into it.

    Korean and Japanese words in a text of another `language` are marked as such (WCAG 2.2, 3.1.2).
    """
    return _at_head(inline(text, language))


def inline(text: str, language: str = "en") -> str:
    """The same for words that do not stand at the head of a line."""
    line = " ".join(text.split())
    runs = foreign_runs(line, language)
    if not runs:
        return _signs(line)
    return _joined(line, [(start, end, f'<span lang="{code}">', "</span>") for start, end, code in runs], _plain)


def dressed(line: str, parts: Iterable[Dress], write: Write = inline) -> str:
    """A line with marks before and after some of its `parts`; `write` makes Markdown of the words, piece by piece."""
    return _at_head(_joined(line, parts, write))


def _joined(line: str, parts: Iterable[Dress], write: Write) -> str:
    made, last = [], 0
    for start, end, before, after in parts:
        words = _piece(line[last:start], write)
        if words.endswith("!") and before.startswith("["):  # the two would make a picture of the link
            words = f"{words[:-1]}&#33;"
        made += [words, before, _piece(line[start:end], write), after]
        last = end
    return "".join([*made, _piece(line[last:], write)])


def _piece(text: str, write: Write) -> str:
    """A piece from within a line: its outer spaces stay."""
    if not text.strip():
        return " " if text else ""
    before, after = " " * text[0].isspace(), " " * text[-1].isspace()
    return f"{before}{write(text)}{after}"


def _plain(text: str) -> str:
    return _signs(" ".join(text.split()))


def _signs(line: str) -> str:
    # str.translate looks at each letter of a line that is not ASCII, which takes ten times as long.
    # A bracket and a colon in a link make its line a definition, which Markdown takes out.
    return _SIGN.sub(lambda found: _ANYWHERE[found[0]], line).replace("\\]:", "&#93;:")


def _at_head(line: str) -> str:
    if head := _AT_HEAD.match(line):
        last = head.end() - 1
        return f"{line[:last]}&#{ord(line[last])};{line[last + 1 :]}"
    return line


def in_language(text: str, language: str | None) -> str:
    """Escaped words; those of another language than the page's English are marked as such."""
    if not language or language == "en":
        return escape(text)
    return f'<span lang="{attribute(language)}">{escape(text, language)}</span>'


def link(text: str, target: str, language: str | None = None) -> str:
    """A link with escaped text; the target is an address of ours or a checked one."""
    return f"[{in_language(text, language)}]({target.replace(' ', '%20').replace('(', '%28').replace(')', '%29')})"


_TAG = re.compile("<(?!span|mark|td)")
# A way up, then down, to a page or a file: the links that convert writes.
_PLAIN = re.compile(r"(?P<up>(?:\.\./)*)(?P<down>(?:[a-z0-9][a-z0-9.-]*/)*(?:[a-z0-9][a-z0-9.-]*)?(?:#[a-z0-9-]+)?)")
_LINK_END = re.compile(r"(?P<before>(?<!\\)(?:\\\\)*\]\()(?P<path>[^)\s:#]*\.md)?(?P<anchor>#[^)\s]*)?\)")


def with_links(body: str, url: str) -> str:
    """A page's Markdown with the links of this site whole, for use elsewhere; `url` is the address of the page."""

    def whole(found: re.Match[str]) -> str:
        path = re.sub(r"(?:(?<![^/])index)?\.md$", "", found["path"] or "").rstrip("/")
        target = f"../{path}/" if path else "../" if found["path"] else ""
        return f"{found['before']}{joined(url, target)}{found['anchor'] or ''})"

    # A line that begins with a tag has no Markdown in it, but for one that marks its first words, and the cell of a table.
    lines = body.split("\n")
    return "\n".join(_LINK_END.sub(whole, line) if "](" in line and not _TAG.match(line) else line for line in lines)


def joined(url: str, target: str) -> str:
    """Where a link to `target` leads on the page at `url`, which ends in a slash; urllib's urljoin, several times as fast."""
    plain, above = _PLAIN.fullmatch(target), url.split("/")
    if plain and (kept := len(above) - 1 - len(plain["up"]) // len("../")) >= len("https://host".split("/")):
        return "/".join([*above[:kept], plain["down"]])
    return urljoin(url, target)


def attribute(text: str) -> str:
    """`text` for a double-quoted HTML attribute."""
    return " ".join(text.split()).replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;").replace(">", "&gt;")


def inside(name: str, content: list[str], **attributes: str) -> list[str]:
    """The lines `content` inside an HTML block in which Markdown goes on; attributes with _ for - and class_ for class."""
    given = "".join(f' {key.strip("_").replace("_", "-")}="{attribute(value)}"' for key, value in attributes.items())
    return [f'<{name}{given} markdown="1">', "", *content, *([""] if content and content[-1] else []), f"</{name}>", ""]


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
    if made.head:
        drawn = [f"| {' | '.join(row)} |" for row in rows]
        lines = [drawn[0], "|---" * len(rows[0]) + "|", *drawn[1:], ""]
    else:
        cells = [line for row in rows for line in ("<tr>", *(f'<td markdown="1">{cell}</td>' for cell in row), "</tr>")]
        lines = ['<table markdown="1">', '<tbody markdown="1">', *cells, "</tbody>", "</table>", ""]
        lines = [line.replace("<tr>", '<tr markdown="1">') for line in lines]
    return inside("div", lines, class_="table-frame", id=anchor, tabindex="0", role="group", aria_label="Table")


def _lines(text: str, write: Write) -> str:
    """Words that stand on several lines of the source keep their lines."""
    return " <br>".join(write(line) for line in text.split("\n"))


class _Quoted(str):
    """A string that YAML writes in quotes, so that no engine reads a date, a number or a truth into it."""


class _Dumper(yaml.CSafeDumper):
    """libyaml's, which writes the same as PyYAML's own, several times as fast."""


_Dumper.add_representer(_Quoted, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", str(text), style='"'))


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
