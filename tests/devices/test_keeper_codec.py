"""The keeper's lines: what is written can be read, and what a stranger writes does no harm."""

import json
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices import keeper_wire as wire
from devices.keeper_codec import FIELDS, FROM_KEEPER, TO_KEEPER, BadLine, decode_from_keeper, decode_to_keeper, encode
from devices.keeper_wire import LINE_MAX, REPLY_MAX, LatchName

TO: list[wire.ToKeeper] = [
    wire.Hello(wire.VERSION, "run-a"),
    wire.TakeLease("3:12", "main", 3_000, "a1b2", 123_456, standing=True),
    wire.Renew("g1", "a1b2"),
    wire.EndGrant("g1"),
    wire.EndDoor("main"),
    wire.SetLatch(LatchName.EVACUATION, "Anna Rossi"),
    wire.ResetLatch(LatchName.FIRE, "Niccolò D’Angiò"),
    wire.AskState(),
]
FROM: list[wire.FromKeeper] = [
    wire.Welcome(
        v=1,
        run="a1b2",
        doors=(wire.DoorLevels("main", True, None), wire.DoorLevels("back", False, True)),
        latches=(LatchName.FIRE, LatchName.EVACUATION),
        fire_input=True,
        gateway="",
        displaced="run-a",
        fault="The disk is full.",
        mono_ms=5,
        signed=(wire.Signed(LatchName.FIRE, "Anna Rossi", "panel quiet"),),
    ),
    wire.Leased("g1", "main", 4_000, 1_000),
    wire.Ended("g1", "main", "due", 4_000),
    wire.Refused("g1", "stale", "Too old.", 4_000),
    wire.Line("main", True, "lease", 4_000, "3:12"),
    wire.Line("main", True, "fire", 4_000),
    wire.Contact("main", False, 4_000),
    wire.Rex("main", 4_000),
    wire.FireInput(True, 4_000),
    wire.Latched(LatchName.FIRE, True, "fire input", 4_000),
    wire.Alarm("The disk is full.", 4_000),
    wire.Bad("Not JSON.", 3, 4_000),
    wire.Displaced("run-b", 4_000),
]
LEASE = {"type": "lease", "grant": "g", "door": "main", "ms": 1, "run": "r", "decided_ms": 0, "standing": False}


@pytest.mark.parametrize("message", TO, ids=lambda message: type(message).__name__)
def test_what_a_gateway_writes_the_keeper_reads(message: wire.ToKeeper) -> None:
    line = encode(message)
    assert line.count(b"\n") == 1
    assert line.endswith(b"\n")
    assert len(line) <= LINE_MAX
    assert decode_to_keeper(line) == message


@pytest.mark.parametrize("message", FROM, ids=lambda message: type(message).__name__)
def test_what_the_keeper_writes_a_gateway_reads(message: wire.FromKeeper) -> None:
    assert decode_from_keeper(encode(message)) == message


def test_every_kind_of_message_was_tried_and_every_field_has_its_check() -> None:
    assert {type(message) for message in TO} == set(TO_KEEPER.values())
    assert {type(message) for message in FROM} == set(FROM_KEEPER.values())
    named = {
        item.name
        for kind in (*TO_KEEPER.values(), *FROM_KEEPER.values(), wire.DoorLevels, wire.Signed)
        for item in fields(kind)
    }
    assert named == set(FIELDS)


def test_the_largest_welcome_of_a_whole_header_of_pins_fits_a_reply() -> None:
    doors = tuple(wire.DoorLevels(f"{number:02}-{'d' * 29}", False, None) for number in range(28))
    latches = tuple(LatchName)
    signed = tuple(wire.Signed(latch, "\U0001f525" * 80, "\U0001f525" * 400) for latch in latches)
    big = wire.Welcome(1, "r" * 80, doors, latches, None, "g" * 80, "o" * 80, "f" * 400, 2**53, signed)
    assert len(encode(big)) <= REPLY_MAX
    assert decode_from_keeper(encode(big)) == big


