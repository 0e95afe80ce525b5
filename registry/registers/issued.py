"""Certificates that were issued: numbered within a site and a year without a gap, never changed, and verified by their
number, code and name.

The row binds the name as a register does (ADR 28): it holds a hash, so that whoever holds the paper can have it checked
and whoever does not learns no name.
"""

import hmac
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, exists, insert, select, update

from registry import identity
from registry.edit import Edit
from registry.spreadsheets.cells import fold
from registry.tables import core as t

_C, _Y = t.certificate.c, t.certificate_year.c
SALT_BYTES = 16


@dataclass(frozen=True, slots=True)
class Issue:
    """What a certificate says of whom, and of which programme."""

    site: str
    year: int
    person: str
    name: str
    programme: str
    programme_name: str
    delivered: int
    recognised: int
    threshold: int


def number_of(row: Row[Any]) -> str:
    """How it is called: its year and number."""
    return f"{row.year}/{row.number}"


def issue(edit: Edit, wanted: Issue, author: str) -> Row[Any]:
    """Issue a certificate; the one that says just this of them already, where there is one."""
    there = _same(edit.connection, wanted)
    if there is not None:
        return there
    number = _next(edit.connection, wanted.site, wanted.year)
    salt = identity.new_salt(SALT_BYTES).hex()
    values = {
        "site": wanted.site,
        "year": wanted.year,
        "number": number,
        "code": identity.bare_code(identity.new_code()),
        "person": wanted.person,
        "digest": _digest(salt, wanted.name),
        "salt": salt,
        "programme": wanted.programme,
        "programme_name": wanted.programme_name,
        "delivered": wanted.delivered,
        "recognised": wanted.recognised,
        "threshold": wanted.threshold,
        "at_ms": edit.at_ms,
        "author": author,
    }
    edit.connection.execute(insert(t.certificate).values(values))
    here = (_C.site == wanted.site, _C.year == wanted.year, _C.number == number)
    return edit.connection.execute(select(t.certificate).where(*here)).one()


def _next(connection: Connection, site: str, year: int) -> int:
    """The number that comes next; it is taken with this transaction or not at all, by one at a time."""
    here = (_Y.site == site) & (_Y.year == year)
    if connection.execute(update(t.certificate_year).where(here).values(last=_Y.last + 1)).rowcount == 0:
        connection.execute(insert(t.certificate_year).values(site=site, year=year, last=1))
    number: int = connection.execute(select(_Y.last).where(here)).scalar_one()
    return number


def _same(connection: Connection, wanted: Issue) -> Row[Any] | None:
    mine = select(t.certificate).where(_C.person == wanted.person, _C.programme == wanted.programme)
    rows = connection.execute(mine.where(_C.site == wanted.site, _C.year == wanted.year)).all()
    said = (wanted.programme_name, wanted.delivered, wanted.recognised, wanted.threshold)
    for row in rows:
        same = (row.programme_name, row.delivered, row.recognised, row.threshold) == said
        if same and is_name(row, wanted.name):
            return row
    return None


def of_code(connection: Connection, number: str, code: str) -> Row[Any] | None:
    """The certificate of this number (``2026/12``) with this code, however it was typed, and ``corrected_since``;
    None: there is none.
    """
    asked = select(t.certificate, corrected_since()).where(_C.code == identity.bare_code(code))
    row = connection.execute(asked).one_or_none()
    return row if row is not None and number_of(row) == "".join(number.split()) else None


def corrected_since() -> ColumnElement[bool]:
    """Whether a register's correction has entered into the hours of a certificate's person and programme since it was
    issued: it stays as it is, and may say what counts no more. Without the person nothing tells.
    """
    said, held = t.corrected.c, t.session.c
    of_programme = (held.site == said.site) & (held.id == said.session) & (held.programme == _C.programme)
    return exists().where(said.person == _C.person, said.at_ms > _C.at_ms, of_programme).label("corrected_since")


def is_name(row: Row[Any], name: str) -> bool:
    """Whether it was issued to somebody of this name, whatever case and accents it is typed with."""
    return bool(row.salt) and hmac.compare_digest(row.digest, _digest(row.salt, name))


def _digest(salt: str, name: str) -> str:
    return sha256(bytes.fromhex(salt) + fold(name).encode()).hexdigest()


def spaced(code: str) -> str:
    """A code as people read it."""
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))
