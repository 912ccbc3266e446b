"""Write the page of one brief: its head, text and record, and other briefs."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import groupby, islice

from archive.exports.catalog import front_matter
from archive.exports.citation import Citation, cite, reference
from archive.pages.blocks import heading, html_block, page, paragraph, points, slugs, table
from archive.pages.glossary import GlossaryLinks
from archive.pages.links import LANGUAGES, PageContext, count, empty_targets, kicker, title
from archive.pages.related import Related, RelatedIndex
from archive.pages.rights import access, badge, notice, withheld_text
from archive.reading.model import Block, Kind, Voice
from archive.reading.notes import NoteMarks
from archive.records.library import Brief, Catalogued, Library, Withdrawn
from archive.records.record import RELATIONS, Relation
from archive.text.dates import is_before
from archive.text.escaping import Write, escape, in_language, link, mark_up

# Ids of the page itself: no word slug of a heading may equal one of them.
OWN_IDS = {
    "title",
    "cite",
    "cite-forms",
    "site-menu",
    "passage",
    "themes-in-this-text",
    "about-this-record",
    "related-briefs",
    "earlier-and-later",
    "__content",
}
# `finish` puts the forms of the citation in place of this.
FORMS = '<div id="cite-forms"></div>'
# The template puts the contents in place of this, for windows too narrow for a sidebar.
CONTENTS = '<div class="contents-here"></div>'
_POINTS = (Kind.POINT, Kind.KEY_POINT)
_CITE = ["## Cite this brief { #cite }", "", FORMS, ""]


def other_briefs(library: Library, brief: Brief, related_index: RelatedIndex) -> list[str]:
    """Return the sections on other briefs: related ones, and those earlier and later.

    Nothing else on the page of a brief depends on other briefs.
    """
    context = PageContext(f"briefs/{brief.id}.md", library)
    return [*_related(context, related_index.of(brief)), *_in_time(context, brief)]


def brief_page(library: Library, brief: Brief, others: list[str]) -> str:
    """Return the page as Markdown with front matter; `others` comes from `other_briefs`."""
    context = PageContext(f"briefs/{brief.id}.md", library)
    citation = cite(library, brief)
    foot = [*_CITE, *_evidence(context, brief), *_record(brief), *others]
    attributes = {
        "class_": "brief-text",
        "data_text": "",
        "data_cite": reference(citation),
        **_language(brief),
    }
    if brief.is_withheld:
        text = withheld_text(context, brief, **attributes)
    else:
        text = [
            *html_block("div", _text(context, brief, citation), **attributes),
            *_without_words(brief),
        ]
    lines = [
        *html_block(
            "div",
            [*_head(context, brief), *_remarks(context, brief), *notice(brief)],
            class_="brief-head",
        ),
        *(CONTENTS, ""),
        *text,
        *html_block("div", foot, class_="brief-foot"),
    ]
    return page({**front_matter(brief, citation), "cited_as": brief.cited_as}, lines)


def withdrawn_page(library: Library, gone: Withdrawn) -> str:
    """Return the page that stands in place of a withdrawn brief.

    It says what the brief was, when and why it was withdrawn and how to cite it. Its anchors stay,
    without their words, so that links to them still lead here.
    """
    context = PageContext(f"briefs/{gone.id}.md", library)
    withdrawal = gone.withdrawal
    instead = next((brief for brief in library.briefs if brief.id == withdrawal.instead), None)
    lines = [
        f"**Withdrawn {withdrawal.date}:** {escape(withdrawal.reason)}",
        *([f"**Instead:** {context.brief(instead)}"] if instead else []),
        f"**Its text** had {count(len(gone.lines), 'numbered block')}. "
        "Links to them, such as one in an e-mail, lead to this page.",
    ]
    anchors = "".join(f'<span id="{line.anchor}"></span>' for line in gone.lines)
    head = [
        f"<div>{anchors}</div>",
        "",
        *_title(context, gone),
        *html_block("div", [f"- {line}" for line in lines], class_="remarks"),
    ]
    foot = html_block("div", [*_CITE, *_record(gone)], class_="brief-foot")
    content = [*html_block("div", head, class_="brief-head"), CONTENTS, "", *foot]
    meta = {
        **front_matter(gone, cite(library, gone)),
        "description": f"Withdrawn {withdrawal.date}",
    }
    return page({**meta, "cited_as": gone.cited_as}, content)


def _language(brief: Brief) -> dict[str, str]:
    return {} if brief.record.language == "en" else {"lang": brief.record.language}


def _head(context: PageContext, brief: Brief) -> list[str]:
    lines = _title(context, brief)
    chips = [
        f"- {context.theme(theme)}"
        for theme in context.library.themes
        if theme.id in brief.passages
    ]
    about = [f"- [{badge(brief)}](#about-this-record){{ .rights }}", "- [Cite](#cite){ .to-cite }"]
    return lines + html_block("div", [*chips, *about], class_="themes")


def _title(context: PageContext, brief: Catalogued) -> list[str]:
    record = brief.record
    who = "; ".join(
        f"**{link(credit.printed, context.to(f'authors/{credit.id}.md'))}**"
        + (f", {escape(credit.affiliation)}" if credit.affiliation else "")
        for credit in record.authors
    )
    basis = record.basis.get("date")
    unprinted = f" ({basis.kind})" if basis and basis.kind != "printed" else ""
    lines = kicker(context.series(brief), context.institute(brief)) + title(
        record.title, record.title_language, anchor="title"
    )
    return [
        *lines,
        " · ".join(part for part in (who, f"**{context.date(brief)}**{unprinted}") if part),
        "{ .byline }",
        "",
    ]


def _remarks(context: PageContext, brief: Brief) -> list[str]:
    """Return what a reader has to know before quoting.

    Which facts are not printed, what the text is a version of, which words are not the author's.
    """
    record = brief.record
    remarks = []
    if record.title_printed:
        remarks.append(f"**Also printed as:** {escape(record.title_printed)}")
    for field, word in (
        ("title", "Title"),
        ("authors", "Author"),
        ("institute", "Institute"),
        ("series", "Series"),
        ("number", "Number"),
        ("date", "Date"),
    ):
        if basis := record.basis.get(field):
            by_whom = " by the archive" if basis.kind == "supplied" else ""
            remarks.append(f"**{word} {basis.kind}{by_whom}:** {escape(basis.evidence)}.")
    remarks += [f"**Also in the head of the text:** {escape(line)}" for line in record.also_printed]
    remarks += [_relation(relation) for relation in record.relations]
    remarks += _introduction(context, brief)
    return (
        html_block("div", [f"- {remark}" for remark in remarks], class_="remarks")
        if remarks
        else []
    )


def _relation(relation: Relation) -> str:
    named = in_language(relation.title, relation.language) if relation.title else ""
    number = escape(relation.number) if relation.number else ""
    where = f"<{relation.address}>" if relation.address else ""
    language = LANGUAGES.get(relation.language or "", relation.language or "")
    parts = [part for part in (named, number, where) if part] or [
        f"a text in {language}" if language else ""
    ]
    note = f" ({escape(relation.note)})" if relation.note else ""
    return f"**{RELATIONS[relation.kind]}:** {', '.join(part for part in parts if part)}{note}"


def _introduction(context: PageContext, brief: Brief) -> list[str]:
    """Return a remark on the introduction, if the publisher wrote one."""
    remarks = []
    numbers = [n for n, block in enumerate(brief.blocks, 1) if block.kind is Kind.INTRODUCTION]
    if numbers:
        first, last = (
            f"[{anchor}](#{anchor})"
            for anchor in (brief.anchor(numbers[0]), brief.anchor(numbers[-1]))
        )
        where = f"Paragraphs {first} to {last} are" if len(numbers) > 1 else f"Paragraph {first} is"
        basis = brief.record.basis.get("introduction")
        why = f" This is {basis.kind}: {escape(basis.evidence)}." if basis else ""
        remarks.append(
            f"**Introduction:** {where} by the publisher, {context.institute(brief)}, "
            f"not by the author.{why}"
        )
    return remarks


def _label(brief: Brief, block: Block) -> str:
    """Return the label above words that are not the author's."""
    if block.kind is Kind.UNCLAIMED:
        return "From the head of the text"
    if block.voice is Voice.PUBLISHER:
        kind = {Kind.INTRODUCTION: "Introduction", Kind.STANDFIRST: "Standfirst"}.get(
            block.kind, "Note"
        )
        basis = brief.record.basis.get("introduction") if block.kind is Kind.INTRODUCTION else None
        caveat = (
            f" ({basis.kind}: see the top of the page)" if basis and basis.kind != "printed" else ""
        )
        return f"{kind} by the publisher, {brief.institute_name}{caveat}"
    return {
        Voice.TRANSLATOR: "Note on the translation",
        Voice.BIOGRAPHER: "About the author, from the source",
        Voice.RIGHTS: "Rights, from the source",
    }[block.voice]


