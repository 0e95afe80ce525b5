"""What can open a door names nothing twice, however the text is written (guarantee D10)."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from access.freshness import Heard
from devices.wire import BadMessage, encode, parse
from devices.wire_messages import Tap

TAP = {
    "v": 1,
    "boot": "b00700000000",
    "seq": 3,
    "uptime_ms": 9,
    "heard": {"beacon": "beef", "ms_ago": 4},
    "uid": "04A1B2C3",
}


def text(**changes: object) -> str:
    return json.dumps(TAP | changes, separators=(",", ":"))


@pytest.mark.parametrize(
    "again",
    [
        '"uid":"04FFFFFF"',
        '"uid" :"04FFFFFF"',
        '"uid"\t:\n"04FFFFFF"',
        '"\\u0075id":"04FFFFFF"',
        '"seq":4',
        '"heard":null',
        '"v":1',
    ],
)
def test_a_name_that_stands_twice_is_refused_and_can_be_answered(again: str) -> None:
    for twice in (text()[:-1] + "," + again + "}", "{" + again + "," + text()[1:]):
        with pytest.raises(BadMessage) as bad:
            parse("tap", twice.encode())
        assert bad.value.code == "ambiguous"
        assert bad.value.stamp is not None


@pytest.mark.parametrize("within", ['"ms_ago":5', '"beacon":"dead"', '"beacon" : "dead"'])
def test_a_name_that_stands_twice_further_in_is_refused(within: str) -> None:
    twice = text().replace('"ms_ago":4', '"ms_ago":4,' + within)
    with pytest.raises(BadMessage) as bad:
        parse("tap", twice.encode())
    assert bad.value.code == "ambiguous"


@pytest.mark.parametrize(
    "written",
    [
        text(),
        text(pin="1234"),
        text(pin=None),
        text(heard=None),
        text(heard={"beacon": None, "ms_ago": None}),
        text(heard={"beacon": "with:a:colon", "ms_ago": 4}),
        json.dumps(TAP),
        json.dumps(TAP, indent=4),
        text().replace('"uid"', '"\\u0075id"'),
    ],
    ids=["compact", "pin", "no-pin", "no-beacon", "null-beacon", "colons", "spaced", "indented", "escaped"],
)
def test_a_tap_that_names_each_once_is_taken_however_it_is_written(written: str) -> None:
    message = parse("tap", written.encode())
    assert isinstance(message, Tap)
    assert message.uid == "04A1B2C3"


@given(beacon=st.text('!:"\\az{}', min_size=1, max_size=20), ms_ago=st.integers(0, 60_000))
def test_no_beacon_s_text_makes_a_tap_ambiguous(beacon: str, ms_ago: int) -> None:
    tap = Tap("b00700000000", 3, 9, Heard(beacon, ms_ago), "04A1B2C3")
    assert parse("tap", encode(tap)) == tap
