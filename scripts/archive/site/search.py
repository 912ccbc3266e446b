"""The search index of a built site: what Pagefind reads of each brief, and the table with which the search page does the rest.

Pagefind searches words. Facets, counts, order in time and names in other spellings come from the table, which is small,
exact and the same from run to run; Pagefind's own filter files are not.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from html import escape
from pathlib import Path
from typing import Any

from archive.errors import ArchiveError
from archive.files import write_atomically
from archive.cache import Cache, code_digest, digest, map_cached
from archive.reading.model import Block, Kind, Voice
from archive.records.authority import Institute, Series
from archive.records.library import UNDATED, Brief, Library
from archive.records.themes import Theme
from archive import parallel
from archive.text.dates import in_words
from archive.text.language import SCRIPTS
from archive.text.tables import row_spans

# Pagefind takes what stands between white space for a word and leaves signs of ASCII out of it; other signs make it a second,
# odd word. So such a sign is written as its code point, octal in these eight, between backticks; and two backticks, with a
# space behind them, stand where Pagefind is to see two words and a reader none: the search page takes all of it back.
DIGITS = "!$%*+=^~"
JOINER = "``"
LETTER, SIGN = r"[^\W_]", r"(?:[^\w\s]|_)"
# Sought by their first sign, which is rare, and not by the letter before it, which is everywhere: that is ten times as fast.
_LONE_SIGNS = re.compile(rf"\s(?<=\S\s)\s*(?={SIGN}+(?:\s|$))|^({SIGN}+)\s+")
_SIGNS_WITHIN = re.compile(rf"[\W_](?<!\s)(?<={LETTER}.){SIGN}*(?={LETTER})", re.DOTALL)
_BESIDE_SCRIPTS = re.compile(f"(?<=[{SCRIPTS}])(?={LETTER})|(?<={LETTER})(?=[{SCRIPTS}])")
_ODD = re.compile(r"[^\w\s\x00-\x7f]|_")
_HAS_SCRIPTS = re.compile(f"[{SCRIPTS}]")
# A letter that no text has and every indexed page does: with it, the search page asks for a brief that no word has led to.
EVERY = "\u16a0"
# Places of words in a part of the index. Pagefind's own 20,000 makes a query of two words cost 30 kB more with 1,000 briefs.
CHUNK = 5000
# Of what Pagefind puts beside an index, the search page needs these.
_NEEDED = ("pagefind.js", "pagefind-entry.json", "wasm.en.pagefind")
# How much a word weighs in the ranking: a heading says what a text is about, another's words about it do not.
_HEADING, _OTHER_VOICE = "2", "0.3"


def write_index(library: Library, site: Path) -> None:
    """Put the index into pagefind/ and the table at search/briefs.json of a site, in place of what is there.

    All is made beside it first. Raises ArchiveError when Pagefind gives up or the disk refuses.
    """
    with (
        _refused(site),
        tempfile.TemporaryDirectory(dir=site, prefix=".index-") as folder,
        indexing(library, Path(folder)) as index,
    ):
        index.put(site)


@contextmanager
def indexing(library: Library, folder: Path) -> Iterator[Indexing]:
    """Pagefind at work on the briefs of a library, in a process of its own and in the new `folder`, while others work too.

    Raises ArchiveError when the disk refuses. Pagefind ends, if it still runs, and the folder goes when nobody waits any more.
    """
    try:
        with _refused(folder):
            index = Indexing(library, folder)
        try:
            yield index
        finally:
            index.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Indexing:
    """An index that Pagefind is making."""

    def __init__(self, library: Library, folder: Path) -> None:
        self._library, self._folder, self._made = library, folder, folder / "pagefind"
        self._made.mkdir(parents=True)

        with Cache(library.root, "indexed", writing=len(library.briefs) >= parallel.MANY) as cache:
            pages = map_cached(cache, library.briefs, lambda brief: _made_of(library, brief), partial(indexed, library))
        for brief, content in zip(library.briefs, pages, strict=True):
            page = folder / "site" / "briefs" / brief.id / "index.html"
            page.parent.mkdir(parents=True)
            page.write_text(content, encoding="utf-8")
        self._pagefind = self._started() if library.briefs else None

    def _started(self) -> subprocess.Popen[bytes]:
        """Pagefind, reading the pages. One language for all: it would search indexes of several one at a time."""
        site, to = str(self._folder / "site"), str(self._made)
        command = [sys.executable, "-m", "pagefind", "--site", site, "--output-path", to, "--force-language", "en", "--silent"]
        environment = {**os.environ, "PAGEFIND_UNSTABLE_INDEX_CHUNK_SIZE": str(CHUNK)}
        with (self._folder / "said").open("wb") as said:
            return subprocess.Popen(command, env=environment, stdout=said, stderr=said)  # noqa: S603 (no word of it is a reader's)

    def put(self, site: Path) -> None:
        """Wait for the index, and put it and the table into a site. Raises ArchiveError when Pagefind gave up."""
        if self._pagefind and self._pagefind.wait():
            said = (self._folder / "said").read_text(encoding="utf-8", errors="replace").strip()
            problem, remedy = f"Pagefind gave up: {said}", "Install what pyproject.toml pins, then build again."
            raise ArchiveError(site, "search index", problem, remedy)
        with _refused(site):
            for file in [path for path in self._made.iterdir() if path.is_file()]:
                if file.name not in _NEEDED and file.suffix != ".pf_meta":
                    file.unlink()
            content = json.dumps(table(self._library, _fragments(self._made)), ensure_ascii=False, separators=(",", ":"))
            index = site / "pagefind"
            if index.exists():
                shutil.rmtree(index)
            self._made.replace(index)
        write_atomically(site / "search" / "briefs.json", content + "\n")

    def stop(self) -> None:
        """End Pagefind, if it is not done."""
        if self._pagefind and self._pagefind.poll() is None:
            self._pagefind.kill()
            self._pagefind.wait()


@contextmanager
def _refused(folder: Path) -> Iterator[None]:
    """A disk that refuses is a named error."""
    try:
        yield
    except OSError as error:
        remedy = "Make room or give yourself the right to write there, then build again."
        raise ArchiveError(folder / "pagefind", "search index", f"cannot be written ({error.strerror})", remedy) from None


def _made_of(library: Library, brief: Brief) -> str:
    """The digest of all that `indexed` looks at; of a brief that is withheld there is nothing to be cache."""
    return digest(code_digest(), brief.made_of) if brief.made_of else digest(indexed(library, brief))


def indexed(library: Library, brief: Brief) -> str:
    """What Pagefind reads of a brief, as HTML: its blocks with their anchors and voices, and its record as named fields.

    An empty element bears each anchor; its name is the voice, followed by the themes that the block shows. Blocks are no
    elements of their own, since Pagefind would end each with a full stop that is not in the text; a lone joiner between two
    keeps phrases from running across them.
    """
    record = _fields(library, brief)
    record["compounds"] = " ".join(compounds(" ".join([*record.values(), *(block.text for block in brief.reading.shown)])))
    fields = "".join(
        f'<meta data-pagefind-meta="{name}[content]" content="{escape(separate(value))}">'
        for name, value in record.items()
        if value
    )
    shows = {
        number: [theme for theme, found in brief.passages.items() if number in {one.number for one in found}]
        for number in range(1, len(brief.anchors) + 1)
    }
    names = [".".join([block.voice.value, *shows[number]]) for number, block in enumerate(brief.reading.shown, 1)]
    blocks = "".join(
        f'<{name} id="{anchor}"></{name}>{_weighted(block)} {JOINER} '
        for name, block, anchor in zip(names, brief.reading.shown, brief.anchors, strict=True)
        if block.mark or block.text  # of a brief that is withheld most blocks are empty
    )
    body = blocks or EVERY  # Pagefind leaves out a page without a word
    return f'<!doctype html><html lang="en"><head>{fields}</head><body data-pagefind-body>{body}</body></html>\n'


def separate(text: str) -> str:
    """`text` in words as Pagefind parts them, which `original` in words.js turns back.

    Words end at any sign between two letters ("Kishida–Biden", "and/or") but apostrophes and the stops of "U.S." and "1,000".
    Chinese, Japanese and Korean letters are words each: no space parts words there. A lone sign ("&", "❍") goes with the
    word before it, or with the first: Pagefind would count it as a word, and find no phrase across it.
    """
    text = text.replace("`", _code("`"))
    text = _LONE_SIGNS.sub(lambda found: f"{found[1] or ''}{_code(' ')}", text)
    text = _SIGNS_WITHIN.sub(lambda found: found[0] + (f"{JOINER} " if _ends_a_word(found) else ""), text)
    if _HAS_SCRIPTS.search(text):
        text = _BESIDE_SCRIPTS.sub(f"{JOINER} ", text)
    return _ODD.sub(lambda found: _code(found[0]) if _is_sign(found[0]) else found[0], text)


def compounds(text: str) -> list[str]:
    """The words of `text` that `separate` parts, each in one ("COVID19", "cooperation" for "co-operation")."""
    words = {
        word for word in set(text.split()) if not word.isalnum() and _SIGNS_WITHIN.search(word) and not _HAS_SCRIPTS.search(word)
    }
    return sorted({re.sub(SIGN, "", word) for word in words if f"{JOINER} " in separate(word)})


def table(library: Library, fragments: dict[str, str]) -> dict[str, Any]:
    """What the search page knows besides words: the values of each facet with all their names, and the columns of the briefs.

    A value is [id, label, other names …]; a name is referred to by its place among the label and those. Briefs are newest
    first, in columns, which pack better than rows; they refer to values by their place. `fragments` has the id of each
    brief's search result.
    """
    values: dict[str, list[list[Any]]] = {
        "theme": [[theme.id, *_theme_names(theme)] for theme in library.themes],
        "author": [[author.id, author.inverted_name, *author.variants] for author in library.authors()],
        "institute": [[body.id, *_institute_names(body)] for body in library.institutes()],
        "series": [[one.id, *_series_names(one)] for body in library.institutes() for one in body.series.values()],
        "year": [[year or UNDATED, (year or UNDATED).capitalize()] for year in library.years()],
    }
    place = {facet: {value[0]: index for index, value in enumerate(group)} for facet, group in values.items()}

    def name(facet: str, id: str, printed: str) -> tuple[int, int]:
        """The place of a value, and that of one of its names."""
        return place[facet][id], values[facet][place[facet][id]].index(printed, 1) - 1

    briefs = library.briefs
    columns = {
        "fragment": " ".join(fragments[brief.id] for brief in briefs),
        "id": [_short(brief) for brief in briefs],
        "title": [brief.record.title for brief in briefs],
        "title_language": [_other_than_english(brief.record.title_language) for brief in briefs],
        "language": [_other_than_english(brief.record.language) for brief in briefs],
        "date": [brief.record.date for brief in briefs],
        "year": [place["year"][brief.record.year or UNDATED] for brief in briefs],
        "authors": [[n for credit in brief.record.authors for n in name("author", credit.id, credit.printed)] for brief in briefs],
        "institute": [place["institute"][brief.institute.id] for brief in briefs],
        "institute_name": [name("institute", brief.institute.id, brief.institute_name)[1] for brief in briefs],
        "series": [place["series"][brief.record.series] if brief.record.series else None for brief in briefs],
        "number": [brief.record.number for brief in briefs],
        # Each theme with the number of its passages: of briefs that bear a theme, those that say most of it come first.
        "themes": [[n for theme, found in brief.passages.items() for n in (place["theme"][theme], len(found))] for brief in briefs],
    }
    homes = [place["institute"][body.id] for body in library.institutes() for _ in body.series]
    return {**values, "home": homes, "moved": _moved(library), "briefs": columns}


def _moved(library: Library) -> dict[str, dict[str, str]]:
    """The ids of authors, institutes and themes that have others now: an address of a search may still have the old."""
    moved: dict[str, dict[str, str]] = {}
    for redirect in library.redirects.values():
        (_, folder, *old), (_, other, *new) = redirect.old.split("/"), redirect.new.split("/")
        if folder == other and len(old) == len(new) == 2:
            moved.setdefault(folder.removesuffix("s"), {})[old[0]] = new[0]
    return moved


def _fields(library: Library, brief: Brief) -> dict[str, str]:
    """The record, for searching: what the page shows of it, and the other names of the people and bodies in it."""
    record = brief.record
    series = brief.series
    names = [name for credit in record.authors for name in library.authority.authors[credit.id].names]
    number = record.number or ""
    numbers = dict.fromkeys([number, unicodedata.normalize("NFKC", number)]) if number else {}
    related = [part for one in record.relations for part in (one.title, one.number, one.note) if part]
    return {
        "title": record.title,
        "authors": " · ".join(names),
        "affiliation": " · ".join(credit.affiliation for credit in record.authors if credit.affiliation),
        "institute": " · ".join(_institute_names(brief.institute)),
        "series": " · ".join([*(_series_names(series) if series else []), *(f"No. {form}" for form in numbers)]),
        "date": f"{record.date} · {in_words(record.date)}" if record.date else "",
        "themes": " · ".join(theme.label for theme in library.themes if theme.id in brief.passages),
        "every": EVERY,
        "remarks": " · ".join([record.title_printed or "", *record.also_printed, *related]).strip(" ·"),
    }


def _institute_names(body: Institute) -> list[str]:
    return list(dict.fromkeys([body.name, body.short, *(other.name for other in body.names)]))


def _series_names(series: Series) -> list[str]:
    return [series.name, *series.other_names]


def _short(brief: Brief) -> str:
    """The id of a brief without the year and the institute that it begins with, as most do: "-choi" for "2022-asan-choi"."""
    usual = f"{brief.record.year}-{brief.institute.id}"
    return brief.id.removeprefix(usual) if brief.id.startswith(f"{usual}-") else brief.id


def _other_than_english(language: str) -> str:
    return "" if language == "en" else language


def _theme_names(theme: Theme) -> list[str]:
    """The label, the names in other languages and the words that show it; a star stands for any ending."""
    return list(dict.fromkeys([theme.label, *(name for group in theme.names.values() for name in group), *theme.words]))


def _weighted(block: Block) -> str:
    text = " ".join(block.text[start:end] for start, end in row_spans(block.text)) if block.kind is Kind.TABLE else block.text
    words = escape(separate(f"{block.mark} {text}".strip()), quote=False)
    weight = _OTHER_VOICE if block.voice is not Voice.AUTHOR else _HEADING if block.kind is Kind.HEADING else ""
    return f'<span data-pagefind-weight="{weight}">{words}</span>' if weight else words


def _ends_a_word(signs: re.Match[str]) -> bool:
    """Whether the signs between two letters or figures part them."""
    before, after = signs.string[signs.start() - 1], signs.string[signs.end()]
    found = "".join(filter(_is_sign, signs[0]))
    if found == ".":
        return before.islower() and (after.isupper() or after.isnumeric())
    if found == ",":
        return not (before.isnumeric() and after.isnumeric())
    return bool(found.strip("'’‘"))


def _is_sign(character: str) -> bool:
    return unicodedata.category(character)[0] in "PS"


def _code(character: str) -> str:
    return f"`{''.join(DIGITS[int(digit)] for digit in f'{ord(character):o}')}`"


def _fragments(made: Path) -> dict[str, str]:
    """The id of each brief's search result, its language left out: the name of the fragment file, which has the brief's address."""
    found = {}
    for file in made.glob("fragment/*.pf_fragment"):
        content = gzip.decompress(file.read_bytes()).decode()
        address = json.loads(content[content.index("{") :])["url"]
        found[address.strip("/").removeprefix("briefs/")] = file.stem.removeprefix("en_")
    return found
