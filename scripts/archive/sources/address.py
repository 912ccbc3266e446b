"""Fetch a page from an address of the public web, as received.

A page or a server must not make the archive read what only this machine or its network can. So the
addresses of each host are checked, also of one that a redirect names, and the connection goes to
the address that was checked. Nothing is fetched through a proxy, which would look up the host again
by itself. No cookies and no passwords are sent.
"""

import re
import socket
import ssl
import zlib
from contextlib import suppress
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection, responses
from ipaddress import ip_address
from multiprocessing import TimeoutError as OutOfTime
from multiprocessing.pool import ThreadPool
from pathlib import Path
from urllib.parse import quote, unquote, urljoin, urlsplit, urlunsplit

from archive.errors import ArchiveError, raise_first
from archive.sources.encodings import named_encoding
from archive.sources.source import read_bytes

_MAX_BYTES = 20 * 1024 * 1024
_MAX_REDIRECTS = 5
_SECONDS = 30.0
_HEADERS = {
    "User-Agent": "korea-japan-briefs (an archive of policy briefs; a curator asks for this page)",
    "Accept": "text/html, application/xhtml+xml, application/pdf, */*;q=0.5",
    "Accept-Encoding": "identity",
    "Connection": "close",
}
# Signs that an address may hold as they are; "%", since others are escaped already.
_SAFE = "%/:=&?~+!$,;'@()*[]"
# What Python counts as global, and is not public: networks of IPv6 around one of IPv4 are reserved.
_SPECIAL = ("is_multicast", "is_reserved", "is_site_local", "sixtofour")
_SAVE_IT = "Open it in a browser, save the page, and give that file."
# What went wrong, by the kind of error.
_PROBLEMS: tuple[tuple[type[Exception], str], ...] = (
    (TimeoutError, f"there is no whole answer within {_SECONDS:.0f} seconds"),
    (OutOfTime, f"there is no whole answer within {_SECONDS:.0f} seconds"),
    (socket.gaierror, "its host is not known ({error.strerror})"),
    (ssl.SSLCertVerificationError, "its host is not proved ({error.verify_message})"),
    (ssl.SSLError, "no safe connection to its host can be made ({error.reason})"),
    (HTTPException, "what comes is cut off, or not the answer of a web server"),
    (zlib.error, "what comes is damaged"),
    (ValueError, "this is not the whole address of a page"),
    (OSError, "its host cannot be reached ({error.strerror})"),
)


class PageAddress(str):
    """An address of the web where the path of a file may stand; all of it is its name."""

    @property
    def name(self) -> str:
        """The address."""
        return str(self)


def fetch(address: str, *, allow_local: bool) -> tuple[bytes, dict[str, str]]:
    """Fetch the page at an address, within _SECONDS whatever its server does.

    Returns it with fields of its record: `source`, which is the address or, if that moved for good,
    the new one; and `encoding`, if the server names it and the page does not. Raises ArchiveError
    when that fails, or when the address leads to this machine or to a network that is not public:
    there it may if `allow_local`.
    """
    opened: list[socket.socket] = []
    try:
        with ThreadPool(1) as pool:  # a thread that waits keeps no command from its end
            return pool.apply_async(_follow, (address, allow_local, opened)).get(_SECONDS)
    except tuple(kind for kind, _ in _PROBLEMS) as error:
        words = next(words for kind, words in _PROBLEMS if isinstance(error, kind))
        raise ArchiveError(address, "address", words.format(error=error), _SAVE_IT) from None
    finally:
        for connection in opened:  # so that it waits no longer
            with suppress(OSError), connection:
                connection.shutdown(socket.SHUT_RDWR)


