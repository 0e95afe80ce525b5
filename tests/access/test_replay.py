"""A day's log as bytes: chained, read back, folded and judged again with nothing else (S2, S4, S5)."""

from collections import Counter
from dataclasses import dataclass, replace
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from access.case_codec import case_from_stored
from access.codec import decode_fact, encode_fact
from access.effects import Append
from access.facts import Checkpoint, Fact, Judged
from access.judge import decide
from access.log import GENESIS, SALT_BYTES, Broken, Chain, Row, link, read_header, verify
from access.occupancy import Occupancy, fold
from access.stored import begin
from tests.support.chance import day, lines
from tests.support.core_site import SITE
from tests.support.transcript import Player

MANY = settings(max_examples=80)
REACHED: Counter[str] = Counter()
START = Chain("matera", 1, "a1b2c3")


@dataclass
class Written:
    """A day, and its log as it lies on disk."""

    player: Player
    rows: list[Row]
    chain: Chain


def _written(said: list[str]) -> Written:
    player, rows, chain = Player(), list[Row](), START
    taken = 0
    for line in ["tick", *said]:
        player.do(line)
        for effect in player.effects[taken:]:
            if isinstance(effect, Append):
                salt = effect.seq.to_bytes(SALT_BYTES, "big")
                chain, row = link(chain, effect.seq, effect.fact.KIND, encode_fact(effect.fact), salt, player.now)
                rows.append(row)
        taken = len(player.effects)
    return Written(player, rows, chain)


def _facts(rows: list[Row]) -> list[tuple[int, Fact]]:
    headers = [read_header(row.header) for row in rows]
    return [(head.at, decode_fact(head.kind, row.body or b"")) for head, row in zip(headers, rows, strict=True)]


@MANY
@given(lines(60))
def test_a_day_is_chained_from_its_first_to_its_last_event(said: list[str]) -> None:
    written = _written(said)
    assert verify(written.rows, "matera", 1) == written.chain
    assert written.chain.seq == written.player.state.seq == len(written.rows)


@MANY
@given(lines(60))
def test_the_registrys_fold_over_the_bytes_is_the_gateways_occupancy(said: list[str]) -> None:
    written = _written(said)
    occupancy = Occupancy()
    for at_ms, fact in _facts(written.rows):
        occupancy = fold(occupancy, fact, at_ms)
    assert occupancy == written.player.state.occupancy
    REACHED["somebody there"] += bool(occupancy.stays)


@MANY
@given(lines(60))
def test_every_verdict_is_the_same_when_its_row_is_judged_again(said: list[str]) -> None:
    for _, fact in _facts(_written(said).rows):
        if isinstance(fact, Judged) and fact.case:
            verdict = decide(case_from_stored(fact.case))
            assert (verdict.granted, verdict.reason, verdict.rule) == (fact.granted, fact.reason, fact.rule)
            assert (verdict.until_ms, verdict.booking or "") == (fact.until_ms, fact.booking)
            REACHED[f"judged again: {fact.reason}"] += 1


@MANY
@given(lines(60))
def test_a_restart_from_the_bytes_is_a_restart_from_the_facts(said: list[str]) -> None:
    written = _written(said)
    facts = _facts(written.rows)
    last = max((index for index, (_, fact) in enumerate(facts) if isinstance(fact, Checkpoint)), default=0)
    state = written.player.state
    again = begin(SITE, state.replica, 1, state.seq, facts[last:], state.cursors, {}, written.player.now)
    assert again.occupancy == state.occupancy
    assert {desk: held.use for desk, held in again.desks.items()} == {d: h.use for d, h in state.desks.items()}
    assert (again.lockdown, again.fire, again.evacuation) == (state.lockdown, state.fire, state.evacuation)
    REACHED["from a checkpoint"] += last > 0


@MANY
@given(lines(60), st.randoms(use_true_random=False))
def test_erasing_any_bodies_leaves_the_chain_whole(said: list[str], chance: Random) -> None:
    written = _written(said)
    left = [replace(row, salt=None, body=None) if chance.random() < 0.5 else row for row in written.rows]
    assert verify(left, "matera", 1) == written.chain


PARTS = ("header", "hash", "salt", "body")


@MANY
@given(st.integers(0, 999), st.integers(0, 10**6), st.sampled_from(PARTS), st.integers(0, 10**6), st.integers(1, 255))
def test_one_changed_byte_anywhere_in_a_day_is_found_and_named(
    seed: int, row_at: int, part: str, byte_at: int, change: int
) -> None:
    rows = _written(day(seed, 20)).rows
    index = row_at % len(rows)
    raw = bytearray(getattr(rows[index], part))
    raw[byte_at % len(raw)] ^= change
    changed = replace(rows[index], **{part: bytes(raw)})  # type: ignore[arg-type]
    found = verify([*rows[:index], changed, *rows[index + 1 :]], "matera", 1)
    assert isinstance(found, Broken)
    assert (found.epoch, found.seq) == (1, index + 1)
    REACHED[part] += 1


@MANY
@given(st.integers(0, 999), st.integers(0, 10**6), st.sampled_from(["lost", "twice", "swapped", "of another log"]))
def test_rows_lost_doubled_swapped_or_foreign_are_found(seed: int, at: int, what: str) -> None:
    rows = _written(day(seed, 20)).rows
    index = at % (len(rows) - 1)
    first, second = rows[index], rows[index + 1]
    foreign = _written(["heartbeat s1", *day(seed, 20)]).rows[index]
    middle = {
        "lost": [second],
        "twice": [first, first, second],
        "swapped": [second, first],
        "of another log": [foreign, second],
    }
    found = verify([*rows[:index], *middle[what], *rows[index + 2 :]], "matera", 1)
    REACHED[what] += 1
    if what == "of another log" and foreign == first:
        assert isinstance(found, Chain)
    else:
        assert isinstance(found, Broken)
        assert found.seq in {index + 1, index + 2}


@MANY
@given(st.integers(0, 999), st.integers(0, 10**6))
def test_a_registry_goes_on_where_it_stands(seed: int, at: int) -> None:
    written = _written(day(seed, 20))
    index = at % len(written.rows)
    first = verify(written.rows[:index], "matera", 1)
    assert isinstance(first, Chain)
    assert verify(written.rows[index:], "matera", 1, first.seq, first.head) == written.chain
    if index:
        assert isinstance(verify(written.rows[index:], "matera", 1, first.seq, GENESIS), Broken)


def test_the_days_reached_what_matters() -> None:
    if not REACHED:
        for name, test in list(globals().items()):
            if name.startswith("test_") and "reached" not in name:
                test()
    reasons = ("booking", "standing", "stale", "unknown-badge", "age-unproved", "lockdown", "too-early")
    wanted = {*PARTS, "lost", "twice", "swapped", "somebody there", "from a checkpoint"}
    wanted |= {f"judged again: {reason}" for reason in reasons}
    assert {name: REACHED[name] for name in sorted(wanted) if not REACHED[name]} == {}
