"""A theme as a dossier: its briefs in order of time, and under each the passages that show it."""

from __future__ import annotations

from itertools import groupby

from archive.library import UNDATED, Brief, Library
from archive.markdown import escape, in_language, inside, link, page
from archive.pages.parts import LANGUAGES, Here, count, kicker, marked, meta, title, whole
from archive.reading import Kind
from archive.themes import Passage, Theme

SHOWN_AT_ONCE = 3


def theme_pages(library: Library) -> dict[str, str]:
    """The index of themes and a dossier for each."""
    return {
        "themes/index.md": _index(library),
        **{f"themes/{theme.id}.md": _dossier(library, theme) for theme in library.themes},
    }


def summary(here: Here, theme: Theme) -> str:
    """How many briefs and passages, from when to when."""
    briefs = here.library.bearing(theme.id)
    years = sorted(brief.record.year for brief in briefs if brief.record.year)
    span = ("–".join(map(here.year, dict.fromkeys([years[0], years[-1]]))),) if years else ()
    passages = sum(len(brief.passages[theme.id]) for brief in briefs)
    return ", ".join([count(len(briefs), "brief"), count(passages, "passage"), *span])


def theme_list(here: Here) -> list[str]:
    """All themes with their counts and scopes."""
    rows = []
    for theme in here.library.themes:
        facts = f'<span class="entry-facts">{summary(here, theme)}</span>'
        rows.append(f"- {here.theme(theme)}{{ .entry-title }} {facts} {escape(theme.scope)}")
    return inside("div", rows, class_="entries")


def _index(library: Library) -> str:
    here = Here("themes/index.md", library)
    lines = title("Themes") + [f"{count(len(library.authority.themes), 'theme')}, each with the passages that show it.", ""]
    return page(meta("Themes", "The themes of the archive, each with its briefs and passages."), lines + theme_list(here))


def _dossier(library: Library, theme: Theme) -> str:
    here = Here(f"themes/{theme.id}.md", library)
    lines = kicker(link("Theme", here.to("themes/index.md")), summary(here, theme)) + title(theme.label)
    lines += [escape(theme.scope), "{ .scope }", ""]
    names = [
        f"- **{LANGUAGES.get(language, language)}:** " + ", ".join(in_language(name, language) for name in group)
        for language, group in theme.names.items()
    ]
    if names:
        lines += inside("div", names, class_="remarks")
    lines += here.search_within("theme", theme.id, theme.label)
    briefs = sorted(library.bearing(theme.id), key=lambda brief: (brief.record.date or "9999", brief.id))
    if not briefs:
        lines += ["No brief of the archive bears this theme yet.", ""]
    for year, group in groupby(briefs, lambda brief: brief.record.year):
        lines += [f"## {here.year(year)} {{ #{f'y{year}' if year else UNDATED} }}", ""]
        for brief in group:
            lines += _brief(here, brief, brief.passages[theme.id])
    lines += here.exports()
    content = meta(theme.label, theme.scope)
    return page({**content, "hide": ["navigation"]}, lines)


def _brief(here: Here, brief: Brief, passages: tuple[Passage, ...]) -> list[str]:
    facts = " · ".join(part for part in (here.authors(brief), here.institute(brief), here.series(brief), here.date(brief)) if part)
    lines = [f"### {here.brief(brief)} {{ #{brief.id} }}", "", facts, "{ .entry-facts }", ""]
    lines += _passages(here, brief, passages[:SHOWN_AT_ONCE])
    if rest := passages[SHOWN_AT_ONCE:]:
        more = [f"<summary>All {len(passages)} passages</summary>", "", *_passages(here, brief, rest)]
        lines += inside("details", more, class_="more")
    return inside("div", lines, class_="dossier-brief")


def _passages(here: Here, brief: Brief, passages: tuple[Passage, ...]) -> list[str]:
    """Passages, those of one block in one quotation: sentences with their paragraph on demand, a heading with its points."""
    lines: list[str] = []
    for number, group in groupby(passages, lambda passage: passage.number):
        block, anchor = brief.block(number), brief.anchor(number)
        quoted = list(group)
        content = [line for passage in quoted for line in _quoted(here, brief, passage)]
        content[-1] = ""  # the quotation ends here
        if sum(len(passage.text) for passage in quoted) < len(block.text) - len(quoted):
            content += inside(
                "details", [f"<summary>The paragraph around it ({anchor})</summary>", "", whole(block)], class_="around"
            )
        lines += inside("div", content, class_="passage")
    return lines


def _quoted(here: Here, brief: Brief, passage: Passage) -> list[str]:
    """The lines of one passage inside a quotation."""
    block, anchor = brief.block(passage.number), brief.anchor(passage.number)
    heading = block.kind is Kind.HEADING
    words = f"**{marked(passage)}**" if heading else marked(passage)
    points = [f"> - {whole(brief.block(n))} {_where(here, brief, brief.anchor(n), '¶')}" for n in passage.under]
    return [f"> {words} {_where(here, brief, anchor, 'Heading' if heading else '¶')}", *([">", *points] if points else []), ">"]


def _where(here: Here, brief: Brief, anchor: str, word: str) -> str:
    return f"{here.brief(brief, anchor, f'{word} {anchor}')}{{ .where }}"
