"""Make an archive of any number of invented briefs from the words of the five real ones.

A brief takes the layout of one of the five, so that its reader can read it. Its words come from all
five. One seed always gives the same briefs: brief number n is equal in archives of any size, so the
cost of its page can be compared between them.
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
from archive.store import Archive
from archive.text.dates import MONTHS
from archive.text.names import ROLE
from archive.text.sentences import sentences
from curator_edits import cite_nothing

FAMILIES = (
    "Ahn Bae Cha Endo Fujii Goto Han Inoue Jang Kang Lim Mori Noda Oh Park Ryu Seo Tanaka Ueda Yang"
).split()
SYLLABLES = "Min Jun Hye Soo Young Hiro Ken Aya Yuki Na Ji Eun Tae Shin Kazu".split()
PLACES = "Seoul Tokyo Busan Osaka Daejeon Kyoto Incheon Nagoya Jeju Sapporo".split()
FIELDS = ("Strategic Studies", "Foreign Affairs", "Maritime Security", "Economic Policy")
POSTS = ("Research Fellow", "Senior Fellow", "Professor", "Director of Japanese Studies")
SERIES = ("Policy Brief", "Issue Brief", "Focus")
YEARS = range(2001, 2026)
AUTHOR_COUNT, INSTITUTE_COUNT = 300, 40
# ((least words, most words), weight): about 1,200 words on average.
TEXT_LENGTHS = (((300, 600), 15), ((700, 1150), 70), ((1250, 1650), 15))
# The share of briefs that show each theme.
THEME_SHARES = {"gsomia": 0.3, "camp-david": 0.35, "forced-labor": 0.45, "export-controls": 0.35}
# One brief in eight is in British spelling.
BRITISH_INTERVAL = 8
_BRITISH_SPELLINGS = {
    "labor": "labour",
    "defense": "defence",
    "neighbor": "neighbour",
    "emphasiz": "emphasis",
    "normaliz": "normalis",
}
# Most authors and institutes have few briefs, some have many: the weight of number n is
# 1 / (n + offset).
_WEIGHT_OFFSET = 25
_EVIDENCE = "invented, as is all of this archive"


def make_archive(root: Path, to: Path, briefs: int, seed: int = 1) -> Path:
    """Write an archive of invented briefs into the new folder `to`.

    `briefs` is their number. The other files are copied from the archive in `root`.
    """
    inventor = Inventor(root, seed)
    _copy_site_files(root, to)
    authority = to / "briefs" / "authority"
    (authority / "authors.yml").write_text(
        "".join(map(_author_yaml, inventor.people)), encoding="utf-8"
    )
    (authority / "institutes.yml").write_text(
        "".join(map(_institute_yaml, inventor.institutes)), encoding="utf-8"
    )
    for number in range(briefs):
        brief = inventor.invent_brief(number)
        (to / "briefs" / f"{brief.id}.txt").write_text(brief.text, encoding="utf-8")
        (to / "briefs" / f"{brief.id}.yml").write_text(brief.record, encoding="utf-8")
    return to


def _copy_site_files(root: Path, to: Path) -> None:
    """Copy the files that curators and developers wrote, except briefs, authors and institutes."""
    for name in ("overrides", "docs/assets", "docs/guide"):
        shutil.copytree(root / name, to / name)
    names = (
        "mkdocs.yml docs/about.md docs/search.md docs/scaling.md scripts/mkdocs_hooks.py "
        "briefs/home.md briefs/authority/themes.yml briefs/authority/glossary.yml"
    ).split()
    for name in names:
        (to / name).parent.mkdir(parents=True, exist_ok=True)
        if name != "docs/scaling.md" or (root / name).exists():
            shutil.copy(root / name, to / name)
    cite_nothing(to)


# -- authors and institutes ------------------------------------------------------------------------


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
class Institute:
    """An invented institute; `series` has the name of each of its series by id."""

    id: str
    name: str
    series: dict[str, str]


def _invent_people(rng: random.Random) -> list[Person]:
    people: dict[str, Person] = {}
    while len(people) < AUTHOR_COUNT:
        family = rng.choice(FAMILIES)
        given = rng.choice(SYLLABLES) + rng.choice(SYLLABLES).lower()
        id = f"{family}-{given}".lower()
        people[id] = Person(id, family, given, rng.choice(POSTS))
    return list(people.values())


def _invent_institutes() -> list[Institute]:
    """Invent institutes: of each four, one has no series and one has two."""
    institutes = []
    for number in range(INSTITUTE_COUNT):
        place = PLACES[number % len(PLACES)]
        kinds = SERIES[number % 3 :][: (0, 1, 1, 2)[number % 4]]
        field_word = FIELDS[number // 10].split()[0]
        series = {
            f"inst{number}-{kind.lower().replace(' ', '-')}": f"{place} {field_word} {kind}"
            for kind in kinds
        }
        institutes.append(
            Institute(f"inst{number}", f"{place} Institute for {FIELDS[number // 10]}", series)
        )
    return institutes


def _author_yaml(person: Person) -> str:
    return (
        f'{person.id}:\n  family: "{person.family}"\n  given: "{person.given}"\n'
        f'  variants: ["{person.name}"]\n'
    )


def _institute_yaml(institute: Institute) -> str:
    series = "".join(f'    {id}: {{name: "{name}"}}\n' for id, name in institute.series.items())
    return f'{institute.id}:\n  name: "{institute.name}"\n' + (
        f"  series:\n{series}" if series else ""
    )


_SENTENCE_END = re.compile(r"[.?!][\"”’)]*$")


# -- pieces of text --------------------------------------------------------------------------------


@dataclass
class Deck:
    """Pieces of text, dealt like cards: shuffled at first, and again whenever none is left."""

    pieces: list[str]
    rng: random.Random
    left: list[str] = field(default_factory=list)

    def deal(self) -> str:
        if not self.left:
            self.left = self.rng.sample(self.pieces, len(self.pieces))
        return self.left.pop()

    def deal_several(self, least: int, most: int) -> str:
        """Deal between `least` and `most` pieces, joined by spaces."""
        return " ".join(self.deal() for _ in range(self.rng.randint(least, most)))


class Pieces:
    """The pieces of the real texts, by kind.

    The lists `themed` and `themed_headings` hold (themes that the piece shows, piece).
    """

    def __init__(self, library: Library) -> None:
        """Cut up the texts of an archive."""
        self.sentences: list[str] = []
        self.points: list[str] = []
        self.headings: list[str] = []
        self.introduction: list[str] = []
        self.biography: list[str] = []
        self.themed: list[tuple[set[str], str]] = []
        self.themed_headings: list[tuple[set[str], str]] = []
        themes = list(library.themes)
        for block in (block for brief in library.briefs for block in brief.reading.shown):
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
                    _add_piece(part, shown, self.headings, self.themed_headings)
                elif kind in (Kind.POINT, Kind.KEY_POINT):
                    _add_piece(part, shown, self.points, self.themed)
                elif kind is Kind.PARAGRAPH and len(part) > 40:
                    _add_piece(part, shown, self.sentences, self.themed)
                elif kind is Kind.INTRODUCTION:
                    self.introduction.append(part)
                elif kind is Kind.BIOGRAPHY:
                    self.biography.append(part)

    def select_for_themes(
        self, rng: random.Random, themes: set[str], pieces: list[tuple[set[str], str]]
    ) -> list[str]:
        """Return one to three pieces for each of the themes; none shows any other theme."""
        selected: list[str] = []
        for theme in sorted(themes):
            fit = [words for shown, words in pieces if theme in shown and shown <= themes]
            selected += rng.sample(fit, min(len(fit), rng.randint(1, 3)))
        return list(dict.fromkeys(selected))


def _add_piece(
    part: str, shown: set[str], plain: list[str], themed: list[tuple[set[str], str]]
) -> None:
    if shown:
        themed.append((shown, part))
    else:
        plain.append(part)


@dataclass(frozen=True)
class Details:
    """The title, authors and dates of an invented brief; `date` is EDTF, or None."""

    number: int
    title: str
    people: list[Person]
    institute: Institute
    series: str | None
    date: str | None
    issue: str | None

    @property
    def names(self) -> str:
        *first, last = [person.name for person in self.people]
        return f"{', '.join(first)} and {last}" if first else last

    @property
    def label(self) -> str:
        return self.institute.series[self.series] if self.series else ""


@dataclass(frozen=True)
class InventedBrief:
    """An invented brief; `record` is YAML."""

    id: str
    text: str
    record: str
    details: Details


class Inventor:
    """Invents authors, institutes and briefs from one seed."""

    def __init__(self, root: Path, seed: int = 1) -> None:
        """Cut up the texts of the archive in `root`."""
        self.seed = seed
        self.pieces = Pieces(load_library(Archive(root)))
        self.people = _invent_people(random.Random(seed))
        self.institutes = _invent_institutes()
        self._author_weights = list(
            accumulate(1 / (place + _WEIGHT_OFFSET) for place in range(AUTHOR_COUNT))
        )
        self._institute_weights = list(
            accumulate(1 / (place + _WEIGHT_OFFSET) for place in range(INSTITUTE_COUNT))
        )

    def invent_brief(self, number: int) -> InventedBrief:
        """Invent brief number `number`: one seed always gives the same brief."""
        rng = random.Random(f"{self.seed} {number}")
        details = self._invent_details(rng, number)
        whole_day = len(details.date or "") == len("2001-01-01")
        # Headers of Sejong's and Yeosijae's pages print only whole dates, and at most two names.
        layout = _LAYOUTS[number % len(_LAYOUTS)]
        if layout in (_outline, _voices) and (not whole_day or len(details.people) > 2):
            layout = _sections
        words = _BriefWords(rng, self.pieces, camp_david=layout is not _prose)
        text, printed, extra_fields = layout(details, words)
        text = (_to_british(text) if rng.randrange(BRITISH_INTERVAL) == 0 else text) + "\n"
        id = f"{(details.date or 'nd')[:4]}-{details.institute.id}-b{number}"
        return InventedBrief(
            id, text, _record_yaml(id, details, text, printed, extra_fields), details
        )

    def _invent_details(self, rng: random.Random, number: int) -> Details:
        institute = rng.choices(self.institutes, cum_weights=self._institute_weights)[0]
        author_count = rng.choices((1, 2, 3), (60, 27, 13))[0]
        people = list(
            dict.fromkeys(
                rng.choices(self.people, cum_weights=self._author_weights, k=author_count)
            )
        )
        year = rng.choice(YEARS)
        month = f"{year}-{rng.randint(1, 12):02}"
        date = rng.choices(
            (f"{month}-{rng.randint(1, 28):02}", month, str(year), None), (70, 12, 14, 4)
        )[0]
        series = rng.choice([*institute.series]) if institute.series else None
        return Details(
            number,
            self._invent_title(rng),
            people,
            institute,
            series,
            date,
            f"{year}-{number}" if series else None,
        )

    def _invent_title(self, rng: random.Random) -> str:
        """Join two headings, until the line is short enough for a reader to take it as a title."""
        while True:
            first, second = rng.sample(self.pieces.headings, 2)
            title = f"{first} and {second}: a view from {rng.choice(PLACES)}"
            if len(title) < MAX_HEADING_LENGTH:
                return title


class _BriefWords:
    """The words of one brief, which its layout draws."""

    def __init__(self, rng: random.Random, pieces: Pieces, *, camp_david: bool) -> None:
        self.rng = rng
        (least, most), *_ = rng.choices(
            [span for span, _ in TEXT_LENGTHS], [share for _, share in TEXT_LENGTHS]
        )
        self.length = rng.randint(least, most)
        self.themes = {theme for theme, share in THEME_SHARES.items() if rng.random() < share}
        self.sentences, self.points = Deck(pieces.sentences, rng), Deck(pieces.points, rng)
        self.introduction, self.biography = (
            Deck(pieces.introduction, rng),
            Deck(pieces.biography, rng),
        )
        self.headings = Deck(pieces.headings, rng)
        # Readers take a line right below a header for a post if it has the word of one, as in
        # "President Yoon's policy toward Japan".
        self.opening = next(
            heading for heading in iter(self.headings.deal, None) if not ROLE.search(heading)
        )
        self.headings.left += (
            pieces.select_for_themes(rng, self.themes, pieces.themed_headings)[:1]
            if camp_david
            else []
        )
        self.themed = pieces.select_for_themes(rng, self.themes, pieces.themed)

    def paragraphs(self, least: int, most: int) -> list[str]:
        """Fill the length of the text with paragraphs of `least` to `most` sentences.

        The pieces that show the themes of the brief are added to random paragraphs.
        """
        paragraphs: list[str] = []
        words = 0
        while words < self.length:
            paragraphs.append(self.sentences.deal_several(least, most))
            words += paragraphs[-1].count(" ") + 1
        for piece in self.themed:
            place = self.rng.randrange(len(paragraphs))
            paragraphs[place] += f" {piece}" if _SENTENCE_END.search(piece) else f" {piece}."
        return paragraphs


# -- layouts ---------------------------------------------------------------------------------------

# The text, the fields that it prints, and further lines of its record.
Layout = tuple[str, set[str], str]
_ALL_FIELDS = {"title", "authors", "institute", "series", "number", "date"}


def _board_header(details: Details, words: _BriefWords) -> str:
    """Return the header of a page of Sejong's board, which prints every field."""
    views = f"{words.rng.randint(120, 5000):,}"
    issue = f"\n\nNo. {details.issue}" if details.issue else ""
    top = [details.label] if details.label else []
    posts = f"{details.people[0].post}\n\n{details.institute.name}"
    return "\n\n".join(
        [
            *top,
            details.title,
            f"Date {details.date} View {views}",
            details.title + issue,
            details.names,
            posts,
        ]
    )


