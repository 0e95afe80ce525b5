"""What sites look like now, from their logs: who is where, desks, doors, devices; names are resolved here alone."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, select

from access import occupancy as occ
from access.occupancy import Occupancy
from registry import names
from registry import overview as looks
from registry import tables as t
from registry.admission import chunks
from registry.overview import Overview


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the registry stands in a site's newest branch, and the folds up to there."""

    site: str
    epoch: int
    seq: int
    head: bytes
    poisoned: int
    seen_ms: int
    last_event_ms: int | None
    software: str
    occupancy: Occupancy
    overview: Overview


def standings(connection: Connection, where: ColumnElement[bool]) -> list[Standing]:
    """The sites that ``where`` chooses and that have ever spoken, in order."""
    b = t.branch.c
    newest = select(b.site, func.max(b.epoch).label("epoch")).group_by(b.site).subquery()
    same = (newest.c.site == b.site) & (newest.c.epoch == b.epoch)
    found = select(t.branch).join(newest, same).join(t.site, t.site.c.id == b.site).where(where).order_by(b.site)
    return [_standing(row) for row in connection.execute(found)]


def _standing(row: Row[Any]) -> Standing:
    return Standing(
        row.site,
        row.epoch,
        row.seq,
        bytes(row.head),
        row.poisoned,
        row.seen_ms,
        row.last_event_ms,
        row.software,
        occ.from_stored(json.loads(row.occupancy)),
        looks.from_stored(json.loads(row.overview)),
    )


def names_of(connection: Connection, persons: Sequence[str]) -> dict[str, str]:
    """People's names by id; whom the registry has forgotten is not among them."""
    found: dict[str, str] = {}
    ids = [ident for ident in persons if names.is_id(ident)]  # A log can name whom no table could.
    for some in chunks(ids, 500):
        rows = connection.execute(select(t.person.c.id, t.person.c.name).where(t.person.c.id.in_(some)))
        found.update((ident, name) for ident, name in rows)
    return found


def present(connection: Connection, standing: Standing) -> dict[str, Any]:
    """A site's occupancy as operators see it."""
    known = names_of(connection, list(standing.occupancy.stays))
    stays = [
        {"person": who, "name": known.get(who, ""), "zone": s.zone, "since_ms": s.since_ms, "estimated": s.estimated}
        for who, s in sorted(standing.occupancy.stays.items())
    ]
    zones = sorted({stay.zone for stay in standing.occupancy.stays.values()} | set(standing.occupancy.anonymous))
    counted = [
        {
            "zone": zone,
            "headcount": standing.occupancy.headcount(zone),
            "estimated": zone in standing.occupancy.estimated,
        }
        for zone in zones
    ]
    return {
        "site": standing.site,
        "total": standing.occupancy.total(),
        "estimated": bool(standing.occupancy.estimated),
        "as_of_ms": standing.last_event_ms,
        "seen_ms": standing.seen_ms,
        "zones": counted,
        "stays": stays,
    }


def summary(standing: Standing) -> dict[str, Any]:
    """A site's overview as operators see it."""
    return {
        "site": standing.site,
        "epoch": standing.epoch,
        "seq": standing.seq,
        "poisoned": standing.poisoned,
        "seen_ms": standing.seen_ms,
        "last_event_ms": standing.last_event_ms,
        "software": standing.software,
        "replica": {"generation": standing.overview.generation, "version": standing.overview.version},
        "lockdown": standing.overview.lockdown,
        "fire": standing.overview.fire,
        "keeper": standing.overview.keeper,
        **{name: _seen(getattr(standing.overview, name)) for name in ("doors", "desks", "devices")},
    }


def _seen(seen: looks.Seen) -> list[dict[str, Any]]:
    return [{"id": ident, "state": state, "since_ms": at_ms} for ident, (state, at_ms) in sorted(seen.items())]
