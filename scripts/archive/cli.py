"""The command `briefs`.

Exit codes: 0 fine; 1 a check found something; 2 the command could not do its work; 3 it did a part
of it: not every text of several was added; 130 it was interrupted. With --json, what is printed on
stdout is one JSON document; of an error it is {"error": {"file", "field", "problem", "remedy"}}.
"""

import gc
import json
import os
import re
import shutil
import signal
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem

from archive import __version__, convert
from archive.commands import (
    add,
    check,
    correct,
    fields,
    inspect,
    proposal,
    remove,
    replace,
    withdraw,
)
from archive.errors import ArchiveError, raise_first
from archive.pages.links import count
from archive.progress import meter
from archive.readers import read
from archive.reading.marks import MARKS
from archive.records.authority import load_authority
from archive.records.library import load_library
from archive.records.public import today
from archive.records.themes import Theme
from archive.records.yamlfile import Fields, parse_day
from archive.sources.address import PageAddress, receive
from archive.sources.encodings import ENCODINGS
from archive.sources.source import STDIN, Source
from archive.store import Archive
from archive.text.sentences import full_stop

ROOT = Path(__file__).resolve().parents[2]


def _pairs_option(
    *names: str, known: Sequence[str] = (), is_single: bool = True, metavar: str, help: str
) -> Callable[[Any], Any]:
    """Make an option NAME=VALUE, which may be repeated: its values become pairs.

    NAME is one of those `known`, if any are given. Each has one value if it `is_single`, except for
    fields that hold several. For other values, ArchiveError is raised.
    """
    remedy = (
        f"Write one of these before the equals sign: {', '.join(known)}."
        if known
        else "Write it as NAME=VALUE."
    )

    def parse(
        _ctx: click.Context, param: click.Parameter, values: tuple[str, ...]
    ) -> tuple[tuple[str, str], ...]:
        parts = [[part.strip() for part in value.partition("=")] for value in values]
        for value, (name, sign, _) in zip(values, parts, strict=True):
            same = [rest for other, _, rest in parts if other == name]
            raise_first(
                param.opts[0],
                (not (sign and name), value, "this is not NAME=VALUE", remedy),
                (known and name not in known, value, f"{name!r} is not known", remedy),
                (
                    same[1:] and is_single and name not in ("author", "institute", *correct.OWN),
                    name,
                    f"it is given twice, as {' and '.join(map(repr, same))}",
                    "Give it once.",
                ),
            )
        return tuple((name, rest) for name, _, rest in parts)

    return click.option(*names, multiple=True, callback=parse, metavar=metavar, help=help)


def _in_words(_ctx: click.Context, param: click.Parameter, value: str) -> str:
    """Return the value of an option. Raises ArchiveError when it has no words."""
    name = param.opts[0]
    raise_first(
        name, (not value.strip(), str(param.name), "it has no words", f"Write {name} 'A sentence.'")
    )
    return value


class _Text(click.Path):
    """The path of a file, "-" for stdin, or the address of a page."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the path, or the address; neither is opened yet."""
        if re.match("https?://", value, re.IGNORECASE):
            return PageAddress(value)
        return STDIN if value == "-" else super().convert(value, param, ctx)


# The commands in the order of a curator's work, for --help.
_WORKFLOW = {
    "Add": ("inspect", "add", "remove"),
    "Correct": ("correct", "replace", "withdraw"),
    "Publish": ("convert", "check", "build"),
    "Look": ("list",),
}


