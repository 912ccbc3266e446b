"""The store holds the archive's files: it reads, stages, commits and locks them.

All other code names a file by its path from the archive's root ("briefs/home.md").

A commit is done whole or not at all. The new files are written beside the old ones as parts
(".home.md.part"); then one file, briefs/.commit, lists what is to be renamed and removed; then that
is done. A command that is killed before the list is there has changed nothing. Later, whichever
command runs next completes the list. (https://sqlite.org/atomiccommit.html has the idea.)
"""

import fcntl
import hashlib
import json
import os
import re
import stat
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from errno import EACCES, EINVAL, ENOENT
from functools import cached_property
from io import BytesIO
from itertools import chain
from pathlib import Path, PurePath

from archive.errors import ArchiveError, raise_first
from archive.parallel import uninterrupted
from archive.progress import meter

# The endings of sources, one for each form in which a text is kept, and all that files may have
# which browsers, word processors and scanners save.
FORMS = (".txt", ".html", ".pdf", ".docx")
SAVED = (*FORMS, ".htm", ".xhtml", ".mht", ".mhtml")
# Whatever the umask: a server has to read it.
_READABLE = 0o644
# While a commit is prepared, this file is empty; then it lists what is to be done.
_INTENT = "briefs/.commit"
# A text, a record and a page are named by an id or an address: these signs, and one ending. Systems
# and editors leave other names: copies ("x (1).yml"), locks, backups, thumbnails.
_OWN = re.compile(r"[\w-]+")
_LEFT = re.compile(
    r"~.*|.*~|#.*#|\.[_~#].*|\.DS_Store|Thumbs\.db|desktop\.ini|Icon\r|.*:Zone\.Identifier|"
    r".*\.(?:bak|orig|rej|tmp|part|sw[a-p])",
    re.IGNORECASE,
)
# Control characters, and what Python puts for bytes that are not UTF-8.
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
_RESTORE = "Restore the file."
_MOVE = "Move away what is there: it must be a file, in folders that are folders."
# The parts of a text on which two branches differ, as git writes them.
_CONFLICT = re.compile(r"^<{7} .*?^>{7} ([^\s:]+)[^\n]*", re.MULTILINE | re.DOTALL)
_ROOM = "Make room or give yourself the right to write there, then run the command again."


@dataclass(frozen=True, slots=True)
class Committed:
    """The names of the files that a commit wrote and removed, since they differed."""

    written: tuple[str, ...]
    removed: tuple[str, ...]


