"""A year of two sites, judged: what a change would refuse, and a thousand questions: about a second, and no query for
each row.
"""

from collections.abc import Callable, Iterator
from time import process_time

import pytest
from sqlalchemy import Connection, event

from access.clock import DAY_MS, HOUR_MS
from access.layout import layout_of
from access.records import Closure, Opening
from access.replica import Replica
from access.site import Door, Site, Zone
from bench.year import live_a_year
from registry.database import Database
from registry.downlink.replicas import Replicas, size
from registry.edit import editing
from registry.judging import decisions, previews, rehearsed
from registry.judging.previews import Lost
from registry.setup import Registry
from registry.sites import layouts
from tests.support.booked_site import NINE_MS

pytestmark = pytest.mark.timeout(300)
LOOSELY = 5
MOST_STATEMENTS = 60
YEAR_MS = 366 * DAY_MS


def site_of(ident: str) -> Site:
    door = Door("front", "Front", "openspace")
    return Site(ident, ident, "Europe/Rome", {"openspace": Zone("openspace", "Sala")}, {"front": door})


class Year:
    """The registry after its year, its layouts told, and its replicas held."""

    def __init__(self, registry: Registry) -> None:
        self.database: Database = registry.database
        self.people = live_a_year(registry, NINE_MS)
        self.replicas = Replicas()
        with editing(registry.database, NINE_MS) as edit:
            for site in ("cinisello", "matera"):
                layouts.write(edit, site, layout_of(site_of(site)))
        with registry.database.read() as connection:
            self.held = {site: self.replicas.at(connection, site) for site in ("cinisello", "matera")}

    def preview(self, do: rehearsed.Doing) -> list[Lost]:
        """What a change would refuse in the year to come, at both sites."""
        held: dict[str, Replica] = {}

        def before(connection: Connection) -> None:
            held.update({site: self.replicas.at(connection, site) for site in self.held})

        told = rehearsed.rehearse(self.database, NINE_MS, do, before)
        until_ms = NINE_MS + YEAR_MS
        return [
            lost
            for site, changes in told.items()
            for lost in previews.lost_at(site_of(site), held[site], changes, NINE_MS, until_ms)
        ]


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Year]:
    folder = tmp_path_factory.mktemp("judged-year")
    with Registry(f"sqlite:///{folder / 'registry.db'}", folder / "keys", lambda: NINE_MS) as registry:
        yield Year(registry)


def took_s(do: Callable[[], object]) -> float:
    began = process_time()
    do()
    return process_time() - began


WEEK = [Opening("", day, 8 * 60, 20 * 60) for day in range(7)]
CHANGES: dict[str, tuple[rehearsed.Doing, int]] = {
    "a day's closure": (
        rehearsed.close("matera", Closure("c", NINE_MS + 10 * DAY_MS, NINE_MS + 11 * DAY_MS, "x")),
        55,
    ),
    "a month's closure": (rehearsed.close("matera", Closure("c", NINE_MS, NINE_MS + 30 * DAY_MS, "x")), 30 * 55),
    "hours that all fit": (rehearsed.open_at("matera", "", WEEK), 0),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_of_the_year_is_previewed_in_about_a_second(year: Year, change: str) -> None:
    do, lost = CHANGES[change]
    found: list[Lost] = []
    assert took_s(lambda: found.extend(year.preview(do))) <= 1.0 * LOOSELY
    assert len({one.id for one in found}) == pytest.approx(lost, abs=60)


def test_a_persons_change_costs_the_same_few_statements_whatever_they_booked(year: Year) -> None:
    said: list[str] = []
    event.listen(year.database._writer.engine, "before_cursor_execute", lambda *of: said.append(of[2]))
    found = year.preview(rehearsed.suspend(year.people[0]))
    assert len(found) > 20
    assert len(said) <= MOST_STATEMENTS


def test_a_thousand_questions_are_judged_from_what_is_held(year: Year) -> None:
    asked = [
        decisions.Asked("matera", "front", person=year.people[n % 400], at_ms=NINE_MS + n * HOUR_MS)
        for n in range(1_000)
    ]
    answers: list[decisions.Answered] = []

    def ask() -> None:
        with year.database.read() as connection:
            answers.extend(decisions.answer(connection, year.replicas, asked, NINE_MS))

    assert took_s(ask) <= 0.5 * LOOSELY
    assert {answer.verdict.granted for answer in answers} == {True, False}


def test_of_replicas_that_do_not_fit_the_one_last_asked_for_stays(year: Year) -> None:
    few = Replicas(most_records=size(year.held["matera"]) + 10)
    with year.database.read() as connection:
        for site in ("matera", "cinisello", "matera"):
            assert few.at(connection, site).version == year.held[site].version
            assert list(few._held) == [site]
        many = Replicas()
        for site in ("matera", "cinisello"):
            many.at(connection, site)
        assert list(many._held) == ["matera", "cinisello"]


def test_a_replica_is_brought_on_by_what_changed_alone(year: Year) -> None:
    with year.database.read() as connection:
        before = year.replicas.at(connection, "matera")
        assert year.replicas.at(connection, "matera") is before
    with editing(year.database, NINE_MS) as edit:
        edit.publish("matera", Closure("extra", NINE_MS, NINE_MS + 1, "x"))
    with year.database.read() as connection:
        after = year.replicas.at(connection, "matera")
    assert after.closures.keys() - before.closures.keys() == {"extra"}
    assert after.bookings is before.bookings
