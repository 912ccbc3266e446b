"""The site that an engine has built: where it is, and where it will stand."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from archive.errors import ArchiveError

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig

NO_CONTACT = "extra.contact in mkdocs.yml is unset: no page has a link to report an error"
_URL = re.compile(r"https?://(?:[A-Za-z0-9.-]+|\[[0-9a-f:]+\])(?::\d+)?(?:/[A-Za-z0-9._~-]+)*/?")
_MAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")


@dataclass(frozen=True, slots=True)
class SiteSettings:
    """`url` is its address and ends in a slash; `contact` the mail address of the archive's desk, None while it is unset."""

    folder: Path
    url: str
    name: str
    description: str
    contact: str | None

    @classmethod
    def of(cls, config: MkDocsConfig) -> SiteSettings:
        """Read from MkDocs' configuration. Raises ArchiveError when the site's address or the contact cannot be one."""
        file = config.config_file_path or "mkdocs.yml"
        if not config.site_url or not _URL.fullmatch(config.site_url):
            problem = f"{config.site_url!r} is no address of a site" if config.site_url else "it is not set"
            remedy = "Write where the site will stand, as https://briefs.example/: every citation and export has its address."
            raise ArchiveError(file, "site_url", problem, remedy)
        contact = config.extra.get("contact") or None
        if contact is not None and not (isinstance(contact, str) and _MAIL.fullmatch(contact)):
            raise ArchiveError(file, "extra.contact", f"{contact!r} is no mail address", 'Write contact: "desk@…", or nothing.')
        url = config.site_url.rstrip("/") + "/"
        return cls(Path(config.site_dir), url, config.site_name, config.site_description or "", contact)

    def file(self, address: str) -> Path:
        """The file of the page at an address of the ledger ("/briefs/")."""
        return self.folder / address.strip("/") / "index.html"
