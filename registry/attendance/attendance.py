"""Attendance at the registry: the stays of every site and the roll calls, counted by the core alone (S5).

What a register that was corrected says of somebody at a session counts instead of both (``corrected``).

A stay that is still open counts up to now. One that was closed by system, or is open, ends where the person came to
another site meanwhile: checking in there was leaving here.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection, select

from access.attendance import Attended, ClosedStay, Mark, OpenStay, RollCall, SessionState, Terms, attended
from access.spans import Span
from access.threshold import Total, total
from registry.attendance import corrected, pieces
from registry.attendance.pieces import Piece, Pieces
from registry.programmes.sittings import AT_ONCE, Sitting, belongings, expected, of_groups, sittings, terms_of
from registry.tables import core as t


@dataclass(frozen=True, slots=True)
class Evidence:
    """What counts for some people: their stays by start, and their roll calls, by person; and what registers say."""

    stays: Mapping[str, Sequence[Piece]] = field(default_factory=dict)
    calls: Mapping[str, Sequence[RollCall]] = field(default_factory=dict)
    words: corrected.Words = field(default_factory=dict)


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
    return list(each_register(connection, of, now_ms, clipped=clipped))


def each_register(
    connection: Connection,
    of: Mapping[str, Sequence[Sitting]],
    now_ms: int,
    *,
    clipped: bool = False,
    over: Pieces | None = None,
) -> Iterator[Register]:
    """As ``registers``, one after the other: whoever adds up a year of all people holds one person's at a time.

    ``over``: everybody's stays that are over and touch these sessions, where they were read already.
    """
    held = {sitting.session.id: sitting for some in of.values() for sitting in some}
    terms = terms_of(connection, {sitting.programme for sitting in held.values()})
    found = _evidence(connection, sorted(of), list(held.values()), now_ms if not clipped else None, over)
    for person, some in sorted(of.items()):
        yield Register(person, tuple(_attended(some, person, found, terms, now_ms)))


def _attended(
    some: Iterable[Sitting], person: str, found: Evidence, terms: Mapping[str, Terms], now_ms: int
) -> Iterator[tuple[Sitting, Attended]]:
    """A person's sessions; each is shown the stays that can touch it alone, for there may be a year of them."""
    stays, calls = found.stays.get(person, ()), found.calls.get(person, ())
    starts = [stay[0] for stay in stays]
    longest_ms = max([end_ms - start_ms for start_ms, _, end_ms, _ in stays if end_ms is not None], default=0)
    still = [stay for stay in stays if stay[2] is None]
    for sitting in some:
        session = sitting.session
        word = found.words.get((person, session.id))
        if word is not None:
            said = attended(session, word.stays, word.calls(session.id), terms[sitting.programme], now_ms)
            counts = session.state is SessionState.DELIVERED
            yield sitting, replace(said, marks=said.marks | {Mark.CORRECTED}) if counts else said
            continue
        first = bisect_left(starts, session.start_ms - longest_ms)
        near = [stay for stay in stays[first : bisect_left(starts, session.end_ms)] if stay[2] is not None]
        there = [pieces.as_counted(stay, stays) for stay in (*near, *still)]
        yield sitting, attended(session, there, calls, terms[sitting.programme], now_ms)


def _evidence(
    connection: Connection, persons: Sequence[str], held: Sequence[Sitting], now_ms: int | None, over: Pieces | None
) -> Evidence:
    """What these people's stays and roll calls say of these sessions; ``now_ms`` None: as far as each log has come."""
    delivered = [one for one in held if one.session.state == "delivered"]
    here = [one.session for one in delivered if not one.session.off_site]
    stays: Mapping[str, Sequence[Piece]] = {}
    if here and persons:
        span = Span(min(one.start_ms for one in here), max(one.end_ms for one in here))
        read = pieces.of_persons(connection, persons, span) if over is None else over
        stays = pieces.with_open(connection, read, persons, now_ms)
    away = [one for one in delivered if one.session.off_site]
    calls = calls_of(connection, persons, away) if away else {}
    return Evidence(stays, calls, corrected.of_persons(connection, persons) if delivered else {})


def stays_at(
    connection: Connection, persons: Sequence[str], span: Span, now_ms: int | None
) -> dict[str, list[tuple[str, OpenStay | ClosedStay]]]:
    """These people's stays that touch a span, each with its site, as they count beside those at other sites."""
    found = pieces.with_open(connection, pieces.of_persons(connection, persons, span), persons, now_ms)
    return {person: [(stay[1], pieces.as_counted(stay, held)) for stay in held] for person, held in found.items()}


def calls_of(connection: Connection, persons: Sequence[str], held: Sequence[Sitting]) -> dict[str, list[RollCall]]:
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


def corrections_in(rows: Iterable[tuple[Sitting, Attended]]) -> int:
    """Of how many of these sessions the minutes are those of a corrected register."""
    return sum(Mark.CORRECTED in have.marks for _, have in rows)


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
