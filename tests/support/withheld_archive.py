"""An archive with texts that the public may not be shown, and how tests look for words of those in what was built."""

from __future__ import annotations

import gzip
import re
import shutil
import unicodedata
from collections.abc import Iterator
from dataclasses import asdict
from functools import cache
from html import unescape
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from archive.reading.model import Kind
from archive.records.library import Brief
from archive.site.search import DIGITS
from hostile_archive import add_brief
from repository import copy_archive

# The day on which the tests build, and its seconds since 1970: one embargo is not over then, and one is.
DAY, SECONDS = "2026-12-15", "1797292800"
RESTRICTED, KOREAN, JAPANESE, EMBARGOED, OVER, NO_AUTHORS_WORDS = (
    "2021-yeosijae-okonogi",
    "2020-asan-ko",
    "2020-asan-ja",
    "2024-asan-later",
    "2024-asan-now",
    "2020-asan-none",
)
WITHHELD = (RESTRICTED, KOREAN, JAPANESE, EMBARGOED, NO_AUTHORS_WORDS)
OLD_ADDRESS = "/briefs/2021-yeosijae-masao/"
ENGLISH = "{0} harbours near Busan counted {0} ferries, and GSOMIA lapsed & <b>{0}</b> “envoys” met {0} times."
RUN = 10
_LETTERS = "\u3040-\u30ff\u3400-\u9fff"
_TOKEN = re.compile(rf"[{_LETTERS}]|[^\W{_LETTERS}]+")


def make_archive(to: Path) -> Path:
    """The archive with further briefs in the new folder `to`: restricted in three languages, embargoed, and one that was."""
    copy_archive(to)
    korean = "지소미아는 {0}번째 해에도 한일 양국의 협력을 위해 유지되어야 하며 {0}명의 전문가가 이에 동의하였다."
    japanese = "日韓の専門家{0}人は第{0}回の会合で、徴用工問題をめぐる対話を続けるべきだと述べた。"
    told = "Ann Roe is a research fellow at the Institute for Ferries, where in 1000 harbours she counted 1000 ferries of 1001.\n"
    texts: dict[str, tuple[str, dict[str, Any]]] = {
        KOREAN: (prose(korean), {"title": "한국어 문서", "access": "restricted", "language": "ko"}),
        JAPANESE: (
            prose(japanese),
            {"title": "日本語の文書", "access": "restricted", "language": "ja"},
        ),
        EMBARGOED: (
            prose(ENGLISH),
            {"title": "Shown later", "access": "embargoed", "embargoed_until": "2026-12-16"},
        ),
        OVER: (
            prose(ENGLISH, 3000),
            {"title": "Shown by now", "access": "embargoed", "embargoed_until": DAY},
        ),
        NO_AUTHORS_WORDS: (told, {"title": "No words of its author", "access": "restricted"}),
    }
    for id, (text, fields) in texts.items():
        add_brief(to, id, text, date=id[:4], **fields)
    ledger = to / "briefs" / "ledger"
    shutil.copy(ledger / f"{RESTRICTED}.tsv", ledger / f"{OLD_ADDRESS.split('/')[2]}.tsv")
    with (ledger / "addresses.tsv").open("a", encoding="utf-8") as file:
        file.write(f"{OLD_ADDRESS}\t2026-11-21\n")
    moved = (
        f'"{OLD_ADDRESS}": {{to: "/briefs/{RESTRICTED}/", date: "2026-12-01", reason: "a test"}}\n'
    )
    (to / "briefs" / "redirects.yml").write_text(moved, encoding="utf-8")
    return to


def prose(sentence: str, first: int = 1000) -> str:
    """Six paragraphs of sentences, each like no other: they have numbers, from `first` on."""
    numbers = iter(range(first, first + 100))
    return (
        "\n\n".join(" ".join(sentence.format(next(numbers)) for _ in range(8)) for _ in range(6))
        + "\n"
    )


