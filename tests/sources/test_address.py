"""archive.sources.address: a page of the public web comes as it is sent, and nothing else comes."""

from __future__ import annotations

import gzip
import socket
import ssl
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.errors import ArchiveError
from archive.sources import address as module
from archive.sources.address import PageAddress, fetch, receive
from repository import cases
from web import PUBLIC, Answer, Web, served

PAGE = b"<html><p>Words of a page.</p></html>"


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Any:
    with served(monkeypatch) as web:
        yield web


def refused(address: str, *, allow_local: bool = False) -> ArchiveError:
    with pytest.raises(ArchiveError) as caught:
        fetch(address, allow_local=allow_local)
    assert (caught.value.file, caught.value.field) == (address, "address")
    assert caught.value.remedy
    return caught.value


@pytest.mark.parametrize("case", cases("addresses_refused"), ids=lambda case: case["name"])
def test_an_address_that_is_refused(case: dict[str, Any], web: Web) -> None:
    web.hosts = case.get("hosts")
    web.answers["/"] = Answer(302, {"Location": case.get("moves", "")})
    error = refused(case["address"])
    assert case["says"] in error.problem
    assert set(web.reached) <= {PUBLIC}
    is_local = "in a network that is not public" in error.problem
    expected = "Give --allow-local" if is_local else "Open it in a browser, save the page"
    assert error.remedy.startswith(expected)


