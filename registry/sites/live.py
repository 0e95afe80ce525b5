"""What sites look like now, from their logs: who is where, desks, doors, devices; names are resolved here alone."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, select

from registry import names
from registry.downlink.admission import chunks
from registry.sites import overview as looks
from registry.sites.standings import Standing, standings
from registry.tables import core as t

__all__ = ["Standing", "names_of", "present", "standings", "summary"]


def names_of(connection: Connection, persons: Sequence[str]) -> dict[str, str]:
    """People's names by id; whom the registry has forgotten is not among them."""
    found: dict[str, str] = {}
    ids = [ident for ident in persons if names.is_id(ident)]  # A log can name whom no table could.
    for some in chunks(ids, 500):
        rows = connection.execute(select(t.person.c.id, t.person.c.name).where(t.person.c.id.in_(some))).all()
        found.update((ident, name) for ident, name in rows)
    return found


def present(connection: Connection, standing: Standing) -> dict[str, Any]:
    """A site's occupancy as operators see it."""
    known = names_of(connection, list(standing.occupancy.stays))
    stays = [
        {"person": who, "name": known.get(who, ""), "zone": s.zone, "since_ms": s.since_ms, "estimated": s.estimated}
        for who, s in sorted(standing.occupancy.stays.items())
    ]
    named = {stay.zone for stay in standing.occupancy.stays.values()}
    visited = {visit.zone for visit in standing.occupancy.visits.values()}
    zones = sorted(named | visited | set(standing.occupancy.anonymous))
    visits = [
        {"visit": ident, "zone": visit.zone, "since_ms": visit.since_ms, "host": visit.host}
        for ident, visit in sorted(standing.occupancy.visits.items())
    ]
    counted = [
        {
            "zone": zone,
            "headcount": standing.occupancy.headcount(zone),
            "estimated": standing.gapped or zone in standing.occupancy.estimated,
        }
        for zone in zones
    ]
    return {
        "site": standing.site,
        "total": standing.occupancy.total(),
        "estimated": standing.gapped or bool(standing.occupancy.estimated),
        "as_of_ms": standing.last_event_ms,
        "seen_ms": standing.seen_ms,
        "zones": counted,
        "stays": stays,
        "visits": visits,
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
        "evacuation": standing.overview.evacuation,
        "keeper": standing.overview.keeper,
        **{name: _seen(getattr(standing.overview, name)) for name in ("doors", "desks", "devices")},
    }


def _seen(seen: looks.Seen) -> list[dict[str, Any]]:
    return [{"id": ident, "state": state, "since_ms": at_ms} for ident, (state, at_ms) in sorted(seen.items())]
