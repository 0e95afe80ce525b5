"""The pages' end of the feed against the gateway's real one: reading, asking, silence, and coming back."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from access.events import OpenAsked
from gateway.pages import feed as pages_feed
from gateway.pages.feed import SILENT_AFTER_S, AskRefused, FeedReader, NotAnswered, NotAsked
from gateway.pages.shape import Snapshot
from gateway.showing.feed import Asked, Feed
from tests.support.asks import MAY, no_keeper, not_set
from tests.support.live_site import fresh, seen

DEADLINE_S = 10.0
WHAT = {"do": "open", "door": "ingresso", "author": "Paola", "note": "Consegna"}


class Clock:
    """The pages' monotonic clock, moved by hand."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


class Rig:
    """A reader and a feed, on one event loop."""

    def __init__(self, path: Path) -> None:
        self.path, self.clock = path, Clock()
        self.reader = FeedReader(path, self.clock)
        self.feed: Feed | None = None
        self.asked: list[Asked] = []

    def open(self) -> Feed:
        self.feed = Feed(self.path, MAY, lambda: int(self.clock.now_s * 1_000), not_set, no_keeper)
        return self.feed

    def show(self, at_ms: int) -> Snapshot:
        assert self.feed is not None
        picture: Snapshot = {**seen(fresh()), "at_ms": at_ms, "mono_ms": int(self.clock.now_s * 1_000)}
        self.feed.publish(picture)
        return picture

    async def until(self, holds: Callable[[], object]) -> None:
        async with asyncio.timeout(DEADLINE_S):
            while not holds():
                if self.feed is not None:
                    self.asked.extend(self.feed.take())
                await self.reader.moved(0.005)

    async def shown(self, at_ms: int) -> None:
        feed = self.feed
        assert feed is not None
        await self.until(lambda: feed.read)
        self.show(at_ms)
        await self.until(lambda: self.reader.seen is not None and self.reader.seen["at_ms"] == at_ms)


@asynccontextmanager
async def rig(path: Path) -> AsyncIterator[Rig]:
    made = Rig(path)
    task = asyncio.create_task(made.reader.run())
    try:
        yield made
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        if made.feed is not None:
            made.feed.close()


def play(tmp_path: Path, scene: Callable[[Rig], Awaitable[None]]) -> None:
    async def run() -> None:
        async with rig(tmp_path / "feed.sock") as made:
            await scene(made)

    asyncio.run(run())


def test_the_latest_snapshot_is_read_whole(tmp_path: Path) -> None:
    async def scene(rig: Rig) -> None:
        rig.open()
        await rig.shown(1)
        await rig.shown(2)
        assert rig.reader.version == 2
        assert rig.reader.seen == {**seen(fresh()), "at_ms": 2, "mono_ms": 100_000}

    play(tmp_path, scene)


def test_a_gateway_that_starts_later_or_anew_is_found(tmp_path: Path) -> None:
    async def scene(rig: Rig) -> None:
        await rig.reader.moved(0.01)
        rig.open()
        await rig.shown(1)
        assert rig.feed is not None
        rig.feed.close()
        rig.open()
        await rig.shown(2)

    play(tmp_path, scene)


def test_silence_is_told_after_a_while_and_counts_from_the_last_word(tmp_path: Path) -> None:
    async def scene(rig: Rig) -> None:
        assert rig.reader.silent_s is not None
        rig.open()
        await rig.shown(1)
        assert rig.reader.silent_s is None
        rig.clock.now_s += SILENT_AFTER_S
        assert rig.reader.silent_s is None
        rig.clock.now_s += 2
        assert rig.reader.silent_s == SILENT_AFTER_S + 2
        await rig.shown(2)
        assert rig.reader.silent_s is None

    play(tmp_path, scene)


