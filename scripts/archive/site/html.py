"""Complete a built page: its head, the numbers of its blocks, its citation, printed addresses."""

import re
from html import escape
from pathlib import Path

from archive.errors import ArchiveError
from archive.exports.citation import Citation, as_html, as_markdown, mail_brief, mail_error
from archive.exports.page_head import CITATIONS, FORMATS, TEXTS
from archive.pages.brief import FORMS
from archive.text.escaping import join_url

_LINK = re.compile(
    r'(?P<link><a\b[^>]*\bhref="(?P<target>[^"]*)"[^>]*)>(?P<words>.*?)</a>', re.DOTALL
)
_LIST_LINK = re.compile(r'\bclass="(?:entry-title|where)"')
_BLOCK = re.compile(r'<(?:p|li|h[1-6]|div)\b[^>]*? id="(p\d+)"[^>]*>')


def with_html_head(page: str, head: str) -> str:
    """Return the page with `head` at the end of its head element."""
    return page.replace("</head>", f"{head}</head>", 1)


def with_noindex(page: str) -> str:
    """Return the page with the request to search engines not to index it, unless it has one."""
    return (
        page
        if '<meta name="robots"' in page.partition("</head>")[0]
        else with_html_head(page, '<meta name="robots" content="noindex">\n')
    )


def with_numbers(page: str, file: Path, expected: int) -> str:
    """Return the page with a link to itself at the start of each numbered block.

    archive.css shows the link as the block's number. It has no text of its own: the words of a
    block are those of the source. Raises ArchiveError when the page has not `expected` blocks.
    """
    numbered, count = _BLOCK.subn(r'\g<0><a class="number" href="#\1" aria-label="\1"></a>', page)
    if count != expected:
        raise ArchiveError(
            file,
            "blocks",
            f"the built page has {count} of {expected} numbered blocks",
            "Compare the built page with its Markdown page in docs/.",
        )
    return numbered


def with_addresses(page: str, url: str) -> str:
    """Return the page at `url` with the whole address on links that archive.css prints.

    These are links to other sites, unless the words of the link are the address, and links to
    briefs and passages in lists.
    """

    def add_address(match: re.Match[str]) -> str:
        link, target, words = match["link"], match["target"], match["words"]
        if target.startswith(("http:", "https:")):
            return match[0] if words == target else f'{link} data-address="{target}">{words}</a>'
        return (
            f'{link} data-address="{join_url(url, target)}">{words}</a>'
            if _LIST_LINK.search(link)
            else match[0]
        )

    return _LINK.sub(add_address, page)


def with_forms(page: str, file: Path, citation: Citation, contact: str | None) -> str:
    """Return the page with all forms of its citation.

    Raises ArchiveError when the page has no place for them.
    """
    if FORMS not in page:
        raise ArchiveError(
            file,
            "cite",
            "the built page has no place for its citation",
            "See the template overrides/main.html.",
        )
    return page.replace(FORMS, _forms(citation, contact), 1)


def _forms(citation: Citation, contact: str | None) -> str:
    texts = () if citation.record.withdrawn else TEXTS
    downloads = ", ".join(
        f'<a download href="../{citation.record.id}.{end}" type="{FORMATS[end][0]}">'
        f"{FORMATS[end][1]}</a>"
        for end in (*CITATIONS, *texts)
    )
    mails = {
        "Mail this brief": mail_brief(citation),
        "Report an error in this record": mail_error(citation, contact) if contact else "",
    }
    links = [
        f"<li>Download: {downloads}</li>",
        *(f'<li><a href="{escape(to)}">{name}</a></li>' for name, to in mails.items() if to),
    ]
    whole = citation.record.prints("title") and citation.record.prints("date")
    folds = "".join(
        f'<details><summary>{name}</summary><pre class="cite-form">{escape(text)}</pre></details>\n'
        for name, text in (("Markdown", as_markdown(citation)), ("HTML", as_html(citation)))
    )
    note = "" if whole else "<p>Words in square brackets are not printed in the text.</p>\n"
    return (
        '<div class="cite-forms" id="cite-forms">\n'
        f'<p class="cite-form">{as_html(citation)}</p>\n{note}{folds}'
        f'<ul class="cite-links">{"".join(links)}</ul>\n</div>'
    )
