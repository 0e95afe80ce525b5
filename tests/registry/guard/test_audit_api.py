"""Every write through the API is a row with its author, and every look at somebody's history too (P6, P9)."""

from typing import Any

from access.facts import Entered
from tests.support.centres import NINE_MS, Centre
from tests.support.log_rows import greeting, rows_of, sent
from tests.support.staff import Staff, hire, holder

KEY = "0123456789abcdef"


def acts(asking: Centre | Staff, query: str = "") -> list[dict[str, Any]]:
    answer = asking.ask("GET", f"/audit{query}")
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def looks(centre: Centre, person: str) -> list[tuple[str, str]]:
    return [(one["name"], one["what"]) for one in centre.ask("GET", f"/people/{person}/looks").json()["items"]]


def came(centre: Centre, *persons: str, site: str = "cinisello") -> None:
    rows = rows_of(*(Entered(who, "front", "hall", f"grant-{who}") for who in persons), site=site)
    assert centre.as_gateway(site, "POST", "/hello", greeting([], site)).status_code == 200
    assert centre.as_gateway(site, "POST", "/events", sent(rows, site)).status_code == 200


def test_a_write_leaves_a_row_with_its_author_and_whom_it_concerns(both: Centre) -> None:
    anna = both.admit("cinisello")
    operator = hire(both, "operator")
    made = operator.ask("POST", f"/people/{anna}/badges", {"uid": "04A1B2C3D4E580"}).json()["id"]
    (act,) = acts(both, f"?author={operator.account}")
    assert (act["name"], act["kind"], act["person"], act["site"]) == (operator.account, "api-badges", anna, None)
    assert act["what"] == f"POST /api/v1/people/{anna}/badges {made}"
    assert act["address"] == "here"
    assert "04A1B2C3D4E580" not in str(acts(both))


def test_what_was_refused_leaves_no_row_and_what_was_repeated_one(both: Centre) -> None:
    operator = hire(both, "operator")
    before = len(acts(both))
    assert operator.ask("POST", "/people", {"name": ""}).status_code == 422
    assert operator.ask("DELETE", "/badges/none").status_code == 404
    assert len(acts(both)) == before
    for _ in range(3):
        assert operator.ask("POST", "/people", {"name": "Dora"}, Idempotency_Key=KEY).status_code == 201
    assert len(acts(both)) == before + 1


def test_each_is_shown_what_was_done_at_their_sites_and_to_their_people(both: Centre) -> None:
    anna, bea = both.admit("cinisello"), both.admit("matera", "Bea")
    auditor = hire(both, "auditor")
    for who in (anna, bea):
        both.made(f"/people/{who}/feeds", None)
    shown = acts(auditor)
    assert {one["site"] for one in shown} <= {"cinisello", None}
    assert {one["person"] for one in shown} >= {anna}
    assert bea not in str(shown)
    assert auditor.ask("GET", "/audit?person=" + bea).json()["items"] == []
    assert hire(both, "trainer").ask("GET", "/audit").status_code == 403


def test_who_looks_at_where_somebody_is_is_noted_once_an_hour_by_name(both: Centre) -> None:
    anna, bea = both.admit("cinisello"), both.admit("cinisello", "Bea")
    came(both, anna, bea)
    operator = hire(both, "operator")
    for path in ("/occupancy", "/sites/cinisello/occupancy", f"/people/{anna}/presence"):
        assert operator.ask("GET", path).status_code == 200
    assert looks(both, anna) == [(operator.account, "presence")]
    assert looks(both, bea) == [(operator.account, "presence")]
    other = hire(both, "coordinator", None)
    assert other.ask("GET", "/occupancy").status_code == 200
    assert looks(both, bea)[-1] == (other.account, "presence")


def test_who_reads_a_sites_log_looks_at_whom_it_names(both: Centre) -> None:
    anna, bea = both.admit("cinisello"), both.admit("cinisello", "Bea")
    came(both, anna)
    for _ in range(2):
        assert both.ask("GET", "/sites/cinisello/events").status_code == 200
    assert looks(both, anna) == [("operator", "events cinisello")]
    assert looks(both, bea) == []


def test_each_is_shown_who_looked_and_does_not_look_at_themselves(both: Centre) -> None:
    anna = both.admit("cinisello")
    came(both, anna)
    own = holder(both, anna)
    for path in ("history", "presence", "attendance"):
        assert own.ask("GET", f"/people/{anna}/{path}").status_code == 200
    assert own.ask("GET", f"/people/{anna}/looks").json()["items"] == []
    assert both.ask("GET", f"/people/{anna}/history").status_code == 200
    (look,) = own.ask("GET", f"/people/{anna}/looks").json()["items"]
    assert (look["name"], look["what"]) == ("operator", "history")
    assert look["at_ms"] > NINE_MS
