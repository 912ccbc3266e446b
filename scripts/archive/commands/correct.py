"""`briefs correct`: corrects fields of a record, whether its brief is published or not.

A value is checked, and gets its basis and its entries in the authority files, as `briefs add` does
it. All else in the record stays as it is. On a published brief, the changes say when and why.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from archive.commands.fields import FIELDS, SETTABLE, add_other_names, check_answers
from archive.commands.proposal import Answers, Holdings, Proposal
from archive.commands.remove import drop_unneeded
from archive.errors import ArchiveError, raise_first
from archive.readers import read
from archive.reading.marks import MARKS
from archive.records.decisions import find_claims, with_ranges
from archive.records.ledger import name_of
from archive.records.library import Brief, Library, load_library
from archive.records.record import Range, Record, parse_record
from archive.records.verify import days_of, implausible_days
from archive.records.yamledit import flow, give, put, take
from archive.records.yamlfile import parse_yaml
from archive.sources.source import Source
from archive.store import Archive
from archive.text.normal_forms import fold

# The fields that are given here, and that `briefs add` does not take.
OWN = ("affiliation", "also_printed", "theme", "title_printed")
_NULLS = [(field.name,) for field in FIELDS if field.is_null]
_FOUND_TOGETHER = {"access", "rights", "embargoed_until"}
_CALLED = {"author": "authors", "affiliation": "authors"}
# The record dates these itself.
_DATED = ("corrections", "ranges", "themes")


def correct(library: Library, id: str, answers: Answers) -> tuple[Archive, list[str]]:
    """Correct fields of the brief `id`.

    Returns the archive with the correction staged, and its differences in words.
    Raises ArchiveError when there is no such brief, when an answer cannot be right or leaves a
    question, or when the record would not agree with its text.
    """
    archive, brief = library.archive, library.find(id)
    name, path = f"briefs/{id}.yml", brief.record.path
    raise_first(
        path,
        (
            "id" in answers.fields,
            "id",
            "it is the brief's address, and stays",
            "docs/guide/withdrawing.md renames.",
        ),
    )
    check_answers(answers, library.authority.institutes)
    is_published, day = has_readers(archive, id), answers.today
    answers = replace(answers, today=day if is_published else brief.record.added)
    old = parse_yaml(path, archive.text(name))
    proposal = _find(library, brief, old, answers)
    for field, values in answers.own.items():
        _set_own(proposal, field, values)
    _drop_basis_of_posts(proposal, brief.record)
    text = edit_record(path, archive.text(name), proposal.values)
    corrected = _list_corrected(old, proposal.values)
    if is_published:
        text = edit_record(path, text, {}, _list_changes(brief, text, proposal, [*corrected]))
    staged = proposal.held.archive.stage({name: text.encode()})
    now = (present := load_library(staged)).find(id)
    claims = find_claims(now.record, present.authority, now.reading, answers.given)
    if not {*claims} <= {*answers.marks}:
        return correct(library, id, replace(answers, today=day, marks=(*answers.marks, *claims)))
    _refuse_marks_without_effect(brief, now, answers if [*corrected] == ["ranges"] else None)
    differences = [*filter(None, corrected.values()), *(f"new: {entry}" for entry in proposal.new)]
    if archive.has_history:
        staged, dropped = drop_unneeded(library, brief, present.every, staged)
        differences += [f"removed: {entry}" for entry in dropped]
    known = implausible_days(days_of(brief.record), day)
    doubts = [*proposal.uncertain, *implausible_days(days_of(now.record), day)]
    uncertain = [f"uncertain: {doubt}" for doubt in doubts if doubt not in known]
    return staged, [*differences, *(uncertain if differences else [])]


def _list_corrected(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, str]:
    """Return the fields that differ, each with its difference in words; the basis field by field.

    The words are "" for `basis` as a whole and for `corrections`: other fields tell what changed.
    """
    before, after = (
        {**{f"basis of {key}": why for key, why in (one.get("basis") or {}).items()}, **one}
        for one in (old, new)
    )
    pairs = {key: (before.get(key) or None, after.get(key) or None) for key in after | before}
    return {
        key: ""
        if key in ("basis", "corrections")
        else f"{key}: {' → '.join(flow(value) if value else 'none' for value in pair)}"
        for key, pair in pairs.items()
        if pair[0] != pair[1]
    }


def _refuse_marks_without_effect(before: Brief, after: Brief, answers: Answers | None) -> None:
    """Raise ArchiveError when the text stays as it was, though nothing but marks is corrected."""
    old, new = (
        [(block.kind, block.voice, block.level, block.text) for block in brief.reading.shown]
        for brief in (before, after)
    )
    raise_first(
        "--mark",
        *(
            (
                old == new,
                f"{lines}={kind}",
                "the page stays as it is",
                "Leave it out, or give what the lines say as well: --set …",
            )
            for lines, kind in (answers.marks if answers else ())
        ),
    )


def has_readers(archive: Archive, id: str) -> bool:
    """Whether a brief is published; where there is no git, every one counts as published."""
    return archive.published(name_of(id)) is not None or not archive.has_history


def _mark(record: Record, answers: Answers) -> tuple[list[Range], list[Range]]:
    """Return the ranges of a record that stay, and the new ones.

    A mark takes the place of one on the same lines, unless they are of two fields of metadata.
    Raises ArchiveError when a mark is to be taken back that is not there.
    """
    marked = dict.fromkeys(mark.lines for mark in record.ranges)
    gone = [lines for lines, kind in answers.marks if not kind]
    raise_first(
        "--mark",
        *(
            (
                lines not in marked,
                f"{lines}=",
                "it is not marked",
                f"Marked are: {', '.join(marked) or 'no lines'}.",
            )
            for lines in gone
        ),
    )
    new = [
        Range.of_option(lines, kind, answers.today, answers.reason)
        for lines, kind in answers.marks
        if kind
    ]
    return [
        mark
        for mark in record.ranges
        if mark.lines not in gone
        and all(
            one.lines != mark.lines or "" != MARKS[one.kind].field != MARKS[mark.kind].field != ""
            for one in new
        )
    ], new


def _find(library: Library, brief: Brief, old: dict[str, Any], answers: Answers) -> Proposal:
    """Find the fields that are corrected, in a proposal that has the others as they were.

    Raises ArchiveError when that leaves a question.
    """
    record, (kept, new) = brief.record, _mark(brief.record, answers)
    name = library.archive.source_name(brief.id)
    source = Source.from_bytes(
        library.archive.read(name) or b"",
        library.archive.path(name),
        answers.fields.get("encoding", record.encoding),
    )
    date = answers.fields.get("date") or (str(record.date) if "date" in record.basis else "")
    reading = with_ranges(record.path, [*kept, *new], read(source), date=date)
    again = {
        *(MARKS[mark.kind].field for mark in new),
        *(["authors"] if answers.new_authors else []),
        *(["institute"] if answers.new_institutes else []),
    }
    # A mark on the date of the record, printed less exactly or in a form that no reader knows.
    is_same = not reading.date or str(record.date).startswith(reading.date.value)
    given = {name for option, name, _ in answers.options if option != "--new-institute"} - {*OWN}
    named = {_CALLED.get(name, name) for name in again | given}
    found = named | (_FOUND_TOGETHER if named & _FOUND_TOGETHER else set())
    answers = _complete(answers, record, old, found - (again - {"date"} if is_same else again))
    values = old | {
        "basis": {key: why for key, why in (old.get("basis") or {}).items() if key not in named},
        "corrections": [one for one in old.get("corrections") or () if one["field"] not in named],
        "ranges": [mark.entry for mark in (*kept, *new)] if answers.marks else old.get("ranges"),
    }
    proposal = Proposal(Holdings.of(library), record.path, b"", answers, reading, values)
    for field in FIELDS:
        if field.find and field.name in found:
            proposal.values[field.name] = field.find(proposal, field)
    # What is the title now is no other line of the head.
    title, lines = fold(str(proposal.values["title"])), old.get("also_printed") or ()
    proposal.values["also_printed"] = [line for line in lines if fold(line) != title]
    add_other_names(proposal)
    for question in proposal.questions:
        raise ArchiveError("--set", question.field, question.problem, f"Give {question.option}.")
    if "authors" in named:
        # The posts of authors who stay are kept, unless they were read again.
        known = {(one["id"], one["printed"]): one for one in old.get("authors") or ()}
        proposal.values["authors"] = [
            was | now if "affiliation" in again else now | was
            for now in proposal.values["authors"]
            for was in [known.get((now["id"], now["printed"]), {})]
        ]
    return proposal


def _complete(answers: Answers, record: Record, old: Mapping[str, Any], kept: set[str]) -> Answers:
    """Return the answers with what the record says of the `kept` fields, where they say nothing.

    Answers on printed names are of these alone; any other is the whole list of authors.
    """
    fields = {name: str(old.get(name) or "") for name in kept if name in SETTABLE} | answers.fields
    if fields.get("access", "embargoed") != "embargoed":
        fields["embargoed_until"] = answers.fields.get("embargoed_until", "")
    authors = {text.rpartition("=")[0].strip(): text for text in answers.authors}
    if "" not in authors and (authors or "authors" in kept):
        authors = {one.printed: f"{one.printed}={one.id}" for one in record.authors} | authors
    return replace(
        answers,
        fields=fields,
        authors=answers.authors if "" in authors else tuple(authors.values()),
        institutes=answers.institutes or (record.institutes if "institute" in kept else ()),
    )


def _drop_basis_of_posts(proposal: Proposal, record: Record) -> None:
    """Drop the basis of the posts if they are not those of the record, and all are printed."""
    posts = [author.get("affiliation") for author in proposal.values.get("authors") or ()]
    if posts != [credit.affiliation for credit in record.authors] and all(
        map(proposal.prints, filter(None, posts))
    ):
        proposal.values["basis"].pop("affiliation", None)


def _set_own(proposal: Proposal, field: str, given: Sequence[str]) -> None:
    """Set a field of OWN, or decide on themes: "ID:p3,p7", "ID:" for not, "ID" to undo that.

    Raises ArchiveError when an affiliation is not that of an author of the brief.
    """
    values, answers = proposal.values, proposal.answers
    if field == "theme":
        for id, sign, passages in (ruling.partition(":") for ruling in given):
            anchors = re.findall(r"[^\s,]+", passages)
            ruling = {
                "theme": id,
                "decision": "added" if anchors else "removed",
                **({"passages": anchors} if anchors else {}),
                "date": answers.today,
                "reason": answers.reason,
            }
            others = [known for known in values.get("themes") or () if known["theme"] != id]
            values["themes"] = [*others, *([ruling] if sign else [])]
    elif field == "affiliation":
        authors = {author["id"]: author for author in values.get("authors") or ()}
        for id, _, post in (text.rpartition("=") for text in given):
            whose = id or ", ".join(authors)  # of a single author it need not be said
            raise_first(
                "--set",
                (
                    whose not in authors,
                    field,
                    "whose it is, is not said",
                    f"Write affiliation=ID=POST; the authors: {', '.join(authors)}.",
                ),
            )
            author = authors[whose] | {"affiliation": post}
            authors[whose] = {name: value for name, value in author.items() if value}
            if post and not proposal.prints(post):
                proposal.add_basis("affiliation")
        values["authors"] = [*authors.values()]
    else:
        lines = [*filter(None, given)]
        values[field] = lines if field == "also_printed" else "".join(lines)


def edit_record(
    path: Path,
    text: str,
    fields: Mapping[str, Any],
    changes: Iterable[Mapping[str, str]] = (),
) -> str:
    """Return the text of a record with other values for `fields`, and with more `changes`.

    A field without a value is taken out. Whatever stays is as it was, byte for byte.
    """
    old = parse_yaml(path, text)
    return _edit(
        path, text, old, {**old, **fields, "changes": [*(old.get("changes") or ()), *changes]}
    )


def _edit(
    path: Path, text: str, old: Mapping[str, Any], new: Mapping[str, Any], *where: str
) -> str:
    for name in {**old, **new}:
        before, after, place = old.get(name), new.get(name), (*where, name)
        if before == after or not (before or after):
            continue
        if isinstance(before, dict) and isinstance(after, dict):
            text = _edit(path, text, before, after, *place)
        elif isinstance(after, list) and before and after[: len(before)] == before:
            for entry in after[len(before) :]:
                text = put(path, text, place, None, entry)
        elif after or place in _NULLS:
            text = give(path, text, place, after or None)
        else:
            text = take(path, text, where, name)
    return text


def _list_changes(
    brief: Brief, text: str, proposal: Proposal, corrected: Sequence[str]
) -> Iterator[dict[str, str]]:
    """Yield what the history of a published record needs, besides the decisions in its `text`.

    That are the decisions of its history that are taken back, and the fields about which it decides
    nothing now.
    """
    record, answers = brief.record, proposal.answers
    after = parse_record(record.path, text, proposal.held.authority).decisions
    lost = [decision for decision in record.decisions if decision not in after]
    yield from (asdict(decision) for decision in lost if decision.date > record.added)
    new = [decision for decision in after if decision not in record.decisions]
    # What is decided on the day on which a brief was added is no part of its history.
    noted = {*_DATED, "basis", *(one.field for one in new if one.date != record.added)}
    marked = {_taken_back(decision.field) for decision in new}
    fields = [
        *(key.removeprefix("basis of ") for key in corrected),
        *(decision.field for decision in new),
        *(field for one in lost if (field := _taken_back(one.field)) not in marked),
    ]
    yield from (
        {"date": answers.today, "field": field, "reason": answers.reason}
        for field in dict.fromkeys(fields)
        if field not in noted
    )


def _taken_back(decision: str) -> str:
    """Return what a decision was about: "line 3 of the source, note" is not a note any more."""
    return re.sub(r", .*| (?:added|removed)$", "", decision)
