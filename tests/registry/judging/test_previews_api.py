"""What a change would refuse, told before it is saved, by the judge; and nothing of it is there afterwards."""

from typing import Any

import pytest
from sqlalchemy import select

from access.clock import DAY_MS
from access.records import Booking, BookingKind, Membership, Opening, Pass, Person
from registry.edit import editing
from registry.tables import core as t
from tests.support.centres import HOUR_MS, Centre, problem
from tests.support.fixed_day import wall_ms
from tests.support.laid import lay, publish, small_site

WEEK = [{"weekday": day, "from_minute": 0, "to_minute": 1_440} for day in range(7)]


class Town:
    """Matera with Anna, Bruno and Carla, who book; ``at`` is in hours from a day ahead."""

    def __init__(self, both: Centre) -> None:
        self.both = both
        lay(both, small_site())
        self.begins_ms = wall_ms() // DAY_MS * DAY_MS + 2 * DAY_MS
        self.anna, self.bruno, self.carla = (both.admit("matera", name) for name in ("Anna", "Bruno", "Carla"))
        self.badge = self.enrol(self.anna, "04A1B2C3D4E580")

    def enrol(self, person: str, uid: str) -> str:
        made: str = self.both.made(f"/people/{person}/badges", {"uid": uid})["id"]
        return made

    def at(self, hours: float) -> int:
        return self.begins_ms + int(hours * HOUR_MS)

    def book(self, ident: str, person: str, start: float, end: float, resource: str = "d1", **more: Any) -> None:  # noqa: ANN401
        span = (self.at(start), self.at(end))
        publish(self.both, "matera", [Booking(ident, person, "hall", resource, *span, **more)])

    def preview(self, days: int = 90, **change: object) -> dict[str, Any]:
        answer = self.both.ask("POST", "/previews", {"change": change, "days": days})
        assert answer.status_code == 200, answer.text
        said: dict[str, Any] = answer.json()
        return said

    def lost(self, days: int = 90, **change: object) -> list[tuple[str, str, str]]:
        return [(row["what"], row["id"], row["reason"]) for row in self.preview(days, **change)["rows"]]

    def closed(self, start: float, end: float, **more: Any) -> dict[str, Any]:  # noqa: ANN401
        return {"kind": "closure", "site": "matera", "start_ms": self.at(start), "end_ms": self.at(end), **more}


@pytest.fixture
def town(both: Centre) -> Town:
    return Town(both)


def test_a_closure_tells_whom_and_what_it_refuses(town: Town) -> None:
    town.book("before", town.anna, 0, 1)
    town.book("into", town.anna, 1, 3)
    town.book("within", town.bruno, 3, 4)
    town.book("after", town.bruno, 5, 6)
    said = town.preview(**town.closed(2, 5))
    assert {name: said[name] for name in ("bookings", "people", "passes", "standing", "more", "unjudged")} == {
        "bookings": 2,
        "people": 2,
        "passes": 0,
        "standing": 0,
        "more": False,
        "unjudged": [],
    }
    rows = {row["id"]: row for row in said["rows"]}
    assert (rows["into"]["at_ms"], rows["into"]["reason"], rows["into"]["name"]) == (town.at(2), "site-closed", "Anna")
    assert (rows["within"]["at_ms"], rows["within"]["until_ms"]) == (town.at(3), town.at(5))


def test_nothing_of_a_preview_stays(town: Town) -> None:
    before = town.both.feed("matera")
    with town.both.database.read() as connection:
        version = connection.execute(select(t.feed.c.version)).scalar_one()
    for change in (
        town.closed(0, 9),
        {"kind": "badge-lost", "badge": town.badge},
        {"kind": "person-suspended", "person": town.anna},
        {"kind": "openings", "site": "matera", "hours": []},
    ):
        town.preview(**change)
    assert town.both.feed("matera") == before
    with town.both.database.read() as connection:
        assert connection.execute(select(t.feed.c.version)).scalar_one() == version
        assert connection.execute(select(t.closure)).all() == []
        assert connection.execute(select(t.badge.c.revoked)).scalars().all() == [False]


BOTH = [("booking", "k1"), ("booking", "k2")]


def test_hours_of_a_resource_refuse_what_lies_outside_them_and_of_no_other(town: Town) -> None:
    town.book("k1", town.anna, 9, 10, "r1")
    town.book("k2", town.bruno, 9, 10)
    early = [{**day, "to_minute": 60} for day in WEEK]
    change: dict[str, Any] = {"kind": "openings", "site": "matera", "resource": "r1"}
    assert town.lost(**change, hours=early) == [("booking", "k1", "out-of-service")]
    assert town.lost(**change, hours=WEEK) == []
    of_the_zone = {**change, "resource": "hall"}
    assert sorted(town.lost(**of_the_zone, hours=early)) == [(*one, "out-of-service") for one in BOTH]
    assert town.both.ask("GET", "/sites/matera/openings").json()["items"] == []


def test_a_lost_badge_refuses_only_whoever_has_no_other(town: Town) -> None:
    town.book("k1", town.anna, 0, 1)
    change: dict[str, Any] = {"kind": "badge-lost", "badge": town.badge}
    assert town.lost(**change) == [("booking", "k1", "badge-revoked")]
    town.enrol(town.anna, "04A1B2C3D4E581")
    assert town.lost(**change) == []


def test_whoever_has_no_badge_yet_is_judged_by_what_one_would_open(town: Town) -> None:
    town.book("k1", town.carla, 0, 1)
    assert town.lost(kind="person-suspended", person=town.carla) == [("booking", "k1", "person-suspended")]


