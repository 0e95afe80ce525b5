"""Facts and records to bytes and back; what is hashed holds no fraction and no null (S4)."""

import json
from types import UnionType
from typing import get_args, get_origin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from access.codec import BadBody, canonical, decode_fact, encode_fact, record_from_json, record_kind, record_to_json
from access.facts import FACTS, Fact, Judged, Sensed
from access.records import (
    LATEST_MS,
    LONGEST_BOOKING_MS,
    Badge,
    Booking,
    BookingKind,
    Closure,
    Elsewhere,
    Membership,
    Opening,
    Pass,
    PassKind,
    Person,
    Record,
)

IDS = st.text(st.characters(codec="utf-8"), max_size=12)
TIMES = st.integers(0, 10**13)
PLAIN = st.recursive(
    st.integers(-(2**62), 2**62) | st.booleans() | IDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(IDS, inner, max_size=3),
    max_leaves=8,
)


def _values(kind: object) -> st.SearchStrategy[object]:
    if kind is str:
        return IDS
    if kind is bool:
        return st.booleans()
    if kind is int:
        return st.integers(-(2**62), 2**62)
    if isinstance(kind, UnionType):
        return st.one_of(*(st.none() if one is type(None) else _values(one) for one in get_args(kind)))
    if get_origin(kind) is tuple:
        return st.lists(IDS, max_size=4).map(tuple)
    if kind == dict[str, int]:
        return st.dictionaries(IDS, st.integers(0, 10**6), max_size=4)
    return st.dictionaries(IDS, PLAIN, max_size=4)


@st.composite
def facts(draw: st.DrawFn) -> Fact:
    """Any fact, of any values of its fields' types."""
    cls = draw(st.sampled_from(sorted(FACTS.values(), key=lambda one: one.KIND)))
    names = {name: kind for name, kind in cls.__annotations__.items() if name != "KIND"}
    return cls(**{name: draw(_values(kind)) for name, kind in names.items()})


@given(facts())
def test_every_fact_is_what_it_was_after_bytes(fact: Fact) -> None:
    body = encode_fact(fact)
    assert decode_fact(fact.KIND, body) == fact
    assert encode_fact(decode_fact(fact.KIND, body)) == body


@given(facts())
def test_bodies_are_canonical_and_hold_no_null_and_no_fraction(fact: Fact) -> None:
    body = encode_fact(fact)
    assert body == canonical(json.loads(body))
    assert json.loads(body, parse_float=pytest.fail, parse_constant=pytest.fail) is not None
    assert None not in json.loads(body).values()


def test_what_a_sensor_does_not_know_is_left_out() -> None:
    assert encode_fact(Sensed("s", "d", None)) == b'{"age_known":true,"desk":"d","sensor":"s"}'


def test_half_a_character_becomes_a_question_mark_so_that_every_body_is_utf_8() -> None:
    assert canonical({"note": "a\ud800b"}) == b'{"note":"a?b"}'


def test_canonical_json_has_sorted_keys_no_spaces_and_letters_as_they_are() -> None:
    assert canonical({"b": [1, True], "a": "è"}) == '{"a":"è","b":[1,true]}'.encode()


@pytest.mark.parametrize(
    ("kind", "body", "what"),
    [
        ("nonsense", b"{}", "no fact is of the kind 'nonsense'"),
        ("desk", b"{", "DeskMoved: the whole: Invalid JSON"),
        ("desk", b"[]", "DeskMoved: the whole:"),
        ("desk", b'{"desk":"d"}', "DeskMoved: use: Field required"),
        ("desk", b'{"desk":1,"use":"vacant"}', "DeskMoved: desk: "),
        ("desk", b'{"desk":"d","use":"vacant","x":1}', "DeskMoved: x: "),
        ("count", b'{"counter":"c","zone":"z","entered":1.0,"left":0}', "Counted: entered: "),
        ("count", b'{"counter":"c","zone":"z","entered":true,"left":0}', "Counted: entered: "),
        ("checkpoint", b'{"occupancy":{"a":1.5},"site":{}}', "Checkpoint: occupancy: what is logged holds no fraction"),
        ("checkpoint", b'{"occupancy":{},"site":{"a":[null]}}', "Checkpoint: site: what is logged holds no fraction"),
    ],
)
def test_a_body_that_is_not_of_its_kind_is_refused_without_its_values(kind: str, body: bytes, what: str) -> None:
    with pytest.raises(BadBody) as caught:
        decode_fact(kind, body)
    assert str(caught.value).startswith(what)


def test_no_refusal_repeats_a_name() -> None:
    with pytest.raises(BadBody) as caught:
        decode_fact("entered", b'{"person":{"name":"Anna Rossi"}}')
    assert "Anna" not in str(caught.value)


@given(st.sampled_from(sorted(FACTS)), st.binary(max_size=80))
def test_no_bytes_make_the_reader_of_facts_fail_otherwise(kind: str, body: bytes) -> None:
    with pytest.raises(BadBody):
        decode_fact(kind, body)


