"""What all tests share: where the repository is, its authority files, and the cases, which are data."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from archive.authority import Authority, load_authority

ROOT = Path(__file__).parent.parent
CASES = ROOT / "tests" / "cases"


def cases(name: str) -> Any:
    """The content of tests/cases/<name>.yml."""
    return yaml.safe_load((CASES / f"{name}.yml").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def authority() -> Authority:
    return load_authority(ROOT / "briefs" / "authority")
