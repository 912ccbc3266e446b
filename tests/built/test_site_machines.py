"""Metadata, exports and feeds of the built site, read by the programs that people use.

Each test runs twice: on the committed archive, and on a hostile one below a path of another host.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import subprocess
import sys
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import bibtexparser
import extruct
import feedparser
import pypandoc
import pytest
import rispy
from linkpreview import Link, LinkPreview
from lxml import etree, html
from pybtex.database import parse_file
from pylatexenc.latex2text import LatexNodes2Text
from rdflib import SDO, Graph
from rdflib.namespace import RDF
from signposting import find_signposting_html

from archive.records.library import Brief, Catalogued, Library, load_library
from archive.records.record import Record
from archive.store import Archive
from archive.text.addresses import Address
from hostile_archive import (
    LICENSE,
    OLD_NAME,
    ORGANISATION,
    REDIRECTS,
    SITE_URL,
    WITHDRAWN,
)
from repository import ROOT
from site_pages import fragment, run, serve

# All classes and properties of schema.org that rdflib knows.
VOCABULARY = {f"{SDO}{name}" for name in SDO.__annotations__}
EXPORTS = ("feed.xml", "feed.json", "briefs.bib", "briefs.ris", "briefs.json", "briefs.csv")


@dataclass(frozen=True)
class Published:
    """A site built in `folder` for the address `url`; `top` is the root folder of the host."""

    library: Library
    top: Path
    folder: Path
    url: str

    def file(self, url: str) -> Path:
        """Return the file that is served at an address of this site."""
        assert url.startswith(self.url), url
        path = self.folder / urlsplit(url).path.removeprefix(urlsplit(self.url).path)
        return path / "index.html" if path.is_dir() else path

    @property
    def all_briefs(self) -> list[Catalogued]:
        return [*self.library.briefs, *self.library.withdrawn]

    @property
    def lists(self) -> dict[str, list[str]]:
        """Map the address of each list with exports to the ids in it."""
        library = self.library
        return {
            "briefs/": [brief.id for brief in library.briefs],
            **{
                f"themes/{theme.id}/": [brief.id for brief in library.briefs_on("themes", theme.id)]
                for theme in library.themes
            },
            **{
                f"authors/{author.id}/": [
                    brief.id for brief in library.briefs_on("authors", author.id)
                ]
                for author in library.authors()
            },
            **{
                f"institutes/{institute.id}/": [
                    brief.id for brief in library.briefs_on("institutes", institute.id)
                ]
                for institute in library.institutes()
            },
        }


@pytest.fixture(scope="module", params=["archive", "hostile"])
def published(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Published:
    if request.param == "archive":
        site: Path = request.getfixturevalue("site")
        return Published(load_library(Archive(ROOT)), site, site, "https://briefs.example/")
    root: Path = request.getfixturevalue("hostile_site").parent
    top = tmp_path_factory.mktemp("hostile")
    folder = top / urlsplit(SITE_URL).path.strip("/")
    result = run(
        root,
        "archive",
        "--root",
        str(root),
        "build",
        "--site-dir",
        str(folder),
        "--site-url",
        SITE_URL,
    )
    assert result.returncode == 0, result.stderr
    return Published(load_library(Archive(root)), top, folder, SITE_URL)


@pytest.fixture(scope="module")
def host(published: Published) -> Iterator[str]:
    """Serve the site and yield its address on this machine."""
    for base in serve(published.top):
        yield base + urlsplit(published.url).path


@dataclass(frozen=True)
class Facts:
    """What every format has to give, from the record and authority files, not our citations."""

    title: str
    authors: list[tuple[str, str | None]]
    institute: str
    number: str | None
    date: str | None
    url: str


def load_facts(published: Published, brief: Catalogued) -> Facts:
    record: Record = brief.record
    people = [published.library.authority.authors[credit.id] for credit in record.authors]
    institute = (
        OLD_NAME
        if record.id == "2015-newname-x"
        else published.library.authority.institutes[record.institutes[0]].name
    )
    authors = [(author.family, author.given) for author in people]
    return Facts(
        record.title,
        authors,
        institute,
        record.number,
        str(record.date) if record.date else None,
        f"{published.url}briefs/{record.id}/",
    )


def parse_page(published: Published, brief: Catalogued) -> html.HtmlElement:
    return html.parse(
        str(published.folder / "briefs" / brief.id / "index.html"),
        html.HTMLParser(encoding="utf-8"),
    ).getroot()


def decode_latex(text: str) -> str:
    return str(
        LatexNodes2Text(keep_comments=True, strict_latex_spaces=True).latex_to_text(text)
    ).replace("ˆ", "^")


def unwrap_name(text: str) -> str:
    """Decode a name without the braces that keep it in one piece."""
    return decode_latex(text[1:-1] if text.startswith("{") and text.endswith("}") else text)


def straighten_quotes(text: str) -> str:
    """Make all quotation marks alike, because pandoc turns straight ones into curly ones."""
    return re.sub('[‘’`“”"]', "'", text)


def test_highwire_gives_a_report_with_its_facts(published: Published) -> None:
    for brief in published.all_briefs:
        tree, fact = parse_page(published, brief), load_facts(published, brief)

        def meta(name: str, tree: html.HtmlElement = tree) -> list[str]:
            return [str(value) for value in tree.xpath(f"//head/meta[@name='{name}']/@content")]

        assert meta("citation_title") == [fact.title]
        names = [name.replace("\u00a0", " ") for name in meta("citation_author")]
        assert names == [
            f"{family}," if given is None else f"{family}, {given}"
            for family, given in fact.authors
        ]
        assert meta("citation_technical_report_institution") == [fact.institute]
        assert meta("citation_technical_report_number") == ([fact.number] if fact.number else [])
        assert meta("citation_publication_date") == ([fact.date] if fact.date else [])
        assert meta("citation_language") == [brief.record.language]
        assert (
            meta("citation_public_url")
            == tree.xpath("//link[@rel='canonical']/@href")
            == [fact.url]
        )
        assert meta("DC.type") == ["Policy brief"]


def split_authors_as_zotero(contents: list[str]) -> list[tuple[str, str | None]]:
    """Split authors like Zotero's translator "Embedded Metadata" and its `cleanAuthor`."""
    if len(contents) == 1 and ";" not in contents[0]:
        first, _, second = contents[0].partition(", ")
        contents = [first, second] if " " in first and " " in second else contents
    authors: list[tuple[str, str | None]] = []
    for content in contents:
        name, has_comma = content.strip(" ,"), "," in content
        family, _, given = name.partition(", ") if has_comma else name.rpartition(" ")[::-1]
        authors.append((family, given.replace("\u00a0", " ") or None))
    return authors


