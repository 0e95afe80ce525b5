"""The keeper's socket: lines out of bytes, readers that do not read, and who may listen where."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.doorkeeper.notify import notify
from devices.doorkeeper.sockets import UNSENT_MAX, Lines, Peer, SocketTakenError, listen

LINE_MAX = 10


def fed(*chunks: bytes) -> list[bytes | None]:
    lines = Lines(LINE_MAX)
    return [line for chunk in chunks for line in lines.feed(chunk)]


@pytest.mark.parametrize(
    ("chunks", "lines"),
    [
        ([b"one\ntwo\n"], [b"one", b"two"]),
        ([b"on", b"e\ntw", b"o", b"\n"], [b"one", b"two"]),
        ([b"\n\n"], [b"", b""]),
        ([b"unfinished"], []),
        ([b"0123456789\n"], [b"0123456789"]),
        ([b"0123456789a\nnext\n"], [None, b"next"]),
        ([b"0123456789a"], [None]),
        ([b"0123456789a", b"bc", b"d" * 50, b"e\nnext\n"], [None, b"next"]),
        ([b"0123456789", b"a", b"\n", b"next\n"], [None, b"next"]),
        ([b"x" * 30 + b"\n" + b"y" * 30 + b"\nnext\n"], [None, None, b"next"]),
    ],
)
def test_bytes_become_lines_and_a_long_one_is_reported_once(chunks: list[bytes], lines: list[bytes | None]) -> None:
    assert fed(*chunks) == lines


@given(st.lists(st.text("ab", max_size=14).map(str.encode), max_size=6), st.lists(st.integers(1, 9), max_size=30))
def test_it_does_not_matter_how_the_bytes_were_cut(lines: list[bytes], cuts: list[int]) -> None:
    whole = b"".join(line + b"\n" for line in lines)
    chunks, rest = [], whole
    for cut in cuts:
        chunks.append(rest[:cut])
        rest = rest[cut:]
    assert fed(*chunks, rest) == [line if len(line) <= LINE_MAX else None for line in lines]


@pytest.fixture
def pair() -> Iterator[tuple[Peer, socket.socket]]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield Peer(ours, LINE_MAX), theirs


def test_nothing_to_read_is_no_lines(pair: tuple[Peer, socket.socket]) -> None:
    assert pair[0].receive() == ()


def test_what_was_said_before_leaving_is_heard_first(pair: tuple[Peer, socket.socket]) -> None:
    peer, other = pair
    other.sendall(b"last\n")
    other.close()
    assert peer.receive() == (b"last",)
    with pytest.raises(EOFError):
        peer.receive()


def test_sending_to_one_who_left_is_the_end(pair: tuple[Peer, socket.socket]) -> None:
    peer, other = pair
    other.close()
    with pytest.raises(EOFError):
        peer.send(b"hello\n")


def flood(peer: Peer, line: bytes) -> None:
    for _ in range(10_000):
        peer.send(line)


def test_a_reader_who_does_not_read_is_gone_once_too_much_waits(pair: tuple[Peer, socket.socket]) -> None:
    peer, _ = pair
    line = b"x" * 1_000 + b"\n"
    with pytest.raises(EOFError):
        flood(peer, line)
    assert peer.wants_to_write


def test_what_waits_goes_out_in_order_when_the_reader_reads_again(pair: tuple[Peer, socket.socket]) -> None:
    peer, other = pair
    sent, number = b"", 0
    while not peer.wants_to_write:
        line = b"%d\n" % number
        peer.send(line * 100)
        sent += line * 100
        number += 1
    got = b""
    while peer.wants_to_write or len(got) < len(sent):
        got += other.recv(UNSENT_MAX)
        peer.flush()
    assert got == sent


def test_a_dead_processs_socket_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "k.sock"
    listen(path).close()
    assert path.is_socket()
    listen(path).close()


def test_a_living_processs_socket_is_not(tmp_path: Path) -> None:
    path = tmp_path / "k.sock"
    with listen(path), pytest.raises(SocketTakenError, match="Another doorkeeper answers"):
        listen(path)


def test_a_socket_whose_queue_is_full_still_counts_as_living(tmp_path: Path) -> None:
    path = tmp_path / "k.sock"
    with listen(path):
        waiting = [socket.socket(socket.AF_UNIX) for _ in range(40)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(str(path))
        with pytest.raises(SocketTakenError, match="Another doorkeeper answers"):
            listen(path)
        for one in waiting:
            one.close()


def test_a_file_that_is_no_socket_is_never_deleted(tmp_path: Path) -> None:
    path = tmp_path / "precious"
    path.write_text("keep me")
    with pytest.raises(SocketTakenError, match="is a file that is no socket"):
        listen(path)
    assert path.read_text() == "keep me"


def test_a_path_too_long_for_a_socket_is_named(tmp_path: Path) -> None:
    with pytest.raises(SocketTakenError, match="longer than 107 bytes"):
        listen(tmp_path / ("d" * 120))


def test_a_directory_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SocketTakenError, match="Cannot listen"):
        listen(tmp_path / "file" / "k.sock")


def test_the_new_socket_is_for_owner_and_group(tmp_path: Path) -> None:
    path = tmp_path / "run" / "k.sock"
    with listen(path):
        assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o660, 0o750)


@pytest.mark.parametrize("form", ["path", "abstract"])
def test_systemd_is_told_at_a_path_or_an_abstract_name(tmp_path: Path, form: str) -> None:
    address = str(tmp_path / "n") if form == "path" else f"@hubout-{tmp_path.name}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(address.replace("@", "\0", 1))
        notify(address, "READY=1")
        assert systemd.recv(20) == b"READY=1"


def test_without_systemd_nobody_is_told_and_nothing_breaks(tmp_path: Path) -> None:
    notify(None, "READY=1")
    notify("", "READY=1")
    notify(str(tmp_path / "nobody"), "READY=1")
