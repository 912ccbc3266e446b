"""The search index of a built site: what Pagefind reads of each brief, and the table with which the search page does the rest.

Pagefind searches words. Facets, counts, order in time and names in other spellings come from the table, which is small,
exact and the same from run to run; Pagefind's own filter files are not.
"""

from __future__ import annotations

import gzip
import json
import re
import shutil
import subprocess
import sys
import tempfile
import unicodedata
from html import escape
from pathlib import Path
from typing import Any

from archive.authority import Author, Institute, Series
from archive.dates import in_words
from archive.errors import ArchiveError
from archive.files import write_atomically
from archive.library import Brief, Library
from archive.reading import Block, Kind, Voice
from archive.themes import SCRIPTS, Theme

# Stands, with a space behind it, where Pagefind is to see two words and a reader one run of signs; the search page takes both out.
JOINER = "\u2060"
UNDATED = "undated"
# Of what Pagefind puts beside an index, the search page needs these.
_NEEDED = ("pagefind.js", "pagefind-entry.json", "wasm.en.pagefind")
# How much a word weighs in the ranking: a heading says what a text is about, another's words about it do not.
_HEADING, _OTHER_VOICE = "2", "0.3"


def write_index(library: Library, site: Path) -> None:
    """Put the index into pagefind/ and the table at search/briefs.json of a site, in place of what is there.

    Raises ArchiveError when Pagefind gives up or the disk refuses.
    """
    index = site / "pagefind"
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder, "pagefind")
        for brief in library.briefs:
            write_atomically(Path(folder, "site", "briefs", brief.id, "index.html"), indexed(library, brief))
        if library.briefs:
            _run_pagefind(Path(folder, "site"), made)
        try:
            shutil.rmtree(index, ignore_errors=True)
            for file in sorted(path for path in made.rglob("*") if path.is_file()):
                if file.parent != made or file.name in _NEEDED or file.suffix == ".pf_meta":
                    (index / file.relative_to(made)).parent.mkdir(parents=True, exist_ok=True)
                    shutil.copyfile(file, index / file.relative_to(made))
        except OSError as error:
            raise ArchiveError(index, "index", f"cannot be written ({error.strerror})", "Make room, then build again.") from None
        fragments = _fragments(made / "fragment")
    content = json.dumps(table(library, fragments), ensure_ascii=False, separators=(",", ":"))
    write_atomically(site / "search" / "briefs.json", content + "\n")


def indexed(library: Library, brief: Brief) -> str:
    """What Pagefind reads of a brief, as HTML: its blocks with their anchors and voices, and its record as named fields.

    An empty element named after the voice bears each anchor. Blocks are no elements of their own, since Pagefind would end
    each with a full stop that is not in the text; a lone joiner between two keeps phrases from running across them.
    """
    fields = "".join(
        f'<meta data-pagefind-meta="{name}[content]" content="{escape(separate(value))}">'
        for name, value in _fields(library, brief).items()
        if value
    )
    blocks = "".join(
        f'<{block.voice.value} id="{anchor}"></{block.voice.value}>{_weighted(block)} {JOINER} '
        for block, anchor in zip(brief.reading.shown, brief.anchors, strict=True)
    )
    return f'<!doctype html><html lang="en"><head>{fields}</head><body data-pagefind-body>{blocks}</body></html>\n'


def separate(text: str) -> str:
    """`text` with a joiner and a space wherever words meet that Pagefind, which parts words at white space, takes for one.

    That is at any sign but those of ASCII, which it knows, and apostrophes ("Kishida–Biden"), and, as no space parts words
    there, around each Chinese, Japanese and Korean letter: such text is searched letter by letter.
    """
    text = re.sub(r"(?<=\w)[^\w\s]+(?=\w)", lambda signs: signs[0] + (f"{JOINER} " if any(map(_parts, signs[0])) else ""), text)
    return re.sub(rf"(?<=[{SCRIPTS}])(?=\w)|(?<=\w)(?=[{SCRIPTS}])", f"{JOINER} ", text)


