"""Who may book what, and when: rights, dates, training, opening hours, closures, how far ahead, quotas, groups."""

import pytest
from sqlalchemy import insert

from access.quota import Quota
from access.records import Booking, BookingKind
from registry.bookings import bookings, quotas
from registry.bookings.bookings import Wanted
from registry.problems import Kind, Problem
from registry.setup import Registry
from registry.tables import core as t
from tests.support.booked_site import DAY_MS, NINE_MS, SITE, BookedSite, booked_site, hours

PROGRAMME = {
    "name": "Senior",
    "audience": "",
    "threshold_percent": 80,
    "late_ms": 0,
    "early_ms": 0,
    "rounding_minutes": 1,
    "revision": 1,
}


@pytest.fixture
def site(registry: Registry) -> BookedSite:
    return booked_site(registry)


def programme(site: BookedSite, ident: str = "senior", zones: str = "hall", **limits: object) -> None:
    """A programme with a cohort (of the same id and ``-1``) and a team (``-t``) in Matera."""
    with site.edit() as made:
        put = made.connection.execute
        put(insert(t.programme).values(**{**PROGRAMME, "id": ident, **limits}))
        put(insert(t.programme_zone).values(programme=ident, site=SITE, zones=zones))
        put(insert(t.cohort).values(id=f"{ident}-1", programme=ident, site=SITE, name="C", revision=1))
        put(insert(t.team).values(id=f"{ident}-t", cohort=f"{ident}-1", name="T", revision=1))


def enrol(
    site: BookedSite, person: str, programme: str = "senior", from_ms: int = 0, until_ms: int | None = None
) -> None:
    values = {"enrolled_ms": 0, "from_ms": from_ms, "until_ms": until_ms, "state": "active", "revision": 1}
    with site.edit() as made:
        where = {"programme": programme, "cohort": f"{programme}-1"}
        made.connection.execute(insert(t.enrolment).values(id=site.fresh(), person=person, **where, **values))


def join_team(site: BookedSite, *persons: str) -> None:
    with site.edit() as made:
        for person in persons:
            made.connection.execute(insert(t.member).values(team="senior-t", person=person, from_ms=0))


def test_who_is_not_known_at_a_site_books_nothing_there(site: BookedSite) -> None:
    assert site.refused(0, 1, person="nobody").kind is Kind.INVALID
    with site.edit() as made, pytest.raises(Problem, match="name one of them"):
        bookings.book(made, SITE, "k", Wanted("d1", "anna", hours(0), hours(1), group="team"))


@pytest.mark.parametrize(
    ("known", "fits"),
    [
        ({"valid_from_ms": hours(0), "valid_until_ms": hours(1)}, True),
        ({"valid_from_ms": hours(0) + 1}, False),
        ({"valid_until_ms": hours(1) - 1}, False),
        ({"valid_until_ms": hours(1), "transfer": True}, True),
        ({"valid_until_ms": hours(0.5), "transfer": True}, False),
        ({"suspended": True}, False),
        ({"zones": frozenset()}, False),
        ({"zones": frozenset(), "standing": frozenset({"hall"})}, True),
        ({"training_due_ms": NINE_MS - DAY_MS}, False),
        ({"training_due_ms": NINE_MS - DAY_MS + 1}, True),
    ],
)
def test_a_booking_lies_within_the_rights_that_the_site_was_told_of(
    site: BookedSite, known: dict[str, object], fits: bool
) -> None:
    site.known_as("anna", **known)
    if fits:
        site.book(0, 1)
    else:
        assert site.refused(0, 1).kind in {Kind.INVALID, Kind.OVERDUE}


def test_overdue_training_stops_desks_and_never_the_training_itself(site: BookedSite) -> None:
    site.known_as("anna", training_due_ms=0)
    assert site.refused(0, 1).kind is Kind.OVERDUE
    site.book(0, 1, "r1", kind=BookingKind.SESSION)


