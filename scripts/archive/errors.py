"""The one error that people see: it names the file, the field and the remedy."""

from pathlib import Path


class ArchiveError(Exception):
    """An error that a curator can correct.

    `file` is the file concerned, as it was given; `field` is the record field, line or command.
    `problem` says what is wrong, and `remedy` what to do about it.
    """

    def __init__(self, file: Path | str, field: str, problem: str, remedy: str) -> None:
        self.file, self.field, self.problem, self.remedy = str(file), field, problem, remedy
        super().__init__(
            f"{self.file}: {field}: {problem}{'' if problem.endswith('?') else '.'} {remedy}"
        )

    def __reduce__(self) -> "tuple[type[ArchiveError], tuple[str, str, str, str]]":
        return ArchiveError, (self.file, self.field, self.problem, self.remedy)


def raise_first(path: Path | str, *faults: tuple[object, str, str, str]) -> None:
    """Raise ArchiveError for the first true fault: whether, the field, the problem, the remedy."""
    for is_fault, field, problem, remedy in faults:
        if is_fault:
            raise ArchiveError(path, field, problem, remedy)
