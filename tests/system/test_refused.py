"""Refused without harm: what no device of ours would say, through a real broker to a real gateway (D8, D10, S12)."""

import json
from collections import Counter
from collections.abc import Iterator

import pytest

from devices.wire import LARGEST_BYTES
from gateway.mqtt.messages import LARGEST_PACKET_BYTES
from tests.support.guarded_site import ANNA_UID, MAKER_TOPIC, SECRET, Watch, device, guarded_site, opens
from tests.support.mqtt import Peer
from tests.support.site_toml import SITE
from tests.support.whole_site import WholeSite
from tests.support.wire_device import WireDevice

FLOOD = 5_000
LEFT_OUT = object()
NEVER = (b"{", b"", b"\xff\xfe\x00", b"null", b"[]", b"[" * 4_000, b'"tap"', b"1e999", b"NaN", b"not json")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WholeSite]:
    with guarded_site(tmp_path_factory.mktemp("s")) as running:
        yield running


@pytest.fixture
def reader(site: WholeSite) -> Iterator[WireDevice]:
    with device(site, "front-in") as connected:
        connected.born()
        yield connected


def tap_text(reader: WireDevice, **changes: object) -> bytes:
    """A booked tap with something about it changed."""
    made = reader.tap_of(ANNA_UID)
    assert made.heard is not None
    heard = {"beacon": made.heard.beacon, "ms_ago": made.heard.ms_ago}
    fields = {"v": 1, "boot": made.boot, "seq": made.seq, "uptime_ms": made.uptime_ms, "heard": heard, "uid": made.uid}
    return json.dumps({name: value for name, value in (fields | changes).items() if value is not LEFT_OUT}).encode()


WRONG: tuple[tuple[str, dict[str, object]], ...] = (
    ("bad-field", {"seq": "5"}),
    ("bad-field", {"seq": 0}),
    ("bad-field", {"seq": True}),
    ("bad-field", {"seq": 2**53 + 1}),
    ("bad-field", {"seq": LEFT_OUT}),
    ("bad-field", {"uid": 77}),
    ("bad-field", {"uid": ANNA_UID.lower()}),
    ("bad-field", {"uid": ANNA_UID[:-1]}),
    ("bad-field", {"uid": ANNA_UID * 4}),
    ("bad-field", {"uid": LEFT_OUT}),
    ("bad-field", {"boot": 7}),
    ("bad-field", {"heard": []}),
    ("bad-field", {"heard": {"beacon": "x", "ms_ago": -1}}),
    ("bad-field", {"heard": {"beacon": "x", "ms_ago": 1.5}}),
    ("bad-field", {"uptime_ms": "1"}),
    ("bad-field", {"pin": "12a"}),
    ("bad-field", {"open": True}),
    ("wrong-version", {"v": 2}),
    ("wrong-version", {"v": LEFT_OUT}),
    ("sun-unsupported", {"uid": LEFT_OUT, "sun": {"picc": "00", "cmac": "00"}}),
)


def test_what_is_no_json_or_of_wrong_types_is_counted_and_opens_nothing(site: WholeSite, reader: WireDevice) -> None:
    watch = Watch(site)
    for payload in NEVER:
        reader.raw("tap", payload)
    for _, changes in WRONG:
        reader.raw("tap", tap_text(reader, **changes))
    twice = tap_text(reader)
    reader.raw("tap", twice[:-1] + b',"uid":"04FFFFFF"}')
    assert (watch.releases(), watch.reasons()) == (0, [])
    opens(site, reader)
    assert watch.reasons() == ["booking"]
    assert watch.refusals() == Counter([code for code, _ in WRONG]) + Counter({"not-json": len(NEVER), "ambiguous": 1})


def test_a_rejected_message_whose_number_can_be_read_is_answered_so_that_it_is_not_sent_again(
    site: WholeSite, reader: WireDevice
) -> None:
    watch = Watch(site)
    reader.raw("tap", tap_text(reader, uid=77))
    reader.wait_acked(1)
    assert watch.refusals() == Counter({"bad-field": 1})
    assert (watch.releases(), watch.reasons()) == (0, [])


