"""Transcripts of the keeper's core: leases, lines, contacts and buttons."""

import pytest

from devices import keeper_wire as wire
from devices.doorkeeper.core import next_deadline
from devices.doorkeeper.state import Close, Connected, ContactRead, Drive, Gone, RexRead, Send, Stop, Tick
from tests.support.keeper_talk import GATEWAY, RUN, Desk, kinds, said


def desk() -> Desk:
    made = Desk()
    made.gateway()
    return made


def test_a_whole_pulse_from_lease_to_relock() -> None:
    keeper = desk()
    start = keeper.now_ms
    assert keeper.lease("g1", ms=3_000) == (
        Drive("main", released=True),
        Send(GATEWAY, wire.Leased("g1", "main", start + 3_000, start)),
        Send(GATEWAY, wire.Line("main", released=True, cause="lease", mono_ms=start, lease="g1")),
    )
    assert next_deadline(keeper.state) == start + 3_000
    assert keeper.wait(2_999).tell(Tick()) == ()
    assert keeper.wait(1).tell(Tick()) == (
        Drive("main", released=False),
        Send(GATEWAY, wire.Ended("g1", "main", "due", start + 3_000)),
        Send(GATEWAY, wire.Line("main", released=False, cause="due", mono_ms=start + 3_000, lease="g1")),
    )
    assert next_deadline(keeper.state) is None


def test_the_line_moves_before_anything_is_said() -> None:
    keeper = desk()
    assert kinds(keeper.lease("g1"))[0] == "release main"
    assert kinds(keeper.wait(3_000).tell(Tick()))[0] == "secure main"


def test_overlapping_leases_hold_the_line_without_moving_it_again() -> None:
    keeper = desk()
    keeper.lease("g1", ms=3_000)
    assert kinds(keeper.wait(1_000).lease("g2", ms=3_000)) == ["Leased"]
    assert kinds(keeper.wait(2_000).tell(Tick())) == ["Ended"]
    assert kinds(keeper.wait(1_000).tell(Tick())) == ["secure main", "Ended", "Line"]
    assert len(keeper.drives) == 2


def test_each_door_has_its_own_line() -> None:
    keeper = desk()
    keeper.lease("g1", "main", ms=1_000)
    keeper.lease("g2", "back", ms=2_000)
    assert keeper.released == {"main", "back"}
    keeper.wait(1_000).tell(Tick())
    assert keeper.released == {"back"}


def test_a_lease_that_is_over_ends_before_the_next_event_is_even_looked_at() -> None:
    keeper = desk()
    keeper.lease("g1", ms=1_000)
    effects = keeper.wait(5_000).lease("g2", "back")
    assert kinds(effects)[:2] == ["secure main", "release back"]


def test_a_jump_of_a_year_ends_every_lease_at_once() -> None:
    keeper = desk()
    keeper.lease("g1", "main")
    keeper.lease("g2", "back")
    keeper.wait(365 * 86_400_000).tell(Tick())
    assert keeper.released == set()


def test_a_clock_gone_backwards_ends_every_lease_at_once() -> None:
    keeper = desk()
    keeper.lease("g1")
    keeper.wait(-1).tell(Tick())
    assert keeper.released == set()


def test_the_lease_is_cut_to_the_doors_maximum_and_says_so() -> None:
    keeper = Desk("main", cap_ms=4_000)
    keeper.gateway()
    (leased,) = said(keeper.lease("g1", ms=60_000), wire.Leased)
    assert leased == wire.Leased("g1", "main", keeper.now_ms + 4_000, keeper.now_ms)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"run": "keeper-0"}, "other-run"),
        ({"door": "roof"}, "no-such-door"),
        ({"ms": 0}, "bad-length"),
        ({"decided_ms": 1}, "stale"),
        ({"decided_ms": 2**50}, "ahead"),
    ],
)
def test_a_lease_that_must_not_be_is_refused_with_a_code_and_a_sentence(change: dict[str, object], reason: str) -> None:
    keeper = desk()
    (effect,) = keeper.lease("g1", **change)  # type: ignore[arg-type]
    assert isinstance(effect, Send)
    assert isinstance(effect.message, wire.Refused)
    assert (effect.message.what, effect.message.reason) == ("g1", reason)
    assert effect.message.why.endswith(".")
    assert keeper.released == set()


