"""archive.sources.damage: says where a text is damaged, and nothing of sound texts."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from archive.sources.damage import find_damage
from archive.sources.source import Source
from repository import CASES, ROOT, cases

CASE: dict[str, Any] = cases("damage")
TEXTS = sorted([*(ROOT / "briefs").glob("*.txt"), *(CASES / "texts").glob("*.txt")])


def damage(text: str | bytes, encoding: str | None = None) -> list[str]:
    data = text if isinstance(text, bytes) else text.encode()
    return list(find_damage(Source.from_bytes(data, Path("brief.txt"), encoding)))


def misread(text: str, written: str, read: str) -> str:
    """Decode each byte by itself where the whole cannot be: Windows-1252 lacks some."""
    data = text.encode(written)
    if read != "cp1252":
        return data.decode(read, "replace")
    return "".join(bytes([byte]).decode(read, "ignore") or chr(byte) for byte in data)


@pytest.mark.parametrize("case", CASE["misread"], ids=lambda case: f"{case['in']}-{case['as']}")
def test_misread(case: dict[str, Any]) -> None:
    said = damage(misread(CASE[case["text"]], case["in"], case["as"]))
    assert len(said) == 1, said
    assert said[0].startswith("line 1: “")
    assert case["says"] in said[0]


@pytest.mark.parametrize("case", CASE["damaged"], ids=lambda case: case["text"][:12])
def test_damaged(case: dict[str, Any]) -> None:
    assert damage(case["text"]) == case["says"]


@pytest.mark.parametrize("text", [CASE["sound"], CASE["korean"], CASE["japanese"]])
def test_not_damaged(text: str) -> None:
    assert damage(text) == []


@pytest.mark.parametrize("text", CASE["undamaged"], ids=lambda text: text[:12])
def test_rare_signs_are_not_damage(text: str) -> None:
    assert damage(text) == []


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name[:24])
def test_real_texts_are_not_damaged_until_they_are_pasted_twice(path: Path) -> None:
    data = path.read_bytes()
    assert damage(data) == []
    lines = len(re.split(rb"\r\n|\r|\n", data))
    says = "from here on the text is a second copy of itself; try another copy"
    assert damage(data + b"\n" + data) == [f"line {lines + 1}: {says}"]
    # With the menu of the page above it, and the last part of the second copy missing.
    text = "\n".join(Source.from_bytes(data, path).lines)
    (said,) = damage(f"Home\n\nPublications\n{text}\n{text[: len(text) * 9 // 10]}")
    assert said in [f"line {lines + 3}: {says}", f"line {lines + 4}: {says}"]


def test_a_copy_that_was_edited_and_paragraphs_that_each_stand_twice() -> None:
    own = [
        f"In {1990 + n} the {word} of the two governments met in {word}-{n} and spoke of {n * 7} "
        f"{word} matters, which the {n}th summit had left open for {word} of them to settle."
        for n, word in enumerate("ministers envoys writers judges traders pilots miners".split())
    ]
    edited = [one.replace("In", "IN", 1).replace("settle", "solve") for one in own]
    (said,) = damage("\n\n".join([*own, *edited]))
    assert "is a second copy of itself" in said
    (said,) = damage("\n\n".join(one for one in own for _ in (1, 2)))
    assert said.startswith("line 3: from here on the text is a second copy of itself")


def test_a_paragraph_that_stands_twice_is_no_copy_of_the_text() -> None:
    paragraphs = [
        f"Paragraph {n} tells of the year {1990 + n}, and of its summit." for n in range(9)
    ]
    assert damage("\n\n".join([*paragraphs, *paragraphs[2:5]])) == []
    assert damage("Yes\nNo\n" * 40 + "\n".join(paragraphs)) == []


def test_mac_roman_is_detected_where_it_is_sure_and_proposed_where_it_is_not_read() -> None:
    data = CASE["sound"].encode("mac-roman")
    source = Source.from_bytes(data, Path("brief.txt"))
    assert (source.encoding, source.lines) == ("mac-roman", (CASE["sound"],))
    (said,) = damage(data, "cp1252")
    assert said.endswith("; try --set encoding=mac-roman")
    assert damage(data, "mac-roman") == []  # the remedy
    (said,) = damage(CASE["korean"].encode("cp949"), "cp1252")
    assert said.endswith("; try --set encoding=cp949")
    assert damage(CASE["korean"].encode("cp949"), "cp949") == []
