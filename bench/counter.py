"""The floor of sustained messages: a bare paho client whose callback only counts. ``python -m bench.counter``.

The count lies in a file of eight bytes that the publisher maps too, so that nothing but MQTT costs the client time.
"""

import gc
import mmap
import sys
from pathlib import Path

import paho.mqtt.client as paho

from bench.client import new_client, open_client

COUNTED = "floor/+/presence"
SIZE = 8


def shared_count(path: Path) -> "memoryview[int]":
    """The count in a file, made at nought where there is none: one number, at index 0."""
    with path.open("a+b") as file:
        file.truncate(SIZE)
        return memoryview(mmap.mmap(file.fileno(), SIZE)).cast("Q")


def main(port: int, path: Path) -> None:
    """Count until ended."""
    count = shared_count(path)

    def counted(_client: paho.Client, _data: object, _message: paho.MQTTMessage) -> None:
        count[0] += 1

    client = new_client("floor-counter")
    client.on_connect = lambda connected, *_: connected.subscribe(COUNTED, 1)
    client.on_message = counted
    open_client(client, port)
    gc.collect()
    gc.freeze()
    client.loop_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
