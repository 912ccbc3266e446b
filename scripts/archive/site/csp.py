"""Add to a built page its Content-Security-Policy.

The site's own files and the scripts of its templates run in the page, and nothing else does.
"""

import re
from base64 import b64encode
from hashlib import sha256

_CHARSET = re.compile(r"<meta charset=[^>]*>", re.IGNORECASE)
_SCRIPT = re.compile(r"<script\b([^>]*)>(.*?)</script>", re.DOTALL | re.IGNORECASE)
# The templates put no script into the article: one there would have come with a text.
_ARTICLE = re.compile(r"<article\b.*</article>", re.DOTALL | re.IGNORECASE)
# Browsers run only scripts of these types; others hold data.
_RUNNABLE_TYPE = re.compile(r"type=[\"']?(?:module|text/javascript)")
# Pages ask no other host for anything. Material's stylesheets and the charts hold data: pictures.
_DIRECTIVES = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; script-src 'self'"
)
# Pagefind compiles its program on the search page, the only page that loads a script of its folder.
_WASM_SOURCE = " 'wasm-unsafe-eval'"


def with_policy(page: str) -> str:
    """Return the page with its policy right after its charset, so that it covers all that follows.

    Inline scripts are allowed by the SHA-256 of their text (Content Security Policy Level 3, 8.3).
    """
    scripts = _SCRIPT.findall(_ARTICLE.sub("", page))
    hashes = dict.fromkeys(
        f" 'sha256-{b64encode(sha256(code.encode()).digest()).decode()}'"
        for attributes, code in scripts
        if "src=" not in attributes
        and ("type=" not in attributes or _RUNNABLE_TYPE.search(attributes))
    )
    searches = any("assets/search/" in attributes for attributes, _ in scripts)
    policy = _DIRECTIVES + (_WASM_SOURCE if searches else "") + "".join(hashes)
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    return _CHARSET.sub(lambda match: match[0] + meta, page, count=1)
