"""What follows from who is here: the day's first staff, full zones, minors alone (domain: minors, capacity)."""

from dataclasses import replace

import pytest

from access.clock import DAY_MS
from access.effects import Append
from access.events import ReplicaArrived
from access.facts import Checkpoint
from access.records import Elsewhere, Pass, PassKind, Record
from access.replica import Replica
from access.site import Site, Zone
from access.step import next_deadline
from tests.support.core_site import NINE, PATIENT, SITE, badge, begun, person, replica_of, rome
from tests.support.transcript import Player, play

HALL = frozenset({"hall"})
FOLK: tuple[Record, ...] = (
    person("mia", standing=HALL, minor=True, guardian_from_ms=0),
    person("sara", standing=HALL, staff=True),
    person("tom", standing=HALL),
    *(badge(who) for who in ("mia", "sara", "tom")),
)
SMALL = replace(SITE, zones={"hall": Zone("hall", "Hall", 2), "store": Zone("store", "Store")})


def folk(*records: Record, version: int = 1) -> Replica:
    """Mia, a minor; Sara, staff; Tom; and these."""
    return replica_of(*FOLK, *records, version=version)


def playing(site: Site = SITE, *records: Record) -> Player:
    """The site from nine on."""
    return Player(begun(replica=folk(*records), site=site))


def told(player: Player, what: str, *lines: str) -> list[str]:
    """Of what these lines log, the facts of one kind."""
    return [line for said in lines for line in player.do(said) if line.split()[1] == what]


def comes(who: str) -> tuple[str, ...]:
    """Somebody comes in at the front."""
    return (f"+2000 tap in {who}", "+500 door front opens", "+500 door front closes")


def goes(who: str) -> tuple[str, ...]:
    """Somebody goes."""
    return (f"+2000 tap out {who}", "+500 door front opens", "+500 door front closes")


# -- the day's first staff


def test_the_first_staff_of_the_day_are_told_once() -> None:
    player = playing()
    assert told(player, "staff-came", *comes("tom")) == []
    assert told(player, "staff-came", *comes("sara"), *goes("sara"), *comes("sara")) == ["log staff-came sara"]
    assert player.state.staff_came


def test_a_new_day_waits_for_its_first_staff_again() -> None:
    player = playing()
    told(player, "staff-came", *comes("sara"))
    player.mono_ms = rome("2026-06-02 04:00") - NINE
    player.do("tick")
    assert not player.state.staff_came
    assert told(player, "staff-came", *comes("sara")) == ["log staff-came sara"]


def test_whoever_is_here_when_their_duty_begins_is_staff_from_then_on() -> None:
    duty = Pass("p", "tom", HALL, NINE + 60_000, NINE + 3_600_000, PassKind.DUTY)
    player = playing(SITE, duty)
    assert told(player, "staff-came", *comes("tom"), "+50000 tick") == []
    assert told(player, "staff-came", "+10000 tick") == ["log staff-came tom"]


def test_a_role_of_certain_hours_makes_staff_in_those_alone() -> None:
    nine = Pass("p", "tom", HALL, NINE - DAY_MS, NINE + 7 * DAY_MS, PassKind.ROLE, frozenset({0}), 9 * 60 + 1, 10 * 60)
    player = playing(SITE, nine)
    assert told(player, "staff-came", *comes("tom"), "+50000 tick") == []
    assert told(player, "staff-came", "+10000 tick") == ["log staff-came tom"]
    other = replace(nine, weekdays=frozenset({1}))
    assert told(playing(SITE, other), "staff-came", *comes("tom"), "+120000 tick") == []


def test_who_becomes_staff_in_the_replica_is_staff() -> None:
    player = playing()
    player.do("tap in tom")
    player.do("+500 door front opens")
    player.take(ReplicaArrived(folk(person("tom", staff=True), version=2)))
    assert player.state.staff_came


# -- full zones


def test_a_zone_that_fills_and_empties_is_told_once_each() -> None:
    player = playing(SMALL)
    assert told(player, "zone-full", *comes("tom")) == []
    assert told(player, "zone-full", *comes("sara")) == ["log zone-full hall full 2"]
    assert told(player, "zone-full", *comes("mia")) == []
    assert told(player, "zone-full", *goes("mia")) == []
    assert told(player, "zone-full", *goes("sara")) == ["log zone-full hall not-full 1"]


def test_visitors_fill_a_zone_too() -> None:
    player = playing(SMALL)
    assert told(player, "zone-full", "visit v1 hall sara", "visit v2 hall sara") == ["log zone-full hall full 2"]


def test_at_the_days_end_no_zone_is_full() -> None:
    player = playing(SMALL)
    told(player, "zone-full", *comes("tom"), *comes("sara"))
    player.mono_ms = rome("2026-06-02 04:00") - NINE
    assert told(player, "zone-full", "tick") == ["log zone-full hall not-full 0"]
    assert player.state.full == frozenset()
    (stored,) = (one.fact for one in player.effects if isinstance(one, Append) and isinstance(one.fact, Checkpoint))
    assert stored.site["full"] == []


# -- minors alone


def test_a_minor_is_alone_when_the_last_staff_leave_and_no_more_when_staff_come() -> None:
    player = playing()
    assert told(player, "minors-alone", *comes("sara"), *comes("mia"), *comes("tom")) == []
    assert told(player, "minors-alone", *goes("sara")) == ["log minors-alone ~mia no-staff"]
    assert told(player, "minors-alone", *goes("tom"), "+60000 tick") == []
    assert told(player, "minors-alone", *comes("sara")) == ["log minors-alone"]


