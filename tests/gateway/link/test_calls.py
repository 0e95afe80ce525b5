"""Calls on readers on their way: from the lane to the loop, and what came of them to the registry."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from access.call import Call, Opening
from access.credential import keyed_hash, unsealed
from access.effects import CallHeard, CardRead
from access.events import CallsTold, Tapped
from gateway.link.calls import CallLink
from gateway.link.client import Address, RegistryClient
from gateway.mqtt.inward import Inward
from gateway.mqtt.messages import Arrived
from tests.gateway.mqtt.test_inward import KEY, SITE, STAMPED, UID, WALL_MS
from tests.support.hand_clock import HandClock
from tests.support.link_bench import link_bench
from tests.support.parts import wait_until
from tests.support.scripted_http import Answer, Asked, ScriptedHttp, problem, scripted_http

READ = CardRead("c1", b"h" * 32, b"sealed", "anna", (Opening("front", granted=True, reason="standing"),))
LOOK = {"generation": "g1", "version": 1, "digest": "00" * 32, "denials": [], "more": False}


@pytest.fixture
def server() -> Iterator[tuple[ScriptedHttp, str]]:
    with scripted_http() as made:
        made[0].usual |= {"card": lambda _: Answer(body={}), "heard": lambda _: Answer(body={})}
        yield made


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def link(server: tuple[ScriptedHttp, str], clock: HandClock, tmp_path: Path) -> Iterator[CallLink]:
    (tmp_path / "gateway.token").write_text("the-token")
    client = RegistryClient(Address(server[1], tmp_path / "gateway.token"), clock.mono_ms)
    made = CallLink(client, clock)
    made.start()
    yield made
    made.stop()


def told(scripted: ScriptedHttp) -> list[tuple[str, bytes]]:
    return [(asked.path, asked.body) for asked in scripted.asked if "/calls/" in asked.path]


def test_what_the_lane_calls_for_reaches_the_loop_once_and_so_does_its_end(
    server: tuple[ScriptedHttp, str], tmp_path: Path
) -> None:
    listed = [{"id": "c1", "reader": "in", "left_ms": 42_000}]

    def lane(_: Asked) -> Answer:
        return Answer(body=LOOK | {"calls": listed})

    server[0].usual["lane"] = lane
    with link_bench(tmp_path, server[1]) as bench:
        wait_until(lambda: calls_in(bench.posted), "the call", 20)
        looks = server[0].count("lane")
        wait_until(lambda: server[0].count("lane") > looks + 1, "two more looks", 20)
        listed.clear()
        wait_until(lambda: len(calls_in(bench.posted)) > 1, "its end", 20)
        first, last = calls_in(bench.posted)
        (call,) = first.calls
        assert (call.id, call.reader) == ("c1", "in")
        assert 0 < call.until_ms - 42_000 <= bench.clock.mono_ms()
        assert last.calls == ()


def calls_in(posted: Sequence[object]) -> list[CallsTold]:
    return [event for event in posted if isinstance(event, CallsTold)]


def test_a_card_that_is_read_is_told_by_its_hash_and_sealed(server: tuple[ScriptedHttp, str], link: CallLink) -> None:
    link.note([CallHeard("c1"), READ])
    wait_until(lambda: len(told(server[0])) == 2, "both to be told", 10)
    (heard, _), (path, body) = told(server[0])
    assert (heard, path) == ("/api/v1/gateway/calls/c1/heard", "/api/v1/gateway/calls/c1/card")
    assert json.loads(body) == {
        "credential": (b"h" * 32).hex(),
        "sealed": b"sealed".hex(),
        "badge": "anna",
        "opens": [{"door": "front", "granted": True, "reason": "standing"}],
    }


def test_it_is_told_again_until_it_is_taken(server: tuple[ScriptedHttp, str], link: CallLink) -> None:
    busy = [problem(503, "unavailable", "not now"), Answer(drops=True)]
    server[0].usual["card"] = lambda _: busy.pop() if busy else Answer(body={})
    link.note([READ])
    wait_until(lambda: len(told(server[0])) == 3, "the third time", 20)
    assert len({body for _, body in told(server[0])}) == 1


def test_what_the_registry_refuses_stands_before_nothing(server: tuple[ScriptedHttp, str], link: CallLink) -> None:
    server[0].usual["heard"] = lambda _: problem(404, "not-found", "no such call")
    link.note([CallHeard("gone"), READ])
    wait_until(lambda: len(told(server[0])) == 2, "the next to be told", 10)


def test_what_nobody_can_wait_for_any_more_is_forgotten(
    server: tuple[ScriptedHttp, str], link: CallLink, clock: HandClock
) -> None:
    server[0].usual["card"] = lambda _: problem(503, "unavailable", "not now")
    link.note([READ])
    wait_until(lambda: told(server[0]), "it to be tried", 10)
    clock.move(60_000)
    wait_until(lambda: not link._waiting, "it to be forgotten", 10)
    link.note([CallHeard("c2")])
    wait_until(lambda: told(server[0])[-1][0].endswith("c2/heard"), "the next to be told", 10)


@pytest.mark.parametrize("called", [True, False])
def test_a_card_is_sealed_for_the_registry_only_where_staff_call(called: bool) -> None:
    inward = Inward(SITE, KEY, lambda reader: called and reader == "reader")
    payload = json.dumps({**STAMPED, "uid": UID}).encode()
    event = inward.native(Arrived(1, 1, "hubout/matera/reader/tap", payload, retained=False), WALL_MS)
    assert isinstance(event, Tapped)
    assert event.card.credential == keyed_hash(KEY, UID)
    assert (event.card.sealed and unsealed(KEY, event.card.sealed)) == (UID if called else b"")
    assert UID not in repr(event)


def test_no_repr_holds_what_a_card_shows() -> None:
    assert "sealed" not in repr(READ)
    assert "h" * 8 not in repr(READ)
    assert repr(Call("c1", "in", 5)) == "Call(id='c1', reader='in', until_ms=5)"
