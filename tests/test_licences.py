"""Every package that the archive needs to run is permissive: none is under the GPL."""

import re
from importlib.metadata import PackageNotFoundError, distribution

from packaging.requirements import Requirement

PERMISSIVE = re.compile(
    r"MIT|BSD|Apache|ISC|Python|PSF|CNRI|W3C|MPL|HPND|Unlicense|Zlib|dependency licenses",
    re.IGNORECASE,
)
# What a package says of its licence where its metadata do not.
SAID_ELSEWHERE = {"pagefind_bin": "MIT"}


def runtime_packages(name: str, found: dict[str, str]) -> None:
    """Add to `found` the licence of a package and of all that it needs."""
    try:
        package = distribution(name)
    except PackageNotFoundError:  # for another system
        return
    name = package.metadata["Name"].lower().replace("-", "_")
    if name in found:
        return
    metadata = package.metadata.json
    licences = [one for one in metadata.get("classifier", ()) if one.startswith("License ::")]
    said = [metadata.get("license_expression"), metadata.get("license")]
    lines = [text.split("\n")[0] for text in said if isinstance(text, str)]
    found[name] = "; ".join([*lines, *licences]) or SAID_ELSEWHERE.get(name, "")
    for text in package.requires or ():
        needed = Requirement(text)
        if needed.marker is None or needed.marker.evaluate({"extra": ""}):
            runtime_packages(needed.name, found)


def test_all_packages_that_run_are_permissive() -> None:
    found: dict[str, str] = {}
    runtime_packages("korea-japan-briefs", found)
    assert {"selectolax", "extruct", "htmldate", "mammoth", "pypdfium2", "mkdocs"} <= found.keys()
    assert {name: said for name, said in found.items() if not PERMISSIVE.search(said)} == {}
    assert {name: said for name, said in found.items() if re.search(r"\bA?GPL|GNU", said)} == {}
