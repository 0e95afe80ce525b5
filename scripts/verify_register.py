#!/usr/bin/env python3
"""Check a sealed attendance register with nothing but Python 3.11's standard library: for whoever trusts no program of
Hubout's.

    python3 verify_register.py registro.json                 a register's file
    python3 verify_register.py registro.pdf                  the file within a register's PDF, and the PDF's own bytes
    python3 verify_register.py registro.pdf --seal "5e3f…"   and its seal is the one that is printed or was noted

It reads one file, writes none, and asks nobody. Exit code 0: everything holds; 1: something does not, and the first row
that does not is named; 2: wrong use.

Of the file is checked that every byte is as the format has it; of each row that its number follows the one before, that
`prev` is the hash of the row before, and that the row's SHA-256 is its hash; that a name with its salt is the one that
the row binds; that a trainer and a coordinator, two persons, closed it after its last correction; and that the last row
seals it. Whoever writes a whole register anew can give it hashes that hold: only the seal that was printed, or noted
elsewhere, shows that it is not the one that was sealed.
"""

import argparse
import json
import sys
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

BEGINS = '{"hubout-register":1,"rows":['
ENDS = '],"seal":"'
GENESIS = "0" * 64
SALT_BYTES = 32
PDF_BEGINS = b"%PDF-"
DIGEST_LINE = b"%hubout-sha256 "


class Bad(Exception):
    """The register does not hold; its text says where and why."""


@dataclass
class Found:
    """What a register that holds says of itself."""

    opened: dict[str, Any]
    rows: int
    erased: int
    signed: list[dict[str, Any]]
    heads: list[dict[str, Any]]
    seal: str


def verify(data: bytes) -> Found:
    """A register's file. Raises Bad."""
    try:
        lines = data.decode().split("\n")
    except UnicodeDecodeError as error:
        n = data.count(b"\n", 0, error.start)
        within = 0 < n < data.count(b"\n") - 1
        where = f"row {n}: its line" if within else "this is no register's file: it"
        raise Bad(f"{where} is not UTF-8") from None
    if len(lines) < 4 or lines[0] != BEGINS or lines[-1]:
        raise Bad(f"this is no register's file: it begins with {BEGINS} and ends with its seal, a line each")
    rows, prev, erased = list[dict[str, Any]](), GENESIS, 0
    for n, line in enumerate(lines[1:-2], 1):
        try:
            row, prev, gone = _row(line, "" if n == len(lines) - 3 else ",", n, prev)
        except Bad as error:
            raise Bad(f"row {n}: {error}") from None
        rows, erased = [*rows, row], erased + gone
    if lines[-2] != f'{ENDS}{prev}"}}':
        raise Bad("the seal at its end is not the hash of its last row")
    return _whole(rows, erased, prev)


