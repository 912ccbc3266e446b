"""`briefs replace`: replaces a text by a new copy; every anchor keeps its block.

- A block whose words are in both copies keeps its number without any ledger line.
- A block whose words changed is matched by the words that are left, and keeps its number.
- A block that is missing from the new copy leaves its anchor empty.
- A new block gets the next free number. If an earlier copy had its words, it gets that number.

The ledger records all but the new blocks.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from difflib import SequenceMatcher
from itertools import pairwise
from pathlib import Path

from archive.commands.correct import correct, edit_record, has_readers
from archive.commands.proposal import Answers
from archive.errors import ArchiveError, raise_first
from archive.readers import read
from archive.reading.model import Kind
from archive.records.decisions import with_ranges, words
from archive.records.ledger import GONE, REPLACED, digest, gone_anchors, name_of, pair_blocks
from archive.records.library import Brief, Library, load_library
from archive.records.record import BASIS_FIELDS, Range
from archive.records.verify import held_words, with_unclaimed
from archive.sources.address import PageAddress
from archive.sources.encodings import UTF_8
from archive.sources.source import Source
from archive.store import Archive
from archive.text.normal_forms import normalise

# Two blocks with at least this share of words in common (difflib's ratio) are one that changed.
_MIN_SIMILARITY = 0.5
# An old block is compared with this many new ones. All with all takes minutes for a long text.
_SEARCH_WINDOW = 25
# The fields of a record that a new copy may print differently, and those of them that are found in
# it as `briefs correct` finds them.
_FOUND = (
    "title",
    "author",
    "affiliation",
    "institute",
    "series",
    "number",
    "date",
    "language",
    "source",
    "saved",
)
FIELDS = ("title_printed", "rights", "access", *_FOUND)
_WORDS_AROUND_A_CHANGE = 6
_WITHDRAW = "If it is the same brief nevertheless, withdraw this one and add the new text."


@dataclass(frozen=True, slots=True)
class Difference:
    """A change in one block: `old` words, or "", become `new` words, or "".

    `anchor` is "" for a new block. An anchor without `old` words belongs to a block that an
    earlier copy had, and that has come back.
    """

    anchor: str
    old: str
    new: str

    def __str__(self) -> str:
        if self.old and self.new:
            return f"{self.anchor:5} {word_diff(self.old, self.new)}"
        change = "gone: " if self.old else "back: " if self.anchor else ""
        return f"{self.anchor or 'new':5} {change}{_first_words(self.old or self.new)}"


def replace_text(
    library: Library, id: str, file: Path | PageAddress, answers: Answers
) -> tuple[Archive, list[object]]:
    """Replace the text of the brief `id` by the new copy `file`; `answers` are about its record.

    Returns the archive with the new text, record and ledger staged, and what differs. Raises
    ArchiveError when `file` is the same text, is not a text, shares no paragraph with the old text,
    lacks lines that the record marks, or does not print what the record has.
    """
    archive, brief = library.archive, library.find(id)
    data, answers = answers.receive(file)
    source = Source.from_bytes(data, file, answers.fields.get("encoding"))
    ranges = _moved_ranges(brief, source)
    differences = _compare(library, brief, source, ranges, file)
    given = {name: value for name, (value, *_) in answers.own.items()} | answers.fields
    fields = {name: given[name] for name in FIELDS if name in given and name not in _FOUND}
    rest = replace(
        answers,
        fields={name: value for name, value in answers.fields.items() if name not in fields},
        own={name: values for name, values in answers.own.items() if name not in fields},
    )
    unread = {"kind": "supplied", "evidence": answers.reason}
    values = {
        **fields,
        "sha256": source.sha256,
        "encoding": None if source.encoding == UTF_8 else source.encoding,
        **({"checked_by": None} if differences else {}),
        "ranges": [moved.entry for moved in ranges],
        # Until it is known what the new copy prints.
        "basis": {name: asdict(basis) for name, basis in brief.record.basis.items()}
        | dict.fromkeys(rest.given.intersection(BASIS_FIELDS), unread),
    }
    name, day = f"briefs/{id}.yml", answers.today
    changed = (*fields, "text") if has_readers(archive, id) else ()
    changes = ({"date": day, "field": one, "reason": answers.reason} for one in changed)
    files = {
        archive.source_name(id): None,
        f"briefs/{id}{source.form}": data,
        name: edit_record(brief.record.path, archive.text(name), values, changes).encode(),
        **_ledger_of(archive, id, differences, day),
    }
    staged, corrected = _correct_record(archive.stage(files), brief, rest, file)
    # A line of the new copy may be one that the record holds now.
    shown = {digest(words(block)) for block in load_library(staged).find(id).reading.shown}
    return staged, [
        *(one for one in differences if one.anchor or digest(one.new) in shown),
        *corrected,
    ]


def _ledger_of(
    archive: Archive, id: str, differences: Iterable[Difference], day: str
) -> dict[str, bytes]:
    """Return the file of later copies with the lines of this one, if it needs any."""
    name = name_of(id, REPLACED)
    lines = [
        f"{difference.anchor}\t{digest(difference.new) if difference.new else GONE}\t{day}\n"
        for difference in differences
        if difference.anchor
    ]
    return {name: "".join([archive.text(name, ""), *lines]).encode()} if lines else {}


def _correct_record(
    staged: Archive,
    brief: Brief,
    answers: Answers,
    file: Path | PageAddress,
) -> tuple[Archive, list[str]]:
    """Correct the record of a brief that is `staged` with the new copy `file` of its text.

    Returns the archive with it, and what differs. Raises ArchiveError, about the new copy, when
    that does not print what the record has.
    """
    try:
        return correct(load_library(staged), brief.id, answers)
    except ArchiveError as error:
        field = error.field.rpartition(".")[2].partition("[")[0].replace("printed", "author")
        if error.file != str(brief.record.path) or field not in FIELDS:
            raise
        raise ArchiveError(
            file,
            field,
            f"of the new copy, {error.problem}",
            f"Say what it has: --set {field}=….",
        ) from None


def _compare(
    library: Library,
    brief: Brief,
    source: Source,
    ranges: Sequence[Range],
    file: Path | PageAddress,
) -> list[Difference]:
    """Compare the new copy `file` with the text of a brief."""
    reading = with_ranges(
        brief.record.path,
        ranges,
        with_unclaimed(brief.record, read(source), library.authority),
        {line.digest for line in brief.lines},
        held_words(brief.record, library.authority),
        date=str(brief.record.date or ""),
    )
    new = [words(block) for block in reading.shown if block.kind is not Kind.LEFT_OUT]
    old = [
        (number, words(block))
        for number, block in enumerate(brief.reading.shown)
        if block.kind is not Kind.LEFT_OUT
    ]
    differences = list(_differences(brief, old, new, file))
    raise_first(
        file,
        (
            source.sha256 == brief.record.sha256,
            "file",
            f"{brief.id} already has this text, byte for byte",
            "There is nothing to replace.",
        ),
        (
            brief.anchors
            and {digest(text) for _, text in old}.isdisjoint(map(digest, new))
            and not any(difference.anchor and difference.new for difference in differences),
            "file",
            f"it shares no paragraph with {brief.id}",
            _WITHDRAW,
        ),
    )
    return list(_restore_anchors(differences, gone_anchors(library.archive, brief.id)))


def _restore_anchors(
    differences: Iterable[Difference], gone: dict[str, str]
) -> Iterator[Difference]:
    """Give a new block the anchor that had its words in an earlier copy.

    `gone` has the digest of the last words of each empty anchor.
    """
    for difference in differences:
        former = (anchor for anchor, value in gone.items() if value == digest(difference.new))
        anchor = difference.anchor or next(former, "")
        gone.pop(anchor, None)
        yield replace(difference, anchor=anchor)


def _differences(
    brief: Brief, old: Sequence[tuple[int, str]], new: Sequence[str], file: Path | PageAddress
) -> Iterator[Difference]:
    """Yield the blocks that differ, in the order of the text; `old` has them by their index.

    A block that only moved does not differ: the ledger finds it by its words. One whose words are
    the same in normal form keeps its anchor, too. Raises ArchiveError, which names `file`, when too
    many blocks have the same words.
    """
    aligned, moved = pair_blocks(
        [digest(normalise(text)) for _, text in old],
        [{digest(normalise(text))} for text in new],
        file,
        _WITHDRAW,
    )
    yield from (
        Difference(brief.anchors[old[place][0]], old[place][1], new[index])
        for place, index in sorted([*aligned, *moved])
        if digest(old[place][1]) != digest(new[index])
    )
    moved_old, moved_new = {old for old, _ in moved}, {new for _, new in moved}
    for (i, k), (j, end) in pairwise([(-1, -1), *aligned, (len(old), len(new))]):
        yield from _pair_similar(
            brief,
            [old[n] for n in range(i + 1, j) if n not in moved_old],
            [new[n] for n in range(k + 1, end) if n not in moved_new],
        )


def _pair_similar(
    brief: Brief, old_blocks: list[tuple[int, str]], new_blocks: list[str]
) -> Iterator[Difference]:
    """Pair each old block with the first new one that is similar, in order."""
    rest = list(new_blocks)
    for number, text in old_blocks:
        match = next(
            (n for n, new in enumerate(rest[:_SEARCH_WINDOW]) if _are_similar(text, new)), None
        )
        yield from (Difference("", "", new) for new in rest[: match or 0])
        yield Difference(brief.anchors[number], text, "" if match is None else rest[match])
        rest = rest if match is None else rest[match + 1 :]
    yield from (Difference("", "", new) for new in rest)


def _are_similar(old: str, new: str) -> bool:
    before, after = (normalise(text).split() for text in (old, new))
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    # The quick ratios are upper bounds of the slow one.
    return all(
        ratio() >= _MIN_SIMILARITY
        for ratio in (matcher.real_quick_ratio, matcher.quick_ratio, matcher.ratio)
    )


def _moved_ranges(brief: Brief, source: Source) -> tuple[Range, ...]:
    """Return the ranges of the record, with the lines that they have in the new copy."""
    old, new = (
        [" ".join(normalise(line).split()) for line in lines]
        for lines in (brief.reading.source.lines, source.lines)
    )
    matcher, moved = SequenceMatcher(None, old, new, autojunk=False), []
    for index, marked in enumerate(brief.record.ranges, 1):
        offset = next(
            (
                match.b - match.a
                for match in matcher.get_matching_blocks()
                if match.a < marked.first and marked.last <= match.a + match.size
            ),
            None,
        )
        if offset is None:
            raise ArchiveError(
                brief.record.path,
                f"ranges[{index}].lines",
                f"the new copy does not have all of these lines ({marked.lines})",
                f"Take it back (`briefs correct {brief.id} --mark {marked.lines}= --reason …`), "
                "replace the text, and mark the lines of the new copy.",
            )
        moved.append(replace(marked, first=marked.first + offset, last=marked.last + offset))
    return tuple(moved)


def word_diff(old: str, new: str) -> str:
    """Return both texts as one, with deleted words in [-…-] and inserted ones in {+…+}.

    That is the format of GNU wdiff. The middle of a long unchanged passage is left out.
    """
    before, after, context = old.split(), new.split(), _WORDS_AROUND_A_CHANGE
    parts = []
    for tag, i, j, k, end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag != "equal":
            parts += [f"[-{' '.join(before[i:j])}-]"] if i < j else []
            parts += [f"{{+{' '.join(after[k:end])}+}}"] if k < end else []
        elif j - i > 2 * context:
            parts += [*before[i : i + context], "…", *before[j - context : j]]
        else:
            parts += before[i:j]
    return " ".join(parts)


def _first_words(text: str) -> str:
    all_words, limit = text.split(), 2 * _WORDS_AROUND_A_CHANGE
    return " ".join(all_words if len(all_words) <= limit else [*all_words[:limit], "…"])
