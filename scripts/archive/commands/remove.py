"""`briefs remove`: undo `briefs add`, until the brief is published. A published one is withdrawn: its address stays."""

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
    """Remove a brief with all that came with it: its files, its addresses, and what only it needs in the authority files.

    Returns what was removed, in words. Raises ArchiveError, after which all is as it was, when the brief is not there or is
    published, which it is once git has its ledger on the branch main (or, without one, in the last commit).
    """
    with alone(root):
        library = load_library(root)
        brief = library.find(id)
        folder = root / "briefs"
        if committed(root, f"briefs/ledger/{id}.tsv") is not None:
            remedy = f'Its address was given out. Use `briefs withdraw {id} --reason "…"`: its page and its anchors stay.'
            raise ArchiveError(brief.record.path, "file", "this brief is published", remedy)
        rest = [one for one in library.briefs if one is not brief]
        addresses, gone = _addresses(library, brief, rest)
        authors, institutes, more = _authority(library, brief, rest)
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
    return [f"briefs/{id}.txt, .yml and its ledger", *gone, *more]


def _addresses(library: Library, brief: Brief, rest: list[Brief]) -> tuple[str, list[str]]:
    """The ledger of addresses without those that only this brief gave out and nobody published, and these."""
    path = library.root / "briefs" / "ledger" / ADDRESSES
    published = {
        row.partition("\t")[0]
        for row in (committed(library.root, f"briefs/ledger/{ADDRESSES}") or "").splitlines()
    }
    own = {f"/briefs/{brief.id}/"}
    own |= {
        f"/authors/{credit.id}/"
        for credit in brief.record.authors
        if not any(_is_by(one, credit.id) for one in rest)
    }
    if not any(one.institute is brief.institute for one in rest):
        own.add(f"/institutes/{brief.institute.id}/")
    if not any(one.record.year == brief.record.year for one in rest):
        own.add(f"/years/{brief.record.year or UNDATED}/")
    withdrawn = {
        f"/authors/{credit.id}/" for one in library.withdrawn for credit in one.record.authors
    }
    withdrawn |= {f"/institutes/{one.institute.id}/" for one in library.withdrawn}
    withdrawn |= {f"/years/{one.record.year or UNDATED}/" for one in library.withdrawn}
    gone = own - published - withdrawn
    # This brief may have made a list too long: convert gives out again what is still needed of the pages of years and months.
    parts = {
        address
        for address in library.addresses
        if address.count("/") > 3 and address.split("/")[1] in LISTS
    }
    rows = text_of(path).splitlines(keepends=True)
    return "".join(
        row for row in rows if row.partition("\t")[0] not in gone | parts - published
    ), sorted(gone)


def _is_by(brief: Brief, author: str) -> bool:
    return any(credit.id == author for credit in brief.record.authors)


def _authority(library: Library, brief: Brief, rest: list[Brief]) -> tuple[str, str, list[str]]:
    """authors.yml and institutes.yml without the entries and forms that only this brief needs and nobody published."""
    folder = library.root / "briefs" / "authority"
    others = [*rest, *library.withdrawn]
    gone = []
    authors, institutes = folder / "authors.yml", folder / "institutes.yml"
    people, bodies = text_of(authors), text_of(institutes)
    authors_then, bodies_then = (
        _published(library.root, file.name) for file in (authors, institutes)
    )
    for credit in brief.record.authors:
        used = {
            one.printed for other in others for one in other.record.authors if one.id == credit.id
        }
        if not used and credit.id not in authors_then:
            people = take(authors, people, (), credit.id)
            gone.append(f"author {credit.id}")
        elif credit.printed not in used and credit.printed not in authors_then.get(
            credit.id, {}
        ).get("variants", ()):
            people = take(authors, people, (credit.id, "variants"), credit.printed)
    body, series = brief.institute, brief.series
    then = bodies_then.get(body.id, {})
    if not then and not any(one.institute is body for one in others):
        return people, take(institutes, bodies, (), body.id), [*gone, f"institute {body.id}"]
    series_then = (then.get("series") or {}).get(series.id if series else "", {})
    if series and not series_then and not any(one.series is series for one in others):
        bodies = take(institutes, bodies, (body.id, "series"), series.id)
        gone.append(f"series {series.id}")
    for name in series.other_names if series else ():
        printed = any(
            one.series is series and prints("\n".join(one.reading.source.lines), name)
            for one in rest
        )
        if series and not printed and name not in series_then.get("other_names", ()):
            bodies = take(institutes, bodies, (body.id, "series", series.id, "other_names"), name)
    names_then = {other.get("name") for other in then.get("names") or ()}
    for other in body.names:
        if other.basis == f"printed in {brief.id}" and other.name not in names_then:
            bodies = take(institutes, bodies, (body.id, "names"), other.name)
    return people, bodies, gone


def _published(root: Path, name: str) -> dict[str, Any]:
    """An authority file as it is published, empty when it is not."""
    text = committed(root, f"briefs/authority/{name}")
    return parse_yaml(root / "briefs" / "authority" / name, text) if text else {}
