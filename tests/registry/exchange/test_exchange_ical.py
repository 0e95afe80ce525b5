"""Calendars brought in: closures and sessions, moved and called off as their calendar says."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select, update

from access.clock import DAY_MS
from registry.tables import core as t
from tests.support import fixed_day
from tests.support.centres import Centre, problem
from tests.support.imports import Desk, does, reasons
from tests.support.school import school

FIRST_MS = (fixed_day.wall_ms() // DAY_MS + 10) * DAY_MS + 9 * 3_600_000
"""Nine o'clock UTC in ten days."""


@pytest.fixture
def desk(both: Centre) -> Desk:
    school(both.registry)
    return Desk(both)


def stamp(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1_000, UTC).strftime("%Y%m%dT%H%M%SZ")


def event(uid: str, start_ms: int = FIRST_MS, *more: str) -> str:
    lines = (
        "BEGIN:VEVENT",
        f"UID:{uid}",
        f"DTSTART:{stamp(start_ms)}",
        "DURATION:PT2H",
        f"SUMMARY:{uid.title()}",
        *more,
    )
    return "\r\n".join((*lines, "END:VEVENT", ""))


def calendar(*events: str) -> str:
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{''.join(events)}END:VCALENDAR\r\n"


def bring(desk: Desk, data: str, query: str, *, dry_run: bool = False) -> dict[str, Any]:
    answer = desk.send(f"/sites/matera/imports/ical?dry_run={str(dry_run).lower()}&{query}", data)
    assert answer.status_code == 200, answer.text
    said: dict[str, Any] = answer.json()
    return said


def closures(desk: Desk) -> dict[str, Any]:
    with desk.centre.database.read() as connection:
        return {row.why: row for row in connection.execute(select(t.closure))}


def test_closures_come_in_move_and_go_as_their_calendar_says(desk: Desk) -> None:
    feast, weekly = event("feast"), event("works", FIRST_MS + DAY_MS, "RRULE:FREQ=WEEKLY;COUNT=3")
    said = bring(desk, calendar(feast, weekly), "into=closures", dry_run=True)
    assert said["counts"]["create"] == 4
    assert closures(desk) == {}
    bring(desk, calendar(feast, weekly), "into=closures")
    assert closures(desk)["Feast"].source == "ical:feast"
    told = {key: record for key, record in desk.centre.feed("matera").items() if key[0] == "closure"}
    assert len(told) == 4
    again = bring(desk, calendar(feast, weekly), "into=closures")
    assert again["counts"] == {"create": 0, "change": 0, "same": 4, "drop": 0, "refuse": 0}
    moved = calendar(event("feast", FIRST_MS + 60_000), event("works", FIRST_MS, "STATUS:CANCELLED"))
    assert sorted(done for _, done in does(bring(desk, moved, "into=closures"))) == ["change", "same"]
    assert closures(desk)["Feast"].start_ms == FIRST_MS + 60_000
    gone = calendar(event("feast", FIRST_MS, "STATUS:CANCELLED"))
    assert [done for _, done in does(bring(desk, gone, "into=closures"))] == ["drop"]
    assert "Feast" not in closures(desk)
    assert [done for _, done in does(bring(desk, gone, "into=closures"))] == ["same"]
    assert len([key for key in desk.centre.feed("matera") if key[0] == "closure"]) == 3


def test_whom_a_closure_is_for_stays_as_staff_have_said(desk: Desk) -> None:
    bring(desk, calendar(event("feast")), "into=closures")
    with desk.centre.database.write() as connection:
        connection.execute(update(t.closure).values(audience="young"))
    bring(desk, calendar(event("feast", FIRST_MS + 60_000)), "into=closures")
    assert closures(desk)["Feast"].audience == "young"
    (record,) = [one for key, one in desk.centre.feed("matera").items() if key[0] == "closure"]
    assert (record["audience"], record["start_ms"]) == ("young", FIRST_MS + 60_000)


