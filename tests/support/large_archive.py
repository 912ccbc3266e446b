"""An archive of as many invented briefs as one likes: the five real texts, cut up and put together anew, the same for one seed.

A brief takes the layout of one of the five, so that the same readers read it, and words of all of them. Brief number n is the same
in an archive of any size: what its page costs in a small archive and in a large one can be compared.
"""

from __future__ import annotations

import hashlib
import json
import random
import re
import shutil
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path

from archive.reading.model import Kind, Voice
from archive.reading.outline import MAX_HEADING_LENGTH
from archive.records.library import Library, load_library
from archive.text.dates import MONTHS
from archive.text.names import ROLE
from archive.text.sentences import sentences

FAMILIES = "Ahn Bae Cha Endo Fujii Goto Han Inoue Jang Kang Lim Mori Noda Oh Park Ryu Seo Tanaka Ueda Yang".split()
SYLLABLES = "Min Jun Hye Soo Young Hiro Ken Aya Yuki Na Ji Eun Tae Shin Kazu".split()
PLACES = "Seoul Tokyo Busan Osaka Daejeon Kyoto Incheon Nagoya Jeju Sapporo".split()
FIELDS = ("Strategic Studies", "Foreign Affairs", "Maritime Security", "Economic Policy")
POSTS = ("Research Fellow", "Senior Fellow", "Professor", "Director of Japanese Studies")
SERIES = ("Policy Brief", "Issue Brief", "Focus")
YEARS = range(2001, 2026)
AUTHORS, INSTITUTES = 300, 40
# How many words a text has, with how often: about 1,200 in the mean.
WORDS = (((300, 600), 15), ((700, 1150), 70), ((1250, 1650), 15))
# The share of briefs that are to bear each theme.
SHARES = {"gsomia": 0.3, "camp-david": 0.35, "forced-labor": 0.45, "export-controls": 0.35}
# One brief in so many is in British spelling.
BRITISH = 8
_SPELLINGS = {
    "labor": "labour",
    "defense": "defence",
    "neighbor": "neighbour",
    "emphasiz": "emphasis",
    "normaliz": "normalis",
}
# A few authors and institutes have many briefs, most have few: the weight of the n-th is 1 / (n + this).
_EVENNESS = 25
_INFERRED = "invented, as is all of this archive"


def make_archive(root: Path, to: Path, briefs: int, seed: int = 1) -> Path:
    """Write an archive of `briefs` invented briefs, of the shape of the one in `root`, into the new folder `to`."""
    invented = Invention(root, seed)
    _copy(root, to)
    authority = to / "briefs" / "authority"
    (authority / "authors.yml").write_text("".join(map(_author, invented.people)), encoding="utf-8")
    (authority / "institutes.yml").write_text(
        "".join(map(_institute, invented.bodies)), encoding="utf-8"
    )
    for number in range(briefs):
        made = invented.brief(number)
        (to / "briefs" / f"{made.id}.txt").write_text(made.text, encoding="utf-8")
        (to / "briefs" / f"{made.id}.yml").write_text(made.record, encoding="utf-8")
    return to


def _copy(root: Path, to: Path) -> None:
    """Copy what people wrote beside the briefs."""
    for name in ("overrides", "docs/assets", "docs/guide"):
        shutil.copytree(root / name, to / name)
    names = "mkdocs.yml docs/about.md docs/search.md docs/scaling.md scripts/mkdocs_hooks.py briefs/home.md".split()
    for name in (*names, "briefs/authority/themes.yml", "briefs/authority/glossary.yml"):
        (to / name).parent.mkdir(parents=True, exist_ok=True)
        if name != "docs/scaling.md" or (root / name).exists():
            shutil.copy(root / name, to / name)


# -- who --------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Person:
    """An invented author."""

    id: str
    family: str
    given: str
    post: str

    @property
    def name(self) -> str:
        return f"{self.given} {self.family}"


@dataclass(frozen=True)
class Body:
    """An invented institute with its series, by id."""

    id: str
    name: str
    series: dict[str, str]


def _people(dice: random.Random) -> list[Person]:
    people: dict[str, Person] = {}
    while len(people) < AUTHORS:
        family, one, other = (
            dice.choice(FAMILIES),
            dice.choice(SYLLABLES),
            dice.choice(SYLLABLES).lower(),
        )
        id = f"{family}-{one}{other}".lower()
        people[id] = Person(id, family, f"{one}{other}", dice.choice(POSTS))
    return list(people.values())


