"""The page of a stolen gateway: what follows, why, and the badges that are to be replaced."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from registry.tables.accounts import act
from tests.support.centres import Centre
from tests.support.faces import Reader, account, reader


@pytest.fixture
def staff(both: Centre) -> Iterator[Reader]:
    account(both, "clara", administrator="1")
    with reader(both) as opened:
        opened.signed_in("clara")
        yield opened


def test_it_says_what_follows_and_wants_a_reason(both: Centre, staff: Reader) -> None:
    both.made(f"/people/{both.admit('matera')}/badges", {"uid": "04A1B2C3"})
    assert "/sites/matera/rekey" in staff.look("/sites/matera").text
    asked = staff.look("/sites/matera/rekey").text
    assert "1 badge in force opens no more" in asked
    assert "matera.key" in asked
    unsaid = staff.sent("/sites/matera/rekey", reason="")
    assert (unsaid.status_code, 'id="reason-wrong"' in unsaid.text) == (422, True)
    token = both.gateways["matera"].token
    headers = {"Authorization": f"Bearer {token}"}
    assert both.http.get("/api/v1/gateway/changes", headers=headers).status_code == 200, "nothing was done yet"


def test_its_badges_are_listed_until_they_are_replaced(both: Centre, staff: Reader) -> None:
    anna = both.admit("matera")
    badge = both.made(f"/people/{anna}/badges", {"uid": "04A1B2C3"})["id"]
    assert "Anna" not in staff.look("/badges?state=exposed").text
    done = staff.sent("/sites/matera/rekey", reason="stolen at night")
    assert "1 badge is to be replaced." in done.text
    assert "/badges?state=exposed" in done.text
    assert "Nobody must choose a new password." in done.text
    listed = staff.look("/badges?state=exposed").text
    assert "Anna" in listed
    assert f"/enrol/people/{anna}" in listed
    for page in (f"/people/{anna}", f"/enrol/people/{anna}"):
        assert "this card can be copied" in staff.look(page).text
    both.made(f"/badges/{badge}/replace", {"uid": "04FFFFFF"})
    assert "Anna" not in staff.look("/badges?state=exposed").text
    assert "this card can be copied" not in staff.look(f"/people/{anna}").text
    with both.database.read() as connection:
        (row,) = connection.execute(select(act).where(act.c.kind == "site-rekeyed")).all()
    assert (row.site, row.what.endswith(": stolen at night")) == ("matera", True)


def test_whoever_may_not_write_gateways_may_not(both: Centre) -> None:
    account(both, "carla", person=both.made("/people", {"name": "Carla"})["id"], role="coordinator", site="matera")
    with reader(both) as browser:
        browser.signed_in("carla")
        assert browser.look("/sites/matera/rekey").status_code == 403
        assert browser.sent("/sites/matera/rekey", reason="x").status_code == 403
        assert "/sites/matera/rekey" not in browser.look("/sites/matera").text
