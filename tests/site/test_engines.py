"""Zensical builds the site that MkDocs builds: equal files; equal words, ids, heads and links.

The comparison leaves out the engines' own scripts and stylesheets, and what names them in pages.
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from click.testing import CliRunner
from lxml import etree, html
from playwright.sync_api import Browser, ConsoleMessage, Request

from archive.cli import main
from archive.site.engines import ENGINES, INSTALL_ENGINES, _as_mkdocs_writes, _for_zensical
from repository import ROOT, copy_archive, tree
from site_pages import run, serve, settled

# Scripts and stylesheets of the engines' themes, and the licence of Zensical's: versions differ.
OWN = ("assets/javascripts/", "assets/stylesheets/")
BROWSED = (
    "/",
    "/briefs/2022-asan-choi/",
    "/themes/forced-labor/",
    "/guide/adding/",
    "/no-such-page/",
)
QUERIES = (
    "",
    "q=forced+labour",
    "q=%22Camp+David%22",
    "q=GSOMIA&sort=date",
    "q=Japan&author=choi-eunmi&author=cho-jin-goo",
    "q=zzyzx",
)
OTHER_URL = "https://other.example/a/b/"


def build_with(root: Path, engine: str, to: Path, *options: str) -> Path:
    result = run(
        root,
        "archive",
        "--root",
        str(root),
        "build",
        "--engine",
        engine,
        "--site-dir",
        str(to),
        *options,
    )
    assert result.returncode == 0, result.stderr
    assert "Zensical" not in result.stdout + result.stderr
    return to


@pytest.fixture(scope="module")
def zensical_site(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of the committed archive, built by Zensical."""
    return build_with(site.parent, "zensical", tmp_path_factory.mktemp("zensical") / "site")


@pytest.fixture(scope="module", params=["committed", "hostile", "public"])
def both(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Path]:
    """A site built by MkDocs and by Zensical: as committed, with hostile texts, and public."""
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "committed":
        return request.getfixturevalue("site"), request.getfixturevalue("zensical_site")
    if request.param == "hostile":
        hostile: Path = request.getfixturevalue("hostile_site")
        return hostile, build_with(hostile.parent, "zensical", folder / "zensical")
    root, options = copy_archive(folder / "archive"), ("--public", "--site-url", OTHER_URL)
    return build_with(root, "mkdocs", folder / "mkdocs", *options), build_with(
        root, "zensical", folder / "zensical", *options
    )


def shared(site: Path) -> dict[str, str]:
    """Return the SHA-256 of every file of a site, except the engine's own."""
    return {path: digest for path, digest in tree(site).items() if not path.startswith(OWN)}


def pages(site: Path) -> list[str]:
    paths = [path for path in shared(site) if path.endswith(".html")]
    assert len(paths) > 30
    return paths


@cache
def read(file: Path) -> html.HtmlElement:
    """Return a page without the second skip link of Zensical's theme, which archive.css hides."""
    root: html.HtmlElement = html.parse(str(file)).getroot()
    for extra in root.xpath("//*[@id='__skip'] | //*[@data-md-component='skip']"):
        extra.drop_tree()
    return root


def elements(
    root: html.HtmlElement, path: str, within: str
) -> list[tuple[str, dict[str, str], str]]:
    """Return the elements at an XPath as (name, attributes, own text); addresses are absolute."""
    result = []
    for element in root.xpath(path):
        attributes = {
            name: urljoin(within, value)
            if name in ("href", "src", "action", "data-home", "data-sitemap")
            else value
            for name, value in element.attrib.items()
        }
        result.append((str(element.tag), attributes, " ".join((element.text or "").split())))
    return result


def address(site: str, path: str) -> str:
    """Return the address of a page of the site at `site`."""
    return urljoin(site, path.removesuffix("index.html"))


def url_of(site: Path) -> str:
    """Return the address that a site gives as its own."""
    return str(read(site / "index.html").xpath("string(//link[@rel='canonical']/@href)"))