def _bodies() -> list[Body]:
    """One institute in four has no series, one has two."""
    bodies = []
    for number in range(INSTITUTES):
        place = PLACES[number % len(PLACES)]
        kinds = SERIES[number % 3 :][: (0, 1, 1, 2)[number % 4]]
        series = {
            f"inst{number}-{kind.lower().replace(' ', '-')}": f"{place} {FIELDS[number // 10].split()[0]} {kind}"
            for kind in kinds
        }
        bodies.append(
            Body(f"inst{number}", f"{place} Institute for {FIELDS[number // 10]}", series)
        )
    return bodies


def _author(person: Person) -> str:
    return f'{person.id}:\n  family: "{person.family}"\n  given: "{person.given}"\n  variants: ["{person.name}"]\n'


def _institute(body: Body) -> str:
    series = "".join(f'    {id}: {{name: "{name}"}}\n' for id, name in body.series.items())
    return f'{body.id}:\n  name: "{body.name}"\n' + (f"  series:\n{series}" if series else "")


_FINISHED = re.compile(r"[.?!][\"”’)]*$")


# -- what they say ----------------------------------------------------------------------------------------------------------


@dataclass
class Deck:
    """Pieces of text: shuffled, dealt one by one, shuffled again when none is left."""

    pieces: list[str]
    dice: random.Random
    left: list[str] = field(default_factory=list)

    def deal(self) -> str:
        if not self.left:
            self.left = self.dice.sample(self.pieces, len(self.pieces))
        return self.left.pop()

    def some(self, least: int, most: int) -> str:
        """A few pieces in a row."""
        return " ".join(self.deal() for _ in range(self.dice.randint(least, most)))


class Pieces:
    """What the real texts are made of, by what it is; `themed` are (themes, words) that show one, or several."""

    def __init__(self, library: Library) -> None:
        """Cut up the texts of an archive."""
        self.sentences: list[str] = []
        self.points: list[str] = []
        self.heads: list[str] = []
        self.introduction: list[str] = []
        self.biography: list[str] = []
        self.themed: list[tuple[set[str], str]] = []
        self.themed_heads: list[tuple[set[str], str]] = []
        themes = list(library.themes)
        for block in (block for one in library.briefs for block in one.reading.shown):
            kind = block.kind
            whole = kind in (Kind.HEADING, Kind.POINT, Kind.KEY_POINT)
            text = (
                " ".join(block.text.lstrip("0123456789.) ").split())
                if kind is Kind.HEADING
                else block.text
            )
            parts = (
                [text]
                if whole
                else [" ".join(text[start:end].split()) for start, end in sentences(text)]
            )
            for part in parts:
                shown = (
                    {theme.id for theme in themes if theme.find_spans(part)}
                    if block.voice is Voice.AUTHOR
                    else set()
                )
                if kind is Kind.HEADING and block.voice is Voice.AUTHOR and len(part) > 12:
                    _put(part, shown, self.heads, self.themed_heads)
                elif kind in (Kind.POINT, Kind.KEY_POINT):
                    _put(part, shown, self.points, self.themed)
                elif kind is Kind.PARAGRAPH and len(part) > 40:
                    _put(part, shown, self.sentences, self.themed)
                elif kind is Kind.INTRODUCTION:
                    self.introduction.append(part)
                elif kind is Kind.BIOGRAPHY:
                    self.biography.append(part)

    def showing(
        self, dice: random.Random, themes: set[str], pieces: list[tuple[set[str], str]]
    ) -> list[str]:
        """A few pieces for each of the themes, none that shows another."""
        found: list[str] = []
        for theme in sorted(themes):
            fit = [words for shown, words in pieces if theme in shown and shown <= themes]
            found += dice.sample(fit, min(len(fit), dice.randint(1, 3)))
        return list(dict.fromkeys(found))


def _put(part: str, shown: set[str], plain: list[str], themed: list[tuple[set[str], str]]) -> None:
    if shown:
        themed.append((shown, part))
    else:
        plain.append(part)


@dataclass(frozen=True)
class Imprint:
    """What is known of an invented brief; `date` is EDTF, or None."""

    number: int
    title: str
    people: list[Person]
    body: Body
    series: str | None
    date: str | None
    issue: str | None

    @property
    def names(self) -> str:
        *first, last = [person.name for person in self.people]
        return f"{', '.join(first)} and {last}" if first else last

    @property
    def label(self) -> str:
        return self.body.series[self.series] if self.series else ""


