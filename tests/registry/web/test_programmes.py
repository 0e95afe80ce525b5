"""The pages of programmes: what one is, its modules and zones, cohorts with their people, teams; each change told."""

import html
import re
from collections.abc import Iterator

import pytest

from tests.registry.web.test_bookings import wrong
from tests.registry.web.test_opening import form
from tests.support.centres import Centre
from tests.support.faces import Reader, account, reader
from tests.support.laid import lay, small_site


@pytest.fixture
def staff(both: Centre) -> Iterator[Reader]:
    account(both, "clara", administrator="1")
    with reader(both) as opened:
        opened.signed_in("clara")
        yield opened


def made(both: Centre, staff: Reader, name: str = "Lab", **more: str) -> str:
    """A programme made at the pages; its id."""
    fields = form(staff.look("/programmes-edit").text)
    page = staff.followed("/programmes-edit", **{**fields, "name": name, **more})
    assert "is added: now choose the zones" in page.text
    return str(page.url.path).rsplit("/", 1)[1]


def cohort(both: Centre, programme: str, ident: str = "autunno", site: str = "matera", **more: object) -> str:
    both.made("/cohorts", {"id": ident, "programme": programme, "site": site, "name": ident.title(), **more})
    return ident


def enrolled(both: Centre) -> list[tuple[str, str]]:
    items = both.ask("GET", "/enrolments").json()["items"]
    return sorted((one["person"], one["state"]) for one in items)


def test_a_programme_is_made_and_changed_after_a_look_at_what_that_refuses(both: Centre, staff: Reader) -> None:
    assert "There is no programme yet" in staff.look("/programmes").text
    ident = made(both, staff, age_min="16", age_max="20", day_minutes="240", late="5", audience="lab-junior")
    kept = both.ask("GET", f"/programmes/{ident}").json()
    assert (kept["age_min"], kept["age_max"], kept["late_ms"], kept["audience"]) == (16, 20, 300_000, "lab-junior")
    assert kept["quota"]["day_minutes"] == 240
    assert kept["quota"]["week_count"] is None
    lay(both, small_site())
    fields = form(staff.look(f"/programmes-edit?programme={ident}").text)
    ahead = staff.sent("/programmes-edit", **{**fields, "name": "Lab 2", "age_max": "21"})
    assert "What changes: Lab 2" in ahead.text
    assert both.ask("GET", f"/programmes/{ident}").json()["name"] == "Lab"
    done = staff.followed("/programmes-edit", **form(ahead.text))
    assert "is saved, and the sites know" in done.text
    assert both.ask("GET", f"/programmes/{ident}").json()["age_max"] == 21
    stale = staff.sent("/programmes-edit", **{**fields, "name": "Lab 3"})
    assert stale.status_code == 412
    assert 'value="Lab 3"' in stale.text
    assert "1 programme" in staff.look("/programmes?q=lab").text
    assert "No programme goes by that name" in staff.look("/programmes?q=nothing").text


@pytest.mark.parametrize(
    ("field", "said", "change"),
    [
        ("name", "This is missing", {"name": ""}),
        ("age_max", "below the lowest", {"age_min": "20", "age_max": "19"}),
        ("end", "It ends before it begins", {"start": "2026-12-01", "end": "2026-11-01"}),
        ("seats", "Write a whole number from 1 to 100,000", {"seats": "0"}),
        ("threshold_percent", "Write a whole number from 0 to 100", {"threshold_percent": "80.5"}),
        ("late", "This is missing", {"late": ""}),
        ("audience", "lower-case letters", {"audience": "Lab Junior"}),
        ("week_count", "Write a whole number", {"week_count": "-1"}),
    ],
)
def test_what_is_wrong_is_told_beside_its_field(
    both: Centre, staff: Reader, field: str, said: str, change: dict[str, str]
) -> None:
    fields = form(staff.look("/programmes-edit").text)
    answer = staff.sent("/programmes-edit", **{**fields, "name": "Lab", **change})
    assert answer.status_code == 422
    assert said in wrong(answer.text, field)
    assert both.ask("GET", "/programmes").json()["items"] == []


def test_zones_of_a_site_are_opened_and_closed_again_by_boxes(both: Centre, staff: Reader) -> None:
    ident = made(both, staff)
    path = f"/programmes-zones?programme={ident}&site=matera"
    assert 'name="zone-hall" value="1">' in staff.look(path).text
    ticked = {**form(staff.look(path).text), "zone-hall": "1", "zone-none": "1"}
    ahead = staff.sent("/programmes-zones", **ticked)
    page = staff.followed("/programmes-zones", **form(ahead.text)).text
    assert both.ask("GET", f"/programmes/{ident}").json()["zones"] == {"matera": ["hall"]}
    assert re.search(r"<dt>Matera</dt><dd>Hall", page)
    assert re.search(r"<dt>Cinisello</dt><dd>none", page)
    assert 'value="1" checked' in staff.look(path).text
    unticked = {name: said for name, said in form(staff.look(path).text).items() if not name.startswith("zone-")}
    staff.followed("/programmes-zones", **{**unticked, "confirmed": "1"})
    assert staff.sent("/programmes-zones", **ticked).status_code == 412, "others changed it meanwhile"
    assert both.ask("GET", f"/programmes/{ident}").json()["zones"] == {}


