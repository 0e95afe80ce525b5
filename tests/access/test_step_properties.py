"""Whatever comes in, in whatever order: nothing raises, one grant is one lease, and the log tells the state again."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from access.effects import Append, CommandPulse, Effect, Lease, Tally
from access.facts import Checkpoint, DayClosed, Fact, Judged
from access.state import SiteState
from access.step import step, step_all
from access.stored import begin
from tests.support.chance import lines
from tests.support.core_site import SITE
from tests.support.transcript import Player

MANY = settings(max_examples=200)
REACHED: Counter[str] = Counter()


def _facts(effects: tuple[Effect, ...]) -> list[tuple[int, Fact]]:
    return [(effect.seq, effect.fact) for effect in effects if isinstance(effect, Append)]


def _play(said: list[str]) -> tuple[Player, list[tuple[int, Fact]]]:
    """The site after these lines, and its log: each fact with its wall time."""
    player, log = Player(), list[tuple[int, Fact]]()
    log += [(player.now.wall_ms, fact) for _, fact in _facts(tuple(player.effects))]
    for line in said:
        before = len(player.effects)
        player.do(line)
        log += [(player.now.wall_ms, fact) for _, fact in _facts(tuple(player.effects[before:]))]
    return player, log


@MANY
@given(lines())
def test_numbers_follow_without_a_gap_and_every_grant_has_at_most_one_lease_right_behind_it(said: list[str]) -> None:
    player, log = _play(said)
    seqs = [seq for seq, _ in _facts(tuple(player.effects))]
    assert seqs == list(range(1, len(seqs) + 1)) == list(range(1, player.state.seq + 1))
    leased = Counter[str]()
    for before, effect in zip([None, *player.effects], player.effects, strict=False):
        if isinstance(effect, Lease | CommandPulse):
            leased[effect.grant] += 1
            assert isinstance(before, Append)
            assert isinstance(before.fact, Judged)
            assert before.fact.granted
            assert effect.grant == f"1-{before.seq}"
            REACHED[type(effect).__name__] += 1
    assert all(count == 1 for count in leased.values())
    REACHED.update(type(fact).__name__ for _, fact in log)
    REACHED.update(fact.reason for _, fact in log if isinstance(fact, Judged))
    for tally in (effect for effect in player.effects if isinstance(effect, Tally)):
        REACHED.update(tally.counts)


@MANY
@given(lines())
def test_no_lease_outlasts_its_limit_and_none_is_asked_without_a_keeper(said: list[str]) -> None:
    player = Player()
    for line in said:
        before = len(player.effects)
        player.do(line)
        for effect in player.effects[before:]:
            if isinstance(effect, Lease):
                assert effect.pulse_ms <= SITE.doors[effect.door].max_lease_ms
                assert effect.keeper_run
                assert effect.granted_mono_ms == player.mono_ms


def _twice(line: str, how: str) -> bool:
    words = line.split()
    return how in words and "tap" in words


@MANY
@given(lines())
def test_what_is_kept_old_or_said_twice_never_opens(said: list[str]) -> None:
    player = Player()
    for line in said:
        before, refused = len(player.effects), dict(player.state.refusals)
        player.do(line)
        pulses = [one for one in player.effects[before:] if isinstance(one, Lease | CommandPulse)]
        repeated = player.state.refusals.get("repeated", 0) > refused.get("repeated", 0)
        if repeated or any(_twice(line, how) for how in ("retained", "unheard", "old=6000")):
            makers = any(f"tap {reader} " in line for reader in ("side-in", "side-out", "wall"))
            assert not pulses or (makers and "retained" not in line)
            REACHED["never opens"] += 1


def _batches(said: list[str]) -> list[list[str]]:
    """Lines that come at one moment together."""
    grouped: list[list[str]] = [[]]
    for line in said:
        if line.startswith("+") and not line.startswith("+0 ") and grouped[-1]:
            grouped.append([])
        grouped[-1].append(line)
    return grouped


def _without_tallies(effects: tuple[Effect, ...]) -> list[Effect]:
    return [effect for effect in effects if not isinstance(effect, Tally)]


@MANY
@given(lines(25))
def test_a_batch_is_the_same_as_its_events_one_by_one(said: list[str]) -> None:
    player = Player()
    for group in _batches(said):
        words = [line.split() for line in group]
        player.mono_ms += sum(int(line.pop(0)[1:]) for line in words if line[0].startswith("+"))
        batch = [event for line in words for event in player._events(line)]
        single, one_by_one = player.state, list[Effect]()
        for event in batch:
            single, effects = step(single, event, player.now)
            one_by_one += _without_tallies(effects)
        player.state, together = step_all(player.state, batch, player.now)
        assert player.state == single
        assert _without_tallies(together) == one_by_one
        REACHED["batch"] += len(batch) > 1


def _since_checkpoint(log: list[tuple[int, Fact]]) -> list[tuple[int, Fact]]:
    last = max((index for index, (_, fact) in enumerate(log) if isinstance(fact, Checkpoint)), default=0)
    return log[last:]


def _shown(state: SiteState) -> object:
    """What a restart must give again."""
    return (
        state.occupancy,
        {desk: (held.use, held.since_ms, held.levels) for desk, held in state.desks.items()},
        {door: (bool(held.open), held.held, held.forced) for door, held in state.doors.items()},
        state.lockdown,
        state.fire,
    )


@MANY
@given(lines(60))
def test_a_restart_gives_the_same_numbers(said: list[str]) -> None:
    player, log = _play(said)
    history, held = _since_checkpoint(log), player.state
    again = begin(SITE, held.replica, 1, held.seq, history, held.cursors, held.refusals, player.now)
    assert _shown(again) == _shown(player.state)
    assert again.day_ends_ms == player.state.day_ends_ms
    waiting = {desk: one.vacant_due_ms is not None for desk, one in player.state.desks.items()}
    assert {desk: one.vacant_due_ms is not None for desk, one in again.desks.items()} == waiting
    assert not any(door.waiting for door in again.doors.values())
    REACHED["from a checkpoint"] += isinstance(history[0][1], Checkpoint) and len(history) > 3
    REACHED["people at restart"] += bool(again.occupancy.stays)
    REACHED["a hold at restart"] += any(waiting.values())
    REACHED["a day closed"] += any(isinstance(fact, DayClosed) for _, fact in log)


@MANY
@given(lines(), st.integers(0, 40))
def test_a_step_leaves_the_state_before_it_as_it_was(said: list[str], at: int) -> None:
    player = Player()
    for line in said[:at]:
        player.do(line)
    before, shown = player.state, repr(player.state)
    player.do(said[min(at, len(said) - 1)])
    assert repr(before) == shown


WANTED = """Lease; CommandPulse; never opens; batch; from a checkpoint; people at restart; a hold at restart;
a day closed;
Judged; Lapsed; Entered; Left; DoorMoved; HeldOpen; LineMoved; Sensed; DeskMoved; Counted; DeviceMoved; BatteryLow;
DeviceGap; Refusals; ReplicaApplied; LockdownSet; FireChanged; KeeperChanged; Checkpoint; booking; standing; override;
leaving; stale; age-unproved; unknown-badge; too-early; lockdown; no-booking; repeated; retained-tap; overtaken;
retained-event; too-fast; older-status"""


def test_the_days_reached_every_fact_reason_and_refusal_that_matters() -> None:
    if not REACHED:
        test_numbers_follow_without_a_gap_and_every_grant_has_at_most_one_lease_right_behind_it()
        test_what_is_kept_old_or_said_twice_never_opens()
        test_a_batch_is_the_same_as_its_events_one_by_one()
        test_a_restart_gives_the_same_numbers()
    wanted = {" ".join(word.split()) for word in WANTED.split(";")}
    assert {name: REACHED[name] for name in sorted(wanted) if not REACHED[name]} == {}
