"""`briefs replace`: in the new copy every anchor leads to its words, or is empty."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.cli import main
from archive.commands.check import check
from archive.commands.replace import word_diff
from archive.convert import compare
from archive.records.ledger import digest
from archive.records.library import Brief, load_library
from archive.store import Archive
from repository import cases, tree
from small_archive import ID, TEXT, make_small

BLOCKS = TEXT.strip().split("\n\n")
NEW = "Words that no copy of this text had before, in a paragraph of their own."


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make_small(tmp_path / "archive")


def replace(root: Path, text: str | bytes, *arguments: str) -> Result:
    file = root.parent / "copy.txt"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return CliRunner().invoke(main, ["--root", str(root), "replace", ID, str(file), *arguments])


def joined(blocks: list[str]) -> str:
    return "\n\n".join(blocks) + "\n"


def brief(root: Path) -> Brief:
    return load_library(Archive(root)).find(ID)


def words(root: Path) -> dict[str, str]:
    """The words of each anchor that has any."""
    replaced = brief(root)
    return {
        anchor: block.text
        for anchor, block in zip(replaced.anchors, replaced.reading.shown, strict=True)
        if block.text
    }


def ledgers(root: Path) -> dict[str, list[str]]:
    return {
        file.name: file.read_text(encoding="utf-8").splitlines()
        for file in (root / "briefs" / "ledger").iterdir()
    }


def sound(root: Path, before: dict[str, list[str]]) -> None:
    """All is well in the archive, and the ledger has only grown."""
    now = ledgers(root)
    for name, lines in before.items():
        assert now[name][: len(lines)] == lines
    anchors = [line.split("\t")[0] for line in now[f"{ID}.tsv"]]
    assert len(set(anchors)) == len(anchors)
    library = load_library(Archive(root))
    assert check(library, "2026-11-21").faults == ()
    assert compare(Archive(root)) == []
    page = (root / "docs" / "briefs" / f"{ID}.md").read_text(encoding="utf-8")
    for anchor in anchors:
        assert (f"#{anchor} }}" in page) + (f'id="{anchor}"' in page) == 1, anchor


@pytest.mark.parametrize("case", cases("replace"), ids=lambda case: case["name"])
def test_what_becomes_of_the_anchors(case: dict[str, list[str]], root: Path) -> None:
    before, was = ledgers(root), words(root)
    new = [BLOCKS[part] if isinstance(part, int) else part for part in case["blocks"]]
    result = replace(root, joined(new), "--date", "2026-11-25", "--reason", "a better copy")
    assert result.exit_code == 0, result.output
    assert result.output.splitlines()[:-1] == case["shown"]
    now = words(root)
    assert list(now) == case["anchors"]
    assert list(now.values()) == new
    assert {anchor for anchor in was if anchor not in now} == set(case.get("gone", []))
    sound(root, before)


def test_the_record_tells_of_it(root: Path) -> None:
    record = root / "briefs" / f"{ID}.yml"
    old = record.read_text(encoding="utf-8")
    assert (
        replace(
            root,
            TEXT.replace("prolonged", "extended"),
            "--date",
            "2026-11-25",
            "--reason",
            'why: "{so}" # & *',
        ).exit_code
        == 0
    )
    now = record.read_text(encoding="utf-8")
    assert [line for line in now.splitlines() if line not in old.splitlines()] == [
        "checked_by: null",
        f'sha256: "{brief(root).reading.source.sha256}"',
        "changes:",
        '  - {date: "2026-11-25", field: "text", reason: "why: \\"{so}\\" # & *"}',
    ]
    assert '**Changed 25 November 2026:** text: why: "&#123;so&#125;" \\# &amp; \\*' in (
        root / "docs" / "briefs" / f"{ID}.md"
    ).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("given", "date"),
    [("Spring 2021", "2021-21"), ("10 October 2023", "2023-10-10"), ("2020-12/2021-01",) * 2],
)
def test_a_date_in_words(given: str, date: str, root: Path) -> None:
    assert (
        replace(root, TEXT.replace("prolonged", "extended"), f"--set=date={given}").exit_code == 0
    )
    record = brief(root).record
    assert str(record.date) == date
    # The evidence for the old date is none for this one.
    assert record.basis["date"].evidence == "a new copy of the text"


def test_only_white_space_is_no_change_of_words(root: Path) -> None:
    before = ledgers(root)
    result = replace(root, TEXT.replace("\n", "\r\n").replace("GSOMIA was", "GSOMIA  was"))
    assert result.output.startswith("The words of the text are the same.\n")
    assert ledgers(root) == before
    assert brief(root).record.checked_by == "A. Reader"


@pytest.mark.parametrize("encoding", ["utf-16", "cp1252"])
def test_a_copy_in_another_encoding(root: Path, encoding: str) -> None:
    before = ledgers(root)
    text = TEXT.replace("a year,", "a year – “so they say” –")
    assert replace(root, text.encode(encoding)).exit_code == 0
    assert brief(root).record.encoding == encoding
    assert (root / "briefs" / f"{ID}.txt").read_bytes() == text.encode(encoding)
    assert replace(root, TEXT).exit_code == 0
    assert brief(root).record.encoding == "utf-8"
    sound(root, before)


def test_nothing_is_written_on_a_dry_run_or_for_the_same_bytes(root: Path) -> None:
    before = tree(root)
    shown = (
        "p1    GSOMIA was [-prolonged-] {+extended+} by a year, "
        "and nobody in Seoul was happy with it.\n"
    )
    assert replace(root, TEXT.replace("prolonged", "extended"), "--dry-run").output == shown
    assert tree(root) == before
    result = replace(root, TEXT)
    assert (result.exit_code, result.output.count("\n")) == (2, 1)
    assert f"{ID} already has this text, byte for byte" in result.output
    assert tree(root) == before


@pytest.mark.parametrize(
    ("text", "arguments", "says"),
    [
        ("", [], "the text is empty"),
        (b"{\\rtf1 x}", [], "this is RTF, not text"),
        (b"%PDF-1.7", [], "the file is damaged"),
        (b"\x93\x31\x94", [], "its encoding cannot be recognised"),
        ("Some words.", ["--encoding", "rot13"], "'--encoding': 'rot13' is not one of 'utf-8'"),
        ("Some words.", ["--encoding", "hex"], "'--encoding': 'hex' is not one of 'utf-8'"),
        (TEXT.replace("another", "more"), ["--date", "tomorrow"], "'tomorrow' is not a date"),
        ("Some words.", ["--date", "2031"], "--date: day: a whole day is expected"),
        ("Some words.", ["--date", "2131-01-01"], "--date: day: 2131-01-01 has not come yet"),
        ("Some words.", ["--date", ""], "--date: day: a whole day is expected"),
        (
            TEXT.replace("another", "more"),
            ["--date", "2026-11-25\n"],
            "it contains a line break or a character that cannot be displayed",
        ),
        (
            TEXT.replace("another", "more"),
            ["--reason", "a\nb"],
            "it contains a line break or a character that cannot be displayed",
        ),
        (
            TEXT.replace("another", "more"),
            ["--reason", "\udcff"],
            "it contains a line break or a character that cannot be displayed",
        ),
        (
            TEXT.replace("another", "more"),
            ["--reason", ""],
            "it has no words",
        ),
    ],
)
def test_what_cannot_be_is_a_named_error(
    root: Path, text: str | bytes, arguments: list[str], says: str
) -> None:
    before = tree(root)
    result = replace(root, text, *arguments)
    assert isinstance(result.exception, SystemExit)
    assert result.exit_code == 2
    assert says in result.output.splitlines()[-1]
    assert tree(root) == before


def test_what_a_copy_prints_differently_is_given_as_the_error_says(root: Path) -> None:
    assert replace(root, f"A Year More\n\n{TEXT}").exit_code == 0
    given = ["correct", ID, "--set", "title=A Year More", "--reason", "printed now"]
    assert CliRunner().invoke(main, ["--root", str(root), *given]).exit_code == 0
    assert brief(root).record.prints("title")
    result = replace(root, f"Another Year\n\n{TEXT}")
    assert "title: of the new copy, 'A Year More' is not printed in the text" in result.output
    assert "Say what it has: --set title=…." in result.output
    assert replace(root, f"Another Year\n\n{TEXT}", "--set", "title=Another Year").exit_code == 0
    assert brief(root).record.title == "Another Year"


def test_a_brief_or_a_file_that_is_not_there(root: Path) -> None:
    for arguments in (
        ["2020-asan-le", "x"],
        [ID, str(root / "none.txt")],
        [ID, str(root)],
        [ID, "/dev/zero"],
    ):
        result = CliRunner().invoke(main, ["--root", str(root), "replace", *arguments])
        assert (result.exit_code, result.output.count("\n")) == (2, 1), result.output


def test_replaced_twice_and_back(root: Path) -> None:
    """An anchor whose words are gone has them again when they return, and a new one its own."""
    before, first = ledgers(root), words(root)
    second = [*BLOCKS[:2], NEW, *BLOCKS[4:]]
    assert replace(root, joined(second)).exit_code == 0
    there = words(root)
    assert {anchor: there.get(anchor) for anchor in ("p1", "p3", "p7")} == {
        "p1": BLOCKS[0],
        "p3": None,
        "p7": NEW,
    }
    assert "p3    back: 1. What follows\n" in replace(root, TEXT).output
    assert words(root) == first
    assert f"p7    back: {' '.join(NEW.split()[:12])} …\n" in replace(root, joined(second)).output
    assert words(root) == there
    sound(root, before)


def test_a_copy_with_too_many_equal_blocks_is_refused(root: Path) -> None:
    many = [NEW] * 510
    assert replace(root, joined([*BLOCKS, *many])).exit_code == 0
    before = tree(root)
    result = replace(root, joined(["GSOMIA holds.", *BLOCKS, *many]))
    assert (result.exit_code, result.output.count("\n")) == (2, 1)
    assert "copy.txt: blocks: too many blocks have the same words" in result.output
    assert "withdraw this one and add the new text." in result.output
    assert tree(root) == before
    withdraw_and_add(root)


def test_a_copy_of_another_text_is_refused(root: Path) -> None:
    before = tree(root)
    result = replace(root, joined([NEW, "Other words, of another text altogether."]))
    assert (result.exit_code, result.output.count("\n")) == (2, 1)
    assert f"copy.txt: file: it shares no paragraph with {ID}" in result.output
    assert "withdraw this one and add the new text." in result.output
    assert tree(root) == before
    withdraw_and_add(root)


def withdraw_and_add(root: Path) -> None:
    """Do what a refused copy asks for."""
    for arguments in (
        ["withdraw", ID, "--reason", "x"],
        ["add", str(root.parent / "copy.txt"), "--set", "institute=asan", "--set", "title=[Anew]"],
    ):
        result = CliRunner().invoke(main, ["--root", str(root), *arguments])
        assert result.exit_code == 0, result.output


def test_a_range_moves_with_its_lines(root: Path) -> None:
    _mark(root, {"lines": "11", "as": "note"}, {"lines": "3", "as": "furniture"})
    before, was = ledgers(root), words(root)
    result = replace(root, joined([NEW, *BLOCKS]))
    assert result.exit_code == 0, result.output
    assert result.output.splitlines()[0] == f"new   {' '.join(NEW.split()[:12])} …"
    assert len(result.output.splitlines()) == 2  # what is furniture is not new
    ranges = brief(root).record.ranges
    assert [(range_.first, range_.last) for range_ in ranges] == [(13, 13), (5, 5)]
    assert words(root) == was | {"p7": NEW}
    sound(root, before)
    unchanged = tree(root)
    other = joined([NEW, *BLOCKS[:-1], "A note of the editors: this text was read aloud at first."])
    result = replace(root, other)
    assert result.exit_code == 2
    assert "ranges[1].lines: the new copy does not have all of these lines (13)" in result.output
    assert tree(root) == unchanged
    assert f"Take it back (`briefs correct {ID} --mark 13= --reason …`), replace" in result.output
    mark = ["--root", str(root), "correct", ID, "--reason", "x", "--mark"]
    assert CliRunner().invoke(main, [*mark, "13="]).exit_code == 0
    assert replace(root, other).exit_code == 0
    assert CliRunner().invoke(main, [*mark, "13=note"]).exit_code == 0
    sound(root, before)


def test_a_line_that_only_prints_a_field_stays_in_the_text(root: Path) -> None:
    _mark(root, {"lines": "3", "as": "number"})
    before, was = ledgers(root), words(root)
    assert replace(root, joined([NEW, *BLOCKS])).exit_code == 0
    assert words(root) == was | {"p7": NEW}
    sound(root, before)


def test_furniture_that_a_curator_made_text_keeps_its_anchor(root: Path) -> None:
    text = joined([*BLOCKS, "View 1,234"])
    assert replace(root, text).exit_code == 0
    line = len(text.splitlines())
    if "View 1,234" not in words(root).values():
        _mark(root, {"lines": str(line), "as": "text"})
    anchor = next(anchor for anchor, text in words(root).items() if text == "View 1,234")
    before = ledgers(root)
    assert replace(root, joined([NEW, *BLOCKS, "View 1,234"])).exit_code == 0
    assert words(root)[anchor] == "View 1,234"
    sound(root, before)


def _mark(root: Path, *ranges: dict[str, str]) -> None:
    record = root / "briefs" / f"{ID}.yml"
    content = yaml.safe_load(record.read_text(encoding="utf-8"))
    decision = {"date": "2026-11-30", "reason": "a test"}
    content["ranges"] = [range_ | decision for range_ in ranges]
    record.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    assert CliRunner().invoke(main, ["--root", str(root), "convert"]).exit_code == 0


# -- any change at all -----------------------------------------------------------------------------

PARTS = st.sampled_from(
    [*BLOCKS, NEW, "GSOMIA holds.", "GSOMIA holds.", "Tokyo waited for the ruling of the court."]
)


@st.composite
def copies(draw: st.DrawFn) -> str:
    """Draw a copy of the text with blocks removed, added, moved, split, joined or changed."""
    blocks = list(BLOCKS)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(blocks) - 1))
        block = blocks.pop(at)
        parts = block.split()
        cut = draw(st.integers(0, len(parts)))
        put = {
            "out": [],
            "in": [block, draw(PARTS)],
            "split": [" ".join(parts[:cut]), " ".join(parts[cut:])],
            "double": [block, block],
            "change": [" ".join([*parts[:cut], "otherwise", *parts[cut + 1 :]])],
            "all": [draw(PARTS)],
        }
        how = draw(st.sampled_from([*put, "move", "join"]))
        if how == "move":
            blocks.insert(draw(st.integers(0, len(blocks))), block)
        elif how == "join":
            blocks[at : at + 1] = [" ".join([block, *blocks[at : at + 1]])]
        else:
            blocks[at:at] = [part for part in put[how] if part]
        blocks = blocks or [NEW]
    return joined(blocks)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(copies(), min_size=1, max_size=3))
def test_whatever_changes_the_anchors_are_kept(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str]
) -> None:
    root = make_small(tmp_path_factory.mktemp("any") / "archive")
    for text in texts:
        before, was = ledgers(root), words(root)
        result = replace(root, text)
        if "byte for byte" in result.output:
            continue
        assert result.exit_code == 0, result.output
        sound(root, before)
        now = words(root)
        assert sorted(map(digest, now.values())) == sorted(
            map(digest, (b.mark + b.text for b in brief(root).reading.shown))
        )
        # Words that both copies have equally often keep their anchors.
        for words_of_block in set(was.values()):
            if list(was.values()).count(words_of_block) == list(now.values()).count(words_of_block):
                assert {anchor for anchor, text in was.items() if text == words_of_block} == {
                    anchor for anchor, text in now.items() if text == words_of_block
                }


def test_a_difference_as_wdiff_writes_it() -> None:
    assert word_diff("a b c", "a x c d") == "a [-b-] {+x+} c {+d+}"
    assert word_diff("a", "b") == "[-a-] {+b+}"
    assert (
        word_diff(" ".join(map(str, range(20))), " ".join(map(str, range(20))) + " x")
        == "0 1 2 3 4 5 … 14 15 16 17 18 19 {+x+}"
    )


def test_a_renamed_brief_can_be_replaced_and_a_replaced_one_renamed(root: Path) -> None:
    ledger = root / "briefs" / "ledger"
    assert replace(root, TEXT.replace("nobody in Seoul was", "few in Seoul were")).exit_code == 0
    for end in ("txt", "yml"):
        (root / "briefs" / f"{ID}.{end}").rename(root / "briefs" / f"2020-asan-other.{end}")
    record = root / "briefs" / "2020-asan-other.yml"
    record.write_text(
        record.read_text(encoding="utf-8").replace(ID, "2020-asan-other"), encoding="utf-8"
    )
    moved = (
        f'"/briefs/{ID}/": {{to: "/briefs/2020-asan-other/", date: "2026-11-30", reason: "x"}}\n'
    )
    (root / "briefs" / "redirects.yml").write_text(moved, encoding="utf-8")
    runner = CliRunner()
    assert runner.invoke(main, ["--root", str(root), "convert"]).exit_code == 0
    file = root.parent / "again.txt"
    file.write_text(TEXT.replace("another.", "one more."), encoding="utf-8")
    result = runner.invoke(main, ["--root", str(root), "replace", "2020-asan-other", str(file)])
    assert result.exit_code == 0, result.output
    assert runner.invoke(main, ["--root", str(root), "check"]).exit_code == 0
    assert (ledger / "2020-asan-other.replaced").exists()
