"""`briefs check`: accounts for every character of every text. `briefs list`: the briefs.

Both are tables, of 100 columns or as wide as the terminal, and JSON. `check --since` proves that no
line of the ledger is lost since a commit: none is gone, changed or out of its place. Nor is any
series gone: the pages of institutes have a place for each.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, zip_longest
from textwrap import TextWrapper
from typing import Any
from unicodedata import east_asian_width

from archive import parallel
from archive.cache import Cache
from archive.convert import converted_files
from archive.errors import ArchiveError, raise_first
from archive.pages import Edition
from archive.records import ledger
from archive.records.authority import INSTITUTES
from archive.records.library import Brief, Library
from archive.records.public import is_withheld
from archive.records.record import Record
from archive.records.redirects import load_redirects
from archive.records.verify import days_of, implausible_days
from archive.records.yamlfile import parse_yaml
from archive.store import Archive
from archive.text.addresses import Address

_COLUMNS = (
    "brief",
    "reader",
    "blocks",
    "text",
    "meta",
    "furn",
    "lost",
    "themes",
    "not printed",
)
_WIDTH = 100
_WRAPPER = TextWrapper(
    _WIDTH, subsequent_indent="    ", break_long_words=False, break_on_hyphens=False
)
_MAX_IDS_IN_A_LINE = 20
_LEAST_TITLE = 20


@dataclass(frozen=True, slots=True)
class Report:
    """The table for curators, the same as a document, and the faults that make the check fail."""

    table: str
    document: dict[str, Any]
    faults: tuple[str, ...]


def check(library: Library, day: str) -> Report:
    """Account for every character of every text. Raises ArchiveError when an address is lost.

    Records, authority files and anchors were checked when the library was loaded. Dates after `day`
    are implausible.
    """
    with parallel.workers(), Cache(library.archive.root) as cache:
        for _ in converted_files(Edition.of(library), cache):
            pass
    briefs = [_as_json(brief) for brief in library.briefs]
    remarks = [
        *_decision_lines(library),
        *_implausible_lines(library, day),
        _unchecked_line(library),
        *_unshown_lines(library, day),
        "",
        _totals(library),
    ]
    return Report(
        "\n".join([*table_lines(briefs), "", *map(_WRAPPER.fill, remarks)]),
        {"briefs": briefs, "remarks": [line.strip() for line in remarks if line]},
        tuple(
            f"{library.archive.path(library.archive.source_name(brief.id))}: {fault}"
            for brief in library.briefs
            for fault in brief.summary.account.faults
        ),
    )


def _as_json(brief: Brief) -> dict[str, Any]:
    shares = brief.summary.account
    return {
        "id": brief.id,
        "reader": brief.summary.reader,
        "blocks": len(brief.anchors),
        "text": shares.text / shares.total,
        "metadata": shares.metadata / shares.total,
        "furniture": shares.furniture / shares.total,
        "unaccounted": len(shares.faults),
        "themes": {theme: len(passages) for theme, passages in brief.passages.items()},
        "not_printed": {field: basis.kind for field, basis in brief.record.basis.items()},
    }


def table_lines(briefs: Sequence[dict[str, Any]]) -> list[str]:
    """Return a table, a line each brief; its last two columns share what the others leave."""
    rows = [
        [f"{cell:.1%}" if isinstance(cell, float) else str(cell) for cell in brief.values()][:-2]
        for brief in briefs
    ]
    for field, share in (("themes", 0.5), ("not_printed", 1)):
        known = format_rows([_COLUMNS[: 7 if share < 1 else 8], *rows])
        left = int((_WIDTH - max(map(len, known)) - 2) * share)
        for row, brief in zip(rows, briefs, strict=True):
            row.append(fit(list(brief[field]), left))
    return format_rows([_COLUMNS, *rows])


def format_rows(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return a line for each row, its columns below those of the other rows."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def fit(words: Sequence[str], width: int) -> str:
    """Return as many words as a width holds, and how many more there are."""
    lines = (
        ", ".join(words[:shown]) + (f" +{len(words) - shown}" if shown < len(words) else "")
        for shown in range(len(words), 0, -1)
    )
    return next((line for line in lines if len(line) <= width), str(len(words) or "none"))


def list_briefs(library: Library, day: str) -> list[dict[str, Any]]:
    """Return what `briefs list --json` prints of each brief, newest first, as it is on `day`."""
    return [
        {
            "id": entry.id,
            "date": str(entry.record.date or "") or None,
            "institutes": [body.id for body in entry.institutes],
            "title": entry.record.title,
            "state": _states(library.archive, entry.record, day),
        }
        for entry in library.every
    ]


def _states(archive: Archive, record: Record, day: str) -> list[str]:
    states = {
        "withdrawn": bool(record.withdrawn),
        "restricted": record.access == "restricted",
        f"embargoed until {record.embargoed_until}": record.access == "embargoed"
        and is_withheld(record, day),
        "checked" if record.checked_by else "unchecked": not record.withdrawn,
        "unpublished": archive.has_history and archive.published(ledger.name_of(record.id)) is None,
    }
    return [state for state, holds in states.items() if holds]


def format_list(briefs: Sequence[dict[str, Any]], width: int) -> str:
    """Return a table of what `list_briefs` returned; titles are cut to a width but 0.

    Where the others leave a title no room, it has a line of its own.
    """
    rows = [
        ["brief", "date", "institute", "state"],
        *(
            [
                brief["id"],
                brief["date"] or "undated",
                ", ".join(brief["institutes"]),
                ", ".join(brief["state"]),
            ]
            for brief in briefs
        ),
    ]
    left = width - sum(max(map(len, column)) + 2 for column in zip(*rows, strict=True))
    titles = [brief["title"] for brief in briefs]
    if not width or left >= _LEAST_TITLE:
        titles = ["title", *(_cut(title, left) if width else title for title in titles)]
        return "\n".join(format_rows([[*row, titles[n]] for n, row in enumerate(rows)]))
    # Beside long ids and states, no title could be told from another.
    below = ["", *(f"\n  {_cut(title, width - 2)}" for title in titles)]
    return "\n".join(f"{row}{title}" for row, title in zip(format_rows(rows), below, strict=True))


def _cut(text: str, width: int) -> str:
    """Return as much of a text as a width holds, where East Asian signs take two columns."""
    ends = [*accumulate(2 if east_asian_width(sign) in "WF" else 1 for sign in text)]
    return text if ends[-1] <= width else f"{text[: bisect_left(ends, width)]}…"


def _decision_lines(library: Library) -> list[str]:
    """Return what curators decided against a reader."""
    decisions = [
        f"  {brief.id}: {decision.field}: {decision.reason} ({decision.date})"
        for brief in library.every
        for decision in brief.record.decisions
    ]
    return ["Decided by hand:", *decisions] if decisions else ["Nothing is decided by hand."]


def _implausible_lines(library: Library, day: str) -> list[str]:
    """Return what can hardly be right in texts and records."""
    given: dict[tuple[str | None, str | None], list[str]] = defaultdict(list)
    for brief in library.every:
        given[brief.record.series, brief.record.number].append(brief.id)
    remarks = [
        f"  {brief.id}: {remark}"
        for brief in library.every
        for series, number in [(brief.record.series, brief.record.number)]
        for remark in (
            *brief.summary.damage,
            *implausible_days(days_of(brief.record), day),
            *(
                f"number: {id} has {number} of this series too"
                for id in given[series, number]
                if series and number and id != brief.id
            ),
        )
    ]
    return ["Implausible:", *remarks] if remarks else []


def _unchecked_line(library: Library) -> str:
    ids = [brief.id for brief in library.briefs if not brief.record.checked_by]
    unchecked = f"Not yet checked by a second person: {_list_first(ids)}"
    return unchecked if ids else "Each brief was checked by a second person."


def _unshown_lines(library: Library, day: str) -> list[str]:
    """Return lines that name what is not shown or not read, and why."""
    events, unread = library.authority.events.values(), library.archive.unread()
    cited = {f"event {event.id}": event.passages for event in events} | {
        f"the passage of theme {theme.id}": (theme.passage,)
        for theme in library.themes
        if theme.passage
    }
    told_by = {what: [*filter(None, map(library.shown, cited[what]))] for what in cited}
    withheld = [
        what
        for what, briefs in told_by.items()
        if briefs and all(is_withheld(brief.record, day) for brief in briefs)
    ]
    another = "Name another passage, or remove it."
    return [
        f"{what}: {_list_first(names)}. {remedy}"
        for names, what, remedy in (
            (
                [what for what, briefs in told_by.items() if not briefs],
                "Not shown, as the brief is withdrawn",
                another,
            ),
            (withheld, "Not shown to the public, as the brief is withheld", another),
            (unread, "Not read, by their names or as they are not files", "Rename or remove them."),
        )
        if names
    ]


def _list_first(texts: list[str], of_the_others: str = "") -> str:
    """Return the first texts in a line, and how many more there are."""
    more = len(texts) - _MAX_IDS_IN_A_LINE
    return ", ".join(texts[:_MAX_IDS_IN_A_LINE]) + (
        f" and {more} more{of_the_others}" if more > 0 else ""
    )


def _totals(library: Library) -> str:
    return (
        f"{len(library.briefs)} briefs, {len(library.authority.authors)} authors, "
        f"{len(library.authority.institutes)} institutes, {len(library.authority.themes)} themes, "
        f"{sum(len(brief.anchors) for brief in library.briefs)} anchors, "
        f"{len(library.addresses)} addresses, "
        f"{len(library.redirects)} redirects, {len(library.withdrawn)} withdrawn"
    )


def privacy_warning(library: Library, day: str) -> str | None:
    """Return one line that names the texts that are not free on `day`; None when all are.

    Withdrawn briefs count: the history of the repository still holds their texts.
    """
    withheld = [
        f"{brief.id} is {brief.record.access}"
        + (f" until {brief.record.embargoed_until}" if brief.record.embargoed_until else "")
        for brief in library.every
        if is_withheld(brief.record, day)
    ]
    warning = (
        "This archive must not be in a public repository, where anyone can read every text "
        f"and its history: {_list_first(withheld, ' are not free')}. "
        "Make the repository private; `briefs build --public` makes what the public may read."
    )
    return warning if withheld else None


# -- since a commit --------------------------------------------------------------------------------


def lost_since(archive: Archive, ref: str) -> list[str]:
    """Return a line for each lost line of the ledger and each lost series; empty without any.

    Of a commit that is not on main, what main had before it counts: the rest does not bind yet.
    The lines of a brief say in which order its blocks stand, so those of the commit have to come
    first, as they were. Addresses have no order, and may be given a redirect: convert checks that.
    Raises ArchiveError when git has no such commit.
    """
    then = archive.at_published(ref)
    names = then.names(ledger.FOLDER, "")
    raise_first(
        archive.path(ledger.FOLDER),
        (not names, "--since", f"{ref} has no ledger", "Name a commit of this archive."),
    )
    return [
        *(
            line
            for name in names
            if then.read(name) != archive.read(name)
            for line in _lost_rows(
                name,
                *(
                    ledger.parse_rows(one.path(name), one.text(name, ""), 2, 4)
                    for one in (then, archive)
                ),
            )
        ),
        *_lost_series(then, archive),
    ]


def _lost_rows(name: str, before: list[list[str]], now: list[list[str]]) -> Iterator[str]:
    """Yield what became of each line of a file that is not as it was."""
    current = {row[0]: row for row in now}  # of lines of later copies, the last for an anchor
    if not name.endswith(ledger.REPLACED):
        # Where two branches that were merged gave one anchor, convert has chosen.
        times = Counter(row[0] for row in before)
        chosen = (current.get(row[0], row) if times[row[0]] > 1 else row for row in before)
        before = [list(row) for row in dict.fromkeys(map(tuple, chosen))]
    for row, in_place in zip_longest(before, now[: len(before)]):
        present = current.get(row[0])
        if row != (present if name == ledger.ADDRESSES else in_place):
            change = "is gone" if present is None else "was changed"
            change = "is out of its place" if present == row else change
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
    yield from (
        f"{INSTITUTES}: {body}.series.{series}: it is gone, and its place on the page"
        for body, series in sorted(before - current)
        for moved in [redirects.get(Address.of("institutes", body))]
        if moved is None or (moved.new.id, series) not in current
    )


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
