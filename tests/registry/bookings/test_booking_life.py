"""A booking's life: approved, moved, prolonged, ended early, cancelled; and what its site is told of it meanwhile."""

import pytest
from sqlalchemy import insert, update

from access.records import BookingKind
from registry.bookings import bookings
from registry.bookings.rows import release_ms
from registry.problems import Kind, Problem
from registry.setup import Registry
from registry.tables import core as t
from tests.support.booked_site import MINUTE_MS, SITE, BookedSite, booked_site, hours


@pytest.fixture
def site(registry: Registry) -> BookedSite:
    return booked_site(registry)


def resource(site: BookedSite, ident: str, **values: object) -> None:
    with site.edit() as made:
        made.connection.execute(update(t.resource).where(t.resource.c.id == ident).values(**values))


def test_a_booking_says_when_it_is_released_and_its_site_is_told(site: BookedSite) -> None:
    ident = site.book(0, 2)
    assert site.line(ident)["release_ms"] == hours(0.25)
    assert site.told()[ident].release_ms == hours(0.25)
    site.setting(no_show_minutes=0)
    assert site.line(site.book(2, 3))["release_ms"] is None


@pytest.mark.parametrize(
    ("start", "made", "length", "due"),
    [
        (0, -0.01, 1, 0.25),
        (0, 0, 1, None),
        (0.5, 0.1, 1, None),
        (0.999, 0, 1, None),
        (1, 0.999, 1, 1.25),
        (0, 5, 1, None),
        (1, 0, 0.25, None),
        (1, 0, 0.26, 1.25),
    ],
)
def test_bookings_for_the_running_hour_and_very_short_ones_are_never_released(
    start: float, made: float, length: float, due: float | None
) -> None:
    found = release_ms(15, BookingKind.DESK, hours(start), hours(start + length), hours(made))
    assert found == (None if due is None else hours(due))
    assert release_ms(15, BookingKind.SESSION, hours(start), hours(start + length), hours(made)) is None
    assert release_ms(0, BookingKind.DESK, hours(start), hours(start + length), hours(made)) is None


def test_a_booking_that_needs_approval_holds_its_desk_but_opens_no_door_before(site: BookedSite) -> None:
    resource(site, "d1", needs_approval=True)
    ident = site.book(0, 2)
    assert (site.line(ident)["state"], ident in site.told()) == ("pending", False)
    assert site.refused(1, 3, person="bruno").kind is Kind.BOOKING_CONFLICT
    with site.edit() as made:
        bookings.approve(made, SITE, ident)
    assert (site.line(ident)["state"], ident in site.told()) == ("booked", True)
    with pytest.raises(Problem, match="booked"), site.edit() as made:
        bookings.approve(made, SITE, ident)
    other = site.book(2, 3)
    with site.edit() as made:
        bookings.reject(made, SITE, other)
    assert site.line(other)["state"] == "cancelled"
    site.book(2, 3, person="bruno")


def test_who_is_approved_late_is_not_released_at_once(site: BookedSite) -> None:
    resource(site, "d1", needs_approval=True)
    early, late = site.book(0, 2), site.book(2, 4)
    for ident, moment, due in ((early, -2, hours(0.25)), (late, 2.4, None)):
        site.now_ms = hours(moment)
        with site.edit() as made:
            bookings.approve(made, SITE, ident)
        assert site.told()[ident].release_ms == due


def test_moving_to_a_resource_that_needs_approval_asks_for_it_again(site: BookedSite) -> None:
    resource(site, "d2", needs_approval=True)
    ident = site.book(0, 2)
    assert site.change(ident, resource="d2")["state"] == "pending"
    assert ident not in site.told()
    with site.edit() as made:
        bookings.approve(made, SITE, ident)
    assert site.change(ident, end_ms=hours(3))["state"] == "booked"


