"""Which changes of a record take something away from somebody: those that a site must hear of first (guarantee D9).

When in doubt a change counts as one that does: the price is a door that stays shut until the change itself has come,
seconds later. What gives more, or has no bearing on a door, is none; nor is what was over already.
"""

from collections.abc import Set as AbstractSet

from access.records import Badge, Booking, Membership, Pass, Person, Record

DENIABLE = ("badge", "person", "booking", "pass")
"""The kinds of records that can be barred one by one. Closures and opening hours are everybody's, and come with the
changes themselves.
"""


def takes_away(before: Record, after: Record | None, at_ms: int) -> bool:
    """Whether a record that sites hold as ``before``, and from ``at_ms`` on as ``after`` (None: no more), gave more
    then.
    """
    match before, after:
        case Badge(), Badge():
            return not before.revoked and not _over(before.valid_until_ms, at_ms) and _badge(before, after)
        case Badge(), _:
            return not before.revoked and not _over(before.valid_until_ms, at_ms)
        case Person(), Person():
            return _person(before, after)
        case Person(), _:
            return True
        case Booking(), Booking():
            return not _over(before.end_ms, at_ms) and _booking(before, after)
        case Pass(), Pass():
            return not _over(before.end_ms, at_ms) and _pass(before, after)
        case ((Booking() | Pass()), _):
            return not _over(before.end_ms, at_ms)
        case _:
            return False


def _over(end_ms: int | None, at_ms: int) -> bool:
    return end_ms is not None and end_ms <= at_ms


def _sooner(before_ms: int | None, after_ms: int | None) -> bool:
    """Whether an end (None: never) comes sooner."""
    return after_ms is not None and (before_ms is None or after_ms < before_ms)


def _narrower(before: AbstractSet[object], after: AbstractSet[object]) -> bool:
    """Whether less is named, where nothing named means all."""
    return bool(after) and not (before and before <= after)


def _badge(before: Badge, after: Badge) -> bool:
    return (
        (after.revoked or after.person != before.person)
        or (before.emergency and not after.emergency)
        or after.valid_from_ms > before.valid_from_ms
        or _sooner(before.valid_until_ms, after.valid_until_ms)
        or not set(before.credentials) <= set(after.credentials)
        or (bool(before.pins) and not set(before.pins) <= set(after.pins))
    )


def _person(before: Person, after: Person) -> bool:
    return (
        (after.suspended and not before.suspended)
        or not before.zones <= after.zones
        or not before.standing <= after.standing
        or (before.staff and not after.staff)
        or (after.transfer and not before.transfer)
        or after.valid_from_ms > before.valid_from_ms
        or _sooner(before.valid_until_ms, after.valid_until_ms)
        or before.audiences != after.audiences
        or _sooner(before.training_due_ms, after.training_due_ms)
        or not all(any(_covers(held, one) for held in after.groups) for one in before.groups)
        or _minor(before, after)
    )


def _covers(held: Membership, one: Membership) -> bool:
    return held.group == one.group and held.from_ms <= one.from_ms and not _sooner(one.until_ms, held.until_ms)


def _minor(before: Person, after: Person) -> bool:
    """Whether less is authorised; of whoever is no minor any more nothing is asked."""
    if not after.minor:
        return False
    if not before.minor:
        return True
    starts, now_starts = before.guardian_from_ms, after.guardian_from_ms
    return starts is not None and (
        now_starts is None
        or now_starts > starts
        or _sooner(before.guardian_until_ms, after.guardian_until_ms)
        or _narrower(before.guardian_zones, after.guardian_zones)
    )


def _booking(before: Booking, after: Booking) -> bool:
    same = ("person", "group", "zone", "resource", "kind")
    return (
        any(getattr(before, name) != getattr(after, name) for name in same)
        or after.start_ms > before.start_ms
        or after.end_ms < before.end_ms
        or (after.waiting and not before.waiting)
    )


def _pass(before: Pass, after: Pass) -> bool:
    return (
        (before.person, before.kind) != (after.person, after.kind)
        or not before.zones <= after.zones
        or after.start_ms > before.start_ms
        or after.end_ms < before.end_ms
        or _narrower(before.weekdays, after.weekdays)
        or after.from_minute > before.from_minute
        or after.to_minute < before.to_minute
    )
