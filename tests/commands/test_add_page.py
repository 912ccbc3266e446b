"""`briefs add` of a page: what its markup says is proposed with its tag; conflicts are shown."""

from pathlib import Path

import pytest
import yaml

from archive import cache
from archive.sources import html
from archive.sources.lines import Line
from curator import briefs, git, publish
from small_archive import make_small

HEAD = """<!doctype html><html lang=en><head><meta charset=utf-8>
<title>The ruling and after | Harbour Institute</title>
<link rel=canonical href="https://harbour.example/briefs/ruling">
<meta name=citation_title content="The ruling and after">
"""
BODY = """</head><body><nav><a href="/">Home</a></nav><main><h1>The ruling and after</h1>
{byline}<p>The court has ruled on <a href="/wages">the wages</a> that were not paid, and both
governments have said that they will go on talking about them.</p>
<p>They have met twice since then, and the ministers say that they will meet again in spring.</p>
<p>What they say of the ruling is not yet known, since nobody has seen the minutes so far.</p>
</main><aside>More of this</aside></body></html>
"""
ENOUGH = ("--new-institute", "harbour=Harbour Institute")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make_small(tmp_path / "archive")


def add(root: Path, head: str, byline: str = "", *arguments: str) -> tuple[str, Path]:
    page = root.parent / "page.html"
    page.write_text(HEAD + head + BODY.format(byline=byline), encoding="utf-8")
    result = briefs(root, "add", page, *ENOUGH, *arguments)
    assert result.exit_code == 0, result.output
    (record,) = (root / "briefs").glob("*-harbour-*.yml")
    assert record.with_suffix(".html").read_bytes() == page.read_bytes()
    return result.output, record


def test_what_is_declared_only_has_the_tag_as_its_basis(root: Path) -> None:
    output, record = add(
        root,
        '<meta name=citation_author content="Roe, Jane">'
        "<meta name=citation_publication_date content=2023/05>",
    )
    assert "author     Jane Roe  (new: Roe, Jane (roe-jane))" in output
    assert "date       2023-05  (declared in meta citation_publication_date)" in output
    held = yaml.safe_load(record.read_text(encoding="utf-8"))
    assert {field: held[field] for field in ("title", "date", "source")} == {
        "title": "The ruling and after",
        "date": "2023-05",
        "source": "https://harbour.example/briefs/ruling",
    }
    assert held["authors"] == [{"id": "roe-jane", "printed": "Jane Roe"}]
    assert {field: held["basis"][field] for field in ("authors", "date", "source")} == {
        "authors": {"kind": "declared", "evidence": "meta citation_author"},
        "date": {"kind": "declared", "evidence": "meta citation_publication_date"},
        "source": {"kind": "declared", "evidence": "link canonical"},
    }
    page = (root / "docs" / "briefs" / f"{record.stem}.md").read_text(encoding="utf-8")
    assert "**Author declared in the markup of the page:** meta citation\\_author." in page
    assert "[the wages](https://harbour.example/wages)" in page
    assert "Home" not in page
    assert "More of this" not in page


def test_a_byline_in_another_language_is_not_shown_again(root: Path) -> None:
    _, record = add(root, "", "<p>von Jane Roe</p>", "--set", "author=Roe, Jane")
    assert yaml.safe_load(record.read_text(encoding="utf-8"))["authors"] == [
        {"id": "roe-jane", "printed": "Jane Roe"}
    ]
    page = (root / "docs" / "briefs" / f"{record.stem}.md").read_text(encoding="utf-8")
    assert "von Jane Roe" not in page


def test_a_conflict_is_shown_and_not_settled(root: Path) -> None:
    output, record = add(
        root,
        "<meta property=article:published_time content=2023-05-30>"
        '<meta name=author content="Jane Roe"><meta name=citation_author content="Lim, Soo-jin">',
        "<p>2 June 2023</p>",
        "--set",
        "author=Lim, Soo-jin",
        "--because",
        "authors=the publisher says so",
    )
    assert "date: the page declares “2023-05-30” (meta article:published_time)" in output
    assert "authors: the page declares “Jane Roe” (meta author)" in output
    assert yaml.safe_load(record.read_text(encoding="utf-8")).get("date") is None


def test_what_is_left_out_is_shown_with_its_rule_and_can_be_marked(root: Path) -> None:
    output, record = add(root, "", "", "--mark", "11=text")
    assert "line 1: Home  (navigation)" in output
    assert "More of this" in (root / "docs" / "briefs" / f"{record.stem}.md").read_text("utf-8")


def test_a_basis_that_the_page_does_not_bear_out(root: Path) -> None:
    _, record = add(root, "<meta name=citation_publication_date content=2023/05>")
    text = record.read_text(encoding="utf-8")
    record.write_text(text.replace("citation_publication_date", "dc.date"), encoding="utf-8")
    result = briefs(root, "check")
    assert result.exit_code == 2
    assert "basis.date: 'meta dc.date' is not a tag in which the page declares" in result.output


def test_what_another_release_of_a_library_would_change_is_named(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git(root, "init", "--quiet", "--initial-branch", "main")
    _, record = add(root, "")
    publish(root)
    assert briefs(root, "check").exit_code == 0
    read = html.visible_lines

    def read_otherwise(*arguments: object) -> list[Line]:
        lines = read(*arguments)  # type: ignore[arg-type]
        return [line for line in lines if not line.text.startswith("They have met")]

    monkeypatch.setattr(html, "visible_lines", read_otherwise)
    monkeypatch.setattr(cache, "code_digest", lambda: "another release")
    result = briefs(root, "check")
    assert result.exit_code == 2
    assert f"{record.stem}.tsv" in result.output
    assert "p2" in result.output
