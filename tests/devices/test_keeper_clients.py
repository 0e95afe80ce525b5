"""Transcripts of the keeper's core: who may ask for what, two gateways at once, and connections that misbehave."""

import pytest

from devices import keeper_wire as wire
from devices.doorkeeper.core import CLIENTS_MAX
from devices.doorkeeper.sayings import BAD_MAX, LINES_MAX
from devices.doorkeeper.state import Close, Gone, Said, SaidBadly, Send, Tick
from tests.support.keeper_talk import RUN, Desk, kinds, said

OLD, NEW, STRANGER = 1, 2, 3


def test_without_hello_nobody_gets_a_lease() -> None:
    keeper = Desk()
    keeper.connect(STRANGER)
    (refused,) = said(keeper.lease("g1", client=STRANGER), wire.Refused, STRANGER)
    assert refused.reason == "not-holder"
    assert keeper.released == set()


@pytest.mark.parametrize(
    "message",
    [
        wire.Renew("g1", RUN),
        wire.EndGrant("g1"),
        wire.EndDoor("main"),
        wire.SetLatch(wire.LatchName.EVACUATION, "Anna"),
    ],
)
def test_a_bystander_moves_nothing_that_is_the_gateways(message: wire.ToKeeper) -> None:
    keeper = Desk()
    keeper.gateway(OLD)
    keeper.lease("g1", standing=True, client=OLD)
    keeper.connect(STRANGER)
    assert kinds(keeper.say(message, STRANGER)) == ["Refused"]
    assert keeper.released == {"main"}
    assert not keeper.state.latches


def test_a_bystander_may_ask_how_things_stand() -> None:
    keeper = Desk()
    keeper.connect(STRANGER)
    assert kinds(keeper.say(wire.AskState(), STRANGER)) == ["Welcome"]


def test_a_bystander_leaving_ends_no_lease() -> None:
    keeper = Desk()
    keeper.gateway(OLD)
    keeper.lease("g1", client=OLD)
    keeper.connect(STRANGER)
    keeper.tell(Gone(STRANGER))
    assert keeper.released == {"main"}


def test_the_newer_gateway_wins_and_both_hear_of_the_conflict() -> None:
    keeper = Desk()
    keeper.gateway(OLD, "run-a")
    keeper.lease("g1", client=OLD)
    keeper.connect(NEW)
    effects = keeper.say(wire.Hello(wire.VERSION, "run-b"), NEW)
    assert kinds(effects) == ["secure main", "Welcome", "Displaced", "Ended", "Close", "Line"]
    (welcome,) = said(effects, wire.Welcome, NEW)
    assert (welcome.displaced, welcome.gateway) == ("run-a", "run-b")
    assert said(effects, wire.Displaced, OLD) == [wire.Displaced("run-b", keeper.now_ms)]
    assert Close(OLD) in effects
    assert keeper.released == set()


def test_what_the_displaced_gateway_still_says_is_not_heard() -> None:
    keeper = Desk()
    keeper.gateway(OLD, "run-a")
    keeper.gateway(NEW, "run-b")
    assert keeper.lease("late", client=OLD) == ()
    assert keeper.tell(Gone(OLD)) == ()
    assert keeper.tell(SaidBadly(OLD, "no")) == ()
    assert keeper.released == set()
    keeper.lease("g2", client=NEW)
    assert keeper.released == {"main"}


def test_a_gateway_that_comes_back_on_a_new_connection_is_no_conflict() -> None:
    keeper = Desk()
    keeper.gateway(OLD, "run-a")
    keeper.connect(NEW)
    (welcome,) = said(keeper.say(wire.Hello(wire.VERSION, "run-a"), NEW), wire.Welcome)
    assert welcome.displaced == ""


def test_a_gateway_that_comes_after_the_first_has_gone_is_no_conflict() -> None:
    keeper = Desk()
    keeper.gateway(OLD, "run-a")
    keeper.tell(Gone(OLD))
    (welcome,) = said(keeper.gateway(NEW, "run-b"), wire.Welcome)
    assert welcome.displaced == ""


def test_a_second_hello_on_the_same_connection_is_welcomed_again() -> None:
    keeper = Desk()
    keeper.gateway(OLD)
    keeper.lease("g1", client=OLD)
    assert kinds(keeper.say(wire.Hello(wire.VERSION, "gateway-1"), OLD)) == ["Welcome"]
    assert keeper.released == {"main"}


def test_another_version_of_the_language_is_turned_out_with_a_sentence() -> None:
    keeper = Desk()
    keeper.connect(STRANGER)
    effects = keeper.say(wire.Hello(wire.VERSION + 1, "future"), STRANGER)
    assert kinds(effects) == ["Bad", "Close"]
    assert f"version {wire.VERSION}, not {wire.VERSION + 1}" in said(effects, wire.Bad)[0].why
    assert keeper.state.gateway is None


def test_a_bad_line_is_answered_counted_and_changes_nothing() -> None:
    keeper = Desk()
    keeper.gateway(OLD)
    keeper.lease("g1", client=OLD)
    for count in (1, 2, 3):
        assert keeper.tell(SaidBadly(OLD, "Not JSON.")) == (Send(OLD, wire.Bad("Not JSON.", count, keeper.now_ms)),)
    assert keeper.released == {"main"}


def test_after_too_many_bad_lines_the_connection_is_closed_and_its_leases_end() -> None:
    keeper = Desk()
    keeper.gateway(OLD)
    keeper.lease("g1", client=OLD)
    for _ in range(BAD_MAX - 1):
        keeper.tell(SaidBadly(OLD, "Not JSON."))
    effects = keeper.tell(SaidBadly(OLD, "Not JSON."))
    assert kinds(effects) == ["secure main", "Bad", "Close"]
    assert keeper.tell(SaidBadly(OLD, "Not JSON.")) == ()


def test_a_connection_that_talks_too_fast_is_closed() -> None:
    keeper = Desk()
    keeper.gateway(OLD)
    keeper.lease("g1", client=OLD)
    keeper.wait(1_000)
    for _ in range(LINES_MAX):
        assert kinds(keeper.say(wire.AskState(), OLD)) == ["Welcome"]
    effects = keeper.say(wire.AskState(), OLD)
    assert kinds(effects) == ["secure main", "Bad", "Close"]


def test_the_count_of_lines_begins_anew_each_second() -> None:
    keeper = Desk()
    keeper.gateway(OLD)
    for _ in range(3):
        keeper.wait(1_000)
        for _ in range(LINES_MAX):
            assert kinds(keeper.say(wire.AskState(), OLD)) == ["Welcome"]


def test_idle_connections_cannot_keep_the_gateway_out() -> None:
    keeper = Desk()
    for client in range(10, 10 + CLIENTS_MAX):
        keeper.connect(client)
    effects = keeper.gateway(OLD)
    assert kinds(effects) == ["Welcome"]
    assert 10 not in keeper.state.clients
    assert len(keeper.state.clients) == CLIENTS_MAX


def test_the_gateway_is_never_the_one_to_make_room() -> None:
    keeper = Desk()
    keeper.gateway(OLD)
    keeper.lease("g1", client=OLD)
    for client in range(10, 10 + 3 * CLIENTS_MAX):
        keeper.connect(client)
    assert keeper.released == {"main"}
    assert OLD in keeper.state.clients
    assert len(keeper.state.clients) == CLIENTS_MAX


def test_a_message_of_a_connection_never_seen_is_nothing() -> None:
    keeper = Desk()
    assert keeper.tell(Said(99, wire.AskState())) == ()
    assert keeper.tell(Tick()) == ()
