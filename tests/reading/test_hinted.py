"""archive.reading.hinted: lines are what the elements around them say."""

from __future__ import annotations

from pathlib import Path

from archive.reading.fidelity import account
from archive.reading.hinted import claim_elements, claim_regions
from archive.reading.outline import outline
from archive.reading.sheet import Sheet
from archive.sources.source import Source

PAGE = """<!DOCTYPE html><html><body><div role="banner">
<div class="view-title">Pilots Before Treaties</div>
<div class="view-title" hidden>A title that no reader sees</div>
<p><span class="writer">Bae Ji-won</span> <span class="date">2024.06.03</span></p>
<p class="date">Read on the ferry</p>
<p class="post">Fellow, Delta Forum</p>
<div class="sns">Share <span class="date">2024.06.04</span></div>
<p class="lead">The editors print this essay.</p></div>
<div><p>A strait is safe when the pilots on both shores know each other, whatever is signed.</p>
<p>They know the currents, the wrecks and the hours of the ferries, and they tell each other.</p>
<p>Let them meet once a year, on either shore, and let nobody speak about it there.</p></div>
</body></html>"""
ELEMENTS = {
    ".view-title": "title",
    ".writer": "author",
    ".sns": "furniture",
    ".date": "date",
    ".post": "affiliation",
    ".lead": "introduction",
}


def test_lines_inside_of_elements_have_their_marks_also_outside_of_the_main_text() -> None:
    sheet = Sheet(Source.from_bytes(PAGE.encode(), Path("page.html")))
    claim_elements(sheet, ELEMENTS)
    claim_regions(sheet)
    outline(sheet, sheet.unclaimed())
    reading = sheet.to_reading("test")
    assert account(reading).faults == ()
    assert reading.title
    assert reading.date
    assert (reading.title.value, reading.date.value) == ("Pilots Before Treaties", "2024-06-03")
    assert [author.value for author in reading.authors] == ["Bae Ji-won"]
    assert [(block.kind.value, block.rule, block.text) for block in reading.blocks[:7]] == [
        ("metadata", "title", "Pilots Before Treaties"),
        ("furniture", "hidden", "A title that no reader sees"),
        ("metadata", "authors", "Bae Ji-won 2024.06.03"),
        ("furniture", "banner", "Read on the ferry"),
        ("metadata", "affiliation", "Fellow, Delta Forum"),
        ("furniture", "inside of .sns", "Share 2024.06.04"),
        ("introduction", "", "The editors print this essay."),
    ]