@dataclass(frozen=True)
class Made:
    """An invented brief: its id, its text, and its record as YAML."""

    id: str
    text: str
    record: str
    imprint: Imprint


class Invention:
    """All that is invented of one seed."""

    def __init__(self, root: Path, seed: int = 1) -> None:
        """Read the texts of the archive in `root`."""
        self.seed = seed
        self.pieces = Pieces(load_library(root))
        self.people = _people(random.Random(seed))
        self.bodies = _bodies()
        self._authors = list(accumulate(1 / (place + _EVENNESS) for place in range(AUTHORS)))
        self._institutes = list(accumulate(1 / (place + _EVENNESS) for place in range(INSTITUTES)))

    def brief(self, number: int) -> Made:
        """Invent brief number `number`."""
        dice = random.Random(f"{self.seed} {number}")
        imprint = self._imprint(dice, number)
        whole_day = len(imprint.date or "") == len("2001-01-01")
        # The heads of Sejong's and Yeosijae's pages print whole dates only, and no more than two names.
        layout = _LAYOUTS[number % len(_LAYOUTS)]
        if layout in (_outline, _voices) and (not whole_day or len(imprint.people) > 2):
            layout = _sections
        body = _Words(dice, self.pieces, camp_david=layout is not _prose)
        text, printed, more = layout(imprint, body)
        text = (_british(text) if dice.randrange(BRITISH) == 0 else text) + "\n"
        id = f"{(imprint.date or 'nd')[:4]}-{imprint.body.id}-b{number}"
        return Made(id, text, _record(id, imprint, text, printed, more), imprint)

    def _imprint(self, dice: random.Random, number: int) -> Imprint:
        body = dice.choices(self.bodies, cum_weights=self._institutes)[0]
        several = dice.choices((1, 2, 3), (60, 27, 13))[0]
        people = list(
            dict.fromkeys(dice.choices(self.people, cum_weights=self._authors, k=several))
        )
        year = dice.choice(YEARS)
        month = f"{year}-{dice.randint(1, 12):02}"
        date = dice.choices(
            (f"{month}-{dice.randint(1, 28):02}", month, str(year), None), (70, 12, 14, 4)
        )[0]
        series = dice.choice([*body.series]) if body.series else None
        return Imprint(
            number,
            self._title(dice),
            people,
            body,
            series,
            date,
            f"{year}-{number}" if series else None,
        )

    def _title(self, dice: random.Random) -> str:
        """Two heads in one; a longer line is no title to a reader."""
        while True:
            one, other = dice.sample(self.pieces.heads, 2)
            title = f"{one} and {other}: a view from {dice.choice(PLACES)}"
            if len(title) < MAX_HEADING_LENGTH:
                return title


class _Words:
    """The words of one brief, dealt to its layout."""

    def __init__(self, dice: random.Random, pieces: Pieces, *, camp_david: bool) -> None:
        self.dice = dice
        (least, most), *_ = dice.choices([span for span, _ in WORDS], [share for _, share in WORDS])
        self.length = dice.randint(least, most)
        self.themes = {theme for theme, share in SHARES.items() if dice.random() < share}
        self.sentences, self.points = Deck(pieces.sentences, dice), Deck(pieces.points, dice)
        self.introduction, self.biography = (
            Deck(pieces.introduction, dice),
            Deck(pieces.biography, dice),
        )
        self.heads = Deck(pieces.heads, dice)
        # Right under a page's head, a line with the word of a post is one to its reader: "President Yoon's policy toward Japan".
        self.opening = next(head for head in iter(self.heads.deal, None) if not ROLE.search(head))
        self.heads.left += (
            pieces.showing(dice, self.themes, pieces.themed_heads)[:1] if camp_david else []
        )
        self.themed = pieces.showing(dice, self.themes, pieces.themed)

    def paragraphs(self, least: int, most: int) -> list[str]:
        """As many as the text is long, each of so many sentences, with those that show its themes among them."""
        made: list[str] = []
        words = 0
        while words < self.length:
            made.append(self.sentences.some(least, most))
            words += made[-1].count(" ") + 1
        for one in self.themed:
            place = self.dice.randrange(len(made))
            made[place] += f" {one}" if _FINISHED.search(one) else f" {one}."
        return made


