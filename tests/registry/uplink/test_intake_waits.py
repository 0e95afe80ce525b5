"""How long a site is kept in line before it is turned away (S9)."""

import asyncio

from gateway.link.client import Patience
from registry.uplink.intake import Bounds, Intake
from tests.support.hall import run, turns


def test_what_was_waited_to_be_read_is_not_waited_again_to_be_worked_on() -> None:
    async def story() -> None:
        intake, lefts = Intake(Bounds(held_bytes=1, at_once=1, wait_s=60.0), lambda: 0.0), []

        async def come(site: str) -> None:
            async with intake.held_for(site, 1) as left_s:
                lefts.append(left_s)
                await turns()

        async with asyncio.TaskGroup() as coming:
            for site in "abc":
                coming.create_task(come(site))
        assert 60.0 >= lefts[0] > lefts[1] > lefts[2] > 0.0

    run(story())


def test_a_gateway_waits_longer_for_an_answer_than_it_may_be_kept_in_line() -> None:
    assert Bounds().wait_s + 2 <= Patience().read_s
