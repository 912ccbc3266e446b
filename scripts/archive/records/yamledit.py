"""Small changes to the archive's YAML files.

They leave all else in them, comments and order, byte for byte as it was.

PyYAML says where each node of a file begins and ends; what is put in or taken out is cut there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

import yaml

from archive.errors import ArchiveError

Value: TypeAlias = "str | Sequence[Value] | Mapping[str, Value] | None"

# What YAML takes for a line end, or does not take at all, between quotation marks; JSON escapes
# the rest.
_ESCAPED = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
# A name that means itself without quotation marks.
_PLAIN = re.compile(r"[A-Za-z0-9]+(?:[-_][A-Za-z0-9]+)*")
_NULLS = ("", "~", "null", "Null", "NULL")


class _Loader(yaml.BaseLoader):
    """Refuses what stands in one place and means another."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event = self.peek_event()  # type: ignore[no-untyped-call]  # PyYAML has no types for it
        if (
            isinstance(event, yaml.AliasEvent)
            or getattr(event, "anchor", None)
            or getattr(event, "tag", None)
        ):
            raise yaml.composer.ComposerError(
                None, None, "it has an anchor, an alias or a tag", event.start_mark
            )
        return super().compose_node(parent, index)


def text_of(path: Path) -> str:
    """The text of a file that is to be changed, with its line ends.

    Raises ArchiveError when it cannot be read.
    """
    try:
        return path.read_bytes().decode("utf-8")
    except OSError as error:
        raise ArchiveError(
            path, "file", f"cannot be read ({error.strerror})", "Restore the file."
        ) from None
    except UnicodeDecodeError as error:
        raise ArchiveError(
            path, f"byte {error.start}", "this is not UTF-8 text", "Save the file in UTF-8."
        ) from None


def flow(value: Value) -> str:
    """A value on one line, as the archive's files write it.

    Strings quoted, {key: "…"}, ["…", "…"].
    """
    if value is None:
        return "null"
    if isinstance(value, str):
        return _ESCAPED.sub(
            lambda found: f"\\u{ord(found[0]):04x}", json.dumps(value, ensure_ascii=False)
        )
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_name(key)}: {flow(part)}" for key, part in value.items()) + "}"
    return "[" + ", ".join(map(flow, value)) + "]"


def _name(key: str) -> str:
    return key if _PLAIN.fullmatch(key) else flow(key)


def block(fields: Mapping[str, Value], indent: str = "") -> str:
    """A mapping with one field a line.

    Lists of mappings and mappings of mappings stand below each other.
    """
    lines = []
    for key, value in fields.items():
        if isinstance(value, Mapping) and value:
            lines += [
                f"{indent}{_name(key)}:",
                *(f"{indent}  {_name(name)}: {flow(part)}" for name, part in value.items()),
            ]
        elif (
            isinstance(value, Sequence)
            and value
            and all(isinstance(part, Mapping) for part in value)
        ):
            lines += [f"{indent}{_name(key)}:", *(f"{indent}  - {flow(part)}" for part in value)]
        else:
            lines.append(f"{indent}{_name(key)}: {flow(value)}")
    return "".join(f"{line}\n" for line in lines)


def put(path: Path, text: str, where: Sequence[str], key: str | None, value: Value) -> str:
    """`text` of the file `path` with a value more at `where`.

    It goes into the mapping (under `key`) or list (`key` is None) there. Missing levels on the way
    are made. Raises ArchiveError when something else stands there.
    """
    node, missing = _node(path, text, where)
    if missing:
        nested: Value = [value] if key is None else {key: value}
        for name in reversed(missing[1:]):
            nested = {name: nested}
        return put(path, text, where[: len(where) - len(missing)], missing[0], nested)
    if isinstance(node, yaml.ScalarNode) and node.style is None and node.value in _NULLS:
        return _in_place(text, node, [value] if key is None else {key: value})
    if isinstance(node, yaml.SequenceNode) == (key is None) and isinstance(
        node, yaml.CollectionNode
    ):
        return (
            _into_flow(text, node, key, value)
            if node.flow_style
            else _into_block(text, node, key, value)
        )
    raise ArchiveError(
        path,
        ".".join(where),
        "something else is wanted here",
        "Write the fields as the comments on top say.",
    )


def _into_flow(text: str, node: yaml.CollectionNode, key: str | None, value: Value) -> str:
    added = flow(value) if key is None else f"{_name(key)}: {flow(value)}"
    if not node.value:
        end = node.end_mark.index - 1  # its closing bracket
        return f"{text[:end]}{added}{text[end:]}"
    end = _end(text, _last(node))
    return f"{text[:end]}, {added}{text[end:]}"


