"""The Content-Security-Policy of a built page: the site's own files and the scripts of its templates run in it, nothing else."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256

_CHARSET = re.compile(r"<meta charset=[^>]*>", re.IGNORECASE)
_SCRIPT = re.compile(r"<script\b([^>]*)>(.*?)</script>", re.DOTALL | re.IGNORECASE)
# The templates put no script there; one that were in it would have come with a text.
_ARTICLE = re.compile(r"<article\b.*</article>", re.DOTALL | re.IGNORECASE)
# A script of another type is data: browsers do not run it.
_IS_RUN = re.compile(r"type=[\"']?(?:module|text/javascript)")
# Pages ask no other host for anything; MkDocs Material and the charts need pictures in their stylesheets.
_DIRECTIVES = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; script-src 'self'"
# Pagefind compiles its program in the page of the search, the only one that loads a module.
_PAGEFIND = " 'wasm-unsafe-eval'"


def with_policy(page: str) -> str:
    """The page with its policy straight after its charset, where it holds for all that follows.

    Scripts that stand in the page itself are allowed by the SHA-256 of their text (Content Security Policy Level 3, 8.3).
    """
    hashes: dict[str, None] = {}
    module = False
    for attributes, code in _SCRIPT.findall(_ARTICLE.sub("", page)):
        module = module or 'type="module"' in attributes
        if "src=" not in attributes and ("type=" not in attributes or _IS_RUN.search(attributes)):
            hashes[f" 'sha256-{b64encode(sha256(code.encode()).digest()).decode()}'"] = None
    policy = _DIRECTIVES + (_PAGEFIND if module else "") + "".join(hashes)
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    return _CHARSET.sub(lambda found: found[0] + meta, page, count=1)
