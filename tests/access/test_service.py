"""Digital Angels' hours: two ledgers that never overlap, months in local time, a target and its split."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from access.clock import HOUR_MS, MINUTE_MS
from access.service import (
    Backwards,
    Entry,
    Given,
    Ledger,
    Overlaps,
    Standing,
    Target,
    by_month,
    entry_refusal,
    month,
    standing,
    time_given,
)
from access.spans import Span
from tests.support.core_site import ROME, rome

TEAM, CITIZEN = Ledger.TEAM, Ledger.CITIZEN
MORNING = Entry("one", "angel", TEAM, rome("2026-06-01 09:00"), rome("2026-06-01 12:00"), "with the kitchen team")
ALWAYS = Span(0, 1 << 53)
REACHED = dict.fromkeys(("taken", "touching", "other ledger", "same ledger", "other person", "replaced"), 0)


def entry(name: str, start: str, end: str, ledger: Ledger = TEAM) -> Entry:
    return Entry(name, "angel", ledger, rome(start), rome(end))


@pytest.mark.parametrize("ledger", Ledger)
@pytest.mark.parametrize(
    ("start", "end", "taken"),
    [
        ("2026-06-01 07:00", "2026-06-01 09:00", True),
        ("2026-06-01 07:00", "2026-06-01 09:00:00.001", False),
        ("2026-06-01 12:00", "2026-06-01 13:00", True),
        ("2026-06-01 11:59:59.999", "2026-06-01 13:00", False),
        ("2026-06-01 10:00", "2026-06-01 11:00", False),
        ("2026-06-01 08:00", "2026-06-01 14:00", False),
        ("2026-06-01 09:00", "2026-06-01 12:00", False),
    ],
)
def test_no_two_entries_of_a_person_overlap_in_either_ledger(start: str, end: str, ledger: Ledger, taken: bool) -> None:
    found = entry_refusal(entry("two", start, end, ledger), [MORNING])
    assert found == (None if taken else Overlaps("one", TEAM, MORNING.start_ms, MORNING.end_ms))


def test_another_person_may_serve_at_the_same_time() -> None:
    assert entry_refusal(replace(MORNING, id="two", person="other"), [MORNING]) is None


def test_an_entry_may_replace_itself() -> None:
    assert entry_refusal(replace(MORNING, ledger=CITIZEN), [MORNING]) is None


def test_of_several_overlaps_the_earliest_is_named() -> None:
    later = entry("later", "2026-06-01 13:00", "2026-06-01 14:00", CITIZEN)
    found = entry_refusal(entry("two", "2026-06-01 08:00", "2026-06-01 18:00"), [later, MORNING])
    assert isinstance(found, Overlaps)
    assert found.entry == "one"


@pytest.mark.parametrize("length_ms", [0, -1])
def test_an_entry_ends_after_it_starts(length_ms: int) -> None:
    wrong = replace(MORNING, end_ms=MORNING.start_ms + length_ms)
    assert entry_refusal(wrong, []) == Backwards(wrong.start_ms, wrong.end_ms)


def test_months_begin_and_end_at_local_midnights() -> None:
    night = entry("night", "2026-05-31 22:00", "2026-06-01 01:30", CITIZEN)
    found = by_month([MORNING, night], ROME)
    assert found == {(2026, 5): Given(0, 2 * HOUR_MS), (2026, 6): Given(3 * HOUR_MS, 90 * MINUTE_MS)}
    assert list(found) == [(2026, 5), (2026, 6)]


def test_an_entry_that_ends_at_midnight_is_of_the_month_before() -> None:
    assert list(by_month([entry("e", "2026-12-31 22:00", "2027-01-01 00:00")], ROME)) == [(2026, 12)]
    assert list(by_month([entry("e", "2026-12-31 22:00", "2027-01-01 00:00:00.001")], ROME)) == [(2026, 12), (2027, 1)]


def test_months_have_the_hours_that_they_had() -> None:
    lengths = [month(2026, n, ROME) for n in (1, 2, 3, 10, 12)]
    hours = [(span.end_ms - span.start_ms) // HOUR_MS for span in lengths]
    assert hours == [31 * 24, 28 * 24, 31 * 24 - 1, 31 * 24 + 1, 31 * 24]
    assert month(2026, 12, ROME).end_ms == month(2027, 1, ROME).start_ms == rome("2027-01-01 00:00")


def test_an_hour_that_comes_twice_is_two_hours() -> None:
    night = entry("n", "2026-10-25 01:00", "2026-10-25 04:00", CITIZEN)
    assert time_given([night], month(2026, 10, ROME)).citizen_minutes == 240


def test_a_period_takes_what_lies_in_it() -> None:
    period = Span(rome("2026-06-01 10:00"), rome("2026-06-01 11:30"))
    found = time_given([MORNING, entry("c", "2026-06-01 07:00", "2026-06-01 10:00", CITIZEN)], period)
    assert (found.team_minutes, found.citizen_minutes) == (90, 0)


def test_hours_that_two_people_gave_at_once_are_both_given() -> None:
    assert time_given([MORNING, replace(MORNING, id="two", person="other")], ALWAYS).team_minutes == 360


def test_parts_of_minutes_add_up_before_they_are_rounded() -> None:
    halves = [Entry(str(n), "angel", TEAM, n * MINUTE_MS, n * MINUTE_MS + 30_000) for n in range(5)]
    assert time_given(halves, ALWAYS).team_minutes == 2


@pytest.mark.parametrize(
    ("minutes", "percent", "team", "citizen"),
    [
        (600, 50, 300, 300),
        (601, 50, 301, 300),
        (600, 70, 420, 180),
        (600, 0, 0, 600),
        (600, 100, 600, 0),
        (0, 50, 0, 0),
    ],
)
def test_a_target_is_split_without_losing_a_minute(minutes: int, percent: int, team: int, citizen: int) -> None:
    target = Target(minutes, percent)
    assert (target.team_minutes, target.citizen_minutes) == (team, citizen)


def test_what_is_missing_is_missing_in_its_own_ledger() -> None:
    done = Given(400 * MINUTE_MS, 100 * MINUTE_MS)
    assert standing(done, Target(600)) == Standing(done, 0, 200, 8000)
    assert standing(Given(), Target(600, 70)) == Standing(Given(), 420, 180, None)
    assert standing(Given(1, 2), Target(1)).team_basis_points == 3333


entries = st.builds(
    lambda name, person, ledger, start, length: Entry(name, person, ledger, start, start + length),
    st.sampled_from("abcdefgh"),
    st.sampled_from(["ada", "ada", "ada", "bea"]),
    st.sampled_from(Ledger),
    st.integers(0, 20),
    st.integers(0, 6),
)


@given(st.lists(entries, max_size=12))
def test_no_sequence_of_entries_gives_an_hour_twice(wanted: list[Entry]) -> None:
    kept: dict[str, Entry] = {}
    for one in wanted:
        others = [other for other in kept.values() if other.id != one.id]
        refused = entry_refusal(one, kept.values())
        clashes = [
            other
            for other in others
            if other.person == one.person
            and set(range(other.start_ms, other.end_ms)) & set(range(one.start_ms, one.end_ms))
        ]
        assert isinstance(refused, Overlaps) == bool(clashes)
        assert not isinstance(refused, Overlaps) or kept[refused.entry] in clashes
        REACHED["same ledger"] += any(other.ledger == one.ledger for other in clashes)
        REACHED["other ledger"] += any(other.ledger != one.ledger for other in clashes)
        REACHED["touching"] += refused is None and any(other.end_ms == one.start_ms for other in others)
        if refused is None:
            REACHED["replaced"] += one.id in kept
            REACHED["other person"] += any(other.person != one.person for other in others)
            REACHED["taken"] += 1
            kept[one.id] = one
    for person in ("ada", "bea"):
        ours = [one for one in kept.values() if one.person == person]
        found = time_given(ours, ALWAYS)
        assert found.team_ms + found.citizen_ms == sum(one.end_ms - one.start_ms for one in ours)


def test_the_entries_reached_every_case() -> None:
    if not all(REACHED.values()):
        test_no_sequence_of_entries_gives_an_hour_twice()
    assert all(REACHED.values()), REACHED
