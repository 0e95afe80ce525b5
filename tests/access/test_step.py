"""The core's one way in and out: every event has its handler, every fact its name, every batch its turn."""

from dataclasses import fields, is_dataclass
from typing import get_args

import pytest

from access import effects, events, facts
from access.effects import Append, Feedback, Settle, Tally
from access.events import Event, HeartbeatSaid, PresenceSaid, Tapped, Ticked
from access.facts import FACTS, Fact
from access.stamp import Card, Stamp
from access.state import Link
from access.step import HANDLERS, step, step_all
from access.turn import Turn
from tests.support.core_site import at, begun, card


def test_every_event_has_a_handler() -> None:
    assert set(HANDLERS) == set(get_args(Event))


@pytest.mark.parametrize("module", [events, effects, facts])
def test_what_goes_in_and_out_is_frozen_and_slotted(module: object) -> None:
    classes = [one for one in vars(module).values() if isinstance(one, type) and is_dataclass(one)]
    assert len(classes) > 5
    for cls in classes:
        assert cls.__dataclass_params__.frozen  # type: ignore[attr-defined]
        assert "__slots__" in vars(cls)


def test_every_fact_has_a_name_of_its_own_that_needs_no_escaping() -> None:
    told = [one for one in vars(facts).values() if isinstance(one, type) and issubclass(one, Fact)]
    assert set(FACTS.values()) == set(told) - {Fact}
    assert len(FACTS) == len(told) - 1
    assert all(kind.replace("-", "").isalpha() for kind in FACTS)


def test_facts_hold_no_fractions() -> None:
    assert not any("float" in str(field.type) for cls in FACTS.values() for field in fields(cls))


def test_an_empty_batch_changes_nothing() -> None:
    state = begun()
    assert step_all(state, (), at(5)) == (state, ())


def test_numbers_go_on_where_the_log_ended() -> None:
    _, out = step(begun(seq=41), Ticked("n"), at(0))
    assert not [effect for effect in out if isinstance(effect, Append)]
    state, out = step(begun(seq=41), HeartbeatSaid("s1", "b", 0, 0), at(0))
    assert [effect.seq for effect in out if isinstance(effect, Append)] == [42]
    assert state.seq == 42


def test_a_batch_tells_its_tally_once_at_its_end() -> None:
    batch: list[Event] = [events.Refused("bad-json"), events.Refused("bad-json"), PresenceSaid("nobody", None)]
    _, out = step_all(begun(), batch, at(0))
    assert out == (Tally({"bad-json": 2, "not-its-role": 1}),)


def test_a_message_is_settled_before_its_answer() -> None:
    stamp = Stamp("b", 1, 0, None)
    _, out = step(begun(), Tapped("in", Card(card("anna"), "t"), stamp), at(0))
    order = [type(effect) for effect in out]
    assert order.index(Settle) < order.index(Feedback)


def test_a_turn_that_is_thrown_away_leaves_no_trace() -> None:
    state = begun()
    turn = Turn(state, at(0))
    turn.set_link("s1", Link.OFFLINE)
    turn.set_link("s1", Link.OFFLINE)
    turn.refuse("bad-json", 3)
    assert turn.refusals == {"bad-json": 3}
    assert len(turn.effects) == 1
    assert state == begun()
