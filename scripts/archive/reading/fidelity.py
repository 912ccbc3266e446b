"""Account for every character of a source, white space aside: text, metadata or furniture.

Signs of structure are text: the ❍ of a point, and the pipes and rules of a table.
"""

from collections import Counter
from dataclasses import dataclass

from archive.reading.model import Kind, Reading


@dataclass(frozen=True, slots=True)
class Account:
    """How many characters went where; `faults` names each run that went nowhere or twice."""

    text: int
    metadata: int
    furniture: int
    faults: tuple[str, ...]

    @property
    def total(self) -> int:
        """The number of characters that went somewhere."""
        return self.text + self.metadata + self.furniture


def account(reading: Reading) -> Account:
    """Follow each character of the reading's source to its block."""
    taken: dict[int, list[tuple[int, int]]] = {}
    shares: Counter[str] = Counter()
    for block in reading.blocks:
        share = (
            Kind.FURNITURE
            if block.kind is Kind.LEFT_OUT
            else "text"
            if block.shown
            else block.kind.value
        )
        for span in block.spans:
            taken.setdefault(span.line, []).append((span.start, span.end))
            shares[share] += len("".join(reading.source[span.line][span.start : span.end].split()))
    faults = []
    for number, line in enumerate(reading.source.lines, 1):
        reached = 0
        for start, end in [*sorted(taken.get(number, ())), (len(line), len(line))]:
            for first, last, fault in (
                (reached, start, "unaccounted"),
                (start, min(reached, end), "taken twice"),
            ):
                if first < last and (words := line[first:last].strip()):
                    faults.append(f"line {number}: {fault}: {''.join(words.split())[:60]}")
            reached = max(reached, end)
    return Account(shares["text"], shares[Kind.METADATA], shares[Kind.FURNITURE], tuple(faults))
