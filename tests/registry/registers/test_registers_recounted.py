"""Registers of two sites at the edges of the rules, counted again by the second from raw logs: no code of ours."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from access.facts import DayClosed, Entered, Left
from tests.support.centres import Centre
from tests.support.recounted import Day
from tests.support.site_log import SiteLog

ROME = ZoneInfo("Europe/Rome")
LATE_S, EARLY_S = 600, 300
NIGHT, AFTER = "2025-10-26", "2025-10-27"
"""On the night to the first of these days the clocks went back, from three to two."""


def ms(text: str, *, again: bool = False) -> int:
    """A local time; ``again``: its second time, after the clocks went back."""
    return int(datetime.fromisoformat(text).replace(tzinfo=ROME, fold=again).timestamp() * 1_000)


def rows(log: SiteLog) -> list[tuple[int, str, dict[str, Any]]]:
    """The raw log, as its centre keeps it."""
    items = log.centre.ask("GET", f"/sites/{log.site}/events?limit=500").json()["items"]
    return [(one["at_ms"], one["kind"], one["body"]) for one in items]


def spans(logs: list[SiteLog], person: str) -> list[tuple[int, int]]:
    """When somebody was at any site; whose exit was missed was there until they came to another site."""
    days = {log.site: Day().read(rows(log)) for log in logs}
    found = [
        (int(str(row[2])), int(str(row[3])), site, row[4] == "system")
        for site, day in days.items()
        for row in day.over
        if row[0] == person
    ]
    ends = []
    for start, end, site, missed in found:
        later = [other for other, _, elsewhere, _ in found if elsewhere != site and other > start]
        ends.append((start, min([end, *later]) if missed else end))
    return ends


def by_hand(there: list[tuple[int, int]], start: int, end: int, breaks: list[tuple[int, int]]) -> int:
    """Whole minutes, second by second."""
    length = (end - start) // 1_000
    present = [any(a <= start + s * 1_000 < b for a, b in there) for s in range(length)]
    came = [s for s in range(length) if present[s] and (s == 0 or not present[s - 1]) and s <= LATE_S]
    went = [
        s for s in range(length) if present[s] and (s == length - 1 or not present[s + 1]) and s + 1 >= length - EARLY_S
    ]
    for s in range(length):
        present[s] |= bool(came and s < came[-1]) or bool(went and s > went[0])
    counted = [s for s in range(length) if present[s] and not any(a <= start + s * 1_000 < b for a, b in breaks)]
    return len(counted) // 60


@pytest.fixture
def logs(both: Centre) -> list[SiteLog]:
    zones = {"matera": ["hall"], "cinisello": ["hall"]}
    terms = {"late_ms": LATE_S * 1_000, "early_ms": EARLY_S * 1_000}
    both.made("/programmes", {"id": "senior", "name": "Senior", "zones": zones, **terms})
    both.made("/cohorts", {"id": "c25", "name": "2025", "programme": "senior", "site": "matera"})
    return [SiteLog(both, "matera"), SiteLog(both, "cinisello")]


def enrolled(both: Centre, name: str) -> str:
    person: str = both.made("/people", {"name": name})["id"]
    both.made("/enrolments", {"person": person, "programme": "senior", "cohort": "c25", "from_ms": ms("2025-10-01")})
    return person


def registered(both: Centre, start: int, end: int, state: str, *breaks: tuple[int, int]) -> dict[str, tuple[int, int]]:
    """A session's register: delivered and recognised minutes, by person."""
    body = {
        "programme": "senior",
        "title": "Notte",
        "zone": "hall",
        "groups": ["c25"],
        "start_ms": start,
        "end_ms": end,
    }
    body["breaks"] = [{"start_ms": first, "end_ms": last} for first, last in breaks]
    ident = both.made("/sites/matera/sessions", body)["id"]
    why = {"why": "malattia"} if state == "cancelled" else {}
    answer = both.ask("PUT", f"/sites/matera/sessions/{ident}", {**body, "state": state, **why}, If_Match="*")
    assert answer.status_code == 200, answer.text
    register = both.ask("PUT", f"/sites/matera/sessions/{ident}/register").json()["id"]
    shown = both.ask("GET", f"/sites/matera/registers/{register}").json()
    return {row["person"]: (row["delivered_minutes"], row["recognised_minutes"]) for row in shown["minutes"]}


def test_minutes_at_the_edges_are_those_of_a_count_by_hand(both: Centre, logs: list[SiteLog]) -> None:
    matera, cinisello = logs
    night = (ms(f"{NIGHT}T01:00"), ms(f"{NIGHT}T04:00"))
    pause = (ms(f"{NIGHT}T02:30", again=True), ms(f"{NIGHT}T02:45", again=True))
    stays = {
        "whole": [(matera, f"{NIGHT}T00:50", f"{NIGHT}T04:10")],
        "just late": [(matera, f"{NIGHT}T01:10", f"{NIGHT}T03:55")],
        "too late": [(matera, f"{NIGHT}T01:10:01", f"{NIGHT}T03:54:59")],
        "missed": [(matera, f"{NIGHT}T01:30", "")],
        "two sites": [(cinisello, f"{NIGHT}T01:00", f"{NIGHT}T01:40"), (matera, f"{NIGHT}T01:50", f"{NIGHT}T03:30")],
        "went elsewhere": [(matera, f"{NIGHT}T01:00", ""), (cinisello, f"{NIGHT}T01:45", f"{NIGHT}T01:50")],
        "never": [],
    }
    people = {name: enrolled(both, name) for name in stays}
    moves = list[tuple[int, SiteLog, Entered | Left]]()
    for name, some in stays.items():
        for log, came, went in some:
            moves.append((ms(came), log, Entered(people[name], "front", "hall", f"{len(moves)}-1")))
            if went:
                moves.append((ms(went), log, Left("front", "hall", "", people[name])))
    for at_ms, log, fact in sorted(moves, key=lambda one: one[0]):
        log.write(at_ms, fact)
    matera.write(ms(f"{AFTER}T05:00"), DayClosed((people["missed"], people["went elsewhere"])))
    for log in logs:
        log.send()
    found = registered(both, *night, "delivered", pause)
    assert {minutes for minutes, _ in found.values()} == {225}, "the night had four hours, less a quarter"
    counted = {name: by_hand(spans(logs, who), *night, [pause]) for name, who in people.items()}
    assert {name: found[who][1] for name, who in people.items()} == counted
    assert counted["whole"] == counted["just late"] == 225 > counted["too late"]
    assert counted["never"] == 0 < counted["went elsewhere"] < counted["two sites"] < counted["missed"]
    assert set(registered(both, *night, "cancelled", pause).values()) == {(0, 0)}
