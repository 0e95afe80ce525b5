"""A draft is made beside the requests: its page says how far it is, and nothing waits for it (ADR 0036)."""

import re
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from threading import Event

import pytest
from sqlalchemy import event, text, update

from bench.funded_year import Size, live
from registry.reports import kept
from registry.reports.making import KEPT_AT_MOST, KEPT_FOR_MS, Making, Makings
from registry.reports.periods import Period
from registry.reports.reading import STEPS
from registry.reports.report import Report
from registry.tables import core as t
from tests.support.centres import Centre
from tests.support.faces import Reader, account, reader
from tests.support.reports_made import asked_for, drafted, publish, to_its_end

FEW = Size((12, 9, 3, 7, 6, 5), desks=2, angels=6, days=9)
NOON_OF_2026 = 1_770_000_000_000
HERE = "/reports-new?period=2025-q1"


@pytest.fixture
def funded(empty: Centre) -> Centre:
    """Two sites with a beginning of 2025, and a third with a gateway."""
    live(empty.registry, FEW)
    empty.add_site("terza")
    account(empty, "clara", person=empty.made("/people", {"name": "Clara"})["id"], role="coordinator", site="matera")
    account(empty, "paola", person=empty.made("/people", {"name": "Paola"})["id"], role="partner", site="matera")
    return empty


@pytest.fixture
def clara(funded: Centre) -> Iterator[Reader]:
    with reader(funded) as opened:
        opened.signed_in("clara")
        yield opened


@contextmanager
def held_at(running: Centre, words: str) -> Iterator[Event]:
    """The server's statements with these words wait until they may go on."""
    go_on, engine = Event(), running.database._reader.engine

    def hold(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if words in statement:
            go_on.wait(60)

    event.listen(engine, "before_cursor_execute", hold)
    try:
        yield go_on
    finally:
        go_on.set()
        event.remove(engine, "before_cursor_execute", hold)


def test_while_a_draft_is_made_its_page_says_how_far_and_everybody_else_is_answered(
    funded: Centre, clara: Reader
) -> None:
    with held_at(funded, "FROM service_entry") as go_on:
        first = asked_for(clara, "2025-q1").text
        with clara.http.stream("GET", "/reports-new/events", params={"period": "2025-q1"}) as stream:
            told = next(one for one in stream.iter_text() if "hours of the Digital Angels" in one)
        again = clara.look(HERE).text
        busy = clara.sent("/reports-make", period="2025-q2")
        assert funded.as_gateway("terza", "GET", "/changes?limit=10").status_code == 200
        funded.made("/people", {"name": "Somebody"})
        go_on.set()
        assert "event: over" in to_its_end(clara, "2025-q1")
    assert first, "asked for is answered before it is made"
    assert "event: progress" in told
    step = STEPS.index("service")
    for page in (told, again):
        assert f"Step {step + 1} of {len(STEPS)}:" in page
        assert f'value="{step}"' in page
    assert '<noscript><meta http-equiv="refresh"' in again
    assert "Publish<" not in again
    assert busy.status_code == 422
    assert "First quarter of 2025" in busy.text.split('role="alert"', 1)[1]
    after = clara.look(HERE).text
    assert "Publish<" in after
    assert "http-equiv" not in after


def test_what_is_published_is_what_was_seen(funded: Centre, clara: Reader) -> None:
    draft = drafted(clara, "2025-q1")
    with funded.database.write() as connection:
        connection.execute(update(t.enrolment).values(state="withdrawn", until_ms=None))
    assert "The report is published." in publish(clara, draft).text
    with funded.database.read() as connection:
        table = kept.one(connection, Period(2025, 1)).tables[0]
    assert table.rows[-1].figures[0] == sum(FEW.cohorts)


def test_a_draft_that_is_no_longer_kept_is_not_published(funded: Centre, clara: Reader) -> None:
    old = drafted(clara, "2025-q1")
    assert "not kept any more" in publish(clara, re.sub(r'(name="made" value=")[0-9]+', r"\g<1>17", old)).text
    assert "not kept any more" in publish(clara, old.replace('value="2025-q1"', 'value="2025-q3"')).text
    with funded.database.read() as connection:
        assert kept.published(connection) == []


def test_a_page_whose_draft_went_says_what_happened_and_what_to_do(clara: Reader) -> None:
    """It was begun anew since, or an hour has passed; a page that nobody asked for a draft at says so."""
    clara.look("/reports-new")
    there = clara.sent("/reports-make", period="2025-q1").headers["location"]
    to_its_end(clara, "2025-q1")
    assert "Publish<" in clara.look(there).text
    asked_ms = int(there.rpartition("since=")[2])
    for path, says in {
        there.replace("q1", "q3"): "the registry was started anew",
        f"{HERE.replace('q1', 'q3')}&since={asked_ms - KEPT_FOR_MS}": "a draft is kept for an hour",
        HERE.replace("q1", "q3"): "No draft of this period is kept",
    }.items():
        page = clara.look(path).text
        assert says in page, path
        assert "Publish<" not in page
        assert 'action="/reports-make"' in page.split('id="draft"')[1]


def test_a_draft_that_fails_says_where_and_is_made_anew(funded: Centre, clara: Reader) -> None:
    with funded.database.write() as connection:
        connection.execute(text("ALTER TABLE visit RENAME TO gone"))
    failed = drafted(clara, "2025-q1")
    with funded.database.write() as connection:
        connection.execute(text("ALTER TABLE gone RENAME TO visit"))
    assert "The draft was not completed: it stopped at “visits”." in failed
    assert "Publish<" not in failed
    assert "Publish<" in drafted(clara, "2025-q1")


def test_only_who_publishes_follows_how_a_draft_is_made(funded: Centre) -> None:
    with reader(funded) as paola:
        assert paola.http.get("/reports-new/events", params={"period": "2025-q1"}).status_code == 401
        paola.signed_in("paola")
        assert paola.http.get("/reports-new/events", params={"period": "2025-q1"}).status_code == 401


def test_a_draft_is_kept_for_an_hour_and_few_are_kept(funded: Centre) -> None:
    makings = Makings(funded.database)
    every = [Period(year, quarter) for year in (2024, 2025) for quarter in (1, 2, 3)]
    for period in every:
        assert makings.begin(period, NOON_OF_2026) is None
        making = makings.of(period, NOON_OF_2026)
        assert making is not None
        assert making.outcome.result().period == period
    there = [one for one in every if makings.of(one, NOON_OF_2026 + KEPT_FOR_MS - 1) is not None]
    assert there == every[-KEPT_AT_MOST:]
    assert [one for one in every if makings.of(one, NOON_OF_2026 + KEPT_FOR_MS) is not None] == []


class Ending(Future[Report]):
    """It ends as soon as somebody has seen that it has not."""

    def done(self) -> bool:
        over = super().done()
        if not over:
            self.set_result(Report(Period(2025, 1), NOON_OF_2026, {}, ()))
        return over


def test_what_a_page_says_of_a_draft_is_of_one_moment_though_it_ends_meanwhile() -> None:
    making = Making(Period(2025, 1), NOON_OF_2026, outcome=Ending())
    stood = making.stood()
    assert (stood.running, stood.failed, stood.ready, stood.steps_done) == (True, False, None, 0)
    after = making.stood()
    assert (after.running, after.failed, after.steps_done) == (False, False, len(STEPS))
    assert after.ready is making.outcome.result()
