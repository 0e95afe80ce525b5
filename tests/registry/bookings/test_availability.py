"""What is shown as free can be booked, what is shown as booked or closed cannot, and what is offered instead fits."""

from contextlib import suppress
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Row, delete, update

from access.spans import Span
from registry.bookings import availability, conflicts
from registry.bookings.conflicts import Block
from registry.problems import Problem
from registry.setup import Registry
from registry.tables import core as t
from tests.support.booked_site import HOUR_MS, MINUTE_MS, NINE_MS, SITE, BookedSite, booked_site, hours

DAY = Span(hours(-9), hours(15))
STARTS, LENGTHS = st.integers(-18, 26).map(lambda half: half / 2), st.integers(1, 8).map(lambda half: half / 2)
RESOURCES = st.sampled_from(["d1", "d1", "r1", "hall", "hall"])
BOOKINGS = st.lists(st.tuples(RESOURCES, STARTS, LENGTHS), max_size=10)
CLOSED = st.lists(st.tuples(st.sampled_from(["", "", "d1"]), STARTS, LENGTHS), max_size=2)


@pytest.fixture
def site(registry: Registry) -> BookedSite:
    made = booked_site(registry)
    with made.edit() as edit:
        edit.connection.execute(update(t.resource).where(t.resource.c.id == "r1").values(buffer_minutes=30))
    return made


def shown(site: BookedSite, audience: str = "") -> dict[str, list[dict[str, Any]]]:
    """The spans of each resource on that day."""
    with site.registry.database.read() as connection:
        return {one["id"]: one["spans"] for one in availability.availability(connection, SITE, DAY, audience)}


def wipe(site: BookedSite) -> None:
    with site.edit() as edit:
        for table in (t.booking, t.closure, t.opening):
            edit.connection.execute(delete(table))


def tried(site: BookedSite, resource: str, span: Span) -> Problem | None:
    """Why a span cannot be booked; None: it can, and is not."""
    try:
        ident = site.book((span.start_ms - NINE_MS) / HOUR_MS, (span.end_ms - NINE_MS) / HOUR_MS, resource, "carla")
    except Problem as problem:
        return problem
    site.cancel(ident)
    return None


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(made=BOOKINGS, closed=CLOSED, opens=st.booleans())
def test_each_span_of_a_day_is_what_a_booking_finds_it_to_be(
    site: BookedSite, made: list[tuple[str, float, float]], closed: list[tuple[str, float, float]], opens: bool
) -> None:
    wipe(site)
    for resource, start, length in made:
        with suppress(Problem):
            site.book(start, start + length, resource)
    for resource, start, length in closed:
        site.close(start, start + length, resource=resource)
    if opens:
        site.open_weekly(0, 8 * 60, 20 * 60)
    for resource, spans in shown(site).items():
        assert (spans[0]["start_ms"], spans[-1]["end_ms"]) == (DAY.start_ms, DAY.end_ms)
        assert all(one["end_ms"] == other["start_ms"] for one, other in pairwise(spans))
        buffer_ms = 30 * MINUTE_MS if resource == "r1" else 0
        for span in spans:
            whole = Span(span["start_ms"], span["end_ms"] - buffer_ms)
            inner = Span(span["start_ms"], span["start_ms"] + MINUTE_MS)
            if span["state"] == "free":
                assert whole.end_ms <= whole.start_ms or tried(site, resource, whole) is None, (resource, span)
            else:
                assert tried(site, resource, inner) is not None, (resource, span)


def test_a_zone_is_booked_where_its_last_place_is(site: BookedSite) -> None:
    site.book(0, 2, "hall", "anna", places=1)
    site.book(1, 3, "hall", "bruno")
    assert {span["state"] for span in shown(site)["hall"]} == {"free"}
    site.book(0, 4, "hall", "carla")
    found = [(span["state"], span["start_ms"]) for span in shown(site)["hall"]]
    assert found == [("free", DAY.start_ms), ("booked", hours(1)), ("free", hours(2))]
    with site.edit() as edit:
        edit.connection.execute(update(t.resource).where(t.resource.c.id == "hall").values(capacity=None))
    assert {span["state"] for span in shown(site)["hall"]} == {"free"}


def test_each_audience_sees_its_own_hours(site: BookedSite) -> None:
    site.open_weekly(0, 9 * 60, 12 * 60)
    site.open_weekly(0, 14 * 60, 16 * 60, "senior")

    def free(audience: str) -> list[tuple[int, int]]:
        spans = shown(site, audience)["d1"]
        return [(span["start_ms"], span["end_ms"]) for span in spans if span["state"] == "free"]

    assert free("") == free("junior") == [(hours(0), hours(3))]
    assert free("senior") == [(hours(5), hours(7))]


def test_an_offer_and_a_pending_booking_are_not_free(site: BookedSite) -> None:
    site.wait(0, 1, resource="d1")
    with site.edit() as edit:
        edit.connection.execute(update(t.resource).where(t.resource.c.id == "d2").values(needs_approval=True))
    site.book(0, 1, "d2")
    for desk in ("d1", "d2"):
        assert [span["state"] for span in shown(site)[desk]] == ["free", "booked", "free"]


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    spans=st.lists(st.tuples(st.integers(-10, 20), st.integers(1, 5)), max_size=8),
    start=st.integers(0, 10),
    length=st.integers(1, 4),
    buffer=st.sampled_from([0, 60]),
)
def test_the_nearest_free_spans_are_the_nearest_that_there_are(
    site: BookedSite, spans: list[tuple[int, int]], start: int, length: int, buffer: int
) -> None:
    blocks = [Block(Span(hours(at), hours(at + lasts))) for at, lasts in spans]
    desk = resource(site, buffer)
    wanted = conflicts.blocked(desk, hours(start), hours(start + length))
    open_hours = (Span(hours(-12), hours(30)),)
    found = conflicts._nearest(desk, blocks, wanted, open_hours, hours(-12))
    fits = [
        hours(at)
        for at in range(-12, 31 - length)
        if at != start
        and not conflicts.in_the_way(desk, blocks, conflicts.blocked(desk, hours(at), hours(at + length)))
    ]
    before = [at for at in fits if at < hours(start)]
    after = [at for at in fits if at > hours(start)]
    expected = [*before[-1:], *after[:1]]
    if conflicts.in_the_way(desk, blocks, wanted):
        assert found == expected


def resource(site: BookedSite, buffer_minutes: int) -> Row[Any]:
    """The desk d1 as it would be with another buffer."""
    with site.registry.database.write() as connection:
        here = t.resource.c.id == "d1"
        connection.execute(update(t.resource).where(here).values(buffer_minutes=buffer_minutes))
        return connection.execute(t.resource.select().where(here)).one()
