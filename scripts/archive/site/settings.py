"""Read the settings of the site from mkdocs.yml: its folder, address, name and contact."""

import re
from dataclasses import dataclass, field
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig

from archive.errors import ArchiveError

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
        file = config.config_file_path or "mkdocs.yml"
        if not config.site_url or not _URL.fullmatch(config.site_url):
            raise ArchiveError(
                file,
                "site_url",
                (
                    f"{config.site_url!r} is not the address of a site"
                    if config.site_url
                    else "it is not set"
                ),
                "Write the address of the site, such as https://briefs.example/: "
                "every citation and export contains it.",
            )
        contact = config.extra.get("contact") or None
        if contact is not None and not (isinstance(contact, str) and _MAIL.fullmatch(contact)):
            raise ArchiveError(
                file,
                "extra.contact",
                f"{contact!r} is not an e-mail address",
                'Write contact: "desk@…", or leave it empty.',
            )
        return cls(
            Path(config.site_dir),
            config.site_url.rstrip("/") + "/",
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
