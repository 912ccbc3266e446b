"""Makes one page of the site from its Markdown: HTML, and all that Markdown cannot say.

`make_page` is the unit of work of a build. It depends on nothing but its arguments and it writes
nothing, so any process can do it, and its result is cached.
"""

import re
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from archive.exports import page_head, references
from archive.exports.citation import Citation, as_markdown
from archive.pages.brief import CONTENTS, FORMS
from archive.pages.rights import as_body, as_plain
from archive.records.library import Catalogued
from archive.site.csp import with_policy
from archive.site.engines import Engine, RenderedPage
from archive.site.html import with_addresses, with_forms, with_html_head, with_noindex, with_numbers
from archive.site.settings import SiteSettings
from archive.text.addresses import Address
from archive.text.escaping import with_absolute_links

# An e-mail address in a text.
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


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
    entry, citation, file = task.entry, task.citation, Path("docs", task.path)
    page = with_html_head(page, task.head)
    if entry and citation:
        head = page_head.brief_head(
            citation, site.url, [("Home", site.url), ("Briefs", f"{site.url}briefs/")]
        )
        page = with_numbers(with_html_head(page, head), file, entry.summary.worded)
        page = with_forms(page, file, citation, site.contact)
    url = Address.of_page(PurePosixPath(task.path)).url(site.url)
    return seal(page, url, live=live, noindex=noindex)


def seal(page: str, url: str, *, live: bool, noindex: bool) -> str:
    """Return the page at `url` with what every page gets last: printed addresses and policy.

    In a `live` preview pages have no Content-Security-Policy: it would stop the script that reloads
    them. With `noindex` they ask search engines not to index them.
    """
    page = with_addresses(page, url)
    page = with_noindex(page) if noindex else page
    return page if live else with_policy(page)


def exports(task: PageTask) -> dict[str, str]:
    """Return the exports of a brief by file extension; none for another page.

    The source text has no e-mail addresses. A text that is withheld or withdrawn is a notice.
    """
    entry, citation = task.entry, task.citation
    if not (entry and citation):
        return {}
    text = entry.source_text
    return {
        **references.files(citation),
        "md": _markdown(entry, task.source, citation),
        "txt": as_plain(entry, citation) if text is None else _MAIL.sub("[mail address]", text),
    }


def _markdown(entry: Catalogued, page: str, citation: Citation) -> str:
    """Return the Markdown export: whole links, the citation in words; a notice if withheld."""
    head, body = page.split("\n---\n", 1)
    export = (
        as_body(entry, citation)
        if entry.is_withheld
        else with_absolute_links(body, citation.url)
        .replace(FORMS, as_markdown(citation), 1)
        .replace(f"{CONTENTS}\n\n", "", 1)
    )
    return f"{head}\n---\n{export}"
