"""Records as data: front matter, table rows, and the catalog with its schema."""

import csv
import io
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from archive.exports.citation import Citation, as_json, without_empty
from archive.records.library import Catalogued

# The columns of the tables, with their descriptions in datapackage.json.
COLUMNS = {
    "id": "the permanent id of the brief",
    "address": "the permanent address of its page",
    "title": "the title; in square brackets where the archive supplied it",
    "authors": "the authors as Family, Given, separated by semicolons; "
    "a name of one part, and that of an organisation, unchanged",
    "author_ids": "their ids, separated by semicolons: /authors/<id>/ is the page of each",
    "institute": "the issuing bodies, under their names at the time, separated by semicolons",
    "institute_id": "their ids, separated by semicolons: /institutes/<id>/",
    "series": "the series; empty without one",
    "number": "the number in the series, as printed",
    "date": "EDTF, of the precision known: a year, a month or a day, a season (2021-21 is spring) "
    "or an interval (2020-12/2021-01); empty when unknown",
    "date_basis": "how the date is known: printed, inferred or supplied; empty without a date",
    "language": "the language of the text, a BCP 47 tag",
    "themes": "the ids of its themes, separated by semicolons: /themes/<id>/",
    "access": "full, restricted or embargoed",
    "embargoed_until": "the day from which the text of an embargoed brief may be shown; "
    "empty for others",
    "rights": "the rights line as printed; empty when none is printed",
    "license": "the address of the licence that the publisher gives; empty when none is given",
    "source": "the address of the original; empty when unknown",
    "added": "the day on which it came into the archive",
    "updated": "the day of the record's last change",
    "withdrawn": "the day on which it was withdrawn; empty for others",
}


def front_matter(brief: Catalogued, citation: Citation) -> dict[str, Any]:
    """Return the front matter of a brief's page.

    DESIGN.md lists its fields: the record, names from the authority files, themes, and the first
    sentence of the text.
    """
    record = brief.record
    relations = [without_empty(asdict(one)) for one in citation.record.relations]
    issuers = zip(record.institutes, citation.institutes, strict=True)
    institutes = [{"id": id, "name": name} for id, name in issuers]
    return {
        "id": record.id,
        "title": record.title,
        "title_printed": record.title_printed,
        "also_printed": list(record.also_printed),
        "authors": [
            {
                "id": author.id,
                "family": author.family,
                "given": author.given,
                "printed": credit.printed,
                "affiliation": credit.affiliation,
            }
            for author, credit in zip(citation.authors, record.authors, strict=True)
        ],
        "institute": institutes[0],
        **({"institutes": institutes} if institutes[1:] else {}),
        "series": {"id": record.series, "name": citation.series} if citation.series else None,
        "number": record.number,
        "date": str(record.date) if record.date else None,
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
        "saved": str(record.saved) if record.saved else None,
        "added": record.added,
        "changes": [asdict(change) for change in record.history],
        "checked_by": record.checked_by,
        "sha256": record.sha256,
        "description": citation.abstract,
        "basis": {field: asdict(basis) for field, basis in record.basis.items()},
        **({"withdrawn": asdict(record.withdrawn)} if record.withdrawn else {}),
    }


def row(brief: Catalogued, citation: Citation) -> dict[str, str]:
    """Return a brief as a row of a table, by the names of COLUMNS."""
    record = brief.record
    basis = record.basis.get("date")
    values = {
        "id": record.id,
        "address": citation.url,
        "title": record.title,
        "authors": "; ".join(author.inverted_name for author in citation.authors),
        "author_ids": ";".join(credit.id for credit in record.authors),
        "institute": "; ".join(citation.institutes),
        "institute_id": ";".join(record.institutes),
        "series": citation.series,
        "number": record.number,
        "date": str(record.date or ""),
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
        "withdrawn": record.withdrawn.date if record.withdrawn else None,
    }
    return {column: value or "" for column, value in values.items()}


def table(rows: list[dict[str, str]]) -> str:
    """Write rows as CSV (RFC 4180) with the columns of COLUMNS."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(COLUMNS), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def catalog_json(entries: Iterable[tuple[Catalogued, Citation]]) -> str:
    """Write the front matter, address and anchors of all briefs, withdrawn or not."""
    return as_json(
        {
            "briefs": [
                {**front_matter(brief, citation), "address": citation.url, "anchors": brief.anchors}
                for brief, citation in entries
            ]
        }
    )


def datapackage(name: str, description: str, base: str) -> str:
    """Describe the columns of catalog.csv as a Data Package.

    The format is specified at https://specs.frictionlessdata.io/data-package/. `base` is the
    address of the site.
    """
    return as_json(
        {
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
                    "schema": {
                        "fields": [
                            {"name": column, "type": "string", "description": meaning}
                            for column, meaning in COLUMNS.items()
                        ],
                        "primaryKey": "id",
                        "missingValues": [""],
                    },
                },
                {
                    "name": "catalog-json",
                    "path": "catalog.json",
                    "profile": "data-resource",
                    "format": "json",
                    "mediatype": "application/json",
                    "encoding": "utf-8",
                    "description": "the full records, with the names of authors in parts, "
                    "relations, changes, and the basis of what is not printed",
                },
            ],
        }
    )
