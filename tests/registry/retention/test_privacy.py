"""What leaves the registry, and what its logs and tables hold: no more than P2 and P3 allow."""

import json
import logging
from collections.abc import Iterator

import pytest

from access.credential import keyed_hash
from access.facts import Entered
from registry.accounts.tokens import hashed
from tests.support.centres import HOUR_MS, NINE_MS, Centre
from tests.support.log_rows import rows_of, sent

UID, OTHER = "04A1B2C3D4E580", "04FFFFFFFFFF80"
NAME = "Annamaria Verdi"
ALLOWED = {
    "person": {"id", "name", "zones", "standing", "valid_from_ms", "valid_until_ms", "suspended", "minor"},
    "badge": {"id", "person", "credentials", "valid_from_ms", "valid_until_ms", "revoked", "long_pulse"},
    "booking": {"id", "person", "zone", "resource", "start_ms", "end_ms"},
    "closure": {"id", "start_ms", "end_ms", "why"},
    "opening": {"id", "weekday", "from_minute", "to_minute"},
}


@pytest.fixture
def lived(both: Centre, caplog: pytest.LogCaptureFixture) -> Iterator[Centre]:
    """A registry at which a day's work was done, every logger listening."""
    with caplog.at_level(logging.DEBUG), caplog.at_level(logging.DEBUG, "hubout.registry"):
        logging.getLogger("sqlalchemy").setLevel(logging.INFO)
        person = both.admit("matera", NAME)
        enrolment = {"uid": UID, "valid_until_ms": 9}
        badge = both.ask("POST", f"/people/{person}/badges", enrolment, Idempotency_Key="k" * 20).json()["id"]
        both.made(f"/badges/{badge}/replace", {"uid": OTHER})
        span = {"start_ms": NINE_MS, "end_ms": NINE_MS + HOUR_MS}
        for _ in range(2):
            both.ask("POST", "/sites/matera/bookings", {"resource": "d1", "person": person, **span})
        both.made("/sites/matera/closures", {**span, "why": "Festa"})
        both.made("/sites/matera/openings", {"weekday": 1, "from_minute": 1, "to_minute": 2})
        rows = rows_of(Entered(person, "front", "hall", "1-1"), site="matera")
        both.as_gateway("matera", "POST", "/events", sent(rows, "matera"))
        both.ask("GET", f"/people/{person}")
        both.ask("GET", "/occupancy")
        yield both
    logging.getLogger("sqlalchemy").setLevel(logging.NOTSET)


def test_the_feed_holds_what_a_door_needs_and_no_more(lived: Centre) -> None:
    told = lived.as_gateway("matera", "GET", "/changes").json()["changes"]
    assert {change["kind"] for change in told} == set(ALLOWED)
    for change in told:
        assert set(change["record"]) <= ALLOWED[change["kind"]]
    assert UID not in json.dumps(told)
    assert [change["record"]["name"] for change in told if change["kind"] == "person"] == [NAME]


def test_another_sites_feed_holds_nothing_of_it(lived: Centre) -> None:
    assert lived.feed("cinisello") == {}


def test_no_log_line_holds_a_name_a_uid_a_token_or_a_credential(
    lived: Centre, caplog: pytest.LogCaptureFixture
) -> None:
    said = "\n".join(caplog.handler.format(record) for record in caplog.get_records("setup"))
    assert "INSERT INTO person" in said
    assert '"route": "/api/v1/people/{person}/badges"' in said
    tokens = [lived.token, *(files.token for files in lived.gateways.values())]
    credentials = [keyed_hash(lived.registry.keys.of(site), UID).hex() for site in ("matera", "cinisello")]
    for secret in (NAME, UID, UID.lower(), OTHER, *tokens, *map(hashed, tokens), *credentials):
        assert secret not in said


def test_no_table_holds_a_uid_or_a_token(lived: Centre) -> None:
    with lived.registry.database.read() as connection:
        for table in ("answer", "badge", "credential", "event", "gateway", "api_token", "published", "person"):
            rows = str(connection.exec_driver_sql(f"SELECT * FROM {table}").all())  # noqa: S608 -- our own names
            assert rows != "[]", table
            for secret in (UID, UID.lower(), bytes.fromhex(UID), lived.token):
                assert str(secret) not in rows, table


def test_a_conflict_says_when_and_never_who(both: Centre) -> None:
    span = {"resource": "d1", "start_ms": NINE_MS, "end_ms": NINE_MS + HOUR_MS}
    both.made("/sites/matera/bookings", {"person": both.admit("matera", NAME), **span})
    answer = both.ask("POST", "/sites/matera/bookings", {"person": both.admit("matera", "Bruno"), **span})
    assert set(answer.json()) == {"type", "title", "status", "detail", "conflicts", "nearest", "others"}
    assert answer.json()["conflicts"] == [{"start_ms": NINE_MS, "end_ms": NINE_MS + HOUR_MS}]


def test_the_metrics_name_sites_and_routes_alone(lived: Centre) -> None:
    text = lived.http.get("/metrics", headers={"Authorization": f"Bearer {lived.token}"}).text
    person = lived.ask("GET", "/people").json()["items"][0]["id"]
    for secret in (NAME, person, lived.token):
        assert secret not in text
