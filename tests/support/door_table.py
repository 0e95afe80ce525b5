"""The tables of door cases in tests/access/doors: a site and its people in plain text, and what its doors say.

Columns stand two or more spaces apart; times are local (Europe/Rome), and ' after a time means the second of two on the
night the clocks go back. ``who`` is a badge; ``until`` the moment that the verdict names; ``told`` what staff are told.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path

from access.credential import keyed_hash, pin_hash
from access.reasons import Reason, Warned
from access.records import (
    Badge,
    Booking,
    BookingKind,
    Closure,
    Membership,
    Opening,
    Pass,
    PassKind,
    Person,
    Record,
)
from access.replica import Replica
from access.site import Door, Passback, Proof, Site, WhenFull, Zone
from access.state import onward_of
from tests.support.core_site import replica_of, rome

FOLDER = Path(__file__).parents[1] / "access" / "doors"
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
KEY = bytes(range(32))
COLUMNS = range(7, 9)


def uid(badge: str) -> str:
    """The card of a badge."""
    return "04" + sha256(badge.encode()).hexdigest()[:12].upper()


def credential(badge: str) -> bytes:
    """Its keyed hash."""
    return keyed_hash(KEY, uid(badge))


@dataclass(frozen=True)
class Row:
    """One line of a table."""

    who: str
    door: str
    when: str
    holds: tuple[str, ...]
    verdict: str
    reason: Reason
    until: str
    told: tuple[str, ...] = ()

    @property
    def at_ms(self) -> int:
        """When."""
        return rome(self.when)

    @property
    def until_ms(self) -> int | None:
        """Until when, as the judge says it."""
        return None if self.until == "-" else rome(self.until)

    @property
    def warned(self) -> tuple[Warned, ...]:
        """What staff are told, as the judge says it."""
        return tuple(Warned(word.replace(" ", "-")) for word in self.told)

    def __str__(self) -> str:
        """What pytest calls it."""
        return f"{self.who} at {self.door} {self.when} {', '.join(self.holds)}: {self.reason}"


@dataclass(frozen=True)
class Table:
    """One file: a site, its records and the rows."""

    name: str
    site: Site
    records: tuple[Record, ...]
    rows: tuple[Row, ...]

    @cached_property
    def replica(self) -> Replica:
        """What the site holds."""
        return replica_of(*self.records)

    @cached_property
    def onward(self) -> dict[str, frozenset[str]]:
        """What each door leads to."""
        return onward_of(self.site)


def read(path: Path) -> Table:
    """The table in a file."""
    lines = [re.split(r" {2,}", line.strip()) for line in path.read_text(encoding="utf-8").splitlines()]
    begin = next(index for index, words in enumerate(lines) if words[0] == "who") + 1
    setting = [(kind, words) for kind, *words in lines[:begin]]
    zones = {one.id: one for kind, words in setting if kind == "ZONE" for one in [_zone(words)]}
    doors = {one.id: one for kind, words in setting if kind == "DOOR" for one in [_door(words)]}
    missing = {door.zone for door in doors.values()} - zones.keys()
    site = Site("table", path.stem, "Europe/Rome", zones | {zone: Zone(zone, zone) for zone in sorted(missing)}, doors)
    records = tuple(record for kind, words in setting for record in _records(kind, words))
    return Table(path.stem, site, records, tuple(_rows(lines[begin:])))


def _rows(lines: Iterable[list[str]]) -> Iterator[Row]:
    for words in lines:
        if len(words) in COLUMNS and not words[0].startswith("#"):
            who, door, when, holds, verdict, reason, until, *told = words
            yield Row(who, door, when, _listed(holds), verdict, Reason(reason), until, _listed(*told))


def _listed(text: str = "-") -> tuple[str, ...]:
    return () if text == "-" else tuple(text.split(", "))


# -- settings and records


def _option(words: list[str], name: str) -> str | None:
    """What stands after a name, "" where it stands alone, None where it does not stand."""
    found = (word.removeprefix(name).strip() for word in words if word == name or word.startswith(f"{name} "))
    return next(found, None)


def _set(text: str | None) -> frozenset[str]:
    return frozenset((text or "").split()) - {"-"}


def _moment(words: list[str], name: str) -> int | None:
    text = _option(words, name)
    return None if text is None else rome(text)


def _zone(words: list[str]) -> Zone:
    capacity, passback = _option(words, "capacity"), _option(words, "passback")
    when_full = WhenFull.REFUSE if "refuses when full" in words else WhenFull.WARN
    return Zone(words[0], words[0], None if capacity is None else int(capacity), when_full, Passback(passback or "off"))


def _door(words: list[str]) -> Door:
    proof = Proof.UNPROVED if "takes unproved" in words else Proof.PROVED
    asks_pin, first_in = "asks PIN" in words, "staff first" in words
    return Door(words[0], words[0], words[1], _option(words, "from"), proof=proof, asks_pin=asks_pin, first_in=first_in)


def _records(kind: str, words: list[str]) -> list[Record]:
    match kind:
        case "OPEN":
            return list(_openings(words[0], _option(words, "audience") or ""))
        case "CLOSED":
            audience = _option(words, "audience") or ""
            return [Closure(words[0] + audience, rome(words[0]), rome(words[1]), "closed", audience)]
        case "PERSON":
            return [_person(words)]
        case "BADGE":
            return [_badge(words)]
        case "BOOKING":
            return [_booking(words)]
        case "PASS":
            return [_pass(words)]
    return []


def _openings(text: str, audience: str) -> Iterator[Opening]:
    for part in text.split(", "):
        days, hours = part.rsplit(" ", 1)
        first, last = (days.split(" to ") * 2)[:2]
        begins, ends = _minutes(hours)
        for day in range(DAYS.index(first), DAYS.index(last) + 1):
            yield Opening(f"{audience}{day}-{begins}", day, begins, ends, audience)


def _minutes(hours: str) -> tuple[int, int]:
    begins, ends = (int(clock[:2]) * 60 + int(clock[3:]) for clock in hours.split("-"))
    return begins, ends


def _person(words: list[str]) -> Person:
    begins, _, ends = (_option(words, "guardian") or "").partition(" to ")
    return Person(
        words[0],
        words[0].title(),
        _set(_option(words, "zones")),
        _set(_option(words, "standing")),
        _moment(words, "from") or 0,
        _moment(words, "until"),
        suspended="suspended" in words,
        minor="minor" in words,
        staff="staff" in words,
        transfer="transfer" in words,
        audiences=_set(_option(words, "audience")),
        groups=tuple(_member(word) for word in words if word.startswith("member ")),
        guardian_from_ms=rome(begins) if begins else None,
        guardian_until_ms=rome(ends) if ends else None,
        guardian_zones=_set(_option(words, "guarded in")),
        training_due_ms=_moment(words, "training due"),
    )


def _member(text: str) -> Membership:
    """``member team-a from 2026-06-01 00:00 until 2026-06-02 00:00``."""
    found = re.fullmatch(r"member (\S+)(?: from (\S+ \S+))?(?: until (\S+ \S+))?", text)
    assert found, text
    group, begins, ends = found.groups()
    return Membership(group, rome(begins) if begins else 0, rome(ends) if ends else None)


def _badge(words: list[str]) -> Badge:
    pin, card = _option(words, "pin"), credential(words[0])
    return Badge(
        words[0],
        words[1],
        (card,),
        _moment(words, "from") or 0,
        _moment(words, "until"),
        revoked="revoked" in words,
        pins=() if pin is None else (pin_hash(KEY, card, pin),),
        emergency="emergency" in words,
    )


def _booking(words: list[str]) -> Booking:
    ident, who, zone, start, end, *more = words
    kind = BookingKind.SESSION if "session" in more else BookingKind.DESK
    group = who.removeprefix("group ") if who.startswith("group ") else ""
    person, waiting, release_ms = "" if group else who, "from the waiting list" in more, _moment(more, "no-show at")
    return Booking(ident, person, zone, "desk", rome(start), rome(end), kind, group, release_ms, waiting)


def _pass(words: list[str]) -> Pass:
    ident, who, kind, zones, start, end, *more = words
    weekdays = frozenset(map(DAYS.index, (_option(more, "on") or "").split()))
    hours = _minutes(_option(more, "at") or "00:00-24:00")
    return Pass(ident, who, _set(zones), rome(start), rome(end), PassKind(kind), weekdays, *hours)


TABLES = tuple(read(path) for path in sorted(FOLDER.glob("*.txt")))
ROWS = [(table, row) for table in TABLES for row in table.rows]
