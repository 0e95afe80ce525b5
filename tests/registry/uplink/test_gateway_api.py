"""Hello, events and changes, as a gateway asks for them."""

import json
from dataclasses import replace

import pytest

from access.facts import DeskMoved, Entered, Left, Started
from access.log import Row
from registry.uplink import wire
from tests.support.centres import Centre, problem
from tests.support.log_rows import greeting, raw_rows, rows_of, sent

DAY = (
    Started("0.1.0"),
    Entered("anna", "front", "hall", "1-1"),
    DeskMoved("d1", "occupied"),
    Left("front", "hall", "", "anna"),
)


def append(both: Centre, rows: list[Row], status: int = 200) -> dict[str, object]:
    answer = both.as_gateway("cinisello", "POST", "/events", sent(rows))
    assert answer.status_code == status, answer.text
    said: dict[str, object] = answer.json()
    return said


def held(both: Centre) -> int:
    standing = both.registry.standing("cinisello")
    return 0 if standing is None else standing.seq


def test_rows_are_taken_once_however_often_they_are_sent(both: Centre) -> None:
    rows = rows_of(*DAY)
    assert append(both, rows[:2]) == {"acked": 2}
    assert append(both, rows[:2]) == {"acked": 2}
    assert append(both, rows[1:]) == {"acked": 4}
    assert append(both, rows) == {"acked": 4}
    listed = both.ask("GET", "/sites/cinisello/events").json()["items"]
    assert [(item["seq"], item["kind"]) for item in listed] == [
        (1, "started"),
        (2, "entered"),
        (3, "desk"),
        (4, "left"),
    ]


def test_an_empty_append_says_where_the_registry_stands(both: Centre) -> None:
    assert append(both, []) == {"acked": 0}
    append(both, rows_of(*DAY))
    assert append(both, []) == {"acked": 4}


def test_hello_says_where_the_registry_stands(both: Centre) -> None:
    rows = rows_of(*DAY)
    answer = both.as_gateway("cinisello", "POST", "/hello", greeting(rows))
    said = {"answer": "resume", "confirmed": True, "layout": "", "witness": {}, "erased": []}
    assert (answer.status_code, answer.json()) == (200, {**said, "resume": 0, "head": "00" * 32})
    append(both, rows[:3])
    answer = both.as_gateway("cinisello", "POST", "/hello", greeting(rows))
    assert (answer.status_code, answer.json()) == (200, {**said, "resume": 3, "head": rows[2].hash.hex()})
    overview = both.ask("GET", "/overview").json()["items"][0]
    assert (overview["software"], overview["epoch"], overview["seq"]) == ("0.1.0", 1, 3)


def test_a_gap_is_refused_with_where_to_go_on(both: Centre) -> None:
    rows = rows_of(*DAY)
    append(both, rows[:1])
    answer = both.as_gateway("cinisello", "POST", "/events", sent(rows[2:]))
    assert problem(answer) == (409, "gap")
    assert answer.json()["resume"] == 1
    assert held(both) == 1


@pytest.mark.parametrize("seen", ["hello", "events", "overlap"])
def test_another_history_is_a_fork_and_an_alarm(both: Centre, seen: str) -> None:
    rows, other = rows_of(*DAY), rows_of(Started("0.1.1"), *DAY[1:])
    append(both, rows[:3])
    asked = {
        "hello": ("/hello", greeting(other[:3])),
        "events": ("/events", sent(other[3:])),
        "overlap": ("/events", sent(other[:2])),
    }
    for _ in range(2):
        answer = both.as_gateway("cinisello", "POST", *asked[seen])
        assert problem(answer) == (409, "fork")
    assert held(both) == 3
    alarms = both.ask("GET", "/sites/cinisello/alarms").json()["items"]
    assert [alarm["kind"] for alarm in alarms] == ["fork"]


