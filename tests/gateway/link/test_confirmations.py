"""When the registry confirmed what the site decides by: how often the core hears of it, and the disk."""

from pathlib import Path

import pytest

from access.clock import MINUTE_MS, SECOND_MS
from access.events import Event, ReplicaConfirmed
from gateway.link.confirmations import NOTE_EVERY_MS, TELL_EVERY_MS, Confirmations
from gateway.link.store import LinkStore
from tests.support.hand_clock import HandClock


@pytest.fixture
def posted() -> list[Event]:
    return []


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def confirmed(tmp_path: Path, clock: HandClock, posted: list[Event]) -> Confirmations:
    return Confirmations(LinkStore.open(tmp_path / "link.db"), clock, posted.append)


def test_the_core_hears_of_it_once_in_ten_seconds_and_the_pages_each_time(
    confirmed: Confirmations, clock: HandClock, posted: list[Event]
) -> None:
    for _ in range(TELL_EVERY_MS // SECOND_MS):
        confirmed.confirm(clock.mono_ms() - 20)
        assert confirmed.at_ms == clock.now().wall_ms
        clock.move(SECOND_MS)
    assert posted == [ReplicaConfirmed(20)]
    confirmed.confirm(clock.mono_ms() - 30)
    assert posted == [ReplicaConfirmed(20), ReplicaConfirmed(30)]


def test_what_is_held_since_now_is_confirmed_to_the_core_at_once(
    confirmed: Confirmations, clock: HandClock, posted: list[Event]
) -> None:
    confirmed.confirm(clock.mono_ms())
    clock.move(SECOND_MS)
    confirmed.confirm(clock.mono_ms() - 5, anew=True)
    assert posted == [ReplicaConfirmed(0), ReplicaConfirmed(5)]


def test_the_disk_hears_of_it_once_a_minute(confirmed: Confirmations, clock: HandClock, tmp_path: Path) -> None:
    def on_disk() -> int | None:
        return LinkStore.open(tmp_path / "link.db").standing.confirmed_ms

    confirmed.confirm(0)
    first_ms = on_disk()
    clock.move(NOTE_EVERY_MS - 1)
    confirmed.confirm(0)
    assert first_ms == clock.now().wall_ms - MINUTE_MS + 1 == on_disk()
    clock.move(1)
    confirmed.confirm(0)
    assert on_disk() == clock.now().wall_ms
