"""Who wrote a text that is added: people known under the names it prints, and new ones.

A name that is similar to a known one, or whose form does not tell which part is the family name, is
the curator's to decide.
"""

import re
from collections.abc import Iterable

from archive.commands.proposal import Proposal
from archive.reading.model import Kind, Statement
from archive.records.authority import AUTHORS, ID, LONGEST_ID, Author
from archive.records.yamledit import Value
from archive.text.family_names import are_similar, family_and_given, split_by_id
from archive.text.names import ROLE, has_byline_label
from archive.text.normal_forms import align, normalise, slug, sorted_letters, visible

# An author of the text: the id, and the name as the text prints it, or as a byline would.
Person = tuple[str, Statement]
_AROUND_POST = r"[ ,()\[\]]*(?P<post>(?s:.*?))[ ,()\[\]]*\Z"


def find_authors(proposal: Proposal, _: object) -> list[Value]:
    """Return the authors as the record has them, and add those who are new."""
    return [
        {"id": id, "printed": name.value, **_find_post(proposal, id, name)}
        for id, name in _find_people(proposal)
    ]


def _find_people(proposal: Proposal) -> list[Person]:
    """Return the authors that the curator names, or else those of the text.

    The curator says more of a printed name ("Kim, Jiyoon", "Jiyoon Kim=kim-jiyoon"), takes one out
    ("Jiyoon Kim=") or, with a name that the text does not print as an author's, gives the whole
    list.
    """
    stated, given = proposal.reading.authors, proposal.answers.authors
    pairs = _pair(proposal, [text for text in given if text and not text.endswith("=")])
    named = [name for _, name in pairs]
    taken_out = set(map(normalise, given))
    removed = [name for name in stated if f"{normalise(name.value)}=" in taken_out]
    left = [name for name in stated if name not in named and name not in removed]
    if None in named and len(left) > 1 and not all(slug(name.value) for name in left):
        # In another script nothing tells who is who.
        proposal.ask(
            "author",
            "author of several",
            pairs[named.index(None)][0],
            names=", ".join(name.value for name in left),
            name=left[0].value,
        )
        return []
    people = [person for pair in pairs if (person := _find_person(proposal, *pair))]
    if None in named or "" in given:
        removed += left
    else:
        people += [person for name in left if (person := _find_person(proposal, "", name))]
        people.sort(key=lambda person: stated.index(person[1]))
    if removed:
        lines = ", ".join(dict.fromkeys(str(name.line) for name in removed))
        proposal.correct("authors", f"the reader took names on line {lines} for authors")
    if not all(proposal.prints(name.value) for _, name in people):
        proposal.add_basis("authors")
    return people


def _pair(proposal: Proposal, given: Iterable[str]) -> list[tuple[str, Statement | None]]:
    """Return each answer on an author with the name that the text prints.

    That is the name before "=", or one of the same letters. When one of each is left, they belong
    together, if they can be of the same person.
    """
    free = list(proposal.reading.authors)
    pairs: list[tuple[str, Statement | None]] = []
    for text in given:
        printed, _, answer = (part.strip() for part in text.rpartition("="))
        person = proposal.held.authority.authors.get(answer)
        forms = (printed,) if printed else person.all_names if person else (answer,)
        letters = set(map(sorted_letters, forms))
        name = next((name for name in free if sorted_letters(name.value) in letters), None)
        free = [other for other in free if other != name]
        pairs.append((answer, name))
    unpaired = [answer for answer, name in pairs if name is None]
    if len(free) == len(unpaired) == 1 and _may_be(proposal, unpaired[0], free[0].value):
        pairs = [(answer, name or free[0]) for answer, name in pairs]
    return pairs


def _may_be(proposal: Proposal, answer: str, printed: str) -> bool:
    """Whether a printed name can stand for the author that a curator gives.

    It can in another script, with the same family name, or when it is similar.
    """
    family, given = family_and_given(answer) or (answer, "")
    person = proposal.held.authority.authors.get(answer) or Author("", family, given, ())
    return (
        not slug(printed)
        or f"-{slug(person.family)}-" in f"-{slug(printed)}-"
        or bool(similar_authors(printed, [person]))
    )


def _find_person(proposal: Proposal, answer: str, paired: Statement | None) -> Person | None:
    """Return an author, or ask who it is.

    `answer` is what the curator says; it is "" for a name that only the text gives.
    """
    authors = proposal.held.authority.authors
    name = paired or _as_printed(proposal, answer)
    parts = family_and_given(answer or name.value)
    words = " ".join(parts or ()) if answer else name.value
    new = _find_new(proposal, words) if words else None
    # An earlier file of the same command may have added the author.
    was_known = not answer and new and new[0] in proposal.held.library.authority.authors
    if new and (was_known or new[0] not in authors):
        return _add(proposal, (new[0], *parts) if answer and parts else new, name)
    known = known_author(words, authors.values())
    meant = _find_meant(answer, authors.values()) if answer else [known] if known else []
    meant = [authors[new[0]]] if new else meant
    if len(meant) == 1 or answer in authors:
        return _use_known(proposal, authors.get(answer, meant[0]), name, answer)
    id = propose_id(*parts) if parts else ""
    similar = similar_authors(words, authors.values()) if id or not answer else []
    split_words = (answer or words).split()
    questions = (
        ("authors meant", meant),
        ("authors similar", similar),
        ("", id),  # nothing to ask
        ("author unknown", ID.fullmatch(answer)),
        ("author without id", answer and parts),
        ("family name", answer),
        ("either name", slug(words) and len(split_words) > 1),
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
        either=(
            f"'{split_words[-1]}, {' '.join(split_words[:-1])}' "
            f"or '{split_words[0]}, {' '.join(split_words[1:])}'"
        ),
    )
    return None


