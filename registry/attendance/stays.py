"""Stays and visits as the sites' logs tell them, kept in the transaction that takes the log in (S5).

They are rebuilt equal from any cut of the log into batches, because each follows from one row and the fold before it.
Whom or what no table can name is not kept here: it stays in the log.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, insert, text, update

from access.facts import Entered, VisitBegan, VisitEnded
from registry.names import is_id, told_text
from registry.tables import core as t
from registry.uplink.folding import Told


def keep(connection: Connection, site: str, epoch: int, told: Sequence[Told]) -> None:
    """Keep the stays and visits that these rows began or ended, all in a few statements."""
    stays = list(_stays(site, epoch, told))
    begun = list(_begun(site, epoch, told))
    over = list(_over(site, epoch, told))
    if stays:
        connection.execute(insert(t.stay), stays)
    if begun:
        connection.execute(_NEW_VISIT, begun)
    if over:
        connection.execute(_VISIT_OVER, over)


_NEW_VISIT = text(
    "INSERT INTO visit (site, epoch, id, zone, host, purpose, start_ms, end_ms, ended_by)"
    " VALUES (:site, :epoch, :id, :zone, :host, :purpose, :start_ms, NULL, '') ON CONFLICT (site, epoch, id) DO NOTHING"
)
_VISIT_OVER = (
    update(t.visit)
    .where(t.visit.c.site == bindparam("of_site"), t.visit.c.epoch == bindparam("of_epoch"))
    .where(t.visit.c.id == bindparam("of_id"), t.visit.c.end_ms.is_(None))
    .values(end_ms=bindparam("over_ms"), ended_by=bindparam("by"), end_seq=bindparam("by_seq"))
)


def _stays(site: str, epoch: int, told: Iterable[Told]) -> Iterator[dict[str, Any]]:
    for one in told:
        for n, stay in enumerate(one.ended):
            if is_id(stay.person) and is_id(stay.zone):
                yield {
                    "site": site,
                    "epoch": epoch,
                    "seq": one.row.seq,
                    "n": n,
                    "person": stay.person,
                    "zone": stay.zone,
                    "start_ms": stay.start_ms,
                    "end_ms": stay.end_ms,
                    "how": str(stay.how),
                    "estimated": stay.estimated,
                    "trusted": one.trusted and stay.person not in one.doubted,
                }


def _begun(site: str, epoch: int, told: Iterable[Told]) -> Iterator[dict[str, Any]]:
    for one in told:
        match one.fact:
            case VisitBegan(visit=visit, zone=zone) if is_id(visit) and is_id(zone):
                named = {"host": told_text(one.fact.host), "purpose": told_text(one.fact.purpose)}
                where = {"site": site, "epoch": epoch, "id": visit, "zone": zone}
                yield {**where, **named, "start_ms": one.at_ms}


def _over(site: str, epoch: int, told: Iterable[Told]) -> Iterator[dict[str, Any]]:
    for one in told:
        by = one.fact.by if isinstance(one.fact, VisitEnded) else "system"
        for visit in one.visits_over:
            if is_id(visit):
                yield {
                    "of_site": site,
                    "of_epoch": epoch,
                    "of_id": visit,
                    "over_ms": one.at_ms,
                    "by": told_text(by),
                    "by_seq": one.row.seq,
                }


def arrivals(told: Iterable[Told]) -> set[str]:
    """Whose whereabouts these rows change: who came in, and whose stay ended."""
    came = {one.fact.person for one in told if isinstance(one.fact, Entered)}
    return {who for who in came | {stay.person for one in told for stay in one.ended} if is_id(who)}
