"""Write pages that redirect old addresses, and the `_redirects` file that some hosts read."""

import posixpath
from html import escape
from urllib.parse import urlsplit

from archive.records.library import Library
from archive.records.redirects import Redirect


def stub(redirect: Redirect, base: str) -> str:
    """Return the page that redirects an old address, and tells readers where to go.

    With JavaScript, moved.js redirects and keeps the fragment of the address. Without it a refresh
    does, which loses the fragment.
    """
    to = posixpath.relpath(redirect.new, redirect.old) + "/"
    address = escape(redirect.new.url(base))
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
<p>This page moved to <a href="{to}">{address}</a> on {redirect.date}. {escape(redirect.reason)}</p>
</main>
<script src="{posixpath.relpath("/assets/moved.js", redirect.old)}"></script>
</body>
</html>
"""


def redirects_file(library: Library, base: str) -> str:
    """Return the file `_redirects`: 301 for addresses that moved, 410 for withdrawn briefs.

    Each move has two rules, because a stub is at the old address too. Netlify prefers the rule to
    the stub only if the rule is forced (!). Cloudflare Pages and GitLab Pages ignore forced rules;
    they also ignore 410.
    """
    root = urlsplit(base).path
    gone = [brief.address.url(root) for brief in library.withdrawn]
    lines = [
        "# For hosts that read this file at their root. "
        "Other hosts show the page at each of these addresses.",
        *(
            f"{redirect.old.url(root)} {redirect.new.url(root)} {status}"
            for redirect in library.redirects.values()
            for status in ("301!", "301")
        ),
        *(f"{address} {address} 410!" for address in gone),
    ]
    return "\n".join(lines) + "\n"
