"""A program under strace, and its record read back as what it did: to files of a folder, and to its sockets.

    recorder = Recorder(record, folder)
    Part(..., under=recorder.words)      # the program is strace's parent: its number, signals and death are its own
    for deed in recorder.fresh(): ...

A write is told where it begins; a sync is told twice, for only what was written before it began is on disk when it has
returned. Of memory maps nothing is seen: SQLite uses one for its ``-shm`` alone, which outlives no power cut.
"""

import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from posixpath import join, normpath

import pytest

CALLS = (
    "openat,write,writev,pwrite64,pwritev,ftruncate,fsync,fdatasync,rename,renameat,renameat2,unlink,unlinkat,"
    "sendto,sendmsg,recvfrom"
)
LONGEST_BYTES = 1 << 20
"""Of what one call wrote, so much is recorded."""
_LINE = re.compile(r"(\d+) +(?:<\.\.\. (\w+) resumed>(.*)|(\w+)\((.*)|\+\+\+ (.*) \+\+\+)")
_TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
_HANDLE = re.compile(r"(AT_FDCWD|\d+)<((?:\\x[0-9a-f]{2})*)>")
_PLACES = re.compile(f"{_HANDLE.pattern}|{_TEXT.pattern}")
_RETURNED = re.compile(r"(?:^|\)) += (-?\d+)(?:<((?:\\x[0-9a-f]{2})*)>)?")
_UNFINISHED = " <unfinished ...>"
_SYNCS = ("fsync", "fdatasync")


@dataclass(frozen=True, slots=True)
class Wrote:
    """Bytes went to a file; at its end where ``offset`` is None."""

    path: str
    offset: int | None
    data: bytes


@dataclass(frozen=True, slots=True)
class Resized:
    """A file was cut or lengthened."""

    path: str
    size: int


@dataclass(frozen=True, slots=True)
class Opened:
    """A file was opened for writing, and made if it was not there; ``emptied``: what it held is gone."""

    path: str
    emptied: bool


@dataclass(frozen=True, slots=True)
class Renamed:
    """A file has another name."""

    path: str
    to: str


@dataclass(frozen=True, slots=True)
class Removed:
    """A name is gone."""

    path: str


@dataclass(frozen=True, slots=True)
class SyncBegan:
    """A file or directory is being brought to disk, by this thread."""

    path: str
    thread: int


@dataclass(frozen=True, slots=True)
class Synced:
    """What this thread was bringing to disk is there."""

    thread: int


@dataclass(frozen=True, slots=True)
class Sent:
    """Bytes left the program by a socket or pipe of this name."""

    channel: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Heard:
    """Bytes came in."""

    channel: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Ended:
    """A thread ended, for good."""

    thread: int


Deed = Wrote | Resized | Opened | Renamed | Removed | SyncBegan | Synced | Sent | Heard | Ended


