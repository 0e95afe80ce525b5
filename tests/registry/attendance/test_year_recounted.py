"""A year of both sites' registers is, minute for minute, what a script counts from the raw logs that shares no code."""

import ast
import sys
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from resource import RUSAGE_SELF, getrusage
from time import process_time
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert

from access.clock import MINUTE_MS
from access.facts import DayClosed, Entered, Fact, Left
from registry.attendance.hours import hours_of
from registry.tables import core as t
from tests.support import recount
from tests.support.centres import Centre, centre
from tests.support.fixed_day import wall_ms
from tests.support.site_log import SiteLog

ROME = ZoneInfo("Europe/Rome")
FIRST, DAYS = date(2025, 11, 1), 364
NIGHTS = {date(2026, 3, 29), date(2026, 10, 25)}
"""On these nights clocks change."""
SITES, PEOPLE = ("matera", "cinisello"), 20
LATE_MS, EARLY_MS = 10 * MINUTE_MS, 5 * MINUTE_MS
YEAR_S, YEAR_MB = 3.0, 300
LOOSELY = 5
"""How much slower than promised a busy machine may be."""


def ms(day: date, hour: int, minute: int = 0) -> int:
    at = datetime(day.year, day.month, day.day, hour, minute, tzinfo=ROME)
    return round(at.timestamp() * 1_000)


class Year:
    """Sessions thrice a week at each site, and on the nights when clocks change; people come by chance: late by just
    the tolerance and a second more, out in a break, without an exit, at the other site for a while, or not at all.
    """

    def __init__(self, running: Centre, path: Path) -> None:
        self.centre, self.path, self.chance = running, path, Random(20_26)
        for site in SITES:
            running.add_site(site)
        zones = {site: ["hall"] for site in SITES}
        terms = {"late_ms": LATE_MS, "early_ms": EARLY_MS}
        running.made("/programmes", {"id": "senior", "name": "Senior", "zones": zones, **terms})
        self.people = {site: self._enrolled(site) for site in SITES}
        self.moves: dict[str, list[tuple[int, Fact]]] = {site: [] for site in SITES}
        self.sessions: list[dict[str, object]] = []
        for number in range(DAYS):
            day = FIRST + timedelta(number)
            for site in SITES:
                self._lived(site, day)
        self._written()

    def _enrolled(self, site: str) -> list[str]:
        self.centre.made("/cohorts", {"id": f"c-{site}", "name": site, "programme": "senior", "site": site})
        found = []
        for number in range(PEOPLE):
            person = self.centre.made("/people", {"name": f"Persona {number} {site}"})["id"]
            body = {"person": person, "programme": "senior", "cohort": f"c-{site}", "from_ms": ms(FIRST, 0)}
            self.centre.made("/enrolments", body)
            found.append(person)
        return found

    def _lived(self, site: str, day: date) -> None:
        night = day in NIGHTS
        if not night and day.weekday() not in {0, 2, 4}:
            return
        start, end = (ms(day, 1), ms(day, 4)) if night else (ms(day, 9), ms(day, 13))
        pauses = f"{start + 60 * MINUTE_MS}-{start + 75 * MINUTE_MS}"
        state = "cancelled" if self.chance.random() < 0.1 else "delivered"
        ident = f"s-{site}-{day.isoformat()}"
        self.sessions.append(
            {"site": site, "id": ident, "start_ms": start, "end_ms": end, "breaks": pauses, "state": state}
        )
        missed = tuple(who for who in self.people[site] if self._came(site, who, start, end))
        self.moves[site].append((ms(day + timedelta(1), 5), DayClosed(missed)))

    def _came(self, site: str, who: str, start: int, end: int) -> bool:
        """Whether somebody came and their exit was missed."""
        came = start + self.chance.choice((-300_000, 0, LATE_MS, LATE_MS + 1_000, 45 * MINUTE_MS + 1))
        went = end - self.chance.choice((-300_000, 0, EARLY_MS, EARLY_MS + 1_000, 50 * MINUTE_MS + 999))
        what = self.chance.choice(("whole", "whole", "paused", "missed", "elsewhere", "never"))
        other = SITES[1 - SITES.index(site)]
        if what == "never":
            return False
        self.moves[site].append((came, Entered(who, "front", "hall", "1-1")))
        if what == "missed":
            return True
        if what == "paused":
            self._gone(site, who, start + 61 * MINUTE_MS, start + 80 * MINUTE_MS)
        if what == "elsewhere":
            self._gone(site, who, start + 90 * MINUTE_MS, start + 150 * MINUTE_MS)
            self.moves[other].append((start + 95 * MINUTE_MS, Entered(who, "front", "hall", "1-1")))
            self.moves[other].append((start + 140 * MINUTE_MS, Left("front", "hall", "", who)))
        self.moves[site].append((went, Left("front", "hall", "", who)))
        return False

    def _gone(self, site: str, who: str, out: int, back: int) -> None:
        self.moves[site].append((out, Left("front", "hall", "", who)))
        self.moves[site].append((back, Entered(who, "front", "hall", "1-1")))

    def _written(self) -> None:
        common = {"programme": "senior", "title": "Lezione", "zone": "hall", "off_site": False, "place": "", "why": ""}
        rows = [{**common, **one, "module": None, "resource": None, "revision": 1} for one in self.sessions]
        groups = [{"site": one["site"], "session": one["id"], "group_id": f"c-{one['site']}"} for one in self.sessions]
        with self.centre.database.write() as connection:
            connection.execute(insert(t.session), rows)
            connection.execute(insert(t.session_group), groups)
        for site in SITES:
            log = SiteLog(self.centre, site)
            for at_ms, fact in sorted(self.moves[site], key=lambda move: move[0]):
                log.write(at_ms, fact)
            log.send()


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Year]:
    folder = tmp_path_factory.mktemp("year-recounted")
    path = folder / "registry.db"
    with centre(f"sqlite:///{path}", folder / "keys") as running:
        yield Year(running, path)


