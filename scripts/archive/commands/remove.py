"""`briefs remove`: undoes `briefs add` of a brief that is not published.

A published brief can only be withdrawn, since its address was given out.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from archive.convert import commit
from archive.errors import ArchiveError, raise_first
from archive.records import ledger
from archive.records.authority import AUTHORS, INSTITUTES, Author, Institute, Series
from archive.records.library import Catalogued, Library, load_library
from archive.records.redirects import REDIRECTS
from archive.records.verify import prints
from archive.records.yamledit import take
from archive.records.yamlfile import parse_yaml
from archive.store import FORMS, Archive
from archive.text.normal_forms import normalise

# A value in an authority file: the file, the mapping or list that has it, its key or itself, and
# what a curator calls it if it is an entry of its own.
_Entry = tuple[str, tuple[str, ...], str, str]


def remove_brief(archive: Archive, id: str) -> list[str]:
    """Remove a brief's files, its addresses, and the authority entries that only it needs.

    Returns what was removed, in words. A brief is published once git has its ledger on the branch
    main or, in a repository without main, in the last commit. Of one that cannot be read, its files
    alone are removed. Raises ArchiveError when the brief does not exist or is published; nothing is
    changed then.
    """
    record, *texts = (f"briefs/{id}{ending}" for ending in (".yml", *FORMS))
    with archive.locked():
        files = f"{archive.source_name(id) or f'briefs/{id}'}, .yml and its ledger"
        raise_first(
            archive.path(record),
            (
                archive.published(ledger.name_of(id)) is not None,
                "file",
                "this brief is published",
                f'Its address was given out. Use `briefs withdraw {id} --reason "…"`: '
                "its page and its anchors stay.",
            ),
        )
        gone = archive.stage(
            dict.fromkeys([record, *texts, ledger.name_of(id), ledger.name_of(id, ledger.REPLACED)])
        )
        try:
            library = load_library(archive)
        except ArchiveError:
            if record == REDIRECTS or not {record, *texts} & {*archive.names("briefs", "")}:
                raise
            rows = "".join(
                row
                for row in archive.text(ledger.ADDRESSES, "").splitlines(keepends=True)
                if not row.startswith(f"/briefs/{id}/\t")
            )
            return _remove_files(gone.stage({ledger.ADDRESSES: rows.encode()}), id, files)
        brief = next((one for one in library.withdrawn if one.id == id), None) or library.find(id)
        rest = [other for other in library.every if other is not brief]
        staged, removed = drop_unneeded(library, brief, rest, gone)
        commit(staged)
    return [files, *removed]


def _remove_files(gone: Archive, id: str, files: str) -> list[str]:
    """Remove the files of a brief that cannot be read; convert if the rest can be.

    Returns in words what was removed: the `files`.
    """
    try:
        commit(gone)
    except ArchiveError:  # another file is at fault, too
        gone.stage({f"docs/briefs/{id}.md": None}).commit()
    return [f"{files}; its entries in briefs/authority/ are still there"]


def drop_unneeded(
    library: Library, brief: Catalogued, rest: Sequence[Catalogued], staged: Archive
) -> tuple[Archive, list[str]]:
    """Stage the removal of what `brief` brought and `rest` does not need; return what that is.

    `rest` may have the brief itself, as it is now.
    """
    rows, removed = _without_addresses(library, brief, rest)
    staged = staged.stage({ledger.ADDRESSES: rows.encode()})
    for name, where, key, called in _entries_without_use(library, brief, rest):
        text = take(staged.path(name), staged.text(name), where, key)
        staged = staged.stage({name: text.encode()})
        removed += [called] if called else []
    return staged, removed


def _without_addresses(
    library: Library, brief: Catalogued, rest: Sequence[Catalogued]
) -> tuple[str, list[str]]:
    """Return the ledger without the unpublished addresses that only `brief` has, and these."""
    published = ledger.load_published_addresses(library.archive).keys()
    needed = {address for other in rest for address in (other.address, *other.lists)}
    # Every theme has a page, with or without briefs.
    own = {address for address in brief.lists if address.folder != "themes"} | {brief.address}
    removed = own - needed - published
    # This brief may have been the one for which a long list was split into years and months.
    # All these addresses go; convert adds those that are still needed.
    dropped = removed | {part for part in library.addresses if part.is_part} - published
    rows = (f"{one}\t{day}\n" for one, day in library.addresses.items() if one not in dropped)
    return "".join(rows), sorted(removed)


def _entries_without_use(
    library: Library, brief: Catalogued, rest: Sequence[Catalogued]
) -> Iterator[_Entry]:
    """Yield what the authority files need no more; published entries and names stay."""
    people, bodies = (_published(library.archive, name) for name in (AUTHORS, INSTITUTES))
    present = [other for other in rest if other.id == brief.id]
    still = {
        id
        for other in present
        for id in (*other.record.institutes, *(credit.id for credit in other.record.authors))
    }
    for credit in brief.record.authors:
        credits = [one for other in rest for one in other.record.authors if one.id == credit.id]
        if not credits and credit.id not in people:
            yield AUTHORS, (), credit.id, f"author {credit.id}"
            continue
        author, published = library.authority.authors[credit.id], people.get(credit.id, {})
        others = [*published.get("variants", ()), *(one.printed for one in credits)]
        yield from (
            (AUTHORS, (credit.id, "variants"), variant, "")
            for variant in author.variants
            if normalise(variant) == normalise(credit.printed)
            and normalise(variant) not in map(normalise, others)
        )
        if credit.id not in still:
            yield from _names_without_use(brief, AUTHORS, author, published)
    for body in brief.institutes:
        published = bodies.get(body.id, {})
        if not published and not any(body.id in other.record.institutes for other in rest):
            yield INSTITUTES, (), body.id, f"institute {body.id}"
            continue
        if (series := brief.series) and body is brief.issuer:
            yield from _series_names_without_use(brief, series, rest, published.get("series") or {})
        if body.id not in still:
            yield from _names_without_use(brief, INSTITUTES, body, published)


def _names_without_use(
    brief: Catalogued, file: str, entry: Author | Institute, published: dict[str, Any]
) -> list[_Entry]:
    kept = {name.get("name") for name in published.get("names") or ()}
    return [
        (file, (entry.id, "names"), other.name, "")
        for other in entry.names
        if other.basis == f"printed in {brief.id}" and other.name not in kept
    ]


def _series_names_without_use(
    brief: Catalogued, series: Series, rest: Sequence[Catalogued], published: dict[str, Any]
) -> list[_Entry]:
    where = (brief.issuer.id, "series")
    others = [
        other
        for other in rest
        if (other.issuer.id, other.record.series) == (brief.issuer.id, series.id)
    ]
    known = published.get(series.id)
    if not others and not known:
        return [(INSTITUTES, where, series.id, f"series {series.id}")]
    return [
        (INSTITUTES, (*where, series.id, "other_names"), name, "")
        for name in series.other_names
        if name not in (known or {}).get("other_names", ())
        and not any(prints(other.source_text or "", name) for other in others)
    ]


def _published(archive: Archive, name: str) -> dict[str, Any]:
    """Return an authority file as published; empty when it is not."""
    content = archive.published(name)
    return parse_yaml(archive.path(name), content.decode()) if content else {}
