"""What a feed holds: a person's own things, and of everybody else only when."""

from dataclasses import replace

import pytest
from icalendar import Calendar
from sqlalchemy import Connection, insert, update

from access.records import Closure
from registry.bookings.bookings import Wanted
from registry.bookings.resources import Resource
from registry.calendars import calendars
from registry.edit import editing
from registry.ical import feeds as feeds_ical
from registry.ical.feed_tokens import Subscriber, Target
from registry.ical.outgoing import Event, Status
from registry.people.people import Profile, Rights
from registry.retention.purge import purge
from registry.setup import Registry
from registry.tables import core as t
from tests.support.centres import HOUR_MS, NINE_MS

DAY_MS = 24 * HOUR_MS
PROGRAMME = {
    "name": "Junior",
    "audience": "",
    "threshold_percent": 80,
    "late_ms": 0,
    "early_ms": 0,
    "rounding_minutes": 1,
    "revision": 1,
}
SESSION = {
    "site": "matera",
    "programme": "junior",
    "title": "CAD",
    "zone": "hall",
    "off_site": False,
    "place": "",
    "start_ms": NINE_MS,
    "end_ms": NINE_MS + HOUR_MS,
    "breaks": "",
    "state": "planned",
    "why": "",
    "revision": 1,
}


@pytest.fixture
def house(registry: Registry) -> Registry:
    """A site with a desk, a hall, two people, one of whom is of a cohort and a team of a programme."""
    registry.add_site("matera", "Matera")
    for resource in (Resource("d1", "desk", "Postazione 1", "hall"), Resource("hall", "zone", "Sala grande", "hall")):
        registry.add_resource("matera", resource)
    for ident, name in (("anna", "Anna Verdi"), ("bruno", "Bruno Neri")):
        registry.add_person(Profile(name), ident)
        registry.set_rights("matera", ident, Rights(frozenset({"hall"})))
    with registry.database.write() as connection:
        _programme(connection)
    return registry


def _programme(connection: Connection) -> None:
    connection.execute(insert(t.programme).values(id="junior", **PROGRAMME))
    for cohort in ("c1", "c2"):
        values = {"id": cohort, "programme": "junior", "site": "matera", "name": cohort, "revision": 1}
        connection.execute(insert(t.cohort).values(values))
        connection.execute(insert(t.team).values(id=f"team-{cohort}", cohort=cohort, name="Rossi", revision=1))
    in_force = {"from_ms": 0, "until_ms": NINE_MS + DAY_MS}
    enrolled = {"id": "e1", "person": "anna", "programme": "junior", "cohort": "c1", "enrolled_ms": 0}
    connection.execute(insert(t.enrolment).values(**enrolled, **in_force, state="active", revision=1))
    connection.execute(insert(t.member).values(team="team-c1", person="anna", **in_force))


def hold(registry: Registry, ident: str, group: str = "", trainer: str = "", **changes: object) -> None:
    with registry.database.write() as connection:
        connection.execute(insert(t.session).values(SESSION | {"id": ident} | changes))
        here = {"site": "matera", "session": ident}
        if group:
            connection.execute(insert(t.session_group).values(**here, group_id=group))
        if trainer:
            connection.execute(insert(t.session_trainer).values(**here, person=trainer))


def seen(registry: Registry, target: Target, at_ms: int = NINE_MS) -> list[Event]:
    with registry.database.read() as connection:
        return list(feeds_ical.feed(connection, Subscriber("f", target, 5_000), at_ms).events)


def uids(events: list[Event]) -> list[str]:
    return [event.uid.partition("@")[0] for event in events]


