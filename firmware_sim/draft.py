"""A day being planned: what is booked, what is set out for, and who must not meet at a door."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from random import Random
from zoneinfo import ZoneInfo

from access.clock import MINUTE_MS
from access.reasons import Reason
from access.records import Booking, Pass
from access.site import Direction, ExitBy, Site, StandsFor
from firmware_sim.cast import Member
from firmware_sim.scenario import Act, Comes, Goes, Planned, PlannedSession, Room
from firmware_sim.slots import Slots

Window = tuple[int, int]
"""From and to, in local minutes of the day."""


ROOM_FOR = 6
"""Passages that a window has room for, however fast the day."""


def native_readers(site: Site, door: str, direction: Direction) -> list[str]:
    """The readers at a door that speak our wire and lead that way."""
    wanted = (StandsFor.READER, door, direction)
    return [d.id for d in site.devices.values() if d.native and (d.stands_for, d.ref, d.direction) == wanted]


@dataclass(frozen=True, slots=True)
class Draft:
    """``settle_ms`` after a tap a person is surely in; a message held back for ``late_ms`` is old when it arrives; a
    booking is released ``no_show_ms`` after its start.

    Between two passages of a door lie ``pass_gap_ms``, between two taps at a reader ``tap_gap_ms``. ``barred`` are
    spans in which nobody comes in by a door; ``spared`` desks are nobody's; ``full`` is when a zone that takes one
    person has one.
    """

    site: Site
    chance: Random
    day: date
    settle_ms: int
    late_ms: int
    pass_gap_ms: int
    tap_gap_ms: int
    no_show_ms: int = 15 * MINUTE_MS
    slots: Slots = field(default_factory=Slots)
    barred: tuple[tuple[str, int, int], ...] = ()
    bookings: tuple[Booking, ...] = ()
    acts: tuple[Planned, ...] = ()
    members: tuple[Member, ...] = ()
    expected: frozenset[str] = frozenset()
    passes: tuple[Pass, ...] = ()
    sessions: tuple[PlannedSession, ...] = ()
    rooms: tuple[Room, ...] = ()
    no_shows: frozenset[str] = frozenset()
    spared: frozenset[str] = frozenset()
    full: Window | None = None
    traveller: str = ""

    @property
    def cohort(self) -> str:
        """The group of everybody who takes part at the site."""
        return f"{self.site.id}-senior"

    @property
    def team(self) -> str:
        """The group of those who work on one thing together."""
        return f"{self.site.id}-squadra"

    @property
    def come_by(self) -> int:
        """Minutes after a booking's start by which people set out to have come, well before its release."""
        return self.no_show_ms // MINUTE_MS // 2

    def at(self, minute: int) -> int:
        """A local minute of the day as a moment; clocks that change in the night are heeded."""
        moment = datetime.combine(self.day, time(minute // 60, minute % 60), ZoneInfo(self.site.timezone))
        return round(1_000 * moment.timestamp())

    def reader(self, door: str) -> str:
        """A native reader that leads in at a door."""
        return native_readers(self.site, door, Direction.IN)[0]

    def tapped(self, act: Comes | Goes, door: str) -> str | None:
        """The reader at which an act shows a card."""
        if isinstance(act, Comes):
            return act.reader
        out = native_readers(self.site, door, Direction.OUT)
        return out[0] if out and self.site.doors[door].exit_by is ExitBy.READER else None

    def wide(self, minutes: int) -> int:
        """A window of so many minutes, or as wide as some passages need in a fast day."""
        return max(minutes, ROOM_FOR * self.tap_gap_ms // MINUTE_MS)

    def sensor(self, desk: str) -> str | None:
        """The native sensor of a desk."""
        sensors = (d for d in self.site.devices.values() if d.native and d.stands_for is StandsFor.DESK_SENSOR)
        return next((device.id for device in sensors if device.ref == desk), None)

    def with_act(self, at_ms: int, act: Act) -> "Draft":
        """The draft with one more act."""
        return replace(self, acts=(*self.acts, Planned(at_ms, act)))

    def unattended(self, booking: Booking) -> "Draft":
        """The draft in which nobody comes for a booking in time."""
        return self if booking.release_ms is None else replace(self, no_shows=self.no_shows | {booking.id})

    def joined(self, member: Member, *expected: Reason) -> "Draft":
        """The draft with one more person, and the refusals that they should meet."""
        return replace(self, members=(*self.members, member), expected=self.expected | set(map(str, expected)))


def book(draft: Draft, member: Member, zone: str, span: Window) -> tuple[Draft, Booking] | None:
    """Book a desk of the zone (or where it has none, the zone) for local minutes of the day."""
    desks = [desk.id for desk in draft.site.desks.values() if desk.zone == zone] or [zone]
    for resource in draft.chance.sample(desks, len(desks)):
        booking = made(draft, member.id, "", (zone, resource), span)
        taken = (other for other in draft.bookings if other.resource == resource)
        is_free = all(other.end_ms <= booking.start_ms or booking.end_ms <= other.start_ms for other in taken)
        if resource not in draft.spared and is_free:
            return replace(draft, bookings=(*draft.bookings, booking)), booking
    return None


def made(draft: Draft, person: str, group: str, where: tuple[str, str], span: Window) -> Booking:
    """A booking of a person or a group in a zone, at a resource of it, for local minutes of the day."""
    start_ms, end_ms = draft.at(span[0]), draft.at(span[1])
    due_ms = start_ms + draft.no_show_ms
    ident = f"{draft.site.id}-k{len(draft.bookings) + 1:03}"
    release_ms = due_ms if due_ms < end_ms else None
    return Booking(ident, person, *where, start_ms, end_ms, group=group, release_ms=release_ms)


def passes(draft: Draft, door: str, span_ms: Window, act: Act) -> tuple[Draft, int] | None:
    """Plan a passage of a door within a span, when nobody else is there."""
    barred = [(first, last) for shut, first, last in draft.barred if shut == door] if isinstance(act, Comes) else []
    gaps_ms = {f"door {door}": draft.pass_gap_ms}
    if isinstance(act, Comes | Goes) and (reader := draft.tapped(act, door)) is not None:
        gaps_ms[f"reader {reader}"] = draft.tap_gap_ms
    found = draft.slots.take(gaps_ms, span_ms, draft.chance, barred)
    if found is None:
        return None
    slots, at_ms = found
    return replace(draft, slots=slots).with_act(at_ms, act), at_ms


def comes(draft: Draft, member: Member, door: str, window: Window) -> tuple[Draft, int] | None:
    """Plan a tap at the door's reader within local minutes of the day."""
    return comes_within(draft, member, door, (draft.at(window[0]), draft.at(window[1])))


def comes_within(draft: Draft, member: Member, door: str, span_ms: Window) -> tuple[Draft, int] | None:
    """Plan a tap at the door's reader within a span of moments."""
    return passes(draft, door, span_ms, taps(draft, member, door))


def taps(draft: Draft, member: Member, door: str, pin: str | None = None) -> Comes:
    """Somebody's card at a door, with the PIN where it asks for one: their own, or another."""
    typed = (pin or member.card.pin) if draft.site.doors[door].asks_pin else None
    return Comes(member.id, member.uid, draft.reader(door), typed)


def goes(draft: Draft, member: Member, door: str, span_ms: Window) -> tuple[Draft, int] | None:
    """Plan a way out within a span of moments."""
    return passes(draft, door, span_ms, Goes(member.id, member.uid, door))
