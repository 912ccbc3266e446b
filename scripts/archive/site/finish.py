"""Finishes a site: takes its pages as they are made, then writes all that is not a page.

That is what needs the site's address, such as citations and feeds, and what leads to pages: the
catalog, redirects, the sitemap, the search index.
"""

import gzip
import logging
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import PurePosixPath

from archive.errors import ArchiveError, raise_first
from archive.exports import catalog, page_head, references
from archive.exports.feeds import feed_files
from archive.pages import Edition
from archive.pages.listing import Listing
from archive.progress import meter
from archive.records.library import Catalogued, Library
from archive.records.redirects import Redirect
from archive.site.addresses import gone_map, redirects_file, redirects_map, sitemap, stub
from archive.site.engines import Engine, RenderedPage
from archive.site.page import PageTask, complete, exports, make_page, seal
from archive.site.settings import SiteSettings
from archive.store import write_file
from archive.text.addresses import Address

log = logging.getLogger("mkdocs.archive")
# Lines of comments, and indentation, in the archive's own scripts and style sheet: a fifth of what
# readers load of them. No string or pattern there begins a line.
_ASSETS = ("assets/*.js", "assets/*.css", "assets/search/*.js")
_NOT_CODE = re.compile(r"^[ \t]*(?://[^\n]*|/\*(?:(?!\*/)[^\0])*\*/)[ \t]*\n|^[ \t]+", re.MULTILINE)


