"""The archive of Korea–Japan policy briefs: from source texts and records to the Markdown of a site.

The stages, in the order in which data flows: `source` (bytes to lines), `readers` (lines to a `reading`),
`records` and `authority` (what curators know), `themes` (which passages show a theme), `ledger` (addresses for good),
`library` (all of it, checked), `pages` (Markdown), `convert` (to disk). `cli` is the only door for people.
"""