def _text(context: PageContext, brief: Brief, citation: Citation) -> list[str]:
    """Return all shown blocks in the order of the source.

    Key points, and words that are not the author's, stand in frames.
    """
    pairs = zip(brief.blocks, brief.anchors, strict=True)
    blocks = [(block, anchor) for block, anchor in pairs if block.kind is not Kind.LEFT_OUT]
    word_slugs = slugs([block.text for block, _ in blocks if block.kind is Kind.HEADING], OWN_IDS)
    slug_of = dict(
        zip(
            [anchor for block, anchor in blocks if block.kind is Kind.HEADING],
            word_slugs,
            strict=True,
        )
    )

    def frame(pair: tuple[Block, str]) -> tuple[str, str, str]:
        """The CSS class of a block's frame, its label and how to cite it; "" for none."""
        block = pair[0]
        if block.voice is not Voice.AUTHOR:
            cited = reference(citation, block.voice, block.kind)
            return f"voice voice-{block.voice.value}", _label(brief, block), cited
        return ("key-points", "", "") if block.kind is Kind.KEY_POINT else ("", "", "")

    lines: list[str] = []
    write = GlossaryLinks(context, brief.record.language)
    write_noted = _note_linker(write, NoteMarks(blocks))
    for (name, label, cited), framed in groupby(blocks, frame):
        content = _blocks(list(framed), slug_of, write, write if label else write_noted)
        if label:
            lines += html_block(
                "section", content, class_=name, aria_label=label, data_label=label, data_cite=cited
            )
        elif name:
            lines += html_block("div", content, class_=name)
        else:
            lines += content
    return lines


