"""An edit: its changes and its news together, under versions of one sequence, or nothing at all."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from access.records import Closure, Opening
from registry.downlink.feed import Ahead, head, page
from registry.edit import editing
from registry.setup import Registry
from registry.tables import core as t

SITES = ("cinisello", "matera")


@pytest.fixture
def sites(registry: Registry) -> Registry:
    for site in SITES:
        registry.add_site(site, site.title())
    return registry


def published(registry: Registry, site: str) -> list[tuple[int, str, Any]]:
    """A site's rows as (version, id, record), in the order of versions."""
    with registry.database.read() as connection:
        rows = connection.execute(t.published.select().where(t.published.c.site == site)).all()
    return sorted((row.version, row.id, None if row.record is None else json.loads(row.record)) for row in rows)


def closure(ident: str, start_ms: int = 0) -> Closure:
    return Closure(ident, start_ms, start_ms + 1, "why")


def plain(ident: str, start_ms: int = 0) -> dict[str, object]:
    return {"id": ident, "start_ms": start_ms, "end_ms": start_ms + 1, "why": "why"}


def test_each_record_gets_the_next_version_in_the_order_it_was_spoken_of(sites: Registry) -> None:
    with editing(sites.database, 7) as edit:
        assert edit.at_ms == 7
        edit.publish("matera", closure("b"))
        edit.publish("matera", closure("a"))
        edit.publish("cinisello", closure("c"))
    assert published(sites, "matera") == [(1, "b", plain("b")), (2, "a", plain("a"))]
    assert published(sites, "cinisello") == [(3, "c", plain("c"))]
    with sites.database.read() as connection:
        assert [head(connection, site).version for site in ("matera", "cinisello")] == [2, 3]


def test_what_is_said_last_of_a_record_in_one_edit_holds(sites: Registry) -> None:
    with editing(sites.database, 0) as edit:
        edit.publish("matera", closure("a"))
        edit.publish("matera", closure("a", 5))
        edit.publish("matera", closure("b"))
        edit.withdraw("matera", "closure", "b")
        edit.withdraw("matera", "closure", "c")
        edit.publish("matera", closure("c"))
    assert published(sites, "matera") == [(1, "a", plain("a", 5)), (2, "c", plain("c"))]


def test_only_what_a_site_does_not_hold_yet_is_told(sites: Registry) -> None:
    with editing(sites.database, 0) as edit:
        edit.publish("matera", closure("a"))
        edit.publish("matera", closure("b"))
    with editing(sites.database, 0) as edit:
        edit.withdraw("matera", "closure", "never")
        edit.publish("matera", closure("a"))
        edit.publish("matera", closure("b", 5))
        edit.publish("cinisello", closure("a"))
    assert published(sites, "matera") == [(1, "a", plain("a")), (3, "b", plain("b", 5))]
    assert published(sites, "cinisello") == [(4, "a", plain("a"))]
    for _ in range(2):
        with editing(sites.database, 0) as edit:
            edit.withdraw("matera", "closure", "a")
    assert published(sites, "matera") == [(3, "b", plain("b", 5)), (5, "a", None)]
    with sites.database.read() as connection:
        assert [head(connection, site).version for site in ("matera", "cinisello")] == [5, 4]


def test_news_of_more_records_than_one_query_takes_are_compared(sites: Registry) -> None:
    for start_ms in (0, 0, 1):
        with editing(sites.database, 0) as edit:
            for number in range(5_100):
                edit.publish("matera", closure(f"c{number}", start_ms))
    with sites.database.read() as connection:
        assert head(connection, "matera").version == 10_200


def test_a_later_version_replaces_an_earlier_one_and_a_tombstone_too(sites: Registry) -> None:
    for number in range(3):
        with editing(sites.database, 0) as edit:
            edit.publish("matera", closure("a", number))
    with editing(sites.database, 0) as edit:
        edit.withdraw("matera", "closure", "a")
    assert published(sites, "matera") == [(4, "a", None)]
    with editing(sites.database, 0) as edit:
        edit.publish("matera", closure("a"))
    assert published(sites, "matera") == [(5, "a", plain("a"))]


def test_records_of_two_kinds_may_share_an_id(sites: Registry) -> None:
    with editing(sites.database, 0) as edit:
        edit.publish("matera", closure("a"))
        edit.publish("matera", Opening("a", 0, 1, 2))
    assert len(published(sites, "matera")) == 2


def test_an_edit_that_says_nothing_takes_no_version(sites: Registry) -> None:
    with editing(sites.database, 0):
        pass
    with sites.database.read() as connection:
        assert head(connection, "matera").version == 0


