"""The fields of a record: how `briefs add` finds, checks and asks for each of them.

A value comes from the text, by its reader, or from the curator; what neither says is asked for,
never guessed. A value that the text does not print gets its basis. Institutes and series that are
new get entries of their own in the authority files.
"""

import re
from collections.abc import (
    Callable,
    Container,
    Iterable,
    Iterator,
    Mapping,
)
from dataclasses import dataclass, replace
from itertools import chain, count, islice, pairwise, takewhile

from archive.commands.authors import find_authors, known_author
from archive.commands.proposal import EVIDENCE_WORDS, Answers, Holdings, Proposal, first_words
from archive.errors import ArchiveError, raise_first
from archive.readers import read
from archive.reading.header import MIN_PROSE_LENGTH
from archive.reading.model import Kind, Reading, Statement, Voice
from archive.reading.vocabulary import INSTITUTE, part_institutes
from archive.records.authority import (
    ID,
    INSTITUTES,
    LONGEST_ID,
    LONGEST_INSTITUTE_ID,
    Institute,
    Series,
    check_id,
    make_id,
)
from archive.records.record import Range, parse_lines
from archive.records.verify import prints
from archive.records.yamledit import Value
from archive.sources.encodings import ENCODINGS, UTF_8
from archive.text import dates
from archive.text.language import language_of
from archive.text.names import bare_byline, bare_name, byline_names, loose_names
from archive.text.normal_forms import align, fold, normalise, slug, visible
from archive.text.sentences import is_whole

