"""Read pages and press releases of the Asan Institute for Policy Studies.

A page ends with "About Experts". It may begin with the series ("Issue Briefs", "이슈브리프"), a
view counter and the title, and often does not. A closing note may name the Korean brief that an
English page summarises.
"""

import re

from archive.readers import Reader, generic
from archive.reading.model import Kind, Voice
from archive.reading.outline import outline
from archive.reading.sheet import Sheet
from archive.text import dates

_INSTITUTE = re.compile(r"(?P<institute>Asan Institute for Policy Studies|아산정책연구원)")
_EXPERTS = re.compile(r"^\s*(?:About (?:the )?(?:Experts?|Authors?)|전문가\s?소개|저자\s?소개)\s*$")
_PRESS = re.compile(
    r"^[\s-]*보도자료\b|^\s*press release\s*$|^\s*\*\s*(?:배포 후 바로 보도|For Immediate Release)",
    re.IGNORECASE,
)
# The series above the view counter.
_TOP = re.compile(
    r"\s*(?:(?:Asan )?(?:Issue Briefs?|Reports?|Policy Briefs?|Working Papers?)|이슈\s?브리프)\s*\n"
    r"\s*[\d,]+ views?\s*(?:\n|$)"
)
_SUMMARY_OF = re.compile(
    r"English Summary of (?P<series>Asan [A-Z]\w+(?: [A-Z]\w+)*) \((?P<number>\d{4}-\d+)\)"
)
_PRESS_LABELS = re.compile(
    r"^[\s-]*(?:날짜|분량|담당|전화|E-mail|이메일|Date|Page|Contact|Office)\s*$", re.IGNORECASE
)
_POST = r"(?:수석\s?|선임\s?|객원\s?|명예\s?)?(?:연구위원|연구원|박사|센터장|부원장|원장|이사장)"
_SERIES_WORD = r"(?:이슈\s?브리프|아산\s?리포트|보고서|리포트|여론\s?브리프|정책\s?브리프)"
# 아산정책연구원, “…” 이슈브리프 발표; the quotation may contain another and take two lines.
_PRESS_TITLE = re.compile(
    rf"(?:硏|연구원)\s?[,:]?\s*(?:(?:\S+\s){{0,3}}{_POST}의?\s)?[\"'](?P<title>.{{4,120}})[\"']\s*"
    rf"(?P<series>{_SERIES_WORD})(?:\s?\d+일)?\s?(?:를|을)?\s?(?:발표|발간|공개)\s*$"
)
# A release without a headline says in its text: … 이슈브리프 “…”를 발표했다.
_PRESENTED = re.compile(
    rf"(?P<series>{_SERIES_WORD})\s?[\"'](?P<title>.{{4,120}})[\"']\s?(?:를|을)\s(?:발표|발간|공개)"
)
# 최은미 연구위원의 이슈브리프, or 최은미 연구위원과 함건희 선임연구원의 이슈브리프.
_PRESS_AUTHORS = re.compile(
    rf"(?P<all>(?:[가-힣]{{2,4}}\s?{_POST}(?:과|와|,|·)?\s?){{1,4}})의\s+(?:{_SERIES_WORD}|[\"'])"
)
_PRESS_AUTHOR = re.compile(rf"(?P<name>[가-힣]{{2,4}})\s{_POST}(?:의|과|와|,|·|\s|$)")


def knows(sheet: Sheet) -> bool:
    """Know a page by its series and view counter on top, or by Asan's name.

    The name counts on a page with a list of experts, and in a press release.
    """
    has_own_line = any(sheet.find(_EXPERTS)) or any(sheet.find(_PRESS))
    has_name = has_own_line and any(sheet.find(_INSTITUTE))
    return has_name or bool(_TOP.match("\n".join(sheet.source.lines)))


def read(sheet: Sheet) -> None:
    """Read a page or a press release."""
    is_press = any(any(sheet.find(form, 1, 6)) for form in (_PRESS, _PRESS_LABELS))
    (_read_press_release if is_press else _read_page)(sheet)


def _read_page(sheet: Sheet) -> None:
    sheet.state_found(_INSTITUTE, basis="inferred")
    experts = next((n for n, _ in sheet.find(_EXPERTS)), len(sheet.source) + 1)
    sheet.state_found(_SUMMARY_OF, 1, experts - 1)
    for line, _ in sheet.find(_SUMMARY_OF, 1, experts - 1):
        below = sheet.unclaimed(line + 1, min(line + 1, experts - 1))
        sheet.claim_lines(Kind.NOTE, line, *below, voice=Voice.PUBLISHER)
    generic.read(sheet)


def _read_press_release(sheet: Sheet) -> None:
    """Claim the labels, then the headline, which quotes the title of the brief; then the text."""
    sheet.state_found(_INSTITUTE)
    for line, found in list(sheet.find(_PRESS_AUTHORS))[:1]:
        sheet.add_authors(_PRESS_AUTHOR.findall(found["all"]), line)
    for line, _ in sheet.find(_PRESS_LABELS):
        value = sheet.next_unclaimed(line)
        text = re.sub(r"^-\s*", "", sheet.line(value))
        lines = [line, value] if text and not _PRESS_LABELS.match(text) else [line]
        _claim_form(sheet, lines, text)
    for line, _ in sheet.find(_PRESS, 1, 20):
        # The last line of the form allows printing. Saved pages may have lost the labels above it.
        form = sheet.unclaimed(1, line) if sheet.line(line).startswith("*") else [line]
        for above in form:
            _claim_form(sheet, [above], sheet.line(above))
    _claim_headline(sheet)
    outline(sheet, sheet.unclaimed())


def _claim_form(sheet: Sheet, lines: list[int], text: str) -> None:
    """Claim lines of the form of a press release, and state the date if `text` is one."""
    date = dates.parse(text)
    sheet.state("date", date, lines[-1])
    kind, rule = (Kind.METADATA, "date") if date else (Kind.FURNITURE, "form of a press release")
    sheet.claim_lines(kind, *lines, rule=rule)


def _claim_headline(sheet: Sheet) -> None:
    """Claim the headline, of one to three lines."""
    lines = sheet.unclaimed()[:6]
    headlines = (lines[first : first + size] for size in (1, 2, 3) for first in range(len(lines)))
    for headline in headlines:
        if match := _PRESS_TITLE.search(" ".join(map(sheet.line, headline))):
            sheet.state_groups(match, headline[0])
            sheet.claim_metadata("title", *headline)
            return
    sheet.state_found(_PRESENTED)


# A page of another publisher may mention Asan above "About the Author", so this reader comes
# after those that know a page by its own lines.
READER = Reader("asan", knows, read, rank=40)
