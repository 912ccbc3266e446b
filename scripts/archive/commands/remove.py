"""`briefs remove`: undoes `briefs add` of a brief that is not published.

A published brief can only be withdrawn, since its address was given out.
"""

from collections.abc import Iterator, Sequence, Set

from archive.convert import commit
from archive.errors import ArchiveError, raise_first
from archive.records import ledger
from archive.records.authority import AUTHORS, INSTITUTES, Author, Authority, Institute
from archive.records.library import Catalogued, Library, load_library
from archive.records.redirects import REDIRECTS
from archive.records.verify import prints
from archive.records.yamledit import take
from archive.records.yamlfile import parse_yaml
from archive.store import FORMS, Archive
from archive.text.normal_forms import normalise

# A value in an authority file: the file, the mapping or list that has it, its key or itself.
_Entry = tuple[str, tuple[str, ...], str]
# What a curator calls an entry of a file, or of a mapping in one of its entries.
_CALLED = {
    (AUTHORS, ()): "author",
    (INSTITUTES, ()): "institute",
    (INSTITUTES, ("series",)): "series",
}


def remove_brief(archive: Archive, id: str) -> list[str]:
    """Remove a brief's files, its addresses, and the authority entries that only it needs.

    Returns what was removed, in words. A brief is published once git has its ledger on the branch
    main or, in a repository without main, in the last commit. Of one that cannot be read, its files
    alone are removed. Raises ArchiveError when the brief does not exist or is published; nothing is
    changed then.
    """
    record, *texts = (f"briefs/{id}{ending}" for ending in (".yml", *FORMS))
    with archive.locked():
        files = f"{archive.source_name(id) or f'briefs/{id}'}, .yml and its ledger"
        raise_first(
            archive.path(record),
            (
                archive.published(ledger.name_of(id)) is not None,
                "file",
                "this brief is published",
                f'Its address was given out. Use `briefs withdraw {id} --reason "…"`: '
                "its page and its anchors stay.",
            ),
        )
        gone = archive.stage(
            dict.fromkeys([record, *texts, ledger.name_of(id), ledger.name_of(id, ledger.REPLACED)])
        )
        try:
            library = load_library(archive)
        except ArchiveError:
            if record == REDIRECTS or not {record, *texts} & {*archive.names("briefs", "")}:
                raise
            rows = "".join(
                row
                for row in archive.text(ledger.ADDRESSES, "").splitlines(keepends=True)
                if not row.startswith(f"/briefs/{id}/\t")
            )
            return _remove_files(gone.stage({ledger.ADDRESSES: rows.encode()}), id, files)
        brief = next((one for one in library.withdrawn if one.id == id), None) or library.find(id)
        staged, removed = drop_unneeded(
            library, brief, [other for other in library.every if other is not brief], gone
        )
        commit(staged)
    return [files, *removed]


def _remove_files(gone: Archive, id: str, files: str) -> list[str]:
    """Remove the files of a brief that cannot be read; convert if the rest can be.

    Returns in words what was removed: the `files`.
    """
    try:
        commit(gone)
    except ArchiveError:  # another file is at fault, too
        gone.stage({f"docs/briefs/{id}.md": None}).commit()
    return [f"{files}; its entries in briefs/authority/ are still there"]


def drop_unneeded(
    library: Library, brief: Catalogued, rest: Sequence[Catalogued], staged: Archive
) -> tuple[Archive, list[str]]:
    """Stage the removal of what `brief` brought and `rest` does not need; return what that is.

    `rest` may have the brief itself, as it is now. Published entries and names stay.
    """
    rows, removed = _without_addresses(library, brief, rest)
    texts = {name: staged.text(name) for name in (AUTHORS, INSTITUTES)}
    needed = {entry for name in texts for entry in _published(library.archive, name)}
    needed |= {one for other in rest for one in _entries(library.authority, other, needed)}
    for name, where, key in dict.fromkeys(_entries(library.authority, brief, needed)):
        if (name, where, key) not in needed:
            text = take(staged.path(name), texts[name], where, key)
            # Of an entry that is gone, no part is left.
            if text != texts[name] and (kind := _CALLED.get((name, where[1:]))):
                removed.append(f"{kind} {key}")
            texts[name] = text
    texts[ledger.ADDRESSES] = rows
    return staged.stage({name: text.encode() for name, text in texts.items()}), removed


def _without_addresses(
    library: Library, brief: Catalogued, rest: Sequence[Catalogued]
) -> tuple[str, list[str]]:
    """Return the ledger without the unpublished addresses that only `brief` has, and these."""
    published = ledger.load_published_addresses(library.archive).keys()
    needed = {address for other in rest for address in (other.address, *other.lists)}
    # Every theme has a page, with or without briefs.
    own = {address for address in brief.lists if address.folder != "themes"} | {brief.address}
    removed = own - needed - published
    # This brief may have been the one for which a long list was split into years and months.
    # All these addresses go; convert adds those that are still needed.
    rows = (
        f"{one}\t{day}\n"
        for one, day in library.addresses.items()
        if one in published or not (one in removed or one.is_part)
    )
    return "".join(rows), sorted(removed)


def _entries(authority: Authority, brief: Catalogued, needed: Set[_Entry]) -> Iterator[_Entry]:
    """Yield the entries that a brief needs, and what it prints of them.

    What is `needed` already is not looked for in its text.
    """
    credits = [one for one in brief.record.authors if one.id in authority.authors]
    owners: list[tuple[str, Author | Institute]] = [
        *((AUTHORS, authority.authors[credit.id]) for credit in credits),
        *((INSTITUTES, body) for body in brief.institutes),
    ]
    yield from ((file, (), owner.id) for file, owner in owners)
    yield from (
        (file, (owner.id, "names"), name.name)
        for file, owner in owners
        for name in owner.names
        if name.basis == f"printed in {brief.id}"
    )
    yield from (
        (AUTHORS, (credit.id, "variants"), variant)
        for credit in credits
        for variant in authority.authors[credit.id].variants
        if normalise(variant) == normalise(credit.printed)
    )
    if series := brief.series:
        where = (brief.issuer.id, "series")
        yield INSTITUTES, where, series.id
        yield from (
            entry
            for name in series.other_names
            for entry in [(INSTITUTES, (*where, series.id, "other_names"), name)]
            if entry not in needed and prints(brief.source_text or "", name)
        )


def _published(archive: Archive, name: str) -> Iterator[_Entry]:
    """Yield all that an authority file has as published, if it is."""
    text = (archive.published(name) or b"").decode()
    return _parts(name, (), parse_yaml(archive.path(name), text, may_be_empty=True))


def _parts(name: str, where: tuple[str, ...], value: object) -> Iterator[_Entry]:
    for part in value if isinstance(value, dict | list) else ():
        yield name, where, next(iter(part.values()), "") if isinstance(part, dict) else part
        if isinstance(value, dict):
            yield from _parts(name, (*where, part), value[part])