# A rights line with such words says that a text may not be passed on.
_RESTRICTS = re.compile(
    r"redistribut|not (?:be )?(?:available for|reproduc|copied|republish)|may not be|prohibited|"
    r"all rights reserved|"
    r"무단\s?(?:\S+\s?금지|전재|복제|배포)|無断転載|転載禁止",
    re.IGNORECASE,
)
# Any other line with such words may say who may use the text: that is the curator's to judge.
_RIGHTS_WORDING = re.compile(
    r"©(?!(?<=[^\W\d_]©)[^\W\d_])|\bcopyright|all rights reserved|redistribut|"
    r"(?:be|without|for) (?:distribut|reproduc|circulat)|\breproduction\b|"
    r"(?:quot|copy|cit|circulat)(?:ing|e)\b.{0,60}\b(?:permission|permitted|allowed)|"
    r"do not (?:cite|quote|copy|circulate)|without (?:\S+ ){0,3}permission|"
    r"^\W*confidential\W*$|internal use only|^\W*embargoed (?:until|till)|"
    r"저작권|무단\s?\S*\s?(?:전재|복제|배포)|"
    r"(?:복제|배포|전재|인용)\S{0,4}\s?(?:할 수 없|금지|금합니다)|대외비|"
    r"無断転載|転載(?:禁止|を禁)|著作権",
    re.IGNORECASE,
)
# Words that a name may begin with and that tell nothing, and others that many institutes have.
_EMPTY = r"the|an?|institut\w*|cent(?:er|re)|council|foundation|bureau|for|of|on|and"
_GENERIC = re.compile(rf"^(?:(?:{_EMPTY})\s)+")
_COMMON_WORD = re.compile(
    rf"{_EMPTY}|polic\w*|stud\w*|research|strateg\w*|(?:inter)?national|global|university|school|"
    r"department|society|forum|korean?|japan\w*|asian?|pacific|affairs|security|relations|peace|"
    r"development|econom\w*|future"
)
_LONG_WORD = re.compile(r"[^\W\d_]{5,}")
# A longer block with such words is not the statement itself.
_LONGEST_RIGHTS = 400


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a record.

    `find` finds its value, shows where it comes from, and asks for what is missing; it is None for
    a value that is known before, or found with another. A value that a curator gives `needs_basis`
    unless the text prints it. No record can lack a field that `is_required`. A curator can set one
    that `is_settable`, and for several texts at once unless it `is_of_one_text`. `is_null`: the
    record has the field even without a value.
    """

    name: str
    find: Callable[[Proposal, "Field"], Value] | None
    needs_basis: bool = False
    is_required: bool = False
    is_settable: bool = True
    is_of_one_text: bool = False
    is_null: bool = False


def _find_value(proposal: Proposal, field: Field) -> str | None:
    """Return what the curator gives for a field, or else what the text or its page states."""
    given, reading = proposal.answers.fields.get(field.name), proposal.reading
    declared = {
        one.field: Statement(one.value, 0, one.tag, "declared")
        for one in reversed(reading.source.declared)
        if one.field == "source" and given is None
    }
    statement = (declared | dict(reading.statements())).get(field.name)
    value = given if given is not None else statement.value if statement else None
    if field.is_required and not value:
        proposal.ask(field.name, "unsaid" if given is None else "left out")
    elif statement and (given is None or normalise(given) == normalise(statement.value)):
        proposal.show(field.name, statement.value, statement.where)
        if statement.basis == "declared" and field.needs_basis:
            proposal.add_basis_of(field.name, statement)
    elif given is not None:
        proposal.overrule(field.name, statement, given or None)
        if given and field.needs_basis and (basis := _basis_of(proposal, field.name, given)):
            proposal.add_basis(field.name, *basis)
    return value or None


def _basis_of(proposal: Proposal, name: str, value: str) -> tuple[str, str] | None:
    """Return the kind and the evidence of the basis of a value; None if the text prints it.

    A date that the text prints somewhere else than a reader looks for it, or in a form that no
    reader knows, has that line as its evidence. A title in brackets is the archive's.
    """
    texts = proposal.reading.source.lines if name == "date" else ()
    marked = (
        " ".join(texts[lines[0] - 1 : lines[1]])
        for one in proposal.values["ranges"] or ()
        if texts and one["as"] == "date" and (lines := parse_lines(one["lines"]))
    )
    found = (
        *(
            (text, value)
            for text in marked
            if all(value.startswith(date) for date, *_ in dates.find_all(text))
        ),
        *((text[:end], date) for text in texts for date, _, end in dates.find_all(text)),
    )
    if words := next((text for text, date in found if date == value), "").split():
        return "printed", " ".join(words[-EVIDENCE_WORDS:])
    is_printed = name != "date" and not value.startswith("[") and proposal.prints(value)
    return None if is_printed else ("supplied", "")


# -- lines of the header ---------------------------------------------------------------------------


def _find_second_title(proposal: Proposal, _: Field) -> str | None:
    """Return the title as printed a second time in other words.

    That is not a second line of the first printing. A line that the curator does not take for the
    title is not one either: without a field, it is shown in the text.
    """
    stated, title = proposal.reading.title, proposal.values["title"]
    first = f"{fold(title or '')}\n{fold(stated.value) if stated else ''}"
    lines = [
        block
        for block in (proposal.reading.blocks if title else ())
        if (block.kind, block.rule) == (Kind.METADATA, "title") and fold(block.text) not in first
    ]
    proposal.rows += [("title_printed", one.text, f"line {one.lines[0]}") for one in lines[:1]]
    return visible(lines[0].text) if lines else None


def _find_other_lines(proposal: Proposal, _: Field) -> Value:
    # A byline, of which the curator names one author at least, is no subtitle.
    named = {text.rpartition("=")[2].strip(" ,") for text in proposal.answers.authors}
    blocks = [
        block
        for block in proposal.reading.blocks
        if block.kind is Kind.METADATA
        and block.rule in ("subtitle", "part of")
        and fold(block.text) != fold(proposal.values["title"] or "")
        and not {*loose_names(block.text)} & named
    ]
    proposal.rows += [("also_printed", one.text, f"line {one.lines[0]}") for one in blocks]
    return [visible(block.text) for block in blocks]


def find_known_lines(
    held: Holdings, reading: Reading, answers: Answers
) -> Iterator[tuple[str, str]]:
    """Yield marks, as lines and kind, for lines that are names of an institute or authors known.

    They count when neither the reader nor the curator gives the field; authors, above the prose. If
    the reader then has no title, it is what is read as the title without these lines.
    """
    bodies, people = held.authority.institutes, held.authority.authors.values()
    lines = [
        (block.lines[0], normalise(block.text))
        for block in reading.blocks
        if block.kind not in (Kind.NOTE, Kind.BIOGRAPHY)
    ]
    owners = {fold(name): id for id in bodies for name in (*bodies[id].all_names, bodies[id].short)}
    issuers = {
        tuple(owners[fold(name)] for name in names): line
        for line, text in reversed(lines)
        for names in [part_institutes(text, owners)]
        if all(fold(name) in owners for name in names)
        and not (reading.institute or "institute" in answers.given)
    }
    found = dict.fromkeys(issuers.values() if len(issuers) == 1 else (), "institute") | {
        line: "author"
        for line, text in takewhile(lambda line: len(line[1]) <= MIN_PROSE_LENGTH, lines)
        for names in [byline_names(text) or [bare_name(bare_byline(text))]]
        if not (reading.authors or "authors" in answers.given)
        and all(known_author(name, people) for name in names)
    }
    yield from ((str(line), kind) for line, kind in found.items())
    if (
        found
        and "title" not in answers.given
        and not (reading.title and reading.title.line not in found)
    ):
        rest = ("" if line in found else text for line, text in enumerate(reading.source.lines, 1))
        again = read(replace(reading.source, lines=tuple(rest)))
        titles = [one.lines for one in again.blocks if again.title and one.rule == "title"]
        yield from (("{}-{}".format(*lines), "title") for lines in titles[:1])


# -- institute and series --------------------------------------------------------------------------


def _find_institutes(proposal: Proposal, _: Field) -> Value:
    """Return the institutes that issued the text; a single one is an id, not a list.

    None while it is to ask whose a name is, whether all that are named issued the text, or who did.
    """
    statement = proposal.reading.institute
    line, named, unknown, ids = _meant_institutes(proposal)
    is_given = not named.keys().isdisjoint(ids)
    bodies, new = proposal.held.authority.institutes, proposal.answers.new_institutes
    for id in (id for id in ids if id not in {**bodies, **new}):
        fit = make_id(id, LONGEST_INSTITUTE_ID) or "ID"
        begin, end = ("Add", "") if fit == id else ("Give", " in its place")
        raise ArchiveError(
            "--set",
            "institute",
            f"there is no institute {id!r}",
            f"{begin} --new-institute {fit}=NAME{end}.",
        )
    _note_other_institutes(proposal, ids)
    asked = [
        *((name, _propose_institute_id(name, {**bodies, **new}), "new") for name in unknown),
        *((named[id], id, "too") for id in named if is_given and id not in ids),
        *([] if ids else [(", ".join(named), ",".join(named), "named" if named else "unsaid")]),
    ]
    for name, id, question in asked[:1]:
        proposal.ask(
            "institute",
            f"institute {question}",
            where=statement.text if statement and not line else f"line {line}",
            name=name,
            id=id,
            known=", ".join(bodies),
        )
        return None
    if statement and (
        any(text.endswith("=") for text in proposal.answers.institutes) or (named and not is_given)
    ):
        proposal.overrule("institute", statement, ", ".join(ids))
    unprinted = [id for id in ids if not _use_institute(proposal, id, line, named.get(id, ""))]
    if unprinted:
        whose = ", ".join(proposal.held.authority.institutes[id].name for id in unprinted)
        proposal.add_basis_of(
            "institute",
            statement if named.keys() >= {*unprinted} else None,
            f"{whose}: " if ids[1:] else "",
        )
    return ids if ids[1:] else ids[0]


def _note_other_institutes(proposal: Proposal, ids: list[str]) -> None:
    """Tell of lines of the head that name a known institute besides those who issued the text."""
    head = [*takewhile(lambda block: len(block.text) <= MIN_PROSE_LENGTH, proposal.reading.shown)]
    bodies = proposal.held.authority.institutes
    answered = {fold(text.rpartition("=")[0]) for text in proposal.answers.institutes}
    if (series := proposal.reading.series) and not ids:
        proposal.uncertain += [
            f"institute: “{series.value}” (line {series.line}) is a series of {id}; if that issued "
            f"the text, add --set institute={id}"
            for id, body in bodies.items()
            if _series_named(body.series, series.value)
        ]
    proposal.uncertain += [
        f"institute: line {block.lines[0]} names {bodies[id].name}; if it issued the text, add "
        f"--set institute={id}"
        for id in bodies
        for block in head
        for names in [{*map(fold, bodies[id].all_names)}]
        if id not in ids
        and not names & answered
        and any(f" {name} " in f" {fold(block.text)} " for name in names)
    ]


def _propose_institute_id(name: str, taken: Container[str]) -> str:
    """Return an id for a new institute, of the words that tell it from others."""
    words, longest = _GENERIC.sub("", fold(name)) or name, LONGEST_INSTITUTE_ID
    return _first_free(make_id(words, longest), taken, longest) or "ID"


def _meant_institutes(proposal: Proposal) -> tuple[int, dict[str, str], list[str], list[str]]:
    """Return a line of the text that names institutes, and who issued the text.

    These are the line, its known names by ids, its unknown names, and the ids of the institutes
    that are given or, without any given, stated.
    """
    statement, new = proposal.reading.institute, proposal.answers.new_institutes
    texts = [text.rpartition("=") for text in proposal.answers.institutes]
    given = [
        id for _, sign, ids in texts for part in ids.split(",") if not sign and (id := part.strip())
    ]
    meant = {fold(name): id.strip() for name, sign, id in texts if sign}
    names = [
        *((fold(name), id) for id, name in new.items()),
        *(
            (name, id)
            for id, body in proposal.held.authority.institutes.items()
            for name in {*map(fold, body.all_names), fold(body.short)}
        ),
    ]
    # The name of two institutes tells nothing, unless one of them is given.
    first, last = dict(reversed(names)), dict(names)
    owners = {name: id for name, id in names if first[name] == last[name] or id in given} | meant
    line, stated = _naming_line(proposal.reading, owners)
    # A name that stands alone is of the institute that alone is given, if they share a word.
    if len(stated) == len(only := given or [*new]) == 1:
        words = _own_words(stated[0])
        if any(words & _own_words(name) for name, id in names if id == only[0]):
            owners.setdefault(fold(stated[0]), only[0])
    parts = {name: owners.get(fold(name)) for name in stated}
    named = {
        id.strip(): name
        for name, sign, id in texts
        if sign and id.strip() and proposal.prints(name)
    } | {id: name for name, id in parts.items() if id}
    # A new institute that the text names is given, too. One that it does not name must be meant,
    # unless there are other texts.
    given += [
        id
        for id in (*meant.values(), *new)
        if id and (texts if id in named else not proposal.answers.of_several)
    ]
    ids = list(dict.fromkeys(given)) or ([*named] if statement else []) or [*new]
    proposal.uncertain += [
        f"--new-institute {id}: the text does not name it" for id in new if id not in (*named, *ids)
    ]
    return line, named, [name for name, id in parts.items() if id is None], ids


def _own_words(name: str) -> set[str]:
    """Return the words of an institute's name that few others have."""
    return {word for word in fold(name).split() if not _COMMON_WORD.fullmatch(word)}


