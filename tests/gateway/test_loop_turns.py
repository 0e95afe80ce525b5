"""The loop when nothing happens, when much is wrong, and when it ends: few turns, a prompt end, nothing left open."""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from threading import Thread, active_count
from time import monotonic

import pytest

from access import events
from access.effects import Effect
from gateway.loop import Loop
from hubout.ports import free_port
from tests.support.inner_site import InnerSite, doorkeeper_of, inner_site
from tests.support.mosquitto import Mosquitto
from tests.support.parts import wait_until

IDLE_TURNS_A_SECOND = 25
"""Four tends, the core's own looks, a beacon now and then, and what a broker says by itself."""
AT_ONCE_S = 1.0


def turns_in_a_second(site: InnerSite) -> int:
    began_ms, turns = site.clock.mono_ms(), site.turns
    site.until(lambda: site.clock.mono_ms() >= began_ms + 1_000, "a second")
    return site.turns - turns


def descriptors() -> set[str]:
    """What this process holds open: sockets, files and polls, by what they are."""
    found = set()
    for held in Path("/proc/self/fd").iterdir():
        with suppress(OSError):  # The listing's own is gone again.
            found.add(str(held.readlink()))
    return found


class Other:
    """Something else that lives in the loop."""

    def __init__(self) -> None:
        self.closed, self.noted, self.tended = False, 0, 0
        self.breaks = False

    def filenos(self) -> Sequence[int]:
        return ()

    def ready(self) -> list[events.Event]:
        return []

    def note(self, effects: Sequence[Effect]) -> None:
        self.noted += len(effects)

    def tend(self, loop: Loop, mono_ms: int) -> None:  # noqa: ARG002
        self.tended += 1
        if self.breaks:
            raise RuntimeError("a fault of ours")

    def close(self) -> None:
        self.closed = True


def test_an_idle_loop_waits(tmp_path: Path) -> None:
    with Mosquitto(tmp_path) as mosquitto, inner_site(tmp_path, mosquitto.port) as site, doorkeeper_of(site):
        assert 2 <= turns_in_a_second(site) < IDLE_TURNS_A_SECOND


def test_a_loop_without_broker_and_doorkeeper_waits_too(tmp_path: Path) -> None:
    site = InnerSite(tmp_path, free_port())
    site.thread.start()
    site.until(lambda: site.native.trouble, "the trouble")
    assert 2 <= turns_in_a_second(site) < IDLE_TURNS_A_SECOND
    site.close()


def test_it_ends_at_once_and_holds_nothing_open(tmp_path: Path) -> None:
    with Mosquitto(tmp_path) as mosquitto:
        held, threads = descriptors(), active_count()
        with inner_site(tmp_path, mosquitto.port) as site, doorkeeper_of(site):
            begun = monotonic()
            site.loop.stop()
            site.thread.join(5)
            assert monotonic() - begun < AT_ONCE_S
            assert not site.thread.is_alive()
        wait_until(lambda: active_count() == threads, "every thread's end")
        assert {one for one in descriptors() - held if "pipe" not in one} == set()


def test_it_ends_at_once_though_its_broker_lets_nobody_in(tmp_path: Path) -> None:
    site = InnerSite(tmp_path, free_port())
    thread = Thread(target=site.loop.run)
    thread.start()
    wait_until(lambda: site.native.trouble, "the trouble")
    begun = monotonic()
    site.loop.stop()
    thread.join(5)
    assert monotonic() - begun < AT_ONCE_S
    site.store.close()


def test_what_lives_in_it_is_told_of_commits_tended_and_closed(tmp_path: Path) -> None:
    other = Other()
    with Mosquitto(tmp_path) as mosquitto, inner_site(tmp_path, mosquitto.port, others=[other]):
        wait_until(lambda: other.noted > 0, "a commit")
        assert other.tended > 0
    assert other.closed


def test_a_fault_ends_the_loop_and_lets_everything_go(tmp_path: Path) -> None:
    other = Other()
    site = InnerSite(tmp_path, free_port(), others=[other])
    other.breaks = True
    with pytest.raises(RuntimeError, match="a fault of ours"):
        site.loop.run()
    assert other.closed
    site.store.close()
    site.wake.close()
