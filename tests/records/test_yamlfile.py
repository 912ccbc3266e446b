from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from archive.errors import ArchiveError
from archive.records.yamlfile import Day, Fields, Key, one_of, parse_yaml
from archive.text.dates import EdtfDate


def loaded(tmp_path: Path, text: str) -> dict[str, Any]:
    path = tmp_path / "x.yml"
    path.write_text(text, encoding="utf-8")
    return parse_yaml(path, path.read_bytes().decode())


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("2022-07-10", "2022-07-10"),
        ("2022", "2022"),
        ("010", "010"),
        ("12:30:45", "12:30:45"),
        ("1e3", "1e3"),
        ("no", "no"),
        ("nd-asan-x", "nd-asan-x"),
        ("Nullius in verba", "Nullius in verba"),
        ("true", "true"),
        ("null", None),
        ("~", None),
        ("", None),
        ('"null"', "null"),
        ("!!int 5", "5"),
        ("!!timestamp foo", "foo"),
        ("[a, ~, 2022]", ["a", None, "2022"]),
    ],
)
def test_a_plain_value_is_what_was_written(tmp_path: Path, written: str, value: object) -> None:
    assert loaded(tmp_path, f"key: {written}\n") == {"key": value}


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("? [a, b]\n: c\n", "line 1"),
        ("a: 1\nb: {c: 1, c: 2}\n", "line 2"),
        ("a: &x [*x]\n", "line 1"),
        ("[" * 5000 + "]" * 5000, "file"),
        ("a: " + "[" * 100_000, "file"),
        ("- " * 50_000, "file"),
        ("{a: " * 50_000 + "}" * 50_000, "file"),
        ("a: 1\n---\nb: 2\n", "line 2"),
        ("a: &x {b: *x}\n", "line 1"),
        ('a: "\\ud800"\n', "line 1"),
        ("a: *unknown\n", "line 1"),
        ("- a\n", "file"),
    ],
)
def test_what_cannot_be_read_is_a_named_error(tmp_path: Path, text: str, field: str) -> None:
    with pytest.raises(ArchiveError) as error:
        loaded(tmp_path, text)
    assert error.value.field == field


def test_what_is_named_once_can_stand_twice(tmp_path: Path) -> None:
    assert loaded(tmp_path, "a: &x [b]\nc: *x\n") == {"a": ["b"], "c": ["b"]}
    assert loaded(tmp_path, "a: &x b\n*x : c\n") == {"a": "b", "b": "c"}


def test_lists_in_lists_are_read_up_to_the_bound(tmp_path: Path) -> None:
    text = "a: " + "[" * 48 + "x" + "]" * 48
    assert str(loaded(tmp_path, text)["a"]) == text.removeprefix("a: ").replace("x", "'x'")


DOCUMENTS = st.recursive(
    st.none() | st.text(st.characters(blacklist_categories=["Cs", "Cc"])),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text("abc", min_size=1), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(
    st.dictionaries(st.text("abcdef", min_size=1), DOCUMENTS, min_size=1),
    st.sampled_from([True, False, None]),
)
def test_what_pyyaml_writes_is_read_back(content: dict[str, Any], flow: bool | None) -> None:
    text = yaml.safe_dump(content, allow_unicode=True, default_flow_style=flow)
    assert parse_yaml(Path("x.yml"), text) == content


@dataclass
class Part:
    name: Key
    size: str


@dataclass
class Entry:
    file: Path
    title: str
    day: Day
    kind: Annotated[str, one_of(("a", "b"))] = field(default="b", kw_only=True)
    since: EdtfDate | None
    words: tuple[str, ...]
    parts: tuple[Part, ...]
    by_name: dict[str, Part]
    lists: dict[str, tuple[str, ...]] = field(metadata={"key": "in"})
    only: Part | None


REQUIRED = {"title": "x", "day": "2026-11-21"}


def test_a_dataclass_says_what_its_mapping_may_hold() -> None:
    assert Fields(Path("x.yml"), REQUIRED).build(Entry) == Entry(
        Path("x.yml"), "x", "2026-11-21", None, (), (), {}, {}, None
    )
    content = {
        **REQUIRED,
        "kind": "a",
        "since": "2022-07",
        "words": ["c"],
        "parts": [{"size": "1"}],
        "by_name": {"d": {"size": "2"}},
        "in": {"ko": ["e", "f"]},
        "only": {"size": "3"},
    }
    assert Fields(Path("x.yml"), content).build(Entry) == Entry(
        Path("x.yml"),
        "x",
        "2026-11-21",
        EdtfDate("2022", "07"),
        ("c",),
        (Part("parts[1]", "1"),),
        {"d": Part("d", "2")},
        {"ko": ("e", "f")},
        Part("only", "3"),
        kind="a",
    )


@pytest.mark.parametrize(
    ("wrong", "field", "problem"),
    [
        ({"title": None}, "title", "this field is required and has no value"),
        ({"title": "\n"}, "title", "it contains a line break"),
        ({"day": "2022"}, "day", "a whole day is expected"),
        ({"day": "2022-13"}, "day", "'2022-13' is not a date"),
        ({"kind": "c"}, "kind", "'c' is not known"),
        ({"since": "then"}, "since", "'then' is not a date"),
        ({"words": "c"}, "words", "a list of words is expected"),
        ({"words": [None]}, "words", "a list of words is expected"),
        ({"parts": {"a": "b"}}, "parts", "a list is expected"),
        ({"parts": [None]}, "parts[1].", "fields are expected here"),
        ({"parts": [{"size": "1"}, {}]}, "parts[2].size", "this field is required"),
        ({"by_name": "d"}, "by_name.", "fields are expected here"),
        ({"by_name": {"d": {"size": []}}}, "by_name.d.size", "one value is expected"),
        ({"in": {"ko": "e"}}, "in.ko", "a list of words is expected"),
        ({"only": {"size": "3", "name": "x"}}, "only.name", "unknown field"),
        ({"lists": {}}, "lists", "unknown field"),
    ],
)
def test_what_a_dataclass_does_not_allow_is_named(
    wrong: dict[str, object], field: str, problem: str
) -> None:
    with pytest.raises(ArchiveError) as error:
        Fields(Path("x.yml"), {**REQUIRED, **wrong}).build(Entry)
    assert error.value.field == field
    assert problem in error.value.problem


def test_an_unknown_field_is_answered_with_the_known_ones() -> None:
    fields = Fields(Path("x.yml"), {"size": "1", "unknown": "b"}, "entry.")
    with pytest.raises(ArchiveError) as error:
        fields.build(Part)
    assert (error.value.field, error.value.remedy) == (
        "entry.unknown",
        "Take it out, or write one of: size.",
    )


def test_a_value_may_be_long_but_is_not_a_text() -> None:
    fields = Fields(Path("x.yml"), {"short": "a" * 5_000, "long": "a" * 5_001})
    assert fields.required("short") == "a" * 5_000
    with pytest.raises(ArchiveError, match=r"x.yml: long: 5,001 characters .* at most 5,000"):
        fields.required("long")
