"""Edits to an archive that curators make by hand."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from archive.records.library import load_library
from archive.sources.source import Source
from archive.store import Archive


def write_redirects(root: Path, **to: str) -> None:
    """Write redirects.yml; in a key, __ stands for a slash and _ for a hyphen."""
    details = {"date": "2026-11-22", "reason": "renamed"}
    content = {
        f"/{old.replace('__', '/').replace('_', '-')}/": {"to": new, **details}
        for old, new in to.items()
    }
    (root / "briefs" / "redirects.yml").write_text(yaml.safe_dump(content), encoding="utf-8")


def replace_text(file: Path, old: str, new: str) -> None:
    """Replace `old`, which must be in the file, by `new`."""
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def cite_nothing(root: Path) -> None:
    """Remove all that the authority files cite of the briefs, for an archive without these."""
    authority = root / "briefs" / "authority"
    themes, events = authority / "themes.yml", authority / "events.yml"
    text = themes.read_text(encoding="utf-8")
    themes.write_text(re.sub(r"(?m)^  passage: .*\n", "", text), encoding="utf-8")
    events.unlink(missing_ok=True)


def new_copy(root: Path, id: str, text: str) -> None:
    """Replace the text of a brief, and the checksum in its record."""
    file = root / "briefs" / f"{id}.txt"
    record = file.with_suffix(".yml")
    old = load_library(Archive(root)).find(id).record.sha256
    file.write_text(text, encoding="utf-8")
    record.write_text(
        record.read_text(encoding="utf-8").replace(old, Source.load(file).sha256), encoding="utf-8"
    )
