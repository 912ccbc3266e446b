"""An archive of as many invented briefs as one likes: the sentences of the five real texts in new orders, the same for one seed."""

from __future__ import annotations

import hashlib
import random
import shutil
from pathlib import Path

import yaml

from archive.library import load_library
from archive.reading import Kind, Voice
from archive.sentences import sentences

FAMILIES = "Ahn Bae Cha Endo Fujii Goto Han Inoue Jang Kang Lim Mori Noda Oh Park Ryu Seo Tanaka Ueda Yang".split()
SYLLABLES = "Min Jun Hye Soo Young Hiro Ken Aya Yuki Na Ji Eun Tae Shin Kazu".split()
PLACES = "Seoul Tokyo Busan Osaka Daejeon Kyoto Incheon Nagoya Jeju Sapporo".split()
FIELDS = ("Strategic Studies", "Foreign Affairs", "Maritime Security", "Economic Policy")
YEARS = range(2001, 2026)
AUTHORS, INSTITUTES = 300, 40
WORDS = 1200


def make_archive(root: Path, to: Path, briefs: int, seed: int = 1) -> Path:
    """Write an archive of `briefs` invented briefs, of the shape of the one in `root`, into the new folder `to`."""
    dice = random.Random(seed)
    library = load_library(root)
    own = [b for one in library.briefs for b in one.reading.shown if b.voice is Voice.AUTHOR]
    said = [b.text[start:end] for b in own if b.kind is Kind.PARAGRAPH for start, end in sentences(b.text) if end - start > 40]
    heads = [" ".join(b.text.lstrip("0123456789.) ").split()) for b in own if b.kind is Kind.HEADING and len(b.text) > 12]
    for name in ("overrides", "docs/assets", "docs/guide"):
        shutil.copytree(root / name, to / name)
    for name in (
        "mkdocs.yml",
        "docs/about.md",
        "docs/search.md",
        "scripts/mkdocs_hooks.py",
        "briefs/home.md",
        "briefs/authority/themes.yml",
        "briefs/authority/glossary.yml",
    ):
        (to / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(root / name, to / name)
    people = _authors(dice)
    bodies = {f"inst{n}": f"{PLACES[n % 10]} Institute for {FIELDS[n // 10]}" for n in range(INSTITUTES)}
    _write(
        to / "briefs/authority/authors.yml",
        {key: {"family": family, "given": given, "variants": [f"{given} {family}"]} for key, (family, given) in people.items()},
    )
    _write(
        to / "briefs/authority/institutes.yml",
        {
            key: {"name": name, "series": {f"{key}-brief": {"name": f"{name.split()[0]} {name.split()[-1]} Brief"}}}
            for key, name in bodies.items()
        },
    )
    for number in range(briefs):
        _brief(to / "briefs", dice, number, list(people.items()), list(bodies), said, heads)
    return to


def _authors(dice: random.Random) -> dict[str, tuple[str, str]]:
    people: dict[str, tuple[str, str]] = {}
    while len(people) < AUTHORS:
        family, one, other = dice.choice(FAMILIES), dice.choice(SYLLABLES), dice.choice(SYLLABLES).lower()
        people[f"{family}-{one}{other}".lower()] = (family, f"{one}{other}")
    return people


def _brief(
    folder: Path,
    dice: random.Random,
    number: int,
    people: list[tuple[str, tuple[str, str]]],
    bodies: list[str],
    said: list[str],
    heads: list[str],
) -> None:
    key, (family, given) = people[dice.randrange(len(people))]
    body, year = dice.choice(bodies), dice.choice(YEARS)
    one, other = dice.sample(heads, 2)
    title = f"{one}, and {other[:1].lower()}{other[1:]}: a view from {dice.choice(PLACES)}"
    date = f"{year}-{dice.randint(1, 12):02}-{dice.randint(1, 28):02}"
    parts: list[str] = []
    while sum(len(part.split()) for part in parts) < WORDS:
        parts.append(" ".join(dice.choice(said) for _ in range(dice.randint(4, 7))))
    text = "\n\n".join([title, f"By {given} {family}", *parts]) + "\n"
    id = f"{year}-{body}-b{number}"
    (folder / f"{id}.txt").write_text(text, encoding="utf-8")
    supplied = {"kind": "supplied", "evidence": "invented"}
    _write(
        folder / f"{id}.yml",
        {
            "id": id,
            "title": title,
            "authors": [{"id": key, "printed": f"{given} {family}"}],
            "institute": body,
            "series": f"{body}-brief",
            "number": f"{year}-{number}",
            "date": date,
            "language": "en",
            "access": "full",
            "added": "2026-11-21",
            "sha256": hashlib.sha256(text.encode()).hexdigest(),
            "basis": dict.fromkeys(("title", "authors", "institute", "series", "number", "date"), supplied),
        },
    )


def _write(path: Path, content: dict[str, object]) -> None:
    class Plain(yaml.SafeDumper):
        def ignore_aliases(self, data: object) -> bool:
            return True

    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.dump(content, Dumper=Plain, allow_unicode=True, sort_keys=False, default_style='"'), encoding="utf-8")
