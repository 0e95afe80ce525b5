"""Sessions: planned by staff, told to the site as bookings of groups and trainers, and never over a booking."""

import pytest

from registry.downlink.sources import derived
from tests.support.centres import HOUR_MS, NINE_MS, Centre, problem
from tests.support.programmes import SOON_MS, edited, enrolled, person, session, with_programmes

TEAM = {"id": "blu", "cohort": "senior-mt", "name": "Blu"}
SPAN = {"start_ms": SOON_MS, "end_ms": SOON_MS + HOUR_MS}


@pytest.fixture
def lab(both: Centre) -> Centre:
    """Two sites with programmes, and a team at Matera."""
    with_programmes(both)
    both.made("/teams", TEAM)
    return both


def trainer(centre: Centre, **role: object) -> str:
    who = person(centre, None, "Tea")
    centre.made(f"/people/{who}/roles", {"role": "trainer", "site": "matera"} | role)
    return who


def told(centre: Centre, site: str = "matera") -> dict[str, dict[str, object]]:
    return {ident: record for (kind, ident), record in centre.feed(site).items() if kind == "booking"}


def test_a_session_is_planned_read_listed_changed_and_dropped(lab: Centre) -> None:
    made = session(lab, place="Aula", breaks=[{"start_ms": SOON_MS + 10, "end_ms": SOON_MS + 20}])
    path = f"/sites/matera/sessions/{made['id']}"
    assert made == {
        "id": made["id"],
        "programme": "senior",
        "module": None,
        "title": "Impresa",
        "zone": "hall",
        "resource": None,
        "off_site": False,
        "place": "Aula",
        **SPAN,
        "breaks": [{"start_ms": SOON_MS + 10, "end_ms": SOON_MS + 20}],
        "groups": ["senior-mt"],
        "trainers": [],
        "state": "planned",
        "why": "",
    }
    assert lab.ask("GET", path).json() == made
    assert lab.ask("GET", "/sites/matera/sessions").json() == {"items": [made], "next": None}
    assert lab.ask("GET", "/sites/cinisello/sessions").json()["items"] == []
    for query, number in ((f"from_ms={SOON_MS + HOUR_MS}", 0), (f"until_ms={SOON_MS}", 0), (f"from_ms={SOON_MS}", 1)):
        assert len(lab.ask("GET", f"/sites/matera/sessions?{query}").json()["items"]) == number
    assert edited(lab, path, title="Pitch", groups=["blu", "senior-mt"]) == made | {
        "title": "Pitch",
        "groups": ["blu", "senior-mt"],
    }
    assert problem(lab.ask("PUT", path, made, If_Match='"1"')) == (422, "invalid"), "an id is not part of a body"
    assert lab.ask("DELETE", path).status_code == 204
    assert told(lab) == {}
    assert problem(lab.ask("GET", path)) == (404, "not-found")
    assert problem(lab.ask("DELETE", path)) == (404, "not-found")


def test_pages_of_sessions_follow_one_another_with_their_people(lab: Centre) -> None:
    who = trainer(lab)
    for hour in range(5):
        span = {"start_ms": SOON_MS + hour * HOUR_MS, "end_ms": SOON_MS + (hour + 1) * HOUR_MS}
        session(lab, trainers=[who], groups=["blu", "senior-mt"], **span)
    found, cursor = [], ""
    while True:
        page = lab.ask("GET", f"/sites/matera/sessions?limit=2{cursor}").json()
        found += page["items"]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert [one["start_ms"] for one in found] == [SOON_MS + hour * HOUR_MS for hour in range(5)]
    assert {(tuple(one["groups"]), tuple(one["trainers"])) for one in found} == {(("blu", "senior-mt"), (who,))}


def test_a_site_is_told_of_one_booking_for_each_group_and_each_trainer(lab: Centre) -> None:
    tea, ugo = trainer(lab), trainer(lab, role="mentor")
    made = session(lab, groups=["senior-mt", "blu"], trainers=[tea, ugo])
    record = {"person": "", "zone": "hall", "resource": "hall", **SPAN, "kind": "session"}
    ids = {who: derived(made["id"], who) for who in ("senior-mt", tea, ugo)}
    assert told(lab) == {
        made["id"]: record | {"id": made["id"], "group": "blu"},
        ids["senior-mt"]: record | {"id": ids["senior-mt"], "group": "senior-mt"},
        ids[tea]: record | {"id": ids[tea], "person": tea},
        ids[ugo]: record | {"id": ids[ugo], "person": ugo},
    }
    assert {lab.feed("matera")["person", who]["zones"][0] for who in (tea, ugo)} == {"hall"}
    edited(lab, f"/sites/matera/sessions/{made['id']}", groups=["senior-mt"], trainers=[ugo])
    assert told(lab).keys() == {made["id"], ids[ugo]}
    assert told(lab)[made["id"]]["group"] == "senior-mt"
    assert lab.feed("matera")["person", tea]["zones"] == []


