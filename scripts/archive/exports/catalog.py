"""The records as data: the front matter of a page, the rows of a table, and the catalog of all with what its columns mean."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from archive.exports.citation import Citation
from archive.records.library import Brief, Catalogued

# The columns of the tables, and what datapackage.json says of them.
COLUMNS = {
    "id": "the permanent id of the brief",
    "address": "the address of its page, for good",
    "title": "the title; in square brackets where the archive supplied it",
    "authors": "the authors as Family, Given, divided by semicolons; an organisation's name as it is",
    "author_ids": "their ids, divided by semicolons: /authors/<id>/ is the page of each",
    "institute": "the issuing body, under its name at the time",
    "institute_id": "its id: /institutes/<id>/",
    "series": "the series, empty when it belongs to none",
    "number": "the number in the series, as printed",
    "date": "EDTF, of the precision known: a year, a month or a day; empty when unknown",
    "date_basis": "printed, inferred or supplied: where the date is known from; empty without a date",
    "language": "the language of the text, a BCP 47 tag",
    "themes": "the ids of the themes it bears, divided by semicolons: /themes/<id>/",
    "access": "full, restricted or embargoed",
    "embargoed_until": "the day from which the text of an embargoed brief may be shown; empty for others",
    "rights": "the rights line as printed, empty when none is printed",
    "license": "the address of the licence that the publisher gives, empty when none is given",
    "source": "the address of the original, empty when unknown",
    "added": "the day on which it came into the archive",
    "updated": "the day of the record's last change",
    "withdrawn": "the day on which it was withdrawn; empty for a brief that is there",
}


def front_matter(one: Catalogued, citation: Citation) -> dict[str, Any]:
    """The record with what the text itself says: names from the authority files, themes, the first sentence."""
    record = one.record
    relations = [
        {field: value for field, value in asdict(relation).items() if value}
        for relation in record.relations
    ]
    return {
        "id": record.id,
        "title": record.title,
        "title_printed": record.title_printed,
        "also_printed": list(record.also_printed),
        "authors": [
            {
                "id": name.author.id,
                "family": name.author.family,
                "given": name.author.given,
                "printed": name.printed,
                "affiliation": name.affiliation,
            }
            for name in citation.authors
        ],
        "institute": {"id": citation.institute_id, "name": citation.institute},
        "series": {"id": citation.series_id, "name": citation.series} if citation.series else None,
        "number": record.number,
        "date": record.date,
        "language": record.language,
        "tags": [theme.label for theme in citation.themes],
        "relation": relations[0] if relations else None,
        "relations": relations,
        "access": record.access,
        **({"embargoed_until": record.embargoed_until} if record.embargoed_until else {}),
        "rights": record.rights,
        **({"license": record.license} if record.license else {}),
        "source": record.source,
        "archived": record.archived,
        "saved": record.saved,
        "added": record.added,
        "changes": [asdict(change) for change in record.history],
        "checked_by": record.checked_by,
        "sha256": record.sha256,
        "description": citation.abstract,
        "basis": {field: asdict(basis) for field, basis in record.basis.items()},
        **({"withdrawn": asdict(record.withdrawn)} if record.withdrawn else {}),
    }


def row(one: Catalogued, citation: Citation) -> dict[str, str]:
    """A brief as the row of a table, by the names of COLUMNS."""
    record = one.record
    basis = record.basis.get("date")
    values = {
        "id": record.id,
        "address": citation.url,
        "title": record.title,
        "authors": "; ".join(name.author.inverted_name for name in citation.authors),
        "author_ids": ";".join(name.author.id for name in citation.authors),
        "institute": citation.institute,
        "institute_id": citation.institute_id,
        "series": citation.series,
        "number": record.number,
        "date": record.date,
        "date_basis": (basis.kind if basis else "printed") if record.date else None,
        "language": record.language,
        "themes": ";".join(theme.id for theme in citation.themes),
        "access": record.access,
        "embargoed_until": record.embargoed_until,
        "rights": record.rights,
        "license": record.license,
        "source": record.source,
        "added": record.added,
        "updated": record.last_change,
        "withdrawn": citation.withdrawn,
    }
    return {column: value or "" for column, value in values.items()}


def table(rows: list[dict[str, str]]) -> str:
    """CSV (RFC 4180, UTF-8) with the columns of COLUMNS."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(COLUMNS), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def catalog_json(every: Iterable[tuple[Catalogued, Citation]]) -> str:
    """All records as the front matter of their pages, each with its address; withdrawn ones too, which say so."""
    records = [
        {**front_matter(one, citation), "address": citation.url, "anchors": _anchors(one)}
        for one, citation in every
    ]
    return json.dumps({"briefs": records}, ensure_ascii=False, indent=1) + "\n"


def _anchors(one: Catalogued) -> list[str]:
    """The anchors in the order of the text; those of a withdrawn brief as they were given out."""
    return list(one.anchors) if isinstance(one, Brief) else [line.anchor for line in one.lines]


def datapackage(name: str, description: str, base: str) -> str:
    """What the columns of catalog.csv mean, as a Data Package (https://specs.frictionlessdata.io/data-package/)."""
    fields = [
        {"name": column, "type": "string", "description": meaning}
        for column, meaning in COLUMNS.items()
    ]
    package = {
        "profile": "data-package",
        "name": "korea-japan-policy-briefs",
        "title": name,
        "description": description,
        "homepage": base,
        "resources": [
            {
                "name": "catalog",
                "path": "catalog.csv",
                "profile": "tabular-data-resource",
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "schema": {"fields": fields, "primaryKey": "id", "missingValues": [""]},
            },
            {
                "name": "catalog-json",
                "path": "catalog.json",
                "profile": "data-resource",
                "format": "json",
                "mediatype": "application/json",
                "encoding": "utf-8",
                "description": "the records whole, with authors in parts, relations, changes, and the basis of what is not printed",
            },
        ],
    }
    return json.dumps(package, ensure_ascii=False, indent=1) + "\n"
