"""The clocks of a site's machine, and what a run of the gateway sees of them."""

from access.clock import Now
from gateway.clock import Clock, Machine
from hubout.simulate.agenda import Agenda

_MILLION = 1_000_000
BOOTED_MS = 60_000


class SiteMachine(Machine):
    """One Pi. While ``ntp`` reaches it its wall clock is right; else it drifts, and faults move it."""

    def __init__(self, agenda: Agenda, begins_ms: int) -> None:
        """``begins_ms`` is the true wall time at which the agenda begins."""
        self._agenda, self._begins_ms = agenda, begins_ms
        self.boot, self.keeps_time, self.ntp = "boot-1", True, True
        self._boots, self._booted_ms = 1, -BOOTED_MS
        self.lost_time = False
        self._ahead_ms, self._drift_ppm, self._drifts_from_ms = 0, 0, 0

    def true_ms(self) -> int:
        """What a right clock would show."""
        return self._begins_ms + self._agenda.now_ms

    def wall_ms(self) -> int:
        """What this machine's shows."""
        if self.ntp:
            return self.true_ms()
        drifted_ms = (self._agenda.now_ms - self._drifts_from_ms) * self._drift_ppm // _MILLION
        return self.true_ms() + self._ahead_ms + drifted_ms

    def up_ms(self) -> int:
        """Since it booted."""
        return self._agenda.now_ms - self._booted_ms

    def synchronised(self) -> bool:
        """Whether NTP reaches it."""
        return self.ntp

    def set_wall(self, wall_ms: int) -> bool:
        """Staff set it."""
        self._moved(wall_ms - self.true_ms())
        return True

    def lose_ntp(self, drift_ppm: int) -> None:
        """From now on it goes by itself."""
        if self.ntp:
            self.ntp, self._drift_ppm = False, drift_ppm
            self._moved(0)

    def find_ntp(self) -> None:
        """It is right again, at once."""
        self.ntp, self.lost_time = True, False

    def step(self, by_ms: int) -> None:
        """Its wall clock jumps; NTP puts that right only when it comes back."""
        ahead_ms = self.wall_ms() - self.true_ms()
        self.ntp = False
        self._moved(ahead_ms + by_ms)

    def reboot(self, *, forgets_time: bool) -> None:
        """Boot; without a battery the clock begins where nobody knows."""
        self._boots += 1
        self.boot, self._booted_ms = f"boot-{self._boots}", self._agenda.now_ms
        self.keeps_time = not forgets_time
        if forgets_time:
            self.ntp, self.lost_time = False, True
            self._moved(-self.true_ms())

    def _moved(self, ahead_ms: int) -> None:
        self._ahead_ms, self._drifts_from_ms = ahead_ms, self._agenda.now_ms


class RunClock(Clock):
    """The clocks of one run, or of one of its threads: ``ahead_ms`` is how long that has been held up in this turn."""

    def __init__(self, agenda: Agenda, machine: SiteMachine) -> None:
        """The run begins now."""
        self._agenda, self.began_ms, self.ahead_ms = agenda, agenda.now_ms, 0
        super().__init__(machine=machine)
        self.base_ms = self.began_ms

    def mono_ms(self) -> int:
        """Since the run began, what held it up in this turn included."""
        return self._agenda.now_ms + self.ahead_ms - self.began_ms

    def moment_ms(self) -> int:
        """The same on the agenda."""
        return self._agenda.now_ms + self.ahead_ms


class ThreadClock(RunClock):
    """A link's: it shares the machine and the beginning with its run, and is held up by itself."""

    def __init__(self, agenda: Agenda, machine: SiteMachine, run: RunClock) -> None:
        super().__init__(agenda, machine)
        self.began_ms, self._run = run.began_ms, run

    def now(self) -> Now:
        """This moment on the run's clocks."""
        return self._run.now()
