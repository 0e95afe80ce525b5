"""What a person holds, given, changed and ended at their page: by whom, with what that refuses, and with its author."""

import re
from collections.abc import Iterator
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from access.clock import DAY_MS
from access.hours import local as clock
from registry.tables.accounts import act
from registry.web.people.zones import ZoneNames
from tests.support.centres import Centre
from tests.support.faces import Reader, account, reader
from tests.support.fixed_day import wall_ms
from tests.support.laid import lay, small_site
from tests.support.programmes import person as of_age
from tests.support.programmes import with_programmes

TODAY = clock(wall_ms(), ZoneInfo("Europe/Rome")).date()
LATER = (TODAY + timedelta(days=40)).isoformat()
LATEST = (TODAY + timedelta(days=80)).isoformat()

GIVEN: dict[str, tuple[dict[str, str], str, dict[str, str]]] = {
    "role": (
        {"role": "operator", "site": "matera", "from": "", "until": LATER, "zones-hall": "1"},
        "/people/{person}/roles",
        {"role": "operator", "site": "matera"},
    ),
    "right": (
        {"site": "matera", "zones-hall": "1", "standing-hall": "1", "staff": "1", "until": LATER},
        "/people/{person}/rights",
        {"site": "matera"},
    ),
    "pass": (
        {
            "site": "matera",
            "kind": "guest",
            "zones-hall": "1",
            "start": f"{TODAY}T00:30",
            "end": f"{LATER}T18:00",
            "weekdays-0": "1",
            "from_minute": "09:00",
        },
        "/sites/matera/passes",
        {"kind": "guest"},
    ),
    "enrolment": (
        {"programme": "", "cohort": "junior-mt", "until": LATER},
        "/enrolments?person={person}",
        {"cohort": "junior-mt", "state": "active"},
    ),
    "guardian": ({"from": "", "until": LATER, "zones-hall": "1"}, "/people/{person}/guardians", {}),
    "transfer": (
        {"from_site": "matera", "to_site": "cinisello", "from": str(TODAY), "until": LATER},
        "/people/{person}/transfers",
        {"to_site": "cinisello"},
    ),
}
"""By kind: what is typed, where the API lists it, and what it then says."""


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


