"""`briefs check --since`: proof that no line of the ledger is lost since a commit.

No line as it was at the commit is gone, changed or out of its place. Nor is any series gone: the
pages of institutes have a place for each.
"""

from collections import Counter
from collections.abc import Iterator
from itertools import zip_longest

from archive.errors import ArchiveError
from archive.records import ledger
from archive.records.authority import INSTITUTES
from archive.records.redirects import load_redirects
from archive.records.yamlfile import parse_yaml
from archive.store import Archive
from archive.text.addresses import Address


def lost_since(archive: Archive, ref: str) -> list[str]:
    """Return a line for each lost line of the ledger and each lost series; empty without any.

    Of a commit that is not on main, what main had before it counts: the rest does not bind yet.
    The lines of a brief say in which order its blocks stand, so those of the commit have to come
    first, as they were. Addresses have no order, and may be given a redirect: convert checks that.
    Raises ArchiveError when git has no such commit.
    """
    then = archive.at_published(ref)
    names = then.names(ledger.FOLDER, "")
    if not names:
        raise ArchiveError(
            archive.path(ledger.FOLDER),
            "--since",
            f"{ref} has no ledger",
            "Name a commit of this archive.",
        )
    return [
        *(
            line
            for name in names
            if then.read(name) != archive.read(name)
            for line in _lost_rows(name, _rows(then, name), _rows(archive, name))
        ),
        *_lost_series(then, archive),
    ]


def _rows(archive: Archive, name: str) -> list[list[str]]:
    return ledger.parse_rows(archive.path(name), archive.text(name, ""), 2, 4)


def _lost_rows(name: str, before: list[list[str]], now: list[list[str]]) -> Iterator[str]:
    """Yield what became of each line of a file that is not as it was."""
    current = {row[0]: row for row in now}  # of lines of later copies, the last for an anchor
    if not name.endswith(ledger.REPLACED):
        # Where two branches that were merged gave one anchor, convert has chosen.
        times = Counter(row[0] for row in before)
        chosen = [current.get(row[0], row) if times[row[0]] > 1 else row for row in before]
        before = [list(row) for row in dict.fromkeys(map(tuple, chosen))]
    for row, in_place in zip_longest(before, now[: len(before)]):
        present = current.get(row[0])
        if row != (present if name == ledger.ADDRESSES else in_place):
            change = (
                "is gone"
                if present is None
                else "was changed"
                if present != row
                else "is out of its place"
            )
            yield f"{name}: {row[0]}: the line {change}"


def _lost_series(then: Archive, now: Archive) -> Iterator[str]:
    """Yield the series that are gone.

    /institutes/<id>/#<series> is an address too, which no page of its own stands for.
    """
    try:
        before = _series(then) if then.read(INSTITUTES) is not None else set()
    except ArchiveError as error:
        raise ArchiveError(
            error.file, error.field, error.problem, "Name a commit at which it can be read."
        ) from None
    current = _series(now)
    redirects = load_redirects(now, given_out=())
    for body, series in sorted(before - current):
        moved = redirects.get(Address.of("institutes", body))
        if moved is None or (moved.new.id, series) not in current:
            yield f"{INSTITUTES}: {body}.series.{series}: it is gone, and its place on the page"


def _series(archive: Archive) -> set[tuple[str, str]]:
    """Return the institutes and series of an archive, by their ids.

    The file may have the form of an earlier day, so nothing else is read of it.
    """
    return {
        (body, series)
        for body, fields in parse_yaml(archive.path(INSTITUTES), archive.text(INSTITUTES)).items()
        if isinstance(fields, dict) and isinstance(fields.get("series"), dict)
        for series in fields["series"]
    }
