"""Tell what real devices' messages say, by the very drivers that the gateway uses."""

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from typing import BinaryIO

import click

from access.site import StandsFor
from devices.drivers import DRIVERS, guess
from devices.drivers.payload import MAKER_LIMIT_BYTES, too_large
from devices.readings import (
    BatteryReading,
    ContactReading,
    Decoded,
    Ignored,
    LinkReading,
    PeopleReading,
    PresenceReading,
    Reading,
    Rejected,
    TapReading,
)

LONGEST_LINE_BYTES = 4 * 1024 * 1024
KINDS: dict[type[Reading], str] = {
    TapReading: "tap",
    PresenceReading: "presence",
    ContactReading: "contact",
    PeopleReading: "people",
    LinkReading: "link",
    BatteryReading: "battery",
}
ROLES = ", ".join(role.value for role in StandsFor)

TOO_LONG = Rejected(f"the line is longer than {LONGEST_LINE_BYTES} bytes")
NOT_JSON = Rejected("the line is not JSON: one object a line is expected, with topic, payload and stands_for")
NO_TOPIC = Rejected("topic is missing, or is not text")
NO_PAYLOAD = Rejected("payload is missing: write the message as sent, as text")
NO_ROLE = Rejected(f"stands_for is none of {ROLES}")
NO_DRIVER = Ignored("no driver is known to read this topic and content; --driver names one")


def decode_line(line: bytes, driver: str | None) -> Decoded:
    """What one input line decodes to; ``driver`` None guesses. Never raises, whatever the line."""
    try:
        message = json.loads(line)
        payload = _bytes_of(message)
    except (ValueError, RecursionError):
        return NOT_JSON
    if not isinstance(message, dict):
        return NOT_JSON
    topic, role = message.get("topic"), message.get("stands_for")
    if not isinstance(topic, str):
        return NO_TOPIC
    if payload is None:
        return NO_PAYLOAD
    if role is not None and role not in list(StandsFor):
        return NO_ROLE
    return _decoded(driver, topic, payload, None if role is None else StandsFor(role))


def _decoded(driver: str | None, topic: str, payload: bytes, stands_for: StandsFor | None) -> Decoded:
    name = driver or guess(topic, payload)
    if name is None:
        return NO_DRIVER if len(payload) <= MAKER_LIMIT_BYTES else too_large(MAKER_LIMIT_BYTES)
    return DRIVERS[name].decode(topic, payload, stands_for)


def _bytes_of(message: object) -> bytes | None:
    """The payload as sent; an object in its place is what its JSON says."""
    payload = message.get("payload") if isinstance(message, dict) else None
    if payload is None:
        return None
    text = payload if isinstance(payload, str) else json.dumps(payload)
    return text.encode("utf-8", "surrogatepass")


def as_json(decoded: Decoded) -> str:
    """One line of output."""
    return json.dumps(_plain(decoded))


def _plain(decoded: Decoded) -> dict[str, object]:
    if isinstance(decoded, Rejected):
        return {"rejected": decoded.why}
    if isinstance(decoded, Ignored):
        return {"ignored": decoded.why}
    return {"readings": [_reading(one) for one in decoded]}


def _reading(reading: Reading) -> dict[str, object]:
    if isinstance(reading, TapReading):
        return {"kind": "tap", "uid": reading.uid}
    return {"kind": KINDS[type(reading)], **asdict(reading)}


def _lines(source: BinaryIO) -> Iterator[bytes | Rejected]:
    """The input's lines; one that is too long is passed over, and a rejection stands in its place."""
    while line := source.readline(LONGEST_LINE_BYTES):
        if line.endswith(b"\n") or len(line) < LONGEST_LINE_BYTES:
            yield line
            continue
        while (rest := source.readline(LONGEST_LINE_BYTES)) and not rest.endswith(b"\n"):
            pass
        yield TOO_LONG


@click.command("decode", epilog="Example: mosquitto_sub -t 'tele/#' -F '%j' | hubout decode --driver tasmota")
@click.option("--driver", metavar="NAME", help=f"The maker's driver: {', '.join(DRIVERS)}. Without it, a guess.")
def command(driver: str | None) -> None:
    """Read messages of devices, tell what they say.

    Each input line is a JSON object: topic, payload (as sent) and stands_for (reader, desk-sensor, contact or
    people-counter). Each gives one line of output: its readings, or why it was ignored or rejected.
    """
    if driver is not None and driver not in DRIVERS:
        raise click.BadParameter(f"there is no driver {driver[:40]!r}; write one of {', '.join(DRIVERS)}")
    for line in _lines(sys.stdin.buffer):
        decoded = line if isinstance(line, Rejected) else decode_line(line, driver)
        click.echo(as_json(decoded))
