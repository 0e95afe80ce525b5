"""The gateway's end of the socket, against a listener that answers as it is told."""

import socket
from collections import deque
from collections.abc import Iterator
from pathlib import Path

import pytest

from devices import keeper_wire as wire
from devices.doorkeeper.client import KeeperClient, KeeperGoneError, ask_once
from devices.doorkeeper.sockets import listen
from devices.keeper_codec import decode_to_keeper, encode
from devices.keeper_wire import LatchName

GREETING = wire.Welcome(1, "run", (), (), None, "", "", "", 5)


@pytest.fixture
def listening(tmp_path: Path) -> Iterator[socket.socket]:
    with listen(tmp_path / "k.sock") as listening:
        yield listening


@pytest.fixture
def client(tmp_path: Path, listening: socket.socket) -> KeeperClient:
    client = KeeperClient(tmp_path / "k.sock")
    assert client.connect()
    return client


def accepted(listening: socket.socket) -> socket.socket:
    connection, _ = listening.accept()
    connection.settimeout(5)
    return connection


def test_where_nobody_listens_there_is_no_connection(tmp_path: Path) -> None:
    client = KeeperClient(tmp_path / "nobody.sock")
    assert client.connect() is False
    assert not client.connected
    assert not client.wants_to_write


def test_where_a_dead_keeper_left_its_socket_there_is_no_connection(tmp_path: Path) -> None:
    listen(tmp_path / "k.sock").close()
    assert KeeperClient(tmp_path / "k.sock").connect() is False


def test_unconnected_it_can_do_nothing_and_says_so(tmp_path: Path) -> None:
    client = KeeperClient(tmp_path / "k.sock")
    for attempt in (client.fileno, client.receive, client.flush, lambda: client.send(wire.AskState())):
        with pytest.raises(KeeperGoneError, match="Not connected to the doorkeeper"):
            attempt()
    client.close()


def test_messages_cross_both_ways(client: KeeperClient, listening: socket.socket) -> None:
    with accepted(listening) as keeper:
        client.send(wire.Hello(wire.VERSION, "gateway-1"))
        assert decode_to_keeper(keeper.recv(4_096)) == wire.Hello(wire.VERSION, "gateway-1")
        assert client.receive() == ()
        keeper.sendall(encode(GREETING) + encode(wire.Rex("main", 6)))
        assert client.receive() == (GREETING, wire.Rex("main", 6))
        assert client.fileno() > 0
    client.close()


def test_what_the_keeper_said_last_is_heard_before_its_end(client: KeeperClient, listening: socket.socket) -> None:
    with accepted(listening) as keeper:
        keeper.sendall(encode(wire.Displaced("run-b", 7)))
    assert client.receive() == (wire.Displaced("run-b", 7),)
    with pytest.raises(KeeperGoneError, match="the connection ended"):
        client.receive()
    assert not client.connected


def test_a_keeper_that_left_takes_nothing(client: KeeperClient, listening: socket.socket) -> None:
    accepted(listening).close()
    with pytest.raises(KeeperGoneError, match="does not take"):
        client.send(wire.AskState())
    assert not client.connected


def flood(client: KeeperClient) -> None:
    for _ in range(100_000):
        client.send(wire.AskState())


def test_a_keeper_that_does_not_read_is_gone_after_a_bounded_wait(
    client: KeeperClient, listening: socket.socket
) -> None:
    with accepted(listening), pytest.raises(KeeperGoneError, match="does not take"):
        flood(client)


@pytest.mark.parametrize("line", [b"garbage\n", b'{"type":"hello","v":1,"run":"r"}\n', b"x" * 20_000 + b"\n"])
def test_a_keeper_that_speaks_another_language_is_gone(
    client: KeeperClient, listening: socket.socket, line: bytes
) -> None:
    with accepted(listening) as keeper:
        keeper.sendall(line)
        with pytest.raises(KeeperGoneError, match="another release's language"):
            deque(iter(client.receive, None), maxlen=0)
    assert not client.connected


def test_it_can_connect_again_after_the_end(client: KeeperClient, listening: socket.socket) -> None:
    accepted(listening).close()
    with pytest.raises(KeeperGoneError):
        client.receive()
    assert client.connect()
    with accepted(listening) as keeper:
        client.send(wire.AskState())
        assert decode_to_keeper(keeper.recv(4_096)) == wire.AskState()
    client.close()


def test_asking_once_of_nobody_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(KeeperGoneError, match="start it first"):
        ask_once(tmp_path / "k.sock", wire.AskState(), 100)


def test_asking_once_of_a_keeper_that_is_silent_ends(tmp_path: Path, listening: socket.socket) -> None:
    with pytest.raises(KeeperGoneError, match="did not answer within 50 ms"):
        ask_once(tmp_path / "k.sock", wire.ResetLatch(LatchName.FIRE, "Anna"), 50)