def test_both_make_the_same_files(both: tuple[Path, Path]) -> None:
    mkdocs, zensical = map(shared, both)
    assert mkdocs.keys() == zensical.keys()
    # All files except pages are equal to the byte: exports, feeds, search index, our own scripts.
    assert {
        path for path in mkdocs if mkdocs[path] != zensical[path] and not path.endswith(".html")
    } == set()
    assert not (both[1] / "search.json").exists()
    assert {path.name for path in (both[1] / "assets" / "stylesheets").iterdir()} == {"classic"}


def test_both_make_the_same_heads(both: tuple[Path, Path]) -> None:
    """Title, meta, links and JSON-LD; not the theme's files, nor the policy with their hashes."""
    mkdocs, zensical = both
    theirs = " or ".join(
        [
            "@http-equiv",
            "self::script[not(@src or @type)]",
            *(f"contains(@href | @src, '{own}')" for own in OWN),
        ]
    )
    for path in pages(mkdocs):
        at = address(url_of(mkdocs), path)
        heads = [elements(read(site / path), f"//head/*[not({theirs})]", at) for site in both]
        assert heads[0] == heads[1], path
        assert len(heads[0]) > 4, path  # a stub has the fewest
        policies = [
            read(site / path).xpath("//meta[@http-equiv='Content-Security-Policy']")
            for site in both
        ]
        assert [len(found) for found in policies] == [1, 1], path
    assert len(pages(mkdocs)) == len(pages(zensical))


def test_both_make_the_same_bodies(both: tuple[Path, Path]) -> None:
    """All ids in order, and the elements, classes, links and words of each part of the page."""
    for path in pages(both[0]):
        at = address(url_of(both[0]), path)
        roots = [read(site / path) for site in both]
        ids = [root.xpath("//body//@id") for root in roots]
        assert ids[0] == ids[1], path
        for part in ("//header", "//nav", "//nav[@class='breadcrumbs']", "//article", "//footer"):
            mkdocs, zensical = (elements(root, f"{part} | {part}//*", at) for root in roots)
            assert mkdocs == zensical, path
        words = [" ".join("".join(root.xpath("//article//text()")).split()) for root in roots]
        assert words[0] == words[1], path


def test_both_make_the_same_texts(both: tuple[Path, Path]) -> None:
    """The whole element of a text, including its white space."""
    seen = 0
    for path in pages(both[0]):
        texts = [
            [
                etree.tostring(text, encoding="unicode")
                for text in read(site / path).xpath("//*[@data-text]")
            ]
            for site in both
        ]
        assert texts[0] == texts[1], path
        seen += len(texts[0])
    assert seen >= 4


def test_no_link_is_left_that_leads_to_a_source(both: tuple[Path, Path]) -> None:
    """Each link within the site leads to one of its files."""
    site = both[1]
    url = url_of(site)
    for path in pages(site):
        for _, attributes, _ in elements(
            read(site / path),
            "//body//a[@href] | //link[@href] | //script[@src]",
            address(url, path),
        ):
            target = urlsplit(attributes.get("href", attributes.get("src", "")))
            if target.geturl().startswith(url) and "rel" not in attributes:
                file = site / target.path.removeprefix(urlsplit(url).path)
                assert (file / "index.html" if target.path.endswith("/") else file).is_file(), (
                    path,
                    target.geturl(),
                )


@pytest.fixture(scope="module")
def addresses(site: Path, zensical_site: Path) -> Iterator[tuple[str, str]]:
    """The addresses of both sites of the committed archive, served."""
    for mkdocs in serve(site):
        for zensical in serve(zensical_site):
            yield mkdocs, zensical


def test_search_finds_the_same_briefs_on_both_in_the_same_order(
    addresses: tuple[str, str], browser: Browser
) -> None:
    found: list[list[tuple[list[str], str]]] = []
    for base in addresses:
        page = browser.new_page()
        answers = []
        for query in QUERIES:
            page.goto(f"{base}/search/?{query}")
            settled(page)
            ids = page.eval_on_selector_all(
                "[data-brief]", "all => all.map(one => one.dataset.brief)"
            )
            answers.append((ids, page.inner_text("#status")))
        found.append(answers)
        page.close()
    assert found[0] == found[1]
    assert [len(ids) for ids, _ in found[0]] == [5, 5, 1, 1, 2, 0]