def test_a_person_sees_their_bookings_and_nobody_elses(house: Registry) -> None:
    house.book("matera", Wanted("d1", "anna", NINE_MS, NINE_MS + HOUR_MS), "b1")
    house.book("matera", Wanted("d1", "bruno", NINE_MS + HOUR_MS, NINE_MS + 2 * HOUR_MS), "b2")
    (event,) = seen(house, Target(person="anna"))
    assert (event.uid, event.title, event.place) == ("booking-matera-b1@hubout", "Postazione 1", "Postazione 1, Matera")
    assert (event.start_ms, event.end_ms, event.status) == (NINE_MS, NINE_MS + HOUR_MS, Status.CONFIRMED)


def test_of_a_desk_that_is_forgotten_a_person_sees_that_it_was_one_and_its_feed_nothing(house: Registry) -> None:
    house.book("matera", Wanted("d1", "anna", NINE_MS, NINE_MS + HOUR_MS), "b1")
    assert len(seen(house, Target(site="matera", resource="d1"))) == 1
    purge(house.database, NINE_MS + HOUR_MS + DAY_MS + 1, "test")
    (event,) = seen(house, Target(person="anna"))
    assert (event.title, event.place, event.start_ms) == ("Una postazione", "Sala grande, Matera", NINE_MS)
    assert seen(house, Target(site="matera", resource="d1")) == []


def test_a_person_sees_the_sessions_that_are_for_them(house: Registry) -> None:
    hold(house, "cohort", "c1")
    hold(house, "team", "team-c1")
    hold(house, "other", "c2")
    hold(house, "others", "team-c2")
    hold(house, "held", "c2", trainer="bruno")
    for group in ("c1", "team-c1"):
        hold(house, f"later-{group}", group, start_ms=NINE_MS + DAY_MS, end_ms=NINE_MS + DAY_MS + HOUR_MS)
    assert uids(seen(house, Target(person="anna"))) == [
        "session-matera-cohort",
        "session-matera-team",
    ]
    assert uids(seen(house, Target(person="bruno"))) == ["session-matera-held"]


@pytest.mark.parametrize(
    ("state", "status"), [("pending", Status.TENTATIVE), ("booked", Status.CONFIRMED), ("ended", Status.CONFIRMED)]
)
def test_a_booking_is_as_sure_as_it_is(house: Registry, state: str, status: Status) -> None:
    house.book("matera", Wanted("d1", "anna", NINE_MS, NINE_MS + HOUR_MS), "b1")
    become(house, state=state)
    (event,) = seen(house, Target(person="anna"))
    assert event.status is status


@pytest.mark.parametrize("state", ["cancelled", "released"])
def test_a_booking_that_is_no_more_is_not_shown(house: Registry, state: str) -> None:
    house.book("matera", Wanted("d1", "anna", NINE_MS, NINE_MS + HOUR_MS), "b1")
    become(house, state=state, exclusive=False)
    assert seen(house, Target(person="anna")) == seen(house, Target(site="matera", resource="d1")) == []


@pytest.mark.parametrize("group", ["c1", "team-c1"])
def test_a_group_s_booking_is_in_its_peoples_calendars(house: Registry, group: str) -> None:
    house.book("matera", Wanted("d1", "bruno", NINE_MS, NINE_MS + HOUR_MS), "b1")
    become(house, person=None, group_id=group)
    assert uids(seen(house, Target(person="anna"))) == ["booking-matera-b1"]
    assert seen(house, Target(person="bruno")) == []


def test_who_has_withdrawn_sees_their_cohorts_and_their_teams_sessions_no_more(house: Registry) -> None:
    hold(house, "s1", "c1")
    hold(house, "s2", "team-c1")
    assert len(seen(house, Target(person="anna"))) == 2
    with house.database.write() as connection:
        connection.execute(update(t.enrolment).values(state="withdrawn"))
    assert seen(house, Target(person="anna")) == []


def test_what_a_session_takes_is_shown_as_the_session_alone(house: Registry) -> None:
    house.book("matera", Wanted("d1", "anna", NINE_MS, NINE_MS + HOUR_MS), "s1")
    become(house, kind="session")
    hold(house, "s1", "c1", resource="d1")
    assert uids(seen(house, Target(site="matera", resource="d1"))) == ["session-matera-s1"]
    assert uids(seen(house, Target(person="anna"))) == ["session-matera-s1"]


