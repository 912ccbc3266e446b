"""Who wrote a text that is added: people known under the names it prints, and new ones.

A name that is like a known one,
or whose form does not tell which part is the family name, is the curator's to decide.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from archive.commands.draft import Draft
from archive.commands.people import alike, author_id, filed, known, letters, of_id, slug
from archive.reading.model import Kind
from archive.records.authority import ID, Author
from archive.records.yamledit import Value
from archive.text.names import ROLE, has_byline_label

_LATIN = "--set author='Family, Given', in Latin letters"
# A name is compared whole, however long.
_WHOLE = 1000


@dataclass(frozen=True, slots=True)
class Named:
    """An author's name as the text prints it, on `line`; where it does not, `line` is 0."""

    printed: str
    line: int

    @property
    def where(self) -> str:
        """The line, for the curator."""
        return f"line {self.line}: " if self.line else ""


def credit_authors(draft: Draft) -> tuple[list[Value], str]:
    """The authors as the record has them, and the family name of the first, as ids write it.

    The name is "" when there is none, or when it is not known yet.
    """
    people = _people(draft)
    first = draft.authority.authors.get(people[0][0]) if people else None
    return [_credit(draft, id, name) for id, name in people], slug(first.family) if first else ""


def _people(draft: Draft) -> list[tuple[str, Named]]:
    """The authors by their ids: those whom the curator names, or those whom the text does.

    The curator says more of a printed name ("Kim, Jiyoon", "Jiyoon Kim=kim-jiyoon"), takes one out
    ("Jiyoon Kim=") or, with a name that the text does not print as an author's, gives the whole
    list.
    """
    stated = [Named(one.value, one.line) for one in draft.reading.authors]
    given = draft.answers.authors
    taken_out = [one for one in stated if f"{one.printed}=" in given]
    answers = [text.rpartition("=")[2].strip() for text in given if text and not text.endswith("=")]
    pairs = _paired(
        draft, [text for text in given if text and not text.endswith("=")], answers, stated
    )
    left = [name for name in stated if name not in pairs and name not in taken_out]
    if None in pairs and len(left) > 1 and any(not slug(name.printed) for name in left):
        # In another script nothing tells who is who.
        names = ", ".join(name.printed for name in left)
        draft.ask(
            "author",
            f"which of {names} is {answers[pairs.index(None)]}?",
            f"--set author='{left[0].printed}=ID', and so on",
        )
        return []
    people = [
        (id, name or Named(_form(draft, answer), 0))
        for answer, name in zip(answers, pairs, strict=True)
        if (id := _answered(draft, answer, name))
    ]
    if None in pairs or "" in given:
        taken_out += left
    else:
        people += _all(draft, left)
        people.sort(key=lambda person: stated.index(person[1]))
    if taken_out:
        places = ", ".join(dict.fromkeys(str(name.line) for name in taken_out))
        draft.correct("authors", f"the reader took names on line {places} for authors")
    if any(not draft.prints(name.printed) for _, name in people):
        draft.base("authors", "supplied")
    return people


def _all(draft: Draft, names: list[Named]) -> list[tuple[str, Named]]:
    return [(id, name) for name in names if (id := _known_or_new(draft, name))]


def _paired(
    draft: Draft, given: Sequence[str], answers: Sequence[str], stated: list[Named]
) -> list[Named | None]:
    """For each author that the curator gives the name that the text prints.

    It is the one given before "=", or one of the same letters. When one is left of each, they
    belong together, if they can be of the same person.
    """
    pairs: list[Named | None] = []
    for text, answer in zip(given, answers, strict=True):
        printed = text.rpartition("=")[0].strip()
        person = draft.held.authority.authors.get(answer)
        forms = {
            letters(name)
            for name in ((printed,) if printed else person.names if person else (answer,))
        }
        pairs.append(
            next(
                (one for one in stated if one not in pairs and letters(one.printed) in forms), None
            )
        )
    free = [one for one in stated if one not in pairs]
    if (
        len(free) == 1
        and pairs.count(None) == 1
        and _may_be(draft, answers[pairs.index(None)], free[0].printed)
    ):
        pairs[pairs.index(None)] = free[0]
    return pairs