def _describe(person: Author, *, with_variants: bool) -> str:
    printed = f", printed as {', '.join(person.variants)}" if with_variants else ""
    return f"{person.inverted_name} ({person.id}{printed})"


def _find_new(proposal: Proposal, name: str) -> tuple[str, str, str] | None:
    """Return the id that the curator gives to a new author of this name.

    With it come the family and the given name that it tells apart.
    """
    authors = proposal.held.authority.authors
    for id in proposal.answers.new_authors:
        if parts := split_by_id(name, re.sub(r"-\d+$", "", id)):
            return id, *parts
        if not (slug(name) or id in authors or known_author(name, authors.values())):
            family, *given = (word.capitalize() for word in id.split("-"))
            return id, family, " ".join(given)
    return None


def _find_meant(answer: str, authors: Iterable[Author]) -> list[Author]:
    """Return the authors that the curator may mean.

    The curator gives an id, a name as a text prints it, or one as lists file it.
    """
    parts = family_and_given(answer)
    return [
        author
        for author in authors
        if answer == author.id
        or author.has_variant(answer)
        or parts == (author.family, author.given)
    ]


def _as_printed(proposal: Proposal, answer: str) -> Statement:
    """Return a name that the curator gives, as the text prints it or as a byline would."""
    family, given = family_and_given(answer) or (answer, "")
    meant = _find_meant(answer, proposal.held.authority.authors.values())
    forms = (
        meant[0].all_names
        if len(meant) == 1
        else (f"{given} {family}".strip(), f"{family} {given}".strip())
    )
    return Statement(next(filter(proposal.prints, forms), forms[0]), 0, "")


def _add(proposal: Proposal, new: tuple[str, str, str], name: Statement) -> Person | None:
    """Add an entry to the authority file, unless its id is taken."""
    id, family, given = new
    authors = proposal.held.authority.authors
    if id in authors:
        proposal.ask("author", "author taken", name=name.value, line=name.line, id=id)
        return None
    namesakes = [author.id for author in authors.values() if author.has_variant(name.value)]
    proposal.add_entry(
        AUTHORS,
        (),
        id,
        {
            "family": family,
            "given": given,
            "variants": [name.value],
            **({"distinct_from": namesakes} if namesakes else {}),
        },
        f"author {id}: {family}, {given}",
    )
    return _credit(proposal, id, name, f"new: {family}, {given} ({id})")


def _use_known(proposal: Proposal, person: Author, name: Statement, answer: str) -> Person:
    """Credit a known author, whose entry gets the form of the name if it is new."""
    if not person.has_variant(name.value):
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


def _credit(proposal: Proposal, id: str, name: Statement, who: str) -> Person:
    # A name that the text does not print as an author's has no line.
    proposal.show("author", name.value, f"line {name.line}: {who}" if name.line else who)
    return id, name


def _find_post(proposal: Proposal, id: str, name: Statement) -> dict[str, Value]:
    """Return the affiliation of an author, which stands below the name or behind it; or nothing."""
    reading = proposal.reading
    lines = [author.line for author in reading.authors]
    if lines.count(name.line) != 1:
        return {}  # of several on a line nothing tells whose post it is
    end = min((line for line in lines if line > name.line), default=len(reading.source) + 1)
    posts = [
        (block.lines[0], block.text)
        for block in reading.blocks
        if (block.kind, block.rule) == (Kind.METADATA, "affiliation")
        and name.line < block.lines[0] < end
    ]
    if not posts and len(lines) == 1:
        bylines = (
            block.text
            for block in reading.blocks
            if (block.rule, block.lines[0]) == ("authors", name.line)
        )
        byline = next(bylines, "")
        normal, places = align(byline)
        behind = re.search(rf"{re.escape(normalise(name.value))}{_AROUND_POST}", normal)
        if behind and ROLE.search(behind["post"]) and not has_byline_label(behind["post"]):
            start, end = behind.span("post")
            posts = [(name.line, byline[places[start] : places[end]])]
    post = ", ".join(part for _, text in posts if (part := visible(text).strip(" ,")))
    if post:
        proposal.show("affiliation", post, f"line {posts[0][0]}, of {id}")
    return {"affiliation": post} if post else {}


def propose_id(family: str, given: str) -> str:
    """Return the id that a new author is to have; "" for a name without Latin letters."""
    return slug(f"{family} {given}", LONGEST_ID) if slug(family) and slug(given) else ""


def known_author(name: str, authors: Iterable[Author]) -> Author | None:
    """Return the author with this variant, if there is just one."""
    found = [author for author in authors if author.has_variant(name)]
    return found[0] if len(found) == 1 else None


def similar_authors(name: str, authors: Iterable[Author]) -> list[Author]:
    """Return the authors who may be meant: one of their names is similar."""
    return [
        author for author in authors if any(are_similar(name, other) for other in author.all_names)
    ]
