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
from archive.site.engines import Engine, Rendered
from archive.site.html import with_addresses, with_forms, with_html_head, with_noindex, with_numbers
from archive.site.settings import SiteSettings
from archive.text.addresses import Address
from archive.text.escaping import with_absolute_links

# An e-mail address in a text.
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What completes a page besides its HTML.

    `head` comes at the end of its head element; the page of a brief has `entry` and `citation`.
    """

    head: str = ""
    entry: Catalogued | None = None
    citation: Citation | None = None


@dataclass(frozen=True, slots=True)
class PageTask:
    """A page to make: its path in docs/, its Markdown, and its facts.

    `linked` are the files of docs/ to which the Markdown has links.
    """

    path: str
    source: str
    linked: tuple[str, ...]
    facts: PageFacts


@dataclass(frozen=True, slots=True)
class MadePage:
    """A complete page with its path in docs/, and the exports of a brief by file extension."""

    path: str
    rendered: Rendered
    exports: dict[str, str]


def make_page(engine: Engine, site: SiteSettings, noindex: bool, task: PageTask) -> MadePage:
    """Make a page and the exports of its brief.

    With `noindex` it asks search engines not to index it. Raises ArchiveError when the HTML lacks
    a part of the page.
    """
    rendered = engine.render(task.path, task.source, task.linked)
    page = complete(rendered.html, task.path, task.facts, site, noindex=noindex)
    return MadePage(task.path, replace(rendered, html=page), exports(task.source, task.facts))


def complete(
    page: str,
    path: str,
    facts: PageFacts,
    site: SiteSettings,
    *,
    live: bool = False,
    noindex: bool = False,
) -> str:
    """Return the page at a docs path as an engine made it, with head, numbers and citation.

    For `live` and `noindex` see `seal`. Raises ArchiveError when a part of the page is missing.
    """
    if facts.entry and facts.citation:
        file, trail = Path("docs", path), [("Home", site.url), ("Briefs", f"{site.url}briefs/")]
        head = page_head.brief_head(facts.citation, facts.entry.record.relations, site.url, trail)
        page = with_html_head(page, head)
        page = with_numbers(page, file, sum(bool(block.text) for block in facts.entry.blocks))
        page = with_forms(page, file, facts.citation, site.contact)
    else:
        page = with_html_head(page, facts.head)
    url = Address.of_page(PurePosixPath(path)).url(site.url)
    return seal(page, url, live=live, noindex=noindex)


def seal(page: str, url: str, *, live: bool, noindex: bool) -> str:
    """Return the page at `url` with what every page gets last: printed addresses and policy.

    In a `live` preview pages have no Content-Security-Policy: it would stop the script that reloads
    them. With `noindex` they ask search engines not to index them.
    """
    page = with_addresses(page, url)
    page = with_noindex(page) if noindex else page
    return page if live else with_policy(page)


def exports(source: str, facts: PageFacts) -> dict[str, str]:
    """Return the exports of a brief by file extension, from the Markdown of its page; else none."""
    if not (facts.entry and facts.citation):
        return {}
    return {
        **references.files(facts.citation),
        "md": _markdown(facts.entry, source, facts.citation),
        "txt": _text(facts.entry, facts.citation),
    }


def _markdown(entry: Catalogued, page: str, citation: Citation) -> str:
    """Return the Markdown export: whole links, the citation in words; a notice if withheld."""
    head, body = page.split("\n---\n", 1)
    if entry.is_withheld:
        return f"{head}\n---\n{as_body(entry, citation)}"
    whole = (
        with_absolute_links(body, citation.url)
        .replace(FORMS, as_markdown(citation), 1)
        .replace(f"{CONTENTS}\n\n", "", 1)
    )
    return f"{head}\n---\n{whole}"


def _text(entry: Catalogued, citation: Citation) -> str:
    """Return the source text without e-mail addresses; a notice if withheld or withdrawn."""
    if entry.source_text is None:
        return as_plain(entry, citation)
    return _MAIL.sub("[mail address]", entry.source_text)
