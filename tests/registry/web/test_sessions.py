"""The pages of sessions: a week, planning and changing, held and cancelled after a look, and each trainer their own."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest

from access.hours import local, unix_ms
from tests.registry.web.test_bookings import wrong
from tests.registry.web.test_closures import ROME, morning
from tests.registry.web.test_opening import form
from tests.support.centres import HOUR_MS, Centre
from tests.support.faces import Reader, account, reader
from tests.support.fixed_day import wall_ms
from tests.support.laid import lay, small_site


@pytest.fixture
def staff(both: Centre) -> Iterator[Reader]:
    """A programme with a cohort of two at Matera, and who may everything."""
    both.made("/programmes", {"id": "lab", "name": "Lab", "zones": {"matera": ["hall"]}})
    both.made("/cohorts", {"id": "autunno", "programme": "lab", "site": "matera", "name": "Autunno"})
    both.made("/cohorts", {"id": "altra", "programme": "lab", "site": "matera", "name": "Altra"})
    for name in ("Anna", "Bruno"):
        person = both.made("/people", {"name": name})["id"]
        both.made("/enrolments", {"person": person, "cohort": "autunno"})
    account(both, "clara", administrator="1")
    with reader(both) as opened:
        opened.signed_in("clara")
        yield opened


def trainer(both: Centre, name: str) -> str:
    """Somebody who may hold sessions at Matera, with an account."""
    person: str = both.made("/people", {"name": name})["id"]
    account(both, name.lower(), person=person, role="trainer", site="matera")
    return person


def typed(staff: Reader, **more: str) -> dict[str, str]:
    """A session of the cohort in some days' morning, nine to eleven, in the room."""
    start = morning()
    fields = form(staff.look(f"/sessions-edit?site=matera&programme=lab&day={start:%Y-%m-%d}").text)
    return {**fields, "title": "First aid", "where": "hall/r1", "module": "", "group-autunno": "1", **more}


def sessions(both: Centre) -> list[dict[str, object]]:
    items: list[dict[str, object]] = both.ask("GET", "/sites/matera/sessions").json()["items"]
    return items


