"""`briefs remove`: undoes `briefs add` of a brief that is not published.

A published brief can only be withdrawn, since its address was given out.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from archive.commands.since import committed
from archive.commands.together import change
from archive.errors import ArchiveError
from archive.journal import alone
from archive.records.ledger import ADDRESSES, REPLACED
from archive.records.library import UNDATED, Brief, Library, load_library
from archive.records.redirects import LISTS
from archive.records.verify import prints
from archive.records.yamledit import take, text_of
from archive.records.yamlfile import parse_yaml


def remove_brief(root: Path, id: str) -> list[str]:
    """Remove a brief's files, its addresses, and the authority entries that only it needs.

    Returns what was removed, in words. A brief is published once git has its ledger on the branch
    main or, in a repository without main, in the last commit. Raises ArchiveError when the brief
    does not exist or is published; nothing is changed then.
    """
    with alone(root):
        library = load_library(root)
        brief = library.find(id)
        folder = root / "briefs"
        if committed(root, f"briefs/ledger/{id}.tsv") is not None:
            remedy = (
                f'Its address was given out. Use `briefs withdraw {id} --reason "…"`: '
                "its page and its anchors stay."
            )
            raise ArchiveError(brief.record.path, "file", "this brief is published", remedy)
        others = [other for other in library.briefs if other is not brief]
        addresses, removed_addresses = _without_addresses(library, brief, others)
        authors, institutes, removed_entries = _without_entries(library, brief, others)
        files = {
            folder / f"{id}.txt": None,
            folder / f"{id}.yml": None,
            folder / "ledger" / f"{id}.tsv": None,
            folder / "ledger" / f"{id}{REPLACED}": None,
            folder / "ledger" / ADDRESSES: addresses.encode(),
            folder / "authority" / "authors.yml": authors.encode(),
            folder / "authority" / "institutes.yml": institutes.encode(),
        }
        change(root, files)
    return [f"briefs/{id}.txt, .yml and its ledger", *removed_addresses, *removed_entries]


def _without_addresses(
    library: Library, brief: Brief, others: list[Brief]
) -> tuple[str, list[str]]:
    """Return the ledger without the unpublished addresses that only `brief` has, and these."""
    path = library.root / "briefs" / "ledger" / ADDRESSES
    published = {
        row.partition("\t")[0]
        for row in (committed(library.root, f"briefs/ledger/{ADDRESSES}") or "").splitlines()
    }
    own = {f"/briefs/{brief.id}/"}
    own |= {
        f"/authors/{credit.id}/"
        for credit in brief.record.authors
        if not any(_is_by(other, credit.id) for other in others)
    }
    if not any(other.institute is brief.institute for other in others):
        own.add(f"/institutes/{brief.institute.id}/")
    if not any(other.record.year == brief.record.year for other in others):
        own.add(f"/years/{brief.record.year or UNDATED}/")
    used_by_withdrawn = {
        f"/authors/{credit.id}/"
        for withdrawn in library.withdrawn
        for credit in withdrawn.record.authors
    }
    for withdrawn in library.withdrawn:
        used_by_withdrawn |= {
            f"/institutes/{withdrawn.institute.id}/",
            f"/years/{withdrawn.record.year or UNDATED}/",
        }
    removed = own - published - used_by_withdrawn
    # This brief may have been the one for which a long list was split into years and months.
    # All these addresses go; convert adds those that are still needed.
    list_parts = {
        address
        for address in library.addresses
        if address.count("/") > 3 and address.split("/")[1] in LISTS
    }
    rows = text_of(path).splitlines(keepends=True)
    dropped = removed | (list_parts - published)
    return "".join(row for row in rows if row.partition("\t")[0] not in dropped), sorted(removed)


def _is_by(brief: Brief, author: str) -> bool:
    return any(credit.id == author for credit in brief.record.authors)


def _without_entries(
    library: Library, brief: Brief, others: list[Brief]
) -> tuple[str, str, list[str]]:
    """Return authors.yml and institutes.yml without what only `brief` needs, and what went.

    Published entries, and published forms of a name, stay.
    """
    folder = library.root / "briefs" / "authority"
    removed = []
    authors, institutes = folder / "authors.yml", folder / "institutes.yml"
    people, bodies = text_of(authors), text_of(institutes)
    published_people, published_bodies = (
        _published(library.root, file.name) for file in (authors, institutes)
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


def _published(root: Path, name: str) -> dict[str, Any]:
    """Return an authority file as published; empty when it is not."""
    text = committed(root, f"briefs/authority/{name}")
    return parse_yaml(root / "briefs" / "authority" / name, text) if text else {}
