"""Who came and who did not, as the site's log tells it: what the registry makes of it, and what it does not."""

from collections.abc import Sequence
from itertools import permutations

import pytest
from sqlalchemy import event

from access.clock import Now
from access.codec import encode_fact
from access.fact import Fact
from access.facts import DoorMoved
from access.facts_people import CheckedIn, Left, NoShow
from access.log import Chain, Row, link
from access.records import BookingKind
from registry.bookings import noshow
from registry.problems import Kind, Problem
from registry.setup import Registry
from registry.uplink import ingest
from tests.support.booked_site import MINUTE_MS, SITE, BookedSite, booked_site, hours

DUE_MS = hours(0.25)
Told = tuple[Fact, int]


@pytest.fixture
def site(registry: Registry) -> BookedSite:
    return booked_site(registry)


LEFT: list[Told] = [(Left("front", "hall", ""), DUE_MS + 30_000), (Left("front", "hall", ""), DUE_MS + MINUTE_MS)]


def log(told: Sequence[Told]) -> list[Row]:
    """The log of a site's gateway: facts, each at its moment."""
    chain, rows = Chain(SITE, 1, "0011aabb"), []
    for number, (fact, at_ms) in enumerate(told, 1):
        now = Now(at_ms, number, number)
        chain, row = link(chain, number, fact.KIND, encode_fact(fact), bytes(32), now)
        rows.append(row)
    return rows


def take(site: BookedSite, rows: list[Row]) -> ingest.Outcome:
    with site.registry.database.write() as connection:
        return ingest.take(connection, SITE, 1, rows, site.now_ms)


def status(site: BookedSite, ident: str) -> str:
    with site.registry.database.read() as connection:
        heard_ms = noshow.last_event_ms(connection, SITE)
    return noshow.status(site.line(ident), site.now_ms, heard_ms)


def test_a_no_show_frees_the_desk_and_tells_the_site(site: BookedSite) -> None:
    ident = site.book(0, 4)
    site.now_ms = DUE_MS + MINUTE_MS
    assert site.refused(1, 2, person="bruno").kind is Kind.BOOKING_CONFLICT
    take(site, log([(NoShow(ident, "d1"), DUE_MS)]))
    assert (site.line(ident)["state"], site.line(ident)["exclusive"], site.told()) == ("released", False, {})
    site.book(1, 2, person="bruno")
    with pytest.raises(Problem, match="this booking is released"):
        site.cancel(ident)


def test_a_check_in_is_written_down_and_prevents_a_release(site: BookedSite) -> None:
    ident = site.book(0, 4)
    take(site, log([(CheckedIn(ident, "badge", "anna"), hours(-0.1)), (NoShow(ident, "d1"), DUE_MS)]))
    line = site.line(ident)
    assert (line["state"], line["checked_in_ms"], line["confirmed_by"]) == ("booked", hours(-0.1), "badge")
    assert set(site.told()) == {ident}


def test_a_no_show_moves_the_waiting_list_on_in_the_same_transaction(site: BookedSite) -> None:
    ident = site.book(0, 4)
    entry = site.wait(0, 4)
    site.now_ms = DUE_MS + 1_000
    assert site.turn(entry) == "waiting"
    take(site, log([(NoShow(ident, "d1"), DUE_MS)]))
    offer = site.line(entry)
    assert (offer["state"], offer["start_ms"], offer["end_ms"]) == ("offered", site.now_ms, hours(4))


@pytest.mark.parametrize(
    ("fact", "at_ms"),
    [
        (NoShow("other", "d1"), DUE_MS),
        (NoShow("K 1!", "d1"), DUE_MS),
        (NoShow("k1\x00", "d1"), DUE_MS),
        (NoShow("k1", "d2"), DUE_MS),
        (NoShow("k1", "d1"), DUE_MS - 1),
        (NoShow("k1", "d1"), hours(4)),
        (NoShow("k1", "d1"), -(2**61)),
        (CheckedIn("k1", "badge"), hours(4)),
        (CheckedIn("k1", "badge"), hours(-25)),
        (CheckedIn("other", "badge"), hours(0)),
    ],
)
def test_what_does_not_speak_of_a_booking_as_it_is_changes_nothing(site: BookedSite, fact: Fact, at_ms: int) -> None:
    assert site.book(0, 4) == "k1"
    before, version = site.line("k1"), site.told()
    assert take(site, log([(fact, at_ms)])) == ingest.Acked(1)
    assert (site.line("k1"), site.told()) == (before, version)


def test_a_booking_that_moved_meanwhile_is_not_released_by_its_old_deadline(site: BookedSite) -> None:
    ident = site.book(0, 4)
    site.change(ident, start_ms=hours(2), end_ms=hours(5))
    take(site, log([(NoShow(ident, "d1"), DUE_MS)]))
    assert site.line(ident)["state"] == "booked"


@pytest.mark.parametrize("became", ["cancelled", "elsewhere", "session"])
def test_what_is_not_booked_or_has_no_deadline_is_never_released(site: BookedSite, became: str) -> None:
    kind = BookingKind.SESSION if became == "session" else BookingKind.DESK
    ident = site.book(0, 4, kind=kind)
    if became == "cancelled":
        site.cancel(ident)
    if became == "elsewhere":
        site.change(ident, resource="d2")
    before = site.line(ident)
    take(site, log([(NoShow(ident, "d1"), DUE_MS)]))
    assert site.line(ident) == before


