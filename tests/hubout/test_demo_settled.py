"""What the demo asks of the registry about bookings and stays, and that it finds each thing that could be wrong."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Executable, insert, update

from access.clock import HOUR_MS, MINUTE_MS
from access.facts import CheckedIn, DeskMoved, Entered, Fact, Left, NoShow, VisitBegan
from access.records import Booking
from access.stays import How
from hubout.demo.settled import Settled, settled, unsettled
from registry.bookings.resources import Resource
from registry.people.people import Profile, Rights
from registry.seed.bulk import Seed
from registry.setup import Registry
from registry.tables import core as t

NINE_MS = 1_795_420_800_000
DUE_MS = NINE_MS + 15 * MINUTE_MS
LATER_MS = DUE_MS + HOUR_MS
TOLD: list[tuple[int, Fact]] = [
    (NINE_MS - 1, Entered("anna", "front", "hall", "1-2", estimated=False, outer="")),
    (NINE_MS, CheckedIn("came", "badge", "anna")),
    (NINE_MS + 1, VisitBegan("v1", "hall", "Sara")),
    (DUE_MS, NoShow("gone", "d1")),
    (DUE_MS, NoShow("unseen", "d2", unproved=True)),
    (LATER_MS, Left("front", "hall", "", "anna")),
]


def test_a_log_is_counted() -> None:
    seen = settled(TOLD)
    assert (seen.checked_in, seen.no_shows) == (frozenset({"came"}), frozenset({"gone"}))
    assert seen.visits == 1
    assert seen.last_ms == LATER_MS
    (stay,) = seen.stays
    assert (stay.person, stay.start_ms, stay.end_ms, stay.how) == ("anna", NINE_MS - 1, LATER_MS, How.EXIT)


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Registry]:
    url = f"sqlite:///{tmp_path / 'r.db'}"
    with Registry(url, tmp_path / "keys") as made:
        made.add_site("matera", "Matera")
        ends_ms = NINE_MS + 4 * HOUR_MS
        bookings = [
            Booking(ident, "anna", "hall", desk, NINE_MS, ends_ms, release_ms=DUE_MS)
            for ident, desk in (("came", "d1"), ("gone", "d2"))
        ]
        hall = Resource("hall", "zone", "Hall", "hall", 9)
        desks = [Resource(ident, "desk", ident, "hall") for ident in ("d1", "d2")]
        made.seed(
            Seed(
                resources=[("matera", one) for one in (hall, *desks)],
                persons={"anna": Profile("Anna Rossi")},
                rights=[("matera", "anna", Rights(frozenset({"hall"})))],
                bookings=[("matera", one) for one in bookings],
            )
        )
        yield made


def change(registry: Registry, statement: Executable) -> None:
    with registry.database.write() as connection:
        connection.execute(statement)


def asked(registry: Registry, seen: Settled) -> list[str]:
    with registry.database.read() as connection:
        return unsettled(connection, "matera", seen)


def nothing(last_ms: int) -> Settled:
    return settled([(last_ms, DeskMoved("d1", "free"))])


def test_a_booking_whose_time_is_over_is_an_open_question_until_the_registry_settles_it(registry: Registry) -> None:
    assert asked(registry, nothing(DUE_MS)) == [], "the site may still be about to say so"
    open_now = asked(registry, nothing(LATER_MS))
    assert [line.split(" is ")[0] for line in open_now] == ["matera: booking came", "matera: booking gone"]
    change(registry, update(t.booking).where(t.booking.c.id == "came").values(checked_in_ms=NINE_MS))
    change(registry, update(t.booking).where(t.booking.c.id == "gone").values(state="released", exclusive=False))
    seen = Settled(frozenset({"came"}), frozenset({"gone"}), (), 0, LATER_MS)
    assert asked(registry, seen) == []


def test_what_the_log_tells_and_the_registry_does_not_is_named(registry: Registry) -> None:
    early = Settled(frozenset({"came"}), frozenset({"gone"}), (), 0, NINE_MS)
    checked_in, released = asked(registry, early)
    assert "differ on who is checked in: ['came']" in checked_in
    assert "differ on who is released: ['gone']" in released


def test_stays_that_differ_are_named(registry: Registry) -> None:
    stays = settled(TOLD).stays
    assert asked(registry, Settled(frozenset(), frozenset(), stays, 0, NINE_MS)) == [
        "matera: the registry keeps other stays than the log tells"
    ]
    (stay,) = stays
    where = {"site": "matera", "epoch": 1, "seq": 6, "n": 0, "person": stay.person, "zone": stay.zone}
    when = {"start_ms": stay.start_ms, "end_ms": stay.end_ms, "how": str(stay.how)}
    change(registry, insert(t.stay).values(**where, **when, estimated=False, trusted=True))
    assert asked(registry, Settled(frozenset(), frozenset(), stays, 0, NINE_MS)) == []
