"""Feeds of what came into the archive, or was corrected in it: Atom (RFC 4287) and JSON Feed 1.1.

A feed wants moments and a brief may have only a year: `updated` is the day of the record's last change, `published` is there
only for a whole day that is printed, and the date as known stands in the text.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from typing import Any

from feedgenerator import Atom1Feed, rfc3339_date

from archive.exports.citation import Citation, as_html, plain

# A feed reader loads the whole feed each time.
MOST = 50


@dataclass(frozen=True, slots=True)
class Feed:
    """A list as a feed: `home` is the address of its page, beside which the feeds stand, `updated` the day of its last change.

    `id` is the address which that page had first (RFC 4287, 4.2.6: an id does not change when a feed moves).
    `newest` are the citations that changed last, the latest first, those of one day in the order of the list.
    """

    title: str
    home: str
    id: str
    updated: str
    newest: tuple[Citation, ...]

    @classmethod
    def of(cls, title: str, home: str, id: str, updated: str, citations: list[Citation]) -> Feed:
        """The feed of a list."""
        newest = sorted(citations, key=lambda citation: citation.updated, reverse=True)[:MOST]
        return cls(title, home, id, updated, tuple(newest))


class _Atom(Atom1Feed):
    """feedgenerator's Atom, but for what it has one of: authors, and the moment of an empty feed, which it takes from the clock."""

    def latest_post_date(self) -> datetime:
        moment: datetime = self.feed["updated"]
        return moment

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        for name, address in item["authors"]:
            handler.startElement("author", {})
            handler.addQuickElement("name", name)
            handler.addQuickElement("uri", address)
            handler.endElement("author")


def atom(feed: Feed, base: str) -> str:
    """The Atom feed of a site at the address `base`."""
    made = _Atom(
        title=feed.title,
        link=feed.home,
        description=None,
        language="en",
        feed_url=f"{feed.home}feed.xml",
        feed_guid=feed.id,
        # Atom wants an author for each entry, or one for the feed: a brief may have none.
        author_name=None
        if all(citation.authors for citation in feed.newest) and feed.newest
        else feed.title,
        updated=_moment(feed.updated),
    )
    for citation in feed.newest:
        made.add_item(
            title=citation.title,
            link=citation.url,
            unique_id=citation.first_url,
            description=_content(citation),
            pubdate=_published(citation),
            updateddate=_moment(citation.updated),
            categories=[theme.label for theme in citation.themes],
            authors=[
                (name.printed, f"{base}authors/{name.author.id}/") for name in citation.authors
            ],
        )
    return str(made.writeString("utf-8")) + "\n"


def json_feed(feed: Feed, base: str) -> str:
    """The same as JSON Feed (https://www.jsonfeed.org/version/1.1/)."""
    content = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.home,
        "feed_url": f"{feed.home}feed.json",
        "language": "en",
        "items": [_item(citation, base) for citation in feed.newest],
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def _item(citation: Citation, base: str) -> dict[str, Any]:
    published = _published(citation)
    return {
        "id": citation.first_url,
        "url": citation.url,
        "title": citation.title,
        "content_html": _content(citation),
        "summary": plain(citation),
        **({"date_published": rfc3339_date(published)} if published else {}),
        "date_modified": rfc3339_date(_moment(citation.updated)),
        "authors": [
            {"name": name.printed, "url": f"{base}authors/{name.author.id}/"}
            for name in citation.authors
        ],
        "tags": [theme.label for theme in citation.themes],
        "language": citation.language,
    }


def _content(citation: Citation) -> str:
    """The reference, which has the date as known, and the author's first sentence."""
    quoted = f"<blockquote>{escape(citation.abstract)}</blockquote>" if citation.abstract else ""
    return f"<p>{as_html(citation)}</p>{quoted}"


def _published(citation: Citation) -> datetime | None:
    return _moment(citation.day) if citation.day else None


def _moment(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=UTC)
