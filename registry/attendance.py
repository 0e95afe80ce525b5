"""Attendance at the registry: the stays of every site and the roll calls, counted by the core alone (S5).

A stay that is still open counts up to now. One that was closed by system, or is open, ends where the person came to
another site meanwhile: checking in there was leaving here.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, select, true

from access.attendance import Attended, ClosedStay, Closing, OpenStay, RollCall, Terms, attended
from access.spans import Span
from access.stays import CLOSINGS, How
from access.threshold import Total, total
from registry import tables as t
from registry.branches import counted
from registry.sittings import AT_ONCE, Sitting, belongings, expected, of_groups, sittings, terms_of
from registry.standings import standings


@dataclass(frozen=True, slots=True)
class Evidence:
    """What counts for some people: their stays and their roll calls, by person."""

    stays: Mapping[str, Sequence[OpenStay | ClosedStay]] = field(default_factory=dict)
    calls: Mapping[str, Sequence[RollCall]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Register:
    """A person's sessions, in order, with what they have of each."""

    person: str
    rows: tuple[tuple[Sitting, Attended], ...]


def registers(
    connection: Connection, of: Mapping[str, Sequence[Sitting]], now_ms: int, *, clipped: bool = False
) -> list[Register]:
    """What these people have of these sessions, by person, in a few queries however many they are.

    ``clipped``: an open stay counts no further than its site's log has come.
    """
    held = {sitting.session.id: sitting for some in of.values() for sitting in some}
    terms = terms_of(connection, {sitting.programme for sitting in held.values()})
    found = evidence(connection, sorted(of), list(held.values()), now_ms if not clipped else None)
    return [
        Register(person, tuple((sitting, _attended(sitting, person, found, terms, now_ms)) for sitting in some))
        for person, some in sorted(of.items())
    ]


def _attended(sitting: Sitting, person: str, found: Evidence, terms: Mapping[str, Terms], now_ms: int) -> Attended:
    stays, calls = found.stays.get(person, ()), found.calls.get(person, ())
    return attended(sitting.session, stays, calls, terms[sitting.programme], now_ms)


def evidence(connection: Connection, persons: Sequence[str], held: Sequence[Sitting], now_ms: int | None) -> Evidence:
    """What these people's stays and roll calls say of these sessions; ``now_ms`` None: as far as each log has come."""
    delivered = [one for one in held if one.session.state == "delivered"]
    here = [one.session for one in delivered if not one.session.off_site]
    stays: Mapping[str, Sequence[OpenStay | ClosedStay]] = {}
    if here and persons:
        span = Span(min(one.start_ms for one in here), max(one.end_ms for one in here))
        stays = _stays(connection, persons, span, now_ms)
    away = [one for one in delivered if one.session.off_site]
    return Evidence(stays, _calls(connection, persons, away) if away else {})


@dataclass(frozen=True, slots=True, order=True)
class _Piece:
    start_ms: int
    site: str
    end_ms: int | None
    closed: Closing
    seen_out: bool


def _stays(
    connection: Connection, persons: Sequence[str], span: Span, now_ms: int | None
) -> dict[str, list[OpenStay | ClosedStay]]:
    pieces: dict[str, list[_Piece]] = defaultdict(list)
    s = t.stay.c
    for start in range(0, len(persons), AT_ONCE):
        some = persons[start : start + AT_ONCE]
        touching = select(s.person, s.site, s.start_ms, s.end_ms, s.how).where(
            s.person.in_(some), s.start_ms < span.end_ms, s.end_ms > span.start_ms, counted(t.stay)
        )
        for row in connection.execute(touching):
            closed = CLOSINGS[How(row.how)]
            seen_out = closed is not Closing.SYSTEM
            pieces[row.person].append(_Piece(row.start_ms, row.site, row.end_ms, closed, seen_out))
    for standing in standings(connection, true()):
        for person in set(persons) & standing.occupancy.stays.keys():
            start_ms = standing.occupancy.stays[person].here_ms
            upto_ms = None if now_ms is not None else max(start_ms, standing.last_event_ms or start_ms)
            pieces[person].append(_Piece(start_ms, standing.site, upto_ms, Closing.EXIT, seen_out=False))
    return {person: [_counted(piece, held) for piece in sorted(held, key=_by_start)] for person, held in pieces.items()}


def _by_start(piece: _Piece) -> tuple[int, str]:
    return piece.start_ms, piece.site


def _counted(piece: _Piece, others: Sequence[_Piece]) -> OpenStay | ClosedStay:
    """A stay as it counts beside those at other sites."""
    ends_ms = piece.end_ms
    if not piece.seen_out:
        later = (one.start_ms for one in others if one.site != piece.site and one.start_ms > piece.start_ms)
        next_ms = min(later, default=None)
        if next_ms is not None and (ends_ms is None or next_ms < ends_ms):
            return ClosedStay(piece.start_ms, next_ms, Closing.TRANSFER)
    return OpenStay(piece.start_ms) if ends_ms is None else ClosedStay(piece.start_ms, ends_ms, piece.closed)


def _calls(connection: Connection, persons: Sequence[str], held: Sequence[Sitting]) -> dict[str, list[RollCall]]:
    """Who was there by the last word on each, of off-site sessions."""
    c = t.roll_call.c
    wanted = {(one.site, one.id): one.session.id for one in held}
    last: dict[tuple[str, str, str], tuple[bool, RollCall]] = {}
    for start in range(0, len(persons), AT_ONCE):
        asked = select(t.roll_call).where(c.person.in_(persons[start : start + AT_ONCE])).order_by(c.n)
        for row in connection.execute(asked):
            if (name := wanted.get((row.site, row.session))) is not None:
                last[row.site, row.session, row.person] = (row.present, RollCall(name, row.from_ms, row.to_ms))
    found: dict[str, list[RollCall]] = defaultdict(list)
    for (_, _, person), (present, call) in last.items():
        if present:
            found[person].append(call)
    return found


def of_session(connection: Connection, site: str, session: str, now_ms: int) -> list[Register]:
    """What everybody who is expected at a session has of it."""
    s = t.session.c
    held = sittings(connection, (s.site == site) & (s.id == session))
    groups = {group for sitting in held for group in sitting.groups}
    return registers(connection, expected(held, belongings(connection, groups=groups)), now_ms)


def of_person(connection: Connection, person: str, now_ms: int) -> Register:
    """What a person has of every session that they are expected at, of whichever programme and site."""
    times = belongings(connection, persons=[person])
    groups = sorted({one.group for one in times})
    held = sittings(connection, of_groups(groups)) if groups else []
    found = registers(connection, {person: expected(held, times).get(person, [])}, now_ms)
    return found[0]


def of_programme(connection: Connection, programme: str, now_ms: int) -> list[Register]:
    """What everybody has of a programme's sessions, by person."""
    held = sittings(connection, t.session.c.programme == programme)
    groups = {group for sitting in held for group in sitting.groups}
    return registers(connection, expected(held, belongings(connection, groups=groups)), now_ms)


def totals(connection: Connection, register: Register) -> dict[str, Total]:
    """A person's attendance of each programme against its threshold."""
    rows: dict[str, list[tuple[Sitting, Attended]]] = defaultdict(list)
    for sitting, have in register.rows:
        rows[sitting.programme].append((sitting, have))
    terms = terms_of(connection, rows)
    return {name: summed(some, terms[name]) for name, some in rows.items()}


def summed(rows: Iterable[tuple[Sitting, Attended]], terms: Terms) -> Total:
    """One person's rows of one programme, summed."""
    some = list(rows)
    return total([have for _, have in some], [sitting.session for sitting, _ in some], terms)