def test_zotero_keeps_authors_apart_and_whole(published: Published) -> None:
    assert split_authors_as_zotero(["Van Dyke, Mary Ann"]) == [("Dyke", "Van"), ("Ann", "Mary")]
    assert split_authors_as_zotero(["Some Institute"]) == [("Institute", "Some")]
    for brief in published.all_briefs:
        assert (
            split_authors_as_zotero(
                [
                    str(name)
                    for name in parse_page(published, brief).xpath(
                        "//meta[@name='citation_author']/@content"
                    )
                ]
            )
            == load_facts(published, brief).authors
        )


def test_both_bibtex_parsers_give_the_facts(published: Published) -> None:
    for brief in published.all_briefs:
        fact = load_facts(published, brief)
        file = published.folder / "briefs" / f"{brief.id}.bib"
        (entry,) = bibtexparser.parse_string(file.read_text(encoding="utf-8")).entries
        bibtexparser_fields = {field.key: field.value for field in entry.fields}
        ((key, pybtex_entry),) = parse_file(str(file), "bibtex").entries.items()
        assert (key, entry.key, entry.entry_type, pybtex_entry.type) == (
            brief.id,
            brief.id,
            "techreport",
            "techreport",
        )
        for fields in (bibtexparser_fields, pybtex_entry.fields):
            assert decode_latex(fields["title"][1:-1]) == fact.title
            assert decode_latex(fields["institution"]) == fact.institute
            assert decode_latex(fields.get("number", "")) == (fact.number or "")
            assert (fields.get("date"), fields.get("year")) == (
                fact.date,
                fact.date and fact.date[:4],
            )
            assert fields["url"] == fact.url
            assert "month" not in fields
        people = []
        for person in pybtex_entry.persons.get("author", []):
            given = " ".join(person.first_names + person.middle_names)
            people.append(
                (unwrap_name(" ".join(person.prelast_names + person.last_names)), given or None)
            )
        assert people == fact.authors


