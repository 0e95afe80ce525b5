"""Topics of wire version 1: ``hubout/<site>/<device>/<leaf>``, a device speaking on its own subtree alone.

Which leaves are retained, and with which QoS, is fixed by the leaf.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from access.site import ID_PATTERN

ROOT = "hubout"
GATEWAY = "gateway"
SAID_LEAVES = frozenset({"status", "tap", "presence", "count", "contact", "exit-request", "heartbeat"})
TOLD_LEAVES = frozenset({"feedback", "command", "ack"})
QOS_0_LEAVES = frozenset({"heartbeat", "beacon"})
RETAINED_LEAVES = frozenset({"status"})
EXPIRY_S = {"feedback": 5, "command": 5}
LONGEST_TOPIC = 128
_ID = re.compile(ID_PATTERN.removesuffix("$") + r"\Z")


class BadTopic(ValueError):
    """The topic is none of wire version 1; the message says what one looks like."""


@dataclass(frozen=True, slots=True)
class Topic:
    """Where a message travels; ``device`` is ``gateway`` for the beacon."""

    site: str
    device: str
    leaf: str

    def __str__(self) -> str:
        """As MQTT writes it."""
        return f"{ROOT}/{self.site}/{self.device}/{self.leaf}"


def topic(site: str, device: str, leaf: str) -> str:
    """The topic of one leaf of one device."""
    return f"{ROOT}/{site}/{device}/{leaf}"


def beacon_topic(site: str) -> str:
    """Where the site's gateway publishes its beacons."""
    return topic(site, GATEWAY, "beacon")


def said_filter(site: str, leaf: str) -> str:
    """The subscription that hears this leaf of every device of the site."""
    return topic(site, "+", leaf)


@lru_cache(maxsize=4096)
def parse_topic(text: str) -> Topic:
    """The parts of a topic. Raises BadTopic for anything but a known leaf under well-formed ids."""
    parts = text[: LONGEST_TOPIC + 1].split("/")
    if len(parts) != 4 or parts[0] != ROOT:
        raise BadTopic(f"a topic is {ROOT}/<site>/<device>/<leaf>")
    _, site, device, leaf = parts
    if _ID.match(site) is None or _ID.match(device) is None:
        raise BadTopic("site and device ids have 1 to 32 of a-z, 0-9 and -")
    known = {"beacon"} if device == GATEWAY else SAID_LEAVES | TOLD_LEAVES
    if leaf not in known:
        raise BadTopic("the topic's last part is none of wire version 1")
    return Topic(site, device, leaf)
