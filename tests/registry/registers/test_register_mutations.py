"""Whatever one byte of a sealed register is changed, whichever row is taken out, given twice or moved: both verifiers
refuse it, and name the row.
"""

from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from access.register_chain import Broken, read_file
from tests.support.one_file import one_file_verifier
from tests.support.papers import CLARA, HELD, TINA, began, closed, entry, written

SCRIPT = one_file_verifier()
REGISTER = written(closed(began(entry("anna", "08:55-11:30")), TINA, CLARA))[1]
LINES = REGISTER.split(b"\n")
ROWS = LINES[1:-2]
ENDS_LINE = 10


def refused(data: bytes) -> int | None:
    """The row that both verifiers name (0: none, but what is wrong with the whole); None where both take it."""
    ours, theirs = read_file(data), said_by_script(data)
    assert (ours.n if isinstance(ours, Broken) else None) == theirs, ours
    return theirs


def said_by_script(data: bytes) -> int | None:
    try:
        SCRIPT.verify(data)
    except SCRIPT.Bad as bad:
        word, _, rest = str(bad).partition(" ")
        return int(rest.split(":")[0]) if word == "row" else 0
    return None


def of_rows(rows: list[bytes]) -> bytes:
    """A file of these rows, each ended as its place asks."""
    bare = [row.removesuffix(b",") for row in rows]
    return b"\n".join([LINES[0], b",\n".join(bare), *LINES[-2:]])


def test_as_it_was_sealed_both_take_it() -> None:
    assert refused(REGISTER) is None
    assert of_rows(ROWS) == REGISTER


@pytest.mark.parametrize("of", range(len(LINES) - 1))
def test_no_byte_of_it_can_be_another(of: int) -> None:
    """Each byte is changed twice: by its last bit, and by another difference at each place, all of them in turn."""
    begins = sum(len(line) + 1 for line in LINES[:of])
    for at in range(begins, begins + len(LINES[of]) + 1):
        for mask in (1, 1 + at % 255):
            bend(at, mask, of)


@settings(max_examples=1_500, deadline=None)
@given(st.integers(0, len(REGISTER) - len(LINES[-1]) - 1), st.integers(1, 255))
def test_no_byte_of_it_can_be_any_other(at: int, mask: int) -> None:
    """A thousand and a half of all the others, as Hypothesis spreads them: the same in every run."""
    bend(at, mask, REGISTER[:at].count(b"\n"))


def bend(at: int, mask: int, of: int) -> None:
    """Change the byte at a place, which lies in a line; both verifiers must refuse it, and name its row."""
    bent = bytearray(REGISTER)
    bent[at] ^= mask
    here = 0 if of in {0, len(LINES) - 2} else of
    cut = {of - 1, of, of + 1, 0} if ENDS_LINE in {REGISTER[at], bent[at]} else {here}
    named = refused(bytes(bent))
    assert named in cut, (at, mask, named)


def test_no_byte_of_a_name_or_its_salt_can_be_any_other() -> None:
    """What no hash is of but by its meaning: each byte as all 255 others, in a register of one person."""
    begun = [one for one in began(held=replace(HELD, persons="anna")) if getattr(one, "person", "anna") == "anna"]
    small = written(closed(begun, TINA, CLARA))[1]
    assert said_by_script(small) is None
    lines = small.split(b"\n")
    of = next(n for n, line in enumerate(lines) if b'"name"' in line)
    begins = sum(len(line) + 1 for line in lines[:of])
    name, row, salt = (begins + lines[of].index(word) for word in (b'"name"', b'"row":{', b'"salt"'))
    for at in (*range(name, row), *range(salt, begins + len(lines[of]))):
        for value in set(range(256)) - {small[at]}:
            named = refused(small[:at] + bytes((value,)) + small[at + 1 :])
            assert named in ({of, of + 1} if value == ENDS_LINE else {of}), (at, value, named)


def test_no_row_can_be_taken_out_given_twice_or_moved() -> None:
    for n in range(len(ROWS)):
        follows = n + 1 if n + 1 < len(ROWS) else 0
        assert refused(of_rows(ROWS[:n] + ROWS[n + 1 :])) == follows, "the one after it, or the seal"
        assert refused(of_rows([*ROWS[: n + 1], *ROWS[n:]])) == n + 2
    for one, other in combinations(range(len(ROWS)), 2):
        moved = list(ROWS)
        moved[one], moved[other] = moved[other], moved[one]
        assert refused(of_rows(moved)) == one + 1
