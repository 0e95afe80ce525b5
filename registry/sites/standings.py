"""Where the registry stands in each site's log, and the folds up to there."""

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, select

from access import occupancy as occ
from access.occupancy import Occupancy
from registry.sites import overview as looks
from registry.sites.overview import Overview
from registry.tables import core as t


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the registry stands in the branch that is the site's, and the folds up to there."""

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
    gapped: bool = False
    """Rows are missing since the last checkpoint: the counts are estimated."""


def standings(connection: Connection, where: ColumnElement[bool]) -> list[Standing]:
    """The sites that ``where`` chooses and that have ever spoken, in order."""
    b = t.branch.c
    own = (t.site.c.id == b.site) & (t.site.c.confirmed_epoch == b.epoch)
    found = select(t.branch).join(t.site, own).where(where).order_by(b.site)
    return [_standing(row) for row in connection.execute(found)]


def of_branch(connection: Connection, site: str, epoch: int) -> Standing | None:
    """Where the registry stands in one branch of a site, whether it is the site's or not; None where there is none."""
    b = t.branch.c
    row = connection.execute(select(t.branch).where(b.site == site, b.epoch == epoch)).one_or_none()
    return None if row is None else _standing(row)


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
        row.gapped,
    )
