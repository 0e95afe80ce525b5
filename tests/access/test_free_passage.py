"""Scheduled free passage: its hours, what ends it, and the keeper's leases under one standing grant."""

from dataclasses import replace

import pytest

from access.effects import Append, FreeEnd, FreeLease
from access.facts import FreePassage
from access.site import Door, FreeSpan, Site
from access.step import next_deadline
from tests.support.core_site import NINE, SITE, badge, begun, person, replica_of, rome
from tests.support.transcript import Player, play

MORNING = FreeSpan(0, 9 * 60 + 1, 10 * 60)
FOLK = replica_of(person("sara", standing=frozenset({"hall"}), staff=True), badge("sara"), person("tom"), badge("tom"))


def site_with(door: str = "front", spans: tuple[FreeSpan, ...] = (MORNING,), **fields: object) -> Site:
    """The site, one of its doors in free passage at these hours."""
    freed: Door = replace(SITE.doors[door], free=spans, **fields)  # type: ignore[arg-type]
    return replace(SITE, doors={**SITE.doors, door: freed})


def playing(site: Site) -> Player:
    """The site from nine on."""
    return Player(begun(site=site, replica=FOLK))


def told(player: Player, *lines: str) -> list[str]:
    """What these lines bring of free passage; a hold's grant is checked to be the row that told of its beginning, and
    shown as the number of it: the first, the second.
    """
    shown = []
    for said in lines:
        before = len(player.effects)
        player.do(said)
        for effect in player.effects[before:]:
            if isinstance(effect, Append) and isinstance(effect.fact, FreePassage):
                shown.append(f"{effect.fact.door} {'begins' if effect.fact.active else 'ends'}")
            elif isinstance(effect, FreeLease | FreeEnd):
                asked = "hold" if isinstance(effect, FreeLease) else "let go"
                shown.append(f"{asked} {effect.door} under {_begun(player).index(effect.grant) + 1}")
    return shown


def _begun(player: Player) -> list[str]:
    """The ids of the rows that told of a beginning."""
    rows = (one for one in player.effects if isinstance(one, Append))
    return [f"1-{row.seq}" for row in rows if isinstance(row.fact, FreePassage) and row.fact.active]


def at_clock(player: Player, clock: str) -> list[str]:
    """What the tick at a moment brings."""
    player.mono_ms = rome(clock) - NINE
    return told(player, "tick")


def test_a_door_stands_released_in_its_hours_by_leases_under_one_grant() -> None:
    player = playing(site_with())
    assert next_deadline(player.state).wall_ms == NINE + 60_000
    assert told(player, "+59999 tick") == []
    assert told(player, "+1 tick") == ["front begins", "hold front under 1"]
    assert player.state.free == {"front"}
    assert player.state.holds["front"].due_ms == 62_000
    assert told(player, "+1999 tick") == []
    assert told(player, "+1 tick", "+2000 tick") == ["hold front under 1"] * 2
    assert at_clock(player, "2026-06-01 10:00") == ["front ends", "let go front under 1"]
    assert next_deadline(player.state).wall_ms <= rome("2026-06-01 11:00")


def test_leases_are_renewed_before_a_door_with_a_shorter_maximum_is_secured() -> None:
    player = playing(site_with(max_lease_ms=1_000))
    assert told(player, "+60000 tick") == ["front begins", "hold front under 1"]
    assert next_deadline(player.state).mono_ms == 60_500
    assert told(player, "+500 tick") == ["hold front under 1"]


def test_each_span_has_its_own_grant() -> None:
    player = playing(site_with(spans=(MORNING, FreeSpan(0, 660, 720))))
    assert at_clock(player, "2026-06-01 09:30")[-1] == "hold front under 1"
    assert at_clock(player, "2026-06-01 10:00")[-1] == "let go front under 1"
    first, second = at_clock(player, "2026-06-01 11:00")
    assert (first, second) == ("front begins", "hold front under 2")


def test_spans_that_touch_are_one() -> None:
    player = playing(site_with(spans=(MORNING, FreeSpan(0, 600, 660))))
    at_clock(player, "2026-06-01 09:30")
    assert at_clock(player, "2026-06-01 10:00") == ["hold front under 1"]


@pytest.mark.parametrize("door", ["front", "free"])
def test_a_lockdown_ends_it_and_its_end_begins_it_anew(door: str) -> None:
    player = playing(site_with(door))
    told(player, "+60000 tick")
    ends = [f"{door} ends", *(["let go front under 1"] if door == "front" else [])]
    assert told(player, "lockdown on") == ends
    assert told(player, "+60000 tick") == []
    assert told(player, "lockdown off")[0] == f"{door} begins"


