"""The guide's sample configuration in a real nginx: its answers, and pages behind its headers."""

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
from archive.site import addresses as maps
from hostile_archive import REDIRECTS, SITE_URL, WITHDRAWN
from programs import find
from repository import ROOT
from site_pages import run, until

pytestmark = pytest.mark.needs("nginx")
GUIDE = ROOT / "docs" / "guide" / "publishing.md"
FOREVER = "max-age=31536000, immutable"
# Stands in for /etc/nginx/nginx.conf around the sample; nginx writes only to its own folder.
MAIN_CONFIG = """
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
class Response:
    """A response; `headers` by lower-case name, `sent` as it came over the wire."""

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


def get(base: str, address: str, **headers: str) -> Response:
    """Request an address without following redirects; `__` in a header name means a hyphen."""
    host = urlsplit(base)
    with closing(
        http.client.HTTPConnection(host.hostname or "", host.port, timeout=20)
    ) as connection:
        wanted = {
            "Accept-Encoding": "gzip",
            **{name.replace("__", "-"): value for name, value in headers.items()},
        }
        connection.request("GET", address, headers=wanted)
        raw = connection.getresponse()
        return Response(
            raw.status,
            {name.lower(): value for name, value in raw.getheaders()},
            raw.read(),
        )


def read_samples() -> list[str]:
    """Read the three nginx blocks of the guide: the whole sample, HTTPS, the desk."""
    return re.findall(
        r"^```nginx\n(.*?)^```$", GUIDE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
    )


def replace_exactly(text: str, old: str, new: str, times: int) -> str:
    """Replace words of the guide's sample, which must occur exactly `times` times."""
    assert text.count(old) == times, old
    return text.replace(old, new)


@contextmanager
def serving(sample: str, prefix: Path) -> Iterator[str]:
    """Run nginx with a sample on a free local port, as the current user; stop it at the end."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    sample = replace_exactly(sample, "listen 80;", f"listen 127.0.0.1:{port};", 1)
    config = prefix / "nginx.conf"
    # The test machine may not have IPv6.
    config.write_text(
        MAIN_CONFIG.format(replace_exactly(sample, "    listen [::]:80;\n", "", 1)),
        encoding="utf-8",
    )
    command = [str(find("nginx")), "-p", f"{prefix}/", "-e", "stderr", "-c", str(config)]
    check = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    assert check.returncode == 0, check.stderr
    # A later nginx may already know a type that the sample defines.
    warnings = [
        line
        for line in check.stderr.splitlines()
        if "[warn]" in line and "duplicate extension" not in line
    ]
    assert warnings == []
    log = prefix / "nginx.log"
    with log.open("w", encoding="utf-8") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output)
        try:
            deadline = time.monotonic() + 20
            while True:
                assert process.poll() is None, log.read_text(encoding="utf-8")
                with socket.socket() as client:
                    if client.connect_ex(("127.0.0.1", port)) == 0:
                        break
                assert time.monotonic() < deadline, "nginx does not answer"
                time.sleep(0.05)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(20)


@pytest.fixture(scope="module")
def folder(hostile_site: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy the site and add a kind of file that a later Pagefind may write."""
    folder = tmp_path_factory.mktemp("srv") / "site"
    shutil.copytree(hostile_site, folder)
    (folder / "pagefind" / "later.wasm").write_bytes(b"\0asm\1\0\0\0" + bytes(1000))
    return folder


