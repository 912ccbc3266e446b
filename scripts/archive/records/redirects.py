"""briefs/redirects.yml lists addresses that now lead elsewhere, and why.

An address leads straight to an existing page: one hop, no chains, no circles, and no page hidden
behind a redirect. Where a list moves, the pages of its years and months (archive.pages.listing) are
redirected with it, each to the page of its own year or month.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated

from archive.errors import raise_first
from archive.records.ledger import Line
from archive.records.yamlfile import Day, parse_entries, parse_yaml
from archive.store import Archive
from archive.text.addresses import Address

# The one YAML file in briefs/ that is not a record.
REDIRECTS = "briefs/redirects.yml"


@dataclass(frozen=True, slots=True)
class Redirect:
    """A redirect from `old` to `new`, since the day `date`."""

    old: Annotated[Address, lambda fields, _: Address(fields.key)]
    new: Annotated[Address, lambda fields, name: Address(fields.required(name))] = field(
        metadata={"key": "to"}
    )
    date: Day
    reason: str


def load_redirects(archive: Archive, given_out: Iterable[Address]) -> dict[Address, Redirect]:
    """Read the redirects by their old addresses; none when there is no file.

    `given_out` are the addresses of the ledger. Raises ArchiveError on an invalid redirect.
    """
    path = archive.path(REDIRECTS)
    content = parse_yaml(path, archive.text(REDIRECTS, ""), may_be_empty=True)
    redirects = {Address(old): new for old, new in parse_entries(path, content, Redirect).items()}
    raise_first(
        path,
        *(
            (
                not address.is_valid,
                old,
                f"{address!r} is not the address of a page",
                "Write it as the ledger does, with a slash at both ends: /authors/okonogi-masao/.",
            )
            for old, redirect in redirects.items()
            for address in (old, redirect.new)
        ),
    )
    return redirects | {
        part: replace(whole, old=part, new=part.under(whole.new))
        for part in given_out
        if part.is_part and part not in redirects and (whole := redirects.get(part.whole))
    }


def check_redirects(
    path: Path,
    redirects: Mapping[Address, Redirect],
    pages: Collection[Address],
    given_out: Collection[Address],
) -> None:
    """Check that redirects lead from addresses without pages straight to pages.

    `pages` are the addresses that have one. `given_out` are the addresses of the ledger, which the
    old addresses must be among. Raises ArchiveError on the first redirect that fails.
    """
    for redirect in redirects.values():
        old, new, end = redirect.old, redirect.new, _end(redirect, redirects)
        raise_first(
            path,
            (
                old in pages,
                old,
                "there is a page at this address",
                "Remove the redirect, or give the page another address.",
            ),
            (end in redirects, old, "it leads in a circle", 'Write to: "the page that is meant".'),
            (end != new, old, f"it leads to {new}, which leads elsewhere", f'Write to: "{end}".'),
            (new not in pages, old, f"there is no page at {new}", "Name the page that is meant."),
            (
                old not in given_out,
                old,
                "this address was never given out",
                "Write an address from briefs/ledger/addresses.tsv, or remove the redirect.",
            ),
        )


def check_anchors(path: Path, redirect: Redirect, old: Iterable[Line], new: Iterable[Line]) -> None:
    """Check that a redirect between briefs leads each anchor to its own words.

    Browsers carry the fragment of an address (#p7) over a redirect unchanged, so it must mean the
    same on both pages. `old` and `new` are the ledger lines of both briefs. Raises ArchiveError.
    """
    words = {line.anchor: line.digest for line in new}
    lost = [line.anchor for line in old if words.get(line.anchor) != line.digest]
    raise_first(
        path,
        (
            redirect.new.folder != "briefs",
            redirect.old,
            f"a brief cannot be redirected to {redirect.new}",
            "Name the brief that took its place. Or remove the redirect, restore the files of "
            f"{redirect.old.id}, and withdraw it.",
        ),
        (
            lost,
            redirect.old,
            f"{', '.join(lost)} would lead to other words, or to none, at {redirect.new}",
            f"Remove the redirect, restore the files of {redirect.old.id}, "
            f"and withdraw it with --instead {redirect.new.id}.",
        ),
    )


def _end(redirect: Redirect, redirects: Mapping[Address, Redirect]) -> Address:
    """Return the address where a chain of redirects ends; of a circle, one that is redirected."""
    seen, address = {redirect.old}, redirect.new
    while address in redirects and address not in seen:
        seen.add(address)
        address = redirects[address].new
    return address