def _naming_line(reading: Reading, owners: Mapping[str, str]) -> tuple[int, list[str]]:
    """Return the line that states the institute, and the names on it and on others of the header.

    If none states it, that is the line with most names that `owners` has, and nothing else.
    """
    known = [
        (line, names)
        for line, text in enumerate(reading.source.lines, 1)
        for names in [part_institutes(text, owners)]
        if all(fold(name) in owners for name in names)
    ]
    if not (statement := reading.institute):
        return max(known, key=lambda pair: len(pair[1]), default=(0, []))
    header = {block.lines[0] for block in reading.blocks if block.rule == "institute"}
    names = part_institutes(statement.text, owners)
    if not names[1:] or not all(
        fold(name) in owners or INSTITUTE.fullmatch(name) for name in names
    ):
        names = part_institutes(statement.value, owners)
    return statement.line, [
        *names,
        *(name for line, own in known if line in header for name in own),
    ]


def _use_institute(proposal: Proposal, id: str, line: int, name: str) -> bool:
    """Take an institute whose `name` stands on a line, and add an entry or a name that is new.

    Returns whether the text prints one of its names.
    """
    new, statement = proposal.answers.new_institutes, proposal.reading.institute
    if id not in proposal.held.authority.institutes:
        proposal.add_entry(INSTITUTES, (), id, {"name": new[id]}, f"institute {id}: {new[id]}")
    body, where = proposal.held.authority.institutes[id], "given"
    # A known name with more words around it is no other name, unless the curator says so.
    is_said = name in [text.rpartition("=")[0] for text in proposal.answers.institutes]
    known = list(filter(None, map(fold, (*body.all_names, body.short))))
    is_other = name and (
        fold(name) not in known
        if is_said
        else not any(f" {one} " in f" {fold(name)} " for one in known)
    )
    if is_new := is_other and proposal.prints(name):
        proposal.other_names.append((INSTITUTES, id, name, language_of(name) or "en"))
    elif statement and name:
        where = f"inferred from line {line}" if statement.basis == "inferred" else statement.where
    proposal.show("institute", f"{body.name} ({id})", where)
    # In prose, in a post or in a biography, the text tells of it, and not that it issued the text.
    issuing = "\n".join(
        block.text
        for block in proposal.reading.blocks
        if (not block.shown or block.kind is Kind.RIGHTS or not is_whole(block.text))
        and block.voice is not Voice.BIOGRAPHER
        and block.rule not in ("authors", "affiliation", "title")
    )
    return is_new or any(prints(issuing, form) for form in body.all_names)


