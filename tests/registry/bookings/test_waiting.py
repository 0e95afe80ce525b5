"""The waiting list: one at a time, in turn, for a time, and nobody has to look for it to move."""

import pytest
from sqlalchemy import select, update

from access.quota import Quota
from registry.bookings import bookings, quotas, waiting
from registry.people import people
from registry.problems import Kind, Problem
from registry.setup import Registry
from registry.tables import core as t
from tests.support.booked_site import MINUTE_MS, SITE, BookedSite, booked_site, hours


@pytest.fixture
def site(registry: Registry) -> BookedSite:
    return booked_site(registry)


def accept(site: BookedSite, ident: str) -> dict[str, object]:
    with site.edit() as made:
        return waiting.accept(made, SITE, ident, "staff")


def leave(site: BookedSite, ident: str) -> None:
    with site.edit() as made:
        waiting.leave(made, SITE, ident)


def test_a_cancelled_place_is_offered_to_the_first_in_line_alone(site: BookedSite) -> None:
    held = site.book(0, 2)
    first, second = site.wait(0, 2), site.wait(0, 2, "carla")
    assert (site.turn(first), site.turn(second)) == ("waiting", "waiting")
    site.cancel(held)
    assert (site.turn(first), site.turn(second)) == ("offered", "waiting")
    offer = site.line(first)
    assert (offer["state"], offer["person"], offer["exclusive"]) == ("offered", "bruno", True)
    assert offer["hold_until_ms"] == site.now_ms + 30 * MINUTE_MS
    assert site.told() == {}
    assert site.refused(1, 3).kind is Kind.BOOKING_CONFLICT


def test_an_accepted_offer_is_a_booking_that_came_from_the_list(site: BookedSite) -> None:
    held, entry = site.book(0, 2), site.wait(0, 2)
    site.cancel(held)
    taken = accept(site, entry)
    assert (taken["state"], taken["waiting"], taken["release_ms"]) == ("booked", True, hours(0.25))
    assert (site.turn(entry), site.told()[entry].waiting) == ("taken", True)
    for again in (lambda: accept(site, entry), lambda: leave(site, entry)):
        with pytest.raises(Problem) as refused:
            again()
        assert refused.value.kind is Kind.OUT_OF_TURN


def test_a_declined_offer_goes_to_the_next(site: BookedSite) -> None:
    held = site.book(0, 2)
    first, second = site.wait(0, 2), site.wait(0, 2, "carla")
    site.cancel(held)
    leave(site, first)
    assert (site.turn(first), site.turn(second)) == ("declined", "offered")
    site.cancel(second)
    assert (site.turn(second), site.line(second)["state"]) == ("declined", "cancelled")
    site.book(0, 2)


def test_an_offer_that_runs_out_goes_to_the_next_at_the_first_look(site: BookedSite) -> None:
    held = site.book(0, 2)
    first, second = site.wait(0, 2), site.wait(0, 2, "carla")
    site.cancel(held)
    site.now_ms += 30 * MINUTE_MS - 1
    site.settle()
    assert site.turn(first) == "offered"
    site.now_ms += 1
    with pytest.raises(Problem, match="this entry is lapsed"):
        accept(site, first)
    site.settle()
    assert (site.turn(first), site.turn(second)) == ("lapsed", "offered")
    assert site.line(second)["hold_until_ms"] == site.now_ms + 30 * MINUTE_MS
    assert site.line(first)["state"] == "released"
    site.now_ms += 30 * MINUTE_MS
    site.book(0, 2)
    assert site.turn(second) == "lapsed"


def test_an_offer_holds_no_longer_than_to_its_start(site: BookedSite) -> None:
    held, entry = site.book(0, 2), site.wait(0, 2)
    site.now_ms = hours(-0.2)
    site.cancel(held)
    assert site.line(entry)["hold_until_ms"] == hours(0)


def test_of_a_time_that_runs_already_the_rest_is_offered(site: BookedSite) -> None:
    held, entry = site.book(0, 2), site.wait(0, 2)
    site.now_ms = hours(0.25)
    site.cancel(held)
    offer = site.line(entry)
    assert (offer["start_ms"], offer["hold_until_ms"]) == (hours(0.25), hours(0.75))
    site.now_ms = hours(0.5)
    assert accept(site, entry)["release_ms"] is None


def test_who_wants_any_desk_gets_the_one_that_becomes_free(site: BookedSite) -> None:
    held = {desk: site.book(0, 2, desk) for desk in ("d1", "d2", "d3")}
    entry = site.wait(0, 2, zone="hall", kind="desk")
    site.cancel(held["d2"])
    assert site.line(entry)["resource"] == "d2"


def test_any_desk_is_any_that_is_in_service(site: BookedSite) -> None:
    site.close(0, 2, resource="d1")
    assert site.line(site.wait(0, 2, zone="hall", kind="desk"))["resource"] == "d2"
    site.close(-1, 3)
    with pytest.raises(Problem) as refused:
        site.wait(0, 2, zone="hall", kind="desk")
    assert refused.value.kind is Kind.CLOSED


