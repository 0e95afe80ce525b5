"""Registers of one session beside one another: which say otherwise of somebody, which counts, and what is taken over.

Two registers may hold the same session: its own, and those of its programme. What a register that was corrected says
counts, of several the one that was corrected last (``registry.attendance.corrected``). A register that is read takes
that over, row by row (ADR 0048); one that was read before says otherwise until it is read anew or corrected likewise.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, or_, select

from access.register import Correction, Entry, Held
from access.register_fold import Line, Register, present, reckoned
from registry.attendance import corrected
from registry.edit import Edit
from registry.registers import editions
from registry.registers.editions import Edition
from registry.registers.scopes import Scope, scope_of
from registry.tables import core as t

_R, _C = t.register.c, t.corrected.c
Key = tuple[str, str]
"""A session and a person."""


@dataclass(frozen=True, slots=True)
class Side:
    """What a register says of somebody at a session: the rows that count, and minutes."""

    scope: Scope
    rows: tuple[int, ...]
    minutes: int


@dataclass(frozen=True, slots=True)
class Difference:
    """Two registers that say other minutes of somebody; ``counts``: the register that counts, None: what the logs say
    now.
    """

    session: Held
    person: str
    ours: Side
    theirs: Side
    counts: Scope | None


def differing(connection: Connection, scope: Scope, held: Edition) -> list[Difference]:
    """Where the last edition of another register says other minutes than this one, which is none of before."""
    if held.number != scope.edition:
        return []
    ours = held.register
    others = _beside(connection, scope, ours.sessions.values())
    if not others:
        return []
    mine = reckoned(ours)
    known = {scope.id: scope, **{other.id: other for other, _ in others}}
    word = _words(connection, scope.site, ours.sessions)
    found = list[Difference]()
    for other, theirs in others:
        for key, have in reckoned(theirs).items():
            if key in mine and mine[key].recognised_minutes != have.recognised_minutes:
                left = Side(scope, _rows(ours, key), mine[key].recognised_minutes)
                right = Side(other, _rows(theirs, key), have.recognised_minutes)
                counts = known.get(word.get(key, ""))
                found.append(Difference(ours.sessions[key[0]], key[1], left, right, counts))
    return found


def _rows(register: Register, key: Key) -> tuple[int, ...]:
    return tuple(line.n for line in register.of(*key) if line.counts)


def _beside(connection: Connection, scope: Scope, sessions: Collection[Held]) -> list[tuple[Scope, Register]]:
    """The other registers of the site that hold one of these sessions, by number, in their last editions."""
    if not sessions:
        return []
    within = (_R.from_ms <= max(one.start_ms for one in sessions)) & (
        _R.until_ms > min(one.start_ms for one in sessions)
    )
    courses = _R.session.is_(None) & (_R.programme == scope.programme) & within
    asked = select(t.register).where(_R.site == scope.site, _R.id != scope.id, _R.edition > 0)
    asked = asked.where(or_(courses, _R.session.in_([one.session for one in sessions])))
    others = [scope_of(row) for row in connection.execute(asked.order_by(_R.number))]
    held = editions.latest_of(connection, others)
    return [(one, held[one.id].register) for one in others if one.id in held]


def _words(connection: Connection, site: str, sessions: Collection[str]) -> dict[Key, str]:
    """Which register counts, of these sessions' people of whom one does."""
    asked = select(_C.session, _C.person, _C.register_id)
    asked = asked.where(_C.site == site, _C.session.in_(sorted(sessions)))
    return {(session, person): register for session, person, register in connection.execute(asked)}


def restore(edit: Edit, scope: Scope, forgotten: Collection[Key]) -> None:
    """Where a register's word was forgotten, the last correction of another one counts, if there is any. What another
    one only took over was the forgotten word itself: it was said before its logs were read.
    """
    if not forgotten:
        return
    held = editions.latest(edit.connection, scope).register
    others = _beside(edit.connection, scope, held.sessions.values())
    for key in sorted(forgotten):
        said = [
            (line.said.at_ms, other, register)
            for other, register in others
            for line in register.of(*key)
            if isinstance(line.said, Correction) and line.said.at_ms >= register.opened.at_ms
        ]
        if said:
            _, other, register = max(said, key=lambda one: one[0])
            corrected.say(edit, scope.site, other.id, *key, present(register, *key))


def taken_over(connection: Connection, scope: Scope, said: Sequence[object]) -> Iterator[Correction]:
    """The corrections by which what was just read says what counts of people of whom another register was corrected."""
    sessions = {one.session: one for one in said if isinstance(one, Held)}
    word = {key: who for key, who in _words(connection, scope.site, sessions).items() if who != scope.id}
    if not word:
        return
    others = {other.id: (other, register) for other, register in _beside(connection, scope, sessions.values())}
    entries: dict[Key, dict[int, Entry]] = {}
    for n, one in enumerate(said, 1):
        if isinstance(one, Entry):
            entries.setdefault((one.session, one.person), {})[n] = one
    for (session, person), source in sorted(word.items()):
        if source in others and person in sessions[session].persons.split():
            other, register = others[source]
            yield from _as_there(other, register.of(session, person), entries.get((session, person), {}))


def _as_there(other: Scope, lines: Sequence[Line], entries: Mapping[int, Entry]) -> Iterator[Correction]:
    """The corrections that make of these entries what another register's lines say."""
    words = [line.said for line in lines if isinstance(line.said, Correction)]
    if not words:
        return
    spans = {(line.said.from_ms, line.said.to_ms): line.said for line in lines if line.counts}
    void = [n for n, one in entries.items() if (one.from_ms, one.to_ms) not in spans]
    there = {(one.from_ms, one.to_ms) for one in entries.values()}
    more = [one for span, one in spans.items() if span not in there]
    for one in more:
        word = one if isinstance(one, Correction) else words[-1]
        yield _said(other, word, void.pop(0) if void else 0, one.session, one.person, (one.from_ms, one.to_ms))
    for n in void:
        yield _said(other, words[-1], n, entries[n].session, entries[n].person, (0, 0))


def _said(other: Scope, word: Correction, of: int, session: str, person: str, span: tuple[int, int]) -> Correction:
    reason = f"registro {other.number}/{other.edition}: {word.reason}"
    return Correction(of, session, person, *span, word.author, word.author_name, reason, word.at_ms)
