"""The chained log: one changed byte is found and named, and an erased body leaves the chain whole (S4)."""

import json
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from access.clock import Now
from access.codec import canonical
from access.log import GENESIS, SALT_BYTES, BadRow, Broken, Chain, Header, Row, link, read_header, verify

START = Chain("matera", 3, "a1b2")


def _log(count: int = 4) -> tuple[Chain, list[Row]]:
    chain, rows = START, list[Row]()
    for seq in range(1, count + 1):
        salt = bytes([seq]) * SALT_BYTES
        chain, row = link(chain, seq, "desk", b'{"desk":"d%d"}' % seq, salt, Now(10**12 + seq, seq, seq, seq != 2))
        rows.append(row)
    return chain, rows


def _verify(rows: list[Row]) -> Broken | Chain:
    return verify(rows, "matera", 3)


def test_a_whole_log_verifies_to_where_it_ends() -> None:
    chain, rows = _log()
    assert _verify(rows) == chain
    assert _verify([]) == Chain("matera", 3, "", 0, GENESIS)


def test_a_part_verifies_from_where_it_begins() -> None:
    chain, rows = _log()
    assert verify(rows[2:], "matera", 3, 2, rows[1].hash) == chain
    assert verify(rows[2:], "matera", 3, 2, GENESIS) == Broken(3, 3, "the row does not follow the one before it")


@pytest.mark.parametrize(
    ("site", "wall_ms", "trusted"), [("matera", 0, True), ("a-1", 1_780_000_000_123, False), ("x" * 32, 10**13, True)]
)
def test_the_header_written_by_hand_is_canonical_json(site: str, wall_ms: int, trusted: bool) -> None:
    _, row = link(Chain(site, 1, "r"), 1, "verdict", b"{}", bytes(32), Now(wall_ms, 7, 8, trusted))
    fields = json.loads(row.header)
    assert row.header == canonical(fields)
    assert fields["body"] == sha256(bytes(32) + b"{}").hexdigest()
    assert (fields["at"], fields["mono"], fields["trusted"], fields["prev"]) == (wall_ms, 7, trusted, GENESIS.hex())
    assert read_header(row.header).site == site


def test_the_header_names_nobody() -> None:
    _, row = link(START, 1, "entered", b'{"person":"anna"}', bytes(32), Now(0, 0, 0))
    assert b"anna" not in row.header


def test_a_number_that_does_not_follow_is_refused() -> None:
    with pytest.raises(ValueError, match="event 3 does not follow event 0"):
        link(START, 3, "desk", b"{}", bytes(32), Now(0, 0, 0))


def _changes(raw: bytes) -> Iterator[bytes]:
    for index in range(len(raw)):
        yield raw[:index] + bytes([raw[index] ^ 1]) + raw[index + 1 :]
    yield raw + b" "
    yield raw[:-1]


@pytest.mark.parametrize("part", ["header", "hash", "salt", "body"])
def test_every_changed_byte_is_found_and_its_row_named(part: str) -> None:
    _, rows = _log()
    changed = 0
    for index, row in enumerate(rows):
        for raw in _changes(getattr(row, part)):
            found = _verify([*rows[:index], replace(row, **{part: raw}), *rows[index + 1 :]])  # type: ignore[arg-type]
            assert isinstance(found, Broken)
            assert (found.epoch, found.seq) == (3, index + 1)
            changed += 1
    assert changed >= 4 * 15


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"header": b"[]"}, "the header is not the JSON of a header"),
        ({"header": b"\xff"}, "the header is not the JSON of a header"),
        ({"header": b"[" * 100_000}, "the header is not the JSON of a header"),
        ({"seq": 9}, "row 2 was expected here"),
        ({"epoch": 4}, "the row belongs to another branch"),
        ({"hash": bytes(32)}, "the header was changed"),
        ({"body": b"{}"}, "the body was changed"),
        ({"salt": bytes(31)}, "the body was changed"),
        ({"salt": None}, "the body was changed"),
        ({"body": None}, "the body was changed"),
    ],
)
def test_what_is_wrong_with_a_row_is_said(change: dict[str, object], what: str) -> None:
    _, rows = _log()
    found = _verify([rows[0], replace(rows[1], **change), *rows[2:]])  # type: ignore[arg-type]
    assert found == Broken(change.get("epoch", 3), change.get("seq", 2), what)  # type: ignore[arg-type]


def test_no_byte_can_move_from_the_salt_to_the_body() -> None:
    _, rows = _log()
    salt, body = rows[1].salt or b"", rows[1].body or b""
    moved = replace(rows[1], salt=salt[:-1], body=salt[-1:] + body)
    assert _verify([rows[0], moved]) == Broken(3, 2, "the body was changed")


