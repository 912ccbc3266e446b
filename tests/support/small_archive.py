"""An archive of one short brief, for tests that run commands a hundred times."""

from __future__ import annotations

import hashlib
from pathlib import Path

from archive.convert import convert
from archive.store import Archive

ID = "2020-asan-lee"
TEXT = """GSOMIA was prolonged by a year, and nobody in Seoul was happy with it.

Tokyo waited for the ruling of the court in Seoul, and then for another.

1. What follows

The talks of the two governments go on behind closed doors.

The talks of the two governments go on behind closed doors.

A note of the editors: this text was first read aloud.
"""
AUTHORS = """# Who the authors are.
lee-mina:
  family: "Lee"
  given: "Mina"
  variants: ["Lee Mina"]  # as the Asan Institute prints it
"""
INSTITUTES = """# Who issues briefs.
asan:
  name: "Asan Institute for Policy Studies"
  series:
    asan-issue-brief: {name: "Asan Issue Brief"}
"""
_RECORD = """# A comment that stays.
id: "{id}"
title: "[A year more]"
authors:
  - {{id: "lee-mina", printed: "Lee Mina"}}
institute: "asan"
date: "2020"
language: "en"
access: "full"
rights: null
source: null
saved: null
added: "2026-11-21"
checked_by: "A. Reader"
sha256: "{sha256}"
basis:
  title: {{kind: "supplied", evidence: "x"}}
  authors: {{kind: "supplied", evidence: "x"}}
  institute: {{kind: "supplied", evidence: "x"}}
  date: {{kind: "supplied", evidence: "x"}}
"""
_FILES = {
    "mkdocs.yml": "site_name: Briefs\nsite_url: https://briefs.example/\n",
    "docs/about.md": "# About\n",
    "briefs/home.md": "# Briefs\n\nA few.\n",
    "briefs/authority/authors.yml": AUTHORS,
    "briefs/authority/institutes.yml": INSTITUTES,
    "briefs/authority/themes.yml": (
        'gsomia: {label: "GSOMIA", scope: "An agreement.", words: ["GSOMIA"]}\n'
        'forced-labor: {label: "Forced labor", scope: "A ruling.", words: ["forced labor"]}\n'
    ),
    "briefs/authority/glossary.yml": 'gsomia: {forms: ["GSOMIA"], stands_for: "An agreement"}\n',
}


def make_small(to: Path, text: str = TEXT) -> Path:
    """Write the archive into the new folder `to`, and convert it."""
    record = _RECORD.format(id=ID, sha256=hashlib.sha256(text.encode()).hexdigest())
    for name, content in {**_FILES, f"briefs/{ID}.txt": text, f"briefs/{ID}.yml": record}.items():
        path = to / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    convert(Archive(to))
    return to
