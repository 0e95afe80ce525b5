"""Which rows a greeting names: few, in order, and close enough that any two histories are parted in few rounds."""

from hypothesis import given
from hypothesis import strategies as st

from access.marks import MOST, ROUNDS, between, usual

SEQS = st.integers(0, 2**60) | st.integers(0, 200)


@given(SEQS, st.data())
def test_the_usual_ones_are_few_ascending_and_lie_in_the_log(seq: int, data: st.DataObject) -> None:
    base = data.draw(st.integers(0, seq))
    acked = data.draw(st.integers(0, seq))
    found = usual(seq, acked, base)
    assert len(found) <= MOST
    assert found == sorted(set(found))
    assert all(max(base, 1) <= number < seq for number in found)
    assert (acked in found) == (max(base, 1) <= acked < seq)
    assert (base in found) == (0 < base < seq)
    assert (seq - 1 in found) == (seq - 1 >= max(base, 1))


@given(SEQS, SEQS)
def test_those_between_are_few_ascending_and_end_with_the_last(one: int, other: int) -> None:
    after, before = sorted((one, other))
    found = between(after, before)
    assert len(found) <= MOST
    assert found == sorted(set(found))
    assert all(after < number <= before for number in found)
    assert found[-1:] == ([before] if before > after else [])


@given(st.integers(1, 2**40), st.data())
def test_two_histories_are_parted_within_the_rounds_that_are_borne(seq: int, data: st.DataObject) -> None:
    """The registry's side as the contract has it: up to ``after`` both are the same, at ``before`` they are not."""
    part = data.draw(st.integers(0, seq - 1))
    after, before, numbers = 0, seq, usual(seq, 0, 0)
    for _ in range(ROUNDS):
        after = max([after, *(n for n in numbers if n <= part)])
        before = min([before, *(n for n in numbers if n > part)])
        if before == after + 1:
            break
        numbers = between(after, before)
    assert (after, before) == (part, part + 1)