def _plain_header(details: Details) -> str:
    """Return title, names, date and institute as most pages print them."""
    year, month, day = ([*(details.date or "").split("-"), "", ""])[:3]
    date = f"{MONTHS[int(month) - 1]} {f'{int(day)}, ' if day else ''}{year}" if month else ""
    series = [f"{details.label} No. {details.issue}"] if details.series else []
    return "\n\n".join(
        [
            *series,
            details.title,
            f"By {details.names}",
            *filter(None, [date]),
            details.institute.name,
        ]
    )


def _outline(details: Details, words: _BriefWords) -> Layout:
    """Lay out headings, subheadings and points, with signs and ordinals, as in 2023-sejong-jin."""
    lines, chapter, count = [_board_header(details, words), f"\n■ {words.opening}"], 0, 0
    themed = list(words.themed)
    while count < words.length * 0.8 or themed:
        if chapter == 3:
            lines.append(f"\n■ {words.headings.deal()}")
        chapter = chapter % 3 + 1
        lines.append(f"{chapter}. {words.headings.deal()}")
        for _ in range(words.rng.randint(1, 3)):
            point = (
                themed.pop() if themed else words.rng.choice((words.points, words.sentences)).deal()
            )
            if _SENTENCE_END.search(point):
                point = f"{point} {words.sentences.deal_several(1, 3)}"
            lines.append(f"❍ {point}")
            count += point.count(" ")
    return "\n\n".join(lines), _ALL_FIELDS, ""