def test_a_session_is_planned_and_shown_in_its_week_with_who_is_expected(both: Centre, staff: Reader) -> None:
    day = f"{morning():%Y-%m-%d}"
    assert "No session in this week: plan one" in staff.look(f"/sessions?site=matera&day={day}").text
    tina = trainer(both, "Tina")
    fields = typed(staff, breaks="10:00-10:15", **{f"trainer-{tina}": "1"})
    page = staff.followed("/sessions-edit", **fields).text
    assert "2 people expected" in page
    assert {"Anna", "Bruno"} <= set(re.findall(r">(\w+)</a></li>", page))
    (kept,) = sessions(both)
    assert (kept["resource"], kept["groups"], kept["trainers"]) == ("r1", ["autunno"], [tina])
    assert kept["breaks"] == [
        {"start_ms": unix_ms(morning()) + HOUR_MS, "end_ms": unix_ms(morning()) + HOUR_MS * 5 // 4}
    ]
    week = staff.look(f"/sessions?site=matera&day={day}").text
    assert "09:00–11:00" in week
    assert "Tina" in week
    assert "First aid" not in staff.look(f"/sessions?site=matera&day={day}&programme=other").text
    before = f"{morning() - timedelta(days=7):%Y-%m-%d}"
    assert f"day={before}" in week
    assert "First aid" not in staff.look(f"/sessions?site=matera&day={before}").text
    assert "session-planned" in {row["kind"] for row in both.ask("GET", "/audit").json()["items"]}


def test_a_session_in_a_whole_zone_is_told_by_that_ones_name(both: Centre, staff: Reader) -> None:
    fields = typed(staff, where="hall/")
    assert '<option value="hall/">Hall</option>' in staff.look("/sessions-edit?site=matera&programme=lab").text
    page = staff.followed("/sessions-edit", **fields).text
    week = staff.look(f"/sessions?site=matera&day={morning():%Y-%m-%d}").text
    for shown in (page, week):
        assert "Hall" in shown


@pytest.mark.parametrize(
    ("field", "said", "change"),
    [
        ("title", "This is missing", {"title": ""}),
        ("groups", "tick one cohort", {"group-autunno": ""}),
        ("end", "The end comes after", {"end": "2026-01-01T09:00"}),
        ("where", "Choose one of the list", {"where": "lab/"}),
        ("breaks", "Write hours like", {"breaks": "coffee"}),
        ("breaks", "lie within the session", {"breaks": "12:00-12:30"}),
        ("place", "This is missing", {"off_site": "1"}),
        ("module", "Choose one of the list", {"module": "none"}),
    ],
)
def test_what_is_wrong_is_told_beside_its_field(
    both: Centre, staff: Reader, field: str, said: str, change: dict[str, str]
) -> None:
    answer = staff.sent("/sessions-edit", **typed(staff, **change))
    assert answer.status_code == 422
    assert said in wrong(answer.text, field)
    assert sessions(both) == []


def test_a_taken_room_is_told_beside_it_and_a_visit_needs_none(both: Centre, staff: Reader) -> None:
    start_ms = unix_ms(morning())
    span = {"start_ms": start_ms, "end_ms": start_ms + HOUR_MS}
    both.made("/sites/matera/bookings", {"resource": "r1", "person": both.admit("matera", "Carla"), **span})
    taken = staff.sent("/sessions-edit", **typed(staff))
    assert taken.status_code == 409
    assert "It is booked at that time" in wrong(taken.text, "where")
    visit = staff.followed("/sessions-edit", **typed(staff, off_site="1", place="Officina <Rossi>"))
    assert "Officina &lt;Rossi&gt;" in visit.text
    assert "off site" in visit.text
    assert sessions(both)[0]["off_site"]


def test_changing_and_cancelling_show_first_whom_they_refuse(both: Centre, staff: Reader) -> None:
    staff.followed("/sessions-edit", **typed(staff))
    lay(both, small_site())
    (kept,) = sessions(both)
    path = f"/sessions/matera/{kept['id']}"
    fields = form(staff.look(f"/sessions-edit?site=matera&session={kept['id']}").text)
    assert fields.pop("group-autunno") == "1"
    said = {**fields, "module": "", "where": "hall/r1", "group-altra": "1"}
    ahead = staff.sent("/sessions-edit", **said)
    assert "1 session" in ahead.text
    assert "Anna" in ahead.text
    assert sessions(both)[0]["groups"] == ["autunno"]
    staff.followed("/sessions-edit", **form(ahead.text))
    assert sessions(both)[0]["groups"] == ["altra"]
    assert wrong(staff.sent(f"{path}/cancel", reason="").text, "reason")
    ahead = staff.sent(f"{path}/cancel", reason="trainer ill")
    assert "trainer ill" in ahead.text
    assert sessions(both)[0]["state"] == "planned"
    page = staff.followed(f"{path}/cancel", **form(ahead.text)).text
    assert "trainer ill" in page
    assert (sessions(both)[0]["state"], sessions(both)[0]["why"]) == ("cancelled", "trainer ill")
    staff.followed(f"{path}/plan")
    assert sessions(both)[0]["state"] == "planned"


def test_a_session_is_held_once_it_has_begun(both: Centre, staff: Reader) -> None:
    begins = local(wall_ms() - HOUR_MS, ROME)
    span = {"start": f"{begins:%Y-%m-%dT%H:%M}", "end": f"{begins + timedelta(hours=2):%Y-%m-%dT%H:%M}"}
    path = staff.followed("/sessions-edit", **typed(staff, **span)).url.path
    assert "It was held" in staff.look(path).text
    assert "Noted as held" in staff.followed(f"{path}/deliver").text
    assert sessions(both)[0]["state"] == "delivered"
    later = staff.followed("/sessions-edit", **typed(staff, where="hall/")).url.path
    assert "It was held" not in staff.look(later).text
    assert "once it has begun" in staff.followed(f"{later}/deliver").text


def test_a_trainer_sees_their_own_first_and_changes_no_others(both: Centre, staff: Reader) -> None:
    tina = trainer(both, "Tina")
    trainer(both, "Ugo")
    hers = staff.followed("/sessions-edit", **typed(staff, **{f"trainer-{tina}": "1"})).url.path
    other = staff.followed("/sessions-edit", **typed(staff, title="Robots", where="hall/")).url.path
    day = f"{morning():%Y-%m-%d}"
    with reader(both) as opened:
        opened.signed_in("tina")
        own = opened.look(f"/sessions?day={day}").text
        assert ("First aid" in own, "Robots" in own) == (True, False)
        assert "Robots" in opened.look(f"/sessions?day={day}&mine=0").text
        assert "/sessions-edit?site" not in own
        assert "Anna" in opened.look(hers).text
        ahead = opened.sent(f"{hers}/cancel", reason="ill")
        assert ahead.status_code == 200
        assert opened.sent(f"{other}/cancel", reason="no").status_code == 403
        assert "/cancel" not in opened.look(other).text
        assert opened.sent("/sessions-edit", **typed(staff), csrf=opened.csrf).status_code in {403, 404}
        opened.followed(f"{hers}/cancel", **form(ahead.text))
    states = {str(one["title"]): one["state"] for one in sessions(both)}
    assert states == {"First aid": "cancelled", "Robots": "planned"}


def test_sessions_of_other_sites_are_not_there(both: Centre, staff: Reader) -> None:
    path = staff.followed("/sessions-edit", **typed(staff)).url.path
    account(both, "otto", person=both.made("/people", {"name": "Otto"})["id"], role="operator", site="cinisello")
    account(both, "anna", person=both.admit("matera"))
    with reader(both) as otto, reader(both) as anna:
        otto.signed_in("otto")
        assert otto.look(path).status_code == 404
        assert otto.look("/sessions?site=matera").status_code == 404
        assert otto.look("/sessions-edit?site=matera&programme=lab").status_code == 404
        assert otto.sent(f"{path}/deliver").status_code == 404
        anna.signed_in("anna")
        assert anna.look("/sessions").status_code == 403
        assert anna.look(path).status_code == 403
    assert sessions(both)[0]["state"] == "planned"
