"""`briefs remove`: undoes `briefs add` of a brief that is not published.

A published brief can only be withdrawn, since its address was given out.
"""

from __future__ import annotations

from typing import Any

from archive.convert import commit
from archive.errors import ArchiveError
from archive.records import authority, ledger
from archive.records.library import Brief, Library, load_library
from archive.records.verify import prints
from archive.records.yamledit import take
from archive.records.yamlfile import parse_yaml
from archive.store import Archive

_AUTHORS, _INSTITUTES = f"{authority.FOLDER}/authors.yml", f"{authority.FOLDER}/institutes.yml"


def remove_brief(archive: Archive, id: str) -> list[str]:
    """Remove a brief's files, its addresses, and the authority entries that only it needs.

    Returns what was removed, in words. A brief is published once git has its ledger on the branch
    main or, in a repository without main, in the last commit. Raises ArchiveError when the brief
    does not exist or is published; nothing is changed then.
    """
    with archive.locked():
        library = load_library(archive)
        brief = library.find(id)
        if archive.published(ledger.name_of(id)) is not None:
            remedy = (
                f'Its address was given out. Use `briefs withdraw {id} --reason "…"`: '
                "its page and its anchors stay."
            )
            raise ArchiveError(brief.record.path, "file", "this brief is published", remedy)
        others = [other for other in library.briefs if other is not brief]
        addresses, removed_addresses = _without_addresses(library, brief, others)
        authors, institutes, removed_entries = _without_entries(library, brief, others)
        changes = {
            f"briefs/{id}.txt": None,
            f"briefs/{id}.yml": None,
            ledger.name_of(id): None,
            ledger.name_of(id, ledger.REPLACED): None,
            ledger.ADDRESSES: addresses.encode(),
            _AUTHORS: authors.encode(),
            _INSTITUTES: institutes.encode(),
        }
        commit(archive.stage(changes))
    return [f"briefs/{id}.txt, .yml and its ledger", *removed_addresses, *removed_entries]


def _without_addresses(
    library: Library, brief: Brief, others: list[Brief]
) -> tuple[str, list[str]]:
    """Return the ledger without the unpublished addresses that only `brief` has, and these."""
    archive = library.archive
    published = {
        row.partition("\t")[0]
        for row in (archive.published(ledger.ADDRESSES) or b"").decode().splitlines()
    }
    needed = {address for other in (*others, *library.withdrawn) for address in other.lists}
    # Every theme has a page, with or without briefs.
    own = {address for address in brief.lists if address.folder != "themes"} | {brief.address}
    removed = own - needed - published
    # This brief may have been the one for which a long list was split into years and months.
    # All these addresses go; convert adds those that are still needed.
    list_parts = {address for address in library.addresses if address.is_part}
    rows = archive.text(ledger.ADDRESSES).splitlines(keepends=True)
    dropped = removed | (list_parts - published)
    return "".join(row for row in rows if row.partition("\t")[0] not in dropped), sorted(removed)


def _without_entries(
    library: Library, brief: Brief, others: list[Brief]
) -> tuple[str, str, list[str]]:
    """Return authors.yml and institutes.yml without what only `brief` needs, and what went.

    Published entries, and published forms of a name, stay.
    """
    archive, removed = library.archive, []
    authors, institutes = archive.path(_AUTHORS), archive.path(_INSTITUTES)
    people, bodies = archive.text(_AUTHORS), archive.text(_INSTITUTES)
    published_people, published_bodies = (
        _published(archive, name) for name in (_AUTHORS, _INSTITUTES)
    )
    with_withdrawn = [*others, *library.withdrawn]
    for credit in brief.record.authors:
        printed = {
            other_credit.printed
            for other in with_withdrawn
            for other_credit in other.record.authors
            if other_credit.id == credit.id
        }
        published_forms = published_people.get(credit.id, {}).get("variants", ())
        if not printed and credit.id not in published_people:
            people = take(authors, people, (), credit.id)
            removed.append(f"author {credit.id}")
        elif credit.printed not in printed and credit.printed not in published_forms:
            people = take(authors, people, (credit.id, "variants"), credit.printed)
    body, series = brief.institute, brief.series
    published = published_bodies.get(body.id, {})
    if not published and not any(other.institute is body for other in with_withdrawn):
        bodies = take(institutes, bodies, (), body.id)
        return people, bodies, [*removed, f"institute {body.id}"]
    published_series = (published.get("series") or {}).get(series.id if series else "", {})
    if (
        series
        and not published_series
        and not any(other.series is series for other in with_withdrawn)
    ):
        bodies = take(institutes, bodies, (body.id, "series"), series.id)
        removed.append(f"series {series.id}")
    for name in series.other_names if series else ():
        is_printed = any(
            other.series is series and prints("\n".join(other.reading.source.lines), name)
            for other in others
        )
        if series and not is_printed and name not in published_series.get("other_names", ()):
            bodies = take(institutes, bodies, (body.id, "series", series.id, "other_names"), name)
    published_names = {name.get("name") for name in published.get("names") or ()}
    for former in body.names:
        if former.basis == f"printed in {brief.id}" and former.name not in published_names:
            bodies = take(institutes, bodies, (body.id, "names"), former.name)
    return people, bodies, removed


def _published(archive: Archive, name: str) -> dict[str, Any]:
    """Return an authority file as published; empty when it is not."""
    content = archive.published(name)
    return parse_yaml(archive.path(name), content.decode()) if content else {}
