"""`briefs add`: what it shows, asks for and writes, and that it writes nothing else."""

from __future__ import annotations

import os
import pty
import select
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import Result
from lxml import html

from added_archive import HOSTILE, TEXTS, Added, add
from archive.commands.add import write
from archive.commands.check import check
from archive.commands.withdraw import withdraw
from archive.records.library import load_library
from archive.store import Archive
from preloaded import Preloaded
from repository import CASES, cases, tree
from site_pages import build, page
from small_archive import AUTHORS, ID, TEXT, make_small

CASE: dict[str, Any] = cases("add")
HARDER = {text["id"]: text for text in TEXTS}
TRUTH = {document["file"]: document for document in cases("texts/truth")["documents"]}
URL = "https://briefs.example/briefs/"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make_small(tmp_path / "archive")


def text_file(folder: Path, text: str | bytes, name: str = "text.txt") -> Path:
    file = folder / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def record(root: Path, id: str) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(
        (root / "briefs" / f"{id}.yml").read_text(encoding="utf-8")
    )
    return content


def rows(result: Result) -> dict[str, list[str]]:
    """What is shown of each field: its value and where it is from."""
    shown: dict[str, list[str]] = {}
    for line in result.output.split("\n\n")[1].splitlines():
        field, _, rest = line.strip().partition(" ")
        shown.setdefault(field, []).append(rest.strip())
    return shown


# -- the harder texts ------------------------------------------------------------------------------


@pytest.mark.parametrize("id", HARDER)
def test_a_harder_text_is_added_as_its_record_says(id: str, added: Added) -> None:
    result, file = added.results[id], HARDER[id]["file"]
    assert result.exit_code == 0, result.output
    assert result.output.endswith(f"Added: {URL}{id}/\n")
    assert (added.root / "briefs" / f"{id}.txt").read_bytes() == (
        CASES / "texts" / file
    ).read_bytes()
    written, shown, true = record(added.root, id), rows(result), TRUTH[file]
    for field in ("id", "title", "number", "date", "language", "access"):
        value = written.get(field)
        assert (field in shown) == bool(value)
        if value:
            assert shown[field][0].startswith(value[:80])
    assert [row.partition("  (")[0] for row in shown.get("author", [])] == [
        author["printed"] for author in written.get("authors", [])
    ]
    assert f"({written['institute']})" in shown["institute"][0]
    if "--set" not in " ".join(HARDER[id]["arguments"]):
        printed = {author["printed"] for author in written.get("authors", [])}
        assert printed == set(true["authors"])
        assert (written.get("date"), written["language"]) == (true["date"], true["language"])
    # What is new is said, and what is not in the text.
    assert ("  date: the text does not say it" in result.output) == ("date" not in written)


@pytest.mark.parametrize("case", CASE["shown"], ids=lambda case: case["id"])
def test_what_is_shown(case: dict[str, Any], added: Added) -> None:
    for line in case["lines"]:
        assert f"\n{line}\n" in added.results[case["id"]].output


def test_all_of_it_passes_the_check(added: Added) -> None:
    library = load_library(Archive(added.root))
    assert check(library, "2026-11-21").faults == ()
    assert {brief.id for brief in library.briefs} >= {*HARDER, *(text["id"] for text in HOSTILE)}
    for brief in library.briefs:
        if brief.id in HARDER:
            assert set(brief.passages) == set(TRUTH[HARDER[brief.id]["file"]]["themes"])


# -- in the site -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def built(added: Added) -> Path:
    return build(added.root)


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text["id"])
def test_a_hostile_text_is_shown_as_text(text: dict[str, Any], added: Added, built: Path) -> None:
    assert added.results[text["id"]].exit_code == 0, added.results[text["id"]].output
    shown = page(built, f"/briefs/{text['id']}/")
    (article,) = shown.xpath("(//article)[1]")  # a line may be the byline, and in the head
    words = [line for line in text["text"].split() if line]
    titles = {
        word for pair in text["arguments"] if pair.startswith("title=") for word in pair.split()
    }
    assert [
        word for word in words if word not in article.text_content().split()
    ] == [] or titles & set(words)
    assert not article.xpath(".//script | .//img | .//iframe | .//*[@onclick or @onerror]")
    assert not shown.xpath(
        "//a[starts-with(@href, 'javascript:') or contains(@href, 'evil')]"
        " | //img[contains(@src, 'evil')]"
    )
    assert not [
        script
        for script in shown.xpath("//script[not(@type='application/ld+json')]")
        if "alert" in (script.text or "")
    ]
    assert (built / "briefs" / f"{text['id']}.txt").read_text(encoding="utf-8").split() == words


