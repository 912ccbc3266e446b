"""The one error that people see: it names the file, the field and the remedy."""

from __future__ import annotations

from pathlib import Path


class ArchiveError(Exception):
    """Something a curator can mend.

    `file` is where it stands (shown as given), `field` the record field, line or command it concerns, `problem` what is
    wrong and `remedy` what to do about it.
    """

    def __init__(self, file: Path | str, field: str, problem: str, remedy: str) -> None:
        self.file, self.field, self.problem, self.remedy = str(file), field, problem, remedy
        super().__init__(f"{self.file}: {field}: {problem}. {remedy}")

    def __reduce__(self) -> tuple[type[ArchiveError], tuple[str, str, str, str]]:
        return ArchiveError, (self.file, self.field, self.problem, self.remedy)
