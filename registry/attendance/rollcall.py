"""Roll calls of off-site sessions: who was there. Append-only: a correction is a new word, with its author and reason.

They count as attendance, never as occupancy (domain: company visits).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from access.attendance import SessionState
from registry import store
from registry.attendance import training_told
from registry.edit import Edit
from registry.problems import Kind, Problem
from registry.programmes.sittings import belongings, expected, sittings
from registry.tables import core as t


@dataclass(frozen=True, slots=True)
class Word:
    """Whether a person was there; from and to when, where that is not the whole session. ``reason``: why it corrects
    what was said before.
    """

    person: str
    present: bool
    from_ms: int | None = None
    to_ms: int | None = None
    reason: str = ""


def call(edit: Edit, site: str, session: str, words: Sequence[Word], author: str) -> None:
    """Add these words to a session's roll call; one that says what was said before adds nothing. Raises Problem."""
    row = _session(edit.connection, site, session)
    last = {one.person: one for one in said(edit.connection, site, session)}
    wanted = [word for word in words if word.person not in last or _differs(word, last[word.person])]
    _check(edit.connection, row, wanted, last)
    values = [
        {
            "site": site,
            "session": session,
            "person": word.person,
            "n": last[word.person].n + 1 if word.person in last else 1,
            "present": word.present,
            "from_ms": word.from_ms,
            "to_ms": word.to_ms,
            "author": author,
            "reason": word.reason,
            "at_ms": edit.at_ms,
        }
        for word in wanted
    ]
    if values:
        edit.connection.execute(insert(t.roll_call), values)
        training_told.tell_session(edit, site, session)


def said(connection: Connection, site: str, session: str) -> Sequence[Row[Any]]:
    """All that was said of a session, the words on each person in their order."""
    c = t.roll_call.c
    return connection.execute(
        select(t.roll_call).where(c.site == site, c.session == session).order_by(c.person, c.n)
    ).all()


def _session(connection: Connection, site: str, session: str) -> Row[Any]:
    s = t.session.c
    row = store.one(connection, t.session, (s.site == site) & (s.id == session), "session")
    if not row.off_site:
        raise Problem(Kind.INVALID, "this session is held at a site: who was there is what the badges say.")
    if row.state == SessionState.CANCELLED:
        raise Problem(Kind.INVALID, "this session was cancelled; nobody was there.")
    return row


def _differs(word: Word, last: Row[Any]) -> bool:
    return (word.present, word.from_ms, word.to_ms) != (last.present, last.from_ms, last.to_ms)


def _check(connection: Connection, row: Row[Any], words: Sequence[Word], last: Mapping[str, Row[Any]]) -> None:
    names = [word.person for word in words]
    if len(set(names)) < len(names):
        raise Problem(Kind.INVALID, "a person is named twice; send one word on each.")
    for word in words:
        start_ms, end_ms = word.from_ms or row.start_ms, word.to_ms or row.end_ms
        if not row.start_ms <= start_ms < end_ms <= row.end_ms:
            raise Problem(Kind.INVALID, f"person {word.person}: from and to lie within the session, in this order.")
        if word.person in last and not word.reason:
            raise Problem(Kind.INVALID, f"person {word.person}: say the reason for which this corrects what was said.")
    s = t.session.c
    held = sittings(connection, (s.site == row.site) & (s.id == row.id))
    times = belongings(connection, groups={group for one in held for group in one.groups})
    if strangers := sorted(set(names) - expected(held, times).keys()):
        raise Problem(Kind.INVALID, f"person {strangers[0]} is of none of this session's groups; enrol them first.")
