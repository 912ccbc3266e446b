"""YAML files are read with every value a string: no date or "no" is converted."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import yaml

from archive.errors import ArchiveError
from archive.text.dates import EdtfDate, parse_edtf

T = TypeVar("T")

_UNPRINTABLE = "it contains a line break or a character that cannot be displayed"
# The archive's own files nest no deeper than a list in a field of a list.
_MAX_DEPTH = 50
NULLS = frozenset(["", "~", "null", "Null", "NULL"])
_NULL_TAG = "tag:yaml.org,2002:null"


class _Loader(yaml.CBaseLoader):
    """Reads every value as a string, and null as None.

    PyYAML's composer in C calls itself for each level of nesting: between 20,000 and 30,000 levels
    it overruns a stack of 8 MiB, and the process dies. So the levels are counted. Raises
    RecursionError when there are more than _MAX_DEPTH, and yaml.YAMLError for other faults.
    """

    _depth = 0

    def descend_resolver(self, _parent: yaml.Node | None, _index: Any) -> None:
        """Count a level; the composer calls this before each node."""
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise RecursionError

    def ascend_resolver(self) -> None:
        """Count a level less; the composer calls this after each node."""
        self._depth -= 1

    def resolve(self, kind: type[yaml.Node], value: Any, implicit: Any) -> str:
        """Return the tag of a node without one: null or, as the others do not matter, string."""
        is_null = kind is yaml.ScalarNode and implicit[0] and value in NULLS
        return _NULL_TAG if is_null else self.DEFAULT_SCALAR_TAG

    def construct_scalar(self, node: yaml.ScalarNode) -> Any:
        """Return the value as written, or None."""
        return None if node.tag == _NULL_TAG else node.value

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Return the mapping; raise for a key that is not a plain value or occurs twice."""
        mapping: dict[str, Any] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise _fault("the name of a field cannot be a list or a mapping", key)
            if key.value in mapping:
                raise _fault(f"the key {key.value!r} occurs twice", key)
            mapping[key.value] = self.construct_object(value, deep)
        return mapping


def _fault(problem: str, node: yaml.Node) -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(None, None, problem, node.start_mark)


def parse_yaml(path: Path, text: str, *, may_be_empty: bool = False) -> dict[str, Any]:
    """Parse the mapping in the `text` of the file `path`.

    Raises ArchiveError, with the line, when it cannot be parsed. A file with only comments is an
    error too, unless it `may_be_empty`.
    """
    try:
        content = _Loader(text).get_single_data()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = f"line {mark.line + 1}" if mark else "file"
        # libyaml rejects the escape of a surrogate ("\ud800"), which PyYAML writes. Fields would
        # reject the character too.
        is_surrogate = "Unicode character escape" in str(error.problem)
        reason = str(error.problem).removeprefix("but ")  # "but found another document"
        problem = _UNPRINTABLE if is_surrogate else f"unreadable YAML: {reason}"
        raise ArchiveError(
            path, line, problem, "Correct that line, or put quotes around its value."
        ) from None
    except yaml.YAMLError as error:
        raise ArchiveError(
            path,
            "file",
            f"unreadable YAML: {' '.join(str(error).split())}",
            "Save the file as plain text.",
        ) from None
    except RecursionError:
        raise ArchiveError(
            path, "file", "unreadable YAML: too many levels", "Write fields one below the other."
        ) from None
    if content is None and may_be_empty:
        return {}
    if not isinstance(content, dict):
        raise ArchiveError(path, "file", "it holds no fields", 'Write one "field: value" a line.')
    return content