def _find_series(proposal: Proposal, _: Field) -> str | None:
    """Return the id of a series of the institute, known or new, whose name the text prints.

    The curator may give the id of a known one, a name, the id that it is to have, or nothing.
    """
    institutes, statement = proposal.institutes, proposal.reading.series
    given = proposal.answers.fields.get("series")
    if institutes and given == "":
        proposal.overrule("series", statement, None)
    name = given or (statement.value if statement and given is None else "")
    if not institutes or not name:
        return None
    bodies = proposal.held.authority.institutes
    listed = {id: series for body in institutes for id, series in bodies[body].series.items()}
    known = _series_named(listed, name)
    is_new_id = given and not known and ID.fullmatch(given)
    if given and is_new_id:
        _refuse_series(given, listed, proposal)
    id, name = (given, statement.value) if is_new_id and statement else (known and known.id, name)
    if given:
        # A known series under another name, and an id for the printed name, correct nothing.
        proposal.overrule("series", None if id else statement, given)
    elif statement:
        proposal.show("series", name, statement.where)
    institute = next((body for body in institutes if id in bodies[body].series), institutes[0])
    owners = [] if given or known else _issuers_named_in(bodies, name)
    id = id or ("" if owners else _propose_series_id(proposal, institute, name))
    if not id:
        question = "series of another" if owners else "series new"
        proposal.ask("series", question, name=name, ids=" or ".join(owners))
        return None
    other = statement.value if statement and not _series_named(listed, statement.value) else ""
    if known is None:
        proposal.add_entry(
            INSTITUTES,
            (institute, "series"),
            id,
            {"name": name},
            f"series {id} of {institute}: {name}",
        )
    elif other and proposal.prints(other):
        where, remark = (institute, "series", id, "other_names"), f"another name of {id}: {other}"
        proposal.add_entry(INSTITUTES, where, None, other, remark)
    names = proposal.held.authority.institutes[institute].series[id].all_names
    if not any(map(proposal.prints, names)):
        proposal.add_basis_of("series", None if given else statement)
    return id


