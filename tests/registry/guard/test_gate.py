"""What the gate bears: size, slowness, haste, a database that is gone; and what it writes of it."""

import json
import logging
import socket
from pathlib import Path

import httpx
import pytest

from access.facts import Started
from registry.guard.gate import COME_AGAIN_S
from registry.guard.rate import MOST_BUCKETS, Rates
from registry.settings import Limits
from tests.support.centres import Centre, centre, problem
from tests.support.log_rows import rows_of, sent
from tests.support.parts import wait_until

SMALL = Limits(body_bytes=2_000, body_s=0.3, rate_per_s=0.5, burst=6)


def as_operator(running: Centre) -> dict[str, str]:
    return {"Authorization": f"Bearer {running.token}"}


def test_a_request_of_a_megabyte_is_too_large(shared: Centre) -> None:
    for content in (b" " * (1024 * 1024 + 1), iter([b" " * 600_000] * 2)):
        answer = shared.http.post("/api/v1/people", content=content, headers=as_operator(shared))
        assert problem(answer) == (413, "too-large")
    exactly = json.dumps({"name": "x"}).encode().ljust(1024 * 1024)
    headers = as_operator(shared) | {"Content-Type": "application/json"}
    assert shared.http.post("/api/v1/people", content=exactly, headers=headers).status_code == 201


def test_a_stranger_sends_no_body_at_all(shared: Centre) -> None:
    assert problem(shared.http.post("/api/v1/people", content=b" " * 2_000_000)) == (401, "no-credential")


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[" * 50_000, b'{"name": 1e999}', b"\xff", b'{"name":' + b"9" * 5_000 + b"}"]
)
def test_a_body_that_is_no_json_is_a_problem(shared: Centre, body: bytes) -> None:
    headers = as_operator(shared) | {"Content-Type": "application/json"}
    assert problem(shared.http.post("/api/v1/people", content=body, headers=headers))[0] in {400, 422}


def test_a_body_that_does_not_come_is_given_up(laid_url: str, tmp_path: Path) -> None:
    with centre(laid_url, tmp_path / "keys", SMALL) as running:
        where = httpx.URL(running.http.base_url)
        with socket.create_connection((where.host, where.port or 0), timeout=20) as slow:
            head = f"POST /api/v1/people HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {running.token}\r\n"
            slow.sendall(f"{head}Content-Length: 100\r\n\r\n".encode())
            assert slow.recv(12) == b"HTTP/1.1 408"


def test_a_client_that_hangs_up_in_mid_body_harms_nobody(shared: Centre) -> None:
    where = httpx.URL(shared.http.base_url)
    with socket.create_connection((where.host, where.port or 0), timeout=20) as rude:
        head = f"POST /api/v1/people HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {shared.token}\r\n"
        rude.sendall(f"{head}Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{{".encode())
    assert shared.ask("GET", "/people").status_code == 200


def test_who_asks_too_often_waits_and_nobody_else(laid_url: str, tmp_path: Path) -> None:
    with centre(laid_url, tmp_path / "keys", SMALL) as running:
        running.gateways["matera"] = running.registry.add_site("matera", "Matera")
        answers = [running.ask("GET", "/sites") for _ in range(8)]
        assert [answer.status_code for answer in answers] == [200] * 6 + [429] * 2
        assert problem(answers[-1]) == (429, "too-many")
        assert int(answers[-1].headers["retry-after"]) >= 1
        assert running.as_gateway("matera", "GET", "/changes").status_code == 200


def test_a_bucket_fills_again_with_time_and_their_number_is_bounded() -> None:
    rates = Rates(per_s=2.0, burst=2)
    assert [rates.wait_s("a", 0.0) for _ in range(3)] == [0.0, 0.0, 0.5]
    assert rates.wait_s("a", 0.25) == 0.25
    assert rates.wait_s("a", 0.5) == 0.0
    assert rates.wait_s("b", 0.5) == 0.0
    for number in range(MOST_BUCKETS + 10):
        rates.wait_s(str(number), 1.0)
    assert len(rates.buckets) == MOST_BUCKETS