def test_the_lease_as_another_program_would_write_it() -> None:
    line = b'{"standing":false,"decided_ms":7,"run":"r","ms":3000,"door":"main","grant":"g:1","type":"lease"}'
    assert decode_to_keeper(line) == wire.TakeLease("g:1", "main", 3_000, "r", 7, standing=False)


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"\x00\xff\xfe",
        b"null",
        b"[]",
        b"12",
        b"{",
        b'"lease"',
        b"{}",
        b'{"type":"open-sesame"}',
        b'{"type":7}',
        b'{"type":["lease"]}',
        b'{"type":null}',
        b"[" * 4_096,
        b'{"a":' * 800,
        b"9" * 4_096,
        b"NaN",
        b'{"type":"welcome"}',
        "{'type': 'lease'}".encode("utf-16"),
    ],
)
def test_what_is_no_message_is_a_bad_line_with_one_sentence(line: bytes) -> None:
    bad = decode_to_keeper(line)
    assert isinstance(bad, BadLine)
    assert bad.why.endswith(".")
    assert len(bad.why) <= 400


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"ms": "3000"}, "'ms'"),
        ({"ms": 3000.0}, "'ms'"),
        ({"ms": True}, "'ms'"),
        ({"ms": -1}, "'ms'"),
        ({"ms": 2**53 + 1}, "'ms'"),
        ({"ms": None}, "'ms'"),
        ({"door": "Main"}, "'door'"),
        ({"door": "d" * 33}, "'door'"),
        ({"door": "../etc"}, "'door'"),
        ({"door": ["main"]}, "'door'"),
        ({"grant": ""}, "'grant'"),
        ({"grant": "g" * 81}, "'grant'"),
        ({"grant": "g\n"}, "'grant'"),
        ({"run": {}}, "'run'"),
        ({"standing": 1}, "'standing'"),
        ({"surplus": 1}, "'surplus'"),
        ({"x" * 3_000: 1}, "not known"),
    ],
)
def test_a_field_of_the_wrong_form_is_named(change: dict[str, object], named: str) -> None:
    bad = decode_to_keeper(json.dumps({**LEASE, **change}).encode())
    assert isinstance(bad, BadLine)
    assert bad.why.startswith("Message lease: field ")
    assert named in bad.why
    assert len(bad.why) < 300


@pytest.mark.parametrize("missing", ["grant", "door", "ms", "run", "decided_ms"])
def test_a_missing_field_is_named(missing: str) -> None:
    bad = decode_to_keeper(json.dumps({key: value for key, value in LEASE.items() if key != missing}).encode())
    assert isinstance(bad, BadLine)
    assert f"{missing!r} is missing" in bad.why


def test_a_field_that_stands_twice_is_ambiguous_and_refused() -> None:
    bad = decode_to_keeper(b'{"type":"end-door","door":"main","door":"back"}')
    assert bad == BadLine("In one object a field stands twice; send each once.")


@pytest.mark.parametrize("latch", ["lockdown", "", 1, None, ["fire"]])
def test_a_latch_that_there_is_not_is_named_with_those_there_are(latch: object) -> None:
    bad = decode_to_keeper(json.dumps({"type": "reset-latch", "latch": latch, "by": "Anna"}).encode())
    assert isinstance(bad, BadLine)
    assert "fire, evacuation" in bad.why


@pytest.mark.parametrize("by", ["", "a" * 81, "two\nlines", "\x1b[31m", None])
def test_a_reset_has_a_named_author(by: object) -> None:
    bad = decode_to_keeper(json.dumps({"type": "reset-latch", "latch": "fire", "by": by}).encode())
    assert isinstance(bad, BadLine)
    assert "'by'" in bad.why


@pytest.mark.parametrize(
    "doors", [{}, [1], [{"door": "main"}], [{"door": "main", "released": 1, "contact_open": None}]]
)
def test_a_welcome_with_broken_doors_is_a_bad_line(doors: object) -> None:
    body = json.loads(encode(FROM[0]))
    assert isinstance(decode_from_keeper(json.dumps({**body, "doors": doors}).encode()), BadLine)


@given(st.binary(max_size=600))
def test_no_bytes_are_too_strange_to_be_answered(line: bytes) -> None:
    assert isinstance(decode_to_keeper(line), BadLine)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@given(st.sampled_from(sorted(TO_KEEPER)), st.dictionaries(st.sampled_from(sorted(FIELDS)), json_values, max_size=6))
def test_a_decoded_message_can_always_be_written_again(name: str, body: dict[str, object]) -> None:
    decoded = decode_to_keeper(json.dumps({**body, "type": name}).encode())
    if not isinstance(decoded, BadLine):
        assert decode_to_keeper(encode(decoded)) == decoded
