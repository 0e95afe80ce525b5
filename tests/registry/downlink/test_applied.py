"""What gateways say that they decide by is written when it is news, and costs no turn at writing when it is none."""

from pathlib import Path

import pytest
from sqlalchemy import event

from registry.database import Database
from registry.downlink.applied import SWEEP_EVERY_MS, Applied, Noted
from registry.edit import editing
from registry.migrate import upgrade
from registry.sites.sites import Site, add_site
from tests.support.parts import wait_until


def test_a_gateway_that_says_nothing_new_begins_no_write(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'registry.db'}")
    upgrade(database)
    with editing(database, 0) as edit:
        add_site(edit, Site("matera", "Matera", "Europe/Rome"))
    begun: list[object] = []
    event.listen(database._writer.engine, "begin", begun.append)
    noted = Noted(database, lambda: 0)
    for version, seen_ms, writes in ((1, 0, 1), (1, SWEEP_EVERY_MS, 1), (1, 2 * SWEEP_EVERY_MS, 1), (2, 3_000, 2)):
        noted.note(Applied("matera", 1, "g-1", version, seen_ms))
        wait_until(lambda: not noted._busy, "it is written")
        assert len(begun) == writes
    noted.close()
    with database.read() as connection:
        assert connection.exec_driver_sql("SELECT version, seen_ms FROM applied").all() == [(2, 3_000)]
    database.close()


def test_a_process_sweeps_once_in_two_seconds_whoever_asks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now_ms, swept = [5_000], list[int]()
    monkeypatch.setattr("registry.downlink.applied.sweep", lambda _database, at_ms: swept.append(at_ms))
    noted = Noted(Database(f"sqlite:///{tmp_path / 'registry.db'}"), lambda: now_ms[0])
    for at_ms in (5_000, 6_999, 7_000, 7_001, 4_000):
        now_ms[0] = at_ms
        noted.sweep()
    assert swept == [5_000, 7_000, 4_000]
    noted.close()
