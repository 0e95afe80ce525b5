"""The demo's broker: embedded, from a dependency, on loopback; a real site runs Mosquitto."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from iotcore import Broker

from hubout.ports import free_port

CONFIG = """\
id = 0

[router]
id = 0
max_connections = 500
max_outgoing_packet_count = 200
max_segment_size = 10485760
max_segment_count = 10

[v5.1]
name = "v5"
listen = "127.0.0.1:{port}"
next_connection_delay_ms = 1

[v5.1.connections]
connection_timeout_ms = 10000
max_payload_size = 65536
max_inflight_count = 200
"""


@contextmanager
def embedded_broker(folder: Path) -> Iterator[int]:
    """A running MQTT v5 broker; gives its port."""
    port = free_port()
    config = folder / "broker.toml"
    config.write_text(CONFIG.format(port=port), encoding="utf-8")
    broker = Broker(config_path=str(config))
    # A mask is inherited: Ctrl-C at the terminal must not end the broker before those who speak through it.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        broker.start()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    try:
        yield port
    finally:
        broker.stop()
