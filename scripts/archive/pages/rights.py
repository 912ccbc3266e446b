"""Say what may be done with a text, and what stands in place of a withheld one."""

from archive.exports.citation import Citation, as_markdown, plain
from archive.pages.blocks import html_block, paragraph
from archive.pages.glossary import GlossaryLinks
from archive.pages.links import PageContext, count, empty_targets
from archive.records.library import Brief, Catalogued
from archive.records.record import Record
from archive.text.dates import in_words
from archive.text.escaping import escape
from archive.text.sentences import full_stop

# What may be done with a text that may not be passed on.
_DESK = (
    "here, at the archive's own desk, it may be read and cited, "
    "but not copied, mailed or put on another site."
)


def badge(brief: Brief) -> str:
    """Return what may be done with the text, in the few words of a badge."""
    record = brief.record
    licence = "licence given" if record.license else "no licence given"
    return f"Full text, {licence}" if record.access == "full" else record.access.capitalize()


def access(record: Record) -> str:
    """Return whether the text may be shown.

    No clock is read: the sentence on an embargo is true before its end and after it.
    """
    return {
        "embargoed": "The text may be shown to the public "
        f"from {in_words(record.embargoed_until or '')} on, and not before.",
        "full": "The whole text may be shown.",
        "restricted": "The publisher does not allow this text to be passed on.",
    }[record.access]


def notice(brief: Brief) -> list[str]:
    """Return the notice above a text that may not be passed on; nothing for other texts."""
    record = brief.record
    if record.access == "full":
        return []
    words = [
        f"**{_status(record)}:** {access(record)}",
        _allowed(brief),
        *(
            [f"The text says: “{escape(record.rights)}”{full_stop(record.rights)}"]
            if record.rights
            else []
        ),
        *([f"The original: <{record.source}>"] if record.source else []),
    ]
    return html_block("div", [" ".join(words), ""], class_="notice")


def withheld_text(context: PageContext, brief: Brief, **attributes: str) -> list[str]:
    """Return what stands in place of the text: an excerpt if there is one, and its anchors.

    The anchors have no words, so that links to them still lead here.
    """
    excerpt, lines, shown, what = brief.excerpt, [], "", "The text is withheld."
    if excerpt:
        shown, write = brief.anchor(excerpt.number), GlossaryLinks(context, brief.record.language)
        lines = html_block("div", paragraph(excerpt.text, shown, write), **attributes)
        what = f"{'… ' if excerpt.cut else ''}The rest of the text is withheld."
    empty = [
        (line.anchor, f"Paragraph {line.number} is withheld.")
        for line in brief.lines
        if line.anchor != shown
    ]
    if not (empty or (excerpt and excerpt.cut)):
        return lines
    if empty:
        what += f" Links to its {count(len(brief.anchors), 'numbered block')} lead here."
    return [*lines, what, "{ .remark }", "", *empty_targets(empty)]


def as_plain(brief: Catalogued, citation: Citation) -> str:
    """Return what stands in place of a source text that is withheld or withdrawn."""
    record = brief.record
    if record.withdrawn:
        return f"Withdrawn {record.withdrawn.date}. See {citation.url}\n"
    lines = [
        plain(citation),
        "",
        f"{_status(record)}: {access(record)} The text is withheld.",
        *([f"The text says: {record.rights}"] if record.rights else []),
        *([f"The original: {record.source}"] if record.source else []),
    ]
    return "\n".join(lines) + "\n"


def as_body(brief: Catalogued, citation: Citation) -> str:
    """Return what stands in place of the text in the Markdown export."""
    record = brief.record
    lines = [
        f"# {escape(record.title)}",
        f"**{_status(record)}:** {access(record)} The text is withheld.",
        *([f"The text says: {escape(record.rights)}"] if record.rights else []),
        *([f"The original: <{record.source}>"] if record.source else []),
        as_markdown(citation),
    ]
    return "\n" + "\n\n".join(lines) + "\n"


def _status(record: Record) -> str:
    until = f" until {in_words(record.embargoed_until)}" if record.embargoed_until else ""
    return f"{record.access.capitalize()}{until}"


def _allowed(brief: Brief) -> str:
    """Return what may be done with the text, or what of it is shown."""
    if brief.is_withheld:
        words, unit = (brief.excerpt.words, brief.excerpt.unit) if brief.excerpt else (0, "")
        first = f" and its first {count(words, unit)} are" if words else " is"
        return f"Only its record{first} shown."
    return f"Until then: {_DESK}" if brief.record.access == "embargoed" else _DESK.capitalize()
