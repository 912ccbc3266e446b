"""Complete a built site with all that Markdown cannot say.

That is what needs the site's address, such as citations, and what is not a page, such as feeds.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TypeAlias

from archive import parallel
from archive.cache import FileCache, code_digest, digest
from archive.errors import ArchiveError
from archive.exports import catalog, page_head, references
from archive.exports.citation import Citation, as_markdown, cite
from archive.exports.feeds import Feed, atom, json_feed
from archive.pages.brief import CONTENTS, FORMS
from archive.pages.listing import Listing, all_lists
from archive.pages.rights import as_body, as_plain
from archive.records.library import Catalogued, Library
from archive.records.redirects import Redirect
from archive.site.csp import with_policy
from archive.site.html import with_addresses, with_forms, with_html_head, with_noindex, with_numbers
from archive.site.nginx_maps import write_maps
from archive.site.redirect_pages import redirects_file, stub
from archive.site.search import Indexing, write_index
from archive.site.settings import SiteSettings
from archive.site.sitemap import write_sitemap
from archive.store import write_file
from archive.text.escaping import with_absolute_links

# An e-mail address in a text.
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
# A function that writes a complete page to its file.
Seal: TypeAlias = Callable[[Path, str], None]


def finish(
    library: Library,
    site: SiteSettings,
    *,
    live: bool = False,
    noindex: bool = False,
    docs: Path | None = None,
    index: Indexing | None = None,
    cache: FileCache | None = None,
) -> None:
    """Complete the site that an engine has built.

    `library` has to know all addresses, as convert's plan does. `docs` is the folder of its pages,
    by default docs/. In a `live` preview pages have no Content-Security-Policy: it would stop the
    script that reloads them. With `noindex` all pages ask search engines not to index them.
    `index` is the search index of the library, if one is already being made. Files of briefs whose
    inputs have not changed since the last build come from `cache`. Raises ArchiveError, also when
    an address or an anchor of the ledger leads nowhere.
    """
    docs = docs or library.archive.root / "docs"
    citations = {entry.id: cite(library, entry, site.url) for entry in library.every}
    lists = all_lists(library)
    seal = partial(_seal, site, live=live, noindex=noindex)
    shared_digest = digest(code_digest(), site.url, site.contact or "", str(live), str(noindex))
    work = partial(_finish_brief, docs, site, seal=seal, shared_digest=shared_digest, cache=cache)
    results = list(parallel.map(work, [(entry, citations[entry.id]) for entry in library.every]))
    cited = {entry.id: files for entry, (files, _) in zip(library.every, results, strict=True)}
    if cache:
        cache.prune({key for _, key in results})
    for listing in lists.values():
        _finish_list(library, site, listing, citations, cited, seal=seal)
    _write_catalog(site, [(entry, citations[entry.id]) for entry in library.every])
    moves: dict[str, str] = {}
    for redirect in library.redirects.values():
        write_file(site.file(redirect.old), stub(redirect, site.url))
        moves |= {redirect.old: redirect.new, **_copy_exports(site, redirect)}
    done = {site.file(address) for address in (*(entry.address for entry in library.every), *lists)}
    for file in sorted(set(site.folder.rglob("*.html")) - done):
        seal(file, file.read_text(encoding="utf-8"))
    write_file(site.folder / "_redirects", redirects_file(library, site.url))
    write_maps(site, moves, [entry.id for entry in library.withdrawn])
    write_sitemap(library, lists, site)
    if index:
        index.put(site.folder)
    else:
        write_index(library, site.folder)
    prove(library, site)


def _seal(site: SiteSettings, file: Path, page: str, *, live: bool, noindex: bool) -> None:
    """Write a page with what every page gets last: printed addresses, noindex and policy."""
    folder = file.parent.relative_to(site.folder).as_posix()
    page = with_addresses(page, site.url if folder == "." else f"{site.url}{folder}/")
    page = with_noindex(page) if noindex else page
    write_file(file, page if live else with_policy(page))


def prove(library: Library, site: SiteSettings) -> None:
    """Raise ArchiveError, with the list, when addresses or anchors of the ledger lead nowhere."""
    lost = [
        *(address for address in library.addresses if not site.file(address).is_file()),
        *chain.from_iterable(_lost_anchors(site, entry) for entry in library.every),
    ]
    if lost:
        raise ArchiveError(
            site.folder,
            "addresses",
            f"lead nowhere: {', '.join(lost)}",
            "Check which pages the engine left out.",
        )


def _lost_anchors(site: SiteSettings, entry: Catalogued) -> list[str]:
    file = site.file(entry.address)
    ids = (
        set(re.findall(r' id="(p\d+)"', file.read_text(encoding="utf-8")))
        if file.is_file()
        else set()
    )
    return [f"{entry.address}#{line.anchor}" for line in entry.lines if line.anchor not in ids]


def _finish_brief(
    docs: Path,
    site: SiteSettings,
    entry_and_citation: tuple[Catalogued, Citation],
    *,
    seal: Seal,
    shared_digest: str,
    cache: FileCache | None,
) -> tuple[dict[str, str], str]:
    """Complete the page of a brief and write its exports.

    Returns its citation in each format, and the digest of the inputs of its files. `shared_digest`
    is the digest of the inputs that all briefs share.
    """
    entry, citation = entry_and_citation
    page, source = (
        _read_built_page(site.file(entry.address)),
        (docs / "briefs" / f"{entry.id}.md").read_text(encoding="utf-8"),
    )
    files = {"page": site.file(entry.address)}
    files |= {
        end: site.folder / "briefs" / f"{entry.id}.{end}"
        for end in (*page_head.CITATIONS, *page_head.TEXTS)
    }
    key = digest(
        shared_digest, page, source, str(entry.is_withheld), repr(entry.record), repr(citation)
    )
    if cache and cache.restore(key, files):
        return {end: files[end].read_bytes().decode() for end in page_head.CITATIONS}, key
    cited = references.files(citation)
    exports = {**cited, "md": _markdown(entry, source, citation), "txt": _text(entry, citation)}
    for end, content in exports.items():
        write_file(files[end], content)
    seal(files["page"], _complete_page(page, files["page"], site, entry, citation))
    if cache:
        cache.store(key, files)
    return cited, key


def _complete_page(
    page: str, file: Path, site: SiteSettings, entry: Catalogued, citation: Citation
) -> str:
    """Return the page of a brief with its head, numbers and forms of citation."""
    trail = [("Home", site.url), ("Briefs", f"{site.url}briefs/")]
    page = with_html_head(
        page, page_head.brief_head(citation, entry.record.relations, site.url, trail)
    )
    page = with_numbers(page, file, sum(bool(block.text) for block in entry.blocks))
    return with_forms(page, file, citation, site.contact)


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


def _finish_list(
    library: Library,
    site: SiteSettings,
    listing: Listing,
    citations: dict[str, Citation],
    exported: dict[str, dict[str, str]],
    *,
    seal: Seal,
) -> None:
    """Complete the page of a list and write its feeds and exports.

    `exported` has the citation of each brief in each format.
    """
    file, url = site.file(listing.address), listing.address.url(site.url)
    is_home = listing.address == "/"
    about = listing.about(site.url) if listing.about else None
    trail = [(name, address.url(site.url)) for name, address in listing.trail]
    head = page_head.list_head(site.name if is_home else listing.title, url, about, trail)
    if is_home:
        head += page_head.list_links(f"{site.name}: Briefs", f"{url}briefs/")
    if listing.is_exported:
        head += page_head.list_links(f"{site.name}: {listing.title}", url)
    seal(file, with_html_head(_read_built_page(file), head))
    if not listing.is_exported:
        return
    cited = [citations[brief.id] for brief in listing.briefs]
    feed = Feed.of(
        f"{site.name}: {listing.title}",
        url,
        library.first_address(listing.address).url(site.url),
        listing.changed(library.addresses),
        cited,
    )
    files = references.concatenate(exported[brief.id] for brief in listing.briefs)
    exports = {f"briefs.{end}": content for end, content in files.items()}
    exports["briefs.csv"] = catalog.table(
        [catalog.row(brief, citations[brief.id]) for brief in listing.briefs]
    )
    exports |= {"feed.xml": atom(feed, site.url), "feed.json": json_feed(feed, site.url)}
    for name, content in exports.items():
        write_file(file.parent / name, content)


def _write_catalog(site: SiteSettings, every: list[tuple[Catalogued, Citation]]) -> None:
    exports = {
        "catalog.json": catalog.catalog_json(every),
        "catalog.csv": catalog.table([catalog.row(entry, citation) for entry, citation in every]),
        "datapackage.json": catalog.datapackage(site.name, site.description, site.url),
    }
    for name, content in exports.items():
        write_file(site.folder / name, content)


def _copy_exports(site: SiteSettings, redirect: Redirect) -> dict[str, str]:
    """Copy the feeds and exports of what moved to their old addresses.

    A stub redirects readers, but not programs. Returns the new address of each file by its old
    one, for servers that redirect.
    """
    of_brief = redirect.old.folder == "briefs"
    ends = (
        [f".{end}" for end in (*page_head.CITATIONS, *page_head.TEXTS)]
        if of_brief
        else [f"/{name}" for name in page_head.LIST_FILES]
    )
    moved = {}
    for end in ends:
        old, new = redirect.old.rstrip("/") + end, redirect.new.rstrip("/") + end
        source = site.folder / new[1:]
        if source.is_file():
            write_file(site.folder / old[1:], source.read_bytes())
            moved[old] = new
    return moved


def _read_built_page(file: Path) -> str:
    """Return a page as the engine built it. Raises ArchiveError when it is missing."""
    if not file.is_file():
        raise ArchiveError(
            file, "page", "the engine has not built this page", "See its messages above."
        )
    return file.read_text(encoding="utf-8")