def test_ris_and_csl_give_the_facts(published: Published) -> None:
    for brief in published.all_briefs:
        fact = load_facts(published, brief)
        (record,) = rispy.loads(
            (published.folder / "briefs" / f"{brief.id}.ris").read_text(encoding="utf-8")
        )
        assert (record["type_of_reference"], record["title"], record["publisher"]) == (
            "RPRT",
            fact.title,
            fact.institute,
        )
        names = [
            f"{family}," if given is None else f"{family}, {given}"
            for family, given in fact.authors
        ]
        assert record.get("authors", []) == names
        assert record.get("number") == fact.number
        assert record.get("date", "").rstrip("/").replace("/", "-") == (fact.date or "")
        assert record["urls"] == [fact.url]
        (csl,) = json.loads(
            (published.folder / "briefs" / f"{brief.id}.json").read_text(encoding="utf-8")
        )
        assert (csl["type"], csl["title"], csl["publisher"], csl["URL"]) == (
            "report",
            fact.title,
            fact.institute,
            fact.url,
        )
        assert [
            (name.get("family") or name["literal"], name.get("given"))
            for name in csl.get("author", [])
        ] == fact.authors
        assert csl.get("number") == fact.number
        parts = csl.get("issued", {}).get("date-parts", [[]])[0]
        assert "-".join(f"{part:02}" for part in parts) == (fact.date or "")


def test_pandoc_reads_all_three_formats_and_sets_a_bibliography(published: Published) -> None:
    folder = published.folder / "briefs"
    wanted = {brief.id: load_facts(published, brief) for brief in published.library.briefs}
    for file, kind in (
        ("briefs.bib", "biblatex"),
        ("briefs.bib", "bibtex"),
        ("briefs.ris", "ris"),
        ("briefs.json", "csljson"),
    ):
        entries = {
            entry["id"]: entry
            for entry in json.loads(
                pypandoc.convert_file(str(folder / file), "csljson", format=kind)
            )
        }
        assert set(entries) == set(wanted), kind
        for id, fact in wanted.items():
            entry = entries[id]
            assert straighten_quotes(entry["title"]) == straighten_quotes(fact.title), kind
            families = [
                " ".join(
                    name[part]
                    for part in ("dropping-particle", "non-dropping-particle", "family", "literal")
                    if part in name
                )
                for name in entry.get("author", [])
            ]
            assert list(map(straighten_quotes, families)) == [
                straighten_quotes(family) for family, _ in fact.authors
            ], kind
            issued = entry.get("issued", {}).get("date-parts", [[]])[0]
            day = "-".join(f"{int(part):02}" for part in issued)
            # Pandoc reads only the year of a date in RIS.
            assert day == (fact.date or "")[: 4 if kind == "ris" else 10], kind
            assert entry["URL"] == fact.url
    source = f'---\nnocite: "@*"\nbibliography: {folder / "briefs.json"}\n---\n'
    text = pypandoc.convert_text(
        source, "html", format="markdown", extra_args=["--citeproc", "--wrap=none"]
    )
    printed = [
        entry.text_content()
        for entry in fragment(text).xpath(".//div[contains(@class, 'csl-entry')]")
    ]
    assert len(printed) == len(wanted)
    assert "January" not in text
    for fact in wanted.values():
        assert sum(fact.url in entry for entry in printed) == 1