def table(library: Library, fragments: dict[str, str]) -> dict[str, Any]:
    """What the search page knows besides words: the values of each facet with all their names, and a row for each brief.

    `fragments` has the id of each brief's search result. Rows are newest first and refer to values by their place;
    a name that a row gives is a place among the names of that value.
    """
    authors, institutes, themes = library.authors(), library.institutes(), list(library.themes)
    series = [(body, one) for body in institutes for one in body.series.values()]
    years = [year or UNDATED for year in library.years()]
    place = {
        "author": {author.id: index for index, author in enumerate(authors)},
        "institute": {body.id: index for index, body in enumerate(institutes)},
        "theme": {theme.id: index for index, theme in enumerate(themes)},
        "series": {one.id: index for index, (_, one) in enumerate(series)},
        "year": {year: index for index, year in enumerate(years)},
    }

    def row(brief: Brief) -> list[Any]:
        record = brief.record
        authors_named = [
            [place["author"][credit.id], _author_names(library.authority.authors[credit.id]).index(credit.printed)]
            for credit in record.authors
        ]
        body = place["institute"][brief.institute.id]
        passages = {
            place["theme"][theme]: list(dict.fromkeys(brief.anchor(passage.number) for passage in found))
            for theme, found in brief.passages.items()
        }
        return [
            fragments[brief.id],
            brief.id,
            record.title,
            record.date,
            authors_named,
            [body, _institute_names(brief.institute).index(brief.institute_name)],
            place["series"][record.series] if record.series else None,
            record.number,
            passages,
            [language if language != "en" else "" for language in (record.title_language or "en", record.language)],
        ]

    return {
        "author": [[author.id, author.filed, _author_names(author)] for author in authors],
        "institute": [[body.id, body.name, _institute_names(body)] for body in institutes],
        "theme": [[theme.id, theme.label, _theme_names(theme)] for theme in themes],
        "series": [[one.id, one.name, _series_names(one), place["institute"][body.id]] for body, one in series],
        "year": [[year, year.capitalize(), [year]] for year in years],
        "briefs": [row(brief) for brief in library.briefs],
    }


def _fields(library: Library, brief: Brief) -> dict[str, str]:
    """The record, for searching: what the page shows of it, and the other names of the people and bodies in it."""
    record = brief.record
    series = brief.series
    names = [name for credit in record.authors for name in _author_names(library.authority.authors[credit.id])]
    related = [part for one in record.relations for part in (one.title, one.number, one.note) if part]
    return {
        "title": record.title,
        "authors": " · ".join(names),
        "affiliation": " · ".join(credit.affiliation for credit in record.authors if credit.affiliation),
        "institute": " · ".join(_institute_names(brief.institute)),
        "series": " · ".join([*(_series_names(series) if series else []), *([f"No. {record.number}"] if record.number else [])]),
        "date": f"{record.date} · {in_words(record.date)}" if record.date else "",
        "themes": " · ".join(theme.label for theme in library.themes if theme.id in brief.passages),
        "remarks": " · ".join([record.title_printed or "", *record.also_printed, *related]).strip(" ·"),
    }


def _author_names(author: Author) -> list[str]:
    """All names of a person, the one the archive prefers first, then both orders."""
    return list(dict.fromkeys([*author.variants, f"{author.family} {author.given}", f"{author.given} {author.family}"]))


def _institute_names(body: Institute) -> list[str]:
    return list(dict.fromkeys([body.name, body.short, *(other.name for other in body.names)]))


def _series_names(series: Series) -> list[str]:
    return [series.name, *series.other_names]


def _theme_names(theme: Theme) -> list[str]:
    """The label, the names in other languages and the words that show it; a star stands for any ending."""
    return list(dict.fromkeys([theme.label, *(name for group in theme.names.values() for name in group), *theme.words]))


def _weighted(block: Block) -> str:
    words = escape(separate(f"{block.mark} {block.text}".strip()), quote=False)
    weight = _OTHER_VOICE if block.voice is not Voice.AUTHOR else _HEADING if block.kind is Kind.HEADING else ""
    return f'<span data-pagefind-weight="{weight}">{words}</span>' if weight else words


def _parts(sign: str) -> bool:
    """Whether a sign between two letters parts words without Pagefind's knowing it."""
    return not sign.isascii() and unicodedata.category(sign)[0] in "PS" and sign not in "’‘ʼ"


def _run_pagefind(source: Path, to: Path) -> None:
    """Index the pages in `source`. One language for all: Pagefind would search indexes of several one at a time."""
    command = [sys.executable, "-m", "pagefind", "--site", str(source), "--output-path", str(to), "--force-language", "en"]
    result = subprocess.run([*command, "--silent"], capture_output=True, text=True, check=False)  # noqa: S603 (no word of it is a reader's)
    if result.returncode:
        problem = f"Pagefind gave up: {(result.stderr or result.stdout).strip()}"
        raise ArchiveError(source, "search index", problem, "Install what pyproject.toml pins, then build again.")


def _fragments(folder: Path) -> dict[str, str]:
    """The id of each brief's search result: it is the name of the fragment file, which holds the address of the brief."""
    found = {}
    for file in folder.glob("*.pf_fragment") if folder.is_dir() else ():
        content = gzip.decompress(file.read_bytes()).decode()
        address = json.loads(content[content.index("{") :])["url"]
        found[address.strip("/").removeprefix("briefs/")] = file.stem
    return found
