"""The page of one brief: its head, the whole text in its structure, its record, and where to read on."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import groupby, islice

from archive.exports.catalog import front_matter
from archive.exports.citation import Citation, cite, reference
from archive.pages.blocks import heading, inside, page, paragraph, points, slugs, table
from archive.pages.glossary import GlossaryLinks
from archive.pages.links import LANGUAGES, PageContext, count, empty_targets, kicker, title
from archive.pages.related import Related, RelatedIndex
from archive.pages.rights import access, badge, notice, withheld_text
from archive.reading.model import Block, Kind, Voice
from archive.reading.notes import NoteMarks
from archive.records.library import Brief, Catalogued, Library, Withdrawn
from archive.records.public import Withheld
from archive.records.record import RELATIONS, Relation
from archive.text.dates import is_before
from archive.text.escaping import Write, escape, in_language, link, mark_up

# Ids that the page has besides those of its text: no slug may be one of them.
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
# Where the forms of the citation are to stand.
FORMS = '<div id="cite-forms"></div>'
# Where the template puts the contents, for windows too narrow to have them at the side.
CONTENTS = '<div class="contents-here"></div>'
_POINTS = (Kind.POINT, Kind.KEY_POINT)
_CITE = ["## Cite this brief { #cite }", "", FORMS, ""]


def other_briefs(library: Library, brief: Brief, related_index: RelatedIndex) -> list[str]:
    """All that the page says of other briefs: which to read next, and which are earlier and later."""
    context = PageContext(f"briefs/{brief.id}.md", library)
    return [*_related(context, related_index.of(brief)), *_in_time(context, brief)]


def brief_page(library: Library, brief: Brief, others: list[str]) -> str:
    """The page as front-matter Markdown; `others` is what it says of `other_briefs`."""
    context = PageContext(f"briefs/{brief.id}.md", library)
    citation = cite(library, brief)
    foot = [*_CITE, *_evidence(context, brief), *_record(brief), *others]
    attributes = {
        "class_": "brief-text",
        "data_text": "",
        "data_cite": reference(citation),
        **_language(brief),
    }
    if isinstance(brief, Withheld):
        text = withheld_text(context, brief, **attributes)
    else:
        text = [
            *inside("div", _text(context, brief, citation), **attributes),
            *_without_words(brief),
        ]
    lines = [
        *inside(
            "div",
            [*_head(context, brief), *_remarks(context, brief), *notice(brief)],
            class_="brief-head",
        ),
        *(CONTENTS, ""),
        *text,
        *inside("div", foot, class_="brief-foot"),
    ]
    return page({**front_matter(brief, citation), "cited_as": brief.cited_as}, lines)


def withdrawn_page(library: Library, gone: Withdrawn) -> str:
    """The page of a brief that was withdrawn: what it was, when and why it went, how to cite it, and its anchors, empty."""
    context = PageContext(f"briefs/{gone.id}.md", library)
    withdrawal = gone.withdrawal
    instead = next((brief for brief in library.briefs if brief.id == withdrawal.instead), None)
    lines = [
        f"**Withdrawn {withdrawal.date}:** {escape(withdrawal.reason)}",
        *([f"**Instead:** {context.brief(instead)}"] if instead else []),
        f"**Its text** had {count(len(gone.lines), 'numbered block')}. Links to them, such as one in an e-mail, lead to this page.",
    ]
    anchors = "".join(f'<span id="{line.anchor}"></span>' for line in gone.lines)
    head = [
        f"<div>{anchors}</div>",
        "",
        *_title(context, gone),
        *inside("div", [f"- {line}" for line in lines], class_="remarks"),
    ]
    foot = inside("div", [*_CITE, *_record(gone)], class_="brief-foot")
    content = [*inside("div", head, class_="brief-head"), CONTENTS, "", *foot]
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
    return lines + inside("div", [*chips, *about], class_="themes")


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
    """What a reader has to know before quoting: what is not printed, whose words stand below, what this is a version of."""
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
    remarks += _voices(context, brief)
    return inside("div", [f"- {remark}" for remark in remarks], class_="remarks") if remarks else []


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


def _voices(context: PageContext, brief: Brief) -> list[str]:
    """Where words stand in the text that are not the author's."""
    remarks = []
    introduction = [
        n for n, block in enumerate(brief.reading.shown, 1) if block.kind is Kind.INTRODUCTION
    ]
    if introduction:
        first, last = (
            f"[{anchor}](#{anchor})"
            for anchor in (brief.anchor(introduction[0]), brief.anchor(introduction[-1]))
        )
        where = (
            f"Paragraphs {first} to {last} are"
            if len(introduction) > 1
            else f"Paragraph {first} is"
        )
        basis = brief.record.basis.get("introduction")
        why = f" That is {basis.kind}: {escape(basis.evidence)}." if basis else ""
        remarks.append(
            f"**Introduction:** {where} by {context.institute(brief)}, the publisher, and not the author's words.{why}"
        )
    return remarks


