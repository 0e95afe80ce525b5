"""Where a gateway's log parts from what is here: whatever the log, it is found exactly, and in few rounds."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from access.log import GENESIS
from registry.uplink.histories import MOST_ROUNDS, Held, Histories, Log, Narrow, Part, Resume, decide
from tests.support.histories import Branches, Gateway, Rows, common, converse, grown

KINDS = (
    "ahead",
    "behind",
    "old copy",
    "clone",
    "fresh",
    "begun anew",
    "registry restored",
    "unknown epoch",
)
LONG = 2_000_000_000_000
LENGTH = st.one_of(st.integers(1, 6), st.integers(60, 70), st.integers(1, 400), st.integers(3_000, 5_000))


def site(length: int, twig: int) -> Branches:
    """A registry with a log, another that grew out of its middle, and one that grew out of that."""
    held, first = Branches(), grown((), "a", length)
    held.add(1, first)
    if twig:
        base = length // 2
        second = grown(first[:base], "b", twig)
        held.add(2, second, (1, base))
        deep = base + twig // 2
        held.add(4, grown(second[:deep], "c", twig), (2, deep) if deep > base else (1, deep))
    return held


def gateway(held: Branches, kind: str, cut: int, more: int) -> Gateway:
    """A gateway of a kind, whose log is that of the newest branch or was."""
    epoch = max(held.logs)
    rows = held.logs[epoch]
    cut = cut % (len(rows) + 1)
    match kind:
        case "ahead":
            return Gateway(epoch, grown(rows, "x", more), len(rows))
        case "behind":
            return Gateway(epoch, rows[:cut], cut // 2)
        case "old copy":
            return Gateway(epoch, grown(rows[:cut], "x", more), cut // 2)
        case "clone":
            return Gateway(epoch, grown(rows[: cut or 1], "x", len(rows) + more), cut)
        case "fresh":
            return Gateway(epoch, grown((), "x", more % 4))
        case "begun anew":
            return Gateway(epoch, grown((), "x", len(rows) + more))
        case "registry restored":
            return Gateway(epoch, grown(rows, "x", more), len(rows) + more)
        case _:
            return Gateway(epoch + 5, grown(rows[:cut], "x", more), cut + more)


def longest(held: Branches, rows: Rows) -> int:
    return max(common(log, rows) for log in held.logs.values())


def test_whatever_the_log_its_place_is_found_exactly_and_in_few_rounds() -> None:
    met: Counter[str] = Counter()

    @settings(max_examples=400, deadline=None)
    @given(
        length=LENGTH,
        twig=st.sampled_from([0, 0, 1, 2, 90, 700]),
        kind=st.sampled_from(KINDS),
        cut=st.integers(0, 5_000),
        more=st.integers(0, 800),
    )
    def found_exactly(length: int, twig: int, kind: str, cut: int, more: int) -> None:
        held = site(length, twig)
        one = gateway(held, kind, cut, more)
        found, rounds = converse(held, one)
        assert rounds <= MOST_ROUNDS
        own = held.logs.get(one.epoch)
        goes_on = own is not None and one.rows[: len(own)] == own
        assert isinstance(found, Resume) == goes_on
        met[f"{kind}: {'goes on' if goes_on else 'forks'}, asked again: {rounds > 1}"] += 1
        if isinstance(found, Part):
            assert found.base_seq == longest(held, one.rows)
            assert held.logs[found.base_epoch][: found.base_seq] == one.rows[: found.base_seq]
            of = held.bases[found.base_epoch]
            assert found.base_seq == 0 or of is None or found.base_seq > of[1]
            assert found.behind == (own is not None and common(own, one.rows) == len(one.rows))

    found_exactly()
    assert {name.partition(":")[0] for name in met} == set(KINDS)
    assert {name.partition(": ")[2] for name in met} >= {"goes on, asked again: False", "forks, asked again: True"}


@settings(max_examples=100, deadline=None)
@given(
    length=st.integers(1, 500),
    cut=st.integers(0, 500),
    more=st.integers(0, 300),
    holes=st.frozensets(st.integers(1, 800), max_size=60),
    until=st.integers(0, 600),
)
def test_a_log_of_which_rows_are_gone_is_never_asked_without_end_nor_taken_for_another(
    length: int, cut: int, more: int, holes: frozenset[int], until: int
) -> None:
    held = site(length, 0)
    rows = grown(held.logs[1][: min(cut, length)], "x", more)
    lost = (holes | frozenset(range(1, until))) - {len(rows)}
    found, rounds = converse(held, Gateway(1, rows, 0, lost))
    assert rounds <= MOST_ROUNDS + 1
    if isinstance(found, Part):
        assert found.base_seq <= longest(held, rows)
        assert held.logs[1][: found.base_seq] == rows[: found.base_seq]


@pytest.mark.parametrize("parts", [1, 2, 987_654_321_012, LONG - (1 << 39) + 1, LONG - (1 << 39) + 2, LONG])
def test_a_log_of_a_million_millions_is_found_in_eight_rounds(parts: int) -> None:
    """Only what is asked is made: a row's hash is its number, and from ``parts`` on another. Just beyond a mark nothing
    but what was asked before tells that they agree there.
    """
    length = LONG

    def head(seq: int, name: bytes) -> bytes:
        return seq.to_bytes(16, "big") + (name if seq >= parts else b"common") if seq else GENESIS

    asked: Narrow | None = None
    numbers = {length - (1 << power) for power in range(40)}
    for _ in range(MOST_ROUNDS):
        marks = tuple((seq, head(seq, b"theirs")) for seq in sorted({*numbers, length}))
        rows = {(1, seq): head(seq, b"ours") for seq, _ in marks}
        held = Histories({1: Held(1, None, 0, length, head(length, b"ours"))}, rows)
        assert marks[-1][0] == length
        found = decide(held, Log(1, length, marks), asked)
        if not isinstance(found, Narrow):
            break
        asked = found
        numbers = {asked.after + max(1, (asked.before - asked.after) * step // 63) for step in range(1, 64)}
    assert found == Part(1, parts - 1)


def test_a_gateway_that_cannot_be_asked_is_answered_by_what_is_known() -> None:
    held = site(50, 0).histories({10, 20})
    ours = site(50, 0).logs[1]
    assert decide(held, Log(1, 60, ((60, b"x"),), answers=False)) == Resume()
    assert decide(held, Log(1, 20, ((10, ours[9]), (20, b"x")), answers=False)) == Part(1, 10)
    assert decide(held, Log(1, 10, ((10, ours[9]),), answers=False)) == Part(1, 10, behind=True)


@pytest.mark.parametrize("seq", [1, 2, 49])
def test_a_log_that_is_behind_says_so_twice_before_it_is_given_a_branch(seq: int) -> None:
    held = site(50, 0)
    said = Log(1, seq, ((seq, held.logs[1][seq - 1]),))
    found = decide(held.histories({seq}), said)
    assert found == Narrow(1, seq - 1, seq)
    assert isinstance(found, Narrow)
    assert decide(held.histories({seq}), said, found) == Part(1, seq, behind=True)


def test_what_was_asked_of_a_longer_log_says_nothing_of_a_shorter_one() -> None:
    held = site(50, 0)
    said = Log(1, 20, ((20, b"x"),), answers=False)
    assert decide(held.histories({20}), said, Narrow(1, 40, 50)) == Part(1, 0)


def test_a_question_that_was_lost_on_its_way_is_asked_again() -> None:
    """Somebody who greets as before has not been asked; only who says nothing of rows between for long is taken so."""
    shared, held = grown((), "a", 33), Branches()
    held.add(1, grown(shared, "a", 2))
    rows = grown(shared, "x", 17)
    known = held.histories({32, 33, 34})
    said = Log(1, 50, tuple((seq, rows[seq - 1]) for seq in (32, 34, 50)))
    asked = decide(known, said)
    assert asked == Narrow(1, 32, 34)
    for rounds in range(2, MOST_ROUNDS + 1):
        assert isinstance(asked, Narrow)
        asked = decide(known, said, asked)
        assert asked == Narrow(1, 32, 34, rounds)
    assert isinstance(asked, Narrow)
    assert decide(known, said, asked) == Part(1, 32)
    answer = Log(1, 50, tuple((seq, rows[seq - 1]) for seq in (33, 34, 50)))
    assert decide(known, answer, asked) == Part(1, 33)


@pytest.mark.parametrize("cut", [2, 4, 30])
def test_a_copy_of_a_branch_from_before_it_was_one_is_found_in_it_and_not_where_its_epoch_says(cut: int) -> None:
    """A log goes on by itself in epoch 1, is given branch 2, and a copy of it from between goes on in epoch 1."""
    first, held = grown((), "a", cut + 2), Branches()
    held.add(1, first)
    second = grown(first[:cut], "b", 6)
    held.add(2, second, (1, cut))
    for kept in range(cut + 1, len(second) + 1):
        third = Gateway(1, grown(second[:kept], "c", 4), kept)
        assert converse(held, third)[0] == Part(2, kept)
