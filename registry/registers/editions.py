"""The editions of a register as they are kept: read back, added to, and begun anew. Whoever writes holds the feed's
lock, so that two never give one number.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection, insert, select

from access.register import Correction, Enrolled, Entry, Held, How, Said
from access.register_chain import GENESIS, Broken, Name, Row, checked, file_of, linked
from access.register_fold import Register, folded
from registry import store
from registry.edit import Edit
from registry.problems import Kind, Problem
from registry.registers.reading import Asked, Author, Reading, read
from registry.registers.scopes import Scope
from registry.tables import core as t

_W, _N, _R = t.register_row.c, t.register_name.c, t.register.c


@dataclass(frozen=True, slots=True)
class Edition:
    """An edition as it is kept: its rows, what they say, and the names that are still there."""

    number: int
    rows: tuple[Row, ...]
    said: tuple[Said, ...]
    names: Mapping[str, Name]

    @property
    def digest(self) -> str:
        """The hash of its last row; of a sealed one, its seal."""
        return self.rows[-1].digest if self.rows else GENESIS

    @property
    def register(self) -> Register:
        """It folded."""
        return folded(self.said)

    @property
    def file(self) -> bytes:
        """It as a file that can be verified."""
        return file_of(self.rows, self.said, self.names)

    def name(self, person: str) -> str:
        """A person's name; the id where the name was erased."""
        return self.names.get(person, Name()).name or person


def edition(connection: Connection, scope: Scope, number: int) -> Edition:
    """An edition. Raises Problem where there is none, or the database's rows of it do not hold."""
    mine = (_W.site == scope.site) & (_W.register_id == scope.id) & (_W.edition == number)
    asked = select(_W.n, _W.raw, _W.digest).where(mine).order_by(_W.n)
    rows = tuple(Row(n, bytes(raw), digest) for n, raw, digest in connection.execute(asked))
    if not rows:
        raise Problem(Kind.NOT_FOUND, "there is no such edition of this register; list them to see which there are.")
    said = checked(rows)
    if isinstance(said, Broken):
        raise Problem(Kind.BROKEN_ROW, f"edition {number} of this register does not hold: {said}.")
    named = (_N.site == scope.site) & (_N.register_id == scope.id) & (_N.edition == number)
    names = {
        person: Name(name, salt)
        for person, name, salt in connection.execute(select(_N.person, _N.name, _N.salt).where(named))
    }
    return Edition(number, rows, said, names)


def latest(connection: Connection, scope: Scope) -> Edition:
    """A register's last edition. Raises Problem."""
    return edition(connection, scope, scope.edition)


def latest_of(connection: Connection, scopes: Sequence[Scope]) -> dict[str, Edition]:
    """The last editions of registers of one site, by id and without names, in one query. One whose rows do not hold is
    left out: its own page says so.
    """
    rows: dict[str, list[Row]] = {one.id: [] for one in scopes}
    if scopes:
        last = (_R.site == _W.site) & (_R.id == _W.register_id) & (_R.edition == _W.edition)
        asked = select(_W.register_id, _W.n, _W.raw, _W.digest).join(t.register, last)
        asked = asked.where(_W.site == scopes[0].site, _W.register_id.in_(rows)).order_by(_W.register_id, _W.n)
        for register, n, raw, digest in connection.execute(asked):
            rows[register].append(Row(n, bytes(raw), digest))
    found = dict[str, Edition]()
    for one in scopes:
        said = checked(rows[one.id])
        if said and not isinstance(said, Broken):
            found[one.id] = Edition(one.edition, tuple(rows[one.id]), said, {})
    return found


def append(edit: Edit, scope: Scope, to: Edition, said: Sequence[Said]) -> Edition:
    """Add rows to an edition."""
    return _added(edit, scope, to, said)


def begin(edit: Edit, scope: Scope, number: int, reading: Reading) -> Edition:
    """Begin an edition."""
    values = [
        {
            "site": scope.site,
            "register_id": scope.id,
            "edition": number,
            "person": person,
            "name": held.name,
            "salt": held.salt,
        }
        for person, held in reading.names.items()
    ]
    if values:
        edit.connection.execute(insert(t.register_name), values)
    return _added(edit, scope, Edition(number, (), (), reading.names), reading.said)


def _added(edit: Edit, scope: Scope, to: Edition, said: Sequence[Said]) -> Edition:
    more = tuple(linked(said, len(to.rows), to.digest))
    values = [
        {
            "site": scope.site,
            "register_id": scope.id,
            "edition": to.number,
            "n": row.n,
            "raw": row.raw,
            "digest": row.digest,
        }
        for row in more
    ]
    edit.connection.execute(insert(t.register_row), values)
    after = replace(to, rows=(*to.rows, *more), said=(*to.said, *said))
    register = after.register
    stands = {"edition": after.number, "closed": " ".join(one.part for one in register.closed)}
    stands["seal"] = after.digest if register.sealed is not None else ""
    mine = (_R.site == scope.site) & (_R.id == scope.id)
    store.change(edit.connection, t.register, mine, stands)
    return after


def is_late(connection: Connection, scope: Scope, held: Edition, at_ms: int) -> bool:
    """Whether the logs say otherwise now than when they were read for an edition."""
    author = Author("", "")
    count = max(1, len(held.names) * 2 + 1_000)
    now = read(connection, scope, Asked(held.number, "", "", author, at_ms), [bytes(32)] * count)
    return _evidence(now.said) != _evidence(held.said)


def _evidence(said: Sequence[Said]) -> list[Said]:
    """What was read from the logs, but for names and for up to when."""
    found = list[Said]()
    for one in said:
        if isinstance(one, Entry):
            found.append(replace(one, to_ms=0) if one.how == How.OPEN else one)
        elif isinstance(one, Held):
            found.append(one)
    return found


def corrections(said: Sequence[Said]) -> int:
    """How many corrections an edition has."""
    return sum(isinstance(one, Correction) for one in said)


def people(said: Sequence[Said]) -> tuple[str, ...]:
    """Whom an edition names."""
    return tuple(one.person for one in said if isinstance(one, Enrolled))
