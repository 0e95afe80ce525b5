"""What staff do with bookings: approve, refuse, prolong, end, move, cancel with a reason, one or a series; the line."""

import re
from collections.abc import Iterator

import pytest

from tests.registry.web.test_bookings import DAY, buttons, typed, wrong
from tests.support.centres import NINE_MS, Centre
from tests.support.faces import Reader, account, reader
from tests.support.participants import HOUR_MS, School

MONDAYS = "4"


@pytest.fixture
def capo(place: School) -> Iterator[Reader]:
    """Who may everything."""
    account(place.centre, "capo", administrator="1")
    with reader(place.centre) as opened:
        opened.signed_in("capo")
        yield opened


def audit(centre: Centre) -> dict[str, str]:
    """What the trail says, by kind."""
    return {row["kind"]: row["what"] for row in centre.ask("GET", "/audit").json()["items"]}


def series(place: School, capo: Reader) -> list[str]:
    """Four Mondays of Anna's, ten to twelve; the paths of their pages."""
    capo.look(f"/bookings-new?site=cinisello&person={place.ids['anna']}")
    capo.followed("/bookings-new", **typed(place, "10:00", "12:00", weeks=MONDAYS))
    return [f"/bookings/cinisello/{line['id']}" for line in place.lines(state="booked")]


def test_what_awaits_approval_is_listed_and_approved_or_refused_with_a_reason(place: School, capo: Reader) -> None:
    room = {"name": "r1", "needs_approval": True}
    place.centre.ask("PUT", "/sites/cinisello/resources/r1", room, If_Match="*").raise_for_status()
    first, second = place.booked("anna", 1, 3, "r1"), place.booked("bruno", 25, 27, "r1")
    text = capo.look("/bookings?day=2026-12-24").text
    assert "Awaiting approval" in text
    assert f"/bookings/cinisello/{second}" in text
    capo.look(f"/bookings/cinisello/{first}")
    assert "Approved." in capo.followed(f"/bookings/cinisello/{first}/approve").text
    path = f"/bookings/cinisello/{second}/cancel"
    assert "Refuse the booking" in capo.look(path).text
    assert "This is missing" in wrong(capo.sent(path, reason="").text, "reason")
    capo.followed(path, reason="the room is painted")
    assert [line["state"] for line in place.lines()] == ["booked", "cancelled"]
    assert audit(place.centre)["booking-refused"] == f"{second}: the room is painted"
    assert "booking-approved" in audit(place.centre)
    assert "alert-danger" in capo.followed(f"/bookings/cinisello/{first}/approve").text


def test_several_are_approved_at_once_after_a_look_at_what_speaks_against_each(place: School, capo: Reader) -> None:
    room = {"name": "r1", "needs_approval": True}
    place.centre.ask("PUT", "/sites/cinisello/resources/r1", room, If_Match="*").raise_for_status()
    first, second, third = (place.booked("anna", start, start + 1, "r1") for start in (1, 25, 26))
    page = capo.look("/bookings-pending?site=cinisello").text
    assert page.count(" checked>") == 3
    line = next(one for one in place.lines() if one["id"] == third)
    span = {name: line[name] for name in ("start_ms", "end_ms")}
    place.centre.made("/sites/cinisello/closures", {**span, "why": "painted", "resource": "r1"})
    page = capo.look("/bookings-pending?site=cinisello").text
    assert page.count(" checked>") == 2
    assert page.count("tag-warning") == 1
    none = capo.sent("/bookings-pending", site="cinisello")
    assert (none.status_code, "nothing was approved" in none.text) == (422, True)
    done = capo.followed("/bookings-pending", **{"site": "cinisello", f"one-{first}": "1", f"one-{second}": "1"})
    assert "2 bookings are approved" in done.text
    assert [line["state"] for line in place.lines()] == ["booked", "booked", "pending"]
    again = capo.sent("/bookings-pending", **{"site": "cinisello", f"one-{first}": "1", f"one-{third}": "1"})
    assert (again.status_code, "has changed meanwhile" in again.text) == (409, True)
    assert [line["state"] for line in place.lines()] == ["booked", "booked", "pending"]


