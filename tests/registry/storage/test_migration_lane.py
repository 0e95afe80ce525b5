"""A database of before the lane: what it told the sites is reckoned as if the lane had been there."""

import json
from collections.abc import Iterator

import pytest
from sqlalchemy import text

from access.fingerprint import EMPTY, fingerprint, moved
from registry import migrate
from registry.database import Database
from registry.downlink import lane

ANNA: dict[str, object] = {"id": "anna", "name": "Zoë", "zones": ["hall"]}
TOLD: tuple[tuple[str, str, str, int, dict[str, object] | None], ...] = (
    ("matera", "person", "anna", 2, ANNA),
    ("matera", "person", "bruno", 3, ANNA | {"id": "bruno", "suspended": True}),
    ("matera", "badge", "b1", 5, {"id": "b1", "person": "anna", "credentials": []}),
    ("matera", "badge", "b2", 6, {"id": "b2", "person": "anna", "credentials": [], "revoked": True}),
    ("matera", "badge", "b3", 7, None),
    ("matera", "person", "carla", 8, None),
    ("matera", "booking", "k1", 9, None),
    ("cinisello", "badge", "b1", 10, None),
)


@pytest.fixture
def old(url: str) -> Iterator[Database]:
    """A database of the version before, with what it told two sites."""
    database = Database(url)
    migrate.upgrade(database, "0006")
    site = (
        "INSERT INTO site (id, name, timezone, version, revision, no_show_minutes, offer_minutes, holiday_province,"
        " holiday_language, holidays_added, holidays_removed)"
        " VALUES (:id, :id, 'Europe/Rome', :version, 1, 15, 30, '', 'it', '[]', '')"
    )
    told = "INSERT INTO published (site, kind, id, version, record) VALUES (:site, :kind, :id, :version, :record)"
    with database.write() as connection:
        connection.execute(text(site), [{"id": "cinisello", "version": 10}, {"id": "matera", "version": 9}])
        for at, kind, ident, version, record in TOLD:
            said = None if record is None else json.dumps(record, ensure_ascii=False)
            row = {"site": at, "kind": kind, "id": ident, "version": version, "record": said}
            connection.execute(text(told), row)
    yield database
    database.close()


def test_who_was_barred_or_gone_is_denied_to_whoever_holds_less(old: Database) -> None:
    migrate.upgrade(old)
    with old.glance() as connection:
        generation = lane.look(connection, "matera", "", 0).generation
        found = {site: lane.look(connection, site, generation, 1) for site in ("cinisello", "matera")}
        later = lane.look(connection, "matera", generation, 6)
    told = [(one.what, one.id, one.version) for one in found["matera"].denials]
    assert told == [("person", "bruno", 3), ("badge", "b2", 6), ("badge", "b3", 7), ("person", "carla", 8)]
    assert [one.version for one in later.denials] == [7, 8]
    assert [(one.what, one.id) for one in found["cinisello"].denials] == [("badge", "b1")]


def test_the_digests_are_those_of_what_the_sites_hold(old: Database) -> None:
    migrate.upgrade(old)
    with old.glance() as connection:
        assert lane.look(connection, "cinisello", "", 0).digest == EMPTY
        held = [
            (kind, ident, record) for site, kind, ident, _, record in TOLD if site == "matera" and record is not None
        ]
        assert lane.look(connection, "matera", "", 0).digest == moved(EMPTY, [], (fingerprint(*one) for one in held))