class Fields:
    """The fields of one mapping, each checked as it is read.

    `refuse_unknown` then raises for the fields that nobody read. Every method raises ArchiveError
    with the file, the field and the remedy. In errors, `where` stands before the name of a field in
    a nested mapping.
    """

    def __init__(self, path: Path, content: object, where: str = "") -> None:
        self.path, self.where = path, where
        if not isinstance(content, dict):
            raise ArchiveError(
                path,
                where or "file",
                "fields are expected here",
                'Write "field: value" lines, indented.',
            )
        self._content = dict(content)
        self._known: list[str] = []

    def error(self, field: str, problem: str, remedy: str) -> ArchiveError:
        """Return an error about `field` of this mapping."""
        return ArchiveError(self.path, f"{self.where}{field}", problem, remedy)

    def _take(self, field: str) -> object:
        self._known.append(field)
        return self._content.pop(field, None)

    def optional(self, field: str) -> str | None:
        """Read a string; None when the field is absent, null or empty."""
        value = self._take(field)
        if value is None:
            return None
        if not isinstance(value, str):
            raise self.error(field, "one value is expected", f'Write {field}: "…" on one line.')
        if not value.isprintable():
            raise self.error(field, _UNPRINTABLE, f'Write {field}: "…" on one line.')
        return value.strip() or None

    def required(self, field: str) -> str:
        """Read a string that must not be absent, null or empty."""
        value = self.optional(field)
        if value is None:
            raise self.error(field, "this field is required and has no value", f'Add {field}: "…".')
        return value

    def choice(self, field: str, choices: Iterable[str]) -> str:
        """Read a required string that is one of `choices`."""
        value = self.required(field)
        if value not in (known := list(choices)):
            raise self.error(field, f"{value!r} is not known", f"Write one of: {', '.join(known)}.")
        return value

    def date(self, field: str) -> EdtfDate | None:
        """Read an EDTF date of any precision, or None."""
        value = self.optional(field)
        date = parse_edtf(value) if value is not None else None
        if value is not None and date is None:
            raise self.error(
                field,
                f"{value!r} is not a date",
                'Write a year, month or day that exists: "2022", "2022-07", "2022-07-10".',
            )
        return date

    def day(self, field: str) -> str:
        """Read a required date that is a whole day."""
        date = self.date(field)
        if date is None or not date.day:
            raise self.error(field, "a whole day is expected", 'Write it as "2026-11-21".')
        return str(date)

    def strings(self, field: str) -> tuple[str, ...]:
        """Read a list of strings, empty when absent."""
        value = self._take(field) or []
        if not isinstance(value, list) or not all(isinstance(part, str) and part for part in value):
            raise self.error(field, "a list of words is expected", f'Write {field}: ["…", "…"].')
        return tuple(value)

    def lists(self, field: str) -> dict[str, tuple[str, ...]]:
        """Read a mapping of lists of strings, empty when absent."""
        groups = Fields(self.path, self._take(field) or {}, f"{self.where}{field}.")
        return {key: groups.strings(key) for key in list(groups._content)}

    def each(self, field: str, make: Callable[[Fields], T]) -> tuple[T, ...]:
        """Read a list of mappings, and turn each into a T."""
        value = self._take(field) or []
        if not isinstance(value, list):
            raise self.error(field, "a list is expected", "Begin each of its entries with a dash.")
        return tuple(
            self._make(f"{field}[{index}].", part, make) for index, part in enumerate(value, 1)
        )

    def nested(self, field: str, make: Callable[[Fields], T]) -> T | None:
        """Read a mapping and turn it into a T; None when it is absent."""
        value = self._take(field)
        return None if value is None else self._make(f"{field}.", value, make)

    def keyed(self, field: str, make: Callable[[str, Fields], T]) -> dict[str, T]:
        """Read a mapping of mappings, and turn each into a T from its key and fields."""
        value = self._take(field) or {}
        if not isinstance(value, dict):
            raise self.error(
                field, "names with fields are expected", 'Write "name:" lines with indented fields.'
            )
        return {
            key: self._make(f"{field}.{key}.", part, partial(make, key))
            for key, part in value.items()
        }

    def _make(self, where: str, content: object, make: Callable[[Fields], T]) -> T:
        fields = Fields(self.path, content, f"{self.where}{where}")
        result = make(fields)
        fields.refuse_unknown()
        return result

    def refuse_unknown(self) -> None:
        """Raise for the first field that nobody read."""
        if self._content:
            known = ", ".join(self._known)
            raise self.error(next(iter(self._content)), "unknown field", f"Write one of: {known}.")
