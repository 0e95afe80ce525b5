"""Which desk somebody had is forgotten a day after it is over, and nothing else of their booking (P4)."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import Table, insert, select, update
from sqlalchemy.exc import IntegrityError

from access.clock import DAY_MS, HOUR_MS
from access.facts_people import CheckedIn, NoShow
from access.records import BookingKind
from access.spans import Span
from registry.bookings import noshow, resources
from registry.bookings.noshow import Came
from registry.bookings.resources import Resource
from registry.bookings.series import NewSeries, make
from registry.people import people
from registry.problems import Kind, Problem
from registry.reports import space, usage
from registry.reports.periods import ZONE
from registry.retention import erasing, holds
from registry.retention.purge import purge
from registry.setup import Registry
from registry.tables import core as t
from tests.support.booked_site import MINUTE_MS, NINE_MS, SITE, BookedSite, booked_site, hours

Rows = dict[str, dict[str, Any]]
ON_ONE = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
"""Where both databases are asked the same."""


@pytest.fixture
def site(registry: Registry) -> BookedSite:
    return booked_site(registry)


def rows(site: BookedSite, table: Table = t.booking) -> Rows:
    with site.registry.database.read() as connection:
        return {row["id"]: dict(row) for row in connection.execute(select(table)).mappings()}


def purged(site: BookedSite, at_ms: int) -> dict[str, int]:
    """What a purge takes; the site's clock stands there afterwards."""
    site.now_ms = at_ms
    return dict(purge(site.registry.database, at_ms, "test"))


def emptied(before: Rows, *idents: str) -> Rows:
    return {ident: row | ({"resource": None} if ident in idents else {}) for ident, row in before.items()}


def test_the_desk_goes_a_day_after_the_end_and_nothing_else_of_the_row(site: BookedSite) -> None:
    came, gone, missed = site.book(0, 2), site.book(2, 4), site.book(4, 6, "d2", "bruno")
    site.cancel(gone)
    site.book(0, 2, "r1", "bruno")
    site.book(0, 2, "hall", "carla")
    site.book(0, 2, "d3", "carla", kind=BookingKind.SESSION)
    with site.edit() as made:
        told = [Came(CheckedIn(came, "badge"), hours(0)), Came(NoShow(missed, "d2"), hours(4.5))]
        noshow.apply(made, SITE, told)
    before = rows(site)
    assert [before[one]["state"] for one in (came, gone, missed)] == ["booked", "cancelled", "released"]
    assert "booking" not in purged(site, hours(2) + DAY_MS)
    assert rows(site) == before
    assert purged(site, hours(2) + DAY_MS + 1)["booking"] == 1
    assert rows(site) == emptied(before, came)
    assert purged(site, hours(6) + DAY_MS + 1)["booking"] == 2
    assert rows(site) == emptied(before, came, gone, missed), "a room, a zone and a session stay where they were"
    assert "booking" not in purged(site, hours(6) + DAY_MS + 1)
    assert rows(site) == emptied(before, came, gone, missed)


