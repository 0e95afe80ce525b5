"""Closures and weekly opening hours."""

import pytest

from tests.support.centres import HOUR_MS, NINE_MS, Centre, problem

CLOSURE = {"start_ms": NINE_MS, "end_ms": NINE_MS + 1, "why": "Festa della Bruna"}
OPENING = {"weekday": 0, "from_minute": 540, "to_minute": 1_080}


@pytest.mark.parametrize(("kind", "body"), [("closure", CLOSURE), ("opening", OPENING)])
def test_it_is_made_told_listed_and_taken_back(both: Centre, kind: str, body: dict[str, object]) -> None:
    made = both.made(f"/sites/matera/{kind}s", body)
    shown = body | {"id": made["id"], "audience": "", "resource": ""} | ({"source": ""} if kind == "closure" else {})
    assert made == shown | ({"refused_bookings": 0} if kind == "closure" else {})
    assert both.feed("matera") == {(kind, made["id"]): body | {"id": made["id"]}}
    assert both.ask("GET", f"/sites/matera/{kind}s").json() == {"items": [shown], "next": None}
    assert both.ask("GET", f"/sites/cinisello/{kind}s").json()["items"] == []
    path = f"/sites/matera/{kind}s/{made['id']}"
    assert problem(both.ask("DELETE", path.replace("matera", "cinisello"))) == (404, "not-found")
    assert both.ask("DELETE", path).status_code == 204
    assert problem(both.ask("DELETE", path)) == (404, "not-found")
    assert both.feed("matera") == {}


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("closure", {"end_ms": NINE_MS}),
        ("closure", {"why": ""}),
        ("closure", {"why": "\u0007"}),
        ("closure", {"start_ms": None}),
        ("opening", {"weekday": 7}),
        ("opening", {"weekday": -1}),
        ("opening", {"from_minute": 1_080}),
        ("opening", {"to_minute": 1_441}),
        ("opening", {"from_minute": 9.5}),
    ],
)
def test_what_cannot_be_is_refused(shared: Centre, kind: str, change: dict[str, object]) -> None:
    body = (CLOSURE if kind == "closure" else OPENING) | change
    assert problem(shared.ask("POST", f"/sites/matera/{kind}s", body)) == (422, "invalid")


def test_opening_hours_are_listed_by_weekday_and_hour(both: Centre) -> None:
    for weekday, start in ((4, 540), (0, 840), (0, 540)):
        both.made("/sites/matera/openings", {"weekday": weekday, "from_minute": start, "to_minute": start + 60})
    listed = both.ask("GET", "/sites/matera/openings").json()["items"]
    assert [(item["weekday"], item["from_minute"]) for item in listed] == [(0, 540), (0, 840), (4, 540)]


@pytest.mark.parametrize(
    ("kind", "body", "changed"), [("closure", CLOSURE, {"why": "Pulizie"}), ("opening", OPENING, {"to_minute": 1_200})]
)
def test_it_is_edited_by_the_etag_of_what_was_read(
    both: Centre, kind: str, body: dict[str, object], changed: dict[str, object]
) -> None:
    path = f"/sites/matera/{kind}s/{both.made(f'/sites/matera/{kind}s', body)['id']}"
    read = both.ask("GET", path)
    assert read.status_code == 200
    assert both.ask("GET", path, If_None_Match=read.headers["etag"]).status_code == 304
    assert problem(both.ask("PUT", path, body | changed)) == (428, "needs-match")
    answer = both.ask("PUT", path, body | changed, If_Match=read.headers["etag"])
    assert (answer.status_code, answer.json() | changed) == (200, answer.json())
    assert problem(both.ask("PUT", path, body, If_Match=read.headers["etag"])) == (412, "changed")
    assert both.ask("GET", path).headers["etag"] == answer.headers["etag"]
    ((_, told),) = both.feed("matera").items()
    assert told | changed == told
    assert problem(both.ask("PUT", path + "x", body, If_Match="*")) == (404, "not-found")


def test_a_closure_is_of_the_site_of_an_audience_or_of_one_resource(both: Centre) -> None:
    for change in ({"audience": "junior"}, {"resource": "d1"}):
        made = both.made("/sites/matera/closures", CLOSURE | change)
        assert both.feed("matera")["closure", made["id"]] == CLOSURE | change | {"id": made["id"]}
    both_at_once = CLOSURE | {"audience": "junior", "resource": "d1"}
    assert problem(both.ask("POST", "/sites/matera/closures", both_at_once)) == (422, "invalid")
    nowhere = CLOSURE | {"resource": "d9"}
    assert problem(both.ask("POST", "/sites/matera/closures", nowhere)) == (404, "not-found")


