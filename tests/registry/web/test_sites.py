"""The pages of sites: how fresh each is, what is not yet applied there, and nothing of sites that are not one's own."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from sqlalchemy import Engine, event, insert, select

from access.clock import HOUR_MS, MINUTE_MS
from access.facts import DeskMoved, DoorMoved, Entered, LockdownSet, Started
from access.records import Booking
from registry.bookings.rows import booking_values
from registry.tables import core as t
from registry.tables.accounts import act
from tests.support.centres import Centre
from tests.support.faces import Reader, account, reader
from tests.support.fixed_day import wall_ms
from tests.support.sites_seen import applies, card, clashing, spoke


@pytest.fixture
def staff(both: Centre) -> Iterator[Reader]:
    account(both, "clara", administrator="1")
    with reader(both) as opened:
        opened.signed_in("clara")
        yield opened


def as_role(both: Centre, opened: ExitStack, role: str, site: str = "matera") -> Reader:
    """Somebody with a role at a site, signed in."""
    account(both, role, person=both.made("/people", {"name": role.title()})["id"], role=role, site=site)
    browser = opened.enter_context(reader(both))
    browser.signed_in(role)
    return browser


def test_a_centre_without_sites_says_what_to_do(empty: Centre) -> None:
    account(empty, "clara", administrator="1")
    with reader(empty) as browser:
        browser.signed_in("clara")
        assert "There is no site yet: make the first one." in browser.look("/sites").text


@pytest.mark.parametrize(
    ("minutes", "says", "tone"),
    [(0, "live", "good"), (7, "7 minutes behind", "warning"), (40, "silent since", "danger")],
)
def test_how_fresh_a_site_is_is_said_by_words_and_colour(
    both: Centre, staff: Reader, minutes: int, says: str, tone: str
) -> None:
    assert "has never spoken" in card(staff, "Matera")
    spoke(both, Started("0.1.0"), at_ms=wall_ms() - minutes * MINUTE_MS)
    seen = card(staff, "Matera")
    assert says in seen
    assert f'tag-{tone}"><svg' in seen
    assert ("as of" in seen) is (minutes > 0)
    silent = card(staff, "Cinisello")
    assert "has never spoken" in silent
    assert "unknown" not in silent, "what nobody ever said is not counted"
    assert ("Matera: silent since" in staff.look("/").text) is (minutes == 40)


def test_a_site_at_one_glance(both: Centre, staff: Reader) -> None:
    now_ms = wall_ms()
    who = both.admit("matera", "Anna Bianchi")
    booking = Booking("b1", who, "hall", "d2", now_ms - HOUR_MS, now_ms + HOUR_MS)
    with both.database.write() as connection:
        connection.execute(insert(t.booking).values(booking_values("matera", booking, "desk")))
    facts = (Entered(who, "front", "hall", "1-1"), DeskMoved("d1", "occupied"), DeskMoved("d2", "vacant"))
    spoke(both, *facts, DoorMoved("front", True, "forced"), LockdownSet(True, "dora", ""), at_ms=now_ms)
    hall = {"id": "hall", "capacity": 2}
    laid = {"timezone": "Europe/Rome", "zones": [hall], "doors": [{"id": "front", "name": "Cortile", "zone": "hall"}]}
    assert both.ask("PUT", "/sites/matera/layout", laid, If_Match="*").status_code == 200
    both.made("/sites/matera/resources", {"id": "d3", "kind": "desk", "name": "d3", "zone": "hall"})
    seen = card(staff, "Matera")
    for said in ("<strong>1</strong>", "of 2", "door Cortile forced", "lockdown", "1 in use", "1 booked", "0 free"):
        assert said in seen
    assert "1 unknown" in seen
    assert "Here up to event 5" in seen
    assert "Anna" not in seen
    page = staff.look("/sites/matera").text
    assert "Anna Bianchi" in page
    assert "<strong>Cortile</strong>" in page, "and so does a door"
    assert ">Hall</td>" in page, "an area goes by its name"
    assert "occupied without booking" in page
    with both.database.read() as connection:
        looked = connection.execute(select(t.look.c.person, t.look.c.what)).all()
    assert (who, "presence") in [tuple(row) for row in looked]


def test_a_revocation_is_told_by_name_until_the_site_decides_by_it(both: Centre, staff: Reader) -> None:
    spoke(both, Started("0.1.0"), at_ms=wall_ms())
    who = both.admit("matera", "Anna Bianchi")
    badge = both.registry.enrol(who, "04A1B2C3D4E580")
    applies(both, "matera")
    assert "the latest." in card(staff, "Matera")
    both.ask("POST", f"/badges/{badge}/revoke")
    seen = card(staff, "Matera")
    assert "1 revocation not yet applied at Matera" in seen
    assert f"Anna Bianchi, badge {badge[:8]}" in seen
    assert "the latest is" in seen
    assert "Matera: 1 revocation not yet applied." in staff.look("/").text
    assert "not yet applied at Matera" in staff.look("/sites/matera").text
    applies(both, "matera")
    assert "not yet applied" not in card(staff, "Matera")
    assert "All that was revoked is applied here." in staff.look("/sites/matera").text


def test_staff_see_their_own_sites_alone_and_others_none(both: Centre) -> None:
    clashing(both)
    with ExitStack() as opened:
        operator = as_role(both, opened, "operator")
        seen = operator.look("/sites").text
        assert "Matera" in seen
        assert "Cinisello" not in seen
        for path in ("/sites/cinisello", "/sites/nowhere"):
            assert operator.look(path).status_code == 404
            assert operator.look(f"{path}/events").status_code == 401
        trainer = as_role(both, opened, "trainer")
        for path in ("/sites", "/sites/matera", "/sites-new"):
            assert trainer.look(path).status_code == 403
        assert trainer.look("/sites-events").status_code == 401
        assert 'href="/sites"' not in trainer.look("/").text


def test_an_auditor_sees_how_fresh_a_site_is_and_nobody_by_name(both: Centre) -> None:
    clashing(both)
    badge = both.registry.enrol(both.admit("matera", "Bruno Neri"), "04A1B2C3D4E580")
    applies(both, "matera")
    both.ask("POST", f"/badges/{badge}/revoke")
    with ExitStack() as opened:
        auditor = as_role(both, opened, "auditor")
        pages = [auditor.look(path).text for path in ("/", "/sites", "/sites/matera")]
        assert "live" in pages[1]
        assert "Here up to event" in pages[2]
        for page in pages:
            for said in ("Anna", "Bruno", "present", "contradict", "Is it this one?", "Make a new credential"):
                assert said not in page


def test_two_stays_that_contradict_wait_for_a_word_which_is_kept_with_its_author(both: Centre, staff: Reader) -> None:
    who = clashing(both)
    assert "1 pair of stays contradicts itself" in card(staff, "Matera")
    assert "Matera: 1 pair of stays contradicts itself." in staff.look("/").text
    (conflict,) = both.ask("GET", "/conflicts").json()["items"]
    path = f"/sites/matera/conflicts/{conflict['id']}"
    assert path in staff.look("/sites/matera").text
    form = staff.look(path).text
    assert "Two stays of Anna Bianchi that cannot both be true" in form
    missing = staff.sent(path, note=" ", revision="1")
    assert (missing.status_code, 'id="note-wrong"' in missing.text) == (422, True)
    done = staff.followed(path, note="lent her badge", revision="1")
    assert "Noted." in done.text
    assert path not in done.text
    assert staff.sent(path, note="something else", revision="1").status_code == 412
    kept = both.ask("GET", f"/conflicts/{conflict['id']}").json()
    assert (kept["note"], bool(kept["resolved_by"])) == ("lent her badge", True)
    assert staff.look(f"/sites/nowhere/conflicts/{conflict['id']}").status_code == 404
    with both.database.read() as connection:
        looked = connection.execute(select(t.look.c.person, t.look.c.what)).all()
        acts = connection.execute(select(act.c.kind, act.c.person)).all()
    assert (who, "conflicts") in [tuple(row) for row in looked]
    assert ("conflict-resolved", who) in [tuple(row) for row in acts]


def test_what_changes_is_streamed_and_ends_with_the_session(both: Centre, staff: Reader) -> None:
    spoke(both, Started("0.1.0"), at_ms=wall_ms())
    for path, parts in (("/sites-events", {"headline", "site-matera"}), ("/sites/matera/events", {"now", "people"})):
        with staff.http.stream("GET", path) as stream:
            assert stream.headers["content-type"].startswith("text/event-stream")
            named = set()
            for line in stream.iter_lines():
                named |= {line.removeprefix("event: ")} if line.startswith("event: ") else set()
                if parts <= named:
                    break
        assert parts <= named
    with staff.http.stream("GET", "/sites-events") as stream:
        lines = stream.iter_lines()
        assert any(line.startswith("event: ") for line in lines)
        staff.sent("/sign-out")
        assert "event: over" in list(lines)


def test_a_glance_asks_as_much_of_the_database_for_many_sites_as_for_two(both: Centre, staff: Reader) -> None:
    spoke(both, Started("0.1.0"), at_ms=wall_ms())
    asked: list[str] = []

    def heard(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    staff.look("/")
    counts = []
    event.listen(Engine, "before_cursor_execute", heard)
    try:
        for added in range(2):
            asked.clear()
            assert staff.look("/").status_code == 200
            counts.append(sum(one.startswith("SELECT") for one in asked))
            for n in range(6):
                both.registry.add_site(f"s{added}-{n}", f"Site {added} {n}")
    finally:
        event.remove(Engine, "before_cursor_execute", heard)
    assert counts[0] == counts[1]
