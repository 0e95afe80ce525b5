"""Whatever bytes come, parse gives a message or raises BadMessage; what is encoded is what is parsed."""

import json
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from access.freshness import Heard
from devices.wire import LARGEST_BYTES, BadMessage, encode, parse
from devices.wire_messages import (
    LEAF_OF,
    Ack,
    Command,
    Contact,
    Count,
    ExitRequest,
    Feedback,
    Heartbeat,
    Message,
    Presence,
    Status,
    Tap,
    TapRef,
)
from devices.wire_topics import SAID_LEAVES, TOLD_LEAVES

CONTRACT = Path(__file__).parents[1] / "contract"
GOLDEN = [(row["leaf"], row["payload"].encode()) for row in json.loads((CONTRACT / "messages.json").read_text())]
LEAVES = sorted(SAID_LEAVES | TOLD_LEAVES | {"beacon"})

boots = st.from_regex(r"[0-9a-f]{8,32}", fullmatch=True)
numbers = st.integers(1, 1 << 53)
times_ms = st.integers(0, 1 << 53)
percents = st.none() | st.integers(0, 100)
heards = st.none() | st.builds(Heard, st.from_regex(r"[!-~]{1,64}", fullmatch=True), times_ms)
numbered = (boots, numbers, times_ms, heards)
texts = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Zs")), max_size=60)
messages: st.SearchStrategy[Message] = st.one_of(
    st.builds(
        Status,
        st.sampled_from(["online", "offline"]),
        boots,
        numbers,
        st.sampled_from(["reader", "desk-sensor", "people-counter", "door"]),
        texts,
        percents,
    ),
    st.builds(Tap, *numbered, st.from_regex(r"(?:[0-9A-F]{2}){3,10}", fullmatch=True)),
    st.builds(Presence, *numbered, st.none() | st.booleans(), percents),
    st.builds(Count, *numbered, st.integers(0, 10_000), st.integers(0, 10_000)),
    st.builds(Contact, *numbered, st.booleans()),
    st.builds(ExitRequest, *numbered),
    st.builds(Heartbeat, boots, times_ms, times_ms, heards, st.none() | st.booleans(), battery_pct=percents),
    st.builds(Feedback, st.builds(TapRef, boots, numbers), st.sampled_from(["granted", "denied", "wait"]), texts),
    st.builds(Command, st.just("1-7"), st.just("pulse"), st.integers(1, 60_000), boots, numbers, times_ms),
    st.builds(Ack, boots, times_ms),
)


@given(messages)
def test_what_is_written_is_read_as_the_same_and_fits(message: Message) -> None:
    payload = encode(message)
    assert parse(LEAF_OF[type(message)], payload) == message
    assert len(payload) <= LARGEST_BYTES
    assert json.loads(payload)["v"] == 1


@given(st.sampled_from([*LEAVES, "", "tap/x"]), st.binary(max_size=200))
@example("tap", b"[" * LARGEST_BYTES)
@example("tap", b'{"a":' * 800)
@example("tap", b"1" * LARGEST_BYTES)
@example("tap", b'{"v":1,"boot":"\\ud800"}')
def test_no_bytes_end_otherwise_than_in_a_message_or_bad_message(leaf: str, payload: bytes) -> None:
    read(leaf, payload)


@given(st.sampled_from(GOLDEN), st.data())
def test_a_damaged_message_never_ends_otherwise(golden: tuple[str, bytes], data: st.DataObject) -> None:
    leaf, payload = golden
    start = data.draw(st.integers(0, len(payload)))
    end = data.draw(st.integers(start, min(len(payload), start + 8)))
    read(leaf, payload[:start] + data.draw(st.binary(max_size=8)) + payload[end:])


@given(st.sampled_from(LEAVES), st.sampled_from(GOLDEN))
def test_a_message_under_another_leaf_is_refused(leaf: str, golden: tuple[str, bytes]) -> None:
    own_leaf, payload = golden
    if leaf == own_leaf:
        read(leaf, payload)
        return
    with pytest.raises(BadMessage) as caught:
        parse(leaf, payload)
    assert caught.value.code == "bad-field"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


@given(st.sampled_from(GOLDEN), st.data())
def test_a_wrong_value_in_any_field_is_refused_or_within_limits(golden: tuple[str, bytes], data: st.DataObject) -> None:
    leaf, payload = golden
    content = json.loads(payload)
    content[data.draw(st.sampled_from(sorted(content)))] = data.draw(json_values)
    message = read(leaf, json.dumps(content).encode())
    if message is not None:
        assert parse(leaf, encode(message)) == message


def read(leaf: str, payload: bytes) -> Message | None:
    message, code = None, ""
    try:
        message = parse(leaf, payload)
    except BadMessage as bad:
        code = bad.code
    assert code in {"", "unknown-leaf", "too-large", "not-json", "wrong-version", "bad-field", "ambiguous"}
    return message
