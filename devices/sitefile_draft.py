"""A site file read table by table: each that can be understood on its own, and the mistakes of the others."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import ValidationError

from devices.sitefile_fields import Table
from devices.sitefile_lines import LineIndex, Loc
from devices.sitefile_mistake import Mistake, nearest, quoted
from devices.sitefile_model import (
    ARRAYS,
    DEFAULTED,
    NEEDED,
    TABLES,
    DeskTable,
    DeviceTable,
    DoorTable,
    RoomTable,
    ZoneTable,
)
from devices.sitefile_words import looks_secret, mistakes_of

LARGEST_FILE_BYTES = 1 << 20
T = TypeVar("T", bound=Table)
Raw = Mapping[str, Any]
_TOML_WORDS = re.compile(r"^(?P<what>.*?) \((?:at line (?P<line>\d+), column \d+|at end of document)\)$")


@dataclass(frozen=True, slots=True)
class Entry(Generic[T]):
    """One understood table and where it stands."""

    loc: Loc
    table: T


@dataclass(frozen=True, slots=True)
class Draft:
    """What could be understood of a file. ``folder`` is where its relative paths start."""

    folder: Path
    raw: Raw
    lines: LineIndex
    tables: Mapping[str, Entry[Any]] = field(default_factory=dict)
    zones: tuple[Entry[ZoneTable], ...] = ()
    rooms: tuple[Entry[RoomTable], ...] = ()
    doors: tuple[Entry[DoorTable], ...] = ()
    desks: tuple[Entry[DeskTable], ...] = ()
    devices: tuple[Entry[DeviceTable], ...] = ()

    def ids(self, kind: str) -> list[str]:
        """The ids written in ``[[kind]]``, understood or not, so that one mistake does not make others."""
        items = self.raw.get(kind)
        if not isinstance(items, list):
            return []
        return [ident for item in items if isinstance(item, dict) and isinstance(ident := item.get("id"), str)]

    @property
    def devices_whole(self) -> bool:
        """Whether every device and its door was understood, so that a missing one is truly missing."""
        devices, doors = self.raw.get("devices", []), {None, *self.ids("doors")}
        understood = isinstance(devices, list) and len(self.devices) == len(devices)
        return understood and all(entry.table.door in doors for entry in self.devices)

    def path(self, name: str) -> Path:
        """A file name of the file as a path."""
        return self.folder / name


def read_draft(path: Path) -> tuple[Draft | None, list[Mistake]]:
    """Read the file as far as it can be understood. None where it is no TOML at all; never raises for its content."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_FILE_BYTES + 1)
    except OSError as error:
        return None, [Mistake(1, f"{path} cannot be read ({error.strerror})", "name a site file that can be read")]
    if len(data) > LARGEST_FILE_BYTES:
        return None, [Mistake(1, "the file is larger than 1 MiB", "describe one site only, in less")]
    return _parse(path.absolute().parent, data)


def _parse(folder: Path, data: bytes) -> tuple[Draft | None, list[Mistake]]:
    try:
        text = data.decode().replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return None, [Mistake(line, "the file is not UTF-8", "save it as UTF-8")]
    try:
        raw = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        return None, [_syntax(error, text)]
    lines = LineIndex(text)
    mistakes = list(_unknown_tables(raw, lines))
    return _understood(Draft(folder, raw, lines), mistakes), mistakes


def _syntax(error: Exception, text: str) -> Mistake:
    if isinstance(error, RecursionError):
        return Mistake(1, "brackets are nested too deep", "write plain tables, one key a line")
    found = _TOML_WORDS.match(str(error))
    if found is None:
        return Mistake(1, "a number or date is out of range", "write a number or date within usual bounds")
    line = int(found["line"]) if found["line"] else text.rstrip("\n").count("\n") + 1
    what = found["what"].lower().replace("'", '"')[:200]
    return Mistake(line, f"this is not TOML: {what}", 'write key = value, with texts in "quotes"')


def _unknown_tables(raw: Raw, lines: LineIndex) -> Iterator[Mistake]:
    known = [*TABLES, *ARRAYS]
    for name in raw:
        if name in known:
            continue
        line = lines.line_of(name)
        meant = nearest(name, known)
        if looks_secret(name) and not isinstance(raw[name], dict | list):
            yield Mistake(
                line,
                f"{quoted(name)} looks like a secret, and secrets are never written in the site file",
                "remove it, change it if it was real, and keep it in a file that only its owner can read",
            )
        elif meant:
            yield Mistake(line, f"unknown table or key {quoted(name)}", f"write {_header(meant)}")
        else:
            headers = ", ".join(map(_header, known))
            yield Mistake(line, f"unknown table or key {quoted(name)}", f"remove it, or write one of {headers}")


def _header(name: str) -> str:
    return f"[[{name}]]" if name in ARRAYS else f"[{name}]"


def _understood(draft: Draft, mistakes: list[Mistake]) -> Draft:
    missing = [name for name in NEEDED if name not in draft.raw or draft.raw[name] == []]
    mistakes.extend(Mistake(1, f"there is no {_header(name)}", f"add {_header(name)}") for name in missing)
    return Draft(
        draft.folder,
        draft.raw,
        draft.lines,
        dict(_tables(draft, mistakes)),
        zones=tuple(_array(draft, "zones", ZoneTable, mistakes)),
        rooms=tuple(_array(draft, "rooms", RoomTable, mistakes)),
        doors=tuple(_array(draft, "doors", DoorTable, mistakes)),
        desks=tuple(_array(draft, "desks", DeskTable, mistakes)),
        devices=tuple(_array(draft, "devices", DeviceTable, mistakes)),
    )


def _tables(draft: Draft, mistakes: list[Mistake]) -> Iterator[tuple[str, Entry[Any]]]:
    for name, model in TABLES.items():
        if name not in draft.raw and name not in DEFAULTED:
            continue
        if (entry := _entry((name,), draft.raw.get(name, {}), model, draft.lines, mistakes)) is not None:
            yield name, entry


def _array(draft: Draft, name: str, model: type[T], mistakes: list[Mistake]) -> Iterator[Entry[T]]:
    items = draft.raw.get(name, [])
    if not isinstance(items, list):
        header = f"[[{name}]]"
        mistakes.append(Mistake(draft.lines.line_of(name), f"{name} must be a list of tables", f"write {header}"))
        return
    for number, item in enumerate(items):
        if (entry := _entry((name, number), item, model, draft.lines, mistakes)) is not None:
            yield entry


def _entry(loc: Loc, item: object, model: type[T], lines: LineIndex, mistakes: list[Mistake]) -> Entry[T] | None:
    if not isinstance(item, dict):
        mistakes.append(Mistake(lines.line_of(*loc), f"{loc[0]} must be a table", f"write {_header(str(loc[0]))}"))
        return None
    try:
        return Entry(loc, model.model_validate(item))
    except ValidationError as error:
        mistakes.extend(mistakes_of(error, model, loc, lines))
        return None