def items(centre: Centre, path: str, person: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = centre.ask("GET", path.format(person=person)).json()["items"]
    return found


def acts(centre: Centre) -> list[tuple[str, str, str | None]]:
    """What the trail says that was done at pages: kind, author's name known or not, whom."""
    with centre.database.read() as connection:
        rows = connection.execute(select(act).order_by(act.c.at_ms, act.c.id)).all()
    return [(row.kind, row.author, row.person) for row in rows if re.search("-(given|changed|ended)$", row.kind)]


def test_a_zone_of_no_site_alone_goes_by_each_name_that_it_has() -> None:
    names = ZoneNames({("matera", "hall"): "Sala", ("cinisello", "hall"): "Salone", ("matera", "lab"): "Laboratorio"})
    assert names.said("hall lab", "matera") == ": Sala, Laboratorio"
    assert names.said("hall lab", None) == ": Sala / Salone, Laboratorio"
    assert (names.said("attic", "cinisello"), names.said("", None)) == (": attic", "")


def links(page: str) -> list[str]:
    """Where a person's page leads to change or end something."""
    return re.findall(r'href="(/people/[^"]+/held/[^"]+)"', page)


@pytest.mark.parametrize("kind", GIVEN)
def test_each_kind_is_given_changed_and_ended_and_the_trail_says_by_whom(
    both: Centre, staff: Reader, kind: str
) -> None:
    with_programmes(both)
    who, (fields, path, says) = of_age(both, 17), GIVEN[kind]
    assert f"/people/{who}/new/{kind}" in staff.look(f"/people/{who}").text
    assert staff.look(f"/people/{who}/new/{kind}").status_code == 200
    shown = staff.followed(f"/people/{who}/new/{kind}", **fields).text
    assert (": Hall" in shown) is ("zones-hall" in fields), "a zone goes by its name"
    (made,) = items(both, path, who)
    assert {name: made[name] for name in says} == says
    change, end = links(shown)
    form = staff.look(change).text
    revision = re.search(r'name="revision" value="(\d+)"', form)
    assert revision is not None
    later: dict[str, str] = {
        name: f"{LATEST}T18:00" if name == "end" else LATEST for name in ("until", "end") if name in fields
    }
    changed: dict[str, str] = {**fields, "state": "active", **later, "revision": revision[1]}
    staff.followed(change, **changed)
    assert staff.sent(change, **changed).status_code == 412
    assert "End now" in staff.look(end).text
    assert "Ended" in staff.followed(end).text
    left = items(both, path, who)
    ends = [one.get("until_ms", one.get("end_ms", one.get("valid_until_ms"))) for one in left]
    assert all(isinstance(at_ms, int) and at_ms <= wall_ms() for at_ms in ends)
    found = acts(both)
    assert [row[0] for row in found] == [f"{kind}-given", f"{kind}-changed", f"{kind}-ended"]
    assert {row[2] for row in found} == {who}
    assert all(row[1] for row in found)


@pytest.mark.parametrize(
    ("kind", "fields", "wrong"),
    [
        ("role", {"role": "angel", "site": "matera", "zones-hall": "1"}, "zones"),
        ("role", {"role": "king", "site": "matera"}, "role"),
        ("role", {"role": "operator", "site": "matera", "from": "2030-01-02", "until": "2030-01-01"}, "until"),
        ("right", {"site": "matera"}, "zones"),
        ("right", {"site": "nowhere", "zones-hall": "1"}, "site"),
        ("right", {"site": "cinisello", "zones-lab": "1"}, "zones"),
        ("pass", {"site": "matera", "kind": "guest", "zones-hall": "1", "start": "soon", "end": ""}, "start"),
        ("pass", {"site": "matera", "kind": "role", "zones-hall": "1"}, "kind"),
        ("pass", {"site": "matera", "from_minute": "10:00", "to_minute": "9"}, "to_minute"),
        ("enrolment", {"programme": "none", "cohort": ""}, "programme"),
        ("guardian", {"until": "tomorrow"}, "until"),
        ("transfer", {"from_site": "matera", "to_site": "matera", "from": str(TODAY), "until": LATER}, "to_site"),
    ],
)
def test_what_cannot_be_used_is_told_beside_its_field_and_nothing_is_given(
    both: Centre, staff: Reader, kind: str, fields: dict[str, str], wrong: str
) -> None:
    lay(both, small_site())
    who = both.made("/people", {"name": "Anna"})["id"]
    staff.look(f"/people/{who}/new/{kind}")
    answer = staff.sent(f"/people/{who}/new/{kind}", **fields)
    assert answer.status_code == 422
    assert f'id="{wrong}-wrong"' in answer.text
    assert acts(both) == []


def test_a_refusal_of_the_registry_stands_above_the_form(both: Centre, staff: Reader) -> None:
    with_programmes(both)
    who = of_age(both, 25)
    staff.look(f"/people/{who}/new/enrolment")
    answer = staff.sent(f"/people/{who}/new/enrolment", programme="junior", cohort="")
    assert answer.status_code == 422
    assert "none of those asked for takes somebody of 25" in answer.text
    duty = {"site": "matera", "kind": "duty", "zones-hall": "1", "start": f"{TODAY}T00:30", "end": f"{LATER}T18:00"}
    assert "only a Digital Angel" in staff.sent(f"/people/{who}/new/pass", **duty).text


def test_a_change_that_takes_something_away_shows_it_first(both: Centre, staff: Reader) -> None:
    lay(both, small_site())
    who = both.admit("matera", "Anna")
    start_ms = wall_ms() + 30 * DAY_MS
    desk = {"resource": "d1", "person": who, "start_ms": start_ms, "end_ms": start_ms + 3_600_000}
    both.made("/sites/matera/bookings", desk)
    staff.look(f"/people/{who}/held/right/matera")
    soon = (TODAY + timedelta(days=5)).isoformat()
    asked = {"zones-hall": "1", "until": soon, "revision": "1"}
    seen = staff.sent(f"/people/{who}/held/right/matera", **asked)
    assert "This would take something away" in seen.text
    assert "This refuses 1 booking" in seen.text
    assert items(both, "/people/{person}/rights", who)[0]["valid_until_ms"] is None
    assert "This refuses 1 booking" in staff.look(f"/people/{who}/held/right/matera/end").text
    staff.followed(f"/people/{who}/held/right/matera", **asked, confirmed="1")
    assert items(both, "/people/{person}/rights", who)[0]["valid_until_ms"] is not None


def test_staff_of_one_site_give_and_take_what_is_of_their_site_alone(both: Centre, local: Reader) -> None:
    who, stranger = both.admit("matera", "Anna"), both.admit("cinisello", "Bruno")
    both.ask("PUT", f"/sites/cinisello/rights/{who}", {"zones": ["hall"]})
    both.made(f"/people/{who}/roles", {"role": "coordinator", "site": "matera"})
    both.made(f"/people/{who}/roles", {"role": "trainer", "site": "cinisello"})
    shown = local.look(f"/people/{who}").text
    assert links(shown) == [f"/people/{who}/held/right/matera", f"/people/{who}/held/right/matera/end"]
    assert "coordinator" in shown
    assert "trainer" not in shown
    assert "Cinisello" not in local.look(f"/people/{who}/new/role").text
    for site, role in (("matera", "coordinator"), ("cinisello", "trainer"), ("*", "trainer")):
        assert local.sent(f"/people/{who}/new/role", role=role, site=site).status_code == 422
    assert local.look(f"/people/{who}/held/right/cinisello").status_code == 404
    assert local.sent(f"/people/{who}/held/right/cinisello/end").status_code == 404
    assert local.sent(f"/people/{stranger}/new/right", **{"site": "matera", "zones-hall": "1"}).status_code == 404
    assert acts(both) == []


def test_without_a_cohort_nobody_is_let_in_at_a_site_of_others(both: Centre, local: Reader) -> None:
    with_programmes(both)
    who = of_age(both, 17)
    both.ask("PUT", f"/sites/matera/rights/{who}", {"zones": ["hall"]})
    local.look(f"/people/{who}/new/enrolment")
    answer = local.sent(f"/people/{who}/new/enrolment", programme="junior", cohort="")
    assert answer.status_code == 422
    assert "sites that are not yours" in answer.text
    assert items(both, "/enrolments?person={person}", who) == []
    local.followed(f"/people/{who}/new/enrolment", programme="junior", cohort="junior-mt")


def test_participants_come_to_none_of_these_forms(both: Centre) -> None:
    who = both.admit("matera", "Anna")
    account(both, "piero", person=who)
    with reader(both) as browser:
        browser.signed_in("piero")
        for kind in GIVEN:
            assert browser.look(f"/people/{who}/new/{kind}").status_code == 403
        assert browser.sent(f"/people/{who}/held/right/matera/end").status_code == 403
