"""Citations in the formats that reference managers and programs read: BibTeX, RIS, CSL-JSON and a table.

BibTeX is written here, since bibtexparser and pybtex write titles with signs that they cannot read back; RIS by rispy.
"""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any

from rispy import RisWriter

from archive.citation import GENRE, Citation, Name

# Every sign that means something to TeX.
_TEX = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        **{sign: f"\\{sign}" for sign in "{}%&$#_"},
    }
)
# BibTeX counts braces even behind a backslash: one that has no partner gets one that is not seen.
_LONE = {r"\{": r"\{\vphantom{\}}", r"\}": r"\vphantom{\{}\}"}
# Between these TeX would make one sign of two.
_LIGATURE = re.compile(r"(?<=-)(?=-)|(?<=')(?=')|(?<=`)(?=`)|(?<=[?!])(?=`)|(?<=,)(?=,)|(?<=<)(?=<)|(?<=>)(?=>)")
# The names that babel and biblatex give to languages.
_LANGID = {"en": "english", "ko": "korean", "ja": "japanese"}
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
    "rights": "the rights line as printed, empty when none is printed",
    "license": "the address of the licence that the publisher gives, empty when none is given",
    "source": "the address of the original, empty when unknown",
    "added": "the day on which it came into the archive",
    "updated": "the day of the record's last change",
    "withdrawn": "the day on which it was withdrawn; empty for a brief that is there",
}


def bibtex(citations: list[Citation]) -> str:
    """One @techreport each. `date` is of the precision known (biblatex); `year` is for BibTeX, which knows no other."""
    return "\n".join(map(_bibtex, citations))


def _bibtex(citation: Citation) -> str:
    language = _LANGID.get(citation.language.partition("-")[0])
    fields = {
        "author": " and ".join(map(_bibtex_name, citation.authors)),
        # Twice in braces: no style is to change its capitals.
        "title": f"{{{_tex(citation.title)}}}",
        "institution": _tex(citation.institute),
        "type": _tex(GENRE),
        "series": _tex(citation.series or ""),
        "number": _tex(citation.number or ""),
        "date": citation.date or "",
        "year": (citation.date or "")[:4],
        "langid": language or "",
        "url": citation.url,
        "keywords": ", ".join(_tex(theme.label) for theme in citation.themes),
        "abstract": _tex(citation.abstract),
        "note": citation.note,
    }
    lines = "".join(f"  {field} = {{{value}}},\n" for field, value in fields.items() if value)
    return f"@techreport{{{citation.id},\n{lines}}}\n"


def _bibtex_name(name: Name) -> str:
    """A name that BibTeX does not cut up: in braces where a part has a comma, an "and", or a word in lower case, its "von"."""
    if name.given is None:
        return f"{{{_tex(name.family)}}}"
    family, given = (
        f"{{{_tex(part)}}}" if re.search(r",|(?i:\band\b)", part) else _tex(part) for part in (name.family, name.given)
    )
    has_von = not family.startswith("{") and any(word[0].islower() for word in name.family.split())
    return f"{{{family}}}, {given}" if has_von else f"{family}, {given}"


def _tex(text: str) -> str:
    """Text for a field in braces: TeX prints the same, and the braces in it are balanced for BibTeX."""
    escaped = _LIGATURE.sub("\0", text).translate(_TEX).replace("\0", "{}")
    lone = ("{" in text or "}" in text) and not _balanced(text)
    return re.sub(r"\\[{}]", lambda found: _LONE[found[0]], escaped) if lone else escaped


def _balanced(text: str) -> bool:
    depth = 0
    for sign in text:
        depth += {"{": 1, "}": -1}.get(sign, 0)
        if depth < 0:
            return False
    return not depth


class _Ris(RisWriter):
    """RIS without the numbers that rispy puts between records, which not every reader skips; line ends as the format has them."""

    NEWLINE = "\r\n"

    def set_header(self, count: int) -> str:  # noqa: ARG002 (rispy's)
        return ""


def ris(citations: list[Citation]) -> str:
    """One RPRT record each."""
    return _Ris().formats([_ris(citation) for citation in citations])


def _ris(citation: Citation) -> dict[str, Any]:
    year, month, day = ((citation.date or "").split("-") + ["", ""])[:3]
    record = {
        "type_of_reference": "RPRT",
        "id": citation.id,
        # A comma behind a name without one keeps it whole, as EndNote has it: Pandoc would split it too.
        "authors": [f"{name.filed}," if name.given is None else name.filed for name in citation.authors],
        "title": citation.title,
        "secondary_title": citation.series,
        "number": citation.number,
        "type_of_work": GENRE,
        "publisher": citation.institute,
        "year": year,
        "date": f"{year}/{month}/{day}" if year else "",
        "language": citation.language,
        "urls": [citation.url],
        "keywords": [theme.label for theme in citation.themes],
        "abstract": citation.abstract,
        "notes": [citation.note] if citation.note else [],
    }
    return {field: value for field, value in record.items() if value}


def csl_json(citations: list[Citation]) -> str:
    """CSL-JSON (citation style language): an array, one object each; date-parts holds only the parts known."""
    return json.dumps([_csl(citation) for citation in citations], ensure_ascii=False, indent=1) + "\n"


def _csl(citation: Citation) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "id": citation.id,
        "type": "report",
        "genre": GENRE,
        "title": citation.title,
        "author": [_csl_name(name) for name in citation.authors],
        "issued": {"date-parts": [[int(part) for part in citation.date.split("-")]]} if citation.date else None,
        "publisher": citation.institute,
        "collection-title": citation.series,
        "number": citation.number,
        "language": citation.language,
        "URL": citation.url,
        "keyword": ", ".join(theme.label for theme in citation.themes),
        "abstract": citation.abstract,
        "note": citation.note,
    }
    return {field: value for field, value in fields.items() if value}


def _csl_name(name: Name) -> dict[str, str]:
    return {"literal": name.family} if name.given is None else {"family": name.family, "given": name.given}


def table(rows: list[dict[str, str]]) -> str:
    """CSV (RFC 4180, UTF-8) with the columns of COLUMNS."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(COLUMNS), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