def _refuse_series(given: str, listed: Iterable[str], proposal: Proposal) -> None:
    """Raise ArchiveError for an id that is of another institute, or of a series without a name."""
    raise_first(
        "--set",
        *(
            (
                given in body.series,
                "series",
                f"{given} is a series of {id}",
                f"Give --set institute={id}.",
            )
            for id, body in proposal.held.authority.institutes.items()
        ),
        (
            not proposal.reading.series and "-" in given,
            "series",
            f"there is no series {given!r} of {' or '.join(proposal.institutes)}",
            f"Known: {', '.join(listed) or 'none yet'}; give the name of a new one.",
        ),
    )


def _issuers_named_in(bodies: Mapping[str, Institute], name: str) -> list[str]:
    """Return the ids of the institutes with a series of this name that names them, too."""
    return [
        id
        for id, body in bodies.items()
        if _series_named(body.series, name)
        and any(_own_words(name) & _own_words(form) for form in (*body.all_names, body.short))
    ]


def _series_named(listed: Mapping[str, Series], name: str) -> Series | None:
    """Return the series that has an id or a name, also in the plural."""

    def singular(text: str) -> str:
        return re.sub(r"s\b", "", fold(text))

    return next(
        (
            series
            for series in listed.values()
            if name == series.id or singular(name) in map(singular, series.all_names)
        ),
        None,
    )


def _propose_series_id(proposal: Proposal, institute: str, name: str) -> str:
    """Return an id for a new series; "" for a name without Latin letters."""
    own, bodies = slug(name, LONGEST_ID), proposal.held.authority.institutes.values()
    return _first_free(
        own if not own or own.startswith(institute) else slug(f"{institute} {name}", LONGEST_ID),
        {id for body in bodies for id in body.series},
    )