def _label(brief: Brief, block: Block) -> str:
    """What stands above words that are not the author's."""
    if block.kind is Kind.UNCLAIMED:
        return "From the head of the text"
    if block.voice is Voice.PUBLISHER:
        kind = {Kind.INTRODUCTION: "Introduction", Kind.STANDFIRST: "Standfirst"}.get(
            block.kind, "Note"
        )
        basis = brief.record.basis.get("introduction") if block.kind is Kind.INTRODUCTION else None
        sure = (
            f" ({basis.kind}: see the head of the page)"
            if basis and basis.kind != "printed"
            else ""
        )
        return f"{kind} by the publisher, {brief.institute_name}{sure}"
    return {
        Voice.TRANSLATOR: "Note on the translation",
        Voice.BIOGRAPHER: "About the author, from the source",
        Voice.RIGHTS: "Rights, from the source",
    }[block.voice]


def _text(context: PageContext, brief: Brief, citation: Citation) -> list[str]:
    """All shown blocks, in the order of the source; words in another voice, and key points, in a frame where they stand."""
    pairs = zip(brief.reading.shown, brief.anchors, strict=True)
    blocks = [(block, anchor) for block, anchor in pairs if block.kind is not Kind.LEFT_OUT]
    named = slugs([block.text for block, _ in blocks if block.kind is Kind.HEADING], OWN_IDS)
    slug_of = dict(
        zip([anchor for block, anchor in blocks if block.kind is Kind.HEADING], named, strict=True)
    )

    def frame(pair: tuple[Block, str]) -> tuple[str, str, str]:
        block = pair[0]
        if block.voice is not Voice.AUTHOR:
            cited = reference(citation, block.voice, block.kind)
            return f"voice voice-{block.voice.value}", _label(brief, block), cited
        return ("key-points", "", "") if block.kind is Kind.KEY_POINT else ("", "", "")

    lines: list[str] = []
    write = GlossaryLinks(context, brief.record.language)
    noted = _noted(write, NoteMarks(blocks))
    for (name, label, cited), framed in groupby(blocks, frame):
        content = _blocks(list(framed), slug_of, write, write if label else noted)
        if label:
            lines += inside(
                "section", content, class_=name, aria_label=label, data_label=label, data_cite=cited
            )
        elif name:
            lines += inside("div", content, class_=name)
        else:
            lines += content
    return lines


def _without_words(brief: Brief) -> list[str]:
    """The anchors that lead to no words any more, behind the text: what was left out, and what a new copy does not have."""
    left_out = {
        anchor
        for block, anchor in zip(brief.reading.shown, brief.anchors, strict=True)
        if block.kind is Kind.LEFT_OUT
    }
    gone = {line.anchor for line in brief.lines} - set(brief.anchors)
    said = dict.fromkeys(left_out, "was left out: it is no part of the brief.")
    said |= dict.fromkeys(gone, "is no longer in the text: a later copy does not have it.")
    in_order = sorted(said, key=lambda anchor: int(anchor[1:]))
    return empty_targets((anchor, f"Paragraph {anchor[1:]} {said[anchor]}") for anchor in in_order)


def _blocks(
    blocks: list[tuple[Block, str]], slug_of: dict[str, str], write: GlossaryLinks, noted: Write
) -> list[str]:
    """Blocks of one frame; `noted` writes what may have marks of the author's notes in it."""
    lines: list[str] = []
    for in_list, run in groupby(blocks, lambda pair: _in_list(pair[0])):
        if in_list:
            lines += points(list(run), noted)
            continue
        for block, anchor in run:
            if block.kind is Kind.HEADING:
                words = f"{block.mark} {block.text}".strip()
                lines += heading(
                    words, min(block.level + 1, 6), anchor, slug_of[anchor], write.plain
                )
            elif block.kind is Kind.TABLE:
                lines += table(block.text, anchor, noted)
            else:
                lines += paragraph(block.text, anchor, write if block.kind is Kind.NOTE else noted)
    return lines


