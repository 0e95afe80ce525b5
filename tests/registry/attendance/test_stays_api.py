"""Stays and visits at the registry: as the log tells them, in whatever batches it came; and who looked is kept."""

import json
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from access.facts import Checkpoint, DayClosed, Entered, Fact, Left, VisitBegan, VisitEnded
from access.occupancy import Occupancy, fold
from access.stays import ended
from registry.setup import Registry
from registry.tables import core as t
from registry.uplink import ingest
from tests.support.centres import HOUR_MS, NINE_MS, Centre, problem
from tests.support.log_rows import START_MS, raw_rows, rows_of, sent
from tests.support.site_log import SiteLog

EMPTY_SITE = {"doors": {}, "desks": {}, "lockdown": False, "fire": False}
PEOPLE, ZONES = ("anna", "bruno", "carla"), ("hall", "lab")


def came(who: str, zone: str = "hall", outer: str = "") -> Entered:
    return Entered(who, "front", zone, "1-1", outer=outer)


def went(who: str, zone: str = "hall", to: str = "") -> Left:
    return Left("front", zone, to, who)


@pytest.fixture
def matera(both: Centre) -> SiteLog:
    return SiteLog(both, "matera")


def stays(both: Centre, path: str = "/sites/matera/stays") -> list[tuple[Any, ...]]:
    answer = both.ask("GET", path)
    assert answer.status_code == 200, answer.text
    names = ("person", "zone", "start_ms", "end_ms", "how", "estimated")
    return [tuple(item[name] for name in names) for item in answer.json()["items"]]


def test_a_stay_is_a_persons_time_in_a_zone(both: Centre, matera: SiteLog) -> None:
    matera.tell(NINE_MS, came("anna"))
    assert stays(both) == []
    matera.tell(NINE_MS + 100, came("anna", "lab", "hall"))
    matera.tell(NINE_MS + 200, went("anna", "lab", ""))
    matera.tell(NINE_MS + 300, came("bruno"), came("carla"))
    matera.tell(NINE_MS + HOUR_MS, DayClosed(("bruno", "carla")))
    end = NINE_MS + HOUR_MS
    assert stays(both)[:1] == [("anna", "hall", NINE_MS, NINE_MS + 100, "moved", False)]
    assert [row[:5] for row in stays(both)[2:]] == [
        ("bruno", "hall", NINE_MS + 300, end, "system"),
        ("carla", "hall", NINE_MS + 300, end, "system"),
    ]


