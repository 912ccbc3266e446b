"""The HTML head tells machines what a page is, and where exports and feeds are.

It has Highwire tags, Open Graph, schema.org and Signposting. The template (overrides/main.html)
adds the title, the description and the canonical address.
"""

import json
from collections.abc import Sequence
from html import escape
from typing import Any

from archive.exports.citation import GENRE, Citation, without_empty
from archive.records.authority import Author, Institute
from archive.records.record import Credit, Relation
from archive.records.themes import Theme

# The export formats of briefs and lists, by file extension: media type and name for readers.
FORMATS = {
    "bib": ("application/x-bibtex", "BibTeX"),
    "ris": ("application/x-research-info-systems", "RIS"),
    "json": ("application/vnd.citationstyles.csl+json", "CSL-JSON"),
    "csv": ("text/csv", "CSV"),
    "md": ("text/markdown", "Markdown"),
    "txt": ("text/plain", "plain text"),
}
FEEDS = {
    "feed.xml": ("application/atom+xml", "Atom feed"),
    "feed.json": ("application/feed+json", "JSON feed"),
}
CITATIONS = ("bib", "ris", "json")
TEXTS = ("md", "txt")
# The files beside the page of a list.
LIST_FILES = {**FEEDS, **{f"briefs.{end}": FORMATS[end] for end in (*CITATIONS, "csv")}}
_SCHEMA = "https://schema.org/"
# Characters that HTML would read as markup inside a script.
_ESCAPES_IN_SCRIPT = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})
Trail = list[tuple[str, str]]


def brief_head(citation: Citation, base: str, trail: Trail) -> str:
    """Return the head of a brief's page on the site at `base`.

    `trail` names the pages above it, from the home page down.
    """
    return (
        _highwire(citation)
        + _open_graph(citation, base)
        + _signposts(citation, base)
        + _json_ld(
            [
                _report(citation, base),
                _breadcrumbs([*trail, (citation.record.title, citation.url)]),
            ]
        )
    )


def list_head(title: str, url: str, about: dict[str, Any] | None, trail: Trail) -> str:
    """Return the head of a list; `about` is the person, body or term, if any."""
    # The address identifies the person, body or term, so the page itself has no @id.
    page = {
        "@type": "CollectionPage",
        "url": url,
        "name": title,
        "inLanguage": "en",
        **({"about": about} if about else {}),
    }
    return _json_ld(
        [page, _breadcrumbs([*trail, (title, url)])] if trail else [{**page, "@type": "WebSite"}]
    )


def list_links(title: str, url: str) -> str:
    """Return links to the feeds and exports of the list `title` at `url`."""
    return "".join(
        _link("alternate", f"{url}{file}", type=kind, title=f"{title}: {name}")
        for file, (kind, name) in LIST_FILES.items()
    )


def person(author: Author, base: str) -> dict[str, Any]:
    """Describe an author for schema.org, with all names that the archive knows."""
    url = f"{base}authors/{author.id}/"
    own = _name_fields(author, author.all_names[0])
    return without_empty(
        {
            **own,
            "@id": url,
            "url": url,
            "alternateName": [name for name in author.all_names if name != own["name"]],
        }
    )


def body(institute: Institute, base: str) -> dict[str, Any]:
    """Describe an institute for schema.org, with its other names."""
    url = f"{base}institutes/{institute.id}/"
    names = dict.fromkeys([institute.short, *(other.name for other in institute.names)])
    return without_empty(
        {
            "@type": "Organization",
            "@id": url,
            "url": url,
            "name": institute.name,
            "alternateName": [name for name in names if name != institute.name],
        }
    )


def term(theme: Theme, base: str) -> dict[str, Any]:
    """Describe a theme for schema.org, as a term of the archive's set of themes."""
    url = f"{base}themes/{theme.id}/"
    return without_empty(
        {
            "@type": "DefinedTerm",
            "@id": url,
            "url": url,
            "name": theme.label,
            "description": theme.scope,
            "termCode": theme.id,
            "inDefinedTermSet": f"{base}themes/",
            "alternateName": [name for group in theme.names.values() for name in group],
        }
    )


def _highwire(citation: Citation) -> str:
    alone, date = len(citation.authors) == 1, citation.record.date
    return _meta(
        "name",
        [
            ("citation_title", citation.record.title),
            *(("citation_author", _keep_whole(author, alone)) for author in citation.authors),
            # This tag makes Zotero see a report; with the title alone it sees a journal article.
            *(("citation_technical_report_institution", name) for name in citation.institutes),
            ("citation_technical_report_number", citation.record.number),
            ("citation_series_title", citation.series),
            ("citation_publication_date", date.calendar if date else None),
            ("citation_language", citation.record.language),
            ("citation_abstract", citation.abstract),
            ("citation_keywords", "; ".join(theme.label for theme in citation.themes)),
            ("citation_public_url", citation.url),
            ("DC.type", GENRE),
        ],
    )


def _keep_whole(author: Author, alone: bool) -> str:
    """Return the name in a form that Zotero keeps whole.

    Zotero takes a lone author with two words on both sides of the comma for two people. A no-break
    space in the given name prevents that, and Zotero turns it into a space. Zotero splits a name
    without a comma at the last space; a comma at the end prevents that. It drops what stands behind
    a second comma, so a suffix has none before it.
    """
    if not author.given:
        return f"{author.family},"
    given = f"{author.forenames} {author.suffix}".strip()
    given = given.replace(" ", "\u00a0") if alone and " " in author.family else given
    return f"{author.family}, {given}"


