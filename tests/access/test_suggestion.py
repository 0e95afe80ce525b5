"""Who is refused for want of a booking is told of a desk that they could have: free now, and for a while."""

import pytest

from access.clock import HOUR_MS, MINUTE_MS
from access.effects import Feedback
from access.records import Closure, Opening, Record
from tests.support.core_site import NINE, badge, begun, booking, held, person, replica_of
from tests.support.transcript import Player

DORA: tuple[Record, ...] = (person("dora"), badge("dora"))


def told(*more: Record, use: str = "", who: str = "dora", reader: str = "in") -> str:
    """The desk that somebody is told of who taps at nine; ``use``: what the sensors of d1 and d2 say."""
    player = Player(begun(replica=replica_of(*DORA, *more)))
    for sensor, level in zip(("s1", "s2", "s3"), use.split(), strict=False):
        player.do(f"presence {sensor} {level}")
    player.do(f"tap {reader} {who}")
    (answer,) = (effect for effect in player.effects if isinstance(effect, Feedback))
    return answer.free_desk


def test_the_first_desk_that_is_free_is_named() -> None:
    assert told(use="no no no") == "Desk 1"
    assert told(use="yes no no") == "Desk 2"
    assert told(use="no no yes") == "Desk 1"


def test_no_desk_is_named_at_which_somebody_sits_or_may_sit() -> None:
    assert told(use="yes no yes") == ""
    assert told(use="unknown unknown unknown") == ""
    assert told() == ""


@pytest.mark.parametrize(("starts", "desk"), [(0, "Desk 2"), (HOUR_MS - 1, "Desk 2"), (HOUR_MS, "Desk 1")])
def test_no_desk_is_named_that_somebody_has_within_the_hour(starts: int, desk: str) -> None:
    assert told(booking("anna", NINE + starts, NINE + 3 * HOUR_MS), use="no no no") == desk


def test_no_desk_is_named_that_is_out_of_service() -> None:
    closed = Closure("c1", NINE - HOUR_MS, NINE + HOUR_MS, "", "", "d1")
    assert told(closed, use="no no no") == "Desk 2"
    assert told(Opening("o", 6, 0, 60, resource="hall"), use="no no no") == ""


def test_a_desk_is_named_where_their_own_booking_is_over() -> None:
    assert told(held("dora", "early", "07:00", "08:00"), use="no no no") == "Desk 1"


def test_none_is_named_to_whom_no_booking_would_help() -> None:
    assert told(person("dora", training_due_ms=NINE), use="no no no") == ""
    assert told(person("dora", training_due_ms=NINE + MINUTE_MS), use="no no no") == "Desk 1"
    assert told(person("dora", suspended=True), use="no no no") == ""
    assert told(held("dora", "now"), use="no no no") == ""
    assert told(held("dora", "soon", "10:00", "11:00"), use="no no no") == ""
    assert told(use="no no no", who="nobody") == ""


def test_only_desks_behind_the_door_are_named() -> None:
    assert told(use="no no no", reader="store-in") == ""
