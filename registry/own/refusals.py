"""Why doors refused somebody, as the sites' logs say it: their own last refusals alone (guarantee D13).

A log has no index by person, and gets none for this: so many of a site's last rows are read, whoever asks.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from access.codec import decode_fact
from access.facts import Judged
from registry.sites.standings import standings
from registry.tables import core as t
from registry.uplink.branches import counted

ROWS_BACK = 20_000
"""So many rows of a site's log are looked at, from its end."""
MOST_VERDICTS = 2_000
MOST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Refused:
    """A refusal of an entry: where, when, why; ``until_ms`` where the reason names a moment."""

    site: str
    door: str
    at_ms: int
    reason: str
    until_ms: int | None


def of_person(connection: Connection, person: str, sites: Sequence[str]) -> list[Refused]:
    """The last refusals of a person at some sites, the newest first."""
    found = [
        one
        for standing in standings(connection, t.site.c.id.in_(sites))
        for one in _at(connection, standing.site, standing.seq, person)
    ]
    return sorted(found, key=lambda one: -one.at_ms)[:MOST_SHOWN]


def _at(connection: Connection, site: str, seq: int, person: str) -> Iterator[Refused]:
    e = t.event.c
    recent = (e.site == site) & (e.seq > seq - ROWS_BACK) & (e.kind == Judged.KIND) & e.poison.is_(False)
    wanted = select(e.at_ms, e.body).where(recent, e.body.is_not(None), counted(t.event))
    rows = connection.execute(wanted.order_by(e.epoch.desc(), e.seq.desc()).limit(MOST_VERDICTS))
    named = json.dumps(person).encode()
    for row in rows:
        if named in row.body:  # Most rows are others': they are not even read.
            said = decode_fact(Judged.KIND, row.body)
            if isinstance(said, Judged) and said.person == person and not said.granted:
                yield Refused(site, said.door, row.at_ms, said.reason, said.until_ms)
