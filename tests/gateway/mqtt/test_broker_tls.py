"""The gateway's connection through TLS: a burst larger than one read comes whole; a stranger is not spoken to."""

import subprocess
from pathlib import Path

from gateway.mqtt.messages import Wish
from hubout.ports import free_port
from tests.support.driven import Driven, settings
from tests.support.mosquitto import Mosquitto
from tests.support.mqtt import Peer

MESSAGES = 400
PAYLOAD = b"x" * 900


def certified(stem: Path) -> tuple[Path, Path]:
    """A key and the certificate that it signed for itself."""
    key, certificate = stem.with_suffix(".key"), stem.with_suffix(".pem")
    asked = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    named = ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run([*asked, *named], check=True, capture_output=True)
    return key, certificate


def secure(folder: Path) -> tuple[Mosquitto, int, Path]:
    """A broker with a second, TLS listener; that listener's port, and the certificate to know it by."""
    port, (key, certificate) = free_port(), certified(folder / "broker")
    lines = (f"listener {port} 127.0.0.1", f"certfile {certificate}", f"keyfile {key}", "max_queued_messages 10000")
    return Mosquitto(folder, extra=lines), port, certificate


def test_a_burst_through_tls_comes_whole_and_in_order_and_its_answers_arrive(tmp_path: Path) -> None:
    mosquitto, port, certificate = secure(tmp_path)
    with mosquitto:
        driven = Driven(settings(port, ca_file=certificate), [Wish("hubout/matera/+/presence")]).up()
        with Peer(mosquitto.port, "hubout/matera/desk/ack") as peer:
            for number in range(MESSAGES):
                peer.say("hubout/matera/desk/presence", b"%d " % number + PAYLOAD)
            driven.until(lambda: len(driven.taken) == MESSAGES, "the whole burst")
            assert [int(payload.split()[0]) for payload in driven.payloads] == list(range(MESSAGES))
            driven.acknowledge(driven.taken)
            driven.broker.publish("hubout/matera/desk/ack", b"all", 1, retain=False, properties=None)
            driven.until(lambda: bool(peer.heard), "our answer")
        driven.close()


def test_a_broker_of_another_certificate_is_not_spoken_to(tmp_path: Path) -> None:
    mosquitto, port, _ = secure(tmp_path)
    _, another = certified(tmp_path / "another")
    with mosquitto:
        driven = Driven(settings(port, ca_file=another))
        driven.until(lambda: any("certificate" in trouble for trouble in driven.troubles), "distrust")
        driven.close()
