"""Erasing a person: everywhere at once, a pseudonym where it is owed, a hold stops it, and twice is once (P5)."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import insert, select

from access.clock import DAY_MS, HOUR_MS
from access.facts import Entered, Judged, Left
from access.facts_people import VisitBegan, WalkedIn
from access.forgotten import Forgotten, forgotten
from access.log import Broken, verify
from gateway.link.wire import Resume, read_answer
from registry.accounts.accounts_staff import tell_sites
from registry.edit import editing
from registry.guard import looks
from registry.guard.acts import Act, note
from registry.retention import erasing, holds
from registry.retention.purge import purge
from registry.tables import core as t
from registry.tables.accounts import account, act
from registry.tables.base import METADATA
from tests.support.centres import Centre, problem
from tests.support.fixed_day import wall_ms
from tests.support.log_rows import START_MS, greeting, rows_of, sent
from tests.support.programmes import SOON_MS, edited, with_programmes

SITE = "matera"
CANARIES = ("Anna Canarino", "CNRNNA05L53F052Z", "canarino@esempio.it", "2005-07-13", "ref-canarino")
SPAN = {"start_ms": SOON_MS, "end_ms": SOON_MS + HOUR_MS}


@pytest.fixture
def anna(both: Centre) -> str:
    """Somebody with everything that a person can have, in a programme whose accounts are open."""
    with_programmes(both)
    name, code, email, birth, ref = CANARIES
    known = {"name": name, "fiscal_code": code, "email": email, "birth_date": birth, "ref": ref}
    who: str = both.ask("POST", "/people", known, Idempotency_Key="k" * 20).json()["id"]
    both.made("/enrolments", {"person": who, "cohort": "senior-mt"})
    both.made(f"/people/{who}/roles", {"role": "operator", "site": SITE, "zones": ["hall"]})
    both.made(f"/people/{who}/roles", {"role": "trainer", "zones": ["hall"]})
    both.made(f"/people/{who}/guardians", {"from_ms": 5})
    both.made(f"/sites/{SITE}/passes", {"person": who, "zones": ["hall"], **SPAN})
    both.made(f"/people/{who}/badges", {"uid": "04A1B2C3D4E580"})
    both.made(f"/people/{who}/feeds", {})
    both.made(f"/sites/{SITE}/bookings", {"resource": "d1", "person": who, **SPAN})
    session = {"programme": "senior", "title": "A", "zone": "hall", "groups": ["senior-mt"], "trainers": [who]}
    both.made(f"/sites/{SITE}/sessions", session | SPAN)
    with both.database.write() as connection:
        looks.note(connection, "op", [who], looks.HISTORY, SOON_MS)
        note(connection, Act("person-changed", "op", person=who, what=name), SOON_MS)
        values = {"id": "acc-anna", "person": who, "login": email, "name": name, "created_ms": 0, "revision": 1}
        flags = dict.fromkeys(("totp_on", "administrator", "must_change"), False)
        connection.execute(insert(account).values(**values, **flags, active=True, password="$argon2id$" + "x" * 20))
        stay = {"site": SITE, "epoch": 9, "seq": 1, "n": 0, "zone": "hall", "start_ms": 5, "how": "exit"}
        connection.execute(insert(t.stay).values(**stay, person=who, end_ms=HOUR_MS, estimated=False, trusted=True))
        word = {"site": SITE, "session": "s-1", "register_id": "r-1", "spans": f"5-{HOUR_MS}", "at_ms": 0}
        connection.execute(insert(t.corrected).values(**word, person=who))
        name_row = {"site": SITE, "register_id": "r-1", "edition": 1, "person": who, "name": name, "salt": "00"}
        connection.execute(insert(t.register_name).values(**name_row))
    with editing(both.database, wall_ms()) as edit:
        tell_sites(edit, who)
    return who


def erased(centre: Centre, who: str, at_ms: int = SOON_MS - HOUR_MS) -> erasing.Erased:
    with editing(centre.database, at_ms) as edit:
        return erasing.erase(edit, who, "op")


def whole(centre: Centre) -> str:
    """Every value of every table, in the clear."""
    with centre.database.read() as connection:
        rows = [str(tuple(row)) for table in METADATA.sorted_tables for row in connection.execute(select(table))]
    return "\n".join(rows)


def tables_of(centre: Centre, who: str) -> set[str]:
    """The tables that name somebody by id."""
    found = set()
    with centre.database.read() as connection:
        for table in METADATA.sorted_tables:
            for row in connection.execute(select(table)):
                blobs = (bytes(value) for value in row if isinstance(value, (bytes, memoryview)))
                if who in str(tuple(row)) or any(who.encode() in raw for raw in blobs):
                    found.add(table.name)
    return found


def test_all_goes_but_a_pseudonym_for_what_is_owed_and_sites_hear_tombstones(both: Centre, anna: str) -> None:
    assert all(canary in whole(both) for canary in CANARIES), "the search finds what is there"
    assert ("person", anna) in both.feed(SITE)
    assert {kind for kind, _ in both.feed(SITE)} >= {"person", "badge", "pass", "booking", "staff"}
    done = erased(both, anna)
    assert done.pseudonym == f"P-{anna[-6:].upper()}"
    text = whole(both)
    assert [canary for canary in CANARIES if canary in text] == []
    assert tables_of(both, anna) == {"person", "enrolment", "stay", "corrected", "published", "erased"}
    for site in (SITE, "cinisello"):
        assert {key for key, record in both.feed(site).items() if anna in str(record)} == set()
        assert not [kind for kind, _ in both.feed(site) if kind in {"person", "badge", "pass", "staff"}]
    with both.database.read() as connection:
        p = t.published.c
        told = connection.execute(select(p.record, p.denied).where(p.kind == "person", p.id == anna)).all()
        row = connection.execute(select(act).where(act.c.kind == erasing.SAID)).one()
    assert [record for record, _ in told] == [None, None]
    assert all(one.denied for one in told), "the lane of revocations tells it first"
    assert (row.author, row.person, row.account) == ("op", None, None)
    assert "badge 1" in row.what
    assert anna not in row.what


def test_a_second_time_changes_nothing_and_nothing_more_is_written_of_them(both: Centre, anna: str) -> None:
    erased(both, anna)
    before = whole(both)
    assert erased(both, anna, SOON_MS).gone == {}
    assert whole(both) == before
    person = both.ask("GET", f"/people/{anna}")
    body = {"name": "Anna di nuovo"}
    assert problem(both.ask("PUT", f"/people/{anna}", body, If_Match=person.headers["etag"])) == (409, "out-of-turn")
    assert both.ask("DELETE", f"/people/{anna}").status_code == 204


def test_nothing_of_whom_nothing_is_owed_stays_not_even_in_the_trail(both: Centre) -> None:
    who = both.admit(SITE, "Canarina")
    assert both.ask("DELETE", f"/people/{who}").status_code == 204
    assert "Canarina" not in whole(both)
    assert tables_of(both, who) == {"published", "erased"}
    assert both.ask("DELETE", f"/people/{who}").status_code == 404


@pytest.mark.parametrize(
    "wanted",
    [
        lambda who: {"person": who},
        lambda who: {"person": who, "kind": "access"},
        lambda _: {"kind": "register"},
        lambda _: {},
    ],
)
def test_a_legal_hold_stops_it_with_a_sentence(both: Centre, wanted: Callable[[str], dict[str, Any]]) -> None:
    who, now_ms = both.admit(SITE, "Canarina"), wall_ms()
    with editing(both.database, now_ms) as edit:
        ident = holds.begin(edit, holds.Wanted("Procura", now_ms + 9 * DAY_MS, **wanted(who)), "op")
    answer = both.ask("DELETE", f"/people/{who}")
    assert problem(answer) == (409, "in-use")
    assert "legal hold" in answer.json()["detail"]
    assert "Procura" not in answer.text
    assert ("person", who) in both.feed(SITE)
    with editing(both.database, now_ms + 1) as edit:
        holds.lift(edit, ident, "op")
    assert both.ask("DELETE", f"/people/{who}").status_code == 204


def bodies(centre: Centre) -> list[int]:
    e = t.event.c
    with centre.database.read() as connection:
        return list(connection.execute(select(e.seq).where(e.body.is_not(None)).order_by(e.seq)).scalars())


def test_what_logs_say_of_them_goes_with_the_next_purge_and_so_does_what_comes_late(both: Centre) -> None:
    who, other = both.admit(SITE, "Canarina Neri"), both.admit(SITE, "Bruno")
    tap = Judged("front", "front-in", "in", True, "booking", "booking", person=who)
    facts = (
        tap,
        Entered(who, "front", "hall", "1-1"),
        Entered(other, "front", "hall", "1-1"),
        VisitBegan("v-1", "hall", "canarina neri", "un consiglio"),
    )
    late = (Left("front", "hall", "", who), WalkedIn("w-1", other, "hall", "d1", 0, 1, "Canarina Neri"))
    rows = rows_of(*facts, *late, site=SITE)
    assert both.as_gateway(SITE, "POST", "/events", sent(rows[:4], SITE)).status_code == 200
    with editing(both.database, START_MS + HOUR_MS) as edit:
        erasing.erase(edit, who, "op")
    purge(both.database, START_MS + HOUR_MS, "test")
    assert bodies(both) == [3]
    assert both.as_gateway(SITE, "POST", "/events", sent(rows[4:], SITE)).status_code == 200
    assert bodies(both) == [3, 5, 6]
    assert purge(both.database, START_MS + 2 * HOUR_MS, "test")["event"] == 1
    assert bodies(both) == [3, 6], "the author of an act stays beside it"
    with both.database.read() as connection:
        found = connection.execute(select(t.event).order_by(t.event.c.seq)).all()
    by_seq = {row.seq: row for row in rows}
    chain = [replace(by_seq[one.seq], salt=one.salt, body=one.body) for one in found]
    assert not isinstance(verify(chain, SITE, 1), Broken)
    assert purge(both.database, START_MS + 2 * HOUR_MS, "test") == {}


def test_sites_are_told_whom_their_own_logs_are_to_name_no_more(both: Centre) -> None:
    who, other = both.admit(SITE, "Canarina Neri"), both.admit(SITE, "Bruno Però")
    for one, at_ms in ((who, START_MS), (other, START_MS + 1)):
        with editing(both.database, at_ms) as edit:
            erasing.erase(edit, one, "op")
    answer = both.as_gateway(SITE, "POST", "/hello", greeting([], SITE))
    told = [Forgotten(*one) for one in read_answer(Resume, answer.content).erased]
    salt = told[0].salt
    assert salt, answer.text
    assert told == [forgotten(other, "Bruno Però", salt), forgotten(who, "Canarina Neri", salt)]
    assert "Neri" not in whole(both)


def test_the_pseudonym_goes_once_the_accounts_are_closed(both: Centre, anna: str) -> None:
    erased(both, anna)
    purge(both.database, SOON_MS + 400 * DAY_MS, "test")
    assert "stay" in tables_of(both, anna)
    edited(both, "/programmes/senior", closed_on="2026-12-31")
    assert purge(both.database, SOON_MS + 401 * DAY_MS, "test")["person"] == 1
    assert tables_of(both, anna) == {"published", "erased"}, "a gateway may still tell of them"
    purge(both.database, SOON_MS + 800 * DAY_MS, "test")
    assert tables_of(both, anna) == {"published"}
    with both.database.read() as connection:
        assert connection.execute(select(t.stay.c.person, t.stay.c.end_ms)).all() == [("", HOUR_MS)]


def test_of_staff_the_name_stays_beside_what_they_did_and_signs_in_no_more(both: Centre, anna: str) -> None:
    other = both.admit(SITE, "Bruno")
    with both.database.write() as connection:
        looks.note(connection, "acc-anna", [other], looks.HISTORY, SOON_MS)
    erased(both, anna)
    with both.database.read() as connection:
        row = connection.execute(select(account)).one()
    assert (row.name, row.person, row.active, row.password) == (CANARIES[0], None, False, None)
    assert row.login == "erased-acc-anna"