def test_a_payload_of_a_megabyte_never_reaches_the_gateway_and_the_next_tap_opens(
    site: WholeSite, reader: WireDevice
) -> None:
    watch = Watch(site)
    for size in (1_000_000, LARGEST_PACKET_BYTES):
        reader.raw("tap", tap_text(reader, pin="1" * size))
    with Peer(site.broker.port, user="rc522", password=SECRET) as maker:
        maker.say(MAKER_TOPIC, b"x" * 1_000_000)
    opens(site, reader)
    assert (watch.reasons(), watch.refusals()) == (["booking"], Counter())


def test_a_payload_above_4_kib_is_counted_and_opens_nothing(site: WholeSite, reader: WireDevice) -> None:
    watch = Watch(site)
    for size in (LARGEST_BYTES, 200_000):
        reader.raw("tap", tap_text(reader)[:-1] + b" " * size + b"}")
    opens(site, reader)
    assert watch.refusals() == Counter({"too-large": 2})
    assert watch.reasons() == ["booking"]


def test_a_device_that_the_site_file_does_not_name_is_counted_and_opens_nothing(
    site: WholeSite, reader: WireDevice
) -> None:
    watch = Watch(site)
    with device(site, "nobody") as stranger:
        stranger.raw("status", b"{}")
        stranger.raw("tap", tap_text(reader))
        stranger.say(f"hubout/elsewhere/{stranger.id}/tap", tap_text(reader))
        opens(site, reader)
        assert stranger.acks() == []
    # Its status, its tap; what it says to another site is not this one's.
    assert watch.refusals() == Counter({"unknown-device": 2})
    assert watch.reasons() == ["booking"]


def test_a_device_cannot_speak_for_another(site: WholeSite, reader: WireDevice) -> None:
    watch = Watch(site)
    with device(site, "desk-01-sensor") as sensor:
        sensor.born()
        for leaf in ("tap", "status", "feedback", "ack"):
            sensor.say(f"hubout/{SITE}/front-in/{leaf}", b"{}")
        sensor.say(f"hubout/{SITE}/gateway/beacon", b'{"v":1,"beacon":"forged"}')
        sensor.say(MAKER_TOPIC, b'{"RC522":{"UID":"BA839D07"}}')
        sensor.wait_acked(sensor.presence(present=True).seq)
    opens(site, reader)
    assert reader.beacon != "forged"
    assert (watch.reasons(), watch.refusals()) == (["booking"], Counter())


def test_a_desk_sensor_that_speaks_as_a_reader_on_its_own_subtree_opens_nothing(
    site: WholeSite, reader: WireDevice
) -> None:
    watch = Watch(site)
    with device(site, "desk-01-sensor") as sensor:
        sensor.born()
        sensor.tap(ANNA_UID)
        site.until(lambda: watch.refusals() == Counter({"not-a-reader": 1}), "the tap to be counted")
        assert sensor.answers(sensor.tap_of(ANNA_UID)) == []
    opens(site, reader)
    assert watch.reasons() == ["booking"]


def test_five_thousand_rejected_messages_do_not_hold_up_the_good_one_behind_them(
    site: WholeSite, reader: WireDevice
) -> None:
    watch = Watch(site)
    reader.flood("tap", [b"{", *([b'{"v":1}'] * (FLOOD - 1))])
    opens(site, reader)
    assert watch.refusals() == Counter({"not-json": 1, "bad-field": FLOOD - 1})
    assert watch.reasons() == ["booking"]
    # What the broker had not been told of would come again to the next run, and be counted again.
    site.gateway.kill()
    site.restart_gateway()
    reader.born()
    opens(site, reader)
    assert watch.refusals() == Counter({"not-json": 1, "bad-field": FLOOD - 1})
    assert site.gateway.words().count("\n") < 100, "no rejected message is worth a line"
