"""The server's sample of the guide in real nginx: what it answers, and that no page breaks behind its headers."""

from __future__ import annotations

import gzip
import http.client
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage

from archive.exports.page_head import CITATIONS, LIST_FILES, TEXTS
from archive.site import nginx_maps as maps
from hostile_archive import REDIRECTS, SITE_URL, WITHDRAWN
from programs import find
from repository import ROOT
from site_pages import run, until

pytestmark = pytest.mark.needs("nginx")
GUIDE = ROOT / "docs" / "guide" / "publishing.md"
FOREVER = "max-age=31536000, immutable"
# What stands round the sample, in place of /etc/nginx/nginx.conf: all that nginx writes is in its own folder.
AROUND = """
daemon off;
master_process off;
pid nginx.pid;
error_log stderr;
events {{ worker_connections 256; }}
http {{
    access_log off;
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    include /etc/nginx/mime.types;
    default_type application/octet-stream;
{}
}}
"""


@dataclass(frozen=True)
class Answer:
    """What a server said; `headers` by their names in lower case, `sent` as it came over the wire."""

    status: int
    headers: dict[str, str]
    sent: bytes

    @property
    def body(self) -> bytes:
        return (
            gzip.decompress(self.sent)
            if self.headers.get("content-encoding") == "gzip"
            else self.sent
        )


def get(base: str, address: str, **headers: str) -> Answer:
    """Ask for an address as browsers do, without following what it leads to; a name's __ stands for a hyphen."""
    host = urlsplit(base)
    with closing(
        http.client.HTTPConnection(host.hostname or "", host.port, timeout=20)
    ) as connection:
        wanted = {
            "Accept-Encoding": "gzip",
            **{name.replace("__", "-"): value for name, value in headers.items()},
        }
        connection.request("GET", address, headers=wanted)
        response = connection.getresponse()
        return Answer(
            response.status,
            {name.lower(): value for name, value in response.getheaders()},
            response.read(),
        )


def samples() -> list[str]:
    """The blocks of the guide for nginx: the whole sample, HTTPS, the desk."""
    return re.findall(
        r"^```nginx\n(.*?)^```$", GUIDE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
    )


def put(text: str, old: str, new: str, times: int) -> str:
    """Put something in the place of what the guide says, which has to say it so often."""
    assert text.count(old) == times, old
    return text.replace(old, new)


@contextmanager
def serving(sample: str, prefix: Path) -> Iterator[str]:
    """Run nginx with a sample, as whoever runs the tests, on a free port of this machine alone; ends it by its own process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    sample = put(sample, "listen 80;", f"listen 127.0.0.1:{port};", 1)
    config = prefix / "nginx.conf"
    # A machine of tests may have no IPv6.
    config.write_text(AROUND.format(put(sample, "    listen [::]:80;\n", "", 1)), encoding="utf-8")
    command = [str(find("nginx")), "-p", f"{prefix}/", "-e", "stderr", "-c", str(config)]
    tried = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    assert tried.returncode == 0, tried.stderr
    # A later nginx may know a type itself that the sample names.
    warned = [
        line
        for line in tried.stderr.splitlines()
        if "[warn]" in line and "duplicate extension" not in line
    ]
    assert warned == []
    log = prefix / "said.log"
    with log.open("w", encoding="utf-8") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output)
        try:
            deadline = time.monotonic() + 20
            while True:
                assert process.poll() is None, log.read_text(encoding="utf-8")
                with socket.socket() as door:
                    if door.connect_ex(("127.0.0.1", port)) == 0:
                        break
                assert time.monotonic() < deadline, "nginx does not answer"
                time.sleep(0.05)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(20)


@pytest.fixture(scope="module")
def folder(hostile_site: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, with a file of a kind that a later Pagefind may bring."""
    folder = tmp_path_factory.mktemp("srv") / "site"
    shutil.copytree(hostile_site, folder)
    (folder / "pagefind" / "later.wasm").write_bytes(b"\0asm\1\0\0\0" + bytes(1000))
    return folder


