"""A whole day of two sites: the gateways' folds, the registry's and a recount from the raw log are one (S5)."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pytest

from access import effects as out
from access import events, occupancy
from access.clock import HOUR_MS, MINUTE_MS, Now
from access.codec import encode_fact
from access.log import Chain, Row, link
from access.occupancy import Occupancy
from access.site import Site
from access.stored import begin
from firmware_sim.day import plan_day
from registry.people.people import Profile, Rights
from registry.setup import Registry
from registry.uplink.folding import Folded, fold_rows
from tests.support.centres import Centre
from tests.support.log_rows import sent
from tests.support.places import CINISELLO, MATERA
from tests.support.recounted import Day
from tests.support.virtual_site import VirtualSite

DAY, SPEED = date(2026, 3, 9), 1_500.0
SITES = {"cinisello": CINISELLO, "matera": MATERA}


class Timed(VirtualSite):
    """A virtual site that keeps when each fact was logged, and what its gateway made of it after each turn."""

    def __init__(self, site: Site, seed: int, hours: int) -> None:
        plan = plan_day(site, DAY, seed, 20, SPEED)
        first_ms = plan.begins_ms
        early = tuple(one for one in plan.world_events if one.at_ms < first_ms + hours * HOUR_MS)
        super().__init__(site, replace(plan, world_events=early), SPEED, seed)
        self.times: list[int] = []
        self.marks: list[tuple[int, Occupancy]] = []

    def tell(self, *batch: events.Event) -> None:
        """Something comes to the gateway."""
        super().tell(*batch)
        if not self.marks or self.marks[-1][0] != len(self.log):
            self.marks.append((len(self.log), self.state.occupancy))

    def _perform(self, effect: out.Effect) -> None:
        if isinstance(effect, out.Append):
            self.times.append(self.now().wall_ms)
        super()._perform(effect)

    def sleep(self) -> None:
        """The night passes: the day ends."""
        self.mono_ms += round(20 * HOUR_MS / self.speed)
        self.tell(events.Ticked("00" * 16))

    def rows(self) -> list[Row]:
        """The log as it is sent."""
        chain, rows = Chain(self.site.id, 1, "0011aabb"), []
        for at_ms, (seq, fact) in zip(self.times, self.log, strict=True):
            chain, row = link(chain, seq, fact.KIND, encode_fact(fact), bytes([seq % 256]) * 32, Now(at_ms, seq, seq))
            rows.append(row)
        return rows


@cache
def lived(name: str, hours: int, *, night: bool) -> Timed:
    site = SITES[name]
    quiet = replace(site, policy=replace(site.policy, silent_after_ms=round(600_000 * SPEED)))
    day = Timed(quiet, 7, hours)
    day.run()
    if night:
        day.sleep()
    return day


@dataclass
class Told:
    """A registry that hears two sites in batches of any size, cut by chance."""

    centre: Centre
    chance: Random
    days: dict[str, Timed]
    upto: dict[str, int] = field(default_factory=dict)

    def send_some(self, name: str) -> int:
        """Send up to a moment after some turn of the gateway; how many rows the registry has then."""
        day, begun = self.days[name], self.upto.get(name, 0)
        rows = day.rows()
        later = [number for number, _ in day.marks if number > begun]
        end = self.chance.choice(later[:10])
        for start in range(begun, end, 400):
            batch = rows[start : min(start + 400, end)]
            answer = self.centre.as_gateway(name, "POST", "/events", sent(batch, name))
            assert answer.status_code == 200, answer.text
        self.upto[name] = end
        return end

    def all_sent(self, name: str) -> bool:
        return self.upto.get(name, 0) == len(self.days[name].log)


def raw(centre: Centre, site: str) -> Iterator[tuple[int, str, dict[str, Any]]]:
    """The log as the registry kept it, row by row, through its API."""
    cursor = ""
    while cursor is not None:
        page = centre.ask("GET", f"/sites/{site}/events?limit=500{cursor and '&cursor='}{cursor}").json()
        for item in page["items"]:
            yield item["at_ms"], item["kind"], item["body"]
        cursor = page["next"]


def here(centre: Centre, site: str) -> dict[str, tuple[str, int]]:
    stays = centre.ask("GET", f"/sites/{site}/occupancy").json()["stays"]
    return {stay["person"]: (stay["zone"], stay["since_ms"]) for stay in stays}


def over(centre: Centre, site: str) -> list[tuple[Any, ...]]:
    cursor, found = "", []
    while cursor is not None:
        page = centre.ask("GET", f"/sites/{site}/stays?limit=500{cursor and '&cursor='}{cursor}").json()
        found += page["items"]
        cursor = page["next"]
    return sorted((one["person"], one["zone"], one["start_ms"], one["end_ms"], one["how"]) for one in found)


@pytest.mark.parametrize(("hours", "night"), [(6, False), (24, True)])
def test_a_day_counts_alike_at_the_gateway_at_the_registry_and_by_hand(both: Centre, hours: int, night: bool) -> None:
    days = {name: lived(name, hours, night=night) for name in SITES}
    told = Told(both, Random(5), days)
    looks = stayed = 0
    while not all(map(told.all_sent, days)):
        for name, day in days.items():
            if told.all_sent(name):
                continue
            end = told.send_some(name)
            gateways = dict(day.marks)[end]
            assert here(both, name) == {who: (stay.zone, stay.since_ms) for who, stay in gateways.stays.items()}
            standing = both.registry.standing(name)
            assert standing is not None
            assert standing.occupancy == gateways
            by_hand = Day().read(raw(both, name))
            assert here(both, name) == {who: (row[0], row[1]) for who, row in by_hand.here.items()}
            assert over(both, name) == sorted(by_hand.over)
            looks += 1
            stayed += len(gateways.stays)
    assert looks > 10
    assert stayed > 20
    if night:
        assert {row[4] for name in SITES for row in over(both, name)} >= {"exit", "system"}


@pytest.mark.parametrize("name", SITES)
def test_a_gateway_that_restarts_at_any_moment_has_the_same_occupancy(name: str) -> None:
    day, chance = lived(name, 6, night=False), Random(3)
    facts = [(at_ms, fact) for at_ms, (_, fact) in zip(day.times, day.log, strict=True)]
    for end, live in chance.sample(day.marks, 40):
        state = begin(day.site, day.state.replica, 1, end, facts[:end], {}, {}, Now(day.times[end - 1], 0, 0))
        assert state.occupancy == live
        stored = json.loads(json.dumps(occupancy.to_stored(live)))
        assert occupancy.from_stored(stored) == live


@pytest.mark.parametrize("name", SITES)
def test_the_registrys_fold_from_nothing_is_its_fold_of_any_batches(name: str) -> None:
    day, chance = lived(name, 24, night=True), Random(4)
    rows = day.rows()
    whole, _ = fold_rows(Folded(), rows)
    for _ in range(5):
        folded, start = Folded(), 0
        while start < len(rows):
            end = start + chance.randint(1, 200)
            folded, _ = fold_rows(folded, rows[start:end])
            start = end
        assert folded == whole


def test_attendance_of_the_day_is_that_of_a_recount(both: Centre, tmp_path: Path) -> None:
    day = lived("matera", 24, night=True)
    people = sorted({row[0] for row in _recounted(day).over if isinstance(row[0], str)})
    made(both, people, day.plan.begins_ms)
    told = Told(both, Random(6), {"matera": day})
    first_ms = day.plan.begins_ms // MINUTE_MS * MINUTE_MS
    spans = [(first_ms + n * 45 * MINUTE_MS, first_ms + n * 45 * MINUTE_MS + 90 * MINUTE_MS) for n in range(10)]
    sessions = [delivered(both, *span) for span in spans]
    while not told.all_sent("matera"):
        told.send_some("matera")
    by_hand = Day().read(raw(both, "matera"))
    some = 0
    for session, (start_ms, end_ms) in zip(sessions, spans, strict=True):
        said = both.ask("GET", f"/sites/matera/sessions/{session}/attendance").json()["items"]
        counted = {row["person"]: row["recognised_minutes"] for row in said}
        assert counted == {who: by_hand.minutes(who, start_ms, end_ms, end_ms) for who in people}
        assert registered(both, session) == counted
        some += sum(0 < minutes < 90 for minutes in counted.values())
    assert some > 5
    with Registry(both.url, tmp_path / "other-keys") as restarted:
        again = restarted.standing("matera")
        assert again == both.registry.standing("matera")


def _recounted(day: Timed) -> Day:
    rows = (
        (at_ms, fact.KIND, json.loads(encode_fact(fact))) for at_ms, (_, fact) in zip(day.times, day.log, strict=True)
    )
    return Day().read(rows)


def made(both: Centre, people: list[str], from_ms: int) -> None:
    """These people, in a cohort that counts to the minute."""
    zones = {"matera": ["sala"]}
    exact = {"late_ms": 0, "early_ms": 0}
    both.made("/programmes", {"id": "senior", "name": "Senior", "zones": zones, **exact})
    both.made("/cohorts", {"id": "c26", "name": "26", "programme": "senior", "site": "matera"})
    for who in people:
        both.registry.add_person(Profile("Qualcuno"), who)
        both.registry.set_rights("matera", who, Rights(frozenset({"sala"})))
        body = {"person": who, "programme": "senior", "cohort": "c26", "from_ms": from_ms - HOUR_MS}
        both.made("/enrolments", body)


def registered(both: Centre, session: str) -> dict[str, int]:
    """The minutes of a session's register."""
    register = both.ask("PUT", f"/sites/matera/sessions/{session}/register").json()["id"]
    shown = both.ask("GET", f"/sites/matera/registers/{register}").json()
    return {row["person"]: row["recognised_minutes"] for row in shown["minutes"]}


def delivered(both: Centre, start_ms: int, end_ms: int) -> str:
    span = {"start_ms": start_ms, "end_ms": end_ms}
    body = {"programme": "senior", "title": "Lezione", "zone": "sala", "groups": ["c26"], **span}
    ident: str = both.made("/sites/matera/sessions", body)["id"]
    answer = both.ask("PUT", f"/sites/matera/sessions/{ident}", {**body, "state": "delivered"}, If_Match="*")
    assert answer.status_code == 200, answer.text
    return ident
