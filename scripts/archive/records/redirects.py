"""briefs/redirects.yml lists addresses that now lead elsewhere, and why.

An address leads straight to an existing page: one hop, no chains, no circles, and no page hidden
behind a redirect. Where a list moves, the pages of its years and months (archive.pages.shelves) are
redirected with it, each to the page of its own year or month.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from archive.errors import ArchiveError
from archive.records.ledger import Line
from archive.records.yamlfile import Fields, parse_yaml
from archive.store import Archive
from archive.text.addresses import Address

# The one YAML file in briefs/ that is not a record.
REDIRECTS = "briefs/redirects.yml"


@dataclass(frozen=True, slots=True)
class Redirect:
    """A redirect from `old` to `new`, since the day `date`."""

    old: Address
    new: Address
    date: str
    reason: str


def load_redirects(archive: Archive, given_out: Iterable[Address]) -> dict[Address, Redirect]:
    """Read the redirects by their old addresses; none when there is no file.

    `given_out` are the addresses of the ledger. Raises ArchiveError on an invalid redirect.
    """
    path, redirects = archive.path(REDIRECTS), {}
    listed = parse_yaml(path, archive.text(REDIRECTS, ""), may_be_empty=True)
    for key, content in listed.items():
        fields = Fields(path, content, f"{key}.")
        old, new = Address(key), Address(fields.required("to"))
        redirects[old] = Redirect(old, new, fields.day("date"), fields.required("reason"))
        fields.refuse_unknown()
        if wrong := next((address for address in (old, new) if not address.is_valid), None):
            remedy = (
                "Write it as the ledger does, with a slash at both ends: /authors/okonogi-masao/."
            )
            raise ArchiveError(path, key, f"{wrong!r} is not the address of a page", remedy)
    return {**redirects, **_derive_for_years(redirects, given_out)}


def _derive_for_years(
    redirects: Mapping[Address, Redirect], given_out: Iterable[Address]
) -> dict[Address, Redirect]:
    """Derive redirects for the years and months of lists that lead elsewhere.

    Each leads to the page of its own year or month below the new address. Where the new address is
    not a list of the same kind, each leads to that address itself.
    """
    derived = {}
    for address in given_out:
        redirect = redirects.get(address.whole) if address.is_part else None
        if redirect and address not in redirects:
            is_alike = redirect.new.folder == address.folder and len(redirect.new.parts) == 2
            below = address.parts[2:] if is_alike else []
            new = Address.of(*redirect.new.parts, *below)
            derived[address] = replace(redirect, old=address, new=new)
    return derived


def check_redirects(
    path: Path,
    redirects: Mapping[Address, Redirect],
    pages: Iterable[Address],
    given_out: Mapping[Address, str],
) -> None:
    """Check that redirects lead from addresses without pages straight to pages.

    `pages` are the addresses that have one. `given_out` are the addresses of the ledger, which the
    old addresses must be among. Raises ArchiveError on the first redirect that fails.
    """
    existing = set(pages)
    for redirect in redirects.values():
        if redirect.old in existing:
            raise ArchiveError(
                path,
                redirect.old,
                "there is a page at this address",
                "Remove the redirect, or give the page another address.",
            )
        if redirect.new in redirects:
            end = _end(redirect, redirects)
            problem = (
                f"it leads to {redirect.new}, which leads elsewhere"
                if end
                else "it leads in a circle"
            )
            raise ArchiveError(
                path, redirect.old, problem, f'Write to: "{end or "the page that is meant"}".'
            )
        if redirect.new not in existing:
            raise ArchiveError(
                path,
                redirect.old,
                f"there is no page at {redirect.new}",
                "Name the page that is meant.",
            )
        if redirect.old not in given_out:
            remedy = "Write an address from briefs/ledger/addresses.tsv, or remove the redirect."
            raise ArchiveError(path, redirect.old, "this address was never given out", remedy)


def check_anchors(path: Path, redirect: Redirect, old: Iterable[Line], new: Iterable[Line]) -> None:
    """Check that a redirect between briefs leads each anchor to its own words.

    Browsers carry the fragment of an address (#p7) over a redirect unchanged, so it must mean the
    same on both pages. `old` and `new` are the ledger lines of both briefs. Raises ArchiveError.
    """
    words = {line.anchor: line.digest for line in new}
    if redirect.new.folder != "briefs":
        problem, remedy = (
            f"a brief cannot be redirected to {redirect.new}",
            "Name the brief that took its place, or withdraw it.",
        )
        raise ArchiveError(path, redirect.old, problem, remedy)
    if lost := [line.anchor for line in old if words.get(line.anchor) != line.digest]:
        problem = f"{', '.join(lost)} would lead to other words, or to none, at {redirect.new}"
        remedy = f"Remove the redirect, and withdraw that brief with --instead {redirect.new.id}."
        raise ArchiveError(path, redirect.old, problem, remedy)


def _end(redirect: Redirect, redirects: Mapping[Address, Redirect]) -> Address | None:
    """Return the address where a chain of redirects ends; None for a circle."""
    seen, address = {redirect.old}, redirect.new
    while address in redirects:
        if address in seen:
            return None
        seen.add(address)
        address = redirects[address].new
    return address
