"""The demo, whole: broker, registry, doorkeepers, gateways, a day of both sites' people, and the count at its end."""

import time
import urllib.request
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from functools import partial
from http.client import HTTPException
from pathlib import Path
from zoneinfo import ZoneInfo

from access.clock import MINUTE_MS, SECOND_MS
from access.hours import local
from firmware_sim.day import plan_day, traveller_of
from firmware_sim.scenario import DayPlan
from gateway.clock import Clock, DayAt
from hubout.demo.accounts import PASSWORD, sign_ins
from hubout.demo.broker import embedded_broker
from hubout.demo.children import Children
from hubout.demo.peopling import people
from hubout.demo.places import PLACES, Ports
from hubout.demo.playing import Playing
from hubout.demo.recount import Report, SiteCount, compare, count_site, open_questions, rows_of
from hubout.demo.stage import Stage, registry_arguments, set_up, staff_code
from hubout.ports import free_port
from registry.setup import Registry

SEED = 1
PEOPLE = 26
DAY_LONG_MS = 13 * 60 * MINUTE_MS
"""From before the first comes until after the last has left, as every plan is."""
LEAD_MS, TAIL_MS = 5 * MINUTE_MS, 15 * MINUTE_MS
UP_WITHIN_S, DRAINED_WITHIN_S = 120.0, 60.0
STEADY_LOOKS = 10
LOOK_S = 0.1


@dataclass(frozen=True, slots=True)
class Wish:
    """How the demo is to be: site time ``speed`` times real; ``for_s`` real seconds at most (None: the whole day);
    the first ``port`` of its pages (None: free ones); where its files go.
    """

    speed: float
    for_s: float | None
    port: int | None
    folder: Path
    day: date


