"""Only what changed is sent, and no text can break out of its event."""

import asyncio
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pages.streams import CHANGES_KEPT, OVER, QUIET_LOOKS, Parts, Streams, Told, changes, opening


def read(stream: bytes) -> list[tuple[str, str]]:
    """Events as a browser reads them (HTML standard: interpreting an event stream)."""
    found = []
    for block in stream.decode().split("\n\n"):
        name, data = "message", list[str]()
        for line in block.split("\n"):
            key, _, value = line.partition(":")
            value = value.removeprefix(" ")
            if key == "event":
                name = value
            elif key == "data":
                data.append(value)
        if data:
            found.append((name, "\n".join(data)))
    return found


@pytest.mark.parametrize(
    ("had", "now", "sent"),
    [
        ({}, {"count": "1", "plan": "x"}, [("count", "1"), ("plan", "x")]),
        ({"count": "1", "plan": "x"}, {"count": "2", "plan": "x"}, [("count", "2")]),
        ({"count": "1"}, {"count": "1"}, []),
        ({"count": "1"}, {"count": ""}, [("count", "")]),
        ({"count": "1", "door-a": "open"}, {"count": "1"}, []),
        ({}, {"feed": "<p>a</p>\n<p>b</p>"}, [("feed", "<p>a</p>\n<p>b</p>")]),
    ],
)
def test_only_fragments_that_differ_are_sent(
    had: dict[str, str], now: dict[str, str], sent: list[tuple[str, str]]
) -> None:
    assert read(changes(had, now)) == sent


def test_what_many_readers_get_alike_is_encoded_once() -> None:
    told, had, now = Told(), {"count": "1"}, {"count": "2"}
    assert told.changes(had, now) is told.changes(had, now)
    assert told.changes(had, now) == changes(had, now)


def test_readers_of_other_moments_get_their_own_however_many_there_are() -> None:
    told = Told()
    moments = [{"count": str(number)} for number in range(3 * CHANGES_KEPT)]
    for had in moments:
        for now in (dict(had), {"count": "x"}, moments[0]):
            assert told.changes(had, now) == changes(had, now)


def test_nothing_new_is_no_bytes_at_all() -> None:
    assert changes({"a": "1"}, {"a": "1"}) == b""


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
def test_no_text_breaks_out_of_its_event(html: str) -> None:
    events = read(changes({}, {"people": html}))
    assert [name for name, _ in events] == ["people"]


def test_a_stream_begins_by_saying_when_to_come_back() -> None:
    assert b"retry: 2000\n" in opening()
    assert read(opening()) == []


async def told(streams: Streams, moments: Sequence[Parts | None]) -> list[tuple[str, str]]:
    """What a reader is sent of a page that stands so at each look; the last moment stays."""
    ahead = iter(moments)

    async def parts() -> Parts | None:
        return next(ahead)

    async def moved() -> None:
        assert streams.running == 1

    return read(b"".join([part async for part in streams.follow(parts, moved)]))


def test_a_stream_tells_what_differs_until_its_reader_may_see_no_more_and_says_that_it_is_over() -> None:
    streams = Streams(1, "feed")
    moments: list[Parts | None] = [{"feed": "9:00", "count": "1"}, {"feed": "9:01", "count": "1"}, None]
    sent = [("feed", "9:00"), ("count", "1"), ("feed", "9:01"), (OVER, OVER)]
    assert asyncio.run(told(streams, moments)) == sent
    assert streams.running == 0


def test_a_page_on_which_nothing_changes_is_told_so_often_that_it_knows_itself_heard() -> None:
    looks = 2 * (QUIET_LOOKS + 1)
    sent = asyncio.run(told(Streams(1, "clock"), [*[{"clock": "9:00", "count": "1"}] * (looks + 1), None]))
    assert sent == [("clock", "9:00"), ("count", "1"), ("clock", "9:00"), ("clock", "9:00"), (OVER, OVER)]


def test_a_stream_of_bounded_length_ends_by_itself() -> None:
    moments: list[Parts | None] = [{"left": str(seconds)} for seconds in range(5)]
    sent = [("left", "0"), ("left", "1"), ("left", "2"), (OVER, OVER)]
    assert asyncio.run(told(Streams(1, "left", looks=3), moments)) == sent
