"""A year of two sites on SQLite: a day's availability, a booking, the replica. Times are held loosely, beside a floor;
what does not depend on the machine is held to the letter.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from time import process_time

import pytest
from sqlalchemy import event, insert, text

from access.codec import record_from_json
from access.replica import Put, Replica, apply
from access.spans import Span
from bench.year import HOUR_MS, live_a_year
from gateway.link.step import Changed, Step
from gateway.link.store import LinkStore
from registry.bookings import availability, bookings
from registry.downlink import feed
from registry.problems import Problem
from registry.setup import Registry
from registry.tables import core as t
from registry.web.bookings import rows as bookings_rows
from tests.support.booked_site import NINE_MS

pytestmark = pytest.mark.timeout(300)
SITE = "matera"
TODAY = Span(NINE_MS - 9 * HOUR_MS, NINE_MS + 15 * HOUR_MS)
LOOSELY = 5
"""How much slower than promised a busy machine may be, of whose processor this alone is timed."""
MB = 1_000_000


class Year:
    """The registry after its year, and the people of it."""

    def __init__(self, registry: Registry) -> None:
        self.registry = registry
        self.people = live_a_year(registry, NINE_MS)

    def availability(self) -> list[dict[str, object]]:
        with self.registry.database.read() as connection:
            return availability.availability(connection, SITE, TODAY)

    def pages(self) -> Iterator[feed.Page]:
        """The site's whole feed."""
        page = None
        while page is None or page.more:
            with self.registry.database.read() as connection:
                after = ("", 0) if page is None else (page.generation, page.version)
                page = feed.page(connection, SITE, *after, feed.MOST_CHANGES)
            yield page


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Year]:
    folder = tmp_path_factory.mktemp("year")
    with Registry(f"sqlite:///{folder / 'registry.db'}", folder / "keys", lambda: NINE_MS) as registry:
        yield Year(registry)


def took_ms(do: Callable[[], object], times: int = 15) -> float:
    """The median of some runs."""

    def once() -> float:
        began = process_time()
        do()
        return (process_time() - began) * 1_000

    return median(once() for _ in range(times))


def statements(registry: Registry, do: Callable[[], object]) -> list[str]:
    counted: list[str] = []

    def count(*seen: object) -> None:
        counted.append(str(seen[2]))

    for engine in {registry.database._reader.engine, registry.database._writer.engine}:
        event.listen(engine, "before_cursor_execute", count)
    do()
    for engine in {registry.database._reader.engine, registry.database._writer.engine}:
        event.remove(engine, "before_cursor_execute", count)
    return counted


def test_a_days_availability_is_quick_and_costs_no_query_a_row(year: Year) -> None:
    found = year.availability()
    assert len(found) == 30
    spans = found[0]["spans"]
    assert isinstance(spans, list)
    assert [span["state"] for span in spans] == ["free", "booked", "free", "booked", "free"]
    assert len(statements(year.registry, year.availability)) <= 8
    assert took_ms(year.availability) <= 50 * LOOSELY


def test_a_booking_is_quick_beside_the_disk_it_waits_for(year: Year) -> None:
    numbers = iter(range(100))

    def book() -> None:
        number = next(numbers)
        span = (NINE_MS + number * HOUR_MS, NINE_MS + (number + 1) * HOUR_MS)
        year.registry.book(SITE, bookings.Wanted("year-29", year.people[number], *span))

    def write() -> None:
        with year.registry.database.write() as connection:
            connection.execute(
                insert(t.alarm).values(site=SITE, kind="k", epoch=0, seq=next(numbers), at_ms=0, what="")
            )

    floor_ms = took_ms(write)
    assert took_ms(book) <= floor_ms + 30 * LOOSELY
    assert len(statements(year.registry, book)) <= 25


def test_a_refusal_with_its_alternatives_is_as_quick(year: Year) -> None:
    def refused() -> None:
        with pytest.raises(Problem) as problem:
            year.registry.book(SITE, bookings.Wanted("year-01", year.people[0], NINE_MS, NINE_MS + HOUR_MS))
        assert problem.value.members["nearest"]

    assert took_ms(refused) <= 30 * LOOSELY
    assert len(statements(year.registry, refused)) <= 25


@pytest.mark.parametrize(
    ("query", "index"),
    [
        (
            "SELECT resource FROM booking WHERE site = 's' AND start_ms < 9 AND start_ms > 1 ORDER BY start_ms, id",
            "booking_by_start",
        ),
        (
            "SELECT start_ms FROM booking WHERE site = 's' AND resource IN ('d') AND start_ms < 9 AND start_ms > 1",
            "booking_of_resource",
        ),
        ("SELECT start_ms FROM booking WHERE person = 'p' AND start_ms >= 1", "booking_person"),
        ("SELECT start_ms FROM booking WHERE group_id = 'p' AND start_ms >= 1", "booking_group"),
        ("SELECT * FROM booking WHERE site = 's' AND series = 'x' ORDER BY recurrence", "booking_series"),
        ("SELECT * FROM booking WHERE site = 's' AND hold_until_ms <= 1", "booking_hold"),
        ("SELECT * FROM waiting WHERE site = 's' AND state = 'waiting' ORDER BY turn", "waiting_line"),
    ],
)
def test_what_is_asked_often_is_found_by_its_index(year: Year, query: str, index: str) -> None:
    with year.registry.database.read() as connection:
        plan = " ".join(str(row[3]) for row in connection.execute(text(f"EXPLAIN QUERY PLAN {query}")))
    assert f"INDEX {index}" in plan
    assert "SCAN" not in plan


def test_what_awaits_approval_is_found_by_the_index_of_it_alone(year: Year) -> None:
    asked: list[tuple[str, tuple[object, ...]]] = []
    with year.registry.database.read() as connection:
        event.listen(connection, "before_cursor_execute", lambda *said: asked.append((said[2], said[3])))
        bookings_rows.pending(connection, "s", 1)
        statement, values = asked[-1]
        plan = " ".join(str(row[3]) for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values))
    assert "INDEX booking_pending" in plan


def test_the_replica_of_the_year_is_small_and_soon_applied(year: Year, tmp_path: Path) -> None:
    pages = list(year.pages())
    shown = [{"generation": p.generation, "version": p.version, "changes": p.changes} for p in pages]
    sizes = [len(json.dumps(page, separators=(",", ":"), ensure_ascii=False).encode()) for page in shown]
    assert sum(sizes) <= 5 * MB
    changes = [change for page in pages for change in page.changes]
    texts = [json.dumps(change["record"], separators=(",", ":"), ensure_ascii=False) for change in changes]
    puts = [Put(record_from_json(change["kind"], held)) for change, held in zip(changes, texts, strict=True)]
    last = pages[-1]
    assert took_ms(lambda: apply(Replica(), last.generation, last.version, puts), 3) <= 1_000 * LOOSELY
    store = LinkStore.open(tmp_path / "link.db")
    kept = [Changed(change["kind"], change["id"], held) for change, held in zip(changes, texts, strict=True)]
    store.keep(Step(last.generation, last.version, snapshot=True, changes=kept))
    assert took_ms(store.replica, 1) <= 1_000 * LOOSELY
    assert len(store.replica().bookings) > 20_000
    store.close()
    assert (tmp_path / "link.db").stat().st_size <= 5 * MB