@pytest.mark.parametrize(
    ("field", "value", "what"),
    [
        ("v", 2, "the header is of an unknown version"),
        ("v", True, "the header's v is not of its type"),
        ("seq", "2", "the header's seq is not of its type"),
        ("at", 1.5, "the header's at is not of its type"),
        ("extra", 1, "the header is not the JSON of a header"),
        ("site", "cinisello", "the row belongs to another branch"),
        ("prev", GENESIS.hex(), "the row does not follow the one before it"),
    ],
)
def test_a_header_of_other_fields_is_refused_even_if_its_hash_is_right(field: str, value: object, what: str) -> None:
    _, rows = _log()
    header = canonical(json.loads(rows[1].header) | {field: value})
    forged = replace(rows[1], header=header, hash=sha256(header).digest())
    assert _verify([rows[0], forged]) == Broken(3, 2, what)


def test_a_missing_row_is_found_at_the_one_that_follows() -> None:
    _, rows = _log()
    assert _verify([rows[0], *rows[2:]]) == Broken(3, 3, "row 2 was expected here")


@given(st.lists(st.booleans(), min_size=4, max_size=4))
def test_erased_bodies_verify(erased: list[bool]) -> None:
    chain, rows = _log()
    left = [replace(row, salt=None, body=None) if gone else row for row, gone in zip(rows, erased, strict=True)]
    assert _verify(left) == chain


@given(st.binary(max_size=300))
def test_no_bytes_make_the_reader_of_headers_fail_otherwise(raw: bytes) -> None:
    with pytest.raises(BadRow):
        read_header(raw)


NUMBERS = ["0", "-0", "00", "01", "-7", "1.0", "1e3", "true", "null", '"1"', "9" * 19, "9" * 25, "\u0661", ""]
TEXTS = ["matera", "a-1", "A", "a b", "", "\u00e0", "\\u0061", "x" * 65, '"', "a\\", "0" * 64, "F" * 64, GENESIS.hex()]
MEMBERS: dict[str, list[str]] = {
    **dict.fromkeys(("at", "epoch", "mono", "seq", "v"), NUMBERS),
    **{name: [f'"{text}"' for text in TEXTS] for name in ("body", "kind", "prev", "run", "site")},
    "trusted": ["true", "false", "True", "1", "null", ""],
}
GOOD = {
    **dict.fromkeys(("at", "epoch", "mono", "seq", "v"), "12"),
    **dict.fromkeys(("kind", "run", "site"), '"a-1"'),
    **dict.fromkeys(("body", "prev"), f'"{"0a" * 32}"'),
    "trusted": "false",
}


def header_of(members: dict[str, str], comma: str = ",") -> str:
    return "{" + comma.join(f'"{name}":{value}' for name, value in sorted(members.items())) + "}"


def as_json_reads_it(raw: bytes) -> Header | None:
    try:
        fields = json.loads(raw)
    except ValueError:
        return None
    if not isinstance(fields, dict) or sorted(fields) != sorted(GOOD):
        return None
    kinds = Header.__annotations__
    return Header(**fields) if all(type(fields[name]) is kinds[name] for name in fields) else None


def is_read_as_json_reads_it(raw: bytes) -> bool:
    wanted = as_json_reads_it(raw)
    if wanted is not None:
        return read_header(raw) == wanted
    with pytest.raises(BadRow):
        read_header(raw)
    return True


@pytest.mark.parametrize("name", sorted(MEMBERS))
def test_whatever_one_member_is_a_header_is_read_as_json_reads_it(name: str) -> None:
    for value in MEMBERS[name]:
        assert is_read_as_json_reads_it(header_of({**GOOD, name: value}).encode()), value


@given(
    st.fixed_dictionaries({name: st.sampled_from([GOOD[name], *MEMBERS[name]]) for name in GOOD}),
    st.sampled_from([",", ", ", ",,", ",\n"]),
    st.sampled_from(["", " ", "\x00", "}", "\u00a0"]),
    st.sampled_from(["utf-8", "utf-16", "utf-8-sig"]),
)
def test_however_it_is_written_a_header_is_read_as_json_reads_it(
    members: dict[str, str], comma: str, end: str, encoding: str
) -> None:
    for text in (header_of(members, comma) + end, header_of(GOOD, comma) + end, header_of(members)):
        assert is_read_as_json_reads_it(text.encode(encoding))


def test_a_member_twice_is_read_as_json_reads_it() -> None:
    assert is_read_as_json_reads_it(header_of(GOOD).replace("{", '{"at":5,').encode())
    assert is_read_as_json_reads_it(header_of(GOOD).replace("}", ',"v":5}').encode())
