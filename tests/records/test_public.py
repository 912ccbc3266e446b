"""archive.records.public: which texts are withheld, and that none of their words remain."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.convert import convert
from archive.errors import ArchiveError
from archive.reading.model import Block, Kind, Reading, Voice
from archive.records import public as withhold
from archive.records.library import Brief, Held, Library, load_library, summarise
from archive.records.public import (
    MOST_WORDS,
    excerpt,
    is_withheld,
    notice,
    public_library,
    today,
    withheld_briefs,
)
from archive.records.themes import passages
from archive.site.search import indexed, searchable_fields
from archive.sources.source import Source
from archive.store import Archive
from repository import ROOT, cases, made_pages
from withheld_archive import RUN, readings, runs, tokens

LIBRARY = load_library(Archive(ROOT))
RESTRICTED = "2021-yeosijae-okonogi"
DAY = "2026-12-15"
KANA = "アイウエオカキクケコサシスセソタチツテト"


def numbered(count: int, language: str = "en", first: int = 0) -> str:
    """Return `count` words, or letters, no two of them alike."""
    if language == "ja":
        return "".join(chr(0x4E00 + number) for number in range(first, first + count))
    return " ".join(
        f"{'단어' if language == 'ko' else 'word'}{number}"
        for number in range(first, first + count)
    )


@pytest.mark.parametrize("case", cases("public"), ids=lambda case: case["name"])
def test_what_is_shown_of_a_text(case: dict[str, Any]) -> None:
    language = case.get("language", "en")
    blocks = tuple(
        Block(Kind(kind), (), numbered(int(words), language, 1000 * place), Voice(voice))
        for place, (kind, voice, words) in enumerate(case["blocks"])
    )
    found, wanted = excerpt(blocks), case["shown"]
    if wanted is None:
        assert found is None
        return
    assert found
    assert {key: getattr(found, key) for key in wanted} == wanted
    whole = blocks[found.number - 1].text
    assert whole.startswith(found.text)
    assert (found.text != whole) == found.cut
    assert found.text == numbered(found.words, language, 1000 * (found.number - 1))


@given(st.text(st.sampled_from("ab ,.—日本カー。「」한국 \u0e01\u00a0\n"), max_size=400))
def test_never_more_than_forty_words_are_shown(text: str) -> None:
    found = excerpt((Block(Kind.PARAGRAPH, (), text),))
    assert (found is None) == (not text.strip())
    if found:
        line = " ".join(text.split())
        assert line.startswith(found.text)
        assert len(found.text.split()) <= found.words <= MOST_WORDS
        assert sum(sign in "日本カー\u0e01" for sign in found.text) <= MOST_WORDS
        rest = line[len(found.text) :]
        assert bool(rest.strip()) == found.cut
        # The cut is between words: at a space, or next to a letter of a script without spaces.
        assert (
            not rest
            or rest[0] == " "
            or any(sign in "日本カー。「」\u0e01" for sign in (rest[0], found.text[-1]))
        )


@pytest.mark.parametrize(
    ("access", "until", "kept"),
    [
        ("full", None, False),
        ("restricted", None, True),
        ("embargoed", "2026-12-16", True),
        ("embargoed", "2026-12-15", False),
        ("embargoed", "2026-12-14", False),
        ("embargoed", "2027-01-01", True),
        ("embargoed", None, True),  # load_record refuses this; if it came through, withhold
    ],
)
def test_an_embargo_ends_with_its_day_and_a_restriction_never(
    access: str, until: str | None, kept: bool
) -> None:
    record = replace(LIBRARY.briefs[0].record, access=access, embargoed_until=until)
    assert is_withheld(record, DAY) is kept


def test_today_is_the_day_in_utc_or_that_of_the_build(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1797292799")
    monkeypatch.setenv("TZ", "Asia/Seoul")
    assert today() == "2026-12-14"
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1797292800")
    assert today() == "2026-12-15"
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    assert today() >= "2026-11-22"
    assert len(today()) == 10
    for wrong in ("tomorrow", "1e9", "99999999999999999999"):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", wrong)
        with pytest.raises(ArchiveError, match="is not a number of seconds since 1970"):
            today()


def test_a_build_says_which_are_withheld() -> None:
    one, others = (
        LIBRARY.find(RESTRICTED),
        [brief for brief in LIBRARY.briefs if brief.id != RESTRICTED],
    )
    assert notice([], is_public=True) is None
    assert notice([], is_public=False) is None
    assert notice([one], is_public=True) == f"The words of 1 brief are withheld ({RESTRICTED})"
    assert notice([one], is_public=False) == (
        f"1 brief is restricted ({RESTRICTED}): this build is for the archive's own desk, and all "
        "its pages are marked noindex; `briefs build --public` withholds the words"
    )
    many = notice([one, *others, *others], is_public=True) or ""
    assert "The words of 9 briefs are withheld (" in many
    assert many.endswith(" and 4 more)")


def strings(value: object) -> Iterator[str]:
    """Yield every string that can be reached from an object."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in (*value.keys(), *value.values()):
            yield from strings(part)
    elif isinstance(value, list | tuple | set | frozenset):
        for part in value:
            yield from strings(part)
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from strings(getattr(value, field.name))


