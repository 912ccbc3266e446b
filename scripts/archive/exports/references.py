"""Citations in the formats of reference managers: BibTeX, RIS and CSL-JSON.

BibTeX is written by hand: bibtexparser and pybtex write some titles so that they cannot read them
back. RIS is written by rispy.
"""

import re
from collections.abc import Iterable
from itertools import accumulate

from rispy import RisWriter

from archive.exports.citation import GENRE, Citation, as_json, without_empty
from archive.records.authority import Author

# Every character that is special in TeX.
_TEX = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        **{sign: f"\\{sign}" for sign in "{}%&$#_"},
    }
)
# BibTeX counts braces even after a backslash: an unpaired brace gets an invisible partner.
_WITH_PARTNER = {r"\{": r"\{\vphantom{\}}", r"\}": r"\vphantom{\{}\}"}
# The places between two characters that TeX would join into one.
_LIGATURE = re.compile(
    r"(?<=-)(?=-)|(?<=')(?=')|(?<=`)(?=`)|(?<=[?!])(?=`)|(?<=,)(?=,)|(?<=<)(?=<)|(?<=>)(?=>)"
)
# The names that babel and biblatex give to languages.
_LANGID = {"en": "english", "ko": "korean", "ja": "japanese"}


def files(citation: Citation) -> dict[str, str]:
    """Write a citation in each format, by file extension."""
    return {"bib": bibtex(citation), "ris": ris(citation), "json": csl_json(citation)}


def concatenate(citations: Iterable[dict[str, str]]) -> dict[str, str]:
    """Join the `files` of citations into the files of a whole list."""
    contents = list(citations)
    arrays = [content["json"].removeprefix("[\n").removesuffix("\n]\n") for content in contents]
    return {
        "bib": "\n".join(content["bib"] for content in contents),
        "ris": _Ris.NEWLINE.join(content["ris"] for content in contents),
        "json": "[\n{}\n]\n".format(",\n".join(arrays)) if arrays else "[]\n",
    }


def bibtex(citation: Citation) -> str:
    """Write a citation as a @techreport.

    `date` has the precision known, for biblatex; `year` is for BibTeX, which has no other field.
    """
    fields = {
        "author": " and ".join(_bibtex_name(author) for author in citation.authors),
        # Double braces keep styles from changing its capitals.
        "title": f"{{{_tex(citation.record.title)}}}",
        # In braces, the "and" of a name does not part it in two.
        "institution": " and ".join(
            f"{{{_tex(name)}}}"
            if citation.institutes[1:] or re.search(r"(?i:\band\b)", name)
            else _tex(name)
            for name in citation.institutes
        ),
        "type": _tex(GENRE),
        "series": _tex(citation.series or ""),
        "number": _tex(citation.record.number or ""),
        "date": str(citation.record.date or ""),
        "year": citation.record.year or "",
        "langid": _LANGID.get(citation.record.language.partition("-")[0], ""),
        "url": citation.url,
        "keywords": ", ".join(_tex(theme.label) for theme in citation.themes),
        "abstract": _tex(citation.abstract),
        "note": _tex(citation.note),
    }
    lines = "".join(f"  {field} = {{{value}}},\n" for field, value in fields.items() if value)
    return f"@techreport{{{citation.record.id},\n{lines}}}\n"


def _bibtex_name(author: Author) -> str:
    """Return a name that BibTeX does not split.

    Braces protect a comma, an "and", or a word in lower case, which BibTeX takes for a "von". A
    suffix stands between family and given name: "King, Jr., Martin Luther".
    """
    if not author.given:
        return f"{{{_tex(author.family)}}}"
    has_von = any(word[0].islower() for word in author.family.split())
    return ", ".join(
        f"{{{_tex(part)}}}" if is_braced or re.search(r",|(?i:\band\b)", part) else _tex(part)
        for part, is_braced in (
            (author.family, has_von),
            (author.suffix, False),
            (author.forenames, False),
        )
        if part
    )


def _tex(text: str) -> str:
    """Escape text for a field in braces, with balanced braces, for TeX."""
    escaped = _LIGATURE.sub("\0", text).translate(_TEX).replace("\0", "{}")
    depths = [0, *accumulate(1 if brace == "{" else -1 for brace in re.findall("[{}]", text))]
    if min(depths) == depths[-1] == 0:
        return escaped
    return re.sub(r"\\[{}]", lambda match: _WITH_PARTNER[match[0]], escaped)


class _Ris(RisWriter):
    """RIS with CRLF, without rispy's numbers, which not every reader skips."""

    NEWLINE = "\r\n"

    def set_header(self, count: int) -> str:  # noqa: ARG002 (rispy's)
        return ""


def ris(citation: Citation) -> str:
    """Write a citation as an RPRT record."""
    date = citation.record.date
    figures = (*date.parts[: 1 if date.season else 3], "", "")[:3] if date else ()
    words = [date.words.removesuffix(f" {date.year}")] if date and (date.season or date.end) else []
    record = {
        "type_of_reference": "RPRT",
        "id": citation.record.id,
        # EndNote keeps a single name whole if it ends in a comma; Pandoc too would split it.
        "authors": [
            f"{author.inverted_name}," if not author.given else author.inverted_name
            for author in citation.authors
        ],
        "title": citation.record.title,
        "secondary_title": citation.series,
        "number": citation.record.number,
        "type_of_work": GENRE,
        "publisher": citation.institute,
        "year": citation.record.year,
        # YYYY/MM/DD/other information
        "date": "/".join([*figures, *words]),
        "language": citation.record.language,
        "urls": [citation.url],
        "keywords": [theme.label for theme in citation.themes],
        "abstract": citation.abstract,
        "notes": [citation.note] if citation.note else [],
    }
    return _Ris().formats([without_empty(record)])


def csl_json(citation: Citation) -> str:
    """Write a citation as CSL-JSON: an array with one object.

    date-parts has only the parts of the date that are known. A season has a field of its own, and
    an interval the two dates; in it a season stands for a month, as Pandoc and citeproc-js know it.
    """
    date = citation.record.date
    ends = "" if not date else str(date) if date.end else date.calendar
    fields = {
        "id": citation.record.id,
        "type": "report",
        "genre": GENRE,
        "title": citation.record.title,
        "author": [
            without_empty(
                {"family": author.family, "given": author.forenames, "suffix": author.suffix}
                if author.given
                else {"literal": author.family}
            )
            for author in citation.authors
        ],
        "issued": without_empty(
            {
                "date-parts": [[*map(int, end.split("-"))] for end in ends.split("/")],
                "season": 0 if date.end else date.season,
            }
        )
        if date
        else None,
        "publisher": citation.institute,
        "collection-title": citation.series,
        "number": citation.record.number,
        "language": citation.record.language,
        "URL": citation.url,
        "keyword": ", ".join(theme.label for theme in citation.themes),
        "abstract": citation.abstract,
        "note": citation.note,
    }
    return as_json([without_empty(fields)])
