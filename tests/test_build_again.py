"""archive.build on an older build redoes only what changed; the result is that of --clean."""

from __future__ import annotations

import os
import pickle
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from click.testing import CliRunner

from archive import cache as caching
from archive.build import build
from archive.cache import FOLDER, Cache
from archive.cli import main
from archive.commands.withdraw import withdraw
from archive.errors import ArchiveError
from archive.store import Archive
from archive.text.addresses import Address
from curator_edits import replace_text, write_redirects
from repository import copy_archive, tree

DAY = "2026-11-22"
TEXT = (
    "A fresh look at GSOMIA\n\nBy Hana Park\n\n"
    "The agreement on military information, GSOMIA, was signed in 2016, "
    "and nobody in Tokyo or Seoul has ended it since.\n"
)
# The functions whose results are cached, by the names that the tests use.
READ, SUMMARISE, WRITE, INDEX, MAKE, PAGEFIND = (
    "archive.records.library.understand",
    "archive.records.library.summarise",
    "archive.pages._brief_page",
    "archive.site.search.indexed",
    "archive.site.page.make_page",
    "archive.site.search.indexing",
)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive as committed, with one more page by hand, built."""
    root = copy_archive(tmp_path_factory.mktemp("small") / "archive")
    extra = root / "docs" / "guide" / "extra.md"
    extra.write_text("# One more\n\nSee [the guide](index.md).\n", encoding="utf-8")
    build(root, DAY)
    return root


@pytest.fixture
def root(small: Path, tmp_path: Path) -> Path:
    """A copy of that, which a test may change."""
    return Path(shutil.copytree(small, tmp_path / "archive"))


@pytest.fixture
def root_205(large_205: Path, tmp_path: Path) -> Path:
    """A copy of an archive of 205 briefs, built, which a test may change."""
    return Path(shutil.copytree(large_205, tmp_path / "archive"))


class Redone:
    """What builds had to do again: how often each function, and which pages."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.pages: set[str] = set()

    def forget(self) -> None:
        self.counts.clear()
        self.pages.clear()

    def note(self, key: str, result: Any) -> None:
        function = key.partition(" ")[0]
        if function in (READ, SUMMARISE, WRITE, INDEX, MAKE, PAGEFIND):
            self.counts[function] += 1
        if function == MAKE:
            page, _ = result
            self.pages.add(page.path)


@pytest.fixture
def redone(monkeypatch: pytest.MonkeyPatch) -> Iterator[Redone]:
    redone, put = Redone(), Cache._put

    def noted_put(cache: Cache, key: str, value: bytes) -> None:
        redone.note(key, pickle.loads(value))
        put(cache, key, value)

    monkeypatch.setattr(Cache, "_put", noted_put)
    yield redone


def docs(root: Path) -> dict[str, bytes]:
    folder = root / "docs"
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.md")}


def build_again(root: Path, redone: Redone, day: str = DAY, **options: Any) -> set[str]:
    """Build on what is there, then from nothing: both sites are equal.

    Returns the pages whose Markdown in docs/ has changed, and leaves the counts of the first build.
    """
    before = docs(root)
    redone.forget()
    build(root, day, **options)
    counts, pages = redone.counts.copy(), redone.pages.copy()
    build(root, day, root / "clean", clean=True, **options)
    assert tree(root / "site") == tree(root / "clean")
    redone.counts, redone.pages = counts, pages
    return {path for path, content in docs(root).items() if before.get(path) != content}


def first_record(root: Path) -> Path:
    """Return the record of the oldest brief."""
    return next(path for path in sorted((root / "briefs").glob("2*.yml")))


def change_nothing(root: Path) -> None:
    """Times and places play no part."""
    for number, path in enumerate(root.rglob("*")):
        os.utime(path, (number * 1e6, number * 1e6))


def correct_record(root: Path) -> None:
    replace_text(first_record(root), "checked_by: null", 'checked_by: "A. Reader"')


def add_brief(root: Path) -> None:
    (root / "new.txt").write_text(TEXT, encoding="utf-8")
    institute = sorted((root / "briefs").glob("2*.yml"))[0].stem.split("-")[1]
    fields = ("author=Park, Hana", f"institute={institute}", "date=2014-05-06")
    options = [word for field in fields for word in ("--set", field)]
    arguments = ["--root", str(root), "add", str(root / "new.txt"), *options]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.output
    (root / "new.txt").unlink()


def withdraw_brief(root: Path) -> None:
    withdraw(Archive(root), first_record(root).stem, "2026-11-22", "It was taken back.", None)


def rename_brief(root: Path) -> None:
    old = first_record(root)
    new = old.with_name(f"{old.stem[:20]}-new.yml")
    for end in (".txt", ".yml"):
        old.with_suffix(end).rename(new.with_suffix(end))
    replace_text(new, f'id: "{old.stem}"', f'id: "{new.stem}"')
    write_redirects(root, **{f"briefs__{old.stem}": f"/briefs/{new.stem}/"})


def change_theme(root: Path) -> None:
    replace_text(root / "briefs" / "authority" / "themes.yml", '- "GSOMIA*"', '- "GSOM*"')


