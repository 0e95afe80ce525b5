"""The line before the work: bounds kept at every moment, and who has tried longest goes first (S9)."""

import asyncio
from collections import Counter
from contextlib import suppress
from random import Random

import pytest

from registry.uplink.intake import MOST_REMEMBERED, Bounds, Intake
from tests.support.hall import Hall, run, turns

TURNS = 400


def test_so_many_are_worked_on_and_the_next_when_one_is_done() -> None:
    async def story() -> None:
        hall = Hall(Bounds(held_bytes=1_000, at_once=2))
        async with asyncio.TaskGroup() as coming:
            for site in "abc":
                coming.create_task(hall.come(site, 10))
                await turns()
            assert hall.did("work") == ["a", "b"]
            assert hall.did("held") == ["a", "b", "c"], "c is read meanwhile"
            hall.leave["b"].set()
            await turns()
            assert hall.did("work") == ["a", "b", "c"]
            hall.leave["a"].set()
            hall.leave["c"].set()
        assert hall.did("done") == ["b", "a", "c"]

    run(story())


def test_what_exceeds_the_bytes_waits_and_nobody_overtakes_it() -> None:
    async def story() -> None:
        hall = Hall(Bounds(held_bytes=100, at_once=9))
        async with asyncio.TaskGroup() as coming:
            for site, size in (("a", 60), ("large", 60), ("small", 10)):
                coming.create_task(hall.come(site, size))
                hall.now_s += 1
                await turns()
            assert hall.did("held") == ["a"], "the small one would fit, but came later"
            hall.leave["a"].set()
            await turns()
            assert hall.did("held") == ["a", "large", "small"]
            hall.leave["large"].set()
            hall.leave["small"].set()

    run(story())


def test_what_is_larger_than_all_there_is_goes_alone() -> None:
    async def story() -> None:
        hall = Hall(Bounds(held_bytes=100, at_once=9))
        async with asyncio.TaskGroup() as coming:
            coming.create_task(hall.come("huge", 500))
            await turns()
            coming.create_task(hall.come("small", 1))
            await turns()
            assert hall.did("work") == ["huge"]
            hall.leave["huge"].set()
            await turns()
            hall.leave["small"].set()
        assert hall.did("done") == ["huge", "small"]

    run(story())


def test_a_site_that_is_here_already_is_turned_away() -> None:
    async def story() -> None:
        hall = Hall(Bounds(at_once=1))
        async with asyncio.TaskGroup() as coming:
            coming.create_task(hall.come("a", 1))
            await turns()
            working = hall.leave["a"]
            await hall.come("a", 1)
            assert hall.did("away") == ["a"]
            working.set()

    run(story())


def test_a_full_line_turns_away_and_whoever_waits_too_long_is() -> None:
    async def story() -> None:
        hall = Hall(Bounds(at_once=1, line=1, wait_s=0.02))
        async with asyncio.TaskGroup() as coming:
            coming.create_task(hall.come("a", 1))
            await turns()
            waiting = coming.create_task(hall.come("b", 1))
            await turns()
            await hall.come("c", 1)
            assert hall.did("away") == ["c"]
            await waiting
            assert hall.did("away") == ["c", "b"]
            assert not hall.intake.worked_on.waiting
            hall.leave["a"].set()

    run(story())


def test_who_was_turned_away_keeps_the_place_by_the_time_it_has_tried() -> None:
    async def story() -> None:
        hall = Hall(Bounds(at_once=1, wait_s=0.05))
        async with asyncio.TaskGroup() as coming:
            coming.create_task(hall.come("busy", 1))
            await turns()
            hall.now_s = 1.0
            await hall.come("early", 1)
            assert hall.did("away") == ["early"]
            hall.intake.wait_s = 5.0
            for at_s, site in ((2.0, "late"), (3.0, "early")):
                hall.now_s = at_s
                coming.create_task(hall.come(site, 1))
                await turns()
            hall.leave["busy"].set()
            await turns()
            assert hall.did("work") == ["busy", "early"], "it came back later, and has tried longer"
            for site in ("early", "late"):
                hall.leave[site].set()
                await turns()
        hall.now_s = 9.0
        assert "early" not in hall.intake._tried_since_s, "served, it tries anew"

    run(story())


def test_who_hangs_up_leaves_its_place() -> None:
    async def story() -> None:
        hall = Hall(Bounds(at_once=1))
        async with asyncio.TaskGroup() as coming:
            first = coming.create_task(hall.come("a", 1))
            await turns()
            second = coming.create_task(hall.come("b", 1))
            coming.create_task(hall.come("c", 1))
            await turns()
            second.cancel()
            await turns()
            first.cancel()
            await turns()
            assert hall.did("work") == ["a", "c"]
            hall.leave["c"].set()
        assert not hall.intake.held.inside
        assert not hall.intake.worked_on.inside

    run(story())


def test_a_failure_in_the_work_frees_its_place() -> None:
    async def story() -> None:
        intake = Intake(Bounds(at_once=1), lambda: 0.0)
        for _ in range(3):
            with suppress(TimeoutError):
                async with intake.held_for("a", 1) as left_s, intake.worked_on_for("a", left_s):
                    raise TimeoutError
        assert not intake.held.inside
        assert not intake.worked_on.inside

    run(story())


def test_sites_that_never_came_back_are_forgotten() -> None:
    async def story() -> None:
        hall = Hall(Bounds(at_once=1, line=0))
        for number in range(MOST_REMEMBERED + 10):
            await hall.come(f"s{number}", 1)
        assert len(hall.intake._tried_since_s) == MOST_REMEMBERED

    run(story())


@pytest.mark.parametrize("seed", range(20))
def test_whatever_comes_the_bounds_hold_and_every_site_is_served(seed: int) -> None:
    async def story() -> None:
        chance, bounds = Random(seed), Bounds(held_bytes=100, at_once=3, line=8, wait_s=30.0)
        hall, reached = Hall(bounds), Counter[str]()
        sites = [f"s{number}" for number in range(16)]
        async with asyncio.TaskGroup() as coming:
            for _ in range(TURNS):
                hall.now_s += 1
                coming.create_task(hall.come(chance.choice(sites), chance.randint(1, 60)))
                await turns()
                inside = list(hall.intake.worked_on.inside)
                reached["full"] += len(inside) == bounds.at_once
                reached["bytes"] += bool(hall.intake.held.waiting)
                if inside and chance.random() < 0.7:
                    hall.leave[chance.choice(inside)].set()
                    await turns()
            while inside := list(hall.intake.worked_on.inside):
                for site in inside:
                    hall.leave[site].set()
                await turns()
        assert hall.most_at_once == bounds.at_once
        assert hall.most_bytes <= bounds.held_bytes
        assert set(hall.did("done")) == set(sites)
        assert min(reached["full"], reached["bytes"], len(hall.did("away"))) > 0

    run(story())
