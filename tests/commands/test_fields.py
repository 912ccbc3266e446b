"""archive.commands.fields: the table of a record's fields."""

from __future__ import annotations

from dataclasses import fields

from archive.commands.fields import FIELDS, SETTABLE
from archive.records.record import Record


def test_the_table_has_fields_of_records_and_each_once() -> None:
    names = [field.name for field in FIELDS]
    assert len(set(names)) == len(names)
    # "corrects" is a short way to give a relation.
    assert set(names) - {"corrects"} <= {
        field.metadata.get("key", field.name) for field in fields(Record)
    }


def test_a_curator_cannot_set_what_the_archive_finds() -> None:
    assert {"added", "sha256", "corrections", "ranges", "basis"}.isdisjoint(SETTABLE)
