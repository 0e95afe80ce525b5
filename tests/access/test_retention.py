"""What is kept how long: every kind has its words, every row of a log its kind, and each period its two sides (P4)."""

import pytest

from access import retention
from access.clock import DAY_MS, HOUR_MS
from access.codec import encode_fact
from access.facts import FACTS, DoorMoved, Entered, Judged
from access.facts_people import WalkedIn
from access.retention import KINDS, Since, is_over, of_row
from access.retention_words import GROUNDS, WHAT, WHY, how_long

NOW = 1_795_420_800_000
GRANTED = encode_fact(Judged("front", "front-in", "in", True, "booking", "booking", person="anna"))
REFUSED = encode_fact(Judged("front", "front-in", "in", False, "no-booking", "no-booking", person="anna"))
ENTERED = encode_fact(Entered("anna", "front", "hall", "1-1"))
WALKED_IN = encode_fact(WalkedIn("w-1", "anna", "hall", "d1", 0, HOUR_MS, "Bice"))
AUTHORED = b'{"active":true,"author":"Bice","note":"prova"}'


def test_every_kind_of_row_of_a_log_says_whom_it_is_about_or_that_it_is_about_nobody() -> None:
    assert set(retention.OF_FACTS) | retention.OF_NOBODY == set(FACTS), (
        "a new fact is named in access/retention.py: in OF_FACTS where it holds a person, else in OF_NOBODY"
    )
    assert not set(retention.OF_FACTS) & retention.OF_NOBODY


def test_every_kind_is_told_in_both_languages_with_its_purpose_ground_and_period() -> None:
    idents = [kind.id for kind in KINDS]
    assert len(set(idents)) == len(idents)
    assert set(WHAT) == set(WHY) == set(idents)
    for kind in KINDS:
        for said in (WHAT[kind.id], WHY[kind.id], GROUNDS[kind.basis]):
            assert said("en")
            assert said("it")
            assert said("en") != said("it")
        assert how_long(kind, "en") != how_long(kind, "it")
        assert kind.period_ms or kind.since in {Since.NEEDED, Since.ENDED}


def test_the_periods_are_those_that_were_promised() -> None:
    days = {kind.id: kind.period_ms // DAY_MS for kind in KINDS}
    assert (days["access"], days["refusal"], days["desk"]) == (30, 90, 1)
    assert retention.ATTENDANCE.since is Since.CLOSED
    assert how_long(retention.DESK, "it") == "24 ore dalla fine"


@pytest.mark.parametrize(
    ("kind", "body", "days"),
    [
        ("verdict", GRANTED, 30),
        ("verdict", REFUSED, 90),
        ("verdict", b"no JSON", 90),
        ("verdict", b"[1]", 90),
        ("entered", ENTERED, 30),
        ("walk-in", WALKED_IN, 1),
        ("lockdown", AUTHORED, 730),
        ("of-a-later-version", b"{}", 90),
    ],
)
def test_each_row_goes_at_its_time_and_not_a_millisecond_before(kind: str, body: bytes, days: int) -> None:
    assert not is_over(kind, body, NOW - days * DAY_MS, NOW)
    assert is_over(kind, body, NOW - days * DAY_MS - 1, NOW)


def test_what_says_nothing_of_anybody_stays() -> None:
    body = encode_fact(DoorMoved("front", True, "forced"))
    assert of_row("door", body) is None
    assert not is_over("door", body, 0, NOW)
