"""Transcripts of the keeper's core: fire and evacuation (guarantee D6), and the disk they latch on (D12)."""

import pytest

from devices import keeper_wire as wire
from devices.doorkeeper.core import RETRY_MS, next_deadline
from devices.doorkeeper.state import (
    Drive,
    FireRead,
    ForgetLatch,
    Gone,
    LatchForgotten,
    LatchStored,
    Send,
    Stop,
    StoreLatch,
    Tick,
)
from devices.keeper_wire import FIRE_INPUT, LatchName, Signed
from tests.support.keeper_talk import GATEWAY, Desk, kinds, said

FIRE, EVACUATION = LatchName.FIRE, LatchName.EVACUATION
BROKEN = "The keeper cannot write its latches: no space left."


def on_fire() -> Desk:
    keeper = Desk()
    keeper.gateway()
    keeper.tell(FireRead(active=True))
    keeper.tell(LatchStored(FIRE, ""))
    return keeper


def test_fire_releases_every_door_first_and_is_put_on_disk_last() -> None:
    keeper = Desk()
    keeper.gateway()
    effects = keeper.tell(FireRead(active=True))
    assert kinds(effects) == [
        "release main", "release back", "FireInput", "Latched", "Line", "Line", "StoreLatch",
    ]  # fmt: skip
    assert effects[-1] == StoreLatch(Signed(FIRE, FIRE_INPUT, ""))
    assert {line.cause for line in said(effects, wire.Line)} == {"fire"}


def test_fire_needs_no_gateway() -> None:
    keeper = Desk()
    assert kinds(keeper.tell(FireRead(active=True))) == ["release main", "release back", "StoreLatch"]


def test_fire_stays_when_the_input_goes_quiet() -> None:
    keeper = on_fire()
    assert kinds(keeper.tell(FireRead(active=False))) == ["FireInput"]
    assert keeper.released == {"main", "back"}


def test_the_input_read_again_and_again_sets_the_latch_once() -> None:
    keeper = on_fire()
    assert [keeper.tell(FireRead(active=True)) for _ in range(5)] == [()] * 5
    keeper.tell(FireRead(active=False))
    assert kinds(keeper.tell(FireRead(active=True))) == ["FireInput"]


@pytest.mark.parametrize("event", [Gone(GATEWAY), Stop(), Tick()])
def test_nothing_secures_a_door_in_a_fire(event: Gone | Stop | Tick) -> None:
    keeper = on_fire()
    keeper.lease("g1")
    keeper.wait(86_400_000).tell(event)
    assert keeper.released == {"main", "back"}


def test_ending_a_door_early_does_nothing_in_a_fire() -> None:
    keeper = on_fire()
    keeper.lease("g1")
    assert kinds(keeper.say(wire.EndDoor("main"))) == ["Ended"]
    assert keeper.released == {"main", "back"}


def test_fire_is_not_reset_while_its_input_is_active() -> None:
    keeper = on_fire()
    (refused,) = said(keeper.say(wire.ResetLatch(FIRE, "Anna Rossi")), wire.Refused)
    assert (refused.what, refused.reason) == ("fire", "input-active")
    assert keeper.released == {"main", "back"}


def test_fire_is_reset_by_hand_and_only_once_the_disk_has_let_it_go() -> None:
    keeper = on_fire()
    keeper.tell(FireRead(active=False))
    assert keeper.say(wire.ResetLatch(FIRE, "Anna Rossi")) == (ForgetLatch(Signed(FIRE, "Anna Rossi", ""), GATEWAY),)
    assert keeper.released == {"main", "back"}
    effects = keeper.tell(LatchForgotten(Signed(FIRE, "Anna Rossi", ""), GATEWAY, ""))
    assert kinds(effects) == ["secure main", "secure back", "Latched", "Line", "Line"]
    assert said(effects, wire.Latched) == [wire.Latched(FIRE, held=False, by="Anna Rossi", mono_ms=keeper.now_ms)]
    assert {line.cause for line in said(effects, wire.Line)} == {"reset"}