def test_a_buffer_keeps_the_next_one_away_and_is_no_part_of_the_booking(site: BookedSite) -> None:
    resource(site, "r1", buffer_minutes=15)
    ident = site.book(0, 1, "r1")
    assert site.told()[ident].end_ms == hours(1)
    refused = site.refused(1.2, 2, "r1", "bruno")
    assert refused.members["conflicts"] == [{"start_ms": hours(0), "end_ms": hours(1.25)}]
    site.book(1.25, 2, "r1", "bruno")
    assert site.refused(-0.9, -0.1, "r1", "bruno").kind is Kind.BOOKING_CONFLICT
    site.book(-1, -0.25, "r1", "bruno")


def test_a_booking_moves_to_where_it_fits_and_nowhere_else(site: BookedSite) -> None:
    ident, other = site.book(0, 2), site.book(2, 3, person="bruno")
    with pytest.raises(Problem, match="booked in this span"):
        site.change(ident, end_ms=hours(2.5))
    assert site.line(ident)["revision"] == 1
    assert site.change(ident, start_ms=hours(1), resource="d2")["revision"] == 2
    moved = site.told()[ident]
    assert (moved.start_ms, moved.end_ms, moved.resource, moved.release_ms) == (hours(1), hours(2), "d2", hours(1.25))
    assert site.change(other, start_ms=hours(0), end_ms=hours(2))["start_ms"] == hours(0)
    assert site.change(ident, start_ms=hours(1.5), end_ms=hours(3))["end_ms"] == hours(3)


def test_a_booking_can_overlap_where_it_itself_was(site: BookedSite) -> None:
    ident = site.book(0, 2)
    assert site.change(ident, start_ms=hours(1), end_ms=hours(3))["blocked_until_ms"] == hours(3)
    site.book(0, 1, person="bruno")


def test_who_leaves_early_frees_the_rest_of_their_time(site: BookedSite) -> None:
    ident = site.book(0, 4)
    site.now_ms = hours(1)
    assert site.refused(2, 3, person="bruno").kind is Kind.BOOKING_CONFLICT
    ended = site.change(ident, end_ms=hours(1))
    assert (ended["state"], ended["exclusive"]) == ("ended", True)
    assert site.told()[ident].end_ms == hours(1)
    site.book(1, 3, person="bruno")
    with pytest.raises(Problem, match="this booking is ended"):
        site.change(ident, end_ms=hours(5))


def test_the_room_is_still_cleaned_after_who_left_early(site: BookedSite) -> None:
    resource(site, "r1", buffer_minutes=30)
    ident = site.book(0, 4, "r1")
    site.now_ms = hours(1)
    site.change(ident, end_ms=hours(1))
    assert site.refused(1.25, 2, "r1", "bruno").kind is Kind.BOOKING_CONFLICT
    site.book(1.5, 2, "r1", "bruno")


def test_a_shorter_booking_asks_no_rule_and_a_longer_one_does(site: BookedSite) -> None:
    ident = site.book(0, 4)
    site.close(3, 5)
    assert site.change(ident, end_ms=hours(3.5))["end_ms"] == hours(3.5)
    with pytest.raises(Problem) as refused:
        site.change(ident, end_ms=hours(3.75))
    assert refused.value.kind is Kind.CLOSED


def test_only_the_end_of_a_booking_somebody_came_for_can_change(site: BookedSite) -> None:
    ident = site.book(0, 4)
    with site.edit() as made:
        made.connection.execute(update(t.booking).values(checked_in_ms=hours(0), confirmed_by="badge"))
    site.now_ms = hours(0.5)
    for wanted in ({"start_ms": hours(1)}, {"resource": "d2"}):
        with pytest.raises(Problem, match="only its end"):
            site.change(ident, **wanted)
    with pytest.raises(Problem, match="somebody came"):
        site.cancel(ident)
    assert site.change(ident, end_ms=hours(5))["end_ms"] == hours(5)


def test_a_shortened_booking_is_released_no_later_than_it_ends(site: BookedSite) -> None:
    ident = site.book(0, 2)
    assert site.change(ident, end_ms=hours(0.2))["release_ms"] is None
    assert site.change(ident, start_ms=hours(3), end_ms=hours(5))["release_ms"] == hours(3.25)


