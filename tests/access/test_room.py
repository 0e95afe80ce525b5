"""What goes from a log so that it stays within its bound, in which order, and what never goes (guarantees S1, S9)."""

from collections import Counter as Tally
from dataclasses import dataclass, field, replace

from hypothesis import given, settings
from hypothesis import strategies as st

from access.facts import Counted, Judged, Sensed
from access.room import (
    CHECKPOINT_ROWS,
    RUN_ROWS,
    THINNED,
    Bounds,
    Checkpoint,
    Drop,
    Held,
    Lose,
    Part,
    Step,
    Thin,
    is_near,
    plan,
    runs,
)

HEADER, BODY, EMPTY = 400, 300, 20_000
MOST_STEPS = 2_000
HELD = Held(base=0, last=10_000, acked=0, old=0, needed=9_000, size_bytes=1_000, oldest=1)


def test_with_room_only_what_is_acknowledged_and_old_goes() -> None:
    bounds = Bounds(1_000_000, 1)
    assert plan(HELD, bounds) is None
    assert plan(replace(HELD, acked=8_000), bounds) is None
    assert plan(replace(HELD, acked=8_000, old=300), bounds) == Drop(300)
    assert plan(replace(HELD, acked=200, old=300), bounds) == Drop(200)
    assert plan(replace(HELD, acked=8_000, old=8_000, needed=101), bounds) == Drop(100)


def test_on_a_full_disk_what_is_acknowledged_makes_room_and_nothing_else_goes() -> None:
    bounds, full = Bounds(1_000_000, 1), replace(HELD, full=True)
    assert plan(full, bounds) is None
    assert plan(replace(full, acked=300), bounds) == Drop(300)


def test_what_sensors_said_is_parted_from_what_people_did() -> None:
    kinds = [*[Sensed.KIND] * RUN_ROWS, Judged.KIND, *[Counted.KIND] * (RUN_ROWS - 1), Judged.KIND]
    kinds += [Counted.KIND] * 3 + [Sensed.KIND] * RUN_ROWS
    listed = list(enumerate(kinds, 1))
    assert list(runs(listed)) == [(1, RUN_ROWS), (2 * RUN_ROWS + 2, 3 * RUN_ROWS + 4)]
    without = [one for one in listed if one[0] != 2]
    assert next(iter(runs(without))) == (2 * RUN_ROWS + 2, 3 * RUN_ROWS + 4)
    assert list(runs([])) == []


@dataclass
class Log:
    """A log as the planner's steps change it: the rows that are here, and which have their body."""

    kinds: list[str]
    acked: int
    old: int
    needed: int
    here: set[int] = field(default_factory=set)
    whole: set[int] = field(default_factory=set)
    base: int = 0
    thinned: int = 0
    parted: int = 0
    steps: list[Step] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.here = self.whole = set(range(1, len(self.kinds) + 1))
        self.whole = set(self.here)

    @property
    def held(self) -> Held:
        size = EMPTY + HEADER * len(self.here) + BODY * len(self.whole)
        beyond = max(self.base, self.acked)
        oldest = min((seq for seq in self.here if seq > beyond), default=beyond + 1)
        last, acked = len(self.kinds), self.acked
        return Held(self.base, last, acked, self.old, self.needed, size, oldest, self.thinned, self.parted)

    def go(self, rows: set[int]) -> None:
        self.here = self.here - rows
        self.whole = self.whole - rows

    def take(self, step: Step) -> None:
        self.steps.append(step)
        match step:
            case Drop(last):
                assert last <= min(self.acked, self.needed - 1)
                self.go({seq for seq in self.here if seq <= last})
                self.base = last
            case Thin(first, last):
                self.whole = {s for s in self.whole if not (first <= s <= last and self.kinds[s - 1] in THINNED)}
                self.thinned = last
            case Checkpoint():
                self.kinds.append("checkpoint")
                self.here, self.whole = self.here | {len(self.kinds)}, self.whole | {len(self.kinds)}
                self.needed = len(self.kinds)
            case Part(first, last):
                here = [(seq, self.kinds[seq - 1]) for seq in sorted(self.here) if first <= seq <= last]
                for begin, end in runs(here):
                    self.go(set(range(begin, end + 1)))
                self.parted = last
            case Lose(first, last):
                assert self.acked < first <= last < self.needed
                self.go(set(range(first, last + 1)))


def test_whatever_a_log_holds_it_comes_within_its_bound_in_the_right_order() -> None:
    met: Tally[str] = Tally()

    @settings(max_examples=120, deadline=None)
    @given(
        st.integers(1, 9_000),
        st.floats(0, 1),
        st.floats(0, 1),
        st.floats(0, 1),
        st.floats(0.02, 1.5),
        st.sampled_from((1, 5, 40)),
    )
    def comes_within(rows: int, acked: float, old: float, needed: float, bound: float, every: int) -> None:
        kinds = [Judged.KIND if seq % every == 0 else Sensed.KIND for seq in range(rows)]
        log = Log(kinds, int(rows * acked), int(rows * old), max(1, int(rows * needed)))
        _settle(log, Bounds(EMPTY + int(bound * rows * (HEADER + BODY)), 1), met)

    comes_within()
    assert min(met[kind] for kind in ("Drop", "Thin", "Checkpoint", "Part", "Lose")) > 10, met


def _settle(log: Log, bounds: Bounds, met: Tally[str]) -> None:
    rows = len(log.kinds)
    while (step := plan(log.held, bounds)) is not None:
        assert len(log.steps) < MOST_STEPS
        near = is_near(log.held, bounds)
        assert near or (isinstance(step, Drop) and step.last <= log.old)
        log.take(step)
        met[type(step).__name__] += 1
    held = log.held
    assert not is_near(held, bounds) or held.last - held.needed < CHECKPOINT_ROWS
    assert set(range(held.needed, rows + 1)) <= log.here, "what a start needs"
    order = [type(step).__name__ for step in log.steps]
    if "Lose" in order:
        assert log.base == min(held.acked, held.needed - 1), "the registry's own went first"
        left = [seq for seq in log.here if held.acked < seq < held.needed and log.kinds[seq - 1] in THINNED]
        assert not left or "Part" in order, "what sensors said went first"
    if {"Part", "Lose"} & set(order):
        first = next(n for n, name in enumerate(order) if name in {"Part", "Lose"})
        assert "Thin" in order[:first] or held.acked >= held.needed - 1
