"""A question to a replica file, and its answer: the very function that the door uses, on one line of JSON each way.

    {"at": "2026-06-01T09:00", "door": "front", "credential": "04A1B2C3D4E580"}  ->  {"granted": true, …}

``at`` is a time with an offset, a local time of the site, or Unix milliseconds. Where local clocks skip a time or show
it twice, it is read as calendars do (RFC 5545): the first of two, and a skipped one on the clock as it was before; the
answer then says which (``taken``).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError, with_config

from access.case import Age, Case, Conditions, Request
from access.clock import Now
from access.credential import BadUid, keyed_hash, pin_hash
from access.gathering import gather
from access.hours import local, unix_ms
from access.judge import Verdict, decide
from access.records import CREDENTIAL_BYTES, LATEST_MS
from access.remedies import iso, remedy
from devices.replica_file import ReplicaFile
from devices.replica_file_model import JudgedDoor

LAST_MOMENT_MS = unix_ms(datetime(9998, 12, 31, tzinfo=UTC))
DOORS_NAMED = 8
MOST = LATEST_MS
Count = Annotated[int, Field(ge=0, le=MOST)]
PIN_DIGITS = 12


class BadRequest(ValueError):
    """The line is no request; the message says what is wrong and what to write, without its values."""


@with_config(ConfigDict(strict=True, extra="forbid"))
@dataclass(frozen=True, slots=True)
class Asked:
    """One line as it is written."""

    at: str | int
    door: str
    credential: str
    pin: str = ""
    age: Age = Age.FRESH
    repeated: bool = False
    lockdown: bool = False
    fire: bool = False
    evacuation: bool = False
    free_passage: bool = False
    headcount: Count = 0
    inside: bool = False
    staff_present: bool = True
    staff_came: bool = True
    pin_blocked_until_ms: Count | None = None
    released: frozenset[str] = frozenset()
    replica_age_ms: Count = 0
    clock_unsure_ms: Count = 0
    denied: frozenset[str] = frozenset()

    @property
    def conditions(self) -> Conditions:
        """What holds at the site."""
        return Conditions(**{one.name: getattr(self, one.name) for one in fields(Conditions)})


_adapter = TypeAdapter(Asked)
NO_OBJECT = "the line is not a JSON object; write one with at, door and credential"
UNKNOWN = f"a member is not known here; a request has {', '.join(one.name for one in fields(Asked))}"
_BOOLEANS = tuple(one.name for one in fields(Asked) if isinstance(one.default, bool))
_NUMBERS = ("headcount", "pin_blocked_until_ms", "replica_age_ms", "clock_unsure_ms")
AT = "at is no time; write 2026-06-01T09:00 (local), 2026-06-01T09:00+02:00, or Unix milliseconds as an integer"
OUTSIDE = "at lies outside the years 1970 to 9998; write a time within them"
WRONG: Mapping[str, str] = {
    "at": AT,
    "door": "door is not text; write the id of a door",
    "credential": "credential is not text; write hex digits",
    "age": f"age is none of {', '.join(Age)}",
    "pin": "pin is not text; write digits",
    "released": "released is no list of bookings; write their ids",
    "denied": "denied is no list of records; write each as badge/ID, person/ID, booking/ID or pass/ID",
    **{name: f"{name} is neither true nor false" for name in _BOOLEANS},
    **{name: f"{name} is no whole number from 0 to {MOST}" for name in _NUMBERS},
}


@dataclass(frozen=True, slots=True)
class Desk:
    """Where questions are answered: a replica file, and the site's key where credentials are asked as UIDs."""

    file: ReplicaFile
    key: bytes | None = None

    def answer(self, line: bytes) -> dict[str, Any]:
        """The verdict on one line, as it is printed. Raises BadRequest."""
        asked = read(line)
        wall_ms, taken = moment(asked.at, self.file.zone)
        request = self._request(asked)
        file = self.file
        case = gather(file.replica, file.policy, file.zone, request, Now(wall_ms, 0, 0))
        said = answered(decide(case), case, file.zone)
        return said | {"taken": taken} if taken else said

    def _request(self, asked: Asked) -> Request:
        door, credential = self._door(asked.door), self._credential(asked.credential)
        return Request(
            door=door.id,
            zone=door.zone,
            onward=door.onward,
            credential=credential,
            age=asked.age,
            repeated=asked.repeated,
            accepts_unproved=door.accepts_unproved,
            conditions=asked.conditions,
            terms=door.terms,
            pin=self._pin(asked.pin, credential),
        )

    def _door(self, ident: str) -> JudgedDoor:
        door = self.file.doors.get(ident)
        if door is None:
            known = ", ".join([*self.file.doors][:DOORS_NAMED]) or "none"
            raise BadRequest(f"the replica has no such door; it has: {known}")
        return door

    def _credential(self, text: str) -> bytes:
        if self.key is not None:
            try:
                return keyed_hash(self.key, text)
            except BadUid as error:
                raise BadRequest(f"credential is no UID: {error}") from None
        return _hash(text, "credential", "UIDs")

    def _pin(self, text: str, credential: bytes) -> bytes:
        """What was typed, hashed; b"" where nothing was."""
        if self.key is None or not text:
            return _hash(text, "pin", "digits") if text else b""
        if not (text.isascii() and text.isdigit() and len(text) <= PIN_DIGITS):
            raise BadRequest(f"pin is not 1 to {PIN_DIGITS} digits; write what was typed")
        return pin_hash(self.key, credential, text)


