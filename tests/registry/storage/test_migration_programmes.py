"""The second version is reached from the first with all that stood there, and the sites are told what changed."""

import json
from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from registry import migrate
from registry.database import Database

RECORD = {"id": "", "name": "Zoë", "zones": ["hall"], "standing": [], "valid_from_ms": 0, "valid_until_ms": None}
BEFORE = (
    "UPDATE feed SET generation = 'g', version = 9",
    "INSERT INTO site VALUES ('matera', 'Matera', 'Europe/Rome', 8, 3)",
    "INSERT INTO site VALUES ('cinisello', 'Cinisello', 'Europe/Rome', 9, 1)",
    "INSERT INTO person VALUES ('anna', 'Zoë', 0, NULL, {no}, {no}, 1), ('bruno', 'Bruno', 5, 9, {yes}, {yes}, 4)",
    "INSERT INTO rights VALUES ('matera', 'anna', 'hall', 'hall lab', 0, NULL, 1)",
    "INSERT INTO rights VALUES ('matera', 'bruno', 'hall', '', 5, 9, 2)",
    "INSERT INTO rights VALUES ('cinisello', 'anna', 'hall', 'hall', 0, NULL, 1)",
    "INSERT INTO rights VALUES ('cinisello', 'bruno', 'hall', 'lab', 0, NULL, 1)",
    "INSERT INTO badge VALUES ('b1', 'anna', 0, NULL, {no}, {no}, 1)",
    "INSERT INTO resource VALUES ('matera', 'd1', 'desk', 'Desk 1', 'hall', NULL, 1)",
    "INSERT INTO booking VALUES ('matera', 'k1', 'd1', 'anna', 'hall', 1000, 2000, {yes})",
    "INSERT INTO closure VALUES ('matera', 'c1', 1, 2, 'Festa')",
    "INSERT INTO opening VALUES ('matera', 'o1', 0, 540, 1080)",
)


@pytest.fixture
def old(url: str) -> Iterator[Database]:
    """A database of the first version, with rows in it."""
    database = Database(url)
    migrate.upgrade(database, "0001")
    yes, no = ("1", "0") if database.is_sqlite else ("true", "false")
    with database.write() as connection:
        for statement in BEFORE:
            connection.execute(text(statement.format(yes=yes, no=no)))
        for site, ident, version in (("matera", "bruno", 4), ("matera", "anna", 8), ("cinisello", "anna", 9)):
            _publish(connection, site, ident, version, json.dumps(RECORD | {"id": ident}, ensure_ascii=False))
        _publish(connection, "cinisello", "bruno", 7, None)
    yield database
    database.close()


def _publish(connection: Connection, site: str, ident: str, version: int, record: str | None) -> None:
    connection.execute(
        text("INSERT INTO published VALUES (:site, 'person', :id, :version, :record)"),
        {"site": site, "id": ident, "version": version, "record": record},
    )


def rows(database: Database, query: str) -> list[tuple[object, ...]]:
    with database.read() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def test_what_stood_there_stands_there_with_the_defaults(old: Database) -> None:
    migrate.upgrade(old, "0002")
    settings = "no_show_minutes, offer_minutes, holiday_province, holidays_added, layout"
    assert rows(old, f"SELECT id, revision, {settings} FROM site ORDER BY id") == [  # noqa: S608 -- our own names
        ("cinisello", 1, 15, 30, "", "[]", None),
        ("matera", 3, 15, 30, "", "[]", None),
    ]
    known = "id, name, birth_date, fiscal_code, email, ref"
    assert rows(old, f"SELECT {known} FROM person ORDER BY id") == [  # noqa: S608 -- our own names
        ("anna", "Zoë", None, None, None, None),
        ("bruno", "Bruno", None, None, None, None),
    ]
    assert rows(old, "SELECT id, why, audience, resource, source FROM closure") == [("c1", "Festa", "", "", "")]
    assert rows(old, "SELECT id, to_minute, audience FROM opening") == [("o1", 1080, "")]
    assert rows(old, "SELECT id, start_ms FROM booking") == [("k1", 1000)]


def test_whoever_stood_is_staff_from_now_on(old: Database) -> None:
    migrate.upgrade(old, "0002")
    assert [
        (site, person, bool(staff))
        for site, person, staff in rows(old, "SELECT site, person, staff FROM rights ORDER BY 1, 2")
    ] == [
        ("cinisello", "anna", True),
        ("cinisello", "bruno", True),
        ("matera", "anna", True),
        ("matera", "bruno", False),
    ]


def test_a_site_is_told_of_its_staff_under_new_versions_and_of_nobody_else(old: Database) -> None:
    migrate.upgrade(old, "0002")
    told = rows(old, "SELECT site, id, version, record FROM published ORDER BY version")
    assert [(site, ident, version) for site, ident, version, _ in told] == [
        ("matera", "bruno", 4),
        ("cinisello", "bruno", 7),
        ("matera", "anna", 10),
        ("cinisello", "anna", 11),
    ]
    assert [None if record is None else json.loads(str(record)).get("staff") for *_, record in told] == [
        None,
        None,
        True,
        True,
    ]
    assert json.loads(str(told[2][3])) == RECORD | {"id": "anna", "staff": True}
    assert "Zoë" in str(told[2][3])
    assert rows(old, "SELECT version, swept_ms FROM feed") == [(11, 0)]
    assert rows(old, "SELECT id, version FROM site ORDER BY id") == [("cinisello", 11), ("matera", 10)]


def test_where_nobody_stands_no_version_moves(url: str) -> None:
    database = Database(url)
    migrate.upgrade(database, "0001")
    before = rows(database, "SELECT generation, version FROM feed")
    migrate.upgrade(database, "0002")
    assert rows(database, "SELECT generation, version FROM feed") == before
    database.close()


def test_one_key_of_another_system_is_one_persons(old: Database) -> None:
    migrate.upgrade(old, "0002")
    with old.write() as connection:
        connection.execute(text("UPDATE person SET ref = 'a' WHERE id = 'anna'"))
    with pytest.raises(IntegrityError), old.write() as connection:
        connection.execute(text("UPDATE person SET ref = 'a' WHERE id = 'bruno'"))


def test_the_whole_way_up_keeps_what_stood_there(old: Database) -> None:
    migrate.upgrade(old)
    assert rows(old, "SELECT id FROM person ORDER BY id") == [("anna",), ("bruno",)]
    assert rows(old, "SELECT id, person, start_ms, end_ms FROM booking") == [("k1", "anna", 1000, 2000)]
    with old.read() as connection:
        assert migrate.is_current(connection)