def _note(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    """Note an option where the whole command finds it, given before or after its name."""
    ctx.meta[str(param.name)] = value or ctx.meta.get(str(param.name))


def _option(*names: str, help: str) -> Callable[[Any], Any]:
    """Make an option that has no value and is noted."""
    return click.option(*names, is_flag=True, expose_value=False, callback=_note, help=help)


_COMMON = (
    _option("-q", "--quiet", help="Print errors and questions only."),
    _option("-v", "--verbose", help="Print each step with its time, and what it changes."),
    click.version_option(__version__, prog_name="briefs", message="%(prog)s %(version)s"),
)


class _Command(click.Command):
    """A command with the options that all have."""

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        for option in _COMMON:
            option(self)


class _Briefs(_Command, click.Group):
    """The group of all commands; an error of any is one line and an exit code."""

    command_class = _Command

    def format_commands(self, _: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands under the headings of _WORKFLOW."""
        for heading, names in _WORKFLOW.items():
            with formatter.section(heading):
                formatter.write_dl([(n, self.commands[n].get_short_help_str(80)) for n in names])

    def main(self, args: Iterable[str] | None = None, *rest: Any, **extra: Any) -> Any:
        """Run a command, and end the program."""
        words = list(sys.argv[1:] if args is None else args) or ["--help"]
        with suppress(ValueError):  # not in the main thread
            signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            code = super().main(words, *rest, **{**extra, "standalone_mode": False})
        except (click.Abort, KeyboardInterrupt) as stop:
            is_written = any(step.startswith("writing") for step in meter.steps)
            what = "what was written is whole" if is_written else "nothing was written"
            # After Ctrl-C at work, click has begun a new line.
            click.echo(("" if stop.__cause__ else "\n") + f"briefs: cancelled; {what}", err=True)
            code = 2 if isinstance(stop.__context__, EOFError) else 130  # Ctrl-D, Ctrl-C
        except (ArchiveError, OSError, click.ClickException) as raised:
            error = raised if isinstance(raised, ArchiveError) else _named(raised)
            if "--json" in words:
                with suppress(OSError):  # stdout may be what is full
                    click.echo(_json({"error": vars(error)}))
            # Where no terminal shows colours, click leaves them out.
            name = "briefs:" if os.environ.get("NO_COLOR") else click.style("briefs:", fg="red")
            click.echo(f"{name} {error}", err=True)
            code = 2
        sys.exit(code)


def _named(error: OSError | click.ClickException) -> ArchiveError:
    """Return an error of the disk or of the command line as a named error."""
    if isinstance(error, OSError):
        return ArchiveError(
            error.filename or "the disk",
            "file",
            error.strerror or str(error),
            "Mend that, and run the command again.",
        )
    command = getattr(getattr(error, "ctx", None), "command_path", "briefs")
    problem, _, near = error.format_message().removesuffix(".").partition(". ")
    return ArchiveError(command, "usage", problem, f"{near} See {command} --help.".strip())


def _json(document: object) -> str:
    return json.dumps(document, ensure_ascii=False, indent=1)


def _is_set(option: str) -> bool:
    return bool(click.get_current_context().meta.get(option))


def _say(words: str, *, err: bool = False) -> None:
    """Print words for a person: none with --quiet; on stderr with --json."""
    meter.draw()
    if not _is_set("quiet"):
        click.echo(words, err=err or _is_set("json"))


def _answer(words: str, document: object) -> None:
    """Print what a command found out: as words or, with --json, as a document."""
    if _is_set("json"):
        click.echo(_json(document))
    elif words:
        _say(words)


def _complete_id(ctx: click.Context, _: click.Parameter, begin: str) -> list[CompletionItem]:
    """Return the ids that begin so, from the names of the records: no archive is read."""
    folder = Path(ctx.find_root().params.get("root") or ROOT, "briefs")
    ids = sorted({file.stem for file in folder.glob("*.yml")} - {"redirects"})
    return [CompletionItem(id) for id in ids if id.startswith(begin)]


def _examples(*commands: str) -> str:
    """Return the end of a command's --help."""
    return "\b\nExamples:\n" + "\n".join(f"  {command}" for command in commands)


_id_argument = click.argument("id", shell_complete=_complete_id)
_json_option = _option("--json", help="Print one JSON document.")


_because_option = _pairs_option(
    "--because",
    metavar="FIELD=WORDS",
    help="How you know the value of a field that the text does not say.",
)
_new_author_option = click.option(
    "--new-author",
    "new_authors",
    multiple=True,
    metavar="ID",
    help="The id of a new author, <family>-<given> or one name.",
)
_new_institute_option = _pairs_option(
    "--new-institute",
    "new_institutes",
    metavar="ID=NAME",
    help="The id and name of a new institute.",
)
_allow_local_option = click.option(
    "--allow-local",
    is_flag=True,
    help="Fetch an address even if it is of this machine or its own network.",
)
_reason_option = click.option(
    "--reason", required=True, callback=_in_words, help="Why, in a sentence for readers."
)
_mark_option = _pairs_option(
    "--mark",
    "marks",
    is_single=False,
    metavar="LINES=KIND",
    help=f"The kind of some lines of the text: {', '.join(MARKS)}. A level or a voice may follow: "
    "heading:2, note:translator.",
)


def _parse_past_day(_ctx: click.Context, param: click.Parameter, value: str) -> str:
    """Parse the day of an option. Raises ArchiveError when it is no day, or is still to come."""
    day = parse_day(fields := Fields(Path(param.opts[0]), {"day": value}), "day")
    fields.refuse(day > today(), "day", f"{day} has not come yet", "Give one that has.")
    return day


_day_option = click.option(
    "--date",
    "day",
    default=today,
    callback=_parse_past_day,
    metavar="DAY",
    help="The day on which it is done (default: today).",
)


@click.group(
    "briefs",
    cls=_Briefs,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=_examples("briefs add inbox/choi.txt", "briefs check", "briefs build --public"),
)
@click.option(
    "--root",
    type=click.Path(path_type=Path, file_okay=False),
    default=ROOT,
    help="The archive's folder (default: the one that this command was installed from).",
)
@click.pass_context
def main(ctx: click.Context, root: Path) -> None:
    """The archive of policy briefs on Korea–Japan relations."""
    # A library stays in memory to the end, so garbage collection finds nothing to free in it.
    # With the default thresholds it took a fifth of the time of reading 10,000 briefs.
    gc.set_threshold(50_000, 20, 100)
    ctx.obj = Archive(root)
    meter.begin(ctx.meta)
    ctx.call_on_close(meter.draw)


@main.command(
    "inspect",
    epilog=_examples("briefs inspect inbox/choi.txt", "pbpaste | briefs inspect - --json"),
)
@click.argument("file", type=_Text(path_type=Path), metavar="FILE|ADDRESS")
@_allow_local_option
@_json_option
@click.pass_obj
def inspect_command(archive: Archive, file: Path | PageAddress, *, allow_local: bool) -> None:
    """Show what the reader makes of a text FILE, a page's ADDRESS, or stdin (-); write nothing."""
    data, fetched = receive(file, allow_local=allow_local)
    reading = read(Source.from_bytes(data, file, fetched.get("encoding")))
    themes = load_authority(archive).themes.values()
    _answer(inspect.as_text(reading, themes), inspect.as_json(reading, themes))


@main.command("convert", epilog=_examples("briefs convert", "briefs convert --check"))
@click.option(
    "--check",
    "only_check",
    is_flag=True,
    help="Write nothing; exit 1 with the list of stale, missing or left-over files.",
)
@_json_option
@click.pass_obj
def convert_command(archive: Archive, *, only_check: bool) -> None:
    """Turn briefs/ into the Markdown pages of docs/; write only what changed."""
    if only_check:
        with archive.locked():
            differences = convert.compare(archive)
        rows = [row.partition(": ") for row in differences]
        _answer(
            "\n".join(differences),
            {"differences": [{"state": state, "file": name} for state, _, name in rows]},
        )
        raise SystemExit(1 if differences else 0)
    done = convert.convert_if_changed(archive)
    changes = asdict(done)
    names = [f"{change}: {name}" for change in changes for name in changes[change]]
    names += [f"{len(done.written)} written, {len(done.removed)} removed"]
    _answer("\n".join(names if _is_set("verbose") else names[-1:]), changes)


@main.command("check", epilog=_examples("briefs check", "briefs check --since main"))
@click.option(
    "--since",
    "ref",
    metavar="REF",
    help="Also fail when a ledger line or a series of that commit is gone or changed.",
)
@click.option(
    "--may-be-public", is_flag=True, help="Also fail when not everyone may read every text today."
)
@_json_option
@click.pass_obj
def check_command(archive: Archive, ref: str | None, may_be_public: bool) -> None:
    """Check records, authority files, ledger and fidelity.

    The exit code is 1 when a character of a text is unaccounted for.
    """
    with archive.locked():
        library = load_library(archive)
        report = check.check(library, today())
        lost = [] if ref is None else check.lost_since(archive, ref)
    warning = check.privacy_warning(library, today()) if may_be_public else None
    faults = [*report.faults, *lost, *filter(None, [warning])]
    _answer(report.table, {**report.document, "faults": faults})
    for fault in faults:
        click.echo(fault, err=True)
    if ref is not None and not lost:
        _say(f"every line of the ledger at {ref} is still there")
    raise SystemExit(1 if faults else 0)


@main.command("list", epilog=_examples("briefs list", "briefs list --json"))
@_json_option
@click.pass_obj
def list_command(archive: Archive) -> None:
    """List the briefs: id, date, institute, state and title, newest first."""
    with archive.locked():
        briefs = check.list_briefs(load_library(archive), today())
    width = shutil.get_terminal_size((0, 0)).columns  # 0 in a pipe, for grep
    _answer(check.format_list(briefs, width), {"briefs": briefs})


@main.command(
    "add",
    epilog=_examples(
        "briefs add inbox/choi.txt --dry-run",
        "briefs add inbox/choi.txt --set institute=asan --set date=2022",
        "briefs add inbox/ --answers answers.yml",
        "briefs add https://institute.example/briefs/choi.html",
    ),
)
@click.argument(
    "files", nargs=-1, required=True, type=_Text(path_type=Path), metavar="FILE|ADDRESS..."
)
@_pairs_option(
    "--set",
    "given",
    known=("author", *fields.SETTABLE),
    metavar="FIELD=VALUE",
    help=f"A field that the text does not say: author, {', '.join(fields.SETTABLE)}.",
)
@_because_option
@_new_author_option
@_new_institute_option
@_mark_option
@click.option(
    "--answers",
    "answers_file",
    type=_Text(path_type=Path),
    help="A YAML file (stdin: -) with answers for some of the files, by name or address: "
    "lee.txt: {date: 2021-03}.",
)
@click.option("--anyway", is_flag=True, help="Add a text even if a similar one is in the archive.")
@_allow_local_option
@click.option("--dry-run", is_flag=True, help="Show what would be added; write nothing.")
@_json_option
@click.pass_obj
def add_command(
    archive: Archive,
    *,
    files: tuple[Path | PageAddress, ...],
    given: tuple[tuple[str, str], ...],
    because: tuple[tuple[str, str], ...],
    new_authors: tuple[str, ...],
    new_institutes: tuple[tuple[str, str], ...],
    marks: tuple[tuple[str, str], ...],
    answers_file: Path | None,
    anyway: bool,
    allow_local: bool,
    dry_run: bool,
) -> None:
    """Add texts as new briefs: files, all of a folder, stdin (-), or pages by their addresses.

    Shows what each text says and asks for what it does not; then writes everything or nothing.
    """
    answers = _answers(
        given,
        because=dict(because),
        new_authors=new_authors,
        new_institutes=dict(new_institutes),
        marks=marks,
        anyway=anyway,
        allow_local=allow_local,
    )
    paths = add.expand_folders(files)
    _refuse_for_several_texts(answers, paths)
    own = add.read_answers(answers_file, paths, answers) if answers_file else {}
    from archive.build import load_settings  # noqa: PLC0415  # importing MkDocs takes 0.5 s

    with archive.locked():
        held, url = proposal.Holdings.of(load_library(archive)), load_settings(archive.root).url
    themes = held.authority.themes.values()
    ask = _terminal_prompt(themes, url) if _is_at_terminal() else None
    outcomes = []
    for outcome in meter.track(
        "reading the texts", add.propose_all(held, paths, answers, ask, own), len(paths)
    ):
        outcomes.append(outcome)
        if len(paths) == 1 and outcome.error:
            raise outcome.error
        whole = outcome.proposal if len(paths) == 1 or dry_run else None
        _say(add.format_proposal(whole, themes, url) if whole else str(outcome))
    ready = [outcome.brief for outcome in outcomes if outcome.brief]
    is_confirmed = bool(ready) and not dry_run and _confirm(f"Add {count(len(ready), 'brief')}?")
    if is_confirmed:
        add.write(held, outcomes)
    _end_adding(outcomes, url, is_done=is_confirmed, dry_run=dry_run)


def _answers(given: Sequence[tuple[str, str]], day: str = "", **others: Any) -> proposal.Answers:
    """Return what a curator says of a text on a day (default: today); `given` are from --set."""
    values = {name: [value for other, value in given if other == name] for name, _ in given}
    return proposal.Answers(
        day or today(),
        authors=tuple(values.pop("author", ())),
        institutes=tuple(values.pop("institute", ())),
        own={name: values.pop(name) for name in correct.OWN if name in values},
        fields={name: value for name, (value, *_) in values.items()},
        **others,
    )


@main.command(
    "correct",
    epilog=_examples(
        "briefs correct 2022-asan-choi --set author=choi-eunmi --reason 'misread'",
        "briefs correct 2022-asan-choi --set theme=gsomia: --reason 'only a name'",
        "briefs correct 2022-asan-choi --mark 12-14=note --reason 'the editors speak'",
    ),
)
@_id_argument
@_pairs_option(
    "--set",
    "given",
    known=("author", *fields.SETTABLE, *correct.OWN),
    metavar="FIELD=VALUE",
    help="The right value of a field; none takes it out. A theme: theme=ID:p3,p7 adds it, "
    "theme=ID: removes it, theme=ID undoes that. affiliation=ID=POST.",
)
@_because_option
@_new_author_option
@_new_institute_option
@_mark_option
@_reason_option
@click.option("--dry-run", is_flag=True, help="Show what would change; write nothing.")
@click.pass_obj
def correct_command(
    archive: Archive,
    *,
    id: str,
    given: tuple[tuple[str, str], ...],
    because: tuple[tuple[str, str], ...],
    new_authors: tuple[str, ...],
    new_institutes: tuple[tuple[str, str], ...],
    marks: tuple[tuple[str, str], ...],
    reason: str,
    dry_run: bool,
) -> None:
    """Correct fields, themes and marked lines of the brief ID, published or not.

    Shows what changes. Links to its paragraphs stay right. LINES= takes a mark back.
    """
    with archive.locked():
        staged, differences = correct.correct(
            load_library(archive),
            id,
            _answers(
                given,
                because=dict(because),
                new_authors=new_authors,
                new_institutes=dict(new_institutes),
                marks=marks,
                reason=reason,
            ),
        )
        _commit_if_confirmed(
            staged,
            differences or ["Nothing changes."],
            f"Correct {id}?",
            f"{id} is corrected.",
            dry_run=dry_run or not differences,
        )


def _commit_if_confirmed(
    staged: Archive, differences: Iterable[object], question: str, done: str, *, dry_run: bool
) -> None:
    """Show what is to change in the `locked` archive, and write that if the curator agrees."""
    for difference in differences:
        _say(str(difference))
    if not dry_run and _confirm(question):
        convert.commit(staged)
        _say(done)


@main.command("replace", epilog=_examples("briefs replace 2022-asan-choi inbox/choi.txt --dry-run"))
@_id_argument
@click.argument("file", type=_Text(path_type=Path), metavar="FILE|ADDRESS")
@click.option(
    "--reason",
    default="a new copy of the text",
    callback=_in_words,
    show_default=True,
    help="Why the text is replaced, for readers of the page.",
)
@_day_option
@_pairs_option(
    "--set",
    "given",
    known=replace.FIELDS,
    metavar="FIELD=VALUE",
    help=f"A field that the new copy prints differently: {', '.join(replace.FIELDS)}.",
)
@click.option(
    "--encoding",
    type=click.Choice(ENCODINGS),
    metavar="ENCODING",
    help="The encoding of the new copy, if it is not detected.",
)
@_new_author_option
@_new_institute_option
@_allow_local_option
@click.option("--dry-run", is_flag=True, help="Show the differences; write nothing.")
@click.pass_obj
def replace_command(
    archive: Archive,
    *,
    id: str,
    file: Path | PageAddress,
    reason: str,
    day: str,
    given: tuple[tuple[str, str], ...],
    encoding: str | None,
    new_authors: tuple[str, ...],
    new_institutes: tuple[tuple[str, str], ...],
    allow_local: bool,
    dry_run: bool,
) -> None:
    """Replace the text of the brief ID by the new copy FILE, a page's ADDRESS, or stdin (-).

    Shows the differences, and keeps every anchor.
    """
    with archive.locked():
        staged, differences = replace.replace_text(
            load_library(archive),
            id,
            file,
            _answers(
                [*given, *([("encoding", encoding)] if encoding else [])],
                day,
                new_authors=new_authors,
                new_institutes=dict(new_institutes),
                allow_local=allow_local,
                reason=reason,
            ),
        )
        _commit_if_confirmed(
            staged,
            differences or ["The words of the text are the same."],
            f"Replace the text of {id}?",
            f"{id} has the new text; its anchors have not changed.",
            dry_run=dry_run,
        )


@main.command("remove", epilog=_examples("briefs remove 2024-harbor-roe"))
@_id_argument
@click.pass_obj
def remove_command(archive: Archive, id: str) -> None:
    """Undo `briefs add` of the brief ID, until it is published.

    A published brief can only be withdrawn.
    """
    for line in remove.remove_brief(archive, id):
        _say(f"removed: {line}")


def _is_at_terminal() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty() and not _is_set("json")


def _confirm(question: str) -> bool:
    """Ask a curator at the terminal. Nobody is asked elsewhere, and the answer is yes."""
    return not _is_at_terminal() or click.confirm(question)


def _end_adding(outcomes: list[add.Outcome], url: str, *, is_done: bool, dry_run: bool) -> None:
    """Print what became of each file; exit with 3 when that is not the same for all."""
    _answer(
        add.format_end(outcomes, url, written=is_done),
        {"files": [add.as_json(outcome, url, written=is_done) for outcome in outcomes]},
    )
    briefs = [outcome.brief for outcome in outcomes]
    if not all(briefs):
        raise SystemExit(3 if any(briefs) and (is_done or dry_run) else 2)


def _refuse_for_several_texts(answers: proposal.Answers, paths: list[Path | PageAddress]) -> None:
    """Raise ArchiveError when an answer that can be true of one text only is given for several."""
    options = {
        "--mark": answers.marks,
        "--set author": answers.authors,
        **{
            f"--set {field.name}": field.is_of_one_text and field.name in answers.fields
            for field in fields.FIELDS
        },
    }
    raise_first(
        "briefs add",
        *(
            (
                options[option] and len(paths) > 1,
                option,
                f"it would apply to {len(paths)} texts, and can be true of one only",
                "Give it for that text in a file: --answers answers.yml.",
            )
            for option in options
        ),
    )


def _terminal_prompt(themes: Iterable[Theme], url: str) -> add.Ask:
    """Return a function that asks at the terminal, and shows a proposal before it asks first."""
    shown: set[Path | PageAddress] = set()

    def ask(proposed: proposal.Proposal) -> str | None:
        meter.draw()
        question = proposed.questions[0]
        if proposed.file not in shown:
            shown.add(proposed.file)
            click.echo(add.format_proposal(proposed, themes, url))
        empty = "if it has none" if question.is_optional else "to skip this text"
        click.echo(f"\n{question.problem}{full_stop(question.problem)} {question.option}")
        click.echo(f"Type {proposal.TYPED.get(question.field, 'a value')}. Leave it empty {empty}.")
        reply = str(click.prompt(question.field, default="", show_default=False)).strip()
        return reply if reply or question.is_optional else None

    return ask


@main.command(
    "withdraw",
    epilog=_examples(
        "briefs withdraw 2022-asan-choi --reason 'The author asked for it.'",
        "briefs withdraw 2022-asan-choi --undo --reason 'The author agrees.'",
    ),
)
@_id_argument
@_reason_option
@_day_option
@click.option(
    "--instead", metavar="ID", shell_complete=_complete_id, help="The brief in its place."
)
@click.option("--undo", is_flag=True, help="Bring a withdrawn brief back, as it was.")
@click.option(
    "--text",
    "file",
    type=_Text(path_type=Path),
    help="Its text (stdin: -), to bring it back where git does not have it.",
)
@click.pass_obj
def withdraw_command(
    archive: Archive,
    *,
    id: str,
    reason: str,
    day: str,
    instead: str | None,
    undo: bool,
    file: Path | None,
) -> None:
    """Remove the text of the brief ID, or bring it back.

    Its page stays and says when and why; all of its anchors stay too.
    """
    if undo:
        withdraw.restore(archive, id, day, reason, file)
    elif _confirm(f"Withdraw {id}, and remove its text?"):
        withdraw.withdraw(archive, id, day, reason, instead)
    else:
        return
    done = (
        "back: its text, record and anchors are as they were"
        if undo
        else "withdrawn: its record, page and anchors stay, its text is removed"
    )
    _say(f"{id} is {done}. Commit this to publish it.")


@main.command("build", epilog=_examples("briefs build", "briefs build --public --site-dir public"))
@click.option(
    "--site-dir",
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder of the site (default: site/).",
)
@click.option("--site-url", help="The address of the site (default: site_url of mkdocs.yml).")
@click.option(
    "--public",
    "for_public",
    is_flag=True,
    help="Withhold the words of briefs that are restricted or still embargoed.",
)
@click.option(
    "--engine",
    type=click.Choice(["mkdocs", "zensical"]),
    default="mkdocs",
    show_default=True,
    help="The program that makes the HTML.",
)
@click.option(
    "--clean",
    is_flag=True,
    help="Redo everything, not only what changed since the last build.",
)
@click.pass_obj
def build(
    archive: Archive,
    *,
    site_dir: Path | None,
    site_url: str | None,
    for_public: bool,
    engine: str,
    clean: bool,
) -> None:
    """Convert, then build the whole site."""
    # Importing MkDocs takes 0.5 s.
    from archive.build import build as build_site  # noqa: PLC0415
    from archive.site.settings import NO_ADDRESS  # noqa: PLC0415

    site, notice = build_site(
        archive.root,
        today(),
        site_dir,
        site_url,
        for_public=for_public,
        engine=engine,
        clean=clean,
    )
    for words in site.notices:
        if words != NO_ADDRESS or not site_url:
            _say(words, err=True)
    _say("\n".join(filter(None, [notice, f"The site is in {site.folder}"])))
