"""The audit trail at the centre's pages: found by whom, whom, kind, site and day; no more than the viewer may see."""

import json
from collections.abc import Iterator

import pytest

from access.clock import DAY_MS
from pages import languages
from registry.api.desk import API_ACT
from registry.guard import acts, looks
from registry.guard.acts import Act
from registry.guard.areas import Area
from registry.retention import holds, purge
from registry.web import trail as did
from registry.web.app import OWN_WORDS
from registry.web.badges import enrol_pages
from registry.web.participant import own as participant_own
from registry.web.people.held_pages import OF_NAME
from registry.web.privacy import audit_words
from tests.support.centres import NINE_MS, Centre
from tests.support.faces import Reader, account, reader
from tests.support.fixed_day import wall_ms
from tests.support.house import ROOT

UNNOTED = [
    ("POST", "/gateway/hello"),
    ("POST", "/gateway/events"),
    ("POST", "/gateway/calls/{call}/heard"),
    ("POST", "/gateway/calls/{call}/card"),
    ("POST", "/gateway/staff"),
    ("PUT", "/gateway/layout"),
    ("POST", "/decisions"),
    ("POST", "/previews"),
    ("POST", "/imports/{kind}"),
    ("POST", "/sites/{site}/imports/ical"),
]
"""What changes nothing for the trail, is a gateway's, or is noted without its address for it names many people."""


@pytest.fixture
def staff(both: Centre) -> Iterator[Reader]:
    account(both, "clara", administrator="1")
    with reader(both) as opened:
        opened.signed_in("clara")
        yield opened


def trail(centre: Centre, *done: Act, at_ms: int = NINE_MS) -> None:
    with centre.database.write() as connection:
        for number, one in enumerate(done):
            acts.note(connection, one, at_ms + number)


def rows(page: str) -> int:
    """How many rows a page of the trail shows."""
    return page.count("<tr>") - 1 if "<tbody>" in page else 0


def test_what_staff_do_at_pages_stands_there_by_name_with_whom_and_where(both: Centre, staff: Reader) -> None:
    anna = both.admit("matera", "Anna")
    staff.look(f"/people/{anna}/new/right")
    staff.followed(f"/people/{anna}/new/right", **{"site": "cinisello", "zones-hall": "1"})
    shown = staff.look("/audit?kind=right-given").text
    assert rows(shown) == 1
    for said in ("Clara", "right given", f'<a href="/people/{anna}">Anna</a>', "Cinisello", "from the local network"):
        assert said in shown


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("author=CLAR", {"one", "two"}),
        ("author=clara&kind=closure-added", {"two"}),
        ("author=nobody", set()),
        ("person=anna", {"one"}),
        ("kind=badge-revoked", {"one", "three"}),
        ("site=cinisello", {"two"}),
        ("day=2026-11-23", {"one", "two", "three"}),
        ("day=2026-11-24", {"four"}),
        ("day=2026-11-22", set()),
    ],
)
def test_each_filter_leaves_out_what_is_not_asked_for(both: Centre, staff: Reader, query: str, found: set[str]) -> None:
    anna = both.admit("matera", "Anna")
    with both.database.read() as connection:
        author = next(row for row in connection.exec_driver_sql("SELECT id FROM account WHERE login = 'clara'")).id
    trail(
        both,
        Act("badge-revoked", author, person=anna, site="matera", what="what-one"),
        Act("closure-added", author, site="cinisello", what="what-two"),
        Act("badge-revoked", "other", what="what-three"),
    )
    trail(both, Act("booking-made", "other", what="what-four"), at_ms=NINE_MS + DAY_MS)
    shown = staff.look(f"/audit?{query}").text
    assert {one for one in ("one", "two", "three", "four") if f"what-{one}" in shown} == found
    named = staff.look(f"/audit/acts.csv?{query}").text
    assert {one for one in ("one", "two", "three", "four") if f"what-{one}" in named} == found
    assert staff.look("/audit?day=23-11").status_code == 422


def test_a_long_trail_goes_on_from_the_latest_to_the_first(both: Centre, staff: Reader) -> None:
    trail(both, *(Act("booking-made", "other", what=f"what-{number:02}") for number in range(60)))
    seen: list[str] = []
    path = "/audit?kind=booking-made"
    while path:
        page = staff.look(path).text
        seen += [f"{number:02}" for number in range(59, -1, -1) if f"what-{number:02}" in page]
        more = page.split('rel="next" href="')
        path = more[1].split('"')[0].replace("&amp;", "&") if len(more) > 1 else ""
    assert seen == [f"{number:02}" for number in range(59, -1, -1)]