def test_a_right_that_ends_refuses_what_lies_beyond_its_end(town: Town) -> None:
    town.book("k1", town.anna, 0, 1)
    town.book("k2", town.anna, 1, 3)
    town.book("k3", town.anna, 4, 5)
    town.book("other", town.bruno, 4, 5)
    change: dict[str, Any] = {"kind": "rights-end", "site": "matera", "person": town.anna, "end_ms": town.at(2)}
    assert town.lost(**change) == [("booking", "k2", "person-ended"), ("booking", "k3", "person-ended")]


def test_new_hours_refuse_what_lies_outside_them_and_leave_other_audiences_alone(town: Town) -> None:
    publish(town.both, "matera", [Opening(f"o{day}", day, 0, 1_440) for day in range(7)])
    town.book("k1", town.anna, 0, 1)
    assert town.lost(kind="openings", site="matera", hours=WEEK) == []
    none = [{"weekday": 0, "from_minute": 0, "to_minute": 1}]
    junior = town.lost(kind="openings", site="matera", hours=none, audience="junior")
    assert junior == []


def test_sessions_of_a_group_and_passes_count_too(town: Town) -> None:
    group = {"group": "team", "kind": BookingKind.SESSION}
    town.book("s1", "", 0, 1, **group)
    with editing(town.both.database, 0) as edit:
        for who, name in ((town.anna, "Anna"), (town.bruno, "Bruno")):
            member = Person(who, name, frozenset({"hall"}), groups=(Membership("team"),))
            edit.publish("matera", member)
    publish(town.both, "matera", [Pass("p1", town.carla, frozenset({"hall"}), town.at(0), town.at(48))])
    said = town.preview(**town.closed(0, 2))
    assert (said["sessions"], said["passes"], said["bookings"], said["people"]) == (1, 1, 0, 3)
    assert [(row["what"], row["id"]) for row in said["rows"] if row["person"] == town.carla] == [("pass", "p1")]


def test_what_no_door_would_open_anyway_is_not_lost(town: Town) -> None:
    town.book("k1", town.anna, 0, 1)
    town.book("k2", town.anna, 2, 3)
    closed = town.closed(0, 1.5)
    town.both.made(
        "/sites/matera/closures", {"start_ms": closed["start_ms"], "end_ms": closed["end_ms"], "why": "Festa"}
    )
    assert town.lost(kind="person-suspended", person=town.anna) == [("booking", "k2", "person-suspended")]


def test_a_resource_out_of_service_refuses_nobody_at_the_door_but_its_bookings(town: Town) -> None:
    town.book("k1", town.anna, 0, 2)
    town.book("k2", town.bruno, 0, 2, "d2")
    town.book("k3", town.bruno, 3, 4)
    assert town.lost(**town.closed(1, 3, resource="d1")) == [("booking", "k1", "out-of-service")]


def test_a_groups_booking_of_what_is_out_of_service_is_lost_to_all_who_are_in_it_then(town: Town) -> None:
    town.book("k1", "", 0, 2, group="team")
    with editing(town.both.database, 0) as edit:
        for who, until in ((town.anna, 1), (town.bruno, 0)):
            member = Person(who, who, frozenset({"hall"}), groups=(Membership("team", 0, town.at(until)),))
            edit.publish("matera", member)
    said = town.preview(**town.closed(0, 3, resource="d1"))
    assert [(row["person"], row["id"]) for row in said["rows"]] == [(town.anna, "k1")]
    assert (said["bookings"], said["people"]) == (1, 1)


def test_only_what_begins_within_the_days_asked_for_counts(town: Town) -> None:
    town.book("soon", town.anna, 0, 1)
    town.book("late", town.anna, 240, 241)
    change: dict[str, Any] = {"kind": "person-suspended", "person": town.anna}
    assert [ident for _, ident, _ in town.lost(days=5, **change)] == ["soon"]
    assert [ident for _, ident, _ in town.lost(days=30, **change)] == ["soon", "late"]


def test_a_standing_right_that_goes_is_told(town: Town) -> None:
    answer = town.both.ask(
        "PUT", f"/sites/matera/rights/{town.bruno}", {"zones": [], "standing": ["hall"]}, If_Match="*"
    )
    assert answer.status_code == 200
    assert town.lost(kind="person-suspended", person=town.bruno) == [("standing", "hall", "person-suspended")]


def test_rows_are_bounded_and_counted_in_full(town: Town) -> None:
    many = [Booking(f"k{n}", town.anna, "hall", "d1", town.at(n), town.at(n + 1)) for n in range(600)]
    publish(town.both, "matera", many)
    said = town.preview(kind="person-suspended", person=town.anna)
    assert (len(said["rows"]), said["more"], said["bookings"]) == (500, True, 600)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"kind": "badge-lost", "badge": "nobodys"}, (404, "not-found")),
        ({"kind": "person-suspended", "person": "nobody"}, (404, "not-found")),
        ({"kind": "rights-end", "site": "matera", "person": "nobody", "end_ms": 1}, (404, "not-found")),
        ({"kind": "end", "of": "role", "id": "none", "end_ms": 1}, (404, "not-found")),
        ({"kind": "programme", "programme": "none"}, (404, "not-found")),
        ({"kind": "closure", "site": "nowhere", "start_ms": 1, "end_ms": 2}, (404, "not-found")),
        ({"kind": "closure", "site": "matera", "start_ms": 2, "end_ms": 2}, (422, "invalid")),
        ({"kind": "weather"}, (422, "invalid")),
        ({"kind": "end", "of": "world", "id": "x", "end_ms": 1}, (422, "invalid")),
    ],
    ids=str,
)
def test_what_cannot_be_saved_cannot_be_previewed(
    shared: Centre, change: dict[str, object], expected: tuple[int, str]
) -> None:
    assert problem(shared.ask("POST", "/previews", {"change": change})) == expected
