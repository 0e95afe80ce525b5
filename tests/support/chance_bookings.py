"""Mornings at a site by chance, with bookings, sensors, unsure clocks, changes of the replica and restarts; biased
until what matters happens often. Drawn from one seed, which is what a failure names.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from random import Random

from access.effects import Append
from access.events import ReplicaArrived
from access.facts import Checkpoint, Fact
from access.records import Booking, Membership, Record
from access.replica import Drop, Put, Replica, apply
from access.site import FreeSpan, Site, Zone
from access.state import SiteState
from access.stored import begin
from tests.support.core_site import PATIENT, at, badge, card, held, person, replica_of, rome
from tests.support.transcript import Player

HALL = frozenset({"hall", "store"})
PEOPLE: tuple[Record, ...] = (
    person("anna", standing=HALL, groups=(Membership("team"),)),
    person("bruno", standing=HALL, groups=(Membership("team", until_ms=rome("2026-06-01 10:30")),)),
    person("mia", standing=HALL, minor=True, guardian_from_ms=0),
    person("sara", standing=HALL, staff=True),
    *(badge(who) for who in ("anna", "mia", "sara")),
    badge("bruno", pins=(card("1234"),)),
)
BOOKINGS: tuple[Booking, ...] = (
    held("anna", "k1", "09:00", "10:00"),
    held("bruno", "k2", "10:00", "11:00"),
    held("bruno", "k3", "09:20", "10:20", resource="d1"),
    held("", "k4", "09:40", "10:40", resource="room", group="team"),
    held("mia", "k5", "10:30", "11:30", resource="d1"),
    held("anna", "k6", "09:30", "11:00", release_ms=None, resource="room"),
)
LATER: tuple[Booking, ...] = (
    held("mia", "k7", "09:10", "11:10", resource="room"),
    held("anna", "k8", "10:10", "10:20", resource="d1"),
    held("bruno", "k2", "10:05", "11:00"),
    held("bruno", "k3", "09:20", "10:20", resource="d1", release_ms=None),
)
SENSORS_OF = {"d1": ("s1", "s2"), "d2": ("s3",)}
FREED = (FreeSpan(0, 9 * 60 + 30, 10 * 60), FreeSpan(0, 10 * 60 + 15, 11 * 60))
WHO = ("anna", "anna", "bruno", "mia", "sara")
STEPS_MS = (1_500, 1_500, 20_000, 60_000, 60_000, 300_000, 600_000, 900_000)


def ruled_site() -> Site:
    """The site: a small hall, a PIN at the gate, a door in free passage for an hour or so; no device falls silent."""
    doors = dict(PATIENT.doors)
    doors["front"] = replace(doors["front"], free=FREED)
    doors["gate"] = replace(doors["gate"], asks_pin=True)
    return replace(PATIENT, doors=doors, zones={"hall": Zone("hall", "Hall", 2), "store": Zone("store", "Store", 5)})


class Morning:
    """One morning, lived on construction: ``log`` is what was logged with its wall time, ``restarts`` the states before
    and after each; ``watch`` is told each fact as it is logged, and the morning as it stands then.
    """

    def __init__(self, seed: int, watch: "Callable[[Morning, Fact], None]", most: int = 60) -> None:
        self.chance, self.site, self.watch = Random(seed), ruled_site(), watch
        self.log: list[tuple[int, Fact]] = []
        self.live: dict[str, bool | None] = {}
        self.restarts: list[tuple[SiteState, SiteState]] = []
        self.reached: Counter[str] = Counter()
        replica = replica_of(*PEOPLE, *self.chance.sample(BOOKINGS, self.chance.randint(3, len(BOOKINGS))))
        self.player = Player(begin(self.site, replica, 1, 0, (), {}, {}, at(0)))
        self._note(0)
        for _ in range(self.chance.randint(10, most)):
            self._something()
        self.player.moment = {}
        for _ in range(16):
            self.do("+1800000 tick")

    def do(self, line: str) -> None:
        """One line of a transcript."""
        before = len(self.player.effects)
        self.player.do(line)
        self._note(before)

    def _note(self, before: int) -> None:
        for effect in self.player.effects[before:]:
            if isinstance(effect, Append):
                self.log.append((self.player.now.wall_ms, effect.fact))
                self.reached[type(effect.fact).__name__] += 1
                self.watch(self, effect.fact)

    def _something(self) -> None:
        what = self.chance.choices(
            (
                self._passes,
                self._leaves,
                self._sits,
                self._time,
                self._clock,
                self._replica,
                self._restart,
                self._else,
                self._leave_alone,
                self._night,
            ),
            (6, 3, 6, 8, 1, 2, 1, 2, 0.4, 0.1),
        )
        what[0]()

    def _passes(self) -> None:
        who, door, reader = self.chance.choice(WHO), *self.chance.choice((("front", "in"), ("gate", "gate-in")))
        pin = self.chance.choice(("", " pin=1234", " pin=9"))
        self.do(f"+{self.chance.choice(STEPS_MS)} tap {reader} {who}{pin}")
        if self.chance.random() < 0.8:
            self.do(f"+500 door {door} opens")
            self.do(f"+500 door {door} closes")

    def _leaves(self) -> None:
        self.do(f"+{self.chance.choice(STEPS_MS)} tap out {self.chance.choice(WHO)}")
        self.do("+500 door front opens")
        self.do("+500 door front closes")

    def _sits(self) -> None:
        sensor = self.chance.choice(("s1", "s2", "s3", "s3"))
        word = self.chance.choice(("yes", "no", "no", "unknown"))
        kept = sensor == "s2" and self.chance.random() < 0.4
        self.player.mono_ms += self.chance.choice(STEPS_MS)
        level = {"yes": True, "no": False, "unknown": None}[word]
        if not kept or self.live.get(sensor) is not level:
            self.live[sensor] = None if kept else level
        self.do(f"presence {sensor} {word}{' retained' if kept else ''}")

    def _time(self) -> None:
        self.do(f"+{self.chance.choice(STEPS_MS)} tick")

    def _clock(self) -> None:
        moments: tuple[dict[str, object], ...] = ({}, {}, {"trusted": False}, {"unsure_ms": 3_600_000})
        self.player.moment = self.chance.choice(moments)
        self.do("+1000 tick")

    def _replica(self) -> None:
        held_now, booking = self.player.state.replica, self.chance.choice((*BOOKINGS, *LATER, *LATER))
        change = Drop("booking", booking.id) if self.chance.random() < 0.2 else Put(booking)
        after: Replica = apply(held_now, "g", held_now.version + 1, [change])
        before = len(self.player.effects)
        self.player.take(ReplicaArrived(after))
        self._note(before)

    def _else(self) -> None:
        self.do(self.chance.choice(("visit v1 hall sara", "visit-over v1 sara", "lockdown on", "lockdown off")))

    def _night(self) -> None:
        self.do("+72000000 tick")

    def _leave_alone(self) -> None:
        """Staff let a minor in, and go."""
        for reader, who in (("in", "sara"), ("in", "mia"), ("out", "sara")):
            self.do(f"+2000 tap {reader} {who}")
            self.do("+500 door front opens")
            self.do("+500 door front closes")
        self._restart()

    def _restart(self) -> None:
        """The run ends, and the next begins a while later from what is on disk."""
        old, later_ms = self.player, self.chance.choice((0, 5_000, 1_200_000))
        old.mono_ms += later_ms
        last = max((n for n, (_, fact) in enumerate(self.log) if isinstance(fact, Checkpoint)), default=0)
        held_now = old.state
        state = begin(
            self.site, held_now.replica, 1, held_now.seq, self.log[last:], held_now.cursors, held_now.refusals, old.now
        )
        self.restarts.append((held_now, state))
        self.player = Player(state, at_ms=old.mono_ms)
        self.player._seq = old._seq
        self._note(0)
        self.do("begun 2")
