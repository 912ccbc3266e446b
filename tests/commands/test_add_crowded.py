"""`briefs add` refuses a paragraph of thousands of signs, with a remedy that works."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from added_archive import add
from archive.pages.blocks import paragraph
from rendered_markdown import render
from repository import tree
from small_archive import make_small

PROSE = "Seoul and Tokyo have agreed to talk again, and they did so in the spring of that year."
# One line, lines that are one paragraph, a point, a cell, figures that lead to a note, and words in
# another script.
CROWDED = {
    "line": "\\[*&#`_" * 1_000,
    "wrapped": "\n".join(["[of *a* {long} _line_ <that> goes on & on, `so that` it is full"] * 500),
    "point": f"- {'[' * 6_000}",
    "cell": f"a\t{'#' * 6_000}\nb\tc",
    "raised": f"{'word.¹ ' * 6_000}\n\n¹ A note.",
    "script": "한 a " * 6_000,
}


@pytest.mark.parametrize("name", CROWDED)
def test_a_crowded_paragraph_is_refused_until_it_is_left_out(name: str, tmp_path: Path) -> None:
    root, file = make_small(tmp_path / "archive"), tmp_path / "text.txt"
    file.write_text(f"{PROSE}\n\n{CROWDED[name]}\n\n{PROSE}\n", encoding="utf-8")
    before = tree(root)
    answers = ["--set", "institute=asan", "--set", "title=[A title]", "--set", "language=en"]
    result = add(root, file, *answers)
    assert result.exit_code == 2, result.output
    assert f"{file}: line 3: a paragraph with more than 5,000 signs" in result.output
    assert tree(root) == before
    further = CROWDED[name].split("\n\n")[0].count("\n")
    mark = f"3-{3 + further}=furniture" if further else "3=furniture"
    assert f"or leave it out: --mark {mark}." in result.output
    assert add(root, file, *answers, "--mark", mark).exit_code == 0


def test_as_many_signs_as_a_paragraph_may_have_are_rendered_at_once() -> None:
    start = time.process_time()
    render(paragraph("\\[*&#`_<|{" * 500, "p1"))
    assert time.process_time() - start < 5