def _hash(text: str, member: str, plain: str) -> bytes:
    try:
        raw = bytes.fromhex(text)
    except ValueError:
        raw = b""
    if len(raw) != CREDENTIAL_BYTES or len(text) != 2 * CREDENTIAL_BYTES:
        raise BadRequest(f"{member} is not {2 * CREDENTIAL_BYTES} hex digits; to ask with {plain}, give --key FILE")
    return raw


def read(line: bytes) -> Asked:
    """The request in a line. Raises BadRequest."""
    try:
        return _adapter.validate_json(line)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
    name = str(first["loc"][0]) if first["loc"] else ""
    if first["type"] == "unexpected_keyword_argument":
        raise BadRequest(UNKNOWN)
    raise BadRequest(f"{name} is missing" if first["type"] == "missing" else WRONG.get(name, NO_OBJECT))


def moment(at: str | int, zone: ZoneInfo) -> tuple[int, str]:
    """The moment (Unix ms) that a request means, and which was taken where local clocks have two or none. Raises
    BadRequest.
    """
    at_ms, taken = (at, "") if isinstance(at, int) else _told(at, zone)
    if not 0 <= at_ms <= LAST_MOMENT_MS:
        raise BadRequest(OUTSIDE)
    return at_ms, taken


def _told(text: str, zone: ZoneInfo) -> tuple[int, str]:
    try:
        told = datetime.fromisoformat(text)
        if "T" not in text and " " not in text:
            raise BadRequest(AT)
        if told.tzinfo is not None:
            return unix_ms(told), ""
        first, second = (told.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
        at_ms = unix_ms(first)
    except (ValueError, OverflowError):
        raise BadRequest(AT) from None
    if first.utcoffset() == second.utcoffset():
        return at_ms, ""
    here = local(at_ms, zone)
    comes = "comes twice" if here.replace(tzinfo=None) == told else "does not come"
    return at_ms, f"{told:%H:%M} {comes} that night; {here.isoformat()} was taken"


def answered(verdict: Verdict, case: Case, zone: ZoneInfo) -> dict[str, Any]:
    """A verdict as it is printed; who it was about as the log names them: nobody, where the person is not known."""
    known = case.person is not None and case.badge is not None
    said: dict[str, Any] = {
        "granted": verdict.granted,
        "reason": str(verdict.reason),
        "rule": verdict.rule,
        "until": None if verdict.until_ms is None else iso(verdict.until_ms, zone),
        "until_ms": verdict.until_ms,
        "booking": verdict.booking,
        "person": case.person.id if known and case.person else None,
        "badge": case.badge.id if known and case.badge else None,
        "warned": [str(warned) for warned in verdict.warned],
    }
    advice = remedy(verdict, case, zone)
    return said if advice is None else said | {"remedy": advice}


def printed(answer: Mapping[str, Any]) -> str:
    """An answer as a line."""
    return json.dumps(answer)