class Finisher:
    """Finishes the site of an edition, whose library has to know all addresses.

    In a `live` preview, and with `noindex`, pages are completed as `page.seal` says.
    """

    def __init__(
        self, edition: Edition, site: SiteSettings, *, live: bool = False, noindex: bool = False
    ) -> None:
        self.library, self._lists, self._site = edition.library, edition.lists, site
        self._live, self._noindex = live, noindex
        self._entries = {entry.address: entry for entry in edition.library.every}
        self._citations = {id: one.at(site.url) for id, one in edition.citations.items()}
        # The exports of each page that is complete, and what `_check_anchors` compares.
        self._exports: dict[Address, dict[str, str]] = {}
        self._anchors: dict[str, tuple[str, ...]] = {}
        self._links: list[tuple[str, str, str, str]] = []

    def task(self, path: str, source: str, linked: tuple[str, ...] = ()) -> PageTask:
        """Return the task to make the page at a path in docs/ from its Markdown."""
        address = Address.of_page(PurePosixPath(path))
        listing, entry = self._lists.get(address), self._entries.get(address)
        return PageTask(
            path,
            source,
            linked,
            self._list_head(listing) if listing else "",
            # The page has what follows from these already; without them, less is sent to a process.
            replace(entry, lines=(), anchors=(), passages={}) if entry else None,
            self._citations[entry.id] if entry else None,
        )

    def worker(self, engine: Engine) -> Callable[[PageTask], tuple[RenderedPage, dict[str, str]]]:
        """Return the function that makes a page with an engine."""
        return partial(make_page, engine, self._site, self._noindex)

    def complete(self, page: str, task: PageTask) -> str:
        """Return a page that MkDocs has made, complete; write the exports of its brief."""
        self._write_exports(task.path, exports(task))
        return complete(page, task, self._site, live=self._live, noindex=self._noindex)

    def add(self, page: RenderedPage, exports: dict[str, str]) -> None:
        """Write a complete page into the site, and the exports of its brief; give its warnings."""
        write_file(self._site.file(self._write_exports(page.path, exports)), page.html)
        for warning in page.warnings:
            log.warning(warning)
        self._anchors[page.path] = tuple(map(sys.intern, page.anchors))
        self._links += [(page.path, *link) for link in page.links]

    def _write_exports(self, path: str, exports: dict[str, str]) -> Address:
        """Write the exports of the page at a path in docs/; return its address."""
        address = Address.of_page(PurePosixPath(path))
        self._write({f"{address[1:-1]}.{end}": content for end, content in exports.items()})
        self._exports[address] = {end: exports[end] for end in page_head.CITATIONS if exports}
        return address

    def finish(self) -> None:
        """Write all that is not a page, when all pages and exports are written.

        Raises ArchiveError, also when an address or an anchor of the ledger leads nowhere.
        """
        library, site = self.library, self._site
        meter.show("making lists, feeds and exports")
        self._check_anchors()
        if missing := sorted({*self._lists, *self._entries} - self._exports.keys()):
            raise ArchiveError(
                site.file(missing[0]),
                "page",
                "the engine has not built this page",
                "See its messages above.",
            )
        for listing in self._lists.values():
            if listing.is_exported:
                self._write(self._exports_of_list(listing))
        moves: dict[str, str] = {}
        for redirect in library.redirects.values():
            write_file(site.file(redirect.old), stub(redirect, site.url))
            moves |= {redirect.old: redirect.new, **self._copy_exports(redirect)}
        self._seal_others()
        for asset in (path for kind in _ASSETS for path in site.folder.glob(kind)):
            write_file(asset, _NOT_CODE.sub("", asset.read_text(encoding="utf-8")))
        addresses = sitemap(library, self._lists, site.url)
        self._write(
            {
                "catalog.json": catalog.catalog_json(
                    (entry, self._citations[entry.id]) for entry in library.every
                ),
                "catalog.csv": self._table(library.every),
                "datapackage.json": catalog.datapackage(site.name, site.description, site.url),
                "_redirects": redirects_file(library, site.url),
                "nginx/redirects.map": redirects_map(moves, site.url),
                "nginx/gone.map": gone_map([gone.id for gone in library.withdrawn], site.url),
                "sitemap.xml": addresses,
                "sitemap.xml.gz": gzip.compress(addresses.encode(), mtime=0),
            }
        )
        prove(library, site)

    def _write(self, files: Mapping[str, str | bytes]) -> None:
        """Write files, given by their paths in the site."""
        for path, content in files.items():
            write_file(self._site.folder / path, content)

    def _check_anchors(self) -> None:
        """Warn of links to anchors that are missing, as MkDocs does with all pages in memory."""
        for path, to, anchor, link in self._links:
            if anchor not in self._anchors.get(to, (anchor,)):
                log.warning(
                    f"Doc file '{path}' contains a link '{link}', "
                    f"but the doc '{to}' does not contain an anchor '#{anchor}'."
                )

    def _list_head(self, listing: Listing) -> str:
        site, is_home = self._site, listing.address == "/"
        exported = self._lists[Address.of("briefs")] if is_home else listing
        return page_head.list_head(
            site.name if is_home else listing.title,
            listing.address.url(site.url),
            listing.about(site.url) if listing.about else None,
            [(name, address.url(site.url)) for name, address in listing.trail],
        ) + (
            page_head.list_links(f"{site.name}: {exported.title}", exported.address.url(site.url))
            if exported.is_exported
            else ""
        )

    def _exports_of_list(self, listing: Listing) -> dict[str, str]:
        """Return the feeds and exports of a list, by their paths in the site."""
        site, library = self._site, self.library
        files = references.concatenate(self._exports[brief.address] for brief in listing.briefs)
        exports = {
            **{f"briefs.{end}": content for end, content in files.items()},
            "briefs.csv": self._table(listing.briefs),
            **feed_files(
                f"{site.name}: {listing.title}",
                [self._citations[brief.id] for brief in listing.briefs],
                site.url,
                home=listing.address.url(site.url),
                id=library.first_addresses.get(listing.address, listing.address).url(site.url),
                updated=listing.changed(library.addresses),
            ),
        }
        return {f"{listing.address[1:]}{name}": content for name, content in exports.items()}

    def _table(self, entries: Iterable[Catalogued]) -> str:
        return catalog.table([catalog.row(entry, self._citations[entry.id]) for entry in entries])

    def _copy_exports(self, redirect: Redirect) -> dict[str, str]:
        """Copy the feeds and exports of what moved to their old addresses.

        A stub redirects readers, but not programs. Returns the new address of each file by its old
        one, for servers that redirect.
        """
        ends = (
            *(f".{end}" for end in (*page_head.CITATIONS, *page_head.TEXTS)),  # of a brief
            *(f"/{name}" for name in page_head.LIST_FILES),  # of a list
        )
        moved = {}
        for end in ends:
            old, new = redirect.old.rstrip("/") + end, redirect.new.rstrip("/") + end
            source = self._site.folder / new[1:]
            if source.is_file():
                write_file(self._site.folder / old[1:], source.read_bytes())
                moved[old] = new
        return moved

    def _seal_others(self) -> None:
        """Seal what is not made from Markdown: the page for lost addresses, and redirects."""
        site, done = self._site, {self._site.file(address) for address in self._exports}
        for file in sorted(set(site.folder.rglob("*.html")) - done):
            folder = file.parent.relative_to(site.folder).as_posix()
            url = site.url if folder == "." else f"{site.url}{folder}/"
            page = file.read_text(encoding="utf-8")
            write_file(file, seal(page, url, live=self._live, noindex=self._noindex))


def prove(library: Library, site: SiteSettings) -> None:
    """Raise ArchiveError, with the list, when addresses or anchors of the ledger lead nowhere."""
    lost: list[str] = [one for one in library.addresses if not site.file(one).is_file()]
    for entry in library.every:
        file = site.file(entry.address)
        page = file.read_text(encoding="utf-8") if file.is_file() else ""
        ids = set(re.findall(r' id="(p\d+)"', page))
        lost += [f"{entry.address}#{one.anchor}" for one in entry.lines if one.anchor not in ids]
    raise_first(
        site.folder,
        (
            lost,
            "addresses",
            f"lead nowhere: {', '.join(lost)}",
            "Check which pages the engine left out.",
        ),
    )
