"""Golden messages are read and written byte for byte; every spelling of them means the same; bad ones are refused."""

import json
from pathlib import Path
from typing import Any

import pytest

from access.freshness import Heard
from access.stamp import Stamp
from devices import wire_messages
from devices.wire import LARGEST_BYTES, BadMessage, encode, parse
from devices.wire_messages import LEAF_OF, Message, Presence, Status, Sun, SunTap, Tap

CONTRACT = Path(__file__).parents[1] / "contract"
BOOT = "3f9a1c07d2e84b56"
HEARD = Heard("k3V9wq0tZbE1", 1_840)


def rows(name: str) -> list[dict[str, Any]]:
    loaded: list[dict[str, Any]] = json.loads((CONTRACT / f"{name}.json").read_text())
    return loaded


MESSAGES, SPELLINGS, REFUSED = rows("messages"), rows("spellings"), rows("refused")


def named(table: list[dict[str, Any]]) -> list[Any]:
    return [pytest.param(row, id=row["name"]) for row in table]


def golden(name: str) -> Message:
    row = next(row for row in MESSAGES if row["name"] == name)
    return parse(row["leaf"], row["payload"].encode())


@pytest.mark.parametrize("row", named(MESSAGES))
def test_a_golden_message_is_read_as_its_type_and_written_back_byte_for_byte(row: dict[str, Any]) -> None:
    message = parse(row["leaf"], row["payload"].encode())
    assert type(message) is getattr(wire_messages, row["type"])
    assert LEAF_OF[type(message)] == row["leaf"]
    assert encode(message) == row["payload"].encode()


def test_there_is_a_golden_message_of_every_type_that_is_taken() -> None:
    assert {row["type"] for row in MESSAGES} == {cls.__name__ for cls in LEAF_OF} - {"SunTap"}


def test_a_golden_tap_holds_what_it_says() -> None:
    assert golden("a card and a code") == Tap(BOOT, 4, 734_512, HEARD, "04A1B2C3D4E580", pin="4711")


def test_a_golden_birth_holds_what_it_says() -> None:
    assert golden("a reader's birth") == Status("online", BOOT, 1, "reader", "hubout-reader 1.4.0")


@pytest.mark.parametrize("row", named(SPELLINGS))
def test_another_spelling_means_the_same(row: dict[str, Any]) -> None:
    assert parse(row["leaf"], row["payload"].encode()) == golden(row["means"])


@pytest.mark.parametrize("row", named(REFUSED))
def test_a_bad_message_is_refused_with_its_code_and_one_sentence(row: dict[str, Any]) -> None:
    with pytest.raises(BadMessage) as caught:
        parse(row["leaf"], row["payload"].encode())
    bad = caught.value
    assert bad.code == row["code"]
    assert row["says"] in bad.sentence
    assert "\n" not in bad.sentence
    assert len(bad.sentence) < 200
    assert (bad.stamp.seq if bad.stamp else None) == row.get("seq")


def test_a_message_with_more_than_4_kib_is_not_even_looked_at() -> None:
    filled = golden("a refusal with its remedy")
    payload = encode(filled)
    padded = payload + b" " * (LARGEST_BYTES - len(payload))
    assert parse("feedback", padded) == filled
    with pytest.raises(BadMessage) as caught:
        parse("feedback", padded + b" ")
    assert caught.value.code == "too-large"


@pytest.mark.parametrize("payload", [b"\xff\xfe", b'{"v":1,"beacon":"\xc3\x28"}', b"\x00" * 100])
def test_what_is_no_utf_8_is_no_json(payload: bytes) -> None:
    with pytest.raises(BadMessage) as caught:
        parse("beacon", payload)
    assert caught.value.code == "not-json"


def test_a_rejected_message_keeps_its_number_and_its_uptime_for_the_answer() -> None:
    payload = b'{"v":1,"boot":"3f9a1c07d2e84b56","seq":9,"uptime_ms":77,"heard":null,"uid":"no card"}'
    with pytest.raises(BadMessage) as caught:
        parse("tap", payload)
    assert caught.value.stamp == Stamp(BOOT, 9, 77, None)


def test_a_rejection_never_repeats_a_card_or_a_code() -> None:
    payload = encode(golden("a card and a code")).replace(b'"v":1', b'"v":9').replace(b"04A1B2C3D4E580", b"04a1b2c3d4")
    with pytest.raises(BadMessage) as caught:
        parse("tap", payload)
    assert "4711" not in str(caught.value)
    assert "04a1b2" not in str(caught.value)
    with pytest.raises(BadMessage) as caught:
        parse("tap", payload.replace(b'"v":9', b'"v":1,"04a1b2c3d4":1'))
    assert "04a1b2" not in str(caught.value)


def test_a_code_never_shows_in_a_repr() -> None:
    assert "4711" not in repr(golden("a card and a code"))
    assert "EF96" not in repr(SunTap(BOOT, 1, 1, HEARD, Sun("EF96", "94EE"), pin="4711"))


def test_a_card_that_signs_itself_can_be_written_but_not_yet_taken() -> None:
    payload = encode(SunTap(BOOT, 1, 734_512, HEARD, Sun("EF96", "94EE")))
    assert payload.endswith(b'"sun":{"picc":"EF96","cmac":"94EE"}}')
    with pytest.raises(BadMessage) as caught:
        parse("tap", payload)
    assert (caught.value.code, caught.value.stamp) == ("sun-unsupported", Stamp(BOOT, 1, 734_512, None))


def test_a_message_gives_the_core_its_stamp() -> None:
    message = golden("a desk is taken")
    assert isinstance(message, Presence)
    assert message.stamp == Stamp(BOOT, 6, 734_512, HEARD)
