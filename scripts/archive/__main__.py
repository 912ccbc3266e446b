"""`python -m archive` is `briefs`."""

from archive.cli import main

main(prog_name="briefs")
