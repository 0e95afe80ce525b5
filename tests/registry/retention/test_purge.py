"""What is over goes from every table, once, and what is counted stays; what is held stays until that ends (P4)."""

from typing import Any

import pytest
from sqlalchemy import Table, func, insert, select, update

from access.clock import DAY_MS, HOUR_MS
from access.facts import Checkpoint, DoorMoved, Entered, Judged, Left, LockdownSet
from access.log import Broken, Row, verify
from access.retention import Since
from access.retention_places import AT_REGISTRY
from registry.bookings import bookings
from registry.database import Database
from registry.edit import editing
from registry.guard import looks
from registry.retention import holds
from registry.retention.keeping import Keeping
from registry.retention.purge import purge
from registry.retention.rules import RULES
from registry.tables import core as t
from registry.tables.accounts import act
from tests.support.centres import NINE_MS, Centre
from tests.support.log_rows import START_MS, rows_of, sent

SITE = "cinisello"
LATER = START_MS + 60_000
"""A moment by which all rows of the tests' log were written."""
SPECIAL = {"event", "branch", "published", "register_row", "register_name"}
"""What has code of its own in the place of a rule."""
EMPTY = Checkpoint(
    {"stays": [], "anonymous": [], "estimated": []}, {"doors": {}, "desks": {}, "lockdown": False, "fire": False}
)


def judged(person: str, *, granted: bool) -> Judged:
    return Judged("front", "front-in", "in", granted, "booking", "booking", person=person)


FACTS = (
    judged("anna-canary", granted=True),
    Entered("anna-canary", "front", "hall", "1-1"),
    judged("anna-canary", granted=False),
    DoorMoved("front", True, "grant"),
    LockdownSet(True, "Bice", "prova"),
    Left("front", "hall", "", "anna-canary"),
    EMPTY,
    EMPTY,
)


@pytest.fixture
def lived(both: Centre) -> Centre:
    """A registry that has a site's short log."""
    answer = both.as_gateway(SITE, "POST", "/events", sent(rows_of(*FACTS, site=SITE)))
    assert answer.status_code == 200, answer.text
    return both


def bodies(centre: Centre) -> list[int]:
    """The numbers of the rows whose bodies are here."""
    e = t.event.c
    with centre.database.read() as connection:
        return list(connection.execute(select(e.seq).where(e.body.is_not(None)).order_by(e.seq)).scalars())


def kept_log(centre: Centre) -> list[Row]:
    hashes = {row.seq: row.hash for row in rows_of(*FACTS, site=SITE)}
    with centre.database.read() as connection:
        found = connection.execute(select(t.event).order_by(t.event.c.seq)).all()
    return [Row(1, one.seq, bytes(one.header), hashes[one.seq], one.salt, one.body) for one in found]


def after(centre: Centre, days: int, extra_ms: int = 0) -> dict[str, int]:
    """What a purge so long after the log takes."""
    return dict(purge(centre.database, LATER + days * DAY_MS + extra_ms, "test"))


def number(database: Database, table: Table) -> int:
    with database.read() as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def test_every_place_with_a_period_has_a_rule_and_every_rule_a_place() -> None:
    ruled = {(rule.table.name, rule.kind) for rule in RULES}
    timed = {
        (place.name, kind)
        for place in AT_REGISTRY.values()
        for kind in place.kinds
        if kind.since is not Since.NEEDED and place.name not in SPECIAL
    }
    assert ruled == timed


def test_the_log_lets_go_of_each_kind_at_its_time_and_its_chain_stays_whole(lived: Centre) -> None:
    assert after(lived, 29) == {}
    assert bodies(lived) == [1, 2, 3, 4, 5, 6, 7, 8]
    assert after(lived, 31)["event"] == 4
    assert bodies(lived) == [3, 4, 5, 8], "a refusal, a door, staff's word, and the newest checkpoint"
    assert after(lived, 91)["event"] == 1
    assert bodies(lived) == [4, 5, 8]
    assert after(lived, 731)["event"] == 1
    assert bodies(lived) == [4, 8]
    rows = kept_log(lived)
    assert not isinstance(verify(rows, SITE, 1), Broken)
    assert all((one.salt is None) == (one.body is None) for one in rows)


def test_a_second_purge_does_nothing_and_totals_are_as_before(lived: Centre) -> None:
    def totals() -> tuple[Any, ...]:
        with lived.database.read() as connection:
            s, b = t.stay.c, t.branch.c
            stays = connection.execute(select(func.count(), func.sum(s.end_ms - s.start_ms)).select_from(t.stay)).one()
            folds = connection.execute(select(b.seq, b.head, b.occupancy, b.poisoned)).all()
        return tuple(stays), [tuple(row) for row in folds], number(lived.database, t.event)

    before = totals()
    assert after(lived, 31)["stay"] == 1
    assert totals() == before
    state = dump(lived)
    assert after(lived, 31) == {}
    assert dump(lived) == state
    with lived.database.read() as connection:
        assert connection.execute(select(t.stay.c.person)).scalars().all() == [""]


def dump(centre: Centre) -> dict[str, list[Any]]:
    tables = (t.event, t.stay, t.visit, t.booking, t.look, act, t.published)
    with centre.database.read() as connection:
        return {table.name: [tuple(row) for row in connection.execute(select(table))] for table in tables}


def test_what_was_purged_is_an_act_that_names_nobody(lived: Centre) -> None:
    gone = after(lived, 31)
    with lived.database.read() as connection:
        row = connection.execute(select(act).where(act.c.kind == "purge")).one()
    assert (row.author, row.person) == ("test", None)
    assert row.what == ", ".join(f"{name} {gone[name]}" for name in sorted(gone))
    assert "anna-canary" not in row.what