def _prose(details: Details, words: _BriefWords) -> Layout:
    """Lay out nothing but paragraphs, as in 2019-sejong-park."""
    header = (
        _board_header(details, words)
        if len(details.date or "") == len("2001-01-01")
        else _plain_header(details)
    )
    return "\n\n \n\n".join([header, *words.paragraphs(3, 6)]), _printed_fields(details), ""


def _sections(details: Details, words: _BriefWords) -> Layout:
    """Lay out paragraphs below headings, numbered or not, and biographies, as in 2022-asan-choi."""
    numbered = words.rng.random() < 0.4
    lines, chapter, next_heading = [_plain_header(details)], 0, 2
    for place, paragraph in enumerate(words.paragraphs(2, 5)):
        if place == next_heading:
            chapter += 1
            next_heading += words.rng.randint(2, 4)
            lines.append(
                f"\n{chapter}. {words.headings.deal()}"
                if numbered
                else f"\n{words.headings.deal()}"
            )
        lines.append(paragraph)
    lines += ["\nAbout the Authors", *_invent_biographies(details, words)]
    return "\n\n".join(lines), _printed_fields(details), ""


def _key_points(details: Details, words: _BriefWords) -> Layout:
    """Lay out key points, a paragraph on each line, and biographies, as in 2022-ifes-cho.

    Title and date are not in the text.
    """
    lines = ["Stay informed about our latest news,", "publications, & uploads:"]
    paragraphs = words.paragraphs(2, 5)
    lines += [f"► {words.sentences.deal_several(1, 2)}" for _ in range(3)]
    paragraphs.insert(len(paragraphs) // 2, words.headings.deal())
    return (
        "\n".join([*lines, *paragraphs, *_invent_biographies(details, words)]),
        {"authors", "institute"},
        "",
    )


def _voices(details: Details, words: _BriefWords) -> Layout:
    """Lay out a publisher's introduction, headings without a sign, a translator's note and rights.

    This is the layout of 2021-yeosijae-okonogi.
    """
    rights = f"< Copyright holder © {details.institute.name}, Not available for redistribution >"
    lines = [
        "페이지상단으로이동",
        details.title,
        f"{details.names} ({details.people[0].post}, {details.institute.name})",
    ]
    lines += [(details.date or "").replace("-", "."), *["  • A"] * 5, words.opening]
    lines += [words.introduction.deal_several(2, 4) for _ in range(words.rng.randint(1, 3))]
    introduction = words.introduction.deal_several(1, 2)
    lines.append(f"Yeosijae has shared this article with its readers. {introduction}")
    next_heading = 2
    for place, paragraph in enumerate(words.paragraphs(2, 5)):
        if place == next_heading:
            next_heading += words.rng.randint(1, 3)
            lines.append(words.headings.deal())
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


def _printed_fields(details: Details) -> set[str]:
    """Return the fields that a header prints; readers do not take a year alone for a date."""
    return _ALL_FIELDS - ({"date"} if len(details.date or "") == len("2001") else set())


def _to_british(text: str) -> str:
    """Return the text in British spelling, except names, which have capitals."""
    for american, british in _BRITISH_SPELLINGS.items():
        text = re.sub(rf"\b{american}(?!at)", british, text)
    return text


def _invent_biographies(details: Details, words: _BriefWords) -> list[str]:
    """Return a biography of each author, in which invented names replace the real ones."""
    biographies = []
    for person in details.people:
        text = re.sub(
            r"(?:Dr\. )?(?:CHOI|Choi|Jin-goo Cho)(?: Eunmi)?",
            f"Dr. {person.family}",
            words.biography.deal_several(2, 4),
        )
        text = re.sub(rf"^Dr\. {person.family} is ", "The author is ", text)
        biographies.append(
            f"{person.name} is a {person.post} at the {details.institute.name}. {text}"
        )
    return biographies


_LAYOUTS = (_sections, _outline, _prose, _key_points, _voices)


# -- records ---------------------------------------------------------------------------------------


def _record_yaml(id: str, details: Details, text: str, printed: set[str], extra_fields: str) -> str:
    """Return the record as YAML.

    It is put together from strings because a YAML library takes ten times as long, and the largest
    archive has 10,000 records.
    """
    supplied = [name for name, value in _fields(details).items() if value and name not in printed]
    authors = "".join(_credit_yaml(person, details.institute, text) for person in details.people)
    basis = "".join(
        f'  {name}: {{kind: "supplied", evidence: "{_EVIDENCE}"}}\n' for name in supplied
    )
    title = json.dumps(
        details.title if "title" in printed else f"[{details.title}]", ensure_ascii=False
    )
    lines = [
        f'id: "{id}"',
        f"title: {title}",
        f"authors:\n{authors}institute: {json.dumps(details.institute.id)}",
    ]
    lines += [
        f"{name}: {json.dumps(value)}"
        for name, value in _fields(details).items()
        if name in ("series", "number", "date")
    ]
    lines += [
        'language: "en"',
        'access: "full"',
        f'source: "https://example.org/briefs/{details.number}"',
    ]
    lines += [
        'saved: null\nadded: "2026-11-21"\nchecked_by: null',
        f'sha256: "{hashlib.sha256(text.encode()).hexdigest()}"',
    ]
    basis += f'  source: {{kind: "supplied", evidence: "{_EVIDENCE}"}}\n'
    return "\n".join(lines) + f"\n{extra_fields}basis:\n{basis}"


def _credit_yaml(person: Person, institute: Institute, text: str) -> str:
    """Return an author of the record, with the post if the text prints it."""
    post = (
        f'    affiliation: "{person.post}, {institute.name}"\n'
        if person.post in text and institute.name in text
        else ""
    )
    return f'  - id: "{person.id}"\n    printed: "{person.name}"\n{post}'


def _fields(details: Details) -> dict[str, str | None]:
    return {
        "title": details.title,
        "series": details.series,
        "number": details.issue,
        "date": details.date,
    }


def ids(archive: Path, numbers: Iterable[int]) -> list[str]:
    """Return the ids of the briefs with these numbers."""
    id_by_number = {
        int(path.stem.rpartition("-b")[2]): path.stem for path in (archive / "briefs").glob("*.txt")
    }
    return [id_by_number[number] for number in numbers]
