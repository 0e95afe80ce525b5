"""The database itself refuses overlapping bookings: also to a program that forgets to ask first."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError

from access.records import LONGEST_BOOKING_MS, Booking
from registry.bookings import bookings, resources
from registry.people import people
from registry.setup import Registry
from registry.tables import core as t

SPANS = st.lists(st.tuples(st.integers(0, 40), st.integers(1, 12)), max_size=15)


@pytest.fixture
def site(registry: Registry) -> Registry:
    registry.add_site("matera", "Matera")
    registry.add_resource("matera", resources.Resource("d1", "desk", "Desk 1", "hall"))
    registry.add_person(people.Profile("Anna"), "anna")
    return registry


def put(registry: Registry, ident: str, start: int, end: int) -> bool:
    """Insert past every check of ours; whether the database took it."""
    values = bookings.booking_values("matera", Booking(ident, "anna", "hall", "d1", start, end), "desk")
    try:
        with registry.database.write() as connection:
            connection.execute(insert(t.booking).values(values))
    except IntegrityError:
        return False
    return True


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(spans=SPANS)
def test_exactly_the_overlapping_ones_are_refused(site: Registry, spans: list[tuple[int, int]]) -> None:
    with site.database.write() as connection:
        connection.execute(t.booking.delete())
    held: list[tuple[int, int]] = []
    for number, (start, length) in enumerate(spans):
        free = all(start + length <= begun or start >= ended for begun, ended in held)
        assert put(site, f"b{number}", start, start + length) == free
        if free:
            held.append((start, start + length))


def test_an_edit_into_another_booking_is_refused_too(site: Registry) -> None:
    assert put(site, "a", 0, 10)
    assert put(site, "b", 10, 20)
    with pytest.raises(IntegrityError), site.database.write() as connection:
        connection.execute(update(t.booking).where(t.booking.c.id == "b").values(start_ms=9))
    with site.database.write() as connection:
        connection.execute(update(t.booking).where(t.booking.c.id == "b").values(start_ms=11))


@pytest.mark.parametrize(("start", "end"), [(5, 5), (6, 5), (0, LONGEST_BOOKING_MS + 1)])
def test_a_span_that_is_none_is_refused(site: Registry, start: int, end: int) -> None:
    assert not put(site, "a", start, end)


def test_the_longest_bookings_meet_without_overlap(site: Registry) -> None:
    assert put(site, "a", 0, LONGEST_BOOKING_MS)
    assert not put(site, "b", LONGEST_BOOKING_MS - 1, LONGEST_BOOKING_MS)
    assert put(site, "c", LONGEST_BOOKING_MS, 2 * LONGEST_BOOKING_MS)


@pytest.mark.parametrize(
    ("spans", "most"),
    [
        ([], 0),
        ([(0, 1)], 1),
        ([(0, 1), (1, 2)], 1),
        ([(0, 2), (1, 3), (2, 4)], 2),
        ([(0, 9), (1, 2), (3, 4), (3, 5)], 3),
    ],
)
def test_the_busiest_moment_is_counted(spans: list[tuple[int, int]], most: int) -> None:
    assert bookings.busiest(spans) == most
