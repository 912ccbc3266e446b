"""What a record claims against what the text prints: neither may say what the other does not."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from archive.errors import ArchiveError
from archive.reading.model import Block, Kind, Reading, Voice
from archive.records.authority import Authority, Institute
from archive.records.record import Record
from archive.text.language import SCRIPTS

# Words that label a fact and are none: a line of the page's head may have them beside what the record holds.
_LABELS = set(
    "date writer writers file files author authors by no nos vol issue series published posted on dr prof mr ms mrs "
    "amb ambassador the and of 등록일 작성일 저자 작성자 첨부파일 파일 글 필자 날짜 제 호".split()
)


def verify_record(record: Record, reading: Reading, authority: Authority) -> None:
    """Refuse a field without a basis that the text does not print, and evidence quoted as printed that is not there."""
    text = _run("\n".join(reading.source.lines))
    institute = authority.institutes[record.institute]
    claims = _stated_values(record, institute)
    for field, values in claims:
        if field.partition("[")[0] not in record.basis and not any(
            _stands(value, text) for value in values
        ):
            raise _unprinted(record, field, " / ".join(values))
    for index, credit in enumerate(record.authors, 1):
        missing = [word for word in _words(credit.affiliation or "") if f" {word} " not in text]
        if missing and "authors" not in record.basis:
            raise _unprinted(record, f"authors[{index}].affiliation", ", ".join(missing))
    if (
        record.date
        and "date" not in record.basis
        and (reading.date is None or reading.date.value != record.date)
    ):
        raise _unprinted(record, "date", record.date)
    if reading.language and not _is_language(record, reading.language.value):
        raise _unprinted(record, "language", record.language)
    for field, basis in record.basis.items():
        if basis.kind == "printed" and not _stands(basis.evidence, text):
            raise ArchiveError(
                record.path,
                f"basis.{field}",
                f"{basis.evidence!r} is not printed in the text",
                "Quote the line as it stands.",
            )
    if record.rights is None and (
        line := next((block for block in reading.shown if block.kind is Kind.RIGHTS), None)
    ):
        problem = f"the text prints {line.text!r}"
        raise ArchiveError(
            record.path,
            "rights",
            problem,
            "Copy that line to rights, and see whether access is still full.",
        )


def prints(text: str, value: str) -> bool:
    """Whether a text prints words, whatever their case and the signs between them."""
    return _stands(value, _run(text))


def _is_language(record: Record, found: str) -> bool:
    return (
        "language" in record.basis
        or record.corrects("language")
        or found == record.language.partition("-")[0]
    )


def _stated_values(record: Record, institute: Institute) -> list[tuple[str, list[str]]]:
    """Each field that must be printed unless it has a basis, with the forms it may be printed in."""
    series = institute.series.get(record.series or "")
    claims = [
        ("title", [record.title]),
        ("institute", [institute.name, *(other.name for other in institute.names)]),
        *(
            (f"authors[{index}].printed", [credit.printed])
            for index, credit in enumerate(record.authors, 1)
        ),
        *(("also_printed", [line]) for line in record.also_printed),
    ]
    if series:
        claims.append(("series", [series.name, *series.other_names]))
    for field in ("number", "title_printed", "rights", "license", "source"):
        if value := getattr(record, field):
            claims.append((field, [value]))
    return claims


def with_unclaimed(record: Record, reading: Reading, authority: Authority) -> Reading:
    """Show each line that the reader took for metadata and that the record does not hold; mail addresses are kept back."""
    institute = authority.institutes[record.institute]
    series = institute.series.values()
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
        name for one in series if one.id == record.series for name in (one.name, *one.other_names)
    ]
    words = _LABELS | {word for value in held for word in _words(value)}

    def shown(block: Block) -> bool:
        if block.kind is not Kind.METADATA or block.rule == "contact":
            return False
        if block.rule == "date":
            return reading.date is None or reading.date.value != record.date
        return not words.issuperset(_words(block.text))

    blocks = tuple(
        replace(block, kind=Kind.UNCLAIMED, voice=Voice.PUBLISHER) if shown(block) else block
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


def _stands(value: str, text: str) -> bool:
    """Whether words stand in a text, which is a run of words; Korean and Japanese write particles at the end of the last."""
    run = _run(value)
    return (run.rstrip() if re.search(f"[{SCRIPTS}] $", run) else run) in text


def _run(text: str) -> str:
    """Words in a row, with a space on both sides: no word is found in a part of another."""
    return f" {' '.join(_words(text))} "
