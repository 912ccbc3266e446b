"""Events and quotations: what the authority files cite, and what is left of it when briefs go."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from archive.cli import main
from archive.commands.withdraw import withdraw
from archive.convert import compare, convert
from archive.errors import ArchiveError
from archive.records.authority import EVENTS, THEMES, Event
from archive.records.library import Library, load_library
from archive.records.public import public_library
from archive.records.themes import PassageAddress
from archive.store import Archive
from curator_edits import replace_text, write_redirects
from repository import ROOT, cases
from site_pages import fragment

LIBRARY = load_library(Archive(ROOT))
DATED: dict[str, Any] = cases("events")


def told(library: Library) -> dict[str, list[str]]:
    """The passages of each event that are shown."""
    return {
        event.id: [str(passage) for passage in event.passages if library.shown(passage)]
        for event in library.shown_events
    }


def quoted(library: Library) -> dict[str, str | None]:
    """The passage that is quoted for each theme."""
    found = {theme.id: library.quotation(theme) for theme in library.themes}
    return {
        theme: one and f"{one[0].id}#{one[0].anchor(one[1].number)}" for theme, one in found.items()
    }


@pytest.mark.parametrize("event", LIBRARY.authority.events.values(), ids=lambda event: event.id)
def test_a_passage_prints_the_date_of_its_event_or_the_date_is_said_to_be_supplied(
    event: Event,
) -> None:
    dated = DATED[event.id]
    assert (dated is None) == (event.basis is not None)
    if dated is None:
        return
    cited = PassageAddress(*dated["passage"].split("#"))
    assert cited in event.passages
    brief = LIBRARY.find(cited.brief)
    text = brief.reading.shown[brief.anchors.index(cited.anchor)].text
    assert dated["words"] in " ".join(text.split())
    assert event.date.year in dated["words"] or event.date.year in (
        brief.record.year,
        *(year for year in ("2018",) if year in text),
    )


def test_every_event_of_the_archive_has_its_case() -> None:
    assert list(LIBRARY.authority.events) == list(DATED)


def test_events_are_in_order_of_time_and_cite_what_is_shown() -> None:
    dates = [event.date.parts for event in LIBRARY.shown_events]
    assert dates == sorted(dates)
    assert all(told(LIBRARY).values())


def test_the_archive_quotes_four_sentences_that_a_curator_chose() -> None:
    assert quoted(LIBRARY) == {
        theme.id: str(theme.passage) for theme in LIBRARY.themes if theme.passage
    }
    for theme in LIBRARY.themes:
        quotation = LIBRARY.quotation(theme)
        assert quotation
        assert quotation[1].text.endswith((".", ".”"))


def test_without_a_choice_it_is_a_sentence_of_the_newest_brief_that_has_one() -> None:
    themes = {id: replace(theme, passage=None) for id, theme in LIBRARY.authority.themes.items()}
    library = replace(LIBRARY, authority=replace(LIBRARY.authority, themes=themes))
    # The newest brief has only headings on Camp David, and stubs of points on forced labor.
    assert quoted(library) == {
        "gsomia": "2022-asan-choi#p10",
        "camp-david": None,
        "forced-labor": "2022-asan-choi#p14",
        "export-controls": "2022-asan-choi#p12",
    }


def test_an_archive_needs_no_events(archive: Path) -> None:
    (archive / EVENTS).unlink()
    assert load_library(Archive(archive)).shown_events == []
    (archive / EVENTS).write_text("# none yet\n", encoding="utf-8")
    convert(Archive(archive))
    home = (archive / "docs" / "index.md").read_text(encoding="utf-8")
    assert "over-time" in home
    assert 'class="event' not in home


def test_what_a_withdrawn_brief_told_is_not_shown_and_check_says_so(archive: Path) -> None:
    withdraw(Archive(archive), "2022-ifes-cho", "2026-12-01", "x", None)
    library = load_library(Archive(archive))
    assert told(library)["fleet-review"] == ["2019-sejong-park#p1"]
    assert "inauguration" not in told(library)
    assert quoted(library)["forced-labor"] == "2022-asan-choi#p14"
    result = CliRunner().invoke(main, ["--root", str(archive), "check"])
    assert result.exit_code == 0
    assert (
        "Not shown, as the brief is withdrawn: event inauguration, event defense-ministers, "
        "the passage of theme forced-labor. Name another passage, or remove it."
    ) in " ".join(result.output.split())
    assert compare(Archive(archive)) == []


def test_what_a_withheld_brief_told_is_left_out_for_the_public(archive: Path) -> None:
    for id in ("2022-ifes-cho", "2023-sejong-jin"):
        replace_text(
            archive / f"briefs/{id}.yml",
            'access: "full"',
            'access: "embargoed"\nembargoed_until: "2027-01-01"',
        )
    library = load_library(Archive(archive))
    before, after = (public_library(library, day) for day in ("2026-12-31", "2027-01-01"))
    assert told(after) == told(library)
    assert quoted(after) == quoted(library)
    assert told(before)["fleet-review"] == ["2019-sejong-park#p1"]
    assert not {"inauguration", "defense-ministers", "camp-david-summit"} & told(before).keys()
    assert quoted(before)["forced-labor"] == "2022-asan-choi#p14"
    assert quoted(before)["camp-david"] is None


def test_a_brief_that_is_cited_is_restricted_at_once(archive: Path) -> None:
    arguments = ["correct", "2022-asan-choi", "--set", "access=restricted", "--reason", "x"]
    result = CliRunner().invoke(main, ["--root", str(archive), *arguments])
    assert result.exit_code == 0, result.output
    library = load_library(Archive(archive))
    public = public_library(library, "2026-12-01")
    assert quoted(library)["gsomia"] == "2022-asan-choi#p10"
    assert quoted(public)["gsomia"] is None
    assert quoted(public)["export-controls"] is None
    result = CliRunner().invoke(main, ["--root", str(archive), "check"])
    assert result.exit_code == 0
    assert (
        "Not shown to the public, as the brief is withheld: event export-regulations, "
        "event consultative-body, the passage of theme gsomia, the passage of theme "
        "export-controls. Name another passage, or remove it."
    ) in " ".join(result.output.split())
    found = library.quotation(library.authority.themes["gsomia"])
    assert found
    words = " ".join(found[1].text.split())
    for command, is_shown in (["build"], True), (["build", "--public"], False):
        assert CliRunner().invoke(main, ["--root", str(archive), *command]).exit_code == 0
        pages = [page.read_text(encoding="utf-8") for page in (archive / "site").rglob("*.html")]
        texts = [" ".join(fragment(page).text_content().split()) for page in pages]
        assert any(words in text for text in texts) == is_shown


def test_a_renamed_brief_tells_of_it_still(archive: Path) -> None:
    for suffix in ("txt", "yml"):
        (archive / f"briefs/2022-asan-choi.{suffix}").rename(
            archive / f"briefs/2022-asan-choy.{suffix}"
        )
    replace_text(archive / "briefs/2022-asan-choy.yml", "2022-asan-choi", "2022-asan-choy")
    write_redirects(archive, briefs__2022_asan_choi="/briefs/2022-asan-choy/")
    convert(Archive(archive))
    library = load_library(Archive(archive))
    assert quoted(library)["export-controls"] == "2022-asan-choy#p13"
    home = (archive / "docs" / "index.md").read_text(encoding="utf-8")
    assert "](briefs/2022-asan-choy.md#p14){ .where }" in home


def test_paragraphs_that_are_joined_are_cited_by_their_old_numbers_still(archive: Path) -> None:
    brief = "2019-sejong-park"
    record = archive / f"briefs/{brief}.yml"
    decided = '{theme: "gsomia", decision: "added", passages: ["p1", "p2"], date: "2026-11-21"'
    record.write_text(
        f'{record.read_text(encoding="utf-8")}themes:\n  - {decided}, reason: "x"}}\n',
        encoding="utf-8",
    )
    replace_text(archive / EVENTS, f'["{brief}#p1"]', f'["{brief}#p1", "{brief}#p2"]')
    replace_text(archive / THEMES, "2022-ifes-cho#p4", f"{brief}#p1")
    convert(Archive(archive))
    for mark in ("25-29=paragraph", "25-29="):
        arguments = ["correct", brief, "--mark", mark, "--reason", "one paragraph"]
        result = CliRunner().invoke(main, ["--root", str(archive), *arguments])
        assert result.exit_code == 0, result.output
        number = "p6" if mark.endswith("paragraph") else "p1"
        home = (archive / "docs" / "index.md").read_text(encoding="utf-8")
        (row,) = (line for line in home.splitlines() if "Supreme Court: Japanese companies" in line)
        assert row.count(f"{brief}.md#") == (1 if number == "p6" else 2)
        assert f"briefs/{brief}.md#{number}){{ .where }}" in row
        library = load_library(Archive(archive))
        assert quoted(library)["forced-labor"] == f"{brief}#{number}"
        shown = library.find(brief)
        assert number in {shown.anchor(one.number) for one in shown.passages["gsomia"]}
    assert compare(Archive(archive)) == []


def test_a_new_copy_without_the_passage_is_refused(archive: Path, tmp_path: Path) -> None:
    text = (archive / "briefs/2022-asan-choi.txt").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("The Korean government has")]
    copy = tmp_path / "copy.txt"
    copy.write_text("\n".join(lines), encoding="utf-8")
    arguments = ["replace", "2022-asan-choi", str(copy), "--reason", "x"]
    result = CliRunner().invoke(main, ["--root", str(archive), *arguments])
    assert result.exit_code == 2
    assert (
        "events.yml: consultative-body.passages[1]: 2022-asan-choi has no paragraph p14. "
        "Name a paragraph by the number in its margin, or remove this passage." in result.output
    )


def test_a_brief_that_is_only_deleted_is_an_address_lost(archive: Path) -> None:
    for suffix in ("txt", "yml"):
        (archive / f"briefs/2022-asan-choi.{suffix}").unlink()
    with pytest.raises(ArchiveError, match=r"/briefs/2022-asan-choi/: no page has this address"):
        convert(Archive(archive))
