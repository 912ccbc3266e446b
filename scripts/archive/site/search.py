"""Make the search index of a built site: Pagefind's index, a table of all briefs, and their words.

Pagefind searches words. Facets, counts, the order by date and names in other spellings come from
the table. It is small, exact and equal from run to run; Pagefind's own filter files are not.
"""

import gzip
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from html import escape
from itertools import chain
from pathlib import Path
from typing import Any

from archive.cache import Cache, digest, key
from archive.errors import ArchiveError
from archive.progress import meter
from archive.reading.model import Block, Kind, Voice
from archive.records.authority import Institute
from archive.records.library import Brief, Library
from archive.site.publish import remove_folder
from archive.store import write_file
from archive.text.language import SCRIPTS
from archive.text.normal_forms import ACCENTS, align, normalise, normalise_words
from archive.text.tables import row_spans

# Pagefind splits words at white space and ignores ASCII punctuation in them. Any other sign makes
# it index a second, odd word. So such a sign is written between backticks as its code point, in
# octal with these eight digits. Two backticks and a space separate two words for Pagefind that are
# one for readers. A word stands in its normal form, in which queries look for it; behind it comes
# what was received, between "`|" and a backtick, in seven digits a letter; before it, in as many,
# the number of letters that it replaces. The search page reverses all of this (`original` in
# words.js).
DIGITS = "!$%*+=^~"
JOINER, RECEIVED = "``", "`|"
LETTER, SIGN = r"[^\W_]", r"(?:[^\w\s]|_)"
# These begin with the sign, which is rare, not with the letter before it: ten times as fast.
_LONE_SIGNS = re.compile(rf"\s(?<=\S\s)\s*(?={SIGN}+(?:\s|$))|^({SIGN}+)\s+")
_SIGNS_WITHIN = re.compile(rf"[\W_](?<!\s)(?<={LETTER}.){SIGN}*(?={LETTER})", re.DOTALL)
_BESIDE_SCRIPTS = re.compile(
    f"(?<=[{SCRIPTS}])(?={LETTER})|(?<={LETTER})(?![{ACCENTS}])(?=[{SCRIPTS}])"
)
_RECEIVED = re.compile(rf"{re.escape(RECEIVED)}[^`]*`")
_ODD = re.compile(r"[^\w\s\x00-\x7f]|_")
_WORD = re.compile(
    rf"(?![{ACCENTS}])(?:[{SCRIPTS}][{ACCENTS}]*|(?:(?![{SCRIPTS}_])[\w{ACCENTS}])+)"
)
_HAS_SCRIPTS = re.compile(f"[{SCRIPTS}]")
_LONG_WORD = re.compile(r"[^\W\d_]{4,}")
# A letter on every indexed page and in no text: by it, the search page can load any brief.
EVERY = "\u16a0"
# The size of a part of the index, in places of words. With Pagefind's default of 20,000, a query of
# two words loads 30 kB more at 1,000 briefs.
CHUNK = 5000
# The search page needs these of the files that Pagefind writes beside an index.
_NEEDED = ("pagefind.js", "pagefind-entry.json", "wasm.en.pagefind")
# Weights of words in the ranking: a heading says what a text is about; another's words count less.
_HEADING, _OTHER_VOICE = "2", "0.3"


def write_index(library: Library, site: Path, cache: Cache) -> None:
    """Write the index to pagefind/ and the table to search/briefs.json of a site.

    Both are complete before they replace older ones. Raises ArchiveError when Pagefind gives up or
    the disk refuses.
    """
    with (
        _refused(site),
        tempfile.TemporaryDirectory(dir=site, prefix=".index-") as folder,
        indexing(library, Path(folder), cache) as index,
    ):
        index.put(site)


@contextmanager
def indexing(library: Library, folder: Path, cache: Cache) -> "Iterator[Indexing]":
    """Start Pagefind on the briefs of a library, in a process of its own and the new `folder`.

    Pagefind cannot update a part of an index. So `cache` has the whole index of these briefs, or
    all are indexed. On exit Pagefind is killed if it still runs, and the folder is removed. Raises
    ArchiveError when the disk refuses.
    """
    with ExitStack() as at_end:
        at_end.callback(shutil.rmtree, folder, ignore_errors=True)
        with _refused(folder):
            index = Indexing(library, folder, cache)
        if index.pagefind:
            at_end.enter_context(index.pagefind)  # waits until it has ended
            at_end.callback(index.pagefind.kill)
        yield index


