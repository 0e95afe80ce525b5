"""Refused without harm: taps that are kept, repeated, late, or of an age that nobody can show (D7, D8)."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from time import monotonic

import pytest

from access.freshness import HEARD_AT_MOST_MS, Heard
from tests.support.guarded_site import ANNA_UID, FRONT, MAKER_TOPIC, SECRET, Watch, device, guarded_site, opens
from tests.support.mqtt import Peer
from tests.support.whole_site import WholeSite
from tests.support.wire_device import WireDevice

OLD_S = 5.2
HOUR_MS = 3_600_000
MAKERS_TAP = b'{"Time":"2021-01-23T13:10:50","RC522":{"UID":"BA839D07","Data":"","Type":"MIFARE 1KB"}}'


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WholeSite]:
    with guarded_site(tmp_path_factory.mktemp("s")) as running:
        yield running


@pytest.fixture
def reader(site: WholeSite) -> Iterator[WireDevice]:
    with device(site, "front-in") as connected:
        connected.born()
        yield connected


def test_a_repeated_tap_decides_once_and_is_acknowledged_again(site: WholeSite, reader: WireDevice) -> None:
    watch = Watch(site)
    tap = reader.tap(ANNA_UID)
    assert reader.signal(tap) == "granted"
    reader.wait_acked(tap.seq)
    for copies in range(1, 4):
        known = len(reader.acks())
        reader.send(tap)
        reader.wait_until(lambda known=known: len(reader.acks()) > known, f"copy {copies} to be answered")  # type: ignore[misc]
    site.until(lambda: watch.releases() == 1 and not site.is_released(FRONT), "the one pulse")
    opens(site, reader)
    assert watch.reasons() == ["booking", "booking"]
    assert watch.refusals() == Counter({"repeated": 3})
    assert len(reader.answers(tap)) == 1


def test_a_tap_older_than_five_seconds_is_logged_and_answered_wait(site: WholeSite, reader: WireDevice) -> None:
    watch = Watch(site)
    reader.born()
    late, made_s = reader.tap_of(ANNA_UID), monotonic()
    site.until(lambda: monotonic() > made_s + OLD_S, "the tap to grow old")
    reader.send(late)
    assert reader.signal(late) == "wait"
    reader.wait_acked(late.seq)
    assert (watch.releases(), watch.reasons()) == (0, ["stale"])
    age_ms = site.log.verdicts()[-1].age_ms
    assert age_ms is not None
    assert OLD_S * 1_000 - 250 <= age_ms <= OLD_S * 1_000 + 5_000
    opens(site, reader)


@pytest.mark.parametrize(
    "heard",
    [
        pytest.param(None, id="none was heard since boot"),
        pytest.param(Heard("invented", 10), id="nobody sent that one"),
        pytest.param("an hour", id="it was heard an hour ago"),
        pytest.param("a minute", id="it was heard more than a minute ago"),
        pytest.param("future", id="it was heard before it was sent"),
    ],
)
def test_a_tap_whose_beacon_shows_no_age_is_answered_wait(
    site: WholeSite, reader: WireDevice, heard: Heard | str | None
) -> None:
    ago_ms = {"an hour": HOUR_MS, "a minute": HEARD_AT_MOST_MS + 1, "future": 20_000}
    watch, now = Watch(site), reader.heard_now()
    made = replace(reader.tap_of(ANNA_UID), heard=Heard(now.beacon, ago_ms[heard]) if isinstance(heard, str) else heard)
    reader.send(made)
    assert reader.signal(made) == "wait"
    reader.wait_acked(made.seq)
    assert (watch.releases(), watch.reasons()) == (0, ["stale"])
    opens(site, reader)


def test_taps_of_an_earlier_run_open_nothing_whether_they_were_taken_then_or_not(
    site: WholeSite, reader: WireDevice
) -> None:
    """A retained tap, a tap sent again, and a tap that was never sent, all from before the gateway's power cut."""
    watch = Watch(site)
    kept = reader.tap_of(ANNA_UID)
    reader.send(kept, retain=True)
    assert reader.signal(kept) == "granted", "live, it is a tap like any other"
    unsent = reader.tap_of(ANNA_UID)
    site.until(lambda: watch.releases() == 1 and not site.is_released(FRONT), "its pulse")
    site.gateway.kill()
    site.restart_gateway()
    site.until(lambda: watch.refusals() == Counter({"retained-tap": 1}), "the kept tap to be counted")
    reader.send(kept)
    reader.send(unsent)
    assert reader.signal(unsent) == "wait"
    reader.wait_acked(unsent.seq)
    assert (watch.releases(), watch.reasons()) == (1, ["booking", "stale"])
    assert watch.refusals() == Counter({"retained-tap": 1, "repeated": 1})
    reader.raw("tap", b"", retain=True)
    reader.born()
    opens(site, reader)


def test_a_tap_that_the_broker_held_while_the_gateway_was_away_opens_nothing(
    site: WholeSite, reader: WireDevice
) -> None:
    watch = Watch(site)
    site.gateway.kill()
    queued = [reader.tap(ANNA_UID) for _ in range(3)]
    site.restart_gateway()
    reader.wait_acked(queued[-1].seq)
    assert (watch.releases(), watch.reasons()) == (0, ["stale"] * 3)
    reader.born()
    opens(site, reader)


def test_a_makers_tap_at_a_door_that_wants_proof_is_logged_and_opens_nothing(
    site: WholeSite, reader: WireDevice
) -> None:
    with Peer(site.broker.port, user="rc522", password=SECRET) as maker:
        watch = Watch(site)

        def judged_so() -> bool:
            """In the first seconds of a connection of ours a maker's tap may be an old one, and says so."""
            maker.say(MAKER_TOPIC, MAKERS_TAP)
            return "age-unproved" in watch.reasons()

        site.until(judged_so, "a verdict on a maker's tap", every_s=0.3)
        assert watch.releases() == 0
    assert set(watch.reasons()) <= {"age-unproved", "stale"}
    opens(site, reader)
