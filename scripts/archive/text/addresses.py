"""Addresses of the site's pages, as the ledger writes them: /briefs/2022-asan-choi/."""

import re
from pathlib import PurePath
from urllib.parse import quote, urljoin, urlsplit

# The folders of the lists that can be split into years and months.
LISTS = ("themes", "authors", "institutes", "years")
# The folders of docs/ that belong to convert: it removes the pages there that it no longer writes.
OWNED = ("briefs", *LISTS)
# In an address, the year or the month of what has none.
UNDATED = "undated"
_FORM = re.compile(r"(?:/[a-z0-9]+(?:-[a-z0-9]+)*)+/")


class Address(str):
    """The address of a page on the site, with a slash at both ends.

    It is a string, so that it compares, sorts and prints as the ledger writes it.
    """

    __slots__ = ()

    @classmethod
    def of(cls, *parts: str) -> "Address":
        """Return the address of a page from its parts, such as a folder and an id."""
        return cls("/" + "".join(f"{part}/" for part in parts))

    @classmethod
    def of_page(cls, path: PurePath) -> "Address":
        """Return the address that an engine gives to a page, from its path in docs/."""
        names = path.with_suffix("").parts
        return cls.of(*(names[:-1] if names[-1] == "index" else names))

    @property
    def is_valid(self) -> bool:
        """Whether this can be the address of a page below the home page."""
        return bool(_FORM.fullmatch(self))

    @property
    def parts(self) -> list[str]:
        """The names between the slashes."""
        return self.split("/")[1:-1]

    @property
    def folder(self) -> str:
        """The first part: "briefs"; "" for the home page."""
        return self.split("/", 2)[1]

    @property
    def id(self) -> str:
        """The second part, the id of a brief or of a list: "2022-asan-choi"; "" without one."""
        return (*self.parts, "", "")[1]

    @property
    def whole(self) -> "Address":
        """The address of the whole list, for that of its year or month."""
        return Address.of(*self.parts[:2])

    @property
    def is_part(self) -> bool:
        """Whether this is the address of the year or the month of a list."""
        return self.folder in LISTS and len(self.parts) > 2

    @property
    def docs_path(self) -> str:
        """The path in docs/ of the page, which convert writes."""
        path = self.strip("/")
        return f"{path}/index.md" if path in OWNED else f"{path or 'index'}.md"

    def under(self, new: "Address") -> "Address":
        """Return the address of this part when its list moves to `new`.

        That is `new` itself, if it is not a list of the same kind.
        """
        return (
            Address.of(*new.parts, *self.parts[2:])
            if new.folder == self.folder and len(new.parts) == 2
            else new
        )

    def url(self, base: str) -> str:
        """Return the whole address, on the site at the address `base`, which ends in a slash."""
        return base + self[1:]


def web_address(base: str, address: str) -> str:
    """Return an address of the web as a whole; "" if it is of another kind or cannot be one.

    Signs that have a meaning in Markdown or HTML are written in percent.
    """
    try:
        whole = urlsplit(urljoin(base, address.strip()))
        is_web = whole.scheme in ("http", "https") and whole.hostname
        whole = whole._replace(netloc=whole.netloc.encode("idna").decode("ascii"))
    except ValueError:
        return ""
    return quote(whole.geturl(), safe="%/:?#@!$&'+,;=~-._") if is_web else ""