class Indexing:
    """An index that Pagefind is making, or has made for an earlier build."""

    def __init__(self, library: Library, folder: Path, cache: Cache) -> None:
        self._library, self._folder, self._cache = library, folder, cache
        (folder / "index").mkdir(parents=True)
        digests, counts = {}, Counter[str]()
        tasks = (
            (replace(brief, lines=()), searchable_fields(library, brief))
            for brief in library.briefs
        )
        made = meter.track("indexing texts", cache.map(indexed, tasks), len(library.briefs))
        for brief, (page, words) in zip(library.briefs, made, strict=True):
            counts.update(words)
            file = folder / "site" / "briefs" / brief.id / "index.html"
            file.parent.mkdir(parents=True)
            file.write_text(page, encoding="utf-8")
            digests[brief.id] = digest(page)
        # The most frequent first: of two that are equally near to a misspelt one, it is meant.
        self._words = sorted(counts, key=lambda word: (-counts[word], word))
        self._key = key(indexing, digests)
        self._files: dict[str, bytes] = cache.get(self._key, {})
        self.pagefind = self._start_pagefind() if digests and not self._files else None

    def _start_pagefind(self) -> subprocess.Popen[bytes]:
        """Start Pagefind, with one language for all: it searches one language at a time."""
        with (self._folder / "pagefind.log").open("wb") as log:
            return subprocess.Popen(  # noqa: S603 (fixed words and paths)
                [
                    *(sys.executable, "-m", "pagefind", "--silent", "--force-language", "en"),
                    *("--site", self._folder / "site", "--output-path", self._folder / "all"),
                ],
                env={**os.environ, "PAGEFIND_UNSTABLE_INDEX_CHUNK_SIZE": str(CHUNK)},
                stdout=log,
                stderr=log,
            )

    def put(self, site: Path) -> None:
        """Wait for the index, then put it and the table into a site.

        Raises ArchiveError when Pagefind gives up or the disk refuses.
        """
        meter.show("waiting for the search index")
        if self.pagefind and self.pagefind.wait():
            log = (self._folder / "pagefind.log").read_text(encoding="utf-8", errors="replace")
            raise ArchiveError(
                site,
                "search index",
                f"Pagefind gave up: {log.strip()}",
                "Install what pyproject.toml pins, then build again.",
            )
        with _refused(site):
            if self.pagefind:
                self._files = _needed_files(self._folder / "all")
                self._cache.put(self._key, self._files)
            index = self._folder / "index"
            for name, data in self._files.items():
                (index / name).parent.mkdir(exist_ok=True)
                (index / name).write_bytes(data)
            content = json.dumps(
                table(self._library, _fragments(index)), ensure_ascii=False, separators=(",", ":")
            )
            remove_folder(site / "pagefind")
            index.replace(site / "pagefind")
        write_file(site / "search" / "briefs.json", content + "\n")
        write_file(site / "search" / "words.txt", " ".join(self._words))


def _needed_files(folder: Path) -> dict[str, bytes]:
    """Return the files in the folder of an index that the search page needs, by their paths."""
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file()
        and (file.parent != folder or file.name in _NEEDED or file.suffix == ".pf_meta")
    }


@contextmanager
def _refused(folder: Path) -> Iterator[None]:
    """Raise an OSError meanwhile as ArchiveError."""
    try:
        yield
    except OSError as error:
        raise ArchiveError(
            folder / "pagefind",
            "search index",
            f"cannot be written ({error.strerror})",
            "Make room or give yourself the right to write there, then build again.",
        ) from None


def indexed(task: tuple[Brief, dict[str, str]]) -> tuple[str, list[str]]:
    """Return what Pagefind reads of a brief, as HTML: its blocks, and its `fields` by name.

    With it come the long words of both, each once, for queries with a misspelt one.

    An empty element before each block has its anchor as id; the element's name is the voice of the
    block, followed by the themes that it shows. Blocks are not elements themselves: Pagefind would
    add a full stop to each. A lone joiner between two blocks keeps phrases from running across.
    """
    brief, record = task
    texts = [
        normalise_words(text)
        for text in (*record.values(), *(block.text for block in brief.reading.shown))
    ]
    meta = "".join(
        f'<meta data-pagefind-meta="{name}[content]" content="{escape(separate(value))}">'
        for name, value in {**record, "compounds": " ".join(compounds(" ".join(texts)))}.items()
        if value
    )
    shown_in = {
        theme: {passage.number for passage in passages}
        for theme, passages in brief.passages.items()
    }
    names = (
        ".".join([block.voice.value, *(id for id in shown_in if number in shown_in[id])])
        for number, block in enumerate(brief.reading.shown, 1)
    )
    blocks = "".join(
        f'<{name} id="{anchor}"></{name}>{_weighted(block)} {JOINER} '
        for name, block, anchor in zip(names, brief.reading.shown, brief.anchors, strict=True)
        if block.mark or block.text  # of a brief that is withheld most blocks are empty
    )
    return (
        f'<!doctype html><html lang="en"><head>{meta}</head>'
        # Pagefind leaves out a page without a word.
        f"<body data-pagefind-body>{blocks or EVERY}</body></html>\n",
        sorted(set(_LONG_WORD.findall(" ".join(texts).lower()))),
    )