def test_json_ld_keeps_to_the_vocabulary_of_schema_org_and_gives_the_facts(
    published: Published,
) -> None:
    pages = sorted(published.folder.rglob("index.html"))
    kinds: dict[str, int] = {}
    for file in pages:
        content = file.read_text(encoding="utf-8")
        for json_ld in extruct.extract(content, syntaxes=["json-ld"], uniform=True)["json-ld"]:
            assert json_ld["@context"] == "https://schema.org/"
            graph = Graph().parse(
                data=json.dumps({**json_ld, "@context": {"@vocab": str(SDO)}}), format="json-ld"
            )
            assert len(graph) > 3
            for _, predicate, value in graph:
                if predicate != RDF.type:
                    assert str(predicate) in VOCABULARY, predicate
                else:
                    assert str(value) in VOCABULARY, value
                    kinds[str(value).rsplit("/", 1)[1]] = (
                        kinds.get(str(value).rsplit("/", 1)[1], 0) + 1
                    )
    assert f"{SDO}Report" in VOCABULARY
    assert f"{SDO}Brief" not in VOCABULARY
    library = published.library
    assert kinds["Report"] == len(published.all_briefs)
    lists = (
        5
        + len(list(library.themes))
        + len(library.authors())
        + len(library.institutes())
        + len(library.years())
    )
    assert kinds["CollectionPage"] == lists
    assert kinds["BreadcrumbList"] == lists + len(published.all_briefs)
    assert {"Person", "Organization", "DefinedTerm", "WebSite"} <= set(kinds)
    for brief in published.all_briefs:
        fact = load_facts(published, brief)
        content = (published.folder / "briefs" / brief.id / "index.html").read_text(
            encoding="utf-8"
        )
        (json_ld,) = extruct.extract(content, syntaxes=["json-ld"])["json-ld"]
        report = next(part for part in json_ld["@graph"] if part["@type"] == "Report")
        assert (report["name"], report["publisher"]["name"], report["url"]) == (
            fact.title,
            fact.institute,
            fact.url,
        )
        people = [
            (name.get("familyName") or name["name"], name.get("givenName"))
            for name in report.get("author", [])
        ]
        assert people == fact.authors
        assert (report.get("reportNumber"), report.get("datePublished")) == (fact.number, fact.date)
        assert report.get("license") == brief.record.license
        assert report["inLanguage"] == brief.record.language
        themes = [
            term.id
            for term in library.themes
            if isinstance(brief, Brief) and term.id in brief.passages
        ]
        assert [term["@id"] for term in report.get("about", [])] == [
            f"{published.url}themes/{id}/" for id in themes
        ]
        series = (
            f"{published.url}institutes/{brief.issuer.id}/#{brief.record.series}"
            if brief.record.series
            else None
        )
        assert report.get("isPartOf", {}).get("@id") == series
        steps = next(part for part in json_ld["@graph"] if part["@type"] == "BreadcrumbList")[
            "itemListElement"
        ]
        assert [(step["position"], step["item"]) for step in steps] == [
            (1, published.url),
            (2, f"{published.url}briefs/"),
            (3, fact.url),
        ]


def test_signposts_are_read_without_a_warning(published: Published, host: str) -> None:
    for brief in published.all_briefs:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            signs = find_signposting_html(f"{host}briefs/{brief.id}/")
        assert signs.citeAs
        assert signs.citeAs.target == f"{published.url}briefs/{brief.id}/"
        assert sorted(sign.target for sign in signs.authors) == sorted(
            f"{published.url}authors/{credit.id}/" for credit in brief.record.authors
        )
        assert [sign.target for sign in signs.types] == ["https://schema.org/Report"]
        described = {sign.target: sign.type for sign in signs.describedBy}
        assert described == {
            f"{published.url}briefs/{brief.id}.bib": "application/x-bibtex",
            f"{published.url}briefs/{brief.id}.ris": "application/x-research-info-systems",
            f"{published.url}briefs/{brief.id}.json": "application/vnd.citationstyles.csl+json",
        }
        assert (signs.license.target if signs.license else None) == brief.record.license
        for sign in (*signs.describedBy, *signs.items, *signs.authors):
            assert published.file(sign.target).is_file()