@pytest.mark.parametrize(
    "change", [{"state": "cancelled", "why": "Neve"}, {"off_site": True, "zone": "", "place": "Ferrari"}]
)
def test_a_session_that_opens_no_door_is_withdrawn(lab: Centre, change: dict[str, object]) -> None:
    made = session(lab, trainers=[trainer(lab)], resource="r1")
    path = f"/sites/matera/sessions/{made['id']}"
    assert len(told(lab)) == 2
    assert (
        edited(lab, path, **change, **({"resource": None} if "off_site" in change else {})) | change
        == lab.ask("GET", path).json()
    )
    assert told(lab) == {}
    who = lab.admit("matera")
    lab.made("/sites/matera/bookings", {"resource": "r1", "person": who, **SPAN})


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"end_ms": SOON_MS}, 422),
        ({"end_ms": SOON_MS + 8 * 24 * HOUR_MS}, 422),
        ({"breaks": [{"start_ms": SOON_MS - 1, "end_ms": SOON_MS + 1}]}, 422),
        ({"breaks": [{"start_ms": SOON_MS, "end_ms": SOON_MS}]}, 422),
        ({"groups": []}, 422),
        ({"groups": ["nobody"]}, 404),
        ({"groups": ["junior-mt"]}, 422),
        ({"programme": "x"}, 404),
        ({"module": "x"}, 404),
        ({"zone": "lab"}, 422),
        ({"zone": ""}, 422),
        ({"resource": "d9"}, 404),
        ({"off_site": True}, 422),
        ({"trainers": ["nobody"]}, 422),
        ({"title": ""}, 422),
        ({"state": "planned"}, 422),
    ],
)
def test_a_session_that_cannot_be_is_refused(lab: Centre, change: dict[str, object], status: int) -> None:
    body = {"programme": "senior", "title": "A", "zone": "hall", "groups": ["senior-mt"], **SPAN}
    assert problem(lab.ask("POST", "/sites/matera/sessions", body | change))[0] == status
    assert lab.ask("POST", "/sites/matera/sessions", body).status_code == 201


def test_a_module_of_another_programme_is_refused(lab: Centre) -> None:
    module = lab.made("/programmes/junior/modules", {"name": "Sicurezza"})["id"]
    body = {"programme": "senior", "title": "A", "zone": "hall", "groups": ["senior-mt"], "module": module, **SPAN}
    assert problem(lab.ask("POST", "/sites/matera/sessions", body)) == (422, "invalid")


def test_a_session_is_delivered_once_it_has_begun_and_cancelled_with_a_reason(lab: Centre) -> None:
    soon = session(lab)
    body = {name: soon[name] for name in soon if name != "id"}
    for change in ({"state": "delivered"}, {"state": "cancelled"}, {"why": "Neve"}):
        answer = lab.ask("PUT", f"/sites/matera/sessions/{soon['id']}", body | change, If_Match="*")
        assert problem(answer) == (422, "invalid"), change
    past = session(lab, start_ms=HOUR_MS, end_ms=2 * HOUR_MS)
    path = f"/sites/matera/sessions/{past['id']}"
    assert edited(lab, path, state="delivered")["state"] == "delivered"
    assert problem(lab.ask("DELETE", path)) == (409, "in-use")


def test_a_trainer_holds_the_role_throughout_at_this_site(lab: Centre) -> None:
    body = {"programme": "senior", "title": "A", "zone": "hall", "groups": ["senior-mt"], **SPAN}
    unable: list[dict[str, object]] = [
        {"site": "cinisello"},
        {"role": "angel"},
        {"role": "auditor"},
        {"until_ms": SOON_MS + 1},
    ]
    for role in unable:
        who = trainer(lab, **role)
        assert problem(lab.ask("POST", "/sites/matera/sessions", body | {"trainers": [who]})) == (422, "invalid"), role
    able: list[dict[str, object]] = [
        {"site": None},
        {"role": "mentor"},
        {"until_ms": SOON_MS + HOUR_MS},
        {"role": "operator"},
    ]
    for role in able:
        lab.made("/sites/matera/sessions", body | {"trainers": [trainer(lab, **role)]})


def test_participants_are_told_nothing_of_a_session_but_through_their_group(lab: Centre) -> None:
    who = enrolled(lab, from_ms=NINE_MS)["person"]
    made = session(lab)
    assert told(lab).keys() == {made["id"]}
    assert lab.feed("matera")["person", who]["groups"] == [{"group": "senior-mt", "from_ms": NINE_MS}]