def test_an_audience_has_opening_hours_of_its_own(both: Centre) -> None:
    made = both.made("/sites/matera/openings", OPENING | {"audience": "junior"})
    assert both.feed("matera")["opening", made["id"]]["audience"] == "junior"
    assert problem(both.ask("POST", "/sites/matera/openings", OPENING | {"audience": "Junior"})) == (422, "invalid")


def test_a_years_holidays_become_closures_once_and_by_the_sites_setting(both: Centre) -> None:
    site = both.ask("GET", "/sites/matera")
    holidays = {
        "province": "MT",
        "language": "it",
        "added": [{"day": "2027-09-13", "name": "San Nessuno"}],
        "taken_away": ["2027-04-25"],
    }
    body = {"name": "Matera", "holidays": holidays}
    assert both.ask("PUT", "/sites/matera", body, If_Match=site.headers["etag"]).json()["holidays"] == holidays
    added = both.ask("POST", "/sites/matera/holidays/2027").json()["items"]
    days = {closure["id"]: closure["why"] for closure in added}
    assert len(days) == len(added) > 10
    assert "holiday-2027-07-02" in days, "the patron's day of Matera"
    assert days["holiday-2027-09-13"] == "San Nessuno"
    assert not {"holiday-2027-12-07", "holiday-2027-04-25"} & days.keys()
    assert {closure["source"] for closure in added} == {"holiday"}
    path = "/sites/matera/closures/holiday-2027-12-25"
    read = both.ask("GET", path)
    kept = {name: read.json()[name] for name in ("start_ms", "end_ms")} | {"why": "Chiuso"}
    assert both.ask("PUT", path, kept, If_Match=read.headers["etag"]).status_code == 200
    before = both.feed("matera")
    assert both.ask("POST", "/sites/matera/holidays/2027").json() == {"items": []}
    assert both.feed("matera") == before
    both.ask("DELETE", "/sites/matera/closures/holiday-2027-01-01")
    (again,) = both.ask("POST", "/sites/matera/holidays/2027").json()["items"]
    assert again["id"] == "holiday-2027-01-01"


def test_holidays_of_no_year_and_of_no_province_are_refused(both: Centre) -> None:
    assert problem(both.ask("POST", "/sites/matera/holidays/1969")) == (422, "invalid")
    assert problem(both.ask("POST", "/sites/nowhere/holidays/2027")) == (404, "not-found")
    body = {"name": "Matera", "holidays": {"province": "ZZ"}}
    assert problem(both.ask("PUT", "/sites/matera", body, If_Match="*")) == (422, "invalid")
    assert both.ask("POST", "/sites/cinisello/holidays/2027").json()["items"]


def test_a_closure_says_how_many_live_bookings_it_refuses(both: Centre) -> None:
    anna = both.admit("matera")
    start_ms = NINE_MS + 24 * HOUR_MS
    for resource, hour in (("d1", 0), ("d2", 0), ("d1", 2), ("d1", 30)):
        span = {"start_ms": start_ms + hour * HOUR_MS, "end_ms": start_ms + (hour + 1) * HOUR_MS}
        both.made("/sites/matera/bookings", {"resource": resource, "person": anna, **span})
    day = {"start_ms": start_ms, "end_ms": start_ms + 24 * HOUR_MS, "why": "Festa"}
    cases: list[tuple[dict[str, object], int]] = [
        ({}, 3),
        ({"resource": "d2"}, 1),
        ({"audience": "junior"}, 0),
        ({"end_ms": start_ms + HOUR_MS}, 2),
        ({"start_ms": start_ms + HOUR_MS, "end_ms": start_ms + 2 * HOUR_MS}, 0),
    ]
    for change, refused in cases:
        made = both.made("/sites/matera/closures", day | change)
        assert made["refused_bookings"] == refused, change
        both.ask("DELETE", f"/sites/matera/closures/{made['id']}")
    path = f"/sites/matera/closures/{both.made('/sites/matera/closures', CLOSURE)['id']}"
    assert both.ask("PUT", path, day, If_Match="*").json()["refused_bookings"] == 3
