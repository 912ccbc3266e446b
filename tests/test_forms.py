"""A source of any form is kept as received, and every command finds it by the id of its brief."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest
from click.testing import Result

from archive.commands.add import expand_folders
from archive.convert import compare
from archive.pages import Edition
from archive.records.library import load_library
from archive.site.page import PageTask, exports
from archive.store import FORMS, Archive
from curator import briefs, git, publish
from repository import ROOT, tree
from small_archive import ID, TEXT, make_small

# Only the file itself has this word.
MARK = "data-kept-as-received"
HEAD = f"<!DOCTYPE html>\n<html>\n<head><title>{MARK}</title></head>\n<body {MARK}>\r\n"
PAGE = (
    HEAD
    + "\n\n".join(f"<p>{block}</p>" for block in TEXT.strip().split("\n\n"))
    + "<p hidden>Words that no reader sees.</p></body>"
)
ROE = (
    HEAD + "\n\n<h1>What the summit left open</h1>\n\n<p>Kim Jiyoon</p>\n\n<p>2021-02-03</p>\n\n"
    "<p>Some words of the text stand here, and they are about a summit of the two.</p>\n</body>"
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A published archive whose brief came as a text."""
    root = make_small(tmp_path / "archive")
    git(root, "init", "--quiet", "--initial-branch", "main")
    publish(root)
    return root


@pytest.fixture
def paged(root: Path) -> Path:
    """The archive with the page in place of the text."""
    done(replace(root, PAGE))
    return root


def done(result: Result) -> str:
    assert result.exit_code == 0, result.output
    return result.output


def replace(root: Path, content: str, *arguments: str) -> Result:
    file = root.parent / "copy"  # its name does not matter
    file.write_bytes(content.encode())
    return briefs(root, "replace", ID, file, *arguments)


def sources(root: Path) -> dict[str, bytes]:
    return {
        file.name: file.read_bytes()
        for file in sorted((root / "briefs").iterdir())
        if file.suffix in FORMS
    }


def words(root: Path) -> dict[str, str]:
    brief = load_library(Archive(root)).find(ID)
    return {
        anchor: block.text for anchor, block in zip(brief.anchors, brief.reading.shown, strict=True)
    }


def test_a_page_in_place_of_its_text_keeps_every_anchor_and_goes_back(root: Path) -> None:
    before = words(root)
    assert "The words of the text are the same." in done(replace(root, PAGE, "--dry-run"))
    assert sources(root) == {f"{ID}.txt": TEXT.encode()}
    done(replace(root, PAGE))
    assert sources(root) == {f"{ID}.html": PAGE.encode()}
    assert words(root) == before
    assert "every line of the ledger at HEAD is still there" in done(
        briefs(root, "check", "--since", "HEAD")
    )
    assert f"{ID} already has this text" in replace(root, PAGE).output
    done(replace(root, TEXT))
    assert sources(root) == {f"{ID}.txt": TEXT.encode()}
    assert words(root) == before


def test_a_page_is_corrected(paged: Path) -> None:
    done(briefs(paged, "correct", ID, "--set", "title=[Two years]", "--reason", "a misprint"))
    assert load_library(Archive(paged)).find(ID).record.title == "[Two years]"
    assert sources(paged) == {f"{ID}.html": PAGE.encode()}


@pytest.mark.parametrize("has_history", [True, False])
def test_a_page_is_withdrawn_and_comes_back(paged: Path, has_history: bool) -> None:
    publish(paged)
    before = words(paged)
    done(briefs(paged, "withdraw", ID, "--reason", "the author asked for it"))
    assert sources(paged) == {}
    if not has_history:
        shutil.rmtree(paged / ".git")
        refused = briefs(paged, "withdraw", ID, "--undo", "--reason", "the author agrees").output
        assert "there is no text with the record's SHA-256 in the history of git" in refused
    text = [] if has_history else ["--text", str(paged.parent / "copy")]
    done(briefs(paged, "withdraw", ID, "--undo", "--reason", "the author agrees", *text))
    assert (sources(paged), words(paged)) == ({f"{ID}.html": PAGE.encode()}, before)


