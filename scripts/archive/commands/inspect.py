"""`briefs inspect`: shows what the reader makes of any text file, as text or JSON."""

from collections.abc import Iterable
from typing import Any

from archive.reading.fidelity import account
from archive.reading.model import Kind, Reading, Statement
from archive.reading.vocabulary import part_institutes
from archive.records.themes import Theme, passages


def as_json(reading: Reading, themes: Iterable[Theme]) -> dict[str, Any]:
    """Return the reading with the keys of DESIGN.md; a field that is not printed is null or []."""
    stated = {field: statement for field, statement in reading.statements() if field != "authors"}
    passages_by_theme = {theme.id: passages(reading.shown, theme) for theme in themes}
    basis: dict[str, dict[str, Any]] = {}
    for field, statement in reading.statements():
        basis.setdefault(
            field, {"kind": statement.basis, "line": statement.line, "text": statement.text}
        )
    blocks = [
        {
            "n": number,
            "kind": block.kind.value,
            "voice": block.voice.value,
            "level": block.level,
            "lines": list(block.lines),
            "text": block.text,
            **({"mark": block.mark} if block.mark else {}),
            **({"rule": block.rule} if block.rule else {}),
        }
        for number, block in reading.numbered
    ]
    return {
        "reader": reading.reader,
        "encoding": reading.source.encoding,
        **{
            field: stated[field].value if field in stated else None
            for field in ("title", "series", "number", "date")
        },
        **_issuers(stated.get("institute")),
        "authors": [statement.value for statement in reading.authors],
        "language": stated["language"].value if "language" in stated else None,
        "themes": [theme for theme, shown in passages_by_theme.items() if shown],
        "passages": {
            theme: [
                {
                    "n": passage.number,
                    "text": passage.text,
                    "under": [number for number, _ in passage.under],
                }
                for passage in shown
            ]
            for theme, shown in passages_by_theme.items()
            if shown
        },
        "basis": basis,
        "metadata": [block for block in blocks if block["kind"] == Kind.METADATA],
        "blocks": [block for block in blocks if block["kind"] != Kind.METADATA],
        "unaccounted": list(account(reading).faults),
    }


def _issuers(statement: Statement | None) -> dict[str, Any]:
    names = part_institutes(statement.value) if statement else [None]
    return {"institute": names[0], **({"institutes": names} if names[1:] else {})}


def as_text(reading: Reading, themes: Iterable[Theme]) -> str:
    """Return the reading as text for a terminal."""
    content = as_json(reading, themes)
    rows = [f"reader: {reading.reader}", f"encoding: {reading.source.encoding}"]
    for field in ("title", "authors", "institute", "series", "number", "date", "language"):
        value = (
            content.get("institutes", content[field]) if field == "institute" else content[field]
        )
        basis = content["basis"].get(field)
        text = "; ".join(value) if isinstance(value, list) else value
        rows.append(
            f"{field:9}  {text}  ({basis['kind']}, "
            + (f"line {basis['line']})" if basis["line"] else f"{basis['text']})")
            if text and basis
            else f"{field:9}  not in the text"
        )
    for theme, shown in content["passages"].items():
        rows += ["", f"theme {theme}"] + [
            f"  p{passage['n']}  {passage['text']}" for passage in shown
        ]
    rows += ["", "  no  lines    kind          voice       text"]
    for number, block in reading.numbered:
        lines = "-".join(str(line) for line in dict.fromkeys(block.lines))
        kind = f"{block.kind.value} {block.level or ''}".strip()
        text = (
            f"[{block.rule}] {block.text}" if block.rule else f"{block.mark} {block.text}".strip()
        )
        anchor, beginning = f"p{number}" if number else "-", " ".join(text.split())[:80]
        rows.append(f"{anchor:>4}  {lines:7}  {kind:12}  {block.voice.value:10}  {beginning}")
    shares = account(reading)
    return "\n".join(
        [
            *rows,
            "",
            f"characters: {shares.text} text, {shares.metadata} metadata, "
            f"{shares.furniture} furniture, {len(shares.faults)} faults",
            *shares.faults,
        ]
    )
