"""A week of a site on disk: its log as the gateway's own store keeps it, and all that its registry knows of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from os import urandom
from pathlib import Path
from zoneinfo import ZoneInfo

from access.clock import DAY_MS
from access.codec import encode_fact
from access.hours import day_start_ms, local
from access.log import SALT_BYTES, Chain, Row, link
from access.site import Site
from bench.population import uid
from bench.seed import chance
from bench.week import Logged, Week
from gateway.log.store import Store
from hubout.demo.places import MATERA_DOORS, Place, Ports, write_site
from registry.bookings.resources import Resource
from registry.people.people import Profile, Rights
from registry.seed.bulk import NewBadge, Seed

PLACE = Place("matera", "mt", "Hubout Matera", "Comune di Matera", 40, 200, MATERA_DOORS)
SILENT_AFTER_S = 86_400
EVENTS_A_DAY = 3_000
"""A day has a few more."""
AT_ONCE = 1_000
LOG_FILE = "log.db"


def site_file(folder: Path, ports: Ports) -> Path:
    """Write the site's file into its folder."""
    return write_site(folder, PLACE, ports, SILENT_AFTER_S)


@dataclass(frozen=True, slots=True)
class WeekLog:
    """``path`` is the log's file, of ``events`` rows that end with ``head``; ``seed`` is for the registry."""

    path: Path
    events: int
    head: bytes
    seed: Seed


def write_log(path: Path, site: Site, key: bytes, now_ms: int, events: int, seed: int) -> WeekLog:
    """Live the last days of a site, and write the first so many events of them as its gateway would have."""
    days = -(-events // EVENTS_A_DAY)
    zone = ZoneInfo(site.timezone)
    today_ms = day_start_ms(local(now_ms, zone).date(), zone)
    week = Week(site, key, today_ms - days * DAY_MS, days, chance(seed))
    store = Store.open(path)
    store.identity(site.id)
    chain, rows = store.load().chain("0a0b0c0d0e0f0001"), iter(islice(week.facts(), events))
    while part := list(islice(rows, AT_ONCE)):
        chain, linked = _linked(chain, part)
        store.commit(linked, [], None)
    store.close()
    return WeekLog(path, chain.seq, chain.head, _known(week, site))


def _linked(chain: Chain, part: list[Logged]) -> tuple[Chain, list[Row]]:
    rows: list[Row] = []
    for one in part:
        chain, row = link(chain, one.seq, one.fact.KIND, encode_fact(one.fact), urandom(SALT_BYTES), one.now)
        rows.append(row)
    return chain, rows


def _known(week: Week, site: Site) -> Seed:
    rights = Rights(frozenset({"hall"}))
    return Seed(
        resources=list(_resources(site)),
        persons={person: Profile(f"Persona {person}") for person in week.people},
        rights=[(site.id, person, rights) for person in week.people],
        badges=[NewBadge(f"b{person}", person, uid(number)) for number, person in enumerate(week.people)],
        bookings=[(site.id, booking) for booking in week.bookings],
    )


def _resources(site: Site) -> Iterator[tuple[str, Resource]]:
    for desk in site.desks.values():
        yield site.id, Resource(desk.id, "desk", desk.name, desk.zone)
