"""An archive with withheld texts, and a search for their words in what was built from it."""

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

# The day on which the tests build, and its seconds since 1970. By then one embargo is over, and one
# is not.
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
ENGLISH = (
    "{0} harbours near Busan counted {0} ferries, "
    "and GSOMIA lapsed & <b>{0}</b> “envoys” met {0} times."
)
# The number of words in a row by which a text is recognised.
RUN = 10
_CJK = "\u3040-\u30ff\u3400-\u9fff"
_TOKEN = re.compile(rf"[{_CJK}]|[^\W{_CJK}]+")


def make_archive(to: Path) -> Path:
    """Write the archive with further briefs into the new folder `to`.

    Briefs in three languages are restricted, one is embargoed, and the embargo of another is over.
    """
    copy_archive(to)
    korean = (
        "지소미아는 {0}번째 해에도 한일 양국의 협력을 위해 유지되어야 하며 "
        "{0}명의 전문가가 이에 동의하였다."
    )
    japanese = "日韓の専門家{0}人は第{0}回の会合で、徴用工問題をめぐる対話を続けるべきだと述べた。"
    biography = (
        "Ann Roe is a research fellow at the Institute for Ferries, "
        "where in 1000 harbours she counted 1000 ferries of 1001.\n"
    )
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
        NO_AUTHORS_WORDS: (biography, {"title": "No words of its author", "access": "restricted"}),
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
    """Return six paragraphs of sentences that differ by their numbers, from `first` on."""
    numbers = iter(range(first, first + 100))
    return (
        "\n\n".join(" ".join(sentence.format(next(numbers)) for _ in range(8)) for _ in range(6))
        + "\n"
    )


def tokens(text: str) -> list[str]:
    """Return the words of a text in lower case; each Chinese or Japanese character is a word."""
    return _TOKEN.findall(unicodedata.normalize("NFC", text).casefold())


def runs(text: str) -> set[str]:
    """Return every run of ten words in a text."""
    words = tokens(text)
    return {" ".join(words[at : at + RUN]) for at in range(len(words) - RUN + 1)}


def secret(brief: Brief, shown: str) -> set[str]:
    """Return the words of a withheld brief that must not appear anywhere.

    They are every run of ten words of its source, and each shorter block. The words of the record
    are left out, and so are the words in `shown`.
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
    all_runs = short.union(*(runs(" ".join(blocks)) for blocks in texts))
    allowed = [
        f" {' '.join(tokens(text))} "
        for text in [*_strings(asdict(brief.record)), *_shown_together(brief), shown]
    ]
    return {run for run in all_runs if not any(f" {run} " in text for text in allowed)}


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _strings(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _strings(part)


def _shown_together(brief: Brief) -> list[str]:
    """Return fields that pages show in a row: title, authors and posts; each relation."""
    record = brief.record
    authors = [
        part for credit in record.authors for part in (credit.printed, credit.affiliation or "")
    ]
    return [
        " ".join([record.title, *authors]),
        *(" ".join(_strings(asdict(relation))) for relation in record.relations),
    ]


def found(texts: set[str], file: Path) -> set[str]:
    """Return the texts that a file contains, in any encoding or escaping."""
    tens, readings_of_file = _words_of(file)
    return {
        text
        for text in texts
        if text in tens
        or (text.count(" ") < RUN - 1 and any(f" {text} " in words for words in readings_of_file))
    }


@cache
def _words_of(file: Path) -> tuple[frozenset[str], tuple[str, ...]]:
    """Return every run of ten words in the readings of a file, and the words of each reading."""
    tens: set[str] = set()
    words_of_readings: dict[str, None] = {}
    for text in dict.fromkeys(readings(file.read_bytes())):
        words = tokens(text)
        tens |= {" ".join(words[at : at + RUN]) for at in range(len(words) - RUN + 1)}
        words_of_readings[f" {' '.join(words)} "] = None
    return frozenset(tens), tuple(words_of_readings)


def readings(data: bytes) -> Iterator[str]:
    """Yield the unpacked text of a file, then decode one encoding or escaping after the other."""
    if data.startswith(b"\x1f\x8b"):
        data = gzip.decompress(data)
    text = data.decode("utf-8", errors="replace")
    yield text
    for decode in (
        _decode_json,
        unquote,
        _decode_index,
        _strip_tags,
        unescape,
        _strip_tags,
        unescape,
    ):
        text = decode(text)
        yield text


def _decode_json(text: str) -> str:
    text = re.sub(r"\\u([0-9a-fA-F]{4})", lambda match: chr(int(match[1], 16)), text)
    return re.sub(r"\\[nrt]", " ", text).replace('\\"', '"').replace("\\/", "/")


def _decode_index(text: str) -> str:
    """Return the text from which `separate` made this one for Pagefind."""
    return re.sub(
        r"`([!$%*+=^~]*)`( ?)",
        lambda match: _decode_sign(match[1]) + match[2] if match[1] else "",
        text,
    )


def _decode_sign(code: str) -> str:
    number = int("".join(str(DIGITS.index(digit)) for digit in code), 8)
    return chr(number) if number < 0x110000 else " "


def _strip_tags(text: str) -> str:
    # A tag within a word ("1<b>2</b>") splits it, as in the source. Between words there is a space
    # anyway.
    return re.sub(r"<[^<>]*>", " ", text)
