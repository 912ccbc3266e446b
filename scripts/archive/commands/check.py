"""`briefs check`: accounts for every character of every text, in a table."""

from dataclasses import dataclass

from archive import parallel
from archive.cache import Cache
from archive.convert import converted_files
from archive.pages import Edition
from archive.records.library import Library
from archive.records.public import is_withheld

_COLUMNS = (
    "brief",
    "reader",
    "blocks",
    "text",
    "metadata",
    "furniture",
    "unaccounted",
    "themes",
    "not printed",
)
_MAX_IDS_IN_A_LINE = 20


@dataclass(frozen=True, slots=True)
class Report:
    """The table for curators, and the faults that make the check fail."""

    table: str
    faults: tuple[str, ...]


def check(library: Library) -> Report:
    """Account for every character of every text. Raises ArchiveError when an address is lost.

    Records, authority files and anchors were checked when the library was loaded.
    """
    with parallel.workers(), Cache(library.archive.root) as cache:
        for _ in converted_files(Edition.of(library), cache):
            pass
    rows: list[tuple[str, ...]] = [_COLUMNS]
    for brief in library.briefs:
        shares = brief.summary.account
        rows.append(
            (
                brief.id,
                brief.summary.reader,
                str(len(brief.anchors)),
                *(
                    f"{characters / shares.total:.1%}"
                    for characters in (shares.text, shares.metadata, shares.furniture)
                ),
                str(len(shares.faults)),
                ", ".join(
                    f"{theme} ({len(passages)})" for theme, passages in brief.passages.items()
                )
                or "none",
                ", ".join(f"{field} {basis.kind}" for field, basis in brief.record.basis.items())
                or "all printed",
            )
        )
    widths = [max(len(row[column]) for row in rows) for column in range(len(_COLUMNS))]
    lines = [
        *(
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
            for row in rows
        ),
        "",
        *_decision_lines(library),
        _unchecked_line(library),
        *_unshown_lines(library),
        "",
        _totals(library),
    ]
    return Report(
        "\n".join(lines),
        tuple(
            f"{brief.record.path.with_suffix('.txt')}: {fault}"
            for brief in library.briefs
            for fault in brief.summary.account.faults
        ),
    )


def _decision_lines(library: Library) -> list[str]:
    """Return what curators decided against a reader."""
    decisions = [
        f"  {brief.id}: {decision.field}: {decision.reason} ({decision.date})"
        for brief in library.every
        for decision in brief.record.decisions
    ]
    return ["Decided by hand:", *decisions] if decisions else ["Nothing is decided by hand."]


def _unchecked_line(library: Library) -> str:
    ids = [brief.id for brief in library.briefs if not brief.record.checked_by]
    if not ids:
        return "Each brief was checked by a second person."
    return f"Not yet checked by a second person: {_list_first(ids)}"


def _unshown_lines(library: Library) -> list[str]:
    """Return lines that name what is not shown or not read, and why."""
    authority, unread = library.authority, library.archive.unread()
    unshown = [
        *(
            f"event {event.id}"
            for event in authority.events.values()
            if event not in library.shown_events
        ),
        *(
            f"the passage of theme {theme.id}"
            for theme in library.themes
            if theme.passage and not library.shown(theme.passage)
        ),
    ]
    lines = (
        (unshown, "Not shown, as the brief is withdrawn", "Name another passage, or remove it."),
        (unread, "Not read, by their names or as they are not files", "Rename or remove them."),
    )
    return [f"{what}: {_list_first(names)}. {remedy}" for names, what, remedy in lines if names]


def _list_first(texts: list[str], of_the_others: str = "") -> str:
    """Return the first texts in a line, and how many more there are."""
    more = len(texts) - _MAX_IDS_IN_A_LINE
    return ", ".join(texts[:_MAX_IDS_IN_A_LINE]) + (
        f" and {more} more{of_the_others}" if more > 0 else ""
    )


def _totals(library: Library) -> str:
    authority = library.authority
    return (
        f"{len(library.briefs)} briefs, {len(authority.authors)} authors, "
        f"{len(authority.institutes)} institutes, {len(authority.themes)} themes, "
        f"{sum(len(brief.anchors) for brief in library.briefs)} anchors, "
        f"{len(library.addresses)} addresses in the ledger, "
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
    if not withheld:
        return None
    return (
        "This archive must not be in a public repository, where anyone can read every text "
        f"and its history: {_list_first(withheld, ' are not free')}. "
        "Make the repository private; `briefs build --public` makes what the public may read."
    )