def test_who_waits_is_woken_by_the_next_snapshot(tmp_path: Path) -> None:
    async def scene(rig: Rig) -> None:
        rig.open()
        await rig.shown(1)
        waiting = asyncio.create_task(rig.reader.moved(DEADLINE_S))
        await rig.reader.moved(0.01)
        assert not waiting.done()
        await rig.shown(2)
        await rig.until(waiting.done)

    play(tmp_path, scene)


def test_who_waits_for_nothing_goes_on_after_its_time(tmp_path: Path) -> None:
    async def scene(rig: Rig) -> None:
        async with asyncio.timeout(DEADLINE_S):
            await rig.reader.moved(0.01)

    play(tmp_path, scene)


def test_an_ask_reaches_the_core_and_is_answered(tmp_path: Path) -> None:
    async def scene(rig: Rig) -> None:
        rig.open()
        await rig.shown(1)
        rig.clock.now_s += 3
        asking = asyncio.create_task(rig.reader.ask(WHAT))
        await rig.until(asking.done)
        await asking
        assert rig.asked == [OpenAsked("ingresso", "Paola", "Consegna")]

    play(tmp_path, scene)


def test_asks_at_once_are_answered_each(tmp_path: Path) -> None:
    async def scene(rig: Rig) -> None:
        rig.open()
        await rig.shown(1)
        asks = [{**WHAT, "note": f"n{n}"} for n in range(4)] + [{**WHAT, "door": "cantina"}]
        asking = [asyncio.create_task(rig.reader.ask(ask)) for ask in asks]
        await rig.until(lambda: all(one.done() for one in asking))
        assert [one.exception() is None for one in asking] == [True, True, True, True, False]

    play(tmp_path, scene)


def test_a_refusal_is_the_gateways_own_sentence(tmp_path: Path) -> None:
    async def scene(rig: Rig) -> None:
        rig.open()
        await rig.shown(1)
        asking = asyncio.create_task(rig.reader.ask({**WHAT, "door": "cantina"}))
        await rig.until(asking.done)
        with pytest.raises(AskRefused, match="cantina"):
            await asking

    play(tmp_path, scene)


def test_nobody_is_asked_while_the_gateway_is_away_or_silent(tmp_path: Path) -> None:
    async def scene(rig: Rig) -> None:
        with pytest.raises(NotAsked):
            await rig.reader.ask(WHAT)
        rig.open()
        await rig.shown(1)
        rig.clock.now_s += SILENT_AFTER_S + 1
        with pytest.raises(NotAsked):
            await rig.reader.ask(WHAT)

    play(tmp_path, scene)


def test_no_answer_in_time_is_said_and_what_comes_late_is_not_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages_feed, "ANSWER_WITHIN_S", 0.05)

    async def scene(rig: Rig) -> None:
        rig.open()
        await rig.shown(1)
        with pytest.raises(NotAnswered):
            await rig.reader.ask(WHAT)
        rig.clock.now_s += 30
        await rig.shown(2)
        assert rig.asked == []

    play(tmp_path, scene)


def test_a_gateway_that_dies_while_it_is_asked_is_said_at_once(tmp_path: Path) -> None:
    async def scene(rig: Rig) -> None:
        feed = rig.open()
        await rig.shown(1)
        asking = asyncio.create_task(rig.reader.ask(WHAT))
        await rig.reader.moved(0.01)
        feed.close()
        with pytest.raises(NotAnswered):
            await asking

    play(tmp_path, scene)


@pytest.mark.parametrize("line", [b"{}", b"null", b"not json", json.dumps({"at_ms": "soon"}).encode()])
def test_a_line_that_is_no_snapshot_is_counted_and_the_last_good_one_stays(tmp_path: Path, line: bytes) -> None:
    async def scene(rig: Rig) -> None:
        feed = rig.open()
        await rig.shown(1)
        for reader in feed._readers.values():
            reader.latest = line + b"\n"
            feed._send(reader)
        await rig.until(lambda: rig.reader.unreadable)
        assert rig.reader.seen is not None
        assert rig.reader.seen["at_ms"] == 1
        await rig.shown(2)

    play(tmp_path, scene)
