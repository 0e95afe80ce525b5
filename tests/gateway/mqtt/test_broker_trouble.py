"""What can be wrong with a broker: one clear sentence, nobody waits for it, and it heals without a restart."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import enumerate as threads
from time import monotonic

import pytest

from gateway.mqtt import broker as module
from gateway.mqtt.messages import Phase, Wish
from hubout.ports import free_port
from tests.support.driven import Driven, secret, settings
from tests.support.mosquitto import Mosquitto
from tests.support.mqtt import Peer

AT_ONCE_S = 0.1
"""Far above what a turn takes, far below what connecting may wait."""
TAKEN = "another client took the session hubout-matera; see that no second gateway runs"
TAPS = Wish("hubout/matera/+/tap")


@contextmanager
def listening(backlog: int = 16) -> Iterator[int]:
    """A port where somebody listens and never says a word; a backlog of 0 is filled, so that nobody even connects."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(backlog)
        waiting = [socket.socket() for _ in range(0 if backlog else 3)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(listener.getsockname())
        try:
            yield listener.getsockname()[1]
        finally:
            for one in waiting:
                one.close()


def test_a_host_that_lets_nobody_in_keeps_nobody_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CONNECT_TIMEOUT_S", 0.7)
    with listening(backlog=0) as port:
        driven = Driven(settings(port))
        driven.until(lambda: driven.broker.trouble, "a word on it")
        assert driven.slowest_tend_s < AT_ONCE_S
        assert driven.broker.trouble == (
            f"the broker at 127.0.0.1:{port} cannot be reached: timed out; see [broker], and that it runs"
        )
        assert driven.broker.sock() is None
        driven.close()


def test_leaving_while_a_host_lets_nobody_in_waits_for_nobody() -> None:
    with listening(backlog=0) as port:
        driven = Driven(settings(port))
        driven.turn()
        assert driven.broker.phase is Phase.CONNECTING
        begun = monotonic()
        driven.close()
        assert monotonic() - begun < 1.0


def test_an_attempt_that_ends_after_leaving_leaves_no_connection_behind(tmp_path: Path) -> None:
    with Mosquitto(tmp_path) as mosquitto:
        driven = Driven(settings(mosquitto.port, "leaver"))
        driven.broker._closing = True
        driven.turn()
        driven.until(lambda: driven.woken, "the attempt's end")
        assert driven.broker._client.socket() is None


def test_a_host_that_never_answers_is_given_up_and_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "KEEPALIVE_S", 1)
    with listening() as port:
        driven = Driven(settings(port))
        driven.until(lambda: driven.broker.trouble, "a word on it")
        assert f"127.0.0.1:{port} does not answer as a broker does" in driven.broker.trouble
        assert driven.slowest_tend_s < AT_ONCE_S
        driven.close()


def test_a_broker_that_is_not_there_is_tried_later_and_later_and_found(tmp_path: Path) -> None:
    mosquitto = Mosquitto(tmp_path)
    mosquitto.port = free_port()
    driven = Driven(settings(mosquitto.port), [TAPS])
    waits = []
    for _ in range(9):
        driven.until(lambda: driven.broker.phase is Phase.DOWN and driven.broker.trouble, "a failure")
        left_ms = driven.broker._retry_ms - driven.mono_ms
        waits.append(left_ms / 1_000)
        driven.ahead_ms += left_ms + 1
        driven.turn()
    assert "cannot be reached: [Errno 111] Connection refused" in driven.broker.trouble
    assert waits == pytest.approx([0.25, 0.5, 1, 2, 4, 8, 10, 10, 10], rel=0.3, abs=0.2)
    with mosquitto:
        driven.ahead_ms += 10_001
        driven.up()
        assert driven.broker.trouble == ""
        driven.close()


def test_a_wrong_password_is_said_once_and_the_right_one_needs_no_restart(tmp_path: Path) -> None:
    with Mosquitto(tmp_path, passwords={"gateway": "right"}) as mosquitto:
        file = secret(tmp_path, "wrong")
        driven = Driven(settings(mosquitto.port, username="gateway", password_file=file), [TAPS])
        for _ in range(3):
            driven.until(lambda: driven.broker.phase is Phase.DOWN and driven.broker.trouble, "a refusal")
            driven.ahead_ms += 11_000
            driven.until(lambda: driven.broker.phase is not Phase.DOWN, "another attempt")
        where = f"the broker at 127.0.0.1:{mosquitto.port}"
        assert driven.troubles == [
            f"{where} refuses hubout-test: Not authorized; see username and password_file in [broker]"
        ]
        file.write_text("right\n")
        driven.ahead_ms += 11_000
        driven.until(lambda: driven.broker.phase is Phase.DOWN or driven._is_up(), "the end of the last attempt")
        driven.ahead_ms += 11_000
        driven.up()
        assert driven.broker.trouble == ""
        driven.close()