def test_where_staff_must_have_come_it_begins_with_them() -> None:
    player = playing(site_with(first_in=True))
    assert told(player, "+60000 tick") == []
    assert told(player, "tap in sara", "+500 door front opens") == [
        "front begins",
        "hold front under 1",
    ]


@pytest.mark.parametrize("moment", [{"trusted": False}, {"unsure_ms": 600_001}])
def test_a_clock_that_nobody_can_rely_on_frees_no_door(moment: dict[str, int]) -> None:
    player = playing(site_with())
    player.moment = moment
    assert told(player, "+60000 tick") == []
    player.moment = {}
    assert told(player, "+60000 tick")[0] == "front begins"
    player.moment = moment
    assert told(player, "+1000 tick")[0] == "front ends"


def test_a_clock_that_staff_set_begins_it_at_once() -> None:
    player = playing(site_with())
    player.moment = {"trusted": False}
    told(player, "+60000 tick")
    player.moment = {}
    assert told(player, "clock-set sara 5 9")[0] == "front begins"


def test_without_a_keeper_nothing_is_held_until_it_is_found() -> None:
    player = playing(site_with())
    player.do("keeper-lost")
    assert told(player, "+60000 tick") == ["front begins"]
    assert next_deadline(player.state).mono_ms > player.mono_ms
    player.do("keeper k2")
    assert told(player, "+1 tick") == ["hold front under 1"]


def test_a_lock_on_a_network_controller_is_never_in_free_passage() -> None:
    both = site_with("store")
    both = replace(both, doors={**both.doors, "front": site_with().doors["front"]})
    player = playing(both)
    assert told(player, "+60000 tick") == ["front begins", "hold front under 1"]
    player = playing(site_with("store"))
    assert told(player, "+60000 tick", "+2000 tick") == []
    assert player.state.free == frozenset()


def test_who_shows_a_badge_at_a_free_door_is_counted() -> None:
    play(
        """
        >> +60000 tick
        << log free-passage front active
        >> tap in tom
        << log device in online
        << log front grants tom: free-passage
        << lease front 3000 for 1-4 of k1
        << answer in 1 granted known
        >> +500 door front opens
        << log door front open grant
        << log entered tom front hall 1-4 not-estimated
        """,
        begun(site=site_with(), replica=FOLK),
    )


def test_an_opening_in_free_passage_is_no_forced_door() -> None:
    play(
        """
        >> +60000 tick
        << log free-passage gate active
        >> +500 door gate opens
        << log door gate open free ~hall
        """,
        begun(site=site_with("gate"), replica=FOLK),
    )


def test_a_run_begins_it_anew_under_a_grant_of_its_own() -> None:
    player = playing(site_with())
    told(player, "+60000 tick")
    log = tuple((NINE, effect.fact) for effect in player.effects if hasattr(effect, "fact"))
    state = begun(log, seq=player.state.seq, site=site_with(), replica=FOLK)
    assert state.free == frozenset({"front"})
    assert not state.holds
    again = Player(replace(state, keeper_run="k1"), at_ms=70_000)
    assert _begun(again) == [f"1-{player.state.seq + 1}"]
    late = Player(state, at_ms=3 * 3_600_000)
    assert FreePassage("front", active=False) in [one.fact for one in late.effects if isinstance(one, Append)]


@pytest.mark.parametrize(
    ("day", "clock", "free"),
    [
        # The night that skips two o'clock: what begins in the skipped hour begins after it.
        ("2026-03-29", "01:59", False),
        ("2026-03-29", "03:00", True),
        ("2026-03-29", "03:29", True),
        ("2026-03-29", "03:30", False),
        # The night that has two o'clock twice: free both times.
        ("2026-10-25", "02:15", True),
        ("2026-10-25", "02:15'", True),
        ("2026-10-25", "03:29", True),
        ("2026-10-25", "03:30", False),
    ],
)
def test_hours_are_local_on_the_nights_of_the_clocks_too(day: str, clock: str, free: bool) -> None:
    player = playing(site_with(spans=(FreeSpan(6, 2 * 60 + 10, 3 * 60 + 30),)))
    at_clock(player, f"{day} {clock}")
    assert (player.state.free == {"front"}) is free


def test_no_lease_is_asked_for_outside_its_hours_nor_any_end_twice() -> None:
    player = playing(site_with())
    for _ in range(200):
        told(player, "+61000 tick")
    held = [one for one in player.effects if isinstance(one, FreeLease)]
    assert all(60_000 <= one.asked_mono_ms < 3_600_000 for one in held)
    assert sum(isinstance(one, FreeEnd) for one in player.effects) == 1