def test_it_is_over_when_the_minor_leaves() -> None:
    player = playing()
    told(player, "minors-alone", *comes("sara"), *comes("mia"), *goes("sara"))
    assert told(player, "minors-alone", *goes("mia")) == ["log minors-alone"]


def test_at_the_curfew_a_minor_inside_is_told_of_though_staff_are_here() -> None:
    player = playing()
    told(player, "minors-alone", *comes("sara"), *comes("mia"))
    player.mono_ms = rome("2026-06-01 20:30") - NINE
    assert told(player, "minors-alone", "tick") == []
    assert next_deadline(player.state).wall_ms == rome("2026-06-01 21:00")
    player.mono_ms = rome("2026-06-01 21:00") - NINE
    assert told(player, "minors-alone", "+0 tick") == ["log minors-alone ~mia curfew"]
    assert told(player, "minors-alone", *goes("sara")) == ["log minors-alone ~mia no-staff"]
    assert told(player, "minors-alone", *goes("mia")) == ["log minors-alone"]


def test_a_clock_that_nobody_trusts_tells_no_curfew() -> None:
    player = playing()
    told(player, "minors-alone", *comes("sara"), *comes("mia"))
    player.trusted = False
    player.mono_ms = rome("2026-06-01 22:00") - NINE
    assert told(player, "minors-alone", "tick") == []
    player.trusted = True
    assert told(player, "minors-alone", "+3600000 tick") == ["log minors-alone ~mia curfew"]


def test_a_clock_that_went_back_does_not_hide_the_curfew() -> None:
    player = playing(PATIENT)
    player.moment = {"wall_ms": rome("2026-06-05 20:00")}
    told(player, "minors-alone", "tick", *comes("sara"), *comes("mia"), "tick")
    player.moment = {}
    player.mono_ms = rome("2026-06-01 21:30") - NINE
    assert told(player, "minors-alone", "tick") == ["log minors-alone ~mia curfew"]


def test_the_end_of_the_last_duty_leaves_minors_alone() -> None:
    player = playing(SITE, Pass("p", "tom", HALL, NINE, NINE + 600_000, PassKind.DUTY))
    assert told(player, "minors-alone", *comes("tom"), *comes("mia")) == []
    assert next_deadline(player.state).wall_ms == NINE + 600_000
    player.mono_ms = 600_000
    assert told(player, "minors-alone", "tick") == ["log minors-alone ~mia no-staff"]


@pytest.mark.parametrize("change", [person("mia", standing=HALL), person("sara", standing=HALL)])
def test_who_is_a_minor_and_who_is_staff_is_as_the_replica_says_now(change: Record) -> None:
    player = playing()
    told(player, "minors-alone", *comes("sara"), *comes("mia"))
    player.take(ReplicaArrived(folk(change, version=2)))
    assert player.state.minors_alone == (frozenset({"mia"}) if change.id == "sara" else frozenset())


def test_nobody_is_alone_when_the_day_has_ended() -> None:
    player = playing()
    told(player, "minors-alone", *comes("sara"), *comes("mia"), *goes("sara"))
    player.mono_ms = rome("2026-06-02 04:00") - NINE
    assert told(player, "minors-alone", "tick") == ["log minors-alone"]


# -- transfers


def test_whoever_came_to_another_site_has_left_this_one() -> None:
    player = playing()
    told(player, "left", *comes("tom"), *comes("sara"))
    arrived = ReplicaArrived(replica_of(*FOLK, Elsewhere("tom", "cinisello", NINE + 60_000), version=2))
    player.mono_ms = 90_000
    assert player.take(arrived) == ["log replica g 2", f"log went-elsewhere tom cinisello {NINE + 60_000}"]
    assert set(player.state.occupancy.stays) == {"sara"}
    assert player.take(arrived) == []
    later = ReplicaArrived(replica_of(*FOLK, Elsewhere("tom", "cinisello", NINE + 60_000), version=3))
    assert player.take(later) == ["log replica g 3"]


def test_who_came_here_after_that_stays_and_is_not_silently_put_right() -> None:
    player = playing()
    told(player, "left", *comes("tom"))
    assert player.take(ReplicaArrived(replica_of(*FOLK, Elsewhere("tom", "cinisello", NINE), version=2))) == [
        "log replica g 2"
    ]
    assert set(player.state.occupancy.stays) == {"tom"}


def test_a_transfer_that_was_learnt_just_before_a_restart_is_told_when_the_run_begins() -> None:
    player = playing()
    told(player, "left", *comes("tom"))
    player.state = replace(
        player.state, replica=replica_of(*FOLK, Elsewhere("tom", "cinisello", NINE + 60_000), version=2)
    )
    assert "log went-elsewhere tom cinisello" in " ".join(player.do("begun 1"))


def test_confirmations_of_the_replica_make_it_younger_and_never_older() -> None:
    player = play(
        """
        >> +60000 confirmed 10000
        >> confirmed 50000
        """
    )
    assert player.state.confirmed_ms == 50_000


def test_a_clock_that_staff_set_is_told() -> None:
    play(
        """
        >> clock-set sara 5 9
        << log clock-set sara stood still 5 9
        """
    )
