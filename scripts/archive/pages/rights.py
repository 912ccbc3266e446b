"""Say what may be done with a text, and what stands in place of a withheld one."""

from __future__ import annotations

from archive.exports.citation import Citation, as_markdown, plain
from archive.pages.blocks import html_block, paragraph
from archive.pages.glossary import GlossaryLinks
from archive.pages.links import PageContext, count, empty_targets
from archive.records.library import Brief, Catalogued
from archive.records.record import Record
from archive.text.escaping import escape


def badge(brief: Brief) -> str:
    """Return what may be done with the text, in the few words of a badge."""
    if brief.record.access != "full":
        return brief.record.access.capitalize()
    return f"Full text, {'licence given' if brief.record.license else 'no licence given'}"


def access(record: Record) -> str:
    """Return whether the text may be shown.

    No clock is read: the sentence on an embargo is true before its end and after it.
    """
    if record.access == "embargoed":
        return (
            f"The text may be shown to the public from {record.embargoed_until} on, and not before."
        )
    return {
        "full": "The whole text may be shown.",
        "restricted": "The publisher does not allow this text to be passed on.",
    }[record.access]


def notice(brief: Brief) -> list[str]:
    """Return the notice above a text that may not be passed on; nothing for other texts."""
    record = brief.record
    if record.access == "full":
        return []
    printed = [f"The text says: “{escape(record.rights)}”."] if record.rights else []
    original = [f"The original: <{record.source}>"] if record.source else []
    words = [f"**{_status(record)}:** {access(record)}", *_allowed(brief), *printed, *original]
    return html_block("div", [" ".join(words), ""], class_="notice")


def withheld_text(context: PageContext, brief: Brief, **attributes: str) -> list[str]:
    """Return what stands in place of the text: an excerpt if there is one, and its anchors.

    The anchors have no words, so that links to them still lead here.
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
        lines += html_block("div", words, **attributes)
        goes_on = "… " if excerpt.cut else ""
    shown = brief.anchor(excerpt.number) if excerpt else ""
    empty = [line.anchor for line in brief.lines if line.anchor != shown]
    if not (empty or goes_on):
        return lines
    what = "The rest of the text is withheld." if excerpt else "The text is withheld."
    blocks = (
        f" Links to its {count(len(brief.anchors), 'numbered block')} lead here." if empty else ""
    )
    targets = empty_targets(
        (anchor, f"Paragraph {anchor.removeprefix('p')} is withheld.") for anchor in empty
    )
    return [*lines, f"{goes_on}{what}{blocks}", "{ .remark }", "", *targets]


def as_plain(brief: Catalogued, citation: Citation) -> str:
    """Return what stands in place of a source text that is withheld or withdrawn."""
    record = brief.record
    if record.withdrawn:
        return f"Withdrawn {record.withdrawn.date}. See {citation.url}\n"
    lines = [plain(citation), "", f"{_status(record)}: {access(record)} The text is withheld."]
    lines += [f"The text says: {record.rights}"] if record.rights else []
    lines += [f"The original: {record.source}"] if record.source else []
    return "\n".join(lines) + "\n"


def as_body(brief: Catalogued, citation: Citation) -> str:
    """Return what stands in place of the text in the Markdown export."""
    record = brief.record
    lines = [
        f"# {escape(record.title)}",
        f"**{_status(record)}:** {access(record)} The text is withheld.",
    ]
    lines += [f"The text says: {escape(record.rights)}"] if record.rights else []
    lines += [f"The original: <{record.source}>"] if record.source else []
    return "\n" + "\n\n".join([*lines, as_markdown(citation)]) + "\n"


def _status(record: Record) -> str:
    return (
        f"Embargoed until {record.embargoed_until}"
        if record.access == "embargoed"
        else record.access.capitalize()
    )


def _allowed(brief: Brief) -> list[str]:
    if brief.is_withheld:
        first = (
            f" and its first {count(brief.excerpt.words, brief.excerpt.unit)}"
            if brief.excerpt
            else ""
        )
        return [f"Only its record{first} {'are' if first else 'is'} shown."]
    desk = (
        "here, at the archive's own desk, it may be read and cited, "
        "but not copied, mailed or put on another site."
    )
    return [f"Until then: {desk}" if brief.record.access == "embargoed" else desk.capitalize()]