def _canonical(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"), sort_keys=True)


def _row(line: str, comma: str, n: int, prev: str) -> tuple[dict[str, Any], str, bool]:
    """A line's row, its hash, and whether a name was erased of it. Raises Bad."""
    try:
        told = json.loads(line.removesuffix(comma))
        as_written = _canonical(told) + comma == line
    except (ValueError, RecursionError):
        raise Bad("its line is not JSON") from None
    if not as_written or not isinstance(told, dict) or not isinstance(told.get("row"), dict):
        raise Bad("its line was changed")
    row, named = told["row"], told["row"].get("kind") == "person"
    if told.keys() != ({"hash", "name", "row", "salt"} if named else {"hash", "row"}):
        raise Bad("its line was changed")
    if row.get("n") != n or type(row["n"]) is not int:
        raise Bad(f"it was expected here, and row {row.get('n')} is")
    digest = sha256(_canonical(row).encode()).hexdigest()
    if digest != told["hash"]:
        raise Bad("it was changed")
    if row.get("prev") != prev:
        raise Bad("it does not follow the row before it")
    if any(type(value) not in {int, str} for value in row.values()):
        raise Bad("it holds what is neither a whole number nor a text")
    return row, digest, named and _erased(told, row)


def _erased(told: dict[str, Any], row: dict[str, Any]) -> bool:
    """Whether a person's name is not there any more. Raises Bad where another one is."""
    if told["name"] == told["salt"] == "":
        return True
    try:
        salt = bytes.fromhex(told["salt"])
        bound = sha256(salt + told["name"].encode()).hexdigest()
    except (ValueError, TypeError, AttributeError):
        raise Bad("the name was changed") from None
    if len(salt) != SALT_BYTES or salt.hex() != told["salt"] or bound != row.get("bound"):
        raise Bad("the name was changed")
    return False


def _whole(rows: list[dict[str, Any]], erased: int, seal: str) -> Found:
    if rows[0].get("kind") != "opened":
        raise Bad("row 1: a register begins with who opened it")
    if rows[-1].get("kind") != "sealed":
        raise Bad(f"row {len(rows)}: it is the last and no seal: rows after it are not here")
    kinds = [row.get("kind") for row in rows]
    if kinds.count("opened") > 1 or kinds.count("sealed") > 1:
        raise Bad("rows follow a seal, or a second register begins in it")
    last = max((n for n, kind in enumerate(kinds) if kind == "correction"), default=0)
    signed = [row for row in rows[last:] if row.get("kind") == "closed"]
    persons, accounts = {row.get("person") for row in signed}, {row.get("account") for row in signed}
    if sorted(str(row.get("part")) for row in signed) != ["coordinator", "trainer"]:
        raise Bad("it was not closed by a trainer and a coordinator after its last correction")
    if len(persons) != 2 or len(accounts) != 2:
        raise Bad("one person closed it twice")
    heads = [row for row in rows if row.get("kind") == "head"]
    return Found(rows[0], len(rows), erased, signed, heads, seal)


def in_pdf(data: bytes) -> bytes:
    """The register's file within its PDF, whose last line is the SHA-256 of all before it. Raises Bad."""
    body, mark, digest = data.rpartition(DIGEST_LINE)
    if not mark or digest != sha256(body).hexdigest().encode() + b"\n":
        raise Bad("the PDF was changed: its last line is not the SHA-256 of all before it")
    begin = body.find(BEGINS.encode())
    end = body.find(ENDS.encode(), begin)
    close = body.find(b"\n", end)
    if begin < 0 or end < 0 or close < 0:
        raise Bad("the PDF carries no register: it was not sealed when it was printed")
    return body[begin : close + 1]


def _compare(seal: str, noted: str) -> None:
    """A seal is the one that somebody noted, if anybody did. Raises Bad."""
    if noted and "".join(noted.split()).lower() != seal:
        raise Bad(f"its seal is {seal}, not the one that was noted")


def main(arguments: list[str] | None = None) -> int:
    """The exit code."""
    parser = argparse.ArgumentParser(description="Check a sealed attendance register with the standard library alone.")
    parser.add_argument("file", type=Path, help="a register's JSON file, or its PDF")
    parser.add_argument("--seal", default="", help="the seal as it is printed, which must be this register's")
    given = parser.parse_args(arguments)
    try:
        data = given.file.read_bytes()
    except OSError as error:
        parser.error(f"{given.file} cannot be read: {error.strerror}")
    try:
        found = verify(in_pdf(data) if data.startswith(PDF_BEGINS) else data)
        _compare(found.seal, given.seal)
    except Bad as error:
        print(f"{given.file} is broken: {error}")
        return 1
    opened = found.opened
    print(
        f"{given.file} holds: register {opened.get('number')} of {opened.get('site')}, edition {opened.get('edition')}"
    )
    print(f"{found.rows} rows, {found.erased} names erased, {opened.get('programme_name')}")
    for row in found.signed:
        print(f"closed by {row.get('name')} as {row.get('part')}")
    for row in found.heads:
        print(f"log of {row.get('site')} at event {row.get('epoch')}-{row.get('seq')}, hash {row.get('digest')}")
    print(f"seal {found.seal}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
