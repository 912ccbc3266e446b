"""What may be done with a text, in words: above it, in its record, and in the place of what is withheld."""

from __future__ import annotations

from archive.exports.citation import Citation, as_markdown, plain
from archive.pages.blocks import inside, paragraph
from archive.pages.glossary import GlossaryLinks
from archive.pages.links import PageContext, count, empty_targets
from archive.records.library import Brief
from archive.records.public import Withheld
from archive.records.record import Record
from archive.text.escaping import escape


def badge(brief: Brief) -> str:
    """What may be done with the text, in as few words as a badge holds."""
    if brief.record.access != "full":
        return brief.record.access.capitalize()
    return f"Full text, {'licence given' if brief.record.license else 'no licence given'}"


def access(record: Record) -> str:
    """Whether the text may be shown. No clock is read: what is said of an embargo holds before its end and after it."""
    if record.access == "embargoed":
        return (
            f"The text may be shown to the public from {record.embargoed_until} on, and not before."
        )
    return {
        "full": "The whole text may be shown.",
        "restricted": "The publisher does not allow this text to be passed on.",
    }[record.access]


def notice(brief: Brief) -> list[str]:
    """The notice above a text that may not be passed on: what may be done with it and what not. Nothing above others."""
    record = brief.record
    if record.access == "full":
        return []
    printed = [f"The text says: “{escape(record.rights)}”."] if record.rights else []
    original = [f"The original: <{record.source}>"] if record.source else []
    words = [f"**{_headed(record)}:** {access(record)}", *_allowed(brief), *printed, *original]
    return inside("div", [" ".join(words), ""], class_="notice")


def withheld_text(context: PageContext, brief: Withheld, **attributes: str) -> list[str]:
    """In the place of the text: its first words, if it has any to show, and the anchors of its blocks as empty targets.

    What is said of a block stands behind its target, and is seen when a link has led there (archive.css).
    """
    lines: list[str] = []
    excerpt = brief.excerpt
    goes_on = ""
    if excerpt:
        words = paragraph(
            excerpt.text,
            brief.anchor(excerpt.number),
            GlossaryLinks(context, brief.record.language),
        )
        lines += inside("div", words, **attributes)
        goes_on = "… " if excerpt.cut else ""
    shown = brief.anchor(excerpt.number) if excerpt else ""
    empty = [line.anchor for line in brief.lines if line.anchor != shown]
    if not (empty or goes_on):
        return lines
    what = "The rest of the text is withheld." if excerpt else "The text is withheld."
    blocks = (
        f" Links to its {count(len(brief.anchors), 'numbered block')} lead here." if empty else ""
    )
    said = empty_targets(
        (anchor, f"Paragraph {anchor.removeprefix('p')} is withheld.") for anchor in empty
    )
    return [*lines, f"{goes_on}{what}{blocks}", "{ .remark }", "", *said]


def as_plain(brief: Withheld, citation: Citation) -> str:
    """What stands in the place of the source text: what the brief is, and why its words are not there."""
    record = brief.record
    lines = [plain(citation), "", f"{_headed(record)}: {access(record)} The words are withheld."]
    lines += [f"The text says: {record.rights}"] if record.rights else []
    lines += [f"The original: {record.source}"] if record.source else []
    return "\n".join(lines) + "\n"


def as_body(brief: Withheld, citation: Citation) -> str:
    """The same as the body of a Markdown page to be used elsewhere."""
    record = brief.record
    lines = [
        f"# {escape(record.title)}",
        f"**{_headed(record)}:** {access(record)} The words are withheld.",
    ]
    lines += [f"The text says: {escape(record.rights)}"] if record.rights else []
    lines += [f"The original: <{record.source}>"] if record.source else []
    return "\n" + "\n\n".join([*lines, as_markdown(citation)]) + "\n"


def _headed(record: Record) -> str:
    return (
        f"Embargoed until {record.embargoed_until}"
        if record.access == "embargoed"
        else record.access.capitalize()
    )


def _allowed(brief: Brief) -> list[str]:
    if isinstance(brief, Withheld):
        first = (
            f" and its first {count(brief.excerpt.words, brief.excerpt.unit)}"
            if brief.excerpt
            else ""
        )
        return [f"Shown {'are' if first else 'is'} its record{first}."]
    desk = "here, at the archive's own desk, it may be read and cited, but not copied, mailed or put on another site."
    return [f"Until then: {desk}" if brief.record.access == "embargoed" else desk.capitalize()]
