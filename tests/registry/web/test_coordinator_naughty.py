"""Every naughty string as the name of a programme, a cohort, a team, a room and a session: shown as it is."""

import html
import json
import re
from pathlib import Path

from sqlalchemy import insert, update

from registry.names import readable
from registry.tables import core as t
from tests.support.centres import NINE_MS, Centre
from tests.support.faces import account, reader

STRINGS: list[str] = json.loads(
    (Path(__file__).parents[2] / "data" / "naughty-strings" / "blns.json").read_text(encoding="utf-8")
)


def names() -> list[str]:
    """Those that can be names here: 1 to 120 characters, none of them control."""
    found = []
    for text in dict.fromkeys(one.strip() for one in STRINGS):
        try:
            found += [readable(text)] if 0 < len(text) <= 120 else []
        except ValueError:
            continue
    return found


def shown(page: str) -> str:
    """What a page says, as a person reads it."""
    return html.unescape(re.sub(r"<(script|style)\b.*?</\1>|<[^>]*>", "", page, flags=re.DOTALL))


def test_naughty_names_are_shown_as_they_are_on_the_coordinators_pages(both: Centre) -> None:
    naughty = names()
    assert len(naughty) > 300
    both.made("/programmes", {"id": "p", "name": "P", "zones": {"matera": ["hall"]}})
    both.made("/cohorts", {"id": "c", "programme": "p", "site": "matera", "name": "C"})
    numbered = list(enumerate(naughty))
    with both.database.write() as connection:
        many = [
            {"id": f"n{n}", "programme": "p", "site": "matera", "name": text, "revision": 1} for n, text in numbered
        ]
        connection.execute(insert(t.cohort), many)
        teams = [{"id": f"m{n}", "cohort": "c", "name": text, "revision": 1} for n, text in numbered]
        connection.execute(insert(t.team), teams)
        room = {"site": "matera", "kind": "room", "zone": "hall", "capacity": None, "revision": 1}
        connection.execute(insert(t.resource), [{**room, "id": f"r-{n}", "name": text} for n, text in numbered])
    person = both.admit("matera")
    span = {"start_ms": NINE_MS, "end_ms": NINE_MS + 3_600_000}
    session = both.made(
        "/sites/matera/sessions", {"programme": "p", "title": "S", "zone": "hall", "groups": ["c"], **span}
    )
    both.made("/sites/matera/bookings", {"resource": "d1", "person": person, **span})
    account(both, "clara", administrator="1")
    with reader(both) as staff:
        staff.signed_in("clara")
        for path in (
            "/programmes/p",
            "/cohorts/c",
            "/bookings?site=matera&day=2026-11-23",
            "/bookings-new?site=matera",
            "/cohorts-enrol?cohort=c&one={person}",
        ):
            said = shown(staff.look(path.format(person=person)).text)
            assert [text for text in naughty if text not in said] == [], path
        for text in naughty[::25]:
            with both.database.write() as connection:
                connection.execute(update(t.programme).values(name=text))
                connection.execute(update(t.session).values(title=text))
            for path in ("/programmes", "/sessions?site=matera&day=2026-11-23", f"/sessions/matera/{session['id']}"):
                assert text in shown(staff.look(path).text), path