def _into_block(text: str, node: yaml.CollectionNode, key: str | None, value: Value) -> str:
    indent = " " * node.start_mark.column
    if key is None:
        added = f"{indent}- {flow(value)}\n"
    elif isinstance(value, Mapping) and value and not indent:
        added = f"{_name(key)}:\n{block(value, '  ')}"
    elif len(indent) > 2:
        added = f"{indent}{_name(key)}: {flow(value)}\n"
    else:
        added = block({key: value}, indent)
    end = text.find("\n", _end(text, node))
    if "\r\n" in text:
        added = added.replace("\n", "\r\n")
    if end < 0:  # the file has no line end after its last line, and gets none
        line_end = "\r\n" if "\r\n" in text else "\n"
        return f"{text}{line_end}{added.removesuffix(line_end)}"
    return f"{text[: end + 1]}{added}{text[end + 1 :]}"


def _last(node: yaml.CollectionNode) -> yaml.Node:
    """The last value in a mapping or list."""
    last = node.value[-1]
    found: yaml.Node = last[1] if isinstance(last, tuple) else last
    return found


def _end(text: str, node: yaml.Node) -> int:
    """Where the last word of a node ends.

    PyYAML counts white space and comments after it in, where lines divide it.
    """
    while isinstance(node, yaml.CollectionNode) and not node.flow_style:
        node = _last(node)
    start, end = node.start_mark.index, node.end_mark.index
    if isinstance(node, yaml.ScalarNode) and node.style in ("|", ">"):
        head, *lines = text[start:end].splitlines(keepends=True)
        first = next((line for line in lines if line.strip()), "")
        indent = first[: len(first) - len(first.lstrip(" "))]
        while lines and not (lines[-1].strip() and lines[-1].startswith(indent)):
            lines.pop()
        end = start + len("".join([head, *lines]))
    return start + len(text[start:end].rstrip())


def give(path: Path, text: str, where: Sequence[str], value: Value) -> str:
    """`text` of the file `path` with another value for the field at `where`.

    The field is put at the end of the file if it is new. A number in `where` is the place of an
    entry in a list, from 0.
    """
    node, missing = _node(path, text, where)
    return (
        put(path, text, where[:-1], where[-1], value) if missing else _in_place(text, node, value)
    )


def _in_place(text: str, node: yaml.Node, value: Value) -> str:
    start = node.start_mark.index
    space = " " if text[:start].endswith(":") else ""  # of a field without a value
    return f"{text[:start]}{space}{flow(value)}{text[_end(text, node) :]}"


def take(path: Path, text: str, where: Sequence[str], key: str) -> str:
    """`text` of the file `path` without the field `key` of the mapping at `where`.

    Or without `key` in the list there: a word, or the first value of a mapping. A mapping or list
    below the top that is empty then goes, too.
    """
    node, missing = _node(path, text, where)
    if missing or not isinstance(node, yaml.CollectionNode):
        return text
    parts = [part if isinstance(part, tuple) else (part, part) for part in node.value]
    place = next((n for n, (name, _) in enumerate(parts) if _word(name) == key), None)
    if place is None:
        return text
    if len(parts) == 1 and where:
        return take(path, text, where[:-1], where[-1])
    name, value = parts[place]
    if node.flow_style:
        start = _end(text, parts[place - 1][1]) if place else name.start_mark.index
        end = _end(text, value) if place else parts[1][0].start_mark.index
        return text[:start] + text[end:]
    start = text.rfind("\n", 0, name.start_mark.index) + 1
    end = text.find("\n", _end(text, value)) + 1
    return text[:start] + text[end:] if end else re.sub(r"\r?\n\Z", "", text[:start])


def _word(node: yaml.Node) -> str:
    """A word, or the first value of a mapping."""
    while isinstance(node, yaml.MappingNode) and node.value:
        node = node.value[0][1]
    return node.value if isinstance(node, yaml.ScalarNode) else ""


def _node(path: Path, text: str, where: Sequence[str]) -> tuple[yaml.Node, Sequence[str]]:
    """The node at `where`, or the last one on the way to it with the names that are missing."""
    try:
        node = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        line = f"line {error.problem_mark.line + 1}" if error.problem_mark else "file"
        remedy = "Mend that line, or restore the file as committed."
        raise ArchiveError(path, line, f"it cannot be added to: {error.problem}", remedy) from None
    except (yaml.YAMLError, RecursionError):
        raise ArchiveError(
            path, "file", "unreadable YAML", "Mend it, or restore the file as committed."
        ) from None
    if node is None:
        raise ArchiveError(path, "file", "it holds no fields", 'Write one "field: value" a line.')
    for depth, name in enumerate(where):
        pairs = node.value if isinstance(node, yaml.MappingNode) else []
        if isinstance(node, yaml.SequenceNode):
            pairs = [
                (yaml.ScalarNode("", str(number)), value) for number, value in enumerate(node.value)
            ]
        found = next((value for key, value in pairs if key.value == name), None)
        if found is None:
            return node, where[depth:]
        node = found
    return node, ()