def test_the_script_shares_no_code_with_the_product() -> None:
    source = ast.parse(Path(recount.__file__).read_text(encoding="utf-8"))
    named = {alias.name for node in ast.walk(source) if isinstance(node, ast.Import) for alias in node.names}
    named |= {node.module or "" for node in ast.walk(source) if isinstance(node, ast.ImportFrom)}
    assert named <= sys.stdlib_module_names


@pytest.mark.parametrize("site", SITES)
def test_a_years_register_is_what_the_raw_logs_say_minute_for_minute(year: Year, site: str) -> None:
    span = {"from_ms": ms(FIRST, 0), "until_ms": ms(FIRST + timedelta(DAYS), 0)}
    began = process_time()
    opened = year.centre.made(f"/sites/{site}/registers", {"programme": "senior", **span})
    took_s = process_time() - began
    shown = year.centre.ask("GET", f"/sites/{site}/registers/{opened['id']}").json()["minutes"]
    said = {(row["session"], row["person"]): (row["delivered_minutes"], row["recognised_minutes"]) for row in shown}
    counted = recount.recount(str(year.path), site, "senior")
    held = {one for one, (delivered, _) in said.items() if delivered}
    assert held == set(counted)
    assert {one: said[one] for one in counted if said[one] != counted[one]} == {}
    assert {recognised for _, recognised in counted.values()} > {0, 225}
    assert {delivered for (one, _), (delivered, _) in counted.items() if "2026-03-29" in one} <= {105}, "two hours"
    assert took_s < LOOSELY * YEAR_S


def test_a_years_hours_are_soon_reckoned_in_little_memory(year: Year) -> None:
    before_kb, began = getrusage(RUSAGE_SELF).ru_maxrss, process_time()
    with year.centre.database.read() as connection:
        rows = hours_of(connection, "senior", None, None, wall_ms())
    took_s = process_time() - began
    grew_mb = (getrusage(RUSAGE_SELF).ru_maxrss - before_kb) / 1_000
    counted = [recount.recount(str(year.path), site, "senior") for site in SITES]
    sums = {
        who: sum(minutes[1] for some in counted for (_, person), minutes in some.items() if person == who)
        for some in year.people.values()
        for who in some
    }
    assert {row.person: row.total.recognised_minutes for row in rows} == sums
    assert (took_s < LOOSELY * YEAR_S, grew_mb < YEAR_MB) == (True, True), (took_s, grew_mb)
