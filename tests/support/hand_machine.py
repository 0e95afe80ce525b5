"""A machine whose clocks a test moves by hand: its wall clock, its boots, whether NTP or a battery helps it."""

from dataclasses import replace
from typing import cast

from access.clock import DAY_MS
from gateway.clock import Clock, Machine
from gateway.loop import Loop
from gateway.timekeeping import Timekeeping
from tests.support.core_site import NINE
from tests.support.live_site import fresh


class HandMachine(Machine):
    """It has been up for an hour; NTP does not reach it, nobody may set its clock, and a battery keeps its time."""

    def __init__(self, *, keeps_time: bool = True, ntp: bool = False, settable: bool = False) -> None:
        self.boot, self.keeps_time, self.ntp, self.settable = "boot-1", keeps_time, ntp, settable
        self.wall, self.up = NINE, 3_600_000

    def wall_ms(self) -> int:
        """As the test says."""
        return self.wall

    def up_ms(self) -> int:
        """As time was let pass."""
        return self.up

    def synchronised(self) -> bool:
        """As the test says."""
        return self.ntp

    def set_wall(self, wall_ms: int) -> bool:
        """Set it, where the test lets it be set."""
        if self.settable:
            self.wall = wall_ms
        return self.settable

    def pass_ms(self, ms: int) -> None:
        """Let time pass on both clocks."""
        self.wall += ms
        self.up += ms

    def reboot(self, off_ms: int, *, wall: int | None = None) -> None:
        """Be off for so long, and up for a minute; ``wall``: what the clock shows then, None: it went on."""
        self.boot, self.up = f"{self.boot}+", 60_000
        self.wall = self.wall + off_ms + 60_000 if wall is None else wall


class HandRun(Clock):
    """A gateway's run on such a machine: its monotonic clock is the machine's."""

    def __init__(self, machine: HandMachine) -> None:
        self.hand, self.began = machine, machine.up
        super().__init__(machine=machine)

    def mono_ms(self) -> int:
        """Since this run began."""
        return self.hand.up - self.began


class HandLoop:
    """As much of the gateway's loop as ``Timekeeping`` looks at: its state, and what is posted to it."""

    def __init__(self) -> None:
        self.writer, self.wake = self, self
        self.state = replace(fresh(), confirmed_ms=-DAY_MS)
        self.posted: list[object] = []
        self.post = self.posted.append


def tended(keeping: Timekeeping, loop: HandLoop, mono_ms: int = 0) -> None:
    """One look, and the note on disk."""
    keeping.tend(cast("Loop", loop), mono_ms)
    keeping.close()
