"""Feeds list the briefs that were added or corrected last.

The formats are Atom (RFC 4287) and JSON Feed 1.1.

A feed needs moments, but a brief may have only a year. So `updated` is the day of the record's last
change, and only a printed whole day becomes `published`. The text has the date as it is known.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from html import escape
from typing import Any, cast

from feedgenerator import Atom1Feed, rfc3339_date

from archive.exports.citation import Citation, as_html, as_json, plain

# A feed reader loads the whole feed each time, so it has no more entries than these.
MOST_ENTRIES = 50


def feed_files(
    title: str, citations: Iterable[Citation], base: str, *, home: str, id: str, updated: str
) -> dict[str, str]:
    """Write a list as feeds, by the names of their files, for the site at the address `base`.

    `home` is the address of its page, which lies in the folder of the feeds. `id` is the first
    address that the page had: an id does not change when a feed moves (RFC 4287, 4.2.6). `updated`
    is the day of the last change. The feeds have the citations that changed last, latest first, and
    within one day in the order of the list.
    """
    newest = sorted(citations, key=lambda citation: citation.record.last_change, reverse=True)[
        :MOST_ENTRIES
    ]
    return {
        "feed.xml": _atom(title, newest, base, home=home, id=id, updated=updated),
        "feed.json": _json_feed(title, newest, base, home),
    }


class _AtomDocument(Atom1Feed):
    """feedgenerator's Atom, with several authors for an entry and without a clock."""

    def latest_post_date(self) -> datetime:
        return cast("datetime", self.feed["updated"])

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        for name, address in item["authors"]:
            handler.startElement("author", {})
            handler.addQuickElement("name", name)
            handler.addQuickElement("uri", address)
            handler.endElement("author")


def _atom(
    title: str, newest: list[Citation], base: str, *, home: str, id: str, updated: str
) -> str:
    """Write a feed as Atom."""
    document = _AtomDocument(
        title=title,
        link=home,
        description=None,
        language="en",
        feed_url=f"{home}feed.xml",
        feed_guid=id,
        # Atom requires an author for each entry, or one for the feed, and a brief may have none.
        author_name=None if all(citation.authors for citation in newest) and newest else title,
        updated=_moment(updated),
    )
    for citation in newest:
        document.add_item(
            title=citation.record.title,
            link=citation.url,
            unique_id=citation.first_url,
            description=_content(citation),
            pubdate=_moment(citation.day) if citation.day else None,
            updateddate=_moment(citation.record.last_change),
            categories=[theme.label for theme in citation.themes],
            authors=[
                (credit.printed, f"{base}authors/{credit.id}/")
                for credit in citation.record.authors
            ],
        )
    return str(document.writeString("utf-8")) + "\n"


def _json_feed(title: str, newest: list[Citation], base: str, home: str) -> str:
    """Write a feed as JSON Feed (https://www.jsonfeed.org/version/1.1/)."""
    return as_json(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": title,
            "home_page_url": home,
            "feed_url": f"{home}feed.json",
            "language": "en",
            "items": [
                {
                    "id": citation.first_url,
                    "url": citation.url,
                    "title": citation.record.title,
                    "content_html": _content(citation),
                    "summary": plain(citation),
                    **(
                        {"date_published": rfc3339_date(_moment(citation.day))}
                        if citation.day
                        else {}
                    ),
                    "date_modified": rfc3339_date(_moment(citation.record.last_change)),
                    "authors": [
                        {"name": credit.printed, "url": f"{base}authors/{credit.id}/"}
                        for credit in citation.record.authors
                    ],
                    "tags": [theme.label for theme in citation.themes],
                    "language": citation.record.language,
                }
                for citation in newest
            ],
        }
    )


def _content(citation: Citation) -> str:
    """Return the reference, with its date, what corrects it, and the author's first sentence."""
    quoted = f"<blockquote>{escape(citation.abstract)}</blockquote>" if citation.abstract else ""
    corrections = f"<p>{escape(citation.corrections)}</p>" if citation.corrections else ""
    return f"<p>{as_html(citation)}</p>{corrections}{quoted}"


def _moment(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=UTC)
