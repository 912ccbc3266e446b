from __future__ import annotations

import pickle
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from mkdocs.config import load_config

from archive.cli import main
from archive.convert import compare, convert
from archive.reading.model import Kind, Voice
from archive.records.authority import Author, Institute, OtherName, Series
from archive.records.library import Library, load_library, newest_first
from archive.site.settings import SiteSettings
from archive.store import Archive
from archive.text.dates import parse_edtf
from repository import CASES, ROOT, cases, copy_archive, tree

ERRORS = sorted((CASES / "errors").glob("*.yml"))
FACTS: dict[str, Any] = cases("facts")


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library(Archive(ROOT))


@pytest.fixture(scope="module")
def converted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the archive whose cache has all readings and pages; each test restores it."""
    root = copy_archive(tmp_path_factory.mktemp("converted") / "archive")
    convert(Archive(root))
    return root


@contextmanager
def changed(root: Path, steps: list[dict[str, Any]]) -> Iterator[None]:
    """Take these steps in an archive, and in the end bring their files back as they were."""
    paths = [root / step["file"] for step in steps if "file" in step]
    before = [path.read_bytes() if path.is_file() else None for path in paths]
    try:
        for step in steps:
            change(root, step)
        yield
    finally:
        for path, content in zip(paths, before, strict=True):
            if path.is_dir():
                shutil.rmtree(path)
            if content is not None:
                path.write_bytes(content)
            elif path.is_file():
                path.unlink()


def change(root: Path, step: dict[str, Any]) -> None:
    """Change a file in a copy of the archive as a curator does by hand, or run a command."""
    if "run" in step:
        result = CliRunner().invoke(
            main, ["--root", str(root), *(word.format(root=root) for word in step["run"])]
        )
        assert result.exit_code == 0, result.output
        return
    path = root / step["file"]
    if "restore" in step:
        shutil.copy(ROOT / step["file"], path)
    elif "write" in step:
        path.parent.mkdir(exist_ok=True)
        path.write_text(step["write"], encoding="utf-8")
    elif "bytes" in step:
        path.write_bytes(bytes.fromhex(step["bytes"]))
    elif "append" in step:
        path.write_text(path.read_text(encoding="utf-8") + step["append"], encoding="utf-8")
    elif "copy" in step:
        shutil.copy(root / step["copy"], path)
    elif "remove_line" in step:
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        others = [line for line in lines if not line.startswith(f"{step['remove_line']}:")]
        assert len(others) == len(lines) - 1
        path.write_text("".join(others), encoding="utf-8")
    elif "remove_row" in step:
        rows = path.read_text(encoding="utf-8").splitlines(keepends=True)
        path.write_text(
            "".join(row for row in rows if not row.startswith(f"{step['remove_row']}\t")),
            encoding="utf-8",
        )
    elif "replace" in step:
        old, new = step["replace"]
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
    elif path.is_dir():
        shutil.rmtree(path)
    else:
        assert step["delete"]
        path.unlink()


def follow_remedy(case: dict[str, Any], steps: list[dict[str, Any]], root: Path) -> None:
    """Take the steps that an error names; there must be no error then."""
    with changed(root, steps):
        if "convert" in case.get("except", []):
            SiteSettings.of(load_config(str(root / "mkdocs.yml")))
        else:
            compare(Archive(root))


# `check` tries every case; the other commands try three of them. All cases by all four are slow.
COMMANDS = (["check"], ["convert"], ["convert", "--check"], ["build"])
BY_ALL = ("text-not-utf-8", "date-bad-day", "ledger-words-changed")


@pytest.mark.parametrize(
    ("path", "most"),
    [
        pytest.param(
            path,
            most,
            id=f"{path.stem}, by all" if most > 1 else path.stem,
            marks=[pytest.mark.slow] if most > 1 and path.stem not in BY_ALL else [],
        )
        for path in ERRORS
        for most in (1, len(COMMANDS))
    ],
)
def test_bad_input_gets_a_named_error_whose_remedy_works_and_nothing_is_written(
    path: Path, most: int, converted: Path, tmp_path: Path
) -> None:
    case = yaml.safe_load(path.read_text(encoding="utf-8"))
    with changed(converted, case["change"]):
        before = tree(converted)
        commands = [one for one in COMMANDS if one[0] not in case.get("except", [])]
        for command in commands[:most]:
            result = CliRunner().invoke(main, ["--root", str(converted), *command])
            assert (command, result.exit_code) == (command, 2), result.output
            assert isinstance(result.exception, SystemExit)
            file, field, says = (str(case["error"][key]) for key in ("file", "field", "says"))
            assert f"{converted / file}: {field}: " in result.output
            assert says in result.output
            assert len(result.output.strip().splitlines()) == 1
        assert tree(converted) == before
        for number, (words, steps) in enumerate(case["remedies"].items()):
            assert words in result.output
            root = converted
            if any("run" in step for step in steps):
                root = shutil.copytree(converted, tmp_path / str(number))
            follow_remedy(case, steps, root)


@pytest.mark.parametrize("id", FACTS)
def test_the_records_say_what_a_person_read(id: str, library: Library) -> None:
    fact = FACTS[id]
    (brief,) = [brief for brief in library.briefs if brief.id == id]
    record = brief.record
    basis = {
        field: record.basis[field].kind if field in record.basis else "printed"
        for field in ("title", "institute", "date")
    }
    assert record.title == fact["title"]["value"]
    assert [
        {"id": c.id, "family": a.family, "given": a.given, "printed": c.printed}
        for c in record.authors
        for a in [library.authority.authors[c.id]]
    ] == fact["authors"]
    assert {"id": brief.institutes[0].id, "name": brief.institute_names[0]} == {
        key: fact["institute"][key] for key in ("id", "name")
    }
    assert (brief.series.name if brief.series else None, record.number) == (
        fact["series"],
        fact["number"],
    )
    assert record.date == parse_edtf(fact["date"]["value"] or "")
    assert basis == {field: fact[field]["basis"] for field in basis}
    assert sorted(brief.passages) == sorted(fact["themes"])
    assert record.access == fact["access"]


def test_the_home_page_is_the_same_whatever_the_editor(archive: Path) -> None:
    file = archive / "briefs" / "home.md"
    text = file.read_text(encoding="utf-8")
    file.write_bytes("\ufeff".encode() + text.replace("\n", "\r\n").encode())
    assert load_library(Archive(archive)).home == text.strip()


def test_what_a_process_gets_of_a_text_does_not_grow_with_what_is_staged(archive: Path) -> None:
    name = "briefs/2022-asan-choi.txt"
    staged = {name: (archive / name).read_bytes(), "briefs/other.md": bytes(1_000_000)}
    brief = load_library(Archive(archive).stage(staged)).find("2022-asan-choi")
    sent = pickle.dumps(brief.text)
    assert len(sent) < 100_000
    (archive / name).unlink()
    assert pickle.loads(sent).again() == brief.text.load()


def test_order_is_newest_first_by_what_is_known(library: Library) -> None:
    assert [brief.id for brief in library.briefs] == [
        "2023-sejong-jin",
        "2022-asan-choi",
        "2022-ifes-cho",
        "2021-yeosijae-okonogi",
        "2019-sejong-park",
    ]


@pytest.mark.parametrize("case", cases("order"), ids=lambda case: " ".join(map(str, case["dates"])))
def test_order(case: dict[str, list[str | None]], library: Library) -> None:
    base = library.briefs[0].record
    records = [
        replace(base, id=f"r{n}", date=parse_edtf(date or ""))
        for n, date in enumerate(case["dates"])
    ]
    assert [record.date and str(record.date) for record in newest_first(records)] == case["ordered"]


def test_variants_resolve_to_one_person(library: Library) -> None:
    (author,) = [a for a in library.authors() if "JIN Chang Soo" in a.variants]
    assert (author.id, author.family, author.given, author.inverted_name) == (
        "jin-changsoo",
        "Jin",
        "Changsoo",
        "Jin, Changsoo",
    )
    assert {"Jin ChangSoo", "Changsoo Jin"} <= set(author.variants)


def test_an_institute_under_its_other_names(library: Library) -> None:
    body = library.authority.institutes["yeosijae"]
    assert "TAEJAE FUTURE CONSENSUS INSTITUTE" in [name.name for name in body.names]
    assert body.name_at(parse_edtf("2021-01-11")) == "Yeosijae"


def test_relations_are_kept(library: Library) -> None:
    relations = {
        brief.id: [relation.kind for relation in brief.record.relations] for brief in library.briefs
    }
    assert relations["2022-asan-choi"] == ["summary-of"]
    assert relations["2021-yeosijae-okonogi"] == ["first-published-in", "translation-of", "part-of"]


def test_descriptions_are_the_authors_own_words(library: Library) -> None:
    for brief in library.briefs:
        own = [block.text for block in brief.reading.shown if block.voice is Voice.AUTHOR]
        assert any(text.startswith(brief.summary.description) for text in own)
    assert {brief.id: brief.summary.description[:22] for brief in library.briefs} == {
        "2023-sejong-jin": "Exchanges between Kore",
        "2022-asan-choi": "Since the inauguration",
        "2022-ifes-cho": "During the Korea-U.S. ",
        "2021-yeosijae-okonogi": "I think it is commenda",
        "2019-sejong-park": "Recently, Korea-Japan ",
    }


def test_what_the_reader_took_and_the_record_does_not_hold_is_shown(archive: Path) -> None:
    """A subtitle, a byline, a series line: words that no curator entered are not lost."""
    record = archive / "briefs" / "2019-sejong-park.yml"
    text = record.read_text(encoding="utf-8")
    before = {block.text for block in load_library(Archive(archive)).briefs[-1].reading.shown}
    start, end = text.index("authors:"), text.index("institute:")
    text = text[:start] + text[end:]
    text = text.replace(
        'title_printed: "Direction for the ROK-Japan Diplomatic and Security Cooperation"\n', ""
    )
    text = text.replace('also_printed: ["No. 2019-11 Current Issues & Policies"]\n', "")
    record.write_text(text, encoding="utf-8")
    shown = load_library(Archive(archive)).briefs[-1].reading.shown
    assert [
        (block.kind, block.voice, block.text) for block in shown if block.text not in before
    ] == [
        (
            Kind.UNCLAIMED,
            Voice.PUBLISHER,
            "Direction for the ROK-Japan Diplomatic and Security Cooperation",
        ),
        (Kind.UNCLAIMED, Voice.PUBLISHER, "No. 2019-11 Current Issues & Policies"),
        (Kind.UNCLAIMED, Voice.PUBLISHER, "Dr. Park Young June"),
        (Kind.UNCLAIMED, Voice.PUBLISHER, "Professor,"),
        (Kind.UNCLAIMED, Voice.PUBLISHER, "College of National Security,"),
        (Kind.UNCLAIMED, Voice.PUBLISHER, "Korea National Defense University"),
    ]


def test_a_date_that_no_reader_sees_can_be_recorded_as_printed(archive: Path) -> None:
    record = archive / "briefs" / "2019-sejong-park.yml"
    text = record.read_text(encoding="utf-8").replace('date: "2019-06-20"', 'date: "2019-06"')
    record.write_text(
        text.replace(
            "basis:\n", 'basis:\n  date: {kind: "printed", evidence: "Date 2019-06-20"}\n'
        ),
        encoding="utf-8",
    )
    assert load_library(Archive(archive)).briefs[-1].record.date == parse_edtf("2019-06")
    convert(Archive(archive))
    page = (archive / "docs" / "briefs" / "2019-sejong-park.md").read_text(encoding="utf-8")
    date = '<time datetime="2019-06">June 2019</time>'
    assert f"**[{date}](../years/2019.md)**\n{{ .byline }}" in page
    assert "- **Date printed:** Date 2019-06-20." in page


def test_two_people_of_one_name(archive: Path) -> None:
    authors = archive / "briefs" / "authority" / "authors.yml"
    entry = """park-young-june-2:
  family: "Park"
  given: "Young June"
  variants: ["Park Young June"]
  distinct_from: ["park-young-june"]
