"""A stored case is all that a verdict hangs on: it judges the same again, and what it does not hold changes nothing."""

import json
from collections import Counter
from dataclasses import replace

from access.case import Case
from access.case_codec import case_from_stored, case_to_stored
from access.codec import canonical
from access.judge import decide
from access.reasons import Reason
from access.records import Badge, Booking, BookingKind, Elsewhere, Pass, Person, Record
from tests.support.chance_site import World, world_of
from tests.support.seeds import over

SEEDS = range(2_000)
REACHED: Counter[str] = Counter()


def _again(case: Case) -> Case:
    return case_from_stored(json.loads(canonical(case_to_stored(case))))


@over(SEEDS)
def test_a_stored_case_judges_as_it_did_and_is_stored_the_same_again(seed: int) -> None:
    case = world_of(seed).case()
    stored = canonical(case_to_stored(case))
    assert decide(_again(case)) == decide(case)
    assert canonical(case_to_stored(_again(case))) == stored
    REACHED[decide(case).reason] += 1


@over(SEEDS)
def test_a_stored_case_names_nobody_and_holds_no_hash_and_no_null(seed: int) -> None:
    case = world_of(seed).case()
    stored = canonical(case_to_stored(case))
    assert b"null" not in stored
    if case.badge is not None and case.person is not None:
        hashes = (*case.badge.credentials, *case.badge.pins)
        assert not any(raw.hex().encode() in stored for raw in hashes)
        assert f'"{case.person.name}"'.encode() not in stored
        REACHED["a PIN left out"] += bool(case.badge.pins)


@over(SEEDS)
def test_a_stored_case_says_of_no_booking_which_desk_it_is_of(seed: int) -> None:
    """Who had which desk is kept for a day (P4), and a verdict's row for thirty and ninety."""
    case = world_of(seed).case()
    for booking, again in zip(case.bookings, _again(case).bookings, strict=True):
        hidden = booking if booking.kind is BookingKind.SESSION else replace(booking, resource="")
        assert again == hidden
        REACHED["a desk left out"] += again != booking


def _bears(record: Record, case: Case) -> bool:
    """Whether a case holds it, or what is made of it."""
    match record:
        case Badge():
            return case.badge is not None and record.credentials == case.badge.credentials
        case Person():
            return case.person is not None and record.id == case.person.id
        case Booking():
            return any(record.id == one.id for one in case.bookings)
        case Pass():
            return any(record.id == one.held.id for one in case.passes)
        case _:
            return True


def _others(world: World) -> tuple[Record, ...]:
    """Of the site's records those that bear on the case, and many that cannot."""
    case = world.case()
    held = [record for record in world.records if _bears(record, case)]
    strangers: list[Record] = [Person("zoe", "Zoe", frozenset({"hall", "lab", "office"}))]
    strangers.append(Badge("b-zoe", "zoe", (b"z" * 32,)))
    strangers.append(Booking("k-zoe", "zoe", "hall", "desk", world.at_ms, world.at_ms + 1))
    strangers.append(Elsewhere("zoe", "cinisello", world.at_ms))
    return (*held, *strangers)


@over(SEEDS)
def test_what_a_case_does_not_hold_changes_no_verdict(seed: int) -> None:
    world = world_of(seed)
    # Where two badges have one card, which of them is whose hangs on both.
    cards = [card for record in world.records if isinstance(record, Badge) for card in record.credentials]
    if len(cards) == len(set(cards)):
        other = replace(world, records=_others(world))
        assert other.verdict() == world.verdict()
        REACHED["fewer records"] += len(other.records) < len(world.records)


def test_the_worlds_reached_every_reason_to_store() -> None:
    if not REACHED:
        test_a_stored_case_judges_as_it_did_and_is_stored_the_same_again()
        test_a_stored_case_names_nobody_and_holds_no_hash_and_no_null()
        test_what_a_case_does_not_hold_changes_no_verdict()
    wanted = {*Reason, "a PIN left out", "a desk left out", "fewer records"} - {Reason.OVERRIDE, Reason.LEAVING}
    assert {name for name in wanted if not REACHED[name]} == set()
