"""Service hours: two ledgers that never overlap, whoever comes at once; totals by month, against a target."""

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from registry.tables import core as t
from tests.support.centres import HOUR_MS, NINE_MS, Centre, problem
from tests.support.core_site import rome


@pytest.fixture
def angel(both: Centre) -> str:
    ident: str = both.made("/people", {"name": "Angela"})["id"]
    return ident


def hours(start: float, end: float, ledger: str = "team", **more: object) -> dict[str, Any]:
    """An entry in hours from nine."""
    span = {"start_ms": NINE_MS + round(start * HOUR_MS), "end_ms": NINE_MS + round(end * HOUR_MS)}
    return {"ledger": ledger, **span, **more}


def test_hours_are_written_listed_and_read(both: Centre, angel: str) -> None:
    path = f"/people/{angel}/service"
    later, first = both.made(path, hours(4, 5)), both.made(path, hours(0, 2, "citizen", note="SPID"))
    assert [one["id"] for one in both.ask("GET", path).json()["items"]] == [first["id"], later["id"]]
    answer = both.ask("GET", f"/service/{first['id']}")
    assert answer.json() == first
    assert (first["note"], first["person"], first["void"]) == ("SPID", angel, False)
    assert both.ask("GET", f"/service/{first['id']}", If_None_Match=answer.headers["etag"]).status_code == 304
    page = both.ask("GET", f"{path}?limit=1").json()
    assert [one["id"] for one in both.ask("GET", f"{path}?cursor={page['next']}").json()["items"]] == [later["id"]]


@pytest.mark.parametrize("ledger", ["team", "citizen"])
@pytest.mark.parametrize(("start", "end"), [(2, 4), (1, 3), (3, 5), (2.5, 3), (0, 9), (3.999, 5)])
def test_an_hour_is_given_once_in_one_ledger_or_over_both(
    both: Centre, angel: str, ledger: str, start: float, end: float
) -> None:
    path = f"/people/{angel}/service"
    held = both.made(path, hours(2, 4))
    answer = both.ask("POST", path, hours(start, end, ledger))
    assert problem(answer) == (409, "service-overlap")
    assert answer.json()["overlaps"] == {
        "entry": held["id"],
        "ledger": "team",
        "start_ms": held["start_ms"],
        "end_ms": held["end_ms"],
    }
    both.made(path, hours(0, 2, ledger))
    both.made(path, hours(4, 5, ledger))


def test_a_void_entry_stays_to_be_seen_and_frees_its_hours(both: Centre, angel: str) -> None:
    path = f"/people/{angel}/service"
    held = both.made(path, hours(2, 4))
    void = f"/service/{held['id']}/void"
    assert problem(both.ask("POST", void, {"reason": "Doppia"})) == (428, "needs-match")
    tag = both.ask("GET", f"/service/{held['id']}").headers["etag"]
    assert both.ask("POST", void, {"reason": "Doppia"}, If_Match=tag).json()["void"] is True
    assert problem(both.ask("POST", void, {"reason": "Doppia"}, If_Match="*")) == (422, "invalid")
    both.made(path, hours(2, 4, "citizen"))
    assert [one["reason"] for one in both.ask("GET", path).json()["items"] if one["void"]] == ["Doppia"]


@pytest.mark.parametrize(
    "body",
    [hours(2, 2), hours(3, 2), hours(0, 25), {**hours(0, 1), "ledger": "both"}, {**hours(0, 1), "note": "\u202e"}],
)
def test_what_is_no_entry_is_refused(both: Centre, angel: str, body: dict[str, Any]) -> None:
    assert problem(both.ask("POST", f"/people/{angel}/service", body)) == (422, "invalid")
    assert both.ask("GET", f"/people/{angel}/service").json()["items"] == []


def test_of_many_at_once_one_wins(both: Centre, angel: str) -> None:
    path = f"/people/{angel}/service"
    with ThreadPoolExecutor(16) as pool:
        said = [answer.status_code for answer in pool.map(lambda _: both.ask("POST", path, hours(0, 1)), range(32))]
    assert sorted(said) == [201] + [409] * 31


def test_the_database_itself_refuses_what_overlaps(both: Centre, angel: str) -> None:
    row = {"person": angel, "note": "", "author": "o", "at_ms": 0, "reason": "", "revision": 1, "ledger": "team"}

    def write(ident: str, start: int, end: int, *, void: bool = False) -> None:
        with both.database.write() as connection:
            values = {**row, "id": ident, "start_ms": start, "end_ms": end, "void": void}
            connection.execute(insert(t.service_entry).values(values))

    write("one", 10, 20)
    write("void", 10, 20, void=True)
    write("touches", 20, 30)
    for start, end in ((10, 20), (15, 16), (5, 11), (29, 40)):
        with pytest.raises(IntegrityError):
            write("more", start, end)
    with pytest.raises(IntegrityError), both.database.write() as connection:
        connection.execute(t.service_entry.update().where(t.service_entry.c.id == "void").values(void=False))