def change_page(root: Path) -> None:
    replace_text(root / "docs" / "about.md", "\n## ", "\nOne more paragraph.\n\n## ")


def add_page(root: Path) -> None:
    (root / "docs" / "guide" / "new.md").write_text("# New\n", encoding="utf-8")


def change_template(root: Path) -> None:
    replace_text(root / "overrides" / "partials" / "logo.html", "<svg", "<svg data-new")


def change_setting(root: Path) -> None:
    replace_text(root / "mkdocs.yml", "site_description: Think", "site_description: Of think")


# What is changed, and what is redone: how many texts are read, and whether all pages are made.
# Otherwise those are made whose Markdown has changed.
CHANGES: dict[str, tuple[Callable[[Path], None], int | None, bool]] = {
    "nothing": (change_nothing, 0, False),
    "a record": (correct_record, 1, False),
    "one more brief": (add_brief, 0, False),  # the command has read it
    "a brief withdrawn": (withdraw_brief, 0, False),
    "a brief renamed": (rename_brief, 1, False),
    "a page by hand": (change_page, 0, False),
    "one more page by hand": (add_page, 0, False),
    "a template": (change_template, 0, True),
    "a setting": (change_setting, 0, True),
}
# Each of these is like another one, so only make test-all has it: like one more brief, like a page
# that is gone, and like another address of the site.
LIKE_OTHERS = {"a brief withdrawn", "one more page by hand", "a setting"}
NAMES = ("change", "texts", "all_pages")
PARAMETERS = pytest.mark.parametrize(NAMES, CHANGES.values(), ids=CHANGES.keys())


@pytest.mark.parametrize(
    NAMES,
    [
        pytest.param(*case, id=name, marks=[pytest.mark.slow] if name in LIKE_OTHERS else [])
        for name, case in CHANGES.items()
    ],
)
def test_only_what_changed_is_redone(
    change: Callable[[Path], None], texts: int, all_pages: bool, root: Path, redone: Redone
) -> None:
    check_change(change, texts, all_pages, root, redone)


@pytest.mark.slow
@PARAMETERS
def test_so_it_is_with_205_briefs(
    change: Callable[[Path], None], texts: int, all_pages: bool, root_205: Path, redone: Redone
) -> None:
    check_change(change, texts, all_pages, root_205, redone)


def check_change(
    change: Callable[[Path], None], texts: int, all_pages: bool, root: Path, redone: Redone
) -> None:
    before = docs(root)
    change(root)
    build_again(root, redone)
    changed = {path for path, content in docs(root).items() if before.get(path) != content}
    assert redone.pages == (set(docs(root)) if all_pages else changed)
    assert redone.counts[READ] == texts
    briefs = {path for path in changed if path.startswith("briefs/")}
    assert redone.counts[WRITE] <= len(briefs)
    assert redone.counts[INDEX] <= len(briefs)
    assert len(changed) < len(before) // 2
    redone.forget()
    build(root, DAY)
    assert redone.counts == {}


def test_other_words_of_a_theme_search_every_text_and_make_only_its_pages(
    root: Path, redone: Redone
) -> None:
    check_theme(root, redone)


@pytest.mark.slow
def test_so_they_do_with_205_briefs(root_205: Path, redone: Redone) -> None:
    check_theme(root_205, redone)


def check_theme(root: Path, redone: Redone) -> None:
    briefs = len(list((root / "briefs").glob("*.txt")))
    change_theme(root)
    changed = build_again(root, redone)
    assert redone.counts[SUMMARISE] == redone.counts[WRITE] == briefs
    assert redone.counts[READ] == 0
    # The citation of a brief has its themes, so the pages of these briefs are made too.
    others = redone.pages - changed
    assert changed <= redone.pages
    assert all(path.startswith("briefs/2") for path in others)
    assert len(redone.pages) < len(docs(root)) // 2


