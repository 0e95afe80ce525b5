"""Databases with bookings of the first versions in them are brought over: the bookings, and the refusal of overlaps."""

from collections.abc import Iterator

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import IntegrityError

from registry import migrate
from registry.bookings.rows import record
from registry.database import Database
from registry.tables import core as t

OLD = "INSERT INTO booking (site, id, resource, person, zone, start_ms, end_ms, exclusive) VALUES "
SITE = "INSERT INTO site (id, name, timezone, version, revision) VALUES ('matera', 'Matera', 'Europe/Rome', 0, 1)"
PERSON = (
    "INSERT INTO person (id, name, valid_from_ms, suspended, minor, revision) VALUES ('anna', 'Anna', 0, {no}, {no}, 1)"
)
DESK = "INSERT INTO resource (site, id, kind, name, zone, revision) VALUES ('matera', '{id}', '{kind}', 'D', 'hall', 1)"


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    """One of the second version, with two bookings of a desk and two of a zone, which overlap."""
    made = Database(url)
    migrate.upgrade(made, "0002")
    no, yes = ("0", "1") if made.is_sqlite else ("false", "true")
    with made.write() as connection:
        kinds = (("d1", "desk"), ("hall", "zone"))
        for statement in (SITE, PERSON.format(no=no), *(DESK.format(id=ident, kind=kind) for ident, kind in kinds)):
            connection.execute(text(statement))
        for ident, resource, start, end, exclusive in (
            ("a", "d1", 0, 10, yes),
            ("b", "d1", 10, 20, yes),
            ("c", "hall", 0, 10, no),
            ("d", "hall", 5, 9, no),
        ):
            values = f"('matera', '{ident}', '{resource}', 'anna', 'hall', {start}, {end}, {exclusive})"
            connection.execute(text(OLD + values))
    migrate.upgrade(made)
    yield made
    made.close()


def test_old_bookings_carry_on_as_booked_and_are_never_released(database: Database) -> None:
    with database.read() as connection:
        rows = connection.execute(select(t.booking).order_by(t.booking.c.id)).all()
    assert [(row.id, row.start_ms, row.end_ms, row.blocked_until_ms) for row in rows] == [
        ("a", 0, 10, 10),
        ("b", 10, 20, 20),
        ("c", 0, 10, 10),
        ("d", 5, 9, 9),
    ]
    assert [row.exclusive for row in rows] == [True, True, False, False]
    for row in rows:
        assert (row.state, row.kind, row.places, row.revision) == ("booked", "desk", 1, 1)
        assert (row.release_ms, row.checked_in_ms, row.hold_until_ms, row.series) == (None,) * 4
        assert (row.waiting, row.walk_in, row.made_by) == (False, False, "")
        assert record(dict(row._mapping)).person == "anna"


def new(ident: str, **values: object) -> dict[str, object]:
    plain = {"site": "matera", "id": ident, "resource": "d1", "person": "anna", "zone": "hall", "kind": "desk"}
    rest = {"state": "booked", "exclusive": True, "places": 1, "waiting": False, "walk_in": False, "made_ms": 0}
    return plain | rest | {"made_by": "", "revision": 1} | values


@pytest.mark.parametrize(
    ("values", "taken"),
    [
        ({"start_ms": 20, "end_ms": 30, "blocked_until_ms": 30}, True),
        ({"start_ms": 19, "end_ms": 30, "blocked_until_ms": 30}, False),
        ({"start_ms": 20, "end_ms": 20, "blocked_until_ms": 20}, False),
        ({"start_ms": 20, "end_ms": 30, "blocked_until_ms": 29}, False),
        ({"start_ms": 20, "end_ms": 30, "blocked_until_ms": 30 + 86_400_001}, False),
        ({"start_ms": 5, "end_ms": 6, "blocked_until_ms": 6, "state": "cancelled", "exclusive": False}, True),
        ({"start_ms": 5, "end_ms": 6, "blocked_until_ms": 6, "state": "cancelled"}, False),
        ({"start_ms": 25, "end_ms": 26, "blocked_until_ms": 26, "state": "cancelled"}, False),
        ({"start_ms": 25, "end_ms": 26, "blocked_until_ms": 26, "state": "gone"}, False),
        ({"start_ms": 25, "end_ms": 26, "blocked_until_ms": 26, "state": "offered"}, False),
        ({"start_ms": 25, "end_ms": 26, "blocked_until_ms": 26, "state": "offered", "hold_until_ms": 9}, True),
        ({"start_ms": 25, "end_ms": 26, "blocked_until_ms": 26, "hold_until_ms": 9}, False),
        ({"start_ms": 25, "end_ms": 26, "blocked_until_ms": 26, "group_id": "team"}, False),
        ({"start_ms": 25, "end_ms": 26, "blocked_until_ms": 26, "person": None}, False),
        ({"start_ms": 25, "end_ms": 26, "blocked_until_ms": 26, "person": None, "group_id": "team"}, True),
        (
            {
                "start_ms": 25,
                "end_ms": 26,
                "blocked_until_ms": 26,
                "state": "released",
                "exclusive": False,
                "checked_in_ms": 25,
            },
            False,
        ),
    ],
)
def test_the_database_itself_holds_what_a_booking_must_be(
    database: Database, values: dict[str, object], taken: bool
) -> None:
    def put() -> None:
        with database.write() as connection:
            connection.execute(insert(t.booking).values(new("n", **values)))

    if taken:
        put()
    else:
        with pytest.raises(IntegrityError):
            put()


def test_a_buffer_is_refused_by_the_database_from_both_sides(database: Database) -> None:
    with database.write() as connection:
        connection.execute(insert(t.booking).values(new("n", start_ms=30, end_ms=40, blocked_until_ms=60)))
        for start, end, blocked in ((59, 70, 70), (25, 28, 31)):
            beside = insert(t.booking).values(new("m", start_ms=start, end_ms=end, blocked_until_ms=blocked))
            with pytest.raises(IntegrityError), connection.begin_nested():
                connection.execute(beside)
        connection.execute(insert(t.booking).values(new("m", start_ms=60, end_ms=70, blocked_until_ms=70)))


def test_what_is_let_go_can_be_booked_and_not_taken_back(database: Database) -> None:
    b = t.booking.c
    with database.write() as connection:
        connection.execute(t.booking.update().where(b.id == "a").values(state="released", exclusive=False))
        connection.execute(insert(t.booking).values(new("n", start_ms=0, end_ms=10, blocked_until_ms=10)))
        back = t.booking.update().where(b.id == "a").values(state="booked", exclusive=True)
        with pytest.raises(IntegrityError), connection.begin_nested():
            connection.execute(back)