def test_a_password_that_cannot_be_read_is_said_and_waited_for(tmp_path: Path) -> None:
    with Mosquitto(tmp_path, passwords={"gateway": "right"}) as mosquitto:
        file = tmp_path / "password"
        driven = Driven(settings(mosquitto.port, username="gateway", password_file=file))
        driven.until(lambda: driven.broker.trouble, "a word on it")
        assert str(file) in driven.broker.trouble
        secret(tmp_path, "right")
        driven.ahead_ms += 11_000
        driven.up()
        driven.close()


def test_a_certificate_that_cannot_be_read_is_said_and_stops_nothing(tmp_path: Path) -> None:
    driven = Driven(settings(free_port(), ca_file=tmp_path / "no-such-ca.pem"))
    driven.until(lambda: driven.broker.trouble, "a word on it")
    assert "No such file or directory" in driven.broker.trouble
    driven.close()


def test_a_session_that_another_client_takes_again_and_again_is_left_to_it_for_a_minute(tmp_path: Path) -> None:
    with Mosquitto(tmp_path) as mosquitto:
        first = Driven(settings(mosquitto.port, "hubout-matera"), [TAPS]).up()
        second = Driven(settings(mosquitto.port, "hubout-matera"), [TAPS])

        def one_gives_up() -> bool:
            second.turn()
            return TAKEN in {first.broker.trouble, second.broker.trouble}

        first.until(one_gives_up, "one to see it")
        gone, stays = (first, second) if first.broker.trouble == TAKEN else (second, first)
        assert 59_000 < gone.broker._retry_ms - gone.mono_ms <= 60_000
        stays.up()
        gone.ahead_ms += 58_000
        gone.for_a_while(0.1)
        assert gone.broker.phase is Phase.DOWN
        assert stays.broker.phase is Phase.UP
        stays.close()
        gone.ahead_ms += 2_000
        gone.up()
        assert gone.broker.trouble == ""
        gone.close()


def test_a_broker_that_says_that_the_session_was_taken_is_believed_at_once() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        driven = Driven(settings(listener.getsockname()[1], "hubout-matera"))
        driven.turn()
        connection, _ = listener.accept()
        with connection:
            connection.sendall(bytes.fromhex("2003000000 e0018e"))
            driven.until(lambda: driven.broker.trouble == TAKEN, "believing it")
        assert 59_000 < driven.broker._retry_ms - driven.mono_ms <= 60_000
        driven.close()


def test_topics_that_the_broker_does_not_let_us_hear_are_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        driven = Driven(settings(listener.getsockname()[1]), [TAPS, Wish("hubout/matera/+/presence")])
        driven.turn()
        connection, _ = listener.accept()
        with connection:
            connection.sendall(bytes.fromhex("2003000000"))
            driven.until(lambda: driven.broker.phase is Phase.UP, "the connection")
            driven.for_a_while(0.1)
            connection.sendall(bytes.fromhex("9005 0001 00 87 01"))
            driven.until(lambda: driven.broker.trouble, "a word on it")
        where = f"the broker at 127.0.0.1:{listener.getsockname()[1]}"
        assert driven.broker.trouble == f"{where} refuses hubout-test the topics hubout/matera/+/tap; see its ACL"
        driven.close()


def test_a_broker_that_restarts_now_and_then_is_no_second_gateway(tmp_path: Path) -> None:
    with Mosquitto(tmp_path) as mosquitto:
        driven = Driven(settings(mosquitto.port)).up()
        for _ in range(4):
            driven.ahead_ms += 5_001
            mosquitto.kill()
            driven.until(lambda: driven.broker.phase is Phase.DOWN, "the fall")
            mosquitto.start()
            driven.up()
        assert TAKEN.replace("matera", "test") not in driven.troubles
        driven.close()


def test_a_connection_to_a_broker_that_hangs_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "KEEPALIVE_S", 1)
    with Mosquitto(tmp_path) as mosquitto:
        driven = Driven(settings(mosquitto.port)).up()
        mosquitto.freeze()
        driven.until(lambda: driven.broker.trouble, "a word on it")
        assert "ended the connection: Keep alive timeout" in driven.broker.trouble
        mosquitto.thaw()
        driven.up()
        driven.close()


def test_no_thread_outlives_its_attempt(tmp_path: Path) -> None:
    with Mosquitto(tmp_path) as mosquitto:
        driven = Driven(settings(mosquitto.port, "threads")).up()
        driven.until(lambda: not [one for one in threads() if one.name == "connect threads"], "the thread's end")
        with Peer(mosquitto.port) as peer:
            peer.say("hubout/matera/x/tap", "1")
        driven.close()
        assert driven.broker.sock() is None