def test_previews_have_a_title_without_the_sites_name(published: Published) -> None:
    for file in sorted(published.folder.rglob("index.html")):
        content = file.read_text(encoding="utf-8")
        if "og:title" not in content:
            assert file.parent.relative_to(published.folder).as_posix() in {
                old.strip("/") for old in published.library.redirects
            }
            continue
        preview = LinkPreview(Link(published.url, content))
        assert preview.title
        assert preview.description
        assert preview.site_name == "Korea–Japan Policy Briefs"
    for brief in published.all_briefs:
        tree = parse_page(published, brief)
        shown = {
            name: tree.xpath(f"//meta[@property='{name}']/@content")
            for name in (
                "og:title",
                "og:type",
                "og:url",
                "article:author",
                "article:published_time",
            )
        }
        assert shown["og:title"] == [brief.record.title]
        assert shown["og:type"] == ["article"]
        assert shown["og:url"] == [f"{published.url}briefs/{brief.id}/"]
        assert shown["article:author"] == [
            f"{published.url}authors/{credit.id}/" for credit in brief.record.authors
        ]
        whole = (
            str(brief.record.date)
            if brief.record.date and brief.record.date.day and "date" not in brief.record.basis
            else None
        )
        assert shown["article:published_time"] == ([whole] if whole else [])


def test_every_list_has_feeds_and_exports_of_all_its_briefs(published: Published) -> None:
    assert len(published.lists) >= 14
    for address, ids in published.lists.items():
        folder, url = published.folder / address, published.url + address
        urls = [f"{published.url}briefs/{id}/" for id in ids]
        feed = feedparser.parse((folder / "feed.xml").read_bytes())
        assert not feed.bozo, feed.get("bozo_exception")
        assert sorted(entry.link for entry in feed.entries) == sorted(urls)
        assert feed.feed.id == feed.feed.link == url
        assert [link.href for link in feed.feed.links if link.rel == "self"] == [f"{url}feed.xml"]
        json_feed = json.loads((folder / "feed.json").read_text(encoding="utf-8"))
        assert json_feed["version"] == "https://jsonfeed.org/version/1.1"
        assert (json_feed["home_page_url"], json_feed["feed_url"]) == (url, f"{url}feed.json")
        assert [item["url"] for item in json_feed["items"]] == [
            entry.link for entry in feed.entries
        ]
        parsed = bibtexparser.parse_file(str(folder / "briefs.bib"))
        assert ([entry.key for entry in parsed.entries], parsed.failed_blocks) == (ids, [])
        assert list(parse_file(str(folder / "briefs.bib"), "bibtex").entries) == ids
        assert [
            entry["id"]
            for entry in rispy.loads((folder / "briefs.ris").read_text(encoding="utf-8"))
        ] == ids
        assert [
            entry["id"]
            for entry in json.loads((folder / "briefs.json").read_text(encoding="utf-8"))
        ] == ids
        with (folder / "briefs.csv").open(encoding="utf-8", newline="") as file:
            assert [row["id"] for row in csv.DictReader(file)] == ids
        tree = html.parse(str(folder / "index.html")).getroot()
        linked = {urljoin(url, link) for link in tree.xpath("//p[@class='exports']/a/@href")}
        assert (
            linked
            == set(tree.xpath("//head/link[@rel='alternate']/@href"))
            == {url + name for name in EXPORTS}
        )


def test_feeds_give_only_dates_that_are_known(published: Published) -> None:
    records = {
        f"{published.url}briefs/{brief.id}/": brief.record for brief in published.library.briefs
    }
    feed = feedparser.parse((published.folder / "briefs" / "feed.xml").read_bytes())
    json_feed = json.loads((published.folder / "briefs" / "feed.json").read_text(encoding="utf-8"))
    items = {item["id"]: item for item in json_feed["items"]}
    updated = [entry.updated for entry in feed.entries]
    assert updated == sorted(updated, reverse=True)
    assert feed.feed.updated == updated[0]
    for entry in feed.entries:
        record = records[entry.id]
        whole = (
            str(record.date)
            if record.date and record.date.day and "date" not in record.basis
            else None
        )
        assert (
            entry.get("published", "")[:10]
            == items[entry.id].get("date_published", "")[:10]
            == (whole or "")
        )
        assert entry.updated[:10] == items[entry.id]["date_modified"][:10] == record.last_change
        people = [published.library.authority.authors[credit.id] for credit in record.authors]
        printed = [credit.printed for credit in record.authors]
        assert [author["name"] for author in items[entry.id]["authors"]] == printed
        assert [
            author.get("name") for author in entry.get("authors", []) if author.get("href")
        ] == printed, people
        assert items[entry.id]["title"] == record.title
        for shown in (entry.summary, items[entry.id]["content_html"]):
            assert str(record.date or "n.d.") in fragment(shown).text_content()
            assert record.title in fragment(shown).text_content()