def test_a_cancelled_booking_stays_in_the_books_and_cannot_change(site: BookedSite) -> None:
    ident = site.book(0, 2)
    site.cancel(ident)
    assert (site.line(ident)["state"], site.line(ident)["exclusive"], site.told()) == ("cancelled", False, {})
    for again in (lambda: site.cancel(ident), lambda: site.change(ident, end_ms=hours(3))):
        with pytest.raises(Problem) as refused:
            again()
        assert (refused.value.kind, refused.value.members["state"]) == (Kind.OUT_OF_TURN, "cancelled")


def test_a_conflict_names_what_is_free_instead(site: BookedSite) -> None:
    site.book(0, 2)
    site.book(0, 1, "d2")
    site.book(4, 5)
    refused = site.refused(0.5, 2, person="bruno")
    assert refused.members["others"] == ["d3"]
    before = {"start_ms": hours(-1.5), "end_ms": hours(0)}
    assert refused.members["nearest"] == [before, {"start_ms": hours(2), "end_ms": hours(3.5)}]


def test_no_desk_that_is_out_of_service_is_named_instead(site: BookedSite) -> None:
    site.book(0, 2)
    site.close(1, 3, resource="d2")
    assert site.refused(0, 2, person="bruno").members["others"] == ["d3"]
    assert site.refused(0, 1, person="bruno").members["others"] == ["d2", "d3"]


def test_what_is_named_instead_comes_in_the_order_of_its_numbers(site: BookedSite) -> None:
    for ident, name in (("d1", "Desk 1"), ("d2", "Desk 10"), ("d3", "Desk 9")):
        resource(site, ident, name=name)
    site.book(0, 2)
    assert site.refused(0, 2, person="bruno").members["others"] == ["d3", "d2"]


def test_what_is_named_instead_can_be_booked(site: BookedSite) -> None:
    resource(site, "d1", buffer_minutes=20)
    site.open_weekly(0, 8 * 60, 18 * 60)
    site.open_weekly(1, 10 * 60, 18 * 60)
    site.now_ms = hours(0)
    site.book(0, 8.5)
    refused = site.refused(7, 9, person="bruno")
    assert refused.members["nearest"] == [{"start_ms": hours(25), "end_ms": hours(27)}]
    site.book(25, 27, person="bruno")
    assert site.line(site.book(7, 9, "d2"))["blocked_until_ms"] == hours(9)
    assert site.refused(6, 7 + 20 / 60, person="bruno").members["nearest"]


def test_a_walk_in_begins_now_and_is_never_released(site: BookedSite) -> None:
    site.now_ms = hours(0) + 7 * MINUTE_MS
    ident = site.book(7 / 60, 2, walk_in=True)
    assert (site.line(ident)["walk_in"], site.line(ident)["release_ms"]) == (True, None)


def test_what_a_session_uses_is_changed_with_the_session_alone(site: BookedSite) -> None:
    ident = site.book(0, 1, kind=BookingKind.SESSION)
    own = site.book(1, 2, kind=BookingKind.SESSION)
    limits = {"threshold_percent": 80, "late_ms": 0, "early_ms": 0, "rounding_minutes": 1, "revision": 1}
    words = {"title": "T", "zone": "hall", "off_site": False, "place": "", "breaks": "", "state": "planned", "why": ""}
    with site.edit() as made:
        put = made.connection.execute
        put(insert(t.programme).values(id="lab", name="Lab", audience="", **limits))
        put(
            insert(t.session).values(
                site=SITE, id=ident, programme="lab", start_ms=hours(0), end_ms=hours(1), revision=1, **words
            )
        )
    for act in (lambda: site.cancel(ident), lambda: site.change(ident, end_ms=hours(0.5))):
        with pytest.raises(Problem) as refused:
            act()
        assert refused.value.kind is Kind.IN_USE
    site.cancel(own)
