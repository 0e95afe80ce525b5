"""What an edition says of the logs: sessions, people and entries as they are at a moment, and where each log stood."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection, select

from access.attendance import ClosedStay, OpenStay, SessionState
from access.register import SALT_BYTES, Enrolled, Entry, Head, Held, How, Opened, Said, bound
from access.register_chain import Name
from access.spans import Span
from registry.attendance.attendance import calls_of, stays_at
from registry.programmes.sittings import AT_ONCE, Sitting, belongings, expected, sittings
from registry.registers.scopes import Scope, groups_of, sessions_of
from registry.sites.standings import standings
from registry.tables import core as t

Stay = tuple[str, OpenStay | ClosedStay]


@dataclass(frozen=True, slots=True)
class Author:
    """In whose name it is done: an account's or a token's id, and its name."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What an edition begins with, and the names that it binds."""

    said: tuple[Said, ...]
    names: Mapping[str, Name]


@dataclass(frozen=True, slots=True)
class Asked:
    """Which edition is read: its number, the hash of the one before, why, by whom, when."""

    edition: int
    former: str
    why: str
    author: Author
    at_ms: int


def opened(connection: Connection, scope: Scope, asked: Asked) -> Opened:
    """How an edition of a register begins."""
    p, c = t.programme.c, t.cohort.c
    site = connection.execute(select(t.site).where(t.site.c.id == scope.site)).one()
    programme = connection.execute(select(t.programme).where(p.id == scope.programme)).one()
    cohort = connection.execute(select(c.name).where(c.id == scope.cohort)).scalar_one_or_none()
    return Opened(
        scope.site,
        scope.id,
        scope.number,
        asked.edition,
        asked.former,
        asked.why,
        site.name,
        site.timezone,
        scope.programme,
        programme.name,
        scope.cohort or "",
        cohort or "",
        asked.author.id,
        asked.author.name,
        asked.at_ms,
        programme.late_ms,
        programme.early_ms,
        programme.rounding_minutes,
        "down",
        programme.threshold_percent,
        site.municipality,
    )


def read(connection: Connection, scope: Scope, asked: Asked, salts: Sequence[bytes]) -> Reading:
    """An edition as the logs say it now; ``salts`` holds 32 bytes for everybody who may be named."""
    held = sittings(connection, sessions_of(connection, scope))
    there = _expected(connection, scope, held)
    people = sorted({who for persons in there.values() for who in persons})
    entries = _entries(connection, held, there, people, asked.at_ms)
    names = _names(connection, people, salts)
    said: list[Said] = [
        opened(connection, scope, asked),
        *_heads(connection, {scope.site, *(one.site for one in entries)}),
        *_held(connection, held, there),
        *(Enrolled(who, bound(held_name.name, bytes.fromhex(held_name.salt))) for who, held_name in names.items()),
        *entries,
    ]
    return Reading(tuple(said), names)


def people_of(connection: Connection, scope: Scope) -> int:
    """How many people a register names."""
    held = sittings(connection, sessions_of(connection, scope))
    return len({who for persons in _expected(connection, scope, held).values() for who in persons})


def _expected(connection: Connection, scope: Scope, held: Sequence[Sitting]) -> dict[str, list[str]]:
    """Who is expected at each session, by the session's id."""
    groups = {group for one in held for group in one.groups}
    if scope.cohort is not None:
        groups &= set(groups_of(connection, scope.cohort))
    there: dict[str, list[str]] = {one.id: [] for one in held}
    for who, some in sorted(expected(held, belongings(connection, groups=groups)).items()):
        for one in some:
            there[one.id].append(who)
    return there


def _names(connection: Connection, people: Sequence[str], salts: Sequence[bytes]) -> dict[str, Name]:
    found: dict[str, str] = {}
    p = t.person.c
    for start in range(0, len(people), AT_ONCE):
        some = people[start : start + AT_ONCE]
        found.update((row.id, row.name) for row in connection.execute(select(p.id, p.name).where(p.id.in_(some))))
    if any(len(salt) != SALT_BYTES for salt in salts) or len(salts) < len(people):
        raise ValueError(f"everybody needs a salt of {SALT_BYTES} bytes")
    return {who: Name(found.get(who, who), salt.hex()) for who, salt in zip(people, salts, strict=False)}


