"""Read what a page says about itself in its markup: titles, authors, dates and the like.

Nothing is chosen here: each value is given with the tag that declares it.
"""

import logging
import re
from collections.abc import Iterator
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from archive.sources.lines import Declared
from archive.text.addresses import web_address

# The names of meta elements by field: those of Google Scholar (Highwire), Dublin Core, PRISM and
# Open Graph, and those that publishers' systems have made up.
_META = {
    "title": "citation_title dc.title dcterms.title og:title twitter:title title",
    "authors": "citation_author citation_authors dc.creator dcterms.creator author article:author "
    "parsely-author sailthru.author byl twitter:data1",
    "date": "citation_publication_date citation_date citation_online_date dc.date dc.date.issued "
    "dcterms.date dcterms.issued dcterms.created prism.publicationdate article:published_time "
    "og:article:published_time article:published og:published_time datepublished publishdate "
    "pubdate date publication_date parsely-pub-date sailthru.date",
    "institute": "citation_technical_report_institution citation_publisher dc.publisher "
    "dcterms.publisher og:site_name",
    "series": "citation_series_title",
    "number": "citation_technical_report_number citation_issue",
    "language": "citation_language dc.language",
    "source": "citation_public_url og:url",
}
_FIELD = {name: field for field, names in _META.items() for name in names.split()}
# The fields of properties of schema.org (https://schema.org/CreativeWork), and the types of items
# that are a text, or the page that shows one.
_PROPERTIES = {
    "headline": "title",
    "name": "title",
    "author": "authors",
    "creator": "authors",
    "datePublished": "date",
    "publisher": "institute",
}
_TEXTS = re.compile(
    r"\w*(?:Article|Report|Posting|Thesis|Book|Chapter|CreativeWork|WebPage)\w*", re.ASCII
)
# Elements that show an author, by the names of classes that most systems use.
_AUTHORS = "[rel~=author], [itemprop~=author], .author, .byline"
# Where htmldate has found a date, in words that are shown to the curator.
FOUND = "the words of the page, by htmldate"


def declared_by(tree: LexborHTMLParser, text: str) -> Iterator[Declared]:
    """Yield what a page declares about itself, in the order of its markup."""
    # These take as long to load as all that most commands do.
    import htmldate  # noqa: PLC0415

    logging.getLogger("htmldate").setLevel(logging.CRITICAL)
    for node in tree.css("meta[content]"):
        for attribute in ("name", "property", "itemprop"):
            name = (node.attributes.get(attribute) or "").strip()
            if field := _FIELD.get(name.lower()):
                yield from _declare(field, node.attributes["content"], f"meta {name}")
    for selector, attribute, field, tag in (
        ("title", "", "title", "title"),
        ("link[rel~=canonical]", "href", "source", "link canonical"),
        ("html[lang]", "lang", "language", "html lang"),
        ("time[datetime]", "datetime", "date", "time"),
        (_AUTHORS, "", "authors", "class of an author"),
    ):
        for node in tree.css(selector)[: 20 if field in ("date", "authors") else 1]:
            # Where there is another such element inside of it, the names are in that.
            if field != "authors" or len(node.css(_AUTHORS)) == 1:
                value = node.attributes.get(attribute) if attribute else node.text(separator=" ")
                yield from _declare(field, value, tag)
    for item, kind in _items(text):
        for name, field in _PROPERTIES.items():
            for value in _values(item.get(name)):
                yield from _declare(field, value, f"{kind} {name}")
    try:
        yield from _declare("date", htmldate.find_date(text, original_date=True), FOUND)
    except (ValueError, TypeError, OverflowError, RecursionError):
        return  # not a page that htmldate can read


def _declare(field: str, value: object, tag: str) -> Iterator[Declared]:
    words = " ".join(str(value or "").split())
    words = web_address("", words) if field == "source" else words
    # A value that goes on for lines is not one.
    if words and len(words) < 400:
        yield Declared(field, words, tag)


def _items(text: str) -> Iterator[tuple[dict[str, Any], str]]:
    """Yield the items of schema.org that are a text, each with its kind of markup and its type."""
    import extruct  # noqa: PLC0415

    try:
        found = extruct.extract(
            text, syntaxes=["json-ld", "microdata"], uniform=True, errors="ignore"
        )
    except (ValueError, TypeError, AttributeError, RecursionError):
        return  # not a page that extruct can read
    for key, kind in (("json-ld", "JSON-LD"), ("microdata", "microdata")):
        todo = [found.get(key)]
        while todo:
            item = todo.pop()
            if isinstance(item, list):
                todo += item
            elif isinstance(item, dict):
                todo.append(item.get("@graph"))
                if name := _TEXTS.search(str(item.get("@type"))):
                    yield item, f"{kind} {name[0]}"


def _values(value: object) -> Iterator[str]:
    """Yield the words of a property: those of an item are its name."""
    for one in value if isinstance(value, list) else [value]:
        name = one.get("name") if isinstance(one, dict) else one
        if isinstance(name, str):
            yield name