class Archive:
    """The files of one archive: those on disk, with staged changes, or those of a git commit."""

    def __init__(
        self, root: Path, changes: Mapping[str, bytes | None] | None = None, ref: str = ""
    ) -> None:
        """Open the archive in the folder `root`.

        `changes` are read instead of the files on disk (None: no file); `ref` is a git commit.
        """
        self.root, self._changes, self._ref = root, dict(changes or {}), ref
        # For a commit, the files of each folder that was asked for.
        self._folders: dict[str, dict[str, bytes]] = {}

    def path(self, name: str) -> Path:
        """Return the path of a file, for errors."""
        return Path(f"{self._ref}:{name}") if self._ref else self.root / name

    # -- reading -----------------------------------------------------------------------------------

    def read(self, name: str) -> bytes | None:
        """Return the content of a file, or None when there is none.

        Raises ArchiveError when it cannot be read.
        """
        if name in self._changes:
            return self._changes[name]
        if self._ref:
            return self._committed_folder(name.rpartition("/")[0]).get(name)
        return _read_if_there(self.root / name, _RESTORE)

    def text(self, name: str, default: str | None = None) -> str:
        """Return the text of a file, with the line ends that it has.

        Raises ArchiveError when it is not UTF-8, or when it is missing and there is no `default`.
        """
        content, path = self.read(name), self.path(name)
        raise_first(
            path,
            (
                content is None and default is None,
                "file",
                f"cannot be read ({os.strerror(ENOENT)})",
                _RESTORE,
            ),
        )
        text = default or "" if content is None else decode(path, content)
        _refuse_conflict(path, text)
        return text

    def names(self, folder: str, *endings: str) -> list[str]:
        """Return the names of the files in a folder with one of these endings, sorted.

        Files in folders below it, those that begin with a dot, and foreign ones are not among them.
        """
        found = {name for name in self._changes if name.rpartition("/")[0] == folder}
        if self._ref:
            found |= self._committed_folder(folder).keys()
        elif (self.root / folder).is_dir():
            found |= {
                f"{folder}/{entry.name}"
                for entry in os.scandir(self.root / folder)
                if entry.is_file()
            }
        return sorted(
            name
            for name in found
            if name.endswith(endings)
            and not name.startswith(f"{folder}/.")
            and not is_foreign(name.rpartition("/")[2], *endings)
            and self._changes.get(name, b"") is not None
        )

    def source_name(self, id: str) -> str:
        """Return the name of the source of a brief, whatever its form; "" when it has none."""
        return next(
            (
                name
                for name in (f"briefs/{id}{form}" for form in FORMS)
                if (
                    self.read(name) is not None
                    if self._ref or name in self._changes
                    else (self.root / name).is_file()  # not read for its name alone
                )
            ),
            "",
        )

    def pages(self) -> list[str]:
        """Return the names of all Markdown files below docs/, sorted, without foreign ones."""
        # MkDocs ignores names that begin with a dot.
        return [
            path.as_posix()
            for path in sorted(
                file.relative_to(self.root) for file in (self.root / "docs").rglob("*.md")
            )
            if not any(part.startswith(".") for part in path.parts)
            and not is_foreign(path.as_posix(), ".md")
            and (self.root / path).is_file()
        ]

    def unread(self) -> list[str]:
        """Return the names of what looks like a text, a record or a page, but is not read as one.

        It has the name of a copy, or it is not a file.
        """
        briefs, docs = self.root / "briefs", self.root / "docs"
        return sorted(
            {
                _escape(path.relative_to(self.root).as_posix())
                for path in chain(
                    (path for path in briefs.glob("*") if path.suffix.lower() in (".yml", *SAVED)),
                    docs.rglob("*.md"),
                    (path for path in docs.rglob("*") if not is_printable(path.name)),
                )
                if not (path.name.startswith(".") or _LEFT.fullmatch(path.name))
                and not (
                    _OWN.fullmatch(path.stem)
                    and path.suffix in (".yml", ".md", *FORMS)
                    and path.is_file()
                )
            }
        )

    # -- git ---------------------------------------------------------------------------------------

    def at(self, ref: str) -> "Archive":
        """Return the archive as it is in a git commit. Raises ArchiveError when git has none."""
        self._git(ref, "rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}")
        return Archive(self.root, ref=ref)

    def at_published(self, ref: str) -> "Archive":
        """Return the archive as in a git commit or, if it is not published, in the last before it.

        Raises ArchiveError when git has no such commit.
        """
        then, commit = self.at(ref), self._git(ref, "rev-parse", f"{ref}^{{commit}}")
        for published in self._published[:1]:
            base = self._git(ref, "merge-base", ref, published._ref)
            then = then if base == commit else self.at(base.decode().strip())
        return then

    def published(self, name: str) -> bytes | None:
        """Return the content of a file as it is published; None when it is not.

        That is on the branch main, here or where it came from; without such a branch, in the last
        commit. Raises ArchiveError when the archive is in a repository that git cannot read.
        """
        return next(
            (file for commit in self._published if (file := commit.read(name)) is not None), None
        )

    @property
    def has_history(self) -> bool:
        """Whether the archive is in a git repository, which tells what is published."""
        folders = [self.root.resolve(), *self.root.resolve().parents]
        return "GIT_DIR" in os.environ or any((path / ".git").exists() for path in folders)

    @cached_property
    def _published(self) -> list["Archive"]:
        """The commits that are published."""
        if not self.has_history:
            return []
        try:
            main = ("refs/heads/main", "refs/remotes/origin/main")
            found = self._git("HEAD", "for-each-ref", "--format=%(refname:short)", *main)
            # Without a commit, there is no HEAD either, and nothing is printed.
            found = found or self._git("HEAD", "rev-parse", "--revs-only", "HEAD")
        except ArchiveError as error:
            raise ArchiveError(
                self.root,
                "git",
                f"it cannot be asked: {error.problem}",
                "Mend that first: only git tells what is published.",
            ) from None
        return [Archive(self.root, ref=ref) for ref in found.decode().split()]

    def former(self, name: str) -> Iterator[bytes]:
        """Yield what a file has held in the commits of git, the newest first."""
        if self.has_history:
            commits = self._git("HEAD", "rev-list", "--all", "--", f"./{name}").decode().split()
            yield from filter(None, (self.at(commit).read(name) for commit in commits))

    def _committed_folder(self, folder: str) -> dict[str, bytes]:
        """Return the files of a folder in the commit, without those in folders below it."""
        if folder not in self._folders:
            listed = os.fsdecode(self._git(self._ref, "ls-tree", "-z", self._ref, f"./{folder}/"))
            blobs = re.findall(r"(?:\A|\0)\d+ blob (\w+)\t([^\0]+)", listed)
            answer = BytesIO(
                self._git(
                    self._ref,
                    "cat-file",
                    "--batch",
                    given="".join(f"{digest}\n" for digest, _ in blobs),
                )
            )
            self._folders[folder] = {}
            for _, name in blobs:
                size = answer.readline().split()[-1]
                raise_first(
                    self.path(name),
                    (
                        size == b"missing",
                        "git",
                        "git has lost its content",
                        "Fetch it from another copy of the repository: git fsck names it.",
                    ),
                )
                self._folders[folder][name] = answer.read(int(size))
                answer.readline()  # the line end that git puts behind it
        return self._folders[folder]

    def _git(self, ref: str, *arguments: str, given: str = "") -> bytes:
        """Return what git prints. Raises ArchiveError when it is missing or fails."""
        try:
            result = subprocess.run(  # noqa: S603 (no shell)
                ["git", "-C", str(self.root), *arguments],  # noqa: S607
                input=given.encode(),
                capture_output=True,
                check=False,
            )
        except FileNotFoundError:
            raise ArchiveError(
                self.root,
                "--since",
                "git is not installed",
                "Install git, or check without --since.",
            ) from None
        message = result.stderr.decode(errors="replace").strip()
        raise_first(
            self.root,
            (
                result.returncode,
                "--since",
                f"git knows no commit {ref!r} here{f' ({message})' if message else ''}",
                "Name a commit, branch or tag of this repository, such as main.",
            ),
        )
        return result.stdout

    # -- writing -----------------------------------------------------------------------------------

    def stage(self, changes: Mapping[str, bytes | None]) -> "Archive":
        """Return the archive as it would be with these files changed or removed (None)."""
        return Archive(self.root, {**self._changes, **changes})

    def narrowed_to(self, name: str) -> "Archive":
        """Return the archive without what is staged for other files: less to send to a process."""
        return Archive(
            self.root, {key: self._changes[key] for key in {name} & self._changes.keys()}, self._ref
        )

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the archive for one command, and first complete what a killed one left.

        Waits for another command to end. The lock goes with the process, however that ends. Raises
        ArchiveError when there is no archive, or when the disk refuses.
        """
        folder = self.root / "briefs"
        with _explained(folder, "cannot be read", "Give the archive's folder: --root.", "folder"):
            handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            self._complete()
            yield
        finally:
            os.close(handle)

    def _complete(self) -> None:
        """Do what a commit listed before it was killed, or remove the parts that it wrote."""
        intent = self.root / _INTENT
        if not intent.exists():
            return
        try:
            todo: dict[str, bool] = json.loads(intent.read_bytes() or "{}")
            if any(
                not isinstance(is_written, bool) or {"/", ".."} & {*PurePath(name).parts}
                for name, is_written in todo.items()
            ):
                raise ValueError
            for name, is_written in todo.items():
                path = self.root / name  # not what a link there leads to
                if not is_written:
                    path.unlink(missing_ok=True)
                elif _part(path).exists():
                    _part(path).replace(path)
            for folder in ("briefs", "docs"):
                for part in (self.root / folder).rglob(".*.part"):
                    part.unlink()
            intent.unlink()
        except OSError as error:
            raise ArchiveError(
                error.filename or intent,
                "file",
                f"a commit cannot be completed ({error.strerror})",
                _ROOM,
            ) from None
        except (ValueError, AttributeError):
            raise ArchiveError(
                intent,
                "file",
                "it was changed by hand: it does not list what is to be done",
                "Restore briefs/ and docs/ as committed, then remove this file.",
            ) from None

    def commit(self, more: Iterable[tuple[str, bytes | None]] = ()) -> Committed:
        """Write the staged changes and `more`, whole or not at all; the archive is `locked`.

        Of `more`, one file after the other is held in memory. What the disk already holds is left
        alone. Raises ArchiveError when the disk refuses, and whatever `more` raises; then nothing
        is changed.
        """
        intent, todo = self.root / _INTENT, dict[str, bool]()
        try:
            for name, content in chain(self._changes.items(), more):
                path = self.root / name
                if _read_if_there(path, _MOVE) == content:
                    continue
                with _explained(path, "cannot be written", _ROOM):
                    if not todo:
                        intent.touch()
                    todo[name] = content is not None
                    if content is not None:
                        _write_part(path, content)
                    elif not os.access(path.parent, os.W_OK):
                        raise PermissionError(EACCES, os.strerror(EACCES))
            if todo:
                write_file(intent, json.dumps(todo))
                meter.show("writing")
        except BaseException:
            intent.unlink(missing_ok=True)  # first: a list without its parts would only remove
            for name in todo:
                _part(self.root / name).unlink(missing_ok=True)
            raise
        with uninterrupted():
            self._complete()
        return Committed(
            tuple(name for name, is_written in todo.items() if is_written),
            tuple(name for name, is_written in todo.items() if not is_written),
        )


def _refuse_conflict(path: Path, text: str) -> None:
    """Raise ArchiveError when git has left a merge conflict in a text."""
    if "\n>>>>>>> " in text and (found := _CONFLICT.search(text)):
        first, last = (text.count("\n", 0, place) + 1 for place in found.span())
        remedy = (
            "Keep the lines that are right, of one side or of both, and delete the lines with "
            "<<<<<<<, ======= and >>>>>>>. Then run `briefs convert`."
        )
        texts = [*dict.fromkeys(re.findall(r'^sha256: "?(\w+)', text, re.MULTILINE))]
        if len(texts) > 1:
            present = {
                hashlib.sha256(content).hexdigest(): form
                for form in FORMS
                if (content := _read_if_there(path.with_suffix(form), _RESTORE)) is not None
            }
            whose = [f'{path.stem}{end} is that of sha256: "{it}"' for it, end in present.items()]
            form = present.get(texts[0], "")
            # Git leaves the text of the first side, unless only the other side replaced it.
            remedy = (
                f"Two texts have this id. {' and '.join(whose)}: what belongs to it is right. "
                f"{remedy}"
            ) + (
                f" The other text: git show {found[1]}:briefs/{path.stem}{form} > other{form}. If "
                f"it is another brief or a newer copy: `briefs add other{form}` or `briefs replace "
                f"{path.stem} other{form}`."
                if [*present] == texts[:1]
                else ""
            )
        raise ArchiveError(path, f"lines {first}-{last}", "git left a merge conflict here", remedy)


@contextmanager
def _explained(path: Path, problem: str, remedy: str, field: str = "file") -> Iterator[None]:
    """Raise ArchiveError for what the disk refuses meanwhile: the `problem`, and why."""
    try:
        yield
    except OSError as error:
        raise ArchiveError(path, field, f"{problem} ({error.strerror})", remedy) from None


def _read_if_there(path: Path, remedy: str) -> bytes | None:
    """Return the content of a file on the disk, or None when there is none.

    Raises ArchiveError when it cannot be read, such as a folder in its place.
    """
    with _explained(path, "cannot be read", remedy), suppress(FileNotFoundError):
        return read_file(path)
    return None


def read_file(path: Path | str) -> bytes:
    """Read a file. Raises OSError, also for what is not a file, such as a pipe."""
    with os.fdopen(open_at_once(path, os.O_RDONLY), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(EINVAL, "it is not a file")
        return file.read()


def open_at_once(path: Path | str, flags: int) -> int:
    """Open a file for `open`; a pipe to which nobody writes is empty, instead of waited for."""
    handle = os.open(path, flags | os.O_NONBLOCK)
    os.set_blocking(handle, True)  # a program that writes to a pipe takes its time
    return handle


def refuse_linked_folders(folder: Path) -> None:
    """Raise ArchiveError when a folder, or one below it, is a link: files behind it are foreign.

    Folders that begin with a dot may be links.
    """
    for path in (folder, *(Path(top, name) for top, names, _ in os.walk(folder) for name in names)):
        raise_first(
            path,
            (
                path.is_symlink() and not path.name.startswith("."),
                "folder",
                "it is a link to another folder, whose files would be written over or removed",
                "Remove the link, not what it leads to, then run the command again: "
                "it makes the folder.",
            ),
        )


def is_foreign(name: str, *endings: str) -> bool:
    """Whether a system or an editor left a file of this name in a folder of the archive.

    With `endings`, what no page can name is foreign too, and so is a name with one of them that
    cannot be an id or part of an address.
    """
    return bool(
        _LEFT.fullmatch(PurePath(name).name)
        or (endings and not is_printable(name))
        or (name.endswith(endings) and not _OWN.fullmatch(PurePath(name).stem))
    )


def is_printable(name: str) -> bool:
    """Whether a page can name a file: it is UTF-8, without control characters."""
    return not _UNPRINTABLE.search(name)


def _escape(name: str) -> str:
    """Return the name of a file with escapes, as a shell takes it between $' and '."""
    return _UNPRINTABLE.sub(
        lambda sign: ascii(sign[0])[1:-1], os.fsencode(name).decode(errors="backslashreplace")
    )


def decode(path: Path, content: bytes) -> str:
    """Decode a text. Raises ArchiveError when it is not UTF-8."""
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise ArchiveError(
            path,
            f"byte {error.start}",
            "this is not UTF-8 text",
            "Restore the file, or save it in UTF-8.",
        ) from None


def write_file(path: Path, content: str | bytes) -> None:
    """Put a file in place in one step, with the folders above it.

    A reader sees the old file or the new one, never a part. Raises ArchiveError when the disk
    refuses.
    """
    with _explained(path, "cannot be written", _ROOM):
        try:
            _write_part(path, content.encode() if isinstance(content, str) else content)
            _part(path).replace(path)
        finally:
            _part(path).unlink(missing_ok=True)


def _part(path: Path) -> Path:
    """Return where a file is written first, so that a killed run leaves the old one."""
    return path.with_name(f".{path.name}.part")


def _write_part(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = _part(path)
    part.write_bytes(content)
    if part.stat().st_mode & 0o777 != _READABLE:
        part.chmod(_READABLE)