def test_one_is_prolonged_ended_and_booked_again(place: School, capo: Reader) -> None:
    ident = place.booked("anna", 0, 2)
    path = f"/bookings/cinisello/{ident}"
    capo.look(path)
    assert "Prolonged." in capo.followed(f"{path}/longer", minutes="60").text
    assert place.lines()[0]["end_ms"] == NINE_MS + 3 * HOUR_MS
    assert capo.sent(f"{path}/longer", minutes="61").status_code == 422
    place.booked("bruno", 4, 5)
    refused = capo.followed(f"{path}/longer", minutes="120").text
    assert "It is booked at that time" in refused
    place.clock.at_ms += HOUR_MS // 2
    assert "Ended: the place is free" in capo.followed(f"{path}/end").text
    other = place.booked("anna", 6, 7)
    capo.followed(f"/bookings/cinisello/{other}/cancel", reason="ill")
    assert "Booked again." in capo.followed(f"/bookings/cinisello/{other}/again").text
    assert [line["state"] for line in place.lines(start_ms=NINE_MS + 6 * HOUR_MS)].count("booked") == 1
    assert audit(place.centre)["booking-cancelled"] == f"{other}: ill"


def test_one_is_moved_and_kept_to_the_millisecond_where_it_is_not_touched(place: School, capo: Reader) -> None:
    ident = place.booked("anna", 1.0005, 3)
    path = f"/bookings/cinisello/{ident}/move"
    place.booked("bruno", 1, 3, "d2")
    form = capo.look(path).text
    fields = {"resource": "d2", "start": f"{DAY}T10:00", "end": f"{DAY}T12:00", "excuse": "", "revision": "1"}
    assert 'value="2026-11-23T10:00"' in form
    taken = capo.sent(path, **fields)
    assert taken.status_code == 409
    assert wrong(taken.text, "resource")
    assert buttons(taken.text, "other") == {"Same time: d1": "d1"} or buttons(taken.text, "span")
    capo.followed(path, **{**fields, "resource": "d1", "end": f"{DAY}T13:00"})
    (line,) = place.lines(person=place.ids["anna"])
    assert (line["start_ms"], line["end_ms"]) == (NINE_MS + int(1.0005 * HOUR_MS), NINE_MS + 4 * HOUR_MS)
    stale = capo.sent(path, **{**fields, "resource": "d1", "end": f"{DAY}T14:00"})
    assert stale.status_code == 412
    assert "Somebody changed this meanwhile" in stale.text
    assert 'value="2026-11-23T14:00"' in stale.text


@pytest.mark.parametrize(
    ("scope", "states"),
    [
        ("one", ["booked", "cancelled", "booked", "booked"]),
        ("following", ["booked", "cancelled", "cancelled", "cancelled"]),
        ("all", ["cancelled"] * 4),
    ],
)
def test_one_those_that_follow_or_all_of_a_series_are_cancelled(
    place: School, capo: Reader, scope: str, states: list[str]
) -> None:
    _, second, *_ = series(place, capo)
    assert len(re.findall(r">series<", capo.look(second).text)) == 4
    form = capo.look(f"{second}/cancel").text
    assert f'id="scope-{scope}"' in form
    count = states.count("cancelled")
    said = capo.followed(f"{second}/cancel", reason="exams", scope=scope).text
    assert f"{count} booking{'s are' if count > 1 else ' is'} cancelled" in said
    assert [line["state"] for line in place.lines()] == states
    assert audit(place.centre)["booking-cancelled" if scope == "one" else "series-cancelled"].endswith(": exams")