class Demo:
    """One run. ``say`` prints a line."""

    def __init__(self, wish: Wish, say: Callable[[str], None]) -> None:
        self._wish, self._say = wish, say
        self._ports: dict[str, Ports] = {}
        self._begun_file = wish.folder / "day-begun"

    def run(self, interrupted: Callable[[], bool]) -> Report:
        """Play the day, and count what came of it. Raises ChildFailed where a program does not do its part."""
        with ExitStack() as stack:
            broker_port = stack.enter_context(embedded_broker(self._wish.folder))
            self._ports = self._chosen(broker_port)
            stage, registry = set_up(self._wish.folder, self._ports)
            plans = self._plans(stage)
            operator = registry.first_operator()
            people(registry, {place.id: stage.site(place.id) for place in PLACES}, plans, self._wish.day)
            logins = sign_ins(registry, plans)
            registry.close()
            children = stack.enter_context(Children(self._wish.folder))
            clock = Clock(self._day(plans))
            self._start(children, stage, clock)
            self._tell(operator, logins)
            playing = [Playing(stage, plan, broker_port, clock) for plan in plans]
            self._play(children, playing, clock, interrupted)
            self._drain(children, stage)
            for site in playing:
                site.end()
            self._drain(children, stage)
        return self._counted(stage, playing)

    def _chosen(self, broker_port: int) -> dict[str, Ports]:
        first = self._wish.port
        registry, *pages = [free_port() if first is None else first + n for n in range(1 + len(PLACES))]
        return {place.id: Ports(broker_port, registry, port) for place, port in zip(PLACES, pages, strict=True)}

    def _plans(self, stage: Stage) -> list[DayPlan]:
        """Every site's day; who can leave one site for another may come to the next."""
        plans: list[DayPlan] = []
        for place in PLACES:
            visiting = traveller_of(plans[-1]) if plans else None
            speed = max(1.0, self._wish.speed)
            plans.append(plan_day(stage.site(place.id), self._wish.day, SEED, PEOPLE, speed, visiting))
        return plans

    def _day(self, plans: list[DayPlan]) -> DayAt:
        begins_ms = min(plan.begins_ms for plan in plans) - LEAD_MS
        return DayAt(self._wish.speed, begins_ms, self._begun_file)

    # -- coming up

    def _start(self, children: Children, stage: Stage, clock: Clock) -> None:
        self._say("starting a broker, the registry, two doorkeepers and two gateways")
        day = clock.day
        if day is None:
            raise ValueError("the demo lives a day of its own")
        port = self._ports[PLACES[0].id].registry
        children.start("registry", registry_arguments(stage, port))
        for site, file in stage.files.items():
            children.start(f"doorkeeper-{site}", ["doorkeeper", "--config", str(file)])
            given = f"{day.speed}:{day.wall_ms}:{day.begun_file}"
            children.start(f"gateway-{site}", ["gateway", "--config", str(file), "--day", given])
        for site in stage.files:
            page = f"http://127.0.0.1:{self._ports[site].pages}/healthz"
            children.wait_until(f"the pages of {site}", partial(_answers, page), UP_WITHIN_S)

    def _tell(self, operator: str | None, logins: list[str]) -> None:
        for place in PLACES:
            code = staff_code(place.id)
            self._say(f"{place.name}: http://127.0.0.1:{self._ports[place.id].pages}/ (any name, code {code})")
        registry = f"http://127.0.0.1:{self._ports[PLACES[0].id].registry}"
        self._say(f'centre: {registry}/ ({", ".join(logins)}; password "{PASSWORD}")')
        self._say(f"registry: {registry}/api/v1/openapi.json (operator token {operator})")

    # -- the day

    def _play(self, children: Children, playing: list[Playing], clock: Clock, interrupted: Callable[[], bool]) -> None:
        for site in playing:
            site.start()
        for site in playing:
            children.wait_until("people's and bookings' coming to a site", partial(_is_ready, site), UP_WITHIN_S)
        self._begun_file.write_text(str(time.monotonic_ns() // 1_000_000), encoding="ascii")
        ends_ms = None if self._wish.for_s is None else clock.now().mono_ms + int(self._wish.for_s * SECOND_MS)
        last_hour = -1

        def done() -> bool:
            nonlocal last_hour
            now = clock.now()
            hour = now.day_ms // (60 * MINUTE_MS)
            if hour != last_hour:
                last_hour = hour
                self._say(_line(playing))
            time_is_over = ends_ms is not None and now.mono_ms >= ends_ms
            dead = not all(site.alive for site in playing)
            return dead or time_is_over or interrupted() or all(site.over for site in playing)

        children.wait_until("the end of the day", done, _longest_s(self._wish))
        children.check()

    # -- the end

    def _drain(self, children: Children, stage: Stage) -> None:
        """Until the registry has held all of both logs for a second."""
        steady = 0

        def drained() -> bool:
            nonlocal steady
            logged = {site: _last(stage.log_of(site)) for site in stage.files}
            with Registry(stage.database_url, stage.keys) as registry:
                held = {standing.site: standing.seq for standing in registry.standings()}
            steady = steady + 1 if logged == held else 0
            return steady >= STEADY_LOOKS

        children.wait_until("the registry's having everything", drained, DRAINED_WITHIN_S)

    def _counted(self, stage: Stage, playing: list[Playing]) -> Report:
        counted: list[SiteCount] = [count_site(site, rows_of(stage.log_of(site))) for site in stage.files]
        with Registry(stage.database_url, stage.keys) as registry:
            synced, equal = compare(registry, counted)
            questions = open_questions(registry, counted)
        troubles = tuple(trouble for site in playing for trouble in site.world.troubles)
        return Report(tuple(counted), synced, equal, troubles, questions)


def _longest_s(wish: Wish) -> float:
    return (wish.for_s or DAY_LONG_MS / SECOND_MS / wish.speed) + UP_WITHIN_S


def _line(playing: list[Playing]) -> str:
    sites = []
    for site in playing:
        seen = site.reception.seen
        used = sum(desk["state"].startswith("occupied") for desk in seen["desks"])
        sites.append(f"{seen['site']['name']}: {seen['total']['present']} present, {used} desks in use")
    first = playing[0].reception.seen
    at = local(first["at_ms"], ZoneInfo(first["site"]["timezone"]))
    return f"{at:%H:%M}  " + "; ".join(sites)


def _is_ready(site: Playing) -> bool:
    """Whether a gateway decides by the registry's people and bookings, drives its locks, and beacons to its devices."""
    sources = site.reception.seen.get("sources", {})
    decides = bool(sources.get("replica_version") and sources["keeper_found"] and sources["broker_online"])
    return decides and site.fresh


def _last(log: Path) -> int:
    return max((row.seq for row in rows_of(log)), default=0)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=1) as answer:  # noqa: S310 -- loopback, made above
            return bool(answer.status == 200)
    except (OSError, HTTPException):
        return False
