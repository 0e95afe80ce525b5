"""What became of bookings, stays and visits: counted from each gateway's log, and compared with the registry."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, Row, select

from access.facts import CheckedIn, Fact, NoShow, VisitBegan
from access.occupancy import Occupancy, fold
from access.stays import Ended, ended
from registry.bookings.noshow import SLACK_MS
from registry.tables import core as t

Told = tuple[int, Fact]
"""A fact and when it happened, Unix milliseconds."""


@dataclass(frozen=True, slots=True)
class Settled:
    """What one site's log says: the bookings that somebody came for, and those released as no-shows (by what was seen,
    not for want of seeing); the stays that ended; how many visits began; and when the last event was.
    """

    checked_in: frozenset[str]
    no_shows: frozenset[str]
    stays: tuple[Ended, ...]
    visits: int
    last_ms: int


def settled(told: Iterable[Told]) -> Settled:
    """Count a log, in its order."""
    checked_in, no_shows, stays = set[str](), set[str](), list[Ended]()
    visits, last_ms = 0, 0
    present = Occupancy()
    for at_ms, fact in told:
        before, present = present, fold(present, fact, at_ms)
        stays += ended(before, present, fact, at_ms)
        last_ms = max(last_ms, at_ms)
        match fact:
            case CheckedIn(booking=booking):
                checked_in.add(booking)
            case NoShow(booking=booking, unproved=False):
                no_shows.add(booking)
            case VisitBegan():
                visits += 1
    return Settled(frozenset(checked_in), frozenset(no_shows), tuple(stays), visits, last_ms)


def unsettled(connection: Connection, site: str, seen: Settled) -> list[str]:
    """What of a site the registry tells otherwise than its log, and which of its bookings stand open although the
    site's events have passed their deadline; sentences, none where all is well.
    """
    b = t.booking.c
    rows = list(connection.execute(select(t.booking).where(b.site == site, b.release_ms.is_not(None))))
    found = [
        f"{site}: booking {row.id} is {row.state} and nobody has come, though its time was over"
        for row in rows
        if _is_open(row) and row.release_ms + SLACK_MS <= seen.last_ms
    ]
    for what, here, there in (
        ("checked in", {row.id for row in rows if row.checked_in_ms is not None}, seen.checked_in),
        ("released", {row.id for row in rows if row.state == "released"}, seen.no_shows),
    ):
        if here != there:
            found.append(f"{site}: the registry and the log differ on who is {what}: {sorted(here ^ there)}")
    if _stays(connection, site) != sorted(map(_line, seen.stays)):
        found.append(f"{site}: the registry keeps other stays than the log tells")
    return found


def _is_open(row: Row[tuple[object, ...]]) -> bool:
    return row.state == "booked" and row.checked_in_ms is None


def _line(stay: Ended) -> tuple[str, str, int, int, str]:
    return stay.person, stay.zone, stay.start_ms, stay.end_ms, str(stay.how)


def _stays(connection: Connection, site: str) -> list[tuple[str, str, int, int, str]]:
    s = t.stay.c
    rows = connection.execute(select(s.person, s.zone, s.start_ms, s.end_ms, s.how).where(s.site == site))
    return sorted((row.person, row.zone, row.start_ms, row.end_ms, row.how) for row in rows)