def test_a_page_of_zensical_breaks_no_policy_and_asks_no_other_host(
    addresses: tuple[str, str], browser: Browser
) -> None:
    base = addresses[1]
    faults: list[str] = []
    asked: list[str] = []

    def console(message: ConsoleMessage) -> None:
        # This page is missing on purpose.
        if message.type in ("error", "warning") and "/no-such-page/" not in message.location["url"]:
            faults.append(message.text)

    def note_request(request: Request) -> None:
        asked.append(request.url)

    page = browser.new_page()
    page.on("console", console)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("request", note_request)
    for path in (*BROWSED, f"/search/?{QUERIES[1]}"):
        page.goto(f"{base}{path}", wait_until="networkidle")
    page.close()
    assert faults == []
    assert [url for url in asked if not url.startswith((base, "data:"))] == []
    assert [
        url for url in asked if "search.json" in url or "/modern/" in url or "/workers/" in url
    ] == []


def test_what_is_hidden_from_zensical_comes_back() -> None:
    """HTML links in Markdown and in code, link-like front matter, and a word of YAML 1.1 (no)."""
    title = '[a](b.md) ![c][d] <a href="e.md"> \\" [f]: g.md'
    body = (
        '<p><a class="x" href="feed.xml">f</a></p>\n\n'
        '```html\n<img src="p.png"> <A HREF=q.html>\n```\n\n[a](b.md) href="r"\n'
    )
    page = _for_zensical(f"---\ntitle: {json.dumps(title)}\nhide: no\ntags: [a, b]\n---\n\n{body}")
    head, _, rest = page.removeprefix("---\n").partition("\n---\n\n")
    assert json.loads(head) == {"title": title, "hide": False, "tags": ["a", "b"]}
    assert not re.search(r"<|\[[a-z]\]", head)
    assert re.findall(r"[\s\"](?:href|src)=", rest, re.IGNORECASE) == [" href="]
    assert _as_mkdocs_writes(rest) == body


def test_the_option_knows_all_engines() -> None:
    (option,) = [option for option in main.commands["build"].params if option.name == "engine"]
    assert list(getattr(option.type, "choices", [])) == list(ENGINES)


def test_without_zensical_the_command_says_what_to_install(
    archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "zensical", None)  # as if it could not be found
    result = CliRunner().invoke(main, ["--root", str(archive), "build", "--engine", "zensical"])
    assert result.exit_code == 2
    assert (
        f"zensical is not installed. In the archive's folder run: {INSTALL_ENGINES}\n"
        in result.output
    )
    assert not (archive / "site").exists()


def test_what_is_to_be_installed_is_there_and_pinned() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"][
        "optional-dependencies"
    ]
    assert ".[engines]" in INSTALL_ENGINES
    assert set(extras["engines"]) <= set(
        (ROOT / "constraints.txt").read_text(encoding="utf-8").split("\n")
    )
    assert set(extras["engines"]) <= set(extras["test"])


def test_a_warning_of_zensical_is_a_named_error_and_leaves_the_site_as_it_was(
    archive: Path,
) -> None:
    site = archive / "site"
    site.mkdir()
    (site / "404.html").write_text("the old one", encoding="utf-8")
    about = archive / "docs" / "about.md"
    about.write_text(
        f"{about.read_text(encoding='utf-8')}\n[a page](no-such-page.md)\n", encoding="utf-8"
    )
    result = run(archive, "archive", "--root", str(archive), "build", "--engine", "zensical")
    assert result.returncode == 2
    assert "page does not exist" in result.stderr
    assert f"briefs: {archive}/mkdocs.yml: build: Zensical gave up:" in result.stderr
    assert "Traceback" not in result.stderr
    assert tree(site).keys() == {"404.html"}
