"""The account of a reading: every character of the source, white space aside, is text, metadata or named furniture."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from archive.reading import Kind, Reading


@dataclass(frozen=True, slots=True)
class Account:
    """Characters (white space aside) by where they went; `faults` names each run that went nowhere, or to two places."""

    text: int
    metadata: int
    furniture: int
    faults: tuple[str, ...]

    @property
    def total(self) -> int:
        """All characters that went somewhere."""
        return self.text + self.metadata + self.furniture


def account(reading: Reading) -> Account:
    """Follow each character of the reading's source to the block that has it."""
    owners: dict[int, list[int]] = {n: [0] * len(line) for n, line in enumerate(reading.source.lines, 1)}
    shares: Counter[str] = Counter()
    for block in reading.blocks:
        share = block.kind.value if not block.shown else "text"
        for span in block.spans:
            for column in range(span.start, span.end):
                owners[span.line][column] += 1
            shares[share] += sum(not c.isspace() for c in reading.source[span.line][span.start : span.end])
    faults = []
    for line, counts in owners.items():
        for wanted, word in ((0, "unaccounted"), (2, "taken twice")):
            run = "".join(c for c, n in zip(reading.source[line], counts, strict=True) if not c.isspace() and min(n, 2) == wanted)
            if run:
                faults.append(f"line {line}: {word}: {run[:60]}")
    return Account(shares["text"], shares[Kind.METADATA], shares[Kind.FURNITURE], tuple(faults))
