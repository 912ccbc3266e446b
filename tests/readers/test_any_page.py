"""Whatever lines a page has, in whatever elements, some reader reads it whole."""

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from archive.readers import read
from archive.reading.fidelity import account
from archive.sources.source import Source
from repository import ROOT

# The lines of the five texts have what their readers look for.
SHORT = sorted(
    {
        line.strip()
        for text in (ROOT / "briefs").glob("*.txt")
        for line in text.read_text(encoding="utf-8").splitlines()
        if 0 < len(line.strip()) < 160
    }
)
LINES = st.sampled_from(
    [
        *SHORT,
        "등록일 2023-05-30 조회수 1234 저자 홍길동",
        "JANE ROE: Yes.",
        "JOHN DOE: No.",
        "CONTINUE READING",
        "Title Ferries",
        "Date May 30, 2023",
        "Type [Essay]",
        "페이지 상단으로 이동",
        "Chairman, SSDP",
        "ASAN REPORT / Views 12",
        "보도자료",
        "About the Author",
        "References",
    ]
)
TAGS = st.sampled_from("p h1 h2 li nav footer td th aside blockquote div pre title".split())


@settings(max_examples=150)
@given(st.lists(st.tuples(TAGS, LINES), min_size=1, max_size=14), st.booleans())
def test_any_page(lines: list[tuple[str, str]], named: bool) -> None:
    head = "<meta property=og:site_name content='Sejong Institute, 세종연구소'>" if named else ""
    body = "".join(f"<{tag}>{line}</{tag}>" for tag, line in lines)
    page = f"<!doctype html><html><head>{head}</head><body>{body}<p>Words</p></body></html>"
    reading = read(Source.from_bytes(page.encode(), Path("page.html")))
    assert account(reading).faults == ()
