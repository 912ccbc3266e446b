"""Pages at addresses that lead elsewhere now, for any static host; and the `_redirects` file of hosts that can do better."""

from __future__ import annotations

import posixpath
from html import escape
from urllib.parse import urlsplit

from archive.records.library import Library
from archive.records.redirects import Redirect


def stub(redirect: Redirect, base: str) -> str:
    """A page that leads on at once, the part of the address behind # kept, and says so where nothing runs by itself.

    With JavaScript the script of the site does it; the refresh, which would lose that part, is for readers without.
    """
    to = posixpath.relpath(redirect.new, redirect.old) + "/"
    address = escape(base + redirect.new[1:])
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Moved</title>
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="robots" content="noindex">
<link rel="canonical" href="{address}">
<noscript><meta http-equiv="refresh" content="0; url={to}"></noscript>
</head>
<body>
<main>
<h1>Moved</h1>
<p>What was at this address is now at <a href="{to}">{address}</a>, since {redirect.date}. {escape(redirect.reason)}</p>
</main>
<script src="{posixpath.relpath("/assets/moved.js", redirect.old)}"></script>
</body>
</html>
"""


def redirects_file(library: Library, base: str) -> str:
    """`_redirects`: 301 for what moved, 410 for what was withdrawn.

    Each move stands twice. A stub is at its address too: Netlify follows a rule in spite of a file only when it is forced (!),
    and Cloudflare Pages and GitLab Pages take a forced rule for none. These two do not know 410 either, and leave that line out.
    """
    root = urlsplit(base).path
    lines = [
        "# For hosts that read this file at their root. Others have a page at each of these addresses."
    ]
    for redirect in library.redirects.values():
        old, new = root + redirect.old[1:], root + redirect.new[1:]
        lines += [f"{old} {new} 301!", f"{old} {new} 301"]
    lines += [f"{root}briefs/{one.id}/ {root}briefs/{one.id}/ 410!" for one in library.withdrawn]
    return "\n".join(lines) + "\n"
