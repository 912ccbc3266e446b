"""briefs/redirects.yml: addresses that were given out and lead elsewhere now, each with its day and its reason.

An address leads straight to a page that is there: one hop, no chains, no circles, and no page hidden behind a redirect. Where a
list moves, the pages of its years and months (archive.pages.shelves) move along: each leads to that of the same time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from archive.errors import ArchiveError
from archive.records.ledger import ADDRESSES, Line, load_addresses
from archive.records.yamlfile import Fields, load_yaml

# The one file among the records that is none.
REDIRECTS = "redirects.yml"
# The folders of the lists that can be split.
LISTS = ("themes", "authors", "institutes", "years")
_ADDRESS = re.compile(r"(?:/[a-z0-9]+(?:-[a-z0-9]+)*)+/")


@dataclass(frozen=True, slots=True)
class Redirect:
    """`old` leads to `new` since the day `date`; both are addresses as the ledger writes them ("/briefs/2022-asan-choi/")."""

    old: str
    new: str
    date: str
    reason: str


def load_redirects(path: Path) -> dict[str, Redirect]:
    """The redirects by their old addresses, none when there is no file. Raises ArchiveError on what cannot be one."""
    if not path.exists():
        return {}
    made = {}
    for old, content in load_yaml(path, may_be_empty=True).items():
        fields = Fields(path, content, f"{old}.")
        made[old] = Redirect(
            old, fields.required("to"), fields.day("date"), fields.required("reason")
        )
        fields.done()
        for address in (old, made[old].new):
            if not _ADDRESS.fullmatch(address):
                remedy = "Write it as the ledger does, from / to /: /authors/okonogi-masao/."
                raise ArchiveError(path, old, f"{address!r} is no address of a page", remedy)
    given_out = load_addresses(path.parent / "ledger" / ADDRESSES) if made else {}
    return {**made, **_below(made, given_out)}


def _below(redirects: Mapping[str, Redirect], given_out: Iterable[str]) -> dict[str, Redirect]:
    """Redirects for the pages of years and months below the lists that lead elsewhere.

    Each leads to that of the same time below the new address; to that address itself where it is no list of the same kind.
    """
    made = {}
    for address in given_out:
        folder, id, *below = address.strip("/").split("/") + [""]
        redirect = redirects.get(f"/{folder}/{id}/")
        if redirect and folder in LISTS and below[1:] and address not in redirects:
            is_alike = redirect.new.startswith(f"/{folder}/") and redirect.new.count("/") == 3
            new = redirect.new + address.removeprefix(redirect.old) if is_alike else redirect.new
            made[address] = replace(redirect, old=address, new=new)
    return made


def check_redirects(
    path: Path,
    redirects: Mapping[str, Redirect],
    pages: Iterable[str],
    given_out: Mapping[str, str],
) -> None:
    """Refuse redirects that do not lead from an address that was `given_out` and has no page straight to one with a page.

    Raises ArchiveError.
    """
    there = set(pages)
    for redirect in redirects.values():
        if redirect.old in there:
            raise ArchiveError(
                path,
                redirect.old,
                "a page is at this address",
                "Remove the redirect, or what has the address.",
            )
        if redirect.new in redirects:
            end = _end(redirect, redirects)
            problem = (
                f"it leads to {redirect.new}, which leads elsewhere"
                if end
                else "it leads round in a circle"
            )
            raise ArchiveError(
                path, redirect.old, problem, f'Write to: "{end or "the page that is meant"}".'
            )
        if redirect.new not in there:
            raise ArchiveError(
                path,
                redirect.old,
                f"there is no page at {redirect.new}",
                "Name the page that is meant.",
            )
        if redirect.old not in given_out:
            remedy = "Write an address of briefs/ledger/addresses.tsv, or take the redirect out."
            raise ArchiveError(path, redirect.old, "this address was never given out", remedy)


def check_anchors(path: Path, redirect: Redirect, old: Iterable[Line], new: Iterable[Line]) -> None:
    """Refuse a redirect between briefs by which an anchor would come to other words. Raises ArchiveError.

    The part of an address behind # goes along with a redirect unchanged, so it has to mean the same on both pages.
    """
    words = {line.anchor: line.digest for line in new}
    if not redirect.new.startswith("/briefs/"):
        problem, remedy = (
            f"a brief cannot lead to {redirect.new}",
            "Name the brief that took its place, or withdraw it.",
        )
        raise ArchiveError(path, redirect.old, problem, remedy)
    if lost := [line.anchor for line in old if words.get(line.anchor) != line.digest]:
        problem = f"{', '.join(lost)} would lead to other words, or to none, at {redirect.new}"
        remedy = f"Take the redirect out, and withdraw that brief with --instead {redirect.new.split('/')[2]}."
        raise ArchiveError(path, redirect.old, problem, remedy)


def _end(redirect: Redirect, redirects: Mapping[str, Redirect]) -> str | None:
    """Where a chain of redirects ends; None when it never does."""
    seen, address = {redirect.old}, redirect.new
    while address in redirects:
        if address in seen:
            return None
        seen.add(address)
        address = redirects[address].new
    return address
