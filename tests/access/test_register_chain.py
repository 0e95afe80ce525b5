"""A register's file: every byte, every row and their order are held by it; who bends it is told where."""

import json
from dataclasses import replace
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from access.codec import canonical
from access.register import Enrolled, Minutes, bound
from access.register_chain import GENESIS, Broken, Name, Row, Written, checked, file_of, linked, read_file
from tests.support.papers import NAMES, OPENED, SALT, correction, sealed, written

SAID = sealed(correction(8, "bruno", "09:08-11:00"))
ROWS, FILE = written(SAID)
LINES = FILE.decode().split("\n")


def file(lines: list[str]) -> bytes:
    return "\n".join(lines).encode()


def broken(data: bytes) -> Broken:
    found = read_file(data)
    assert isinstance(found, Broken), "it was taken"
    return found


def test_a_file_says_what_was_written_into_it() -> None:
    assert read_file(FILE) == Written(tuple(SAID), NAMES, ROWS[-1].digest)
    assert json.loads(FILE)["seal"] == ROWS[-1].digest


def test_a_register_of_before_it_had_a_municipality_is_read_still() -> None:
    old, prev = list[Row](), GENESIS
    for row in ROWS:
        members = {**json.loads(row.raw), "prev": prev}
        members.pop("municipality", None)
        raw = canonical(members)
        prev = sha256(raw).hexdigest()
        old.append(Row(row.n, raw, prev))
    said = checked(old)
    assert isinstance(said, tuple)
    assert said[0] == replace(OPENED, municipality="")
    assert isinstance(read_file(file_of(old, said, NAMES)), Written)


def test_rows_added_in_steps_are_those_added_at_once() -> None:
    first = list(linked(SAID[:4]))
    assert [*first, *linked(SAID[4:], first[-1].n, first[-1].digest)] == ROWS


@settings(max_examples=300)
@given(at=st.integers(0, len(FILE) - 1), to=st.integers(0, 255))
def test_one_changed_byte_is_refused_and_the_row_is_named(at: int, to: int) -> None:
    if FILE[at] == to:
        return
    found = broken(FILE[:at] + bytes([to]) + FILE[at + 1 :])
    line = FILE[:at].count(b"\n")
    if 0 < line <= len(ROWS) and found.n and FILE[at] != 10:
        assert found.n in {line, line + (to == 10)}


@pytest.mark.parametrize("n", range(1, len(ROWS)))
def test_a_removed_row_is_refused_where_it_was(n: int) -> None:
    assert broken(file([*LINES[:n], *LINES[n + 1 :]])).n == n


def test_the_last_row_is_missed_too() -> None:
    without = [*LINES[: len(ROWS) - 1], LINES[len(ROWS) - 1].removesuffix(","), *LINES[len(ROWS) + 1 :]]
    assert broken(file(without)) == Broken(0, "the seal at its end is not the hash of its last row")
    fitted = [*without[:-2], f'],"seal":"{ROWS[-2].digest}"}}', ""]
    assert broken(file(fitted)) == Broken(len(ROWS) - 1, "it is the last and no seal: rows after it are not here")


@given(st.tuples(st.integers(1, len(ROWS) - 1), st.integers(1, len(ROWS) - 1)).filter(lambda two: two[0] < two[1]))
def test_two_rows_in_each_others_place_are_refused_at_the_first(two: tuple[int, int]) -> None:
    lines = list(LINES)
    lines[two[0]], lines[two[1]] = lines[two[1]], lines[two[0]]
    assert broken(file(lines)).n == two[0]


@given(n=st.integers(1, len(ROWS)))
def test_a_row_twice_is_refused(n: int) -> None:
    assert broken(file([*LINES[:n], LINES[n].rstrip(",") + ",", *LINES[n:]])).n in {n, n + 1}


def test_a_row_written_anew_with_its_hash_breaks_the_next() -> None:
    at = next(n for n, one in enumerate(SAID) if isinstance(one, Minutes))
    bent = SAID[at]
    assert isinstance(bent, Minutes)
    anew = list(linked([replace(bent, recognised=1)], ROWS[at].n - 1, ROWS[at - 1].digest))
    rows = [*ROWS[:at], *anew, *ROWS[at + 1 :]]
    assert checked(rows) == Broken(at + 2, "it does not follow the row before it")


def test_a_changed_name_is_refused_and_an_erased_one_is_not() -> None:
    bent = {**NAMES, "anna": Name("Anna Bianchi", SALT)}
    assert broken(file_of(ROWS, SAID, bent)) == Broken(4, "the name was changed")
    half = {**NAMES, "anna": Name("Anna Rossi", "")}
    assert broken(file_of(ROWS, SAID, half)).n == 4
    odd = {**NAMES, "anna": Name("Anna Rossi", "zz")}
    assert broken(file_of(ROWS, SAID, odd)).n == 4
    erased = read_file(file_of(ROWS, SAID, {"bruno": NAMES["bruno"]}))
    assert isinstance(erased, Written)
    assert erased.names == {"anna": Name(), "bruno": NAMES["bruno"]}


def test_a_short_salt_hides_no_name() -> None:
    short = [Enrolled("anna", bound("Anna Rossi", b"a")) if isinstance(one, Enrolled) else one for one in SAID]
    rows = list(linked(short))
    assert broken(file_of(rows, short, {"anna": Name("Anna Rossi", b"a".hex())})).n == 4


@pytest.mark.parametrize(
    ("raw", "what"),
    [
        (b"{}", "its kind is unknown"),
        (b"[]", "it is not the canonical JSON of a row"),
        (b"{", "it is not the canonical JSON of a row"),
        (b'{"a":NaN}', "it is not the canonical JSON of a row"),
        (b"[" * 100_000, "it is not the canonical JSON of a row"),
        (b'{"at_ms":1,"kind":"sealed","n":1}', "it is no row of the kind sealed"),
        (b'{"at_ms":"1","kind":"sealed","n":1,"prev":"0"}', "it is no row of the kind sealed"),
        (b'{"at_ms":true,"kind":"sealed","n":1,"prev":"0"}', "it is no row of the kind sealed"),
        (b'{"at_ms":1, "kind":"sealed","n":1,"prev":"0"}', "it is not the canonical JSON of a row"),
        (b'{"at_ms":1,"kind":"sealed","n":2,"prev":"0"}', "it does not follow the row before it"),
    ],
)
def test_bytes_that_are_no_row_are_named(raw: bytes, what: str) -> None:
    assert checked([Row(1, raw, sha256(raw).hexdigest())]) == Broken(1, what)


@pytest.mark.parametrize(
    "data", [b"", b"{}", b"\xff", b"\n\n\n\n", FILE[:-1], FILE.replace(b"\n", b"\r\n"), b" " + FILE]
)
def test_what_is_no_register_is_refused_as_such(data: bytes) -> None:
    assert "register's file" in str(broken(data))


def test_a_line_after_the_end_is_refused() -> None:
    assert broken(FILE + b"\n") == Broken(len(ROWS), "its line was changed")


@pytest.mark.parametrize("line", ["[1]", "{}", '{"hash":"a","row":{}}', '{"hash":1,"row":{"n":1}}', "[" * 99_999, "x"])
def test_a_line_that_is_none_is_refused(line: str) -> None:
    assert broken(file([LINES[0], line + ",", *LINES[2:]])).n == 1
    assert str(broken(file([LINES[0], line + ",", *LINES[2:]]))).startswith("row 1: ")