def enrolled(centre: Centre, closed_on: str | None = None) -> str:
    """Somebody of the site, in a programme."""
    person = centre.admit(SITE)
    centre.made("/programmes", {"id": "senior", "name": "Senior"} | ({"closed_on": closed_on} if closed_on else {}))
    centre.made("/enrolments", {"person": person, "programme": "senior"})
    return person


def stayed(centre: Centre, person: str, end_ms: int) -> None:
    stay = {"site": SITE, "epoch": 1, "seq": 1, "n": 0, "person": person, "zone": "hall", "start_ms": end_ms - HOUR_MS}
    with centre.database.write() as connection:
        connection.execute(insert(t.stay).values(**stay, end_ms=end_ms, how="exit", estimated=False, trusted=True))


def whose(centre: Centre) -> list[str]:
    with centre.database.read() as connection:
        return list(connection.execute(select(t.stay.c.person)).scalars())


def test_attendance_stays_until_the_funder_has_closed_the_accounts(both: Centre) -> None:
    person = enrolled(both)
    stayed(both, person, NINE_MS)
    purge(both.database, NINE_MS + 400 * DAY_MS, "test")
    assert whose(both) == [person]
    programme = both.ask("GET", "/programmes/senior")
    body = {name: value for name, value in programme.json().items() if name != "id"}
    changed = both.ask(
        "PUT", "/programmes/senior", body | {"closed_on": "2027-06-30"}, If_Match=programme.headers["etag"]
    )
    assert changed.status_code == 200, changed.text
    assert changed.json()["closed_on"] == "2027-06-30"
    purge(both.database, NINE_MS + 200 * DAY_MS, "test")
    assert whose(both) == [person], "that day is still to come"
    purge(both.database, NINE_MS + 400 * DAY_MS, "test")
    assert whose(both) == [""]


def test_sites_keep_no_booking_that_ended_a_day_ago(both: Centre) -> None:
    person = both.admit(SITE)
    with editing(both.database, NINE_MS) as edit:
        bookings.book(edit, SITE, "b-1", bookings.Wanted("d1", person, NINE_MS, NINE_MS + HOUR_MS))
    assert ("booking", "b-1") in both.feed(SITE)
    purge(both.database, NINE_MS + HOUR_MS + DAY_MS, "test")
    assert ("booking", "b-1") in both.feed(SITE)
    assert purge(both.database, NINE_MS + HOUR_MS + DAY_MS + 1, "test")["published"] == 1
    assert ("booking", "b-1") not in both.feed(SITE)
    assert number(both.database, t.booking) == 1
    assert purge(both.database, NINE_MS + 32 * DAY_MS, "test")["booking"] == 1
    assert number(both.database, t.booking) == 0


def test_looks_and_acts_go_after_two_years(both: Centre) -> None:
    person = both.admit(SITE)
    with both.database.write() as connection:
        connection.execute(update(act).values(at_ms=NINE_MS))
        looks.note(connection, "op", [person], looks.HISTORY, NINE_MS)
    assert not purge(both.database, NINE_MS + 730 * DAY_MS, "test").keys() & {"look", "act"}
    gone = purge(both.database, NINE_MS + 730 * DAY_MS + 1, "test")
    assert gone["look"] == 1
    assert gone["act"] >= 1


def test_who_looks_at_stays_that_are_nobodys_any_more_looks_at_nobody(lived: Centre) -> None:
    after(lived, 31)
    stays = lived.ask("GET", f"/sites/{SITE}/stays?from_ms={START_MS - DAY_MS}&to_ms={START_MS + DAY_MS}")
    assert [one["person"] for one in stays.json()["items"]] == [""], stays.text
    assert number(lived.database, t.look) == 0


# -- holds


def held(centre: Centre, at_ms: int, days: int, **what: str) -> str:
    with editing(centre.database, at_ms) as edit:
        return holds.begin(edit, holds.Wanted("richiesta della Procura", at_ms + days * DAY_MS, **what), "op")


def test_a_hold_keeps_a_kind_and_a_person_until_it_ends_and_no_longer(lived: Centre) -> None:
    held(lived, LATER, 40, kind="access")
    held(lived, LATER, 100, person=lived.admit(SITE, "Bruno"))
    gone = after(lived, 31)
    assert "event" not in gone
    assert bodies(lived) == [1, 2, 3, 4, 5, 6, 7, 8]
    assert after(lived, 41)["event"] == 4, "it ended, and what it held goes"
    assert bodies(lived) == [3, 4, 5, 8]


def test_a_hold_of_a_person_keeps_their_rows_and_no_others(lived: Centre) -> None:
    with lived.database.write() as connection:
        values = {"id": "anna-canary", "name": "Anna", "valid_from_ms": 0, "suspended": False, "minor": False}
        connection.execute(insert(t.person).values(**values, revision=1))
    ident = held(lived, LATER, 400, person="anna-canary")
    assert after(lived, 31)["event"] == 1
    assert bodies(lived) == [1, 2, 3, 4, 5, 6, 8], "a checkpoint in which she is not goes"
    assert whose(lived) == ["anna-canary"]
    with editing(lived.database, LATER + DAY_MS) as edit:
        holds.lift(edit, ident, "op")
    assert after(lived, 31)["event"] == 3
    assert whose(lived) == [""]


def test_it_is_done_under_the_clock_and_says_what_went_and_of_nobody(
    lived: Centre, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "hubout.registry")
    Keeping(lived.database, lambda: LATER + 31 * DAY_MS, lived.registry.keys.folder).once()
    assert bodies(lived) == [3, 4, 5, 8]
    assert '"event": 4' in caplog.text
    assert "anna-canary" not in caplog.text
