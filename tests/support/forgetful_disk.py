"""A disk that forgets what was not synced: it follows a program's deeds, and says what a power cut may leave of them.

What a sync covered is there. Of the rest, what a power cut lets through is chance: nothing, all, all until some write
(the last of them torn), or any of it in any order, sector by sector. A file's name is brought to disk by a sync of its
directory alone (POSIX promises no more); names of one directory change in their order, as every journal keeps them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from posixpath import dirname
from random import Random

from tests.support.syscalls import Deed, Opened, Removed, Renamed, Resized, SyncBegan, Synced, Wrote

SECTOR_BYTES = 512
_KINDS = _NOTHING, _ALL, _UNTIL, _ANY = range(4)
"""What a cut lets through of what was not synced; ``_UNTIL``: all before some change, and that one torn."""


@dataclass(frozen=True, slots=True)
class _Change:
    """A write of ``data`` at ``at``, or where that is None, a new size ``at``; ``order`` counts over the whole disk."""

    order: int
    at: int
    data: bytes | None


@dataclass(slots=True, eq=False)
class _File:
    """``durable`` is on disk; ``pending`` is to come, in its order; ``size`` is what programs see."""

    durable: bytearray = field(default_factory=bytearray)
    pending: list[_Change] = field(default_factory=list)
    size: int = 0


@dataclass(frozen=True, slots=True)
class _Naming:
    """A change of one directory: names that are to stand for these files, or for none."""

    order: int
    directories: tuple[str, ...]
    names: tuple[tuple[str, _File | None], ...]


class ForgetfulDisk:
    """The files below a folder, which hold at first what lies there, all of it on disk."""

    def __init__(self, folder: Path) -> None:
        """Take what is there as synced."""
        self._order = 0
        self._seen: dict[str, _File] = {}
        for path in folder.resolve().rglob("*"):
            if path.is_file() and not path.name.endswith("-shm"):
                content = bytearray(path.read_bytes())
                self._seen[str(path)] = _File(content, [], len(content))
        self._durable_names = dict(self._seen)
        self._namings: list[_Naming] = []
        self._syncing: dict[int, tuple[str, int]] = {}

    @property
    def unsynced(self) -> int:
        """How many changes a power cut now may lose."""
        return sum(len(file.pending) for file in self._files()) + len(self._namings)

    def follow(self, deeds: Iterable[Deed]) -> None:
        """Let these happen."""
        for deed in deeds:
            self.take(deed)

    def take(self, deed: Deed) -> None:
        """Let one deed happen; what is said or heard moves no disk."""
        self._order += 1
        match deed:
            case Opened(path, emptied):
                if path not in self._seen:
                    self._name((path, _File()))
                elif emptied:
                    self._change(path, 0, None)
            case Wrote(path, offset, data):
                self._change(path, offset, data)
            case Resized(path, size):
                self._change(path, size, None)
            case Renamed(path, to) if path in self._seen:
                self._name((path, None), (to, self._seen[path]))
            case Removed(path) if path in self._seen:
                self._name((path, None))
            case SyncBegan(path, thread):
                self._syncing[thread] = (path, self._order)
            case Synced(thread):
                self._synced(*self._syncing.pop(thread))

    def after_cut(self, chance: Random) -> Mapping[str, bytes]:
        """What one power cut now leaves, by path."""
        shares = self._shares(chance)
        names = dict(self._durable_names)
        broken_off = set[str]()
        for naming in self._namings:
            if broken_off.isdisjoint(naming.directories) and shares[naming.order] > 0:
                names.update({name: file for name, file in naming.names if file is not None})
                for gone in (name for name, file in naming.names if file is None):
                    names.pop(gone, None)
            else:
                broken_off.update(naming.directories)
        return {name: _content(file, shares, chance) for name, file in names.items()}

    def _shares(self, chance: Random) -> Mapping[int, float]:
        """How much of a change gets through, by its order: 0 nothing, 1 all, between: each sector by that chance."""
        orders = [change.order for file in self._files() for change in file.pending]
        orders = sorted([*orders, *(naming.order for naming in self._namings)]) or [0]
        kind, last = chance.choice(_KINDS), chance.choice(orders)
        shares = {order: chance.choice((0.0, 0.5, 1.0)) for order in orders}
        if kind == _NOTHING:
            shares = dict.fromkeys(orders, 0.0)
        elif kind == _ALL:
            shares = dict.fromkeys(orders, 1.0)
        elif kind == _UNTIL:
            shares = {order: 1.0 if order < last else 0.0 for order in orders} | {last: 0.5}
        return shares

    def _files(self) -> set[_File]:
        return {*self._seen.values(), *self._durable_names.values()} | {
            file for naming in self._namings for _, file in naming.names if file is not None
        }

    def _name(self, *names: tuple[str, _File | None]) -> None:
        for name, file in names:
            if file is None:
                self._seen.pop(name, None)
            else:
                self._seen[name] = file
        self._namings.append(_Naming(self._order, tuple({dirname(name) for name, _ in names}), names))

    def _change(self, path: str, at: int | None, data: bytes | None) -> None:
        file = self._seen.get(path)
        if file is None:  # It was removed, and is written to its end by whoever has it open.
            return
        begin = file.size if at is None else at
        file.size = begin if data is None else max(file.size, begin + len(data))
        file.pending.append(_Change(self._order, begin, data))

    def _synced(self, path: str, began: int) -> None:
        file = self._seen.get(path)
        if file is not None:
            for change in file.pending:
                if change.order <= began:
                    _put(file.durable, change)
            file.pending = [change for change in file.pending if change.order > began]
        for naming in [one for one in self._namings if path in one.directories and one.order <= began]:
            self._namings.remove(naming)
            for name, named in naming.names:
                if named is None:
                    self._durable_names.pop(name, None)
                else:
                    self._durable_names[name] = named


def _content(file: _File, shares: Mapping[int, float], chance: Random) -> bytes:
    content = bytearray(file.durable)
    for change in file.pending:
        share = shares[change.order]
        if share == 1.0 or (change.data is None and chance.random() < share):
            _put(content, change)
        elif share and change.data is not None:
            for sector in _sectors(change.at, change.data):
                if chance.random() < share:
                    _put(content, _Change(change.order, *sector))
    return bytes(content)


def _sectors(at: int, data: bytes) -> list[tuple[int, bytes]]:
    """A write in pieces that end where the disk's sectors do."""
    first = SECTOR_BYTES - at % SECTOR_BYTES
    starts = [0, *range(first, len(data), SECTOR_BYTES)]
    return [(at + start, data[start:end]) for start, end in zip(starts, [*starts[1:], len(data)], strict=True)]


def _put(content: bytearray, change: _Change) -> None:
    if change.data is None:
        del content[change.at :]
        content.extend(bytes(change.at - len(content)))
        return
    content.extend(bytes(max(0, change.at - len(content))))
    content[change.at : change.at + len(change.data)] = change.data


def lay(files: Mapping[str, bytes], folder: Path, instead: Path | None = None) -> None:
    """Make ``folder`` hold these files and no others; ``instead`` is where they lie, if not there."""
    for path in folder.rglob("*"):
        if not path.is_dir():
            path.unlink()
    for name, content in files.items():
        path = folder / Path(name).relative_to((instead or folder).resolve())
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
