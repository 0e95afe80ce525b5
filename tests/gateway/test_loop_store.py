"""A disk that fails under the loop: every door refuses, nothing is acknowledged, nothing is lost, and it heals itself
(guarantees D12, S12).
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from access.events import LockdownAsked, OpenAsked
from access.facts import DoorMoved, Judged, KeeperChanged, Lapsed, LockdownSet
from tests.support.inner_site import ANNA, BRUNO, MAKERS_TOPIC, PLAN, InnerSite, doorkeeper_of, inner_site
from tests.support.keepers import RunningKeeper
from tests.support.mosquitto import Mosquitto
from tests.support.parts import stays
from tests.support.site_toml import FRONT_CONTACT, FRONT_LOCK, SITE, Plan, door
from tests.support.small_disk import SmallDisk, small_disk
from tests.support.wire_device import WireDevice

WITH_CONTACT = Plan(
    doors=[{**door("front", FRONT_LOCK), "gpio": {"lock": FRONT_LOCK, "contact": FRONT_CONTACT}}, *PLAN.doors[1:]],
    desks=PLAN.desks,
    devices=PLAN.devices,
    policy=PLAN.policy,
)


@dataclass(frozen=True, slots=True)
class Scene:
    site: InnerSite
    keeper: RunningKeeper
    reader: WireDevice
    disk: SmallDisk

    def break_disk(self) -> None:
        """Until a commit fails."""
        self.disk.fill()
        for _ in range(100):
            tap = self.reader.tap(BRUNO)
            if self.reader.signal(tap) == "wait":
                return
        raise AssertionError("the disk never failed")

    def heal(self) -> None:
        """Until commits work again."""
        self.disk.free()
        self.site.until(lambda: not self.site.loop.store_trouble, "the recovery")


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with (
        small_disk(tmp_path / "disk", 1_024) as disk,
        Mosquitto(tmp_path) as mosquitto,
        inner_site(tmp_path, mosquitto.port, WITH_CONTACT, state=disk.folder) as site,
        doorkeeper_of(site) as keeper,
        WireDevice(mosquitto.port, SITE, "front-in") as reader,
    ):
        reader.born()
        yield Scene(site, keeper, reader, disk)


def test_a_tap_is_answered_with_wait_and_not_acknowledged_and_moves_nothing(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    scene.break_disk()
    before = len(scene.site.log.entries())
    tap = scene.reader.tap(ANNA)
    assert scene.reader.signal(tap) == "wait"
    stays(lambda: not scene.reader.is_acked(tap.seq), "no acknowledgement", 0.6)
    assert scene.keeper.board.releases(FRONT_LOCK) == 0
    assert len(scene.site.log.entries()) == before
    said = [one.message for one in caplog.records if one.levelno >= logging.ERROR]
    assert len([one for one in said if "the log cannot be written, so every door refuses" in one]) == 1
    assert "is full; free some space there" in said[-1]


def test_a_disk_that_heals_needs_no_restart_and_the_broker_brings_again_what_waited(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    scene.break_disk()
    late = scene.reader.tap(BRUNO)
    assert scene.reader.signal(late) == "wait"
    scene.heal()
    scene.reader.wait_acked(late.seq)
    tap = scene.reader.tap(ANNA)
    assert scene.reader.signal(tap) == "granted"
    scene.site.until(lambda: scene.keeper.board.releases(FRONT_LOCK) == 1, "the line to move")
    taps = [verdict for verdict in scene.site.log.facts(Judged) if verdict.person == "bruno"]
    assert len(taps) == late.seq
    assert "the log can be written again" in caplog.text


def test_a_tap_that_waited_longer_than_it_may_opens_nothing_when_it_comes_again(scene: Scene) -> None:
    scene.break_disk()
    tap = scene.reader.tap(ANNA)
    said_ms = scene.site.clock.mono_ms()
    assert scene.reader.signal(tap) == "wait"
    scene.site.until(lambda: scene.site.clock.mono_ms() > said_ms + 5_200, "the tap to grow stale")
    scene.heal()
    scene.reader.wait_acked(tap.seq)
    verdict = scene.site.log.facts(Judged)[-1]
    assert (verdict.person, verdict.granted, verdict.reason) == ("anna", False, "stale")
    assert scene.keeper.board.releases(FRONT_LOCK) == 0


def test_what_staff_or_a_makers_reader_asked_meanwhile_opens_nothing_later(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    scene.site.until(lambda: scene.site.clock.mono_ms() > 4_000, "makers' topics to settle")
    scene.break_disk()
    scene.site.wake.post(OpenAsked("front", "sara", "a visitor"))
    scene.reader.say(MAKERS_TOPIC, f'{{"RC522":{{"UID":"{ANNA}","Type":"","Data":""}}}}')
    scene.site.until(lambda: scene.site.loop._given_up >= 2, "both to be given up")
    scene.heal()
    probe = scene.reader.tap(BRUNO)
    assert scene.reader.signal(probe) == "denied"
    assert {verdict.person for verdict in scene.site.log.facts(Judged)} == {"bruno"}
    assert scene.site.log.facts(Lapsed) == []
    assert scene.keeper.board.releases(FRONT_LOCK) + scene.keeper.board.releases(18) == 0
    assert "events had to be given up" in caplog.text


def test_what_the_doorkeeper_saw_and_staff_locked_down_meanwhile_is_logged_afterwards(scene: Scene) -> None:
    scene.break_disk()
    board, state = scene.keeper.board, scene.site.loop
    for level in (True, False):
        before = len(state._kept)
        board.set_input(FRONT_CONTACT, level=level)
        scene.site.until(lambda before=before: len(state._kept) > before, "the contact to be kept")  # type: ignore[misc]
    scene.site.wake.post(LockdownAsked(active=True, author="sara", note="drill"))
    scene.site.until(lambda: any(isinstance(one, LockdownAsked) for one in state._kept), "the lockdown to be kept")
    scene.heal()
    assert [moved.open for moved in scene.site.log.facts(DoorMoved)][-2:] == [True, False]
    assert scene.site.log.facts(LockdownSet)[-1].active


def test_a_doorkeeper_lost_meanwhile_is_lost_in_the_log_too(scene: Scene) -> None:
    scene.break_disk()
    scene.keeper.stop()
    scene.site.until(lambda: not scene.site.keeper.connected, "the loss")
    scene.heal()
    assert [fact.present for fact in scene.site.log.facts(KeeperChanged)][-1] is False


def test_trouble_costs_no_more_turns_than_it_must(scene: Scene) -> None:
    scene.break_disk()
    began_ms, turns = scene.site.clock.mono_ms(), scene.site.turns
    scene.site.until(lambda: scene.site.clock.mono_ms() >= began_ms + 1_000, "a second")
    assert scene.site.turns - turns < 40
