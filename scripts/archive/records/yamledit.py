"""Small changes to the archive's YAML files.

They leave all else in them, comments and order, byte for byte as it was.

PyYAML says where each node of a file begins and ends; what is put in or taken out is cut there.
A round trip by ruamel.yaml was tried and changes more: it puts a new field behind the comment of
the next one, takes the comment behind a removed field along, moves comments at the end of a line,
and sets values of several lines and lists on several lines anew.
"""

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import yaml

from archive.errors import ArchiveError
from archive.records.yamlfile import NULLS, parse_yaml

Value: TypeAlias = "str | Sequence[Value] | Mapping[str, Value] | None"

# What YAML takes for a line end, or does not take at all, between quotation marks; JSON escapes
# the rest.
_ESCAPED = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
# A name that means itself without quotation marks.
_PLAIN = re.compile(r"[A-Za-z0-9]+(?:[-_][A-Za-z0-9]+)*")


def flow(value: Value) -> str:
    """A value on one line, as the archive's files write it.

    Strings quoted, {key: "…"}, ["…", "…"].
    """
    if value is None or isinstance(value, str):
        return _ESCAPED.sub(
            lambda found: f"\\u{ord(found[0]):04x}", json.dumps(value, ensure_ascii=False)
        )
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_name(key)}: {flow(part)}" for key, part in value.items()) + "}"
    return "[" + ", ".join(map(flow, value)) + "]"


def _name(key: str) -> str:
    return key if _PLAIN.fullmatch(key) else flow(key)


def block(fields: Mapping[str, Value], indent: str = "", levels: int = 1) -> str:
    """A mapping with one field a line, each line indented by `indent`.

    So many `levels` of what is nested in it, mappings and lists of mappings, stand one below the
    other as well.
    """
    text = ""
    for key, value in fields.items():
        text += f"{indent}{_name(key)}:"
        if levels and value and isinstance(value, Mapping):
            text += "\n" + block(value, f"{indent}  ", levels - 1)
        elif levels and value and all(isinstance(part, Mapping) for part in value):
            text += "\n" + "".join(f"{indent}  - {flow(part)}\n" for part in value)
        else:
            text += f" {flow(value)}\n"
    return text


def put(
    path: Path,
    text: str,
    where: Sequence[str],
    key: str | None,
    value: Value,
    *,
    on_one_line: bool = False,
) -> str:
    """`text` of the file `path` with a value more at `where`.

    It stands `on_one_line`, if that is asked for. It goes into the mapping (under `key`) or list
    (`key` is None) there. Missing levels on the way are made. Raises ArchiveError when something
    else stands there.
    """
    node, missing = _find(path, text, where)
    for name in reversed(missing):
        key, value = name, [value] if key is None else {key: value}
    if isinstance(node, yaml.SequenceNode if key is None else yaml.MappingNode):
        if not node.flow_style:
            return _add_to_block(text, node, key, value, on_one_line=on_one_line)
        return _add_to_flow(text, node, key, value)
    if isinstance(node, yaml.ScalarNode) and node.style is None and node.value in NULLS:
        return _replace(text, node, [value] if key is None else {key: value})
    raise ArchiveError(
        path,
        ".".join(where[: len(where) - len(missing)]),
        "something else is wanted here",
        "Write the fields as the comments on top say.",
    )


def _add_to_flow(text: str, node: yaml.CollectionNode, key: str | None, value: Value) -> str:
    added = flow(value) if key is None else f"{_name(key)}: {flow(value)}"
    # Without a value, before the closing bracket.
    end = _end(text, _parts(node)[-1][-1]) if node.value else node.end_mark.index - 1
    return f"{text[:end]}{', ' if node.value else ''}{added}{text[end:]}"


