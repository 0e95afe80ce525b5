"""The feed with real sockets: readers quick, slow, gone and rude, and a gateway that none of them can hold up."""

import json
import selectors
import socket
import stat
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from access.events import LockdownAsked, OpenAsked
from gateway.pages.asked import LINE_BYTES
from gateway.showing.feed import ASKS_A_TURN, READERS, Feed
from tests.support.asks import MAY, no_keeper, not_set

NOW_MS = 50_000
ASK = {"id": "1", "at_ms": NOW_MS, "do": "open", "door": "ingresso", "author": "Paola", "note": "Consegna"}
LOCKDOWN = {"id": "2", "at_ms": NOW_MS, "do": "lockdown", "active": True, "author": "Paola", "note": "Prova"}
BIG = {"filler": "x" * 400_000}


@pytest.fixture
def feed(tmp_path: Path) -> Iterator[Feed]:
    feed = Feed(tmp_path / "feed.sock", MAY, lambda: NOW_MS, not_set, no_keeper)
    yield feed
    feed.close()


class Client:
    """A pages process as the socket sees it."""

    def __init__(self, path: Path) -> None:
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.settimeout(5)
        self.socket.connect(str(path))
        self.received = b""

    def ask(self, *asks: object) -> None:
        self.socket.sendall(b"".join(json.dumps(ask).encode() + b"\n" for ask in asks))

    def waiting(self) -> list[Any]:
        """The whole lines that can be read without waiting."""
        self.socket.setblocking(False)
        try:
            while chunk := self.socket.recv(1 << 20):
                self.received += chunk
        except BlockingIOError:
            pass
        finally:
            self.socket.settimeout(5)
        *lines, self.received = self.received.split(b"\n")
        return [json.loads(line) for line in lines]

    def hung_up_on(self) -> bool:
        try:
            return self.socket.recv(1) == b""
        except ConnectionError:
            return True


@pytest.fixture
def reader(feed: Feed, tmp_path: Path) -> Iterator[Client]:
    client = Client(tmp_path / "feed.sock")
    feed.take()
    yield client
    client.socket.close()


def test_a_reader_gets_each_snapshot_as_a_line(feed: Feed, reader: Client) -> None:
    feed.publish({"at_ms": 1})
    feed.publish({"at_ms": 2, "name": "Nicolò"})
    assert reader.waiting() == [{"at_ms": 1}, {"at_ms": 2, "name": "Nicolò"}]


def test_a_name_that_is_no_text_stops_nothing(feed: Feed, reader: Client) -> None:
    feed.publish({"name": "half a \ud800 pair"})
    assert reader.waiting() == [{"name": "half a ? pair"}]


def test_nobody_reads_until_somebody_does(feed: Feed, tmp_path: Path) -> None:
    assert not feed.read
    feed.publish({"at_ms": 1})
    client = Client(tmp_path / "feed.sock")
    feed.take()
    assert feed.read
    client.socket.close()
    feed.take()
    assert not feed.read


def test_the_socket_is_for_its_owner_and_group_alone(feed: Feed, tmp_path: Path) -> None:
    assert stat.S_IMODE((tmp_path / "feed.sock").stat().st_mode) == 0o660


def test_the_loop_watches_one_descriptor_for_all_of_it(feed: Feed, tmp_path: Path) -> None:
    with selectors.DefaultSelector() as loop:
        loop.register(feed, selectors.EVENT_READ)
        assert loop.select(0) == []
        client = Client(tmp_path / "feed.sock")
        assert len(loop.select(1)) == 1
        feed.take()
        assert loop.select(0) == []
        client.ask(ASK)
        assert len(loop.select(1)) == 1
        assert feed.take() == (OpenAsked("ingresso", "Paola", "Consegna"),)
        assert loop.select(0) == []
        client.socket.close()
        assert len(loop.select(1)) == 1
        feed.take()


def test_asks_become_events_in_order_and_are_answered(feed: Feed, reader: Client) -> None:
    reader.ask(ASK, LOCKDOWN)
    assert feed.take() == (OpenAsked("ingresso", "Paola", "Consegna"), LockdownAsked(True, "Paola", "Prova"))
    assert reader.waiting() == [{"answer": "1", "accepted": True}, {"answer": "2", "accepted": True}]
    assert feed.counts.taken == 2


def test_a_wrong_ask_is_answered_with_a_sentence_and_changes_nothing(feed: Feed, reader: Client) -> None:
    reader.ask({**ASK, "door": "cantina"}, ASK)
    assert feed.take() == (OpenAsked("ingresso", "Paola", "Consegna"),)
    refused, accepted = reader.waiting()
    assert (refused["answer"], refused["accepted"], "cantina" in refused["why"]) == ("1", False, True)
    assert accepted["accepted"]
    assert (feed.counts.refused, feed.counts.taken) == (1, 1)


