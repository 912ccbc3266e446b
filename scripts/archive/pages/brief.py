"""Write the page of one brief: its head, text and record, and other briefs."""

from bisect import bisect_left
from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from itertools import groupby
from typing import Any, TypeAlias

from archive.exports.catalog import front_matter
from archive.exports.citation import Citation, reference
from archive.pages.blocks import heading, html_block, page, paragraph, points, slugs, table
from archive.pages.glossary import GlossaryLinks
from archive.pages.links import (
    LANGUAGES,
    PageContext,
    count,
    empty_targets,
    join_known,
    kicker,
    section,
    title,
)
from archive.pages.related import RelatedIndex, explain_relation
from archive.pages.rights import access, badge, notice, withheld_text
from archive.reading.model import Block, Kind, Voice
from archive.reading.notes import NoteMarks
from archive.records.library import Brief, Catalogued, Library, Withdrawn
from archive.records.record import CORRECTIONS, RELATIONS, Relation
from archive.sources.source import Source
from archive.text.dates import in_words, is_before
from archive.text.escaping import Write, escape, escape_inline, in_language, link, mark_up
from archive.text.names import join_names
from archive.text.sentences import full_stop

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
# The fields that a remark names if they are not printed.
_BY = {"supplied": " by the archive", "declared": " in the markup of the page"}
_FIELDS = {
    "title": "Title",
    "authors": "Author",
    "affiliation": "Affiliation",
    "institute": "Institute",
    "series": "Series",
    "number": "Number",
    "date": "Date",
}
# Labels above words that are not the author's.
_BY_PUBLISHER = {Kind.INTRODUCTION: "Introduction", Kind.STANDFIRST: "Standfirst"}
_LABELS = {
    Voice.TRANSLATOR: "Note on the translation",
    Voice.BIOGRAPHER: "About the author, from the source",
    Voice.RIGHTS: "Rights, from the source",
}
# Why an anchor has no words.
_LEFT_OUT = "was left out: it is not part of the brief."
_GONE = "is no longer in the text: a later copy does not have it."
_IN_RECORD = "is no paragraph of its own any more: its words stand in the record above."

# Blocks of a text, each with its anchor.
Anchored: TypeAlias = list[tuple[Block, str]]


def other_briefs(library: Library, brief: Brief, related_index: RelatedIndex) -> list[str]:
    """Return the sections on other briefs: related ones, and those earlier and later.

    Nothing else on the page of a brief depends on other briefs.
    """
    context = PageContext(brief.address.docs_path, library)
    return [*_related(context, brief, related_index.of(brief)), *_in_time(context, brief)]


def brief_page(library: Library, brief: Brief, citation: Citation, others: list[str]) -> str:
    """Return the page as Markdown with front matter; `others` comes from `other_briefs`."""
    context = PageContext(brief.address.docs_path, library)
    attributes = {
        "class_": "brief-text",
        "data_text": "",
        "data_cite": reference(citation),
        # cite.js then does not quote whole blocks; of a withheld text, only an excerpt is here.
        **(
            {"data_access": "restricted"}
            if brief.record.access == "restricted" and not brief.is_withheld
            else {}
        ),
        **({"lang": brief.record.language} if brief.record.language != "en" else {}),
    }
    blocks = list(zip(brief.reading.shown, brief.anchors, strict=True))
    text = (
        withheld_text(context, brief, **attributes)
        if brief.is_withheld
        else [
            # The element stands in any case: data-text tells where the text is.
            *html_block("div", _text(context, brief, blocks, citation) or [""], **attributes),
            *_without_words(brief, blocks),
        ]
    )
    return _page(
        brief,
        front_matter(brief, citation),
        head=[
            *_title(context, brief),
            *_corrections(context, brief),
            *_chips(context, brief),
            *_remarks(context, brief, blocks),
            *notice(brief),
        ],
        text=text,
        foot=[*_evidence(context, brief), *_record(brief), *others],
    )


def withdrawn_page(library: Library, gone: Withdrawn, citation: Citation) -> str:
    """Return the page that stands in place of a withdrawn brief.

    It says what the brief was, when and why it was withdrawn and how to cite it. Its anchors stay,
    without their words, so that links to them still lead here.
    """
    context, withdrawal = PageContext(gone.address.docs_path, library), gone.withdrawal
    instead = next((brief for brief in library.briefs if brief.id == withdrawal.instead), None)
    remarks = [
        f"- **Withdrawn {in_words(withdrawal.date)}:** {escape(withdrawal.reason)}",
        *([f"- **Instead:** {context.brief(instead)}"] if instead else []),
        f"- **Its text** had {count(len(gone.lines), 'numbered block')}. "
        "Links to them, such as one in an e-mail, lead to this page.",
    ]
    anchors = "".join(f'<span id="{anchor}"></span>' for anchor in gone.anchors)
    return _page(
        gone,
        {**front_matter(gone, citation), "description": citation.withdrawal},
        head=[
            *(f"<div>{anchors}</div>", ""),
            *_title(context, gone),
            *_corrections(context, gone),
            *html_block("div", remarks, class_="remarks"),
        ],
        text=[],
        foot=_record(gone),
    )


