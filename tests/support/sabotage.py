"""Faults planted in the product, one for each guarantee that the simulation watches: what somebody could do wrong."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import pytest

from access import events, numbering, site_events, step
from access.case import Age
from access.effects import Append, CommandPulse, Effect, Lease
from access.step import step_all
from access.turn import Turn
from devices import leases
from devices.doorkeeper.state import Effects, KeeperState
from gateway.database import SETTINGS, StoreBroken
from gateway.outward import Outward
from gateway.writer import Writer
from hubout.simulate.plan import Mix
from tests.support.sabotage_log import (
    acknowledges_first,
    alarms_nobody,
    applies_half_a_step,
    binds_another_body,
    forgets_who_left,
    gives_up,
    leaves_numbers_out,
    marks_no_poison,
    parts_too_early,
    serves_every_branch,
    stores_nothing,
    trusts_any_clock,
)

Patch = pytest.MonkeyPatch
CARDS = {"comes": 3, "queue": 2}
CLONED_DEEDS = {"comes": 3, "books": 2}


@dataclass(frozen=True, slots=True)
class Sabotage:
    """What is planted, and what must be going on for it to show."""

    plant: Callable[[Patch], None]
    deeds: Mapping[str, int] = field(default_factory=lambda: CARDS)
    faults: Mapping[str, int] = field(default_factory=lambda: {"poison": 1})

    @property
    def mix(self) -> Mix:
        """What to plan."""
        return Mix(self.deeds, self.faults, spans=3)


def commits_without_sync(patch: Patch) -> None:
    """A commit returns before it is on the disk."""
    patch.setattr("gateway.database.SETTINGS", tuple(one.replace("FULL", "OFF") for one in SETTINGS))


def pulses_old_grants(patch: Patch) -> None:
    """Neither the gateway nor the doorkeeper asks how old a grant is."""

    def pulse(self: Outward, effect: Lease | CommandPulse) -> list[events.Event]:
        return self._keeper.lease(effect) if isinstance(effect, Lease) else self._command(effect)

    patch.setattr(Outward, "_pulse", pulse)
    patch.setattr("devices.leases.GRANT_MAX_AGE_MS", 60_000)


def leases_have_no_cap(patch: Patch) -> None:
    """A minute is asked for, and the doorkeeper gives it."""
    sound = leases.take

    def take(
        table: leases.LeaseTable, asked: leases.Asked, now_ms: int, _cap_ms: int
    ) -> tuple[leases.LeaseTable, leases.Lease | leases.Why]:
        return sound(table, asked, now_ms, 10**6)

    patch.setattr("devices.leases.take", take)
    patch.setattr("access.taps._pulse_ms", lambda *_: 60_000)


def leases_outlive_their_gateway(patch: Patch) -> None:
    """The doorkeeper does not mind who dies."""

    def kept(state: KeeperState, *_: object) -> tuple[KeeperState, Effects]:
        return state, ()

    patch.setattr("devices.doorkeeper.sayings.end_leases", kept)


def pulses_at_start(patch: Patch) -> None:
    """A gateway that finds its doorkeeper carries out again what the log granted last."""

    def found(turn: Turn, event: events.KeeperFound) -> None:
        site_events.on_keeper_found(turn, event)
        grant = turn.event_id(turn.seq)
        turn.effects.append(Lease(grant, "front", 1_000, turn.now.mono_ms, event.run))

    patch.setitem(step.HANDLERS, events.KeeperFound, found)


def ignores_fire(patch: Patch) -> None:
    """The doorkeeper latches nothing."""
    patch.setattr("devices.doorkeeper.sayings.latch", lambda state, _signed, _now_ms: (state, ()))


def believes_every_age(patch: Patch) -> None:
    """Every tap counts as fresh."""
    patch.setattr("access.taps.age_of", lambda *_: (Age.FRESH, 0))


def takes_everything_twice(patch: Patch) -> None:
    """No cursor is looked at: whatever comes again counts again."""
    patch.setattr("access.taps.taken", lambda *what: numbering.taken(*what) or True)
    patch.setattr("access.taps._too_soon", lambda *_: False)


def tells_no_site_of_revocations(patch: Patch) -> None:
    """The registry keeps a revocation to itself."""
    patch.setattr("registry.people.badges._tell", lambda _edit, _person: None)


def counts_no_refusals(patch: Patch) -> None:
    """What cannot be used is passed over in silence."""
    patch.setattr(Turn, "refuse", lambda *_: None)


def answers_nobody(patch: Patch) -> None:
    """Readers are left waiting."""
    patch.setattr(Outward, "answer", lambda *_: None)


def goes_on_without_its_disk(patch: Patch) -> None:
    """A batch that could not be stored is carried out all the same."""
    sound = Writer.take

    def take(self: Writer, batch: Sequence[events.Event]) -> tuple[Effect, ...]:
        try:
            return sound(self, batch)
        except StoreBroken:
            _, effects = step_all(self.state, batch, self._clock.now())
            return tuple(effect for effect in effects if not isinstance(effect, Append))

    patch.setattr(Writer, "take", take)


def tells_everybody_why(patch: Patch) -> None:
    """The reason goes to whoever stands there."""
    patch.setattr("access.taps.UNRECOGNISED", frozenset())
    patch.setattr("gateway.outward.for_display", lambda verdict, *_: None if verdict is None else str(verdict.reason))


SABOTAGES: Mapping[str, Sabotage] = {
    "D1": Sabotage(commits_without_sync),
    "D2": Sabotage(pulses_old_grants, faults={"disk_slow": 1}),
    "D3": Sabotage(leases_have_no_cap),
    "D4": Sabotage(leases_outlive_their_gateway, faults={"killed_in_lease": 1}),
    "D5": Sabotage(pulses_at_start, faults={"killed": 1, "keeper_dies": 1}),
    "D6": Sabotage(ignores_fire, faults={"fire": 1}),
    "D7": Sabotage(believes_every_age, {"sits": 1}, {"device_unheard": 1}),
    "D8": Sabotage(takes_everything_twice, {"comes": 2, "replays": 2}, {"bad_air": 1}),
    "D9": Sabotage(tells_no_site_of_revocations, {"revokes": 1}),
    "D10": Sabotage(counts_no_refusals, {"forges": 1}),
    "D11": Sabotage(answers_nobody, faults={"partition": 1}),
    "D12": Sabotage(goes_on_without_its_disk, faults={"disk_full": 1}),
    "D13": Sabotage(tells_everybody_why, {"strange_card": 1}),
    "S1": Sabotage(stores_nothing),
    "S2": Sabotage(takes_everything_twice, {"comes": 2, "replays": 2}, {"bad_air": 1}),
    "S3": Sabotage(leaves_numbers_out),
    "S4": Sabotage(binds_another_body),
    "S5": Sabotage(forgets_who_left, {"comes": 2, "goes": 4}, {"killed": 1}),
    "S6": Sabotage(alarms_nobody, faults={"gateway_restored": 1}),
    "S7": Sabotage(alarms_nobody, faults={"registry_restored": 1}),
    "S8": Sabotage(marks_no_poison),
    "S9": Sabotage(gives_up, faults={"partition": 1}),
    "S10": Sabotage(applies_half_a_step, {"books": 1}),
    "S11": Sabotage(trusts_any_clock, faults={"reboot": 1}),
    "S12": Sabotage(acknowledges_first),
}
FURTHER: tuple[tuple[str, Sabotage], ...] = (
    ("S6", Sabotage(serves_every_branch, CLONED_DEEDS, {"gateway_cloned": 1})),
    ("S6", Sabotage(parts_too_early, CLONED_DEEDS, {"gateway_cloned": 1})),
)
"""Other ways to break a guarantee than the one in the table."""
