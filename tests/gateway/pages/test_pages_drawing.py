"""The plan as drawn: from the site file's places, or from what staff have drawn and nothing else."""

from dataclasses import replace

import pytest

from access.clock import HOUR_MS
from access.records import Booking, BookingKind, Closure
from access.replica import Put, apply
from gateway.pages import drawing, lettering, plan, view
from gateway.pages.view import Telling
from pages.languages import load
from pages.look import SHARED_WORDS
from pages.plan import Outline
from tests.support.live_day import TEN_PAST_ELEVEN, busy, furnished, furnished_state
from tests.support.live_site import NINE_MS, seen

WORDS = load([SHARED_WORDS, ("gateway", "pages/words")])["it"]
BOOKED = "prenotata da Giulia Montemurro fino alle 13:00"


def test_zones_rooms_and_doors_stand_where_the_site_file_says() -> None:
    telling = Telling(furnished(), WORDS)
    hall, lab = drawing.zone_marks(telling)
    (room,), (door, inner) = drawing.room_marks(telling), drawing.door_marks(telling)
    assert (hall["name"], lab["name"], room["name"]) == ("Sala comune", "Laboratorio digitale", "Saletta")
    assert (hall["at"].width, lab["at"].y - hall["at"].y, room["at"].x - hall["at"].x) == (800, 225, 825)
    assert (door["x"] - hall["at"].x, inner["y"] - hall["at"].y, inner["word"]) == (817, 212, "aperta da troppo tempo")
    first = min(drawing.marks(telling), key=lambda mark: (mark["y"], mark["x"]))
    assert (first["x"] - hall["at"].x, first["y"] - hall["at"].y) == (50, 50)


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("Ingresso", ["Ingresso"]),
        ("Laboratorio digitale", ["Laboratorio", "digitale"]),
        ("Porta del cortile della biblioteca", ["Porta del", "cortile della…"]),
        ("Donaudampfschifffahrt", ["Donaudampfschi", "fffahrt"]),
        ("", [""]),
    ],
)
def test_a_doors_name_is_whole_on_its_mark_in_two_lines_where_it_needs_them(name: str, lines: list[str]) -> None:
    sign = lettering.door(name)
    assert [line for _, line in sign.lines] == lines
    assert all(len(line) * lettering.DOOR_LETTER < sign.width for line in lines)
    assert all(-sign.height // 2 < foot < sign.height // 2 - lettering.DOOR_LINE + 2 for foot, _ in sign.lines)


def test_a_zones_name_stands_in_a_corner_that_nothing_covers() -> None:
    zone = Outline("hall", 0, 0, 400, 300)
    upper, lower = Outline("d1", 10, 10, 80, 80), Outline("d2", 10, 220, 80, 70)
    right = Outline("d3", 300, 10, 80, 80)
    found = [lettering.zone("Sala", zone, taken) for taken in ([], [upper], [upper, lower], [upper, lower, right])]
    assert [(one.x, one.lines[0][0]) for one in found] == [(14, 28), (14, 286), (338, 28), (338, 286)]
    assert lettering.zone("Sala", zone, [zone]) == found[0], "where no corner is free it is where one looks first"
    assert lettering.zone("Laboratorio digitale", replace(zone, width=160), []).lines == (
        (28, "Laboratorio"),
        (53, "digitale"),
    )


def test_a_zones_name_stands_beside_a_zone_that_is_full_where_no_other_one_is() -> None:
    full, over, under = (
        Outline(name, 0, y, 400, height) for name, y, height in (("a", 40, 300), ("b", 0, 30), ("c", 345, 60))
    )
    found = [lettering.zone("Sala", full, [full], others, 400) for others in ([], [over], [over, under])]
    assert [one.lines[0][0] for one in found] == [33, 372, 68], "over it, else under it, else where one looks first"
    low = lettering.zone("Sala", replace(full, y=20), [full], [], 330)
    assert low.lines == ((48, "Sala"),), "nothing is written beyond the drawing"


def test_on_the_plan_of_a_furnished_site_no_desk_room_or_door_covers_a_zones_name() -> None:
    telling = Telling(
        furnished(), WORDS, {"desk:d01": (60, 20), "door:ingresso": (60, 200), "zone:sala": (0, 0, 900, 700)}
    )
    (sala,) = (zone for zone in drawing.zone_marks(telling) if zone["at"].id == "sala")
    (desk,) = (mark for mark in drawing.marks(telling) if mark["name"] == "Postazione 1")
    assert sala["written"].lines[0][0] > desk["y"] + 74, "desk 1 stands where it would have been"


def test_the_editor_writes_a_zones_name_where_the_live_plan_does() -> None:
    telling = Telling(furnished(), WORDS)
    hall, lab = drawing.zone_marks(telling)
    edited = {mark.key: mark.lines for mark in plan.marks(telling, drawing.plan(telling))}
    for zone in (hall, lab):
        at, written = zone["at"], zone["written"]
        assert edited[f"zone:{at.id}"] == tuple((written.x - at.x, foot - at.y, line) for foot, line in written.lines)
    assert edited["zone:sala"][0][1] < 0 or edited["zone:sala"][0][1] > hall["at"].height, "outside: desks fill it"
    assert edited["room:saletta"] == ((44, 29, "Saletta"),)


@pytest.mark.parametrize(
    ("name", "width", "height", "lines"),
    [
        ("Saletta", 200, 100, ((29, "Saletta"),)),
        ("Sala riunioni Giovani Imprenditori", 260, 100, ((29, "Sala riunioni"), (50, "Giovani…"))),
        ("Aula delle invenzioni", 200, 100, ((29, "Aula delle"), (50, "invenzioni"))),
        ("Aula delle invenzioni", 200, 50, ((29, "Aula delle…"),)),
    ],
    ids=["short", "too long", "two lines", "low"],
)
def test_a_rooms_name_stands_within_it_in_two_lines_where_it_needs_them(
    name: str, width: int, height: int, lines: tuple[tuple[int, str], ...]
) -> None:
    at = Outline("r", 300, 40, width, height)
    written = lettering.room(name, at)
    assert written.lines == lines
    assert all(written.x + len(line) * lettering.ROOM_LETTER < width for _, line in written.lines)


def test_without_places_it_is_a_plain_grid_by_zone() -> None:
    telling = Telling(busy(), WORDS)
    assert [zone["name"] for zone in drawing.zone_marks(telling)] == ["Sala comune", "Laboratorio digitale"]
    assert (drawing.room_marks(telling), drawing.door_marks(telling)) == ([], [])


def test_once_staff_have_drawn_theirs_is_the_whole_plan() -> None:
    placed = {
        "desk:d01": (100, 100),
        "desk:d02": (200, 100),
        "room:saletta": (300, 50, 200, 100),
        "zone:lab": (0, 300, 90, 80),
    }
    telling = Telling(furnished(), WORDS, placed)
    assert [outline.id for outline in drawing.own_zones(telling)] == ["lab"]
    assert drawing.door_marks(telling) == []
    (room,) = drawing.room_marks(telling)
    marks = {mark["name"]: mark for mark in drawing.marks(telling)}
    one, two, third = (marks[f"Postazione {n}"] for n in (1, 2, 3))
    assert (two["x"] - one["x"], room["at"].x - one["x"], room["at"].y - one["y"]) == (100, 200, -50)
    assert third["y"] > max(outline.bottom for outline in drawing.plan(telling).outlines if outline.id == "lab")


def test_the_list_says_of_every_room_what_the_plan_says_and_more() -> None:
    telling = Telling(furnished(), WORDS)
    assert view.rooms(telling) == [
        {"name": "Saletta", "zone": "Sala comune", "state": "booked", "word": "prenotata", "detail": BOOKED}
    ]
    assert [(mark["name"], mark["word"]) for mark in drawing.room_marks(telling)] == [("Saletta", "prenotata")]


@pytest.mark.parametrize(
    ("told", "state", "detail"),
    [
        (Closure("c1", NINE_MS, NINE_MS + 9 * HOUR_MS, "allagata", resource="saletta"), "out-of-service", BOOKED),
        (
            Booking("saletta-next", "p1", "sala", "saletta", NINE_MS + 4 * HOUR_MS, NINE_MS + 5 * HOUR_MS),
            "booked",
            f"{BOOKED}, prenotata dalle 13:00",
        ),
    ],
    ids=["closed", "booked again"],
)
def test_a_room_is_free_booked_or_out_of_service(told: Booking | Closure, state: str, detail: str) -> None:
    held = furnished_state()
    held = replace(held, replica=apply(held.replica, "g1", 414, [Put(told)]))
    (room,) = view.rooms(Telling(busy(state=held), WORDS))
    assert (room["state"], room["detail"]) == (state, detail)


def test_a_room_that_nobody_has_now_is_free_until_its_next_booking() -> None:
    later = replace(TEN_PAST_ELEVEN, wall_ms=NINE_MS - HOUR_MS)
    (room,) = view.rooms(Telling(seen(furnished_state(), now=later), WORDS))
    assert (room["word"], room["detail"]) == ("libera", "libera fino alle 09:00")


def test_a_session_in_a_room_goes_by_the_rooms_name() -> None:
    session = Booking(
        "s1", "", "sala", "saletta", NINE_MS + 5 * HOUR_MS, NINE_MS + 6 * HOUR_MS, BookingKind.SESSION, group="corte"
    )
    held = furnished_state()
    held = replace(held, replica=apply(held.replica, "g1", 414, [Put(session)]))
    assert [one["place"] for one in busy(state=held)["sessions"]] == ["Saletta"]
