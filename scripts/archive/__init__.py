"""The archive of policy briefs: texts and records in, a static website out.

The packages are its wings, in the order of the data. A wing imports only from the wings above it
and from the modules beside them; tests/test_imports.py enforces this.

- `text`: words and characters; knows nothing of briefs
- `sources`: bytes as received, turned into lines
- `reading`: lines, turned into statements and blocks
- `readers`: one reader for each publisher's format
- `records`: what curators know, checked against the readings
- `exports`: briefs and lists in formats for other programs
- `pages`: the library, turned into Markdown
- `site`: the output of the engine, turned into what is published
- `commands`: what curators do, one module for each command

`convert` (briefs/ to docs/) and `build` (docs/ to site/) drive them, and `cli` is the command line.
Any wing may use `errors`, `store`, `cache`, `parallel` and `progress`.
"""

__version__ = "1.0.0"