@pytest.mark.parametrize(
    ("scope", "hours"), [("one", [10, 14, 10, 10]), ("following", [10, 14, 14, 14]), ("all", [14] * 4)]
)
def test_one_those_that_follow_or_all_of_a_series_are_moved(
    place: School, capo: Reader, scope: str, hours: list[int]
) -> None:
    _, second, *_ = series(place, capo)
    capo.look(f"{second}/move")
    fields = {"resource": "d1", "excuse": "", "revision": "1", "scope": scope}
    capo.followed(f"{second}/move", start="2026-11-30T14:00", end="2026-11-30T15:00", **fields)
    starts = [line["start_ms"] for line in place.lines()]
    assert [(ms - NINE_MS) // HOUR_MS % 24 + 9 for ms in starts] == hours


def test_a_series_keeps_its_days_and_tells_which_of_it_cannot_be(place: School, capo: Reader) -> None:
    _, second, *_ = series(place, capo)
    capo.look(f"{second}/move")
    fields = {"resource": "d1", "excuse": "", "revision": "1", "scope": "all"}
    other_day = capo.sent(f"{second}/move", start="2026-12-01T14:00", end="2026-12-01T15:00", **fields)
    assert "not its days" in wrong(other_day.text, "start")
    place.booked("bruno", 7 * 24 + 5, 7 * 24 + 6)
    taken = capo.sent(f"{second}/move", start="2026-11-30T14:00", end="2026-11-30T15:00", **fields)
    assert taken.status_code == 409
    assert "Not every time can be booked" in wrong(taken.text, "start")
    assert "booked already" in taken.text
    capo.look(f"/bookings-new?site=cinisello&person={place.ids['anna']}")
    fourteen = typed(place, "14:00", "15:00", weeks=MONDAYS)
    assert "Not every time" in wrong(capo.sent("/bookings-new", **fourteen).text, "weeks")
    capo.followed("/bookings-new", **fourteen, skip="1")
    assert len(place.lines(person=place.ids["anna"])) == 4 + 3


def test_a_participant_cancels_the_whole_series_or_what_follows_after_seeing_it(place: School, capo: Reader) -> None:
    _, second, third, _ = (path.replace("/bookings", "/me/bookings") for path in series(place, capo))
    assert f'href="{second}/series?scope=all"' in place.anna.look(second).text
    assert place.anna.look(f"{third}/series?scope=following").text.count("10:00–12:00") == 2
    assert place.bruno.look(f"{third}/series").status_code == 404
    assert place.bruno.sent(f"{third}/series", scope="all").status_code == 404
    assert "2 bookings of the series are cancelled" in place.anna.followed(f"{third}/series", scope="following").text
    assert [line["state"] for line in place.lines()] == ["booked", "booked", "cancelled", "cancelled"]
    place.anna.followed(f"{second}/series", scope="all")
    assert {line["state"] for line in place.lines()} == {"cancelled"}
    alone = f"/me/bookings/cinisello/{place.booked('anna', 1, 2)}"
    assert "series?scope" not in place.anna.look(alone).text
    assert place.anna.look(f"{alone}/series").status_code == 404


def test_the_line_shows_who_waits_and_whom_something_is_offered_to(place: School, capo: Reader) -> None:
    assert "Nobody waits" in capo.look("/bookings-waiting?site=cinisello").text
    held = place.booked("bruno", 1, 3)
    span = {"start_ms": NINE_MS + HOUR_MS, "end_ms": NINE_MS + 3 * HOUR_MS}
    waits = place.centre.made("/sites/cinisello/waiting", {"resource": "d1", "person": place.ids["anna"], **span})["id"]
    text = capo.look("/bookings-waiting?site=cinisello").text
    assert "Anna" in text
    assert "in line" in text
    capo.look(f"/bookings/cinisello/{held}/cancel")
    capo.followed(f"/bookings/cinisello/{held}/cancel", reason="left")
    assert "offered until" in capo.look("/bookings-waiting?site=cinisello").text
    assert "The place is theirs" in capo.followed(f"/bookings-waiting/cinisello/{waits}/accept").text
    gone = capo.followed(f"/bookings-waiting/cinisello/{waits}/leave").text
    assert "alert-danger" in gone
    assert [line["state"] for line in place.lines(person=place.ids["anna"])] == ["booked"]
    assert capo.sent("/bookings-waiting/cinisello/nobody/leave").status_code == 404


def place_drawn(text: str) -> dict[str, tuple[str, str]]:
    """What is drawn: the colour of a bar, how round it is, and what is written on it."""
    bars = r'<g class="desk-([\w-]+)"><title>.*?rx="(\d)"/>.*?<text class="bar-label"[^>]*>([^<]+)'
    return {colour: (roundness, words) for colour, roundness, words in re.findall(bars, text)}


def test_what_a_session_uses_is_changed_at_the_session_alone(place: School, capo: Reader) -> None:
    place.centre.made("/programmes", {"id": "p", "name": "P", "zones": {"cinisello": ["hall"]}})
    place.centre.made("/cohorts", {"id": "c", "programme": "p", "site": "cinisello", "name": "C"})
    session = {"programme": "p", "title": "First aid", "zone": "hall", "resource": "r1", "groups": ["c"]}
    span = {"start_ms": NINE_MS + HOUR_MS, "end_ms": NINE_MS + 2 * HOUR_MS}
    ident = place.centre.made("/sites/cinisello/sessions", {**session, **span})["id"]
    text = capo.look(f"/bookings?day={DAY}").text
    assert f'href="/sessions/cinisello/{ident}">10:00–11:00 First aid' in text
    place.booked("anna", 1, 3)
    drawn = place_drawn(capo.look(f"/bookings?day={DAY}").text)
    assert drawn == {"session": ("9", "First…"), "booked": ("3", "Anna")}, "told apart by colour, shape and text"
    legend = re.findall(r'<li class="desk-([\w-]+)"><svg.*?</svg>([^<]+)</li>', capo.look(f"/bookings?day={DAY}").text)
    assert legend == [("booked", "booked"), ("session", "session of a programme")]
    page = capo.look(f"/bookings/cinisello/{ident}").text
    assert "A session uses it" in page
    refused = capo.followed(f"/bookings/cinisello/{ident}/end").text
    assert "a session uses it" in refused
