"""A text in another form of its words is read like the text: tests/support/other_forms.py."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from archive.commands.inspect import as_json
from archive.readers import read
from archive.reading.fidelity import account
from archive.records.authority import Authority
from archive.sources.source import Source
from archive.text.normal_forms import normalise
from other_forms import FORMS
from repository import CASES, ROOT, cases

TEXTS: dict[str, str] = {
    **{
        path.stem: cases(f"readers/{path.stem}")["text"]
        for path in sorted((CASES / "readers").glob("*.yml"))
    },
    **{
        path.stem: path.read_text(encoding="utf-8")
        for folder in (CASES / "texts", ROOT / "briefs")
        for path in sorted(folder.glob("*.txt"))
    },
}


def normal(value: Any) -> Any:
    """Return the normal form of all strings in a value, white space aside."""
    if isinstance(value, str):
        return " ".join(normalise(value).split())
    if isinstance(value, list):
        return [normal(part) for part in value]
    return {key: normal(part) for key, part in value.items()} if isinstance(value, dict) else value


def inspect(text: str, authority: Authority) -> dict[str, Any]:
    reading = read(Source.from_bytes(text.encode(), Path("brief.txt")))
    assert account(reading).faults == ()
    # What is shown and stated are the characters as received.
    words = "".join(f"{block.mark}{block.text}" for block in reading.blocks)
    assert sorted("".join(words.split())) == sorted("".join("".join(reading.source.lines).split()))
    content = as_json(reading, authority.themes.values())
    content["blocks"] = [
        block for block in content["blocks"] if block.get("rule") != "invisible signs"
    ]
    return content


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", TEXTS)
def test_the_form_of_words_does_not_matter(name: str, form: str, authority: Authority) -> None:
    text = TEXTS[name]
    assert normal(inspect(FORMS[form](text), authority)) == normal(inspect(text, authority))


@pytest.mark.parametrize("name", TEXTS)
def test_straight_quotation_marks_are_read_like_curly_ones(name: str, authority: Authority) -> None:
    text = TEXTS[name]
    straight = text.translate(str.maketrans("‘’“”", "''\"\""))
    read_as, expected = (normal(inspect(form, authority)) for form in (straight, text))
    # Where a quotation begins, and so where a sentence ends, only curly ones tell.
    assert read_as | {"passages": {}} == expected | {"passages": {}}
