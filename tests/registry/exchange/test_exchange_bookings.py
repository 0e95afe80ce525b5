"""Bookings from a file: by the same rules as any other, all of them or none."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from access.clock import DAY_MS
from registry.exchange import bringing_in as exchange
from tests.support import fixed_day
from tests.support.centres import Centre, problem
from tests.support.imports import Desk, does, reasons
from tests.support.school import school

HEAD = "Rif;Sede;Postazione;Persona;Gruppo;Data;Dalle;Alle\n"


@pytest.fixture
def desk(both: Centre) -> Desk:
    school(both.registry)
    return Desk(both)


def day(ahead: int = 7) -> str:
    at = datetime.fromtimestamp((fixed_day.wall_ms() + ahead * DAY_MS) / 1_000, ZoneInfo("Europe/Rome"))
    return at.strftime("%d/%m/%Y")


def booked(desk: Desk, ahead: int = 7) -> list[dict[str, Any]]:
    at = datetime.fromtimestamp((fixed_day.wall_ms() + ahead * DAY_MS) / 1_000, ZoneInfo("Europe/Rome")).date()
    items: list[dict[str, Any]] = desk.centre.ask("GET", f"/sites/matera/bookings?day={at.isoformat()}").json()["items"]
    return [item for item in items if item.get("state", "booked") == "booked"]


def hours(item: dict[str, Any]) -> tuple[str, str]:
    at = (datetime.fromtimestamp(item[name] / 1_000, UTC) for name in ("start_ms", "end_ms"))
    start, end = (moment.astimezone(ZoneInfo("Europe/Rome")).strftime("%H.%M") for moment in at)
    return start, end


def test_bookings_are_made_moved_and_again_nothing_changes(desk: Desk) -> None:
    anna = desk.centre.admit("matera")
    data = f"{HEAD}p-1;matera;d1;{anna};;{day()};9.00;11.00\n;matera;d2;{anna};;{day()};14.00;15.00\n"
    assert does(desk.rehearse("bookings", data)) == [(2, "create"), (3, "create")]
    assert booked(desk) == []
    said = desk.bring("bookings", data)
    assert [hours(item) for item in booked(desk)] == [("09.00", "11.00"), ("14.00", "15.00")]
    assert {item["id"] for item in booked(desk)} == {row["id"] for row in said["rows"]}
    assert len([key for key in desk.centre.feed("matera") if key[0] == "booking"]) == 2
    assert does(desk.bring("bookings", data)) == [(2, "same"), (3, "same")]
    moved = desk.bring("bookings", data.replace(";d1;", ";d2;").replace("11.00", "12.00"))
    assert [(row["does"], row["changes"]) for row in moved["rows"]] == [
        ("change", ["Postazione", "Alle"]),
        ("same", []),
    ]
    assert [(item["resource"], *hours(item)) for item in booked(desk)] == [
        ("d2", "09.00", "12.00"),
        ("d2", "14.00", "15.00"),
    ]


def test_the_registrys_own_id_is_a_ref(desk: Desk) -> None:
    anna = desk.centre.admit("matera")
    desk.bring("bookings", f"{HEAD};matera;d1;{anna};;{day()};9.00;11.00\n")
    (item,) = booked(desk)
    said = desk.bring("bookings", f"{HEAD}{item['id']};matera;d1;{anna};;{day()};9.00;10.00\n")
    assert does(said) == [(2, "change")]
    assert [hours(one) for one in booked(desk)] == [("09.00", "10.00")]


def test_bookings_that_overlap_refuse_the_whole_file(desk: Desk) -> None:
    anna, bea = desk.centre.admit("matera"), desk.centre.admit("matera", "Bea")
    lines = ((anna, "9.00;11.00"), (bea, "10.59;12.00"), (bea, "11.00;12.00"))
    data = HEAD + "".join(f";matera;d1;{person};;{day()};{hours}\n" for person, hours in lines)
    said = desk.rehearse("bookings", data)
    assert does(said) == [(2, "create"), (3, "refuse"), (4, "create")]
    assert "it is booked in this span" in reasons(said)[0][2]
    assert problem(desk.send("/imports/bookings?dry_run=false", data)) == (422, "invalid")
    assert booked(desk) == []


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("r;nowhere;d1;{};;{};9.00;10.00", "no such site"),
        ("r;matera;d9;{};;{};9.00;10.00", "no such resource"),
        ("r;matera;d1;nobody{};;{};9.00;10.00", "no such person"),
        ("r;matera;d1;;nobody{};{};9.00;10.00", "no such team or cohort"),
        ("r;cinisello;d1;{};;{};9.00;10.00", "may not enter zone hall"),
        ("r;matera;d1;{};blu;{};9.00;10.00", "for a person or for a group"),
        ("r;matera;d1;{};;{};9.00;9.00", "ends before it starts"),
    ],
)
def test_what_cannot_be_booked_is_refused_with_its_reason(desk: Desk, line: str, words: str) -> None:
    anna = desk.centre.admit("matera")
    said = desk.rehearse("bookings", f"{HEAD}{line.format(anna[:8] if 'nobody' in line else anna, day())}\n")
    assert does(said) == [(2, "refuse")]
    assert words in reasons(said)[0][2]


def test_a_ref_stays_with_its_holder_and_with_what_was_cancelled(desk: Desk) -> None:
    anna, bea = desk.centre.admit("matera"), desk.centre.admit("matera", "Bea")
    line = f"{HEAD}p-1;matera;d1;{{}};;{day()};9.00;11.00\n"
    said = desk.bring("bookings", line.format(anna))
    assert "somebody else" in reasons(desk.rehearse("bookings", line.format(bea)))[0][2]
    desk.centre.ask("DELETE", f"/sites/matera/bookings/{said['rows'][0]['id']}")
    assert "was cancelled" in reasons(desk.rehearse("bookings", line.format(anna)))[0][2]


def test_a_team_can_be_booked_for_and_a_line_twice_cannot(desk: Desk) -> None:
    line = f";matera;d1;;blu;{day()};9.00;11.00\n"
    assert does(desk.bring("bookings", HEAD + line)) == [(2, "create")]
    assert does(desk.bring("bookings", HEAD + line)) == [(2, "same")]
    assert does(desk.rehearse("bookings", HEAD + line + line)) == [(2, "same"), (3, "refuse")]
    assert "matera,d1,,blu," in desk.take("bookings")


def test_a_file_asks_the_store_a_bounded_number_of_times(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange, "MOST_ATTEMPTS", 2)
    anna = desk.centre.admit("matera")
    lines = [f";matera;d1;{anna};;{day()};{hour}.00;{hour + 1}.00\n" for hour in range(9, 13)]
    said = desk.rehearse("bookings", HEAD + "".join(lines))
    assert [one["reason"] for one in said["file"]] == ["a file makes at most 2 such entries; send it in parts."]
    assert problem(desk.send("/imports/bookings?dry_run=false", HEAD + "".join(lines))) == (422, "invalid")
    assert does(desk.bring("bookings", HEAD + "".join(lines[:2]))) == [(2, "create"), (3, "create")]
