"""What staff keep an eye on, as the live page is shown it."""

import json
from dataclasses import replace

import pytest
from pydantic import TypeAdapter

from access.clock import DAY_MS, HOUR_MS, MINUTE_MS
from access.desk import DeskShown
from access.reasons import Reason, Warned
from access.site import Policy
from gateway.clock import UNBOUNDED_MS
from gateway.link.standing import Links, RegistryStanding
from gateway.pages.happened import KEPT, WARNED_KEPT, Recent
from gateway.pages.shape import DeskSeen, Snapshot
from gateway.showing.live import discovery, topics
from gateway.showing.snapshot_watch import admits
from tests.support.live_day import tapped
from tests.support.live_site import NINE_MS, NOW, fresh, seen
from tests.support.live_watch import warned, watched, watched_state


def desk(picture: Snapshot, ident: str) -> DeskSeen:
    return next(one for one in picture["desks"] if one["id"] == ident)


def test_visitors_are_counted_and_on_the_muster_list_with_their_host() -> None:
    picture = watched()
    assert picture["visits"] == [
        {"id": "v1", "zone": "Sala comune", "since_ms": NINE_MS - 20 * MINUTE_MS, "host": "Paola"}
    ]
    sala, lab = picture["zones"]
    assert (sala["present"], sala["visits"], lab["visits"]) == (2, 1, 0)
    assert (picture["total"]["present"], picture["total"]["visits"]) == (3, 1)


def test_a_host_who_is_a_person_of_the_replica_goes_by_their_name() -> None:
    state = watched_state()
    visits = {ident: replace(visit, host="p1") for ident, visit in state.occupancy.visits.items()}
    picture = seen(replace(state, occupancy=replace(state.occupancy, visits=visits)))
    assert picture["visits"][0]["host"] == "Aurora Ferri"


def test_a_full_zone_is_shown_with_what_it_does_then() -> None:
    sala, lab = watched()["zones"]
    assert (sala["full"], sala["refuses"], lab["full"], lab["refuses"]) == (False, False, True, True)


def test_minors_who_are_alone_are_named_with_why() -> None:
    assert watched()["minors"] == {"why": "no-staff", "names": ["Zoe Minore"]}
    assert seen(fresh())["minors"] is None


def test_a_blocked_pin_is_told_by_whose_it_is_and_until_when() -> None:
    assert watched()["blocked"] == [{"name": "Bilal Haddad", "until_ms": NINE_MS + 3 * MINUTE_MS}]
    assert watched(now=replace(NOW, mono_ms=NOW.mono_ms + 3 * MINUTE_MS))["blocked"] == []


def test_free_passage_is_told_of_its_door() -> None:
    assert [(door["id"], door["free"]) for door in watched()["doors"]] == [("ingresso", True), ("porta-lab", False)]


def test_an_emergency_card_and_an_entry_in_danger_stay_for_an_hour_whatever_happens_after_them() -> None:
    recent = Recent()
    recent.take_fact(warned("p1", Warned.EMERGENCY_CARD), NINE_MS)
    recent.take_fact(warned("p2", Warned.ZONE_FULL), NINE_MS)
    for _ in range(KEPT + 1):
        recent.take_fact(tapped("p3", Reason.BOOKING), NINE_MS)
    expected = [{"at_ms": NINE_MS, "what": "emergency-card", "place": "Ingresso", "who": "Aurora Ferri"}]
    later = replace(NOW, wall_ms=NINE_MS + HOUR_MS - 1)
    assert seen(fresh(), recent, now=later)["warned"] == expected
    assert seen(fresh(), recent, now=replace(later, wall_ms=NINE_MS + HOUR_MS))["warned"] == []
    for _ in range(100):
        recent.take_fact(warned("p1", Warned.DANGER), NINE_MS)
    assert len(recent.warned) == WARNED_KEPT


def test_a_desk_tells_who_has_come_and_until_when_others_are_waited_for() -> None:
    picture = watched()
    own, gone, came, team, broken = (desk(picture, ident) for ident in ("d02", "d03", "d04", "d05", "d06"))
    assert (own["checked_in"], own["release_ms"]) == (False, NINE_MS + 14 * MINUTE_MS)
    assert (gone["booked_by"], gone["until_ms"], gone["release_ms"]) == ("", None, None)
    assert (came["checked_in"], came["release_ms"], came["booked_by"]) == (True, None, "Davide Rossi")
    assert (team["booked_by"], team["until_ms"]) == ("", NINE_MS + HOUR_MS)
    assert broken["state"] == DeskShown.OUT_OF_SERVICE


def test_a_teams_booking_is_its_members_too() -> None:
    people = {person["id"]: person["booking"] for person in watched()["people"]}
    assert people == {"m1": None, "p5": {"resource": "Postazione 5", "until_ms": NINE_MS + HOUR_MS}}


@pytest.mark.parametrize(
    ("age_ms", "unsure_ms", "what"),
    [
        (0, 0, "all"),
        (DAY_MS, 10 * MINUTE_MS, "all"),
        (DAY_MS + 1, 0, "undated"),
        (7 * DAY_MS, 0, "undated"),
        (7 * DAY_MS + 1, 0, "standing"),
        (30 * DAY_MS, 0, "standing"),
        (30 * DAY_MS + 1, 0, "cards"),
        (0, 10 * MINUTE_MS + 1, "clock"),
        (8 * DAY_MS, UNBOUNDED_MS, "clock"),
        (31 * DAY_MS, UNBOUNDED_MS, "cards"),
    ],
)
def test_what_doors_admit_follows_from_the_replicas_age_and_the_clock(age_ms: int, unsure_ms: int, what: str) -> None:
    assert admits(Policy(), age_ms, unsure_ms) == what
    assert watched(age_ms, replace(NOW, unsure_ms=unsure_ms))["sources"]["admits"] == what


def test_staff_are_warned_from_an_hour_on_and_a_site_alone_never() -> None:
    ages = (HOUR_MS - 1, HOUR_MS)
    assert [watched(age_ms)["sources"]["aged"] for age_ms in ages] == [False, True]
    assert [watched(age_ms, alone=True)["sources"]["aged"] for age_ms in ages] == [False, False]


def test_in_a_demos_fast_day_a_link_that_answers_is_no_cause_for_warning() -> None:
    links = Links(broker_online=True, registry=RegistryStanding(online=True), speed=3_600)
    assert not seen(watched_state(2 * HOUR_MS), links=links)["sources"]["aged"]
    assert seen(watched_state(3_600 * HOUR_MS), links=links)["sources"]["aged"]


def test_nothing_of_it_is_published_to_the_broker() -> None:
    picture = watched()
    everything = json.dumps([topics(picture), discovery(picture)])
    for said in ("Zoe", "Paola", "Bilal", "v1", "p5", "minor", "ingresso", "blocked"):
        assert said not in everything


def test_it_comes_back_the_same_through_the_pages_own_reading() -> None:
    picture = watched(2 * DAY_MS)
    line = json.dumps(picture)
    assert TypeAdapter(Snapshot).validate_json(line, strict=True) == json.loads(line) == picture