# -- how it is laid out: text, the fields it prints, further lines of the record -------------------------------------------------

Laid = tuple[str, set[str], str]
_ALL = {"title", "authors", "institute", "series", "number", "date"}


def _board(imprint: Imprint, words: _Words) -> str:
    """The head of a page of Sejong's board, which prints everything."""
    views = f"{words.dice.randint(120, 5000):,}"
    issue = f"\n\nNo. {imprint.issue}" if imprint.issue else ""
    top = [imprint.label] if imprint.label else []
    posts = f"{imprint.people[0].post}\n\n{imprint.body.name}"
    return "\n\n".join(
        [
            *top,
            imprint.title,
            f"Date {imprint.date} View {views}",
            imprint.title + issue,
            imprint.names,
            posts,
        ]
    )


def _plain_head(imprint: Imprint) -> str:
    """Title, names, date and institute as most pages print them."""
    year, month, day = ([*(imprint.date or "").split("-"), "", ""])[:3]
    date = f"{MONTHS[int(month) - 1]} {f'{int(day)}, ' if day else ''}{year}" if month else ""
    series = [f"{imprint.label} No. {imprint.issue}"] if imprint.series else []
    return "\n\n".join(
        [*series, imprint.title, f"By {imprint.names}", *filter(None, [date]), imprint.body.name]
    )


def _outline(imprint: Imprint, words: _Words) -> Laid:
    """Signs and ordinals, as in 2023-sejong-jin: heads, heads below them, points."""
    lines, chapter, count = [_board(imprint, words), f"\n■ {words.opening}"], 0, 0
    themed = list(words.themed)
    while count < words.length * 0.8 or themed:
        if chapter == 3:
            lines.append(f"\n■ {words.heads.deal()}")
        chapter = chapter % 3 + 1
        lines.append(f"{chapter}. {words.heads.deal()}")
        for _ in range(words.dice.randint(1, 3)):
            said = (
                themed.pop()
                if themed
                else words.dice.choice((words.points, words.sentences)).deal()
            )
            said = f"{said} {words.sentences.some(1, 3)}" if _FINISHED.search(said) else said
            lines.append(f"❍ {said}")
            count += said.count(" ")
    return "\n\n".join(lines), _ALL, ""


def _prose(imprint: Imprint, words: _Words) -> Laid:
    """Paragraphs and nothing else, as in 2019-sejong-park."""
    head = (
        _board(imprint, words)
        if len(imprint.date or "") == len("2001-01-01")
        else _plain_head(imprint)
    )
    return "\n\n \n\n".join([head, *words.paragraphs(3, 6)]), _printed(imprint), ""


def _sections(imprint: Imprint, words: _Words) -> Laid:
    """Paragraphs under heads, numbered or not, with a biography below them, as in 2022-asan-choi."""
    numbered = words.dice.random() < 0.4
    lines, chapter, next_head = [_plain_head(imprint)], 0, 2
    for place, paragraph in enumerate(words.paragraphs(2, 5)):
        if place == next_head:
            chapter += 1
            next_head += words.dice.randint(2, 4)
            lines.append(
                f"\n{chapter}. {words.heads.deal()}" if numbered else f"\n{words.heads.deal()}"
            )
        lines.append(paragraph)
    lines += ["\nAbout the Authors", *_biographies(imprint, words)]
    return "\n\n".join(lines), _printed(imprint), ""


