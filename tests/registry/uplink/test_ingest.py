"""Poison, hostile bodies and two appends at once: what the log's intake must bear."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from access import occupancy
from access.codec import canonical, encode_fact
from access.facts import (
    Checkpoint,
    Counted,
    DayClosed,
    DeviceGap,
    DoorMoved,
    Entered,
    Fact,
    Left,
    Started,
)
from access.log import Row
from registry.uplink.ingest import Acked, take
from tests.support.centres import Centre
from tests.support.log_rows import START_MS, raw_rows, rows_of, sent

PERSONS = st.sampled_from(["anna", "bruno", "carla"])
ZONES = st.sampled_from(["hall", "lab"])
FACTS = st.one_of(
    st.builds(Entered, PERSONS, st.just("front"), ZONES, st.just("1-1"), st.booleans()),
    st.builds(Left, st.just("front"), ZONES, st.sampled_from(["", "lab"]), st.one_of(PERSONS, st.just(""))),
    st.builds(Counted, st.just("c1"), ZONES, st.integers(0, 3), st.integers(0, 3)),
    st.builds(DoorMoved, st.just("front"), st.booleans(), st.sampled_from(["grant", "forced", "found", "free"])),
    st.just(DeviceGap("r1", "0a", 3, 4)),
    st.just(DayClosed(("anna",))),
    st.just(Started("0.1.0")),
)


def append(both: Centre, rows: list[Row]) -> int:
    answer = both.as_gateway("cinisello", "POST", "/events", sent(rows))
    assert answer.status_code == 200, answer.text
    acked: int = answer.json()["acked"]
    return acked


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(facts=st.lists(FACTS, min_size=1, max_size=40), cuts=st.lists(st.integers(0, 40), max_size=4))
def test_occupancy_is_the_fold_over_the_log_however_it_is_cut(both: Centre, facts: list[Fact], cuts: list[int]) -> None:
    site = f"site-{len(both.registry.standings())}"
    both.registry.add_site(site, site)
    rows = rows_of(*facts, site=site)
    edges = sorted({0, len(rows), *(cut for cut in cuts if cut < len(rows))})
    for start, end in pairwise(edges):
        with both.registry.database.write() as connection:
            assert take(connection, site, 1, rows[max(0, start - 1) : end], START_MS) == Acked(end)
    folded = occupancy.Occupancy()
    for index, fact in enumerate(facts, 1):
        folded = occupancy.fold(folded, fact, START_MS + index * 1_000)
    standing = both.registry.standing(site)
    assert standing is not None
    assert standing.occupancy == folded
    assert standing.seq == len(rows)


DESKS = {"d1": {"use": "vacant", "since_ms": 5, "levels": []}}
SITE = {"lockdown": False, "fire": False, "doors": {"front": True}, "desks": DESKS}
EMPTY: dict[str, Any] = {"stays": [], "anonymous": [], "estimated": []}


def checkpoint(occupancy_: object = EMPTY, site: object = SITE) -> tuple[str, bytes]:
    return "checkpoint", canonical({"occupancy": occupancy_, "site": site})


POISON = {
    "no json": ("entered", b"not json"),
    "nothing": ("entered", b""),
    "another fact's body": ("entered", b'{"door":"front","open":true}'),
    "a field too many": ("started", b'{"software":"1","x":1}'),
    "a number for a text": ("started", b'{"software":1}'),
    "null": ("started", b"null"),
    "a kind of nobody": ("no-such-kind", b"{}"),
    "lone surrogates": ("started", '{"software":"\ud800"}'.encode("utf-8", "surrogatepass")),
    "an escaped lone surrogate": ("started", b'{"software":"\\ud800"}'),
    "deep": ("checkpoint", b'{"occupancy":' + b"[" * 20_000),
    "a checkpoint of nothing": checkpoint({}),
    "a checkpoint with texts for counts": checkpoint(EMPTY | {"anonymous": [["hall", "2"]]}),
    "a checkpoint with lists for names": checkpoint(EMPTY | {"stays": [[["x"], "hall", 1, False]]}),
    "a checkpoint with no doors": checkpoint(site={"lockdown": False, "fire": False}),
    "a checkpoint with infinite times": (
        "checkpoint",
        b'{"occupancy":{"stays":[["a","hall",1e999,false]],"anonymous":[],"estimated":[]},"site":{}}',
    ),
}


@pytest.mark.parametrize("what", POISON)
def test_poison_is_kept_raw_and_marked_and_delays_nothing(both: Centre, what: str) -> None:
    anna = ("entered", encode_fact(Entered("anna", "front", "hall", "1-1")))
    bruno = ("entered", encode_fact(Entered("bruno", "front", "hall", "1-2")))
    rows = raw_rows([anna, POISON[what], bruno])
    assert append(both, rows) == 3
    assert append(both, rows) == 3
    items = both.ask("GET", "/sites/cinisello/events").json()["items"]
    assert [item["poison"] for item in items] == [False, True, False]
    standing = both.registry.standing("cinisello")
    assert standing is not None
    assert sorted(standing.occupancy.stays) == ["anna", "bruno"]
    assert standing.poisoned == 1


@pytest.mark.parametrize(
    "text", ["\u0000", "'; DROP TABLE event; --", "\u202eevil", "\U0001f9d1\u200d\U0001f9bd", "x" * 5_000]
)
def test_naughty_texts_in_facts_are_kept_and_shown_as_they_are(both: Centre, text: str) -> None:
    rows = rows_of(Started(text), Entered(text, "front", text, "1-1"))
    assert append(both, rows) == 2
    items = both.ask("GET", "/sites/cinisello/events").json()["items"]
    assert items[0]["body"] == {"software": text}
    (stay,) = both.ask("GET", "/sites/cinisello/occupancy").json()["stays"]
    assert (stay["person"], stay["name"], stay["zone"]) == (text, "", text)


@pytest.mark.parametrize("named", ["a\\u0000b", "x" * 100, "\\ud800", "UPPER", "a\\n"])
def test_a_kind_that_is_no_name_is_not_spread(both: Centre, named: str) -> None:
    (row,) = raw_rows([("started", b"{}")])
    header = row.header.replace(b'"kind":"started"', f'"kind":"{named}"'.encode())
    assert append(both, [replace(row, header=header)]) == 1
    (item,) = both.ask("GET", "/sites/cinisello/events").json()["items"]
    assert (item["kind"], item["poison"]) == ("unknown", True)


def test_a_clock_beyond_all_times_is_kept_within_what_a_table_holds(both: Centre) -> None:
    (row,) = rows_of(Started("1"))
    header = row.header.replace(f'"at":{START_MS + 1_000}'.encode(), b'"at":' + b"9" * 40)
    assert append(both, [replace(row, header=header)]) == 1
    (item,) = both.ask("GET", "/sites/cinisello/events").json()["items"]
    assert item["at_ms"] == 2**62


def test_a_number_that_is_not_one_in_a_body_is_shown_as_text(both: Centre) -> None:
    body = b'{"occupancy":{"anonymous":[],"estimated":[],"stays":[],"x":NaN},"site":' + json.dumps(SITE).encode() + b"}"
    assert append(both, raw_rows([("checkpoint", body)])) == 1
    assert both.ask("GET", "/sites/cinisello/events").status_code == 200


def test_a_checkpoint_is_taken_over(both: Centre) -> None:
    stays = [["anna", "hall", START_MS, True]]
    stored = Checkpoint({"stays": stays, "anonymous": [["hall", 1]], "estimated": ["hall"]}, SITE)
    append(both, rows_of(stored))
    standing = both.registry.standing("cinisello")
    assert standing is not None
    assert standing.occupancy == occupancy.from_stored(stored.occupancy)
    assert standing.overview.doors == {"front": ("open", START_MS + 1_000)}
    assert standing.overview.desks == {"d1": ("vacant", 5)}


def test_a_batch_costs_as_many_statements_as_a_row(both: Centre) -> None:
    rows = rows_of(*(Entered(f"p{number}", "front", "hall", f"1-{number}") for number in range(502)))
    append(both, rows[:1])
    counts = []
    for batch in (rows[1:2], rows[2:]):
        with both.registry.database.write() as connection:
            said: list[str] = []
            event.listen(connection, "before_cursor_execute", lambda *of, said=said: said.append(of[2]))
            assert take(connection, "cinisello", 1, batch, START_MS) == Acked(batch[-1].seq)
        counts.append(len(said))
    assert counts[0] == counts[1] <= 8


def test_many_appends_at_once_take_each_row_once(both: Centre) -> None:
    rows = rows_of(*(Entered(f"p{number}", "front", "hall", f"1-{number}") for number in range(200)))
    batches = [rows[start : start + 50] for start in range(0, 200, 10)] * 2

    def send(batch: list[Row]) -> int:
        return both.as_gateway("cinisello", "POST", "/events", sent(batch)).status_code

    for _ in range(20):
        with ThreadPoolExecutor(8) as pool:
            assert set(pool.map(send, batches)) <= {200, 409, 429}
        if (standing := both.registry.standing("cinisello")) is not None and standing.seq == 200:
            break
    assert standing is not None
    assert (standing.seq, len(standing.occupancy.stays)) == (200, 200)
    listed = both.ask("GET", "/sites/cinisello/events?limit=500").json()["items"]
    assert [item["seq"] for item in listed] == list(range(1, 201))
