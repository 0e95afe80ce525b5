"""Greetings on the store: what goes on, what is asked again, and what becomes a branch of its own (S6, S7)."""

import pytest
from sqlalchemy import select

from access.facts import Entered, Started
from access.facts_log import EpochBegan
from access.log import GENESIS, Broken
from registry.database import Database
from registry.setup import Registry
from registry.tables import core as t
from registry.uplink import hello, ingest
from registry.uplink.branches import EVERY_MS, TooMany
from registry.uplink.hello import Forked, Hello, Resume, greet
from registry.uplink.histories import Narrow
from registry.uplink.ingest import Acked, Fork, take
from tests.support.gateway_log import MINUTE_MS, GatewayLog
from tests.support.log_rows import START_MS, rows_of

Found = list[tuple[str, int, int]]
ROWS = 100


def alarms(database: Database) -> Found:
    a = t.alarm.c
    with database.read() as connection:
        return sorted((row.kind, row.epoch, row.seq) for row in connection.execute(select(a.kind, a.epoch, a.seq)))


@pytest.fixture
def log(registry: Registry) -> GatewayLog:
    """The log of the site's gateway, of which the registry has a hundred rows."""
    registry.add_site("matera", "Matera")
    made = GatewayLog(registry.database)
    made.write(*(Started(str(number)) for number in range(ROWS)))
    assert made.link_up() == 1
    return made


def test_a_log_that_goes_on_is_taken_on_without_a_word(log: GatewayLog) -> None:
    for more in (0, 1, 700):
        log.write(*(Started("more") for _ in range(more)))
        here = log.acked
        assert log.greet() == Resume(here, log.rows[here - 1].hash)
        assert log.link_up() == 1
    assert (log.asked, alarms(log.database)) == (0, [])


def test_what_was_taken_but_never_acknowledged_is_found_by_asking_once(log: GatewayLog) -> None:
    log.write(*(Started("more") for _ in range(400)))
    with log.database.write() as connection:
        take(connection, "matera", 1, log.rows[ROWS : ROWS + 150], START_MS)
    assert log.greet() == Resume(ROWS + 150, log.rows[ROWS + 149].hash)
    assert (log.asked, alarms(log.database)) == (1, [])


def test_another_run_of_the_same_log_goes_on(log: GatewayLog) -> None:
    other = log.copied("r2")
    assert other.greet() == Resume(ROWS, log.rows[-1].hash)
    assert alarms(log.database) == []


def test_an_old_copy_is_given_a_branch_that_begins_where_it_ends(log: GatewayLog) -> None:
    copy = log.copied("r2", 40)
    assert [copy.greet() for _ in range(3)] == [Forked(2, 1, 40)] * 3
    assert alarms(log.database) == [("behind", 1, 40), ("fork", 2, 40)]


def test_an_old_copy_that_went_on_is_given_one_that_begins_where_it_parts(log: GatewayLog) -> None:
    for number, (upto, more) in enumerate([(40, 3), (40, 200), (99, 1), (0, 5)], 2):
        copy = log.copied(f"r{number}", upto)
        copy.write(*(Started("x") for _ in range(more)))
        assert copy.greet(START_MS + number * MINUTE_MS) == Forked(number, 1, upto)
    assert [found[0] for found in alarms(log.database)] == ["fork"] * 4


def test_two_that_run_at_once_part_where_the_second_is_refused(log: GatewayLog) -> None:
    clone = log.copied("r2")
    for one, name in ((log, "a"), (clone, "b")):
        one.write(*(Started(name) for _ in range(9)))
    log.link_up()
    with log.database.write() as connection:
        assert take(connection, "matera", 1, clone.rows[ROWS:], START_MS) == Fork(ROWS + 9 - 8)
    assert clone.link_up() == 2
    assert log.link_up() == 1
    assert [found for found in alarms(log.database) if found[0] == "fork" and found[1] == 2] == [("fork", 2, ROWS)]


def test_a_new_log_of_a_known_site_begins_at_nothing(log: GatewayLog) -> None:
    fresh = GatewayLog(log.database, run="r2")
    assert fresh.greet() == Forked(2, 1, 0)
    fresh.write(Started("x"))
    later = START_MS + MINUTE_MS
    assert fresh.greet(later) == Forked(2, 1, 0)
    assert GatewayLog(log.database, run="r3").link_up(later) == 3


def test_each_branch_grows_out_of_the_one_that_holds_the_row_at_its_base(log: GatewayLog) -> None:
    copy = log.copied("r2", 40)
    copy.link_up()
    copy.write(*(Started("y") for _ in range(20)))
    copy.link_up()
    assert copy.epoch == 2
    deep, shallow = copy.copied("r3", 50), copy.copied("r4", 30)
    assert deep.greet(START_MS + MINUTE_MS) == Forked(3, 2, 50)
    assert shallow.greet(START_MS + 2 * MINUTE_MS) == Forked(4, 1, 30)


def test_a_registry_that_lost_rows_asks_for_them_and_says_so_once(log: GatewayLog) -> None:
    log.acked = 250
    log.write(*(Started("more") for _ in range(160)))
    for _ in range(2):
        assert log.greet() == Resume(ROWS, log.rows[ROWS - 1].hash, confirmed=True, rewound=True)
    assert alarms(log.database) == [("rewind", 1, ROWS)]