def separate(text: str) -> str:
    """Return `text` split into words for Pagefind; `original` in words.js reverses it.

    Words end at any sign between two letters ("Kishida–Biden", "and/or") except apostrophes and the
    stops of "U.S." and "1,000". Each Chinese, Japanese and Korean letter is a word, because no
    spaces separate words there. A lone sign ("&", "❍") is joined to the word before it, or to the
    first one: Pagefind would count it as a word, and find no phrase across it.
    """
    text = _in_normal_form(text.replace("`", _code("`")).replace("|", _code("|")))
    text = _LONE_SIGNS.sub(lambda match: f"{match[1] or ''}{_code(' ')}", text)
    text = _SIGNS_WITHIN.sub(
        lambda match: match[0] + (f"{JOINER} " if _ends_a_word(match) else ""), text
    )
    if _HAS_SCRIPTS.search(text):
        text = _BESIDE_SCRIPTS.sub(f"{JOINER} ", text)
    return _ODD.sub(lambda match: _code(match[0]) if _is_sign(match[0]) else match[0], text)


def _in_normal_form(text: str) -> str:
    """Return `text` with its words in normal form, each with what was received if that differs."""
    normal, places = align(text, keep_quotes=True)
    if normal == text:
        return text
    parts: list[str] = []
    end = 0
    for word in _WORD.finditer(normal):
        before, end = end, places[word.end()]
        received = text[places[word.start()] : end]
        code = "".join(_octal(number, 7) for number in (len(word[0]), *map(ord, received)))
        parts += text[before : places[word.start()]], word[0]
        parts += [] if received == word[0] else [f"{RECEIVED}{code}`"]
    return "".join([*parts, text[end:]])


def compounds(text: str) -> list[str]:
    """Return the words that `separate` splits, written as one: "cooperation" for "co-operation"."""
    words = {
        word
        for word in set(text.split())
        if not word.isalnum() and _SIGNS_WITHIN.search(word) and not _HAS_SCRIPTS.search(word)
    }
    return sorted({re.sub(SIGN, "", word) for word in words if f"{JOINER} " in separate(word)})


def table(library: Library, fragments: dict[str, str]) -> dict[str, Any]:
    """Return the table that the search page loads: the values of each facet, and all briefs.

    A value is [id, label, other names …]; its names are the label and the other names. Briefs are
    newest first and stored in columns, which compress better than rows. They refer to values and
    names by position. `fragments` has the id of each brief's search result.
    """
    values: dict[str, list[list[Any]]] = {
        "theme": [
            # A * at the end of a word stands for any ending.
            [theme.id, *dict.fromkeys([theme.label, *chain(*theme.names.values()), *theme.words])]
            for theme in library.themes
        ],
        "author": [
            [author.id, author.inverted_name, *author.printed_names] for author in library.authors()
        ],
        "institute": [[body.id, *_institute_names(body)] for body in library.institutes()],
        "series": [
            [series.id, *series.all_names]
            for body in library.institutes()
            for series in body.series.values()
        ],
        "year": [[year, year.capitalize()] for year in library.years()],
    }
    return {
        **values,
        # The institute of each series.
        "home": [place for place, body in enumerate(library.institutes()) for _ in body.series],
        "moved": _moved(library),
        "briefs": {
            "fragment": " ".join(fragments[brief.id] for brief in library.briefs),
            **_columns(library.briefs, values),
        },
    }


def _columns(briefs: Sequence[Brief], values: dict[str, list[list[Any]]]) -> dict[str, list[Any]]:
    """Return the columns of the table; they refer to `values` and their names by position."""
    place = {
        facet: {value[0]: index for index, value in enumerate(group)}
        for facet, group in values.items()
    }

    def name(facet: str, id: str, printed: str) -> tuple[int, int]:
        """Return the position of a value, and the position of `printed` among its names."""
        names = map(normalise, values[facet][place[facet][id]][1:])
        return place[facet][id], list(names).index(normalise(printed))

    records = [brief.record for brief in briefs]
    return {
        "id": [_short(brief) for brief in briefs],
        "title": [record.title for record in records],
        "title_language": [_other_than_english(record.title_language) for record in records],
        "language": [_other_than_english(record.language) for record in records],
        "date": [record.date.words if record.date else None for record in records],
        "year": [place["year"][record.when[0]] for record in records],
        "authors": [
            [n for credit in record.authors for n in name("author", credit.id, credit.printed)]
            for record in records
        ],
        "institutes": [
            [
                n
                for body in brief.institutes
                for n in name("institute", body.id, body.name_at(brief.record.date))
            ]
            for brief in briefs
        ],
        "series": [
            name("series", brief.series.id, brief.series_name or "") if brief.series else []
            for brief in briefs
        ],
        "number": [record.number for record in records],
        # Each theme with the number of its passages: briefs with more passages on a theme rank
        # higher.
        "themes": [
            [
                n
                for theme, passages in brief.passages.items()
                for n in (place["theme"][theme], len(passages))
            ]
            for brief in briefs
        ],
    }