def test_totals_are_by_month_of_local_time_and_against_the_target(both: Centre, angel: str) -> None:
    path = f"/people/{angel}/service"
    midnight = rome("2026-12-01 00:00")
    over = {"ledger": "team", "start_ms": midnight - HOUR_MS, "end_ms": midnight + 2 * HOUR_MS, "note": ""}
    both.made(path, over)
    both.made(path, hours(0, 1.5, "citizen"))
    assert both.ask("GET", f"/people/{angel}/service-totals").json() == {
        "given": {"team_minutes": 180, "citizen_minutes": 90},
        "months": [
            {"year": 2026, "month": 11, "team_minutes": 60, "citizen_minutes": 90},
            {"year": 2026, "month": 12, "team_minutes": 120, "citizen_minutes": 0},
        ],
        "team_basis_points": 6_666,
        "target_minutes": None,
        "missing_team_minutes": None,
        "missing_citizen_minutes": None,
    }
    target = f"/people/{angel}/service-target"
    assert problem(both.ask("GET", target)) == (404, "not-found")
    assert both.ask("PUT", target, {"minutes": 400, "team_percent": 60}).status_code == 200
    assert problem(both.ask("PUT", target, {"minutes": 1})) == (428, "needs-match")
    said = both.ask("GET", f"/people/{angel}/service-totals?to_ms={midnight}").json()
    assert (said["given"]["team_minutes"], said["missing_team_minutes"], said["missing_citizen_minutes"]) == (
        60,
        180,
        70,
    )


@settings(max_examples=20)
@given(
    spans=st.lists(st.tuples(st.integers(0, 40), st.integers(1, 8), st.sampled_from(("team", "citizen"))), max_size=12)
)
def test_no_sequence_of_entries_overlaps(lasting: Centre, spans: list[tuple[int, int, str]]) -> None:
    lasting.wipe()
    angel = lasting.made("/people", {"name": "Angela"})["id"]
    for start, length, ledger in spans:
        lasting.ask("POST", f"/people/{angel}/service", hours(start / 4, (start + length) / 4, ledger))
    with lasting.database.read() as connection:
        c = t.service_entry.c
        held = connection.execute(select(c.start_ms, c.end_ms).order_by(c.start_ms)).all()
    assert all(before.end_ms <= after.start_ms for before, after in pairwise(held))
    assert bool(held) == bool(spans)


def test_a_person_who_is_forgotten_leaves_hours_of_nobody(both: Centre, angel: str) -> None:
    both.made(f"/people/{angel}/service", hours(0, 1))
    assert both.ask("PUT", f"/people/{angel}/service-target", {"minutes": 60}).status_code == 200
    tag = both.ask("GET", f"/people/{angel}").headers["etag"]
    assert both.ask("DELETE", f"/people/{angel}", If_Match=tag).status_code == 204
    with both.database.read() as connection:
        c = t.service_entry.c
        assert connection.execute(select(c.person, c.author, c.end_ms - c.start_ms)).one() == (None, "", HOUR_MS)
        assert connection.execute(select(t.service_target)).all() == []
    assert problem(both.ask("GET", f"/people/{angel}/service")) == (404, "not-found")


def test_hours_are_given_at_the_site_that_is_said_or_the_only_one(both: Centre, angel: str) -> None:
    path = f"/people/{angel}/service"
    assert both.made(path, hours(0, 1))["site"] is None, "known nowhere"
    both.made(f"/people/{angel}/roles", {"role": "angel", "site": "matera", "from_ms": 0})
    assert both.made(path, hours(1, 2))["site"] == "matera"
    assert problem(both.ask("POST", path, hours(2, 3, site="cinisello"))) == (422, "invalid")
    both.made(f"/people/{angel}/roles", {"role": "angel", "site": "cinisello", "from_ms": 0})
    assert both.made(path, hours(2, 3, site="cinisello"))["site"] == "cinisello"


def test_what_was_taken_out_says_by_whom_and_when(both: Centre, angel: str) -> None:
    held = both.made(f"/people/{angel}/service", hours(2, 4))
    said = both.ask("POST", f"/service/{held['id']}/void", {"reason": "Doppia"}, If_Match="*").json()
    assert (said["void_by"], said["reason"], said["void"]) == (held["author"], "Doppia", True)
    assert said["void_ms"] >= held["at_ms"]
