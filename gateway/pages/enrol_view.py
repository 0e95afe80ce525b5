"""What the site's pages of enrolment show: readers, badges that the site knows, and how a call stands. Pure, but for
what it reads of the link's database.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select

from access.call import may_be_called
from access.clock import MINUTE_MS, SECOND_MS
from access.codec import BadBody, record_from_json
from access.records import Badge
from access.site import Site
from gateway.database import connect_reading, speaking_of
from gateway.link.tables import RecordRow
from gateway.log.tables import table_of

LIVE = frozenset({"waiting", "read"})
"""What changes without anybody's doing at this page."""
SILENT_AFTER_MS = 8 * SECOND_MS
CONFIRM_WITHIN_MS = 10 * MINUTE_MS
"""As the registry has it (``registry.people.calls``)."""


@dataclass(frozen=True, slots=True)
class Reader:
    """A reader of an entrance here; ``value`` is what a form sends."""

    reader: str
    door: str
    site_name: str

    @property
    def value(self) -> str:
        """Its id."""
        return self.reader


def readers(site: Site) -> list[Reader]:
    """The readers that may be called on, each with its door's name."""
    return [
        Reader(one.id, site.doors[one.ref].name, site.name)
        for one in site.devices.values()
        if may_be_called(site, one.id)
    ]


def badges_of(path: Path, person: str) -> list[Badge]:
    """A person's badges as the site knows them, those in force first. Raises StoreBroken."""
    found = [one for one in _badges(path) if one.person == person]
    return sorted(found, key=lambda one: (one.revoked, one.id))


def badge_of(path: Path, ident: str) -> Badge | None:
    """One badge as the site knows it. Raises StoreBroken."""
    return next(_badges(path, ident), None)


def _badges(path: Path, ident: str | None = None) -> Iterator[Badge]:
    table = table_of(RecordRow)
    asked = select(table.c.id, table.c.record).where(table.c.kind == "badge")
    if ident is not None:
        asked = asked.where(table.c.id == ident)
    with speaking_of(path):
        connection = connect_reading(path)
        try:
            rows = connection.execute(asked).all()
        finally:
            connection.close()
    for known, record in rows:
        try:
            made = record_from_json("badge", json.dumps({"id": known, **json.loads(record)}))
        except (BadBody, ValueError):
            continue
        if isinstance(made, Badge):
            yield made


@dataclass(frozen=True, slots=True)
class Call:
    """A call as the registry tells it: what a page needs of it."""

    id: str
    reader: str
    purpose: str
    person: str
    badge: str | None
    made: str | None


@dataclass(frozen=True, slots=True)
class Telling:
    """How a call stands: ``headline`` is the key of its sentence, filled with ``places``."""

    row: Call
    state: str
    headline: str
    places: Mapping[str, str]
    left_s: int
    silent: bool
    opens: list[dict[str, Any]]

    @property
    def is_live(self) -> bool:
        """Whether it may change by itself."""
        return self.state in LIVE


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose badge a card is already, as the site knows it: "" nobody's."""

    name: str = ""
    person: str = ""
    revoked: bool = False


def told(said: Mapping[str, Any], now_ms: int, site: Site, person: str, holder: Holder) -> Telling:
    """How a call stands when the registry's clock says ``now_ms``; ``person`` is the name of whom it is for."""
    named = (said["id"], said["reader"], said["purpose"], said["person"], said["badge"], said["made"])
    row, state = Call(*named), str(said["state"])
    ends_ms = said["until_ms"] if state == "waiting" else (said["read_ms"] or now_ms) + CONFIRM_WITHIN_MS
    left_s = max(0, -(-(ends_ms - now_ms) // SECOND_MS))
    silent = state == "waiting" and said["heard_ms"] is None and now_ms - said["asked_ms"] > SILENT_AFTER_MS
    door = next((one.door for one in readers(site) if one.reader == row.reader), row.reader)
    places = {"person": person, "reader": row.reader, "door": door, "holder": holder.name}
    headline = _in_use(said, row, holder) if state == "in-use" else _headline(said, row, state, now_ms)
    return Telling(row, state, headline, places, left_s, silent, _named(said["opens"], site))


def _headline(said: Mapping[str, Any], row: Call, state: str, now_ms: int) -> str:
    if state != "waiting":
        return f"{state}_{row.purpose}" if state in {"read", "done"} else state
    if now_ms >= said["until_ms"]:
        return "late"
    return "asked" if said["heard_ms"] is None else "waiting"


def _in_use(said: Mapping[str, Any], row: Call, holder: Holder) -> str:
    if said["holder"] == row.badge:
        return "in-use_same"
    if not holder.name:
        return "in-use_elsewhere"
    whose = "in-use_own" if holder.person == row.person else "in-use_other"
    return f"{whose}_revoked" if holder.revoked else whose


def _named(opens: list[dict[str, Any]], site: Site) -> list[dict[str, Any]]:
    names = {ident: door.name for ident, door in site.doors.items()}
    return [{**one, "door": names.get(one["door"], one["door"])} for one in opens]


def minutes_left(left_s: int) -> int:
    """Whole minutes, of which the last one has begun."""
    return -(-left_s * SECOND_MS // MINUTE_MS)
