"""archive.site.csp: what may run in a page. test_site_reading tries the policy in a browser."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256

from archive.site.csp import with_policy

PAGE = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>x</title>{}</head>'
    "<body></body></html>"
)


def policy(*inside: str) -> str:
    page = with_policy(PAGE.format("".join(inside)))
    before, content = page.split('<meta http-equiv="Content-Security-Policy" content="')
    assert before.endswith('<meta charset="utf-8">')
    return content.split('"')[0]


def allowed(code: str) -> str:
    return f"'sha256-{b64encode(sha256(code.encode()).digest()).decode()}'"


def test_scripts_in_the_page_are_allowed_by_their_text_once() -> None:
    code = "a()\n"
    content = policy(
        f"<script>{code}</script>",
        '<script type="text/javascript">é</script>',
        f"<script>{code}</script>",
    )
    assert content.endswith(f"script-src 'self' {allowed(code)} {allowed('é')}")


def test_a_script_that_came_with_a_text_is_not_allowed() -> None:
    page = PAGE.replace(
        "</body>", "<article><p><script>steal()</script></p></article><script>own()</script></body>"
    )
    assert allowed("own()") in with_policy(page)
    assert allowed("steal()") not in with_policy(page)


def test_data_and_the_sites_own_files_need_no_permission() -> None:
    data = (
        '<script type="application/ld+json">{}</script>'
        '<script id="__config" type="application/json">{}</script>'
    )
    assert policy(data, '<script src="a.js"></script>').endswith("script-src 'self'")


def test_only_the_search_page_may_compile() -> None:
    assert "wasm-unsafe-eval" not in policy()
    assert "wasm-unsafe-eval" not in policy('<script type="module" src="missing.js"></script>')
    assert policy('<script type="module" src="../assets/search/page.js"></script>').endswith(
        "script-src 'self' 'wasm-unsafe-eval'"
    )


def test_nothing_else_is_allowed() -> None:
    assert policy().startswith(
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
        "form-action 'self';"
    )
    assert "unsafe-inline" not in policy()
