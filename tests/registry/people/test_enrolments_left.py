"""Who left a programme: neither its quota nor its cohort's places count them any more."""

from tests.support.centres import HOUR_MS, Centre, problem
from tests.support.programmes import SOON_MS, edited, enrolled, with_programmes


def test_who_left_a_programme_is_bound_by_its_quota_no_more(both: Centre) -> None:
    with_programmes(both)
    both.made("/programmes", {"id": "tight", "name": "Stretto", "quota": {"day_count": 0}})
    who = enrolled(both)["person"]
    tight = both.made("/enrolments", {"person": who, "programme": "tight"})
    wanted = {"resource": "d1", "person": who, "start_ms": SOON_MS, "end_ms": SOON_MS + HOUR_MS}
    assert problem(both.ask("POST", "/sites/matera/bookings", wanted)) == (409, "quota-exceeded")
    edited(both, f"/enrolments/{tight['id']}", state="withdrawn")
    both.made("/sites/matera/bookings", wanted)


def test_who_left_a_cohort_takes_no_place_in_what_it_books(both: Centre) -> None:
    with_programmes(both)
    gone, _ = enrolled(both), enrolled(both)
    wanted = {"resource": "hall", "group": "senior-mt", "start_ms": SOON_MS, "end_ms": SOON_MS + HOUR_MS}
    assert both.made("/sites/matera/bookings", wanted)["places"] == 2
    edited(both, f"/enrolments/{gone['id']}", state="withdrawn")
    later = {"start_ms": SOON_MS + HOUR_MS, "end_ms": SOON_MS + 2 * HOUR_MS}
    assert both.made("/sites/matera/bookings", wanted | later)["places"] == 1
