"""One turn of the core: a working copy of the state that a batch of events is applied to.

What changes is copied once a turn, however many events the turn takes; the state before it stays as it was, so that a
batch whose commit fails leaves no trace (guarantee D12).
"""

from dataclasses import replace

from access.clock import Now
from access.cursor import Cursor
from access.desk import DeskState
from access.door import DoorState, sides
from access.effects import Append, Effect, Settle, Tally
from access.facts import DeviceMoved, Fact
from access.occupancy import fold
from access.site import StandsFor
from access.state import DeviceState, Link, SiteState


class Turn:
    """A turn at one moment. Handlers read and write its fields; ``sealed`` gives the state after it."""

    def __init__(self, state: SiteState, now: Now) -> None:
        """Begin a turn from ``state`` at ``now``."""
        self.before = state
        self.now = now
        self.site = state.site
        self.policy = state.site.policy
        self.epoch = state.epoch
        self.seq = state.seq
        self.replica = state.replica
        self.beacons = state.beacons
        self.devices = dict(state.devices)
        self.cursors = dict(state.cursors)
        self.heard = dict(state.heard)
        self.doors = dict(state.doors)
        self.desks = dict(state.desks)
        self.occupancy = state.occupancy
        self.refusals = dict(state.refusals)
        self.refusals_due_ms = state.refusals_due_ms
        self.silence_due_ms = state.silence_due_ms
        self.day_ends_ms = state.day_ends_ms
        self.keeper_run = state.keeper_run
        self.lockdown = state.lockdown
        self.fire = state.fire
        self.evacuation = state.evacuation
        self.subscribed_ms = state.subscribed_ms
        self.confirmed_ms = state.confirmed_ms
        self.staff_came = state.staff_came
        self.pins = dict(state.pins)
        self.checked_in = state.checked_in
        self.released = state.released
        self.free = state.free
        self.full = state.full
        self.minors_alone = state.minors_alone
        self.minors_why = state.minors_why
        self.minors_due_ms = state.minors_due_ms
        self.holds = state.holds
        self.free_due_ms = state.free_due_ms
        self.watch = state.watch
        self.began_ms = state.began_ms
        self.calls = state.calls
        self.denials = state.denials
        self.applied = state.applied
        self.revocations = state.revocations
        self.walk_ins = state.walk_ins
        self.effects: list[Effect] = []

    def log(self, *facts: Fact) -> None:
        """Append facts to the log and fold them."""
        for fact in facts:
            self.seq += 1
            self.effects.append(Append(self.seq, fact))
            self.occupancy = fold(self.occupancy, fact, self.now.wall_ms)

    def event_id(self, seq: int) -> str:
        """The id of this site's event of that number: a grant's id."""
        return f"{self.epoch}-{seq}"

    def door_outcome(self, door: str, outcome: tuple[DoorState, tuple[Fact, ...]]) -> None:
        """Take a door's transition."""
        self.doors[door], facts = outcome
        self.log(*facts)

    def desk_outcome(self, desk: str, outcome: tuple[DeskState, tuple[Fact, ...]]) -> None:
        """Take a desk's transition."""
        self.desks[desk], facts = outcome
        self.log(*facts)

    def device(self, device: str) -> DeviceState:
        """What is known of a device."""
        return self.devices.get(device) or DeviceState()

    def refuse(self, why: str, count: int = 1) -> None:
        """Count a message that could not be used."""
        self.refusals[why] = self.refusals.get(why, 0) + count

    def hear(self, device: str) -> None:
        """Any live message proves its device online."""
        self.heard[device] = self.now.day_ms
        state = self.devices.get(device)
        if state is None or state.link is not Link.ONLINE:
            if state is not None and state.link is Link.OFFLINE:
                self.link_told(device)
            self.set_link(device, Link.ONLINE)

    def link_told(self, device: str) -> None:
        """Note that a device told of its connection: what it buffered may come now (guarantee D7)."""
        self.devices[device] = replace(self.device(device), link_moved_ms=self.now.mono_ms)

    def set_link(self, device: str, link: Link) -> None:
        """Note what is known of a device's connection; a change is a fact."""
        state = self.device(device)
        if state.link is link:
            return
        self.devices[device] = replace(state, link=link)
        self.log(DeviceMoved(device, link, () if link is Link.ONLINE else self.counted_by(device)))

    def counted_by(self, device: str) -> tuple[str, ...]:
        """The zones whose count hangs on what a device says."""
        known = self.site.devices[device]
        match known.stands_for:
            case StandsFor.DESK_SENSOR:
                return ()
            case StandsFor.PEOPLE_COUNTER:
                return (known.ref,)
            case _:
                return sides(self.site.doors[known.ref])

    def set_cursor(self, device: str, cursor: Cursor, held: tuple[Cursor, ...]) -> None:
        """Keep a device's cursor, and tell the device."""
        self.cursors[device] = held
        self.effects.append(Settle(device, cursor))

    def sealed(self) -> tuple[SiteState, tuple[Effect, ...]]:
        """The state after the turn, and its effects in order."""
        if self.refusals != self.before.refusals:
            self.effects.append(Tally(self.refusals))
        # Every field by name, and not ``replace``, which reads all of them first: it is on each tap's path.
        after = SiteState(
            site=self.site,
            zone=self.before.zone,
            onward=self.before.onward,
            epoch=self.epoch,
            seq=self.seq,
            replica=self.replica,
            beacons=self.beacons,
            devices=self.devices,
            cursors=self.cursors,
            heard=self.heard,
            doors=self.doors,
            desks=self.desks,
            occupancy=self.occupancy,
            refusals=self.refusals,
            refusals_due_ms=self.refusals_due_ms,
            silence_due_ms=self.silence_due_ms,
            day_ends_ms=self.day_ends_ms,
            keeper_run=self.keeper_run,
            lockdown=self.lockdown,
            fire=self.fire,
            evacuation=self.evacuation,
            subscribed_ms=self.subscribed_ms,
            confirmed_ms=self.confirmed_ms,
            staff_came=self.staff_came,
            pins=self.pins,
            checked_in=self.checked_in,
            released=self.released,
            free=self.free,
            full=self.full,
            minors_alone=self.minors_alone,
            minors_why=self.minors_why,
            minors_due_ms=self.minors_due_ms,
            holds=self.holds,
            free_due_ms=self.free_due_ms,
            watch=self.watch,
            began_ms=self.began_ms,
            calls=self.calls,
            denials=self.denials,
            applied=self.applied,
            revocations=self.revocations,
            walk_ins=self.walk_ins,
        )
        return after, tuple(self.effects)