def test_modules_are_made_changed_and_taken_away(both: Centre, staff: Reader) -> None:
    ident = made(both, staff)
    assert "No module: add what" in staff.look(f"/programmes/{ident}").text
    fields = form(staff.look(f"/modules-edit?programme={ident}").text)
    said = {**fields, "name": "First aid", "mandatory": "1", "due": "2026-12-31", "minutes": "240", "sessions": "2"}
    page = staff.followed("/modules-edit", **said).text
    assert "31 December 2026" in page
    assert "240 minutes, 2 sessions" in page
    (module,) = both.ask("GET", f"/programmes/{ident}/modules").json()["items"]
    assert module["mandatory"]
    fields = form(staff.look(f"/modules-edit?module={module['id']}").text)
    assert fields["due"] == "2026-12-31"
    staff.followed("/modules-edit", **{**fields, "mandatory": "", "sessions": "1"})
    assert staff.sent("/modules-edit", **fields).status_code == 412
    path = f"/modules-edit?module={module['id']}"
    assert "Tick first that you are sure" in staff.followed("/modules-edit/drop", module=module["id"]).text
    assert staff.look(path).status_code == 200
    staff.followed("/modules-edit/drop", module=module["id"], sure="1")
    assert staff.look(path).status_code == 404


def test_a_cohort_is_made_at_a_site_and_an_empty_one_taken_away(both: Centre, staff: Reader) -> None:
    ident = made(both, staff)
    fields = form(staff.look(f"/cohorts-edit?programme={ident}").text)
    refused = staff.sent("/cohorts-edit", **{**fields, "name": "Autunno", "site": "nowhere"})
    assert "Choose one of the list" in wrong(refused.text, "site")
    page = staff.followed("/cohorts-edit", **{**fields, "name": "Autunno", "site": "matera", "seats": "12"})
    assert "Nobody is enrolled" in page.text
    found = both.ask("GET", "/cohorts").json()["items"][0]
    assert (found["site"], found["seats"]) == ("matera", 12)
    both.made("/enrolments", {"person": both.admit("matera"), "programme": ident, "cohort": found["id"]})
    kept = staff.followed("/cohorts-edit/drop", cohort=found["id"], sure="1")
    assert "something depends on it" in kept.text
    fields = form(staff.look(f"/cohorts-edit?cohort={found['id']}").text)
    staff.followed("/cohorts-edit", **{**fields, "end": "2027-06-30"})
    assert both.ask("GET", f"/cohorts/{found['id']}").json()["end_date"] == "2027-06-30"
    empty = cohort(both, ident, "vuota")
    staff.followed("/cohorts-edit/drop", cohort=empty, sure="1")
    assert staff.look(f"/cohorts/{empty}").status_code == 404


def test_people_of_a_search_are_enrolled_together_or_nobody_is_and_why(both: Centre, staff: Reader) -> None:
    ident = made(both, staff, age_min="18", age_max="30")
    autunno = cohort(both, ident)
    young = both.made("/people", {"name": "Piero Rossi", "birth_date": "2015-01-01"})["id"]
    fit = [
        both.made("/people", {"name": f"{name} Rossi", "birth_date": "2001-05-05"})["id"] for name in ("Anna", "Ugo")
    ]
    found = staff.look(f"/cohorts-enrol?cohort={autunno}&q=rossi").text
    ticks = re.findall(r'name="one" value="([^"]+)"', found)
    assert set(ticks) == {young, *fit}
    asked = staff.look("/cohorts-enrol?cohort=autunno&" + "&".join(f"one={one}" for one in ticks))
    assert "Enrol 3 people" in asked.text
    refused = staff.sent("/cohorts-enrol", **form(asked.text), cohort=autunno)
    assert refused.status_code == 409
    assert "1 person cannot be enrolled, so nobody was" in refused.text
    assert "is not among the programme" in refused.text
    assert enrolled(both) == []
    done = staff.followed("/cohorts-enrol", **form(refused.text), cohort=autunno)
    assert "2 people are enrolled" in done.text
    assert enrolled(both) == sorted((one, "active") for one in fit)
    kinds = [row["kind"] for row in both.ask("GET", "/audit").json()["items"]]
    assert kinds.count("enrolment-given") == 2
    again = staff.sent("/cohorts-enrol", people=fit[0], cohort=autunno)
    assert "they are enrolled in the programme already" in again.text
    assert 'formaction="/cohorts-enrol"' in staff.look("/people").text