def test_who_looked_at_whom_is_shown_and_taken_out(both: Centre, staff: Reader) -> None:
    anna, bruno = both.admit("matera", "=Anna"), both.admit("cinisello", "Bruno")
    at_ms = wall_ms()
    with both.database.write() as connection:
        looks.note(connection, "gone", [anna, bruno], looks.HISTORY, at_ms)
        looks.note(connection, "gone", [anna], f"{looks.STAYS} matera", at_ms)
    shown = staff.look("/audit/looks").text
    assert rows(shown) == 3
    assert "all of their stays" in shown
    assert rows(staff.look("/audit/looks?person=bruno").text) == 1
    assert rows(staff.look("/audit/looks?kind=stays").text) == 1
    assert rows(staff.look("/audit/looks?site=cinisello").text) == 1
    assert "'=Anna" in staff.look("/audit/looks.csv").text
    assert "file taken out" in staff.look("/audit").text


@pytest.mark.parametrize("role", ["operator", "auditor"])
def test_staff_of_one_site_see_its_rows_alone_and_auditors_no_names(both: Centre, role: str) -> None:
    anna, bruno = both.admit("matera", "Anna"), both.admit("cinisello", "Bruno")
    trail(
        both,
        Act("badge-revoked", "x", person=anna, what="what-anna"),
        Act("badge-revoked", "x", person=bruno, what="what-bruno"),
        Act("closure-added", "x", site="cinisello", what="what-there"),
        Act("closure-added", "x", site="matera", person=bruno, what="what-here"),
        Act("sign-in", "x", what="what-account"),
    )
    with both.database.write() as connection:
        looks.note(connection, "x", [anna, bruno], looks.HISTORY, NINE_MS)
    account(both, "ada", person=both.made("/people", {"name": "Ada"})["id"], role=role, site="matera")
    with reader(both) as browser:
        assert 'href="/audit"' in browser.signed_in("ada").text
        for path in ("/audit", "/audit/acts.csv"):
            shown = browser.look(path).text
            assert {one for one in ("anna", "bruno", "there", "here", "account") if f"what-{one}" in shown} == {
                "anna",
                "here",
            }
            assert "Bruno" not in shown
            assert ("Anna" in shown) == (role == "operator")
        assert rows(browser.look("/audit/looks").text) == 1
        assert ("Anna" in browser.look("/audit/looks").text) == (role == "operator")
        assert (rows(browser.look("/audit?person=anna").text) > 0) == (role == "operator")
        assert "what-there" not in browser.look("/audit?site=cinisello").text


def test_participants_are_led_to_no_trail(both: Centre) -> None:
    account(both, "piero", person=both.admit("matera", "Piero"))
    with reader(both) as browser:
        assert 'href="/audit"' not in browser.signed_in("piero").text
        for path in ("/audit", "/audit/looks", "/audit/acts.csv", "/audit/looks.csv"):
            assert browser.look(path).status_code == 403


def kinds() -> set[str]:
    """Every kind of act that our code can write."""
    said = (holds.SAID, purge.SAID, *acts.Did, *did.Did, *enrol_pages.Did, *participant_own.Did)
    return {str(one) for one in said} | {name(kind) for kind in OF_NAME for name in (did.given, did.changed, did.ended)}


@pytest.mark.parametrize("language", ["it", "en"])
def test_every_kind_of_act_is_said_in_words(language: str) -> None:
    words = languages.load([OWN_WORDS])[language]
    assert {kind for kind in kinds() if not words.has(f"act.{kind}")} == set()


@pytest.mark.parametrize(("language", "said"), [("it", "tramite l'API: badge"), ("en", "by the API: badges")])
def test_what_a_program_did_is_said_by_what_it_changed(language: str, said: str) -> None:
    words = languages.load([OWN_WORDS])[language]
    told = {area: audit_words.word(words, "act", f"{API_ACT}{area}") for area in Area}
    assert told[Area.BADGES] == said
    assert [one for one in told.values() if one.startswith(API_ACT)] == []
    assert audit_words.word(words, "act", "api-") == "api-"


@pytest.mark.parametrize("language", ["it", "en"])
def test_whatever_a_program_can_change_is_said_in_words(language: str) -> None:
    words = languages.load([OWN_WORDS])[language]
    text = (ROOT / "docs" / "schema" / "registry.openapi.json").read_text(encoding="utf-8")
    routes = json.loads(text.replace("{from_ms}", str(NINE_MS)))["paths"]
    done = [f"{method.upper()} {path}" for path, methods in routes.items() for method in methods if method != "get"]
    wordless = [what for what in done if audit_words.said(words, "act", f"{API_ACT}badges", what)[1] == what]
    assert sorted(wordless) == sorted(f"{method} /api/v1{path}" for method, path in UNNOTED)


def test_a_person_reads_what_a_program_did_and_a_file_keeps_its_address(both: Centre, staff: Reader) -> None:
    anna = both.admit("matera", "Anna")
    badge = both.registry.enrol(anna, "04A1B2C3D4E580")
    both.ask("POST", f"/badges/{badge}/revoke")
    shown = staff.look(f"/audit?kind={API_ACT}badges").text
    assert f'by the API: badge revoked <span class="hub-quiet">{badge}</span>' in shown
    assert "/api/v1" not in shown
    assert f"POST /api/v1/badges/{badge}/revoke" in staff.look(f"/audit/acts.csv?kind={API_ACT}badges").text
