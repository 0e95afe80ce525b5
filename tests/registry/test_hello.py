"""Greetings, case by case, on the store alone."""

import pytest

from access.facts import Started
from access.log import GENESIS, Row
from registry import tables as t
from registry.hello import Hello, Resume, greet
from registry.ingest import Acked, Fork, take
from registry.setup import Registry
from tests.support.log_rows import START_MS, rows_of

ROWS = rows_of(*(Started(str(number)) for number in range(6)), site="matera")
OTHER = rows_of(*(Started("x") for _ in range(6)), site="matera")


@pytest.fixture
def holding(registry: Registry) -> Registry:
    """A registry that holds the first four rows."""
    registry.add_site("matera", "Matera")
    with registry.database.write() as connection:
        assert take(connection, "matera", 1, ROWS[:4], START_MS) == Acked(4)
    return registry


def hello(rows: list[Row], epoch: int = 1) -> Hello:
    seq, head = (rows[-1].seq, rows[-1].hash) if rows else (0, GENESIS)
    return Hello("matera", epoch, seq, head, "run", "0.1.0")


def greeted(registry: Registry, said: Hello) -> Resume | Fork:
    with registry.database.write() as connection:
        return greet(connection, said, START_MS + 5)


def alarms(registry: Registry) -> list[tuple[str, int, int]]:
    with registry.database.read() as connection:
        rows = connection.execute(t.alarm.select()).all()
    return sorted((row.kind, row.epoch, row.seq) for row in rows)


HELD = Resume(4, ROWS[3].hash)
CASES: list[tuple[str, Hello, Resume | Fork, list[tuple[str, int, int]]]] = [
    ("its log is ours", hello(ROWS[:4]), HELD, []),
    ("its log goes on", hello(ROWS), HELD, []),
    ("its log is behind", hello(ROWS[:2]), HELD, [("behind", 1, 2)]),
    ("it lost its log", hello([]), HELD, [("behind", 1, 0)]),
    ("its log is another", hello(OTHER[:4]), Fork(4), [("fork", 1, 4)]),
    ("its log is another, and behind", hello(OTHER[:2]), Fork(2), [("fork", 1, 2)]),
    ("its log is another, and ahead: only its rows will show it", hello(OTHER), HELD, []),
    ("it begins an epoch", hello([], 2), Resume(0, GENESIS), [("epoch", 2, 0)]),
    ("it begins an epoch with rows", hello(rows_of(Started("1"), epoch=2), 2), Resume(0, GENESIS), [("epoch", 2, 0)]),
    ("it comes with an older epoch", hello([], 0), Resume(0, GENESIS), [("epoch", 0, 0)]),
]


@pytest.mark.parametrize(("said", "answer", "raised"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_a_greeting_is_answered_and_what_is_wrong_is_alarmed_once(
    holding: Registry, said: Hello, answer: Resume | Fork, raised: list[tuple[str, int, int]]
) -> None:
    for _ in range(3):
        assert greeted(holding, said) == answer
    assert alarms(holding) == raised


def test_a_greeting_says_what_runs_there_and_when_it_was_seen(holding: Registry) -> None:
    greeted(holding, hello(ROWS))
    standing = holding.standing("matera")
    assert standing is not None
    assert (standing.software, standing.seen_ms) == ("0.1.0", START_MS + 5)


def test_a_fork_notes_nothing_of_who_greeted(holding: Registry) -> None:
    greeted(holding, hello(OTHER[:4]))
    standing = holding.standing("matera")
    assert standing is not None
    assert (standing.software, standing.seq, standing.head) == ("", 4, ROWS[3].hash)


def test_a_log_that_was_another_and_ahead_is_found_by_its_rows(holding: Registry) -> None:
    assert greeted(holding, hello(OTHER)) == HELD
    with holding.database.write() as connection:
        assert take(connection, "matera", 1, OTHER[4:], START_MS) == Fork(4)
    assert alarms(holding) == [("fork", 1, 4)]


def test_the_first_greeting_of_a_site_is_no_alarm(registry: Registry) -> None:
    registry.add_site("matera", "Matera")
    assert greeted(registry, hello([], 7)) == Resume(0, GENESIS)
    assert greeted(registry, hello(rows_of(Started("1"), site="matera", epoch=7), 7)) == Resume(0, GENESIS)
    assert alarms(registry) == []
