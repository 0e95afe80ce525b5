"""Whatever happens in whatever order, on whatever clock: the promises of the keeper's core (D2, D3, D5, D6)."""

from collections import Counter
from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from devices import keeper_wire as wire
from devices.doorkeeper import core
from devices.doorkeeper.state import (
    Connected,
    ContactRead,
    Drive,
    Effects,
    Event,
    FireRead,
    ForgetLatch,
    Gone,
    KeeperState,
    LatchForgotten,
    LatchStored,
    RexRead,
    Said,
    SaidBadly,
    Send,
    Stop,
    StoreLatch,
    Tick,
)
from devices.keeper_wire import LatchName
from devices.leases import STANDING_MS

RUN = "keeper-1"
CAPS_MS = {"main": 5_000, "back": 2_000}
DOORS = st.sampled_from([*CAPS_MS, "roof"])
GRANTS = st.sampled_from([f"g{number}" for number in range(12)])
CLIENTS = st.integers(1, 3)
NAMES = st.sampled_from(["Anna", "Luca"])

takes = st.builds(
    wire.TakeLease,
    grant=GRANTS,
    door=st.sampled_from([*CAPS_MS, *CAPS_MS, *CAPS_MS, "roof"]),
    ms=st.integers(0, 60_000),
    run=st.sampled_from([RUN, RUN, RUN, RUN, "keeper-0"]),
    decided_ms=st.just(0),
    standing=st.booleans(),
)
messages = st.one_of(
    takes,
    st.builds(wire.Hello, v=st.sampled_from([1, 1, 1, 1, 2]), run=st.sampled_from(["run-a", "run-b"])),
    st.builds(wire.Renew, grant=GRANTS, run=st.just(RUN)),
    st.builds(wire.EndGrant, grant=GRANTS),
    st.builds(wire.EndDoor, door=DOORS),
    st.builds(wire.SetLatch, latch=st.sampled_from(LatchName), by=NAMES),
    st.builds(wire.ResetLatch, latch=st.sampled_from(LatchName), by=NAMES),
    st.builds(wire.AskState),
)
anything: st.SearchStrategy[Event] = st.one_of(
    st.builds(Said, client=CLIENTS, message=messages),
    st.builds(Connected, client=CLIENTS),
    st.builds(Gone, client=CLIENTS),
    st.builds(SaidBadly, client=CLIENTS, why=st.just("Not JSON.")),
    st.builds(ContactRead, door=DOORS, open=st.booleans()),
    st.builds(RexRead, door=DOORS, pressed=st.booleans()),
    st.builds(FireRead, active=st.booleans()),
    st.just(Tick()),
)
jumps = st.one_of(st.integers(0, 1_500), st.integers(0, 1_500), st.integers(0, 10_000), st.integers(0, 10**11))
faults = st.sampled_from(["", "", "", "The disk is full."])
Moment = tuple[int, Event, str]


@st.composite
def passages(draw: st.DrawFn) -> list[Moment]:
    """A gateway at work: a lease, mostly a good one, and renewals of it."""
    take = draw(takes)
    renewals = draw(st.integers(0, 3))
    renew = Said(1, wire.Renew(take.grant, RUN))
    return [(draw(jumps), Said(1, take), ""), *((draw(st.integers(0, 3_200)), renew, "") for _ in range(renewals))]


@st.composite
def mishaps(draw: st.DrawFn) -> list[Moment]:
    """One thing of any kind, and perhaps the gateway after it, back and with the latches reset."""
    moment = draw(jumps), draw(anything), draw(faults)
    again: list[Event] = [Connected(1), Said(1, wire.Hello(wire.VERSION, "run-a")), FireRead(active=False)]
    again += [Said(1, wire.ResetLatch(latch, "Anna")) for latch in LatchName]
    return [moment, *((0, event, "") for event in (again if draw(st.booleans()) else []))]


scripts = st.lists(st.one_of(passages(), passages(), mishaps()), min_size=1, max_size=25).map(
    lambda fragments: [moment for fragment in fragments for moment in fragment]
)