def test_a_reset_that_the_disk_refuses_changes_nothing_and_says_why() -> None:
    keeper = on_fire()
    keeper.tell(FireRead(active=False))
    (refused,) = said(keeper.tell(LatchForgotten(Signed(FIRE, "Anna", ""), GATEWAY, BROKEN)), wire.Refused)
    assert (refused.reason, refused.why) == ("disk", BROKEN)
    assert keeper.released == {"main", "back"}


def test_a_latch_is_reset_without_a_gateway_by_whoever_opens_the_socket() -> None:
    keeper = on_fire()
    keeper.tell(FireRead(active=False))
    keeper.connect(5)
    assert keeper.say(wire.ResetLatch(FIRE, "Anna"), 5) == (ForgetLatch(Signed(FIRE, "Anna", ""), 5),)
    effects = keeper.tell(LatchForgotten(Signed(FIRE, "Anna", ""), 5, ""))
    assert [len(said(effects, wire.Latched, client)) for client in (GATEWAY, 5)] == [1, 1]


def test_what_is_not_latched_is_not_reset() -> None:
    keeper = Desk()
    keeper.gateway()
    (refused,) = said(keeper.say(wire.ResetLatch(FIRE, "Anna")), wire.Refused)
    assert refused.reason == "not-latched"


def test_a_lease_that_outlasts_the_reset_keeps_its_door() -> None:
    keeper = on_fire()
    keeper.tell(FireRead(active=False))
    keeper.lease("g1", ms=5_000)
    keeper.tell(LatchForgotten(Signed(FIRE, "Anna", ""), GATEWAY, ""))
    assert keeper.released == {"main"}
    keeper.wait(5_000).tell(Tick())
    assert keeper.released == set()


def test_evacuation_is_set_by_the_gateway_and_holds_like_fire() -> None:
    keeper = Desk()
    keeper.gateway()
    effects = keeper.say(wire.SetLatch(EVACUATION, "Luca Bianchi"))
    assert kinds(effects) == ["release main", "release back", "Latched", "Line", "Line", "StoreLatch"]
    assert effects[-1] == StoreLatch(Signed(EVACUATION, "Luca Bianchi", ""))
    again = keeper.say(wire.SetLatch(EVACUATION, "Anna Rossi", "drill"))
    assert again == (Send(GATEWAY, wire.Latched(EVACUATION, held=True, by="Luca Bianchi", mono_ms=keeper.now_ms)),)
    keeper.tell(Gone(GATEWAY))
    assert keeper.released == {"main", "back"}


def test_nobody_sets_the_fire_latch_by_message() -> None:
    keeper = Desk()
    keeper.gateway()
    (refused,) = said(keeper.say(wire.SetLatch(FIRE, "Luca")), wire.Refused)
    assert refused.reason == "input-only"
    assert keeper.released == set()


def test_resetting_one_latch_leaves_the_other() -> None:
    keeper = on_fire()
    keeper.say(wire.SetLatch(EVACUATION, "Luca"))
    keeper.tell(LatchForgotten(Signed(FIRE, "Anna", ""), GATEWAY, ""))
    assert keeper.released == {"main", "back"}
    keeper.tell(LatchForgotten(Signed(EVACUATION, "Anna", ""), GATEWAY, ""))
    assert keeper.released == set()


