"""What a page lacks until its address is known: a head for machines, links of blocks, ways of citing, addresses on paper."""

from __future__ import annotations

import re
from html import escape
from pathlib import Path

from archive.errors import ArchiveError
from archive.exports.citation import Citation, as_html, as_markdown, mail_brief, mail_error
from archive.exports.page_head import CITATIONS, FORMATS, TEXTS
from archive.pages.brief import FORMS
from archive.text.escaping import joined

_LINK = re.compile(r'(?P<link><a\b[^>]*\bhref="(?P<target>[^"]*)"[^>]*)>(?P<words>.*?)</a>', re.DOTALL)
_LISTED = re.compile(r'\bclass="(?:entry-title|where)"')
_BLOCK = re.compile(r'<(?:p|li|h[1-6]|div)\b[^>]*? id="(p\d+)"[^>]*>')


def with_html_head(page: str, head: str) -> str:
    """The page with `head` at the end of its head."""
    return page.replace("</head>", f"{head}</head>", 1)


def with_noindex(page: str) -> str:
    """The page with the word to search engines that they leave it alone, where it does not have that already."""
    head = page.partition("</head>")[0]
    return page if '<meta name="robots"' in head else with_html_head(page, '<meta name="robots" content="noindex">\n')


def with_numbers(page: str, file: Path, expected: int) -> str:
    """The page with a link to itself at the head of each numbered block; archive.css shows it as the number.

    It has no text: the words of a block are the source's. Raises ArchiveError when not all blocks are found.
    """
    made, count = _BLOCK.subn(r'\g<0><a class="number" href="#\1" aria-label="\1"></a>', page)
    if count != expected:
        problem = f"{count} of {expected} numbered blocks are found in the built page"
        raise ArchiveError(file, "blocks", problem, "See what the engine makes of the Markdown page.")
    return made


def with_addresses(page: str, url: str) -> str:
    """The page at `url` with the whole address of what its links lead to where paper has to show it (archive.css does).

    That is another site, unless the words of the link are its address, and a brief or a passage in a list.
    """

    def whole(found: re.Match[str]) -> str:
        link, target, words = found["link"], found["target"], found["words"]
        if target.startswith(("http:", "https:")):
            return found[0] if words == target else f'{link} data-address="{target}">{words}</a>'
        return f'{link} data-address="{joined(url, target)}">{words}</a>' if _LISTED.search(link) else found[0]

    return _LINK.sub(whole, page)


def with_forms(page: str, file: Path, citation: Citation, contact: str | None) -> str:
    """The page with all forms of its citation. Raises ArchiveError when it has no place for them."""
    if FORMS not in page:
        raise ArchiveError(file, "cite", "the built page has no place for its citation", "See the template overrides/main.html.")
    return page.replace(FORMS, _forms(citation, contact), 1)


def _forms(citation: Citation, contact: str | None) -> str:
    texts = () if citation.withdrawn else TEXTS
    downloads = ", ".join(_download(citation, end) for end in (*CITATIONS, *texts))
    links = [f"<li>Download: {downloads}</li>", f'<li><a href="{escape(mail_brief(citation))}">Mail this brief</a></li>']
    if contact:
        links.append(f'<li><a href="{escape(mail_error(citation, contact))}">Report an error in this record</a></li>')
    whole = citation.title_is_printed and citation.date_is_printed
    note = "" if whole else "<p>What stands in square brackets is not printed in the text.</p>\n"
    return (
        f'<div class="cite-forms" id="cite-forms">\n<p class="cite-form">{as_html(citation)}</p>\n{note}'
        f"{_fold('Markdown', as_markdown(citation))}{_fold('HTML', as_html(citation))}"
        f'<ul class="cite-links">{"".join(links)}</ul>\n</div>'
    )


def _fold(name: str, text: str) -> str:
    return f'<details><summary>{name}</summary><pre class="cite-form">{escape(text)}</pre></details>\n'


def _download(citation: Citation, end: str) -> str:
    return f'<a download href="../{citation.id}.{end}" type="{FORMATS[end][0]}">{FORMATS[end][1]}</a>'
