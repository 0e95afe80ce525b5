"""Who was erased, remembered apart from the database: a backup that is put back brings them back (P5, ADR 0042).

The file lies beside the keys, which no backup of the database holds: a line for each opaque id with the time, and
nothing else of anybody. After a restore those whom it names are erased again.
"""

import os
from pathlib import Path

from sqlalchemy import select

from registry.database import Database
from registry.edit import editing
from registry.problems import Problem
from registry.retention import erasing
from registry.retention.erased_logs import KEPT_MS
from registry.tables import core as t
from registry.tables.retention import erased

FILE = "erased"


def remembered(folder: Path) -> dict[str, int]:
    """The ids of those who were erased, and when (Unix ms); a line that cannot be read is nobody."""
    try:
        lines = (folder / FILE).read_text(encoding="ascii", errors="replace").splitlines()
    except FileNotFoundError:
        return {}
    pairs = (line.split(" ") for line in lines)
    return {pair[0]: int(pair[1]) for pair in pairs if len(pair) == 2 and pair[1].isdecimal()}


def remember(database: Database, folder: Path, at_ms: int) -> None:
    """Add those whom the database knows as erased, and forget whom no backup that may still be kept can bring back.
    Raises OSError.
    """
    with database.read() as connection:
        known = {row.id: row.at_ms for row in connection.execute(select(erased.c.id, erased.c.at_ms))}
    before = remembered(folder)
    after = {ident: when for ident, when in (before | known).items() if when >= at_ms - KEPT_MS}
    if after != before:
        _write(folder / FILE, "".join(f"{ident} {after[ident]}\n" for ident in sorted(after)))


def _write(path: Path, text: str) -> None:
    """All of it or nothing, for its owner alone."""
    made = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    made.replace(path)


def erase_again(database: Database, folder: Path, at_ms: int, author: str) -> tuple[list[str], list[str]]:
    """Erase those whom a backup brought back; who was, and who is kept by a legal hold."""
    wanted = remembered(folder)
    c = t.person.c
    with database.read() as connection:
        there = select(c.id).where(c.erased_ms.is_(None)).order_by(c.id)
        back = [ident for ident in connection.execute(there).scalars() if ident in wanted]
    done, held = list[str](), list[str]()
    for ident in back:
        try:
            with editing(database, at_ms) as edit:
                erasing.erase(edit, ident, author)
        except Problem:
            held.append(ident)
        else:
            done.append(ident)
    return done, held
