"""Whatever a file says: a rehearsal changes nothing and tells what the run does, and a run is whole and done once."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from access.clock import DAY_MS
from registry.api.answers import Answer
from registry.api.exchange import IMPORTS
from registry.bookings.resources import Resource
from registry.edit import Edit, editing
from registry.exchange import out as exchange_out
from registry.exchange.bringing_in import Bring, Context, perform, rehearse
from registry.people.people import Rights
from registry.problems import Problem
from registry.setup import Registry
from registry.sites import sites
from registry.spreadsheets.cells import Dialect
from registry.spreadsheets.incoming import read
from registry.spreadsheets.kinds import KINDS
from registry.spreadsheets.outgoing import export
from registry.tables.base import METADATA
from tests.support.centres import NINE_MS
from tests.support.chance_files import file
from tests.support.school import school

NOW_MS = NINE_MS
FILES = 120
IDS = (f"id-{number}" for number in range(10**9))


def day(ahead: int) -> str:
    return datetime.fromtimestamp((NOW_MS + ahead * DAY_MS) / 1_000, UTC).strftime("%d/%m/%Y")


DAYS = {
    "soon": day(3),
    "next": day(4),
    "third": day(5),
    "later": day(400),
    **{str(n): day(-365 * n - 100) for n in (17, 18, 20, 25)},
}
State = dict[str, list[Any]]


@pytest.fixture
def house(registry: Registry) -> Registry:
    """Two sites with a school, desks and a room."""
    for site in ("matera", "cinisello"):
        registry.add_site(site, site.title())
        for ident, kind in (("d1", "desk"), ("d2", "desk"), ("r1", "room"), ("hall", "zone")):
            registry.add_resource(site, Resource(ident, kind, ident, "hall"))
    school(registry)
    for site in ("matera", "cinisello"):
        registry.set_rights(site, "tina", Rights(frozenset({"hall"})))
    return registry


def state(house: Registry) -> State:
    """Every row there is."""
    with house.database.read() as connection:
        tables = METADATA.sorted_tables
        return {table.name: sorted(map(repr, connection.execute(select(table)))) for table in tables}


def run(house: Registry, kind: str, data: bytes, do: Callable[[Edit, str, Bring], Answer]) -> dict[str, Any]:
    """What a rehearsal or a run says; a refused run's problem says the same."""
    with house.database.read() as connection:
        zones, there = exchange_out.zones(connection), sites.site_ids(connection)
    context = Context(zones, house.keys.of_all(there), lambda: next(IDS), "op")
    sheet = read(KINDS[kind], data, zones)
    try:
        with editing(house.database, NOW_MS) as edit:
            body = do(edit, kind, lambda edit: IMPORTS[kind](edit, context, sheet)).body
    except Problem as problem:
        body = problem.members
    return dict(body or {})


def without_ids(said: dict[str, Any]) -> list[dict[str, Any]]:
    return [{name: value for name, value in row.items() if name != "id"} for row in said["rows"]]


@pytest.mark.timeout(300)
def test_a_rehearsal_tells_the_run_which_is_whole_and_done_once(house: Registry) -> None:
    reached: Counter[str] = Counter()
    for seed in range(FILES):
        reached.update(rehearsed_and_run(house, seed))
    for kind in KINDS:
        assert min(reached[f"{kind} {does}"] for does in ("create", "change", "refused")) > 0, reached
    everything_comes_back(house)


def rehearsed_and_run(house: Registry, seed: int) -> list[str]:
    """What came of the file of a seed."""
    kind, data = file(seed, DAYS)
    before = state(house)
    planned = run(house, kind, data, rehearse)
    assert state(house) == before, seed
    done = run(house, kind, data, perform)
    assert without_ids(done) == without_ids(planned), seed
    after = state(house)
    if not done["ok"]:
        assert after == before, seed
        return [f"{kind} refused"]
    again = run(house, kind, data, perform)
    assert {row["does"] for row in again["rows"]} == {"same"}, seed
    assert state(house) == after, seed
    return [f"{kind} {row['does']}" for row in done["rows"]]


def everything_comes_back(house: Registry) -> None:
    """What has come of all those files goes out and is, as it comes in, what is there."""
    with house.database.read() as connection:
        zones = exchange_out.zones(connection)
    before = state(house)
    for kind in ("people", "bookings", "sessions"):
        for dialect in Dialect:
            entries = exchange_out.EXPORTS[kind](house.database.read, None, NOW_MS)
            parts = export(KINDS[kind], entries, dialect, lambda one: zones.of_sites.get(one.site or "", zones.default))
            said = run(house, kind, b"".join(parts), perform)
            assert said["ok"], said
            assert {row["does"] for row in said["rows"]} == {"same"}, said
    assert state(house) == before
