"""What `briefs add` would put into the archive for one text, and what it still has to ask.

Every value of the record comes from the text, by its reader, or from the curator; what neither says
is asked for, never guessed. A value that the text does not print gets its basis. People, institutes
and series that are new get entries of their own in the authority files; a name like one that is
known is the curator's to decide.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from archive.commands.crediting import credit_authors
from archive.commands.draft import Answers, Draft, Holdings, Missing, Said, cut
from archive.commands.people import slug
from archive.errors import ArchiveError
from archive.readers import read
from archive.reading.model import Kind, Reading, Statement
from archive.records.authority import (
    ID,
    LONGEST_ID,
    LONGEST_INSTITUTE_ID,
    Institute,
    Series,
    check_id,
)
from archive.records.decisions import with_ranges
from archive.records.library import Brief, long_paragraphs, make_brief
from archive.records.record import RANGE_KINDS, Range, parse_lines, parse_record
from archive.records.yamledit import Value, block
from archive.sources.encodings import ENCODINGS, UTF_8
from archive.sources.source import Source
from archive.text import dates
from archive.text.language import language_of

# What --set can give besides authors.
FIELDS = (
    "id title institute series number date language access embargoed_until rights license source "
    "archived saved checked_by encoding"
).split()
# A rights line with such words says that a text may not be passed on.
_RESTRICTS = re.compile(
    r"redistribut|not (?:be )?(?:available for|reproduc|copied|republish)|may not be|prohibited|"
    r"all rights reserved|"
    r"무단\s?(?:\S+\s?금지|전재|복제|배포)|無断転載|転載禁止",
    re.IGNORECASE,
)
# Any other line with such words may say who may use the text: that is the curator's to judge.
_CLAIMS = re.compile(
    r"©|\bcopyright|all rights reserved|redistribut|"
    r"(?:be|without|for) (?:distribut|reproduc|circulat)|\breproduction\b|"
    r"(?:quot|copy|cit|circulat)(?:ing|e)\b.{0,60}\b(?:permission|permitted|allowed)|"
    r"do not (?:cite|quote|copy|circulate)|without (?:\S+ ){0,3}permission|"
    r"^\W*confidential\W*$|internal use only|^\W*embargoed (?:until|till)|"
    r"저작권|무단\s?\S*\s?(?:전재|복제|배포)|"
    r"(?:복제|배포|전재|인용)\S{0,4}\s?(?:할 수 없|금지|금합니다)|대외비|"
    r"無断転載|転載(?:禁止|を禁)|著作権",
    re.IGNORECASE,
)
# A longer block with such words is not the statement itself.
_LONGEST_RIGHTS = 400
# Two texts that share so much of their longer paragraphs are one text, saved twice.
_SAME_TEXT = 0.5


@dataclass(frozen=True, slots=True)
class Proposal:
    """What would be added.

    `brief` is None while something is `missing`; `authority` are the authority files that change.
    """

    file: Path
    data: bytes
    reading: Reading
    said: tuple[Said, ...]
    missing: tuple[Missing, ...]
    uncertain: tuple[str, ...]
    new: tuple[str, ...]
    record: str
    authority: dict[str, str]
    brief: Brief | None

    @property
    def remarks(self) -> list[str]:
        """What is new in the authority files, and what is uncertain.

        Each is one line with the name of the file.
        """
        said = [
            *(f"new: {one}" for one in self.new),
            *(f"uncertain: {one}" for one in self.uncertain),
        ]
        return [f"{self.file.name}: {one}" for one in said]


def propose(held: Holdings, file: Path, data: bytes, answers: Answers) -> Proposal:
    """Read the text `data` of `file` and make its record.

    Raises ArchiveError when it is no text, or an answer cannot be one.
    """
    _refuse_answers(held, answers)
    encoding = answers.fields.get("encoding")
    ranges = tuple(_range(lines, kind, answers.today) for lines, kind in answers.marks)
    reading = with_ranges(file, ranges, read(Source.from_bytes(data, file, encoding)))
    if not any(re.search(r"[^\W_]", one.text) for one in reading.shown):
        problem = "there are no words in it" + (
            " besides its head" if any(one.text for one in reading.blocks) else ""
        )
        raise ArchiveError(file, "file", problem, "Save the page again, with its text.")
    draft = Draft(held, answers, reading)
    _look_for_it(draft, file)
    record = _record(draft, ranges)
    brief = None if draft.missing else _made(draft, file, data, record)
    return Proposal(
        file=file,
        data=data,
        reading=reading,
        said=tuple(draft.said),
        missing=tuple(draft.missing),
        uncertain=tuple(draft.uncertain),
        new=tuple(draft.new),
        record=block(record),
        authority={name: text for name, text in draft.files.items() if text != held.files[name]},
        brief=brief,
    )


def _refuse_answers(held: Holdings, answers: Answers) -> None:
    """Refuse what cannot be an answer, whatever the text says."""
    said = [
        *(("--set", *pair) for pair in answers.fields.items()),
        *(("--set", "author", name) for name in answers.authors),
    ]
    said += [("--because", *pair) for pair in answers.because.items()]
    said += [("--new-institute", *pair) for pair in answers.new_institutes.items()]
    if (saved := answers.fields.get("saved")) and saved > answers.today:
        raise ArchiveError(
            "--set",
            "saved",
            f"{saved!r} has not come yet",
            "Write the day on which the text was saved.",
        )
    for option, field, value in said:
        if not value.isprintable():
            problem = "it holds a line end or a sign that cannot be shown"
            raise ArchiveError(
                option, field, problem, f"Write {field}=… in one line of plain signs."
            )
    if (date := answers.fields.get("date")) and not dates.is_edtf(date):
        remedy = "Write a year, month or day that exists: 2022, 2022-07, 2022-07-10."
        raise ArchiveError("--set", "date", f"{date!r} is no date", remedy)
    if (encoding := answers.fields.get("encoding")) is not None and encoding not in ENCODINGS:
        raise ArchiveError(
            "--set",
            "encoding",
            f"{encoding!r} is not known",
            f"Write one of: {', '.join(ENCODINGS)}.",
        )
    if unknown := answers.because.keys() - {"author", *FIELDS}:
        raise ArchiveError(
            "--because",
            min(unknown),
            "there is no such field",
            f"Write one of: author, {', '.join(FIELDS)}.",
        )
    for id in answers.new_authors:
        check_id("--new-author", "id", id, LONGEST_ID)
        if "-" not in id:
            raise ArchiveError(
                "--new-author", id, "it is one word", "Write <family>-<given>: kim-jiyoon."
            )
    for id, name in answers.new_institutes.items():
        check_id("--new-institute", "id", id, LONGEST_INSTITUTE_ID)
        if not re.search(r"\w", name):
            raise ArchiveError(
                "--new-institute", id, "it has no name", f"Write --new-institute {id}='…'."
            )
        if id in held.library.authority.institutes:
            raise ArchiveError(
                "--new-institute",
                id,
                "there is an institute of this id already",
                f"Write --set institute={id}.",
            )


def _record(draft: Draft, ranges: tuple[Range, ...]) -> dict[str, Value]:
    """The fields of the record, in the order of the file.

    Those without a value are left out, but for four that say so.
    """
    title = _plain(draft, "title", required=True)
    credits, family = credit_authors(draft)
    institute = _institute(draft)
    fields: dict[str, Value] = {
        "id": None,
        "title": title,
        "title_printed": _other_title(draft, title),
    }
    fields |= {"also_printed": _also_printed(draft), "authors": credits, "institute": institute}
    fields |= {
        "series": _series(draft, institute) if institute else None,
        "number": _plain(draft, "number"),
        "date": _date(draft),
    }
    fields |= {"language": _plain(draft, "language", required=True)}
    fields |= dict(zip(("access", "rights"), _rights(draft), strict=True))
    if fields["access"] == "embargoed" and not draft.answers.fields.get("embargoed_until"):
        draft.ask("embargoed_until", "an embargo ends on a day", "--set embargoed_until=DAY")
    fields |= {
        name: draft.given(name)
        for name in ("embargoed_until", "license", "source", "archived", "saved", "checked_by")
    }
    fields |= {
        "added": draft.answers.today,
        "corrections": draft.corrections,
        "ranges": [_as_value(one) for one in ranges],
    }
    fields |= {
        "sha256": draft.reading.source.sha256,
        "encoding": _encoding(draft),
        "basis": draft.basis,
    }
    date = fields["date"]
    nobody = not credits and all(one.field != "author" for one in draft.missing)
    if title and institute and (family or nobody):
        fields["id"] = _id(draft, str(date)[:4] if date else "nd", institute, family, title)
    for body, other in draft.other_names:
        draft.put(
            "institutes.yml",
            (body, "names"),
            None,
            {**other, "basis": f"printed in {fields['id']}"},
        )
    for name in ("authors", "date"):
        if (
            not fields[name]
            and not getattr(draft.reading, name)
            and not any(name.startswith(one.field) for one in draft.missing)
        ):
            seen = _dates_seen(draft) if name == "date" else ""
            draft.uncertain.append(
                f"{name}: the text does not say it, and the record leaves it out{seen}"
            )
    for name in draft.answers.because.keys() - draft.reasons_kept:
        draft.uncertain.append(f"{name}: the reason given is not kept, as nothing there needs one")
    return {
        name: value
        for name, value in fields.items()
        if value or name in ("rights", "source", "saved", "checked_by")
    }


def _plain(draft: Draft, name: str, *, required: bool = False) -> str | None:
    """A field that is words of the text, or what the curator says in their place."""
    statement: Statement | None = getattr(draft.reading, name)
    if name in draft.answers.fields:
        value = draft.answers.fields[name] or None
        if required and not value:
            draft.ask(name, "it cannot be left out", f"--set {name}=…")
            return None
        draft.overrule(name, statement, value)
        in_brackets = (
            name == "title" and value and value.startswith("[")
        )  # a title that the archive gives
        if value and name != "language" and (in_brackets or not draft.prints(value)):
            draft.base(name, "supplied")
        return value
    if statement is None:
        if required:
            draft.ask(name, "the text does not say it", f"--set {name}=…")
        return None
    draft.say(
        name,
        statement.value,
        f"line {statement.line}" if statement.basis == "printed" else f"by {statement.text}",
    )
    return statement.value


def _date(draft: Draft) -> str | None:
    """The date that the text prints as its own, or the one that the curator gives.

    The latter is supplied, wherever it is printed.
    """
    statement, given = draft.reading.date, draft.answers.fields.get("date")
    if given is None:
        return _plain(draft, "date")
    draft.overrule("date", statement, given or None)
    if given and not (statement and statement.value == given):
        lines = draft.reading.source.lines
        place = next(
            (
                n
                for n, line in enumerate(lines, 1)
                if any(given == edtf for edtf, _, _ in dates.find_all(line))
            ),
            None,
        )
        if given > draft.answers.today:
            draft.uncertain.append(f"date: {given} has not come yet")
        draft.base(
            "date", "supplied", f"line {place} of the source prints this date" if place else None
        )
    return given or None


def _dates_seen(draft: Draft) -> str:
    """Where a text without a date of its own prints one: what the curator should look at."""
    lines = enumerate(draft.reading.source.lines, 1)
    line, found = next(
        ((n, edtf) for n, text in lines for edtf, _, _ in dates.find_all(text)), (0, "")
    )
    return f"; line {line} prints {found}" if found else ""


def _institute(draft: Draft) -> str | None:
    """The id of the institute.

    The one given, or the one known under the name that the text prints.
    """
    statement, bodies = draft.reading.institute, draft.held.authority.institutes
    given = draft.answers.new_institutes
    new = {
        id: name for id, name in given.items() if id not in bodies
    }  # others came with an earlier file of the same command
    matching = [
        body.id
        for body in bodies.values()
        if statement and any(_same(statement.value, name) for name in _names(body))
    ]
    key = draft.answers.fields.get("institute") or (
        matching[0] if len(matching) == 1 else next(iter(given), None)
    )
    if key is None:
        _ask_institute(draft, statement, bodies)
        return None
    if key not in bodies and key not in new:
        raise ArchiveError(
            "--set",
            "institute",
            f"there is no institute {key!r}",
            f"Add --new-institute {key}=NAME.",
        )
    names = (
        [new[key]]
        if key in new
        else [bodies[key].name, *(other.name for other in bodies[key].names)]
    )
    if key in new:
        names += _add_institute(draft, key, new[key], statement)
    elif statement and matching and key not in matching:
        draft.overrule("institute", statement, key)
    elif statement and not matching:
        names += _add_name(draft, key, statement)
    line = (
        f"{'' if statement.basis == 'printed' else 'inferred from '}line {statement.line}"
        if statement
        else ""
    )
    draft.say("institute", f"{names[0]} ({key})", line if key in matching else "given")
    if not any(draft.prints(name) for name in names):
        if statement and statement.basis == "inferred":
            draft.base(
                "institute",
                "inferred",
                f"line {statement.line} of the source: “{cut(statement.text)}”",
            )
        else:
            draft.base("institute", "supplied")
    return key


def _ask_institute(
    draft: Draft, statement: Statement | None, bodies: Mapping[str, Institute]
) -> None:
    known = f"known are {', '.join(bodies)}"
    named = [
        (number, body.id)
        for number, line in enumerate(draft.reading.source.lines, 1)
        for body in bodies.values()
        if any(_same(line, name) for name in _names(body))
    ]
    if named and not statement:
        problem = f"the text does not say it; line {named[0][0]} is a name of {named[0][1]}"
        draft.ask(
            "institute", problem, f"--set institute={named[0][1]} if that is the publisher; {known}"
        )
    elif statement:
        problem = (
            f"“{statement.value}” (line {statement.line}) is no name of an institute that is known"
        )
        proposed = slug(statement.value, LONGEST_INSTITUTE_ID) or "ID"
        draft.ask(
            "institute",
            problem,
            f"--new-institute {proposed}='{statement.value}', or --set institute=ID; {known}",
        )
    else:
        draft.ask(
            "institute",
            "the text does not say it",
            f"--set institute=ID, or --new-institute ID=NAME; {known}",
        )


def _add_institute(draft: Draft, key: str, name: str, statement: Statement | None) -> list[str]:
    """A new entry in the authority file.

    Returns the second name, if there is one, under which the text knows it.
    """
    draft.put("institutes.yml", (), key, {"name": name})
    draft.new.append(f"institute {key}: {name}")
    return (
        _add_name(draft, key, statement) if statement and not _same(statement.value, name) else []
    )


def _add_name(draft: Draft, key: str, statement: Statement) -> list[str]:
    """Another name of an institute for the authority file.

    It waits until there is an id to say where it is printed.
    """
    if not draft.prints(statement.value):
        return []
    draft.other_names.append(
        (key, {"name": statement.value, "language": language_of(statement.value) or "en"})
    )
    draft.new.append(f"another name of {key}: {statement.value}")
    return [statement.value]


def _series(draft: Draft, institute: str) -> str | None:
    """The id of the series.

    A known one of the institute, or a new one under the name that the text prints. The curator may
    give the id of a known one, a name, the id that a printed name is to have, or nothing.
    """
    body = draft.held.authority.institutes.get(institute)
    listed: Mapping[str, Series] = body.series if body else {}
    statement, given = draft.reading.series, draft.answers.fields.get("series")
    if given is None:
        if statement is None:
            return None
        draft.say("series", statement.value, f"line {statement.line}")
    known = _known_series(
        listed, given if given is not None else statement.value if statement else ""
    )
    names_it = (
        given is not None
        and statement is not None
        and ID.fullmatch(given) is not None
        and known is None
    )
    if given and known is None and statement is None and ID.fullmatch(given) and "-" in given:
        problem = f"there is no series {given!r} of {institute}"
        raise ArchiveError(
            "--set",
            "series",
            problem,
            f"Known: {', '.join(listed) or 'none yet'}; give the name of a new one.",
        )
    if given is not None:
        other = (
            statement if given == "" or known is None else None
        )  # a known series under another name is no correction
        draft.overrule("series", None if names_it else other, given or None)
    if given == "":
        return None
    name = statement.value if statement and (given is None or names_it) else given or ""
    key = known.id if known else given if names_it and given else _series_id(draft, institute, name)
    if not key:
        draft.ask(
            "series",
            f"“{name}” is new, and no id can be made of it",
            "--set series=ID for a new one, --set series= for none",
        )
        return None
    names = [name]
    if known is None:
        draft.put("institutes.yml", (institute, "series"), key, {"name": name})
        draft.new.append(f"series {key} of {institute}: {name}")
    else:
        names = [known.name, *known.other_names]
        if (
            statement
            and not _known_series(listed, statement.value)
            and draft.prints(statement.value)
        ):
            draft.put(
                "institutes.yml", (institute, "series", key, "other_names"), None, statement.value
            )
            draft.new.append(f"another name of {key}: {statement.value}")
            names.append(statement.value)
    if not any(draft.prints(one) for one in names):
        draft.base("series", "supplied")
    return key


def _known_series(listed: Mapping[str, Series], name: str) -> Series | None:
    """The series of an institute that has an id or a name, also in the plural."""

    def one_of(text: str) -> str:
        return re.sub(r"s\b", "", _fold(text))

    names = {
        series.id: {one_of(text) for text in (series.name, *series.other_names)}
        for series in listed.values()
    }
    return next(
        (
            series
            for series in listed.values()
            if name == series.id or (name and one_of(name) in names[series.id])
        ),
        None,
    )


def _series_id(draft: Draft, institute: str, name: str) -> str:
    """The id that a new series is proposed to have; "" for a name without Latin letters."""
    words = slug(name)
    key = words if words.startswith(institute) else slug(f"{institute} {name}") if words else ""
    taken = {one for body in draft.authority.institutes.values() for one in body.series}
    return (
        next((one for n in range(2, 9) if (one := f"{key[: LONGEST_ID - 2]}-{n}") not in taken), "")
        if key in taken
        else key
    )


def _rights(draft: Draft) -> tuple[str | None, str | None]:
    """Access, and the statement as printed.

    A line that forbids restricts; what only claims is the curator's to judge.
    """
    lines = [one for one in draft.reading.shown if one.kind is Kind.RIGHTS]
    given = draft.answers.fields.get("rights")
    rights = given or (lines[0].text if lines else None)
    access = draft.answers.fields.get("access")
    if rights and not draft.prints(rights):
        remedy = "Copy the line as it stands, or leave it out."
        raise ArchiveError("--set", "rights", f"{rights!r} is not printed in the text", remedy)
    if rights:
        draft.say(
            "rights",
            rights,
            f"line {lines[0].lines[0]}" if lines and rights == lines[0].text else "given",
        )
    forbids = any(_RESTRICTS.search(text) for text in (rights or "", *(one.text for one in lines)))
    claim = next(
        (
            one
            for one in draft.reading.blocks
            if one.kind is not Kind.FURNITURE and _CLAIMS.search(one.text)
        ),
        None,
    )
    said = (
        f"line {claim.lines[0]} may say who may use the text: “{cut(_around(claim.text))}”"
        if claim
        else ""
    )
    is_stated = bool(rights)
    if claim and not rights and given is None and len(claim.text) <= _LONGEST_RIGHTS:
        rights = " ".join(claim.text.split())
        draft.say("rights", rights, f"line {claim.lines[0]}")
    forbids = forbids or bool(claim and _RESTRICTS.search(claim.text))
    if access == "full" and forbids and "access" not in draft.answers.because:
        draft.ask(
            "access",
            said or f"the text says “{rights}”",
            "--because access='…', why it may be shown whole, or --set access=restricted",
        )
    elif access:
        draft.say("access", access, "given")
        if access == "full" and (forbids or claim):
            draft.uncertain.append(
                f"access: it is given as full, but {said or f'the text says “{rights}”'}"
            )
        if "access" in draft.answers.because:
            draft.base("access", "supplied")
    elif is_stated and forbids:
        access = "restricted"
        draft.say("access", access, "by its rights line")
    elif rights or claim:
        options = "--set access=full, restricted, or embargoed with embargoed_until=DAY"
        more = (
            ""
            if rights
            else "; --set rights='…', the words as printed, if they are about this text"
        )
        draft.ask("access", said or f"the text says “{rights}”", options + more)
    else:
        access = "full"
        draft.say("access", access, "nothing on rights is printed")
    return access, rights


def _around(line: str) -> str:
    """A line from the word before a claim on."""
    found = _CLAIMS.search(line)
    return line[line.rfind(" ", 0, max(found.start() - 1, 0)) + 1 :] if found else line


def _encoding(draft: Draft) -> str | None:
    """The encoding of the text, None for UTF-8, which is meant where a record has none."""
    found = draft.reading.source.encoding
    draft.say("encoding", found, "given" if "encoding" in draft.answers.fields else "detected")
    return None if found == UTF_8 else found


def _other_title(draft: Draft, title: str | None) -> str | None:
    """The title as printed a second time in other words.

    A second line of the first printing is none. Nor is what the curator does not take for the
    title: a line that no field holds is shown in the text.
    """
    lines = [
        one for one in draft.reading.blocks if one.kind is Kind.METADATA and one.rule == "title"
    ]
    first = (
        f"{_fold(title or '')}\n{_fold(draft.reading.title.value) if draft.reading.title else ''}"
    )
    other = next((one for one in lines if title and _fold(one.text) not in first), None)
    if other is None:
        return None
    draft.say("title_printed", other.text, f"line {other.lines[0]}")
    return " ".join(other.text.split())


def _also_printed(draft: Draft) -> list[Value]:
    rules = ("subtitle", "part of")
    lines = [one for one in draft.reading.blocks if one.kind is Kind.METADATA and one.rule in rules]
    for one in lines:
        draft.say("also_printed", one.text, f"line {one.lines[0]}")
    return [" ".join(one.text.split()) for one in lines]


def _id(draft: Draft, year: str, institute: str, family: str, title: str) -> str | None:
    """<year>-<institute>-<family name>, "-2" when taken.

    Without an author the first long word of the title (DESIGN.md).
    """
    taken = draft.held.ids
    if given := draft.answers.fields.get("id"):
        if given in taken:
            raise ArchiveError(
                "--set",
                "id",
                f"{given!r} was given out already",
                "Choose another, or leave it to the command.",
            )
        draft.say("id", given, "given")
        return given
    words = [slug(word) for word in (*re.findall(r"[^\W\d_]{5,}", title), title)]
    last = family or next((word for word in words if word), "")
    if not last:
        draft.ask(
            "id",
            "no id can be made of the title",
            f"--set id={year}-{institute}-WORD, at most {LONGEST_ID} characters",
        )
        return None
    endings = ["", *(f"-{n}" for n in range(2, len(taken) + 3))]
    whole = f"{year}-{institute}-{last}"
    key = next(
        one
        for end in endings
        if (one := whole[: LONGEST_ID - len(end)].rstrip("-") + end) not in taken
    )
    draft.say("id", key, "proposed; it is the address, for good")
    return key


def _look_for_it(draft: Draft, file: Path) -> None:
    """Ask when the text seems to be in the archive already.

    Raises ArchiveError when the same bytes are.
    """
    source = draft.reading.source
    if same := next((one for one in draft.held.briefs if one.record.sha256 == source.sha256), None):
        raise ArchiveError(
            file,
            "file",
            f"this text is in the archive already, as {same.id}",
            "There is nothing to add.",
        )
    own = long_paragraphs(draft.reading)
    shared = Counter(id for text in own for id in draft.held.paragraphs.get(text, ()))
    title = _fold(draft.reading.title.value) if draft.reading.title else ""
    for id, times in shared.items():
        share = times / len(own)
        if share >= _SAME_TEXT and not draft.answers.anyway:
            option = (
                f"`briefs replace {id} FILE` if it is a new copy; --anyway to add it all the same"
            )
            draft.ask("duplicate", f"{share:.0%} of its longer paragraphs stand in {id}", option)
        else:
            draft.uncertain.append(f"like {id}: {share:.0%} of its longer paragraphs stand there")
    for brief in draft.held.briefs:
        if title and brief.id not in shared and title == _fold(brief.record.title):
            draft.uncertain.append(f"like {brief.id}: that has the same title")
    for gone in draft.held.library.withdrawn:
        if gone.record.sha256 == source.sha256 and not draft.answers.anyway:
            problem = f"the same text was withdrawn as {gone.id}: {gone.withdrawal.reason}"
            draft.ask("duplicate", problem, "--anyway to add it all the same")


def _made(draft: Draft, file: Path, data: bytes, record: Mapping[str, Value]) -> Brief:
    """The brief as the archive would have it.

    Raises ArchiveError, about the file given, when it would refuse it.
    """
    path = draft.held.library.archive.path(f"briefs/{record['id']}.yml")
    try:
        brief = make_brief(
            parse_record(path, block(record), draft.authority),
            draft.authority,
            draft.held.library.archive,
            data,
        )
    except ArchiveError as error:
        field = f"its record, {error.field}"
        raise ArchiveError(file, field, error.problem, error.remedy) from None
    if faults := brief.summary.account.faults:
        remedy = "Mend the reader: `briefs inspect` shows what it makes of the text."
        raise ArchiveError(file, faults[0], "the reader loses words", remedy)
    return brief


def _range(lines: str, kind: str, today: str) -> Range:
    found = parse_lines(lines)
    if found is None or kind not in RANGE_KINDS:
        remedy = f"Write --mark 12-14=introduction; the kinds are {', '.join(RANGE_KINDS)}."
        raise ArchiveError("--mark", f"{lines}={kind}", "this marks nothing", remedy)
    return Range(*found, kind, RANGE_KINDS[kind], today, "marked when the brief was added")


def _as_value(one: Range) -> Value:
    return {"lines": one.lines, "as": one.kind, "date": one.date, "reason": one.reason}


def _names(body: Institute) -> list[str]:
    return [body.name, *(other.name for other in body.names), body.short]


def _same(one: str, other: str) -> bool:
    return bool(other) and _fold(one) == _fold(other)


def _fold(text: str) -> str:
    return re.sub(r"^the ", "", " ".join(re.findall(r"\w+", text.casefold())))