def _noted(write: Write, marks: NoteMarks) -> Write:
    """What writes a line with a link on each mark that a note of this page belongs to."""

    def noted(line: str) -> str:
        line = " ".join(line.split())
        links = [(start, end, "[", f"](#{anchor})") for start, end, anchor in marks.found(line)]
        return mark_up(line, links, write) if links else write(line)

    return noted


def _in_list(block: Block) -> bool:
    return block.kind in _POINTS or (block.kind is Kind.PARAGRAPH and block.level > 0)


def _evidence(context: PageContext, brief: Brief) -> list[str]:
    rows = []
    for theme in context.library.themes:
        if isinstance(brief, Withheld) and theme.id in brief.passages:
            rows.append(f"- {context.theme(theme)}: its passages are withheld")
        elif found := brief.passages.get(theme.id):
            anchors = dict.fromkeys(brief.anchor(passage.number) for passage in found)
            places = ", ".join(f"[{anchor}](#{anchor})" for anchor in anchors)
            rows.append(f"- {context.theme(theme)}: {count(len(found), 'passage')}, in {places}")
    if not rows:
        rows = ["No passage of the text shows one of the archive's themes."]
    return ["## Themes in this text { #themes-in-this-text }", "", *rows, ""]


def _record(brief: Catalogued) -> list[str]:
    record = brief.record
    basis = record.basis.get("source")
    original = f"<{record.source}>" if record.source else "the address of the original is not known"
    rows = [
        f"**Original:** {original}"
        + (f" ({basis.kind}: {escape(basis.evidence)})" if basis else ""),
        *([f"**Copy kept at:** <{record.archived}>"] if record.archived else []),
        f"**Text saved:** {record.saved or 'the day is not recorded'} · **added to the archive:** {record.added}",
        f"**Rights:** {escape(record.rights) if record.rights else 'none printed in the text'}",
        *([f"**Licence:** <{record.license}>"] if record.license else []),
        *([] if record.withdrawn else [f"**Access:** {access(record)}"]),
        f"**Checked by a second person:** {escape(record.checked_by) if record.checked_by else 'not yet (unchecked)'}",
        *(
            f"**Changed {change.date}:** {escape(change.field)}: {escape(change.reason)}"
            for change in record.history
        ),
        f"**SHA-256 of the text:** <code>{record.sha256}</code>",
    ]
    return ["## About this record { #about-this-record }", "", *(f"- {row}" for row in rows), ""]


def _related(context: PageContext, found: list[Related]) -> list[str]:
    if not found:
        return []
    rows = [
        f'- {context.brief(one.brief)}{{ .entry-title }} <span class="entry-facts">{one.reason(context.theme)}</span>'
        for one in found
    ]
    return ["## Related briefs { #related-briefs }", "", *inside("div", rows, class_="entries")]


def _in_time(context: PageContext, brief: Brief) -> list[str]:
    """The nearest brief that is surely earlier, and the nearest that is surely later: of all, and of each theme."""
    library = context.library
    groups = [
        (context.theme(theme), library.bearing(theme.id))
        for theme in library.themes
        if theme.id in brief.passages
    ]
    rows = []
    for name, briefs in [("All briefs", library.briefs), *groups]:
        earlier, later = _neighbours(library, brief, briefs)
        found = [
            f"{word} {context.brief(one, text=one.cited_as)}{{ .where }}"
            for word, one in (("earlier", earlier), ("later", later))
            if one
        ]
        rows += [f"- **{name}:** {', '.join(found)}"] if found else []
    return (
        ["## Earlier and later { #earlier-and-later }", "", *inside("div", rows, class_="in-time")]
        if rows
        else []
    )


def _neighbours(
    library: Library, brief: Brief, briefs: Sequence[Brief]
) -> tuple[Brief | None, Brief | None]:
    """Of `briefs`, which stand newest first, those next to `brief` in time."""
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
