"""What is no more of a site's log: a gap that is kept, alarmed, and leaves the counts estimated (S1, S3)."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from access.facts import Checkpoint, Entered, Started
from access.log import Gap, Row
from registry.tables import core as t
from registry.uplink.branches import histories
from registry.uplink.elements import Element
from registry.uplink.histories import Part
from registry.uplink.ingest import Acked, Fork, Outcome, take
from registry.uplink.ingest import Gap as Missing
from registry.uplink.refold import standing_at
from tests.support.centres import Centre, problem
from tests.support.gateway_log import GatewayLog
from tests.support.log_rows import START_MS, sent

EMPTY = Checkpoint(
    {"stays": [], "anonymous": [], "estimated": []}, {"doors": {}, "desks": {}, "lockdown": False, "fire": False}
)
ROWS = 30


@pytest.fixture
def log(both: Centre) -> GatewayLog:
    """A log of thirty rows that nobody has sent."""
    made = GatewayLog(both.database)
    made.write(*(Started(str(number)) for number in range(ROWS)))
    return made


def gone(log: GatewayLog, first: int, last: int) -> Gap:
    return Gap(first, last, log.rows[last - 1].hash)


def took(log: GatewayLog, *elements: Element, epoch: int = 1) -> Outcome:
    with log.database.write() as connection:
        return take(connection, "matera", epoch, elements, START_MS)


def kept(log: GatewayLog) -> tuple[list[int], list[tuple[int, int]]]:
    """The numbers of the rows that are here, and the gaps."""
    with log.database.read() as connection:
        rows = connection.execute(select(t.event.c.seq).order_by(t.event.c.seq)).scalars().all()
        gaps = connection.execute(select(t.gap.c.first, t.gap.c.last).order_by(t.gap.c.first)).all()
    return list(rows), [(row.first, row.last) for row in gaps]


def alarms(both: Centre) -> list[tuple[str, int]]:
    return [(one["kind"], one["seq"]) for one in both.ask("GET", "/sites/matera/alarms").json()["items"]]


def posted(both: Centre, elements: list[dict[str, Any]]) -> Any:  # noqa: ANN401 -- a response
    body = {"site": "matera", "epoch": 1, "rows": elements}
    return both.as_gateway("matera", "POST", "/events", body)


def test_a_gap_is_kept_in_its_place_and_alarmed_once_however_often_it_is_sent(both: Centre, log: GatewayLog) -> None:
    head = log.rows[19].hash.hex()
    gap = {"gap": {"first": 11, "last": 20, "head": head}}
    elements = [*sent(log.rows[:10])["rows"], gap, *sent(log.rows[20:])["rows"]]
    for _ in range(2):
        answer = posted(both, elements)
        assert (answer.status_code, answer.json()) == (200, {"acked": ROWS})
    assert kept(log) == ([*range(1, 11), *range(21, 31)], [(11, 20)])
    assert alarms(both) == [("gap", 11)]
    (shown,) = both.ask("GET", "/sites/matera/gaps").json()["items"]
    assert shown == {"epoch": 1, "first": 11, "last": 20, "head": head, "at_ms": shown["at_ms"]}
    assert problem(both.ask("GET", "/sites/nowhere/gaps")) == (404, "not-found")


def test_a_log_may_begin_with_a_gap_and_end_with_one(log: GatewayLog) -> None:
    assert took(log, gone(log, 1, 5), *log.rows[5:10], gone(log, 11, ROWS)) == Acked(ROWS)
    log.write(Started("after"))
    assert took(log, *log.rows[ROWS:]) == Acked(ROWS + 1)
    assert kept(log)[1] == [(1, 5), (11, ROWS)]


def test_of_a_gap_that_was_partly_here_only_the_rest_is_missing(log: GatewayLog) -> None:
    took(log, *log.rows[:15])
    assert took(log, gone(log, 11, 20), *log.rows[20:]) == Acked(ROWS)
    assert kept(log) == ([*range(1, 16), *range(21, 31)], [(16, 20)])


def test_rows_that_come_after_they_were_given_up_change_nothing(log: GatewayLog) -> None:
    took(log, *log.rows[:10], gone(log, 11, 20))
    assert took(log, *log.rows[12:25]) == Acked(25)
    assert kept(log) == ([*range(1, 11), *range(21, 26)], [(11, 20)])


def test_a_gap_beyond_what_is_here_is_refused_with_where_to_go_on(log: GatewayLog) -> None:
    took(log, *log.rows[:10])
    assert took(log, gone(log, 12, 20)) == Missing(10)


def test_a_gap_that_says_another_history_is_a_fork(both: Centre, log: GatewayLog) -> None:
    took(log, *log.rows[:15])
    assert took(log, Gap(5, 12, bytes(32))) == Fork(12)
    assert took(log, gone(log, 5, 12)) == Acked(15)
    assert alarms(both) == [("fork", 12)]


def test_what_follows_a_gap_must_follow_its_hash(both: Centre, log: GatewayLog) -> None:
    took(log, *log.rows[:10])
    wrong = {"gap": {"first": 11, "last": 20, "head": "11" * 32}}
    answer = posted(both, [wrong, *sent(log.rows[20:])["rows"]])
    assert (problem(answer), answer.json()["seq"]) == ((422, "broken-row"), 21)
    assert kept(log) == (list(range(1, 11)), [])


@pytest.mark.parametrize(
    "change",
    [
        {"first": 0},
        {"first": 21},
        {"first": "11"},
        {"first": True},
        {"last": 2**62 + 1},
        {"head": "11"},
        {"head": "zz" * 32},
        {"head": None},
        {"head": " " + "1" * 63},
    ],
)
def test_a_gap_that_is_none_is_refused(both: Centre, change: dict[str, object]) -> None:
    gap = {"first": 1, "last": 20, "head": "11" * 32} | change
    assert problem(posted(both, [{"gap": gap}])) == (422, "invalid")


@pytest.mark.parametrize(
    "rows", [[{"gap": 1}], [{"gap": {}}], [{"gap": {"first": 1, "last": 2, "head": "11" * 32}}] * 2]
)
def test_gaps_that_do_not_follow_or_say_nothing_are_refused(both: Centre, rows: list[dict[str, Any]]) -> None:
    assert problem(posted(both, rows)) == (422, "invalid")


def test_the_counts_are_estimated_until_the_next_checkpoint(both: Centre, log: GatewayLog) -> None:
    def estimated() -> tuple[bool, list[bool]]:
        said = both.ask("GET", "/sites/matera/occupancy").json()
        return said["estimated"], [zone["estimated"] for zone in said["zones"]]

    log.write(Entered("anna", "front", "hall", "1-1"))
    took(log, *log.rows)
    assert estimated() == (False, [False])
    log.write(Started("lost"), Started("here"))
    took(log, gone(log, ROWS + 2, ROWS + 2), log.rows[ROWS + 2])
    assert estimated() == (True, [True])
    log.write(EMPTY)
    took(log, log.rows[ROWS + 3])
    assert estimated() == (False, [])


def test_a_branch_that_grows_out_behind_a_gap_is_estimated_as_well(both: Centre, log: GatewayLog) -> None:
    log.write(EMPTY, *(Started("x") for _ in range(9)))
    took(log, *log.rows[:10], gone(log, 11, 12), *log.rows[12:35], gone(log, 36, 37), *log.rows[37:])
    with log.database.read() as connection:
        held = histories(connection, "matera", ())
        found = [standing_at(connection, "matera", held, Part(1, upto)).gapped for upto in (10, 12, 30, 31, 35, 37, 39)]
    assert found == [False, True, True, False, False, True, True]


def test_a_copy_that_ends_within_a_gap_is_given_a_branch_from_before_it_and_one_at_its_end_from_there(
    log: GatewayLog,
) -> None:
    took(log, *log.rows[:10], gone(log, 11, 20), *log.rows[20:])
    within, at_end = log.copied("r2", 15), log.copied("r3", 20)
    assert within.link_up() == 2
    assert at_end.link_up(START_MS + 60_000) == 3
    with log.database.read() as connection:
        found = connection.execute(select(t.branch.c.epoch, t.branch.c.base_seq).order_by(t.branch.c.epoch)).all()
    assert [tuple(row) for row in found] == [(1, 0), (2, 10), (3, 20)]


def test_a_restored_registry_is_sent_what_is_left_and_told_what_is_not(both: Centre, log: GatewayLog) -> None:
    took(log, *log.rows[:10])
    log.acked = ROWS
    log.write(Started("more"))
    assert both.database is log.database
    found = log.greet()
    assert getattr(found, "rewound", False)
    assert took(log, gone(log, 11, 25), *log.rows[25:]) == Acked(ROWS + 1)
    assert sorted(alarms(both)) == [("gap", 11), ("rewind", 10)]


def test_of_many_gaps_one_is_an_alarm_until_the_next_checkpoint(both: Centre, log: GatewayLog) -> None:
    log.write(EMPTY, *(Started("x") for _ in range(9)))
    took(log, gone(log, 1, 2), log.rows[2], gone(log, 4, 5), *log.rows[5:8])
    took(log, gone(log, 9, 12), *log.rows[12:33], gone(log, 34, 35), *log.rows[35:])
    assert kept(log)[1] == [(1, 2), (4, 5), (9, 12), (34, 35)]
    assert alarms(both) == [("gap", 1)]
    took(log, gone(log, 1, 5))
    log.write(Started("lost"))
    took(log, gone(log, 41, 41))
    assert alarms(both) == [("gap", 1)]


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    spans=st.lists(st.tuples(st.booleans(), st.integers(1, 6)), min_size=1, max_size=12),
    cuts=st.sets(st.integers(1, 20)),
    again=st.integers(0, 3),
)
def test_every_number_is_a_row_or_in_one_gap_however_the_log_is_cut_and_repeated(
    lasting: Centre, spans: list[tuple[bool, int]], cuts: set[int], again: int
) -> None:
    lasting.wipe()
    lasting.add_site("matera")
    log = GatewayLog(lasting.database)
    log.write(*(Started("x") for _ in range(sum(count for _, count in spans))))
    elements: list[Element] = []
    for lost, count in spans:
        first = len(elements_upto(elements)) + 1
        elements += [gone(log, first, first + count - 1)] if lost else log.rows[first - 1 : first - 1 + count]
    edges = sorted({0, len(elements), *(cut for cut in cuts if cut < len(elements))})
    for start, end in pairwise(edges):
        batch = elements[max(0, start - again) : end]
        assert took(log, *batch) == Acked(elements_upto(elements[:end])[-1])
    rows, gaps = kept(log)
    assert rows == [one.seq for one in elements if isinstance(one, Row)]
    assert gaps == [(one.first, one.last) for one in elements if isinstance(one, Gap)]
    assert sorted([*rows, *(n for first, last in gaps for n in range(first, last + 1))]) == list(
        range(1, len(log.rows) + 1)
    )


def elements_upto(elements: list[Element]) -> list[int]:
    """The numbers that elements stand for."""
    found: list[int] = []
    for one in elements:
        found += range(one.first, one.last + 1) if isinstance(one, Gap) else [one.seq]
    return found
