"""Calendar feeds: whoever has the address reads the calendar, nobody else, and nobody learns the address from us."""

import logging
import re
from pathlib import Path

import httpx
import pytest

from registry.guard.gate import FEEDS_BURST
from registry.ical.feed_tokens import of_path
from tests.support import fixed_day
from tests.support.centres import HOUR_MS, Centre, problem
from tests.support.parts import wait_until


def feed(centre: Centre, of: str) -> dict[str, str]:
    return dict(centre.made(f"/{of}/feeds", None))


def fetched(centre: Centre, path: str, **headers: str) -> httpx.Response:
    """The calendar as a calendar program asks for it: by its address alone."""
    return centre.http.get(path, headers={name.replace("_", "-"): value for name, value in headers.items()})


def test_a_feed_is_made_read_by_its_address_alone_and_revoked(both: Centre) -> None:
    anna = both.admit("matera")
    for of, kind in (
        (f"people/{anna}", "person"),
        ("sites/matera", "site"),
        ("sites/matera/resources/d1", "resource"),
    ):
        made = feed(both, of)
        assert made["kind"] == kind
        answer = fetched(both, made["path"])
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
        assert answer.headers["cache-control"].startswith("private")
        assert answer.text.startswith("BEGIN:VCALENDAR\r\n")
        assert both.ask("DELETE", f"/feeds/{made['id']}").status_code == 204
        assert problem(fetched(both, made["path"])) == (404, "not-found")
        assert problem(both.ask("DELETE", f"/feeds/{made['id']}")) == (404, "not-found")


def test_what_has_not_changed_is_not_sent_again(both: Centre) -> None:
    made = feed(both, "sites/matera/resources/d1")
    anna = both.admit("matera")
    first = fetched(both, made["path"])
    etag = first.headers["etag"]
    for given in (etag, f'"x", W/{etag}'):
        again = fetched(both, made["path"], If_None_Match=given)
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
    assert fetched(both, made["path"], If_None_Match='"x"').content == first.content
    span = {"start_ms": fixed_day.wall_ms() + HOUR_MS, "end_ms": fixed_day.wall_ms() + 2 * HOUR_MS}
    both.made("/sites/matera/bookings", {"resource": "d1", "person": anna, **span})
    after = fetched(both, made["path"], If_None_Match=etag)
    assert after.status_code == 200
    assert after.headers["etag"] != etag


def test_a_feed_of_nobody_cannot_be_made(shared: Centre) -> None:
    for of in ("people/nobody", "sites/nowhere", "sites/matera/resources/none", "sites/nowhere/resources/d1"):
        assert problem(shared.ask("POST", f"/{of}/feeds")) == (404, "not-found"), of


def test_an_address_is_shown_once_and_kept_as_a_hash(both: Centre, caplog: pytest.LogCaptureFixture) -> None:
    headers = {"Idempotency_Key": "0123456789abcdef"}

    def lines() -> list[str]:
        # Not uvicorn.access: the registry's program has that off, and other servers of this process turn it on again.
        return [one.getMessage() for one in caplog.records if one.name.startswith(("hubout", "uvicorn.error"))]

    with caplog.at_level(logging.DEBUG), caplog.at_level(logging.DEBUG, "hubout.registry"):
        made = both.ask("POST", "/sites/matera/feeds", **headers).json()
        fetched(both, made["path"])
        fetched(both, "/feeds/" + "z" * 43 + ".ics")
        # A request's line is written when its answer has gone out already.
        wait_until(lambda: any("/feeds/{token}.ics" in line for line in lines()), "the line of the first is written")
    token = of_path(made["path"]) or ""
    assert re.fullmatch("[A-Za-z0-9_-]{43}", token)
    again = both.ask("POST", "/sites/matera/feeds", **headers).json()
    assert again == made | {"path": None}
    (listed,) = both.ask("GET", "/feeds").json()["items"]
    assert listed == {name: value for name, value in made.items() if name != "path"}
    assert token not in both.http.get("/metrics", headers={"Authorization": f"Bearer {both.token}"}).text
    assert not any(token in line or "zzz" in line for line in lines())


def test_no_table_holds_a_feeds_token(both: Centre, tmp_path: Path) -> None:
    token = of_path(feed(both, "sites/matera")["path"]) or ""
    with both.registry.database.read() as connection:
        names = connection.exec_driver_sql("SELECT token_hash FROM feed_token").scalars().all()
    assert len(names) == 1
    assert token not in names[0]
    for kept in tmp_path.rglob("*"):
        assert not kept.is_file() or token.encode() not in kept.read_bytes()


@pytest.mark.parametrize(
    "path",
    [
        "/feeds/",
        "/feeds/.ics",
        "/feeds/x.ics",
        "/feeds/" + "x" * 43,
        "/feeds/" + "x" * 43 + ".ics",
        "/feeds/" + "x" * 9_000 + ".ics",
        "/feeds/%00.ics",
        "/feeds/../feeds/x.ics",
        "/feeds/" + "é" * 43 + ".ics",
    ],
)
def test_an_address_that_is_none_shows_nothing(both: Centre, path: str) -> None:
    assert problem(fetched(both, path)) == (404, "not-found")


def test_a_feeds_token_opens_its_calendar_and_nothing_else(both: Centre) -> None:
    path = feed(both, "sites/matera")["path"]
    token = {"Authorization": f"Bearer {of_path(path)}"}
    assert problem(both.http.get("/api/v1/people", headers=token)) == (401, "no-credential")
    assert problem(both.http.post(path)) == (405, "method-not-allowed")
    operator = {"Authorization": f"Bearer {both.token}"}
    assert problem(both.http.get("/feeds/" + both.token + ".ics", headers=operator)) == (404, "not-found")


def test_a_feed_that_is_read_too_often_waits_and_no_other_does(own: Centre) -> None:
    busy, calm = feed(own, "sites/matera"), feed(own, "sites/cinisello")
    codes = [fetched(own, busy["path"]).status_code for _ in range(FEEDS_BURST + 1)]
    assert codes == [200] * FEEDS_BURST + [429]
    assert int(fetched(own, busy["path"]).headers["retry-after"]) >= 1
    guesses = [fetched(own, f"/feeds/{number:043}.ics").status_code for number in range(FEEDS_BURST + 1)]
    assert guesses == [404] * FEEDS_BURST + [429]
    assert fetched(own, calm["path"]).status_code == 200


def test_a_feed_ends_with_whom_it_is_of(both: Centre) -> None:
    anna = both.admit("matera")
    hers, desks = feed(both, f"people/{anna}"), feed(both, "sites/matera/resources/d2")
    assert both.ask("DELETE", f"/people/{anna}").status_code == 204
    assert both.ask("DELETE", "/sites/matera/resources/d2").status_code == 204
    assert problem(fetched(both, hers["path"])) == problem(fetched(both, desks["path"])) == (404, "not-found")
    assert both.ask("GET", "/feeds").json()["items"] == []