def test_atom_keeps_every_title_unchanged(published: Published) -> None:
    tree = etree.parse(str(published.folder / "briefs" / "feed.xml"))
    entries = tree.findall("{http://www.w3.org/2005/Atom}entry")
    titles = {entry.findtext("{*}id"): entry.findtext("{*}title") for entry in entries}
    assert titles == {
        f"{published.url}briefs/{brief.id}/": brief.record.title
        for brief in published.library.briefs
    }


def test_the_sitemap_has_every_page_with_its_true_last_change(published: Published) -> None:
    content = (published.folder / "sitemap.xml").read_bytes()
    assert gzip.decompress((published.folder / "sitemap.xml.gz").read_bytes()) == content
    dates = {
        entry.findtext("{*}loc"): entry.findtext("{*}lastmod")
        for entry in etree.fromstring(content)
    }
    library = published.library
    gone = {f"briefs/{brief.id}/" for brief in library.withdrawn} | {
        old[1:] for old in library.redirects
    }
    pages = {
        file.parent.relative_to(published.folder).as_posix() + "/"
        for file in published.folder.rglob("index.html")
    }
    assert set(dates) == {published.url + ("" if path == "./" else path) for path in pages - gone}
    for brief in library.briefs:
        assert dates[f"{published.url}briefs/{brief.id}/"] == brief.record.last_change
    for address, ids in published.lists.items():
        changed = [brief.record.last_change for brief in library.briefs if brief.id in ids]
        assert dates[published.url + address] == max(
            changed, default=library.addresses.get(Address("/" + address))
        )
    assert dates[published.url] == max(brief.record.last_change for brief in library.briefs)
    assert dates[f"{published.url}about/"] is None


def test_the_catalog_has_all_records_and_describes_its_columns(published: Published) -> None:
    package = json.loads((published.folder / "datapackage.json").read_text(encoding="utf-8"))
    assert package["homepage"] == published.url
    table, whole = package["resources"]
    columns = [field["name"] for field in table["schema"]["fields"]]
    assert all(field["description"] for field in table["schema"]["fields"])
    rows = list(
        csv.DictReader(
            io.StringIO((published.folder / table["path"]).read_text(encoding="utf-8"), newline="")
        )
    )
    assert [list(row) for row in rows] == [columns] * len(published.all_briefs)
    records = json.loads((published.folder / whole["path"]).read_text(encoding="utf-8"))["briefs"]
    assert (
        [row["id"] for row in rows]
        == [record["id"] for record in records]
        == [brief.id for brief in published.all_briefs]
    )
    for row, record, brief in zip(rows, records, published.all_briefs, strict=True):
        fact = load_facts(published, brief)
        assert (row["title"], record["title"], row["address"], record["address"]) == (
            fact.title,
            fact.title,
            fact.url,
            fact.url,
        )
        assert (row["institute"], record["institute"]["name"]) == (fact.institute, fact.institute)
        assert (row["number"], record["number"]) == (fact.number or "", fact.number)
        assert (row["date"], record["date"]) == (fact.date or "", fact.date)
        assert [(author["family"], author["given"]) for author in record["authors"]] == fact.authors
        assert row["authors"] == "; ".join(
            family if given is None else f"{family}, {given}" for family, given in fact.authors
        )
        assert record["anchors"] == [line.anchor for line in brief.lines]