def test_a_log_sent_again_or_cut_anywhere_ends_the_same(site: BookedSite) -> None:
    ids = [site.book(0, 4, desk) for desk in ("d1", "d2", "d3")]
    rows = log(
        [
            (CheckedIn(ids[0], "desk"), hours(0.1)),
            (NoShow(ids[1], "d2"), DUE_MS),
            (NoShow(ids[0], "d1"), DUE_MS),
            (Left("front", "hall", ""), DUE_MS),
            (CheckedIn(ids[1], "badge", "anna"), hours(0.3)),
            (NoShow(ids[2], "d3"), DUE_MS),
        ]
    )
    for end in (1, 3, 3, 5, 6, 6):
        take(site, rows[:end])
    after = [site.line(ident) for ident in ids]
    assert [line["state"] for line in after] == ["booked", "released", "released"]
    assert [line["revision"] for line in after] == [2, 2, 2]
    assert take(site, rows) == ingest.Acked(6)
    assert [site.line(ident) for ident in ids] == after


def test_the_first_word_on_a_booking_stands_whatever_the_order(site: BookedSite) -> None:
    told: list[Told] = []
    for number, order in enumerate(permutations(range(3)), 1):
        ident = site.book(24 * number, 24 * number + 4)
        due_ms = site.line(ident)["release_ms"]
        facts: list[Told] = [
            (CheckedIn(ident, "badge"), due_ms - 1),
            (NoShow(ident, "d1"), due_ms),
            (CheckedIn(ident, "stay"), due_ms + 1),
        ]
        told += [facts[index] for index in order]
        take(site, log(told))
        line = site.line(ident)
        if order[0] == 1:
            assert (line["state"], line["checked_in_ms"]) == ("released", None)
        else:
            assert (line["state"], line["checked_in_ms"]) == ("booked", facts[order[0]][1])


def test_poison_among_the_facts_delays_nothing(site: BookedSite) -> None:
    ident = site.book(0, 4)
    chain, rows = Chain(SITE, 1, "0011aabb"), []
    bodies = [(NoShow.KIND, b'{"booking":7}'), (NoShow.KIND, encode_fact(NoShow(ident, "d1")))]
    for number, (kind, body) in enumerate(bodies, 1):
        chain, row = link(chain, number, kind, body, bytes(32), Now(DUE_MS, number, number))
        rows.append(row)
    assert take(site, rows) == ingest.Acked(2)
    assert site.line(ident)["state"] == "released"


def test_what_says_how_somebody_came_is_kept_as_a_word(site: BookedSite) -> None:
    ident = site.book(0, 4)
    take(site, log([(CheckedIn(ident, "a tap\x00 by <b>"), hours(0))]))
    assert site.line(ident)["confirmed_by"] == "unknown"


def test_until_the_sites_events_have_passed_the_deadline_it_is_unconfirmed(site: BookedSite) -> None:
    ident = site.book(0, 4)
    assert status(site, ident) == "booked"
    site.now_ms = DUE_MS
    assert status(site, ident) == "booked"
    site.now_ms = DUE_MS + 1
    assert status(site, ident) == "unconfirmed: site offline"
    rows = log(LEFT)
    take(site, rows[:1])
    assert status(site, ident) == "unconfirmed: site offline"
    site.now_ms = hours(3)
    assert site.refused(2, 3, person="bruno").kind is Kind.BOOKING_CONFLICT
    take(site, rows)
    assert status(site, ident) == "unconfirmed"
    take(site, log([*LEFT, (CheckedIn(ident, "badge"), DUE_MS)]))
    assert status(site, ident) == "checked-in"


def test_a_batch_of_a_hundred_no_shows_costs_as_many_statements_as_one(site: BookedSite) -> None:
    ids = [site.book(2 * number, 2 * number + 1) for number in range(100)]
    counted: list[str] = []
    engine = site.registry.database._writer.engine
    event.listen(engine, "before_cursor_execute", lambda *seen: counted.append(seen[2]))
    facts = [(NoShow(ident, "d1"), site.line(ident)["release_ms"]) for ident in ids]
    begun: Told = (DoorMoved("front", open=True), DUE_MS)
    take(site, log([begun]))
    counted.clear()
    take(site, log([begun, *facts[:1]]))
    one = len(counted)
    counted.clear()
    take(site, log([begun, *facts])[2:])
    assert len(counted) <= one + 2
    assert {site.line(ident)["state"] for ident in ids} == {"released"}


def test_a_batch_without_such_facts_leaves_the_feed_unlocked(site: BookedSite) -> None:
    moved: Told = (DoorMoved("front", open=True), DUE_MS)
    take(site, log([moved]))
    counted: list[str] = []
    engine = site.registry.database._writer.engine
    event.listen(engine, "before_cursor_execute", lambda *seen: counted.append(seen[2]))
    take(site, log([moved, moved])[1:])
    assert counted
    assert not [statement for statement in counted if "feed" in statement]
