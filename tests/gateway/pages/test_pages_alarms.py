"""The alarms above the live page: which, in which order, in whose words."""

from dataclasses import replace

import pytest

from gateway.link.standing import RegistryStanding, Room
from gateway.pages.alarms import alarms
from gateway.pages.shape import Snapshot
from gateway.pages.view import Telling
from gateway.showing.snapshot import Links
from pages.languages import load
from pages.look import SHARED_WORDS
from tests.support.live_day import busy_state
from tests.support.live_site import NOW, fresh, seen

WORDS = load([SHARED_WORDS, ("gateway", "pages/words")])


def said(picture: Snapshot, language: str = "it") -> Telling:
    return Telling(picture, WORDS[language])


@pytest.mark.parametrize(
    ("changed", "sentences"),
    [
        ({}, []),
        ({"fire": True}, ["danger"]),
        ({"lockdown": True}, ["danger"]),
        ({"fire": True, "lockdown": True}, ["danger", "danger"]),
        ({"evacuation": True}, ["danger"]),
        ({"keeper_run": ""}, ["danger"]),
    ],
)
def test_alarms_are_told_worst_first(changed: dict[str, object], sentences: list[str]) -> None:
    state = replace(fresh(), **{"keeper_run": "k1", **changed})  # type: ignore[arg-type]
    assert [tone for tone, _ in alarms(said(seen(state)))] == sentences


def test_a_door_in_alarm_is_named() -> None:
    state = busy_state()
    forced = replace(state.doors["ingresso"], forced=True)
    found = alarms(said(seen(replace(state, doors={**state.doors, "ingresso": forced}))))
    assert found == [
        ("danger", "Ingresso: aperta senza permesso."),
        ("warning", "Porta del laboratorio: aperta da troppo tempo."),
    ]


def test_an_unsure_clock_is_an_alarm_of_its_own() -> None:
    state = replace(fresh(), keeper_run="k1")
    assert alarms(said(seen(state, now=replace(NOW, trusted=False)), "en")) == [
        ("warning", "The site's clock is not sure: bookings and hours may be read wrongly.")
    ]


def test_a_disk_that_does_not_take_the_log_is_an_alarm() -> None:
    state = replace(fresh(), keeper_run="k1")
    (alarm,) = alarms(said(seen(state, links=Links(broker_online=True, log_written=False))))
    assert alarm == (
        "danger",
        "Il disco non accetta il registro: nessun badge apre finché non torna. Le uscite restano libere.",
    )


def test_a_disk_that_was_full_is_an_alarm_while_the_log_lives_on_what_was_held_back() -> None:
    state = replace(fresh(), keeper_run="k1")
    links = Links(broker_online=True, room=Room(full=True))
    ((tone, sentence),) = alarms(said(seen(state, links=links), "en"))
    assert (tone, sentence.startswith("The disk was full")) == ("danger", True)


def test_a_damaged_log_is_an_alarm_that_names_the_file_that_was_set_aside() -> None:
    state = replace(fresh(), keeper_run="k1")
    links = Links(broker_online=True, room=Room(damaged="log.db.damaged-2"))
    ((tone, sentence),) = alarms(said(seen(state, links=links), "en"))
    assert (tone, "set aside as log.db.damaged-2" in sentence) == ("danger", True)


def test_a_gateway_that_staff_have_not_confirmed_is_an_alarm() -> None:
    state = replace(fresh(), keeper_run="k1")
    links = Links(broker_online=True, registry=RegistryStanding(online=True, confirmed=False))
    ((tone, sentence),) = alarms(said(seen(state, links=links), "en"))
    assert (tone, sentence.startswith("Another gateway may be this site's")) == ("danger", True)
