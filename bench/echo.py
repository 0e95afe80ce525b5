"""The floor of a tap: a bare paho client that commits each message and sends it back. ``python -m bench.echo``.

Nothing less than this can answer durably over this broker: one QoS 1 message in, one row in SQLite (WAL,
synchronous=FULL), one QoS 1 message out. Its commit is on the disk that the gateway's log is on.
"""

import gc
import sqlite3
import sys
from pathlib import Path

import paho.mqtt.client as paho

from bench.client import new_client, open_client

ASKED, ANSWERED = "floor/+/tap", "floor/{}/feedback"


def open_log(path: Path) -> sqlite3.Connection:
    """A fresh database, every commit of which reaches the disk before it returns."""
    log = sqlite3.connect(path, isolation_level=None)
    log.execute("PRAGMA journal_mode=WAL")
    log.execute("PRAGMA synchronous=FULL")
    log.execute("PRAGMA wal_autocheckpoint=0")
    log.execute("CREATE TABLE message (id INTEGER PRIMARY KEY, payload BLOB)")
    return log


def main(port: int, path: Path) -> None:
    """Echo until ended."""
    log = open_log(path)

    def echo(client: paho.Client, _data: object, message: paho.MQTTMessage) -> None:
        log.execute("INSERT INTO message (payload) VALUES (?)", (message.payload,))
        client.publish(ANSWERED.format(message.topic.split("/")[1]), message.payload, 1)

    client = new_client("floor-echo")
    client.on_connect = lambda connected, *_: connected.subscribe(ASKED, 1)
    client.on_message = echo
    open_client(client, port)
    gc.collect()
    gc.freeze()
    client.loop_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