"""
    authors.write_text(authors.read_text(encoding="utf-8") + entry, encoding="utf-8")
    assert [author.id for author in load_library(Archive(archive)).authors()].count(
        "park-young-june-2"
    ) == 0
    assert "park-young-june-2" in load_library(Archive(archive)).authority.authors


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("An Min-su is a fellow.", True),
        ("Dr. Min-su An, who …", True),
        ("AN MIN-SU teaches.", True),
        ("Ａｎ Min\u2011su teaches.", True),
        ("M\u00adin-su\u00a0An", True),
        ("Jane Roe works on Japan.", False),
        ("Min-su Anders", False),
    ],
)
def test_a_biography_is_of_the_person_it_names(text: str, named: bool) -> None:
    assert Author("an-min-su", "An", "Min-su", ("Min-su An",)).is_named_in(text) is named


@pytest.mark.parametrize(
    ("date", "name"),
    [
        ("2021-01-11", "Old"),
        ("2022-03", "Old"),
        ("2022", "Old"),
        ("2023", "New"),
        ("2019-12-31", "New"),
        (None, "New"),
    ],
)
def test_an_institute_and_a_series_have_the_name_of_the_time(date: str | None, name: str) -> None:
    other = OtherName("Old", "en", parse_edtf("2020"), parse_edtf("2022"), None)
    for entry in (
        Institute("x", "New", (other,), short="New", series={}),
        Series("x", "New", (other,), other_names=()),
    ):
        assert entry.name_at(parse_edtf(date or "")) == name


def test_a_year_or_an_author_whose_brief_went_keeps_a_page(archive: Path) -> None:
    record = archive / "briefs" / "2019-sejong-park.yml"
    text = (
        record.read_text(encoding="utf-8")
        .replace('date: "2019-06-20"', 'date: "2018"')
        .replace("basis:", _SUPPLIED)
    )
    record.write_text(text, encoding="utf-8")
    library = load_library(Archive(archive))
    assert library.briefs_on("years", "2019") == []
    assert library.years() == ["2023", "2022", "2021", "2019", "2018"]
    assert convert(Archive(archive)).committed.removed == ()
    pages = archive / "docs"
    assert "No briefs at present." in (pages / "years" / "2019.md").read_text(encoding="utf-8")
    assert '**[<time datetime="2018">2018</time>](../years/2018.md)** (supplied)' in (
        pages / "briefs" / "2019-sejong-park.md"
    ).read_text(encoding="utf-8")


_SUPPLIED = 'basis:\n  date: {kind: "supplied", evidence: "a test"}'
