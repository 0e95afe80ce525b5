"""The published broker settings on a real Mosquitto: it starts, and keeps users apart."""

import re
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from queue import Queue
from shutil import which

import pytest
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.enums import MQTTProtocolVersion as Version

from hubout.ports import free_port

DEPLOY = Path(__file__).parents[2] / "deploy"
SECRET = "of a test"
USERS = ("reader-a", "reader-b", "gateway", "view", "rc522")
NOT_AUTHORIZED = 135
SUCCESS = (0, 16)
"""Taken; 16 says that nobody is subscribed."""
WAIT_S = 60


def adapted(folder: Path, port: int) -> Path:
    """The published configuration with this test's port and files, and no other change."""
    text = (DEPLOY / "mosquitto.conf").read_text()
    text = text.replace("listener 1883 127.0.0.1", f"listener {port} 127.0.0.1")
    text = text.replace("/etc/mosquitto/hubout.passwd", str(folder / "passwd"))
    text = text.replace("/etc/mosquitto/hubout.acl", str(folder / "acl"))
    assert "/etc/mosquitto/hubout" not in text
    rules = (DEPLOY / "acl").read_text() + "\nuser rc522\ntopic write tele/rc522/#\n"
    (folder / "acl").write_text(rules)
    path = folder / "mosquitto.conf"
    path.write_text(text + "\nuser root\n")
    return path


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    folder, port = tmp_path_factory.mktemp("broker"), free_port()
    (folder / "passwd").touch(0o600)
    for user in USERS:
        subprocess.run(["mosquitto_passwd", "-b", folder / "passwd", user, SECRET], check=True)
    path = which("mosquitto", path="/usr/sbin:/usr/local/sbin:/usr/bin") or "mosquitto"
    running = subprocess.Popen([path, "-c", adapted(folder, port)], stderr=subprocess.PIPE, text=True)
    assert running.stderr is not None
    try:
        for line in running.stderr:
            assert "Error" not in line
            if re.search(r"mosquitto version \S+ running", line):
                break
        else:
            pytest.fail("Mosquitto ended at once")
        yield port
    finally:
        running.terminate()
        running.communicate(timeout=WAIT_S)


@dataclass
class Peer:
    """One client under its user's name, and what it heard."""

    client: Client
    connected: Queue[int] = field(default_factory=Queue)
    heard: Queue[tuple[str, bytes | bytearray]] = field(default_factory=Queue)
    answers: Queue[int] = field(default_factory=Queue)

    def publish(self, topic: str, payload: str = "{}") -> int:
        """Publish at QoS 1 and give the broker's answer."""
        self.client.publish(topic, payload, qos=1)
        return self.answers.get(timeout=WAIT_S)

    def subscribe(self, topic: str) -> int:
        """Subscribe at QoS 1 and give the broker's answer: 1, or a refusal above 127."""
        self.client.subscribe(topic, qos=1)
        return self.answers.get(timeout=WAIT_S)

    def next(self) -> tuple[str, bytes | bytearray]:
        return self.heard.get(timeout=WAIT_S)


def without_delay(client: Client, _: object, sock: socket.socket) -> None:
    del client
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


@contextmanager
def connected(port: int, user: str, secret: str = SECRET) -> Iterator[Peer]:
    client = Client(CallbackAPIVersion.VERSION2, protocol=Version.MQTTv5)
    peer = Peer(client)
    client.username_pw_set(user, secret)
    client.on_socket_open = without_delay  # type: ignore[assignment]
    client.on_connect = lambda _c, _u, _f, code, _p: peer.connected.put(code.value)
    client.on_publish = lambda _c, _u, _m, code, _p: peer.answers.put(code.value)
    client.on_subscribe = lambda _c, _u, _m, codes, _p: peer.answers.put(codes[0].value)
    client.on_message = lambda _c, _u, message: hear(peer, message)
    client.connect("127.0.0.1", port)
    client.loop_start()
    try:
        yield peer
    finally:
        client.disconnect()
        client.loop_stop()


def hear(peer: Peer, message: MQTTMessage) -> None:
    peer.heard.put((message.topic, message.payload))