def test_who_wants_a_shorter_time_is_passed_over_by_nobody_it_fits(site: BookedSite) -> None:
    held = site.book(1, 2)
    long, short = site.wait(0, 3), site.wait(1, 2, "carla")
    site.book(2.5, 3)
    site.cancel(held)
    assert (site.turn(long), site.turn(short)) == ("waiting", "offered")


def test_one_freed_place_serves_two_who_want_its_halves(site: BookedSite) -> None:
    held = site.book(0, 2)
    first, second, third = site.wait(0, 1), site.wait(1, 2, "carla"), site.wait(0, 2, "anna")
    site.cancel(held)
    assert [site.turn(one) for one in (first, second, third)] == ["offered", "offered", "waiting"]


def test_what_is_free_is_offered_at_once_to_who_joins(site: BookedSite) -> None:
    assert site.turn(site.wait(0, 1)) == "offered"
    assert site.turn(site.wait(0, 1, "carla")) == "waiting"


def test_leaving_early_rejecting_and_moving_away_free_a_place_too(site: BookedSite) -> None:
    early = site.book(0, 2)
    entry = site.wait(1, 2)
    site.now_ms = hours(0.5)
    site.change(early, end_ms=hours(0.5))
    assert site.turn(entry) == "offered"
    with site.edit() as made:
        made.connection.execute(update(t.resource).where(t.resource.c.id == "d2").values(needs_approval=True))
    pending = site.book(4, 5, "d2")
    entry = site.wait(4, 5, resource="d2")
    with site.edit() as made:
        bookings.reject(made, SITE, pending)
    assert site.turn(entry) == "offered"
    assert accept(site, entry)["state"] == "pending"
    moved = site.book(6, 7)
    entry = site.wait(6, 7)
    site.change(moved, resource="d3")
    assert site.turn(entry) == "offered"


def test_who_may_not_have_a_place_is_passed_over_and_keeps_their_turn(site: BookedSite) -> None:
    held = site.book(0, 2)
    first, second = site.wait(0, 2), site.wait(0, 2, "carla")
    with site.edit() as made:
        quotas.limit(made, "bruno", Quota(day_count=0))
    site.cancel(held)
    assert (site.turn(first), site.turn(second)) == ("waiting", "offered")
    with site.edit() as made:
        quotas.unlimit(made, "bruno")
    leave(site, second)
    assert site.turn(first) == "offered"


def test_who_lost_the_right_meanwhile_cannot_accept(site: BookedSite) -> None:
    entry = site.wait(0, 1)
    site.known_as("bruno", suspended=True)
    with pytest.raises(Problem, match="suspended"):
        accept(site, entry)
    assert site.turn(entry) == "offered"


def test_the_line_of_a_zone_counts_places(site: BookedSite) -> None:
    held = [site.book(0, 1, "hall", person) for person in ("anna", "bruno", "carla")]
    entry = site.wait(0, 1, "anna", resource="hall")
    assert site.turn(entry) == "waiting"
    site.cancel(held[1])
    assert site.turn(entry) == "offered"
    assert site.refused(0, 1, "hall", "bruno").kind is Kind.BOOKING_CONFLICT


@pytest.mark.parametrize(
    ("where", "what"),
    [
        ({"resource": "d1", "zone": "hall"}, "name one of them"),
        ({"kind": "desk"}, "name one of them"),
        ({"zone": "attic"}, "no desk in this zone"),
        ({"resource": "d9"}, "no such resource"),
    ],
)
def test_a_wish_that_is_none_is_refused(site: BookedSite, where: dict[str, str], what: str) -> None:
    with pytest.raises(Problem, match=what):
        site.wait(0, 1, **where)


def test_nobody_waits_for_what_is_over_or_not_theirs(site: BookedSite) -> None:
    site.now_ms = hours(2)
    with pytest.raises(Problem, match="over"):
        site.wait(0, 2)
    site.known_as("bruno", training_due_ms=0)
    with pytest.raises(Problem) as refused:
        site.wait(4, 5)
    assert refused.value.kind is Kind.OVERDUE


def test_a_person_who_is_forgotten_leaves_the_line_and_their_places_to_it(site: BookedSite) -> None:
    site.book(0, 1, person="bruno")
    site.book(0, 1, "d2")
    own, other = site.wait(0, 1, resource="d2"), site.wait(0, 1, "carla", resource="d1")
    assert (site.turn(own), site.turn(other)) == ("waiting", "waiting")
    offered = site.wait(4, 5, resource="d3")
    assert site.turn(offered) == "offered"
    with site.edit() as made:
        people.drop_rights(made, SITE, "bruno")
    assert site.turn(other) == "offered"
    for gone in (own, offered):
        with pytest.raises(Problem, match="no such entry"):
            accept(site, gone)
    site.book(4, 5, "d3")
    with site.edit() as made:
        people.drop_person(made, "carla")
    with site.registry.database.read() as connection:
        assert connection.execute(select(t.waiting)).all() == []
