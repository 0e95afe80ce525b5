"""The form of the zones that a programme opens: whoever saves second is told."""

import re

from tests.registry.web.test_opening import form
from tests.registry.web.test_programmes import made, staff
from tests.support.centres import Centre
from tests.support.faces import Reader

__all__ = ["staff"]


def test_whoever_saves_zones_second_is_told_that_they_changed_and_saves_them_by_sending_again(
    both: Centre, staff: Reader
) -> None:
    ident = made(both, staff)
    path = f"/programmes-zones?programme={ident}&site=matera"
    mine = form(staff.look(path).text)
    theirs = {**form(staff.look("/programmes-edit?programme=" + ident).text), "name": "Lab 2", "confirmed": "1"}
    assert staff.sent("/programmes-edit", **theirs).status_code == 303
    told = staff.sent("/programmes-zones", **{**mine, "zone-hall": "1"})
    assert told.status_code == 412
    assert "Somebody changed this meanwhile" in told.text
    assert re.search(r'name="zone-hall" value="1" checked', told.text)
    ahead = staff.sent("/programmes-zones", **form(told.text))
    assert ahead.status_code == 200
    assert staff.sent("/programmes-zones", **form(ahead.text)).status_code == 303
    assert both.ask("GET", f"/programmes/{ident}").json()["zones"] == {"matera": ["hall"]}
    assert '<label for="zone-hall">Hall</label>' in staff.look(path).text, "by the name that people know it by"
    assert "<dd>Hall " in staff.look(f"/programmes/{ident}").text