def test_a_grant_is_pulsed_once() -> None:
    keeper = desk()
    keeper.lease("g1", ms=1_000)
    keeper.wait(1_500)
    (refused,) = said(keeper.lease("g1", decided_ms=keeper.now_ms), wire.Refused)
    assert refused.reason == "repeated"
    assert keeper.drives == [Drive("main", released=True), Drive("main", released=False)]


def test_the_gateway_can_end_a_grant_or_a_whole_door_early() -> None:
    keeper = desk()
    keeper.lease("g1")
    keeper.lease("g2")
    assert kinds(keeper.say(wire.EndGrant("g1"))) == ["Ended"]
    assert kinds(keeper.say(wire.EndDoor("main"))) == ["secure main", "Ended", "Line"]
    (refused,) = said(keeper.say(wire.EndGrant("g2")), wire.Refused)
    assert refused.reason == "not-running"
    assert keeper.say(wire.EndDoor("main")) == ()


def test_free_passage_is_one_grant_renewed_and_ends_three_seconds_after_the_last_renewal() -> None:
    keeper = desk()
    keeper.lease("day", ms=3_000, standing=True)
    for _ in range(100):
        assert kinds(keeper.wait(1_000).say(wire.Renew("day", RUN))) == ["Leased"]
    keeper.wait(2_999).tell(Tick())
    assert keeper.released == {"main"}
    keeper.wait(1).tell(Tick())
    assert keeper.released == set()
    assert len(keeper.drives) == 2


def test_a_lapsed_standing_lease_is_not_renewed_back_to_life() -> None:
    keeper = desk()
    keeper.lease("day", standing=True)
    effects = keeper.wait(3_000).say(wire.Renew("day", RUN))
    assert kinds(effects) == ["secure main", "Ended", "Refused", "Line"]
    assert said(keeper.say(wire.Renew("day", "keeper-0")), wire.Leased) == []


def test_an_ordinary_lease_cannot_be_renewed() -> None:
    keeper = desk()
    keeper.lease("g1")
    (refused,) = said(keeper.say(wire.Renew("g1", RUN)), wire.Refused)
    assert refused.reason == "not-running"


def test_the_gateways_death_secures_its_doors_at_once() -> None:
    keeper = desk()
    keeper.lease("g1")
    keeper.lease("day", "back", standing=True)
    assert kinds(keeper.tell(Gone(GATEWAY))) == ["secure main", "secure back"]
    assert keeper.state.gateway is None


def test_stopping_secures_and_takes_no_more() -> None:
    keeper = desk()
    keeper.lease("g1")
    assert kinds(keeper.tell(Stop())) == ["secure main", "Ended", "Line"]
    (refused,) = said(keeper.lease("g2"), wire.Refused)
    assert refused.reason == "stopping"


def test_a_contact_is_told_when_it_changes_and_not_each_time_it_is_read() -> None:
    keeper = desk()
    assert kinds(keeper.tell(ContactRead("main", open=False))) == ["Contact"]
    assert keeper.tell(ContactRead("main", open=False)) == ()
    assert keeper.tell(ContactRead("main", open=True)) == (
        Send(GATEWAY, wire.Contact("main", open=True, mono_ms=keeper.now_ms)),
    )


def test_an_exit_button_is_told_once_a_press_and_never_drives_a_lock() -> None:
    keeper = desk()
    assert kinds(keeper.tell(RexRead("main", pressed=True))) == ["Rex"]
    assert keeper.tell(RexRead("main", pressed=True)) == ()
    assert keeper.tell(RexRead("main", pressed=False)) == ()
    assert kinds(keeper.tell(RexRead("main", pressed=True))) == ["Rex"]
    assert keeper.drives == []


def test_the_welcome_says_how_everything_stands() -> None:
    keeper = desk()
    keeper.tell(ContactRead("main", open=True))
    keeper.lease("g1", "back")
    (welcome,) = said(keeper.say(wire.AskState()), wire.Welcome)
    assert welcome == wire.Welcome(
        v=wire.VERSION,
        run=RUN,
        doors=(wire.DoorLevels("main", False, True), wire.DoorLevels("back", True, None)),
        latches=(),
        fire_input=None,
        gateway="gateway-1",
        displaced="",
        fault="",
        mono_ms=keeper.now_ms,
    )


def test_without_a_gateway_nothing_is_said_to_nobody() -> None:
    keeper = Desk()
    assert keeper.tell(Connected(4)) == ()
    assert keeper.tell(ContactRead("main", open=True)) == ()
    assert keeper.tell(RexRead("main", pressed=True)) == ()
    assert not any(isinstance(effect, Close) for effect in keeper.tell(Tick()))
