"""The registry's database as every run finds it: both sites, their people, badges and desks; made once, then copied."""

import shutil
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import event, update
from sqlalchemy.engine.interfaces import DBAPIConnection

from hubout.simulate.places import BEGINS_MS, SITES, everybody, key_of, sites, token_of
from registry.bookings.resources import Resource
from registry.database import Database
from registry.edit import editing
from registry.migrate import upgrade
from registry.people.people import Profile, Rights
from registry.seed import bulk
from registry.seed.bulk import NewBadge, Seed
from registry.sites.keys import Keys, write_secret
from registry.sites.sites import Site as Place
from registry.sites.sites import add_gateway, add_site
from registry.tables import core as tables

GENERATION = "g-1"


class _Engines(Database):
    """The engines of all databases of this process, of which one at a time is open: so each statement is compiled once
    a process and not once a run.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(f"sqlite:///{path}")
        self.path = path
        for lending in (self._writer, self._reader, self._glancer):
            event.listen(lending.engine, "do_connect", self._elsewhere)
        event.listen(self._writer.engine, "connect", _unsynced)

    def _elsewhere(self, _dialect: object, _record: object, where: list[Any], _how: object) -> None:
        where[0] = str(self.path)

    def lend(self, path: Path, to: "Books") -> None:
        """Open the database at ``path`` from now on."""
        self.close()
        self.path, to.is_sqlite = path, self.is_sqlite
        to._writer, to._reader, to._glancer = self._writer, self._reader, self._glancer  # noqa: SLF001 -- one of us


class Books(Database):
    """A registry's database on a simulated disk: what is lost with the power is the fault model's business."""

    _engines: _Engines | None = None

    def __init__(self, path: Path) -> None:
        if Books._engines is None:
            Books._engines = _Engines(path)
        Books._engines.lend(path, self)


def _unsynced(connection: DBAPIConnection, record: object) -> None:
    del record
    connection.cursor().execute("PRAGMA synchronous=OFF")


@dataclass(frozen=True, slots=True)
class Prepared:
    """A folder with the database and the keys that every run begins with."""

    folder: Path

    @property
    def database(self) -> Path:
        """The database's file."""
        return self.folder / "registry.db"

    @property
    def keys(self) -> Path:
        """The folder of the sites' credential keys."""
        return self.folder / "keys"

    def copied(self, into: Path) -> Path:
        """A copy of the database in a run's folder."""
        path = into / "registry.db"
        shutil.copyfile(self.database, path)
        return path


def prepare(folder: Path) -> Prepared:
    """Make the database and the keys in an empty folder."""
    prepared = Prepared(folder)
    keys = Keys(prepared.keys)
    keys.open()
    for site in SITES:
        write_secret(prepared.keys / f"{site}.key", key_of(site).hex())
    database = Books(prepared.database)
    upgrade(database)
    _fill(database, keys)
    database.close()
    _fold_in(prepared.database)
    return prepared


def _fill(database: Database, keys: Keys) -> None:
    at_ms = BEGINS_MS
    with database.write() as connection:
        connection.execute(update(tables.feed).values(generation=GENERATION, swept_ms=at_ms))
    with editing(database, at_ms) as edit:
        for site in SITES:
            add_site(edit, Place(site, site.title(), "Europe/Rome"))
            add_gateway(edit, site, f"{site}-gateway", token_of(site))
    with editing(database, at_ms) as edit:
        bulk.seed(edit, keys, _brought())


def _brought() -> Seed:
    people = [one for site in SITES for one in everybody(site)]
    zones, nowhere = frozenset({"hall", "lab"}), frozenset[str]()
    places = [(site.id, desk) for site in sites().values() for desk in site.desks.values()]
    desks = [(site, Resource(desk.id, "desk", desk.name, desk.zone)) for site, desk in places]
    halls = [(site, Resource("hall", "zone", "Hall", "hall", 1_000)) for site in SITES]
    return Seed(
        resources=[*desks, *halls],
        persons={one.id: Profile(one.id) for one in people},
        rights=[(one.site, one.id, Rights(zones, zones if one.standing else nowhere)) for one in people],
        badges=[NewBadge(one.badge, one.id, one.uid) for one in people],
    )


def _fold_in(path: Path) -> None:
    """One file, without the write-ahead log beside it, so that it can be copied as it is."""
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    connection.execute("PRAGMA journal_mode=DELETE").fetchall()
    connection.close()