@contextmanager
def users(port: int, *names: str) -> Iterator[list[Peer]]:
    """Clients of these names, each connected."""
    if not names:
        yield []
        return
    with connected(port, names[0]) as peer, users(port, *names[1:]) as others:
        assert peer.connected.get(timeout=WAIT_S) == 0
        yield [peer, *others]


@pytest.mark.parametrize(("user", "secret"), [("reader-a", "wrong"), ("nobody", SECRET)])
def test_who_is_not_known_is_not_let_in(broker: int, user: str, secret: str) -> None:
    with connected(broker, user, secret) as peer:
        assert peer.connected.get(timeout=WAIT_S) == NOT_AUTHORIZED


WRITES = [
    ("reader-a", "hubout/matera/reader-a/tap", True),
    ("reader-a", "hubout/matera/reader-a/status", True),
    ("reader-a", "hubout/matera/reader-b/tap", False),
    ("reader-a", "hubout/matera/reader-b/status", False),
    ("reader-a", "hubout/matera/reader-a/feedback", False),
    ("reader-a", "hubout/matera/reader-a/command", False),
    ("reader-a", "hubout/matera/gateway/beacon", False),
    ("reader-a", "hubout/matera/live/occupancy", False),
    ("reader-a", "tele/rc522/SENSOR", False),
    ("rc522", "tele/rc522/SENSOR", True),
    ("rc522", "tele/other/SENSOR", False),
    ("rc522", "hubout/matera/reader-a/tap", False),
    ("gateway", "hubout/matera/reader-a/feedback", True),
    ("gateway", "hubout/matera/gateway/beacon", True),
    ("gateway", "hubout/matera/reader-a/tap", False),
    ("view", "hubout/matera/live/occupancy", False),
    ("view", "hubout/matera/reader-a/command", False),
]


@pytest.mark.parametrize(("user", "topic", "may"), WRITES)
def test_each_user_speaks_on_its_own_subtree_alone(broker: int, user: str, topic: str, may: bool) -> None:
    with users(broker, user, "gateway") as (peer, gateway):
        gateway.subscribe("#")
        answer = peer.publish(topic)
        assert (answer in SUCCESS) is may
        assert may or answer == NOT_AUTHORIZED
        # What follows comes after: had the refused message been delivered, it would be heard first.
        assert gateway.publish("hubout/matera/gateway/beacon", "last") in SUCCESS
        heard = [gateway.next()] if may else []
        assert all(found == (topic, b"{}") for found in heard)
        assert gateway.next() == ("hubout/matera/gateway/beacon", b"last")


READS = [
    ("reader-a", "hubout/matera/reader-a/feedback", True),
    ("reader-a", "hubout/matera/gateway/beacon", True),
    ("reader-a", "hubout/matera/reader-b/feedback", False),
    ("view", "hubout/matera/live/occupancy", True),
    ("view", "hubout/matera/reader-a/feedback", False),
]


@pytest.mark.parametrize(("user", "topic", "may"), READS)
def test_each_user_hears_what_is_meant_for_it(broker: int, user: str, topic: str, may: bool) -> None:
    mark = "hubout/matera/live/mark" if user == "view" else "hubout/matera/gateway/beacon"
    with users(broker, user, "gateway") as (peer, gateway):
        peer.subscribe("#")
        assert gateway.publish(topic, "meant") in SUCCESS
        assert gateway.publish(mark, "mark") in SUCCESS
        first = peer.next()
        assert first == ((topic, b"meant") if may else (mark, b"mark"))


def test_a_message_beyond_the_limit_is_refused_and_the_next_is_heard(broker: int) -> None:
    with users(broker, "reader-a", "gateway") as (peer, gateway):
        gateway.subscribe("#")
        peer.client.publish("hubout/matera/reader-a/tap", b"x" * 1_000_000, qos=1)
        with users(broker, "reader-b") as (other,):
            assert other.publish("hubout/matera/reader-b/tap", "after") in SUCCESS
        assert gateway.next() == ("hubout/matera/reader-b/tap", b"after")


def test_the_broker_is_told_not_to_gather_small_messages() -> None:
    """What it costs where this is forgotten is measured by ``hubout bench``, which fails on a slow floor."""
    assert "set_tcp_nodelay true" in (DEPLOY / "mosquitto.conf").read_text().splitlines()