def test_a_hostile_title_is_a_title(built: Path) -> None:
    shown = page(built, "/briefs/nd-asan-markup/")
    title = "<script>alert(1)</script> & {{ markup }} {% raw %} [x](javascript:alert(2)) `y` #z"
    assert shown.xpath("//h1")[0].text_content().strip() == title
    for address in ("/briefs/", "/institutes/asan/", "/years/undated/"):
        listed: html.HtmlElement = page(built, address)
        assert title in listed.text_content()
        assert not [
            script
            for script in listed.xpath("//script[not(@type='application/ld+json')]")
            if "alert" in (script.text or "")
        ]


@pytest.mark.parametrize(
    "text", [text for text in HOSTILE if "encoding" in text], ids=lambda text: text["encoding"]
)
def test_an_encoding_is_shown_and_recorded_and_the_bytes_stay(
    text: dict[str, Any], added: Added
) -> None:
    assert rows(added.results[text["id"]])["encoding"] == [f"{text['encoding']}  (detected)"]
    assert record(added.root, text["id"])["encoding"] == text["encoding"]
    assert (added.root / "briefs" / f"{text['id']}.txt").read_bytes() == text["text"].encode(
        text["encoding"]
    )


def test_a_rights_line_that_forbids_restricts(added: Added) -> None:
    written = record(added.root, "nd-asan-seoul")
    assert written["access"] == "restricted"
    assert written["rights"] == "© 2020 Asan. All rights reserved."


def test_a_misread_letter_is_no_sign_of_rights(root: Path, tmp_path: Path) -> None:
    words = "A title\n\nSome words of the text are about a summit in {}, and then the next.\n"
    assert "access     MISSING" not in add(root, text_file(tmp_path, words.format("SÃ©oul"))).output
    assert "access     MISSING" in add(root, text_file(tmp_path, words.format("©Asan"))).output


# -- asked for, shown, refused ---------------------------------------------------------------------


@pytest.mark.parametrize("case", CASE["asked"], ids=lambda case: case["name"])
def test_what_is_missing_is_listed_and_nothing_is_written(
    case: dict[str, Any], root: Path, tmp_path: Path
) -> None:
    before = tree(root)
    result = add(root, text_file(tmp_path, case["text"]), *case.get("arguments", []))
    assert result.exit_code == 2
    for line in case["says"]:
        assert line in result.output
    assert tree(root) == before


@pytest.mark.parametrize("case", CASE["refused"], ids=lambda case: case["name"])
def test_a_wrong_answer_is_a_named_error(case: dict[str, Any], root: Path, tmp_path: Path) -> None:
    before = tree(root)
    result = add(
        root,
        text_file(tmp_path, case.get("text", CASE["plain"])),
        *CASE["enough"],
        *case["arguments"],
    )
    assert isinstance(result.exception, SystemExit)
    assert result.exit_code == 2
    assert case["says"] in result.output
    assert result.output.count("\n") == 1
    assert tree(root) == before
    plain = text_file(tmp_path, CASE["plain"])
    for words, arguments in case["remedies"].items():
        assert words in result.output
        again = add(root, plain, *CASE["enough"], *arguments, "--dry-run")
        assert again.exit_code == 0, again.output


@pytest.mark.parametrize("case", CASE["set"], ids=lambda case: " ".join(case["arguments"])[:60])
def test_what_is_given_is_in_the_record(case: dict[str, Any], root: Path, tmp_path: Path) -> None:
    result = add(
        root,
        text_file(tmp_path, case.get("text", CASE["plain"])),
        *case.get("enough", CASE["enough"]),
        *case["arguments"],
    )
    assert result.exit_code == 0, result.output
    written = record(root, case.get("id", "2021-asan-kim"))
    for field, value in case["record"].items():
        assert written.get(field) == value, field
    for name in ("authors", "institutes"):
        content = (root / "briefs" / "authority" / f"{name}.yml").read_text(encoding="utf-8")
        for line in case.get(name, []):
            assert line in content
    assert check(load_library(Archive(root)), "2026-11-21").faults == ()