@dataclass
class Watcher:
    """What an honest bystander knows: the drives seen, the ends promised, the latches put on and off."""

    released: set[str] = field(default_factory=set)
    secured_by_ms: dict[str, int] = field(default_factory=dict)
    taken: Counter[str] = field(default_factory=Counter)
    standing: set[str] = field(default_factory=set)
    latched: set[LatchName] = field(default_factory=set)
    reached: Counter[str] = field(default_factory=Counter)

    def see(self, event: Event, effects: Effects, now_ms: int) -> None:
        """Look at one step."""
        for effect in effects:
            if isinstance(effect, Drive):
                assert effect.released != (effect.door in self.released), "a drive moves the line"
                (self.released.add if effect.released else self.released.discard)(effect.door)
            elif isinstance(effect, StoreLatch):
                self.latched.add(effect.signed.latch)
            elif isinstance(effect, Send) and isinstance(effect.message, wire.Leased):
                self._leased(event, effect.message, now_ms)
        if isinstance(event, LatchForgotten) and not event.fault:
            self.latched.discard(event.signed.latch)

    def _leased(self, event: Event, leased: wire.Leased, now_ms: int) -> None:
        assert isinstance(event, Said)
        if isinstance(event.message, wire.TakeLease):
            self.taken[leased.grant] += 1
            self.standing |= {leased.grant} if event.message.standing else set()
        else:
            self.reached["renewed"] += 1
        cap_ms = min(CAPS_MS[leased.door], STANDING_MS) if leased.grant in self.standing else CAPS_MS[leased.door]
        assert now_ms < leased.ends_ms <= now_ms + cap_ms
        self.secured_by_ms[leased.door] = max(leased.ends_ms, self.secured_by_ms.get(leased.door, 0))

    def check(self, state: KeeperState, now_ms: int) -> None:
        """What must hold after every step."""
        assert self.released == state.released()
        assert all(count == 1 for count in self.taken.values()), "one lease a grant"
        if self.latched:
            assert self.released == set(CAPS_MS)
            self.reached["latched"] += 1
        for door in self.released if not self.latched else ():
            assert now_ms < self.secured_by_ms[door], "released only within a lease"
            self.reached["released"] += 1
        assert state.gateway is None or state.gateway in state.clients
        assert {lease.holder for lease in state.table.running.values()} <= {state.gateway}


def answer(effects: Effects, fault: str) -> list[Event]:
    """The disk's answers to what a step asked of it."""
    stored = [LatchStored(effect.signed.latch, fault) for effect in effects if isinstance(effect, StoreLatch)]
    forgets = [effect for effect in effects if isinstance(effect, ForgetLatch)]
    return [*stored, *(LatchForgotten(effect.signed, effect.client, fault) for effect in forgets)]


def play(script: list[Moment]) -> tuple[Watcher, KeeperState, int]:
    """One keeper's life, watched."""
    state, now_ms, watcher = KeeperState(RUN, CAPS_MS), 1_000_000, Watcher()
    opening: list[Moment] = [(0, Connected(1), ""), (0, Said(1, wire.Hello(wire.VERSION, "run-a")), "")]
    for jump_ms, event, fault in [*opening, *script]:
        now_ms += jump_ms
        waiting = [_dated(event, now_ms)]
        while waiting:
            current = waiting.pop(0)
            state, effects = core.step(state, current, now_ms)
            watcher.see(current, effects, now_ms)
            watcher.check(state, now_ms)
            waiting += answer(effects, fault)
    return watcher, state, now_ms


def _dated(event: Event, now_ms: int) -> Event:
    if isinstance(event, Said) and isinstance(event.message, wire.TakeLease):
        asked = event.message
        fresh = wire.TakeLease(asked.grant, asked.door, asked.ms, asked.run, now_ms, asked.standing)
        return Said(event.client, fresh)
    return event


def test_no_order_of_events_breaks_a_promise_and_the_promises_were_tried() -> None:
    reached: Counter[str] = Counter()

    @settings(max_examples=400, deadline=None)
    @given(scripts)
    def every_script(script: list[Moment]) -> None:
        watcher, _, _ = play(script)
        reached.update(watcher.reached)
        reached["taken"] += sum(watcher.taken.values())

    every_script()
    assert all(reached[case] > 20 for case in ("released", "latched", "taken", "renewed")), reached


@settings(max_examples=150, deadline=None)
@given(scripts)
def test_whatever_went_before_waiting_for_the_deadlines_secures_what_no_latch_holds(
    script: list[Moment],
) -> None:
    watcher, state, now_ms = play(script)
    for _ in range(100):
        deadline_ms = core.next_deadline(state)
        if deadline_ms is None:
            break
        assert deadline_ms > now_ms
        now_ms = deadline_ms
        state, effects = core.step(state, Tick(), now_ms)
        watcher.see(Tick(), effects, now_ms)
        for answered in answer(effects, ""):
            state, _ = core.step(state, answered, now_ms)
    assert core.next_deadline(state) is None
    assert watcher.released == (set(CAPS_MS) if watcher.latched else set())


@settings(max_examples=150, deadline=None)
@given(scripts)
def test_whatever_went_before_stopping_secures_what_no_latch_holds(script: list[Moment]) -> None:
    watcher, state, now_ms = play(script)
    state, effects = core.step(state, Stop(), now_ms)
    watcher.see(Stop(), effects, now_ms)
    assert watcher.released == (set(CAPS_MS) if watcher.latched else set())
    assert state.stopping