ANSWERS = {
    "gone": (Answer(404), "its server answers 404 Not Found"),
    "forbidden": (Answer(403, body=PAGE), "its server answers 403 Forbidden"),
    "busy": (Answer(503), "its server answers 503 Service Unavailable"),
    "unheard of": (Answer(799), "its server answers 799"),
    "a redirect without a target": (Answer(301), "it leads on more than 5 times"),
    "nothing": (Answer(200), "the page is empty"),
    "white space": (Answer(200, body=b" \n"), "the page is empty"),
    "cut off": (Answer(200, {"Content-Length": "99"}, PAGE), "what comes is cut off"),
    "a cut chunk": (
        Answer(200, {"Transfer-Encoding": "chunked"}, b"ff\r\nabc"),
        "what comes is cut off, or not the answer of a web server",
    ),
    "gzip, cut off": (
        Answer(200, {"Content-Encoding": "gzip"}, gzip.compress(PAGE)[:-9]),
        "what comes is cut off",
    ),
    "no gzip": (Answer(200, {"Content-Encoding": "gzip"}, PAGE), "what comes is damaged"),
    "gzip of two parts": (
        Answer(200, {"Content-Encoding": "gzip"}, gzip.compress(PAGE) + gzip.compress(PAGE)),
        "it comes packed in a way that was not asked for",
    ),
    "brotli": (
        Answer(200, {"Content-Encoding": "br"}, b"\x0b\x02\x80"),
        "it comes packed in a way that was not asked for",
    ),
    "too large": (Answer(200, body=b"a" * 2000), "more than 1,000 bytes: this is not a brief"),
    "too large once unpacked": (
        Answer(200, {"Content-Encoding": "gzip"}, gzip.compress(b"a" * 2000)),
        "more than 1,000 bytes: this is not a brief",
    ),
    "another language": (
        Answer(0, raw=b"220 mail.example ESMTP\r\n"),
        "what comes is cut off, or not the answer of a web server",
    ),
    "nobody": (Answer(0, raw=b""), "what comes is cut off, or not the answer of a web server"),
    "escapes": (
        Answer(0, raw=b"HTTP/1.1 404 \x1b[31m\r\n\r\n"),
        "its server answers 404 Not Found",
    ),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_that_is_not_a_page(name: str, web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MAX_BYTES", 1000)
    answer, says = ANSWERS[name]
    web.answers["/"] = answer
    assert refused("http://web.example/").problem == says


@pytest.mark.parametrize(
    "raw",
    [b"HTTP/1.1 200 OK\r\n\r\n<html>", b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\nLocation: "],
    ids=["its content", "its header", "another header"],
)
def test_a_server_that_drips_is_left_in_time(
    raw: bytes, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_SECONDS", 0.4)
    web.answers["/"] = Answer(0, raw=raw, drips=True)
    before = time.monotonic()
    assert "there is no whole answer within" in refused("http://web.example/").problem
    assert time.monotonic() - before < 2
    web.wait()  # its connection has ended too, or this would wait for ever


def test_a_resolver_that_hangs_is_left_in_time(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_SECONDS", 0.2)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: time.sleep(1))
    assert "there is no whole answer within" in refused("http://web.example/").problem


def test_a_page_comes_as_it_is_sent(web: Web) -> None:
    web.answers["/a?b=%C3%A9"] = Answer(200, {"Set-Cookie": "a=b"}, PAGE + b"\r\n\xff")
    found = fetch("http://Web.Example/a?b=\u00e9#top", allow_local=False)
    assert found == (PAGE + b"\r\n\xff", {"source": "http://web.example/a?b=%C3%A9"})
    (request,) = web.requests
    assert request.startswith("GET /a?b=%C3%A9 HTTP/1.1\r\n")
    assert "Host: web.example\r\n" in request
    assert "User-Agent: korea-japan-briefs " in request
    assert "Cookie" not in request
    assert "Authorization" not in request


def test_what_comes_packed_is_unpacked(web: Web) -> None:
    web.answers["/"] = Answer(200, {"Content-Encoding": "GZIP"}, gzip.compress(PAGE))
    assert fetch("http://web.example", allow_local=False)[0] == PAGE


@pytest.mark.parametrize(
    ("moves", "source"),
    [
        ([301], "/1"),
        ([301, 308], "/2"),
        ([302], "/0"),
        ([303, 301], "/0"),
        ([301, 307, 301], "/1"),
        ([301] * 5, "/5"),
    ],
)
def test_what_moved_for_good_has_the_new_address(web: Web, moves: list[int], source: str) -> None:
    for number, status in enumerate(moves):
        web.answers[f"/{number}"] = Answer(status, {"Location": f"{number + 1}"}, b"moved")
    web.answers[f"/{len(moves)}"] = Answer(200, {}, PAGE)
    found = fetch("http://web.example/0", allow_local=False)
    assert found == (PAGE, {"source": f"http://web.example{source}"})


def test_a_redirect_in_letters_of_another_script(web: Web) -> None:
    web.answers["/"] = Answer(301, {"Location": "/\u6587\u7ae0".encode().decode("latin-1")})
    web.answers["/%E6%96%87%E7%AB%A0"] = Answer(200, {}, PAGE)
    assert fetch("http://web.example/", allow_local=False)[0] == PAGE


def test_a_host_in_letters_of_another_script(web: Web) -> None:
    web.hosts = {"xn--3e0b707e.example": [PUBLIC]}
    web.answers["/"] = Answer(200, {}, PAGE)
    data, fields = fetch("http://\ud55c\uad6d.example/", allow_local=False)
    assert (data, fields) == (PAGE, {"source": "http://xn--3e0b707e.example/"})


@pytest.mark.parametrize(
    ("charset", "page", "encoding"),
    [
        ("EUC-KR", "<html><p>\ud55c\uad6d</p>", "cp949"),
        ("x-sjis", "<html><p>\u65e5\u672c</p>", "cp932"),
        ("EUC-KR", "<html><meta charset=utf-8><p>Words</p>", None),
        ("utf-8", "<html><p>Words</p>", "utf-8"),
        ("of my own", "<html><p>Words</p>", None),
    ],
)
def test_the_encoding_that_only_the_server_names(
    web: Web, charset: str, page: str, encoding: str | None
) -> None:
    body = page.encode(encoding or "utf-8")
    web.answers["/"] = Answer(200, {"Content-Type": f"text/html; charset={charset}"}, body)
    assert fetch("http://web.example/", allow_local=False)[1].get("encoding") == encoding


def test_the_host_is_looked_up_once_and_another_of_its_addresses_is_tried(web: Web) -> None:
    web.hosts = {"web.example": ["2606:4700::9", PUBLIC]}
    web.answers["/"] = Answer(200, {}, PAGE)
    assert fetch("http://web.example/", allow_local=False)[0] == PAGE
    assert (web.reached, web.asked) == (["2606:4700::9", PUBLIC], ["web.example"])


def test_tls_is_verified_against_the_name(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    names = []

    def wrap(context: ssl.SSLContext, sock: socket.socket, **settings: Any) -> socket.socket:
        assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
        names.append(settings["server_hostname"])
        return sock

    monkeypatch.setattr(ssl.SSLContext, "wrap_socket", wrap)
    web.answers["/"] = Answer(200, {}, PAGE)
    assert fetch("https://web.example/", allow_local=False)[0] == PAGE
    assert (names, web.reached) == (["web.example"], [PUBLIC])


def test_a_proxy_of_the_environment_is_not_used(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://10.0.0.1:3128")
    web.answers["/"] = Answer(200, {}, PAGE)
    assert fetch("http://web.example/", allow_local=False)[0] == PAGE
    assert web.reached == [PUBLIC]


def test_nobody_answers_at_an_address_of_this_machine() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    error = refused(f"http://127.0.0.1:{port}/", allow_local=True)
    assert error.problem == "its host cannot be reached (Connection refused)"
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        port = server.getsockname()[1]
        assert "in a network that is not public" in refused(f"http://127.0.0.1:{port}/").problem
        with pytest.raises(BlockingIOError):
            server.accept()  # nobody has connected


@given(st.text(max_size=60))
def test_any_words_behind_the_scheme_are_an_address_or_a_named_error(words: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", lambda *_, **__: [(0, 0, 0, "", ("10.0.0.1", 80))])
        refused(f"http://{words}")


def test_a_file_is_read_and_an_address_is_fetched(web: Web, tmp_path: Path) -> None:
    web.answers["/"] = Answer(200, {}, PAGE)
    (tmp_path / "a.html").write_bytes(PAGE)
    assert receive(tmp_path / "a.html", allow_local=False) == (PAGE, {})
    address = PageAddress("http://web.example/")
    assert address.name == address
    assert receive(address, allow_local=False) == (PAGE, {"source": "http://web.example/"})
