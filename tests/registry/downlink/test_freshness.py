"""How fresh what the registry knows of a site is, and which branches of its log wait for a word."""

import pytest
from sqlalchemy import ColumnElement, true

from access.clock import MINUTE_MS
from access.facts import Started
from registry.downlink.applied import Applied, put
from registry.downlink.feed import head
from registry.sites.freshness import Fresh, Heard, fresh, heard
from registry.sites.standings import standings
from registry.uplink.awaiting import Word, branches
from tests.support.centres import Centre
from tests.support.gateway_log import GatewayLog
from tests.support.log_rows import START_MS

ALL: ColumnElement[bool] = true()


def said(both: Centre, site: str = "matera") -> Heard:
    with both.database.read() as connection:
        return heard(connection, ALL, standings(connection, ALL))[site]


def applies(both: Centre, version: int, epoch: int = 1, *, seen_ms: int = START_MS, generation: str = "") -> None:
    """What a gateway of Matera says to decide by."""
    with both.database.write() as connection:
        known = generation or head(connection, "matera").generation
        put(connection, [Applied("matera", epoch, known, version, seen_ms)])


def linked(both: Centre, *more: Started, at_ms: int = START_MS) -> GatewayLog:
    log = GatewayLog(both.database)
    log.write(Started("0.1.0"), *more)
    log.link_up(at_ms)
    return log


@pytest.mark.parametrize(
    ("ago_ms", "found"),
    [
        (0, Fresh.LIVE),
        (2 * MINUTE_MS - 1, Fresh.LIVE),
        (2 * MINUTE_MS, Fresh.BEHIND),
        (15 * MINUTE_MS - 1, Fresh.BEHIND),
        (15 * MINUTE_MS, Fresh.SILENT),
        (-MINUTE_MS, Fresh.LIVE),
    ],
)
def test_a_site_is_live_then_behind_then_silent(ago_ms: int, found: Fresh) -> None:
    assert fresh(START_MS, START_MS + ago_ms) is found


def test_a_site_that_never_spoke_is_not_silent(both: Centre) -> None:
    found = said(both, "cinisello")
    assert (found.fresh(START_MS), found.version, found.up_to_date, found.last_event_ms) == (
        Fresh.NEVER,
        None,
        False,
        None,
    )


def test_the_lane_and_the_log_both_say_that_a_gateway_lives(both: Centre) -> None:
    log = linked(both, Started("again"))
    found = said(both)
    assert (found.seen_ms, found.seq, found.last_event_ms) == (START_MS, 2, START_MS + 2_000)
    applies(both, 0, seen_ms=START_MS + MINUTE_MS)
    assert said(both).seen_ms == START_MS + MINUTE_MS
    log.write(Started("later"))
    log.link_up(START_MS + 5 * MINUTE_MS)
    found = said(both)
    assert (found.seen_ms, found.minutes(START_MS + 9 * MINUTE_MS + 1)) == (START_MS + 5 * MINUTE_MS, 4)


def test_a_version_is_the_latest_a_late_one_or_of_another_history(both: Centre) -> None:
    linked(both)
    both.admit("matera")
    latest = said(both).latest
    assert latest > 0
    for version, generation, found in ((latest, "", True), (latest - 1, "", False), (latest, "of-before", False)):
        applies(both, version, generation=generation)
        known = said(both)
        assert (known.version, known.up_to_date, known.former) == (version, found, bool(generation))


def test_only_the_gateway_that_staff_confirmed_counts(both: Centre) -> None:
    copy = linked(both).copied("r2", 0)
    copy.write(Started("x"))
    copy.link_up(START_MS + MINUTE_MS)
    applies(both, 7, epoch=2, seen_ms=START_MS + 2 * MINUTE_MS)
    assert (said(both).seen_ms, said(both).version) == (START_MS, None)
    both.ask("POST", "/sites/matera/confirmed-epoch", {"epoch": 2, "note": "new"})
    assert (said(both).seen_ms, said(both).version) == (START_MS + 2 * MINUTE_MS, 7)


def words(both: Centre, at_ms: int) -> list[Word]:
    with both.database.read() as connection:
        return [one.word for one in branches(connection, ALL, at_ms)]


def test_a_branch_waits_until_staff_say_whichever_it_is_and_one_that_speaks_on_is_told(both: Centre) -> None:
    log = linked(both)
    assert words(both, START_MS) == [Word.SITES]
    copy = log.copied("r2", 0)
    copy.write(Started("x"))
    copy.link_up(START_MS + 1)
    assert words(both, START_MS + 1) == [Word.SITES, Word.AWAITED]
    both.ask("POST", "/sites/matera/confirmed-epoch", {"epoch": 1, "note": "the one at the door"})
    said_ms = both.ask("GET", "/sites/matera/confirmations").json()["items"][0]["at_ms"]
    assert words(both, said_ms) == [Word.SITES, Word.KEPT]
    applies(both, 0, epoch=2, seen_ms=said_ms + 1)
    assert words(both, said_ms + 1) == [Word.SITES, Word.SPEAKS]
    assert words(both, said_ms + 1 + 2 * MINUTE_MS) == [Word.SITES, Word.KEPT]
    third = log.copied("r3", 0)
    third.write(Started("y"))
    third.link_up(said_ms + 2 * MINUTE_MS)
    assert words(both, said_ms + 2 * MINUTE_MS)[2] is Word.AWAITED