@pytest.fixture(scope="module")
def base(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the site behind nginx."""
    with serving(
        put(samples()[0], "/srv/briefs/site", str(folder), 3), tmp_path_factory.mktemp("nginx")
    ) as address:
        yield address


def one(folder: Path, pattern: str) -> str:
    """The address of the first file of a kind."""
    return f"/{sorted(folder.glob(pattern))[0].relative_to(folder).as_posix()}"


@pytest.mark.parametrize(
    ("pattern", "kind"),
    [
        ("index.html", "text/html; charset=utf-8"),
        ("assets/archive.css", "text/css; charset=utf-8"),
        ("assets/javascripts/bundle.*.min.js", "application/javascript; charset=utf-8"),
        ("assets/search/page.js", "application/javascript; charset=utf-8"),
        ("search/briefs.json", "application/json"),
        ("catalog.csv", "text/csv; charset=utf-8"),
        ("briefs/feed.xml", "application/atom+xml"),
        ("briefs/feed.json", "application/feed+json"),
        ("sitemap.xml", "text/xml; charset=utf-8"),
        ("assets/favicon.svg", "image/svg+xml"),
        ("briefs/2022-asan-choi.txt", "text/plain; charset=utf-8"),
        ("briefs/2022-asan-choi.md", "text/plain; charset=utf-8"),
        ("briefs/2022-asan-choi.bib", "application/x-bibtex; charset=utf-8"),
        ("briefs/2022-asan-choi.ris", "application/x-research-info-systems; charset=utf-8"),
    ],
)
def test_text_is_packed_and_its_type_named(
    base: str, folder: Path, pattern: str, kind: str
) -> None:
    address = one(folder, pattern)
    answer = get(base, "/" if pattern == "index.html" else address)
    content = (folder / address[1:]).read_bytes()
    # A later nginx has the newer name of JavaScript.
    assert (
        answer.status,
        answer.headers["content-type"].replace("text/javascript", "application/javascript"),
    ) == (200, kind)
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["vary"] == "Accept-Encoding"
    assert answer.body == content
    assert len(answer.sent) < len(content)
    plain = get(base, address, Accept__Encoding="identity")
    assert "content-encoding" not in plain.headers
    assert plain.sent == content


@pytest.mark.parametrize(
    ("pattern", "kind"),
    [
        ("pagefind/fragment/*.pf_fragment", "application/octet-stream"),
        ("pagefind/index/*.pf_index", "application/octet-stream"),
        ("pagefind/*.pf_meta", "application/octet-stream"),
        ("pagefind/wasm.*.pagefind", "application/octet-stream"),
        ("pagefind/*.wasm", "application/wasm"),
        ("assets/images/*.png", "image/png"),
        ("sitemap.xml.gz", "application/octet-stream"),
    ],
)
def test_what_is_packed_already_is_sent_as_it_is(
    base: str, folder: Path, pattern: str, kind: str
) -> None:
    address = one(folder, pattern)
    answer = get(base, address)
    assert (answer.status, answer.headers["content-type"]) == (200, kind)
    assert "content-encoding" not in answer.headers
    assert answer.sent == (folder / address[1:]).read_bytes()


def test_what_is_named_after_its_content_is_kept_and_all_else_asked_for_again(
    base: str, folder: Path
) -> None:
    kept = set()
    for file in folder.rglob("*"):
        address = "/" + file.relative_to(folder).as_posix()
        if (
            not file.is_file()
            or address == "/404.html"
            or address.startswith("/nginx/")
            or is_elsewhere(address)
        ):
            continue
        answer = get(base, address.removesuffix("index.html"))
        assert answer.status == 200, address
        assert answer.headers["cache-control"] in (FOREVER, "no-cache")
        if answer.headers["cache-control"] == FOREVER:
            kept.add(address)
        again = get(
            base, address.removesuffix("index.html"), If__None__Match=answer.headers["etag"]
        )
        assert (again.status, again.sent) == (304, b""), address
    named = re.compile(
        r"/pagefind/(index|fragment)/[a-z]+_[0-9a-f]{7,}\.pf_\w+|/pagefind/pagefind\.\w+\.pf_meta"
    )
    assert len([address for address in kept if named.fullmatch(address)]) > 10
    hashed = {address for address in kept if not named.fullmatch(address)}
    assert {re.sub(r"\.[0-9a-f]{8}\.", ".*.", address) for address in hashed} == {
        "/assets/javascripts/bundle.*.min.js",
        "/assets/javascripts/workers/search.*.min.js",
        "/assets/stylesheets/main.*.min.css",
        "/assets/stylesheets/palette.*.min.css",
    }


def is_elsewhere(address: str) -> bool:
    """Whether the hostile archive has moved or withdrawn what was at an address."""
    old = tuple(one.rstrip("/") for one in REDIRECTS)
    return address.startswith((*old, f"/briefs/{WITHDRAWN}/")) or address in {
        f"/briefs/{WITHDRAWN}.{end}" for end in ("md", "txt")
    }


def test_every_answer_has_the_four_headers_and_none_says_which_nginx(
    base: str, folder: Path
) -> None:
    addresses = {
        200: [
            "/",
            "/search/",
            "/briefs/feed.xml",
            "/briefs/feed.json",
            one(folder, "pagefind/index/*"),
            "/assets/site.js",
        ],
        301: ["/authors/choi-eun-mi/", "/about"],
        404: [
            "/no-such-page/",
            "/assets/javascripts/bundle.00000000.min.js",
            "/nginx/gone.map",
            "/404.html",
            "/assets/",
            "/briefs/x.txt",
        ],
        410: [f"/briefs/{WITHDRAWN}/", f"/briefs/{WITHDRAWN}.txt"],
    }
    for status, group in addresses.items():
        for address in group:
            answer = get(base, address)
            assert answer.status == status, address
            assert answer.headers["server"] == "nginx"
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert answer.headers["referrer-policy"] == "same-origin"
            policy = answer.headers["content-security-policy"]
            assert policy.startswith("default-src 'self'; script-src 'self' 'unsafe-inline'")
            assert policy.endswith("frame-ancestors 'none'")
            assert ("'wasm-unsafe-eval'" in policy) == (address == "/search/"), address
            assert "unsafe-eval" not in policy.replace("'wasm-unsafe-eval'", "")
            if status in (404, 410):
                assert answer.headers["cache-control"] == "no-cache", address


@pytest.mark.parametrize(
    "address",
    [
        "/no-such-page/",
        "/briefs/nothing",
        "/deep/in/nothing.html",
        "/assets/",
        "/pagefind/",
        "/nginx/",
    ],
)
def test_where_there_is_no_page_the_sites_own_says_so(
    base: str, folder: Path, address: str
) -> None:
    answer = get(base, address)
    assert (answer.status, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert answer.body == (folder / "404.html").read_bytes()


def test_an_address_without_its_slash_leads_to_the_page_on_the_same_host(base: str) -> None:
    answer = get(base, "/briefs/2022-asan-choi?mark=a")
    assert (answer.status, answer.headers["location"]) == (301, "/briefs/2022-asan-choi/?mark=a")


def test_what_moved_takes_one_301_with_all_that_stands_beside_it(base: str, folder: Path) -> None:
    for old, new in REDIRECTS.items():
        for address in (old, old.rstrip("/")):
            answer = get(base, address)
            assert (answer.status, answer.headers["location"]) == (301, new)
        assert get(base, f"{old}?mark=a&mark=b").headers["location"] == f"{new}?mark=a&mark=b"
        assert get(base, new).status == 200
    copies = [file for old in REDIRECTS for file in copied(folder, old)]
    assert len(copies) == 3 * len(LIST_FILES) + len(CITATIONS) + len(TEXTS)
    for copy in copies:
        answer = get(base, copy)
        assert answer.status == 301, copy
        to = folder / answer.headers["location"][1:]
        assert to.read_bytes() == (folder / copy[1:]).read_bytes()
        assert get(base, answer.headers["location"]).status == 200


def copied(folder: Path, old: str) -> list[str]:
    """The files that stand for those of what has moved from an address."""
    place = folder / old.strip("/")
    files = (
        place.parent.glob(f"{place.name}.*") if old.startswith("/briefs/") else place.glob("[!i]*")
    )
    return [f"/{file.relative_to(folder).as_posix()}" for file in files]


def test_what_was_withdrawn_is_gone_and_its_page_says_so_with_its_anchors(
    base: str, folder: Path
) -> None:
    answer = get(base, f"/briefs/{WITHDRAWN}/")
    assert (answer.status, answer.headers["content-type"]) == (410, "text/html; charset=utf-8")
    assert answer.body == (folder / "briefs" / WITHDRAWN / "index.html").read_bytes()
    assert b'id="p2"' in answer.body
    for end in ("md", "txt"):
        answer = get(base, f"/briefs/{WITHDRAWN}.{end}")
        assert (answer.status, answer.headers["content-type"]) == (410, "text/plain; charset=utf-8")
        assert answer.body == (folder / "briefs" / f"{WITHDRAWN}.{end}").read_bytes()
    for end in ("bib", "ris", "json"):
        answer = get(base, f"/briefs/{WITHDRAWN}.{end}")
        assert answer.status == 200
        assert b"2026-12-02" in answer.body
    assert get(base, f"/briefs/{WITHDRAWN}").headers["location"] == f"/briefs/{WITHDRAWN}/"


WATCH = "addEventListener('securitypolicyviolation', event => (window.stopped ??= []).push(event.violatedDirective));"


def test_no_page_breaks_behind_the_headers(browser: Browser, base: str) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.add_init_script(WATCH)
    page = context.new_page()
    said: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text or "Content-Security-Policy" in message.text:
            said.append(f"{page.url}: {message.text}")

    page.on("console", note)
    page.on("pageerror", lambda error: said.append(f"{page.url}: {error}"))
    for address in (
        "/",
        "/briefs/2022-asan-choi/#p10",
        "/themes/forced-labor/",
        "/institutes/asan/",
        f"/briefs/{WITHDRAWN}/",
    ):
        page.goto(base + address, wait_until="networkidle")
        assert page.evaluate("window.stopped ?? []") == [], address
    page.goto(f"{base}/search/?q=GSOMIA", wait_until="networkidle")
    until(page, "document.querySelectorAll('[data-brief] .found').length > 0")
    assert page.evaluate("window.stopped ?? []") == []
    page.goto(f"{base}/briefs/2022-asan-cho/", wait_until="networkidle")
    until(page, "document.querySelectorAll('#nearest a').length > 0")
    assert page.evaluate("window.stopped ?? []") == []
    assert said == []
    # What is watched for is seen: nothing above would fail otherwise.
    page.evaluate(
        "document.head.append(Object.assign(document.createElement('script'), {text: 'window.ran = true'}))"
    )
    until(page, "(window.stopped ?? []).length > 0")
    assert page.evaluate("window.ran") is None
    assert said
    context.close()


def test_a_browser_keeps_the_paragraph_and_the_marks_of_an_old_address(
    browser: Browser, base: str
) -> None:
    context = browser.new_context()
    page = context.new_page()
    answer = page.goto(f"{base}/briefs/2022-asan-choy/?mark=GSOMIA#p10")
    assert answer is not None
    assert answer.request.redirected_from is not None
    # The page takes the marks out of its address once it has set them.
    until(page, "document.querySelectorAll('#p10 mark').length > 0")
    assert page.url == f"{base}/briefs/2022-asan-choi/#p10"
    answer = page.goto(f"{base}/briefs/{WITHDRAWN}/#p2")
    assert answer is not None
    assert answer.status == 410
    assert page.evaluate("document.querySelector(':target').id") == "p2"
    context.close()


def test_no_other_site_may_show_a_page_in_a_frame(
    browser: Browser, base: str, tmp_path: Path
) -> None:
    context = browser.new_context()
    page = context.new_page()
    frame = tmp_path / "frame.html"
    frame.write_text(
        f'<!doctype html><title>x</title><iframe src="{base}/about/"></iframe>', encoding="utf-8"
    )
    page.goto(frame.as_uri(), wait_until="load")
    assert page.frames[1].url != f"{base}/about/"
    context.close()


def test_the_sample_serves_a_site_in_a_folder_of_its_host_as_the_guide_says(
    hostile_site: Path, tmp_path: Path
) -> None:
    root = hostile_site.parent
    srv = tmp_path / "srv"
    built = run(
        root,
        "archive",
        "--root",
        str(root),
        "build",
        "--site-dir",
        str(srv / "a" / "b"),
        "--site-url",
        SITE_URL,
    )
    assert built.returncode == 0, built.stderr
    sample = put(samples()[0], "/srv/briefs/site/nginx/", f"{srv}/a/b/nginx/", 2)
    sample = put(sample, "/srv/briefs/site", str(srv), 1)
    sample = put(
        put(sample, "/404.html", "/a/b/404.html", 3),
        "location ^~ /nginx/",
        "location ^~ /a/b/nginx/",
        1,
    )
    prefix = tmp_path / "nginx"
    prefix.mkdir()
    with serving(sample, prefix) as base:
        missing = get(base, "/a/b/no-such-page/")
        assert (missing.status, missing.body) == (404, (srv / "a" / "b" / "404.html").read_bytes())
        for old, new in REDIRECTS.items():
            assert get(base, f"/a/b{old}").headers["location"] == f"/a/b{new}"
            assert get(base, f"/a/b{new}").status == 200
        assert get(base, f"/a/b/briefs/{WITHDRAWN}/").status == 410
        assert "'wasm-unsafe-eval'" in get(base, "/a/b/search/").headers["content-security-policy"]
        assert get(base, one(srv, "a/b/pagefind/fragment/*")).headers["cache-control"] == FOREVER
        assert get(base, "/a/b/nginx/gone.map").status == 404


def test_the_desks_server_asks_for_a_password_and_keeps_search_engines_out(
    folder: Path, tmp_path: Path
) -> None:
    sample, https, desk = samples()
    (tmp_path / "htpasswd").write_text("curator:{PLAIN}secret\n", encoding="utf-8")
    lines = https + put(desk, "/etc/nginx/briefs.htpasswd", str(tmp_path / "htpasswd"), 1)
    sample = put(
        put(sample, "/srv/briefs/site", str(folder), 3),
        "    index index.html;\n",
        f"    index index.html;\n{lines}",
        1,
    )
    with serving(sample, tmp_path) as base:
        hidden = (
            "/",
            "/briefs/2022-asan-choi.txt",
            f"/briefs/{WITHDRAWN}/",
            "/no-such-page/",
            "/briefs/feed.json",
            "/assets/site.js",
        )
        for address in (*hidden, one(folder, "pagefind/fragment/*")):
            refused = get(base, address)
            assert refused.status == 401, address
            assert refused.headers["x-robots-tag"] == "noindex, nofollow"
            shown = get(base, address, Authorization="Basic Y3VyYXRvcjpzZWNyZXQ=")
            assert shown.status == {"/no-such-page/": 404, f"/briefs/{WITHDRAWN}/": 410}.get(
                address, 200
            )
            assert shown.headers["x-robots-tag"] == "noindex, nofollow"
            assert shown.headers["strict-transport-security"] == "max-age=31536000"
            # A cache on the way may keep what is asked for with a password only if told so.
            assert "public" not in shown.headers["cache-control"]


def test_the_sample_bears_ten_thousand_moves_and_the_longest_addresses(tmp_path: Path) -> None:
    url = f"https://other.example/{'folder-' * 8}/"
    moves = {
        f"/briefs/{number:024}.json": f"/briefs/{number + 1:024}.json" for number in range(10_000)
    }
    made = tmp_path / "site" / "nginx"
    made.mkdir(parents=True)
    (made / "redirects.map").write_text(maps.redirects_map(moves, url), encoding="utf-8")
    (made / "gone.map").write_text(maps.gone_map(["2018-asan-gone"], url), encoding="utf-8")
    with serving(
        put(samples()[0], "/srv/briefs/site", str(tmp_path / "site"), 3), tmp_path
    ) as base:
        path = urlsplit(url).path
        assert (
            get(base, f"{path}briefs/{7:024}.json").headers["location"]
            == f"{path}briefs/{8:024}.json"
        )
