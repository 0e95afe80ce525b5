"""Idempotency-Key: a write that is asked for again is done once and answered alike."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from registry.api.answers import KEPT_MS, Answer, Repeatable, keep, recall
from registry.edit import editing
from tests.support.centres import NINE_MS, Centre, problem

KEY = "3f1c1e1e-93a5-4f5e-8a43-0c1c2f5f9d10"
ANNA = {"name": "Anna"}
UID = "04A1B2C3"


def test_a_repeated_write_is_done_once_and_answered_alike(both: Centre) -> None:
    first = both.ask("POST", "/people", ANNA, Idempotency_Key=KEY)
    again = both.ask("POST", "/people", ANNA, Idempotency_Key=KEY)
    assert (first.status_code, first.json(), first.headers["etag"]) == (201, again.json(), again.headers["etag"])
    assert len(both.ask("GET", "/people").json()["items"]) == 1
    assert both.ask("POST", "/people", ANNA, Idempotency_Key=KEY + "-2").json()["id"] != first.json()["id"]


def test_a_repeated_delete_is_answered_alike(both: Centre) -> None:
    person = both.made("/people", ANNA)["id"]
    for _ in range(2):
        answer = both.ask("DELETE", f"/people/{person}", Idempotency_Key=KEY)
        assert (answer.status_code, answer.content) == (204, b"")
    assert problem(both.ask("DELETE", f"/people/{person}", Idempotency_Key=KEY + "-2")) == (404, "not-found")


def test_one_key_is_one_request(both: Centre) -> None:
    both.ask("POST", "/people", ANNA, Idempotency_Key=KEY)
    for verb, path, body in (
        ("POST", "/people", {"name": "Bruno"}),
        ("POST", "/sites", {"id": "bari", "name": "Bari"}),
        ("DELETE", "/people/x", None),
    ):
        assert problem(both.ask(verb, path, body, Idempotency_Key=KEY)) == (422, "key-reused")
    assert len(both.ask("GET", "/people").json()["items"]) == 1


def test_a_refused_write_is_judged_anew(both: Centre) -> None:
    person = both.admit("matera")
    first = both.made("/sites/matera/bookings", span(person))
    assert problem(both.ask("POST", "/sites/matera/bookings", span(person), Idempotency_Key=KEY))[0] == 409
    both.ask("DELETE", f"/sites/matera/bookings/{first['id']}")
    assert both.ask("POST", "/sites/matera/bookings", span(person), Idempotency_Key=KEY).status_code == 201
    assert both.ask("POST", "/sites/matera/bookings", span(person), Idempotency_Key=KEY).status_code == 201
    assert len(both.ask("GET", "/sites/matera/bookings?day=2026-11-23").json()["items"]) == 1


def span(person: str) -> dict[str, object]:
    return {"resource": "d1", "person": person, "start_ms": NINE_MS, "end_ms": NINE_MS + 1}


def test_many_at_once_with_one_key_are_one_write(both: Centre) -> None:
    with ThreadPoolExecutor(16) as pool:
        ids = set(pool.map(lambda _: both.ask("POST", "/people", ANNA, Idempotency_Key=KEY).json()["id"], range(16)))
    assert len(ids) == 1
    assert len(both.ask("GET", "/people").json()["items"]) == 1


@pytest.mark.parametrize("key", ["", "short", "x" * 129, "tab\tinside-the-key"])
def test_a_key_that_is_none_is_refused(shared: Centre, key: str) -> None:
    assert problem(shared.ask("POST", "/people", ANNA, Idempotency_Key=key)) == (400, "bad-request")


@pytest.mark.parametrize(
    ("path", "body"), [("/sites", {"id": "bari", "name": "Bari"}), ("/sites/matera/gateways", None)]
)
def test_a_token_is_shown_once_even_to_a_repeated_request(both: Centre, path: str, body: object) -> None:
    first = both.ask("POST", path, body, Idempotency_Key=KEY).json()
    again = both.ask("POST", path, body, Idempotency_Key=KEY).json()
    assert first["token"]
    assert again == first | {"token": None}
    with both.registry.database.read() as connection:
        assert first["token"] not in str(connection.exec_driver_sql("SELECT * FROM answer").all())


def test_neither_a_key_nor_a_cards_uid_can_be_found_from_what_is_kept(both: Centre) -> None:
    person = both.admit("matera")
    both.ask("POST", f"/people/{person}/badges", {"uid": UID}, Idempotency_Key=KEY)
    with both.registry.database.read() as connection:
        kept = str(connection.exec_driver_sql("SELECT * FROM answer").all())
    assert "request_mac" not in kept
    assert UID not in kept
    assert KEY not in kept


def test_an_answer_is_kept_for_a_day(both: Centre) -> None:
    with both.registry.database.read() as connection:
        operator = connection.exec_driver_sql("SELECT id FROM api_token").scalar_one()
    asked = Repeatable(operator, KEY, b"request")
    answer = Answer(201, {"id": "x"}, 3)
    with editing(both.registry.database, 1_000) as edit:
        keep(edit, asked, answer)
    with editing(both.registry.database, 1_000 + KEPT_MS) as edit:
        assert recall(edit, asked) == answer
    with editing(both.registry.database, 1_001 + KEPT_MS) as edit:
        assert recall(edit, asked) is None
        keep(edit, asked, answer)
        assert edit.connection.exec_driver_sql("SELECT count(*) FROM answer").scalar_one() == 1
