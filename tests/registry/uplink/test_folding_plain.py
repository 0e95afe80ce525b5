"""Folding many rows is folding one after the other by the core's own folds, whatever the log holds and however cut."""

import json
from collections import Counter
from dataclasses import dataclass, field
from random import Random

from access import occupancy
from access.clock import Now
from access.codec import BadBody, decode_fact, encode_fact
from access.facts import (
    Checkpoint,
    DayClosed,
    DeskMoved,
    DeviceMoved,
    DoorMoved,
    Entered,
    Fact,
    Left,
    Sensed,
    VisitBegan,
    VisitEnded,
    WentElsewhere,
)
from access.log import Chain, Row, link
from access.occupancy import Occupancy
from access.stays import ended
from registry.sites import overview
from registry.sites.overview import Overview
from registry.uplink.folding import Folded, Told, dumped, fold_rows, loaded

PEOPLE, ZONES = ("anna", "bruno", "carla"), ("hall", "lab")
START_MS = 1_795_420_800_000
LOGS = 200
EMPTY = occupancy.to_stored(Occupancy())
SITE = {"doors": {"front": True}, "desks": {}, "lockdown": False, "fire": False}

POISON = (
    ("entered", b'{"person":1}'),
    ("checkpoint", b'{"occupancy":{},"site":{}}'),
    ("not-yet", b"{}"),
    ("A b", b"x"),
)


def fact_of(chance: Random) -> Fact:
    """Any fact that a fold looks at, and one that none does."""
    who, zone, visit = chance.choice(PEOPLE), chance.choice(ZONES), chance.choice(("v1", "v2"))
    yes, outer = chance.random() < 0.5, chance.choice(("", "hall"))
    return chance.choice(
        [
            Entered(who, "front", zone, "1-1", yes, outer),
            Entered(who, "front", "hall", "1-1"),
            Left("front", zone, outer, chance.choice((who, ""))),
            VisitBegan(visit, zone, who),
            VisitEnded(visit, who),
            WentElsewhere(who, "matera", START_MS + chance.randrange(-5_000, 60_000)),
            DayClosed(PEOPLE),
            DoorMoved("front", yes, "forced", chance.choice(((), ("hall",)))),
            DeskMoved(chance.choice(("d1", "d2")), chance.choice(("occupied", "vacant"))),
            DeviceMoved("sensor", chance.choice(("online", "silent"))),
            Sensed("sensor", "d1", yes),
            Checkpoint(EMPTY, SITE),
        ]
    )


def log_of(chance: Random) -> list[Row]:
    """A log whose clock may step back or be unsure, of which some bodies are erased and some say nothing readable."""
    chain, rows, at_ms = Chain("cinisello", 1, "00ab"), list[Row](), START_MS
    for number in range(1, chance.randrange(2, 50)):
        fact = fact_of(chance)
        kind, body = chance.choice(POISON) if chance.random() < 0.1 else (fact.KIND, encode_fact(fact))
        at_ms += chance.randrange(-3_000, 20_000)
        chain, row = link(chain, number, kind, body, bytes(32), Now(at_ms, number, number, chance.random() < 0.7))
        erased = Row(row.epoch, row.seq, row.header, row.hash, None, None)
        rows.append(erased if chance.random() < 0.1 else row)
    return rows


@dataclass
class Plainly:
    """The same, as one would write it first: every value anew for every row, by the headers' JSON."""

    present: Occupancy = field(default_factory=Occupancy)
    looks: Overview = field(default_factory=Overview)
    doubted: dict[str, tuple[str, int]] = field(default_factory=dict)
    last_ms: int | None = None
    poisoned: int = 0
    reached: Counter[str] = field(default_factory=Counter)

    def take(self, row: Row) -> Told:
        header = json.loads(row.header)
        at_ms, trusted = header["at"], header["trusted"]
        kind = "unknown" if header["kind"] == "A b" else str(header["kind"])
        if row.body is None:
            self.reached["erased"] += 1
            self.last_ms = at_ms
            return Told(row, kind, at_ms, poison=False, trusted=trusted)
        try:
            fact: Fact | None = decode_fact(kind, row.body)
        except BadBody:
            fact = None
        if fact is None or (isinstance(fact, Checkpoint) and "stays" not in fact.occupancy):
            self.reached["poison"] += 1
            self.poisoned += 1
            return Told(row, kind, at_ms, poison=True, trusted=trusted)
        return self._take(row, fact, at_ms, trusted=trusted)

    def _take(self, row: Row, fact: Fact, at_ms: int, *, trusted: bool) -> Told:
        was, doubted = self.present, set(self.doubted)
        self.last_ms, self.present = at_ms, occupancy.fold(was, fact, at_ms)
        self.looks = overview.fold(self.looks, fact, at_ms)
        if isinstance(fact, Entered):
            if trusted:
                self.doubted.pop(fact.person, None)
            else:
                self.doubted.setdefault(fact.person, (fact.KIND, at_ms))
        self.doubted = {who: said for who, said in self.doubted.items() if who in self.present.stays}
        gone = ended(was, self.present, fact, at_ms)
        over = tuple(sorted(set(was.visits) - set(self.present.visits)))
        unsure = frozenset(stay.person for stay in gone if stay.person in doubted)
        self.reached.update({"stay": len(gone), "visit": len(over), "doubted": len(unsure)})
        return Told(row, fact.KIND, at_ms, False, trusted, fact, gone, over, unsure)


def test_many_rows_fold_as_one_after_the_other() -> None:
    reached: Counter[str] = Counter()
    for seed in range(LOGS):
        chance, plainly = Random(seed), Plainly()
        rows = log_of(chance)
        wanted, cut = [plainly.take(row) for row in rows], chance.randrange(len(rows))
        first, before = fold_rows(Folded(), rows[:cut])
        kept = loaded(*dumped(first), first.last_event_ms, first.poisoned)
        after, rest = fold_rows(kept, rows[cut:])
        assert [*before, *rest] == wanted, seed
        stands = (after.occupancy, after.last_event_ms, after.poisoned)
        assert stands == (plainly.present, plainly.last_ms, plainly.poisoned), seed
        looks = {**overview.to_stored(plainly.looks), "doubted": plainly.doubted}
        assert overview.to_stored(after.overview) == looks, seed
        reached.update(plainly.reached)
    for what in ("erased", "poison", "stay", "visit", "doubted"):
        assert reached[what] >= 10, f"{what} was hardly reached: {reached}"
