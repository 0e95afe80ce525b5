"""Open live pages as the bench watches them: which taps are new on each, when, and which never came."""

import select
import socket
from collections.abc import Iterator

import pytest

from bench.taps import Tapped
from bench.watched import LATEST_NS, shown_within
from bench.watchers import Page, Watchers

SECOND_NS = 1_000_000_000
Pair = tuple[Page, socket.socket]


@pytest.fixture
def pair() -> Iterator[Pair]:
    server, client = socket.socketpair()
    with server, client:
        yield Page(client), server


def taps(*badges: int) -> bytes:
    return b"event: taps\n" + b"".join(b"data: <td>Persona %d</td>\n" % badge for badge in badges) + b"\n"


def test_what_stood_there_when_a_page_was_opened_is_not_new_and_what_comes_later_is(pair: Pair) -> None:
    page, _ = pair
    assert page.take(taps(3, 2, 1)) == []
    assert page.take(taps(4, 3, 2)) == [4]
    assert page.take(b"event: count\ndata: Persona 9\n\n") == []
    assert page.take(taps(6, 5, 4)) != []


def test_an_event_that_comes_in_pieces_counts_once_it_is_whole(pair: Pair) -> None:
    page, _ = pair
    page.take(taps(1))
    whole = taps(2, 1) + taps(3, 2)
    for cut in range(1, len(whole)):
        piecemeal = Page(page.socket, shown=frozenset({1}), begun=True)
        assert [*piecemeal.take(whole[:cut]), *piecemeal.take(whole[cut:])] == [2, 3]


def test_the_watchers_note_when_each_came_and_whose_stream_ended(pair: Pair) -> None:
    page, server = pair
    watchers = Watchers([page])
    server.sendall(taps(1))
    watchers.look()
    assert (watchers.opened, watchers.came) == (1, {})
    server.sendall(taps(2, 1))
    watchers.look()
    assert list(watchers.came) == [2]
    server.shutdown(socket.SHUT_WR)
    select.select([page.socket], [], [], 10)
    watchers.look()
    assert watchers.ended == 1


def tapped(badge: int, sent_ns: int) -> Tapped:
    return Tapped(1, 2, badge, sent_ns)


def test_a_tap_counts_from_its_own_sending_on_every_page() -> None:
    came = {7: [3 * SECOND_NS, 2 * SECOND_NS, 40 * SECOND_NS, 41 * SECOND_NS]}
    spans, missing = shown_within([tapped(7, SECOND_NS), tapped(7, 39 * SECOND_NS)], came, pages=2)
    assert sorted(spans) == [SECOND_NS, SECOND_NS, 2 * SECOND_NS, 2 * SECOND_NS]
    assert missing == 0


@pytest.mark.parametrize(
    "came",
    [{}, {7: []}, {8: [SECOND_NS, SECOND_NS]}, {7: [LATEST_NS + 2] * 2}, {7: [0, 0]}],
    ids=["nothing", "nobody", "another's", "too late", "before it was sent"],
)
def test_a_page_that_does_not_show_a_tap_in_time_is_missing(came: dict[int, list[int]]) -> None:
    assert shown_within([tapped(7, 1)], came, pages=2) == ([], 2)