def _may_be(draft: Draft, answer: str, printed: str) -> bool:
    """Whether a printed name can be that of the author given.

    In another script, with the same family name, or much like it.
    """
    parts = filed(answer) or (answer, "")
    person = draft.held.authority.authors.get(answer) or Author("", *parts, ())
    same_family = f"-{slug(person.family, _WHOLE)}-" in f"-{slug(printed, _WHOLE)}-"
    return not slug(printed) or same_family or bool(alike(printed, [person]))


def _known_or_new(draft: Draft, name: Named) -> str | None:
    """The id of an author whom only the text names."""
    authors = draft.authority.authors.values()
    printed = name.printed
    new = _new_id(draft, printed)
    # One that an earlier file of the same command brought is known by now.
    if new and (
        new[0] not in draft.authority.authors or new[0] in draft.held.library.authority.authors
    ):
        return _add(draft, new, name)
    if person := (draft.authority.authors[new[0]] if new else known(printed, authors)):
        draft.say("author", printed, f"{name.where}{person.inverted_name} ({person.id})")
        return person.id
    said = f"“{printed}” (line {name.line})"
    if like := alike(printed, authors):
        who = " or ".join(
            f"{person.inverted_name} ({person.id}), whom texts call {', '.join(person.variants)}"
            for person in like
        )
        option = f"--set author={like[0].id} if so; --new-author ID for another person"
        draft.ask("author", f"{said} may be {who}", option, about=printed)
    elif (parts := filed(printed)) and (id := author_id(*parts)):
        return _add(draft, (id, *parts), name)
    elif slug(printed) and len(words := printed.split()) > 1:
        either = f"'{words[-1]}, {' '.join(words[:-1])}' or '{words[0]}, {' '.join(words[1:])}'"
        draft.ask(
            "author",
            f"which is the family name of {said}?",
            f"--set author={either}",
            about=printed,
        )
    else:
        draft.ask("author", f"{said} is new", _LATIN, about=printed)
    return None


def _new_id(draft: Draft, printed: str) -> tuple[str, str, str] | None:
    """The id that the curator gives to a new author of this name.

    With it come the family and the given name that it tells apart.
    """
    for id in draft.answers.new_authors:
        if parts := of_id(printed, re.sub(r"-\d+$", "", id)):
            return (id, *parts)
        if (
            not slug(printed)
            and id not in draft.authority.authors
            and known(printed, draft.authority.authors.values()) is None
        ):
            family, *given = (word.capitalize() for word in id.split("-"))
            return (id, family, " ".join(given))
    return None


def _answered(draft: Draft, answer: str, name: Named | None) -> str | None:
    """The id of an author whom the curator names."""
    authors = draft.authority.authors
    printed = name or Named(_form(draft, answer), 0)
    parts = filed(answer)
    new = _new_id(draft, " ".join(parts)) if parts else None
    if new and parts and new[0] not in authors:
        return _add(draft, (new[0], *parts), printed)
    meant = [new[0]] if new else _meant(answer, authors.values())
    if len(meant) == 1 or answer in meant:
        person = authors[answer if answer in meant else meant[0]]
        if printed.printed not in person.variants:
            draft.put("authors.yml", (person.id, "variants"), None, printed.printed)
            draft.new.append(f"another form of {person.id}: {printed.printed}")
            if not slug(printed.printed):
                draft.uncertain.append(
                    f"author: that “{printed.printed}” is {person.inverted_name} is said by nobody "
                    "but you"
                )
        draft.say(
            "author", printed.printed, f"{printed.where}{person.inverted_name} ({person.id}), given"
        )
        return person.id
    about = name.printed if name else ""
    id = author_id(*parts) if parts else ""
    if meant:
        draft.ask(
            "author", f"“{answer}” may be {' or '.join(meant)}", "--set author=ID", answer, about
        )
    elif ID.fullmatch(answer):
        draft.ask(
            "author",
            f"no author has the id “{answer}”",
            f"{_LATIN}; --new-author {answer}",
            answer,
            about,
        )
    elif not parts:
        draft.ask("author", f"which is the family name of “{answer}”?", _LATIN, answer, about)
    elif not id:
        draft.ask(
            "author",
            f"no id can be made of “{answer}”",
            f"{_LATIN}, or --new-author ID",
            answer,
            about,
        )
    elif like := alike(" ".join(parts), authors.values()):
        who = " or ".join(f"{person.inverted_name} ({person.id})" for person in like)
        option = f"--set author={like[0].id} if so; --new-author ID for another person"
        draft.ask("author", f"“{answer}” may be {who}", option, answer, about)
    else:
        return _add(draft, (id, *parts), printed)
    return None


