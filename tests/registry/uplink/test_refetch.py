"""A gateway's own log back from the registry, byte for byte, with its gaps; and where the others' logs end (S1, S4)."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from access.facts import Started
from access.log import Gap
from registry.tables import core as t
from registry.uplink import refetch
from registry.uplink.ingest import Acked, take
from registry.uplink.wire import read_events
from tests.support.centres import Centre, problem
from tests.support.gateway_log import GatewayLog
from tests.support.log_rows import START_MS, raw_rows, rows_of, sent


def asked(both: Centre, query: str = "", site: str = "matera") -> dict[str, Any]:
    answer = both.as_gateway(site, "GET", f"/log{query}")
    assert answer.status_code == 200, answer.text
    said: dict[str, Any] = answer.json()
    return said


def whole(both: Centre, epoch: int, limit: int, after: int = 0) -> list[dict[str, Any]]:
    """Page by page, until the branch's end."""
    found: list[dict[str, Any]] = []
    while True:
        said = asked(both, f"?epoch={epoch}&after={after}&limit={limit}")
        assert len(said["rows"]) <= limit
        found += said["rows"]
        if not said["rows"]:
            assert after == said["seq"]
            return found
        last = said["rows"][-1]
        after = last["gap"]["last"] if "gap" in last else last["seq"]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    texts=st.lists(st.text(st.characters(exclude_categories=()), max_size=20), min_size=1, max_size=12),
    erased=st.sets(st.integers(1, 12)),
    limit=st.integers(1, 7),
)
def test_it_comes_back_byte_for_byte_but_for_what_was_erased(
    lasting: Centre, texts: list[str], erased: set[int], limit: int
) -> None:
    lasting.wipe()
    lasting.add_site("matera")
    rows = raw_rows((("started", text.encode("utf-8", "surrogatepass")) for text in texts), "matera")
    with lasting.database.write() as connection:
        assert take(connection, "matera", 1, rows, START_MS) == Acked(len(rows))
        gone = t.event.c.seq.in_(erased)
        connection.execute(update(t.event).where(gone).values(salt=None, body=None))
    found = whole(lasting, 1, limit)
    assert [one["seq"] for one in found] == list(range(1, len(rows) + 1))
    back = [*read_events(json.dumps({"site": "matera", "epoch": 1, "rows": found}).encode()).rows]
    expected = sent(rows, "matera")["rows"]
    for one in expected:
        if one["seq"] in erased:
            one |= {"salt": None, "body": None}
    assert found == expected
    assert [one.hash for one in back if not isinstance(one, Gap)] == [row.hash for row in rows]


@pytest.mark.parametrize("limit", [1, 4, 500])
def test_a_branch_comes_with_what_it_grew_out_of_and_its_gaps(both: Centre, limit: int) -> None:
    log = GatewayLog(both.database)
    log.write(*(Started(str(number)) for number in range(20)))
    gone = [Gap(first, last, log.rows[last - 1].hash) for first, last in ((3, 5), (17, 20))]
    with both.database.write() as connection:
        take(connection, "matera", 1, [*log.rows[:2], gone[0], *log.rows[5:16], gone[1]], START_MS)
    copy = log.copied("r2", 10)
    copy.write(Started("x"))
    assert copy.link_up() == 2

    def numbers(epoch: int, after: int = 0) -> list[object]:
        found = whole(both, epoch, limit, after)
        return [(one["gap"]["first"], one["gap"]["last"]) if "gap" in one else one["seq"] for one in found]

    assert numbers(1) == [1, 2, (3, 5), *range(6, 17), (17, 20)]
    assert numbers(2) == [1, 2, (3, 5), *range(6, len(copy.rows) + 1)]
    assert numbers(2, 3) == [(4, 5), *range(6, len(copy.rows) + 1)]
    assert numbers(1, 18) == [(19, 20)]
    assert numbers(2, 10) == list(range(11, len(copy.rows) + 1))
    assert [one["header"] for one in whole(both, 2, limit, 10)] == [row.header.decode() for row in copy.rows[10:]]
    assert asked(both)["epoch"] == 1


def test_a_page_ends_where_it_would_be_too_large_but_holds_one_row_at_least(
    both: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = GatewayLog(both.database)
    log.write(*(Started("x" * 1_000) for _ in range(9)))
    log.link_up()
    assert [row["seq"] for row in asked(both)["rows"]] == list(range(1, 10))
    for most, count in ((1, 1), (3_000, 2), (100_000, 9)):
        monkeypatch.setattr(refetch, "MOST_BYTES", most)
        assert len(asked(both)["rows"]) == count
        assert len(whole(both, 1, 500)) == 9


def test_a_gateway_is_given_its_own_sites_log_alone(both: Centre) -> None:
    assert problem(both.as_gateway("matera", "GET", "/log")) == (404, "not-found")
    GatewayLog(both.database, rows=rows_of(Started("1"), site="matera")).link_up()
    assert len(asked(both)["rows"]) == 1
    assert problem(both.as_gateway("cinisello", "GET", "/log")) == (404, "not-found")
    for query in ("epoch=7", "epoch=7&after=0"):
        assert problem(both.as_gateway("matera", "GET", f"/log?{query}")) == (404, "not-found")
    for query in ("after=-1", "limit=0", "limit=501", "epoch=x"):
        assert problem(both.as_gateway("matera", "GET", f"/log?{query}")) == (422, "invalid")
    assert problem(both.ask("GET", "/gateway/log"))[0] == 403


def test_a_greeting_is_told_where_the_other_sites_logs_end(both: Centre) -> None:
    def witness(log: GatewayLog) -> Any:  # noqa: ANN401 -- an answer's member
        seq, head = len(log.rows), log.rows[-1].hash.hex()
        said = {"site": log.site, "epoch": log.epoch, "seq": seq, "head": head, "run": log.run, "software": ""}
        return both.as_gateway(log.site, "POST", "/hello", said).json()["witness"]

    here, there = GatewayLog(both.database), GatewayLog(both.database, "cinisello")
    for log in (here, there):
        log.write(Started("1"), Started("2"))
    assert witness(here) == {}
    here.link_up()
    assert witness(here) == {}
    assert witness(there) == {"matera": [1, 2, here.rows[1].hash.hex()]}
    copy = here.copied("r2", 1)
    copy.link_up()
    assert witness(there)["matera"][0] == 1
    both.ask("POST", "/sites/matera/confirmed-epoch", {"epoch": 2, "note": "the new one"})
    assert witness(there) == {"matera": [2, len(copy.rows), copy.rows[-1].hash.hex()]}