def _first_free(id: str, taken: Container[str], longest: int = LONGEST_ID) -> str:
    """Return an id as it is, or with the first number behind it that makes it a new one."""
    return next(
        free
        for ending in chain([""], (f"-{number}" for number in count(2)))
        if (free := id[: longest - len(ending)].rstrip("-") + ending) not in taken
    )


def _find_corrected(proposal: Proposal, field: Field) -> None:
    """Relate an erratum to the brief that it corrects. Raises ArchiveError when there is none."""
    given, known = proposal.answers.fields.get(field.name), proposal.values.get("relations") or ()
    proposal.values["relations"] = [one for one in known if one["kind"] != field.name]
    if given:
        corrected = proposal.held.library.find(given).record
        proposal.show(field.name, f"{corrected.title} ({corrected.id})", "given")
        proposal.values["relations"] += [{"kind": field.name, "brief": corrected.id}]


# -- rights ----------------------------------------------------------------------------------------


def _find_access(proposal: Proposal, _: Field) -> str | None:
    """Return who may read the text, and find its rights statement.

    A line that forbids restricts it; one that only claims rights is the curator's to judge.
    """
    rights, wording, is_stated, forbids = _find_rights(proposal)
    proposal.values["rights"] = rights
    problem = wording or f"the text says “{rights}”"
    given, has_reason = proposal.answers.fields, "access" in proposal.answers.because
    chosen = given.get("access") or None
    # When it holds, who may read the text, and where that comes from, or a question.
    cases = (
        (chosen == "full" and forbids and not has_reason, chosen, "", "forbidden"),
        (chosen, chosen, "given", ""),
        (is_stated and forbids, "restricted", "by its rights line", ""),
        (rights, None, "", "rights"),
        (wording, None, "", "rights unsaid"),
        (True, "full", "nothing on rights is printed", ""),
    )
    access, where, question = next(case[1:] for case in cases if case[0])
    if question:
        proposal.ask("access", question, problem=problem)
    elif access:
        proposal.show("access", access, where)
    if access == "full" and where and (forbids or wording):
        proposal.uncertain.append(f"access: it is given as full, but {problem}")
    if where == "given" and has_reason:
        proposal.add_basis("access")
    if access == "embargoed" and not given.get("embargoed_until"):
        proposal.ask("embargoed_until", "embargo")
    return access


def _find_rights(proposal: Proposal) -> tuple[str | None, str, bool, bool]:
    """Return the rights statement as printed, and what there is to say on rights.

    That is a line that may be about rights, in words for the curator, or ""; whether the text
    surely has a statement; and whether it forbids to pass the text on.
    """
    given, reading = proposal.answers.fields.get("rights"), proposal.reading
    lines = [block for block in reading.shown if block.kind is Kind.RIGHTS]
    texts, wording = [given or "", *(block.text for block in lines)], ""
    is_stated = any(texts)
    for block in islice(
        (
            one
            for one in reading.blocks
            if one.kind is not Kind.FURNITURE and _RIGHTS_WORDING.search(normalise(one.text))
        ),
        1,
    ):
        texts.append(block.text)
        normal, places = align(block.text)
        before = _RIGHTS_WORDING.split(normal, maxsplit=1)[0][:-1]
        # From the word before the wording on.
        wording = (
            f"line {block.lines[0]} may say who may use the text: "
            f"“{first_words(block.text[places[before.rfind(' ') + 1] :])}”"
        )
        if not lines and given is None and len(block.text) <= _LONGEST_RIGHTS:
            lines = [block]
    rights = given or (visible(lines[0].text) if lines else None)
    if rights:
        raise_first(
            "--set",
            (
                not proposal.prints(rights),
                "rights",
                f"{rights!r} is not printed in the text",
                "Copy the line as it stands, or leave it out.",
            ),
        )
        proposal.show(
            "rights",
            rights,
            f"line {lines[0].lines[0]}" if lines and rights == visible(lines[0].text) else "given",
        )
    return rights, wording, is_stated, any(map(_RESTRICTS.search, map(normalise, texts)))


# -- encoding and id -------------------------------------------------------------------------------


def _find_encoding(proposal: Proposal, _: Field) -> str | None:
    """Return the encoding of the text; None for UTF-8, which is meant where a record has none."""
    encoding = proposal.reading.source.encoding
    proposal.show(
        "encoding", encoding, "given" if "encoding" in proposal.answers.fields else "detected"
    )
    return None if encoding == UTF_8 else encoding