@pytest.fixture(scope="module")
def base(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the site with nginx and yield its address."""
    with serving(
        replace_exactly(read_samples()[0], "/srv/briefs/site", str(folder), 3),
        tmp_path_factory.mktemp("nginx"),
    ) as address:
        yield address


def first_address(folder: Path, pattern: str) -> str:
    """Return the address of the first file that matches a pattern."""
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
def test_text_is_sent_gzipped_with_its_type(
    base: str, folder: Path, pattern: str, kind: str
) -> None:
    address = first_address(folder, pattern)
    response = get(base, "/" if pattern == "index.html" else address)
    content = (folder / address[1:]).read_bytes()
    # A later nginx sends text/javascript.
    assert (
        response.status,
        response.headers["content-type"].replace("text/javascript", "application/javascript"),
    ) == (200, kind)
    assert response.headers["content-encoding"] == "gzip"
    assert response.headers["vary"] == "Accept-Encoding"
    assert response.body == content
    assert len(response.sent) < len(content)
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
def test_files_that_are_already_compressed_are_sent_unchanged(
    base: str, folder: Path, pattern: str, kind: str
) -> None:
    address = first_address(folder, pattern)
    response = get(base, address)
    assert (response.status, response.headers["content-type"]) == (200, kind)
    assert "content-encoding" not in response.headers
    assert response.sent == (folder / address[1:]).read_bytes()


def test_files_named_by_their_hash_are_cached_and_all_others_revalidated(
    base: str, folder: Path
) -> None:
    cached = set()
    for file in folder.rglob("*"):
        address = "/" + file.relative_to(folder).as_posix()
        if (
            not file.is_file()
            or address == "/404.html"
            or address.startswith("/nginx/")
            or is_moved_or_withdrawn(address)
        ):
            continue
        response = get(base, address.removesuffix("index.html"))
        assert response.status == 200, address
        assert response.headers["cache-control"] in (FOREVER, "no-cache")
        if response.headers["cache-control"] == FOREVER:
            cached.add(address)
        revalidated = get(
            base, address.removesuffix("index.html"), If__None__Match=response.headers["etag"]
        )
        assert (revalidated.status, revalidated.sent) == (304, b""), address
    pagefind_names = re.compile(
        r"/pagefind/(index|fragment)/[a-z]+_[0-9a-f]{7,}\.pf_\w+|/pagefind/pagefind\.\w+\.pf_meta"
    )
    assert len([address for address in cached if pagefind_names.fullmatch(address)]) > 10
    hashed = {address for address in cached if not pagefind_names.fullmatch(address)}
    assert {re.sub(r"\.[0-9a-f]{8}\.", ".*.", address) for address in hashed} == {
        "/assets/javascripts/bundle.*.min.js",
        "/assets/javascripts/workers/search.*.min.js",
        "/assets/stylesheets/main.*.min.css",
        "/assets/stylesheets/palette.*.min.css",
    }


def is_moved_or_withdrawn(address: str) -> bool:
    """Tell whether the hostile archive moved or withdrew what was at an address."""
    moved = tuple(old.rstrip("/") for old in REDIRECTS)
    return address.startswith((*moved, f"/briefs/{WITHDRAWN}/")) or address in {
        f"/briefs/{WITHDRAWN}.{end}" for end in ("md", "txt")
    }


def test_every_response_has_the_four_headers_and_hides_the_version_of_nginx(
    base: str, folder: Path
) -> None:
    addresses = {
        200: [
            "/",
            "/search/",
            "/briefs/feed.xml",
            "/briefs/feed.json",
            first_address(folder, "pagefind/index/*"),
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
            response = get(base, address)
            assert response.status == status, address
            assert response.headers["server"] == "nginx"
            assert response.headers["x-content-type-options"] == "nosniff"
            assert response.headers["referrer-policy"] == "same-origin"
            policy = response.headers["content-security-policy"]
            assert policy.startswith("default-src 'self'; script-src 'self' 'unsafe-inline'")
            assert policy.endswith("frame-ancestors 'none'")
            assert ("'wasm-unsafe-eval'" in policy) == (address == "/search/"), address
            assert "unsafe-eval" not in policy.replace("'wasm-unsafe-eval'", "")
            if status in (404, 410):
                assert response.headers["cache-control"] == "no-cache", address


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
def test_a_missing_page_is_answered_with_the_sites_own_404_page(
    base: str, folder: Path, address: str
) -> None:
    response = get(base, address)
    assert (response.status, response.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert response.body == (folder / "404.html").read_bytes()


def test_an_address_without_its_slash_redirects_to_the_page_on_the_same_host(base: str) -> None:
    response = get(base, "/briefs/2022-asan-choi?mark=a")
    assert (response.status, response.headers["location"]) == (
        301,
        "/briefs/2022-asan-choi/?mark=a",
    )


@pytest.mark.parametrize(
    ("asked", "to"),
    [
        ("/briefs/2022-asan-choi/%23p10", "/briefs/2022-asan-choi/#p10"),
        ("/briefs/2022-asan-choi/%23P10)", "/briefs/2022-asan-choi/#p10"),
        ("/briefs/2022-asan-choi%23p10%EC%97%90%EC%84%9C", "/briefs/2022-asan-choi/#p10"),
        ("/briefs/2022-asan-choi/%23cite", None),
        ("/themes/%23p10", None),
        ("//other.example/briefs/2022-asan-choi/%23p10", None),
        ("/briefs/2022-asan-choi%0D%0AX-Bad:%201/%23p10", None),
    ],
)
def test_an_encoded_link_to_a_paragraph_leads_to_it(base: str, asked: str, to: str | None) -> None:
    response = get(base, asked)
    assert (response.status, response.headers.get("location")) == ((301, to) if to else (404, None))


def test_a_moved_page_and_its_files_take_one_301(base: str, folder: Path) -> None:
    for old, new in REDIRECTS.items():
        for address in (old, old.rstrip("/")):
            response = get(base, address)
            assert (response.status, response.headers["location"]) == (301, new)
        assert get(base, f"{old}?mark=a&mark=b").headers["location"] == f"{new}?mark=a&mark=b"
        assert get(base, new).status == 200
    copies = [file for old in REDIRECTS for file in find_copies(folder, old)]
    assert len(copies) == 3 * len(LIST_FILES) + len(CITATIONS) + len(TEXTS)
    for copy in copies:
        response = get(base, copy)
        assert response.status == 301, copy
        to = folder / response.headers["location"][1:]
        assert to.read_bytes() == (folder / copy[1:]).read_bytes()
        assert get(base, response.headers["location"]).status == 200


def find_copies(folder: Path, old: str) -> list[str]:
    """Find the copies that the build left beside an old address."""
    place = folder / old.strip("/")
    files = (
        place.parent.glob(f"{place.name}.*") if old.startswith("/briefs/") else place.glob("[!i]*")
    )
    return [f"/{file.relative_to(folder).as_posix()}" for file in files]


def test_a_withdrawn_page_is_gone_but_keeps_its_notice_and_anchors(base: str, folder: Path) -> None:
    response = get(base, f"/briefs/{WITHDRAWN}/")
    assert (response.status, response.headers["content-type"]) == (410, "text/html; charset=utf-8")
    assert response.body == (folder / "briefs" / WITHDRAWN / "index.html").read_bytes()
    assert b'id="p2"' in response.body
    for end in ("md", "txt"):
        response = get(base, f"/briefs/{WITHDRAWN}.{end}")
        assert (response.status, response.headers["content-type"]) == (
            410,
            "text/plain; charset=utf-8",
        )
        assert response.body == (folder / "briefs" / f"{WITHDRAWN}.{end}").read_bytes()
    for end in ("bib", "ris", "json"):
        response = get(base, f"/briefs/{WITHDRAWN}.{end}")
        assert response.status == 200
        assert b"2026-11-26" in response.body
    assert get(base, f"/briefs/{WITHDRAWN}").headers["location"] == f"/briefs/{WITHDRAWN}/"


WATCH = """addEventListener("securitypolicyviolation", event => {
    (window.stopped ??= []).push(event.violatedDirective);
});"""


def test_no_page_breaks_behind_the_headers(browser: Browser, base: str) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.add_init_script(WATCH)
    page = context.new_page()
    errors: list[str] = []

    def record(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text or "Content-Security-Policy" in message.text:
            errors.append(f"{page.url}: {message.text}")

    page.on("console", record)
    page.on("pageerror", lambda error: errors.append(f"{page.url}: {error}"))
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
    assert errors == []
    # A script that the policy must stop proves that the checks above can fail.
    page.evaluate(
        """document.head.append(
            Object.assign(document.createElement('script'), {text: 'window.ran = true'}))"""
    )
    until(page, "(window.stopped ?? []).length > 0")
    assert page.evaluate("window.ran") is None
    assert errors
    context.close()


def test_a_redirect_keeps_the_paragraph_and_the_marks_of_an_old_address(
    browser: Browser, base: str
) -> None:
    context = browser.new_context()
    page = context.new_page()
    response = page.goto(f"{base}/briefs/2022-asan-choy/?mark=GSOMIA#p10")
    assert response is not None
    assert response.request.redirected_from is not None
    # The page removes the marks from its address after it has set them.
    until(page, "document.querySelectorAll('#p10 mark').length > 0")
    assert page.url == f"{base}/briefs/2022-asan-choi/#p10"
    response = page.goto(f"{base}/briefs/{WITHDRAWN}/#p2")
    assert response is not None
    assert response.status == 410
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


def test_the_sample_serves_a_site_below_a_path_as_the_guide_says(
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
    sample = replace_exactly(read_samples()[0], "/srv/briefs/site/nginx/", f"{srv}/a/b/nginx/", 2)
    sample = replace_exactly(sample, "/srv/briefs/site", str(srv), 1)
    sample = replace_exactly(
        replace_exactly(sample, "/404.html", "/a/b/404.html", 3),
        "location ^~ /nginx/",
        "location ^~ /a/b/nginx/",
        1,
    )
    prefix = tmp_path / "nginx"
    prefix.mkdir()
    with serving(sample, prefix) as base:
        missing = get(base, "/a/b/no-such-page/")
        assert (missing.status, missing.body) == (404, (srv / "a" / "b" / "404.html").read_bytes())
        encoded = get(base, "/a/b/briefs/2022-asan-choi/%23p10")
        assert encoded.headers["location"] == "/a/b/briefs/2022-asan-choi/#p10"
        for old, new in REDIRECTS.items():
            assert get(base, f"/a/b{old}").headers["location"] == f"/a/b{new}"
            assert get(base, f"/a/b{new}").status == 200
        assert get(base, f"/a/b/briefs/{WITHDRAWN}/").status == 410
        assert "'wasm-unsafe-eval'" in get(base, "/a/b/search/").headers["content-security-policy"]
        assert (
            get(base, first_address(srv, "a/b/pagefind/fragment/*")).headers["cache-control"]
            == FOREVER
        )
        assert get(base, "/a/b/nginx/gone.map").status == 404


def test_the_desks_server_asks_for_a_password_and_keeps_search_engines_out(
    folder: Path, tmp_path: Path
) -> None:
    sample, https, desk = read_samples()
    (tmp_path / "htpasswd").write_text("curator:{PLAIN}secret\n", encoding="utf-8")
    lines = https + replace_exactly(
        desk, "/etc/nginx/briefs.htpasswd", str(tmp_path / "htpasswd"), 1
    )
    sample = replace_exactly(
        replace_exactly(sample, "/srv/briefs/site", str(folder), 3),
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
        for address in (*hidden, first_address(folder, "pagefind/fragment/*")):
            refused = get(base, address)
            assert refused.status == 401, address
            assert refused.headers["x-robots-tag"] == "noindex, nofollow"
            shown = get(base, address, Authorization="Basic Y3VyYXRvcjpzZWNyZXQ=")
            assert shown.status == {"/no-such-page/": 404, f"/briefs/{WITHDRAWN}/": 410}.get(
                address, 200
            )
            assert shown.headers["x-robots-tag"] == "noindex, nofollow"
            assert shown.headers["strict-transport-security"] == "max-age=31536000"
            # A shared cache may store a response to a request with a password only if it is public.
            assert "public" not in shown.headers["cache-control"]


def test_the_sample_handles_ten_thousand_moves_and_the_longest_addresses(tmp_path: Path) -> None:
    url = f"https://other.example/{'folder-' * 8}/"
    moves = {
        f"/briefs/{number:024}.json": f"/briefs/{number + 1:024}.json" for number in range(10_000)
    }
    maps_folder = tmp_path / "site" / "nginx"
    maps_folder.mkdir(parents=True)
    (maps_folder / "redirects.map").write_text(maps.redirects_map(moves, url), encoding="utf-8")
    (maps_folder / "gone.map").write_text(maps.gone_map(["2018-asan-gone"], url), encoding="utf-8")
    with serving(
        replace_exactly(read_samples()[0], "/srv/briefs/site", str(tmp_path / "site"), 3), tmp_path
    ) as base:
        path = urlsplit(url).path
        assert (
            get(base, f"{path}briefs/{7:024}.json").headers["location"]
            == f"{path}briefs/{8:024}.json"
        )