CHANGES = {
    "a byte of its body": lambda row: replace(row, body=row.body.replace(b"occupied", b"vacated!")),
    "a byte of its header": lambda row: replace(row, header=row.header.replace(b'"trusted":true', b'"trusted":null')),
    "its salt": lambda row: replace(row, salt=bytes(32)),
    "no header at all": lambda row: replace(row, header=b"[]"),
    "a header of numbers": lambda row: replace(row, header=b"1e999"),
    "a deep header": lambda row: replace(row, header=b"[" * 5_000),
    "another site's header": lambda row: replace(row, header=row.header.replace(b"cinisello", b"elsewhere")),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_row_is_named_and_nothing_of_its_batch_is_taken(shared: Centre, change: str) -> None:
    rows = rows_of(*DAY)
    rows[2] = CHANGES[change](rows[2])
    answer = shared.as_gateway("cinisello", "POST", "/events", sent(rows))
    assert problem(answer) == (422, "broken-row")
    assert answer.json()["seq"] == 3
    assert held(shared) == 0


def test_a_broken_first_row_is_no_fork(both: Centre) -> None:
    rows = rows_of(*DAY)
    append(both, rows[:2])
    answer = both.as_gateway("cinisello", "POST", "/events", sent([replace(rows[2], salt=bytes(32))]))
    assert problem(answer) == (422, "broken-row")
    assert append(both, rows) == {"acked": 4}


def test_erased_bodies_are_taken_and_the_chain_holds(both: Centre) -> None:
    rows = [replace(row, salt=None, body=None) for row in rows_of(*DAY)]
    assert append(both, rows) == {"acked": 4}
    assert [item["body"] for item in both.ask("GET", "/sites/cinisello/events").json()["items"]] == [None] * 4


EVENTS = {"site": "cinisello", "epoch": 1, "rows": []}
ROW = sent(rows_of(DAY[0]))["rows"][0]
BAD_EVENTS = [
    b"",
    b"no json",
    b"[" * 100_000,
    b"[]",
    b'"text"',
    b"null",
    b"\xff\xfe",
    json.dumps({"epoch": 1, "rows": []}).encode(),
    json.dumps(EVENTS | {"epoch": True}).encode(),
    json.dumps(EVENTS | {"epoch": -1}).encode(),
    json.dumps(EVENTS | {"epoch": 2**63}).encode(),
    json.dumps(EVENTS | {"epoch": "1"}).encode(),
    json.dumps(EVENTS | {"rows": {}}).encode(),
    json.dumps(EVENTS | {"rows": [1]}).encode(),
    json.dumps(EVENTS | {"rows": [ROW | {"seq": 0}]}).encode(),
    json.dumps(EVENTS | {"rows": [ROW | {"seq": 1.0}]}).encode(),
    json.dumps(EVENTS | {"rows": [ROW | {"seq": 10**30}]}).encode(),
    json.dumps(EVENTS | {"rows": [ROW | {"salt": "zz"}]}).encode(),
    json.dumps(EVENTS | {"rows": [ROW | {"salt": "00"}]}).encode(),
    json.dumps(EVENTS | {"rows": [ROW | {"salt": None}]}).encode(),
    json.dumps(EVENTS | {"rows": [ROW | {"header": None}]}).encode(),
    json.dumps(EVENTS | {"rows": [ROW, ROW]}).encode(),
    json.dumps(EVENTS | {"rows": [ROW] * (wire.MOST_ROWS + 1)}).encode(),
]


@pytest.mark.parametrize("body", BAD_EVENTS, ids=range(len(BAD_EVENTS)))
def test_an_append_that_cannot_be_read_is_refused_and_changes_nothing(shared: Centre, body: bytes) -> None:
    token = {"Authorization": f"Bearer {shared.gateways['cinisello'].token}"}
    answer = shared.http.post("/api/v1/gateway/events", content=body, headers=token)
    assert problem(answer)[0] in {400, 422}
    assert held(shared) == 0


@pytest.mark.parametrize(
    "change",
    [
        {"site": "Cinisello"},
        {"epoch": "1"},
        {"epoch": -1},
        {"seq": 2**63},
        {"head": "00"},
        {"head": "zz" * 32},
        {"run": "a b"},
        {"run": "\u0000"},
        {"software": "\n"},
        {"more": 1},
    ],
)
def test_a_greeting_that_cannot_be_read_is_refused(shared: Centre, change: dict[str, object]) -> None:
    answer = shared.as_gateway("cinisello", "POST", "/hello", greeting([]) | change)
    assert problem(answer) == (422, "invalid")


@pytest.mark.parametrize("query", ["since=-1", "since=x", "limit=0", "limit=2001", "since=9223372036854775808"])
def test_changes_asked_for_wrongly_are_refused(shared: Centre, query: str) -> None:
    assert problem(shared.as_gateway("cinisello", "GET", f"/changes?{query}")) == (422, "invalid")


def test_an_unread_kind_of_row_is_kept_as_it_came(both: Centre) -> None:
    append(both, raw_rows([("of-a-later-version", b'{"x":1}')]))
    (item,) = both.ask("GET", "/sites/cinisello/events").json()["items"]
    assert (item["kind"], item["poison"], item["body"]) == ("of-a-later-version", True, '{"x":1}')
