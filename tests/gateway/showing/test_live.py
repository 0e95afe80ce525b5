"""Live topics: what anybody on the broker may know, and nothing else."""

import json
from dataclasses import replace

import pytest

from access.desk import Use
from gateway.pages.shape import Snapshot
from gateway.showing.live import discovery, topics
from tests.support import live_site

ROOT = "hubout/cinisello/live"


@pytest.fixture
def shown() -> Snapshot:
    """A site with two people in it and one desk in use."""
    uses = live_site.desk_uses(**{f"d{n:02}": Use.OCCUPIED if n == 1 else Use.VACANT for n in range(1, 9)})
    return live_site.seen(replace(live_site.fresh(), occupancy=live_site.present("p1", "p2"), desks=uses))


def test_occupancy_is_told_in_all_and_by_zone(shown: Snapshot) -> None:
    told = topics(shown)[f"{ROOT}/occupancy"]
    assert (told["v"], told["present"], told["estimated"]) == (1, 2, False)
    assert told["zones"]["sala"] == {"present": 2, "capacity": 40, "estimated": False}
    assert told["zones"]["lab"]["present"] == 0


def test_each_desk_has_its_own_topic(shown: Snapshot) -> None:
    told = topics(shown)
    assert told[f"{ROOT}/desks/d01"]["state"] == "occupied-without-booking"
    assert told[f"{ROOT}/desks/d02"]["state"] == "free"


def test_health_says_what_answers_and_how_many_devices_need_a_look(shown: Snapshot) -> None:
    health = topics(shown)[f"{ROOT}/health"]
    assert health["registry"] == "online"
    assert health["devices"] == 3
    assert health["devices_to_look_at"] == 3


def test_neither_names_nor_people_nor_doors_are_ever_told(shown: Snapshot) -> None:
    everything = json.dumps([topics(shown), discovery(shown)])
    assert "ingresso" not in everything
    assert "p1" not in everything
    for name in live_site.NAMES:
        assert name not in everything


def test_home_assistant_finds_one_sensor_for_the_people_and_one_a_desk(shown: Snapshot) -> None:
    topic, payload = discovery(shown)
    assert topic == "homeassistant/device/hubout-cinisello/config"
    assert len(payload["components"]) == 1 + len(shown["desks"])
    told = set(topics(shown))
    for component in payload["components"].values():
        assert component["platform"] == "sensor"
        assert component["state_topic"] in told
    assert len({component["unique_id"] for component in payload["components"].values()}) == 9
