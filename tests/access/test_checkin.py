"""Who came for their booking: by badge, by a stay that had begun, by sitting at the desk (domain: check-in window)."""

import pytest

from access.records import Membership, Record
from access.replica import Replica
from tests.support.core_site import badge, begun, held, person, replica_of, rome
from tests.support.settling import ALIVE, settled
from tests.support.settling import until as lived_until
from tests.support.transcript import Player

TEN = ("10:00", "12:00")


def site_of(*records: Record) -> Replica:
    """Anna and Bruno, their badges, and these."""
    return replica_of(person("anna"), badge("anna"), person("bruno"), badge("bruno"), *records)


def playing(*records: Record) -> Player:
    """The site from nine on."""
    player = Player(begun(replica=site_of(*records)))
    player.do("presence s3 no")
    return player


def until(player: Player, clock: str) -> list[str]:
    """What is settled up to a moment, nobody sitting at the desk."""
    return lived_until(player, clock, ALIVE)


CAME = ("tap in anna", "+500 door front opens", "+1000 door front closes")


def test_a_badge_at_the_door_checks_its_person_in() -> None:
    player = playing(held("anna", "k1"), held("bruno", "k2", resource="d1"))
    assert settled(player, *CAME) == ["log checked-in k1 badge anna"]
    assert player.state.checked_in == {"k1"}


def test_who_is_let_in_and_does_not_enter_has_not_come() -> None:
    player = playing(held("anna", "k1"))
    assert settled(player, "tap in anna") == []
    assert until(player, "09:15") == ["log no-show k1 d2 not-unproved"]


@pytest.mark.parametrize(("clock", "came"), [("09:44", []), ("09:45", ["log checked-in k1 badge anna"])])
def test_the_window_opens_with_the_grace_before_the_start(clock: str, came: list[str]) -> None:
    standing = person("anna", standing=frozenset({"hall"}))
    player = Player(begun(replica=replica_of(standing, badge("anna"), held("anna", "k1", *TEN))))
    until(player, clock)
    assert settled(player, *CAME) == came


def test_every_booking_that_runs_is_checked_in_at_once() -> None:
    player = playing(held("anna", "k1"), held("anna", "room", resource="room"), held("anna", "later", "14:00", "15:00"))
    assert settled(player, *CAME) == ["log checked-in k1 badge anna", "log checked-in room badge anna"]


def test_a_booking_without_a_release_is_neither_checked_in_nor_released() -> None:
    player = playing(held("anna", "k1", release_ms=None))
    assert settled(player, *CAME) == []
    assert until(player, "11:10") == []


def test_one_of_the_team_comes_for_all() -> None:
    team = person("anna", groups=(Membership("team"),))
    records = (team, badge("anna"), person("bruno", groups=(Membership("team"),)), badge("bruno"))
    booking = held("", "k1", group="team")
    player = Player(begun(replica=replica_of(*records, booking)))
    assert settled(player, *CAME, "tap in bruno", "+500 door front opens") == ["log checked-in k1 badge anna"]


@pytest.mark.parametrize(
    "member",
    [Membership("team", until_ms=rome("2026-06-01 09:00")), Membership("team", from_ms=rome("2026-06-01 09:30"))],
)
def test_who_is_no_longer_or_not_yet_of_the_team_comes_for_nobody(member: Membership) -> None:
    records = (person("anna", standing=frozenset({"hall"}), groups=(member,)), badge("anna"))
    player = Player(begun(replica=replica_of(*records, held("", "k1", group="team"))))
    assert settled(player, *CAME) == []


def test_who_is_here_already_is_checked_in_when_it_starts() -> None:
    player = playing(held("anna", "early", release_ms=None), held("anna", "k1", *TEN))
    assert settled(player, *CAME) == []
    assert until(player, "09:59") == []
    assert until(player, "10:00") == ["log checked-in k1 stay anna"]


def test_who_has_gone_before_it_starts_has_not_come() -> None:
    player = playing(held("anna", "early", release_ms=None), held("anna", "k1", *TEN))
    assert settled(player, *CAME, "tap out anna", "+500 door front opens", "+500 door front closes") == []
    assert until(player, "10:16") == ["log no-show k1 d2 not-unproved"]


def test_whoever_sits_at_the_desk_has_come() -> None:
    player = playing(held("anna", "k1"))
    assert settled(player, "+60000 presence s3 yes") == ["log checked-in k1 desk"]
    assert settled(player, "presence s3 no", "presence s3 yes") == []


def test_a_desk_that_is_taken_before_the_start_is_taken_for_the_next_booking() -> None:
    player = playing(held("anna", "k1", "09:10"))
    assert settled(player, "presence s3 yes") == ["log checked-in k1 desk"]


def test_who_sits_there_on_a_booking_of_their_own_has_not_come_for_the_next() -> None:
    player = playing(held("anna", "k1", "09:00", "09:10"), held("bruno", "k2", "09:10"))
    assert settled(player, "presence s3 yes") == ["log checked-in k1 desk"]


SAT = (held("anna", "k0", "09:00", "09:10", release_ms=None), held("bruno", "k1", "09:10", "10:10"))


def sitting(player: Player, clock: str, word: str = "yes") -> list[str]:
    """What is settled up to a moment, while somebody sits at the desk, or does not."""
    found = []
    while player.now.wall_ms < rome(f"2026-06-01 {clock}"):
        found += settled(player, f"+60000 heartbeat s3 present {word}", "tick")
    return found


def test_whoever_sits_on_longer_than_it_takes_to_leave_has_come_for_the_next_booking() -> None:
    player = playing(*SAT)
    assert settled(player, "presence s3 yes") == []
    assert sitting(player, "09:14") == []
    assert sitting(player, "09:15") == ["log checked-in k1 desk"]


def test_whoever_leaves_when_the_next_booking_begins_has_not_come_for_it() -> None:
    player = playing(*SAT)
    player.do("presence s3 yes")
    assert sitting(player, "09:13") == []
    player.do("presence s3 no")
    assert sitting(player, "09:24", "no") == []
    assert sitting(player, "09:25", "no") == ["log no-show k1 d2 not-unproved"]


def test_the_desk_of_a_released_booking_is_the_next_ones() -> None:
    player = playing(held("anna", "k1", end="10:00"), held("bruno", "k2", *TEN))
    assert sitting(player, "09:46", "no") == ["log no-show k1 d2 not-unproved"]
    assert settled(player, "presence s3 yes") == ["log checked-in k2 desk"]


@pytest.mark.parametrize("moment", [{"trusted": False}, {"unsure_ms": 10 * 60_000 + 1}])
def test_nobody_is_checked_in_by_a_clock_that_nobody_can_rely_on(moment: dict[str, int]) -> None:
    standing = person("anna", standing=frozenset({"hall"}))
    player = playing(standing, held("anna", "k1"))
    player.moment = moment
    assert settled(player, *CAME, "presence s3 yes") == []
    player.moment = {}
    assert until(player, "09:15") == ["log checked-in k1 stay anna"]


def test_a_level_that_the_broker_kept_checks_nobody_in() -> None:
    player = Player(begun(replica=site_of(held("anna", "k1", resource="d1"))))
    assert settled(player, "presence s2 yes retained") == []
    assert settled(player, "presence s2 yes") == ["log checked-in k1 desk"]
