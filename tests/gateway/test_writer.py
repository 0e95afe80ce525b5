"""One batch in, one transaction, and only then its effects (guarantees D1, D12, S12)."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from access import events as e
from access.codec import decode_fact
from access.cursor import Cursor
from access.effects import Append, Effect, Feedback, Lease, SendBeacon, Settle
from access.events import Begun, KeeperFound, Refused, Tapped, Ticked
from access.freshness import Heard
from access.log import Broken, Chain, read_header, verify
from access.stamp import Card, Stamp
from gateway.log.reader import Reader
from gateway.log.store import Store, StoreBroken
from gateway.writer import Writer
from tests.support.core_site import SITE, begun, card
from tests.support.hand_clock import HandClock
from tests.support.small_disk import SmallDisk, small_disk


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    with small_disk(tmp_path / "disk", 512) as made:
        yield made


class Desk:
    """A writer on a real log."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "log.db"
        self.store = Store.open(self.path)
        self.store.identity(SITE.id)
        self.clock, self.asked = HandClock(), list[int]()
        self.writer = Writer(begun(), self.store.load().chain("run"), self.store, self.clock, self._entropy)
        self._seq = 0
        self.take(Begun("test"), Ticked("n1"), KeeperFound("k1", {}, fire=False))

    def _entropy(self, count: int) -> bytes:
        self.asked.append(count)
        return bytes((len(self.asked) + n) % 256 for n in range(count))

    def take(self, *batch: e.Event) -> tuple[Effect, ...]:
        return self.writer.take(batch)

    def stores(self, *batch: e.Event) -> bool:
        """Whether the disk took a batch."""
        try:
            self.take(*batch)
        except StoreBroken:
            return False
        return True

    def tap(self, who: str = "anna", reader: str = "in", boot: str = "b1") -> Tapped:
        self._seq += 1
        stamp = Stamp(boot, self._seq, 5_000, self._heard())
        return Tapped(reader, Card(card(who), f"tag-{who}"), stamp)

    def _heard(self) -> Heard:
        (beacon, sent_ms), *_ = self.writer.state.beacons.sent.items()
        return Heard(beacon, self.clock.mono - sent_ms)

    def on_disk(self) -> list[str]:
        """What another process reads of the log, verified."""
        reader = Reader.open(self.path)
        rows = list(reader.rows(0, 10_000, 1 << 24))
        reader.close()
        assert not isinstance(verify(rows, SITE.id, 1), Broken)
        return [read_header(row.header).kind for row in rows]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.store.close()


def test_when_the_effects_are_given_their_facts_are_on_disk(desk: Desk) -> None:
    before = desk.on_disk()
    effects = desk.take(desk.tap())
    appended = [effect.fact.KIND for effect in effects if isinstance(effect, Append)]
    assert any(isinstance(effect, Lease) for effect in effects)
    assert desk.on_disk() == before + appended
    assert "verdict" in appended


def test_an_answer_names_the_grant_that_it_speaks_of(desk: Desk) -> None:
    effects = desk.take(desk.tap("anna"), desk.tap("nobody", "free-in"))
    (lease,) = [effect for effect in effects if isinstance(effect, Lease)]
    assert [effect.grant for effect in effects if isinstance(effect, Feedback)] == [lease.grant, ""]


def test_a_batch_is_one_transaction_and_its_rows_have_salts_of_their_own(desk: Desk) -> None:
    desk.take(desk.tap("anna"), desk.tap("bruno", "gate-in"), desk.tap("nobody", "free-in"))
    reader = Reader.open(desk.path)
    rows = list(reader.rows(0, 100, 1 << 24))
    reader.close()
    assert len({row.salt for row in rows}) == len(rows)
    assert all(row.salt is not None and len(row.salt) == 32 for row in rows)
    assert desk.asked[-1] == 32 * (len(rows) - desk.asked[0] // 32)


def test_what_is_stored_says_what_happened(desk: Desk) -> None:
    effects = desk.take(desk.tap("nobody"))
    reader = Reader.open(desk.path)
    told = [decode_fact(read_header(row.header).kind, row.body or b"") for row in reader.rows(0, 100, 1 << 24)]
    reader.close()
    assert told[-2:] == [effect.fact for effect in effects if isinstance(effect, Append)]


def test_of_each_devices_boot_the_last_cursor_is_stored(desk: Desk) -> None:
    desk.take(*(desk.tap("nobody", boot=boot) for boot in ("b1", "b1", "b2", "b2", "b2")))
    held = desk.store.load().cursors["in"]
    told = {cursor.boot: (cursor.upto, set(cursor.beyond)) for cursor in held}
    assert told == {"b1": (2, set()), "b2": (0, {3, 4, 5})}


def test_what_was_refused_is_tallied_though_it_logs_nothing(desk: Desk) -> None:
    before = desk.on_disk()
    assert desk.take(Refused("bad-json", "in"))
    assert desk.on_disk() == before
    assert desk.store.load().refusals == {"bad-json": 1}


def test_a_beacon_alone_writes_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.clock.move(5_000)
    monkeypatch.setattr(desk.store, "commit", _never)
    assert [type(effect) for effect in desk.take(Ticked("n2"))] == [SendBeacon]


def _never(*_: object) -> None:
    raise AssertionError("a beacon was written")


def test_a_commit_that_fails_leaves_everything_as_it_was_and_the_batch_works_later(disk: SmallDisk) -> None:
    desk = Desk(disk.folder)
    disk.fill()
    batch, worked = [desk.tap("nobody")], True
    while worked:
        state, chain, stored = desk.writer.state, desk.writer.chain, desk.on_disk()
        batch = [desk.tap("nobody") for _ in range(20)]
        worked = desk.stores(*batch)
    assert desk.writer.state is state
    assert desk.writer.chain is chain
    with pytest.raises(StoreBroken, match="is full"):
        desk.take(desk.tap())
    disk.free()
    assert desk.on_disk() == stored
    effects = desk.take(*batch)
    assert len([one for one in effects if isinstance(one, Feedback)]) == len(batch)
    assert len(desk.on_disk()) > len(stored)
    assert [one for one in effects if isinstance(one, Settle)]
    desk.store.close()


def test_the_chain_goes_on_from_run_to_run(tmp_path: Path) -> None:
    first = Desk(tmp_path)
    first.take(first.tap())
    first.store.close()
    store = Store.open(tmp_path / "log.db")
    store.identity(SITE.id)
    loaded = store.load()
    state = begun(seq=loaded.seq)
    Writer(state, loaded.chain("run-2"), store, HandClock(), bytes).take([Begun("later")])
    store.close()
    assert first.on_disk()[-1] == "started"
    assert Cursor("b1", 1) in loaded.cursors["in"]


def test_an_epoch_that_is_given_is_on_disk_with_its_first_row_and_grants_go_by_it(desk: Desk) -> None:
    desk.take(e.EpochGiven(7, 1, 0, "an old copy"), desk.tap())
    assert desk.writer.chain.epoch == 7
    reader = Reader.open(desk.path)
    rows = reader.rows(0, 100, 1 << 24)
    assert isinstance(verify(rows, SITE.id, 7), Chain)
    began = next(row for row in rows if row.epoch == 7)
    assert [read_header(row.header).kind for row in rows if row.seq >= began.seq][:2] == ["epoch-began", "checkpoint"]
    assert reader.extent().epoch == 7
    reader.close()