def test_a_log_line_says_what_was_asked_and_nothing_of_whom(shared: Centre, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "hubout.registry"):
        person = shared.made("/people", {"name": "Anna Verdi"})["id"]
        shared.ask("POST", f"/people/{person}/badges", {"uid": "04A1B2C3D4E5F0", "x": 1})
        shared.http.get("/api/v1/people/secret?token=secret")
        shared.http.request("BREW", "/api/v1/people")
        shared.http.get("/healthz")  # A line is written after its answer: by now the one before is.
    lines = [json.loads(record.message) for record in caplog.records if record.name == "hubout.registry"]
    assert [(line["route"], line["method"], line["status"]) for line in lines[:4]] == [
        ("/api/v1/people", "POST", 201),
        ("/api/v1/people/{person}/badges", "POST", 422),
        ("none", "GET", 401),
        ("none", "other", 401),
    ]
    assert lines[0]["by"].startswith("token ")
    for secret in ("Anna", person, "04A1B2C3D4E5F0", shared.token, "secret"):
        assert secret not in caplog.text


def test_metrics_count_answers_and_rows(own: Centre) -> None:
    own.ask("GET", "/people/none")
    own.as_gateway("matera", "POST", "/events", {"site": "matera", "epoch": 1, "rows": []})
    answer = own.http.get("/metrics", headers=as_operator(own))
    assert answer.headers["content-type"].startswith("text/plain")
    lines = answer.text.splitlines()
    assert 'hubout_http_requests_total{route="/api/v1/people/{person}",method="GET",status="404"} 1' in lines
    assert 'hubout_events_total{site="matera"} 0' in lines
    assert all(line.startswith("#") or len(line.rsplit(" ", 1)) == 2 for line in lines)


def test_health_needs_no_credential_and_says_nothing(shared: Centre) -> None:
    assert shared.http.get("/healthz").json() == {"status": "alive"}
    assert shared.http.get("/readyz").json() == {"status": "ready"}


def test_a_database_of_another_version_is_not_ready(own: Centre) -> None:
    with own.registry.database.write() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'x'")
    assert problem(own.http.get("/readyz")) == (503, "unavailable")
    assert own.http.get("/healthz").status_code == 200


def test_a_table_that_is_gone_is_a_problem_that_shows_nothing(own: Centre) -> None:
    with own.registry.database.write() as connection:
        connection.exec_driver_sql("ALTER TABLE person RENAME TO hidden")
    answer = own.ask("GET", "/people")
    assert problem(answer)[0] in {500, 503}
    assert "person" not in answer.text
    assert "SELECT" not in answer.text


def slow_append(running: Centre, site: str) -> socket.socket:
    """An append that has begun, and does not go on."""
    where = httpx.URL(running.http.base_url)
    slow = socket.create_connection((where.host, where.port or 0), timeout=20)
    head = f"POST /api/v1/gateway/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {running.gateways[site].token}"
    slow.sendall(f"{head}\r\nContent-Length: 100\r\n\r\n{{".encode())
    return slow


def test_a_second_append_of_a_site_is_turned_away_and_no_other_request(own: Centre) -> None:
    rows = rows_of(*[Started("1")] * 3, site="matera")

    def append() -> httpx.Response:
        return own.as_gateway("matera", "POST", "/events", sent(rows, "matera"))

    def turned_away() -> bool:
        with slow_append(own, "matera"):
            answer = append()
            if answer.status_code == 200:
                return False  # It overtook the slow one.
            assert problem(answer) == (429, "too-many")
            assert int(answer.headers["retry-after"]) == COME_AGAIN_S
            assert own.as_gateway("matera", "GET", "/changes").status_code == 200
            others = sent(rows_of(Started("1")))
            assert own.as_gateway("cinisello", "POST", "/events", others).status_code == 200
            return True

    wait_until(turned_away, "the slow append to be in the way")
    wait_until(lambda: append().status_code == 200, "the place to be free once the slow one hung up")
