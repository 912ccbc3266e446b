"""archive.text.dates: finds printed dates and writes them as EDTF."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.text import dates
from archive.text.dates import EdtfDate, parse_edtf
from repository import cases

CASES = cases("dates")


def edtf(text: str) -> EdtfDate:
    date = parse_edtf(text)
    assert date
    return date


@pytest.mark.parametrize(("text", "expected"), CASES["edtf"])
def test_parse_edtf_knows_what_exists(text: str, expected: bool) -> None:
    assert (parse_edtf(text) is not None) is expected


@pytest.mark.parametrize(("text", "edtf"), CASES["find"])
def test_find(text: str, edtf: str | None) -> None:
    expected = (edtf, text.index("⟦"), text.index("⟧") - 1) if edtf else None
    assert dates.find(re.sub("[⟦⟧]", "", text)) == expected


@pytest.mark.parametrize(("text", "edtf"), CASES["parse"])
def test_parse(text: str, edtf: str | None) -> None:
    assert dates.parse(text) == edtf


@pytest.mark.parametrize(("text", "expected"), CASES["readings"])
def test_two_readings(text: str, expected: list[str]) -> None:
    assert dates.two_readings(text) == expected
    assert dates.parse(text) is None or not expected


@pytest.mark.parametrize(("text", "edtf"), CASES["understand"])
def test_understand(text: str, edtf: str | None) -> None:
    assert dates.understand(text) == edtf


@pytest.mark.parametrize(("first", "second", "months"), CASES["apart"])
def test_middle_in_months(first: str, second: str, months: float) -> None:
    assert abs(edtf(first).middle_in_months - edtf(second).middle_in_months) == months


@pytest.mark.parametrize(
    ("text", "parts", "calendar", "words"),
    [
        ("2022", ("2022",), "2022", "2022"),
        ("2022-07", ("2022", "07"), "2022-07", "July 2022"),
        ("2023-10-01", ("2023", "10", "01"), "2023-10-01", "1 October 2023"),
        ("2021-24", ("2021", "12"), "2021", "Winter 2021"),
        ("2020-12/2021-01", ("2020", "12"), "2020", "December 2020–January 2021"),
    ],
)
def test_a_date_has_the_precision_known(
    text: str, parts: tuple[str, ...], calendar: str, words: str
) -> None:
    date = edtf(text)
    assert (str(date), date.parts, date.calendar, date.words) == (text, parts, calendar, words)


@pytest.mark.parametrize(("text", "words"), CASES["words"])
def test_a_date_in_words(text: str, words: str) -> None:
    assert edtf(text).words == words


@given(st.dates())
def test_a_printed_day_is_found(day: date) -> None:
    assert parse_edtf(day.isoformat())
    assert dates.parse(f"{dates.MONTHS[day.month - 1]} {day.day}, {day.year:04}") == day.isoformat()
    assert dates.parse(f"{day.year:04}. {day.month}. {day.day}.") == day.isoformat()


@given(st.text())
def test_only_real_dates_are_found(text: str) -> None:
    found = dates.find(text)
    assert found is None or parse_edtf(found[0])


@pytest.mark.parametrize(("first", "second", "before"), CASES["before"])
def test_is_before_only_when_that_is_certain(
    first: str | None, second: str | None, before: bool
) -> None:
    assert dates.is_before(parse_edtf(first or ""), parse_edtf(second or "")) is before
