"""What the gateway remembers of time over a restart: how sure its wall clock was, and how old its replica.

One small file beside the log, written about once a minute by a thread of its own, never on a tap's path, and not forced
to the disk: an older one, or none, only makes the clock less sure and the replica older.
"""

import json
import logging
import threading
from dataclasses import asdict, dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from access import events
from access.clock import MINUTE_MS
from access.conditions import replica_age_ms
from gateway.clock import Clock, Machine
from gateway.loop import Loop
from gateway.watched import Tended

LOG = logging.getLogger("hubout.gateway")
NOTE_EVERY_MS = 1 * MINUTE_MS
FILE_BYTES = 4_096


@dataclass(frozen=True, slots=True)
class Times:
    """What was known at one moment: on the site's wall clock (``wall_ms``), and ``up_ms`` after the boot ``boot``.

    ``sure_ago_ms``: how long before it the wall clock was known to be right (None: nobody knew). ``replica_age_ms``:
    how long before it the registry had confirmed the replica (None: never).
    """

    boot: str
    up_ms: int
    wall_ms: int
    offset_ms: int
    sure_ago_ms: int | None
    replica_age_ms: int | None

    def elapsed_ms(self, machine: Machine) -> int:
        """How long ago that was, at least: exactly within one boot. Else by the wall clock, however it was moved since,
        but never less than the machine is up.
        """
        if self.same_boot(machine):
            return machine.up_ms() - self.up_ms
        return max(machine.wall_ms() - (self.wall_ms - self.offset_ms), machine.up_ms())

    def same_boot(self, machine: Machine) -> bool:
        """Whether the machine has not been off since."""
        return bool(self.boot) and self.boot == machine.boot and machine.up_ms() >= self.up_ms


_times: TypeAdapter[Times] = TypeAdapter(Times)


def read_times(path: Path) -> Times | None:
    """What the file tells; None where there is none that can be read."""
    try:
        with path.open("rb") as file:
            return _times.validate_json(file.read(FILE_BYTES), strict=True)
    except (OSError, ValidationError):
        return None


def recall(clock: Clock, times: Times | None) -> bool:
    """Tell a run's clock what was known before it; whether it is known how long ago that was. A wall clock that a boot
    set back goes on from where it last stood, which is the least that it can be, until somebody knows better.
    """
    if clock.day is not None or times is None:
        return True
    machine = clock.machine
    set_back_ms = times.wall_ms - machine.wall_ms()
    if times.same_boot(machine):
        clock.offset_ms, known = times.offset_ms, True
    else:
        # A battery's clock goes on as it went, the offset that staff gave it included; one that stands earlier than it
        # did has lost its time.
        went_on = machine.keeps_time and set_back_ms - times.offset_ms <= 0
        least_ms = max(set_back_ms + machine.up_ms(), 0)
        clock.offset_ms, known = (times.offset_ms, True) if went_on else (least_ms, False)
    ago_ms = times.sure_ago_ms
    clock.sure_ms = clock.mono_ms() - ago_ms - times.elapsed_ms(machine) if known and ago_ms is not None else None
    return known


def replica_age_at_start(clock: Clock, times: Times | None, confirmed_ms: int | None) -> int | None:
    """How old the replica is at a start: as it was, and the time since. Without the file by ``confirmed_ms``, the wall
    time that the link kept; None: never confirmed.
    """
    if clock.day is None and times is not None and times.replica_age_ms is not None:
        return times.replica_age_ms + max(0, times.elapsed_ms(clock.machine))
    return None if confirmed_ms is None else max(0, clock.now().wall_ms - confirmed_ms)


class Timekeeping(Tended):
    """Notes the times in ``path`` while the loop runs. ``alone``: the site has no registry, so its replica is its own,
    and as new as can be. ``lost``: what was noted before a boot of which nobody knows how long it came after; once the
    clock is known, it tells how old the replica is that this run began with.
    """

    def __init__(self, path: Path, clock: Clock, *, alone: bool, lost: Times | None = None) -> None:
        """Nothing is written yet."""
        self._path, self._clock, self._alone, self._lost = path, clock, alone, lost
        self._began_ms: int | None = None
        self._due_ms, self._told, self._last = 0, "", ""
        self._writing: threading.Thread | None = None

    def tend(self, loop: Loop, mono_ms: int) -> None:
        """Once a minute, after the turn's answers are out: note the times."""
        if mono_ms < self._due_ms or (self._writing is not None and self._writing.is_alive()):
            return
        self._due_ms = mono_ms + NOTE_EVERY_MS
        if self._alone:
            loop.wake.post(events.ReplicaConfirmed())
        self._find_again(loop)
        # While it is not known how long the machine was off, what was noted before is all that can tell.
        if self._clock.day is None and self._lost is None:
            self._last = self._times(loop)
            self._writing = threading.Thread(target=self._write, args=(self._last,), name="times", daemon=True)
            self._writing.start()

    def _find_again(self, loop: Loop) -> None:
        """Where time was lost and the clock is known now: how old the replica is, unless it was confirmed meanwhile."""
        confirmed_ms, now = loop.writer.state.confirmed_ms, self._clock.now()
        self._began_ms = confirmed_ms if self._began_ms is None else self._began_ms
        confirmed = confirmed_ms != self._began_ms
        if self._lost is None or not (confirmed or now.trusted):
            return
        if not confirmed and self._lost.replica_age_ms is not None:
            loop.wake.post(events.ReplicaAged(now.wall_ms - self._lost.wall_ms + self._lost.replica_age_ms))
        self._lost = None

    def set_wall(self, wall_ms: int) -> int:
        """Set the wall clock as staff say, and note it with the next turn; gives what it showed. Raises ClockNotSet."""
        self._due_ms = 0
        return self._clock.set_wall(wall_ms)

    def close(self) -> None:
        """Let the last note reach the file."""
        if self._writing is not None:
            self._writing.join(1.0)

    def _times(self, loop: Loop) -> str:
        now, clock = self._clock.now(), self._clock
        sure_ago_ms = None if clock.sure_ms is None else now.mono_ms - clock.sure_ms
        age_ms = replica_age_ms(loop.writer.state, now) if loop.writer.state.replica.version else None
        times = Times(clock.machine.boot, clock.machine.up_ms(), now.wall_ms, clock.offset_ms, sure_ago_ms, age_ms)
        return json.dumps(asdict(times))

    def _write(self, text: str) -> None:
        new = self._path.with_name(f"{self._path.name}.new")
        try:
            new.write_text(text, encoding="ascii")
            new.replace(self._path)
        except OSError as error:
            if self._told != str(error):
                LOG.warning("how sure the clock is cannot be kept in %s: %s", self._path, error)
            self._told = str(error)
        else:
            self._told = ""