def become(house: Registry, **values: str | bool | None) -> None:
    with house.database.write() as connection:
        connection.execute(update(t.booking).values(values))


def test_a_resource_and_a_site_show_when_and_never_who(house: Registry) -> None:
    house.book("matera", Wanted("d1", "anna", NINE_MS, NINE_MS + HOUR_MS), "b1")
    hold(house, "s1", "c1", trainer="bruno", resource="d1", start_ms=NINE_MS + HOUR_MS, end_ms=NINE_MS + 2 * HOUR_MS)
    with editing(house.database, 0) as edit:
        calendars.add_closure(edit, "matera", Closure("k1", NINE_MS + DAY_MS, NINE_MS + 2 * DAY_MS, "Santa Bruna"))
    resource, site = Target(site="matera", resource="d1"), Target(site="matera")
    assert [event.title for event in seen(house, resource)] == ["Prenotazione", "CAD", "Chiuso: Santa Bruna"]
    assert [event.title for event in seen(house, site)] == ["CAD", "Chiuso: Santa Bruna"]
    for target in (resource, site):
        with house.database.read() as connection:
            text = feeds_ical.feed(connection, Subscriber("f", target, 0), NINE_MS).text().decode()
        assert not any(word in text for word in ("anna", "Anna", "bruno", "Bruno", "Verdi", "Neri", "c1"))


def test_a_cancelled_session_is_shown_as_cancelled_and_a_visit_where_it_is(house: Registry) -> None:
    hold(house, "s1", state="cancelled", revision=3)
    hold(house, "s2", off_site=True, place="Officine Sassi", zone="", start_ms=NINE_MS + 1_000)
    cancelled, visit = seen(house, Target(site="matera"))
    assert (cancelled.status, cancelled.sequence, cancelled.place) == (Status.CANCELLED, 2, "Sala grande, Matera")
    assert (visit.status, visit.sequence, visit.place) == (Status.CONFIRMED, 0, "Officine Sassi")


def test_a_feed_reaches_a_month_back_and_half_a_year_ahead(house: Registry) -> None:
    hold(house, "s1")
    end_ms = NINE_MS + HOUR_MS
    site = Target(site="matera")
    shown = [NINE_MS - feeds_ical.AHEAD_MS + 1, end_ms + feeds_ical.BACK_MS - 1]
    hidden = [NINE_MS - feeds_ical.AHEAD_MS, end_ms + feeds_ical.BACK_MS]
    assert [len(seen(house, site, at_ms)) for at_ms in shown] == [1, 1]
    assert [len(seen(house, site, at_ms)) for at_ms in hidden] == [0, 0]


def test_a_feed_is_bounded_and_keeps_the_earliest(house: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds_ical, "MOST_EVENTS", 3)
    for number in range(5):
        hold(house, f"s{number}", start_ms=NINE_MS - number, end_ms=NINE_MS + HOUR_MS)
    assert uids(seen(house, Target(site="matera"))) == ["session-matera-s4", "session-matera-s3", "session-matera-s2"]


def test_the_text_is_a_calendar_and_equal_values_are_equal_bytes(house: Registry) -> None:
    house.book("matera", Wanted("d1", "anna", NINE_MS, NINE_MS + HOUR_MS), "b1")
    with house.database.read() as connection:
        first, again = (
            feeds_ical.feed(connection, Subscriber("f", Target(person="anna"), 5_000), NINE_MS + n) for n in (0, 1)
        )
    assert (first.tag, first.text()) == (again.tag, again.text())
    assert replace(first, events=()).tag != first.tag
    calendar = Calendar.from_ical(first.text())
    assert str(calendar["x-wr-calname"]) == "Hubout – Anna Verdi"
    assert [str(event["summary"]) for event in calendar.walk("VEVENT")] == ["Postazione 1"]
