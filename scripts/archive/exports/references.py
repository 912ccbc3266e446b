"""Citations in the formats that reference managers read: BibTeX, RIS and CSL-JSON.

BibTeX is written here, since bibtexparser and pybtex write titles with signs that they cannot read back; RIS by rispy.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

from rispy import RisWriter

from archive.exports.citation import GENRE, Citation
from archive.records.authority import Author

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
_LIGATURE = re.compile(
    r"(?<=-)(?=-)|(?<=')(?=')|(?<=`)(?=`)|(?<=[?!])(?=`)|(?<=,)(?=,)|(?<=<)(?=<)|(?<=>)(?=>)"
)
# The names that babel and biblatex give to languages.
_LANGID = {"en": "english", "ko": "korean", "ja": "japanese"}


def files(citation: Citation) -> dict[str, str]:
    """A citation in each format, by the end of the file's name."""
    return {"bib": bibtex([citation]), "ris": ris([citation]), "json": csl_json([citation])}


def concatenate(made: Iterable[dict[str, str]]) -> dict[str, str]:
    """What `bibtex`, `ris` and `csl_json` make of a whole list, put together of the `files` of its citations."""
    each = list(made)
    arrays = [one["json"].removeprefix("[\n").removesuffix("\n]\n") for one in each]
    return {
        "bib": "\n".join(one["bib"] for one in each),
        "ris": _Ris.NEWLINE.join(one["ris"] for one in each),
        "json": "[\n{}\n]\n".format(",\n".join(arrays)) if arrays else csl_json([]),
    }


def bibtex(citations: list[Citation]) -> str:
    """One @techreport each. `date` is of the precision known (biblatex); `year` is for BibTeX, which knows no other."""
    return "\n".join(map(_bibtex, citations))


def _bibtex(citation: Citation) -> str:
    language = _LANGID.get(citation.language.partition("-")[0])
    fields = {
        "author": " and ".join(_bibtex_name(name.author) for name in citation.authors),
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


def _bibtex_name(author: Author) -> str:
    """A name that BibTeX does not cut up: in braces where a part has a comma, an "and", or a word in lower case, its "von"."""
    if author.given is None:
        return f"{{{_tex(author.family)}}}"
    family, given = (
        f"{{{_tex(part)}}}" if re.search(r",|(?i:\band\b)", part) else _tex(part)
        for part in (author.family, author.given)
    )
    has_von = not family.startswith("{") and any(
        word[0].islower() for word in author.family.split()
    )
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
        "authors": [
            f"{name.author.inverted_name},"
            if name.author.given is None
            else name.author.inverted_name
            for name in citation.authors
        ],
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
    return (
        json.dumps([_csl(citation) for citation in citations], ensure_ascii=False, indent=1) + "\n"
    )


def _csl(citation: Citation) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "id": citation.id,
        "type": "report",
        "genre": GENRE,
        "title": citation.title,
        "author": [_csl_name(name.author) for name in citation.authors],
        "issued": {"date-parts": [[int(part) for part in citation.date.split("-")]]}
        if citation.date
        else None,
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


def _csl_name(author: Author) -> dict[str, str]:
    return (
        {"literal": author.family}
        if author.given is None
        else {"family": author.family, "given": author.given}
    )
