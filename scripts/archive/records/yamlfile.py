"""YAML as curators write it: every plain value is a string, so no date, number or "no" changes its meaning on the way in."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import yaml

from archive.errors import ArchiveError
from archive.files import read_text
from archive.text.dates import is_edtf

T = TypeVar("T")


_UNSHOWN = "it holds a line end or a sign that cannot be shown"
# Nothing of the archive is nested deeper than a list in a field of a list.
_MOST_LEVELS = 50
_NULL = ("", "~", "null", "Null", "NULL")
_NULL_TAG = "tag:yaml.org,2002:null"


def _content(text: str) -> Any:
    """What the one document in `text` holds: mappings, lists, strings and null; None without a document.

    Built from libyaml's events, ten times as fast as PyYAML's own loaders, the C ones of which crash on deep nesting. Keys that
    are no words or stand twice are refused. Raises yaml.YAMLError, or RecursionError when it is nested too deep.
    """
    whole: list[Any] = []
    # What is being filled, the outermost first, each with the key that waits for its value (None: a key comes next).
    open_: list[tuple[Any, Any]] = [(whole, None)]
    anchors: dict[str, Any] = {}
    for event in yaml.parse(text, Loader=yaml.CBaseLoader):
        if isinstance(event, yaml.DocumentStartEvent) and whole:
            raise _fault("a second document begins here", event)
        if isinstance(event, yaml.CollectionEndEvent):
            open_.pop()
        elif isinstance(event, yaml.NodeEvent):
            _put(event, open_, anchors)
    return whole[0] if whole else None


def _fault(problem: str, event: yaml.Event) -> yaml.MarkedYAMLError:
    mark: Any = event.start_mark
    return yaml.MarkedYAMLError(None, None, problem, mark)


def _put(event: yaml.NodeEvent, open_: list[tuple[Any, Any]], anchors: dict[str, Any]) -> None:
    """Put what begins with `event` where it belongs in what is open."""
    inside, key = open_[-1]
    if isinstance(inside, dict) and key is None:
        if not isinstance(event, yaml.ScalarEvent):
            raise _fault("a field's name is one word", event)
        if event.value in inside:
            raise _fault(f"the key {event.value!r} stands here twice", event)
        open_[-1] = inside, event.value
        return
    made = _made(event, open_, anchors)
    if isinstance(inside, dict):
        inside[key] = made
        open_[-1] = inside, None
    else:
        inside.append(made)
    if isinstance(event, yaml.CollectionStartEvent):
        if len(open_) > _MOST_LEVELS:
            raise RecursionError
        open_.append((made, None))


def _made(event: yaml.NodeEvent, open_: list[tuple[Any, Any]], anchors: dict[str, Any]) -> Any:
    if isinstance(event, yaml.AliasEvent):
        made = anchors.get(event.anchor or "", open_)
        if any(made is one for one, _ in open_) or made is open_:
            raise _fault(f"nothing is known as {event.anchor!r}", event)
        return made
    if isinstance(event, yaml.ScalarEvent):
        is_null = (
            event.tag == _NULL_TAG if event.tag else event.implicit[0] and event.value in _NULL
        )
        made = None if is_null else event.value
    else:
        made = {} if isinstance(event, yaml.MappingStartEvent) else []
    if event.anchor:
        anchors[event.anchor] = made
    return made


def load_yaml(path: Path, *, may_be_empty: bool = False) -> dict[str, Any]:
    """The mapping in the file `path`. Raises ArchiveError, with the line, when it cannot be read.

    A file that holds only comments is refused, unless it `may_be_empty`.
    """
    return parse_yaml(path, read_text(path), may_be_empty=may_be_empty)


def parse_yaml(path: Path, text: str, *, may_be_empty: bool = False) -> dict[str, Any]:
    """The mapping in the `text` of the file `path`, as load_yaml reads it."""
    try:
        content = _content(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = f"line {mark.line + 1}" if mark else "file"
        # libyaml takes no escape of half a letter ("\ud800"), which PyYAML writes: it is one of the signs that Fields refuses.
        unshown = "Unicode character escape" in str(error.problem)
        problem = _UNSHOWN if unshown else f"unreadable YAML: {error.problem}"
        raise ArchiveError(
            path, line, problem, "Mend that line, or put quotes round its value."
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
    """The fields of one mapping, taken one by one and checked; `done` refuses those that nobody took.

    Each method raises ArchiveError with the file, the field and the remedy. `where` goes before the field's name in errors
    about nested mappings.
    """

    def __init__(self, path: Path, content: object, where: str = "") -> None:
        self.path, self.where = path, where
        if not isinstance(content, dict):
            raise ArchiveError(
                path,
                where or "file",
                "fields are wanted here",
                'Write "field: value" lines, indented.',
            )
        self._content = dict(content)
        self._known: list[str] = []

    def error(self, field: str, problem: str, remedy: str) -> ArchiveError:
        """An error about `field` of this mapping."""
        return ArchiveError(self.path, f"{self.where}{field}", problem, remedy)

    def _take(self, field: str) -> object:
        self._known.append(field)
        return self._content.pop(field, None)

    def optional(self, field: str) -> str | None:
        """A string, or None when the field is absent, null or empty."""
        value = self._take(field)
        if value is None:
            return None
        if not isinstance(value, str):
            raise self.error(field, "one value is wanted", f'Write {field}: "…" on one line.')
        if not value.isprintable():
            raise self.error(field, _UNSHOWN, f'Write {field}: "…" on one line.')
        return value.strip() or None

    def required(self, field: str) -> str:
        """A string that must be there."""
        value = self.optional(field)
        if value is None:
            raise self.error(field, "this field is required and has no value", f'Add {field}: "…".')
        return value

    def choice(self, field: str, choices: Iterable[str]) -> str:
        """A required string that is one of `choices`."""
        value = self.required(field)
        if value not in (known := list(choices)):
            raise self.error(field, f"{value!r} is not known", f"Write one of: {', '.join(known)}.")
        return value

    def date(self, field: str) -> str | None:
        """An EDTF date of the precision known, or None."""
        value = self.optional(field)
        if value is not None and not is_edtf(value):
            raise self.error(
                field,
                f"{value!r} is no date",
                'Write a year, month or day that exists: "2022", "2022-07", "2022-07-10".',
            )
        return value

    def day(self, field: str) -> str:
        """A required date that is a whole day."""
        value = self.date(field)
        if value is None or len(value) != len("2022-07-10"):
            raise self.error(field, "a day is wanted here", 'Write it as "2026-11-21".')
        return value

    def strings(self, field: str) -> tuple[str, ...]:
        """A list of strings, empty when absent."""
        value = self._take(field) or []
        if not isinstance(value, list) or not all(isinstance(part, str) and part for part in value):
            raise self.error(field, "a list of words is wanted", f'Write {field}: ["…", "…"].')
        return tuple(value)

    def lists(self, field: str) -> dict[str, tuple[str, ...]]:
        """A mapping of lists of strings, empty when absent."""
        groups = Fields(self.path, self._take(field) or {}, f"{self.where}{field}.")
        return {key: groups.strings(key) for key in list(groups._content)}

    def each(self, field: str, make: Callable[[Fields], T]) -> tuple[T, ...]:
        """A list of mappings, each made into a T."""
        value = self._take(field) or []
        if not isinstance(value, list):
            raise self.error(field, "a list is wanted", "Begin each of its entries with a dash.")
        return tuple(
            self._make(f"{field}[{index}].", part, make) for index, part in enumerate(value, 1)
        )

    def nested(self, field: str, make: Callable[[Fields], T]) -> T | None:
        """A mapping made into a T, or None when it is absent."""
        value = self._take(field)
        return None if value is None else self._make(f"{field}.", value, make)

    def keyed(self, field: str, make: Callable[[str, Fields], T]) -> dict[str, T]:
        """A mapping of mappings, each made into a T from its key and fields."""
        value = self._take(field) or {}
        if not isinstance(value, dict):
            raise self.error(
                field, "names with fields are wanted", 'Write "name:" lines with indented fields.'
            )
        return {
            key: self._make(f"{field}.{key}.", part, partial(make, key))
            for key, part in value.items()
        }

    def _make(self, where: str, content: object, make: Callable[[Fields], T]) -> T:
        fields = Fields(self.path, content, f"{self.where}{where}")
        made = make(fields)
        fields.done()
        return made

    def done(self) -> None:
        """Refuse fields that nobody asked for."""
        if self._content:
            raise self.error(
                next(iter(self._content)), "unknown field", f"Known here: {', '.join(self._known)}."
            )