def _open_graph(citation: Citation, base: str) -> str:
    return _meta(
        "property",
        [
            *(("article:author", f"{base}authors/{author.id}/") for author in citation.authors),
            ("article:published_time", citation.day),
            *(("article:tag", theme.label) for theme in citation.themes),
        ],
    )


def _signposts(citation: Citation, base: str) -> str:
    """Return links for robots (signposting.org/publishers) and to the main feed."""
    file = citation.url.removesuffix("/")
    texts = () if citation.record.withdrawn else TEXTS
    links: list[tuple[str, str | None, dict[str, str]]] = [
        ("cite-as", citation.url, {}),
        *(("author", f"{base}authors/{author.id}/", {}) for author in citation.authors),
        ("type", f"{_SCHEMA}Report", {}),
        ("license", citation.record.license, {}),
        *(("describedby", f"{file}.{end}", {"type": FORMATS[end][0]}) for end in CITATIONS),
        *(("item", f"{file}.{end}", {"type": FORMATS[end][0]}) for end in texts),
        ("collection", f"{base}briefs/", {"type": "text/html"}),
        (
            "alternate",
            f"{base}briefs/feed.xml",
            {"type": FEEDS["feed.xml"][0], "title": "All briefs: Atom feed"},
        ),
    ]
    return "".join(_link(rel, href, **attributes) for rel, href, attributes in links if href)


def _report(citation: Citation, base: str) -> dict[str, Any]:
    publishers = [
        {"@type": "Organization", "@id": f"{base}institutes/{id}/", "name": name}
        for id, name in zip(citation.record.institutes, citation.institutes, strict=True)
    ]
    return without_empty(
        {
            "@type": "Report",
            "@id": citation.url,
            "url": citation.url,
            "name": citation.record.title,
            "genre": GENRE,
            "author": [
                _author(author, credit, base)
                for author, credit in zip(citation.authors, citation.record.authors, strict=True)
            ],
            "publisher": publishers if publishers[1:] else publishers[0],
            "reportNumber": citation.record.number,
            "isPartOf": {
                "@type": "CreativeWorkSeries",
                "@id": f"{base}institutes/{citation.issuer}/#{citation.record.series}",
                "name": citation.series,
            }
            if citation.series
            else None,
            "datePublished": citation.record.date.calendar if citation.record.date else None,
            "inLanguage": citation.record.language,
            "about": [
                {"@type": "DefinedTerm", "@id": f"{base}themes/{theme.id}/", "name": theme.label}
                for theme in citation.themes
            ],
            "abstract": citation.abstract,
            "copyrightNotice": citation.record.rights,
            "license": citation.record.license,
            "creativeWorkStatus": "Withdrawn" if citation.record.withdrawn else None,
            "correction": [
                one.address or one.title
                for one in citation.record.relations
                if one.kind == "corrected-by"
            ],
            **_originals(citation.record.relations),
        }
    )


def _originals(relations: Sequence[Relation]) -> dict[str, Any]:
    """Describe the works that this one translates, summarises or corrects, where named.

    The vocabulary has a term for an erratum ("correction"), and none for what it corrects.
    """
    terms = {
        "translation-of": "translationOfWork",
        "summary-of": "isBasedOn",
        "corrects": "citation",
    }
    return {
        term: [
            {"@type": "CreativeWork", **facts}
            for one in relations
            if one.kind == kind
            and (
                facts := without_empty(
                    {"name": one.title, "inLanguage": one.language, "url": one.address}
                )
            )
        ]
        for kind, term in terms.items()
    }


def _author(author: Author, credit: Credit, base: str) -> dict[str, Any]:
    return without_empty(
        {
            **_name_fields(author, credit.printed),
            "@id": f"{base}authors/{author.id}/",
            "jobTitle": credit.affiliation if author.given is not None else None,
        }
    )


def _name_fields(author: Author, printed: str) -> dict[str, str]:
    if author.given is None:
        return {"@type": "Organization", "name": author.family}
    parts = {
        "familyName": author.family,
        "givenName": author.forenames,
        "honorificSuffix": author.suffix,
    }
    return {"@type": "Person", "name": printed, **(without_empty(parts) if author.given else {})}


def _breadcrumbs(trail: Trail) -> dict[str, Any]:
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": place, "name": name, "item": url}
            for place, (name, url) in enumerate(trail, 1)
        ],
    }


def _json_ld(graph: list[dict[str, Any]]) -> str:
    text = json.dumps(
        {"@context": _SCHEMA, "@graph": graph}, ensure_ascii=False, separators=(",", ":")
    ).translate(_ESCAPES_IN_SCRIPT)
    return f'<script type="application/ld+json">{text}</script>\n'


def _meta(attribute: str, fields: list[tuple[str, str | None]]) -> str:
    """Return a meta element for each name that has content."""
    return "".join(
        f'<meta {attribute}="{name}" content="{escape(content)}">\n'
        for name, content in fields
        if content
    )


def _link(rel: str, href: str, **attributes: str) -> str:
    rest = "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())
    return f'<link rel="{rel}" href="{escape(href)}"{rest}>\n'
