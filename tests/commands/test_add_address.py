"""`briefs inspect` and `briefs add` with the address of a page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import click
import pytest
import yaml

from archive import cli
from archive.convert import compare
from archive.records.public import today
from archive.store import Archive
from curator import briefs
from repository import tree
from small_archive import make_small
from web import Answer, Web, served

WORDS = "Some words of the text stand here, and they are about a summit of the two."
PAGE = f"<html>\n<h1>What was left open</h1>\n\n<p>2021-02-03</p>\n\n<p>{WORDS}</p>\n</html>\n"
ADDRESS = "http://web.example/summit?page=1"
GIVEN = ("--set", "institute=asan", "--set", "author=Kim, Jiyoon")


class Quiet(SimpleHTTPRequestHandler):
    """Serves a folder, and says nothing of it."""

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make_small(tmp_path / "archive")


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[Web]:
    with served(monkeypatch) as web:
        web.answers["/summit?page=1"] = Answer(200, {}, PAGE.encode())
        yield web


def record(root: Path, id: str = "2021-asan-kim") -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((root / f"briefs/{id}.yml").read_text("utf-8"))
    return content


def test_a_page_is_inspected(root: Path, web: Web) -> None:
    result = briefs(root, "inspect", ADDRESS, "--json")
    assert result.exit_code == 0, result.output
    assert WORDS in [block["text"] for block in json.loads(result.output)["blocks"]]


def test_a_page_is_added_as_received_with_its_address_and_day(root: Path, web: Web) -> None:
    result = briefs(root, "add", f"{ADDRESS}#top", *GIVEN)
    assert result.exit_code == 0, result.output
    assert result.output.startswith(f"{ADDRESS}#top: {len(PAGE)} bytes, ")
    assert (root / "briefs/2021-asan-kim.html").read_bytes() == PAGE.encode()
    assert (record(root)["source"], record(root)["saved"]) == (ADDRESS, today())
    assert compare(Archive(root)) == []


def test_what_a_curator_gives_counts_more(root: Path, web: Web) -> None:
    page = PAGE.replace("Some", "\ud55c\uad6d")
    web.answers["/ko"] = Answer(
        200, {"Content-Type": "text/html; charset=shift_jis"}, page.encode("cp949")
    )
    fields = ("source=https://www.web.example/", "saved=2026-11-20", "encoding=cp949")
    options = [word for field in fields for word in ("--set", field)]
    assert briefs(root, "add", "http://web.example/ko", *GIVEN, *options).exit_code == 0
    assert [f"{name}={record(root)[name]}" for name in ("source", "saved", "encoding")] == [*fields]


def test_the_encoding_of_the_server_is_in_the_record(root: Path, web: Web) -> None:
    page = PAGE.replace("Some", "\ud55c\uad6d").encode("cp949")
    web.answers["/ko"] = Answer(200, {"Content-Type": "text/html; charset=EUC-KR"}, page)
    assert briefs(root, "add", "http://web.example/ko", *GIVEN).exit_code == 0
    assert record(root)["encoding"] == "cp949"
    assert "\ud55c\uad6d words" in (root / "docs/briefs/2021-asan-kim.md").read_text("utf-8")


@pytest.mark.parametrize("encoding", ["gb18030", "euc_jp", "big5", "iso8859-2", "koi8-r"])
def test_a_page_may_be_in_any_encoding_that_pages_name(
    encoding: str, root: Path, tmp_path: Path
) -> None:
    head = f'<html><head><meta charset="{encoding.replace("_", "-")}"></head>'
    sign = {"iso8859-2": "\u0119", "koi8-r": "\u0434"}.get(encoding, "\u4e2d")
    file = tmp_path / "page.html"
    file.write_bytes(PAGE.replace("<html>", head).replace("Some", sign).encode(encoding))
    assert briefs(root, "add", file, *GIVEN).exit_code == 0
    assert record(root)["encoding"] == encoding
    assert sign in (root / "docs/briefs/2021-asan-kim.md").read_text("utf-8")
    assert briefs(root, "check").exit_code == 0


def test_files_and_addresses_have_answers_by_their_names(
    root: Path, web: Web, tmp_path: Path
) -> None:
    file = tmp_path / "lee.txt"
    file.write_text("Other words of another text stand here, about the ruling of a court.\n")
    answers = tmp_path / "answers.yml"
    answers.write_text(
        f"{ADDRESS}: {{author: 'Kim, Jiyoon'}}\n"
        "lee.txt: {author: lee-mina, title: '[On a ruling]', date: '2021'}\n"
    )
    web.answers["/gone"] = Answer(404)
    gone = "http://web.example/gone"
    result = briefs(
        root, "add", file, ADDRESS, gone, "--set", "institute=asan", "--answers", answers
    )
    assert result.exit_code == 3, result.output
    rows = [" ".join(row.split()) for row in result.output.splitlines()]
    assert "lee.txt added /briefs/2021-asan-lee/" in rows
    assert f"{ADDRESS} added /briefs/2021-asan-kim/" in rows
    assert f"{gone} not added its server answers 404 Not Found" in rows


def test_a_page_is_fetched_once_however_much_is_asked(
    root: Path, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    replies = iter(["asan", "Kim, Jiyoon"])
    monkeypatch.setattr(cli, "_is_at_terminal", lambda: True)
    monkeypatch.setattr(click, "prompt", lambda *_, **__: next(replies))
    monkeypatch.setattr(click, "confirm", lambda _: True)
    result = briefs(root, "add", ADDRESS)
    assert result.exit_code == 0, result.output
    assert (len(web.requests), next(replies, None)) == (1, None)
    assert record(root)["source"] == ADDRESS


@pytest.mark.parametrize("command", ["inspect", "add"])
def test_this_machine_is_asked_only_if_that_is_meant(
    command: str, root: Path, tmp_path: Path
) -> None:
    (tmp_path / "page.html").write_text(PAGE, encoding="utf-8")
    handler = partial(Quiet, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/page.html"
        before = tree(root)
        result = briefs(root, command, address)
        assert (result.exit_code, tree(root)) == (2, before)
        assert result.output == (
            f"briefs: {address}: address: 127.0.0.1 is this machine, or in a network that is not "
            "public (127.0.0.1). Give --allow-local if that is meant.\n"
        )
        more = () if command == "inspect" else GIVEN
        result = briefs(root, command, address, "--allow-local", *more)
        assert result.exit_code == 0, result.output
        server.shutdown()
    assert (tree(root) == before) == (command == "inspect")


def test_a_page_takes_the_place_of_a_text(root: Path, web: Web) -> None:
    assert briefs(root, "add", ADDRESS, *GIVEN, "--set", "saved=2026-11-20").exit_code == 0
    web.answers["/new"] = Answer(200, {}, PAGE.replace("summit", "meeting").encode())
    result = briefs(root, "replace", "2021-asan-kim", "http://web.example/new")
    assert result.exit_code == 0, result.output
    assert (record(root)["source"], record(root)["saved"]) == ("http://web.example/new", today())
    assert compare(Archive(root)) == []


def test_a_new_copy_from_the_old_address_changes_no_address(root: Path, web: Web) -> None:
    assert briefs(root, "add", ADDRESS, *GIVEN, "--set", "saved=2026-11-20").exit_code == 0
    web.answers["/summit?page=1"] = Answer(200, {}, PAGE.replace("summit", "meeting").encode())
    result = briefs(root, "replace", "2021-asan-kim", ADDRESS)
    assert result.exit_code == 0, result.output
    assert [change["field"] for change in record(root)["changes"]] == ["text", "saved"]
    assert (record(root)["source"], record(root)["saved"]) == (ADDRESS, today())


def test_an_address_that_the_new_copy_does_not_declare_is_not_said_to_be_declared(
    root: Path, web: Web, tmp_path: Path
) -> None:
    declared = "https://web.example/declared"
    file = tmp_path / "page.html"
    page = PAGE.replace("<html>", f'<html><head><link rel="canonical" href="{declared}"></head>')
    file.write_text(page, encoding="utf-8")
    assert briefs(root, "add", file, *GIVEN).exit_code == 0
    assert (record(root)["source"], record(root)["basis"]["source"]["kind"]) == (
        declared,
        "declared",
    )
    result = briefs(root, "replace", "2021-asan-kim", ADDRESS)
    assert result.exit_code == 0, result.output
    assert record(root)["source"] == ADDRESS
    assert record(root).get("basis", {}).get("source", {}).get("kind") != "declared"
    assert compare(Archive(root)) == []
