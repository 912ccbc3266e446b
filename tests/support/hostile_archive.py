"""The archive with briefs, names and addresses that are hard to write in any format.

They contain characters with a meaning in some format, and some lack fields. One brief is withdrawn,
and some addresses have moved.
"""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path
from typing import Any

import yaml

from repository import copy_archive
from site_pages import run

SITE_URL = "https://other.example/a/b/"
CONTACT = "desk@other.example"
LICENSE = "https://creativecommons.org/licenses/by/4.0/"
SIGNS = (
    '"A" & <b>B</b> 100% \\ {x_1} #2 ~ ^ $5 </script><script>alert(1)</script> '
    "| 'z' [q](u.md) *y* `c` {% raw %}"
)
ORGANISATION = "Center for “Signs” & Co_Op #1 and Partners"
# Two tables, one of them without a head, and notes with their marks; the mark [3] has no note.
TABLES = f"""| Year | {SIGNS} |
|------|:----:|---|
| 2019 | `a` | {{b}} \\ [1] |
|  | "GSOMIA" | *c* `d |

Seoul | 43% | <i>
Tokyo || &amp; 1. {{#x}}

It holds.[1] So do the talks[2], and [3].

Notes

[1] {SIGNS}
[2] See above: {{ #p1 }}
"""
KOREAN = "한일 관계의 “새 시대” & 협력 {초안}"
REDIRECTS = {
    "/authors/choi-eun-mi/": "/authors/choi-eunmi/",
    "/briefs/2022-asan-choy/": "/briefs/2022-asan-choi/",
    "/themes/white-list/": "/themes/export-controls/",
    "/institutes/asaninst/": "/institutes/asan/",
}
MOVED = next(old for old in REDIRECTS if old.startswith("/briefs/"))
WITHDRAWN = "2018-asan-gone"
AUTHORS = {
    "signs-center": {"organisation": ORGANISATION, "variants": [ORGANISATION]},
    "vandyke-maryann": {
        "family": "Van Dyke",
        "given": "Mary Ann",
        "variants": ["Mary Ann Van Dyke"],
    },
    "de-la-cruz-ana": {"family": "de la Cruz", "given": "Ana", "variants": ["Ana de la Cruz"]},
}
# An institute that had another name when its brief was issued.
OLD_NAME = "Institute for “Old” Names & Co."
INSTITUTE = {
    "newname": {
        "name": "Institute for New Names",
        "names": [{"name": OLD_NAME, "since": "2010", "until": "2019"}],
        "series": {"new-notes": {"name": "Notes & <Queries>"}},
    }
}
_SUPPLIED = {"kind": "supplied", "evidence": "invented for a test"}
_FIELDS = ("title", "authors", "institute", "series", "number", "date", "language", "source")


def make_hostile(to: Path) -> Path:
    """Write the archive into the new folder `to`, convert it, and withdraw one of its briefs."""
    copy_archive(to)
    authors = to / "briefs" / "authority" / "authors.yml"
    authors.write_text(
        authors.read_text(encoding="utf-8") + yaml.safe_dump(AUTHORS, allow_unicode=True),
        encoding="utf-8",
    )
    institutes = to / "briefs" / "authority" / "institutes.yml"
    institutes.write_text(
        institutes.read_text(encoding="utf-8") + yaml.safe_dump(INSTITUTE, allow_unicode=True),
        encoding="utf-8",
    )
    config = to / "mkdocs.yml"
    config.write_text(
        config.read_text(encoding="utf-8").replace("  contact: ", f"  contact: {CONTACT}  "),
        encoding="utf-8",
    )
    korean = (
        "2020년 5월의 한일 관계를 다룬다. 지소미아를 정상화해야 한다.\n\n두 나라는 협력해야 한다.\n"
    )
    prose = (
        f"{SIGNS} The GSOMIA between Korea and Japan holds.\n\n{SIGNS}\n\n"
        f"Write to jane.roe@other.example at once.\n\n{TABLES}"
    )
    add_brief(
        to,
        "2020-asan-signs",
        prose,
        title=SIGNS,
        authors=["signs-center"],
        number=SIGNS,
        date="2020",
    )
    add_brief(
        to,
        "2021-asan-vandyke",
        f"A text under {LICENSE} is printed here.\n\nIt has two paragraphs.\n",
        title="What now? What next?",
        authors=["vandyke-maryann"],
        series="asan-issue-brief",
        number="2021-7",
        date="2021-03-04",
        license=LICENSE,
        changes=[{"date": "2026-12-24", "field": "title", "reason": "a typing error"}],
    )
    add_brief(
        to,
        "nd-asan-none",
        "Nobody signed this text, and nobody dated it.\n\nSo it is.\n",
        title="Unsigned, undated",
    )
    authors_of_both_kinds = ["choi-eunmi", "signs-center", "de-la-cruz-ana"]
    add_brief(
        to,
        "2020-asan-ko",
        korean,
        title=KOREAN,
        authors=authors_of_both_kinds,
        date="2020-05",
        language="ko",
    )
    renamed = {
        "institute": "newname",
        "series": "new-notes",
        "number": "No. 1",
        "date": "2015-02-03",
    }
    add_brief(
        to,
        "2015-newname-x",
        "A text of another time.\n\nIt is short.\n",
        title="Before the new name",
        **renamed,
    )
    add_brief(
        to,
        WITHDRAWN,
        "A text that was here.\n\nIt had two paragraphs.\n",
        title="Gone & “forgotten”",
        date="2018",
    )
    ledger = to / "briefs" / "ledger"
    shutil.copy(ledger / "2022-asan-choi.tsv", ledger / "2022-asan-choy.tsv")
    with (ledger / "addresses.tsv").open("a", encoding="utf-8") as file:
        file.writelines(f"{old}\t2026-11-21\n" for old in REDIRECTS)
    redirects = {
        old: {"to": new, "date": "2026-12-01", "reason": 'Misspelt: "<b>&'}
        for old, new in REDIRECTS.items()
    }
    (to / "briefs" / "redirects.yml").write_text(yaml.safe_dump(redirects), encoding="utf-8")
    withdraw = [
        "withdraw",
        WITHDRAWN,
        "--reason",
        'The publisher "withdrew" <it> & why',
        "--date",
        "2026-11-26",
    ]
    for command in (["convert"], withdraw):
        result = run(to, "archive", "--root", str(to), *command)
        assert result.returncode == 0, result.stderr
    return to


def add_brief(to: Path, id: str, text: str, **fields: Any) -> None:
    """Write a text and its record into the archive in `to`; authors are given by id."""
    (to / "briefs" / f"{id}.txt").write_text(text, encoding="utf-8")
    people: dict[str, Any] = yaml.safe_load(
        (to / "briefs" / "authority" / "authors.yml").read_text(encoding="utf-8")
    )
    fields["authors"] = [
        {"id": key, "printed": people[key]["variants"][0]} for key in fields.get("authors", [])
    ]
    record = {
        "id": id,
        "institute": "asan",
        "language": "en",
        "access": "full",
        "added": "2026-11-22",
        "sha256": hashlib.sha256(text.encode()).hexdigest(),
        "basis": {
            field: dict(_SUPPLIED) for field in _FIELDS if field in fields or field == "institute"
        },
        **fields,
    }
    content = yaml.dump(record, Dumper=yaml.SafeDumper, allow_unicode=True, default_style='"')
    (to / "briefs" / f"{id}.yml").write_text(content, encoding="utf-8")
