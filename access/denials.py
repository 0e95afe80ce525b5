"""Who is barred before the replica itself says so (guarantees D9, S10): deny beats allow, and nothing older lifts it.

A denial bars one record: a badge or a person is refused, a booking or a pass serves nobody. It ends when the replica
itself has caught up. The registry's own word, by its lane or by a signed file, names the version that says it too: it
is lifted by that version or a later one of the same generation. Anybody else's word (staff here; a gateway that sees a
badge come back which it knew as revoked) is for the registry to act on: it is lifted once a later version shows the
badge revoked, or no more. So no snapshot, no replay, no old file and no older version gives back what was taken.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from access.facts_denials import Denied
from access.records import Badge, Person
from access.replica import Replica, table
from access.restrictions import DENIABLE

MOST = 2_000
"""Held at once. A registry that takes more away at a time is not believed to the letter: its changes follow."""


class Origin(StrEnum):
    """Whose word a denial is."""

    LANE = "lane"
    USB = "usb"
    STAFF = "staff"
    RESTORED = "restored"


OF_THE_REGISTRY = frozenset({Origin.LANE, Origin.USB})
Key = tuple[str, str]
"""A kind of record and an id."""


@dataclass(frozen=True, slots=True)
class Denial:
    """A denial of the record ``id`` of the kind ``what``; ``generation`` and ``version`` as in ``access.facts``."""

    what: str
    id: str
    origin: Origin
    generation: str
    version: int

    @property
    def key(self) -> Key:
        """Which record it bars."""
        return self.what, self.id

    @property
    def name(self) -> str:
        """The same as one word, as a verdict's conditions have it."""
        return name_of(self.what, self.id)


Denials = Mapping[Key, Denial]


def of_fact(fact: Denied) -> Denial:
    """What a row of the log says; whose word is not known is somebody's who must be answered."""
    origin = Origin(fact.origin) if fact.origin in set(Origin) else Origin.STAFF
    return Denial(fact.what, fact.id, origin, fact.generation, fact.version)


def name_of(what: str, ident: str) -> str:
    """A record as one word."""
    return f"{what}/{ident}"


def is_news(held: Denials, denial: Denial, replica: Replica) -> bool:
    """Whether a denial is to be taken: it bars something that the replica would let in, and no denial that is held
    does so for as long.
    """
    if denial.what not in DENIABLE or _is_answered(denial, replica) or _refuses(replica, denial):
        return False
    before = held.get(denial.key)
    if before is None:
        return True
    if before.origin not in OF_THE_REGISTRY or denial.origin not in OF_THE_REGISTRY:
        return before.origin in OF_THE_REGISTRY
    return before.generation != denial.generation or before.version < denial.version


def answered(held: Denials, was: Replica, now: Replica) -> list[Denial]:
    """The denials that a replica which took the place of another lifts.

    Where it is of another generation, the registry began anew by staff's word: what it said of people, bookings and
    passes in the old one is over; badges that it has forgotten to revoke are barred anew (``resurrected``).
    """
    return [one for one in held.values() if _is_answered(one, now) or _is_over(one, was, now)]


def _is_answered(denial: Denial, replica: Replica) -> bool:
    same = denial.generation == replica.generation
    if denial.origin in OF_THE_REGISTRY:
        return same and replica.version >= denial.version
    return (not same or replica.version > denial.version) and _refuses(replica, denial)


def _is_over(denial: Denial, was: Replica, now: Replica) -> bool:
    begun_anew = now.generation != was.generation == denial.generation
    return begun_anew and denial.origin in OF_THE_REGISTRY and (denial.what != "badge" or _refuses(now, denial))


def _refuses(replica: Replica, denial: Denial) -> bool:
    """Whether the replica says so itself: the record is no more, or it is a badge that is revoked."""
    record = table(replica, denial.what).get(denial.id)
    return record is None or (isinstance(record, Badge) and record.revoked)


def resurrected(held: Denials, was: Replica, now: Replica) -> list[Denial]:
    """The badges that come back with a replica of another generation though they were revoked, or barred by the
    registry's word: it was restored from a backup of before, and hears of it from this site.
    """
    if was.generation == now.generation:
        return []
    gone = {badge.id for badge in was.badges.values() if badge.revoked}
    gone |= {one.id for one in held.values() if one.what == "badge" and one.generation == was.generation}
    back = (ident for ident in sorted(gone) if (badge := now.badges.get(ident)) is not None and not badge.revoked)
    return [Denial("badge", ident, Origin.RESTORED, now.generation, now.version) for ident in back]


def denied_of(held: Denials, replica: Replica, badge: Badge | None, person: Person | None) -> frozenset[str]:
    """Of the denials, those that bear on one badge and its person: a verdict stores no other's."""
    if not held or badge is None:
        return frozenset()
    holders = {badge.person} if person is None else {person.id, *(member.group for member in person.groups)}
    return frozenset(one.name for one in held.values() if _bears(one, replica, badge.id, badge.person, holders))


def _bears(one: Denial, replica: Replica, badge: str, person: str, holders: set[str]) -> bool:
    match one.what:
        case "badge":
            return one.id == badge
        case "person":
            return one.id == person
        case "booking":
            booking = replica.bookings.get(one.id)
            return booking is not None and booking.holder in holders
        case _:
            held = replica.passes.get(one.id)
            return held is not None and held.person == person


def to_stored(held: Denials) -> list[list[str | int]]:
    """The denials as a checkpoint stores them."""
    return [[one.what, one.id, str(one.origin), one.generation, one.version] for _, one in sorted(held.items())]


def from_stored(stored: list[list[Any]]) -> dict[Key, Denial]:
    """And back."""
    read = (of_fact(Denied(*one)) for one in stored)
    return {one.key: one for one in read}