def test_who_leaves_a_cohort_is_withdrawn_with_a_reason_after_a_look(both: Centre, staff: Reader) -> None:
    ident = made(both, staff)
    autunno, anna = cohort(both, ident), both.admit("matera")
    row = both.made("/enrolments", {"person": anna, "programme": ident, "cohort": autunno})["id"]
    path = f"/cohorts/{autunno}/withdraw/{row}"
    assert "Withdraw Anna" in staff.look(path).text
    assert wrong(staff.sent(path, reason="").text, "reason")
    ahead = staff.sent(path, reason="moved away")
    assert enrolled(both) == [(anna, "active")]
    page = staff.followed(path, **form(ahead.text))
    assert "is out of the cohort" in page.text
    assert enrolled(both) == [(anna, "withdrawn")]
    whats = {row["kind"]: row["what"] for row in both.ask("GET", "/audit").json()["items"]}
    assert whats["enrolment-ended"] == "autunno: moved away"
    assert staff.look(path).status_code == 404


def test_a_team_is_filled_with_several_and_left_by_one(both: Centre, staff: Reader) -> None:
    ident = made(both, staff)
    autunno = cohort(both, ident)
    people = [both.admit("matera", name) for name in ("Anna", "Bruno", "Carla")]
    for one in people:
        both.made("/enrolments", {"person": one, "programme": ident, "cohort": autunno})
    fields = form(staff.look(f"/teams-edit?cohort={autunno}").text)
    page = staff.followed("/teams-edit", **{**fields, "name": "Falchi"})
    path = page.url.path
    assert "Nobody yet: tick below" in page.text
    assert "Tick first who comes" in staff.followed(f"{path}/join").text
    page = staff.followed(f"{path}/join", **{f"one-{one}": "1" for one in people[:2]})
    assert "2 people are in the team" in page.text
    assert [name for name in ("Anna", "Bruno") if f'<span class="strong">{name}</span>' in page.text] == [
        "Anna",
        "Bruno",
    ]
    since = re.findall(rf'value="{people[0]}"><input type="hidden" name="since" value="(\d+)"', page.text)
    staff.followed(f"{path}/leave", person=people[0], since=since[0])
    team = path.rsplit("/", 1)[1]
    items = both.ask("GET", f"/teams/{team}/members").json()["items"]
    assert [one["person"] for one in items if one["until_ms"] is None] == [people[1]]
    assert staff.sent(f"{path}/leave", person=people[1], since="now").status_code == 422
    fields = form(staff.look(f"/teams-edit?team={team}").text)
    staff.followed("/teams-edit", **{**fields, "name": "Aquile"})
    assert "Aquile: 1 person" in html.unescape(re.sub(r"<[^>]*>", "", staff.look(f"/cohorts/{autunno}").text))
    staff.followed("/teams-edit/drop", team=team, sure="1")
    assert staff.look(path).status_code == 404


def test_operators_change_their_own_sites_cohorts_and_no_programme(both: Centre, staff: Reader) -> None:
    ident = made(both, staff)
    there, here = cohort(both, ident, "altrove", "matera"), cohort(both, ident, "qui", "cinisello")
    account(both, "otto", person=both.made("/people", {"name": "Otto"})["id"], role="operator", site="cinisello")
    account(both, "anna", person=both.admit("matera"))
    with reader(both) as otto, reader(both) as anna:
        otto.signed_in("otto")
        page = otto.look(f"/programmes/{ident}").text
        assert ("/cohorts/qui" in page, "/cohorts/altrove" in page) == (True, False)
        assert "/programmes-edit" not in page
        for path in (f"/programmes-edit?programme={ident}", f"/modules-edit?programme={ident}"):
            assert otto.look(path).status_code == 403
        assert otto.sent("/programmes-edit", name="x").status_code == 403
        assert otto.look(f"/cohorts/{there}").status_code == 404
        assert otto.look(f"/cohorts-enrol?cohort={there}").status_code == 404
        assert otto.sent("/teams-edit", cohort=there, name="x").status_code == 404
        far = both.admit("matera", "Marta")
        assert "Marta" not in otto.look(f"/cohorts-enrol?cohort={here}&one={far}").text
        assert otto.sent("/cohorts-enrol", people=far, cohort=here).status_code == 422
        anna.signed_in("anna")
        assert anna.look("/programmes").status_code == 403
        assert anna.look(f"/cohorts/{there}").status_code == 403
    assert enrolled(both) == []