def test_opening_hours_are_respected_to_the_millisecond(site: BookedSite) -> None:
    site.open_weekly(0, 9 * 60, 12 * 60)
    site.book(0, 3)
    for start, end in ((-0.001, 1), (2, 3.001), (3, 4), (24, 25)):
        assert site.refused(start, end, "d2").kind is Kind.CLOSED
    assert site.refused(2, 4, "d2").members["open"] == [{"start_ms": hours(2), "end_ms": hours(3)}]


def test_each_audience_has_its_own_hours_and_closures(site: BookedSite) -> None:
    site.open_weekly(0, 9 * 60, 12 * 60)
    site.open_weekly(0, 14 * 60, 16 * 60, "senior")
    site.known_as("bruno", audiences=frozenset({"senior"}))
    site.book(0, 1)
    site.book(5, 6, person="bruno")
    assert site.refused(0, 1, "d2", "bruno").kind is Kind.CLOSED
    assert site.refused(5, 6, "d2").kind is Kind.CLOSED
    site.close(6, 7, audience="senior")
    site.close(1, 2, audience="senior")
    site.book(1, 2)
    assert site.refused(6, 6.5, person="bruno").kind is Kind.CLOSED


def test_a_closed_site_and_a_resource_out_of_service_take_no_booking(site: BookedSite) -> None:
    site.close(1, 2)
    site.close(3, 4, resource="d1")
    site.book(0, 1)
    assert site.refused(0.5, 1.5, "d2").kind is Kind.CLOSED
    assert site.refused(3.5, 5).kind is Kind.CLOSED
    site.book(3, 4, "d2")
    site.book(4, 5)


def test_a_desk_is_booked_up_to_the_horizons_day_and_a_session_beyond(site: BookedSite) -> None:
    with site.edit() as made:
        made.connection.execute(insert(t.booking_policy).values(site=SITE, horizon_days=2, revision=1))
    # From Sunday the last day is Tuesday: 39 hours after Monday's nine it is midnight.
    site.book(38, 40)
    refused = site.refused(39, 40, "d2")
    assert (refused.kind, refused.members["from_ms"]) == (Kind.INVALID, hours(39) - 2 * DAY_MS)
    site.book(39, 40, "d2", kind=BookingKind.SESSION)


def test_a_persons_quota_counts_what_is_live_or_was_used(site: BookedSite) -> None:
    with site.edit() as made:
        quotas.limit(made, "anna", Quota(day_minutes=120, day_count=3))
    first = site.book(0, 1)
    site.book(1, 1.5)
    refused = site.refused(2, 3)
    assert refused.kind is Kind.QUOTA
    assert refused.members.items() >= {"limit": "day-minutes", "allowed": 120, "used": 90}.items()
    assert refused.members["fits_from_ms"] == hours(15)
    site.cancel(first)
    second = site.book(2, 3)
    site.now_ms = hours(2.25)
    assert site.change(second, end_ms=hours(2.25))["state"] == "ended"
    site.book(4, 5)
    assert site.refused(6, 6.25).members["limit"] == "day-count"
    site.book(24, 26)


def test_moving_a_booking_counts_it_once_and_prolonging_it_counts_more(site: BookedSite) -> None:
    with site.edit() as made:
        quotas.limit(made, "anna", Quota(day_minutes=120))
    ident = site.book(0, 2)
    site.change(ident, start_ms=hours(1), end_ms=hours(3))
    with pytest.raises(Problem) as refused:
        site.change(ident, end_ms=hours(3.5))
    assert refused.value.kind is Kind.QUOTA
    assert site.change(ident, end_ms=hours(3.5), excuse="exam week")["excused"] == "exam week"


def test_an_excuse_is_kept_with_the_booking_that_it_let_through(site: BookedSite) -> None:
    with site.edit() as made:
        quotas.limit(made, "anna", Quota(day_count=0))
    assert site.refused(0, 1).kind is Kind.QUOTA
    assert site.line(site.book(0, 1, excuse="a guest of the mayor"))["excused"] == "a guest of the mayor"
    assert site.book(1, 2, "r1", kind=BookingKind.SESSION)
    with site.edit() as made:
        quotas.unlimit(made, "anna")
    site.book(2, 3)