def _key_points(imprint: Imprint, words: _Words) -> Laid:
    """Key points, one paragraph a line, biographies; title and date are not in the text, as in 2022-ifes-cho."""
    lines = ["Stay informed about our latest news,", "publications, & uploads:"]
    paragraphs = words.paragraphs(2, 5)
    lines += [f"► {words.sentences.some(1, 2)}" for _ in range(3)]
    paragraphs.insert(len(paragraphs) // 2, words.heads.deal())
    return (
        "\n".join([*lines, *paragraphs, *_biographies(imprint, words)]),
        {"authors", "institute"},
        "",
    )


def _voices(imprint: Imprint, words: _Words) -> Laid:
    """A publisher's introduction, heads without a sign, a translator's note, a rights line, as in 2021-yeosijae-okonogi."""
    rights = f"< Copyright holder © {imprint.body.name}, Not available for redistribution >"
    lines = [
        "페이지상단으로이동",
        imprint.title,
        f"{imprint.names} ({imprint.people[0].post}, {imprint.body.name})",
    ]
    lines += [(imprint.date or "").replace("-", "."), *["  • A"] * 5, words.opening]
    lines += [words.introduction.some(2, 4) for _ in range(words.dice.randint(1, 3))]
    lines.append(
        f"Yeosijae has shared this article with its readers. {words.introduction.some(1, 2)}"
    )
    next_head = 2
    for place, paragraph in enumerate(words.paragraphs(2, 5)):
        if place == next_head:
            next_head += words.dice.randint(1, 3)
            lines.append(words.heads.deal())
        lines.append(paragraph)
    lines += [
        "(This paper was translated from Japanese into English by the archive's own dice)",
        rights,
    ]
    return (
        "\n\n".join(lines),
        {"title", "authors", "institute", "date"},
        f"rights: {json.dumps(rights, ensure_ascii=False)}\n",
    )


def _printed(imprint: Imprint) -> set[str]:
    """The fields that a head prints; a year alone is no date to a reader."""
    return _ALL - ({"date"} if len(imprint.date or "") == len("2001") else set())


def _british(text: str) -> str:
    """The text in British spelling, but for names, which have capitals."""
    for american, british in _SPELLINGS.items():
        text = re.sub(rf"\b{american}(?!at)", british, text)
    return text


def _biographies(imprint: Imprint, words: _Words) -> list[str]:
    """A paragraph for each author; the real names in it give way to the invented."""
    made = []
    for person in imprint.people:
        more = re.sub(
            r"(?:Dr\. )?(?:CHOI|Choi|Jin-goo Cho)(?: Eunmi)?",
            f"Dr. {person.family}",
            words.biography.some(2, 4),
        )
        more = re.sub(rf"^Dr\. {person.family} is ", "The author is ", more)
        made.append(f"{person.name} is a {person.post} at the {imprint.body.name}. {more}")
    return made


_LAYOUTS = (_sections, _outline, _prose, _key_points, _voices)


# -- its record -------------------------------------------------------------------------------------------------------------


def _record(id: str, imprint: Imprint, text: str, printed: set[str], more: str) -> str:
    """The record as YAML, written by hand: a library takes ten times as long, and 10,000 are wanted."""
    supplied = [name for name, value in _fields(imprint).items() if value and name not in printed]
    authors = "".join(_credit(one, imprint.body, text) for one in imprint.people)
    basis = "".join(
        f'  {name}: {{kind: "supplied", evidence: "{_INFERRED}"}}\n' for name in supplied
    )
    title = json.dumps(
        imprint.title if "title" in printed else f"[{imprint.title}]", ensure_ascii=False
    )
    lines = [
        f'id: "{id}"',
        f"title: {title}",
        f"authors:\n{authors}institute: {json.dumps(imprint.body.id)}",
    ]
    lines += [
        f"{name}: {json.dumps(value)}"
        for name, value in _fields(imprint).items()
        if name in ("series", "number", "date")
    ]
    lines += [
        'language: "en"',
        'access: "full"',
        f'source: "https://example.org/briefs/{imprint.number}"',
    ]
    lines += [
        'saved: null\nadded: "2026-11-21"\nchecked_by: null',
        f'sha256: "{hashlib.sha256(text.encode()).hexdigest()}"',
    ]
    basis += f'  source: {{kind: "supplied", evidence: "{_INFERRED}"}}\n'
    return "\n".join(lines) + f"\n{more}basis:\n{basis}"


def _credit(person: Person, body: Body, text: str) -> str:
    """An author, with the post where the text prints it."""
    post = (
        f'    affiliation: "{person.post}, {body.name}"\n'
        if person.post in text and body.name in text
        else ""
    )
    return f'  - id: "{person.id}"\n    printed: "{person.name}"\n{post}'


def _fields(imprint: Imprint) -> dict[str, str | None]:
    return {
        "title": imprint.title,
        "series": imprint.series,
        "number": imprint.issue,
        "date": imprint.date,
    }


def ids(archive: Path, numbers: Iterable[int]) -> list[str]:
    """The ids of briefs by their numbers."""
    known = {
        int(path.stem.rpartition("-b")[2]): path.stem for path in (archive / "briefs").glob("*.txt")
    }
    return [known[number] for number in numbers]
