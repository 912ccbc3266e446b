"""Run `briefs`, also as `python -m archive`."""

import sys


def main() -> None:
    """Run the command line. Ctrl-C ends it with 130, even while its modules are being read."""
    try:
        from archive.cli import main as run  # noqa: PLC0415
    except KeyboardInterrupt:
        sys.stderr.write("\nbriefs: cancelled; nothing was written\n")
        sys.exit(130)
    run(prog_name="briefs")


if __name__ == "__main__":
    main()
