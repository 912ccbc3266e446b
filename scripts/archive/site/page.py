"""Makes one page of the site from its Markdown: HTML, and all that Markdown cannot say.

`make_page` is the unit of work of a build. It depends on nothing but its arguments and it writes
nothing, so any process can do it, and its result is cached.
"""

import re
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path, PurePosixPath
from urllib.parse import urljoin

from archive.errors import raise_first
from archive.exports import references
from archive.exports.citation import Citation, as_html, as_markdown, mail_brief, mail_error
from archive.exports.page_head import CITATIONS, FORMATS, TEXTS, brief_head
from archive.pages.brief import CONTENTS, FORMS
from archive.pages.rights import as_body, as_plain
from archive.records.library import Catalogued
from archive.site.csp import with_policy
from archive.site.engines import Engine, RenderedPage
from archive.site.settings import SiteSettings
from archive.text.addresses import Address
from archive.text.escaping import with_absolute_links

# An e-mail address in a text.
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_LINK = re.compile(
    r'(?P<link><a\b[^>]*\bhref="(?P<target>[^"]*)"[^>]*)>(?P<words>.*?)</a>', re.DOTALL
)
_LIST_LINK = re.compile(r'\bclass="(?:entry-title|where)"')
_BLOCK = re.compile(r'<(?:p|li|h[1-6]|div)\b[^>]*? id="(p\d+)"[^>]*>')


@dataclass(frozen=True, slots=True)
class PageTask:
    """A page to make: its path in docs/, its Markdown, and what completes its HTML.

    `linked` are the files of docs/ to which it has links. `head` comes at the end of its head
    element; the page of a brief has `entry` and `citation`.
    """

    path: str
    source: str
    linked: tuple[str, ...] = ()
    head: str = ""
    entry: Catalogued | None = None
    citation: Citation | None = None


def make_page(
    engine: Engine, site: SiteSettings, noindex: bool, task: PageTask
) -> tuple[RenderedPage, dict[str, str]]:
    """Make a complete page; return it with the exports of its brief by file extension.

    With `noindex` it asks search engines not to index it. Raises ArchiveError when the HTML lacks
    a part of the page.
    """
    page = engine.render(task.path, task.source, task.linked)
    return replace(page, html=complete(page.html, task, site, noindex=noindex)), exports(task)


def complete(
    page: str, task: PageTask, site: SiteSettings, *, live: bool = False, noindex: bool = False
) -> str:
    """Return the page as an engine made it with head, numbers, citation, and what `seal` adds.

    Raises ArchiveError when a part of the page is missing.
    """
    page = with_html_head(page, task.head)
    if task.entry and task.citation:
        page = _complete_brief(page, task.path, task.entry, task.citation, site)
    url = Address.of_page(PurePosixPath(task.path)).url(site.url)
    return seal(page, url, live=live, noindex=noindex)


def seal(page: str, url: str, *, live: bool, noindex: bool) -> str:
    """Return the page at `url` with what every page gets last: printed addresses and policy.

    In a `live` preview pages have no Content-Security-Policy: it would stop the script that reloads
    them. With `noindex` they ask search engines not to index them.
    """
    page = with_addresses(page, url)
    if noindex and '<meta name="robots"' not in page.partition("</head>")[0]:
        page = with_html_head(page, '<meta name="robots" content="noindex">\n')
    return page if live else with_policy(page)


def with_html_head(page: str, head: str) -> str:
    """Return the page with `head` at the end of its head element."""
    return page.replace("</head>", f"{head}</head>", 1)


def _complete_brief(
    page: str, path: str, entry: Catalogued, citation: Citation, site: SiteSettings
) -> str:
    """Return a brief's page with head, citation, and a link to itself at each numbered block.

    archive.css shows the link as the block's number. It has no text of its own: the words of a
    block are those of the source. Raises ArchiveError when the page lacks blocks, or a place for
    its citation.
    """
    trail = [("Home", site.url), ("Briefs", f"{site.url}briefs/")]
    page = with_html_head(page, brief_head(citation, site.url, trail))
    page, count = _BLOCK.subn(r'\g<0><a class="number" href="#\1" aria-label="\1"></a>', page)
    raise_first(
        Path("docs", path),
        (
            count != entry.summary.worded,
            "blocks",
            f"the built page has {count} of {entry.summary.worded} numbered blocks",
            "Compare the built page with its Markdown page in docs/.",
        ),
        (
            FORMS not in page,
            "cite",
            "the built page has no place for its citation",
            "See the template overrides/main.html.",
        ),
    )
    return page.replace(FORMS, _forms(citation, site.contact), 1)


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
            f'{link} data-address="{urljoin(url, target)}">{words}</a>'
            if _LIST_LINK.search(link)
            else match[0]
        )

    return _LINK.sub(add_address, page)


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
    links = "".join(
        f'<li><a href="{escape(to)}">{name}</a></li>' for name, to in mails.items() if to
    )
    folds = "".join(
        f'<details><summary>{name}</summary><pre class="cite-form">{escape(text)}</pre></details>\n'
        for name, text in (("Markdown", as_markdown(citation)), ("HTML", as_html(citation)))
    )
    note = (
        ""
        if citation.record.prints("title") and citation.record.prints("date")
        else "<p>Words in square brackets are not printed in the text.</p>\n"
    )
    return (
        '<div class="cite-forms" id="cite-forms">\n'
        f'<p class="cite-form">{as_html(citation)}</p>\n{note}{folds}'
        f'<ul class="cite-links"><li>Download: {downloads}</li>{links}</ul>\n</div>'
    )


def exports(task: PageTask) -> dict[str, str]:
    """Return the exports of a brief by file extension; none for another page.

    The source text has no e-mail addresses, and the Markdown has whole links and the citation in
    words. A text that is withheld or withdrawn is a notice.
    """
    entry, citation = task.entry, task.citation
    if not (entry and citation):
        return {}
    text = entry.source_text
    head, body = task.source.split("\n---\n", 1)
    body = (
        as_body(entry, citation)
        if entry.is_withheld
        else with_absolute_links(body, citation.url)
        .replace(FORMS, as_markdown(citation), 1)
        .replace(f"{CONTENTS}\n\n", "", 1)
    )
    return {
        **references.files(citation),
        "md": f"{head}\n---\n{body}",
        "txt": as_plain(entry, citation) if text is None else _MAIL.sub("[mail address]", text),
    }
