"""A gateway as it collects the replica's feed, and what the registry's own tables say that it must then hold."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from access.codec import record_from_json
from access.records import Badge, Closure, Opening, Person
from access.replica import Change, Drop, Put, Replica, apply
from registry.bookings import rows as booking_rows
from registry.downlink import feed
from registry.setup import Registry

Held = dict[str, set[object]]
Rows = Sequence[Mapping[str, Any]]


class FeedReader:
    """A site's gateway: it applies pages as one step when there are no more."""

    def __init__(self, site: str) -> None:
        """``site`` is whose feed it reads."""
        self.site = site
        self.replica = Replica()
        self._since, self._generation = 0, ""
        self._fresh = False
        self._collected: list[Change] = []

    def pull(self, registry: Registry, limit: int) -> bool:
        """Take one page; whether a whole step was applied."""
        with registry.database.read() as connection:
            page = feed.page(connection, self.site, self._generation, self._since, limit)
        if page.snapshot:
            self._collected, self._fresh = [], True
        self._collected += [_change(one) for one in page.changes]
        self._since, self._generation = page.version, page.generation
        if page.more:
            return False
        base = Replica() if self._fresh else self.replica
        self.replica = apply(base, page.generation, page.version, self._collected)
        self._collected, self._fresh = [], False
        return True


def _change(one: dict[str, Any]) -> Change:
    if one["record"] is None:
        return Drop(one["kind"], one["id"])
    return Put(record_from_json(one["kind"], json.dumps(one["record"])))


def held_by(replica: Replica) -> Held:
    """What a replica holds, kind by kind."""
    return {name: set(getattr(replica, name).values()) for name in _KINDS}


def truth(registry: Registry, site: str) -> Held:
    """What the domain's own tables say that a site must hold, read without the feed."""
    with registry.database.read() as connection:
        rows: dict[str, Rows] = {
            name: [
                dict(row)
                for row in connection.exec_driver_sql(f"SELECT * FROM {name}").mappings()  # noqa: S608 -- our own names
                if row.get("site", site) == site
            ]
            for name in ("person", "rights", "badge", "credential", "booking", "closure", "opening")
        }
    admitted = {row["person"]: row for row in rows["rights"]}
    return {name: find(rows, admitted) for name, find in _KINDS.items()}


def _persons(rows: dict[str, Rows], admitted: dict[str, Mapping[str, Any]]) -> set[object]:
    return {
        Person(
            row["id"],
            row["name"],
            frozenset(admitted[row["id"]]["zones"].split()),
            frozenset(admitted[row["id"]]["standing"].split()),
            row["valid_from_ms"],
            row["valid_until_ms"],
            bool(row["suspended"]),
            bool(row["minor"]),
            bool(admitted[row["id"]]["staff"]),
        )
        for row in rows["person"]
        if row["id"] in admitted
    }


def _badges(rows: dict[str, Rows], admitted: dict[str, Mapping[str, Any]]) -> set[object]:
    hashes = {row["badge"]: bytes(row["hash"]) for row in rows["credential"]}
    return {
        Badge(row["id"], row["person"], (hashes[row["id"]],), revoked=bool(row["revoked"]))
        for row in rows["badge"]
        if row["person"] in admitted
    }


def _bookings(rows: dict[str, Rows], admitted: dict[str, Mapping[str, Any]]) -> set[object]:
    told = [row for row in rows["booking"] if row["state"] in booking_rows.TOLD]
    assert all(row["person"] is None or row["person"] in admitted for row in told)
    return {booking_rows.record(row) for row in told}


def _closures(rows: dict[str, Rows], _: object) -> set[object]:
    return {
        Closure(row["id"], row["start_ms"], row["end_ms"], row["why"], row["audience"], row["resource"])
        for row in rows["closure"]
    }


def _openings(rows: dict[str, Rows], _: object) -> set[object]:
    return {
        Opening(row["id"], row["weekday"], row["from_minute"], row["to_minute"], row["audience"], row["resource"])
        for row in rows["opening"]
    }


_KINDS = {"persons": _persons, "badges": _badges, "bookings": _bookings, "closures": _closures, "openings": _openings}
