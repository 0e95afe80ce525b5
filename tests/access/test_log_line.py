"""A log is one line over epochs and gaps: what may follow what, and that anything else is found and named (S3, S6)."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from access import events as e
from access.codec import encode_fact
from access.effects import Append
from access.facts import Checkpoint, EpochBegan, RowsLost
from access.log import Broken, Chain, Gap, Row, link, verify
from access.occupancy import fold
from access.step import step
from tests.support.core_site import at as moment
from tests.support.core_site import begun
from tests.support.logs import SITE, at, linked, numbered

Log = list[Row | Gap]
LAST_EPOCH = 9


def risen(chain: Chain, epoch: int) -> tuple[Chain, list[Row]]:
    """The row with which an epoch begins."""
    return linked(replace(chain, epoch=epoch), [EpochBegan(epoch, chain.epoch, chain.seq, "an old copy")])


@st.composite
def lines(draw: st.DrawFn) -> tuple[Chain, Log]:
    """A log of several epochs, parts of which are gaps; always with one epoch that began and one gap."""
    chain, rows = numbered(Chain(SITE, 1, "run"), draw(st.integers(1, 4)))
    for epoch in draw(st.lists(st.integers(2, LAST_EPOCH), min_size=1, max_size=3, unique=True).map(sorted)):
        chain, began = risen(chain, epoch)
        chain, more = numbered(chain, draw(st.integers(0, 4)))
        rows += began + more
    gaps = draw(st.lists(st.integers(0, len(rows)), min_size=2, max_size=4, unique=True).map(sorted))
    whole: Log = list(rows[: gaps[0]])
    for index, (first, last) in enumerate(pairwise(gaps)):
        part = rows[first:last]
        whole += part if index % 2 else [Gap(part[0].seq, part[-1].seq, part[-1].hash)]
    return chain, whole + rows[gaps[-1] :]


@given(lines())
def test_a_line_of_epochs_and_gaps_verifies_to_where_it_ends(line: tuple[Chain, Log]) -> None:
    chain, log = line
    found = verify(log, SITE, LAST_EPOCH)
    assert isinstance(found, Chain)
    assert (found.seq, found.head, found.epoch) == (chain.seq, chain.head, LAST_EPOCH)


@given(lines(), st.data())
def test_no_part_of_a_line_can_go_or_come_twice(line: tuple[Chain, Log], data: st.DataObject) -> None:
    _, log = line
    where = data.draw(st.integers(0, len(log) - 1))
    for wrong in ([*log[:where], *log[where + 1 :]], [*log[: where + 1], *log[where:]]):
        if where < len(log) - 1 or len(wrong) > len(log):
            assert isinstance(verify(wrong, SITE, LAST_EPOCH), Broken)


@given(lines(), st.data())
def test_a_gap_that_leads_elsewhere_is_found(line: tuple[Chain, Log], data: st.DataObject) -> None:
    _, log = line
    where, gap = data.draw(st.sampled_from([(i, one) for i, one in enumerate(log) if isinstance(one, Gap)]))
    if where == len(log) - 1:
        return
    for other in (replace(gap, head=bytes(32)), replace(gap, last=gap.last + 1), replace(gap, first=gap.first + 1)):
        assert isinstance(verify([*log[:where], other, *log[where + 1 :]], SITE, LAST_EPOCH), Broken)


def test_an_epoch_does_not_fall_and_rises_only_where_one_begins() -> None:
    chain, rows = numbered(Chain(SITE, 2, "run"), 2)
    for epoch in (1, 3):
        salt = bytes(32)
        _, row = link(replace(chain, epoch=epoch), 3, "desk", b"{}", salt, at(3))
        assert verify([*rows, row], SITE, 3) == Broken(epoch, 3, "no epoch begins here, and epoch 2 lasts")
    _, began = risen(chain, 1)
    assert isinstance(verify([*rows, *began], SITE, 3), Broken)


def test_no_row_is_of_a_later_epoch_than_its_branch() -> None:
    chain, rows = numbered(Chain(SITE, 1, "run"), 2)
    _, began = risen(chain, 3)
    assert verify([*rows, *began], SITE, 2) == Broken(3, 3, "the row belongs to another branch")


def test_a_part_is_checked_against_the_epoch_of_the_row_before() -> None:
    chain, _ = numbered(Chain(SITE, 2, "run"), 2)
    _, more = numbered(chain, 1)
    assert isinstance(verify(more, SITE, 2, 2, chain.head, since=2), Chain)
    assert isinstance(verify(more, SITE, 2, 2, chain.head, since=1), Broken)
    assert isinstance(verify(more, SITE, 2, 2, chain.head), Chain)


# -- the core


@pytest.mark.parametrize("epoch", [0, 1])
def test_an_epoch_that_is_not_beyond_ours_changes_nothing(epoch: int) -> None:
    state = begun(seq=4)
    assert step(state, e.EpochGiven(epoch, 1, 4, "fork"), moment(1)) == (state, ())


def test_an_epoch_that_is_given_begins_with_its_row_and_the_folds_as_they_stand() -> None:
    state, _ = step(begun(seq=4), e.VisitAsked("v1", "hall", "anna"), moment(1))
    after, out = step(state, e.EpochGiven(7, 1, 3, "an old copy"), moment(2))
    first, second = (effect for effect in out if isinstance(effect, Append))
    assert first == Append(6, EpochBegan(7, 1, 3, "an old copy"))
    assert isinstance(second.fact, Checkpoint)
    assert (after.epoch, after.seq, second.seq) == (7, 7, 7)
    assert fold(begun().occupancy, second.fact, 0) == state.occupancy
    assert step(after, e.EpochGiven(7, 1, 3, "an old copy"), moment(3)) == (after, ())


def test_rows_that_are_gone_are_told_and_the_folds_stand_in_a_checkpoint() -> None:
    state, _ = step(begun(seq=4), e.VisitAsked("v1", "hall", "anna"), moment(1))
    after, out = step(state, e.RowsGone(((2, 3), (5, 5)), "damaged", whole=True), moment(2))
    told = [effect.fact for effect in out if isinstance(effect, Append)]
    assert told[:2] == [RowsLost(2, 3, "damaged"), RowsLost(5, 5, "damaged")]
    assert isinstance(told[2], Checkpoint)
    assert after.occupancy == state.occupancy == fold(begun().occupancy, told[2], 0)


def test_where_the_folds_may_hang_on_what_is_gone_no_count_is_sure() -> None:
    state, _ = step(begun(seq=4), e.VisitAsked("v1", "hall", "anna"), moment(1))
    after, out = step(state, e.RowsGone((), "damaged", whole=False), moment(2))
    (fact,) = [effect.fact for effect in out if isinstance(effect, Append)]
    assert after.occupancy.estimated == frozenset(state.site.zones)
    assert after.occupancy.visits == state.occupancy.visits
    assert fold(begun().occupancy, fact, 0) == after.occupancy


def test_what_the_log_says_of_itself_moves_nobody() -> None:
    state, _ = step(begun(), e.VisitAsked("v1", "hall", "anna"), moment(1))
    assert fold(state.occupancy, EpochBegan(2, 1, 0, "fork"), 0) == state.occupancy
    assert b"anna" not in encode_fact(EpochBegan(2, 1, 0, "fork"))
