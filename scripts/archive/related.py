"""Which briefs to read next: those that share the rarest theme, then author, institute and time."""

from __future__ import annotations

from dataclasses import dataclass

from archive.dates import months_apart
from archive.library import Brief, Library

MOST = 4


@dataclass(frozen=True, slots=True)
class Related:
    """A brief to read next, and why, in words."""

    brief: Brief
    reason: str


def related(library: Library, brief: Brief) -> list[Related]:
    """At most four other briefs that share a theme, an author or the institute with `brief`, the closest first."""
    counts = library.theme_counts
    ranked = []
    for other in library.briefs:
        themes = sorted((t for t in brief.passages if t in other.passages), key=lambda theme: (counts[theme], theme))
        author = bool({c.id for c in brief.record.authors} & {c.id for c in other.record.authors})
        institute = brief.institute.id == other.institute.id
        if other is brief or not (themes or author or institute):
            continue
        rarest = counts[themes[0]] if themes else len(library.briefs) + 1
        months = months_apart(brief.record.date or "", other.record.date or "")
        key = (rarest, -len(themes), not author, not institute, float("inf") if months is None else months, other.id)
        reasons = [_on_themes([library.authority.themes[theme].label for theme in themes])] if themes else []
        reasons += ["same author"] if author else []
        reasons += ["same institute"] if institute else []
        reasons += [_distance(brief, other)]
        ranked.append((key, Related(other, " · ".join(reason for reason in reasons if reason))))
    return [one for _, one in sorted(ranked, key=lambda pair: pair[0])[:MOST]]


def _on_themes(labels: list[str]) -> str:
    *first, last = labels
    return f"also on {', '.join(first)} and {last}" if first else f"also on {last}"


def _distance(brief: Brief, other: Brief) -> str:
    """How far apart in years, as far as both dates are known."""
    if not (brief.record.year and other.record.year):
        return ""
    years = int(other.record.year) - int(brief.record.year)
    if not years:
        return "same year"
    return f"{abs(years)} year{'s' if abs(years) > 1 else ''} {'later' if years > 0 else 'earlier'}"
