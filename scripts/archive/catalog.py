"""The records as data: the front matter of a page, the rows of a table, and the catalog of all with what its columns mean."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from archive.citation import Citation
from archive.exports import COLUMNS
from archive.library import Brief, Catalogued
from archive.records import Relation


def front_matter(one: Catalogued, citation: Citation) -> dict[str, Any]:
    """The record with what the text itself says: names from the authority files, themes, the first sentence."""
    record = one.record
    relations = [_relation(relation) for relation in record.relations]
    return {
        "id": record.id,
        "title": record.title,
        "title_printed": record.title_printed,
        "also_printed": list(record.also_printed),
        "authors": [
            {"id": name.id, "family": name.family, "given": name.given, "printed": name.printed, "affiliation": name.affiliation}
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
        "rights": record.rights,
        **({"license": record.license} if record.license else {}),
        "source": record.source,
        "archived": record.archived,
        "saved": record.saved,
        "added": record.added,
        "changes": [{"date": change.date, "field": change.field, "reason": change.reason} for change in record.changes],
        "checked_by": record.checked_by,
        "sha256": record.sha256,
        "description": citation.abstract,
        "basis": {field: {"kind": basis.kind, "evidence": basis.evidence} for field, basis in record.basis.items()},
        **({"withdrawn": asdict(record.withdrawn)} if record.withdrawn else {}),
    }


def _relation(relation: Relation) -> dict[str, str]:
    fields = ("kind", "title", "number", "language", "address", "note")
    return {field: getattr(relation, field) for field in fields if getattr(relation, field)}


def row(one: Catalogued, citation: Citation) -> dict[str, str]:
    """A brief as the row of a table, by the names of COLUMNS."""
    record = one.record
    basis = record.basis.get("date")
    values = {
        "id": record.id,
        "address": citation.url,
        "title": record.title,
        "authors": "; ".join(name.filed for name in citation.authors),
        "author_ids": ";".join(name.id for name in citation.authors),
        "institute": citation.institute,
        "institute_id": citation.institute_id,
        "series": citation.series,
        "number": record.number,
        "date": record.date,
        "date_basis": (basis.kind if basis else "printed") if record.date else None,
        "language": record.language,
        "themes": ";".join(theme.id for theme in citation.themes),
        "access": record.access,
        "rights": record.rights,
        "license": record.license,
        "source": record.source,
        "added": record.added,
        "updated": record.last_change,
        "withdrawn": citation.withdrawn,
    }
    return {column: value or "" for column, value in values.items()}


def catalog_json(every: Iterable[tuple[Catalogued, Citation]]) -> str:
    """All records as the front matter of their pages, each with its address; withdrawn ones too, which say so."""
    records = [{**front_matter(one, citation), "address": citation.url, "anchors": _anchors(one)} for one, citation in every]
    return json.dumps({"briefs": records}, ensure_ascii=False, indent=1) + "\n"


def _anchors(one: Catalogued) -> list[str]:
    """The anchors in the order of the text; those of a withdrawn brief as they were given out."""
    return list(one.anchors) if isinstance(one, Brief) else [line.anchor for line in one.lines]


def datapackage(name: str, description: str, base: str) -> str:
    """What the columns of catalog.csv mean, as a Data Package (https://specs.frictionlessdata.io/data-package/)."""
    fields = [{"name": column, "type": "string", "description": meaning} for column, meaning in COLUMNS.items()]
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