def _page(
    brief: Catalogued, front: dict[str, Any], *, head: list[str], text: list[str], foot: list[str]
) -> str:
    """Return the page of a brief, withdrawn or not, from its parts."""
    return page(
        {**front, "cited_as": brief.cited_as},
        [
            *html_block("div", head, class_="brief-head"),
            *(CONTENTS, "", *text),
            *html_block(
                "div", [*section("Cite this brief", "cite", [FORMS]), *foot], class_="brief-foot"
            ),
        ],
    )


def _chips(context: PageContext, brief: Brief) -> list[str]:
    """Return links to the themes of a brief, to its rights and to its citation."""
    return html_block(
        "div",
        [
            *(f"- {context.theme(theme)}" for theme in context.library.themes_of(brief)),
            f"- [{badge(brief)}](#about-this-record){{ .rights }}",
            "- [Cite](#cite){ .to-cite }",
        ],
        class_="themes",
    )


def _title(context: PageContext, brief: Catalogued) -> list[str]:
    record = brief.record
    who = "; ".join(
        f"**{link(credit.printed, context.to(f'authors/{credit.id}.md'))}**"
        + (f", {escape(credit.affiliation)}" if credit.affiliation else "")
        for credit in record.authors
    )
    unprinted = "" if record.prints("date") else f" ({record.basis['date'].kind})"
    return [
        *kicker(context.series(brief), context.institutes(brief)),
        *title(record.title, record.title_language, anchor="title"),
        join_known(" · ", who, f"**{context.date(brief)}**{unprinted}"),
        "{ .byline }",
        "",
    ]


def _remarks(context: PageContext, brief: Brief, blocks: Anchored) -> list[str]:
    """Return what a reader has to know before quoting.

    Which facts are not printed, what the text is a version of, which words are not the author's.
    """
    record = brief.record
    remarks = [
        *(
            [f"- **Also printed as:** {escape(record.title_printed)}"]
            if record.title_printed
            else []
        ),
        *(
            f"- **{word} {basis.kind}{_BY.get(basis.kind, '')}:** "
            f"{escape(basis.evidence)}{full_stop(basis.evidence)}"
            for field, word in _FIELDS.items()
            if (basis := record.basis.get(field))
        ),
        *(f"- **Also in the head of the text:** {escape(line)}" for line in record.also_printed),
        *(
            f"- {_relation(context, one)}"
            for one in record.relations
            if one.kind not in CORRECTIONS
        ),
        *_introduction(context, brief, blocks),
    ]
    return html_block("div", remarks, class_="remarks")


def _corrections(context: PageContext, brief: Catalogued) -> list[str]:
    """Return the notice of what corrects the text, and of what it corrects."""
    return html_block(
        "div",
        [
            line
            for one in brief.record.relations
            if one.kind in CORRECTIONS
            for line in (_relation(context, one), "")
        ],
        class_="notice",
    )


def _relation(context: PageContext, relation: Relation) -> str:
    language = LANGUAGES.get(relation.language or "", relation.language)
    words = join_known(
        ", ",
        link(relation.title, context.to(f"briefs/{relation.brief}.md"), relation.language)
        if relation.title and relation.brief
        else in_language(relation.title, relation.language)
        if relation.title
        else "",
        escape(relation.number or ""),
        f"<{relation.address}>" if relation.address else "",
    )
    note = f" ({escape(relation.note)})" if relation.note else ""
    text = f"a text in {language}" if language else ""
    return f"**{RELATIONS[relation.kind]}:** {words or text}{note}"


def _introduction(context: PageContext, brief: Brief, blocks: Anchored) -> list[str]:
    """Return a remark on the introduction, if the publisher wrote one."""
    links = [
        f"[{anchor}](#{anchor})" for block, anchor in blocks if block.kind is Kind.INTRODUCTION
    ]
    if not links:
        return []
    where = f"Paragraphs {links[0]} to {links[-1]} are" if links[1:] else f"Paragraph {links[0]} is"
    basis = brief.record.basis.get("introduction")
    return [
        f"- **Introduction:** {where} by the publisher{'s' * bool(brief.institutes[1:])}, "
        f"{context.institutes(brief)}, "
        "not by the author."
        + (
            f" This is {basis.kind}: {escape(basis.evidence)}{full_stop(basis.evidence)}"
            if basis
            else ""
        )
    ]


