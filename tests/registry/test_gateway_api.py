import httpx
import pytest

from access.clock import Now
from access.codec import encode_fact
from access.facts import DeskMoved, Entered, Fact, Started
from access.log import Chain, Row, link
from registry.setup import Registry


def rows_of(*facts: Fact, site: str = "cinisello", epoch: int = 1) -> list[Row]:
    chain, rows = Chain(site, epoch, "run1"), []
    for number, fact in enumerate(facts, 1):
        now = Now(1_000_000 + number, number, number)
        chain, row = link(chain, number, fact.KIND, encode_fact(fact), bytes([number % 256]) * 32, now)
        rows.append(row)
    return rows


def sent(rows: list[Row], site: str = "cinisello", epoch: int = 1) -> dict[str, object]:
    told = [
        {"seq": r.seq, "header": r.header.decode(), "salt": r.salt and r.salt.hex(), "body": r.body and r.body.decode()}
        for r in rows
    ]
    return {"site": site, "epoch": epoch, "rows": told}


@pytest.fixture
def auth(registry: Registry) -> dict[str, str]:
    return {"Authorization": f"Bearer {registry.add_site('cinisello', 'Cinisello').token}"}


def test_rows_are_taken_once_and_hello_says_where_the_registry_stands(
    client: httpx.Client, auth: dict[str, str]
) -> None:
    rows = rows_of(Started("1"), Entered("anna", "front", "hall", "1-1"), DeskMoved("d1", "occupied"))
    for _ in range(2):
        answer = client.post("/api/v1/gateway/events", json=sent(rows), headers=auth)
        assert (answer.status_code, answer.json()) == (200, {"acked": 3})
    greeting = {"site": "cinisello", "epoch": 1, "seq": 3, "head": rows[-1].hash.hex(), "run": "r", "software": "1"}
    answer = client.post("/api/v1/gateway/hello", json=greeting, headers=auth)
    assert (answer.status_code, answer.json()) == (200, {"resume": 3, "head": rows[-1].hash.hex()})


def test_a_new_sites_feed_is_an_empty_snapshot(client: httpx.Client, auth: dict[str, str]) -> None:
    answer = client.get("/api/v1/gateway/changes", headers=auth)
    said = answer.json()
    assert (said["version"], said["snapshot"], said["more"], said["changes"]) == (0, True, False, [])