def test_no_word_can_be_reached_from_the_brief() -> None:
    """However deep the fields: a page written later cannot show words that are not there."""
    whole = LIBRARY.find(RESTRICTED)
    shown = public_library(LIBRARY, DAY).find(RESTRICTED)
    assert shown.is_withheld
    assert shown.excerpt

    def reached(brief: Brief) -> set[str]:
        own = [
            getattr(brief, part.name)
            for part in fields(brief)
            if part.name not in ("record", "institutes")
        ]
        return {run for text in strings(own) for run in runs(text)}

    assert len(reached(replace(whole, text=Held(whole.reading)))) > 1000
    assert reached(shown) == runs(shown.excerpt.text)
    assert " ".join(tokens(shown.excerpt.text)) == " ".join(
        tokens(whole.reading.shown[8 - 1].text)[: len(tokens(shown.excerpt.text))]
    )


def test_anchors_themes_and_record_stay() -> None:
    whole, library = LIBRARY.find(RESTRICTED), public_library(LIBRARY, DAY)
    shown = library.find(RESTRICTED)
    assert (shown.anchors, shown.record, shown.lines, list(shown.passages)) == (
        whole.anchors,
        whole.record,
        whole.lines,
        list(whole.passages),
    )
    assert set(shown.passages.values()) == {()}
    assert len(shown.reading.shown) == len(whole.reading.shown) == 22
    assert shown.summary.description == whole.summary.description
    assert (library.addresses, library.withdrawn, library.authority) == (
        LIBRARY.addresses,
        LIBRARY.withdrawn,
        LIBRARY.authority,
    )
    others = [
        (mine, theirs)
        for mine, theirs in zip(library.briefs, LIBRARY.briefs, strict=True)
        if mine.id != RESTRICTED
    ]
    assert len(others) == 4
    assert all(mine is theirs for mine, theirs in others)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (f"One sentence. {'And on ' * 30}", "One sentence."),
        ("word " * 60, f"{'word ' * 40}".strip() + "…"),
        ("A whole text", "A whole text"),
        ("", ""),
    ],
)
def test_a_description_says_where_it_is_cut(text: str, wanted: str) -> None:
    library = library_of((Block(Kind.PARAGRAPH, (), text),))
    shown = public_library(library, DAY).find(RESTRICTED)
    assert shown.is_withheld
    assert shown.summary.description == wanted


def test_where_nothing_is_withheld_the_library_is_the_same() -> None:
    free = replace(
        LIBRARY, briefs=tuple(brief for brief in LIBRARY.briefs if brief.id != RESTRICTED)
    )
    assert withheld_briefs(free, DAY) == []
    assert all(
        mine is theirs
        for mine, theirs in zip(public_library(free, DAY).briefs, free.briefs, strict=True)
    )


# Words that pages treat in a special way: glossary terms, themes, Markdown, HTML, search syntax.
SPICE = [
    "GSOMIA",
    "(SSDP)",
    "forced labor",
    "Camp David",
    "<b>",
    "&amp;",
    "*x*",
    "[y](z)",
    "`",
    "“quoted”",
    "수출규제",
    "U.S.-Japan",
    "{#p1}",
]
KINDS = [kind for kind in Kind if kind not in (Kind.METADATA, Kind.FURNITURE)]


