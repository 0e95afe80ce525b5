"""Guessing a code: a few times, then not for a while, and in bounded memory."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pages.limiter import ADDRESSES, IN_ALL, PER_ADDRESS, WINDOW_S, Limiter


def after(*guesses: tuple[str, float]) -> Limiter:
    limiter = Limiter()
    for address, at_s in guesses:
        limiter.wrong(address, at_s)
    return limiter


@pytest.mark.parametrize(
    ("wrong", "now_s", "wait_s"),
    [
        (0, 0.0, 0.0),
        (PER_ADDRESS - 1, 4.0, 0.0),
        (PER_ADDRESS, 4.0, WINDOW_S - 4.0),
        (PER_ADDRESS, WINDOW_S - 1, 1.0),
        (PER_ADDRESS, WINDOW_S, 0.0),
        (PER_ADDRESS + 2, WINDOW_S, 2.0),
    ],
)
def test_after_a_few_wrong_guesses_an_address_waits_till_the_window_has_moved_on(
    wrong: int, now_s: float, wait_s: float
) -> None:
    assert after(*(("a", float(n)) for n in range(wrong))).wait_s("a", now_s) == wait_s


def test_another_address_need_not_wait() -> None:
    assert after(*(("a", 0.0) for _ in range(PER_ADDRESS))).wait_s("b", 1.0) == 0.0


def test_a_right_guess_wipes_the_slate_of_its_address_alone() -> None:
    limiter = after(*(("a", 0.0) for _ in range(PER_ADDRESS)), *(("b", 0.0) for _ in range(PER_ADDRESS)))
    limiter.right("a")
    assert (limiter.wait_s("a", 1.0), limiter.wait_s("b", 1.0)) == (0.0, WINDOW_S - 1.0)
    limiter.right("nobody")


def test_many_addresses_together_are_bounded_too() -> None:
    limiter = after(*((f"a{n}", 0.0) for n in range(IN_ALL)))
    assert limiter.wait_s("somebody else", 10.0) == WINDOW_S - 10.0
    assert limiter.wait_s("somebody else", WINDOW_S) == 0.0


def test_memory_is_bounded_and_the_address_unheard_longest_is_forgotten() -> None:
    limiter = after(*((f"a{n}", float(n)) for n in range(ADDRESSES + 50)))
    assert len(limiter.of_address) == ADDRESSES
    assert "a0" not in limiter.of_address
    assert f"a{ADDRESSES + 49}" in limiter.of_address


@given(st.lists(st.floats(min_value=0, max_value=1_000), max_size=200).map(sorted))
def test_no_address_guesses_more_than_its_share_in_any_window(times_s: list[float]) -> None:
    limiter, let = Limiter(), list[float]()
    for now_s in times_s:
        if limiter.wait_s("a", now_s) == 0:
            limiter.wrong("a", now_s)
            let.append(now_s)
    for begin_s in let:
        assert sum(begin_s <= at_s < begin_s + WINDOW_S for at_s in let) <= PER_ADDRESS
