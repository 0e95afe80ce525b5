"""The moments that requests mean: local times of two nights a year, and whatever else is written for a time."""

import json
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.replica_file import read_replica_file
from hubout.asking import LAST_MOMENT_MS, BadRequest, Desk, moment
from tests.support.core_site import ROME, rome
from tests.support.deciding import SMALL, Answer, card

DESK = Desk(read_replica_file(SMALL.read_bytes()))
GOOD: Answer = {"at": "2026-06-01T14:30", "door": "front", "credential": card(1)}


def having(**members: object) -> str:
    return json.dumps(GOOD | members)


@pytest.mark.parametrize(
    ("told", "taken", "says"),
    [
        ("2026-10-25T02:30", "2026-10-25 02:30", "02:30 comes twice that night; 2026-10-25T02:30:00+02:00 was taken"),
        ("2026-10-25T02:00", "2026-10-25 02:00", "02:00 comes twice that night; 2026-10-25T02:00:00+02:00 was taken"),
        ("2026-10-25T01:59", "2026-10-25 01:59", ""),
        ("2026-10-25T03:00", "2026-10-25 03:00", ""),
        ("2026-10-25T02:30+01:00", "2026-10-25 02:30'", ""),
        ("2027-03-28T02:30", "2027-03-28 03:30", "02:30 does not come that night; 2027-03-28T03:30:00+02:00 was taken"),
        ("2027-03-28T02:00", "2027-03-28 03:00", "02:00 does not come that night; 2027-03-28T03:00:00+02:00 was taken"),
        ("2027-03-28T03:00", "2027-03-28 03:00", ""),
        ("2027-03-28 01:59:59.999", "2027-03-28 01:59:59.999", ""),
    ],
)
def test_of_a_time_that_comes_twice_or_never_it_says_which_was_taken(told: str, taken: str, says: str) -> None:
    assert moment(told, ROME) == (rome(taken), says)


def test_a_time_that_a_place_skips_by_a_whole_day_is_read_too() -> None:
    at_ms, says = moment("2011-12-30T12:00", ZoneInfo("Pacific/Apia"))
    assert says == "12:00 does not come that night; 2011-12-31T12:00:00+14:00 was taken"
    assert at_ms == moment("2011-12-31T12:00", ZoneInfo("Pacific/Apia"))[0]


@settings(max_examples=300, derandomize=True, deadline=None)
@given(st.text(max_size=30) | st.datetimes().map(str) | st.integers(-(1 << 70), 1 << 70))
def test_whatever_is_written_for_a_time_is_a_moment_or_a_bad_request(at: str | int) -> None:
    try:
        at_ms, _ = moment(at, ROME)
    except BadRequest:
        return
    assert "reason" in DESK.answer(having(at=at_ms, credential=card(2)).encode())


EXTREME_MS = (
    0,
    1,
    1 << 41,
    LAST_MOMENT_MS - 1,
    LAST_MOMENT_MS,
    253_402_300_799_999,
    253_402_300_800_000,
    1 << 53,
    1 << 62,
)
ends = st.sampled_from(EXTREME_MS)


def extreme(begins_ms: int, ends_ms: int, zone: str) -> Desk:
    """A site whose every record begins and ends at the edges of what a number can say."""
    whole = json.loads(SMALL.read_text()) | {"timezone": zone}
    for row in whole["records"]:
        record = row["record"]
        if row["kind"] in {"badge", "person"}:
            record |= {"valid_from_ms": begins_ms, "valid_until_ms": ends_ms}
        elif row["kind"] == "closure":
            record |= {
                "start_ms": min(begins_ms, LAST_MOMENT_MS),
                "end_ms": min(max(ends_ms, LAST_MOMENT_MS + 1), 1 << 53),
            }
        elif row["kind"] == "booking":
            record |= {"start_ms": min(begins_ms, LAST_MOMENT_MS), "end_ms": min(begins_ms, LAST_MOMENT_MS) + 1}
    return Desk(read_replica_file(json.dumps(whole).encode()))


@settings(max_examples=200, derandomize=True, deadline=None)
@given(ends, ends, ends, st.sampled_from(("Europe/Rome", "Pacific/Kiritimati", "Pacific/Pago_Pago", "UTC")))
def test_no_time_of_a_record_stops_an_answer(at_ms: int, begins_ms: int, ends_ms: int, zone: str) -> None:
    desk = extreme(begins_ms, ends_ms, zone)
    for number in (1, 3, 5, 99):
        line = having(at=min(at_ms, LAST_MOMENT_MS), credential=card(number))
        assert "reason" in desk.answer(line.encode())
