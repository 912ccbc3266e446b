"""Escape words for Markdown, so that the rendered page shows them unchanged.

It is written for Python-Markdown with the extensions of mkdocs.yml: attr_list, md_in_html,
sane_lists, tables and toc.
"""

import re
from collections.abc import Callable, Iterable
from urllib.parse import urljoin

from archive.text.language import foreign_runs

# A span of a line (start, end), with the markup that goes before and after it.
MarkedSpan = tuple[int, int, str, str]
# A function that turns words of a line into Markdown.
Write = Callable[[str], str]

# Signs with a meaning anywhere in a line. Braces make attributes (attr_list) and bars make tables,
# even behind a backslash, so these become entities.
_ANYWHERE = {
    **{c: f"\\{c}" for c in "\\`*_[]#"},
    **{"&": "&amp;", "<": "&lt;", ">": "&gt;", "{": "&#123;", "}": "&#125;", "|": "&#124;"},
}
_SIGN = re.compile(f"[{re.escape(''.join(_ANYWHERE))}]")
# What is written with markup, beside words of another language: signs, and figures that may lead to
# notes. Python-Markdown takes time that grows with the square of their number: a paragraph with so
# many takes a quarter of a second, one with a hundred thousand minutes.
_WITH_MARKUP = re.compile(rf"{_SIGN.pattern}|[¹²³⁰⁴-⁹]|\d\)")
MOST_MARKUP = 5_000
# Signs with a meaning at the start of a line: lists, rules, definitions, fences, admonitions,
# setext underlines.
_AT_LINE_START = re.compile(r"^(!!(?=!)|\?\?(?=\?)|\d+(?=[.)])|(?=[-+=~:^]))(.)")


def escape(text: str, language: str = "en") -> str:
    """Escape `text` and put it on one line, with white space collapsed.

    Korean and Japanese words in a text of another `language` get a `lang` (WCAG 2.2, 3.1.2).
    """
    return _escape_line_start(escape_inline(text, language))


def has_too_much_markup(text: str) -> bool:
    """Tell whether a paragraph or cell would be written with more than MOST_MARKUP markup."""
    return len(text) > MOST_MARKUP and (
        len(_WITH_MARKUP.findall(text)) + len(foreign_runs(text, "")) > MOST_MARKUP
    )


def escape_inline(text: str, language: str = "en") -> str:
    """Escape words that do not stand at the start of a line."""
    line = " ".join(text.split())
    spans = (
        (start, end, f'<span lang="{code}">', "</span>")
        for start, end, code in foreign_runs(line, language)
    )
    return _mark_spans(line, spans, _escape_signs, _escape_signs)


def mark_up(
    line: str,
    spans: Iterable[MarkedSpan],
    write: Write = escape_inline,
    within: Write | None = None,
) -> str:
    """Put markup around the spans of a line.

    `write` escapes the words between the spans, and those `within` them, unless that does.
    """
    return _escape_line_start(_mark_spans(line, spans, write, within or write))


def _mark_spans(line: str, spans: Iterable[MarkedSpan], write: Write, within: Write) -> str:
    pieces, last = [], 0
    for start, end, before, after in spans:
        words = _convert_piece(line[last:start], write)
        # "!" before a link would make it a picture.
        if words.endswith("!") and before.startswith("["):
            words = f"{words[:-1]}&#33;"
        pieces += [words, before, _convert_piece(line[start:end], within), after]
        last = end
    return "".join([*pieces, _convert_piece(line[last:], write)])


def _convert_piece(text: str, write: Write) -> str:
    if not text.strip():
        return " " if text else ""
    return f"{' ' * text[0].isspace()}{write(text.strip())}{' ' * text[-1].isspace()}"


def _escape_signs(line: str) -> str:
    # str.translate takes ten times as long on a line that is not ASCII.
    # "]:" within a link would make the line a definition, and Markdown removes definitions.
    return _SIGN.sub(lambda match: _ANYWHERE[match[0]], line).replace("\\]:", "&#93;:")


def _escape_line_start(line: str) -> str:
    return _AT_LINE_START.sub(lambda match: f"{match[1]}&#{ord(match[2])};", line)


def in_language(text: str, language: str | None) -> str:
    """Escape `text`, and mark its language if that is not English, the language of the pages."""
    if not language or language == "en":
        return escape(text)
    return f'<span lang="{escape_attribute(language)}">{escape(text, language)}</span>'


def link(text: str, target: str, language: str | None = None) -> str:
    """Write a Markdown link; `target` is an address of this site or one that was checked."""
    address = target.replace(" ", "%20").replace("(", "%28").replace(")", "%29")
    return f"[{in_language(text, language)}]({address})"


_HTML_LINE = re.compile("<(?!span|mark|td)")
_LINK_END = re.compile(
    r"(?P<before>(?<!\\)(?:\\\\)*\]\()(?P<path>[^)\s:#]*\.md)?(?P<anchor>#[^)\s]*)?\)"
)


def with_absolute_links(body: str, url: str) -> str:
    """Make the relative links in the Markdown of the page at `url` absolute."""

    def absolute(match: re.Match[str]) -> str:
        path = re.sub(r"(?:(?<![^/])index)?\.md$", "", match["path"] or "").rstrip("/")
        target = f"../{path}/" if path else "../" if match["path"] else ""
        return f"{match['before']}{urljoin(url, target)}{match['anchor'] or ''})"

    # A line that begins with a tag holds no Markdown, except after span, mark and td.
    return "\n".join(
        _LINK_END.sub(absolute, line) if "](" in line and not _HTML_LINE.match(line) else line
        for line in body.split("\n")
    )


def escape_attribute(text: str) -> str:
    """Escape `text` for a double-quoted HTML attribute."""
    return (
        " ".join(text.split())
        .replace("&", "&amp;")
        .replace('"', "&quot;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
    )
