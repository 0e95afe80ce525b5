"""A branch that grows out of an earlier row begins with what the log said there, however it is told (S5, S6)."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from access.codec import decode_fact
from access.facts import Checkpoint, Counted, DayClosed, DeviceMoved, DoorMoved, Entered, Fact, Left, Started
from access.log import read_header
from access.occupancy import Occupancy, fold
from access.stays import ended
from registry.sites.standings import standings
from registry.tables import core as t
from registry.uplink import refold
from registry.uplink.branches import histories
from registry.uplink.histories import Part
from tests.support.centres import Centre
from tests.support.gateway_log import GatewayLog
from tests.support.log_rows import START_MS

SITE = {"doors": {"front": True}, "desks": {}, "lockdown": False, "fire": False}
STORED = {"stays": [["carla", "lab", START_MS, True]], "anonymous": [["hall", 1]], "estimated": ["lab"]}
CHECKPOINT = Checkpoint(STORED, SITE)
PEOPLE, ZONES = st.sampled_from(["anna", "bruno", "carla"]), st.sampled_from(["hall", "lab"])
FACTS = st.one_of(
    st.builds(Entered, PEOPLE, st.just("front"), ZONES, st.just("1-1")),
    st.builds(Left, st.just("front"), ZONES, st.just(""), PEOPLE),
    st.builds(Counted, st.just("c1"), ZONES, st.integers(0, 3), st.integers(0, 3)),
    st.builds(DoorMoved, st.just("front"), st.booleans(), st.just("grant")),
    st.just(DeviceMoved("r1", "online")),
    st.just(DayClosed(())),
)


def by_hand(log: GatewayLog) -> tuple[Occupancy, list[tuple[int, str, int, int]]]:
    """Who is here at the end of a log, and the stays that ended in it."""
    here, found = Occupancy(), []
    for row in log.rows:
        header = read_header(row.header)
        assert row.body is not None
        fact = decode_fact(header.kind, row.body)
        after = fold(here, fact, header.at)
        gone = ended(here, after, fact, header.at)
        found += [(row.seq, stay.person, stay.start_ms, stay.end_ms) for stay in gone]
        here = after
    return here, found


def stays(centre: Centre, epoch: int, upto: int) -> list[tuple[int, str, int, int]]:
    s = t.stay.c
    with centre.database.read() as connection:
        line = {own: last for own, _, last in histories(connection, "matera", ()).line(epoch, upto)}
        rows = connection.execute(select(s.epoch, s.seq, s.person, s.start_ms, s.end_ms).order_by(s.seq, s.n)).all()
    return [(row.seq, row.person, row.start_ms, row.end_ms) for row in rows if row.seq <= line.get(row.epoch, 0)]


@pytest.mark.parametrize("where", ["from nothing", "before any checkpoint", "behind one"])
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    told=st.lists(FACTS, min_size=2, max_size=15),
    later=st.lists(FACTS, min_size=1, max_size=10),
    more=st.lists(FACTS, min_size=1, max_size=12),
    again=st.integers(0, 30),
)
def test_a_branch_and_its_stays_are_those_of_its_whole_log_wherever_it_grows_out(
    lasting: Centre, where: str, told: list[Fact], later: list[Fact], more: list[Fact], again: int
) -> None:
    lasting.wipe()
    lasting.add_site("matera")
    first = GatewayLog(lasting.database)
    first.write(*told, *([CHECKPOINT] if where == "behind one" else []), *later, CHECKPOINT)
    first.link_up()
    cut = {"from nothing": 0, "before any checkpoint": len(told), "behind one": len(told) + 1 + len(later) // 2}
    second = first.copied("r2", cut[where])
    second.write(*more)
    assert second.link_up() == 2
    third = second.copied("r3", min(again, len(second.rows)))
    third.write(*more)
    third.link_up(START_MS + 60_000)
    for log in {log.epoch: log for log in (first, second, third)}.values():
        here, found = by_hand(log)
        assert stays(lasting, log.epoch, len(log.rows)) == found
        lasting.ask("POST", "/sites/matera/confirmed-epoch", {"epoch": log.epoch, "note": "x"})
        with lasting.database.read() as connection:
            (standing,) = standings(connection, t.site.c.id == "matera")
        assert (standing.epoch, standing.seq, standing.occupancy) == (log.epoch, len(log.rows), here)


@pytest.mark.parametrize("page", [1, 3, 1_000])
def test_it_is_told_page_by_page_and_counts_what_could_not_be_read(
    both: Centre, page: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refold, "PAGE", page)
    log = GatewayLog(both.database)
    log.write(DeviceMoved("r1", "online"), Entered("anna", "front", "hall", "1-1"), Checkpoint(STORED, SITE))
    log.write(*(Entered(who, "front", "hall", "1-1") for who in ("anna", "bruno")), Started("x"), Started("y"))
    log.link_up()
    with both.database.write() as connection:
        held = histories(connection, "matera", ())
        (whole, early, middle, none) = (
            refold.standing_at(connection, "matera", held, Part(1, upto)) for upto in (7, 2, 5, 0)
        )
    assert sorted(whole.occupancy.stays) == sorted(middle.occupancy.stays) == ["anna", "bruno", "carla"]
    assert (list(early.occupancy.stays), early.overview.devices["r1"][0]) == (["anna"], "online")
    assert (middle.overview.doors["front"][0], middle.overview.devices["r1"][0]) == ("open", "online")
    assert (middle.last_event_ms, middle.poisoned) == (START_MS + 5_000, 0)
    assert none.occupancy == Occupancy()
