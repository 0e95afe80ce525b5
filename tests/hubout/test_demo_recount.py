"""The demo's count is made from the files, and finds what was tampered with, lost or folded otherwise."""

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from access.facts import DeskMoved, Entered, Fact, Judged, Left, Started
from access.log import Broken, Row
from gateway.log.reader import Reader
from hubout.demo.recount import Report, SiteCount, compare, count_site, rows_of
from registry.setup import Registry
from tests.support.centres import Centre, centre
from tests.support.logs import filled


def judged(reason: str, *, granted: bool = False, reader: str = "in") -> Judged:
    return Judged("front", reader, "in", granted, reason, "a-rule", person="anna")


FACTS: tuple[Fact, ...] = (
    Started("test"),
    judged("booking", granted=True),
    Entered("anna", "front", "hall", "1-2", estimated=False, outer=""),
    judged("no-booking"),
    judged("too-early"),
    judged("no-booking"),
    judged("override", granted=True, reader=""),
    DeskMoved("d1", "occupied"),
    DeskMoved("d1", "free"),
    Entered("bruno", "front", "hall", "1-9", estimated=False, outer=""),
    Left("front", "hall", "", "anna"),
)


class Place:
    """One site's log on disk, and a registry that was sent some of it."""

    def __init__(self, folder: Path, asked: Centre) -> None:
        self.log, self._centre = folder / "log.db", asked
        filled(self.log, list(FACTS))
        asked.gateways["matera"] = asked.registry.add_site("matera", "Matera")

    def rows(self) -> list[Row]:
        reader = Reader.open(self.log)
        rows = list(reader.rows(0, 1_000, 1 << 24))
        reader.close()
        return rows

    def send(self, upto: int | None = None) -> None:
        head = {"site": "matera", "epoch": 1, "seq": 0, "head": "00" * 32, "run": "0123456789abcdef", "software": "t"}
        assert self._centre.as_gateway("matera", "POST", "/hello", head).status_code == 200
        rows = [
            {"seq": r.seq, "header": r.header.decode(), "salt": (r.salt or b"").hex(), "body": (r.body or b"").decode()}
            for r in self.rows()[:upto]
        ]
        answer = self._centre.as_gateway("matera", "POST", "/events", {"site": "matera", "epoch": 1, "rows": rows})
        assert answer.status_code == 200, answer.text

    def report(self) -> Report:
        counted = count_site("matera", rows_of(self.log))
        synced, equal = compare(self._centre.registry, [counted])
        return Report((counted,), synced, equal)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "registry.db"


@pytest.fixture
def place(tmp_path: Path, database: Path) -> Iterator[Place]:
    with centre(f"sqlite:///{database}", tmp_path / "keys") as asked:
        yield Place(tmp_path, asked)


@contextmanager
def changing(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path)) as connection:
        yield connection
        connection.commit()


def test_what_happened_is_counted_and_all_of_it_holds(place: Place) -> None:
    place.send()
    report = place.report()
    assert report.ok
    said = report.as_json()
    assert said.pop("sites") == {"matera": {"events": len(FACTS), "present": 1}}
    assert said == {
        "ok": True,
        "taps": 4,
        "grants": 1,
        "refusals": {"no-booking": 2, "too-early": 1},
        "entries": 2,
        "desk_changes": 2,
        "checked_in": 0,
        "no_shows": 0,
        "visits": 0,
        "events_logged": len(FACTS),
        "events_synced": len(FACTS),
        "chain_ok": True,
        "registry_equal": True,
        "unsettled": [],
        "trouble": [],
    }
    assert json.dumps(said)


BROKEN: dict[str, Callable[[sqlite3.Connection], object]] = {
    "a changed byte of a body": lambda c: c.execute(
        "UPDATE body SET body = CAST(replace(body, 'too-early', 'too-later') AS BLOB) WHERE seq = 5"
    ),
    "a changed header": lambda c: c.execute("UPDATE log SET header = CAST(header || ' ' AS BLOB) WHERE seq = 5"),
    "a row taken out": lambda c: c.execute("DELETE FROM log WHERE seq = 5"),
}


@pytest.mark.parametrize("how", BROKEN)
def test_a_log_that_was_changed_on_disk_is_not_ok(place: Place, how: str) -> None:
    place.send()
    with changing(place.log) as connection:
        BROKEN[how](connection)
        assert connection.total_changes == 1
    report = place.report()
    assert isinstance(report.sites[0].head, Broken)
    assert (report.chain_ok, report.registry_equal, report.ok) == (False, False, False)


def test_an_event_that_the_registry_lacks_is_not_ok(place: Place) -> None:
    place.send(len(FACTS) - 1)
    report = place.report()
    assert report.chain_ok
    assert report.events_synced == report.events_logged - 1
    assert (report.registry_equal, report.ok) == (False, False)


def test_an_event_that_the_registry_lost_afterwards_is_not_ok(place: Place, database: Path) -> None:
    place.send()
    with changing(database) as connection:
        connection.execute("DELETE FROM event WHERE seq = 3")
    report = place.report()
    assert report.registry_equal
    assert not report.ok


def test_an_occupancy_that_differs_is_not_ok(place: Place, database: Path) -> None:
    place.send()
    with changing(database) as connection:
        connection.execute("UPDATE branch SET occupancy = replace(occupancy, 'bruno', 'carla')")
        assert connection.total_changes == 1
    report = place.report()
    assert report.events_synced == report.events_logged
    assert (report.registry_equal, report.ok) == (False, False)


def test_a_site_that_never_spoke_to_the_registry_is_not_ok(place: Place) -> None:
    report = place.report()
    assert (report.events_synced, report.registry_equal, report.ok) == (0, False, False)


def test_a_broken_chain_is_not_ok_whatever_the_registry_says(tmp_path: Path) -> None:
    filled(tmp_path / "log.db", list(FACTS))
    with changing(tmp_path / "log.db") as connection:
        BROKEN["a changed header"](connection)
    counted = count_site("matera", rows_of(tmp_path / "log.db"))
    assert not Report((counted,), len(FACTS), registry_equal=True).ok


def test_trouble_with_a_device_is_not_ok(place: Place) -> None:
    place.send()
    good = place.report()
    assert not Report(good.sites, good.events_synced, good.registry_equal, ("in: it never connected",)).ok


def test_counts_of_two_sites_are_added(tmp_path: Path) -> None:
    filled(tmp_path / "log.db", list(FACTS))
    one: SiteCount = count_site("matera", rows_of(tmp_path / "log.db"))
    both = Report((one, one), 2 * len(FACTS), registry_equal=True).as_json()
    assert both["refusals"] == Counter({"no-booking": 4, "too-early": 2})
    assert (both["taps"], both["grants"], both["events_logged"]) == (8, 2, 2 * len(FACTS))


def test_an_empty_registry_equals_nobody(tmp_path: Path) -> None:
    filled(tmp_path / "log.db", list(FACTS))
    with Registry(f"sqlite:///{tmp_path / 'r.db'}", tmp_path / "keys") as registry:
        assert compare(registry, [count_site("matera", rows_of(tmp_path / "log.db"))]) == (0, False)
