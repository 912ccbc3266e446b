"""Finishes a site: takes its pages as they are made, then writes all that is not a page.

That is what needs the site's address, such as citations and feeds, and what leads to pages: the
catalog, redirects, the sitemap, the search index.
"""

import re
from collections.abc import Iterable, Mapping
from itertools import chain
from pathlib import PurePosixPath

from archive.errors import ArchiveError
from archive.exports import catalog, page_head, references
from archive.exports.feeds import Feed, atom, json_feed
from archive.pages import Edition
from archive.pages.listing import Listing
from archive.records.library import Catalogued, Library
from archive.records.redirects import Redirect
from archive.site.nginx_maps import write_maps
from archive.site.page import MadePage, PageFacts, complete, exports, seal
from archive.site.redirect_pages import redirects_file, stub
from archive.site.settings import SiteSettings
from archive.site.sitemap import write_sitemap
from archive.store import write_file
from archive.text.addresses import Address


class Finisher:
    """Finishes the site of an edition, whose library has to know all addresses.

    In a `live` preview, and with `noindex`, pages are completed as `page.seal` says.
    """

    def __init__(
        self, edition: Edition, site: SiteSettings, *, live: bool = False, noindex: bool = False
    ) -> None:
        self.site, self.noindex, self._live = site, noindex, live
        self.library, self._lists = edition.library, edition.lists
        self._citations = {id: one.at(site.url) for id, one in edition.citations.items()}
        self._facts = {
            address: PageFacts(head=self._list_head(listing))
            for address, listing in self._lists.items()
        } | {
            entry.address: PageFacts("", entry, self._citations[entry.id])
            for entry in self.library.every
        }
        # The addresses of the pages that are complete, and the exports of each brief's citation.
        self._complete: set[Address] = set()
        self._exported: dict[str, dict[str, str]] = {}

    def facts(self, path: str) -> PageFacts:
        """Return what completes the page at a path in docs/."""
        return self._facts.get(Address.of_page(PurePosixPath(path)), PageFacts())

    def complete(self, path: str, page: str, source: str) -> str:
        """Return a page that MkDocs has made, complete, and write the exports of its brief.

        `path` is its path in docs/, `source` its Markdown. Raises ArchiveError.
        """
        facts, options = self.facts(path), {"live": self._live, "noindex": self.noindex}
        self._add_exports(path, exports(source, facts))
        return complete(page, path, facts, self.site, **options)

    def add(self, page: MadePage) -> None:
        """Write a complete page into the site, and the exports of its brief."""
        write_file(self.site.file(self._add_exports(page.path, page.exports)), page.rendered.html)

    def _add_exports(self, path: str, exports: Mapping[str, str]) -> Address:
        """Write the exports of the brief whose page has this docs path; return its address."""
        address = Address.of_page(PurePosixPath(path))
        self._complete.add(address)
        for end, content in exports.items():
            write_file(self.site.folder / f"{address[1:-1]}.{end}", content)
        if exports:
            self._exported[address.id] = {end: exports[end] for end in page_head.CITATIONS}
        return address

    def finish(self) -> None:
        """Write all that is not a page, when all pages and exports are written.

        Raises ArchiveError, also when an address or an anchor of the ledger leads nowhere.
        """
        library, site = self.library, self.site
        if missing := sorted(self._facts.keys() - self._complete):
            problem, remedy = "the engine has not built this page", "See its messages above."
            raise ArchiveError(site.file(missing[0]), "page", problem, remedy)
        for listing in self._lists.values():
            if listing.is_exported:
                self._export_list(listing)
        self._write_catalog()
        moves: dict[str, str] = {}
        for redirect in library.redirects.values():
            write_file(site.file(redirect.old), stub(redirect, site.url))
            moves |= {redirect.old: redirect.new, **self._copy_exports(redirect)}
        self._seal_others()
        write_file(site.folder / "_redirects", redirects_file(library, site.url))
        write_maps(site, moves, [entry.id for entry in library.withdrawn])
        write_sitemap(library, self._lists, site)
        prove(library, site)

    def _list_head(self, listing: Listing) -> str:
        site, url = self.site, listing.address.url(self.site.url)
        is_home = listing.address == "/"
        about = listing.about(site.url) if listing.about else None
        trail = [(name, address.url(site.url)) for name, address in listing.trail]
        head = page_head.list_head(site.name if is_home else listing.title, url, about, trail)
        if is_home:
            head += page_head.list_links(f"{site.name}: Briefs", f"{url}briefs/")
        if listing.is_exported:
            head += page_head.list_links(f"{site.name}: {listing.title}", url)
        return head

    def _export_list(self, listing: Listing) -> None:
        """Write the feeds and exports of a list beside its page."""
        site, library = self.site, self.library
        feed = Feed.of(
            f"{site.name}: {listing.title}",
            listing.address.url(site.url),
            library.first_address(listing.address).url(site.url),
            listing.changed(library.addresses),
            [self._citations[brief.id] for brief in listing.briefs],
        )
        files = references.concatenate(self._exported[brief.id] for brief in listing.briefs)
        exports = {f"briefs.{end}": content for end, content in files.items()}
        exports["briefs.csv"] = self._table(listing.briefs)
        exports |= {"feed.xml": atom(feed, site.url), "feed.json": json_feed(feed, site.url)}
        for name, content in exports.items():
            write_file(site.file(listing.address).with_name(name), content)

    def _write_catalog(self) -> None:
        every, site = self.library.every, self.site
        exports = {
            "catalog.json": catalog.catalog_json(
                (entry, self._citations[entry.id]) for entry in every
            ),
            "catalog.csv": self._table(every),
            "datapackage.json": catalog.datapackage(site.name, site.description, site.url),
        }
        for name, content in exports.items():
            write_file(site.folder / name, content)

    def _table(self, entries: Iterable[Catalogued]) -> str:
        return catalog.table([catalog.row(entry, self._citations[entry.id]) for entry in entries])

    def _copy_exports(self, redirect: Redirect) -> dict[str, str]:
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
            source = self.site.folder / new[1:]
            if source.is_file():
                write_file(self.site.folder / old[1:], source.read_bytes())
                moved[old] = new
        return moved

    def _seal_others(self) -> None:
        """Seal what is not made from Markdown: the page for lost addresses, and redirects."""
        site, done = self.site, {self.site.file(address) for address in self._complete}
        for file in sorted(set(site.folder.rglob("*.html")) - done):
            folder = file.parent.relative_to(site.folder).as_posix()
            url = site.url if folder == "." else f"{site.url}{folder}/"
            page = file.read_text(encoding="utf-8")
            write_file(file, seal(page, url, live=self._live, noindex=self.noindex))


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