def test_all_links_lead_somewhere_fragments_included(published: Published) -> None:
    """Run lychee, which looks for our own absolute addresses in the folder of the host."""
    command = [
        str(Path(sys.executable).parent / "lychee"),
        "--offline",
        "--include-fragments=full",
        "--index-files=index.html",
        f"--root-dir={published.top}",
        f"--remap={published.url} file://{published.folder}/",
        "--no-progress",
        "--format=json",
        f"{published.folder}/**/*.html",
        f"{published.folder}/**/*.xml",
    ]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    report = json.loads(result.stdout)
    assert report["error_map"] == {}, result.stdout[:3000]
    assert result.returncode == 0, result.stderr
    assert report["successful"] > 600


def test_no_absolute_address_points_to_another_site(published: Published) -> None:
    """Exports, feeds and the heads of pages take the host from site_url alone."""
    wrong_host = "https://briefs.example" if published.url == SITE_URL else "https://other.example"
    host = f"{urlsplit(published.url).scheme}://{urlsplit(published.url).netloc}"
    checked = 0
    for file in published.folder.rglob("*"):
        if (
            file.suffix in (".html", ".xml", ".json", ".bib", ".ris", ".csv", ".md", ".txt")
            or file.name == "_redirects"
        ):
            content = file.read_text(encoding="utf-8")
            assert wrong_host not in content, file
            for address in re.findall(rf"{re.escape(host)}[^\s\"'<>)\\}}]*", content):
                checked += 1
                assert address.startswith(published.url), (file, address)
    assert checked > 500
    rules = [
        line.split()
        for line in (published.folder / "_redirects").read_text(encoding="utf-8").splitlines()[1:]
    ]
    assert len(rules) == 2 * len(published.library.redirects) + len(published.library.withdrawn)
    assert all(path.startswith(urlsplit(published.url).path) for rule in rules for path in rule[:2])


def test_a_source_text_is_published_as_received_without_mail_addresses(
    published: Published,
) -> None:
    for brief in published.library.briefs:
        source = published.library.archive.root / "briefs" / f"{brief.id}.txt"
        shown = (published.folder / "briefs" / f"{brief.id}.txt").read_text(encoding="utf-8")
        received = source.read_text(encoding="utf-8-sig")
        assert re.findall(r"\S+@\S+", shown) == []
        assert (
            re.sub(r"[\w.+-]+@[\w.-]+\w", "", received).split()
            == shown.replace("[mail address]", "").split()
        )
        markdown = (published.folder / "briefs" / f"{brief.id}.md").read_text(encoding="utf-8")
        assert markdown.startswith(f'---\nid: "{brief.id}"\n')
        lines = [
            line for line in markdown.split("\n---\n", 1)[1].split("\n") if not line.startswith("<")
        ]
        for target in re.findall(r"(?<!\\)\]\(([^)]*)\)", "\n".join(lines)):
            assert target.startswith("http"), target


def test_a_page_names_a_licence_only_where_the_record_has_one(published: Published) -> None:
    for brief in published.all_briefs:
        content = (published.folder / "briefs" / brief.id / "index.html").read_text(
            encoding="utf-8"
        )
        assert (
            ('rel="license"' in content)
            == ('"license":' in content)
            == (brief.record.license == LICENSE)
        )


def test_the_hostile_archive_is_hostile(published: Published) -> None:
    """The tests above prove something only if the hard titles, names and dates are in it."""
    if published.url != SITE_URL:
        assert sorted(brief.id for brief in published.all_briefs) == [
            "2019-sejong-park",
            "2021-yeosijae-okonogi",
            "2022-asan-choi",
            "2022-ifes-cho",
            "2023-sejong-jin",
        ]
        return
    facts = [load_facts(published, brief) for brief in published.all_briefs]
    assert any(
        all(sign in fact.title for sign in '"&%_#{<\\$~^') and "</script>" in fact.title
        for fact in facts
    )
    assert any(re.search("[가-힣]", fact.title) for fact in facts)
    assert [(ORGANISATION, None)] in [fact.authors for fact in facts]
    assert [("Van Dyke", "Mary Ann")] in [fact.authors for fact in facts]
    assert any(not fact.authors for fact in facts)
    assert {len(fact.date or "") for fact in facts} == {0, 4, 7, 10}
    assert {brief.id for brief in published.library.withdrawn} == {WITHDRAWN}
    assert set(published.library.redirects) == set(REDIRECTS)