def test_a_disk_that_cannot_be_written_releases_all_the_same_alarms_once_and_is_tried_again() -> None:
    keeper = Desk()
    keeper.gateway()
    keeper.tell(FireRead(active=True))
    assert kinds(keeper.tell(LatchStored(FIRE, BROKEN))) == ["Alarm"]
    assert keeper.released == {"main", "back"}
    assert keeper.state.fault == BROKEN
    assert next_deadline(keeper.state) == keeper.now_ms + RETRY_MS
    assert keeper.wait(RETRY_MS - 1).tell(Tick()) == ()
    assert keeper.wait(1).tell(Tick()) == (StoreLatch(Signed(FIRE, FIRE_INPUT, "")),)
    assert keeper.tell(LatchStored(FIRE, BROKEN)) == ()
    keeper.wait(RETRY_MS).tell(Tick())
    keeper.tell(LatchStored(FIRE, ""))
    assert (keeper.state.fault, next_deadline(keeper.state)) == ("", None)


def test_two_latches_that_the_disk_refused_are_both_tried_until_both_are_stored() -> None:
    keeper = Desk()
    keeper.gateway()
    keeper.tell(FireRead(active=True))
    keeper.tell(LatchStored(FIRE, BROKEN))
    keeper.say(wire.SetLatch(EVACUATION, "Luca"))
    keeper.tell(LatchStored(EVACUATION, BROKEN))
    stores = keeper.wait(RETRY_MS).tell(Tick())
    assert set(stores) == {StoreLatch(Signed(FIRE, FIRE_INPUT, "")), StoreLatch(Signed(EVACUATION, "Luca", ""))}
    keeper.tell(LatchStored(EVACUATION, ""))
    assert keeper.state.fault == BROKEN
    keeper.tell(LatchStored(FIRE, ""))
    assert keeper.state.fault == ""


def test_a_latch_never_stored_can_be_reset_and_is_then_not_stored_any_more() -> None:
    keeper = Desk()
    keeper.gateway()
    keeper.say(wire.SetLatch(EVACUATION, "Luca"))
    keeper.tell(LatchStored(EVACUATION, BROKEN))
    keeper.tell(LatchForgotten(Signed(EVACUATION, "Anna", ""), GATEWAY, ""))
    assert keeper.released == set()
    assert next_deadline(keeper.state) is None
    assert keeper.wait(10 * RETRY_MS).tell(Tick()) == ()


def test_every_drive_in_a_fire_is_a_release() -> None:
    keeper = on_fire()
    assert keeper.drives == [Drive("main", released=True), Drive("back", released=True)]


def test_a_quiet_input_latches_nothing() -> None:
    keeper = Desk()
    keeper.gateway()
    assert kinds(keeper.tell(FireRead(active=False))) == ["FireInput"]
    assert (keeper.released, keeper.state.latches) == (set(), {})


def test_a_gateway_that_was_away_is_told_by_whom_each_latch_was_set_or_reset() -> None:
    keeper = on_fire()
    keeper.tell(Gone(GATEWAY))
    keeper.tell(FireRead(active=False))
    keeper.connect(5)
    keeper.say(wire.ResetLatch(FIRE, "Anna Rossi", "panel quiet"), 5)
    keeper.tell(LatchForgotten(Signed(FIRE, "Anna Rossi", "panel quiet"), 5, ""))
    (welcome,) = said(keeper.gateway(6), wire.Welcome)
    assert (welcome.latches, welcome.signed) == ((), (Signed(FIRE, "Anna Rossi", "panel quiet"),))
    keeper.say(wire.SetLatch(EVACUATION, "Luca", "gas"), 6)
    (welcome,) = said(keeper.say(wire.AskState(), 6), wire.Welcome)
    assert set(welcome.signed) == {Signed(FIRE, "Anna Rossi", "panel quiet"), Signed(EVACUATION, "Luca", "gas")}


def test_a_fire_after_a_reset_is_the_inputs_own_again() -> None:
    keeper = on_fire()
    keeper.tell(FireRead(active=False))
    keeper.tell(LatchForgotten(Signed(FIRE, "Anna", ""), GATEWAY, ""))
    keeper.tell(FireRead(active=True))
    (welcome,) = said(keeper.say(wire.AskState()), wire.Welcome)
    assert welcome.signed == (Signed(FIRE, FIRE_INPUT, ""),)