def test_nothing_is_written_on_a_dry_run(root: Path, tmp_path: Path) -> None:
    before = tree(root)
    result = add(root, text_file(tmp_path, CASE["plain"]), *CASE["enough"], "--dry-run")
    assert (result.exit_code, result.output.splitlines()[-1]) == (
        0,
        f"It will be {URL}2021-asan-kim/",
    )
    assert tree(root) == before


def test_what_is_there_already_is_refused(root: Path, tmp_path: Path) -> None:
    before = tree(root)
    result = add(root, root / "briefs" / f"{ID}.txt", *CASE["enough"])
    assert (result.exit_code, result.output.count("\n")) == (2, 1)
    assert f"this text is in the archive already, as {ID}" in result.output
    nearly = text_file(tmp_path, TEXT.replace("GSOMIA was", "GSOMIA is"))
    result = add(root, nearly, "--set", "title=[Again]", "--set", "institute=asan")
    assert result.exit_code == 2
    assert f"of its longer paragraphs stand in {ID}" in result.output
    assert f"`briefs replace {ID} FILE`" in result.output
    assert tree(root) == before
    assert (
        add(root, nearly, "--set", "title=[Again]", "--set", "institute=asan", "--anyway").exit_code
        == 0
    )


def test_a_text_that_was_withdrawn_is_asked_about(root: Path, tmp_path: Path) -> None:
    text = text_file(tmp_path, TEXT)
    withdraw(Archive(root), ID, "2026-11-22", "Its author asked for it.", None)
    given = ["--set", "title=[Again]", "--set", "institute=asan"]
    result = add(root, text, *given)
    assert result.exit_code == 2
    assert f"the same text was withdrawn as {ID}: Its author asked for it." in result.output
    assert "  duplicate: --anyway to add it all the same" in result.output
    assert add(root, text, *given, "--anyway").exit_code == 0


def test_the_same_title_is_said(root: Path, tmp_path: Path) -> None:
    assert add(root, text_file(tmp_path, CASE["plain"]), *CASE["enough"]).exit_code == 0
    other = CASE["plain"].replace("Some words of the text", "Words of quite another text")
    result = add(root, text_file(tmp_path, other), "--set", "institute=asan", "--dry-run")
    assert "Uncertain:\n  like 2021-asan-kim: that has the same title\n" in result.output
    assert rows(result)["id"] == ["2021-asan-kim-2  (proposed; it is the address, for good)"]
    assert rows(result)["author"] == ["Kim Jiyoon  (line 3: Kim, Jiyoon (kim-jiyoon))"]


def test_a_known_person_under_another_spelling_is_never_merged(root: Path, tmp_path: Path) -> None:
    text = text_file(tmp_path, CASE["plain"].replace("Kim Jiyoon", "Yi Mi-na"))
    before = tree(root)
    result = add(root, text, "--set", "institute=asan")
    assert result.exit_code == 2
    assert "“Yi Mi-na” (line 3) may be Lee, Mina (lee-mina, printed as Lee Mina)" in result.output
    assert "--set author=lee-mina if so; --new-author ID for another person" in result.output
    assert tree(root) == before
    assert (
        add(
            root, text, "--set", "institute=asan", "--new-author", "yi-mi-na", "--dry-run"
        ).exit_code
        == 0
    )
    result = add(root, text, "--set", "institute=asan", "--set", "author=lee-mina")
    assert "another form of lee-mina: Yi Mi-na" in result.output
    authors = (root / "briefs" / "authority" / "authors.yml").read_text(encoding="utf-8")
    assert authors == AUTHORS.replace('["Lee Mina"]', '["Lee Mina", "Yi Mi-na"]')


def test_two_people_of_one_name(root: Path, tmp_path: Path) -> None:
    text = text_file(tmp_path, CASE["plain"].replace("Kim Jiyoon", "Lee Mina"))
    result = add(root, text, "--set", "institute=asan", "--new-author", "lee-mina-2")
    assert result.exit_code == 0, result.output
    assert load_library(Archive(root)).authority.authors["lee-mina-2"].distinct_from == (
        "lee-mina",
    )
    # From now on nobody guesses which of them it is.
    again = text_file(
        tmp_path,
        CASE["plain"].replace("Kim Jiyoon", "Lee Mina").replace("Some words", "Other words"),
    )
    for given in ([], ["--set", "author=Lee, Mina"]):
        before = tree(root)
        result = add(root, again, "--set", "institute=asan", *given)
        assert result.exit_code == 2
        assert "lee-mina" in result.output
        assert "lee-mina-2" in result.output
        assert tree(root) == before
    assert add(root, again, "--set", "institute=asan", "--set", "author=lee-mina-2").exit_code == 0