def _label(brief: Brief, block: Block) -> str:
    """Return the label above words that are not the author's."""
    if block.kind is Kind.UNCLAIMED or block.voice is not Voice.PUBLISHER:
        return _LABELS.get(block.voice, "From the head of the text")
    who = f"the publisher{'s' * bool(brief.institutes[1:])}, {join_names(brief.institute_names)}"
    is_printed = block.kind is not Kind.INTRODUCTION or brief.record.prints("introduction")
    return f"{_BY_PUBLISHER.get(block.kind, 'Note')} by {who}" + (
        ""
        if is_printed
        else f" ({brief.record.basis['introduction'].kind}: see the top of the page)"
    )


def _text(context: PageContext, brief: Brief, blocks: Anchored, citation: Citation) -> list[str]:
    """Return all shown blocks in the order of the source.

    Key points, and words that are not the author's, stand in frames.
    """

    def frame(pair: tuple[Block, str]) -> tuple[str, str, str]:
        """The CSS class of a block's frame, its label and how to cite it; "" for none."""
        block = pair[0]
        if block.voice is Voice.AUTHOR:
            return "key-points" if block.kind is Kind.KEY_POINT else "", "", ""
        return (
            f"voice voice-{block.voice.value}",
            _label(brief, block),
            reference(citation, block.voice, block.kind),
        )

    blocks = [(block, anchor) for block, anchor in blocks if block.kind is not Kind.LEFT_OUT]
    headings = {anchor: block.text for block, anchor in blocks if block.kind is Kind.HEADING}
    slug_of = dict(zip(headings, slugs(list(headings.values()), OWN_IDS), strict=True))
    write = GlossaryLinks(context, brief.record.language)
    linked = partial(_linked, brief.reading.source, write, NoteMarks(blocks))
    lines: list[str] = []
    for (name, label, cited), framed in groupby(blocks, frame):
        content = _blocks(list(framed), slug_of, write, partial(linked, is_noted=not label))
        labels = {"aria_label": label, "data_label": label, "data_cite": cited} if label else {}
        lines += (
            html_block("section" if label else "div", content, class_=name, **labels)
            if name
            else content
        )
    return lines


def _without_words(brief: Brief, blocks: Anchored) -> list[str]:
    """Return the anchors without words, which stand behind the text.

    Their blocks were left out of the text, were joined with others or became metadata, or a later
    copy does not have them.
    """
    kinds = {anchor: block.kind for block, anchor in blocks}
    why = dict.fromkeys(kinds, _LEFT_OUT) | {
        anchor: f"is now a part of paragraph {present[1:]}." if present else _IN_RECORD
        for anchor, present in brief.elsewhere.items()
    }
    return empty_targets(
        (line.anchor, f"Paragraph {line.number} {why.get(line.anchor, _GONE)}")
        for line in sorted(brief.lines, key=lambda line: line.number)
        if kinds.get(line.anchor) in (None, Kind.LEFT_OUT)
    )


def _blocks(
    blocks: Anchored,
    slug_of: dict[str, str],
    write: GlossaryLinks,
    linked: Callable[[Block], Write],
) -> list[str]:
    """Return the blocks of one frame, each with its links."""
    lines: list[str] = []
    for in_list, run in groupby(blocks, lambda pair: _is_in_list(pair[0])):
        if in_list:
            lines += points(list(run), linked)
            continue
        for block, anchor in run:
            if block.kind is Kind.HEADING:
                lines += heading(
                    f"{block.mark} {block.text}".strip(),
                    min(block.level + 1, 6),
                    anchor,
                    slug_of[anchor],
                    write.plain,
                )
            elif block.kind is Kind.TABLE:
                lines += table(block.text, anchor, linked(block), has_heads=block.level > 0)
            elif block.kind in (Kind.QUOTE, Kind.CAPTION):
                lines += html_block(
                    "blockquote" if block.kind is Kind.QUOTE else "div",
                    paragraph(block.text, anchor, linked(block)),
                    class_=block.kind.value,
                )
            else:
                lines += paragraph(block.text, anchor, linked(block))
    return lines


