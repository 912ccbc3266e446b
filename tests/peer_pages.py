"""Compare what the readers make of labelled pages with what people say of them, and with a peer.

    .venv/bin/python tests/peer_pages.py FOLDER [--every N]

FOLDER is a checkout of a public repository of labelled pages: adbar/trafilatura (its
tests/evaldata.json: title, author, date, sentences of the text and of what surrounds it) or
adbar/htmldate (its tests/eval_default.json: dates). Every fifth page is read, in the order of their
addresses. trafilatura is compared if it is installed. Nothing of the pages is kept.
"""

import argparse
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from archive.errors import ArchiveError
from archive.readers import read
from archive.reading.model import Kind
from archive.sources.source import Source

# What a program says of a page, by field; "text" is all that it shows.
Said = dict[str, Any]


def read_page(data: bytes) -> Said:
    """Return what the archive's readers make of a page."""
    try:
        reading = read(Source.from_bytes(data, Path("page.html")))
    except ArchiveError as error:
        print(error)
        return {}
    # What a curator sees of the brief: its text, its title and byline.
    shown = [block.text for block in reading.blocks if block.kind is not Kind.FURNITURE]
    return {
        "title": reading.title.value if reading.title else None,
        "author": {_letters(author.value) for author in reading.authors},
        "date": reading.date.value if reading.date else None,
        "text": _words("\n".join(shown)),
    }


def read_with_trafilatura(data: bytes) -> Said:
    """Return what trafilatura makes of a page, with the settings of its own evaluation."""
    import trafilatura  # noqa: PLC0415 (only if it is installed)

    found = trafilatura.bare_extraction(data, include_comments=False, with_metadata=True)
    said = found.as_dict() if found else {}
    return {
        "title": said.get("title"),
        "author": _people(said.get("author")),
        "date": said.get("date"),
        "text": _words(said.get("text") or ""),
    }


def labelled_pages(folder: Path, every: int) -> Iterator[tuple[bytes, Said]]:
    """Yield every Nth page of a folder with its labels."""
    tests = folder / "tests"
    if (labels := tests / "evaldata.json").exists():
        pages = sorted(json.loads(labels.read_text()).items())
    else:
        pages = sorted(json.loads((tests / "eval_default.json").read_text()).items())
    for _, label in pages[::every]:
        file = next(
            (
                file
                for place in ("cache", "eval", "test_set")
                if (file := tests / place / label["file"]).exists()
            ),
            None,
        )
        if file:
            yield file.read_bytes(), label


def measure(pages: list[tuple[bytes, Said]], say: Callable[[bytes], Said]) -> dict[str, str]:
    """Return precision and recall of the fields, and the shares of the sentences."""
    stated: dict[str, int] = defaultdict(int)
    right: dict[str, int] = defaultdict(int)
    labelled: dict[str, int] = defaultdict(int)
    for data, label in pages:
        said = say(data)
        wanted = {
            "title": _letters(label.get("title") or ""),
            "author": _people(label.get("author")),
            "date": label.get("date"),
        }
        for field, value in wanted.items():
            given = said.get(field)
            given = _letters(given) if field == "title" and given else given
            labelled[field] += bool(value)
            stated[field] += bool(value and given)
            right[field] += bool(value and given == value)
        for field in ("with", "without"):
            for sentence in label.get(field, ()):
                labelled[field] += 1
                right[field] += (_words(sentence) in said.get("text", "")) is (field == "with")
    return {
        field: f"{right[field] / stated[field]:.3f} / {right[field] / labelled[field]:.3f}"
        if field in stated
        else f"{right[field] / labelled[field]:.3f}"
        for field in labelled
        if labelled[field] and stated.get(field, 1)
    }


def _words(text: str) -> str:
    return " ".join(text.split())


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()


def _people(label: object) -> set[str]:
    names = label if isinstance(label, list) else re.split(r"; ?|, | and | und ", str(label or ""))
    return {letters for name in names if (letters := _letters(name))}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--every", type=int, default=5)
    arguments = parser.parse_args()
    pages = list(labelled_pages(arguments.folder, arguments.every))
    rows = {"this archive": measure(pages, read_page)}
    try:
        rows["trafilatura"] = measure(pages, read_with_trafilatura)
    except ImportError:
        print("trafilatura is not installed: nothing to compare with")
    print(f"{len(pages)} pages; precision / recall, and shares of the sentences kept and left out")
    for name, row in rows.items():
        print(f"{name:14}", *(f"{field} {value}" for field, value in row.items()), sep="  ")


if __name__ == "__main__":
    main()