def test_authority_files_with_other_line_ends_keep_them(root: Path, tmp_path: Path) -> None:
    file = root / "briefs" / "authority" / "authors.yml"
    file.write_bytes(AUTHORS.replace("\n", "\r\n").encode())
    assert add(root, text_file(tmp_path, CASE["plain"]), *CASE["enough"]).exit_code == 0
    more = 'kim-jiyoon: {family: "Kim", given: "Jiyoon", variants: ["Kim Jiyoon"]}\n'
    assert file.read_bytes() == (AUTHORS + more).replace("\n", "\r\n").encode()


# -- several files ---------------------------------------------------------------------------------


def test_one_bad_file_does_not_stop_the_rest(root: Path, tmp_path: Path) -> None:
    folder = tmp_path / "texts"
    folder.mkdir()
    for name, text in CASE["folder"].items():
        text_file(folder, text, name)
    (folder / "g folder.txt").mkdir()
    (folder / "h nowhere.txt").symlink_to(folder / "none")
    os.mkfifo(folder / "i pipe.txt")  # to wait for it would be for ever
    result = add(root, folder, tmp_path / "missing.txt", "--new-institute", "neu=New Institute")
    assert isinstance(result.exception, SystemExit)
    assert result.exit_code == 3
    lines, table = result.output.split("\n\n")
    assert len(lines.splitlines()) == len(CASE["table"])
    rows = [f"{name:13}  {says}" for name, says in CASE["table"].items()]
    assert table.splitlines()[1 : len(rows) + 1] == rows
    # Below it, what nobody has seen of those that were added.
    assert "a good.txt: new: author kim-jiyoon: Kim, Jiyoon" in table.splitlines()[len(rows) + 1 :]
    assert {brief.id for brief in load_library(Archive(root)).briefs} == {
        ID,
        "2021-neu-kim",
        "2021-neu-kim-2",
    }


def test_the_name_of_a_file_is_shown_on_one_line(root: Path, tmp_path: Path) -> None:
    files = [
        text_file(tmp_path, f"Word {n}.\n", name)
        for n, name in enumerate(["a\nb.txt", "c\x1b[31m.txt", "d\udcff.txt"])
    ]
    rows = add(root, *files).output.split("\n\n")[1].splitlines()
    assert [row.split()[0] for row in rows] == ["file", "a?b.txt", "c?[31m.txt", "d?.txt"]


def test_files_one_by_one_or_a_folder_without_any(root: Path, tmp_path: Path) -> None:
    before = tree(root)
    result = add(root, tmp_path / "archive" / "docs")
    assert (result.exit_code, result.output.count("\n")) == (2, 1)
    assert "it has no file that can be added" in result.output
    assert add(root).exit_code == 2
    assert tree(root) == before