def _linked(
    source: Source, write: GlossaryLinks, marks: NoteMarks, block: Block, *, is_noted: bool
) -> Write:
    """Return what writes the lines of a block, with its links and those from marks to notes."""
    links = deque(
        (" ".join(source.text((words,)).split()), address)
        for span in block.spans
        for words, address in source.links_on(span.line)
        if span.start <= words.start and words.end <= span.end
    )
    has_marks = is_noted and block.kind is not Kind.NOTE

    def write_line(line: str) -> str:
        line = " ".join(line.split())
        spans, at = [], 0
        while links and (start := line.find(links[0][0], at)) >= 0:
            words, address = links.popleft()
            at = start + len(words)
            spans.append((start, at, "[", f"]({address})"))
        taken = {column for start, end, *_ in spans for column in range(start, end)}
        for start, end, anchor in marks.find(line) if has_marks else ():
            if start not in taken:
                spans.append((start, end, "[", f"](#{anchor})"))
        return mark_up(line, sorted(spans), write, escape_inline) if spans else write(line)

    return write_line


def _is_in_list(block: Block) -> bool:
    return block.kind in (Kind.POINT, Kind.KEY_POINT) or (
        block.kind is Kind.PARAGRAPH and block.level > 0
    )


def _evidence(context: PageContext, brief: Brief) -> list[str]:
    """Return the themes of a brief, each with the places of its passages."""
    rows = []
    for theme in context.library.themes_of(brief):
        anchors = [brief.anchor(passage.number) for passage in brief.passages[theme.id]]
        places = ", ".join(f"[{anchor}](#{anchor})" for anchor in dict.fromkeys(anchors))
        rows.append(
            f"- {context.theme(theme)}: "
            + (
                "its passages are withheld"
                if brief.is_withheld
                else f"{count(len(anchors), 'passage')}, in {places}"
            )
        )
    return section(
        "Themes in this text",
        "themes-in-this-text",
        rows or ["The text has no passage on any of the archive's themes."],
    )


def _record(brief: Catalogued) -> list[str]:
    record = brief.record
    basis = record.basis.get("source")
    rows = [
        "**Original:** "
        + (f"<{record.source}>" if record.source else "the address of the original is not known")
        + (f" ({basis.kind}: {escape(basis.evidence)})" if basis else ""),
        *([f"**Copy kept at:** <{record.archived}>"] if record.archived else []),
        f"**Text saved:** {record.saved.words if record.saved else 'the day is not recorded'} · "
        f"**added to the archive:** {in_words(record.added)}",
        f"**Rights:** {escape(record.rights) if record.rights else 'none printed in the text'}",
        *([f"**Licence:** <{record.license}>"] if record.license else []),
        *([] if record.withdrawn else [f"**Access:** {access(record)}"]),
        "**Checked by a second person:** "
        f"{escape(record.checked_by) if record.checked_by else 'not yet (unchecked)'}",
        *(
            f"**Changed {in_words(change.date)}:** {escape(change.field)}: {escape(change.reason)}"
            for change in record.history
        ),
        f"**SHA-256 of the text:** <code>{record.sha256}</code>",
    ]
    return section("About this record", "about-this-record", [f"- {row}" for row in rows])


def _related(context: PageContext, brief: Brief, related: list[Brief]) -> list[str]:
    rows = [
        f'- {context.brief(other)}{{ .entry-title }} <span class="entry-facts">'
        f"{explain_relation(context.library, brief, other, context.theme)}</span>"
        for other in related
    ]
    return section("Related briefs", "related-briefs", html_block("div", rows, class_="entries"))


def _in_time(context: PageContext, brief: Brief) -> list[str]:
    """Return links to the briefs just before and after this one, of all and of each theme.

    A brief counts only if it is surely earlier or later: 2022 and 2022-07 are neither.
    """
    library = context.library
    scopes: dict[str, Sequence[Brief]] = {
        "All briefs": library.briefs,
        **{
            context.theme(theme): library.briefs_on("themes", theme.id)
            for theme in library.themes_of(brief)
        },
    }
    links = {
        name: ", ".join(
            f"{word} {context.brief(neighbour, text=neighbour.cited_as)}{{ .where }}"
            for word, neighbour in _neighbours(library, brief, briefs)
        )
        for name, briefs in scopes.items()
    }
    rows = [f"- **{name}:** {around}" for name, around in links.items() if around]
    return section(
        "Earlier and later",
        "earlier-and-later",
        html_block("div", rows, class_="in-time"),
    )


def _neighbours(library: Library, brief: Brief, briefs: Sequence[Brief]) -> list[tuple[str, Brief]]:
    """Return the briefs just before and after `brief` in `briefs`, which are newest first."""
    place = bisect_left(briefs, library.places[brief.id], key=lambda one: library.places[one.id])
    date = brief.record.date
    below = (briefs[n] for n in range(place + 1, len(briefs)))
    above = (briefs[n] for n in range(place - 1, -1, -1))
    nearest = {
        "earlier": next((other for other in below if is_before(other.record.date, date)), None),
        "later": next((other for other in above if is_before(date, other.record.date)), None),
    }
    return [(word, other) for word, other in nearest.items() if other]