def test_sessions_count_against_no_quota_and_cancelled_bookings_neither(site: BookedSite) -> None:
    with site.edit() as made:
        quotas.limit(made, "anna", Quota(day_count=1))
    site.book(0, 1, "r1", kind=BookingKind.SESSION)
    site.cancel(site.book(1, 2))
    site.book(2, 3)
    assert site.refused(3, 4).members["used"] == 1


def test_the_tightest_of_all_programmes_and_the_persons_own_limits_holds(site: BookedSite) -> None:
    programme(site, day_minutes=300, week_count=5)
    programme(site, "lab", day_minutes=180)
    enrol(site, "anna")
    site.book(0, 4)
    site.cancel(site.book(4, 5))
    enrol(site, "anna", "lab", until_ms=hours(24))
    assert site.refused(4, 4.25).members["allowed"] == 180
    site.book(24, 28)
    with site.edit() as made:
        quotas.limit(made, "anna", Quota(week_count=2))
    assert site.refused(48, 49).members.items() >= {"limit": "week-count", "allowed": 2}.items()


def test_a_team_has_its_programmes_quota_and_its_members_keep_their_own(site: BookedSite) -> None:
    programme(site, day_minutes=60)
    join_team(site, "anna", "bruno")
    enrol(site, "anna")
    site.book(0, 1, "r1", "", group="senior-t")
    assert site.refused(1, 1.5, "r1", "", group="senior-t").kind is Kind.QUOTA
    site.book(1, 2, "r1", "anna")
    site.book(2, 6, "r1", "", group="senior-1")


def test_a_groups_booking_opens_doors_to_the_group_and_takes_a_place_for_each(site: BookedSite) -> None:
    programme(site)
    join_team(site, "anna", "bruno")
    ident = site.book(0, 1, "hall", "", group="senior-t")
    told = site.told()[ident]
    assert (told.group, told.person, site.line(ident)["places"]) == ("senior-t", "", 2)
    site.book(0, 1, "hall")
    assert site.refused(0, 1, "hall", "bruno").kind is Kind.BOOKING_CONFLICT
    assert site.line(site.book(1, 2, "hall", "", group="senior-t", places=3))["places"] == 3
    assert site.refused(1, 2, "hall").kind is Kind.BOOKING_CONFLICT
    assert site.line(site.book(0, 1, "d1", "", group="senior-t"))["places"] == 1


def test_a_group_books_nothing_where_its_programme_may_not_be(site: BookedSite) -> None:
    programme(site, zones="lab")
    assert "programme may not enter" in str(site.refused(0, 1, "d1", "", group="senior-1"))
    assert "no such team or cohort" in str(site.refused(0, 1, "d1", "", group="other"))


def test_quotas_are_reckoned_in_local_days_across_both_sites(site: BookedSite) -> None:
    site.registry.add_site("cinisello", "Cinisello")
    with site.edit() as made:
        quotas.limit(made, "anna", Quota(day_minutes=120))
        values = bookings.booking_values("cinisello", Booking("x", "anna", "hall", "d1", hours(3), hours(4)), "desk")
        made.connection.execute(
            insert(t.resource).values(site="cinisello", id="d1", kind="desk", name="D", zone="hall", revision=1)
        )
        made.connection.execute(insert(t.booking).values(values))
    site.book(0, 1)
    assert site.refused(1, 1 + 1 / 60).kind is Kind.QUOTA
    # 15 hours after nine it is midnight.
    site.book(15, 17)


def test_nobody_takes_more_places_of_a_zone_than_it_has(site: BookedSite) -> None:
    refused = site.refused(0, 1, "hall", places=4)
    assert (refused.kind, refused.members) == (Kind.INVALID, {"capacity": 3, "places": 4})
    assert site.line(site.book(0, 1, "hall", places=3))["places"] == 3
    assert site.refused(0, 1, "hall", places=1).kind is Kind.BOOKING_CONFLICT