def _without_words(brief: Brief) -> list[str]:
    """Return the anchors without words, which stand behind the text.

    Their blocks were left out of the text, or a later copy does not have them.
    """
    left_out = {
        anchor
        for block, anchor in zip(brief.blocks, brief.anchors, strict=True)
        if block.kind is Kind.LEFT_OUT
    }
    gone = {line.anchor for line in brief.lines} - set(brief.anchors)
    reasons = dict.fromkeys(left_out, "was left out: it is not part of the brief.")
    reasons |= dict.fromkeys(gone, "is no longer in the text: a later copy does not have it.")
    in_order = sorted(reasons, key=lambda anchor: int(anchor[1:]))
    return empty_targets(
        (anchor, f"Paragraph {anchor[1:]} {reasons[anchor]}") for anchor in in_order
    )


def _blocks(
    blocks: list[tuple[Block, str]],
    slug_of: dict[str, str],
    write: GlossaryLinks,
    write_noted: Write,
) -> list[str]:
    """Return the blocks of one frame; `write_noted` also links the marks of notes."""
    lines: list[str] = []
    for in_list, run in groupby(blocks, lambda pair: _in_list(pair[0])):
        if in_list:
            lines += points(list(run), write_noted)
            continue
        for block, anchor in run:
            if block.kind is Kind.HEADING:
                words = f"{block.mark} {block.text}".strip()
                lines += heading(
                    words, min(block.level + 1, 6), anchor, slug_of[anchor], write.plain
                )
            elif block.kind is Kind.TABLE:
                lines += table(block.text, anchor, write_noted)
            else:
                lines += paragraph(
                    block.text, anchor, write if block.kind is Kind.NOTE else write_noted
                )
    return lines


def _note_linker(write: Write, marks: NoteMarks) -> Write:
    """Return a writer that links each mark of a note to its note on the page."""

    def write_noted(line: str) -> str:
        line = " ".join(line.split())
        links = [(start, end, "[", f"](#{anchor})") for start, end, anchor in marks.find(line)]
        return mark_up(line, links, write) if links else write(line)

    return write_noted