def test_another_version_of_a_package_or_of_this_code_redoes_all(
    root: Path, redone: Redone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(caching, "code_digest", lambda: "other")
    build_again(root, redone)
    assert redone.counts[READ] == redone.counts[WRITE] == redone.counts[INDEX] == 5
    assert redone.counts[PAGEFIND] == 1
    assert redone.pages == set(docs(root))


def test_the_end_of_an_embargo_redoes_the_pages_of_its_brief(root: Path, redone: Redone) -> None:
    check_embargo(root, redone)


@pytest.mark.slow
def test_so_it_does_with_205_briefs(root_205: Path, redone: Redone) -> None:
    check_embargo(root_205, redone)


def check_embargo(root: Path, redone: Redone) -> None:
    record = first_record(root)
    embargo = 'access: "embargoed"\nembargoed_until: "2026-12-16"'
    replace_text(record, 'access: "full"', embargo)
    build(root, "2026-12-15", for_public=True)
    page = root / "site" / "briefs" / record.stem / "index.html"
    withheld = page.read_text(encoding="utf-8")
    before = tree(root / "site")
    assert build_again(root, redone, "2026-12-16", for_public=True) == set()
    assert len(page.read_text(encoding="utf-8")) > len(withheld)
    assert redone.counts[READ] == 0
    assert redone.counts[WRITE] == 0  # docs/ has had this page all the time
    assert redone.counts[INDEX] == redone.counts[PAGEFIND] == 1
    after = tree(root / "site")
    changed = {path for path in after if path.endswith(".html") and after[path] != before[path]}
    assert changed == {
        f"{Address.of_page(PurePosixPath(path))}index.html".removeprefix("/")
        for path in redone.pages
    }
    assert 0 < len(changed) < len(docs(root)) // 4


def test_another_address_or_contact_concerns_every_page_but_no_text(
    root: Path, redone: Redone
) -> None:
    build_again(root, redone, site_url="https://other.example/")
    assert redone.pages == set(docs(root))
    assert redone.counts == {MAKE: len(redone.pages)}
    replace_text(root / "mkdocs.yml", "  contact:", "  contact: desk@briefs.example  #")
    build_again(root, redone)
    assert redone.counts == {MAKE: len(docs(root))}


def test_a_page_that_is_gone_goes(root: Path, redone: Redone) -> None:
    page = root / "site" / "guide" / "extra" / "index.html"
    assert page.is_file()
    (root / "docs" / "guide" / "extra.md").unlink()
    addresses = root / "briefs" / "ledger" / "addresses.tsv"
    lines = addresses.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = "".join(line for line in lines if "/guide/extra/" not in line)
    addresses.write_text(kept, encoding="utf-8")
    build_again(root, redone)
    assert not page.exists()
    assert redone.counts == {}


def test_a_public_build_takes_no_words_from_the_desks_own(root: Path, redone: Redone) -> None:
    text = (root / "briefs" / "2021-yeosijae-okonogi.txt").read_text(encoding="utf-8")
    words = max(text.splitlines(), key=len)[-80:]
    site = root / "site" / "briefs"
    assert words in (site / "2021-yeosijae-okonogi.txt").read_text(encoding="utf-8")
    build_again(root, redone, for_public=True)
    assert len(redone.pages) > 0
    for file in (*site.rglob("*"), *(root / "site" / "themes").rglob("*")):
        assert not file.is_file() or words not in file.read_text(encoding="utf-8"), file


def test_what_somebody_wrote_into_the_site_or_its_cache_is_not_taken_over(
    root: Path, redone: Redone
) -> None:
    before = tree(root / "site")
    for name in ("briefs/2022-asan-choi.txt", "briefs/2022-ifes-cho/index.html"):
        with (root / "site" / name).open("a", encoding="utf-8") as file:
            file.write("More.")
    build(root, DAY)
    assert tree(root / "site") == before
    assert redone.counts == {}
    cache = root / FOLDER / "results.sqlite"
    content = bytearray(cache.read_bytes())
    content[len(content) // 2 :: 997] = b"?" * len(content[len(content) // 2 :: 997])
    cache.write_bytes(content)
    build(root, DAY)
    assert tree(root / "site") == before


def test_a_build_that_fails_does_no_harm(root: Path, redone: Redone) -> None:
    page = root / "docs" / "guide" / "extra.md"
    replace_text(page, "(index.md)", "(no-such-page.md)")
    before = tree(root / "site")
    for _ in range(2):  # a warning is given each time, whether its page is cached or not
        with pytest.raises(ArchiveError, match="MkDocs gave up: Aborted with 1 warnings in strict"):
            build(root, DAY)
    assert tree(root / "site") == before
    replace_text(page, "(no-such-page.md)", "(index.md)")
    redone.forget()
    build(root, DAY)
    assert redone.counts == {}


@pytest.mark.parametrize(
    ("link", "problem"),
    [
        ("(../about.md#no-such)", "the doc 'about.md' does not contain an anchor '#no-such'"),
        ("(#no-such)", "the doc 'guide/extra.md' does not contain an anchor '#no-such'"),
        ("(../briefs/2022-asan-choi.md#p99)", "does not contain an anchor '#p99'"),
    ],
)
def test_an_anchor_that_is_gone_is_found_on_pages_that_are_not_made_again(
    link: str, problem: str, root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    replace_text(root / "docs" / "guide" / "extra.md", "(index.md)", link)
    with pytest.raises(ArchiveError, match="MkDocs gave up: Aborted with 1 warnings in strict"):
        build(root, DAY)
    error = capsys.readouterr().err
    assert f"WARNING: Doc file 'guide/extra.md' contains a link '{link[1:-1]}', but " in error
    assert problem in error


def test_an_anchor_that_goes_from_one_page_breaks_the_links_on_another(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    replace_text(root / "docs" / "guide" / "extra.md", "(index.md)", "(../about.md#rights)")
    build(root, DAY)
    replace_text(root / "docs" / "about.md", "{ #rights }", "{ #right }")
    with pytest.raises(ArchiveError, match="MkDocs gave up"):
        build(root, DAY)
    assert "'guide/extra.md' contains a link '../about.md#rights'" in capsys.readouterr().err
