"""What gateways send, read at the edge."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from access.facts import Started
from access.log import Row
from registry.problems import Problem
from registry.uplink.wire import MOST_ROWS, EventsBody, HelloBody, body_of, read_events, read_hello
from tests.support.log_rows import greeting, raw_rows, rows_of, sent


def raw(body: object) -> bytes:
    return json.dumps(body).encode()


def test_rows_come_out_as_they_went_in() -> None:
    rows = rows_of(Started("Zoë"), Started("\u0000"), Started("日本"))
    batch = read_events(raw(sent(rows)))
    assert (batch.site, batch.epoch, batch.rows) == ("cinisello", 1, tuple(rows))


@given(bodies=st.lists(st.text(st.characters(exclude_categories=())), min_size=1, max_size=5))
def test_any_text_survives_byte_for_byte(bodies: list[str]) -> None:
    rows = raw_rows(("started", text.encode("utf-8", "surrogatepass")) for text in bodies)
    assert read_events(raw(sent(rows))).rows == tuple(rows)


def test_erased_rows_are_read_as_erased() -> None:
    (row,) = rows_of(Started("1"))
    body = sent([Row(row.epoch, row.seq, row.header, row.hash, None, None)])
    (found,) = read_events(raw(body)).rows
    assert isinstance(found, Row)
    assert (found.salt, found.body, found.hash) == (None, None, row.hash)


def test_the_greatest_batch_is_read_and_one_more_row_is_not() -> None:
    rows = rows_of(*(Started("1") for _ in range(MOST_ROWS + 1)))
    assert len(read_events(raw(sent(rows[:MOST_ROWS]))).rows) == MOST_ROWS
    with pytest.raises(Problem, match="at most 500"):
        read_events(raw(sent(rows)))


ROW: dict[str, Any] = sent(rows_of(Started("1")))["rows"][0]
CHANGES: list[dict[str, Any]] = [
    {"seq": -1},
    {"seq": None},
    {"seq": True},
    {"header": 5},
    {"header": None},
    {"salt": ROW["salt"].upper() + "0"},
    {"salt": None},
    {"body": None},
    {"body": {}},
]


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_a_row_that_is_none_is_named_by_its_place(change: dict[str, Any]) -> None:
    second = ROW | {"seq": 2} | change
    with pytest.raises(Problem, match=r"rows\.1"):
        read_events(raw({"site": "matera", "epoch": 1, "rows": [ROW, second]}))


@pytest.mark.parametrize("numbers", [(1, 3), (2, 1), (1, 1), (5, 4)])
def test_numbers_that_do_not_follow_are_refused(numbers: tuple[int, int]) -> None:
    with pytest.raises(Problem, match="follow"):
        read_events(raw({"site": "matera", "epoch": 1, "rows": [ROW | {"seq": seq} for seq in numbers]}))


@given(st.binary(max_size=200) | st.text().map(str.encode) | st.recursive(st.none() | st.booleans(), st.lists).map(raw))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    for read in (read_events, read_hello):
        try:
            read(body)
        except Problem as problem:
            assert problem.kind.status in {400, 422}  # noqa: PT017 -- either is right


def test_a_greeting_is_read() -> None:
    rows = rows_of(Started("1"))
    said = read_hello(raw(greeting(rows)))
    assert (said.site, said.seq, said.head, said.software) == ("cinisello", 1, rows[0].hash, "0.1.0")


def test_a_refusal_repeats_nothing_that_was_sent() -> None:
    with pytest.raises(Problem) as refused:
        read_hello(raw(greeting([]) | {"run": "my secret run"}))
    assert "secret" not in json.dumps(refused.value.body())
    assert "run" in str(refused.value)


@pytest.mark.parametrize("model", [HelloBody, EventsBody])
def test_the_description_of_a_body_stands_alone(model: type[HelloBody] | type[EventsBody]) -> None:
    text = json.dumps(body_of(model))
    assert "$ref" not in text
    assert "epoch" in text