def test_an_edit_that_fails_takes_no_version_and_tells_nothing(sites: Registry) -> None:
    def fail() -> None:
        with editing(sites.database, 0) as edit:
            edit.publish("matera", closure("a"))
            edit.connection.execute(t.closure.insert().values(site="matera", id="a", start_ms=0, end_ms=1, why="why"))
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    assert published(sites, "matera") == []
    with editing(sites.database, 0) as edit:
        edit.publish("matera", closure("b"))
    assert published(sites, "matera") == [(1, "b", plain("b"))]


def test_news_of_a_site_that_is_none_undoes_the_edit(sites: Registry) -> None:
    def speak_of_nowhere() -> None:
        with editing(sites.database, 0) as edit:
            edit.publish("matera", closure("a"))
            edit.publish("nowhere", closure("a"))

    with pytest.raises(Exception, match=r"(?i)foreign key"):
        speak_of_nowhere()
    assert published(sites, "matera") == []


def test_versions_go_on_in_a_new_generation(sites: Registry) -> None:
    with editing(sites.database, 0) as edit:
        edit.publish("matera", closure("a"))
    sites.new_generation()
    with editing(sites.database, 0) as edit:
        edit.publish("matera", closure("b"))
    assert [version for version, _, _ in published(sites, "matera")] == [1, 2]


def seeded(sites: Registry, count: int) -> str:
    with editing(sites.database, 0) as edit:
        for number in range(count):
            edit.publish("matera", closure(f"c{number}"))
    with sites.database.read() as connection:
        return head(connection, "matera").generation


@pytest.mark.parametrize(
    ("since", "limit", "ids", "version", "more", "snapshot"),
    [
        (0, 10, ["c0", "c1", "c2", "c3", "c4"], 5, False, True),
        (0, 5, ["c0", "c1", "c2", "c3", "c4"], 5, False, True),
        (0, 2, ["c0", "c1"], 2, True, True),
        (2, 2, ["c2", "c3"], 4, True, False),
        (4, 2, ["c4"], 5, False, False),
        (5, 2, [], 5, False, False),
    ],
)
def test_pages_by_since_and_limit(
    sites: Registry, since: int, limit: int, ids: list[str], version: int, more: bool, snapshot: bool
) -> None:
    generation = seeded(sites, 5)
    with sites.database.read() as connection:
        found = page(connection, "matera", generation, since, limit)
    assert [change["id"] for change in found.changes] == ids
    assert (found.version, found.more, found.snapshot, found.generation) == (version, more, snapshot, generation)


def test_another_generation_starts_from_nothing_whatever_its_version(sites: Registry) -> None:
    seeded(sites, 3)
    with sites.database.read() as connection:
        for since in (1, 3, 99):
            found = page(connection, "matera", "another", since, 10)
            assert (found.snapshot, len(found.changes)) == (True, 3)


def test_a_version_that_was_never_given_is_refused(sites: Registry) -> None:
    generation = seeded(sites, 3)
    with sites.database.read() as connection, pytest.raises(Ahead, match="stands at 3"):
        page(connection, "matera", generation, 4, 10)


def test_a_snapshot_holds_no_tombstones_and_a_step_does(sites: Registry) -> None:
    generation = seeded(sites, 2)
    with editing(sites.database, 0) as edit:
        edit.withdraw("matera", "closure", "c0")
    with sites.database.read() as connection:
        assert [change["id"] for change in page(connection, "matera", "", 0, 10).changes] == ["c1"]
        step = page(connection, "matera", generation, 2, 10)
    assert [(change["id"], change["record"]) for change in step.changes] == [("c0", None)]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits=st.lists(st.lists(st.tuples(st.sampled_from(SITES), st.sampled_from("abc"), st.booleans()), max_size=5)))
def test_the_sequence_has_no_hole_and_no_repeat(sites: Registry, edits: list[list[tuple[str, str, bool]]]) -> None:
    with sites.database.read() as connection:
        before = connection.execute(t.feed.select()).one().version
    number, told = 0, 0
    held = {(site, ident) for site in SITES for _, ident, record in published(sites, site) if record is not None}
    for one in edits:
        last = {(site, ident): gone for site, ident, gone in one}
        told += sum(not gone or key in held for key, gone in last.items())
        held = {key for key in held | last.keys() if not last.get(key, False)}
        with editing(sites.database, 0) as edit:
            for site, ident, gone in one:
                number += 1
                if gone:
                    edit.withdraw(site, "closure", ident)
                else:
                    edit.publish(site, closure(ident, before + number))
    with sites.database.read() as connection:
        after = connection.execute(t.feed.select()).one().version
    assert after - before == told