def tokens(text: str) -> list[str]:
    """The words of a text, in small letters and without signs; each Chinese or Japanese letter is one."""
    return _TOKEN.findall(unicodedata.normalize("NFC", text).casefold())


def runs(text: str) -> set[str]:
    """Every ten words in a row."""
    words = tokens(text)
    return {" ".join(words[at : at + RUN]) for at in range(len(words) - RUN + 1)}


def secret(brief: Brief, shown: str) -> set[str]:
    """What must not be found of a brief that is withheld: every ten words in a row of its source, and each shorter block.

    What the record itself says is left out, and so are the words that are `shown`.
    """
    parts = groupby(brief.reading.blocks, lambda block: block.kind is Kind.METADATA)
    texts = [
        [f"{block.mark} {block.text}" for block in blocks]
        for is_metadata, blocks in parts
        if not is_metadata
    ]
    short = {
        " ".join(words)
        for blocks in texts
        for block in blocks
        if 4 <= len(words := tokens(block)) < RUN
    }
    every = short.union(*(runs(" ".join(blocks)) for blocks in texts))
    said = [
        f" {' '.join(tokens(text))} "
        for text in [*_strings(asdict(brief.record)), *_in_a_row(brief), shown]
    ]
    return {run for run in every if not any(f" {run} " in text for text in said)}


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _strings(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _strings(part)


def _in_a_row(brief: Brief) -> list[str]:
    """What pages say of a record in a row: a title with its authors and their posts, a relation."""
    record = brief.record
    authors = [
        part for credit in record.authors for part in (credit.printed, credit.affiliation or "")
    ]
    return [
        " ".join([record.title, *authors]),
        *(" ".join(_strings(asdict(relation))) for relation in record.relations),
    ]


def found(texts: set[str], file: Path) -> set[str]:
    """Those of the `texts` that stand in a file, however it writes them."""
    ten, every = _words_of(file)
    return {
        text
        for text in texts
        if text in ten or (text.count(" ") < RUN - 1 and any(f" {text} " in one for one in every))
    }


@cache
def _words_of(file: Path) -> tuple[frozenset[str], tuple[str, ...]]:
    """Every ten words in a row of a file, and all its words; in each of the ways it can be read."""
    ten: set[str] = set()
    every: dict[str, None] = {}
    for text in dict.fromkeys(readings(file.read_bytes())):
        words = tokens(text)
        ten |= {" ".join(words[at : at + RUN]) for at in range(len(words) - RUN + 1)}
        every[f" {' '.join(words)} "] = None
    return frozenset(ten), tuple(every)


def readings(data: bytes) -> Iterator[str]:
    """The text of a file as it stands, unpacked, and then with one way of writing after the other taken back."""
    if data.startswith(b"\x1f\x8b"):
        data = gzip.decompress(data)
    text = data.decode("utf-8", errors="replace")
    yield text
    for step in (_json, unquote, _index, _untagged, unescape, _untagged, unescape):
        text = step(text)
        yield text


def _json(text: str) -> str:
    text = re.sub(r"\\u([0-9a-fA-F]{4})", lambda sign: chr(int(sign[1], 16)), text)
    return re.sub(r"\\[nrt]", " ", text).replace('\\"', '"').replace("\\/", "/")


def _index(text: str) -> str:
    """What `separate` made of a text for Pagefind, turned back."""
    return re.sub(
        r"`([!$%*+=^~]*)`( ?)", lambda code: _sign(code[1]) + code[2] if code[1] else "", text
    )


def _sign(code: str) -> str:
    number = int("".join(str(DIGITS.index(digit)) for digit in code), 8)
    return chr(number) if number < 0x110000 else " "


def _untagged(text: str) -> str:
    # A tag within a word ("1<b>2</b>") parts it as a reader of the source would see it; between words it is a space anyway.
    return re.sub(r"<[^<>]*>", " ", text)