def _find_id(proposal: Proposal) -> str | None:
    """Return <year>-<institute>-<family name>, with "-2" behind it when that is taken.

    A text without an author has the first long word of its title there (DESIGN.md). None while
    something of this is not known yet.
    """
    values, library = proposal.values, proposal.held.library
    title, institutes, credits = values["title"], proposal.institutes, values["authors"]
    if (
        not title
        or not institutes
        or (proposal.asks("author") and not credits)
        or proposal.asks("date")
    ):
        return None
    taken = {one.id for one in library.addresses if one.folder == "briefs" and one.id}
    taken |= {brief.id for brief in library.every}
    given = proposal.answers.fields.get("id")
    raise_first(
        "--set",
        (
            given in taken,
            "id",
            f"{given!r} was given out already",
            "Choose another, or leave it to the command.",
        ),
    )
    family = proposal.held.authority.authors[credits[0]["id"]].family if credits else ""
    prefix = f"{values['date'][:4] if values['date'] else 'nd'}-{institutes[0]}-"
    slugs = (
        slug(_GENERIC.sub("", fold(words)), LONGEST_ID - len(prefix))
        for words in (family, *_LONG_WORD.findall(normalise(title)), title)
    )
    word = next(filter(None, slugs), "")
    id = given or (_first_free(prefix + word, taken) if word else None)
    if id:
        proposal.show("id", id, "given" if given else "proposed; it is the address, for good")
    else:
        proposal.ask("id", "id", id=f"{prefix}WORD", longest=LONGEST_ID)
    return id


# -- the record ------------------------------------------------------------------------------------

FIELDS = (
    Field("id", None, is_of_one_text=True),  # found last, as it is made of others
    Field(
        "title",
        _find_value,
        needs_basis=True,
        is_required=True,
        is_of_one_text=True,
    ),
    Field("title_printed", _find_second_title, is_settable=False),
    Field("also_printed", _find_other_lines, is_settable=False),
    Field("authors", find_authors, is_settable=False),
    Field("institute", _find_institutes),
    Field("series", _find_series),
    Field("number", _find_value, needs_basis=True, is_of_one_text=True),
    Field("date", _find_value, needs_basis=True, is_of_one_text=True),
    Field("language", _find_value, is_required=True),
    Field("corrects", _find_corrected, is_of_one_text=True),
    Field("relations", None, is_settable=False),  # found with corrects
    Field("access", _find_access),
    Field("rights", None, is_null=True),  # found with access
    Field("embargoed_until", _find_value),
    Field("license", _find_value, needs_basis=True),
    Field("source", _find_value, needs_basis=True, is_of_one_text=True, is_null=True),
    Field("archived", _find_value, is_of_one_text=True),
    Field("saved", _find_value, is_null=True),
    Field("checked_by", _find_value, is_null=True),
    Field("added", None, is_settable=False),
    Field("corrections", None, is_settable=False),
    Field("ranges", None, is_settable=False),
    Field("sha256", None, is_settable=False),
    Field("encoding", _find_encoding),
    Field("basis", None, is_settable=False),
)
SETTABLE = tuple(field.name for field in FIELDS if field.is_settable)
_UNPRINTABLE = "it holds a line end or a sign that cannot be shown"
# Rules for values, whatever a text says: the field, what is valid on a day, problem and remedy.
_RULES: tuple[tuple[str, Callable[[str, str], bool], str, str], ...] = (
    (
        "date",
        lambda value, _: not value or dates.parse_edtf(value) is not None,
        "is not a date",
        "Write it as printed (Spring 2021, 10 October 2023), or a year, month or day that exists: "
        "2022, 2022-07, 2022-07-10.",
    ),
    (
        "saved",
        lambda value, today: value <= today,
        "has not come yet",
        "Write the day on which the text was saved.",
    ),
    (
        "access",
        lambda value, _: bool(value),
        "cannot be left out",
        "Write full, restricted or embargoed.",
    ),
    (
        "encoding",
        lambda value, _: value in ENCODINGS,
        "is not known",
        f"Write one of: {', '.join(ENCODINGS)}.",
    ),
)