def _in_list(block: Block) -> bool:
    return block.kind in _POINTS or (block.kind is Kind.PARAGRAPH and block.level > 0)


def _evidence(context: PageContext, brief: Brief) -> list[str]:
    rows = []
    for theme in context.library.themes:
        if brief.is_withheld and theme.id in brief.passages:
            rows.append(f"- {context.theme(theme)}: its passages are withheld")
        elif found := brief.passages.get(theme.id):
            anchors = dict.fromkeys(brief.anchor(passage.number) for passage in found)
            places = ", ".join(f"[{anchor}](#{anchor})" for anchor in anchors)
            rows.append(f"- {context.theme(theme)}: {count(len(found), 'passage')}, in {places}")
    if not rows:
        rows = ["The text has no passage on any of the archive's themes."]
    return ["## Themes in this text { #themes-in-this-text }", "", *rows, ""]


def _record(brief: Catalogued) -> list[str]:
    record = brief.record
    basis = record.basis.get("source")
    original = f"<{record.source}>" if record.source else "the address of the original is not known"
    rows = [
        f"**Original:** {original}"
        + (f" ({basis.kind}: {escape(basis.evidence)})" if basis else ""),
        *([f"**Copy kept at:** <{record.archived}>"] if record.archived else []),
        f"**Text saved:** {record.saved or 'the day is not recorded'} · "
        f"**added to the archive:** {record.added}",
        f"**Rights:** {escape(record.rights) if record.rights else 'none printed in the text'}",
        *([f"**Licence:** <{record.license}>"] if record.license else []),
        *([] if record.withdrawn else [f"**Access:** {access(record)}"]),
        "**Checked by a second person:** "
        f"{escape(record.checked_by) if record.checked_by else 'not yet (unchecked)'}",
        *(
            f"**Changed {change.date}:** {escape(change.field)}: {escape(change.reason)}"
            for change in record.history
        ),
        f"**SHA-256 of the text:** <code>{record.sha256}</code>",
    ]
    return ["## About this record { #about-this-record }", "", *(f"- {row}" for row in rows), ""]


def _related(context: PageContext, related: list[Related]) -> list[str]:
    if not related:
        return []
    rows = [
        f"- {context.brief(entry.brief)}{{ .entry-title }} "
        f'<span class="entry-facts">{entry.reason(context.theme)}</span>'
        for entry in related
    ]
    return ["## Related briefs { #related-briefs }", "", *html_block("div", rows, class_="entries")]


def _in_time(context: PageContext, brief: Brief) -> list[str]:
    """Return links to the briefs just before and after this one, of all and of each theme.

    A brief counts only if it is surely earlier or later: 2022 and 2022-07 are neither.
    """
    library = context.library
    groups = [
        (context.theme(theme), library.briefs_on("themes", theme.id))
        for theme in library.themes
        if theme.id in brief.passages
    ]
    rows = []
    for name, briefs in [("All briefs", library.briefs), *groups]:
        earlier, later = _neighbours(library, brief, briefs)
        links = [
            f"{word} {context.brief(neighbour, text=neighbour.cited_as)}{{ .where }}"
            for word, neighbour in (("earlier", earlier), ("later", later))
            if neighbour
        ]
        rows += [f"- **{name}:** {', '.join(links)}"] if links else []
    return (
        [
            "## Earlier and later { #earlier-and-later }",
            "",
            *html_block("div", rows, class_="in-time"),
        ]
        if rows
        else []
    )


def _neighbours(
    library: Library, brief: Brief, briefs: Sequence[Brief]
) -> tuple[Brief | None, Brief | None]:
    """Return the briefs just before and after `brief` in `briefs`, which are newest first."""
    place = bisect_left(briefs, library.places[brief.id], key=lambda one: library.places[one.id])
    date = brief.record.date
    earlier = next(
        (one for one in islice(briefs, place + 1, None) if is_before(one.record.date, date)), None
    )
    later = next(
        (briefs[n] for n in range(place - 1, -1, -1) if is_before(date, briefs[n].record.date)),
        None,
    )
    return earlier, later