def _spans(longest_ms: int) -> st.SearchStrategy[tuple[int, int]]:
    return st.tuples(TIMES, st.integers(1, longest_ms)).map(lambda span: (span[0], sum(span)))


ZONES = st.frozensets(st.sampled_from(["hall", "lab", "office"]))
ENDS = st.none() | TIMES
HASHES = st.lists(st.binary(min_size=32, max_size=32), max_size=3).map(tuple)
GROUPS = st.lists(st.builds(Membership, IDS, TIMES, ENDS), max_size=3).map(tuple)
RECORDS: st.SearchStrategy[Record] = st.one_of(
    st.builds(Badge, IDS, IDS, HASHES, TIMES, ENDS, st.booleans(), st.booleans(), HASHES, st.booleans()),
    st.builds(
        Person,
        *(IDS, IDS, ZONES, ZONES, TIMES, ENDS),
        *(st.booleans(), st.booleans(), st.booleans(), st.booleans()),
        *(ZONES, GROUPS, ENDS, ENDS, ZONES, ENDS),
    ),
    st.builds(
        lambda i, p, z, r, span, kind, grouped, end, waiting: Booking(
            i, "" if grouped else p, z, r, span[0], span[1], kind, p if grouped else "", end, waiting
        ),
        *(IDS, IDS, IDS, IDS, _spans(LONGEST_BOOKING_MS)),
        *(st.sampled_from(BookingKind), st.booleans(), ENDS, st.booleans()),
    ),
    st.builds(
        lambda i, p, z, span, kind, days, begins, ends: Pass(i, p, z, span[0], span[1], kind, days, begins, ends),
        *(IDS, IDS, ZONES, _spans(10**11), st.sampled_from(PassKind)),
        *(st.frozensets(st.integers(0, 6)), st.integers(0, 700), st.integers(701, 1440)),
    ),
    st.builds(
        lambda i, span, why, who, what: Closure(i, span[0], span[1], why, who, what), IDS, _spans(10**11), IDS, IDS, IDS
    ),
    st.builds(Opening, IDS, st.integers(0, 6), st.integers(0, 700), st.integers(701, 1440), IDS),
    st.builds(Elsewhere, IDS, IDS, TIMES),
)


@given(RECORDS)
def test_every_record_is_what_it_was_after_json(record: Record) -> None:
    body = json.dumps(record_to_json(record))
    assert record_from_json(record_kind(record), body) == record
    assert "null" not in body or "null" in repr(record)


def _booking(**fields: object) -> str:
    whole = {"id": "b", "person": "p", "zone": "z", "resource": "r", "start_ms": 1_000, "end_ms": 2_000}
    return json.dumps(whole | fields)


def _badge(credential: str) -> str:
    return json.dumps({"id": "b", "person": "p", "credentials": [credential]})


def _opening(weekday: int, begins: int, ends: int) -> str:
    return json.dumps({"id": "o", "weekday": weekday, "from_minute": begins, "to_minute": ends})


@pytest.mark.parametrize(
    ("kind", "body", "what"),
    [
        ("nonsense", "{}", "no record is of the kind"),
        ("booking", "{}", "Booking: id: "),
        ("booking", _booking(end_ms=1_000), "Booking: a booking ends after it starts"),
        ("booking", _booking(start_ms=-1), "Booking: a booking ends after it starts"),
        ("booking", _booking(end_ms=1_001 + LONGEST_BOOKING_MS), "Booking: a booking ends after it starts"),
        ("booking", _booking(start_ms=LATEST_MS, end_ms=LATEST_MS + 1), "Booking: a booking ends after it starts"),
        ("badge", _badge("zz" * 32), "Badge: credentials: "),
        ("badge", _badge("é"), "Badge: credentials: "),
        ("badge", _badge("00" * 31), "Badge: a credential is 32 bytes in hex"),
        ("closure", '{"id":"c","start_ms":5,"end_ms":5,"why":""}', "Closure: a closure ends after it starts"),
        ("opening", _opening(7, 0, 60), "Opening: opening hours lie within one day"),
        ("opening", _opening(0, 60, 60), "Opening: opening hours lie within one day"),
        ("opening", _opening(0, 0, 1441), "Opening: opening hours lie within one day"),
    ],
)
def test_a_record_no_door_could_make_sense_of_is_refused(kind: str, body: str, what: str) -> None:
    with pytest.raises(BadBody) as caught:
        record_from_json(kind, body)
    assert str(caught.value).startswith(what)


def test_what_a_record_does_not_say_is_as_by_default() -> None:
    """A registry of an earlier version sends records without the members that came since."""
    assert record_from_json("booking", _booking()) == Booking("b", "p", "z", "r", 1_000, 2_000)
    assert record_from_json("person", '{"id":"p","name":"","zones":[]}') == Person("p", "", frozenset())
    assert record_to_json(Person("p", "", frozenset())) == {"id": "p", "name": "", "zones": []}


def test_a_verdicts_body_names_no_person_by_name() -> None:
    assert "name" not in {name for name in Judged.__annotations__ if name != "KIND"}
