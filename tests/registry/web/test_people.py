"""The pages of people: finding them, adding and changing one, suspending and lifting, and whom each viewer is shown."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from access.clock import DAY_MS
from registry.tables.accounts import act
from tests.support.centres import Centre
from tests.support.faces import Reader, account, reader
from tests.support.fixed_day import wall_ms
from tests.support.laid import lay, small_site


@pytest.fixture
def staff(both: Centre) -> Iterator[Reader]:
    """Somebody who coordinates every site."""
    account(both, "clara", administrator="1")
    with reader(both) as opened:
        opened.signed_in("clara")
        yield opened


@pytest.fixture
def local(both: Centre) -> Iterator[Reader]:
    """An operator of Matera alone."""
    account(both, "otto", person=both.made("/people", {"name": "Otto"})["id"], role="operator", site="matera")
    with reader(both) as opened:
        opened.signed_in("otto")
        yield opened


def person(centre: Centre, ident: str) -> dict[str, object]:
    found: dict[str, object] = centre.ask("GET", f"/people/{ident}").json()
    return found


def done(centre: Centre) -> list[str]:
    """What the trail says that was done to people at pages, in order."""
    with centre.database.read() as connection:
        rows = connection.execute(select(act).where(act.c.person.is_not(None)).order_by(act.c.at_ms, act.c.id))
        return [row.kind for row in rows if not row.kind.startswith(("api-", "account-"))]


def test_an_empty_list_says_what_to_do(staff: Reader) -> None:
    answer = staff.look("/people")
    assert "There is nobody yet: add a person." in answer.text
    assert "<title>People" in answer.text
    assert "Nobody matches" in staff.look("/people?q=zzz").text


def test_people_are_found_by_parts_of_their_names_and_by_state(both: Centre, staff: Reader) -> None:
    anna = both.admit("matera", "Anna Bianchi")
    both.admit("matera", "Ària Verdi")
    both.made("/people", {"name": "Bruno 100%", "valid_until_ms": 1})
    assert "Anna Bianchi" in staff.look("/people?q=bian+ANN").text
    assert "Ària" in staff.look("/people?q=%C3%80ria").text
    assert "1 person" in staff.look("/people?q=100%25").text
    assert "Nobody matches" in staff.look("/people?q=%25%25").text
    ended = staff.look("/people?state=ended").text
    assert "Bruno" in ended
    assert "Anna" not in ended
    assert anna in staff.look("/people?state=in-force&sort=until").text


def test_a_long_list_goes_on_where_it_ended_with_its_filters(both: Centre, staff: Reader) -> None:
    for number in range(27):
        both.made("/people", {"name": f"Anna {number:02}"})
    both.made("/people", {"name": "Zoe"})
    first = staff.look("/people?q=anna")
    assert "27 people" in first.text
    assert "Anna 24" in first.text
    assert "Anna 25" not in first.text
    path = first.text.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = staff.look(path).text
    assert "Anna 25" in second
    assert "Anna 24" not in second
    assert "Zoe" not in second
    again = "/people?sought=" + second.split('href="/people?sought=')[1].split('"')[0]
    assert "27 people" in staff.look(again).text


def test_a_person_is_added_and_told_to_no_site_yet(both: Centre, staff: Reader) -> None:
    staff.look("/people-new")
    fields = {"name": " Anna Rossi ", "email": "anna@example.org", "birth_date": "2004-03-01", "until": "2030-01-31"}
    answer = staff.followed("/people-new", **fields)
    assert "Anna Rossi has been added" in answer.text
    assert "31 January 2030" in answer.text
    assert "No site knows them" in answer.text
    kept = person(both, answer.url.path.rsplit("/", 1)[1])
    assert (kept["name"], kept["birth_date"], kept["valid_from_ms"]) == ("Anna Rossi", "2004-03-01", 0)
    assert done(both) == ["person-added"]


def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(staff: Reader) -> None:
    staff.look("/people-new")
    wrong = {"name": "", "email": "anna", "birth_date": "2999-01-01", "fiscal_code": "X", "from": "2026-02-01"}
    answer = staff.sent("/people-new", **wrong, until="2026-01-01", ref="R-7")
    assert answer.status_code == 422
    for name in ("name", "email", "birth_date", "fiscal_code", "until"):
        assert f'id="{name}-wrong"' in answer.text
        assert f'aria-describedby="{name}-wrong' in answer.text
    assert answer.text.count('aria-invalid="true"') == 5
    assert 'value="R-7"' in answer.text
    assert 'value="anna"' in answer.text


def test_a_key_of_somebody_else_is_refused_and_nothing_is_lost(both: Centre, staff: Reader) -> None:
    both.made("/people", {"name": "Anna", "ref": "R-7"})
    staff.look("/people-new")
    answer = staff.sent("/people-new", name="Bruno", ref="R-7")
    assert answer.status_code == 422
    assert "another person has this ref" in answer.text
    assert 'value="Bruno"' in answer.text


def test_a_change_keeps_what_the_form_does_not_show_and_refuses_an_old_copy(both: Centre, staff: Reader) -> None:
    ident = both.made("/people", {"name": "Anna", "valid_from_ms": 86_400_001, "suspended": True})["id"]
    shown = staff.look(f"/people/{ident}/edit").text
    assert 'name="revision" value="1"' in shown
    fields = {"name": "Anna B", "from": "1970-01-02"}
    assert "changes saved" in staff.followed(f"/people/{ident}/edit", revision="1", **fields).text
    kept = person(both, ident)
    assert (kept["name"], kept["valid_from_ms"], kept["suspended"]) == ("Anna B", 86_400_001, True)
    answer = staff.sent(f"/people/{ident}/edit", revision="1", name="Anna C", **{"from": ""})
    assert answer.status_code == 412
    assert "Somebody changed this meanwhile" in answer.text
    assert 'value="Anna C"' in answer.text
    assert 'name="revision" value="2"' in answer.text
    assert person(both, ident)["name"] == "Anna B"


def test_one_is_suspended_and_lifted_and_the_site_is_told(both: Centre, staff: Reader) -> None:
    anna = both.admit("matera")
    assert "Suspend these people?" in staff.look(f"/people-chosen?do=suspend&one={anna}").text
    answer = staff.followed("/people-chosen", do="suspend", people=anna)
    assert answer.url.path == f"/people/{anna}"
    assert "1 person is suspended" in answer.text
    assert both.feed("matera")["person", anna]["suspended"]
    assert f"do=lift&amp;one={anna}" in answer.text
    staff.followed("/people-chosen", do="lift", people=anna)
    assert not both.feed("matera")["person", anna].get("suspended")
    assert done(both) == ["person-suspended", "person-lifted"]


def test_several_are_listed_before_it_is_done_and_undone_in_one_step(both: Centre, staff: Reader) -> None:
    both_people = [both.admit("matera", name) for name in ("Anna", "Bruno")]
    query = "&".join(f"one={one}" for one in both_people)
    listed = staff.look(f"/people-chosen?do=suspend&{query}").text
    assert "Suspend 2 people" in listed
    assert "Bruno" in listed
    undo = staff.followed("/people-chosen", do="suspend", people=" ".join(both_people))
    assert "2 people are suspended" in undo.text
    assert "Lift the suspension of 2 people" in undo.text
    assert [person(both, one)["suspended"] for one in both_people] == [True, True]
    assert "Nobody was chosen" in staff.look("/people-chosen?do=suspend").text


def test_what_a_suspension_or_a_revocation_takes_is_shown_before_it_is_done(both: Centre, staff: Reader) -> None:
    anna = both.admit("matera", "Anna")
    assert "have not told" not in staff.look(f"/people-chosen?do=lift&one={anna}").text
    untold = "nobody can say what would change there: Cinisello, Matera"
    assert untold in staff.look(f"/people-chosen?do=suspend&one={anna}").text
    lay(both, small_site())
    badge = both.made(f"/people/{anna}/badges", {"uid": "04A1B2C3"})["id"]
    start_ms = wall_ms() + DAY_MS
    desk = {"resource": "d1", "person": anna, "start_ms": start_ms, "end_ms": start_ms + 3_600_000}
    both.made("/sites/matera/bookings", desk)
    for path in (
        f"/people-chosen?do=suspend&one={anna}",
        f"/people-chosen?do=revoke&one={anna}",
        f"/badges/{badge}/revoke",
    ):
        shown = staff.look(path).text
        assert "This refuses 1 booking, 0 sessions and 0 passes of 1 person." in shown
        assert "Matera" in shown
    assert not person(both, anna)["suspended"]
    assert not both.ask("GET", f"/badges/{badge}").json()["revoked"]
    assert done(both) == []


def test_roles_of_several_end_as_far_as_they_are_the_viewers_to_take(both: Centre, local: Reader) -> None:
    people = [both.admit("matera", name) for name in ("Anna", "Bruno")]
    for one, role in zip(people, ("trainer", "coordinator"), strict=True):
        both.made(f"/people/{one}/roles", {"role": role, "site": "matera"})
    listed = local.look("/people-chosen?do=end-roles&" + "&".join(f"one={one}" for one in people)).text
    assert "Anna: trainer, Matera" in listed
    assert "Bruno: no role that is yours to take" in listed
    local.followed("/people-chosen", do="end-roles", people=" ".join(people))
    ends = [both.ask("GET", f"/people/{one}/roles").json()["items"][0]["until_ms"] for one in people]
    assert ends[0] <= wall_ms()
    assert ends[1] is None
    assert done(both) == ["role-ended"]


def test_a_file_of_the_chosen_holds_their_lines_of_the_viewers_sites_alone(both: Centre, local: Reader) -> None:
    anna, other = both.admit("matera", "=Anna"), both.admit("matera", "Bruno")
    both.ask("PUT", f"/sites/cinisello/rights/{anna}", {"zones": ["hall"]})
    assert "Take these people out?" in local.look(f"/people-chosen?do=export&one={anna}").text
    answer = local.sent("/people-chosen", do="export", people=anna)
    assert answer.headers["content-disposition"] == 'attachment; filename="people.csv"'
    assert "'=Anna" in answer.text
    assert "matera" in answer.text
    assert "cinisello" not in answer.text
    assert other not in answer.text
    assert done(both) == ["file-taken-out"]


def test_staff_of_one_site_see_and_change_whom_it_knows(both: Centre, local: Reader) -> None:
    here, there = both.admit("matera", "Anna"), both.admit("cinisello", "Bruno")
    listed = local.look("/people").text
    assert "Anna" in listed
    assert "Bruno" not in listed
    assert local.look(f"/people/{here}").status_code == 200
    for path in (f"/people/{there}", f"/people/{there}/edit"):
        assert local.look(path).status_code == 404
    assert local.sent(f"/people/{there}/edit", revision="1", name="X").status_code == 404
    assert local.sent("/people-chosen", do="suspend", people=f"{here} {there}").status_code == 403
    assert not person(both, here)["suspended"]
    local.look("/people-new")
    assert "Carla" in local.followed("/people-new", name="Carla").text
    assert "Carla" in local.look("/people").text


def test_participants_and_auditors_are_led_to_no_list_of_people(both: Centre) -> None:
    roles: dict[str, dict[str, str]] = {"piero": {}, "ada": {"role": "auditor", "site": "matera"}}
    for login, role in roles.items():
        account(both, login, person=both.admit("matera", login), **role)
        with reader(both) as browser:
            assert 'href="/people"' not in browser.signed_in(login).text
            for path in ("/people", "/people-new", "/people-chosen?do=suspend", "/badges"):
                assert browser.look(path).status_code == 403


def test_a_name_with_markup_stays_a_name(both: Centre, staff: Reader) -> None:
    ident = both.made("/people", {"name": "<b>Anna</b>"})["id"]
    assert "<b>Anna" not in staff.look("/people").text + staff.look(f"/people/{ident}").text


def test_a_person_who_is_gone_is_a_page_of_its_own(staff: Reader) -> None:
    assert staff.look("/people/nobody").status_code == 404
    assert staff.look("/people?after=nonsense").status_code == 400
