"""A day at the site, told as it happens: who came, who sat where, who left, and what the log knew of it."""

from tests.support.core_site import PATIENT, begun
from tests.support.transcript import Player, play


def _morning() -> Player:
    """Staff open up, people arrive early and in time, one holds the door for another."""
    return play(
        """
        >> +0 subscribed makers
        >> +1000 tap in sara
        << log device in online
        << log front grants sara: standing
        << lease front 3000 for 1-3 of k1
        << answer in 1 granted known
        >> +800 door front opens
        << log door front open grant
        << log entered sara front hall 1-3 not-estimated
        >> +1500 door front closes
        << log door front not-open
        >> wait 60000
        >> +0 tap in carla
        << log front refuses carla: too-early
        << answer in 2 denied known
        >> +5000 tap in anna
        << log front grants anna: booking
        << lease front 3000 for 1-8 of k1
        << answer in 3 granted known
        >> +1000 tap in bruno
        << log front grants bruno: booking
        << lease front 6000 for 1-9 of k1
        << answer in 4 granted known
        >> +700 door front opens
        << log door front open grant
        << log entered anna front hall 1-8 not-estimated
        << log entered bruno front hall 1-9 not-estimated
        >> +4000 door front closes
        << log door front not-open
        >> wait 20000
        >> +0 presence s3 yes
        << log device s3 online
        << log presence s3 d2 present age_known
        << log desk d2 occupied
        >> +900 presence s1 yes
        << log device s1 online
        << log presence s1 d1 present age_known
        << log desk d1 occupied
        """,
        begun(site=PATIENT),
    )


def test_a_morning() -> None:
    occupancy = _morning().state.occupancy
    assert {who: stay.zone for who, stay in occupancy.stays.items()} == {
        "sara": "hall",
        "anna": "hall",
        "bruno": "hall",
    }
    assert not occupancy.estimated


def test_from_the_hall_into_the_store_and_still_one_of_three() -> None:
    player = _morning()
    for line in (
        "tap store-in sara",
        "+1000 heartbeat lock open no",
        "+1000 tap store-in sara",
        "+900 contact lock open",
    ):
        player.do(line)
    occupancy = player.state.occupancy
    assert occupancy.stays["sara"].zone == "store"
    assert (occupancy.headcount("hall"), occupancy.headcount("store"), occupancy.total()) == (2, 1, 3)
    assert not occupancy.estimated


def _arrived(*names: str) -> Player:
    player = Player(begun(site=PATIENT))
    for name in names:
        for line in (f"tap in {name}", "+600 door front opens", "+1500 door front closes"):
            player.do(line)
    return player


def test_lunch_by_the_handle_lowers_the_count_and_keeps_the_names() -> None:
    player = _arrived("anna", "bruno", "sara")
    for _ in range(2):
        player.do("+60000 door front opens")
        player.do("+2000 door front closes")
    occupancy = player.state.occupancy
    assert (occupancy.headcount("hall"), set(occupancy.stays)) == (1, {"anna", "bruno", "sara"})
    assert occupancy.estimated == {"hall"}


def test_back_from_lunch_the_count_is_right_again() -> None:
    player = _arrived("anna", "bruno", "sara")
    for _ in range(2):
        player.do("+60000 door front opens")
        player.do("+2000 door front closes")
    for name in ("anna", "bruno"):
        for line in ("wait 300000", f"tap in {name}", "+600 door front opens", "+1500 door front closes"):
            player.do(line)
    occupancy = player.state.occupancy
    assert occupancy.headcount("hall") == 3
    assert occupancy.stays["anna"].estimated
    assert not occupancy.stays["sara"].estimated


def test_an_evening_by_the_out_reader_ends_every_stay_by_name() -> None:
    player = _arrived("anna", "bruno")
    for name in ("bruno", "anna"):
        for line in ("wait 60000", f"tap out {name}", "+1200 door front opens", "+2000 door front closes"):
            player.do(line)
    assert player.state.occupancy.total() == 0
    assert not player.state.occupancy.estimated


def test_a_fire_alarm_empties_nobody_from_the_list() -> None:
    player = _arrived("anna", "bruno")
    for line in ("fire on", "door front opens", "+60000 tick", "fire off"):
        player.do(line)
    assert set(player.state.occupancy.stays) == {"anna", "bruno"}
    assert player.state.occupancy.estimated == {"hall"}


def test_a_gateway_that_restarts_at_noon_knows_who_is_there() -> None:
    player = _arrived("anna", "bruno")
    log = [(player.now.wall_ms, e.fact) for e in player.effects if hasattr(e, "fact")]
    again = Player(begun(tuple(log), seq=player.state.seq, now=player.now, site=PATIENT))
    assert set(again.state.occupancy.stays) == {"anna", "bruno"}
    again.mono_ms = player.mono_ms + 60_000
    for line in ("tick", "tap out anna", "+500 door front opens"):
        again.do(line)
    assert set(again.state.occupancy.stays) == {"bruno"}


def test_a_reader_that_was_cut_off_tells_its_taps_late_and_none_opens() -> None:
    played = play(
        """
        >> +0 status in online
        << log device in online
        >> +5000 tick
        >> +5000 tick
        >> +5000 tick
        >> +5000 tick
        >> +0 tap in anna old=15000
        << log front refuses anna: stale
        << answer in 1 wait
        >> +1000 tap in bruno old=14000
        << log front refuses bruno: stale
        << answer in 2 wait
        >> +1000 tap in sara
        << log front grants sara: standing
        << lease front 3000 for 1-5 of k1
        << answer in 3 granted known
        """,
        begun(site=PATIENT),
    )
    assert set(played.state.occupancy.stays) == set()


def test_a_visitor_is_let_in_by_hand() -> None:
    play(
        """
        >> +0 open front
        << log front grants sara: override
        << lease front 3000 for 1-2 of k1
        >> +20 line front released lease grant=1-2
        << log line front released lease 1-2
        >> +1500 door front opens
        << log door front open override ~hall
        >> +1480 line front secured ended grant=1-2
        << log line front not-released ended 1-2
        >> +900 door front closes
        << log door front not-open
        """,
        begun(site=PATIENT),
    )


def test_a_badge_of_somebody_this_site_does_not_know_is_a_strangers_card() -> None:
    play(
        """
        >> +0 tap in stranger
        << log device in online
        << log front refuses tag-stranger: unknown-badge
        << answer in 1 denied
        >> +2000 tap in orphan
        << log front refuses tag-orphan: unknown-badge
        << answer in 2 denied
        >> +2000 tap in stranger
        << log front refuses tag-stranger: unknown-badge
        << answer in 3 denied
        """,
        begun(site=PATIENT),
    )
