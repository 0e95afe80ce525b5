"""Doors in free passage, as the keeper holds them: standing leases, renewed while the core says so.

One grant has one lease after another: where a renewal comes too late (this program stood still, or the keeper began
anew), the keeper has secured the door already, and a new lease is taken under the same grant. All of them end with the
connection.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from access.effects import FreeEnd, FreeLease
from devices import keeper_wire as wire
from devices.leases import STANDING_MS


def grant_of(lease: str) -> str:
    """The grant under which a lease was taken: its own id, but for the leases of a hold."""
    return lease.partition(".")[0]


@dataclass(frozen=True, slots=True)
class _Hold:
    """A door's lease, the effect that asked for it last, and whether the keeper gave it."""

    lease: str
    effect: FreeLease
    given: bool = False


class Holds:
    """The doors held; ``alarms`` are told what the keeper does not hold."""

    def __init__(self, base_ms: int, alarm: Callable[[str], None]) -> None:
        """``base_ms`` is where this run's clock begins on CLOCK_MONOTONIC."""
        self._base_ms, self._alarm = base_ms, alarm
        self._holds: dict[str, _Hold] = {}
        self._taken = 0

    def ask(self, effect: FreeLease) -> wire.ToKeeper:
        """What to say so that a door is held a little longer."""
        hold = self._holds.get(effect.door)
        if hold is None or hold.effect.grant != effect.grant:
            return self._take(effect)
        self._holds[effect.door] = replace(hold, effect=effect)
        return wire.Renew(hold.lease, effect.keeper_run)

    def _take(self, effect: FreeLease) -> wire.ToKeeper:
        self._taken += 1
        lease = f"{effect.grant}.{self._taken}"
        self._holds[effect.door] = _Hold(lease, effect)
        asked_ms = effect.asked_mono_ms + self._base_ms
        return wire.TakeLease(lease, effect.door, STANDING_MS, effect.keeper_run, asked_ms, standing=True)

    def end(self, effect: FreeEnd) -> wire.ToKeeper | None:
        """What to say so that a door is held no more; None where it is not."""
        hold = self._holds.pop(effect.door, None)
        return None if hold is None else wire.EndGrant(hold.lease)

    def given(self, door: str, lease: str) -> None:
        """The keeper holds a door."""
        if door in self._holds and self._holds[door].lease == lease:
            self._holds[door] = replace(self._holds[door], given=True)

    def refused(self, lease: str, why: str) -> wire.ToKeeper | None:
        """The keeper does not: what to say where the lease had run out; one that was never given is asked for again
        with the next effect.
        """
        hold = next((held for held in self._holds.values() if held.lease == lease), None)
        if hold is None:
            return None
        if hold.given:
            return self._take(hold.effect)
        self._alarm(f"the doorkeeper does not hold {hold.effect.door} in free passage: {why}")
        del self._holds[hold.effect.door]
        return None

    def clear(self) -> None:
        """The connection is gone, and every hold with it."""
        self._holds.clear()