@st.composite
def texts(draw: st.DrawFn) -> list[tuple[Kind, Voice, int, list[str]]]:
    """Draw blocks: the kind, the voice, the number of words and the spice of each."""
    blocks: list[tuple[Kind, Voice, int, list[str]]] = []
    for _ in range(draw(st.integers(1, 6))):
        kind, voice = draw(st.sampled_from(KINDS)), draw(st.sampled_from(list(Voice)))
        blocks.append(
            (
                kind,
                voice,
                draw(st.integers(1, 60)),
                draw(st.lists(st.sampled_from(SPICE), max_size=6)),
            )
        )
    return blocks


def library_with(drawn: list[tuple[Kind, Voice, int, list[str]]]) -> Library:
    """Make a library of two briefs: a restricted one with this text, and one as committed."""
    blocks, first = [], 0
    for kind, voice, count, spice in drawn:
        words = numbered(count, first=first).split()
        for place, spiced in enumerate(spice):
            words.insert(min(place * 9, len(words)), spiced)
        blocks.append(
            Block(
                kind,
                (),
                " ".join(words),
                voice,
                2 if kind is Kind.HEADING else 1 if kind is Kind.POINT else 0,
            )
        )
        first += count
    return library_of(tuple(blocks))


def library_of(blocks: tuple[Block, ...]) -> Library:
    base, other = LIBRARY.find(RESTRICTED), LIBRARY.find("2022-asan-choi")
    shown = {theme.id: rows for theme in LIBRARY.themes if (rows := passages(blocks, theme))}
    reading = Reading("test", Source(tuple(block.text for block in blocks), "0"), blocks)
    anchors = tuple(f"p{number}" for number in range(1, len(blocks) + 1))
    summary, _, _ = summarise({}, Held(reading))
    brief = replace(base, text=Held(reading), summary=summary, anchors=anchors, passages=shown)
    return replace(LIBRARY, briefs=(other, brief))


def published_words(library: Library) -> set[str]:
    """Every ten consecutive words, and every numbered word, of the pages and the search index."""
    pages = [
        *made_pages(library).values(),
        *(indexed((brief, searchable_fields(library, brief)))[0] for brief in library.briefs),
    ]
    published: set[str] = set()
    for page in pages:
        for text in dict.fromkeys(readings(page.encode())):
            words = tokens(text)
            published |= {" ".join(words[at : at + RUN]) for at in range(len(words) - RUN + 1)}
            published |= {word for word in words if word.startswith("word")}
    return published


@settings(max_examples=40)
@given(texts())
def test_no_ten_words_of_any_text_are_left_in_the_pages_or_the_index(
    drawn: list[tuple[Kind, Voice, int, list[str]]],
) -> None:
    library = library_with(drawn)
    brief = library.find(RESTRICTED)
    shown = excerpt(brief.reading.shown)
    allowed = tokens(shown.text) if shown else []
    every = {word for block in brief.reading.shown for word in tokens(block.text)} | runs(
        " ".join(b.text for b in brief.reading.shown)
    )
    secret = (
        {words for words in every if words.startswith("word") or " word" in words}
        - runs(" ".join(allowed))
        - set(allowed)
    )
    in_public = published_words(public_library(library, DAY))
    assert in_public & secret == set()
    assert in_public >= {word for word in allowed if word.startswith("word")}
    # The control: the pages of the whole text have every numbered word.
    assert published_words(library) >= {
        word
        for word in secret
        if word.startswith("word") and " " not in word and not _is_left_out(brief, word)
    }


def _is_left_out(brief: Brief, word: str) -> bool:
    """Whether a word is in a block that no page shows."""
    return any(
        word in tokens(block.text) and block.kind.value == "left-out"
        for block in brief.reading.shown
    )


def test_convert_asks_no_clock(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same input gives the same pages on any day, even for an embargoed text."""
    record = archive / "briefs" / "2022-asan-choi.yml"
    embargo = 'access: "embargoed"\nembargoed_until: "2026-12-16"'
    record.write_text(
        record.read_text(encoding="utf-8").replace('access: "full"', embargo), encoding="utf-8"
    )
    monkeypatch.setattr(withhold, "datetime", None)
    assert "docs/briefs/2022-asan-choi.md" in convert(Archive(archive)).committed.written
    page = (archive / "docs" / "briefs" / "2022-asan-choi.md").read_text(encoding="utf-8")
    assert (
        "**Embargoed until 16 December 2026:** "
        "The text may be shown to the public from 16 December 2026 on, and not before." in page
    )
    assert 'embargoed_until: "2026-12-16"' in page
