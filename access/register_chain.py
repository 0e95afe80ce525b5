"""A register's rows as bytes: canonical JSON, numbered, each with the hash of the one before; and as a file.

A row is what is said with ``kind``, ``n`` and ``prev``, the hash before (of the first: 64 zeros). Its hash is the
SHA-256 of its bytes. The file is JSON of which every byte is given, a line for each row, so that none can be changed:

    {"hubout-register":1,"rows":[
    {"hash":"…","row":{…}},
    {"hash":"…","name":"Anna Rossi","row":{"kind":"person",…},"salt":"…"}
    ],"seal":"…"}

The seal is the last row's hash. A name that was erased is "", as its salt is.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from hashlib import sha256
from typing import Any

from access.codec import canonical
from access.register import KINDS, SALT_BYTES, Enrolled, Said, Sealed, bound

GENESIS = "0" * 64
BEGINS = '{"hubout-register":1,"rows":['
ENDS = '],"seal":"'
_BESIDE = frozenset({"kind", "n", "prev"})
_LATER = frozenset({"municipality"})
"""Members that the first registers' rows have not."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row as it is kept: its number, its bytes and their hash."""

    n: int
    raw: bytes
    digest: str


@dataclass(frozen=True, slots=True)
class Name:
    """A person's name with its salt; both "" once they are erased."""

    name: str = ""
    salt: str = ""


@dataclass(frozen=True, slots=True)
class Broken:
    """The first row that does not hold (0: the register as a whole), and what is wrong with it."""

    n: int
    what: str

    def __str__(self) -> str:
        return f"row {self.n}: {self.what}" if self.n else self.what


@dataclass(frozen=True, slots=True)
class Written:
    """A register that was read from its file, and holds: what it says, row by row, the names, and its seal."""

    said: tuple[Said, ...]
    names: Mapping[str, Name]
    seal: str


def linked(said: Iterable[Said], n: int = 0, prev: str = GENESIS) -> Iterator[Row]:
    """The rows that say this, after row ``n`` of hash ``prev``."""
    for one in said:
        n += 1
        raw = canonical({**_members(one), "kind": one.KIND, "n": n, "prev": prev})
        prev = sha256(raw).hexdigest()
        yield Row(n, raw, prev)


def _members(said: Said) -> dict[str, Any]:
    return {field.name: getattr(said, field.name) for field in fields(said)}


def checked(rows: Iterable[Row]) -> tuple[Said, ...] | Broken:
    """What these rows say, from the first on, or the first of them that does not hold."""
    found: list[Said] = []
    prev = GENESIS
    for n, row in enumerate(rows, 1):
        if row.n != n:
            return Broken(n, f"it was expected here, and row {row.n} is")
        if sha256(row.raw).hexdigest() != row.digest:
            return Broken(n, "it was changed")
        said = _said(row, prev)
        if isinstance(said, str):
            return Broken(n, said)
        found.append(said)
        prev = row.digest
    return tuple(found)


def _said(row: Row, prev: str) -> Said | str:
    """What a row says, or what is wrong with it."""
    try:
        members = json.loads(row.raw)
        as_written = isinstance(members, dict) and canonical(members) == row.raw
    except (ValueError, RecursionError):
        as_written = False
    if not as_written:
        return "it is not the canonical JSON of a row"
    kind = KINDS.get(str(members.get("kind")))
    if kind is None:
        return "its kind is unknown"
    types = {field.name: field.type for field in fields(kind)}
    here = {name: one for name, one in types.items() if name in members or name not in _LATER}
    if members.keys() != here.keys() | _BESIDE or any(type(members[name]) is not one for name, one in here.items()):
        return f"it is no row of the kind {kind.KIND}"
    if (members["n"], members["prev"]) != (row.n, prev):
        return "it does not follow the row before it"
    return kind(**{name: members[name] for name in here})


def file_of(rows: Sequence[Row], said: Sequence[Said], names: Mapping[str, Name]) -> bytes:
    """The file of these rows, which say this."""
    lines = [_line(row, one, names) for row, one in zip(rows, said, strict=True)]
    return "\n".join([BEGINS, ",\n".join(lines), f'{ENDS}{rows[-1].digest}"}}', ""]).encode()


def _line(row: Row, said: Said, names: Mapping[str, Name]) -> str:
    begins = f'{{"hash":"{row.digest}",'
    if not isinstance(said, Enrolled):
        return f'{begins}"row":{row.raw.decode()}}}'
    held = names.get(said.person, Name())
    return f'{begins}"name":{canonical(held.name).decode()},"row":{row.raw.decode()},"salt":"{held.salt}"}}'


def read_file(data: bytes) -> Written | Broken:
    """What a register's file says, or the first row that does not hold. Every byte of it is looked at."""
    try:
        lines = data.decode().split("\n")
    except UnicodeDecodeError as error:
        return _unreadable(data, error.start)
    if len(lines) < 4 or lines[0] != BEGINS or lines[-1]:
        return Broken(0, f"this is no register's file: it begins with {BEGINS} and ends with its seal, a line each")
    rows, names = list[Row](), dict[str, Name]()
    for n, line in enumerate(lines[1:-2], 1):
        comma = "" if n == len(lines) - 3 else ","
        wrong = _read_line(line, comma, rows, names)
        if wrong:
            return Broken(n, wrong)
    said = checked(rows)
    if isinstance(said, Broken):
        return said
    wrong_name = _wrong_name(said, names)
    if wrong_name is not None:
        return wrong_name
    if lines[-2] != f'{ENDS}{rows[-1].digest}"}}':
        return Broken(0, "the seal at its end is not the hash of its last row")
    if not isinstance(said[-1], Sealed):
        return Broken(len(said), "it is the last and no seal: rows after it are not here")
    return Written(said, names, rows[-1].digest)


def _unreadable(data: bytes, at: int) -> Broken:
    """What is wrong with bytes that are no text from ``at`` on."""
    n = data.count(b"\n", 0, at)
    if 0 < n < data.count(b"\n") - 1:
        return Broken(n, "its line is not UTF-8")
    return Broken(0, "this is no register's file: it is not UTF-8")


def _read_line(line: str, comma: str, rows: list[Row], names: dict[str, Name]) -> str:
    """Read a line; what is wrong with it, "" nothing is."""
    try:
        told = json.loads(line.removesuffix(comma))
        as_written = canonical(told).decode() + comma == line
    except (ValueError, RecursionError):
        return "its line is not JSON"
    if not as_written or not isinstance(told, dict) or not isinstance(told.get("row"), dict):
        return "its line was changed"
    number, person = told["row"].get("n"), told["row"].get("person")
    named = told["row"].get("kind") == Enrolled.KIND
    asked = {"hash", "row", "name", "salt"} if named else {"hash", "row"}
    if (
        told.keys() != asked
        or not all(isinstance(told[name], str) for name in asked - {"row"})
        or type(number) is not int
    ):
        return "its line was changed"
    rows.append(Row(number, canonical(told["row"]), told["hash"]))
    if named and isinstance(person, str):
        names[person] = Name(told["name"], told["salt"])
    return ""


def _wrong_name(said: Sequence[Said], names: Mapping[str, Name]) -> Broken | None:
    for n, one in enumerate(said, 1):
        if isinstance(one, Enrolled) and not _holds(one, names[one.person]):
            return Broken(n, "the name was changed")
    return None


def _holds(one: Enrolled, held: Name) -> bool:
    if held == Name():
        return True
    try:
        salt = bytes.fromhex(held.salt)
    except ValueError:
        return False
    return salt.hex() == held.salt and len(salt) == SALT_BYTES and bound(held.name, salt) == one.bound
