"""What staff ask for: parsed strictly, refused with a sentence, never done late."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from access.events import LockdownAsked, OpenAsked, StaffActed, VisitAsked, VisitEndAsked
from gateway.pages.asked import (
    EARLIEST_MS,
    LATEST_MS,
    LINE_BYTES,
    OLDEST_MS,
    Asked,
    BadAsk,
    SetClock,
    parse,
)
from tests.support.asks import MAY

OPEN = {"id": "1", "at_ms": 1_000, "do": "open", "door": "ingresso", "author": "Paola", "note": "Consegna"}
LOCKDOWN = {"id": "2", "at_ms": 1_000, "do": "lockdown", "active": True, "author": "Paola", "note": "Prova"}


VISIT = {"id": "3", "at_ms": 1_000, "do": "visit", "zone": "lab", "author": "Paola", "note": "Sportello"}
VISIT_END = {"id": "4", "at_ms": 1_000, "do": "visit-end", "visit": "v-1", "author": "Paola"}
CLOCK = {"id": "5", "at_ms": 1_000, "do": "clock", "wall_ms": EARLIEST_MS, "author": "Paola", "note": "Orologio fermo"}


def parsed(ask: object, mono_ms: int = 1_000) -> tuple[str, Asked]:
    return parse(json.dumps(ask).encode(), MAY, mono_ms, "v-1")


def test_a_visit_begins_with_its_host_and_ends() -> None:
    assert parsed(VISIT) == ("3", VisitAsked("v-1", "lab", "Paola", "Sportello"))
    assert parsed(VISIT_END) == ("4", VisitEndAsked("v-1", "Paola"))


def test_a_zone_that_is_not_there_cannot_be_visited() -> None:
    with pytest.raises(BadAsk, match="'cantina'") as caught:
        parsed({**VISIT, "zone": "cantina"})
    assert caught.value.ident == "3"


def test_the_clock_is_set_to_the_time_it_is_now_and_not_when_it_was_asked() -> None:
    assert parsed(CLOCK, 1_750) == ("5", SetClock(EARLIEST_MS + 750, "Paola", "Orologio fermo"))


@pytest.mark.parametrize("wall_ms", [EARLIEST_MS - 1, LATEST_MS + 1, "now", None, 1.5])
def test_no_clock_is_set_to_another_century(wall_ms: object) -> None:
    with pytest.raises(BadAsk, match=r"^clock\.wall_ms"):
        parsed({**CLOCK, "wall_ms": wall_ms})


@pytest.mark.parametrize("ask", [VISIT, CLOCK])
def test_a_visit_and_a_clock_say_why(ask: dict[str, object]) -> None:
    with pytest.raises(BadAsk, match="note"):
        parsed({key: value for key, value in ask.items() if key != "note"})


def test_an_open_becomes_the_cores_event() -> None:
    assert parsed(OPEN) == ("1", OpenAsked("ingresso", "Paola", "Consegna"))


@pytest.mark.parametrize("active", [True, False])
def test_a_lockdown_and_its_release_become_the_cores_event(active: bool) -> None:
    assert parsed({**LOCKDOWN, "active": active}) == ("2", LockdownAsked(active, "Paola", "Prova"))


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"do": "explode"}, "do"),
        ({"door": 7}, "open.door"),
        ({"door": "x" * 33}, "open.door"),
        ({"author": ""}, "open.author"),
        ({"author": "x" * 61}, "open.author"),
        ({"author": "Pa\nola"}, "open.author"),
        ({"note": ""}, "open.note"),
        ({"note": "x" * 301}, "open.note"),
        ({"id": "a b"}, "open.id"),
        ({"at_ms": "soon"}, "open.at_ms"),
        ({"at_ms": True}, "open.at_ms"),
        ({"extra": 1}, "open.extra"),
        ({"active": True}, "open.active"),
    ],
)
def test_a_wrong_ask_is_refused_with_a_sentence_that_says_where(wrong: dict[str, object], where: str) -> None:
    with pytest.raises(BadAsk, match=rf"^(the line|{where})"):
        parsed({**OPEN, **wrong})


@pytest.mark.parametrize("left_out", ["id", "at_ms", "do", "door", "author", "note"])
def test_nothing_may_be_left_out(left_out: str) -> None:
    with pytest.raises(BadAsk):
        parsed({key: value for key, value in OPEN.items() if key != left_out})


@pytest.mark.parametrize("active", ["yes", 1, None])
def test_a_lockdown_is_never_guessed(active: object) -> None:
    with pytest.raises(BadAsk):
        parsed({**LOCKDOWN, "active": active})


@pytest.mark.parametrize(("age_ms", "done"), [(0, True), (OLDEST_MS, True), (OLDEST_MS + 1, False), (-1, False)])
def test_what_was_held_up_is_not_done_late(age_ms: int, done: bool) -> None:
    if done:
        assert parsed(OPEN, 1_000 + age_ms)[0] == "1"
        return
    with pytest.raises(BadAsk, match="too long ago") as caught:
        parsed(OPEN, 1_000 + age_ms)
    assert caught.value.ident == "1"


def test_a_door_without_a_lock_of_ours_is_refused_by_name() -> None:
    with pytest.raises(BadAsk, match="'cantina'") as caught:
        parsed({**OPEN, "door": "cantina"})
    assert caught.value.ident == "1"


def test_a_line_beyond_the_bound_is_not_even_parsed() -> None:
    with pytest.raises(BadAsk, match=str(LINE_BYTES)):
        parse(b" " * LINE_BYTES + b"{}", MAY, 0, "v-1")


@pytest.mark.parametrize("line", [b"", b"null", b"[]", b'"open"', b"{", b"\xff\xfe", b'{"do":"open"}'])
def test_garbage_is_refused(line: bytes) -> None:
    with pytest.raises(BadAsk):
        parse(line, MAY, 0, "v-1")


@given(st.binary(max_size=LINE_BYTES + 10))
def test_any_bytes_are_refused_with_a_sentence_and_nothing_else(line: bytes) -> None:
    with pytest.raises(BadAsk) as caught:
        parse(line, MAY, 0, "v-1")
    assert 0 < len(str(caught.value)) < 500


def test_a_refusal_does_not_repeat_what_was_sent() -> None:
    with pytest.raises(BadAsk) as caught:
        parsed({**OPEN, "note": "segreto " * 60})
    assert "segreto" not in str(caught.value)


def test_what_staff_did_is_told_to_the_core_with_their_name() -> None:
    act = {"id": "6", "at_ms": 1_000, "do": "act", "what": "muster", "author": "Paola"}
    assert parsed(act) == ("6", StaffActed("muster", "Paola"))
    with pytest.raises(BadAsk, match=r"^act\.what"):
        parsed({**act, "what": "dance"})