class Recorder:
    """The record of a program, whichever of its runs writes it. Deeds on files outside of ``folder`` are left out."""

    def __init__(self, record: Path, folder: Path) -> None:
        """Nothing is recorded yet."""
        self.record, self._folder = record, f"{folder.resolve()}/"
        options = ["-D", "-f", "--seccomp-bpf", "-y", "-xx", "-s", str(LONGEST_BYTES), "-e", f"trace={CALLS}"]
        self.words: list[str | Path] = ["strace", *options, "-A", "-o", record]
        """What goes before the program's own words."""
        self._read_bytes, self._rest = 0, b""
        self._begun: dict[int, str] = {}
        self._works_in = "/"
        self._at: dict[tuple[str, str], int | None] = {}

    def fresh(self) -> Iterator[Deed]:
        """What is recorded and was not given before, in its order."""
        if not self.record.exists():
            return
        with self.record.open("rb") as file:
            file.seek(self._read_bytes)
            text = self._rest + file.read()
            self._read_bytes = file.tell()
        *lines, self._rest = text.split(b"\n")
        for line in lines:
            yield from self._deeds(line.decode("ascii"))

    def _deeds(self, line: str) -> Iterator[Deed]:
        found = _LINE.match(line)
        if found is None:
            return
        thread = int(found[1])
        if found[6] is not None:
            self._begun.pop(thread, None)
            yield Ended(thread)
        elif found[2] is not None:
            yield from self._ended(thread, found[2], self._begun.pop(thread, "") + found[3])
        elif found[5].endswith(_UNFINISHED):
            self._begun[thread] = found[5].removesuffix(_UNFINISHED)
            yield from self._began(thread, found[4], self._begun[thread])
        else:
            yield from self._began(thread, found[4], found[5])
            yield from self._ended(thread, found[4], found[5])

    def _began(self, thread: int, name: str, words: str) -> Iterator[Deed]:
        """What may have happened from the moment on that a call began."""
        number, path = _handle(words)
        if name in _SYNCS:
            if self._is_ours(path):
                yield SyncBegan(path, thread)
        elif name in {"sendto", "sendmsg"} or (name in {"write", "writev"} and not self._is_ours(path)):
            yield Sent(path, _text(words))
        elif not self._is_ours(path):
            return
        elif name in {"write", "writev"}:
            offset, data = self._at.get((number, path)), _text(words)
            yield Wrote(path, offset, data)
            self._at[number, path] = None if offset is None else offset + len(data)
        elif name in {"pwrite64", "pwritev"}:
            yield Wrote(path, int(words.partition(")")[0].rsplit(", ", 1)[1]), _text(words))
        elif name == "ftruncate":
            yield Resized(path, int(words.partition(")")[0].rsplit(", ", 1)[1]))

    def _ended(self, thread: int, name: str, words: str) -> Iterator[Deed]:
        """What is so once a call has returned."""
        returned = _RETURNED.search(words)
        if returned is None or int(returned[1]) < 0:
            return
        if name in _SYNCS:
            if self._is_ours(_handle(words)[1]):
                yield Synced(thread)
        elif name == "recvfrom":
            yield Heard(_handle(words)[1], _text(words))
        elif name == "openat":
            number, path = _handle(words)
            self._works_in = path if number == "AT_FDCWD" else self._works_in
            yield from self._opened(returned[1], _plain(returned[2] or ""), words)
        elif name.startswith(("rename", "unlink")):
            paths = [path for path in self._paths(words) if self._is_ours(path)]
            if len(paths) == 2:
                yield Renamed(paths[0], paths[1])
            elif paths:
                yield Removed(paths[0])

    def _opened(self, number: str, path: str, words: str) -> Iterator[Deed]:
        if self._is_ours(path) and ("O_RDWR" in words or "O_WRONLY" in words):
            self._at[number, path] = None if "O_APPEND" in words else 0
            yield Opened(path, "O_TRUNC" in words)

    def _paths(self, words: str) -> list[str]:
        """The paths that a call names, each from the directory named before it; else from where the program works."""
        directory, found = self._works_in, list[str]()
        for name, at, text in _PLACES.findall(words):
            if name:
                directory = _plain(at)
            else:
                found.append(normpath(join(directory, _plain(text))))
        return found

    def _is_ours(self, path: str) -> bool:
        return f"{path}/".startswith(self._folder) and not path.endswith("-shm")


def why_no_program_is_recorded() -> str:
    """What hinders a record on this machine, and what to do; "" where nothing does."""
    if shutil.which("strace") is None:
        return "strace is not installed; install it (apt-get install strace)"
    tried = subprocess.run(
        ["strace", "-f", "--seccomp-bpf", "-o", "/dev/null", "true"], check=False, capture_output=True
    )
    words = tried.stderr.decode(errors="replace").strip()[:200]
    return f"programs cannot be traced here: {words}" if tried.returncode else ""


def strace_or_skip() -> None:
    """Skip a test where no program can be recorded."""
    if hindered := why_no_program_is_recorded():
        pytest.skip(hindered)


def _plain(hexed: str) -> str:
    return bytes.fromhex(hexed.replace("\\x", "")).decode()


def _text(words: str) -> bytes:
    return b"".join(bytes.fromhex(part.replace("\\x", "")) for part in _TEXT.findall(words))


def _handle(words: str) -> tuple[str, str]:
    """The number and path of what a call is about."""
    found = _HANDLE.match(words)
    return ("", "") if found is None else (found[1], _plain(found[2]))
