"""A record must agree with its text: each field is printed or has a basis."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, fields, is_dataclass, replace
from pathlib import Path
from typing import Any

from archive.errors import ArchiveError, raise_first
from archive.reading.model import Block, Kind, Reading, Voice
from archive.records.authority import Authority
from archive.records.record import BASIS_FIELDS, Record
from archive.text import dates
from archive.text.dates import is_before, parse_edtf
from archive.text.escaping import MOST_MARKUP, has_too_much_markup
from archive.text.language import SCRIPTS, WORD
from archive.text.names import NOTE_MARK
from archive.text.normal_forms import normalise

# Words that label a fact: a line of the page's header may have them besides the record's values.
_LABELS = set(
    "date writer writers file files author authors by no nos vol issue series published posted on "
    "dr prof mr ms mrs amb ambassador the and of 등록일 작성일 저자 작성자 첨부파일 파일 글 필자 "
    "날짜 제 호 및 집필 공저 지음 씀 著者 執筆者 執筆 筆者 著 文 作者 von vom par por di door "
    "interview with written text sir dame lord lt "
    "gen col capt adm rear vice ret esq phd ph d mba cfa cpa mpp llm llb dphil cbe obe mbe kbe dbe "
    "cmg kcmg gcmg cvo kcvo kcb frs frsa fba qc radm vadm usn rokn roka rokaf jmsdf".split()
)

# What curators write, in a record or another file, and what they copy: it is published.
_PUBLISHED = (
    *("evidence", "reason", "note", "basis", "scope", "label", "stands_for", "home"),
    *("rights", "affiliation", "checked_by", "also_printed"),
)
# The most words in a row that they may quote of a text that the public may not read. One word more
# has at least as many letters.
_MOST_QUOTED = 10
# A row of a hundred thousand cells takes a minute to render.
_MOST_CELLS = 1_000
# A line with such words states rights, also where it was read as the author's.
_TERMS_OF_USE = re.compile(
    r"©|ⓒ|\bcopyright|rights reserved|redistribut|reproduc|circulat|permission|\bconfidential|"
    r"\b(?:not|without) (?:be )?(?:cit|quot|cop|distribut)|internal use|"
    r"저작권|무단|전재|복제|배포|인용|대외비|無断|転載|著作権",
    re.IGNORECASE,
)
# The two countries have had policy institutes only since then.
_FIRST_YEAR = "1945"


def refuse_crowded(path: Path | str, reading: Reading) -> None:
    """Raise ArchiveError on a block of signs that would hold up the build of the pages."""
    raise_first(
        path,
        *(
            (
                any(map(has_too_much_markup, cells))
                or any(row.count("\t") > _MOST_CELLS for row in block.text.split("\n")),
                f"line {block.lines[0]}",
                f"a paragraph with more than {MOST_MARKUP:,} signs that are not prose, or a row of "
                f"more than {_MOST_CELLS:,} cells",
                "Cut it with blank lines, or leave it out: "
                f"--mark {'-'.join(map(str, dict.fromkeys(block.lines)))}=furniture.",
            )
            for block in reading.shown
            for cells in [re.split(r"[|\t\n]" if block.kind is Kind.TABLE else "\0", block.text)]
        ),
    )


def verify_record(record: Record, reading: Reading, authority: Authority) -> None:
    """Check a record against the printed text.

    Raises ArchiveError on a field without a basis or a quoted evidence that the text does not
    print, on a rights line that the record lacks, and on words that may not be quoted.
    """
    refuse_quotations(record, reading, record)
    text = _join_words("\n".join(reading.source.lines))
    unprinted = [
        (field, "affiliation" if field.endswith("affiliation") else field.partition("[")[0], value)
        for field, value, is_printed in _claims(record, reading, authority, text)
        if not is_printed
    ]
    rights = next((block.text for block in reading.shown if block.kind is Kind.RIGHTS), None)
    raise_first(
        record.path,
        *(
            (
                # A basis of the authors may also cover their posts.
                not {base, field.partition("[")[0]} & record.basis.keys(),
                field,
                f"{value!r} is not printed in the text",
                f"Correct it (--set {base.replace('authors', 'author')}=… of `briefs correct`"
                + (" or `briefs replace`" if base in ("title", "number", "date", "source") else "")
                + f"), or say under basis.{base} whether it is supplied or inferred, and from what."
                if base in BASIS_FIELDS
                else "Copy it as the text prints it, or take the field out.",
            )
            for field, base, value in unprinted
        ),
        *_basis_faults(record, reading, text),
        (
            record.rights is None and rights is not None,
            "rights",
            f"the text prints {rights!r}",
            "Copy that line to rights (--set rights=…). Check whether access can still be full.",
        ),
    )


def _basis_faults(record: Record, reading: Reading, text: str) -> list[tuple[bool, str, str, str]]:
    """List whether the basis of each field is wrong: its evidence is not in the text or markup."""
    tags = {one.tag for one in reading.source.declared}
    return [
        (
            (is_printed and not _occurs(basis.evidence, text))
            or (basis.kind == "declared" and basis.evidence not in tags),
            f"basis.{field}",
            f"{basis.evidence!r} is not "
            + ("printed in the text" if is_printed else "a tag in which the page declares a value"),
            ("Quote the line as printed. Or say" if is_printed else "Say")
            + " how you know it: `briefs correct` with "
            f"--set {field.replace('authors', 'author')}=… and --because.",
        )
        for field, basis in record.basis.items()
        for is_printed in [basis.kind == "printed"]
    ]


def refuse_quotations(record: Record, reading: Reading, said: object) -> None:
    """Raise ArchiveError when `said`, which is published, quotes a text that is not."""
    refuse_all_quotations([(record, reading)], [(record.path, said)])


def refuse_all_quotations(
    texts: Iterable[tuple[Record, Reading]], published: Iterable[tuple[Path, object]]
) -> None:
    """Raise ArchiveError when curators quote a text at length that the public may not read.

    They do so in what is `published` of a file. A title is published in any case; a rights line and
    a post are, where they are not words of the author.
    """
    runs: dict[str, list[tuple[str, Record]]] = defaultdict(list)
    for record, reading in texts:
        for run in _withheld_runs(record, reading) if record.access != "full" else ():
            runs[run[: _MOST_QUOTED + 1]].append((run, record))
    for path, said in published if runs else ():
        for field, words in _values(said, _PUBLISHED):
            if quoted := _quoted(words, runs):
                raise ArchiveError(
                    path,
                    field,
                    f"it quotes more than {_MOST_QUOTED} words in a row of a text that is "
                    f"{quoted.access} ({quoted.id}), and it is published",
                    "Say it in your own words, or quote fewer. Lines that only state the rights, "
                    "or the post of an author, can be marked as such: --mark of `briefs correct`.",
                )


def _withheld_runs(record: Record, reading: Reading) -> Iterator[str]:
    """Yield the letters of all words in a row that are too many to be quoted."""
    stated = [record.rights, *record.also_printed, *(one.affiliation for one in record.authors)]
    terms = record.rights if _TERMS_OF_USE.search(record.rights or "") else None
    public = [record.title, record.title_printed, terms]
    for is_own, lines in ((True, public), (False, [*public, *stated])):
        said = "|".join(_letters(line or "") for line in lines)
        text = [one.text for one in reading.shown if (one.voice is Voice.AUTHOR) is is_own]
        words = [*filter(None, map(_letters, WORD.findall(normalise("\n".join(text)))))]
        starts = range(len(words) - _MOST_QUOTED)
        runs = ("".join(words[start : start + _MOST_QUOTED + 1]) for start in starts)
        yield from (run for run in runs if run not in said)


def _quoted(words: str, runs: Mapping[str, list[tuple[str, Record]]]) -> Record | None:
    """Return the record of a text that has a run in common with some words; None without any."""
    letters, size = _letters(words), _MOST_QUOTED + 1
    return next(
        (
            record
            for start in range(len(letters) - _MOST_QUOTED)
            for run, record in runs.get(letters[start : start + size], ())
            if letters.startswith(run, start)
        ),
        None,
    )


def _letters(text: str) -> str:
    """Return the letters and figures of a text, in one case and without the signs between them."""
    return re.sub(r"[\W_]", "", normalise(text).casefold())


def _values(content: Any, names: tuple[str, ...], where: str = "") -> Iterator[tuple[str, str]]:
    """Yield the strings with these names in nested fields: the whole name and the value.

    The strings of a list have its name.
    """
    if is_dataclass(content):
        content = {field.name: getattr(content, field.name) for field in fields(content)}
    for key, value in content.items() if isinstance(content, dict) else enumerate(content, 1):
        place = f"{where}[{key}]" if isinstance(key, int) else f"{where}.{key}".lstrip(".")
        if isinstance(value, dict | list | tuple) or is_dataclass(value):
            yield from _values(value, names, place)
        elif isinstance(value, str) and place.rpartition(".")[2].partition("[")[0] in names:
            yield place, value


def days_of(record: Record) -> dict[str, str]:
    """Return the days that a record names, by field, as EDTF."""
    return {
        **dict(_values(asdict(record), ("added", "date"))),
        "date": str(record.date or ""),
        "saved": str(record.saved or ""),
    }


def implausible_days(days: Mapping[str, str | None], today: str) -> list[str]:
    """Return in words which of some days cannot be, each after its field."""
    dates = {field: date for field, day in days.items() if day and (date := parse_edtf(day))}
    date, saved, now = dates.get("date"), dates.get("saved"), tuple(today.split("-"))
    remarks = (
        *(
            (day.parts > now[: len(day.parts)], f"{field}: {day} has not come yet")
            for field, day in dates.items()
        ),
        (date and date.year < _FIRST_YEAR, f"date: {date} is too early"),
        (is_before(saved, date), f"saved: {saved} is before {date}, the date of the text"),
    )
    return [remark for is_so, remark in remarks if is_so]


def prints(text: str, value: str) -> bool:
    """Whether a text prints the words of `value`, in any case and punctuation.

    The mark of a footnote may stand behind them ("Min-su¹").
    """
    return any(_occurs(value, _join_words(form)) for form in (text, NOTE_MARK.sub("", text)))


def _claims(
    record: Record, reading: Reading, authority: Authority, text: str
) -> list[tuple[str, str, bool]]:
    """List each field that needs a basis unless printed, with its value, and whether it is."""
    lines = "\n".join(reading.source.lines)
    posts = (
        [word for word in words_of(credit.affiliation or "") if f" {word} " not in text]
        for credit in record.authors
    )
    return [
        *(
            (
                field,
                " / ".join(spellings),
                any(_occurs(value, text) or prints(lines, value) for value in spellings),
            )
            for field, spellings in stated_values(record, authority)
        ),
        *(
            (f"authors[{index}].affiliation", ", ".join(missing), not missing)
            for index, missing in enumerate(posts, 1)
        ),
        ("date", str(record.date), not record.date or _is_read_date(record, reading)),
        (
            "language",
            record.language,
            not reading.language
            or reading.language.value == record.language.partition("-")[0]
            or any(correction.field == "language" for correction in record.corrections),
        ),
    ]


def _is_read_date(record: Record, reading: Reading) -> bool:
    return reading.date is not None and reading.date.value == str(record.date)


def stated_values(record: Record, authority: Authority) -> list[tuple[str, list[str]]]:
    """List the fields whose words a text prints, with possible spellings."""
    institutes = [authority.institutes[id] for id in record.institutes]
    series = [body.series[record.series] for body in institutes if record.series in body.series]
    values = [
        ("title", [record.title]),
        *(("institute", body.all_names) for body in institutes),
        *(
            (f"authors[{index}].printed", [credit.printed])
            for index, credit in enumerate(record.authors, 1)
        ),
        *(("also_printed", [line]) for line in record.also_printed),
        *(("series", one.all_names) for one in series),
        *(
            (field, [getattr(record, field) or ""])
            for field in ("number", "title_printed", "rights", "license", "source")
        ),
    ]
    return [(field, spellings) for field, spellings in values if any(spellings)]


def with_unclaimed(record: Record, reading: Reading, authority: Authority) -> Reading:
    """Return the reading with all metadata shown that the record does not hold.

    The reader took these lines for metadata. Mail addresses stay hidden.
    """
    words = held_words(record, authority)

    def is_unclaimed(block: Block) -> bool:
        is_byline = block.rule in ("authors", "affiliation")
        text = NOTE_MARK.sub("", block.text) if is_byline else block.text
        return block.kind is Kind.METADATA and not (
            block.rule == "contact"
            or (
                _is_read_date(record, reading) and not dates.has_more_years(text)
                if block.rule == "date"
                else words.issuperset(words_of(text))
            )
        )

    return replace(
        reading,
        blocks=tuple(
            replace(block, kind=Kind.UNCLAIMED, voice=Voice.PUBLISHER)
            if is_unclaimed(block)
            else block
            for block in reading.blocks
        ),
    )


def held_words(record: Record, authority: Authority) -> set[str]:
    """Return the words that the record holds, and those that label them in a page's header."""
    held = [
        *(
            value
            for field, spellings in stated_values(record, authority)
            if field not in ("rights", "license", "source")
            for value in spellings
        ),
        *(credit.affiliation or "" for credit in record.authors),
        *(name for credit in record.authors for name in authority.authors[credit.id].printed_names),
        # The printed form of a date, if a curator marks its line.
        *(
            basis.evidence
            for field, basis in record.basis.items()
            if (field, basis.kind) == ("date", "printed")
            and any(marked.kind == "date" for marked in record.ranges)
        ),
    ]
    return _LABELS | {word for value in held for word in words_of(value)}


def words_of(text: str) -> Iterable[str]:
    """Return the words of a text in lower case, without punctuation."""
    return re.findall(r"\w+", normalise(text).casefold())


def _occurs(value: str, text: str) -> bool:
    """Whether the words of `value` occur in a text joined by `_join_words`."""
    words = _join_words(value)
    # Korean and Japanese attach particles to the last word.
    return (words.rstrip() if re.search(f"[{SCRIPTS}] $", words) else words) in text


def _join_words(text: str) -> str:
    """Join words with spaces, also at both ends, so that only whole words match."""
    return f" {' '.join(words_of(text))} "
