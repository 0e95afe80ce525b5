"""What staff ask over the feed beyond doors: visits, each with an id of its own, and the clock, set before it is so."""

import json
import re
import socket
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from access.events import ClockWasSet, VisitAsked, VisitEndAsked
from access.site import ID_PATTERN
from gateway.keeper import NO_KEEPER
from gateway.pages.asked import EARLIEST_MS, SetEvacuation
from gateway.showing.feed import Answered, Asked, Feed
from tests.support.asks import MAY, PAPER_WAS_MS, no_keeper, not_set, set_on_paper

NOW_MS = 50_000
CLOCK = {"id": "3", "at_ms": NOW_MS, "do": "clock", "wall_ms": EARLIEST_MS, "author": "Paola", "note": "Fermo"}
VISIT = {"id": "4", "at_ms": NOW_MS, "do": "visit", "zone": "lab", "author": "Paola", "note": "Sportello"}


def told(feed: Feed, folder: Path, *asks: object) -> tuple[tuple[Asked, ...], list[Any]]:
    """What the core is told when a pages process asks this, and what that is answered."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        client.settimeout(5)
        client.connect(str(folder / "feed.sock"))
        feed.take()
        client.sendall(b"".join(json.dumps(ask).encode() + b"\n" for ask in asks))
        asked = feed.take()
        return asked, [json.loads(line) for line in client.recv(1 << 16).splitlines()]


def test_the_clock_is_set_before_the_core_is_told(tmp_path: Path) -> None:
    with closing(Feed(tmp_path / "feed.sock", MAY, lambda: NOW_MS, set_on_paper, no_keeper)) as feed:
        asked, answers = told(feed, tmp_path, CLOCK)
    assert asked == (ClockWasSet("Paola", "Fermo", PAPER_WAS_MS, EARLIEST_MS),)
    assert answers == [{"answer": "3", "accepted": True}]


def test_a_clock_that_is_not_to_be_set_is_refused_with_its_sentence(tmp_path: Path) -> None:
    with closing(Feed(tmp_path / "feed.sock", MAY, lambda: NOW_MS, not_set, no_keeper)) as feed:
        asked, answers = told(feed, tmp_path, CLOCK)
    assert asked == ()
    assert answers == [{"answer": "3", "accepted": False, "why": answers[0]["why"]}]
    assert answers[0]["why"].startswith("the network's time")


def test_each_visit_has_an_id_of_its_own_and_ends_by_it(tmp_path: Path) -> None:
    with closing(Feed(tmp_path / "feed.sock", MAY, lambda: NOW_MS, not_set, no_keeper)) as feed:
        asked, _ = told(feed, tmp_path, VISIT, {**VISIT, "id": "5"})
        ids = [event.visit for event in asked if isinstance(event, VisitAsked)]
        assert len(set(ids)) == 2
        assert all(re.fullmatch(ID_PATTERN, ident) for ident in ids)
        end = {"id": "6", "at_ms": NOW_MS, "do": "visit-end", "visit": ids[0], "author": "Sara"}
        assert told(feed, tmp_path, end)[0] == (VisitEndAsked(ids[0], "Sara"),)


EVACUATE = {"id": "7", "at_ms": NOW_MS, "do": "evacuation", "active": True, "author": "Paola", "note": "Gas"}


@pytest.mark.parametrize(("why", "answer"), [("", {"accepted": True}), ("no", {"accepted": False, "why": "no"})])
def test_an_evacuation_is_answered_when_the_doorkeeper_has_answered(
    tmp_path: Path, why: str, answer: dict[str, object]
) -> None:
    waiting: list[tuple[SetEvacuation, Answered]] = []
    keeper = lambda asked, answered: waiting.append((asked, answered))  # noqa: E731  the doorkeeper's side of it
    with closing(Feed(tmp_path / "feed.sock", MAY, lambda: NOW_MS, not_set, keeper)) as feed:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
            client.settimeout(5)
            client.connect(str(tmp_path / "feed.sock"))
            feed.take()
            client.sendall(json.dumps(EVACUATE).encode() + b"\n")
            assert feed.take() == ()
            [(asked, answered)] = waiting
            assert asked == SetEvacuation(True, "Paola", "Gas")
            answered(why)
            assert json.loads(client.recv(1 << 16)) == {"answer": "7", **answer}
        feed.take()
        answered("")  # Whoever asked has left: nobody to tell, and no harm.


def test_an_evacuation_without_a_doorkeeper_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with closing(Feed(tmp_path / "feed.sock", MAY, lambda: NOW_MS, not_set, no_keeper)) as feed:
        asked, answers = told(feed, tmp_path, EVACUATE)
    assert (asked, answers) == ((), [{"answer": "7", "accepted": False, "why": NO_KEEPER}])