def test_a_file_that_came_in_the_meantime_is_not_written_over(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def late(*arguments: Any) -> None:
        (root / "briefs" / "2021-asan-kim.txt").write_text("mine", encoding="utf-8")
        write(*arguments)

    monkeypatch.setattr("archive.commands.add.write", late)
    before = tree(root)
    result = add(root, text_file(tmp_path, CASE["plain"]), *CASE["enough"])
    assert result.exit_code == 2
    assert "2021-asan-kim.txt: file: it already exists" in result.output
    (root / "briefs" / "2021-asan-kim.txt").unlink()
    assert tree(root) == before


def test_authority_files_that_changed_in_the_meantime_are_not_written_over(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def late(*arguments: Any) -> None:
        file = root / "briefs" / "authority" / "authors.yml"
        file.write_text(file.read_text(encoding="utf-8") + "# mine\n", encoding="utf-8")
        write(*arguments)

    monkeypatch.setattr("archive.commands.add.write", late)
    result = add(root, text_file(tmp_path, CASE["plain"]), *CASE["enough"])
    assert result.exit_code == 2
    assert "authors.yml: file: it was changed in the meantime" in result.output
    assert not (root / "briefs" / "2021-asan-kim.txt").exists()


# -- at a terminal ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def program() -> Iterator[Path]:
    """The program `briefs`, which starts at once."""
    with Preloaded(os.environ) as preloaded:
        yield preloaded.command


def at_terminal(
    program: Path, root: Path, file: Path, answers: list[tuple[str, str]]
) -> tuple[int, str]:
    """Run the command at a terminal and type each answer once its question stands there."""
    command = [str(program), "--root", str(root), "add", str(file)]
    curator, terminal = pty.openpty()
    environment = {**os.environ, "COLUMNS": "200"}
    with subprocess.Popen(
        command, stdin=terminal, stdout=terminal, stderr=terminal, env=environment
    ) as process:
        os.close(terminal)
        output, start, waiting = b"", 0, list(answers)
        while select.select([curator], [], [], 30)[0]:
            try:
                output += os.read(curator, 4096)
            except OSError:  # the other end is closed
                break
            if waiting and waiting[0][0].encode() in output[start:]:
                start = len(output)
                os.write(curator, f"{waiting.pop(0)[1]}\n".encode())
        else:
            process.kill()
        os.close(curator)
    assert not waiting, output.decode()
    return process.returncode, output.decode()


@pytest.mark.parametrize("case", CASE["typed"], ids=lambda case: case["name"])
def test_a_curator_is_asked(
    case: dict[str, Any], program: Path, root: Path, tmp_path: Path
) -> None:
    before, file = tree(root), text_file(tmp_path, case["text"])
    code, output = at_terminal(program, root, file, [tuple(pair) for pair in case["answers"]])
    assert code == case.get("code", 0), output
    assert "Traceback" not in output
    for line in case.get("says", []):
        assert line in output
    for words in case.get("without", []):
        assert words not in output
    if "record" not in case:
        assert tree(root) == before
        return
    written = record(root, case["record"]["id"])
    for field, value in case["record"].items():
        assert written.get(field) == value, field


# -- who is who ------------------------------------------------------------------------------------

BODY = "\n\nSome words of the text stand here, and they are about a summit of the two.\n"


def credited(root: Path, id: str) -> list[tuple[str, str, str | None]]:
    return [
        (author["id"], author["printed"], author.get("affiliation"))
        for author in record(root, id)["authors"]
    ]


def test_a_known_name_in_another_script_is_not_the_new_author(root: Path, tmp_path: Path) -> None:
    authors = root / "briefs" / "authority" / "authors.yml"
    authors.write_text(AUTHORS.replace('"Lee Mina"]', '"Lee Mina", "이미나"]'), encoding="utf-8")
    first = text_file(tmp_path, f"저자: 이미나\n\nA title of its own{BODY}", "a.txt")
    second = text_file(tmp_path, f"저자: 김철수\n\nA title of another{BODY}", "b.txt")
    result = add(
        root,
        str(first),
        str(second),
        "--set",
        "institute=asan",
        "--new-author",
        "kim-cheolsu",
        "--anyway",
        "--set",
        "language=en",
    )
    assert result.exit_code == 0, result.output
    assert [credited(root, id)[0][:2] for id in ("nd-asan-lee", "nd-asan-kim")] == [
        ("lee-mina", "이미나"),
        ("kim-cheolsu", "김철수"),
    ]


@pytest.mark.parametrize(
    ("given", "authors"),
    [
        ([], [("roe-jane-q", "Jane Q. Roe", None), ("doe-mark-b", "Mark B. Doe", None)]),
        (["author=Mark B. Doe="], [("roe-jane-q", "Jane Q. Roe", None)]),
        (
            ["author=Jane Q. Roe=lee-mina"],
            [("lee-mina", "Jane Q. Roe", None), ("doe-mark-b", "Mark B. Doe", None)],
        ),
        (["author=Lee Mina"], [("lee-mina", "Lee Mina", None)]),
        (["author="], []),
    ],
)
def test_the_post_of_two_is_nobodys_and_a_curator_says_who_is_who(
    root: Path, tmp_path: Path, given: list[str], authors: list[tuple[str, str, str | None]]
) -> None:
    text = (
        "A title of its own\n\n"
        "By Jane Q. Roe and Mark B. Doe\nProfessor, Seoul National University\n\n"
        f"2021-02-03{BODY}"
    )
    options = [part for value in given for part in ("--set", value)]
    result = add(root, str(text_file(tmp_path, text)), "--set", "institute=asan", *options)
    assert result.exit_code == 0, result.output
    (id,) = [path.stem for path in (root / "briefs").glob("2021-*.yml")]
    assert credited(root, id) == authors if authors else "authors" not in record(root, id)
    assert bool(record(root, id).get("corrections")) == (len(authors) < 2)


def test_two_names_in_another_script_are_not_paired_by_their_order(
    root: Path, tmp_path: Path
) -> None:
    text = text_file(tmp_path, f"A title of its own\n\n저자: 박영준, 최은주{BODY}")
    given = ["--set", "institute=asan", "--set", "language=en"]
    before = tree(root)
    result = add(
        root, str(text), *given, "--set", "author=Choi, Maria", "--set", "author=Park, Robert"
    )
    assert result.exit_code == 2
    assert "which of 박영준, 최은주 is Choi, Maria?" in result.output
    assert tree(root) == before
    result = add(
        root,
        str(text),
        *given,
        "--set",
        "author=최은주=Choi, Maria",
        "--set",
        "author=박영준=Park, Robert",
    )
    assert result.exit_code == 0, result.output
    assert [author[:2] for author in credited(root, "nd-asan-park")] == [
        ("park-robert", "박영준"),
        ("choi-maria", "최은주"),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "Reproduction without permission is prohibited.",
        "Not for distribution.",
        "Do not cite or circulate without permission of the author.",
        "Embargoed until 1 August 2030.",
        "For internal use only.",
        "Copying or quoting this paper is not permitted.",
        "본 자료의 저작권은 연구소에 있습니다.",
        "허가 없이 복제하거나 배포할 수 없습니다.",
        "転載を禁じます。",
    ],
)
def test_a_line_on_who_may_use_a_text_is_never_passed_over(
    root: Path, tmp_path: Path, line: str
) -> None:
    text = text_file(tmp_path, f"A title of its own\n\nKim, Jiyoon{BODY}\n{line}\n")
    result = add(root, str(text), "--set", "institute=asan", "--dry-run")
    assert "nothing on rights is printed" not in result.output
    full = ["--set", "institute=asan", "--set", "access=full", "--dry-run"]
    given = add(root, str(text), *full)
    assert "access: it is given as full, but " in given.output or (
        given.exit_code == 2 and "--because access=" in given.output
    )
    assert f"rights       {line}" in given.output or f"rights     {line}" in given.output
    assert (
        "access: it is given as full, but "
        in add(root, str(text), *full, "--because", "access=they allowed it").output
    )


def test_a_folder_of_texts_whatever_the_case_of_their_ending(root: Path, tmp_path: Path) -> None:
    text_file(tmp_path, f"A title of its own{BODY}", "A.TXT")
    result = add(root, str(tmp_path), "--set", "institute=asan", "--dry-run")
    assert (result.exit_code, "A.TXT" in result.output) == (0, True)


def test_what_is_true_of_one_text_is_not_said_of_several(root: Path, tmp_path: Path) -> None:
    files = [str(text_file(tmp_path, f"A title of its own{BODY}{n}", f"{n}.txt")) for n in range(2)]
    for option in (["--mark", "3=note"], ["--set", "date=2020"], ["--set", "title=x"]):
        result = add(root, *files, "--set", "institute=asan", *option)
        assert (result.exit_code, "it would apply to 2 texts" in result.output) == (2, True)


def test_the_short_name_of_an_institute_in_the_text_is_no_imprint(
    root: Path, tmp_path: Path
) -> None:
    bodies = root / "briefs" / "authority" / "institutes.yml"
    bodies.write_text(
        bodies.read_text(encoding="utf-8").replace(
            "  series:", '  short: "Asan Institute"\n  series:'
        ),
        encoding="utf-8",
    )
    text = text_file(
        tmp_path,
        "A title of its own\n\nKim, Jiyoon\n\n"
        "The Asan Institute was asked, and it said what it had said before.\n",
    )
    result = add(
        root, str(text), "--set", "institute=asan", "--because", "institute=the page stands there"
    )
    assert result.exit_code == 0, result.output
    assert record(root, "nd-asan-kim")["basis"]["institute"] == {
        "kind": "supplied",
        "evidence": "the page stands there",
    }


def test_a_reason_that_is_not_kept_is_said(root: Path, tmp_path: Path) -> None:
    text = text_file(tmp_path, CASE["plain"])
    result = add(
        root,
        str(text),
        *CASE["enough"],
        "--because",
        "access=they wrote so",
        "--because",
        "number=x",
    )
    assert "number: the reason given is not kept, as nothing there needs one" in result.output


@pytest.mark.parametrize("case", cases("claims"), ids=lambda case: case["name"])
def test_what_is_given_or_known_takes_the_line_that_prints_it(
    case: dict[str, Any], root: Path, tmp_path: Path
) -> None:
    enough = case.get("enough", ["--set", "institute=asan", "--because", "institute=seen there"])
    result = add(root, text_file(tmp_path, case["text"]), *enough, *case.get("arguments", []))
    assert result.exit_code == 0, result.output
    assert case.get("says", "") in result.output
    library = load_library(Archive(root))
    (brief,) = (brief for brief in library.briefs if brief.id != ID)
    written = record(root, brief.id)
    written["ranges"] = [[one["lines"], one["as"]] for one in written.get("ranges", [])] or None
    written["basis"] = {
        field: basis for field, basis in written.get("basis", {}).items() if field != "institute"
    } or None
    for field, value in case["record"].items():
        assert written.get(field) == value, field
    words = "\n".join(block.text for block in brief.reading.shown)
    assert not [line for line in case.get("without", []) if line in words]
    assert not [line for line in case.get("with", []) if line not in words]
    page = (root / "docs" / "briefs" / f"{brief.id}.md").read_text(encoding="utf-8")
    assert "**Changed" not in page
    assert check(library, "2026-12-31").faults == ()


@pytest.mark.parametrize(("year", "printed"), [("2019", "Asan Focus"), ("2022", "Asan Commentary")])
def test_a_printed_name_of_another_time_is_told(
    year: str, printed: str, root: Path, tmp_path: Path
) -> None:
    file = root / "briefs/authority/institutes.yml"
    names = (
        '{name: "Asan Focus", names: [{name: "Asan Commentary", until: "2020", basis: "covers"}]}'
    )
    text = file.read_text(encoding="utf-8").replace(
        "  series:\n", f"  series:\n    asan-focus: {names}\n"
    )
    file.write_text(text, encoding="utf-8")
    given = CASE["plain"].replace("2021-02-03", f"{year}-02-03")
    result = add(
        root,
        text_file(tmp_path, f"{printed}\n\n{given}"),
        *CASE["enough"],
        "--set",
        f"series={printed}",
    )
    assert result.exit_code == 0, result.output
    cited = "Asan Commentary" if year == "2019" else "Asan Focus"
    assert f"“{printed}” (line 1) is cited as “{cited}”" in result.output


# -- a file of answers -----------------------------------------------------------------------------

ANSWERED: dict[str, Any] = cases("answers")


def add_answered(root: Path, folder: Path, case: dict[str, Any]) -> Result:
    inbox = folder / "inbox"
    inbox.mkdir()
    for name, text in ANSWERED["texts"].items():
        text_file(inbox, text, name)
    answers = text_file(folder, case["answers"], "answers.yml")
    return add(root, inbox, "--answers", answers, *case.get("arguments", []))


@pytest.mark.parametrize("case", ANSWERED["good"], ids=lambda case: case["name"])
def test_answers_for_each_file_can_stand_in_a_file(
    case: dict[str, Any], root: Path, tmp_path: Path
) -> None:
    result = add_answered(root, tmp_path, case)
    assert result.exit_code == 0, result.output
    for id, fields in case["records"].items():
        written = record(root, id)
        written["authors"] = [author["id"] for author in written.get("authors", [])]
        written["ranges"] = [[one["lines"], one["as"]] for one in written.get("ranges", [])]
        written["evidence"] = written.get("basis", {}).get("date", {}).get("evidence")
        assert {field: written.get(field) for field in fields} == fields


@pytest.mark.parametrize("case", ANSWERED["bad"], ids=lambda case: case["name"])
def test_a_file_of_wrong_answers_is_a_named_error(
    case: dict[str, Any], root: Path, tmp_path: Path
) -> None:
    before = tree(root)
    result = add_answered(root, tmp_path, case)
    assert (result.exit_code, result.output.count("\n")) == (2, 1), result.output
    assert case["says"] in result.output
    assert tree(root) == before
    assert case["remedy"] in result.output
    answers = text_file(tmp_path, case["better"], "answers.yml")
    result = add(
        root, tmp_path / "inbox", "--answers", answers, "--set", "institute=asan", "--dry-run"
    )
    assert result.exit_code == 0, result.output