def test_a_span_gives_what_touches_it_page_by_page(both: Centre, matera: SiteLog) -> None:
    for hour in range(6):
        matera.write(NINE_MS + hour * HOUR_MS, came("anna"))
        matera.write(NINE_MS + hour * HOUR_MS + HOUR_MS // 2, went("anna"))
    matera.send()
    span = f"/sites/matera/stays?from_ms={NINE_MS + HOUR_MS}&to_ms={NINE_MS + 4 * HOUR_MS}"
    assert [row[2] for row in stays(both, span)] == [NINE_MS + hour * HOUR_MS for hour in (1, 2, 3)]
    first = both.ask("GET", f"{span}&limit=2").json()
    assert len(first["items"]) == 2
    assert len(both.ask("GET", f"{span}&limit=2&cursor={first['next']}").json()["items"]) == 1
    assert problem(both.ask("GET", "/sites/nowhere/stays")) == (404, "not-found")


def test_every_look_at_a_history_is_noted_and_can_be_shown(both: Centre, matera: SiteLog) -> None:
    anna, bruno = both.admit("matera"), both.admit("matera", "Bruno")
    matera.tell(NINE_MS, came(anna), came(bruno))
    matera.tell(NINE_MS + 5, went(anna), went(bruno))
    assert both.ask("GET", f"/people/{anna}/looks").json()["items"] == []
    assert len(stays(both, f"/people/{anna}/history")) == 1
    assert len(stays(both)) == 2
    whats = [look["what"] for look in both.ask("GET", f"/people/{anna}/looks").json()["items"]]
    assert whats == ["history", "stays matera"]
    assert [look["what"] for look in both.ask("GET", f"/people/{bruno}/looks").json()["items"]] == ["stays matera"]
    assert problem(both.ask("GET", "/people/nobody/history")) == (404, "not-found")


def test_presence_says_where_somebody_is_now(both: Centre, matera: SiteLog) -> None:
    anna = both.admit("matera")
    matera.tell(NINE_MS, came(anna))
    matera.tell(NINE_MS + 100, came(anna, "lab", "hall"))
    here = {"site": "matera", "zone": "lab", "since_ms": NINE_MS, "here_ms": NINE_MS + 100, "estimated": False}
    assert both.ask("GET", f"/people/{anna}/presence").json() == {"person": anna, "here": [here]}


def test_visits_are_kept_from_their_beginning_to_whoever_ends_them(both: Centre, matera: SiteLog) -> None:
    matera.tell(NINE_MS, VisitBegan("v1", "hall", "paola", "Informazioni"), VisitBegan("v2", "lab", "paola"))
    matera.tell(NINE_MS + 10, VisitEnded("v1", "paola"), VisitEnded("v9", "paola"))
    matera.tell(NINE_MS + 20, DayClosed(()))
    items = both.ask("GET", "/sites/matera/visits").json()["items"]
    assert [(one["id"], one["purpose"], one["end_ms"], one["ended_by"]) for one in items] == [
        ("v1", "Informazioni", NINE_MS + 10, "paola"),
        ("v2", "", NINE_MS + 20, "system"),
    ]


@pytest.mark.parametrize("who", ["A\x00B", "\ud800", "x" * 33, "", "Anna Rossi"])
def test_what_no_table_can_name_stays_in_the_log_alone_and_stops_nothing(both: Centre, who: str) -> None:
    strange = [
        ("entered", body('{"person":%s,"door":"f","zone":"hall","grant":"1-1"}', who)),
        ("visit", body('{"visit":%s,"zone":"hall","host":"p"}', who)),
        ("visit", body('{"visit":"v1","zone":"hall","host":"p","purpose":%s}', who)),
        ("day-closed", b'{"persons":[]}'),
        ("entered", b'{"person":"anna","door":"f","zone":"hall","grant":"1-1"}'),
        ("left", b'{"person":"anna","door":"f","zone":"hall","to":""}'),
    ]
    rows = raw_rows(strange, "matera")
    answer = both.as_gateway("matera", "POST", "/events", sent(rows, "matera"))
    assert (answer.status_code, answer.json()) == (200, {"acked": 6})
    assert [row[0] for row in stays(both)] == ["anna"]


def body(form: str, who: str) -> bytes:
    return (form % json.dumps(who)).encode()


def kept(registry: Registry, site: str) -> tuple[list[Any], list[Any]]:
    """The stays and visits that the registry has, in order."""
    with registry.database.read() as connection:
        s, v = t.stay.c, t.visit.c
        found = connection.execute(select(t.stay).where(s.site == site).order_by(s.epoch, s.seq, s.n))
        visits = connection.execute(select(t.visit).where(v.site == site).order_by(v.epoch, v.id))
        return [tuple(row) for row in found], [tuple(row) for row in visits]


def facts() -> st.SearchStrategy[Fact]:
    who, zone = st.sampled_from(PEOPLE), st.sampled_from(ZONES)
    outer = st.sampled_from(("", *ZONES))
    visit = st.sampled_from(("v1", "v2"))
    return st.one_of(
        st.builds(came, who, zone, outer),
        st.builds(went, who, zone, outer),
        st.builds(went, st.just(""), zone, outer),
        st.builds(VisitBegan, visit, zone, who),
        st.builds(VisitEnded, visit, who),
        st.just(DayClosed(())),
        st.just(Checkpoint({"stays": [], "anonymous": [], "estimated": []}, EMPTY_SITE)),
    )


@settings(max_examples=25)
@given(told=st.lists(facts(), min_size=1, max_size=30), cuts=st.sets(st.integers(1, 29)))
def test_any_cut_of_the_log_gives_the_same_stays_which_are_the_cores(
    lasting: Centre, told: list[Fact], cuts: set[int]
) -> None:
    lasting.wipe()
    lasting.add_site("matera")
    lasting.add_site("cinisello")
    taken(lasting, "matera", told, [])
    taken(lasting, "cinisello", told, sorted(cuts))
    whole, cut = kept(lasting.registry, "matera"), kept(lasting.registry, "cinisello")
    assert [[row[1:] for row in rows] for rows in cut] == [[row[1:] for row in rows] for rows in whole]
    assert [(row[2], row[4], row[5], row[6], row[7], row[8], row[9]) for row in whole[0]] == list(by_hand(told))


def taken(centre: Centre, site: str, told: Sequence[Fact], cuts: Sequence[int]) -> None:
    rows = rows_of(*told, site=site)
    for start, end in zip([0, *cuts], [*cuts, len(rows)], strict=True):
        with centre.database.write() as connection:
            assert isinstance(ingest.take(connection, site, 1, rows[start:end], START_MS), ingest.Acked)


def by_hand(told: Sequence[Fact]) -> list[tuple[Any, ...]]:
    occupancy, found = Occupancy(), []
    for number, fact in enumerate(told, 1):
        at_ms = START_MS + number * 1_000
        after = fold(occupancy, fact, at_ms)
        found += [
            (number, stay.person, stay.zone, stay.start_ms, stay.end_ms, str(stay.how), stay.estimated)
            for stay in ended(occupancy, after, fact, at_ms)
        ]
        occupancy = after
    return found
