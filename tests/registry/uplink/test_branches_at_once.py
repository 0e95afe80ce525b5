"""Gateways and staff who all speak at once: each is answered, no two are given one epoch, and no row is lost."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from access.facts import Entered, Started
from registry.edit import editing
from registry.uplink import branches, confirming
from registry.uplink.hello import Forked, Resume
from registry.uplink.ingest import Acked, Fork, Outcome, take
from tests.support.centres import Centre
from tests.support.gateway_log import MINUTE_MS, GatewayLog
from tests.support.log_rows import START_MS

COPIES = 6


def at_once(asked: list[Callable[[], object]]) -> list[object]:
    with ThreadPoolExecutor(len(asked)) as pool:
        return [found.result() for found in [pool.submit(one) for one in asked]]


def test_a_first_append_that_comes_twice_at_once_is_one_branch(both: Centre) -> None:
    log = GatewayLog(both.database)
    log.write(*(Started(str(number)) for number in range(20)))

    def send() -> Outcome:
        with both.database.write() as connection:
            return take(connection, "matera", 1, log.rows, START_MS)

    assert at_once([send] * 6) == [Acked(20)] * 6


def test_copies_that_greet_while_rows_come_and_staff_confirm_are_each_given_their_own(both: Centre) -> None:
    log = GatewayLog(both.database)
    log.write(*(Started(str(number)) for number in range(40)))
    log.link_up()
    copies = [log.copied(f"c{number}", 5 + number) for number in range(COPIES)]
    for copy in copies:
        copy.write(Started("x"))
    log.write(*(Entered(f"p{number}", "front", "hall", "1-1") for number in range(200)))

    def sent(start: int) -> Outcome:
        with both.database.write() as connection:
            return take(connection, "matera", 1, log.rows[40 + start : 90 + start], START_MS)

    def confirm() -> None:
        with editing(both.database, START_MS) as edit:
            confirming.confirm(edit, "matera", 1, "op", "again")

    asked: list[Callable[[], object]] = [confirm, confirm]
    for number, copy in enumerate(copies, 1):
        asked += [partial(copy.greet, START_MS + number * MINUTE_MS), partial(sent, number * 10)]
    found = at_once(asked)
    given = [one for one in found if isinstance(one, Forked | branches.TooMany)]
    epochs = [one.epoch for one in given if isinstance(one, Forked)]
    assert len(given) == COPIES
    assert sorted(epochs) == list(range(2, 2 + len(epochs)))
    assert not any(isinstance(one, Resume | Fork) for one in found)
    for number, copy in enumerate(copies, 1):
        copy.link_up(START_MS + (COPIES + number) * MINUTE_MS)
    log.link_up()
    assert sorted(copy.epoch for copy in copies) == list(range(2, 2 + COPIES))
    items = both.ask("GET", "/sites/matera/branches").json()["items"]
    assert [item["seq"] for item in items if item["epoch"] == 1] == [240]
