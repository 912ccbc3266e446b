"""YAML files are parsed into dataclasses, whose types say what a file may hold: `Fields.build`.

Every value is read as a string: no date or "no" is converted.
"""

import builtins
import dataclasses
import re
import types
import typing
from collections.abc import Callable, Collection
from functools import cache, partial
from pathlib import Path
from typing import Annotated, Any, TypeAlias, TypeVar, cast, get_args, get_origin, get_type_hints

import yaml

from archive.errors import ArchiveError, raise_first
from archive.text.dates import EdtfDate, parse_edtf

T = TypeVar("T")

_NO_VALUE = "this field is required and has no value"
_UNPRINTABLE = "it contains a line break or a character that cannot be displayed"
# The archive's own files nest no deeper than a list in a field of a list.
_MAX_DEPTH = 50
# A page repeats a value in many places; no value of a record is a text.
_LONGEST_VALUE = 5_000
NULLS = frozenset(["", "~", "null", "Null", "NULL"])
_NULL_TAG = "tag:yaml.org,2002:null"


# Parses the field of that name; raises the error of an invalid or a missing one.
Parser: TypeAlias = Callable[["Fields", str], Any]


class _Loader(yaml.CBaseLoader):
    """Reads every value as a string, and null as None.

    PyYAML's composer in C calls itself for each level of nesting: between 20,000 and 30,000 levels
    it overruns a stack of 8 MiB, and the process dies. So the levels are counted. Raises
    yaml.YAMLError, also when there are more than _MAX_DEPTH.
    """

    _depth = 0

    def descend_resolver(self, _parent: yaml.Node | None, _index: Any) -> None:
        """Count a level; the composer calls this before each node."""
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise yaml.MarkedYAMLError(
                problem="too many levels", note="Write fields one below the other."
            )

    def ascend_resolver(self) -> None:
        """Count a level less; the composer calls this after each node."""
        self._depth -= 1

    def resolve(self, kind: type[yaml.Node], value: Any, implicit: Any) -> str:
        """Return the tag of a node without one: null or, as the others do not matter, string."""
        return (
            _NULL_TAG
            if kind is yaml.ScalarNode and implicit[0] and value in NULLS
            else self.DEFAULT_SCALAR_TAG
        )

    def construct_scalar(self, node: yaml.ScalarNode) -> Any:
        """Return the value as written, or None."""
        return None if node.tag == _NULL_TAG else node.value

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Return the mapping; raise for a key that is not a plain value or occurs twice."""
        mapping: dict[str, Any] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise yaml.MarkedYAMLError(
                    problem="the name of a field cannot be a list or a mapping",
                    problem_mark=key.start_mark,
                    note="Write one word as its name, or take it out.",
                )
            if key.value in mapping:
                lines = (one.start_mark.line for one, _ in node.value if one.value == key.value)
                raise yaml.MarkedYAMLError(
                    problem=f"the key {key.value!r} occurs twice, first on line {next(lines) + 1}",
                    problem_mark=key.start_mark,
                    note="Keep one of the two, with what both say. Or rename one.",
                )
            mapping[key.value] = self.construct_object(value, deep)
        return mapping


def parse_yaml(path: Path, text: str, *, may_be_empty: bool = False) -> dict[str, Any]:
    """Parse the mapping in the `text` of the file `path`.

    Raises ArchiveError, with the line, when it cannot be parsed. A file with only comments is an
    error too, unless it `may_be_empty`.
    """
    try:
        content = _Loader(text).get_single_data()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        reason = str(error.problem).removeprefix("but ")  # "but found another document"
        raise ArchiveError(
            path,
            f"line {mark.line + 1}" if mark else "file",
            # libyaml rejects the escape of a surrogate ("\ud800"), which PyYAML writes. Fields
            # would reject the character too.
            _UNPRINTABLE if "Unicode character escape" in reason else f"unreadable YAML: {reason}",
            error.note
            or "Correct that line, or put quotes around its value. If it is right, a line above "
            "lacks a quotation mark, a bracket or a colon.",
        ) from None
    except yaml.YAMLError as error:
        raise ArchiveError(
            path,
            "file",
            f"unreadable YAML: {' '.join(str(error).split())}",
            "Save the file as plain text.",
        ) from None
    if content is None and may_be_empty:
        return {}
    if not isinstance(content, dict):
        raise ArchiveError(path, "file", "it holds no fields", 'Write one "field: value" a line.')
    return content


class Fields:
    """The fields of one mapping, each checked as it is parsed.

    In errors, `where` stands before the name of a field. `key` is the name of the mapping itself in
    the one around it. Every method raises ArchiveError with the file, the field and the remedy.
    """

    def __init__(self, path: Path, content: object, where: str = "", key: str = "") -> None:
        self.path, self.where, self.key = path, where, key
        raise_first(
            path,
            (
                not isinstance(content, dict),
                where or "file",
                "fields are expected here",
                'Write "field: value" lines, indented.',
            ),
        )
        self._content = cast("dict[str, Any]", content)
        self._known: dict[str, None] = {}

    def build(self, kind: Callable[..., T]) -> T:
        """Build a dataclass from all fields of the mapping.

        The types of its fields, and their defaults, say what the mapping must and may have:

        * str, EdtfDate or another such dataclass: a value, required unless the field has a default
          or its type is `… | None`
        * tuple[T, ...] and dict[str, T] of these: a list or a mapping, empty when absent
        * Annotated[T, parser]: what a Parser makes of the field
        * Path: the file itself

        A field with the metadata "key" has that name in the file. Raises for other fields.
        """
        values = {
            name: default
            if default is not dataclasses.MISSING and self._take(key) is None
            else parse(self, key)
            for name, key, parse, default in _plan(kind)
        }
        if unknown := [field for field in self._content if field not in self._known]:
            raise self.error(
                unknown[0],
                "unknown field",
                f"Take it out, or write one of: {', '.join(self._known)}.",
            )
        return kind(**values)

    def error(self, field: str, problem: str, remedy: str) -> ArchiveError:
        """Return an error about `field` of this mapping."""
        return ArchiveError(self.path, f"{self.where}{field}", problem, remedy)

    def refuse(self, is_fault: object, field: str, problem: str, remedy: str) -> None:
        """Raise that error if there is a fault."""
        if is_fault:
            raise self.error(field, problem, remedy)

    def _take(self, field: str) -> Any:
        """Return the value as it was written; None when it is absent, null or empty."""
        self._known[field] = None
        value = self._content.get(field)
        return None if isinstance(value, str) and not value.strip(" ") else value

    def required(self, field: str) -> str:
        """Parse a string that must not be absent."""
        if (value := self._take(field)) is None:
            raise self.error(field, _NO_VALUE, f'Add {field}: "…".')
        if not isinstance(value, str) or not value.isprintable():
            raise self.error(
                field,
                _UNPRINTABLE if isinstance(value, str) else "one value is expected",
                f'Write {field}: "…" on one line.',
            )
        self.refuse(
            len(value) > _LONGEST_VALUE,
            field,
            f"{len(value):,} characters are too many for one value",
            f"Write at most {_LONGEST_VALUE:,}.",
        )
        return value.strip()

    def optional(self, field: str) -> str | None:
        """Parse a string, or None when it is absent."""
        return None if self._take(field) is None else self.required(field)

    def is_empty(self, field: str) -> bool:
        """Tell whether a field is written as an empty string."""
        return self._take(field) is None and self._content.get(field) == ""

    def strings(self, field: str) -> tuple[str, ...]:
        """Parse a list of strings, empty when absent."""
        value = self._take(field) or []
        self.refuse(
            not isinstance(value, list)
            or not all(isinstance(part, str) and part for part in value),
            field,
            "a list of words is expected",
            f'Write {field}: ["…", "…"].',
        )
        return tuple(value)

    def one_or_more(self, field: str) -> tuple[str, ...]:
        """Parse a string, or a list of at least one."""
        value = self._take(field)
        return self.strings(field) if value and isinstance(value, list) else (self.required(field),)

    def inside(self, field: str) -> "Fields":
        """Return the fields of a mapping in this one."""
        return Fields(self.path, self._take(field), f"{self.where}{field}.", field)

    def entries(self, parse: Parser) -> dict[str, Any]:
        """Parse all fields alike."""
        return {field: parse(self, field) for field in self._content}

    def keyed(self, field: str, parse: Parser) -> dict[str, Any]:
        """Parse each entry of a mapping, empty when absent."""
        return self.inside(field).entries(parse) if self._take(field) else {}

    def each(self, field: str, parse: Parser) -> tuple[Any, ...]:
        """Parse each entry of a list, empty when absent."""
        value = self._take(field) or []
        self.refuse(
            not isinstance(value, list),
            field,
            "a list is expected",
            "Begin each of its entries with a dash.",
        )
        parts = {f"{field}[{index}]": part for index, part in enumerate(value, 1)}
        return tuple(Fields(self.path, parts, self.where).entries(parse).values())


def parse_entries(path: Path, content: dict[str, object], kind: type[T]) -> dict[str, T]:
    """Build a dataclass from each entry of a file that is a mapping of mappings."""
    return Fields(path, content).entries(_parser(kind))


def written_as(parse: Callable[[str], object], problem: str, remedy: str) -> Parser:
    """Return the parser of strings for which `parse` does not return None."""

    def parse_field(fields: Fields, field: str) -> object:
        text = fields.required(field)
        value = parse(text)
        fields.refuse(value is None, field, f"{text!r} {problem}", remedy)
        return value

    return parse_field


def matching(pattern: str) -> Callable[[str], str | None]:
    """Return a function for `written_as` that knows strings by a regular expression."""
    return lambda text: text if re.fullmatch(pattern, text) else None


def one_of(choices: Collection[str]) -> Parser:
    """Return the parser of strings that are among `choices`."""
    return written_as(
        {choice: choice for choice in choices}.get,
        "is not known",
        f"Write one of: {', '.join(choices)}.",
    )


def phrases(pattern: str, problem: str, remedy: str, use: str = "") -> Parser:
    """Return the parser of a list of strings in which `pattern` is found.

    With a `use`, which says what the strings are for, there must be at least one.
    """

    def parse_field(fields: Fields, field: str) -> tuple[str, ...]:
        texts = fields.strings(field)
        wrong = next((text for text in texts if not re.search(pattern, text)), None)
        fields.refuse(wrong, field, f"{wrong!r} {problem}", remedy)
        fields.refuse(use and not texts, field, _NO_VALUE, f'Add {field}: ["…"], {use}.')
        return texts

    return parse_field


parse_date = written_as(
    parse_edtf,
    "is not a date",
    'Write a year, month or day that exists: "2022", "2022-07", "2022-07-10"; '
    'or a season ("2021-21" is spring) or an interval: "2020-12/2021-01".',
)


def parse_day(fields: Fields, field: str) -> str:
    """Parse a required date that is a whole day."""
    date = parse_edtf(text := fields.optional(field) or "")
    fields.refuse(
        not date or not date.day or date.end,
        field,
        "a whole day is expected" if date or not text else f"{text!r} is not a date",
        'Write a day that exists, as "2026-11-21".',
    )
    return str(date)


Day = Annotated[str, parse_day]
# The name of the mapping itself in the one around it.
Key = Annotated[str, lambda fields, _: fields.key]
_SCALARS: dict[Any, Parser] = {
    str: Fields.required,
    EdtfDate: parse_date,
    Path: lambda fields, _: fields.path,
}


@cache
def _plan(kind: Any) -> list[tuple[str, str, Parser, object]]:
    """List the fields of a dataclass: the name, the one in files, the parser and the default."""
    hints = get_type_hints(kind, include_extras=True)
    return [
        (
            field.name,
            field.metadata.get("key", field.name),
            _parser(hints[field.name]),
            None if types.NoneType in get_args(hints[field.name]) else field.default,
        )
        for field in dataclasses.fields(kind)
        if field.init
    ]


def _parser(hint: Any) -> Parser:
    match get_origin(hint), *get_args(hint):
        case [typing.Annotated, _, parse]:
            return cast(Parser, parse)
        case [builtins.tuple, builtins.str, _]:
            return Fields.strings
        case [builtins.tuple, kind, _]:
            return partial(Fields.each, parse=_parser(kind))
        case [builtins.dict, _, kind]:
            return partial(Fields.keyed, parse=_parser(kind))
        case [_, kind, types.NoneType]:
            return _parser(kind)
    return _SCALARS.get(hint) or (lambda fields, field: fields.inside(field).build(hint))
