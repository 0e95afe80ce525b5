"""Hundreds of people are told in as many queries as one is, and in time."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

import pytest
from sqlalchemy import Connection, event, insert

from access.clock import DAY_MS
from registry.downlink import admission, due
from registry.downlink.sweeping import sweep
from registry.edit import editing
from registry.people import people, roles
from registry.people.people import Profile
from registry.programmes import modules, programmes
from registry.programmes.cohorts import Cohort
from registry.programmes.cohorts import add as add_cohort
from registry.programmes.teams import add as add_team
from registry.setup import Registry
from registry.tables import core as t
from tests.support.centres import NINE_MS

HALL = frozenset({"hall"})
MOST_S = 15.0


@contextmanager
def counted(connection: Connection) -> Iterator[list[str]]:
    """Give the statements of a connection, as they are run."""
    said: list[str] = []

    def note(*given: object) -> None:
        said.append(str(given[2]))

    event.listen(connection, "before_cursor_execute", note)
    yield said
    event.remove(connection, "before_cursor_execute", note)


@pytest.fixture
def full(registry: Registry) -> Registry:
    """Two sites and 600 people, each enrolled, in a team, with a role, a pass, a guardian and a transfer."""
    for site in ("cinisello", "matera"):
        registry.add_site(site, site.title())
    idents = [f"p{number:03}" for number in range(600)]
    whose = [{"id": f"x{ident}", "person": ident, "revision": 1} for ident in idents]
    span = {"start_ms": NINE_MS, "end_ms": NINE_MS + DAY_MS}
    always: dict[str, object] = {"from_ms": 0, "until_ms": None}
    with editing(registry.database, NINE_MS) as edit:
        programmes.add(edit, "p", programmes.Programme("P", zones={"matera": HALL, "cinisello": HALL}))
        modules.add(edit, "m", "p", modules.Module("M", due_ms=NINE_MS, required_minutes=1))
        add_cohort(edit, "c", "p", "matera", Cohort("C"))
        add_team(edit, "t", "c", "T")
        born = Profile("Anna", birth_date="2010-01-01")
        rows = [{"id": ident, "revision": 1, **people.person_values(born)} for ident in idents]
        edit.connection.execute(insert(t.person), rows)
        enrolment = {"programme": "p", "cohort": "c", "age": None, "enrolled_ms": 0, "state": "active", **always}
        edit.connection.execute(insert(t.enrolment), [row | enrolment for row in whose])
        edit.connection.execute(insert(t.member), [{"team": "t", "person": ident, **always} for ident in idents])
        dated = {**always, "zones": "hall", "until_ms": NINE_MS + DAY_MS}
        role = roles.role_values(roles.Role("", "operator", None)) | dated
        edit.connection.execute(insert(t.role), [{**role, **row} for row in whose])
        edit.connection.execute(insert(t.guardian), [row | {**always, "zones": ""} for row in whose])
        transfer = {"from_site": "matera", "to_site": "cinisello", **span}
        edit.connection.execute(insert(t.transfer), [row | transfer for row in whose])
        held = {"site": "matera", "zones": "hall", "kind": "guest", "weekdays": "", "from_minute": 0, "to_minute": 9}
        edit.connection.execute(insert(t.pass_), [row | held | span for row in whose])
    return registry


def test_a_site_is_told_of_six_hundred_in_a_few_queries_more_than_of_one(full: Registry) -> None:
    used = []
    for number in (1, 500):
        with editing(full.database, NINE_MS) as edit, counted(edit.connection) as said:
            admission.publish(edit, "matera", [f"p{one:03}" for one in range(number)])
            used.append(len(said))
            assert len([key for key in edit.news if key[1] == "person"]) == number
            assert len([key for key, record in edit.news.items() if key[1] == "pass" and record]) == 2 * number
    one, many = used
    assert many <= one + 2
    assert many < 40


def test_everyone_is_told_everywhere_in_time_and_again_costs_no_version(full: Registry) -> None:
    began_s = monotonic()
    idents = [f"p{number:03}" for number in range(600)]
    for _ in range(2):
        with editing(full.database, NINE_MS) as edit:
            admission.publish_everywhere(edit, idents)
    assert monotonic() - began_s < MOST_S
    with full.database.read() as connection:
        version = connection.execute(t.feed.select()).one().version
        told = connection.execute(t.published.select()).all()
    assert version == len(told) == 600 * (3 + 2)


def test_a_sweep_over_all_of_them_asks_no_query_a_person(full: Registry) -> None:
    with editing(full.database, NINE_MS + DAY_MS) as edit, counted(edit.connection) as said:
        found = due.due(edit.connection, NINE_MS + DAY_MS)
        assert len(found) == 600
        assert len(said) < 10
    assert sweep(full.database, NINE_MS + DAY_MS) == 600
    with full.database.read() as connection, counted(connection) as said:
        assert due.due(connection, NINE_MS + 2 * DAY_MS) == []
        assert len(said) < 10
