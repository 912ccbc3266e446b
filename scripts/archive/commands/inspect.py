"""`briefs inspect`: shows what the reader makes of any text file, as text or JSON."""

from collections.abc import Iterable
from typing import Any

from archive.reading.fidelity import account
from archive.reading.model import Kind, Reading
from archive.reading.vocabulary import part_institutes
from archive.records.themes import Theme, passages


def as_json(reading: Reading, themes: Iterable[Theme]) -> dict[str, Any]:
    """Return the reading with the keys of DESIGN.md; a field that is not printed is null or []."""
    # Of several authors, that is the first.
    stated = dict(reversed([*reading.statements()]))
    names = part_institutes(stated["institute"].value) if "institute" in stated else []
    shown_by_theme = {
        theme.id: shown for theme in themes if (shown := passages(reading.shown, theme))
    }
    basis = {
        field: {"kind": one.basis, "line": one.line, "text": one.text}
        for field, one in ((field, stated[field]) for field, _ in reading.statements())
    }
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
        "institute": names[0] if names else None,
        **({"institutes": names} if names[1:] else {}),
        "authors": [statement.value for statement in reading.authors],
        "language": stated["language"].value if "language" in stated else None,
        "themes": [*shown_by_theme],
        "passages": {
            theme: [
                {"n": one.number, "text": one.text, "under": [number for number, _ in one.under]}
                for one in shown
            ]
            for theme, shown in shown_by_theme.items()
        },
        "basis": basis,
        "metadata": [block for block in blocks if block["kind"] == Kind.METADATA],
        "blocks": [block for block in blocks if block["kind"] != Kind.METADATA],
        "unaccounted": list(account(reading).faults),
    }


def as_text(reading: Reading, themes: Iterable[Theme]) -> str:
    """Return the reading as text for a terminal."""
    content = as_json(reading, themes)
    rows = [f"reader: {reading.reader}", f"encoding: {reading.source.encoding}"]
    content["institute"] = content.pop("institutes", content["institute"])
    for field in ("title", "authors", "institute", "series", "number", "date", "language"):
        value, basis = content[field], content["basis"].get(field)
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
        lines = "-".join(map(str, dict.fromkeys(block.lines)))
        kind = f"{block.kind.value} {block.level or ''}".strip()
        text = (
            f"[{block.rule}] {block.text}" if block.rule else f"{block.mark} {block.text}".strip()
        )
        anchor, beginning = f"p{number}" if number else "-", " ".join(text.split())[:80]
        rows.append(f"{anchor:>4}  {lines:7}  {kind:12}  {block.voice.value:10}  {beginning}")
    shares = account(reading)
    total = (
        f"characters: {shares.text} text, {shares.metadata} metadata, "
        f"{shares.furniture} furniture, {len(shares.faults)} faults"
    )
    return "\n".join([*rows, "", total, *shares.faults])
