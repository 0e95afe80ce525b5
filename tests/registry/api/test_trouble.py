"""A database that goes away or fills up: refused, said, nothing half done, and well again without a restart."""

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from access.facts import Entered
from access.log import GENESIS, Row
from registry.setup import Registry
from tests.support.centres import Centre, centre, problem
from tests.support.databases import cluster
from tests.support.log_rows import greeting, rows_of, sent

SITE = "matera"
WITHIN_S = 120
EVENTS = "/api/v1/gateway/events"
ITS_TURN_COMES = {429, 409}
"""Another append of the site is being taken, or the rows before these have not come yet."""


def day(number: int) -> list[Row]:
    return rows_of(*(Entered(f"p{n}", "front", "hall", f"1-{n}") for n in range(number)), site=SITE)


def test_a_postgresql_that_crashes_is_waited_for(tmp_path: Path) -> None:
    rows = day(30)
    with cluster() as running, centre(running.new_database(), tmp_path / "keys") as both:
        both.add_site(SITE)
        assert both.as_gateway(SITE, "POST", "/events", sent(rows[:10], SITE)).json() == {"acked": 10}
        running.stop()
        for answer in (
            both.as_gateway(SITE, "POST", "/events", sent(rows[10:], SITE)),
            both.as_gateway(SITE, "GET", "/changes"),
            both.ask("POST", "/people", {"name": "Anna"}),
            both.http.get("/readyz"),
        ):
            assert problem(answer) == (503, "unavailable")
            assert int(answer.headers["retry-after"]) > 0
        assert both.http.get("/healthz").status_code == 200
        running.start()
        hello = both.as_gateway(SITE, "POST", "/hello", greeting(rows, SITE))
        assert hello.json()["resume"] == 10
        assert both.as_gateway(SITE, "POST", "/events", sent(rows[10:], SITE)).json() == {"acked": 30}
        assert both.http.get("/readyz").status_code == 200
        running.hang_up()
        assert both.ask("POST", "/people", {"name": "Anna"}).status_code == 201
        both.database.close()
        both.registry.database.close()


@pytest.fixture
def full(tmp_path: Path) -> Iterator[Centre]:
    """A registry on SQLite whose file may grow no more."""
    with centre(f"sqlite:///{tmp_path}/registry.db", tmp_path / "keys") as both:
        both.add_site(SITE)
        with both.database.write() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        yield both


def test_a_full_disk_takes_nothing_and_loses_nothing(full: Centre) -> None:
    rows = day(400)
    answers = [full.as_gateway(SITE, "POST", "/events", sent(rows, SITE)) for _ in range(2)]
    assert [problem(answer) for answer in answers] == [(503, "unavailable")] * 2
    standing = full.registry.standing(SITE)
    assert standing is None or standing.seq == 0
    assert full.as_gateway(SITE, "GET", "/changes").status_code == 200
    with full.database.write() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
    assert full.as_gateway(SITE, "POST", "/events", sent(rows, SITE)).json() == {"acked": 400}


def test_killed_in_mid_append_again_and_again_it_keeps_what_it_acknowledged(laid_url: str, tmp_path: Path) -> None:
    """Several senders at once, a kill at any moment: every row once, in order, and the fold of them."""
    rows = day(240)
    with Registry(laid_url, tmp_path / "keys") as registry:
        token = registry.add_site(SITE, "Matera").token
    acked, rounds = 0, 0
    while acked < len(rows):
        rounds += 1
        acked = max(acked, one_life(laid_url, tmp_path / "keys", token, rows, acked))
        with Registry(laid_url, tmp_path / "keys") as registry:
            standing = registry.standing(SITE)
            assert standing is not None
            assert standing.seq >= acked
            assert standing.head == (rows[standing.seq - 1].hash if standing.seq else GENESIS)
            assert sorted(standing.occupancy.stays) == sorted(f"p{n}" for n in range(standing.seq))
            acked = standing.seq
    assert rounds > 1


def one_life(url: str, keys: Path, token: str, rows: list[Row], begin: int) -> int:
    """Run a registry, send to it, kill it after its third answer; the highest number that it acknowledged."""
    command = [sys.executable, "-m", "hubout", "registry", "--database", url, "--keys", str(keys), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        address = next(line.rpartition(" ")[2].strip() for line in process.stdout if line.startswith("registry: "))
        headers = {"Authorization": f"Bearer {token}"}

        def send(start: int) -> int:
            try:
                body, answer = sent(rows[start : start + 20], SITE), None
                while answer is None or answer.status_code in ITS_TURN_COMES:
                    answer = httpx.post(f"{address}{EVENTS}", json=body, headers=headers, timeout=WITHIN_S)
            except httpx.TransportError:
                return 0
            acked: int = answer.json().get("acked", 0)
            if acked >= begin + 60:
                os.kill(process.pid, 9)
            return acked

        with ThreadPoolExecutor(4) as pool:
            starts = [start for start in range(begin, len(rows), 20) for _ in range(2)]
            best = max(pool.map(send, starts), default=0)
        process.kill()
        process.wait(WITHIN_S)
        return best
