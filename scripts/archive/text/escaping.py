"""Words as Markdown: any words in, the same words on the rendered page.

Written for Python-Markdown with attr_list, md_in_html, sane_lists, tables and toc, the extensions of mkdocs.yml.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from urllib.parse import urljoin

from archive.text.language import foreign_runs

# A part of a line, as (start, end), with the marks that go before and after it.
MarkedPart = tuple[int, int, str, str]
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
    return _joined(
        line,
        [(start, end, f'<span lang="{code}">', "</span>") for start, end, code in runs],
        _plain,
    )


def mark_up(line: str, parts: Iterable[MarkedPart], write: Write = inline) -> str:
    """A line with marks before and after some of its `parts`; `write` makes Markdown of the words, piece by piece."""
    return _at_head(_joined(line, parts, write))


def _joined(line: str, parts: Iterable[MarkedPart], write: Write) -> str:
    made, last = [], 0
    for start, end, before, after in parts:
        words = _piece(line[last:start], write)
        if words.endswith("!") and before.startswith(
            "["
        ):  # the two would make a picture of the link
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
_PLAIN = re.compile(
    r"(?P<up>(?:\.\./)*)(?P<down>(?:[a-z0-9][a-z0-9.-]*/)*(?:[a-z0-9][a-z0-9.-]*)?(?:#[a-z0-9-]+)?)"
)
_LINK_END = re.compile(
    r"(?P<before>(?<!\\)(?:\\\\)*\]\()(?P<path>[^)\s:#]*\.md)?(?P<anchor>#[^)\s]*)?\)"
)


def with_links(body: str, url: str) -> str:
    """A page's Markdown with the links of this site whole, for use elsewhere; `url` is the address of the page."""

    def whole(found: re.Match[str]) -> str:
        path = re.sub(r"(?:(?<![^/])index)?\.md$", "", found["path"] or "").rstrip("/")
        target = f"../{path}/" if path else "../" if found["path"] else ""
        return f"{found['before']}{joined(url, target)}{found['anchor'] or ''})"

    # A line that begins with a tag has no Markdown in it, but for one that marks its first words, and the cell of a table.
    lines = body.split("\n")
    return "\n".join(
        _LINK_END.sub(whole, line) if "](" in line and not _TAG.match(line) else line
        for line in lines
    )


def joined(url: str, target: str) -> str:
    """Where a link to `target` leads on the page at `url`, which ends in a slash; urllib's urljoin, several times as fast."""
    plain, above = _PLAIN.fullmatch(target), url.split("/")
    if plain and (kept := len(above) - 1 - len(plain["up"]) // len("../")) >= len(
        "https://host".split("/")
    ):
        return "/".join([*above[:kept], plain["down"]])
    return urljoin(url, target)


def attribute(text: str) -> str:
    """`text` for a double-quoted HTML attribute."""
    return (
        " ".join(text.split())
        .replace("&", "&amp;")
        .replace('"', "&quot;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
    )
