"""Runs `briefs convert`, as `python scripts/convert.py`."""

import sys

from archive.cli import main

if __name__ == "__main__":
    main(["convert", *sys.argv[1:]], prog_name="briefs")
