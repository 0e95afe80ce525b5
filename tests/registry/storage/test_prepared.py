"""Statements that are made SQL once: they do on both databases what SQLAlchemy's own execution does."""

from collections.abc import Iterator

import pytest
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    LargeBinary,
    MetaData,
    String,
    Table,
    bindparam,
    create_engine,
    delete,
    event,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.exc import IntegrityError, OperationalError

from registry.database import Database
from registry.prepared import Prepared

DOORS = Table(
    "door",
    MetaData(),
    Column("id", String, primary_key=True),
    Column("moved_ms", BigInteger),
    Column("open", Boolean),
    Column("head", LargeBinary),
)
BIG_MS = 2**61
FRONT = {"id": "front", "moved_ms": BIG_MS, "open": True, "head": b"\x00\xff"}
GATE = {"id": "gate", "moved_ms": 7, "open": False, "head": None}


@pytest.fixture
def database(laid_url: str) -> Iterator[Database]:
    made = Database(laid_url)
    with made.write() as connection:
        DOORS.create(connection)
    yield made
    made.close()


def test_rows_go_in_and_come_out_as_they_are(database: Database) -> None:
    keep = Prepared(insert(DOORS), sets=DOORS.c.keys())
    with database.write() as connection:
        keep.many(connection, [FRONT, GATE])
        keep.many(connection, [])
    by_id = Prepared(select(DOORS).where(DOORS.c.id == bindparam("id")))
    with database.read() as connection:
        rows = [by_id.on(connection, {"id": ident}).one() for ident in ("front", "gate", "front")]
        assert connection.execute(select(DOORS).order_by(DOORS.c.id)).all() == rows[:2]
    assert (rows[0].moved_ms, rows[0].open, bytes(rows[0].head), rows[1].head) == (BIG_MS, True, b"\x00\xff", None)


def test_what_the_statement_says_itself_and_what_it_is_told_both_hold(database: Database) -> None:
    closes = Prepared(update(DOORS).where(DOORS.c.id == bindparam("of"), DOORS.c.open), sets=("open", "moved_ms"))
    opened = Prepared(select(DOORS.c.id).where(DOORS.c.moved_ms > 6, DOORS.c.id != bindparam("but")).limit(1))
    with database.write() as connection:
        connection.execute(insert(DOORS), [FRONT, GATE])
        assert opened.on(connection, {"but": "front"}).scalars().all() == ["gate"]
        closes.on(connection, {"of": "front", "open": False, "moved_ms": 9})
        closes.on(connection, {"of": "gate", "open": False, "moved_ms": 9})
        named = Prepared(text("SELECT moved_ms FROM door WHERE id = :id"))
        assert [named.on(connection, {"id": one}).scalar() for one in ("front", "gate")] == [9, 7]


def test_a_value_that_is_left_out_is_an_error_and_never_nothing(database: Database) -> None:
    by_id = Prepared(select(DOORS).where(DOORS.c.id == bindparam("id")))
    with database.read() as connection, pytest.raises(Exception, match="id"):
        by_id.on(connection, {"ident": "front"})


def test_a_statement_with_a_list_is_refused(database: Database) -> None:
    among = Prepared(select(DOORS).where(DOORS.c.id.in_(bindparam("ids"))))
    with database.read() as connection, pytest.raises(TypeError, match="without lists"):
        among.on(connection, {"ids": ["front"]})


def test_what_the_database_refuses_is_told_as_sqlalchemy_tells_it_and_without_the_values(database: Database) -> None:
    keep = Prepared(insert(DOORS), sets=DOORS.c.keys())
    for refused in (lambda c: keep.on(c, FRONT), lambda c: keep.many(c, [GATE, GATE])):
        with database.write() as connection:
            connection.execute(delete(DOORS))
            keep.on(connection, FRONT)
        with pytest.raises(IntegrityError) as raised, database.write() as connection:
            refused(connection)
        assert str(BIG_MS) not in str(raised.value)
        with database.read() as connection:
            assert connection.execute(select(DOORS.c.id)).scalars().all() == ["front"]


def test_a_database_that_does_not_answer_is_told_as_such() -> None:
    engine = create_engine("sqlite://")
    with engine.begin() as connection, pytest.raises(OperationalError, match="no such table"):
        Prepared(select(DOORS.c.id)).on(connection, {})


def test_whoever_listens_to_a_connection_hears_what_is_asked(database: Database) -> None:
    opened = Prepared(select(DOORS.c.id).where(DOORS.c.open))
    said: list[str] = []
    with database.read() as connection:
        opened.on(connection, {})
        event.listen(connection, "before_cursor_execute", lambda *of: said.append(of[2]))
        opened.on(connection, {})
    assert len(said) == 1
    assert "door" in said[0]