def _follow(
    given: str, allow_local: bool, opened: list[socket.socket]
) -> tuple[bytes, dict[str, str]]:
    """Return what `fetch` does; add the connections to `opened`."""

    def connect(place: tuple[str, int], *_: object) -> socket.socket:
        opened.append(_connect(given, place, allow_local))
        return opened[-1].dup()  # what is made safe is another one

    source = address = _normalise(given, given)
    for _ in range(_MAX_REDIRECTS + 1):
        parts, before = urlsplit(address), address
        client = (HTTPSConnection if parts.scheme == "https" else HTTPConnection)(parts.netloc)
        # What http.client calls with the host that it is to reach; TLS it does itself.
        client._create_connection = connect  # type: ignore[attr-defined]
        client.request("GET", urlunsplit(("", "", *parts[2:4], "")), headers=_HEADERS)
        answer = client.getresponse()
        if answer.status not in (301, 302, 303, 307, 308):
            data = _read_whole(given, answer)
            charset = answer.headers.get_content_charset("")
            named = named_encoding(data, charset) if charset and not named_encoding(data) else None
            return data, {"source": source} | ({"encoding": named} if named else {})
        # A header has bytes, which are mostly of UTF-8.
        target = quote(answer.getheader("Location", ""), safe=f"{_SAFE}#", encoding="latin-1")
        address = _normalise(given, urljoin(address, target))
        source = address if source == before and answer.status in (301, 308) else source
    raise ArchiveError(given, "address", f"it leads on more than {_MAX_REDIRECTS} times", _SAVE_IT)


def _normalise(given: str, address: str) -> str:
    """Return an address in ASCII, without its fragment, which is for browsers only.

    Raises ArchiveError about the one that was `given`, or ValueError.
    """
    parts = urlsplit(address)
    # As browsers do it: escaped signs, and those of other scripts (RFC 3490).
    host = unquote(parts.hostname or "").encode("idna").decode()
    _refuse(
        given,
        (parts.scheme not in ("http", "https"), f"it leads to {parts.scheme}:, not to the web"),
        ("@" in parts.netloc, "it has a name or a password in it"),
        (not re.fullmatch(r"[\w.:-]+", host, re.ASCII), "it has no host"),
    )
    host = (f"[{host}]" if ":" in host else host) + (f":{parts.port}" if parts.port else "")
    path, query = (quote(part, safe=_SAFE) for part in (parts.path or "/", parts.query))
    return urlunsplit((parts.scheme, host, path, query, ""))


def _connect(given: str, place: tuple[str, int], allow_local: bool) -> socket.socket:
    """Connect to the first address of a host that answers, if all of them are public."""
    found = socket.getaddrinfo(*place, type=socket.SOCK_STREAM)
    for ip in (ips := [ip_address(str(one[0])) for *_, one in found]):
        is_public = ip.is_global and not any(getattr(ip, kind, False) for kind in _SPECIAL)
        raise_first(
            given,
            (
                not (is_public or allow_local),
                "address",
                f"{place[0]} is this machine, or in a network that is not public ({ip})",
                "Give --allow-local if that is meant.",
            ),
        )
    for ip in ips[:-1]:
        with suppress(OSError):
            return socket.create_connection((str(ip), place[1]), _SECONDS / len(ips))
    return socket.create_connection((str(ips[-1]), place[1]), _SECONDS)


def _read_whole(given: str, answer: HTTPResponse) -> bytes:
    """Return the content of an answer. Raises ArchiveError when it is not a whole page."""
    data, packing = answer.read(_MAX_BYTES + 1), answer.getheader("Content-Encoding", "").lower()
    unpacker = zlib.decompressobj(16 + zlib.MAX_WBITS)
    if is_packed := packing in ("gzip", "x-gzip"):
        data = unpacker.decompress(data, _MAX_BYTES + 1)
    _refuse(
        given,
        (
            answer.status != 200,
            # Not in the words of a stranger's server.
            f"its server answers {answer.status} {responses.get(answer.status, '')}".rstrip(),
        ),
        (len(data) > _MAX_BYTES, f"more than {_MAX_BYTES:,} bytes: this is not a brief"),
        (answer.length or (is_packed and not unpacker.eof), "what comes is cut off"),
        (
            unpacker.unused_data or not (is_packed or packing in ("", "identity")),
            "it comes packed in a way that was not asked for",
        ),
        (not data.strip(), "the page is empty"),
    )
    return data


def _refuse(given: str, *faults: tuple[object, str]) -> None:
    raise_first(given, *((is_so, "address", problem, _SAVE_IT) for is_so, problem in faults))


def receive(file: Path | PageAddress, *, allow_local: bool) -> tuple[bytes, dict[str, str]]:
    """Read a file, or fetch a page with fields of its record."""
    if isinstance(file, PageAddress):
        return fetch(file, allow_local=allow_local)
    return read_bytes(file), {}
