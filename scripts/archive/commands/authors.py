"""Who wrote a text that is added: people known under the names it prints, and new ones.

A name that is similar to a known one, or whose form does not tell which part is the family name, is
the curator's to decide.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from itertools import chain, islice, product, takewhile
from pathlib import Path

from archive.commands.proposal import Proposal
from archive.reading.model import Kind, Statement
from archive.reading.vocabulary import INSTITUTE, is_section_heading, part_institutes
from archive.records.authority import AUTHORS, ID, LONGEST_ID, Author, make_id
from archive.records.verify import prints
from archive.records.yamledit import Value, take
from archive.text.family_names import are_similar, family_and_given, inverted_forms, split_by_id
from archive.text.language import SCRIPTS, language_of
from archive.text.names import (
    NOTE_MARK,
    POST_BEHIND,
    ROLE,
    bare_byline,
    has_byline_label,
    repeated_names,
)
from archive.text.normal_forms import align, fold, normalise, slug, sorted_letters, visible

# An author of the text: the id, and the name as the text prints it, or as a byline would.
Person = tuple[str, Statement]
# Behind a name may stand the mark of a footnote and the name in another script, then the post.
_BEFORE_POST = rf"(?:{NOTE_MARK.pattern})?(?:\s?\((?!(?i:[^()]*(?:{ROLE.pattern})))[^()]*\))?"
_POST_TO_THE_END = r"[ ,()\[\]|/·–—-]*(?P<post>(?s:.*?))[ ,()\[\]]*\Z"
# How a curator writes an author without a family and a given name: "organisation: Asan Center" for
# a body, "Suharto," for a person of one name.
_BODY = re.compile(r"organi[sz]ation\s*:\s*(.+)", re.IGNORECASE)
_ONE_NAME = re.compile(r"([^,，]+?)\s*[,，]")
# The first short blocks of a text are looked through for what looks like a byline.
_LONGEST_BYLINE, _MOST_BYLINES, _BESIDE = 100, 6, 2
_HEAD_LINES = ("subtitle", "part of")
_LIKE_A_BYLINE = re.compile(
    # What ends like a sentence is none, unless that is an abbreviation.
    rf"^(?!.*(?:(?<!\b\w)(?<!\bal)(?<!\b[js]r)(?<!\besq)(?<!\bret)\.|[!?:。])$)"
    r"(?:(?:written |text )?by\b|저자|글\b|"
    rf"[가-힣一-鿿々 ]+[·ㆍ/] ?[a-z]|.*(?:\||{ROLE.pattern}|[^\s(] ?\([가-힣一-鿿][^)]*\)$|"
    # No name has nine letters of East Asia in a row; a title often has.
    rf"[¹²³*†‡]$)|(?!.*[{SCRIPTS}]{{9}})(?:[^\s\d]+ ?){{1,6}}$)",
    re.IGNORECASE,
)


def find_authors(proposal: Proposal, _: object) -> list[Value]:
    """Return the authors as the record has them, and add those who are new."""
    _take_body_for_author(proposal)
    people = _find_people(proposal)
    if not proposal.asks("author"):
        if not proposal.answers.authors or not all(name.line for _, name in people):
            _note_unread_bylines(proposal)
        proposal.uncertain += [
            f"--new-author {id}: the text has no new author of this name"
            for id in proposal.answers.new_authors
            if id not in proposal.held.authority.authors
        ]
    return [
        {"id": id, "printed": name.value, **_find_post(proposal, id, name)} for id, name in people
    ]


def _take_body_for_author(proposal: Proposal) -> None:
    """Take a body named below the title, where a byline stands, for an author.

    Without this it is a name of the institute. It stays one if it holds the name of a known
    institute, or if the curator says so or gives no author at all.
    """
    reading, given = proposal.reading, proposal.answers.authors
    name, title = reading.institute, reading.title
    known = [
        *proposal.answers.new_institutes.values(),
        *(form for text in proposal.answers.institutes if (form := text.rpartition("=")[0])),
        *chain(*(body.all_names for body in proposal.held.authority.institutes.values())),
    ]
    if (
        not (name and title and title.line < name.line < reading.shown[0].lines[0])
        or "" in given
        or part_institutes(name.value)[1:]
        or any(f" {fold(form)} " in f" {fold(name.value)} " for form in known)
    ):
        return
    is_meant = not given or name in dict(_pair(proposal, [name])).values()
    is_author = is_meant and not reading.authors
    proposal.reading = replace(
        reading, institute=None, authors=(name,) if is_author else reading.authors
    )
    if not is_author:
        proposal.uncertain.append(
            f"institute: “{name.value}” (line {name.line}) is taken neither for an author "
            "nor for a name of the institute"
        )


def _note_unread_bylines(proposal: Proposal) -> None:
    """Tell of lines at the head of a text that look like a byline and cannot be read as one.

    Where there is a byline, only a line beside it may be another one. Of authors who are given, one
    without a byline may have it in another script.
    """
    given = proposal.answers.authors
    read = [author.line for author in proposal.reading.authors]
    known = tuple(
        fold(name)
        for body in proposal.held.authority.institutes.values()
        for name in body.all_names
    )
    head = takewhile(
        lambda block: len(block.text) <= _LONGEST_BYLINE,
        (one for one in proposal.reading.blocks if one.shown or one.rule in _HEAD_LINES),
    )
    rows = [
        (one.line, proposal.reading.source.text((one,))) for block in head for one in block.spans
    ]
    proposal.uncertain += [
        f"author: line {line} may name one: “{visible(text)}”; "
        + (
            f"--mark {line}=author if that is the one who is given"
            if given
            else "--set author='Family, Given', or 'Name,' for one name"
        )
        for line, text in islice(rows, _MOST_BYLINES)
        if _LIKE_A_BYLINE.search(normalise(text))
        and not is_section_heading(text)
        and not (given and slug(text))
        and not fold(text).startswith(known)
        and (not read or any(abs(line - other) <= _BESIDE for other in read))
    ]


def _find_people(proposal: Proposal) -> list[Person]:
    """Return the authors that the curator names, or else those of the text.

    The curator says more of a printed name ("Kim, Jiyoon", "Jiyoon Kim=kim-jiyoon"), takes one out
    ("Jiyoon Kim=") or, with a name that the text does not print as an author's or to correct a
    record, gives the whole list.
    """
    stated, given = proposal.reading.authors, proposal.answers.authors
    removed = [name for name in stated if f"{normalise(name.value)}=" in map(normalise, given)]
    pairs = _pair(proposal, [name for name in stated if name not in removed])
    named = [name for _, name in pairs]
    left = [name for name in stated if name not in named and name not in removed]
    for answer in (answer for answer, name in pairs if not name and answer in given):
        # In another script, or with another given name, nothing tells who is who.
        if unclear := [name.value for name in left if _is_unclear(proposal, answer, name)]:
            proposal.ask(
                "author",
                "author of several",
                answer,
                unclear[0],
                names=", ".join(unclear),
                name=unclear[0],
            )
            return []
    if None in named or "" in given or (given and proposal.answers.reason):
        removed += left
    else:
        pairs += [("", name) for name in left]
        pairs.sort(key=lambda pair: (*stated, *named).index(pair[1]))
    people = [person for pair in pairs if (person := _find_person(proposal, *pair))]
    if removed:
        lines = ", ".join(dict.fromkeys(str(name.line) for name in removed))
        proposal.correct("authors", f"the reader took names on line {lines} for authors")
    if unprinted := [name for _, name in people if not proposal.prints(name.value)]:
        proposal.add_basis_of("authors", unprinted[0])
    # A name that is printed in two scripts is one author's.
    return [one for place, one in enumerate(people) if one[0] not in dict(people[:place])]


def _pair(proposal: Proposal, free: list[Statement]) -> list[tuple[str, Statement | None]]:
    """Return each author that the curator gives with the one of the `free` names that is meant.

    That is the name before "=", or one of the same letters or similar: of the author's own name,
    then of any other. When a text has but one name, in another script, and one author is given,
    they belong together.
    """
    given = [text for text in proposal.answers.authors if text and not text.endswith("=")]
    answers = [text.rpartition("=")[2].strip() for text in given]
    people = [_named(proposal, answer) for answer in answers]
    own = [replace(person, variants=(), names=()).all_names for person in people]
    known = [person.all_names for person in people]
    names: list[Statement | None] = [None] * len(given)
    is_only = len(free) == len(given) == 1 and "=" not in given[0]
    for forms, is_like in product((own, known), (_have_same_letters, are_similar)):
        for place, text in enumerate(given):
            printed = text.rpartition("=")[0].strip()
            like = [
                name
                for name in free
                for form in ((printed,) if printed else forms[place])
                if any(is_like(form, other) for other in _printed_forms(proposal, name))
            ]
            if not like and names[place] is None and printed and proposal.prints(printed):
                # No reader took it for an author's. A name that a line end parts is on no line.
                lines = enumerate(proposal.reading.source.lines, 1)
                like = [Statement(printed, *one) for one in lines if prints(one[1], printed)]
                like = like[:1] or [Statement(printed, 0, "")]
            if names[place] is None and len({*like}) == 1:
                names[place] = like[0]
                free = [name for name in free if name != like[0]]
    if is_only and free and not slug(free[0].value):
        names = [free[0]]
    return list(zip(answers, names, strict=True))


def _have_same_letters(name: str, other: str) -> bool:
    return sorted_letters(name) == sorted_letters(other)


def _is_unclear(proposal: Proposal, answer: str, name: Statement) -> bool:
    """Tell whether a printed name without an author may be the name of a given one."""
    latin, family = slug(_printed_forms(proposal, name)[0]), slug(_named(proposal, answer).family)
    return not latin or f"-{family}-" in f"-{latin}-"


def _printed_forms(proposal: Proposal, name: Statement) -> list[str]:
    """Return a printed name and its repetition in another script, one in Latin letters first."""
    return sorted(
        filter(None, (name.value, _repeated_name(proposal, name))), key=lambda form: not slug(form)
    )


def _parts(proposal: Proposal, answer: str) -> tuple[str, str | None] | None:
    """Return the family and the given name that a curator gives, as an Author has them.

    A word that is a line of the text is the whole name.
    """
    if found := _BODY.fullmatch(answer) or _ONE_NAME.fullmatch(answer):
        return found[1], None if found.re is _BODY else ""
    is_line = " " not in answer and answer in map(bare_byline, proposal.reading.source.lines)
    return (answer, "") if answer and is_line else family_and_given(answer)


def _named(proposal: Proposal, answer: str) -> Author:
    """Return the author with an id, or one of the name that a curator gives."""
    family, given = _parts(proposal, answer) or (answer, "")
    return proposal.held.authority.authors.get(answer) or Author("", family, given, ())


def _find_person(proposal: Proposal, answer: str, paired: Statement | None) -> Person | None:
    """Return an author, or ask who it is; `answer` is "" for a name that only the text gives."""
    authors, name = proposal.held.authority.authors, paired or _as_printed(proposal, answer)
    is_new = paired and answer in proposal.answers.new_authors and answer not in authors
    ids, answer = ([answer], "") if is_new else ([], answer)
    forms = _printed_forms(proposal, name)
    parts = _parts(proposal, answer or _family_first(proposal, forms[0]))
    words = " ".join(filter(None, parts or ())) if answer else forms[0]
    new = _find_new(proposal, words, ids, is_whole=bool(parts and not parts[1])) if words else None
    # An earlier file of the same command may have added the author.
    was_known = not answer and new and new[0] in proposal.held.library.authority.authors
    if new and (was_known or new[0] not in authors):
        return _add(proposal, (new[0], *parts) if answer and parts else new, name)
    known = (known_author(form, authors.values()) for form in forms)
    meant = _find_meant(proposal, answer) if answer else [*filter(None, known)][:1]
    meant = [authors[new[0]]] if new else meant
    if len(meant) == 1 or answer in authors:
        return _use_known(proposal, authors.get(answer, meant[0]), name, answer)
    id = propose_id(*parts) if parts else ""
    similar = similar_authors(words, authors.values()) if id or not answer else []
    questions = (
        ("authors meant", meant),
        ("authors similar", similar),
        ("", id),  # nothing to ask
        ("author unknown", ID.fullmatch(answer)),
        ("author without id", answer and parts),
        ("one name", answer and not paired and " " not in answer),
        ("family name", answer),
        ("author body", INSTITUTE.fullmatch(words)),
        ("either name", slug(words) and " " in words),
        ("author new", True),
    )
    question = next(question for question, holds in questions if holds)
    if parts and not question:
        return _add(proposal, (id, *parts), name)
    proposal.ask(
        "author",
        question,
        answer,
        paired.value if paired else "",
        quoted=f"“{answer}”" if answer else f"“{words}” (line {name.line})",
        ids=" or ".join(person.id for person in meant),
        people=" or ".join(_describe(person, with_variants=not answer) for person in similar),
        id=similar[0].id if similar else "",
        name=words,
        whose="" if slug(name.value) else f"{name.value}=",
        either=" or ".join(f"'{form}'" for form in inverted_forms(answer or words)),
    )
    return None


def _family_first(proposal: Proposal, name: str) -> str:
    """Return a name as the page declares it for libraries, "Family, Given", or else as it is."""
    declared = (one.value for one in proposal.reading.source.declared if one.field == "authors")
    same = (value for value in declared if "," in value and _have_same_letters(value, name))
    return next(same, name)


def _describe(person: Author, *, with_variants: bool) -> str:
    printed = f", printed as {', '.join(person.variants)}" if with_variants else ""
    return f"{person.inverted_name} ({person.id}{printed})"


def _find_new(
    proposal: Proposal, name: str, ids: list[str], *, is_whole: bool
) -> tuple[str, str, str | None] | None:
    """Return the id that the curator gives to a new author of this name.

    With it come the family and the given name that it tells apart. The id of a name that
    `is_whole` has some of its words. That of a name in another script is one of `ids`, or has its
    sounds, or the text has no other such name.
    """
    authors = proposal.held.authority.authors
    is_only = [slug(author.value) for author in proposal.reading.authors].count("") <= 1
    for id in ids or proposal.answers.new_authors:
        stem = re.sub(r"-\d+$", "", id)
        if parts := split_by_id(name, stem):
            return id, *parts
        if is_whole and {*stem.split("-")} <= {*slug(name).split("-")}:
            return id, name, ""
        if not (slug(name) or id in authors or known_author(name, authors.values())) and (
            ids or is_only or are_similar(name, stem.replace("-", " "))
        ):
            family, *given = (word.capitalize() for word in stem.split("-"))
            return id, family, " ".join(given)
    return None


def _find_meant(proposal: Proposal, answer: str) -> list[Author]:
    """Return the authors that the curator may mean.

    The curator gives an id, a name as a text prints it, or one as lists file it.
    """
    listed = normalise(_named(proposal, answer).inverted_name)
    return [
        author
        for author in proposal.held.authority.authors.values()
        if answer == author.id
        or author.has_variant(answer)
        or author.has_variant(listed)
        or listed == normalise(author.inverted_name)
    ]


def _as_printed(proposal: Proposal, answer: str) -> Statement:
    """Return a name that the curator gives, as the text prints it or as a byline would."""
    meant = _find_meant(proposal, answer)
    forms = meant[0].all_names if len(meant) == 1 else _named(proposal, answer).all_names[::-1]
    return Statement(next(filter(proposal.prints, forms), forms[0]), 0, "")


def _add(proposal: Proposal, new: tuple[str, str, str | None], name: Statement) -> Person | None:
    """Add an entry to the authority file, unless its id is taken."""
    id, family, given = new[0], normalise(new[1]), new[2] and normalise(new[2])
    listed = Author(id, family, given, ()).inverted_name
    if id in proposal.held.authority.authors:
        proposal.ask("author", "author taken", name=name.value, line=name.line, id=id)
        return None
    namesakes = _find_namesakes(proposal, id, name.value)
    proposal.add_entry(
        AUTHORS,
        (),
        id,
        {
            **({"organisation": family} if given is None else {"family": family, "given": given}),
            "variants": [name.value],
            **({"distinct_from": namesakes} if namesakes else {}),
        },
        f"author {id}: {listed}",
    )
    return _credit(proposal, id, name, f"new: {listed} ({id})")


def _use_known(proposal: Proposal, person: Author, name: Statement, answer: str) -> Person:
    """Credit a known author, whose entry gets the form of the name if it is new."""
    if not person.has_variant(name.value):
        for id in _find_namesakes(proposal, person.id, name.value):
            if not proposal.held.authority.authors[id].is_distinct_from(person):
                proposal.add_entry(AUTHORS, (person.id, "distinct_from"), None, id)
        proposal.add_entry(
            AUTHORS,
            (person.id, "variants"),
            None,
            name.value,
            f"another form of {person.id}: {name.value}",
        )
        if not slug(name.value):
            proposal.uncertain.append(
                f"author: that “{name.value}” is {person.inverted_name} rests on your word alone"
            )
    return _credit(
        proposal,
        person.id,
        name,
        f"{person.inverted_name} ({person.id}){', given' if answer else ''}",
    )


def _find_namesakes(proposal: Proposal, id: str, name: str) -> list[str]:
    """Return the ids of other authors of a printed name.

    An author who has it from nothing but the brief that is corrected, and whose own name is another
    one, loses it.
    """
    held, known = proposal.held, proposal.held.authority.authors.values()
    others = [other for other in known if other.id != id and other.has_variant(name)]
    credited = {
        (one.id, brief.id)
        for brief in held.library.every
        for one in brief.record.authors
        if one.printed == name
    }
    losers = [
        other.id
        for other in others
        if not are_similar(name, other.inverted_name)
        and [brief for author, brief in credited if author == other.id]
        == [proposal.values.get("id")]
    ]
    text = held.archive.text(AUTHORS)
    for loser in losers:
        text = take(Path(AUTHORS), text, (loser, "variants"), name)
    proposal.held = replace(held, archive=held.archive.stage({AUTHORS: text.encode()}))
    return [other.id for other in others if other.id not in losers]


def _credit(proposal: Proposal, id: str, name: Statement, who: str) -> Person:
    # A name that the text does not print as an author's has no line.
    proposal.show("author", name.value, f"line {name.line}: {who}" if name.line else who)
    again, other = _repeated_name(proposal, name), language_of(name.value)
    if again and not any(
        author.has_variant(again) for author in proposal.held.authority.authors.values()
    ):
        # Two words in Hangul are a foreign name, whose spelling in Latin letters is not Korean.
        is_own = other in ("ko", "ja") and not (slug(again) and " " in name.value)
        script = f"{other}-{'Latn' if slug(again) else 'Hani'}" if is_own else None
        proposal.other_names.append((AUTHORS, id, again, language_of(again) or script))
    return id, name


def _repeated_name(proposal: Proposal, name: Statement) -> str:
    """Return the name in another script that stands in brackets behind a printed name, or ""."""
    line = normalise(proposal.reading.source.lines[name.line - 1]) if name.line else ""
    return next(
        (
            match["name"]
            for match in repeated_names(line)
            if line[: match.end("first")].endswith(normalise(name.value))
        ),
        "",
    )


def _find_post(proposal: Proposal, id: str, name: Statement) -> dict[str, Value]:
    """Return the affiliation of an author, which stands below the name or behind it; or nothing."""
    reading = proposal.reading
    lines = [author.line for author in reading.authors]
    # Of several on a line, only what stands in brackets behind one is surely the post of that one.
    is_alone = lines.count(name.line) == 1
    end = min((line for line in lines if line > name.line), default=len(reading.source) + 1)
    posts = [
        (block.lines[0], block.text)
        for block in reading.blocks
        if is_alone
        and (block.kind, block.rule) == (Kind.METADATA, "affiliation")
        and name.line < block.lines[0] < end
    ]
    bylines = {one.lines[0]: one.text for one in reading.blocks if one.rule == "authors"}
    normal, places = align(byline := bylines.get(name.line, ""))
    behind = re.search(
        re.escape(normalise(name.value))
        + _BEFORE_POST
        + (_POST_TO_THE_END if is_alone else POST_BEHIND.pattern),
        normal,
    )
    if behind and ROLE.search(behind["post"]) and not has_byline_label(behind["post"]):
        start, end = behind.span("post")
        posts.insert(0, (name.line, byline[places[start] : places[end]]))
    if not (post := ", ".join(filter(None, (visible(text).strip(" ,") for _, text in posts)))):
        return {}
    proposal.show("affiliation", post, f"line {posts[0][0]}, of {id}")
    return {"affiliation": post}


def propose_id(family: str, given: str | None) -> str:
    """Return the id that a new author is to have; "" for a name without Latin letters."""
    is_latin = slug(family) and slug(given or family)
    return make_id(f"{family} {given or ''}", LONGEST_ID) if is_latin else ""


def known_author(name: str, authors: Iterable[Author]) -> Author | None:
    """Return the author with this variant, if there is just one."""
    found = [author for author in authors if author.has_variant(name)]
    return found[0] if len(found) == 1 else None


def similar_authors(name: str, authors: Iterable[Author]) -> list[Author]:
    """Return the authors who may be meant: one of their names is similar."""
    return [
        author for author in authors if any(are_similar(name, other) for other in author.all_names)
    ]
