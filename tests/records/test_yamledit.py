"""archive.records.yamledit: what is put in is all that changes, and taken out leaves no trace."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.errors import ArchiveError
from archive.records.yamledit import Value, block, flow, give, put, take
from archive.records.yamlfile import parse_yaml
from repository import cases

PATH = Path("x.yml")
CASES = cases("yamledit")


def loaded(folder: Path, text: str) -> dict[str, Any]:
    """What the archive reads in a file with this text."""
    path = folder / "x.yml"
    path.write_bytes(text.encode())
    return parse_yaml(path, path.read_bytes().decode())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_put_and_take(case: dict[str, Any], tmp_path: Path) -> None:
    text, where, key = case["text"], case["where"], case["key"]
    then = put(PATH, text, where, key, "v")
    assert then == case["then"]
    node: Any = loaded(tmp_path, then)
    for name in where:
        node = node[int(name)] if isinstance(node, list) else node[name]
    assert node[-1 if key is None else key] == "v"
    if case.get("back", True):
        assert take(PATH, then, where, key or "v") == text


@pytest.mark.parametrize(
    ("text", "where", "then"),
    [
        ('a: "x"  # c\nb: 1\n', ["a"], 'a: "v"  # c\nb: 1\n'),
        ("a: x\n  y\nb: 1\n", ["a"], 'a: "v"\nb: 1\n'),
        ("a: >-\n  x\n  y\n# c\nb: 1\n", ["a"], 'a: "v"\n# c\nb: 1\n'),
        ("a:\nb: 1\n", ["a"], 'a: "v"\nb: 1\n'),
        ("a:\r\nb: 1", ["b"], 'a:\r\nb: "v"'),
        ("a:\n  - {n: 1}\n  - {n: 2}\n", ["a", "1", "n"], 'a:\n  - {n: 1}\n  - {n: "v"}\n'),
        ("a:\n  - n: 1  # c\n", ["a", "0", "n"], 'a:\n  - n: "v"  # c\n'),
        ("a: 1\n", ["b"], 'a: 1\nb: "v"\n'),
    ],
)
def test_give(text: str, where: list[str], then: str, tmp_path: Path) -> None:
    assert give(PATH, text, where, "v") == then
    assert "v" in str(loaded(tmp_path, then))


@pytest.mark.parametrize(
    ("text", "where", "key", "then"),
    [
        ("a: [x, y, z]\n", ["a"], "x", "a: [y, z]\n"),
        ("a: [x, y, z]\n", ["a"], "z", "a: [x, y]\n"),
        ("a:\n  - {n: x, m: 1}\n  - {n: y}\n", ["a"], "x", "a:\n  - {n: y}\n"),
        (
            "a:\n  s:\n    t: {n: 1}\n  m: 1\n",
            ["a", "s"],
            "t",
            "a:\n  m: 1\n",
        ),  # what is empty goes, too
        ("a: 1\nb:\n  s: [x]\n", ["b", "s"], "x", "a: 1\n"),
        ("a: 1\n# of b\nb: 2\n# of c\nc: 3\n", [], "b", "a: 1\n# of b\n# of c\nc: 3\n"),
        ("a: 1\n", [], "z", "a: 1\n"),
        ("a: 1\n", ["z"], "a", "a: 1\n"),
        ("a: 1\n", ["a"], "z", "a: 1\n"),
    ],
)
def test_take(text: str, where: list[str], key: str, then: str) -> None:
    assert take(PATH, text, where, key) == then


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a: word\n", "something else is wanted here"),
        ("a:\n  - x\n", "something else is wanted here"),
        ("a: &one {n: 1}\nb: *one\n", "it has an anchor, an alias or a tag"),
        ("a: !!python/object/apply:os.system {n: 1}\n", "it has an anchor, an alias or a tag"),
        ("a: [\n", "unreadable YAML"),
        ("a: \x00\n", "unreadable YAML"),
        ("# only a comment\n", "it holds no fields"),
        ("a: " + "[" * 5000, "unreadable YAML"),
    ],
)
def test_what_cannot_be_added_to_is_named(text: str, says: str) -> None:
    with pytest.raises(ArchiveError, match=says) as error:
        put(PATH, text, ["a"], "k", "v")
    assert error.value.file == "x.yml"
    assert "\n" not in str(error.value)


def test_a_laugh_a_billion_times_is_refused_at_once() -> None:
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    lines += [
        f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]"
        for old, new in zip("abcdefgh", "bcdefghi", strict=True)
    ]
    with pytest.raises(ArchiveError, match="line 1: it cannot be added to"):
        put(PATH, "\n".join(lines), ["a"], None, "v")


# -- whatever is in it -----------------------------------------------------------------------------

WORDS = st.text(max_size=20)
KEYS = st.text(min_size=1, max_size=20)
VALUES: st.SearchStrategy[Value] = st.one_of(
    WORDS,
    st.none(),
    st.lists(WORDS, max_size=3),
    st.dictionaries(KEYS, WORDS, max_size=3),
    st.lists(st.dictionaries(KEYS, WORDS)),
)
COMMENTS = st.sampled_from(["", "# c\n", "\n", "\n# c: {d\n\n"])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("yaml")


@given(fields=st.dictionaries(KEYS, VALUES, min_size=1, max_size=4))
def test_any_fields_are_read_as_they_were_written(fields: dict[str, Value], folder: Path) -> None:
    assert loaded(folder, block(fields)) == fields
    assert loaded(folder, f"x: {flow(fields)}\n") == {"x": fields}


@st.composite
def files(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """The text of a file as curators write it, and what it says."""
    names = draw(
        st.lists(
            st.from_regex(r"[a-z][a-z0-9-]{0,6}", fullmatch=True),
            min_size=1,
            max_size=4,
            unique=True,
        )
    )
    text, fields = draw(COMMENTS), {}
    for name in names:
        kind = draw(
            st.sampled_from(["word", "block list", "flow list", "block mapping", "flow mapping"])
        )
        words = draw(
            st.lists(
                st.from_regex(r"[A-Za-z0-9]{1,8}", fullmatch=True),
                min_size=1,
                max_size=3,
                unique=True,
            )
        )
        after = draw(st.sampled_from(["", "  # c"]))
        fields[name] = (
            words[0] if kind == "word" else words if "list" in kind else dict.fromkeys(words, "x")
        )
        if kind == "word":
            text += f'{name}: "{words[0]}"{after}\n'
        elif kind == "block list":
            text += f"{name}:{after}\n" + "".join(f"  - {word}{after}\n" for word in words)
        elif kind == "block mapping":
            text += f"{name}:{after}\n" + "".join(f'  {word}: "x"{after}\n' for word in words)
        else:
            text += f"{name}: {flow(fields[name])}{after}\n"
        text += draw(COMMENTS)
    text = draw(st.sampled_from([text, text.rstrip("\n")]))
    return draw(st.sampled_from([text, text.replace("\n", "\r\n")])), fields


@given(file=files(), key=KEYS, value=VALUES, data=st.data())
def test_what_is_put_in_is_all_that_changes(
    file: tuple[str, dict[str, Any]], key: str, value: Value, data: st.DataObject, folder: Path
) -> None:
    text, fields = file
    name = data.draw(
        st.sampled_from(
            [None, *(name for name, held in fields.items() if not isinstance(held, str))]
        )
    )
    where = [] if name is None else [name]
    held = fields if name is None else fields[name]
    if key in held:
        key = f"{key}\u00e4"
    if isinstance(held, list):
        then = put(PATH, text, where, None, key)
        now: Any = [*held, key]
    else:
        then = put(PATH, text, where, key, value)
        now = {**held, key: value}
    assert loaded(folder, then) == (now if name is None else {**fields, name: now})
    lines = iter(then.splitlines())
    assert all(
        any(old == new or (name and old.startswith(f"{name}: ")) for new in lines)
        for old in text.splitlines()
    )
    assert take(PATH, then, where, key) == text