def _add_to_block(
    text: str, node: yaml.CollectionNode, key: str | None, value: Value, *, on_one_line: bool
) -> str:
    column = node.start_mark.column
    line_end = "\r\n" if "\r\n" in text else "\n"
    added = (
        f"{' ' * column}- {flow(value)}\n"
        if key is None
        # As the archive's files have it: nothing is set in lines below its third level.
        else block({key: value}, " " * column, 0 if on_one_line else max(0, 2 - (column + 1) // 2))
    ).replace("\n", line_end)
    end = text.find("\n", _end(text, node)) + 1
    if not end:  # the file has no line end after its last line, and gets none
        return f"{text}{line_end}{added.removesuffix(line_end)}"
    return text[:end] + added + text[end:]


def _parts(node: yaml.Node) -> list[tuple[str, Any, Any]]:
    """The names, keys and values of a mapping; of a list the numbers, and each entry as both."""
    if isinstance(node, yaml.SequenceNode):
        return [(str(number), part, part) for number, part in enumerate(node.value)]
    pairs = node.value if isinstance(node, yaml.MappingNode) else ()
    return [(key.value, key, value) for key, value in pairs]


def _end(text: str, node: yaml.Node) -> int:
    """Where the last word of a node ends; PyYAML counts what is blank behind it in."""
    while isinstance(node, yaml.CollectionNode) and not node.flow_style:
        node = _parts(node)[-1][-1]
    return len(text[: node.end_mark.index].rstrip())


def give(path: Path, text: str, where: Sequence[str], value: Value) -> str:
    """`text` of the file `path` with another value for the field at `where`.

    The field is put at the end of the file if it is new. A number in `where` is the place of an
    entry in a list, from 0.
    """
    node, missing = _find(path, text, where)
    if not missing:
        return _replace(text, node, value)
    return put(path, text, where[:-1], where[-1], value, on_one_line=len(where) > 1)


def _replace(text: str, node: yaml.Node, value: Value) -> str:
    before = text[: node.start_mark.index]
    words = flow(value)
    if isinstance(node, yaml.SequenceNode) and not (node.flow_style or isinstance(value, str)):
        line_end = ("\r\n" if "\r\n" in text else "\n") + " " * node.start_mark.column
        words = line_end.join(f"- {flow(part)}" for part in value or ())
    # A field without a value has no space behind its colon.
    return f"{before}{' ' * before.endswith(':')}{words}{text[_end(text, node) :]}"


def take(path: Path, text: str, where: Sequence[str], key: str) -> str:
    """`text` of the file `path` without the field `key` of the mapping at `where`.

    Or without `key` in the list there: a word, or the first value of a mapping. A mapping or list
    below the top that is empty then goes, too.
    """
    node, missing = _find(path, text, where)
    parts = [] if missing else _parts(node)
    place = next((n for n, (_, first, _) in enumerate(parts) if _word(first) == key), None)
    if place is None:
        return text
    if len(parts) == 1 and where:
        return take(path, text, where[:-1], where[-1])
    _, first, value = parts[place]
    start, end = first.start_mark.index, _end(text, value)
    if not node.flow_style:
        start, end = text.rfind("\n", 0, start) + 1, text.find("\n", end) + 1
        return text[:start] + text[end:] if end else re.sub(r"\r?\n\Z", "", text[:start])
    if not place:
        return text[:start] + text[parts[1][1].start_mark.index :]
    return text[: _end(text, parts[place - 1][-1])] + text[end:]


def _word(node: yaml.Node) -> str:
    """A word, or the first value of a mapping."""
    while isinstance(node, yaml.MappingNode) and node.value:
        node = node.value[0][1]
    return node.value if isinstance(node, yaml.ScalarNode) else ""


def _find(path: Path, text: str, where: Sequence[str]) -> tuple[Any, Sequence[str]]:
    """The node at `where`, or the last one on the way to it with the names that are missing."""
    parse_yaml(path, text)
    try:
        for event in yaml.parse(text, yaml.CBaseLoader):
            # What stands in one place and means another. Of an alias, this is the name.
            if getattr(event, "anchor", None) or getattr(event, "tag", None):
                raise yaml.MarkedYAMLError(
                    problem="it has an anchor, an alias or a tag",
                    problem_mark=event.start_mark,  # type: ignore[arg-type]  # both kinds serve
                )
        node: Any = yaml.compose(text, yaml.BaseLoader)
    except yaml.MarkedYAMLError as error:
        raise ArchiveError(
            path,
            f"line {error.problem_mark.line + 1}" if error.problem_mark else "file",
            f"it cannot be added to: {error.problem}",
            "Mend it, or restore the file as committed.",
        ) from None
    for depth, name in enumerate(where):
        value = next((value for known, _, value in _parts(node) if known == name), None)
        if value is None:
            return node, where[depth:]
        node = value
    return node, ()
