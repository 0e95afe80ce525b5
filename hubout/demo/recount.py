"""What happened, counted again from the files: each gateway's log on disk, and the registry's database."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from access.codec import decode_fact
from access.facts import DeskMoved, Entered, Fact, Judged
from access.log import Broken, Chain, Row, read_header, verify
from access.occupancy import Occupancy, fold
from gateway.log.reader import Reader
from hubout.demo.settled import Settled, settled, unsettled
from registry.setup import Registry
from registry.sites.standings import Standing
from registry.tables import core as tables

EPOCH = 1
PAGE_EVENTS, PAGE_BYTES = 1_000, 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class SiteCount:
    """One site's log, counted: taps at readers, grants, refusals by reason, desk changes, entries; what became of
    bookings and visits; and its chain.
    """

    site: str
    events: int
    taps: int
    grants: int
    refusals: Counter[str]
    desk_changes: int
    entries: int
    settled: Settled
    head: Broken | Chain
    occupancy: Occupancy


@dataclass(frozen=True, slots=True)
class Report:
    """The demo's closing report (interfaces: reports). ``unsettled``: what the registry tells otherwise than the logs,
    or has not settled though its time was over.
    """

    sites: tuple[SiteCount, ...]
    events_synced: int
    registry_equal: bool
    trouble: tuple[str, ...] = field(default=())
    unsettled: tuple[str, ...] = field(default=())

    @property
    def chain_ok(self) -> bool:
        """Whether every log's chain verifies, to its last row."""
        return all(isinstance(site.head, Chain) for site in self.sites)

    @property
    def events_logged(self) -> int:
        """Rows in all gateways' logs."""
        return sum(site.events for site in self.sites)

    @property
    def ok(self) -> bool:
        """Whether all of it holds."""
        equal = self.chain_ok and self.registry_equal and self.events_synced == self.events_logged
        return equal and not self.trouble and not self.unsettled

    def as_json(self) -> dict[str, Any]:
        """The report as interfaces.md names it, with each site's own part."""
        refusals: Counter[str] = sum((site.refusals for site in self.sites), Counter())
        return {
            "ok": self.ok,
            "taps": sum(site.taps for site in self.sites),
            "grants": sum(site.grants for site in self.sites),
            "refusals": dict(refusals.most_common()),
            "entries": sum(site.entries for site in self.sites),
            "desk_changes": sum(site.desk_changes for site in self.sites),
            "checked_in": sum(len(site.settled.checked_in) for site in self.sites),
            "no_shows": sum(len(site.settled.no_shows) for site in self.sites),
            "visits": sum(site.settled.visits for site in self.sites),
            "events_logged": self.events_logged,
            "events_synced": self.events_synced,
            "chain_ok": self.chain_ok,
            "registry_equal": self.registry_equal,
            "unsettled": list(self.unsettled),
            "trouble": list(self.trouble),
            "sites": {site.site: {"events": site.events, "present": site.occupancy.total()} for site in self.sites},
        }


def rows_of(log: Path) -> Iterator[Row]:
    """Every row of a gateway's log, in order."""
    reader, after = Reader.open(log), 0
    try:
        while rows := reader.rows(after, PAGE_EVENTS, PAGE_BYTES):
            yield from rows
            after = rows[-1].seq
    finally:
        reader.close()


def count_site(site: str, rows: Iterable[Row]) -> SiteCount:
    """Count a log, verify its chain and fold its occupancy."""
    held = list(rows)
    facts = [(read_header(row.header), row) for row in held]
    told = [(header.at, decode_fact(header.kind, row.body)) for header, row in facts if row.body is not None]
    occupancy = Occupancy()
    for at_ms, fact in told:
        occupancy = fold(occupancy, fact, at_ms)
    judged = [fact for _, fact in told if isinstance(fact, Judged) and fact.reader]
    return SiteCount(
        site=site,
        events=len(held),
        taps=len(judged),
        grants=sum(fact.granted for fact in judged),
        refusals=Counter(fact.reason for fact in judged if not fact.granted),
        desk_changes=_how_many(told, DeskMoved),
        entries=_how_many(told, Entered),
        settled=settled(told),
        head=verify(held, site, EPOCH),
        occupancy=occupancy,
    )


def _how_many(told: Iterable[tuple[int, Fact]], kind: type[Fact]) -> int:
    return sum(isinstance(fact, kind) for _, fact in told)


def compare(registry: Registry, counted: Iterable[SiteCount]) -> tuple[int, bool]:
    """How many events the registry holds, and whether it stands where every gateway does: head, number, occupancy."""
    with registry.database.read() as connection:
        synced = connection.execute(select(func.count()).select_from(tables.event)).scalar_one()
    standings = {standing.site: standing for standing in registry.standings()}
    equal = all(_equal(site, standings.get(site.site)) for site in counted)
    return synced, equal


def open_questions(registry: Registry, counted: Iterable[SiteCount]) -> tuple[str, ...]:
    """What the registry has not settled, or tells otherwise than the logs."""
    with registry.database.read() as connection:
        return tuple(one for site in counted for one in unsettled(connection, site.site, site.settled))


def _equal(site: SiteCount, standing: Standing | None) -> bool:
    if standing is None or not isinstance(site.head, Chain):
        return False
    same_place = (standing.epoch, standing.seq, standing.head) == (EPOCH, site.events, site.head.head)
    return same_place and standing.poisoned == 0 and standing.occupancy == site.occupancy
