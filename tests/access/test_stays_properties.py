"""Whatever people do: their stays never overlap, and with where they are now they are all of their presence."""

from collections import Counter, defaultdict
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from access.facts import Checkpoint, DayClosed, Entered, Fact, Left, WentElsewhere
from access.occupancy import Occupancy, fold, from_stored, to_stored
from access.spans import Span, merged
from access.stays import Ended, ended

PEOPLE = ("anna", "bruno")
REACHED: Counter[str] = Counter()


@st.composite
def days(draw: st.DrawFn) -> list[tuple[int, Fact]]:
    """Passings of two people through three zones, with what closes stays; moments rise."""
    at_ms, found = 1_000, list[tuple[int, Fact]]()
    for _ in range(draw(st.integers(1, 30))):
        at_ms += draw(st.integers(0, 50))
        who = draw(st.sampled_from((*PEOPLE, "")))
        kind = draw(st.sampled_from(("in", "in", "on", "out", "out", "back", "late", "elsewhere", "day", "checkpoint")))
        fact: Fact = {
            "in": Entered(who or "anna", "front", "hall", "g"),
            "on": Entered(who or "anna", "store", "store", "g", outer="hall"),
            "out": Left("front", "hall", "", who),
            "back": Left("store", "store", "hall", who),
            "late": Left("front", "hall", "", who),
            "elsewhere": WentElsewhere(who or "bruno", "cinisello", at_ms - draw(st.integers(0, 80))),
            "day": DayClosed(()),
            "checkpoint": Checkpoint({}, {}),
        }[kind]
        found.append((at_ms, fact))
    return found


def played(day: list[tuple[int, Fact]]) -> tuple[Occupancy, list[Ended], dict[str, list[Span]]]:
    """The occupancy after a day, the stays that ended, and each person's presence as it was at every moment."""
    occupancy, rows, present = Occupancy(), list[Ended](), defaultdict[str, list[Span]](list)
    for at_ms, fact in day:
        told = Checkpoint(to_stored(occupancy), {}) if isinstance(fact, Checkpoint) else fact
        after = fold(occupancy, told, at_ms)
        rows += ended(occupancy, after, told, at_ms)
        for who in occupancy.stays.keys() - after.stays.keys():
            until_ms = told.at_ms if isinstance(told, WentElsewhere) else at_ms
            present[who].append(Span(occupancy.stays[who].since_ms, max(until_ms, occupancy.stays[who].since_ms)))
        for who in occupancy.stays.keys() & after.stays.keys():
            if after.stays[who].since_ms != occupancy.stays[who].since_ms:
                present[who].append(Span(occupancy.stays[who].since_ms, after.stays[who].since_ms))
        occupancy = after
        REACHED[type(fact).__name__] += 1
    return occupancy, rows, present


@settings(max_examples=300)
@given(days())
def test_stays_never_overlap_and_are_all_of_the_presence(day: list[tuple[int, Fact]]) -> None:
    _, rows, present = played(day)
    for who in PEOPLE:
        spans = [Span(row.start_ms, row.end_ms) for row in rows if row.person == who]
        assert all(one.end_ms <= other.start_ms for one, other in pairwise(spans)), spans
        closed = [span for span in present[who] if span.start_ms < span.end_ms]
        inside = [span for span in spans if any(one.start_ms <= span.start_ms < one.end_ms for one in closed)]
        assert merged(inside) == merged(closed)
        REACHED["several in a row"] += len(spans) > 2
        REACHED["estimated"] += any(row.estimated for row in rows)


@settings(max_examples=100)
@given(days())
def test_a_fold_that_goes_by_its_stored_form_ends_the_same_stays(day: list[tuple[int, Fact]]) -> None:
    whole, rows, _ = played([one for one in day if not isinstance(one[1], Checkpoint)])
    cut, found = Occupancy(), list[Ended]()
    for at_ms, fact in day:
        if not isinstance(fact, Checkpoint):
            before = from_stored(to_stored(cut))
            cut = fold(before, fact, at_ms)
            found += ended(before, cut, fact, at_ms)
    assert (cut, found) == (whole, rows)


def test_the_days_reached_what_matters() -> None:
    if not REACHED:
        test_stays_never_overlap_and_are_all_of_the_presence()
    wanted = ("Entered", "Left", "WentElsewhere", "DayClosed", "Checkpoint", "several in a row", "estimated")
    assert [name for name in wanted if not REACHED[name]] == []
