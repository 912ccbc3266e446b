"""Read the settings of the site from mkdocs.yml: its folder, address, name and contact."""

import re
from dataclasses import dataclass, field
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig

from archive.errors import raise_first

NO_CONTACT = (
    "extra.contact in mkdocs.yml is not set: no page has “Report an error”. "
    'Write there the address of the desk: contact: "desk@…"'
)
_PLACEHOLDER = "https://briefs.example/"
NO_ADDRESS = (
    f"The site's addresses begin with {_PLACEHOLDER}, in every citation and export. "
    "Write its own address into site_url in mkdocs.yml, or give --site-url"
)
_URL = re.compile(r"https?://(?:[A-Za-z0-9.-]+|\[[0-9a-f:]+\])(?::\d+)?(?:/[A-Za-z0-9._~-]+)*/?")
_MAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")


@dataclass(frozen=True, slots=True)
class SiteSettings:
    """The settings of a site.

    `folder` holds the built site. `url` is its address and ends in a slash. `contact` is the e-mail
    address of the archive's desk, or None.
    """

    folder: Path = field(repr=False)
    url: str
    name: str
    description: str
    contact: str | None

    @classmethod
    def of(cls, config: MkDocsConfig) -> "SiteSettings":
        """Return the settings in MkDocs' configuration.

        Raises ArchiveError when the site's address or the contact is not valid.
        """
        url, contact = config.site_url or "", config.extra.get("contact") or None
        raise_first(
            config.config_file_path or "mkdocs.yml",
            (
                not _URL.fullmatch(url),
                "site_url",
                f"{url!r} is not the address of a site" if url else "it is not set",
                "Write the address of the site, such as https://briefs.example/: "
                "every citation and export contains it.",
            ),
            (
                contact and not (isinstance(contact, str) and _MAIL.fullmatch(contact)),
                "extra.contact",
                f"{contact!r} is not an e-mail address",
                'Write contact: "desk@…", or leave it empty.',
            ),
        )
        return cls(
            Path(config.site_dir),
            url.rstrip("/") + "/",
            config.site_name,
            config.site_description or "",
            contact,
        )

    @property
    def notices(self) -> list[str]:
        """What mkdocs.yml should say and does not, as long as the archive has no home."""
        return [
            *([] if self.contact else [NO_CONTACT]),
            *([NO_ADDRESS] if self.url == _PLACEHOLDER else []),
        ]

    def file(self, address: str) -> Path:
        """Return the file of the page at an address such as "/briefs/"."""
        return self.folder / address.strip("/") / "index.html"