def _heads(connection: Connection, sites: set[str]) -> list[Head]:
    found = standings(connection, t.site.c.id.in_(sorted(sites)))
    return [Head(one.site, one.epoch, one.seq, one.head.hex()) for one in found]


def _held(connection: Connection, held: Sequence[Sitting], there: Mapping[str, Sequence[str]]) -> list[Held]:
    sites, ids = {one.site for one in held}, [one.id for one in held]
    h, p, s = t.session_trainer.c, t.person.c, t.session.c
    trainers: dict[str, list[str]] = defaultdict(list)
    places: dict[str, str] = {}
    for start in range(0, len(ids), AT_ONCE):
        some = ids[start : start + AT_ONCE]
        named = select(h.session, p.name).join(t.person, p.id == h.person).order_by(p.name, p.id)
        for session, name in connection.execute(named.where(h.site.in_(sites), h.session.in_(some))):
            trainers[session].append(name)
        where = select(s.id, s.place).where(s.site.in_(sites), s.id.in_(some))
        places.update((session, place) for session, place in connection.execute(where))
    return [
        Held(
            one.id,
            one.title,
            one.session.start_ms,
            one.session.end_ms,
            " ".join(f"{span.start_ms}-{span.end_ms}" for span in sorted(one.session.breaks)),
            str(one.session.state),
            "off-site" if one.session.off_site else "site",
            places[one.id],
            ", ".join(trainers[one.id]),
            " ".join(there[one.id]),
        )
        for one in held
    ]


def _entries(
    connection: Connection,
    held: Sequence[Sitting],
    there: Mapping[str, Sequence[str]],
    people: Sequence[str],
    at_ms: int,
) -> list[Entry]:
    """Who came and went, by session and person."""
    delivered = [one for one in held if one.session.state is SessionState.DELIVERED]
    here = [one for one in delivered if not one.session.off_site]
    away = [one for one in delivered if one.session.off_site]
    stays: Mapping[str, Sequence[Stay]] = {}
    if here and people:
        span = Span(min(one.session.start_ms for one in here), max(one.session.end_ms for one in here))
        stays = {who: merged(some) for who, some in stays_at(connection, people, span, at_ms).items()}
    calls = calls_of(connection, people, away) if away else {}
    found = list[Entry]()
    for one in delivered:
        for who in there[one.id]:
            if one.session.off_site:
                found += [
                    _called(one, who, call.from_ms, call.to_ms)
                    for call in calls.get(who, ())
                    if call.session == one.session.id
                ]
            else:
                found += _stayed(one, who, stays.get(who, ()), at_ms)
    return found


def _called(sitting: Sitting, who: str, from_ms: int | None, to_ms: int | None) -> Entry:
    session = sitting.session
    start_ms = session.start_ms if from_ms is None else from_ms
    end_ms = session.end_ms if to_ms is None else to_ms
    return Entry(sitting.id, who, sitting.site, start_ms, end_ms, str(How.ROLL_CALL))


def _stayed(sitting: Sitting, who: str, stays: Iterable[Stay], at_ms: int) -> Iterable[Entry]:
    session = sitting.session
    for site, stay in stays:
        end_ms, how = (at_ms, How.OPEN) if isinstance(stay, OpenStay) else (stay.end_ms, How(str(stay.closed)))
        if max(stay.start_ms, session.start_ms) < min(end_ms, session.end_ms):
            yield Entry(sitting.id, who, site, stay.start_ms, end_ms, str(how))


def merged(stays: Sequence[Stay]) -> list[Stay]:
    """Stays in one zone after another as the one that they are; what was closed by system stays apart."""
    found = list[Stay]()
    for site, stay in stays:
        last = found[-1] if found else None
        if last is not None and last[0] == site and _walked(last[1], stay):
            found[-1] = (site, replace(stay, start_ms=last[1].start_ms))
        else:
            found.append((site, stay))
    return found


def _walked(first: OpenStay | ClosedStay, then: OpenStay | ClosedStay) -> bool:
    return isinstance(first, ClosedStay) and first.closed == "exit" and first.end_ms == then.start_ms