def test_an_ask_may_come_in_pieces(feed: Feed, reader: Client) -> None:
    line = json.dumps(ASK).encode() + b"\n"
    for at in range(0, len(line), 20):
        reader.socket.sendall(line[at : at + 20])
        asked = feed.take()
    assert asked == (OpenAsked("ingresso", "Paola", "Consegna"),)


def test_answers_go_before_the_latest_snapshot_but_never_into_a_line(feed: Feed, reader: Client) -> None:
    feed.publish(BIG)
    reader.ask(ASK)
    feed.take()
    feed.publish({"at_ms": 2})
    found: list[Any] = []
    while len(found) < 3:
        found += reader.waiting()
        feed.take()
    assert found == [BIG, {"answer": "1", "accepted": True}, {"at_ms": 2}]


def test_a_slow_reader_gets_the_latest_and_holds_up_nobody(feed: Feed, reader: Client) -> None:
    begun = time.monotonic()
    for n in range(200):
        feed.publish({"n": n, **BIG})
    assert time.monotonic() - begun < 5
    assert feed.counts.passed_over >= 190
    found: list[Any] = []
    while not found or found[-1]["n"] != 199:
        feed.take()
        found += reader.waiting()
    assert [one["n"] for one in found] == [0, 199]


def test_a_slow_reader_does_not_slow_a_quick_one(feed: Feed, reader: Client, tmp_path: Path) -> None:
    quick = Client(tmp_path / "feed.sock")
    feed.take()
    for n in range(50):
        feed.publish({"n": n, "filler": "x" * 10_000})
        assert [one["n"] for one in quick.waiting()] == [n]


def test_a_reader_that_went_away_is_forgotten(feed: Feed, reader: Client) -> None:
    reader.socket.close()
    for n in range(3):
        feed.publish({"n": n})
    feed.take()
    assert not feed.read


@pytest.mark.parametrize("rude", [b"x" * (LINE_BYTES + 5_000), b"\x00" * (LINE_BYTES * 3)])
def test_a_line_that_never_ends_is_cut_off(feed: Feed, reader: Client, rude: bytes) -> None:
    reader.socket.sendall(rude)
    for _ in range(4):
        assert feed.take() == ()
    assert not feed.read
    assert reader.hung_up_on()
    assert feed.counts.refused == 1


def test_a_flood_of_asks_is_cut_off_before_any_is_done(feed: Feed, reader: Client) -> None:
    reader.socket.sendall(b"{}\n" * (ASKS_A_TURN + 1))
    assert feed.take() == ()
    assert not feed.read


def test_one_who_asks_and_never_reads_the_answers_is_cut_off(feed: Feed, reader: Client) -> None:
    feed.publish(BIG)
    for n in range(100):
        if not feed.read:
            break
        reader.ask(*({**ASK, "id": str(n)} for _ in range(4)))
        feed.take()
    assert not feed.read
    assert feed.counts.taken <= ASKS_A_TURN + 1


@pytest.mark.parametrize("garbage", [b"\n", b"null\n", b"\xff\xfe\n", b"[[[[[[\n", b'{"do":"open"}\n'])
def test_garbage_is_answered_and_the_reader_stays(feed: Feed, reader: Client, garbage: bytes) -> None:
    reader.socket.sendall(garbage)
    assert feed.take() == ()
    (answer,) = reader.waiting()
    assert (answer["accepted"], answer["answer"]) == (False, "")
    feed.publish({"at_ms": 1})
    assert reader.waiting() == [{"at_ms": 1}]


def test_only_so_many_readers_are_taken(feed: Feed, tmp_path: Path) -> None:
    clients = [Client(tmp_path / "feed.sock") for _ in range(READERS)]
    for _ in clients:
        feed.take()
    late = Client(tmp_path / "feed.sock")
    feed.take()
    assert late.hung_up_on()
    assert feed.counts.turned_away == 1
    feed.publish({"at_ms": 1})
    assert all(client.waiting() == [{"at_ms": 1}] for client in clients)


def test_a_socket_left_by_a_killed_gateway_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "feed.sock"
    left = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    left.bind(str(path))
    left.close()
    feed, client = Feed(path, MAY, lambda: 0, not_set, no_keeper), Client(path)
    feed.take()
    assert feed.read
    feed.close()
    assert client.hung_up_on()
    assert not path.exists()


def test_a_place_where_no_socket_can_be_is_an_error_at_once(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        Feed(tmp_path / "nowhere" / "feed.sock", MAY, lambda: 0, not_set, no_keeper)


def test_what_was_asked_too_long_ago_is_not_done(feed: Feed, reader: Client) -> None:
    reader.ask({**ASK, "at_ms": NOW_MS - 30_000})
    assert feed.take() == ()
    assert "too long ago" in reader.waiting()[0]["why"]