def find_fields(proposal: Proposal, ranges: Iterable[Range]) -> dict[str, Value]:
    """Return all fields of the record, in its order; `ranges` are lines that the curator marks.

    Raises ArchiveError for an answer that cannot be right.
    """
    values = proposal.values
    values |= dict.fromkeys(field.name for field in FIELDS) | {
        "added": proposal.answers.today,
        "corrections": [],
        "ranges": [marked.entry for marked in ranges],
        "sha256": proposal.reading.source.sha256,
        "basis": {},
    }
    for field in FIELDS[1:]:
        if field.find:
            values[field.name] = field.find(proposal, field)
    _note_missing(proposal)
    values["id"] = _find_id(proposal)
    add_other_names(proposal)
    _note_unused_reasons(proposal)
    return {
        field.name: values[field.name] for field in FIELDS if field.is_null or values[field.name]
    }


def add_other_names(proposal: Proposal) -> None:
    """Add names that institutes and authors did not have; entries say which brief prints them."""
    for file, id, name, language in proposal.other_names:
        proposal.add_entry(
            file,
            (id, "names"),
            None,
            {
                "name": name,
                **({"language": language} if language else {}),
                "basis": f"printed in {proposal.values['id']}",
            },
            f"another name of {id}: {name}",
        )


def _note_missing(proposal: Proposal) -> None:
    """Ask for an author and a date that the text does not say, or note that they are left out.

    A known institute below an author's name counts as the publisher, which is noted too.
    """
    values, reading, answers = proposal.values, proposal.reading, proposal.answers
    printed = (
        f"; line {line} prints {date}"
        for line, text in enumerate(reading.source.lines, 1)
        for date in (*(date for date, _, _ in dates.find_all(text)), *dates.two_readings(text))
    )
    for field, is_said, near in (
        ("authors", values["authors"] or reading.authors or proposal.asks("author"), ""),
        ("date", values["date"] or reading.date, next(printed, "")),
    ):
        if not is_said and answers.asked and field not in answers.given:
            proposal.ask(field.removesuffix("s"), f"{field} unsaid", near=near)
        elif not is_said:
            proposal.uncertain.append(
                f"{field}: the text does not say it, and the record leaves it out{near}"
            )
    proposal.uncertain += [
        f"institute: line {below.lines[0]} stands below an author's name, and may be a post"
        for above, below in pairwise(reading.blocks)
        if (above.rule, below.rule) == ("authors", "institute")
    ]


def _note_unused_reasons(proposal: Proposal) -> None:
    """Tell the curator which reasons the record does not keep."""
    values = proposal.values
    kept = {*values["basis"], *(correction["field"] for correction in values["corrections"])}
    proposal.uncertain += [
        f"{name}: the reason given is not kept, as nothing there needs one"
        for name in proposal.answers.because
        if name not in kept
    ]


def check_answers(answers: Answers, institutes: Mapping[str, Institute]) -> None:
    """Raise ArchiveError for an answer that cannot be right, whatever the text says.

    `institutes` are those that the archive had before, by their ids.
    """
    for id in answers.new_authors:
        check_id("--new-author", "id", id, LONGEST_ID)
    for id in answers.new_institutes:
        check_id("--new-institute", "id", id, LONGEST_INSTITUTE_ID)
    known = ("author", "authors", "affiliation", *SETTABLE)
    for error in (
        *(
            (option, name, _UNPRINTABLE, f"Write {name}=… in one line of plain signs.")
            for option, name, value in answers.options
            if not value.isprintable()
        ),
        *(
            ("--set", name, f"{answers.fields[name]!r} {problem}", remedy)
            for name, is_valid, problem, remedy in _RULES
            if name in answers.fields and not is_valid(answers.fields[name], answers.today)
        ),
        *(
            ("--set", "institute", "it cannot be left out", "Write --set institute=ID.")
            for id in answers.institutes
            if not id
        ),
        *(
            ("--because", name, "there is no such field", f"Write one of: {', '.join(known)}.")
            for name in answers.because
            if name not in known
        ),
        *(
            ("--new-institute", id, "it has no name", f"Write --new-institute {id}='…'.")
            for id, name in answers.new_institutes.items()
            if not re.search(r"\w", name)
        ),
        *(
            (
                "--new-institute",
                id,
                f"this is the id of {institutes[id].name}",
                f"Write --set institute={id} if that is meant, or choose another id: "
                f"{_first_free(id, institutes, LONGEST_INSTITUTE_ID)}.",
            )
            for id in answers.new_institutes
            if id in institutes
        ),
    ):
        raise ArchiveError(*error)