def test_a_registry_that_lost_all_of_a_site_begins_its_branch_anew(registry: Registry) -> None:
    registry.add_site("matera", "Matera")
    log = GatewayLog(registry.database, epoch=4, acked=7)
    log.write(*(Started("x") for _ in range(9)))
    assert log.greet() == Resume(0, GENESIS, confirmed=True, rewound=True)
    assert alarms(registry.database) == [("rewind", 4, 0)]


def test_a_registry_of_before_the_epoch_gives_another_out_of_what_is_common(log: GatewayLog) -> None:
    log.epoch = 7
    log.write(EpochBegan(7, 1, ROWS, "fork"), *(Started("x") for _ in range(30)))
    assert log.greet() == Forked(8, 1, ROWS)
    assert log.link_up() == 8


def test_the_same_run_is_given_the_same_and_another_run_another_but_not_within_a_minute(log: GatewayLog) -> None:
    copies = [log.copied(f"r{number}", 40) for number in (2, 3)]
    assert copies[0].greet(START_MS) == Forked(2, 1, 40)
    assert copies[1].greet(START_MS + EVERY_MS - 1) == TooMany(EVERY_MS)
    assert copies[0].greet(START_MS + 1) == Forked(2, 1, 40)
    assert copies[1].greet(START_MS + EVERY_MS) == Forked(3, 1, 40)
    assert copies[0].greet(START_MS + EVERY_MS) == Forked(2, 1, 40)


def test_a_site_has_at_most_a_thousand_branches(log: GatewayLog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("registry.uplink.branches.MOST", 2)
    assert log.copied("r2", 40).greet(START_MS) == Forked(2, 1, 40)
    assert log.copied("r3", 40).greet(START_MS + 9 * EVERY_MS) == TooMany(EVERY_MS)


def test_a_greeting_that_was_long_on_its_way_makes_no_branch(log: GatewayLog) -> None:
    late = log.hello()
    log.write(*(Started("more") for _ in range(20)))
    log.link_up()
    with log.database.write() as connection:
        assert isinstance(greet(connection, late, START_MS), Narrow)
    assert log.greet() == Resume(ROWS + 20, log.rows[-1].hash)
    assert alarms(log.database) == []


def test_what_was_asked_is_forgotten_once_it_is_answered_or_an_hour_old(log: GatewayLog) -> None:
    def kept() -> list[str]:
        with log.database.read() as connection:
            return sorted(connection.execute(select(t.narrowing.c.run)).scalars())

    for run, at_ms in (("r2", START_MS), ("r3", START_MS + 3_600_001)):
        with log.database.write() as connection:
            greet(connection, log.copied(run, 40).hello(), at_ms)
    assert kept() == ["r3"]
    log.copied("r3").greet()
    assert kept() == []


def test_a_gateway_of_before_is_answered_as_far_as_it_says_anything(registry: Registry) -> None:
    registry.add_site("matera", "Matera")
    rows = rows_of(*(Started(str(number)) for number in range(6)), site="matera")
    other = rows_of(*(Started("x") for _ in range(6)), site="matera")

    def greeted(seq: int, head: bytes) -> hello.Answer:
        with registry.database.write() as connection:
            return greet(connection, Hello("matera", 1, seq, head, "run", "0.1.0"), START_MS + 5)

    assert greeted(6, rows[5].hash) == Resume(0, GENESIS)
    with registry.database.write() as connection:
        assert take(connection, "matera", 1, rows[:4], START_MS) == Acked(4)
    assert greeted(4, rows[3].hash) == greeted(6, rows[5].hash) == greeted(6, other[5].hash) == Resume(4, rows[3].hash)
    assert greeted(2, rows[1].hash) == Forked(2, 1, 2)
    assert greeted(4, other[3].hash) == TooMany(EVERY_MS)


def test_a_greeting_says_what_runs_there_and_when_it_was_seen(log: GatewayLog, registry: Registry) -> None:
    log.greet(START_MS + 5)
    log.copied("r2", 40).greet(START_MS + 9)
    standing = registry.standing("matera")
    assert standing is not None
    assert (standing.software, standing.seen_ms, standing.seq) == ("0.1.0", START_MS + 5, ROWS)


def test_rows_of_an_epoch_that_nobody_gave_are_not_taken(log: GatewayLog) -> None:
    rows = rows_of(Entered("anna", "front", "hall", "9-1"), site="matera", epoch=9)
    with log.database.write() as connection:
        assert take(connection, "matera", 9, rows, START_MS) == ingest.Fork(0)
        assert connection.execute(select(t.branch.c.epoch)).scalars().all() == [1]


def test_an_epoch_that_begins_without_a_word_is_a_broken_row_however_the_rows_are_cut(log: GatewayLog) -> None:
    copy = log.copied("r2", 40)
    assert copy.link_up() == 2
    falls, rises = copy.copied("r2"), copy.copied("r2")
    falls.epoch, rises.epoch = 1, 2
    falls.write(Started("x"))
    with log.database.write() as connection:
        found = take(connection, "matera", 2, falls.rows[len(copy.rows) :], START_MS)
    assert isinstance(found, Broken)
    assert (found.seq, found.what) == (len(copy.rows) + 1, "no epoch begins here, and epoch 2 lasts")
    rises.write(Started("x"))
    with log.database.write() as connection:
        assert take(connection, "matera", 2, rises.rows[len(copy.rows) :], START_MS) == Acked(len(rises.rows))