def test_a_page_is_added_and_removed(root: Path, tmp_path: Path) -> None:
    before = tree(root)
    file = tmp_path / "roe.txt"  # its bytes tell what it is
    file.write_text(ROE, encoding="utf-8")
    done(briefs(root, "add", file, "--set", "institute=asan", "--set", "author=Kim, Jiyoon"))
    assert sources(root)["2021-asan-kim.html"] == file.read_bytes()
    assert compare(Archive(root)) == []
    assert "removed: briefs/2021-asan-kim.html, .yml and its ledger" in done(
        briefs(root, "remove", "2021-asan-kim")
    )
    assert tree(root) == before


def test_a_brief_that_cannot_be_read_is_removed_in_all_its_forms(root: Path) -> None:
    git(root, "update-ref", "-d", "HEAD")
    (root / "briefs" / f"{ID}.html").write_text(PAGE, encoding="utf-8")
    done(briefs(root, "remove", ID))
    assert sources(root) == {}


def test_lines_of_a_page_are_published_and_never_the_file_itself(paged: Path) -> None:
    edition = Edition.of(load_library(Archive(paged)))
    page = (paged / "docs" / "briefs" / f"{ID}.md").read_text(encoding="utf-8")
    citation = edition.citations[ID].at("https://briefs.example/")
    (entry,) = edition.library.briefs
    files = exports(PageTask(f"briefs/{ID}.md", page, entry=entry, citation=citation))
    assert [line for line in files["txt"].split("\n") if line] == TEXT.strip().split("\n\n")
    docs = [file for file in (paged / "docs").rglob("*") if file.is_file()]
    assert not [file for file in docs if MARK in file.read_text(encoding="utf-8")]
    assert not [form for form in files if MARK in files[form]]


def test_a_folder_has_texts_of_every_form_and_a_saved_page_is_one(tmp_path: Path) -> None:
    names = ["a.txt", "b.HTML", "c.htm", "d.pdf", "e.docx", "f.mht", "g.mhtml", "h.xhtml"]
    for name in (*names, "i.png", "j.json", "~$e.docx", "c_files/frame.html", "c_files/x.png"):
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.touch()
    expected = [tmp_path / name for name in names]
    assert expand_folders([tmp_path]) == expected
    given = sorted(path for path in tmp_path.iterdir() if path.suffix not in (".png", ".json"))
    assert expand_folders(path for path in given if "~" not in path.name) == expected
    assert expand_folders([tmp_path / "c_files"]) == [tmp_path / "c.htm"]
    (tmp_path / "c.htm").unlink()
    assert expand_folders([tmp_path / "c_files"]) == [tmp_path / "c_files" / "frame.html"]


def test_what_has_the_ending_of_a_text_and_is_not_read_is_named(root: Path) -> None:
    for name in ("x.PDF", "y.htm", "z (1).html", "w.docx/"):
        path = root / "briefs" / name
        path.mkdir() if name.endswith("/") else path.touch()
    assert (
        "Not read, by their names or as they are not files: briefs/w.docx, briefs/x.PDF, "
        "briefs/y.htm, briefs/z (1).html. Rename or remove them."
    ) in " ".join(done(briefs(root, "check")).split())


def test_git_leaves_sources_of_every_form_as_they_are(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    shutil.copy(ROOT / ".gitattributes", tmp_path)
    for form in FORMS:
        said = git(tmp_path, "check-attr", "text", "merge", "--", f"briefs/{ID}{form}")
        assert [row.split()[-1] for row in said.splitlines()] == ["unset", "unset"]


def test_two_branches_that_replace_a_text_by_other_forms(root: Path) -> None:
    git(root, "checkout", "--quiet", "-b", "other")
    done(replace(root, TEXT.replace("another", "a third")))
    publish(root)
    git(root, "checkout", "--quiet", "main")
    done(replace(root, PAGE))
    publish(root)
    git(root, "merge", "--quiet", "other", fails=True)
    assert [*sources(root)] == [f"{ID}.html", f"{ID}.txt"]
    says = briefs(root, "convert").output
    assert "Two texts have this id." in says
    for name, content in sources(root).items():
        assert f'{name} is that of sha256: "{hashlib.sha256(content).hexdigest()}"' in says
    git(root, "checkout", "--ours", "--", f"briefs/{ID}.yml", "docs")
    assert (
        f"this record has several texts: {ID}.html and {ID}.txt" in briefs(root, "convert").output
    )
    (root / "briefs" / f"{ID}.txt").rename(root.parent / "newer.txt")
    done(briefs(root, "convert"))
    done(briefs(root, "replace", ID, root.parent / "newer.txt"))
    assert [*sources(root)] == [f"{ID}.txt"]
