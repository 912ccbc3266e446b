"""Foreign files in an archive stop no command, stay as they are, and are not published."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

import pytest
from mkdocs.config import load_config

from archive.errors import ArchiveError
from archive.records.authority import check_id, make_id
from archive.site.engines import docs_files, unpublished
from archive.site.publish import publish
from archive.sources.source import Source
from archive.store import Archive
from curator import briefs
from repository import cases, tree
from small_archive import ID, make_small

CASE: dict[str, Any] = cases("foreign_files")
ENDINGS = {"briefs": (".yml", ".txt"), "docs": (".md",)}


@pytest.fixture(autouse=True)
def _no_waiting() -> Iterator[None]:
    """End a test that waits for a pipe."""
    signal.alarm(60)
    yield
    signal.alarm(0)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make_small(tmp_path / "archive")


def make_other(path: Path) -> None:
    """Make what the name says, which is not a file."""
    match path.stem:
        case "pipe":
            os.mkfifo(path)
        case "socket":
            here = Path.cwd()
            os.chdir(path.parent)  # the path of a socket cannot be long
            with socket.socket(socket.AF_UNIX) as opened:
                opened.bind(path.name)
            os.chdir(here)
        case "folder":
            path.mkdir()
        case "nowhere":
            path.symlink_to("/nowhere/at/all")


def fill(root: Path) -> set[Path]:
    """Leave foreign files in all folders of an archive; return their paths."""
    left: set[Path] = set()
    for name in CASE["folders"]:
        folder = root / name
        folder.mkdir(exist_ok=True)
        for file in (*CASE["left"], *CASE["copies"]):
            (folder / file).write_bytes(b"\x00\x05\x16\x07 foreign")
            left.add(folder / file)
        for kind in CASE["others"]:
            for ending in ENDINGS[name.partition("/")[0]]:
                make_other(folder / f"{kind}{ending}")
                left.add(folder / f"{kind}{ending}")
    return left


def test_they_stop_no_command_and_stay(root: Path, tmp_path: Path) -> None:
    before, left = tree(root), fill(root)
    for arguments in (["convert"], ["convert", "--check"], ["check"]):
        result = briefs(root, *arguments)
        assert result.exit_code == 0, result.output
    text = tmp_path / "text.txt"
    text.write_text("Words of another text, on other things.\n", encoding="utf-8")
    given = ["--set", "title=A title", "--set", "institute=asan", "--set", "id=2021-asan-kim"]
    assert briefs(root, "add", text, *given).exit_code == 0
    assert briefs(root, "remove", "2021-asan-kim").exit_code == 0
    assert all(path.is_symlink() or path.exists() for path in left)
    shared = {name: digest for name, digest in tree(root).items() if name in before}
    assert shared == before


def test_a_copy_that_is_not_read_is_named(root: Path) -> None:
    assert "Not read" not in briefs(root, "check").output
    for name in ("briefs/2020-asan-lee (1).yml", "docs/notes (1).md", "docs/authors/._x.md"):
        (root / name).write_bytes(b"x")
    (root / "briefs" / "pipe.txt").mkdir()
    assert (
        "Not read, by their names or as they are not files: briefs/2020-asan-lee (1).yml, "
        "briefs/pipe.txt, docs/notes (1).md. Rename or remove them."
    ) in " ".join(briefs(root, "check").output.split())


@pytest.mark.parametrize("case", CASE["unprintable"])
def test_a_name_that_no_page_can_print_stops_no_command(root: Path, case: str) -> None:
    before, name = tree(root), os.fsdecode(unquote_to_bytes(case))
    shown = name.replace("\n", "\\n").replace("\udce9", "\\xe9")
    for folder, ending in (*CASE["folders_of_endings"], ("docs", ".png")):
        (root / folder / f"{name}{ending}").write_bytes(b"x")
    (root / "docs" / f"{name} folder").mkdir()
    for ending in (".md", ".png"):
        (root / "docs" / f"{name} folder" / f"notes{ending}").write_bytes(b"x")
    for arguments in (["convert"], ["convert", "--check"], ["check"]):
        result = briefs(root, *arguments)
        assert result.exit_code == 0, result.output
    said = " ".join(briefs(root, "check").output.split())
    for folder, ending in CASE["folders_of_endings"]:
        assert (f"{folder}/{shown}{ending}" in said) == (folder != "briefs/ledger")
    assert f"docs/{shown}.png" in said
    assert f"docs/{shown} folder" in said
    docs = root / "docs"
    config = load_config(str(root / "mkdocs.yml"), site_dir=str(root / "site"))
    published = {file.src_uri for file in docs_files(config)}
    assert f"briefs/{ID}.md" in published
    assert not [path for path in published if name in path]
    left = {f"{name}.md", f"{name}.png", f"{name} folder"}
    assert unpublished(str(docs), [path.name for path in docs.iterdir()]) == left
    assert {file: digest for file, digest in tree(root).items() if file in before} == before


def test_they_are_not_published(root: Path, tmp_path: Path) -> None:
    (root / "docs" / "assets").mkdir()
    for name in ("figure (1).png", "read me.txt"):
        (root / "docs" / "assets" / name).write_bytes(b"x")
    config = load_config(str(root / "mkdocs.yml"), site_dir=str(tmp_path / "site"))
    before = {file.src_uri for file in docs_files(config)}
    assert {"assets/figure (1).png", "assets/read me.txt", f"briefs/{ID}.md"} <= before
    fill(root)
    files = docs_files(config)
    # A name with a dot in front is left to MkDocs, and text files in docs/ are by hand.
    assert {file.src_uri for file in files} - before == {
        f"{folder}{name}"
        for folder in ("", "briefs/", "authors/", "assets/")
        for name in CASE["copies"]
        if not name.endswith(".md")
    }
    files.copy_static_files()  # does not wait for a pipe
    assert unpublished(str(root / "docs"), [path.name for path in (root / "docs").iterdir()]) >= {
        *("pipe.md", "socket.md", "nowhere.md", "Thumbs.db", "~$notes.md", "notes (1).md")
    }


def test_a_folder_of_texts_has_them_too(root: Path, tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    for name in CASE["left"]:
        (inbox / name).write_bytes(b"\x00\x05\x16\x07 foreign")
    for kind in ("pipe", "socket"):
        make_other(inbox / f"{kind}.txt")
    (inbox / "Brief (1).txt").write_text("Words of a text, on other things.\n", encoding="utf-8")
    given = ["--set", "title=A title", "--set", "institute=asan", "--set", "date=2021"]
    result = briefs(root, "add", inbox, *given)
    assert result.exit_code == 0, result.output
    assert "Added: https://briefs.example/briefs/2021-asan-" in result.output


def test_a_pipe_is_read_if_somebody_writes_to_it(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.txt"
    os.mkfifo(pipe)
    with pytest.raises(ArchiveError, match="the text is empty"):
        Source.load(pipe)
    reading, writing = os.pipe()
    os.write(writing, b"Seoul and Tokyo")
    os.close(writing)
    assert Source.load(Path(f"/dev/fd/{reading}")).lines == ("Seoul and Tokyo",)
    os.close(reading)


@pytest.mark.parametrize(
    "name", ["briefs/home.md", "briefs/authority/authors.yml", f"docs/briefs/{ID}.md"]
)
@pytest.mark.parametrize("kind", ["pipe", "folder", "socket"])
def test_what_is_not_a_file_in_the_place_of_one_is_named(root: Path, name: str, kind: str) -> None:
    (root / name).unlink()
    make_other(root / f"{kind}.x")
    (root / f"{kind}.x").rename(root / name)
    result = briefs(root, "convert")
    assert result.exit_code == 2
    assert result.output.startswith(f"briefs: {root / name}: file: cannot be read (")


@pytest.mark.parametrize("name", ["authors", "briefs", "years/2020"])
def test_nothing_is_written_or_removed_behind_a_linked_folder(
    root: Path, tmp_path: Path, name: str
) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    for file in ("index.md", "notes.md", "lee-mina.md"):
        (mine / file).write_text("mine", encoding="utf-8")
    before, link = tree(mine), root / "docs" / name
    if link.is_dir():
        link.rename(tmp_path / "old")
    link.symlink_to(mine)
    for arguments in (["convert"], ["convert", "--check"], ["check"]):
        result = briefs(root, *arguments)
        assert result.exit_code == 2
        assert result.output.startswith(f"briefs: {link}: folder: it is a link to another folder")
    assert tree(mine) == before
    link.unlink()  # the remedy
    assert briefs(root, "convert").exit_code == 0
    assert briefs(root, "convert", "--check").exit_code == 0


def test_a_site_is_not_published_through_a_link(tmp_path: Path) -> None:
    for name in ("new/briefs/x", "site", "mine"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "new" / "briefs" / "x" / "index.html").write_text("new", encoding="utf-8")
    (tmp_path / "site" / "briefs").symlink_to(tmp_path / "mine")
    (tmp_path / "site" / ".git").symlink_to(tmp_path / "mine")
    with pytest.raises(ArchiveError, match="it is a link to another folder"):
        publish(tmp_path / "new", tmp_path / "site")
    assert list((tmp_path / "mine").iterdir()) == []
    (tmp_path / "site" / "briefs").unlink()  # the remedy
    publish(tmp_path / "new", tmp_path / "site")
    assert (tmp_path / "site" / "briefs" / "x" / "index.html").is_file()


@pytest.mark.parametrize("id", CASE["reserved"])
def test_a_name_that_no_file_can_have_is_not_an_id(id: str, root: Path) -> None:
    with pytest.raises(ArchiveError, match="no file can have this name") as error:
        check_id("institutes.yml", id, id, 9)
    other = make_id(id, 9)
    assert f'"{other}"' in error.value.remedy
    assert check_id("institutes.yml", id, other, 9) == other
    result = briefs(root, "add", root / "briefs" / "home.md", "--new-institute", f"{id}=Some Body")
    assert f"--new-institute: id: {id!r} cannot be an id" in result.output


@pytest.mark.parametrize("id", CASE["unreserved"])
def test_other_names_are_ids(id: str) -> None:
    assert check_id("institutes.yml", id, id, 9) == make_id(id, 9) == id
    assert Archive(Path()).names("nowhere", ".yml") == []
