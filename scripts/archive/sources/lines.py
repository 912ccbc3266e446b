"""The lines of a page or document, with what its markup or layout says that each one is."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hint:
    """What markup or layout says of a line; "", 0 and none where it says nothing.

    `kind` is the name of a mark (archive.reading.marks.MARKS), such as "heading", "point" or
    "furniture", and `level` the rank of a heading (1 the highest) or the depth of a point. Lines in
    a row with the same `block` are one block, of one or several lines. `rule` names why the line is
    not of the text, such as "page number". `within` has the names of the elements around the line
    and their classes and ids: "article", ".view-title", "#content".
    """

    kind: str = ""
    level: int = 0
    block: int = 0
    rule: str = ""
    within: frozenset[str] = frozenset()


NO_HINT = Hint()


@dataclass(frozen=True, slots=True)
class Line:
    """A visible line. `links` are (start, end, address): the words from column start to end."""

    text: str
    hint: Hint = NO_HINT
    links: tuple[tuple[int, int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Declared:
    """A value that a page or document declares for a field outside its visible text.

    `field` is the name of a field of the record, and `tag` the place that declares it, as a curator
    would look for it: "meta citation_title", "JSON-LD headline", "PDF Author".
    """

    field: str
    value: str
    tag: str
