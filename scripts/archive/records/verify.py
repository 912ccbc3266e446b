"""A record must agree with its text: each field is printed or has a basis."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from archive.errors import ArchiveError
from archive.reading.model import Block, Kind, Reading, Voice
from archive.records.authority import Authority, Institute
from archive.records.record import Record
from archive.text.language import SCRIPTS

# Words that label a fact: a line of the page's header may have them besides the record's values.
_LABELS = set(
    "date writer writers file files author authors by no nos vol issue series published posted on "
    "dr prof mr ms mrs amb ambassador the and of 등록일 작성일 저자 작성자 첨부파일 파일 글 필자 "
    "날짜 제 호".split()
)


def verify_record(record: Record, reading: Reading, authority: Authority) -> None:
    """Check a record against the printed text.

    Raises ArchiveError on a field without a basis or a quoted evidence that the text does not
    print, and on a rights line that the record lacks.
    """
    text = _join_words("\n".join(reading.source.lines))
    institute = authority.institutes[record.institute]
    for field, values in _stated_values(record, institute):
        if field.partition("[")[0] not in record.basis and not any(
            _occurs(value, text) for value in values
        ):
            raise _unprinted(record, field, " / ".join(values))
    for index, credit in enumerate(record.authors, 1):
        missing = [word for word in _words(credit.affiliation or "") if f" {word} " not in text]
        if missing and "authors" not in record.basis:
            raise _unprinted(record, f"authors[{index}].affiliation", ", ".join(missing))
    if (
        record.date
        and "date" not in record.basis
        and (reading.date is None or reading.date.value != str(record.date))
    ):
        raise _unprinted(record, "date", str(record.date))
    if reading.language and not _is_language(record, reading.language.value):
        raise _unprinted(record, "language", record.language)
    for field, basis in record.basis.items():
        if basis.kind == "printed" and not _occurs(basis.evidence, text):
            raise ArchiveError(
                record.path,
                f"basis.{field}",
                f"{basis.evidence!r} is not printed in the text",
                "Quote the line as printed.",
            )
    if record.rights is None and (
        line := next((block for block in reading.shown if block.kind is Kind.RIGHTS), None)
    ):
        problem = f"the text prints {line.text!r}"
        raise ArchiveError(
            record.path,
            "rights",
            problem,
            "Copy that line to rights, and check whether access can still be full.",
        )


def prints(text: str, value: str) -> bool:
    """Whether a text prints the words of `value`, in any case and punctuation."""
    return _occurs(value, _join_words(text))


def _is_language(record: Record, detected: str) -> bool:
    return (
        "language" in record.basis
        or record.corrects("language")
        or detected == record.language.partition("-")[0]
    )


def _stated_values(record: Record, institute: Institute) -> list[tuple[str, list[str]]]:
    """List the fields that need a basis unless printed, with possible spellings."""
    series = institute.series.get(record.series or "")
    stated = [
        ("title", [record.title]),
        ("institute", [institute.name, *(other.name for other in institute.names)]),
        *(
            (f"authors[{index}].printed", [credit.printed])
            for index, credit in enumerate(record.authors, 1)
        ),
        *(("also_printed", [line]) for line in record.also_printed),
    ]
    if series:
        stated.append(("series", [series.name, *series.other_names]))
    for field in ("number", "title_printed", "rights", "license", "source"):
        if value := getattr(record, field):
            stated.append((field, [value]))
    return stated


def with_unclaimed(record: Record, reading: Reading, authority: Authority) -> Reading:
    """Return the reading with all metadata shown that the record does not hold.

    The reader took these lines for metadata. Mail addresses stay hidden.
    """
    institute = authority.institutes[record.institute]
    names = [
        name
        for credit in record.authors
        for name in (credit.printed, *authority.authors[credit.id].variants)
    ]
    posts = [credit.affiliation for credit in record.authors if credit.affiliation]
    held = [
        record.title,
        record.title_printed or "",
        record.number or "",
        *record.also_printed,
        *names,
        *posts,
    ]
    held += [institute.name, *(other.name for other in institute.names)]
    held += [
        name
        for series in institute.series.values()
        if series.id == record.series
        for name in (series.name, *series.other_names)
    ]
    words = _LABELS | {word for value in held for word in _words(value)}

    def is_unclaimed(block: Block) -> bool:
        if block.kind is not Kind.METADATA or block.rule == "contact":
            return False
        if block.rule == "date":
            return reading.date is None or reading.date.value != str(record.date)
        return not words.issuperset(_words(block.text))

    blocks = tuple(
        replace(block, kind=Kind.UNCLAIMED, voice=Voice.PUBLISHER) if is_unclaimed(block) else block
        for block in reading.blocks
    )
    return replace(reading, blocks=blocks)


def _unprinted(record: Record, field: str, value: str) -> ArchiveError:
    base = field.partition("[")[0]
    remedy = (
        f"Correct it, or say under basis.{base} whether it is supplied or inferred, and from what."
    )
    return ArchiveError(record.path, field, f"{value!r} is not printed in the text", remedy)


def _words(text: str) -> Iterable[str]:
    return re.findall(r"\w+", text.casefold())


def _occurs(value: str, text: str) -> bool:
    """Whether the words of `value` occur in a text joined by `_join_words`."""
    words = _join_words(value)
    # Korean and Japanese attach particles to the last word.
    return (words.rstrip() if re.search(f"[{SCRIPTS}] $", words) else words) in text


def _join_words(text: str) -> str:
    """Join words with spaces, also at both ends, so that only whole words match."""
    return f" {' '.join(_words(text))} "