@ON_ONE
def test_more_than_a_batch_of_them_goes_at_once(site: BookedSite, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("registry.retention.purge.BATCH", 2)
    idents = [site.book(number, number + 1) for number in range(5)]
    assert purged(site, hours(5) + DAY_MS + 1)["booking"] == 5
    assert {rows(site)[ident]["resource"] for ident in idents} == {None}


@ON_ONE
def test_what_reports_and_the_use_of_space_count_is_as_before(site: BookedSite) -> None:
    many = [f"p{number}" for number in range(6)]
    programme = {"threshold_percent": 80, "late_ms": 0, "early_ms": 0, "rounding_minutes": 1, "revision": 1}
    for person in many:
        site.registry.add_person(people.Profile(person), person)
        site.registry.set_rights(SITE, person, people.Rights(frozenset({"hall"})))
    with site.edit() as made:
        made.connection.execute(insert(t.programme).values(id="lab", name="Lab", audience="", **programme))
        enrolled = {"programme": "lab", "enrolled_ms": 0, "from_ms": 0, "state": "active", "revision": 1}
        made.connection.execute(insert(t.enrolment), [{"id": one, "person": one, **enrolled} for one in many])
    for number, person in enumerate(many):
        site.book(number, number + 1, "d1", person)
        site.book(number, number + 1, "d2", person)
    b = t.booking.c
    with site.edit() as made:
        made.connection.execute(update(t.booking).where(b.resource == "d1").values(checked_in_ms=hours(1)))
        missed = {"state": "released", "exclusive": False}
        made.connection.execute(update(t.booking).where(b.resource == "d2").values(**missed))
    week_later = NINE_MS + 8 * DAY_MS

    def figures() -> tuple[Any, ...]:
        with site.registry.database.read() as connection:
            desks = usage.desks(connection, SITE, week_later, ZONE)
            return (
                desks,
                usage.no_shows(connection, SITE, week_later, ZONE),
                space.use(connection, Span(NINE_MS - DAY_MS, week_later)),
                space.places(connection),
            )

    before = figures()
    assert (before[0][-1].used, before[0][-1].empty) == (360, 360)
    assert (before[1][0].bookings, before[1][0].missed) == (12, 6)
    assert purged(site, week_later)["booking"] == 12
    assert {row["resource"] for row in rows(site).values()} == {None}
    assert figures() == before


def test_a_series_forgets_its_desk_once_all_of_it_is_over_for_a_day(site: BookedSite) -> None:
    first = datetime.fromisoformat("2026-11-23T09:00")
    with site.edit() as made:
        made_of = make(made, SITE, "s1", NewSeries("d1", "anna", "", first, HOUR_MS, "FREQ=DAILY;COUNT=2"))
        make(made, SITE, "s2", NewSeries("r1", "anna", "", first, HOUR_MS, "FREQ=DAILY;COUNT=2"))
    before, series = rows(site), rows(site, t.series)
    assert "series" not in purged(site, hours(25) + DAY_MS)
    assert rows(site) == emptied(before, made_of.bookings[0])
    assert rows(site, t.series) == series, "it says where the next is"
    assert purged(site, hours(25) + DAY_MS + 1)["series"] == 1
    assert rows(site, t.series) == emptied(series, "s1")
    assert rows(site) == emptied(before, *made_of.bookings)


@ON_ONE
def test_who_waited_for_a_desk_waited_for_one(site: BookedSite) -> None:
    for resource, person in (("d1", "anna"), ("r1", "bruno")):
        site.book(0, 1, resource, person)
    waits, for_a_room = site.wait(0, 1, "carla"), site.wait(0, 1, "anna", resource="r1")
    before = rows(site, t.waiting)
    assert "waiting" not in purged(site, hours(1) + DAY_MS)
    assert purged(site, hours(1) + DAY_MS + 1)["waiting"] == 1
    assert rows(site, t.waiting) == emptied(before, waits)
    assert rows(site, t.waiting)[for_a_room]["resource"] == "r1"


@ON_ONE
@pytest.mark.parametrize("of", [{"kind": "desk"}, {"person": "anna"}])
def test_a_hold_keeps_it_until_it_ends(site: BookedSite, of: dict[str, str]) -> None:
    site.book(0, 1)
    before = rows(site)
    with site.edit() as made:
        holds.begin(made, holds.Wanted("Procura", hours(100), **of), "op")
    assert "booking" not in purged(site, hours(99))
    assert rows(site) == before
    assert purged(site, hours(100))["booking"] == 1
    assert rows(site) == emptied(before, *before)


@ON_ONE
def test_a_hold_of_somebody_else_keeps_nothing_of_it(site: BookedSite) -> None:
    site.book(0, 1)
    with site.edit() as made:
        holds.begin(made, holds.Wanted("Procura", hours(100), person="bruno"), "op")
    assert purged(site, hours(99))["booking"] == 1


def test_others_are_kept_apart_as_before(site: BookedSite) -> None:
    first = site.book(0, 1)
    forgotten = rows(site)[first]
    purged(site, hours(1) + DAY_MS + 1)
    second = site.book(48, 49)
    held = rows(site)[second]
    with site.registry.database.write() as connection:
        for ident in ("n1", "n2"):
            connection.execute(insert(t.booking).values(forgotten | {"id": ident, "resource": None}))
    for resource, fits in (("d1", False), ("d2", True)):
        try:
            with site.registry.database.write() as connection:
                connection.execute(insert(t.booking).values(held | {"id": f"o-{resource}", "resource": resource}))
            taken = False
        except IntegrityError:
            taken = True
        assert taken is not fits
    with pytest.raises(IntegrityError), site.registry.database.write() as connection:
        connection.execute(update(t.booking).where(t.booking.c.id == "o-d2").values(resource="d1"))


@ON_ONE
def test_what_a_site_tells_late_still_counts_and_links_nothing_anew(site: BookedSite) -> None:
    missed, came = site.book(0, 4), site.book(0, 4, "d2", "bruno")
    purged(site, hours(4) + DAY_MS + 1)
    assert site.told() == {}
    with site.edit() as made:
        told = [Came(NoShow(missed, "d1"), hours(0.25)), Came(CheckedIn(came, "badge"), hours(0.1))]
        noshow.apply(made, SITE, told)
    assert (site.line(missed)["state"], site.line(came)["checked_in_ms"]) == ("released", hours(0.1))
    assert {line["resource"] for line in rows(site).values()} == {None}
    assert site.told() == {}


@ON_ONE
def test_of_whoever_is_erased_it_goes_at_once_from_what_is_still_owed(site: BookedSite) -> None:
    ident, others = site.book(0, 1), site.book(0, 1, "d2", "bruno")
    before = rows(site)
    owed = {"threshold_percent": 80, "late_ms": 0, "early_ms": 0, "rounding_minutes": 1, "revision": 1}
    enrolled = {"person": "anna", "programme": "lab", "enrolled_ms": 0, "from_ms": 0, "state": "active", "revision": 1}
    site.now_ms = hours(2)
    with site.edit() as made:
        made.connection.execute(insert(t.programme).values(id="lab", name="Lab", audience="", **owed))
        made.connection.execute(insert(t.enrolment).values(id="e1", **enrolled))
        erasing.erase(made, "anna", "op")
    assert rows(site) == emptied(before, ident)
    assert rows(site)[others]["resource"] == "d2"


@ON_ONE
def test_it_is_changed_no_more_and_staff_are_told_why(site: BookedSite) -> None:
    ident = site.book(0, 1)
    purged(site, hours(1) + DAY_MS + 1)
    for wanted in ({"end_ms": hours(48)}, {"resource": "d2"}, {"end_ms": hours(0) + 30 * MINUTE_MS}):
        with pytest.raises(Problem, match="which desk it was is no longer kept; make a new booking") as refused:
            site.change(ident, **wanted)
        assert refused.value.kind is Kind.OUT_OF_TURN


@ON_ONE
def test_a_desk_that_no_booking_speaks_of_can_be_taken_away(site: BookedSite) -> None:
    site.registry.add_resource(SITE, Resource("d9", "desk", "D9", "hall"))
    first = datetime.fromisoformat("2026-11-23T09:00")
    with site.edit() as made:
        made_of = make(made, SITE, "s1", NewSeries("d9", "anna", "", first, HOUR_MS, "FREQ=DAILY;COUNT=1"))
    site.change(made_of.bookings[0], resource="d1")
    with pytest.raises(Problem, match="there are or were bookings of it"), site.edit() as made:
        resources.drop(made, SITE, "d9")
    purged(site, hours(1) + DAY_MS + 1)
    with site.edit() as made:
        resources.drop(made, SITE, "d9")
    assert "d9" not in rows(site, t.resource)
