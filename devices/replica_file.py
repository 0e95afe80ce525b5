"""A replica as one JSON file: all that a site's doors judge by, for questions asked away from the site.

    {"v": 2, "site": "matera", "timezone": "Europe/Rome", "generation": "…", "version": 12,
     "doors": [{"id": "front", "zone": "hall", "onward": ["hall", "lab"], "accepts_unproved": false, "asks_pin": false,
                "first_in": false, "capacity": 40, "when_full": "warn", "passback": "off"}],
     "policy": {"grace_before_ms": 900000, "minor_until_minute": 1260, …},
     "records": [{"kind": "badge", "record": {"id": "b1", "person": "p1", "credentials": ["<64 hex digits>"]}}, …]}

``onward`` are the zones reached through the door, its own among them whether written or not. Records are as the
registry's feed carries them (``access.codec.record_to_json``). A file of version 1 has less of doors, policy and
records; what it does not say is as by default. Its JSON Schema is ``devices.replica_file_model``'s.
"""

import gc
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from zoneinfo import ZoneInfo

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from access.case import terms_of
from access.codec import record_kind, record_to_json
from access.records import RECORD_KINDS, Badge, Closure, Person, Record, mistake_in
from access.replica import Put, Replica, apply
from access.site import Door, Policy, Proof, Site, Zone
from access.staff import Staff
from access.state import onward_of
from devices.replica_file_model import ADAPTER, JudgedDoor, policy_told
from devices.sitefile_mistake import SHOWN_CHARACTERS

MOST_BYTES = 256 * 1024 * 1024
MISTAKES_NAMED = 20
KINDS = ", ".join(kind for kind, record in RECORD_KINDS.items() if record is not Staff)
VERSION = 2


class BadReplicaFile(ValueError):
    """The text is no replica file. ``mistakes`` names each in one sentence, at most MISTAKES_NAMED of them."""

    def __init__(self, mistakes: Iterable[str]) -> None:
        found = list(mistakes)
        more = len(found) - MISTAKES_NAMED
        self.mistakes = found[:MISTAKES_NAMED] + ([f"and {more} more"] if more > 0 else [])
        super().__init__(" | ".join(self.mistakes))


@dataclass(frozen=True, slots=True)
class ReplicaFile:
    """What a replica file holds, ready to judge by. ``doors`` is by id; each one's ``onward`` has its own zone."""

    site: str
    zone: ZoneInfo
    doors: Mapping[str, JudgedDoor]
    policy: Policy
    replica: Replica


def read_replica_file(raw: bytes) -> ReplicaFile:
    """The replica in a file's bytes. Raises BadReplicaFile with every mistake, and no value of the file in it."""
    if len(raw) > MOST_BYTES:
        raise BadReplicaFile([f"it is larger than {MOST_BYTES >> 20} MiB"])
    with _uncollected():
        try:
            file = ADAPTER.validate_json(raw)
        except ValidationError as error:
            raise BadReplicaFile(map(_sentence, error.errors(include_input=False, include_url=False))) from None
        records = [_from_hex(row.record) for row in file.records]
        if wrong := [*_mistakes(file.doors, records)]:
            raise BadReplicaFile(wrong)
        replica = apply(Replica(), file.generation, file.version, map(Put, records))
    doors = {door.id: replace(door, onward=door.onward | {door.zone}) for door in file.doors}
    return ReplicaFile(file.site, ZoneInfo(file.timezone), doors, file.policy.policy, replica)


def written(site: Site, generation: str, version: int, records: Iterable[Record]) -> Iterator[str]:
    """The replica file of a site at a version, piece by piece: a record a line. Of staff's accounts it holds nothing:
    no door judges by them, and a hash of a password is no matter of a file that is handed around.
    """
    onward = onward_of(site)
    head = {
        "v": VERSION,
        "site": site.id,
        "timezone": site.timezone,
        "generation": generation,
        "version": version,
        "doors": [_door(door, site.zones[door.zone], onward[door.id]) for door in site.doors.values()],
        "policy": policy_told(site.policy),
    }
    yield _text(head)[:-1] + ',"records":['
    for number, record in enumerate(record for record in records if not isinstance(record, Staff)):
        row = {"kind": record_kind(record), "record": record_to_json(record)}
        yield (",\n" if number else "\n") + _text(row)
    yield "\n]}\n"


def nameless(record: Record) -> Record:
    """The record without a person's name, or a closure's reason (staff's own words): no verdict needs them."""
    if isinstance(record, Person):
        return replace(record, name="")
    return replace(record, why="") if isinstance(record, Closure) else record


def _door(door: Door, zone: Zone, onward: frozenset[str]) -> dict[str, object]:
    unproved = door.proof is Proof.UNPROVED
    terms = asdict(terms_of(door, zone))
    return {"id": door.id, "zone": door.zone, "onward": sorted(onward), "accepts_unproved": unproved, **terms}


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _from_hex(record: Record) -> Record:
    """A badge whose credentials and PINs are bytes: pydantic has read their hex as text. What is no hex becomes what is
    no 32 bytes.
    """
    if not isinstance(record, Badge):
        return record
    try:
        return replace(record, credentials=_raw(record.credentials), pins=_raw(record.pins))
    except ValueError:
        return replace(record, credentials=(b"",))


def _raw(hashes: Iterable[bytes]) -> tuple[bytes, ...]:
    return tuple(bytes.fromhex(text.decode()) for text in hashes)


def _mistakes(doors: Iterable[JudgedDoor], records: Iterable[Record]) -> Iterator[str]:
    """What the types let pass and no door could judge by."""
    seen = set[tuple[str, str]]()
    for number, door in enumerate(doors):
        if (key := ("", door.id)) in seen:
            yield f"doors[{number}]: a door of that id is there already; leave one"
        seen.add(key)
    for number, record in enumerate(records):
        if wrong := mistake_in(record):
            yield f"records[{number}]: {wrong}"
        if (key := (record_kind(record), record.id)) in seen:
            yield f"records[{number}]: a {key[0]} of that id is there already; leave one"
        seen.add(key)


def _sentence(error: ErrorDetails) -> str:
    where = _place(error["loc"])
    match error["type"]:
        case "json_invalid":
            return f"it is not JSON ({error['ctx']['error']})"
        case "string_pattern_mismatch":
            return f"{where} is no id; write small letters, digits and -, at most 32"
        case "missing":
            return f"{where} is missing"
        case "unexpected_keyword_argument":
            return f"{where} is not known here; take it out"
        case "union_tag_not_found":
            return f"{where}.kind is missing; write one of {KINDS}"
        case "union_tag_invalid":
            return f"{where}.kind is none of {KINDS}"
    said = error["msg"].removeprefix("Value error, ")
    return f"{where}: {said[0].lower()}{said[1:]}"


def _place(loc: tuple[int | str, ...]) -> str:
    """``records[3].record.start_ms``; pydantic's own mark of which kind of row it took is left out."""
    steps = [step for number, step in enumerate(loc) if not (number == 2 and loc[0] == "records")]
    path = "".join(f"[{step}]" if isinstance(step, int) else f".{_shown(step)}" for step in steps)
    return path.removeprefix(".") or "the whole"


def _shown(member: str) -> str:
    """A member's name, which may be anything where it is not known here."""
    return "".join(letter if letter.isprintable() else "?" for letter in member[:SHOWN_CHARACTERS])


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without the garbage collector, which would walk a hundred thousand new records again and again."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
