"""The pages of badges: whose they are, revoking one and several, and where that is not yet applied."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from registry.downlink.applied import Applied, put
from registry.downlink.feed import head
from registry.tables.accounts import act
from tests.support.centres import Centre
from tests.support.faces import Reader, account, reader


@pytest.fixture
def staff(both: Centre) -> Iterator[Reader]:
    account(both, "clara", administrator="1")
    with reader(both) as opened:
        opened.signed_in("clara")
        yield opened


def badge(centre: Centre, person: str, uid: str) -> str:
    made: str = centre.made(f"/people/{person}/badges", {"uid": uid})["id"]
    return made


def applied(centre: Centre, site: str) -> None:
    """The site's gateway decides by all that it has been told."""
    with centre.database.write() as connection:
        end = head(connection, site)
        put(connection, [Applied(site, 1, end.generation, end.version, 1)])


def test_a_list_without_badges_says_how_they_come(staff: Reader) -> None:
    assert "enrolled at a site" in staff.look("/badges").text


def test_a_badge_is_revoked_with_a_reason_and_pending_until_the_site_applies_it(both: Centre, staff: Reader) -> None:
    anna = both.admit("matera", "Anna")
    ident = badge(both, anna, "04A1B2C3")
    applied(both, "matera")
    assert f"/badges/{ident}/revoke" in staff.look("/badges?q=ann").text
    assert "void for good" in staff.look(f"/badges/{ident}/revoke").text
    unsaid = staff.sent(f"/badges/{ident}/revoke", reason="")
    assert unsaid.status_code == 422
    assert 'id="reason-wrong"' in unsaid.text
    assert not both.ask("GET", f"/badges/{ident}").json()["revoked"]
    answer = staff.followed(f"/badges/{ident}/revoke", reason="lost on the train")
    assert answer.url.path == f"/people/{anna}"
    assert "is revoked" in answer.text
    assert both.ask("GET", f"/badges/{ident}").json()["revoked"]
    assert f"/badges/{ident}/revoke" not in answer.text
    assert "not yet applied at: Matera" in answer.text
    assert "Anna" in staff.look("/badges?state=pending").text
    applied(both, "matera")
    assert "not yet applied at:" not in staff.look(f"/people/{anna}").text
    assert "No badge matches" in staff.look("/badges?state=pending").text
    with both.database.read() as connection:
        rows = connection.execute(select(act).where(act.c.kind == "badge-revoked")).all()
    assert [(row.person, row.what) for row in rows] == [(anna, f"{ident}: lost on the train")]


def test_the_badges_of_several_are_revoked_after_a_list_of_them(both: Centre, staff: Reader) -> None:
    people = [both.admit("matera", name) for name in ("Anna", "Bruno")]
    idents = [badge(both, person, uid) for person, uid in zip(people, ("04A1B2C3", "04A1B2C4"), strict=True)]
    assert "Anna: 1 badge" in staff.look("/people-chosen?do=revoke&" + "&".join(f"one={one}" for one in people)).text
    assert staff.sent("/people-chosen", do="revoke", people=" ".join(people), reason="").status_code == 422
    answer = staff.followed("/people-chosen", do="revoke", people=" ".join(people), reason="end of the project")
    assert "The badges of 2 people are revoked" in answer.text
    assert [both.ask("GET", f"/badges/{one}").json()["revoked"] for one in idents] == [True, True]
    assert "2 badges" in staff.look("/badges?state=revoked").text


def test_staff_of_another_site_revoke_nothing(both: Centre) -> None:
    ident = badge(both, both.admit("cinisello", "Bruno"), "04A1B2C5")
    account(both, "otto", person=both.made("/people", {"name": "Otto"})["id"], role="operator", site="matera")
    with reader(both) as browser:
        browser.signed_in("otto")
        assert "Bruno" not in browser.look("/badges").text
        assert browser.look(f"/badges/{ident}/revoke").status_code == 404
        assert browser.sent(f"/badges/{ident}/revoke", reason="x").status_code == 404
    assert not both.ask("GET", f"/badges/{ident}").json()["revoked"]
