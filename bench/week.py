"""A site's week for its log, judged and logged by the real core in virtual time, as a gateway would have."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from heapq import heappop, heappush
from random import Random

from access import events
from access.clock import DAY_MS, SECOND_MS, Now
from access.credential import keyed_hash
from access.effects import Append, Lease, SendBeacon
from access.facts import Fact
from access.freshness import Heard
from access.records import Badge, Booking, Person, Record
from access.replica import Put, Replica, apply
from access.site import Site
from access.stamp import Stamp
from access.step import step_all
from access.stored import begin
from access.timed import is_due, next_deadline
from bench.population import uid
from bench.week_plan import DOOR, SHIFTS_H, ZONE, At, Scene, booked, happens, passing, person_of

BOOT = "00c0ffee00c0ffee"
HEARD_MS = 200
LOOK_EVERY_MS = 10 * SECOND_MS
NIGHT_MS = 12 * 3_600 * SECOND_MS


@dataclass(frozen=True, slots=True)
class Logged:
    """A fact, and the moment at which the core logged it under its number."""

    now: Now
    seq: int
    fact: Fact


class Week:
    """Some days of one site, from a midnight (Unix ms) on. ``people`` and ``bookings`` are the registry's to know."""

    def __init__(self, site: Site, key: bytes, midnight_ms: int, days: int, chance: Random) -> None:
        self._scene, self._midnight_ms, self._days = Scene(site, key, chance), midnight_ms, days
        self.people = [person_of(number) for number in range(len(site.desks) * len(SHIFTS_H))]
        self.bookings: list[Booking] = [
            booking for day in range(days) for booking in booked(site, midnight_ms + day * DAY_MS, day)
        ]
        self._agenda: list[tuple[int, int, events.Event]] = []
        self._planned = 0
        self._numbers = dict.fromkeys(site.devices, 0)
        self._beacon = ""
        self._state = begin(site, self._replica(), 1, 0, (), {}, {}, self._now(midnight_ms))

    def _replica(self) -> Replica:
        key = self._scene.key
        persons: list[Record] = [Person(one, f"Persona {one}", frozenset({ZONE})) for one in self.people]
        badges = [Badge(f"b{one}", one, (keyed_hash(key, uid(n)),)) for n, one in enumerate(self.people)]
        return apply(Replica(), "bench", 1, map(Put, [*persons, *badges, *self.bookings]))

    def _now(self, wall_ms: int) -> Now:
        passed_ms = wall_ms - self._midnight_ms
        return Now(wall_ms, passed_ms, passed_ms)

    def facts(self) -> Iterator[Logged]:
        """Everything that is logged, to the end of the last day."""
        yield from self._step(self._midnight_ms, events.Begun("bench"))
        yield from self._step(self._midnight_ms, events.KeeperFound("bench", {DOOR: False}, fire=False))
        per_day = len(self.bookings) // self._days
        for day in range(self._days):
            for at in happens(self._scene, self.bookings[day * per_day : (day + 1) * per_day]):
                self._plan(at)
            yield from self._live(self._midnight_ms + day * DAY_MS)

    def _plan(self, at: At) -> None:
        self._planned += 1
        heappush(self._agenda, (at[0], self._planned, at[1]))

    def _live(self, midnight_ms: int) -> Iterator[Logged]:
        """One day, with a look every few seconds for what time alone brings."""
        for look_ms in range(midnight_ms + LOOK_EVERY_MS, midnight_ms + DAY_MS, LOOK_EVERY_MS):
            while self._agenda and self._agenda[0][0] <= look_ms:
                at_ms, _, event = heappop(self._agenda)
                yield from self._step(at_ms, event)
            yield from self._step(look_ms)

    def _step(self, at_ms: int, *said: events.Event) -> Iterator[Logged]:
        now = self._now(at_ms)
        batch = [self._stamped(event, now) for event in said]
        if is_due(next_deadline(self._state), now):
            batch.insert(0, events.Ticked(f"{at_ms:016x}"))
        self._state, effects = step_all(self._state, batch, now)
        for effect in effects:
            match effect:
                case SendBeacon(beacon):
                    self._beacon, self._beacon_ms = beacon, at_ms
                case Lease():
                    self._let_in(effect, at_ms)
                case Append(seq, fact):
                    yield Logged(now, seq, fact)

    def _let_in(self, lease: Lease, at_ms: int) -> None:
        """What the keeper and the door make of a lease."""
        released = events.KeeperMovedLine(lease.door, released=True, cause="lease", grant=lease.grant)
        secured = events.KeeperMovedLine(lease.door, released=False, cause="lease-ended", grant=lease.grant)
        for at in ((at_ms + 1, released), *passing(at_ms), (at_ms + lease.pulse_ms, secured)):
            self._plan(at)

    def _stamped(self, event: events.Event, now: Now) -> events.Event:
        """What a device of ours says, numbered and dated by it."""
        if not isinstance(event, events.Tapped | events.PresenceSaid):
            return event
        self._numbers[event.device] += 1
        heard = Heard(self._beacon, now.wall_ms - self._beacon_ms)
        return replace(event, stamp=Stamp(BOOT, self._numbers[event.device], now.mono_ms, heard))