def _moved(library: Library) -> dict[str, dict[str, str]]:
    """Return the new ids of renamed authors, institutes and themes by their old ones.

    The address of a search, in a bookmark for example, may still have an old id.
    """
    moved: dict[str, dict[str, str]] = {}
    for redirect in library.redirects.values():
        old, new = redirect.old, redirect.new
        if old.folder == new.folder and len(old.parts) == len(new.parts) == 2:
            moved.setdefault(old.folder.removesuffix("s"), {})[old.id] = new.id
    return moved


def searchable_fields(library: Library, brief: Brief) -> dict[str, str]:
    """Return the record as searchable fields, with all names of its authors and institutes."""
    record = brief.record
    numbers = [record.number, unicodedata.normalize("NFKC", record.number)] if record.number else []
    related = [
        part
        for relation in record.relations
        for part in (relation.title, relation.number, relation.note)
        if part
    ]
    return {
        "title": record.title,
        "authors": " · ".join(
            name
            for credit in record.authors
            for name in library.authority.authors[credit.id].all_names
        ),
        "affiliation": " · ".join(
            credit.affiliation for credit in record.authors if credit.affiliation
        ),
        "institute": " · ".join(chain(*map(_institute_names, brief.institutes))),
        "series": " · ".join(
            [
                *(brief.series.all_names if brief.series else []),
                *(f"No. {form}" for form in dict.fromkeys(numbers)),
            ]
        ),
        "date": f"{record.date} · {record.date.words}" if record.date else "",
        "themes": " · ".join(theme.label for theme in library.themes_of(brief)),
        "every": EVERY,
        "remarks": " · ".join([record.title_printed or "", *record.also_printed, *related]).strip(
            " ·"
        ),
    }


def _institute_names(body: Institute) -> list[str]:
    return list(dict.fromkeys([body.name, body.short, *(other.name for other in body.names)]))


def _short(brief: Brief) -> str:
    """Return the id of a brief without its year and institute: "-choi" for "2022-asan-choi".

    An id that does not begin with these is returned whole.
    """
    usual = f"{brief.record.year}-{brief.institutes[0].id}"
    return brief.id.removeprefix(usual) if brief.id.startswith(f"{usual}-") else brief.id


def _other_than_english(language: str) -> str:
    return "" if language == "en" else language


def _weighted(block: Block) -> str:
    text = (
        " ".join(block.text[start:end] for start, end in row_spans(block.text))
        if block.kind is Kind.TABLE
        else block.text
    )
    words = escape(separate(f"{block.mark} {text}".strip()), quote=False)
    weight = (
        _OTHER_VOICE
        if block.voice is not Voice.AUTHOR
        else _HEADING
        if block.kind is Kind.HEADING
        else ""
    )
    return f'<span data-pagefind-weight="{weight}">{words}</span>' if weight else words


def _ends_a_word(signs: re.Match[str]) -> bool:
    """Return whether the signs between two letters or digits separate words."""
    before, after = signs.string[signs.start() - 1], signs.string[signs.end()]
    written = "".join(filter(_is_sign, _RECEIVED.sub("", signs[0])))
    if not written:
        return RECEIVED in signs[0]  # the code of a letter that is a word of its own
    if written == ".":
        return before.islower() and (after.isupper() or after.isnumeric())
    if written == ",":
        return not (before.isnumeric() and after.isnumeric())
    return bool(written.strip("'’‘"))


def _is_sign(character: str) -> bool:
    return unicodedata.category(character)[0] in "PS"


def _code(character: str) -> str:
    return f"`{_octal(ord(character))}`"


def _octal(number: int, width: int = 0) -> str:
    return "".join(DIGITS[int(digit)] for digit in f"{number:0{width}o}")


def _fragments(output: Path) -> dict[str, str]:
    """Return the id of each brief's search result, without its language.

    It is the name of the fragment file, which holds the address of the brief.
    """
    fragments = {}
    for file in output.glob("fragment/*.pf_fragment"):
        content = gzip.decompress(file.read_bytes()).decode()
        address = json.loads(content[content.index("{") :])["url"]
        fragments[address.strip("/").removeprefix("briefs/")] = file.stem.removeprefix("en_")
    return fragments
