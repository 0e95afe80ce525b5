"""A week as the bench writes it: logged by the real core, a realistic mix, whole; and the floor's registry."""

from collections import Counter
from pathlib import Path

import httpx
import pytest
from sqlalchemy import func, select

from access.codec import decode_fact
from access.facts import CheckedIn, Checkpoint, DayClosed, DeskMoved, Entered, Judged, Left, NoShow, Sensed, VisitBegan
from access.log import Broken, Row, read_header, verify
from access.site import Site
from bench.sink import floor_app
from bench.week_log import PLACE, WeekLog, site_file, write_log
from devices.sitefile import read_site_file
from gateway.link.wire import batch
from gateway.log.reader import Reader
from hubout.demo.places import Ports
from registry.settings import Settings
from registry.setup import Registry
from registry.tables import core as t
from tests.support.served import served

NOW_MS = 1_795_680_000_000
EVENTS = 4_000
KEY = bytes(range(32))
DAY_OFTEN = {Sensed: 1_000, DeskMoved: 400, Judged: 100, Entered: 60, Left: 60, CheckedIn: 60}
DAY_ONCE = (NoShow, VisitBegan, DayClosed, Checkpoint)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    folder = tmp_path_factory.mktemp("site")
    (folder / "secrets").mkdir()
    for name, text in (("gateway.token", "t"), ("credential.key", KEY.hex()), ("pages-code", "a code of staff")):
        (folder / "secrets" / name).write_text(text)
        (folder / "secrets" / name).chmod(0o600)
    return read_site_file(site_file(folder, Ports(1, 2, 3))).site


def written(folder: Path, site: Site) -> tuple[WeekLog, list[Row]]:
    made = write_log(folder / "log.db", site, KEY, NOW_MS, EVENTS, seed=1)
    reader = Reader.open(made.path)
    rows = reader.rows(0, EVENTS + 1, 1 << 30)
    reader.close()
    return made, rows


@pytest.fixture(scope="module")
def week(site: Site, tmp_path_factory: pytest.TempPathFactory) -> tuple[WeekLog, list[Row]]:
    return written(tmp_path_factory.mktemp("week"), site)


def test_it_is_a_whole_log_of_so_many_events(week: tuple[WeekLog, list[Row]], site: Site) -> None:
    made, rows = week
    end = verify(rows, site.id, 1)
    assert not isinstance(end, Broken)
    assert (made.events, made.head, len(rows)) == (end.seq, end.head, EVENTS)
    assert end.seq == EVENTS


def test_its_mix_is_that_of_days_at_a_site(week: tuple[WeekLog, list[Row]]) -> None:
    facts = [decode_fact(read_header(row.header).kind, row.body or b"") for row in week[1]]
    counts = Counter(type(fact) for fact in facts)
    for kind, least in DAY_OFTEN.items():
        assert counts[kind] >= least, kind
    assert all(counts[kind] for kind in DAY_ONCE)
    granted = Counter(fact.granted for fact in facts if isinstance(fact, Judged) and fact.direction == "in")
    assert granted[True] > granted[False] > 0


def test_the_registry_can_be_told_of_everybody_in_it(week: tuple[WeekLog, list[Row]], tmp_path: Path) -> None:
    with Registry(f"sqlite:///{tmp_path / 'r.db'}", tmp_path / "keys") as books:
        books.add_site(PLACE.id, PLACE.name)
        books.seed(week[0].seed)
        with books.database.read() as connection:
            booked = set(connection.execute(select(t.booking.c.id)).scalars())
    facts = [decode_fact(read_header(row.header).kind, row.body or b"") for row in week[1]]
    assert {fact.booking for fact in facts if isinstance(fact, CheckedIn | NoShow)} <= booked


def test_one_seed_writes_one_week(week: tuple[WeekLog, list[Row]], site: Site, tmp_path: Path) -> None:
    _, again = written(tmp_path, site)
    assert [row.body for row in again] == [row.body for row in week[1]]


def test_the_floor_takes_rows_in_order_and_folds_none(week: tuple[WeekLog, list[Row]], tmp_path: Path) -> None:
    url, keys = f"sqlite:///{tmp_path / 'r.db'}", tmp_path / "keys"
    with Registry(url, keys) as books:
        token = books.add_site(PLACE.id, PLACE.name).token
    asked = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    with served(floor_app(Settings(url, keys))) as address, Registry(url, keys) as books:

        def sent(rows: list[Row]) -> httpx.Response:
            body = batch(PLACE.id, 1, rows, 1 << 18).body
            return httpx.post(f"{address}/api/v1/gateway/events", content=body, headers=asked, timeout=30)

        rows = week[1]
        assert sent(rows[:100]).json() == {"acked": 100}
        assert sent(rows[200:300]).status_code == 422, "it verifies"
        assert sent(rows[100:200]).json() == {"acked": 200}
        with books.database.read() as connection:
            assert connection.execute(select(func.count()).select_from(t.event)).scalar() == 200
            assert connection.execute(select(func.count()).select_from(t.branch)).scalar() == 0
