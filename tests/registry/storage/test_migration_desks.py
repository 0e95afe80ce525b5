"""A database of before desks were forgotten comes over whole, with what keeps its bookings apart."""

from collections.abc import Iterator

import pytest
from sqlalchemy import insert, inspect, select, text
from sqlalchemy.exc import IntegrityError

from access.records import Booking
from registry import migrate
from registry.bookings.rows import booking_values
from registry.database import Database
from registry.tables import core as t

SERIES = {
    "site": "matera",
    "id": "s1",
    "resource": "d1",
    "person": "anna",
    "kind": "desk",
    "start": "2026-11-23T09:00",
    "length_ms": 1,
    "rule": "",
    "exceptions": "[]",
    "made_ms": 1,
    "made_by": "",
    "revision": 1,
}


@pytest.fixture
def old(url: str) -> Iterator[Database]:
    """A database of the version before, with two bookings and a series of a desk."""
    database = Database(url)
    migrate.upgrade(database, "0039")
    yes = "1" if database.is_sqlite else "true"
    with database.write() as connection:
        site = "'matera', 'Matera', 'Europe/Rome', 1, 1, 15, 30, '', 'it', '[]', ''"
        columns = "id, name, timezone, version, revision, no_show_minutes, offer_minutes, holiday_province"
        columns += ", holiday_language, holidays_added, holidays_removed"
        connection.exec_driver_sql(f"INSERT INTO site ({columns}) VALUES ({site})")  # noqa: S608 -- the test's own
        connection.exec_driver_sql(
            "INSERT INTO person (id, name, valid_from_ms, suspended, minor, revision)"  # noqa: S608 -- the same
            f" VALUES ('anna', 'Anna', 0, NOT {yes}, NOT {yes}, 1)"
        )
        connection.exec_driver_sql(
            "INSERT INTO resource (site, id, kind, name, zone, revision)"
            " VALUES ('matera', 'd1', 'desk', 'D', 'hall', 1)"
        )
        connection.execute(insert(t.booking), [a_booking("k1", 0), a_booking("k2", 10)])
        connection.execute(insert(t.series).values(SERIES))
    yield database
    database.close()


def a_booking(ident: str, start_ms: int) -> dict[str, object]:
    return booking_values("matera", Booking(ident, "anna", "hall", "d1", start_ms, start_ms + 10), "desk")


def rows(database: Database, table: str) -> list[tuple[object, ...]]:
    with database.read() as connection:
        return [
            tuple(row) for row in connection.execute(select(text("*")).select_from(text(table)).order_by(text("id")))
        ]


def test_rows_indexes_and_what_keeps_bookings_apart_are_as_before(old: Database) -> None:
    def indexes(name: str) -> set[str | None]:
        with old.read() as connection:
            return {one["name"] for one in inspect(connection).get_indexes(name)}

    before = [rows(old, table) for table in ("booking", "series")]
    had = indexes("booking"), indexes("series")
    migrate.upgrade(old)
    assert [rows(old, table) for table in ("booking", "series")] == before
    assert len(before[0]) == 2
    assert indexes("booking") == had[0] | {"booking_over"}
    assert indexes("series") == had[1]
    for wrong in ({"start_ms": 5}, {"resource": "d9"}, {"state": "gone"}):
        with pytest.raises(IntegrityError), old.write() as connection:
            connection.execute(insert(t.booking).values(a_booking("k3", 20) | wrong))
    with old.write() as connection:
        connection.execute(t.booking.update().where(t.booking.c.id == "k1").values(resource=None))
    with old.write() as connection:
        connection.execute(insert(t.booking).values(a_booking("k3", 5) | {"end_ms": 10, "blocked_until_ms": 10}))
