"""Rows given back are taken where the chain proves them, wherever the gap lies, over epochs too (S3)."""

from dataclasses import replace
from pathlib import Path

import pytest

from access.log import Gap, Row
from gateway.link.trouble import BadAnswer
from gateway.log.logbook import verified
from gateway.log.mending import DAMAGED
from gateway.log.reader import Reader
from gateway.log.refetched import Around, Restored, from_its_beginning, from_its_end, read_log
from gateway.log.returning import put_back
from gateway.log.store import Store
from tests.support.logs import SITE, lost, over_epochs

LAST = 14
SPANS = [(first, last) for first in range(1, LAST) for last in range(first, LAST)]


def rows_of(path: Path) -> list[Row]:
    reader = Reader.open(path)
    try:
        return reader.rows(0, LAST + 1, 1 << 20)
    finally:
        reader.close()


def put(path: Path, restored: Restored | None) -> None:
    assert restored is not None
    store = Store.open(path)
    try:
        assert store.tidy(lambda connection: put_back(connection, restored))
        assert not store.tidy(lambda connection: put_back(connection, restored)), "once"
    finally:
        store.close()


def around(rows: list[Row], first: int, last: int) -> Around:
    gap = Gap(first, last, rows[last - 1].hash)
    before = rows[first - 2] if first > 1 else None
    return Around(SITE, gap, before.hash if before else bytes(32), before.epoch if before else 0, rows[last].epoch)


def test_every_gap_is_filled_part_by_part_and_the_log_verifies_at_each(tmp_path: Path) -> None:
    path = tmp_path / "log.db"
    over_epochs(path)
    whole = rows_of(path)
    for first, last in SPANS:
        lost(path, first, last, DAMAGED)
        middle = (first + last + 1) // 2
        put(path, from_its_end(around(whole, first, last), whole[middle - 1 :]))
        reader = Reader.open(path)
        verified(path, reader, lambda _: None)
        reader.close()
        if middle > first:
            put(path, from_its_end(around(whole, first, middle - 1), whole[first - 1 :]))
        assert rows_of(path) == whole


def test_where_the_registry_lacks_the_end_the_beginning_follows_ours(tmp_path: Path) -> None:
    path = tmp_path / "log.db"
    over_epochs(path)
    whole = rows_of(path)
    lost(path, 4, 12, DAMAGED)
    here = around(whole, 4, 12)
    has: list[Row | Gap] = [*whole[3:8], Gap(9, 12, whole[11].hash)]
    assert from_its_end(here, has) is None
    put(path, from_its_beginning(here, has))
    assert [row.seq for row in rows_of(path)] == [*range(1, 9), 13, 14]
    assert from_its_beginning(around(whole, 9, 12), has[5:]) is None
    with pytest.raises(BadAnswer, match="event 12"):
        from_its_end(here, [*whole[3:8], Gap(9, 12, bytes(32))])


def test_what_the_bound_gave_up_stays_given_up(tmp_path: Path) -> None:
    path = tmp_path / "log.db"
    over_epochs(path)
    whole = rows_of(path)
    lost(path, 4, 12, "the log is at its bound")
    restored = from_its_end(around(whole, 4, 12), whole[3:12])
    assert restored is not None
    store = Store.open(path)
    assert not store.tidy(lambda connection: put_back(connection, restored))
    store.close()
    assert len(rows_of(path)) == LAST - 9


@pytest.mark.parametrize("first", [4, 6, 8])
def test_nothing_else_is_taken(tmp_path: Path, first: int) -> None:
    path = tmp_path / "log.db"
    over_epochs(path)
    whole = rows_of(path)
    here, sound = around(whole, first, 12), whole[first - 1 : 12]
    assert from_its_end(here, sound) is not None
    one = sound[1]
    wrong: list[list[Row | Gap]] = [
        [*sound[:1], *sound[2:]],
        [*sound[:-1]],
        [sound[0], replace(one, body=b"{}"), *sound[2:]],
        [sound[0], replace(one, salt=None), *sound[2:]],
        [sound[0], replace(one, header=one.header.replace(b"true", b"false")), *sound[2:]],
        [whole[first - 2], *sound],
        [*sound[1:], sound[0]],
    ]
    for found in wrong:
        with pytest.raises(BadAnswer):
            from_its_end(here, found)
    with pytest.raises(BadAnswer):
        from_its_end(replace(here, before=bytes(32)), sound)
    with pytest.raises(BadAnswer):
        from_its_end(replace(here, epoch=3), sound)
    with pytest.raises(BadAnswer):
        from_its_beginning(replace(here, before=bytes(32)), sound[:3])


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[]",
        b"{}",
        b'{"rows": 1}',
        b'{"rows": [1]}',
        b'{"rows": [{"gap": {"first": "1", "last": 2, "head": ""}}]}',
        b'{"rows": [{"header": "{}", "salt": null, "body": null}]}',
        b"[" * 100_000,
    ],
)
def test_an_answer_that_is_no_log_is_refused(raw: bytes) -> None:
    with pytest.raises(BadAnswer, match="no part of a log"):
        read_log(raw)