def _meant(answer: str, authors: Iterable[Author]) -> list[str]:
    """The ids of those whom the curator may mean.

    The curator gives an id, a name as a text prints it, or one as lists file it.
    """
    parts = filed(answer)
    return [
        one.id
        for one in authors
        if answer == one.id or answer in one.variants or parts == (one.family, one.given)
    ]


def _form(draft: Draft, answer: str) -> str:
    """A name that the curator gives, as the text prints it or as a byline would."""
    authors = draft.authority.authors
    if len(meant := _meant(answer, authors.values())) == 1:
        names = authors[meant[0]].names
        return next((name for name in names if draft.prints(name)), names[0])
    family, given = filed(answer) or (answer, "")
    forms = [f"{given} {family}".strip(), f"{family} {given}".strip()]
    return next((form for form in forms if draft.prints(form)), forms[0])


def _add(draft: Draft, new: tuple[str, str, str], name: Named) -> str | None:
    """A new entry in the authority file, unless its id is that of somebody known."""
    id, family, given = new
    authors = draft.authority.authors
    if id in authors:
        option = f"--set author={id} if so; --new-author {id}-2 for another person"
        draft.ask("author", f"“{name.printed}” (line {name.line}) may be {id}", option)
        return None
    same = [one.id for one in authors.values() if name.printed in one.variants]
    entry: dict[str, Value] = {"family": family, "given": given, "variants": [name.printed]}
    draft.put("authors.yml", (), id, entry | ({"distinct_from": same} if same else {}))
    draft.new.append(f"author {id}: {family}, {given}")
    draft.say("author", name.printed, f"{name.where}new: {family}, {given} ({id})")
    return id


def _credit(draft: Draft, id: str, name: Named) -> Value:
    """An author of the record, with the post that stands below the name or behind it."""
    blocks, line = draft.reading.blocks, name.line
    following = min(
        (one.line for one in draft.reading.authors if one.line > line),
        default=len(draft.reading.source) + 1,
    )
    posts = [
        one
        for one in blocks
        if one.kind is Kind.METADATA
        and one.rule == "affiliation"
        and line < one.lines[0] < following
    ]
    alone = (
        sum(one.line == line for one in draft.reading.authors) == 1
    )  # of several on a line nothing tells whose post it is
    texts = [one.text for one in posts] if alone else []
    if not texts and alone and len(draft.reading.authors) == 1:
        byline = next(
            (one.text for one in blocks if one.rule == "authors" and one.lines[0] == line), ""
        )
        behind = byline.partition(name.printed)[2].strip(" ,()[]")
        texts = [behind] if ROLE.search(behind) and not has_byline_label(behind) else []
    post = ", ".join(part for text in texts if (part := " ".join(text.split()).strip(" ,")))
    if post:
        draft.say("affiliation", post, f"line {posts[0].lines[0] if posts else line}, of {id}")
    return {"id": id, "printed": name.printed} | ({"affiliation": post} if post else {})