def test_a_day_is_named_as_its_site_has_it(desk: Desk) -> None:
    """A whole day begins at its local midnight, which is the day before in UTC."""
    day = datetime.fromtimestamp(FIRST_MS / 1_000, UTC).date()
    whole = calendar(f"BEGIN:VEVENT\r\nUID:feast\r\nDTSTART;VALUE=DATE:{day:%Y%m%d}\r\nSUMMARY:Feast\r\nEND:VEVENT\r\n")
    held = "into=sessions&programme=junior&group=c1&where=hall"
    for query in ("into=closures", held):
        assert [row["what"] for row in bring(desk, whole, query, dry_run=True)["rows"]] == [f"{day} Feast"], query
    bring(desk, whole, held)
    gone = whole.replace("SUMMARY", "STATUS:CANCELLED\r\nSUMMARY")
    assert [row["what"] for row in bring(desk, gone, held, dry_run=True)["rows"]] == [f"{day} Feast"]


def test_an_event_that_cannot_be_taken_refuses_the_file_by_its_line(desk: Desk) -> None:
    data = calendar(event("feast"), event("bad", FIRST_MS, "DTEND:20200101T000000Z"))
    said = bring(desk, data, "into=closures", dry_run=True)
    assert [(line, uid) for line, uid, _ in reasons(said)] == [(9, "“bad”")]
    assert problem(desk.send("/sites/matera/imports/ical?dry_run=false&into=closures", data)) == (422, "invalid")
    assert closures(desk) == {}


@pytest.mark.parametrize(("data", "query"), [("x", "into=closures"), ("", "into=closures"), ("x", "into=cats")])
def test_what_is_no_calendar_is_a_problem(desk: Desk, data: str, query: str) -> None:
    assert problem(desk.send(f"/sites/matera/imports/ical?{query}", data)) == (422, "invalid")
    assert problem(desk.send("/sites/nowhere/imports/ical?into=closures", calendar())) == (404, "not-found")


def sessions(desk: Desk) -> dict[str, Any]:
    with desk.centre.database.read() as connection:
        return {row.title: row for row in connection.execute(select(t.session))}


JUNIOR = "into=sessions&programme=junior&group=c1&where=hall"


def test_sessions_come_in_move_and_are_cancelled_as_their_calendar_says(desk: Desk) -> None:
    both = calendar(event("cad"), event("maths", FIRST_MS + DAY_MS, "LOCATION:Aula 2"))
    said = bring(desk, both, JUNIOR, dry_run=True)
    assert [row["does"] for row in said["rows"]] == ["create", "create"]
    assert sessions(desk) == {}
    bring(desk, both, JUNIOR)
    assert [(row.zone, row.place, row.state) for row in sessions(desk).values()] == [
        ("hall", "", "planned"),
        ("hall", "Aula 2", "planned"),
    ]
    assert bring(desk, both, JUNIOR)["counts"]["same"] == 2
    moved = calendar(event("cad", FIRST_MS + 60_000), event("maths", FIRST_MS + DAY_MS, "STATUS:CANCELLED"))
    said = bring(desk, moved, JUNIOR)
    assert [(row["does"], row["what"].split()[1]) for row in said["rows"]] == [("change", "Cad"), ("drop", "Maths")]
    found = sessions(desk)
    assert (found["Cad"].start_ms, found["Cad"].state) == (FIRST_MS + 60_000, "planned")
    assert (found["Maths"].state, bool(found["Maths"].why)) == ("cancelled", True)
    assert [done for _, done in does(bring(desk, moved, JUNIOR))] == ["same", "same"]


def test_sessions_off_the_site_are_where_their_events_say(desk: Desk) -> None:
    away = "into=sessions&programme=junior&group=c1&group=blu"
    said = bring(desk, calendar(event("visit", FIRST_MS, "LOCATION:Officine Sassi"), event("talk")), away, dry_run=True)
    assert [row["does"] for row in said["rows"]] == ["create", "refuse"]
    bring(desk, calendar(event("visit", FIRST_MS, "LOCATION:Officine Sassi")), away)
    (row,) = sessions(desk).values()
    assert (row.off_site, row.place, row.zone) == (True, "Officine Sassi", "")


@pytest.mark.parametrize("query", ["into=sessions", "into=sessions&programme=junior", "into=sessions&group=c1"])
def test_sessions_are_of_a_programme_and_for_somebody(desk: Desk, query: str) -> None:
    assert problem(desk.send(f"/sites/matera/imports/ical?{query}", calendar())) == (422, "invalid")
